//! What kind of value an expression has, told from the kinds of a form's fields.

use base::Moment;

use super::kind::{Kind, Kinds};
use super::parse::{ExprProblem, ExprWrong};
use super::{Expr, Function, Node, Operator, What};

/// The kind of an expression's value, and all that is wrong with it. `row`: the columns of the table in whose rows it
/// stands; their names come before those of the form.
pub fn check(expr: &Expr, kinds: &Kinds, row: Option<&Kinds>) -> (Kind, Vec<ExprProblem>) {
    let mut checker = Checker {
        kinds,
        row,
        problems: Vec::new(),
    };
    let kind = checker.kind(&expr.root);
    (kind, checker.problems)
}

/// The same for a condition, which is yes or no.
pub fn is_condition(expr: &Expr, kinds: &Kinds, row: Option<&Kinds>) -> Vec<ExprProblem> {
    let mut checker = Checker {
        kinds,
        row,
        problems: Vec::new(),
    };
    checker.want(&expr.root, "yes_no", |kind| *kind == Kind::YesNo);
    checker.problems
}

struct Checker<'a> {
    kinds: &'a Kinds,
    row: Option<&'a Kinds>,
    problems: Vec<ExprProblem>,
}

impl<'a> Checker<'a> {
    fn wrong(&mut self, at: usize, what: ExprWrong) -> Kind {
        self.problems.push(ExprProblem { at, what });
        Kind::Wrong
    }

    /// The part's kind, which is told when it is another than wanted.
    fn want(&mut self, node: &Node, wanted: &'static str, is: impl Fn(&Kind) -> bool) -> Kind {
        let kind = self.kind(node);
        if kind == Kind::Wrong || is(&kind) {
            return kind;
        }
        self.wrong(
            node.at,
            ExprWrong::WrongKind {
                wanted,
                found: kind.name(),
            },
        )
    }

    fn kind(&mut self, node: &Node) -> Kind {
        match &node.what {
            What::Number(_) => Kind::Number,
            What::Text(_) => Kind::Text,
            What::YesNo(_) => Kind::YesNo,
            What::Field(name) => {
                let kinds = self.kinds;
                let kind = self
                    .row
                    .and_then(|row| row.get(name))
                    .or_else(|| kinds.get(name));
                match kind {
                    Some(kind) => kind.clone(),
                    None => self.wrong(
                        node.at,
                        ExprWrong::UnknownField {
                            name: name.to_string(),
                        },
                    ),
                }
            }
            What::Column(..) => {
                let wanted = "sum, min, max or count around a column";
                self.wrong(node.at, ExprWrong::Unexpected { wanted })
            }
            What::Minus(inner) => self.want(inner, "number or money", is_amount),
            What::Not(inner) => {
                self.want(inner, "yes_no", |kind| *kind == Kind::YesNo);
                Kind::YesNo
            }
            What::Two(operator, left, right) => self.two(node.at, *operator, left, right),
            What::In(inner, list) => {
                let left = self.kind(inner);
                for item in list {
                    self.like(item.at, &left, item);
                }
                Kind::YesNo
            }
            What::Call(function, arguments) => self.call(*function, arguments),
        }
    }

    fn two(&mut self, at: usize, operator: Operator, left: &Node, right: &Node) -> Kind {
        match operator {
            Operator::And | Operator::Or => {
                self.want(left, "yes_no", |kind| *kind == Kind::YesNo);
                self.want(right, "yes_no", |kind| *kind == Kind::YesNo);
                Kind::YesNo
            }
            Operator::Equal | Operator::Unequal => {
                // the literal may stand on either side
                let (first, second) = match left.what {
                    What::Text(_) | What::Number(_) => (right, left),
                    _ => (left, right),
                };
                let kind = self.kind(first);
                self.like(at, &kind, second);
                Kind::YesNo
            }
            Operator::Less | Operator::LessOrEqual | Operator::More | Operator::MoreOrEqual => {
                let (first, second) = match left.what {
                    What::Number(_) => (right, left),
                    _ => (left, right),
                };
                let kind = self.want(first, "number, money or date", is_ordered);
                self.like(at, &kind, second);
                Kind::YesNo
            }
            Operator::Plus | Operator::Minus => self.sum(at, left, right),
            Operator::Times | Operator::Over => {
                let first = self.want(left, "number or money", is_amount);
                let second = self.want(right, "number or money", is_amount);
                match (first, operator, second) {
                    (Kind::Wrong, ..) | (.., Kind::Wrong) => Kind::Wrong,
                    (first, _, Kind::Number) => first,
                    (Kind::Number, Operator::Times, money) => money,
                    (Kind::Money(left), Operator::Over, Kind::Money(right)) if left == right => {
                        Kind::Number
                    }
                    (first, _, second) => {
                        let what = ExprWrong::Unlike {
                            left: first.name(),
                            right: second.name(),
                        };
                        self.wrong(at, what)
                    }
                }
            }
        }
    }

    /// Amounts of one kind; a day and a number of days; two days.
    fn sum(&mut self, at: usize, left: &Node, right: &Node) -> Kind {
        let first = self.want(left, "number, money or date", is_ordered);
        if first == Kind::Date {
            self.want(right, "number", |kind| *kind == Kind::Number);
            return first;
        }
        self.like(at, &first, right);
        first
    }

