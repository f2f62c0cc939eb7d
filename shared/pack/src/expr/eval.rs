//! What an expression is worth.

use std::cmp::Ordering;

use base::Moment;
use base::time::DAY;
use domain::number::Number;
use serde::{Deserialize, Serialize};

use super::{Function, Node, Operator, What};
use crate::id::{FieldName, OptionName};
use crate::value::{Answers, Value};

/// What an expression can look at.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The answers of the form, computed ones among them.
    pub answers: &'a Answers,
    /// The row of a table in which the expression stands.
    pub row: Option<&'a Answers>,
}

impl<'a> Facts<'a> {
    /// The answers of a form.
    pub const fn of(answers: &'a Answers) -> Self {
        Self { answers, row: None }
    }

    fn answer(&self, name: &FieldName) -> Option<&'a Value> {
        self.row
            .and_then(|row| row.get(name))
            .or_else(|| self.answers.get(name))
    }

    fn rows(&self, table: &FieldName) -> &'a [Answers] {
        match self.answers.get(table) {
            Some(Value::Table(rows)) => rows,
            _ => &[],
        }
    }
}

/// What an expression is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    /// Unknown: something that it needs was not answered, or went wrong.
    Unknown,
    /// A number, or an amount of money in its currency's units.
    Number(Number),
    /// A text.
    Text(String),
    /// A day.
    Date(Moment),
    /// Yes or no.
    YesNo(bool),
    /// Chosen options.
    Choice(Vec<OptionName>),
    /// A person, a department, a task, by its id as text.
    Id(String),
}

/// What went wrong while an expression was worked out, and where in its text, in bytes. Its worth is then unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalProblem {
    /// Where.
    pub at: usize,
    /// What.
    pub what: EvalWrong,
}

/// What can go wrong while an expression is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvalWrong {
    /// A number is more than 10^15.
    TooLarge,
    /// Something is divided by nothing.
    DividedByNothing,
    /// An answer is of another kind than its field.
    OtherKind,
}

pub(super) fn eval(node: &Node, facts: &Facts<'_>) -> (Worth, Vec<EvalProblem>) {
    let mut problems = Vec::new();
    let worth = Eval {
        facts: *facts,
        problems: &mut problems,
    }
    .worth(node);
    (worth, problems)
}

struct Eval<'a, 'p> {
    facts: Facts<'a>,
    problems: &'p mut Vec<EvalProblem>,
}

