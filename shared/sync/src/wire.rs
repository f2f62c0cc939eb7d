//! The native dialect: CBOR frames on one WebSocket, one frame a binary message.
//!
//! A frame is the CBOR array `[kind, [fields...]]`. What a newer version adds at the end of the fields an older one
//! skips; a kind it does not know is [`Unreadable::Unknown`] and is ignored. The frozen first change of each kind of
//! document is implied on both sides: it is in no frame and in no log.

use base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use domain::permission::{Access, DocumentKind};
use minicbor::{Decode, Encode};

use crate::cbor;

/// The protocol version of this build.
pub const PROTOCOL: u32 = 1;

/// The schema of documents that this build reads and writes (`doc::Document::schema`).
pub const SCHEMA: u32 = 1;

/// What one side speaks and reads, and how old the other may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    /// The highest protocol version.
    pub protocol: u32,
    /// The lowest that the other side must speak.
    pub oldest_protocol: u32,
    /// The schema of documents.
    pub schema: u32,
    /// The lowest that the other side must know: what it writes is understood here, and the reverse.
    pub oldest_schema: u32,
}

impl Versions {
    /// Those of this build.
    pub const OURS: Self = Self {
        protocol: PROTOCOL,
        oldest_protocol: 1,
        schema: SCHEMA,
        oldest_schema: 1,
    };

    /// Whether the other side, of that protocol and schema, is one to work with. One that names no schema knows the
    /// first.
    pub fn work_with(&self, protocol: u32, schema: Option<u32>) -> bool {
        protocol >= self.oldest_protocol && schema.unwrap_or(1) >= self.oldest_schema
    }
}

/// The most changes that one `Lacks` names.
pub const MAX_LACKS: usize = 500;

/// The largest frame that either side reads, in bytes. Larger ones end the connection.
pub const MAX_FRAME: usize = 1024 * 1024;

/// How many bytes of changes a sender puts into one frame at most, unless one change alone is larger.
pub const FRAME_FILL: usize = 256 * 1024;

/// The longest presence state, in bytes.
pub const MAX_PRESENCE: usize = 1024;

/// One change in a document's log, as the server stored it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// Its place in the log, from 1.
    #[n(0)]
    pub seq: u64,
    /// Who made it: the person that the server recorded for its actor at first receipt.
    #[n(1)]
    #[cbor(with = "cbor::person")]
    pub by: PersonId,
    /// When the server received it.
    #[n(2)]
    #[cbor(with = "cbor::time")]
    pub at: Timestamp,
    /// The raw change, untouched.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
}

/// Why a change or a document is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Refusal {
    /// The person may not write this kind of document in this project.
    #[n(0)]
    NotAllowed,
    /// The bytes are no change, or too large, or use an actor's number a second time.
    #[n(1)]
    Malformed,
    /// It depends on a change that was itself refused.
    #[n(2)]
    DependsOnRefused,
    /// Its actor belongs to another person.
    #[n(3)]
    ForeignActor,
    /// The server cannot store anything at the moment (disk full, read-only); retried later.
    #[n(4)]
    Storage,
    /// It refers to what is not in the document, or would remove what documents keep.
    #[n(5)]
    Unresolved,
    /// One change is beyond a limit: its bytes, or what they claim to hold.
    #[n(6)]
    TooLarge,
    /// The document has reached its largest size.
    #[n(7)]
    Full,
    /// Too many at the same time: connections of a person or of the server, devices in a document, documents on a
    /// connection. The device keeps everything and asks again later.
    #[n(8)]
    Crowded,
    /// A connection kept sending more than is taken, for longer than it was made to wait. It may come back.
    #[n(9)]
    TooFast,
    /// A connection does not read what is on its way to it. It may come back, and goes on from its cursor.
    #[n(10)]
    TooSlow,
}

