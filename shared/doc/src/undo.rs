//! Undo: the inverse of one's own command, offered where one's value still stands.

use base::PersonId;
use serde::{Deserialize, Serialize};

use crate::command::Done;
use crate::document::{Author, Document};

/// How to take a command back: plain data, kept across a reload.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Undo {
    // owned by the implementation: the fields written, their values before, and the operations that wrote them
}

/// Why it cannot be taken back: some field no longer holds what the command wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum UndoError {
    /// Somebody wrote a field since.
    #[error("changed since by {by:?}: {fields:?}")]
    ChangedSince {
        /// Who, as the changes say; empty when unknown.
        by: Vec<PersonId>,
        /// Names of the fields.
        fields: Vec<String>,
    },
}

/// Writes the values from before as one new change. Its own [`Done::undo`] is the redo.
pub fn undo(document: &mut Document, undo: &Undo, author: Author) -> Result<Done, UndoError> {
    let _ = (document, undo, author);
    Err(UndoError::ChangedSince {
        by: Vec::new(),
        fields: Vec::new(),
    })
}
