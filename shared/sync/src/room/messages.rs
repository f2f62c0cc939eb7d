//! What happens to the rooms of a server, and what they want done.

use base::{ChangeHash, DocumentId, PersonId, ProjectId};
use bytes::Bytes;
use domain::permission::{Access, DocumentKind};

use super::ConnectionId;
use crate::server::{Offered, Request};
use crate::wire::{Entry, Refusal};

/// A document as the store knows it, and what the asking person may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Whose.
    pub project: ProjectId,
    /// What kind.
    pub kind: DocumentKind,
    /// The log's epoch; 0: not started yet.
    pub epoch: u64,
    /// The last sequence number.
    pub head: u64,
    /// What the person may do. [`Access::None`] is answered as if there were no such document.
    pub access: Access,
    /// All heads that the device named are in the log.
    pub knows_heads: bool,
    /// Begin with this snapshot: what follows the cursor is no longer kept change by change, or is longer than it.
    pub snapshot: Option<SnapshotAt>,
}

/// A whole document up to a place in its log, kept under its content address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotAt {
    /// SHA-256 of its bytes, as hexadecimal digits.
    pub hash: String,
    /// The last sequence number that it holds.
    pub seq: u64,
}

/// Why a page of a log was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// A condition that passes: the connection ends, and the device asks again.
    Later,
    /// Entries are missing or damaged; [`Input::Lacking`] says which.
    Damaged,
}

/// What became of an offered change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is on disk, as this entry.
    Stored(Entry),
    /// It was on disk already.
    Present(u64),
    /// It is not taken.
    Refused(Refusal),
    /// Something it depends on has not arrived: no answer, the device offers it again.
    Waits,
}

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// A connection is authenticated.
    Connected(ConnectionId, PersonId),
    /// It is gone.
    Disconnected(ConnectionId),
    /// It asks for something.
    Request(ConnectionId, Request),
    /// Bytes of [`Effect::Send`] have left for the device.
    Flushed(ConnectionId, usize),
    /// Answer to [`Effect::Open`]; `None`: no such document. `Err`: the store failed.
    Opened(ConnectionId, DocumentId, Result<Option<Opened>, ()>),
    /// Answer to [`Effect::Read`]; empty: nothing follows. `Err`: the store failed.
    Page(ConnectionId, DocumentId, Result<Vec<Entry>, Unread>),
    /// These changes of a document's log are lost in the store; none: it is whole again.
    Lacking(DocumentId, Vec<ChangeHash>),
    /// Answer to [`Effect::Append`]; `Err`: nothing of it was stored.
    Appended {
        /// Who offered.
        connection: ConnectionId,
        /// To which document.
        document: DocumentId,
        /// Per change, in the order offered.
        outcomes: Result<Vec<(ChangeHash, Outcome)>, Vec<ChangeHash>>,
    },
    /// Another node appended: the log now ends here.
    Grown(DocumentId, u64),
    /// Answer to [`Effect::Authorize`].
    Authorized(ConnectionId, DocumentId, Access),
    /// Members or roles of a project changed; these people are told to look again.
    MembershipChanged(ProjectId, Vec<PersonId>),
    /// One connection ends (its device was signed out or revoked).
    Expelled(ConnectionId),
    /// The server stops.
    Shutdown,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send this; say [`Input::Flushed`] when it has left.
    Send(ConnectionId, Bytes),
    /// Close the connection after what is to be sent. It counts as gone already.
    Close(ConnectionId),
    /// Look a document up, or create it where the person may, with the person's rights.
    Open {
        /// Who asks.
        connection: ConnectionId,
        /// The person.
        person: PersonId,
        /// Which document.
        document: DocumentId,
        /// Project, kind and key, where it may be new.
        create: Option<(ProjectId, DocumentKind, String)>,
        /// Are these in its log? (The frozen first change is.)
        heads: Vec<ChangeHash>,
        /// Epoch and cursor from which it is to be sent; `None`: only its moves are told.
        from: Option<(u64, u64)>,
    },
    /// Read a page of the log.
    Read {
        /// For whom.
        connection: ConnectionId,
        /// Of which document.
        document: DocumentId,
        /// What follows this sequence number.
        after: u64,
    },
    /// Append, and answer once it is on disk.
    Append {
        /// Who offers.
        connection: ConnectionId,
        /// The person.
        person: PersonId,
        /// To which document.
        document: DocumentId,
        /// In this order.
        changes: Vec<Offered>,
    },
    /// What may the person do with documents of this kind now?
    Authorize {
        /// For which connection.
        connection: ConnectionId,
        /// The person.
        person: PersonId,
        /// For which document.
        document: DocumentId,
        /// In which project.
        project: ProjectId,
        /// Of which kind.
        kind: DocumentKind,
    },
}
