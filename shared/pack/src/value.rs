//! What people write into a form.

use std::collections::BTreeMap;

use base::{DepartmentId, Moment, PersonId, TaskId};
use domain::money::Money;
use domain::number::Number;
use serde::{Deserialize, Serialize};

use crate::id::{FieldName, OptionName};

/// The answer to one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A text, or prose.
    Text(String),
    /// A number.
    Number(Number),
    /// An amount, in the currency of its field.
    Money(Money),
    /// A day, at 00:00.
    Date(Moment),
    /// Yes or no.
    YesNo(bool),
    /// The chosen options: one, or several where the field allows it.
    Choice(Vec<OptionName>),
    /// A person.
    Person(PersonId),
    /// A department.
    Department(DepartmentId),
    /// A task of the project's plan.
    Task(TaskId),
    /// The rows of a table, each with its own answers.
    Table(Vec<Answers>),
    /// Attachments, a signature or a seal: the hashes of what was attached.
    Files(Vec<String>),
}

/// Answers by field. A field without one was not answered.
pub type Answers = BTreeMap<FieldName, Value>;

impl Value {
    /// Whether it says nothing: an empty text, no option, no row, no file.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Choice(options) => options.is_empty(),
            Self::Table(rows) => rows.iter().all(|row| row.values().all(Self::is_empty)),
            Self::Files(files) => files.is_empty(),
            _ => false,
        }
    }
}
