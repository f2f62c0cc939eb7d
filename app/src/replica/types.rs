//! What the replica tells screens.

use shared::base::{DocumentId, PersonId, TaskId, Timestamp};
use shared::doc::command::Command;
use shared::sync::device::Status;
use shared::sync::wire::Refusal;

/// The truth about sync, for every screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncState {
    /// What the session says.
    pub status: Status,
    /// Changes saved on this device that the server does not have yet, over all documents.
    pub waiting: usize,
    /// Writes that this device has not finished saving yet: do not close the page.
    pub saving: usize,
    /// When everything was last at the server.
    pub last_sync: Option<Timestamp>,
}

/// Why this device cannot keep what is written. What is in memory stays there and can be exported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The browser's space for this site is used up.
    #[error("the device has no space left for this site")]
    StorageFull,
    /// The browser keeps nothing for this site (private window, policy, damaged profile).
    #[error("the browser does not let this site store anything: {cause}")]
    StorageRefused {
        /// What the browser said.
        cause: String,
    },
    /// A part of what was stored was damaged: it is fetched again; what was sound of the unsent edits was kept.
    #[error("a part of what is stored on this device was damaged")]
    Damaged {
        /// Which document.
        document: DocumentId,
    },
    /// What is stored cannot be read.
    #[error("stored data cannot be read: {cause}")]
    Unreadable {
        /// Which document, where it is one.
        document: Option<DocumentId>,
        /// What is wrong.
        cause: String,
    },
}

/// Somebody else who looks at a document now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Their connection.
    pub session: u64,
    /// Who.
    pub person: PersonId,
    /// The task and field they are at.
    pub task: Option<TaskId>,
    /// The field they are typing in.
    pub field: Option<String>,
}

/// Typing that was found in the journal after a crash: it never became a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Whose field.
    pub task: TaskId,
    /// Which field.
    pub field: String,
    /// The text as it stood.
    pub text: String,
    /// When the last key was struck.
    pub at: Timestamp,
}

/// A refused edit, kept as a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedEdit {
    /// What was to be done; `None` where it was the taking back of an earlier command.
    pub command: Option<Command>,
    /// Which document.
    pub document: DocumentId,
    /// When it was made.
    pub at: Timestamp,
    /// Why not.
    pub reason: Refusal,
}

#[derive(serde::Serialize, serde::Deserialize, Default)]
struct Place {
    #[serde(default)]
    task: Option<TaskId>,
    #[serde(default)]
    field: Option<String>,
}

/// Where somebody is, as it travels.
pub(crate) fn write_presence(task: Option<TaskId>, field: Option<&str>) -> String {
    let place = Place {
        task,
        field: field.map(str::to_owned),
    };
    serde_json::to_string(&place).unwrap_or_default()
}

/// Where somebody is; at no place where it cannot be read.
pub(crate) fn read_presence(session: u64, person: PersonId, state: &str) -> Present {
    let place: Place = serde_json::from_str(state).unwrap_or_default();
    Present {
        session,
        person,
        task: place.task,
        field: place.field,
    }
}
