//! Where something stands in a form, and the key that it stands under.

use std::fmt;

use base::{CommentId, RowId};
use pack::id::FieldName;
use serde::{Deserialize, Serialize};

use crate::schema;

/// What is kept of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CommentPart {
    /// What it says.
    Text,
    /// What it is on.
    On,
    /// Which comment it answers.
    To,
    /// Whether its thread is settled.
    Settled,
}

impl CommentPart {
    pub(crate) const ALL: [Self; 4] = [Self::Text, Self::On, Self::To, Self::Settled];

    const fn word(self) -> &'static str {
        match self {
            Self::Text => schema::TEXT,
            Self::On => schema::ON,
            Self::To => schema::TO,
            Self::Settled => schema::SETTLED,
        }
    }
}

/// A place in a form's document that holds one value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FormPlace {
    /// The content hash of the pack that the form is of.
    Pack,
    /// The form's name within the pack.
    Form,
    /// Whether the form was discarded.
    Discarded,
    /// The answer to a field.
    Answer(FieldName),
    /// The answer to a column in a row of a table.
    Cell {
        /// The table.
        table: FieldName,
        /// The row.
        row: RowId,
        /// The column.
        column: FieldName,
    },
    /// Where a row stands among the others.
    Order {
        /// The table.
        table: FieldName,
        /// The row.
        row: RowId,
    },
    /// Whether a row was removed.
    Removed {
        /// The table.
        table: FieldName,
        /// The row.
        row: RowId,
    },
    /// Something of a comment.
    Comment {
        /// The comment.
        comment: CommentId,
        /// What of it.
        part: CommentPart,
    },
}

impl FormPlace {
    /// The field, or the table, that it belongs to; `None` for what is of the form as a whole.
    pub fn field(&self) -> Option<&FieldName> {
        match self {
            Self::Pack | Self::Form | Self::Discarded | Self::Comment { .. } => None,
            Self::Answer(field) => Some(field),
            Self::Cell { table, .. } | Self::Order { table, .. } | Self::Removed { table, .. } => {
                Some(table)
            }
        }
    }

    /// The row, where it is in one.
    pub fn row(&self) -> Option<RowId> {
        match self {
            Self::Cell { row, .. } | Self::Order { row, .. } | Self::Removed { row, .. } => {
                Some(*row)
            }
            _ => None,
        }
    }

    /// Whether it holds an answer, of a field or of a cell.
    pub fn is_answer(&self) -> bool {
        matches!(self, Self::Answer(_) | Self::Cell { .. })
    }

    /// From the key that histories and refused undos name it by, as [`FormPlace`] is written; `None` where it is no place
    /// that this version knows.
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            schema::PACK => return Some(Self::Pack),
            schema::FORM => return Some(Self::Form),
            schema::REMOVED => return Some(Self::Discarded),
            _ => {}
        }
        if let Some(field) = key.strip_prefix(schema::ANSWER) {
            return Some(Self::Answer(field.parse().ok()?));
        }
        if let Some(rest) = key.strip_prefix(schema::COMMENT) {
            let (comment, word) = rest.split_once('/')?;
            let part = CommentPart::ALL
                .into_iter()
                .find(|part| part.word() == word)?;
            let comment = comment.parse().ok()?;
            return Some(Self::Comment { comment, part });
        }
        let (table, rest) = key.strip_prefix(schema::TABLE)?.split_once('/')?;
        let (row, part) = rest.split_once('/')?;
        let (table, row) = (table.parse().ok()?, row.parse().ok()?);
        Some(match part {
            schema::ORDER => Self::Order { table, row },
            schema::REMOVED => Self::Removed { table, row },
            part => Self::Cell {
                table,
                row,
                column: part.strip_prefix(schema::COLUMN)?.parse().ok()?,
            },
        })
    }
}

/// The start of the keys of a row.
pub(crate) fn row_start(table: &FieldName, row: RowId) -> String {
    format!("{}{table}/{row}/", schema::TABLE)
}

impl fmt::Display for FormPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pack => f.write_str(schema::PACK),
            Self::Form => f.write_str(schema::FORM),
            Self::Discarded => f.write_str(schema::REMOVED),
            Self::Answer(field) => write!(f, "{}{field}", schema::ANSWER),
            Self::Cell { table, row, column } => {
                write!(
                    f,
                    "{}{table}/{row}/{}{column}",
                    schema::TABLE,
                    schema::COLUMN
                )
            }
            Self::Order { table, row } => {
                write!(f, "{}{table}/{row}/{}", schema::TABLE, schema::ORDER)
            }
            Self::Removed { table, row } => {
                write!(f, "{}{table}/{row}/{}", schema::TABLE, schema::REMOVED)
            }
            Self::Comment { comment, part } => {
                write!(f, "{}{comment}/{}", schema::COMMENT, part.word())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_survive_their_keys_and_other_keys_are_none() {
        let row = RowId::from_bytes([7; 8]);
        let comment = CommentId::from_bytes([8; 8]);
        for key in [
            "pack".to_owned(),
            "form".to_owned(),
            "removed".to_owned(),
            "a/budget".to_owned(),
            format!("t/costs/{row}/order"),
            format!("t/costs/{row}/removed"),
            format!("t/costs/{row}/c/amount"),
            format!("t/costs/{row}/c/order"),
            format!("r/{comment}/text"),
            format!("r/{comment}/on"),
            format!("r/{comment}/to"),
            format!("r/{comment}/settled"),
        ] {
            assert_eq!(FormPlace::from_key(&key).unwrap().to_string(), key);
        }
        for key in [
            "".to_owned(),
            "a/".to_owned(),
            "a/Budget".to_owned(),
            "t/costs".to_owned(),
            "t/costs/row/order".to_owned(),
            format!("t/costs/{row}/"),
            format!("t/costs/{row}/c/"),
            format!("t/costs/{row}/c/a/b"),
            format!("t/costs/{row}/more"),
            format!("r/{comment}"),
            format!("r/{comment}/more"),
            "r/nobody/text".to_owned(),
        ] {
            assert_eq!(FormPlace::from_key(&key), None, "{key}");
        }
    }
}
