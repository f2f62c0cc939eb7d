//! What people write into a form.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

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
    /// Attachments, a signature or a seal: the text of an [`Attached`] for each.
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

/// A file that was attached: its text is `HASH SIZE NAME`, and all that bears on what was attached is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub hash: String,
    /// How many bytes.
    pub size: u64,
    /// What it was called.
    pub name: String,
}

/// The text is of no attached file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no attached file: a hash, a size and a name")]
pub struct NotAttached;

impl Attached {
    /// The longest name that is kept, in characters.
    pub const LONGEST_NAME: usize = 120;

    /// A file of that name. What cannot stand in a name becomes `_`, and what is too long is cut before the ending.
    pub fn new(hash: String, size: u64, name: &str) -> Self {
        let name: Vec<char> = name
            .trim()
            .chars()
            .map(|c| if c == '/' || c.is_control() { '_' } else { c })
            .collect();
        let ending = name
            .iter()
            .rposition(|c| *c == '.')
            .filter(|at| name.len() - at <= 10);
        let ending = name.get(ending.unwrap_or(name.len())..).unwrap_or_default();
        let name: String = match name.len() <= Self::LONGEST_NAME {
            true => name.iter().collect(),
            false => {
                let whole = name.iter().take(Self::LONGEST_NAME - ending.len());
                whole.chain(ending).collect()
            }
        };
        Self { hash, size, name }
    }

    /// The ending of the name, in lower case, without the point; empty where there is none.
    pub fn ending(&self) -> String {
        let ending = self.name.rsplit_once('.').map(|(_, ending)| ending);
        ending.unwrap_or_default().to_lowercase()
    }
}

impl fmt::Display for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.hash, self.size, self.name)
    }
}

impl FromStr for Attached {
    type Err = NotAttached;

    fn from_str(text: &str) -> Result<Self, NotAttached> {
        let mut parts = text.splitn(3, ' ');
        let (hash, size, name) = (parts.next(), parts.next(), parts.next());
        let hash = hash.filter(|hash| {
            hash.len() == 64
                && hash
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        });
        let size = size.and_then(|size| size.parse().ok());
        let name = name.filter(|name| !name.chars().any(|c| c == '/' || c.is_control()));
        match (hash, size, name) {
            (Some(hash), Some(size), Some(name)) => Ok(Self {
                hash: hash.to_owned(),
                size,
                name: name.to_owned(),
            }),
            _ => Err(NotAttached),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attached_file_survives_its_text() {
        let attached = Attached {
            hash: "0a".repeat(32),
            size: 1_234,
            name: "招标文件 第2版.pdf".into(),
        };
        assert_eq!(attached.to_string().parse(), Ok(attached));
        let long = Attached::new("0a".repeat(32), 1, &format!(" a/b{}.pdf", "长".repeat(200)));
        assert_eq!(long.name.chars().count(), Attached::LONGEST_NAME);
        assert!(long.name.starts_with("a_b长") && long.ending() == "pdf");
        for wrong in [
            "",
            "0a",
            &format!("{} x 1", "0a".repeat(32)),
            &"0A".repeat(32),
        ] {
            assert_eq!(wrong.parse::<Attached>(), Err(NotAttached), "{wrong}");
        }
    }
}
