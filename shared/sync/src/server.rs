//! The server's end of one connection: bytes in; bytes and requests to the [`crate::room::Rooms`] out.
//!
//! It decodes and checks what a device sends, so that the rooms, which all connections share, only see sound changes.

use base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use domain::permission::DocumentKind;

use crate::check::{Checked, Header, Operations, check_offered};
use crate::rate::TooFast;
use crate::wire::{MAX_PRESENCE, Refusal, ToDevice, ToServer, Unreadable, Versions};

/// How long the device may take to say `Hello`, in ms.
pub const HANDSHAKE: i64 = 10_000;
/// After how much silence the device is given up, in ms (devices ask after 20 s).
pub const SILENCE: i64 = 60_000;
/// The most changes in one push.
const MAX_PUSH: usize = 1_000;
/// The longest key of a document, in bytes.
const MAX_KEY: usize = 128;

/// A change that was checked and may be offered to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// What its header says.
    pub header: Header,
    /// How many operations it holds.
    pub ops: u64,
    /// What they name.
    pub operations: Operations,
    /// The bytes, untouched.
    pub bytes: Vec<u8>,
}

/// The most operations that are read out of one message: two hundred bytes can hold ten thousand, and what a device of
/// ours puts into one message is less. What comes after them in it gets no answer, and is offered again.
const MAX_WORK: u64 = 60_000;
/// What it costs to find out that a change is none, in operations.
const UNSOUND: u64 = 1_000;

/// The changes of one message, looked at.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    pub(crate) sound: Vec<Offered>,
    /// Those that are none, or beyond a limit, by the hash that their sender knows them by.
    pub(crate) unsound: Vec<(ChangeHash, Refusal)>,
    /// What that cost, in operations.
    pub(crate) work: u64,
}

/// Looks at changes in their order, until it has cost enough.
pub(crate) fn look(changes: Vec<Vec<u8>>) -> Looked {
    let mut looked = Looked::default();
    for bytes in changes {
        if looked.work >= MAX_WORK {
            break;
        }
        match check_offered(&bytes) {
            Ok(checked) => {
                let weight = checked.operations.weight;
                looked.work += weight.ops + weight.bytes / 64;
                looked.sound.push(Offered::new(checked, bytes));
            }
            Err(why) => {
                looked.work += UNSOUND;
                let hash = crate::check::claimed_hash(&bytes);
                looked.unsound.push((hash, why));
            }
        }
    }
    looked
}

impl Offered {
    /// About how many bytes it takes while it waits.
    pub fn size(&self) -> usize {
        self.bytes.len() + 80 * self.operations.list.len()
    }

    /// From what [`check_offered`] found in the bytes.
    pub fn new(checked: Checked, bytes: Vec<u8>) -> Self {
        Self {
            header: checked.header,
            ops: checked.ops,
            operations: checked.operations,
            bytes,
        }
    }
}

/// What a connection asks of the rooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Follow a document from a cursor; `create` where the device may have started it, the id verified.
    Join {
        /// The document.
        document: DocumentId,
        /// Project, kind and key, where it may be new.
        create: Option<(ProjectId, DocumentKind, String)>,
        /// The epoch the cursor belongs to; 0 for none.
        epoch: u64,
        /// The last entry the device has.
        cursor: u64,
        /// Heads of its acknowledged state.
        heads: Vec<ChangeHash>,
    },
    /// Be told when a document moves, without its entries: an empty `Changes`. What is pushed is answered by an
    /// `Acknowledged` in any case, an empty one where nothing was taken.
    Watch {
        /// The document.
        document: DocumentId,
    },
    /// Stop following it.
    Leave {
        /// The document.
        document: DocumentId,
    },
    /// Append these.
    Push {
        /// The document.
        document: DocumentId,
        /// In the order of the frame.
        changes: Vec<Offered>,
        /// Those that are none, or beyond a limit, by the hash that the device knows them by.
        unsound: Vec<(ChangeHash, Refusal)>,
    },
    /// Tell the others.
    Presence {
        /// The document.
        document: DocumentId,
        /// What.
        state: String,
    },
}

/// What to do for a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send these bytes.
    Send(Vec<u8>),
    /// Ask the rooms.
    Ask(Request),
    /// Close the socket, after what is to be sent.
    Close,
}

/// The server's end of one connection.
#[derive(Debug)]
pub struct Session {
    person: PersonId,
    server: String,
    versions: Versions,
    greeted: bool,
    heard: Timestamp,
    create: Option<(DocumentId, ProjectId, DocumentKind, String)>,
    work: u64,
}

impl Session {
    /// A connection that `person` opened at `now`. `server`: name and version, as devices log it.
    pub fn new(now: Timestamp, person: PersonId, server: String) -> Self {
        Self {
            person,
            server,
            versions: Versions::OURS,
            greeted: false,
            heard: now,
            create: None,
            work: 0,
        }
    }

