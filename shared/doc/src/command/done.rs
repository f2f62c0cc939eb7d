//! What comes of a command.

use base::{BaselineId, FieldId, LinkId, ResourceId, RowId, TaskId};
use serde::{Deserialize, Serialize};

use crate::document::RawChange;
use crate::undo::Undo;

/// Why a command was not carried out; the document is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum CommandError {
    /// The person may not change this document (any more).
    #[error("you may not change this document")]
    NotAllowed,
    /// The document is not on this device yet, or cannot be read.
    #[error("the document is not ready yet")]
    NotReady,
    /// The command is for another kind of document.
    #[error("this document does not take that command")]
    WrongDocument,
    /// No such task.
    #[error("there is no task {0}")]
    NoTask(TaskId),
    /// No such resource, or it was removed.
    #[error("there is no resource {0}")]
    NoResource(ResourceId),
    /// No such baseline, or it was removed.
    #[error("there is no baseline {0}")]
    NoBaseline(BaselineId),
    /// No such custom field.
    #[error("there is no field {0}")]
    NoField(FieldId),
    /// No such link.
    #[error("there is no link {0}")]
    NoLink(LinkId),
    /// No such row of a form's table.
    #[error("there is no row {0}")]
    NoRow(RowId),
    /// The task would lie under itself.
    #[error("a task cannot lie under itself")]
    UnderItself,
    /// The link would make a task wait for itself; the tasks of the cycle.
    #[error("the link would close a cycle")]
    Cycle(Vec<TaskId>),
    /// There is such a link already.
    #[error("the two tasks are linked already")]
    Duplicate,
    /// The value is out of bounds; which field, and why.
    #[error("{field}: {why}")]
    Invalid {
        /// The field, or `id` or `document`.
        field: String,
        /// What is wrong with it.
        why: String,
    },
}

/// A command that was carried out.
#[derive(Debug, Clone)]
pub struct Done {
    /// The changes it made, dependencies first; empty where everything stood like that already. More than one
    /// only where the limits of a change ask for it (an import).
    pub changes: Vec<RawChange>,
    /// How to take it back.
    pub undo: Undo,
}

impl CommandError {
    pub(crate) fn invalid(field: &str, why: impl ToString) -> Self {
        Self::Invalid {
            field: field.to_owned(),
            why: why.to_string(),
        }
    }
}
