//! The device's end of the session.

use base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use domain::permission::{Access, DocumentKind};

use crate::wire::{Entry, Refusal};

/// What the device holds of a document, when it joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The document.
    pub document: DocumentId,
    /// `Some` where this device may have started it (a note, a source): project, kind, key.
    pub create: Option<(ProjectId, DocumentKind, String)>,
    /// The epoch of the log it has followed; 0 before the first join.
    pub epoch: u64,
    /// The last sequence number it has stored; 0 for none.
    pub cursor: u64,
    /// Heads of the acknowledged state.
    pub heads: Vec<ChangeHash>,
    /// Changes not yet acknowledged, dependencies first.
    pub unacknowledged: Vec<(ChangeHash, Vec<u8>)>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The socket is open.
    Opened,
    /// The socket is closed or could not be opened.
    Closed,
    /// A frame arrived.
    Frame(Vec<u8>),
    /// Follow a document.
    Join(Held),
    /// Stop following it.
    Leave(DocumentId),
    /// A change was made here (and is stored on the device).
    Made {
        document: DocumentId,
        change: ChangeHash,
        bytes: Vec<u8>,
    },
    /// Entries up to `seq` are stored on the device.
    Stored { document: DocumentId, seq: u64 },
    /// A snapshot asked for by [`Effect::FetchSnapshot`] is stored on the device.
    SnapshotStored {
        document: DocumentId,
        epoch: u64,
        seq: u64,
    },
    /// What this person is doing in a document.
    Presence { document: DocumentId, state: String },
    /// The browser says that the network is back: try at once.
    NetworkBack,
    /// The time asked for by [`Effect::WakeAt`] has come.
    Wake,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Open the socket (a fresh ticket or the cookie).
    Connect,
    /// Close the socket.
    Disconnect,
    /// Send a frame.
    Send(Vec<u8>),
    /// Store these entries and the cursor in one transaction, then say [`Input::Stored`]. Entries that are this
    /// device's own unacknowledged changes move from there to the acknowledged ones.
    Store {
        document: DocumentId,
        epoch: u64,
        entries: Vec<Entry>,
    },
    /// These own changes are on disk at the server, with their sequence numbers.
    Acknowledged {
        document: DocumentId,
        changes: Vec<(ChangeHash, u64)>,
        at: Timestamp,
    },
    /// An own change was refused: go back to the acknowledged state and replay the rest under a new actor.
    Refused {
        document: DocumentId,
        change: ChangeHash,
        reason: Refusal,
    },
    /// Fetch the snapshot over HTTP, store it, then say [`Input::SnapshotStored`].
    FetchSnapshot {
        document: DocumentId,
        epoch: u64,
        snapshot: String,
        seq: u64,
    },
    /// What may be done with the document now. [`Access::None`]: it is not for this person (any more).
    Access {
        document: DocumentId,
        access: Access,
    },
    /// What others are doing.
    Presence {
        document: DocumentId,
        session: u64,
        person: PersonId,
        state: String,
    },
    /// Ask `GET /api/projects` again.
    RefreshProjects,
    /// The session has ended for this person (signed out, revoked): sign in again.
    SignedOut { reason: String },
    /// The state for the screen changed.
    Status(Status),
    /// Say [`Input::Wake`] at this time (replaces an earlier request).
    WakeAt(Timestamp),
}

/// The truth about sync, for the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// No connection; what is written is kept on the device. `next_try` when one is planned.
    Offline { next_try: Option<Timestamp> },
    /// Connected, some changes or documents are on their way.
    Syncing,
    /// Everything that this device has is on disk at the server.
    Synced { at: Timestamp },
    /// Something failed and will not mend itself soon; the cause, and what still waits is kept.
    Failed { cause: Refusal },
}

/// The device's end of one connection after another. Deterministic: time and jitter's seed come in.
#[derive(Debug)]
pub struct Device {
    seed: u64,
}

impl Device {
    /// A session that is not connected yet; `seed` spreads the reconnections of many devices.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// What happened at `now`; what to do about it, in order.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Vec<Effect> {
        let _ = (now, input, self.seed);
        Vec::new()
    }
}