    /// As if this were another build.
    #[must_use]
    pub fn speaking(mut self, versions: Versions) -> Self {
        self.versions = versions;
        self
    }

    /// What frames have cost since this was last asked, beside their bytes, in operations.
    pub fn work(&mut self) -> u64 {
        std::mem::take(&mut self.work)
    }

    /// When [`Session::wake`] is due.
    pub fn deadline(&self) -> Timestamp {
        self.heard
            .plus_ms(if self.greeted { SILENCE } else { HANDSHAKE })
    }

    /// The deadline may have come: a silent connection is closed.
    pub fn wake(&mut self, now: Timestamp) -> Vec<Effect> {
        if now >= self.deadline() {
            bye("no sign of life")
        } else {
            Vec::new()
        }
    }

    /// The device sent more than it may, for too long ([`crate::rate`]).
    pub fn too_fast(&mut self, why: TooFast) -> Vec<Effect> {
        goodbye(&why.to_string(), Some(Refusal::TooFast))
    }

    /// A frame arrived.
    pub fn frame(&mut self, now: Timestamp, bytes: &[u8]) -> Vec<Effect> {
        self.heard = now;
        let frame = match ToServer::from_bytes(bytes) {
            Ok(frame) => frame,
            Err(Unreadable::Unknown) => return Vec::new(), // of a newer device
            Err(why @ Unreadable::TooLarge(_)) => {
                return goodbye(&why.to_string(), Some(Refusal::TooLarge));
            }
            Err(why) => return bye(&why.to_string()),
        };
        if !self.greeted {
            return match frame {
                ToServer::Hello {
                    protocol, schema, ..
                } if self.versions.work_with(protocol, schema) => {
                    self.greeted = true;
                    vec![send(&ToDevice::Welcome {
                        protocol: protocol.min(self.versions.protocol),
                        server: self.server.clone(),
                        person: self.person,
                        now,
                        schema: Some(self.versions.schema),
                    })]
                }
                ToServer::Hello { .. } => vec![
                    send(&ToDevice::Outdated {
                        protocol: self.versions.protocol,
                        schema: self.versions.schema,
                    }),
                    Effect::Close,
                ],
                _ => bye("Hello comes first"),
            };
        }
        match frame {
            ToServer::Hello { .. } => Vec::new(), // doubled
            ToServer::Ping { nonce } => vec![send(&ToDevice::Pong { nonce })],
            ToServer::Create {
                document,
                project,
                kind,
                key,
            } => {
                let may_start = matches!(
                    kind,
                    DocumentKind::Note
                        | DocumentKind::Source
                        | DocumentKind::Proposal
                        | DocumentKind::Form
                ) && key.len() <= MAX_KEY
                    && doc::derived_id(project, kind, &key) == document;
                self.create = may_start.then_some((document, project, kind, key));
                Vec::new()
            }
            ToServer::Join {
                document,
                epoch,
                cursor,
                heads,
            } => {
                let create = self
                    .create
                    .take()
                    .filter(|(of, ..)| *of == document)
                    .map(|(_, project, kind, key)| (project, kind, key));
                vec![Effect::Ask(Request::Join {
                    document,
                    create,
                    epoch,
                    cursor,
                    heads,
                })]
            }
            ToServer::Leave { document } => vec![Effect::Ask(Request::Leave { document })],
            ToServer::Push { document, changes } => {
                if changes.len() > MAX_PUSH {
                    return goodbye("too many changes in one push", Some(Refusal::TooLarge));
                }
                let looked = look(changes);
                self.work += looked.work;
                vec![Effect::Ask(Request::Push {
                    document,
                    changes: looked.sound,
                    unsound: looked.unsound,
                })]
            }
            ToServer::Presence { document, state } if state.len() <= MAX_PRESENCE => {
                vec![Effect::Ask(Request::Presence { document, state })]
            }
            ToServer::Presence { .. } => Vec::new(),
        }
    }
}

fn send(frame: &ToDevice) -> Effect {
    Effect::Send(frame.to_bytes())
}

/// A frame that refuses one change.
pub(crate) fn refused(document: DocumentId, change: ChangeHash, reason: Refusal) -> ToDevice {
    ToDevice::Refused {
        document,
        change,
        reason,
    }
}

fn bye(reason: &str) -> Vec<Effect> {
    goodbye(reason, None)
}

fn goodbye(reason: &str, cause: Option<Refusal>) -> Vec<Effect> {
    let reason = reason.chars().take(200).collect();
    vec![
        send(&ToDevice::Bye {
            reason,
            retry: true,
            cause,
        }),
        Effect::Close,
    ]
}