impl<'a> Eval<'a, '_> {
    fn wrong(&mut self, at: usize, what: EvalWrong) -> Worth {
        let problem = EvalProblem { at, what };
        // the rows of a table say the same a thousand times
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
        Worth::Unknown
    }

    fn number(&mut self, at: usize, number: Option<Number>) -> Worth {
        match number {
            Some(number) => Worth::Number(number),
            None => self.wrong(at, EvalWrong::TooLarge),
        }
    }

    fn worth(&mut self, node: &Node) -> Worth {
        match &node.what {
            What::Number(number) => Worth::Number(*number),
            What::Text(text) => Worth::Text(text.clone()),
            What::YesNo(yes) => Worth::YesNo(*yes),
            What::Field(name) => match self.facts.answer(name) {
                Some(value) => self.of_value(node.at, value),
                None => Worth::Unknown,
            },
            What::Column(..) => self.wrong(node.at, EvalWrong::OtherKind),
            What::Minus(inner) => match self.worth(inner) {
                Worth::Number(number) => Worth::Number(number.negated()),
                Worth::Unknown => Worth::Unknown,
                _ => self.wrong(inner.at, EvalWrong::OtherKind),
            },
            What::Not(inner) => match self.yes_no(inner) {
                Some(yes) => Worth::YesNo(!yes),
                None => Worth::Unknown,
            },
            What::Two(Operator::And, left, right) => self.both(left, right, false),
            What::Two(Operator::Or, left, right) => self.both(left, right, true),
            What::Two(operator, left, right) => {
                let (first, second) = (self.worth(left), self.worth(right));
                self.two(node.at, *operator, first, second)
            }
            What::In(inner, list) => {
                let worth = self.worth(inner);
                let mut unknown = worth == Worth::Unknown;
                for item in list {
                    let item = self.worth(item);
                    match equal(&worth, &item) {
                        Some(true) => return Worth::YesNo(true),
                        Some(false) => {}
                        None => unknown = true,
                    }
                }
                if unknown {
                    Worth::Unknown
                } else {
                    Worth::YesNo(false)
                }
            }
            What::Call(function, arguments) => self.call(node.at, *function, arguments),
        }
    }

    fn of_value(&mut self, at: usize, value: &Value) -> Worth {
        match value {
            Value::Text(text) if text.trim().is_empty() => Worth::Unknown,
            Value::Text(text) => Worth::Text(text.clone()),
            Value::Number(number) => Worth::Number(*number),
            Value::Money(amount) => self.number(at, Number::from_money(*amount)),
            Value::Date(day) => Worth::Date(*day),
            Value::YesNo(yes) => Worth::YesNo(*yes),
            Value::Choice(options) if options.is_empty() => Worth::Unknown,
            Value::Choice(options) => Worth::Choice(options.clone()),
            Value::Person(id) => Worth::Id(id.to_string()),
            Value::Department(id) => Worth::Id(id.to_string()),
            Value::Task(id) => Worth::Id(id.to_string()),
            Value::Table(_) | Value::Files(_) => self.wrong(at, EvalWrong::OtherKind),
        }
    }

    fn yes_no(&mut self, node: &Node) -> Option<bool> {
        match self.worth(node) {
            Worth::YesNo(yes) => Some(yes),
            Worth::Unknown => None,
            _ => {
                self.wrong(node.at, EvalWrong::OtherKind);
                None
            }
        }
    }

    /// `and` where `decides` is false, `or` where it is true: one side that is so decides, whatever the other is.
    fn both(&mut self, left: &Node, right: &Node, decides: bool) -> Worth {
        match (self.yes_no(left), self.yes_no(right)) {
            (Some(one), _) | (_, Some(one)) if one == decides => Worth::YesNo(decides),
            (Some(_), Some(other)) if other == decides => Worth::YesNo(decides),
            (Some(_), Some(_)) => Worth::YesNo(!decides),
            _ => Worth::Unknown,
        }
    }

    fn two(&mut self, at: usize, operator: Operator, left: Worth, right: Worth) -> Worth {
        if left == Worth::Unknown || right == Worth::Unknown {
            return Worth::Unknown;
        }
        match operator {
            Operator::Equal | Operator::Unequal => match equal(&left, &right) {
                Some(same) => Worth::YesNo(same == (operator == Operator::Equal)),
                None => self.wrong(at, EvalWrong::OtherKind),
            },
            Operator::Less => self.order(at, &left, &right, Ordering::is_lt),
            Operator::LessOrEqual => self.order(at, &left, &right, Ordering::is_le),
            Operator::More => self.order(at, &left, &right, Ordering::is_gt),
            Operator::MoreOrEqual => self.order(at, &left, &right, Ordering::is_ge),
            _ => match (left, right) {
                (Worth::Number(left), Worth::Number(right)) => {
                    self.reckon(at, operator, left, right)
                }
                (Worth::Date(day), Worth::Number(days)) => {
                    let days = days.whole().unwrap_or_default().saturating_mul(DAY);
                    Worth::Date(match operator {
                        Operator::Minus => day.plus(days.saturating_neg()),
                        _ => day.plus(days),
                    })
                }
                _ => self.wrong(at, EvalWrong::OtherKind),
            },
        }
    }

    fn reckon(&mut self, at: usize, operator: Operator, left: Number, right: Number) -> Worth {
        let number = match operator {
            Operator::Plus => left.checked_add(right),
            Operator::Minus => left.checked_sub(right),
            Operator::Times => left.checked_mul(right),
            _ if right == Number::ZERO => return self.wrong(at, EvalWrong::DividedByNothing),
            _ => left.checked_div(right),
        };
        self.number(at, number)
    }

    fn order(&mut self, at: usize, left: &Worth, right: &Worth, is: fn(Ordering) -> bool) -> Worth {
        match order(left, right) {
            Some(order) => Worth::YesNo(is(order)),
            None => self.wrong(at, EvalWrong::OtherKind),
        }
    }

    fn call(&mut self, at: usize, function: Function, arguments: &[Node]) -> Worth {
        match (function, arguments) {
            (Function::Sum, [column]) => {
                let mut sum = Some(Number::ZERO);
                for cell in self.cells(column) {
                    match cell {
                        Worth::Number(number) => sum = sum.and_then(|sum| sum.checked_add(number)),
                        _ => return self.wrong(column.at, EvalWrong::OtherKind),
                    }
                }
                self.number(at, sum)
            }
            (Function::Smallest, [column]) => self.extreme(column, Ordering::is_lt),
            (Function::Largest, [column]) => self.extreme(column, Ordering::is_gt),
            (Function::Count, [what]) => {
                let count = match &what.what {
                    What::Field(table) => {
                        let full = |row: &&Answers| !row.values().all(Value::is_empty);
                        self.facts.rows(table).iter().filter(full).count()
                    }
                    _ => self.cells(what).len(),
                };
                Worth::Number(Number::from_whole(count as i64))
            }
            (Function::Any, [table, condition]) => self.rows(table, condition, true),
            (Function::All, [table, condition]) => self.rows(table, condition, false),
            (Function::Empty, [what]) => Worth::YesNo(match &what.what {
                What::Field(name) => self.facts.answer(name).is_none_or(Value::is_empty),
                _ => self.worth(what) == Worth::Unknown,
            }),
            (Function::Has, [choice, option]) => match (self.worth(choice), self.worth(option)) {
                (Worth::Choice(options), Worth::Text(name)) => {
                    Worth::YesNo(options.iter().any(|option| option.as_str() == name))
                }
                _ => Worth::Unknown,
            },
            (Function::Round, [amount, digits]) => match (self.worth(amount), self.worth(digits)) {
                (Worth::Number(amount), Worth::Number(digits)) => {
                    let digits = digits.whole().and_then(|digits| u32::try_from(digits).ok());
                    Worth::Number(amount.round(digits.unwrap_or_default()))
                }
                _ => Worth::Unknown,
            },
            (Function::Abs, [amount]) => match self.worth(amount) {
                Worth::Number(number) if number < Number::ZERO => Worth::Number(number.negated()),
                worth => worth,
            },
            (Function::Days, [from, to]) => match (self.worth(from), self.worth(to)) {
                (Worth::Date(from), Worth::Date(to)) => {
                    Worth::Number(Number::from_whole(to.day() - from.day()))
                }
                _ => Worth::Unknown,
            },
            (Function::Date, [text]) => match &text.what {
                What::Text(day) => day.parse().map_or(Worth::Unknown, Worth::Date),
                _ => Worth::Unknown,
            },
            (Function::If, [condition, then, other]) => match self.yes_no(condition) {
                Some(true) => self.worth(then),
                Some(false) => self.worth(other),
                None => Worth::Unknown,
            },
            (Function::Length, [text]) => match self.worth(text) {
                Worth::Text(text) => Worth::Number(Number::from_whole(text.chars().count() as i64)),
                _ => Worth::Number(Number::ZERO),
            },
            _ => Worth::Unknown,
        }
    }

    /// The cells of a column that were answered.
    fn cells(&mut self, column: &Node) -> Vec<Worth> {
        let What::Column(table, name) = &column.what else {
            return Vec::new();
        };
        let rows = self.facts.rows(table);
        let cells = rows.iter().filter_map(|row| row.get(name));
        let mut found = Vec::new();
        for cell in cells.filter(|cell| !cell.is_empty()) {
            found.push(self.of_value(column.at, cell));
        }
        found
    }

    fn extreme(&mut self, column: &Node, better: fn(Ordering) -> bool) -> Worth {
        let mut best = Worth::Unknown;
        for cell in self.cells(column) {
            if best == Worth::Unknown || order(&cell, &best).is_some_and(better) {
                best = cell;
            }
        }
        best
    }

    /// Whether one row fulfils a condition (`decides` true), or all do.
    fn rows(&mut self, table: &Node, condition: &Node, decides: bool) -> Worth {
        let What::Field(name) = &table.what else {
            return self.wrong(table.at, EvalWrong::OtherKind);
        };
        let mut unknown = false;
        for row in self.facts.rows(name) {
            let facts = Facts {
                answers: self.facts.answers,
                row: Some(row),
            };
            match (Eval {
                facts,
                problems: self.problems,
            })
            .yes_no(condition)
            {
                Some(holds) if holds == decides => return Worth::YesNo(decides),
                Some(_) => {}
                None => unknown = true,
            }
        }
        if unknown {
            Worth::Unknown
        } else {
            Worth::YesNo(!decides)
        }
    }
}

/// Whether two known values are the same; `None` where they are of different kinds.
fn equal(left: &Worth, right: &Worth) -> Option<bool> {
    match (left, right) {
        (Worth::Choice(options), Worth::Text(name))
        | (Worth::Text(name), Worth::Choice(options)) => {
            Some(matches!(options.as_slice(), [only] if only.as_str() == name))
        }
        (Worth::Choice(left), Worth::Choice(right)) => Some(left == right),
        (Worth::Text(left), Worth::Text(right)) => Some(left == right),
        (Worth::YesNo(left), Worth::YesNo(right)) => Some(left == right),
        (Worth::Id(left), Worth::Id(right)) => Some(left == right),
        _ => order(left, right).map(Ordering::is_eq),
    }
}

fn order(left: &Worth, right: &Worth) -> Option<Ordering> {
    match (left, right) {
        (Worth::Number(left), Worth::Number(right)) => Some(left.cmp(right)),
        (Worth::Date(left), Worth::Date(right)) => Some(left.cmp(right)),
        _ => None,
    }
}