/// From a device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum ToServer {
    /// First frame.
    #[n(0)]
    Hello {
        /// The highest version the device speaks.
        #[n(0)]
        protocol: u32,
        /// Name and version of the app, for the server's log.
        #[n(1)]
        app: String,
        /// The schema of documents it knows; `None`: the first.
        #[n(2)]
        schema: Option<u32>,
    },
    /// Opens a document from a cursor (0: from the beginning). Again on a followed document: starts over from there.
    #[n(1)]
    Join {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// The epoch the cursor belongs to; 0 for none.
        #[n(1)]
        epoch: u64,
        /// The last entry the device has, with all before it.
        #[n(2)]
        cursor: u64,
        /// Heads of the device's acknowledged state.
        #[n(3)]
        #[cbor(with = "cbor::hashes")]
        heads: Vec<ChangeHash>,
    },
    /// Makes a document known that this device may have started offline (a note, a source), just before its `Join`.
    #[n(2)]
    Create {
        /// The document: must be `doc::derived_id` of the rest.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// Whose.
        #[n(1)]
        #[cbor(with = "cbor::project")]
        project: ProjectId,
        /// What kind.
        #[n(2)]
        #[cbor(with = "cbor::kind")]
        kind: DocumentKind,
        /// Which one of its kind.
        #[n(3)]
        key: String,
    },
    /// No longer interested.
    #[n(3)]
    Leave {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
    },
    /// Changes that are not acknowledged, dependencies first. The server answers each with `Acknowledged` or
    /// `Refused`; one whose dependencies have not arrived gets no answer, and is pushed again later.
    #[n(4)]
    Push {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// Raw changes.
        #[n(1)]
        #[cbor(with = "cbor::blobs")]
        changes: Vec<Vec<u8>>,
    },
    /// What this person is doing in a document; relayed, never stored.
    #[n(5)]
    Presence {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// Anything short; empty for gone.
        #[n(1)]
        state: String,
    },
    /// Keeps the connection known to be alive.
    #[n(6)]
    Ping {
        /// Comes back in `Pong`.
        #[n(0)]
        nonce: u64,
    },
}

