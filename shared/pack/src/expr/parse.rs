//! Tokens to a tree.

use super::token::{Token, tokens};
use super::{Function, Node, Operator, What};

/// The longest text of an expression, in bytes: a screen full. Longer ones belong into computed fields.
pub const LONGEST: usize = 2_000;
/// Most parts of an expression, and so the deepest that it nests: every pass over it is a recursion.
pub const LARGEST: usize = 200;

/// What is wrong with an expression, and where in its text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: {what:?}")]
pub struct ExprProblem {
    /// Where, in bytes from the beginning of the text.
    pub at: usize,
    /// What.
    pub what: ExprWrong,
}

/// What can be wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprWrong {
    /// A character that means nothing here.
    Character {
        /// It.
        found: char,
    },
    /// A text without its closing quotation mark.
    OpenText,
    /// Figures that are no number.
    BadNumber {
        /// They.
        text: String,
    },
    /// Something is missing at the end, or something else stands here.
    Unexpected {
        /// What was wanted.
        wanted: &'static str,
    },
    /// A name that cannot name a field.
    BadName {
        /// It.
        name: String,
    },
    /// There is no such function.
    UnknownFunction {
        /// Its name.
        name: String,
    },
    /// A function wants another number of arguments.
    Arguments {
        /// How many it takes.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
    /// It is longer than [`LONGEST`] or has more parts than [`LARGEST`].
    TooLarge,
    /// There is no such field in the form.
    UnknownField {
        /// Its name.
        name: String,
    },
    /// The table has no such column.
    UnknownColumn {
        /// The column's name.
        name: String,
    },
    /// What stands here cannot be worked with so.
    WrongKind {
        /// What is wanted.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// The two sides cannot be compared, added or subtracted.
    Unlike {
        /// What the left is.
        left: &'static str,
        /// What the right is.
        right: &'static str,
    },
    /// Two currencies.
    Currencies {
        /// Of the left.
        left: String,
        /// Of the right.
        right: String,
    },
    /// The choice has no such option.
    UnknownOption {
        /// What was written.
        name: String,
    },
    /// The text is no day `2026-03-02`.
    BadDate {
        /// It.
        text: String,
    },
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    end: usize,
    parts: usize,
}

pub(super) fn parse(text: &str) -> Result<Node, ExprProblem> {
    if text.len() > LONGEST {
        return Err(ExprProblem {
            at: 0,
            what: ExprWrong::TooLarge,
        });
    }
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        end: text.len(),
        parts: 0,
    };
    let node = parser.two(0)?;
    match parser.tokens.get(parser.next) {
        None => Ok(node),
        Some((at, _)) => Err(wanted(*at, "an operator or the end")),
    }
}

fn wanted(at: usize, wanted: &'static str) -> ExprProblem {
    ExprProblem {
        at,
        what: ExprWrong::Unexpected { wanted },
    }
}

/// How strongly an operator binds.
fn strength(operator: Operator) -> u8 {
    match operator {
        Operator::Or => 1,
        Operator::And => 2,
        Operator::Plus | Operator::Minus => 5,
        Operator::Times | Operator::Over => 6,
        _ => 4,
    }
}

impl Parser {
    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn take(&mut self, token: &Token) -> bool {
        let taken = self.peek() == Some(token);
        self.next += usize::from(taken);
        taken
    }

    fn expect(&mut self, token: &Token, name: &'static str) -> Result<(), ExprProblem> {
        match self.take(token) {
            true => Ok(()),
            false => Err(wanted(self.at(), name)),
        }
    }

    /// Each part is counted as it begins, so that no nesting is deeper than the count.
    fn count(&mut self) -> Result<(), ExprProblem> {
        self.parts += 1;
        match self.parts > LARGEST {
            true => Err(ExprProblem {
                at: self.at(),
                what: ExprWrong::TooLarge,
            }),
            false => Ok(()),
        }
    }

    /// Operators between parts, those that bind stronger than `above`.
    fn two(&mut self, above: u8) -> Result<Node, ExprProblem> {
        self.count()?;
        let mut left = self.one()?;
        loop {
            let at = self.at();
            if above < 4 && self.take(&Token::In) {
                left = Node {
                    at,
                    what: What::In(Box::new(left), self.list()?),
                };
                continue;
            }
            let Some(Token::Operator(operator)) = self.peek() else {
                return Ok(left);
            };
            let operator = *operator;
            if strength(operator) <= above {
                return Ok(left);
            }
            self.next += 1;
            let right = self.two(strength(operator))?;
            left = Node {
                at,
                what: What::Two(operator, Box::new(left), Box::new(right)),
            };
        }
    }

    fn list(&mut self) -> Result<Vec<Node>, ExprProblem> {
        self.expect(&Token::ListOpen, "a list [ ... ]")?;
        let mut list = vec![self.two(0)?];
        while self.take(&Token::Comma) {
            list.push(self.two(0)?);
        }
        self.expect(&Token::ListClose, "]")?;
        Ok(list)
    }

    fn one(&mut self) -> Result<Node, ExprProblem> {
        self.count()?;
        let at = self.at();
        let Some((_, token)) = self.tokens.get(self.next).cloned() else {
            return Err(wanted(at, "a field, a number, a text or ("));
        };
        self.next += 1;
        let what = match token {
            Token::Number(number) => What::Number(number),
            Token::Text(text) => What::Text(text),
            Token::YesNo(yes) => What::YesNo(yes),
            Token::Operator(Operator::Minus) => What::Minus(Box::new(self.one()?)),
            // `not a == b` denies the comparison
            Token::Not => What::Not(Box::new(self.two(3)?)),
            Token::Open => {
                let inner = self.two(0)?;
                self.expect(&Token::Close, ")")?;
                return Ok(inner);
            }
            Token::Name(name) if self.take(&Token::Open) => self.call(at, name)?,
            Token::Name(name) => {
                let table = field(at, name)?;
                match self.take(&Token::Dot) {
                    false => What::Field(table),
                    true => {
                        let at = self.at();
                        let Some(Token::Name(column)) = self.peek().cloned() else {
                            return Err(wanted(at, "the name of a column"));
                        };
                        self.next += 1;
                        What::Column(table, field(at, column)?)
                    }
                }
            }
            _ => return Err(wanted(at, "a field, a number, a text or (")),
        };
        Ok(Node { at, what })
    }

    fn call(&mut self, at: usize, name: String) -> Result<What, ExprProblem> {
        let Some((function, takes)) = Function::named(&name) else {
            return Err(ExprProblem {
                at,
                what: ExprWrong::UnknownFunction { name },
            });
        };
        let mut arguments = Vec::new();
        if !self.take(&Token::Close) {
            arguments.push(self.two(0)?);
            while self.take(&Token::Comma) {
                arguments.push(self.two(0)?);
            }
            self.expect(&Token::Close, ")")?;
        }
        if arguments.len() != takes {
            let what = ExprWrong::Arguments {
                wanted: takes,
                found: arguments.len(),
            };
            return Err(ExprProblem { at, what });
        }
        Ok(What::Call(function, arguments))
    }
}

fn field<T: std::str::FromStr>(at: usize, name: String) -> Result<T, ExprProblem> {
    name.parse().map_err(|_| ExprProblem {
        at,
        what: ExprWrong::BadName { name },
    })
}
