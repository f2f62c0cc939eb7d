//! The kinds of values.

use std::collections::BTreeMap;

use crate::id::{FieldName, OptionName};

/// The kind of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A text or prose.
    Text,
    /// A number.
    Number,
    /// Money, by its currency (`CNY`).
    Money(String),
    /// A day.
    Date,
    /// Yes or no: a condition.
    YesNo,
    /// One of some options, or several of them.
    Choice {
        /// Those that there are.
        options: Vec<OptionName>,
        /// Whether several can be chosen.
        many: bool,
    },
    /// A person.
    Person,
    /// A department.
    Department,
    /// A task.
    Task,
    /// Attachments, a signature, a seal.
    Files,
    /// A table, by its columns.
    Table(BTreeMap<FieldName, Kind>),
    /// What was already told to be wrong: nothing more is said of it.
    Wrong,
}

/// The kinds of a form's fields.
pub type Kinds = BTreeMap<FieldName, Kind>;

impl Kind {
    /// What it is called in messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Money(_) => "money",
            Self::Date => "date",
            Self::YesNo => "yes_no",
            Self::Choice { .. } => "choice",
            Self::Person => "person",
            Self::Department => "department",
            Self::Task => "task",
            Self::Files => "attachment",
            Self::Table(_) => "table",
            Self::Wrong => "wrong",
        }
    }
}