/// From the server.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum ToDevice {
    /// Answer to `Hello`.
    #[n(0)]
    Welcome {
        /// The version both speak from here on.
        #[n(0)]
        protocol: u32,
        /// Name and version of the server.
        #[n(1)]
        server: String,
        /// Who the server takes this connection for.
        #[n(2)]
        #[cbor(with = "cbor::person")]
        person: PersonId,
        /// The server's clock.
        #[n(3)]
        #[cbor(with = "cbor::time")]
        now: Timestamp,
        /// The schema of documents the server knows; `None`: the first.
        #[n(4)]
        schema: Option<u32>,
    },
    /// The document is open; its changes follow up to `head`.
    #[n(1)]
    Joined {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// The log's epoch; 0: nobody has started this document yet, and this person may only read it.
        #[n(1)]
        epoch: u64,
        /// The last sequence number now.
        #[n(2)]
        head: u64,
        /// What the person may do.
        #[n(3)]
        #[cbor(with = "cbor::access")]
        access: Access,
        /// Whether the log is the one that the device followed: same epoch, cursor within, all heads there. Where not
        /// (a server restored from a backup), no changes follow: the device joins again from 0 and pushes all it has.
        #[n(4)]
        same_log: bool,
    },
    /// Changes in log order; the first is `cursor + 1`, apart from those acknowledged on this connection.
    #[n(2)]
    Changes {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// What was appended.
        #[n(1)]
        entries: Vec<Entry>,
    },
    /// These changes are on disk at the server.
    #[n(3)]
    Acknowledged {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// Hash and sequence number.
        #[n(1)]
        #[cbor(with = "cbor::numbered")]
        changes: Vec<(ChangeHash, u64)>,
        /// The server's clock.
        #[n(2)]
        #[cbor(with = "cbor::time")]
        at: Timestamp,
    },
    /// A change is refused; nothing of it was stored.
    #[n(4)]
    Refused {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// Which change.
        #[n(1)]
        #[cbor(with = "cbor::change")]
        change: ChangeHash,
        /// Why.
        #[n(2)]
        reason: Refusal,
    },
    /// Forget the cursor: fetch the snapshot over HTTP, then join from `seq`.
    #[n(5)]
    Reset {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// The log's epoch.
        #[n(1)]
        epoch: u64,
        /// The snapshot's content address.
        #[n(2)]
        snapshot: String,
        /// The last sequence number the snapshot contains.
        #[n(3)]
        seq: u64,
    },
    /// No such document for this person (which does not say whether it exists).
    #[n(6)]
    Denied {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
    },
    /// What the person may do here has changed.
    #[n(7)]
    AccessChanged {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// What now.
        #[n(1)]
        #[cbor(with = "cbor::access")]
        access: Access,
    },
    /// What others are doing. `state` empty: gone.
    #[n(8)]
    Presence {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// Their connection.
        #[n(1)]
        session: u64,
        /// Who.
        #[n(2)]
        #[cbor(with = "cbor::person")]
        person: PersonId,
        /// What they are doing.
        #[n(3)]
        state: String,
    },
    /// Projects or members changed: ask `GET /api/projects` again.
    #[n(9)]
    Projects,
    /// The server ends the connection, and why; `retry` says whether to come back.
    #[n(10)]
    Bye {
        /// For the log, and for people who read it.
        #[n(0)]
        reason: String,
        /// Come back after a while; otherwise sign in again first.
        #[n(1)]
        retry: bool,
        /// Which limit was reached, where one was.
        #[n(2)]
        cause: Option<Refusal>,
    },
    /// Answer to `Ping`.
    #[n(11)]
    Pong {
        /// The ping's.
        #[n(0)]
        nonce: u64,
    },
    /// Answer to a `Join` that cannot be done at the moment: ask again later. Nothing is said about rights.
    #[n(12)]
    Later {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// Why.
        #[n(1)]
        cause: Refusal,
    },
    /// Instead of `Welcome`: the app is too old for this server. It is to be loaded anew; what is unsent stays on the
    /// device and is sent afterwards.
    #[n(13)]
    Outdated {
        /// The protocol version of the server.
        #[n(0)]
        protocol: u32,
        /// The schema of documents it knows.
        #[n(1)]
        schema: u32,
    },
    /// The server has lost these changes of the log (their bytes are missing or damaged): who has them pushes them.
    #[n(14)]
    Lacks {
        /// The document.
        #[n(0)]
        #[cbor(with = "cbor::document")]
        document: DocumentId,
        /// Which, at most [`MAX_LACKS`].
        #[n(1)]
        #[cbor(with = "cbor::hashes")]
        changes: Vec<ChangeHash>,
    },
}

/// A frame that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Of a kind (or with a value) that a newer version may have added: to be ignored.
    #[error("unknown kind of frame")]
    Unknown,
    /// Larger than [`MAX_FRAME`].
    #[error("frame of {0} bytes is too large")]
    TooLarge(usize),
    /// Not CBOR, or not of the expected form.
    #[error("malformed frame: {0}")]
    Malformed(String),
}

fn decode<'b, T: Decode<'b, ()>>(frame: &'b [u8]) -> Result<T, Unreadable> {
    if frame.len() > MAX_FRAME {
        return Err(Unreadable::TooLarge(frame.len()));
    }
    minicbor::decode(frame).map_err(|e| {
        if e.is_unknown_variant() {
            Unreadable::Unknown
        } else {
            Unreadable::Malformed(e.to_string())
        }
    })
}

fn encode<T: Encode<()>>(frame: &T) -> Vec<u8> {
    // writing into memory cannot fail; were it ever to, an empty frame is a malformed one and ends the connection
    minicbor::to_vec(frame).unwrap_or_default()
}

impl ToServer {
    /// The bytes of one frame.
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// Reads one frame.
    pub fn from_bytes(frame: &[u8]) -> Result<Self, Unreadable> {
        decode(frame)
    }
}

impl ToDevice {
    /// The bytes of one frame.
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// Reads one frame.
    pub fn from_bytes(frame: &[u8]) -> Result<Self, Unreadable> {
        decode(frame)
    }
}