    /// Whether a part can be compared with a value of that kind. A number written out is an amount of any currency
    /// where it is compared, a text an option.
    fn like(&mut self, at: usize, left: &Kind, node: &Node) {
        match (left, &node.what) {
            (Kind::Choice { options, .. }, What::Text(text)) => {
                if !options.iter().any(|option| option.as_str() == text) {
                    self.wrong(node.at, ExprWrong::UnknownOption { name: text.clone() });
                }
                return;
            }
            (Kind::Money(_), What::Number(_)) => return,
            _ => {}
        }
        let right = self.kind(node);
        match (left, &right) {
            (Kind::Wrong, _) | (_, Kind::Wrong) => {}
            (Kind::Money(left), Kind::Money(right)) if left != right => {
                let what = ExprWrong::Currencies {
                    left: left.clone(),
                    right: right.clone(),
                };
                self.wrong(at, what);
            }
            (Kind::Choice { .. }, Kind::Choice { .. }) => {}
            (Kind::Table(_) | Kind::Files, _) => {
                let what = ExprWrong::WrongKind {
                    wanted: "a value",
                    found: left.name(),
                };
                self.wrong(at, what);
            }
            (left, right) if left == right => {}
            (left, right) => {
                let what = ExprWrong::Unlike {
                    left: left.name(),
                    right: right.name(),
                };
                self.wrong(at, what);
            }
        }
    }

    /// The columns of the table that a part names.
    fn table(&mut self, node: &Node) -> Option<&'a Kinds> {
        let kinds = self.kinds;
        if let What::Field(name) = &node.what
            && let Some(Kind::Table(columns)) = kinds.get(name)
        {
            return Some(columns);
        }
        self.want(node, "table", |kind| matches!(kind, Kind::Table(_)));
        None
    }

    fn column(&mut self, node: &Node) -> Kind {
        let What::Column(table, column) = &node.what else {
            let wanted = "a column: table.column";
            return self.wrong(node.at, ExprWrong::Unexpected { wanted });
        };
        let kinds = self.kinds;
        match kinds.get(table) {
            Some(Kind::Table(columns)) => match columns.get(column) {
                Some(kind) => kind.clone(),
                None => {
                    let name = column.to_string();
                    self.wrong(node.at, ExprWrong::UnknownColumn { name })
                }
            },
            Some(other) => {
                let what = ExprWrong::WrongKind {
                    wanted: "table",
                    found: other.name(),
                };
                self.wrong(node.at, what)
            }
            None => self.wrong(
                node.at,
                ExprWrong::UnknownField {
                    name: table.to_string(),
                },
            ),
        }
    }

    fn call(&mut self, function: Function, arguments: &[Node]) -> Kind {
        match (function, arguments) {
            (Function::Sum, [column]) => {
                let kind = self.column(column);
                self.amount(column.at, kind, is_amount, "number or money")
            }
            (Function::Smallest | Function::Largest, [column]) => {
                let kind = self.column(column);
                self.amount(column.at, kind, is_ordered, "number, money or date")
            }
            (Function::Count, [what]) => {
                match what.what {
                    What::Column(..) => drop(self.column(what)),
                    _ => drop(self.table(what)),
                }
                Kind::Number
            }
            (Function::Any | Function::All, [table, condition]) => {
                if let Some(columns) = self.table(table) {
                    let row = self.row.replace(columns);
                    self.want(condition, "yes_no", |kind| *kind == Kind::YesNo);
                    self.row = row;
                }
                Kind::YesNo
            }
            (Function::Empty, [what]) => {
                self.kind(what);
                Kind::YesNo
            }
            (Function::Has, [choice, option]) => {
                let kind = self.want(choice, "choice", |kind| matches!(kind, Kind::Choice { .. }));
                self.like(option.at, &kind, option);
                Kind::YesNo
            }
            (Function::Round, [amount, digits]) => {
                self.want(digits, "number", |kind| *kind == Kind::Number);
                self.want(amount, "number or money", is_amount)
            }
            (Function::Abs, [amount]) => self.want(amount, "number or money", is_amount),
            (Function::Days, [from, to]) => {
                self.want(from, "date", |kind| *kind == Kind::Date);
                self.want(to, "date", |kind| *kind == Kind::Date);
                Kind::Number
            }
            (Function::Date, [text]) => {
                match &text.what {
                    What::Text(day) if day.len() == 10 && day.parse::<Moment>().is_ok() => {}
                    What::Text(day) => {
                        self.wrong(text.at, ExprWrong::BadDate { text: day.clone() });
                    }
                    _ => {
                        let wanted = "a day in quotation marks";
                        self.wrong(text.at, ExprWrong::Unexpected { wanted });
                    }
                }
                Kind::Date
            }
            (Function::If, [condition, then, other]) => {
                self.want(condition, "yes_no", |kind| *kind == Kind::YesNo);
                let kind = self.kind(then);
                self.like(other.at, &kind, other);
                kind
            }
            (Function::Length, [text]) => {
                self.want(text, "text", |kind| *kind == Kind::Text);
                Kind::Number
            }
            // the parser counted the arguments
            _ => Kind::Wrong,
        }
    }

    fn amount(
        &mut self,
        at: usize,
        kind: Kind,
        is: fn(&Kind) -> bool,
        wanted: &'static str,
    ) -> Kind {
        if kind == Kind::Wrong || is(&kind) {
            return kind;
        }
        self.wrong(
            at,
            ExprWrong::WrongKind {
                wanted,
                found: kind.name(),
            },
        )
    }
}

fn is_amount(kind: &Kind) -> bool {
    matches!(kind, Kind::Number | Kind::Money(_))
}

fn is_ordered(kind: &Kind) -> bool {
    is_amount(kind) || *kind == Kind::Date
}
