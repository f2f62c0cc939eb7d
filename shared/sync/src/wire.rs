//! The native dialect: CBOR frames on one WebSocket.

use base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use domain::permission::{Access, DocumentKind};

/// The protocol version of this build.
pub const PROTOCOL: u32 = 1;

/// One change in a document's log, as the server stored it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the log, from 1.
    pub seq: u64,
    /// Who made it: the person that the server recorded for its actor at first receipt.
    pub by: PersonId,
    /// When the server received it.
    pub at: Timestamp,
    /// The raw change, untouched.
    pub bytes: Vec<u8>,
}

/// Why a change or a document is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The person may not write this kind of document in this project.
    NotAllowed,
    /// The bytes are no change, or too large.
    Malformed,
    /// It depends on a change that was itself refused.
    DependsOnRefused,
    /// Its actor belongs to another person.
    ForeignActor,
    /// The server cannot store anything at the moment (disk full, read-only); retried later.
    Storage,
}

/// From a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToServer {
    /// First frame.
    Hello { protocol: u32, app: String },
    /// Opens a document from a cursor (0: from the beginning).
    Join {
        document: DocumentId,
        epoch: u64,
        cursor: u64,
        heads: Vec<ChangeHash>,
    },
    /// Makes a document known that this device may have started offline (a note, a source), then as `Join`.
    Create {
        document: DocumentId,
        project: ProjectId,
        kind: DocumentKind,
        key: String,
    },
    /// No longer interested.
    Leave { document: DocumentId },
    /// Changes that are not acknowledged, dependencies first.
    Push {
        document: DocumentId,
        changes: Vec<Vec<u8>>,
    },
    /// What this person is doing in a document; relayed, never stored.
    Presence { document: DocumentId, state: String },
    /// Keeps the connection known to be alive.
    Ping { nonce: u64 },
}

/// From the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToDevice {
    /// Answer to `Hello`.
    Welcome {
        protocol: u32,
        server: String,
        person: PersonId,
        now: Timestamp,
    },
    /// The document is open; its changes follow up to `head`.
    Joined {
        document: DocumentId,
        epoch: u64,
        head: u64,
        access: Access,
    },
    /// Changes in log order; the first is `cursor + 1`.
    Changes {
        document: DocumentId,
        entries: Vec<Entry>,
    },
    /// These changes are on disk at the server.
    Acknowledged {
        document: DocumentId,
        changes: Vec<(ChangeHash, u64)>,
        at: Timestamp,
    },
    /// A change is refused; nothing of it was stored.
    Refused {
        document: DocumentId,
        change: ChangeHash,
        reason: Refusal,
    },
    /// Forget the cursor: fetch the snapshot over HTTP, then join from `seq`.
    Reset {
        document: DocumentId,
        epoch: u64,
        snapshot: String,
        seq: u64,
    },
    /// No such document for this person (which does not say whether it exists).
    Denied { document: DocumentId },
    /// What the person may do here has changed.
    AccessChanged {
        document: DocumentId,
        access: Access,
    },
    /// What others are doing. `state` empty: gone.
    Presence {
        document: DocumentId,
        session: u64,
        person: PersonId,
        state: String,
    },
    /// Projects or members changed: ask `GET /api/projects` again.
    Projects,
    /// The server ends the connection, and why; `retry` says whether to come back.
    Bye { reason: String, retry: bool },
    /// Answer to `Ping`.
    Pong { nonce: u64 },
}
