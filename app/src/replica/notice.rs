//! What tabs of one person tell each other. Notices only: what is true lies in the database.

use serde::{Deserialize, Serialize};
use shared::base::{DocumentId, PersonId, ProjectId, Timestamp};
use shared::sync::device::Status;

use super::rows::Reason;

/// What happened, or what is wanted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Notice {
    /// A tab began: who leads, say how things stand.
    Hello,
    /// Pending changes were written.
    Pending(DocumentId),
    /// Acknowledged changes were written.
    Stored(DocumentId),
    /// Pending changes were made anew after a refusal: load the document again, under a new actor.
    Rebuilt(DocumentId),
    /// A document is to be followed.
    Follow(DocumentId),
    /// The undo stack of a project changed.
    Undo(ProjectId),
    /// Refused edits of a document changed.
    Refused(DocumentId),
    /// Projects or organisation are new.
    Projects,
    /// How sync stands.
    Status(Standing),
    /// The server ended the session.
    SignedOut,
    /// This app and the server do not go together: it is to be loaded anew.
    Outdated,
    /// The person locked this device.
    Locked,
    /// The person signed out here: their data is gone from this device.
    Gone,
    /// The visible tab wants to hold the socket.
    WantLead(u64),
    /// It may.
    Lead(u64),
    /// It may not: the one that holds it is visible too.
    Keep(u64),
    /// The one that holds it is no longer visible.
    Hidden,
    /// Where this person is.
    Announce(DocumentId, String),
    /// Where others are.
    Presence(DocumentId, u64, PersonId, String),
    /// Try to connect at once.
    Retry,
}

/// [`Status`] between tabs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Standing {
    Offline(Option<Timestamp>),
    Syncing,
    Synced(Timestamp),
    Failed(Reason),
}

impl From<&Status> for Standing {
    fn from(status: &Status) -> Self {
        match status {
            Status::Offline { next_try } => Self::Offline(*next_try),
            Status::Syncing => Self::Syncing,
            Status::Synced { at } => Self::Synced(*at),
            Status::Failed { cause } => Self::Failed((*cause).into()),
        }
    }
}

impl From<Standing> for Status {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Offline(next_try) => Self::Offline { next_try },
            Standing::Syncing => Self::Syncing,
            Standing::Synced(at) => Self::Synced { at },
            Standing::Failed(cause) => Self::Failed {
                cause: cause.into(),
            },
        }
    }
}
