//! The small language of conditions and computed fields: `budget > 500000 and origin == "tender"`. It is total: every text
//! gives an expression or a problem with its place, and every expression a value or a problem; nothing loops and nothing
//! stops the program. Numbers and money are exact decimals.
//!
//! What a field that was not answered is worth is *unknown*, and stays so through arithmetic and comparisons;
//! `and`, `or`, `not` are those of three values (Kleene): `false and unknown` is false. `empty(field)` always knows.
//!
//! Chinese offices type with Chinese punctuation: `（），＞≥≤≠×÷“”` are understood, and `且 或 非 属于 是 否` beside
//! `and or not in true false`.

mod check;
mod eval;
mod kind;
mod parse;
mod token;

use std::collections::BTreeSet;
use std::fmt;

use domain::number::Number;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use check::{check, is_condition};
pub use eval::{EvalProblem, EvalWrong, Facts, Worth};
pub use kind::{Kind, Kinds};
pub use parse::{ExprProblem, ExprWrong, LARGEST, LONGEST};

use crate::id::FieldName;

/// An expression: the text that the pack says, and what it means.
#[derive(Clone, PartialEq, Eq)]
pub struct Expr {
    text: Box<str>,
    root: Node,
}

impl Expr {
    /// Reads an expression. What kind of value it has says [`check`].
    pub fn parse(text: &str) -> Result<Self, ExprProblem> {
        let root = parse::parse(text)?;
        Ok(Self {
            text: text.into(),
            root,
        })
    }

    /// The text as the pack says it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The fields that it reads; of a column its table.
    pub fn fields(&self) -> BTreeSet<&FieldName> {
        let mut found = BTreeSet::new();
        self.root.walk(&mut |node| match &node.what {
            What::Field(name) | What::Column(name, _) => {
                found.insert(name);
            }
            _ => {}
        });
        found
    }

    /// What it is worth, given the answers of a form (and of one row of a table).
    pub fn worth(&self, facts: &Facts<'_>) -> (Worth, Vec<EvalProblem>) {
        eval::eval(&self.root, facts)
    }

    /// Whether it holds; `None` where that is unknown.
    pub fn holds(&self, facts: &Facts<'_>) -> (Option<bool>, Vec<EvalProblem>) {
        let (worth, problems) = self.worth(facts);
        let holds = match worth {
            Worth::YesNo(holds) => Some(holds),
            _ => None,
        };
        (holds, problems)
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.text)
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(d)?).map_err(de::Error::custom)
    }
}

/// The names of all functions, and how many arguments each takes.
pub fn functions() -> impl Iterator<Item = (&'static str, usize)> {
    Function::ALL
        .iter()
        .map(|(name, _, arguments)| (*name, *arguments))
}

/// A part of an expression, and where it begins in the text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    at: usize,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Number(Number),
    Text(String),
    YesNo(bool),
    Field(FieldName),
    /// `table.column`: all its cells.
    Column(FieldName, FieldName),
    Minus(Box<Node>),
    Not(Box<Node>),
    Two(Operator, Box<Node>, Box<Node>),
    In(Box<Node>, Vec<Node>),
    Call(Function, Vec<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Plus,
    Minus,
    Times,
    Over,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Sum,
    Smallest,
    Largest,
    Count,
    Any,
    All,
    Empty,
    Has,
    Round,
    Abs,
    Days,
    Date,
    If,
    Length,
}

impl Function {
    const ALL: [(&'static str, Self, usize); 14] = [
        ("sum", Self::Sum, 1),
        ("min", Self::Smallest, 1),
        ("max", Self::Largest, 1),
        ("count", Self::Count, 1),
        ("any", Self::Any, 2),
        ("all", Self::All, 2),
        ("empty", Self::Empty, 1),
        ("has", Self::Has, 2),
        ("round", Self::Round, 2),
        ("abs", Self::Abs, 1),
        ("days", Self::Days, 2),
        ("date", Self::Date, 1),
        ("if", Self::If, 3),
        ("length", Self::Length, 1),
    ];

    /// The function of a name, and how many arguments it takes.
    fn named(name: &str) -> Option<(Self, usize)> {
        let found = Self::ALL.iter().find(|(known, ..)| *known == name);
        found.map(|(_, function, arguments)| (*function, *arguments))
    }
}

impl Node {
    fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        match &self.what {
            What::Minus(inner) | What::Not(inner) => inner.walk(visit),
            What::Two(_, left, right) => {
                left.walk(visit);
                right.walk(visit);
            }
            What::In(inner, list) => {
                inner.walk(visit);
                list.iter().for_each(|node| node.walk(visit));
            }
            What::Call(_, arguments) => arguments.iter().for_each(|node| node.walk(visit)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
