//! What happens to a device's session, and what it wants done.

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
        /// Of which document; one that is not joined is not sent before its `Join`, which brings it.
        document: DocumentId,
        /// Its hash.
        change: ChangeHash,
        /// The raw change.
        bytes: Vec<u8>,
    },
    /// Entries up to `seq` are stored on the device.
    Stored {
        /// Of which document.
        document: DocumentId,
        /// The cursor that was stored with them.
        seq: u64,
    },
    /// A snapshot asked for by [`Effect::FetchSnapshot`] is stored on the device.
    SnapshotStored {
        /// Of which document.
        document: DocumentId,
        /// The epoch that was stored with it.
        epoch: u64,
        /// The cursor that was stored with it.
        seq: u64,
        /// The snapshot's heads.
        heads: Vec<ChangeHash>,
    },
    /// A snapshot asked for by [`Effect::FetchSnapshot`] did not come: the server is asked again soon. It may have lost it.
    SnapshotFailed {
        /// Of which document.
        document: DocumentId,
    },
    /// A snapshot asked for by [`Effect::FetchSnapshot`] came, and is nothing that this device may take. It was not stored.
    SnapshotUnsound {
        /// Of which document.
        document: DocumentId,
        /// What is wrong with it.
        cause: Refusal,
    },
    /// Changes asked for by [`Effect::Provide`], as far as this device has them.
    Provided {
        /// Of which document.
        document: DocumentId,
        /// Raw changes.
        changes: Vec<Vec<u8>>,
    },
    /// What this person is doing in a document; empty for nothing. At most [`crate::wire::MAX_PRESENCE`] bytes.
    Presence {
        /// Which document.
        document: DocumentId,
        /// What.
        state: String,
    },
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
    /// Store these entries, the epoch and the cursor in one transaction, then say [`Input::Stored`] with that cursor.
    /// Entries that are this device's own unacknowledged changes move from there to the acknowledged ones. May hold no
    /// entries: then only epoch and cursor are new.
    Store {
        /// Of which document.
        document: DocumentId,
        /// The log's epoch.
        epoch: u64,
        /// The entries, in log order.
        entries: Vec<Entry>,
        /// The cursor to store: everything up to it is then on the device (own acknowledged changes included).
        cursor: u64,
    },
    /// These own changes are on disk at the server, with their sequence numbers: move them to the acknowledged ones,
    /// with the cursor, in one transaction.
    Acknowledged {
        /// Of which document.
        document: DocumentId,
        /// Hash and sequence number.
        changes: Vec<(ChangeHash, u64)>,
        /// The server's clock.
        at: Timestamp,
        /// The cursor to store; it may be the one that is stored already.
        cursor: u64,
    },
    /// An own change was refused. It leaves the unacknowledged ones; go back to the acknowledged state and what is
    /// still unacknowledged. Each change that depended on it follows with [`Refusal::DependsOnRefused`]: the commands
    /// of those are to be replayed under a new actor (they become new changes), the command of the one with another
    /// reason becomes a draft.
    Refused {
        /// Of which document.
        document: DocumentId,
        /// Which change.
        change: ChangeHash,
        /// Why.
        reason: Refusal,
    },
    /// The server has lost these changes: say [`Input::Provided`] with those that are here.
    Provide {
        /// Of which document.
        document: DocumentId,
        /// Which.
        changes: Vec<ChangeHash>,
    },
    /// This build and the server do not go together: the app is to be loaded anew. Nothing was sent; what waits stays.
    Outdated,
    /// The server has said nothing to what was sent, on a connection that lives: it may wait for a change that it never
    /// gets (a refused one). Look whether everything that waits here can be applied ([`crate::replay::replay`] with no
    /// refusals); what is sound is sent again anyway.
    Unanswered {
        /// Of which document.
        document: DocumentId,
    },
    /// The server's log is not the one this device followed (it was restored from a backup): keep all chunks, but set
    /// epoch and cursor to 0 and count every change of the device as unacknowledged, then say [`Input::Join`] with that.
    /// The server knows again which ones it has; what it lost it gets back.
    Repair {
        /// Which document.
        document: DocumentId,
    },
    /// Fetch the snapshot over HTTP, store it, then say [`Input::SnapshotStored`].
    FetchSnapshot {
        /// Of which document.
        document: DocumentId,
        /// The log's epoch.
        epoch: u64,
        /// The snapshot's content address.
        snapshot: String,
        /// The cursor that goes with it.
        seq: u64,
    },
    /// What may be done with the document now. [`Access::None`]: it is not for this person (any more).
    Access {
        /// Which document.
        document: DocumentId,
        /// What now.
        access: Access,
    },
    /// What others are doing. All are gone where the connection is.
    Presence {
        /// In which document.
        document: DocumentId,
        /// Their connection.
        session: u64,
        /// Who.
        person: PersonId,
        /// What; empty: gone.
        state: String,
    },
    /// Ask `GET /api/projects` again.
    RefreshProjects,
    /// The session has ended for this person (signed out, revoked): sign in again.
    SignedOut {
        /// The server's words, for the log.
        reason: String,
    },
    /// The state for the screen changed.
    Status(Status),
    /// Say [`Input::Wake`] at this time (replaces an earlier request).
    WakeAt(Timestamp),
}

/// The truth about sync, for the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// No connection; what is written is kept on the device. `next_try` when one is planned.
    Offline {
        /// When the next try is planned.
        next_try: Option<Timestamp>,
    },
    /// Connected, some changes or documents are on their way.
    Syncing,
    /// Everything that this device has is on disk at the server.
    Synced {
        /// Since when, by the device's clock.
        at: Timestamp,
    },
    /// Something failed and will not mend itself soon; the cause, and what still waits is kept.
    Failed {
        /// The cause.
        cause: Refusal,
    },
}
