//! The device's end of the session.
//!
//! How it is driven: one [`Device`] per (device, person), in the tab that holds the socket. Carry out the effects in
//! their order. After [`Effect::Disconnect`], and after a new [`Effect::Connect`], nothing more is reported of the
//! socket before. What is to survive a crash is on the device's disk before it is said here ([`Input::Made`],
//! [`Input::Stored`]); nothing is lost when everything in memory is.

mod follow;

use std::collections::BTreeMap;

use base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use domain::permission::{Access, DocumentKind};

use self::follow::Follow;
use crate::wire::{Entry, PROTOCOL, Refusal, ToDevice, ToServer, Unreadable};

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

/// How long opening the socket, or the answer to `Hello`, may take, in ms.
const HANDSHAKE: i64 = 10_000;
/// After how much silence to ask whether the other end is alive, in ms.
const QUIET: i64 = 20_000;
/// How long the answer to that may take, in ms.
const ANSWER: i64 = 10_000;
/// How long it may take when the browser says that the network changed, in ms.
const QUICK_ANSWER: i64 = 3_000;
/// The longest pause between two tries, in ms.
const MAX_PAUSE: i64 = 30_000;
/// A connection that lasted this long (in ms) was a good one: the next pause is short again.
const GOOD: i64 = 30_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    /// Nothing to connect for yet.
    Idle,
    Connecting {
        until: Timestamp,
    },
    Greeting {
        until: Timestamp,
    },
    Up {
        since: Timestamp,
        heard: Timestamp,
        /// A ping is out: the latest time for an answer.
        asked: Option<Timestamp>,
    },
    Waiting {
        until: Timestamp,
    },
    /// The person was signed out: this device session is over.
    Stopped,
}

/// The device's end of one connection after another. Deterministic: time and jitter's seed come in. The time given
/// to [`Device::handle`] must not run backwards while a connection is up (take a monotonic clock with an offset).
#[derive(Debug)]
pub struct Device {
    random: u64,
    app: String,
    link: Link,
    tries: u32,
    nonce: u64,
    documents: BTreeMap<DocumentId, Follow>,
    status: Option<Status>,
    synced_at: Timestamp,
    wake_at: Option<Timestamp>,
}

impl Device {
    /// A session that is not connected yet; `seed` spreads the reconnections of many devices. The first
    /// [`Input::Join`] or [`Input::NetworkBack`] connects it.
    pub fn new(seed: u64) -> Self {
        Self {
            random: seed,
            app: concat!("plumbline ", env!("CARGO_PKG_VERSION")).to_owned(),
            link: Link::Idle,
            tries: 0,
            nonce: 0,
            documents: BTreeMap::new(),
            status: None,
            synced_at: Timestamp::default(),
            wake_at: None,
        }
    }

    /// How many changes the server has not acknowledged yet, over all joined documents.
    pub fn waiting(&self) -> usize {
        self.documents.values().map(Follow::waiting).sum()
    }

    /// What happened at `now`; what to do about it, in order.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        match input {
            Input::Opened => {
                if let Link::Connecting { .. } = self.link {
                    self.link = Link::Greeting {
                        until: now.plus_ms(HANDSHAKE),
                    };
                    let app = self.app.clone();
                    send(
                        &mut out,
                        &ToServer::Hello {
                            protocol: PROTOCOL,
                            app,
                        },
                    );
                }
            }
            Input::Closed => self.lost(now),
            Input::Frame(bytes) => self.frame(now, &bytes, &mut out),
            Input::Join(held) => self.join(now, held, &mut out),
            Input::Leave(document) => {
                if self.documents.remove(&document).is_some() && self.is_up() {
                    send(&mut out, &ToServer::Leave { document });
                }
            }
            Input::Made {
                document,
                change,
                bytes,
            } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.made(change, bytes, &mut out);
                }
            }
            Input::Stored { document, seq } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.stored(seq);
                }
            }
            Input::SnapshotStored {
                document,
                epoch,
                seq,
                heads,
            } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.snapshot_stored(epoch, seq, heads);
                }
            }
            Input::Presence { document, state } => {
                let up = self.is_up();
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.present(state, up, &mut out);
                }
            }
            Input::NetworkBack => self.network_back(now, &mut out),
            Input::Wake => self.wake_at = None,
        }
        self.timers(now, &mut out);
        if self.is_up() {
            for follow in self.documents.values_mut() {
                follow.pump(now, &mut out);
            }
        }
        self.report(now, &mut out);
        out
    }

    fn is_up(&self) -> bool {
        matches!(self.link, Link::Up { .. })
    }

    fn join(&mut self, now: Timestamp, held: Held, out: &mut Vec<Effect>) {
        let document = held.document;
        let presence = self
            .documents
            .remove(&document)
            .and_then(Follow::into_presence);
        self.documents
            .insert(document, Follow::new(held, presence, out));
        if self.link == Link::Idle {
            self.connect(now, out);
        }
    }

    fn network_back(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        match self.link {
            Link::Idle | Link::Waiting { .. } => {
                self.tries = 0;
                self.connect(now, out);
            }
            Link::Up { since, heard, .. } => {
                self.link = Link::Up {
                    since,
                    heard,
                    asked: Some(now.plus_ms(QUICK_ANSWER)),
                };
                self.ping(out);
            }
            Link::Connecting { .. } | Link::Greeting { .. } | Link::Stopped => {}
        }
    }

    fn connect(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        self.link = Link::Connecting {
            until: now.plus_ms(HANDSHAKE),
        };
        out.push(Effect::Connect);
    }

    fn ping(&mut self, out: &mut Vec<Effect>) {
        self.nonce += 1;
        send(out, &ToServer::Ping { nonce: self.nonce });
    }

    /// The socket is gone: everything that was under way is to be said again on the next one.
    fn lost(&mut self, now: Timestamp) {
        match self.link {
            Link::Idle | Link::Waiting { .. } | Link::Stopped => return,
            Link::Up { since, .. } if now.since(since) >= GOOD => self.tries = 0,
            _ => {}
        }
        let full = (1_000i64 << self.tries.min(5)).min(MAX_PAUSE);
        self.tries = self.tries.saturating_add(1);
        let pause = full / 2 + (self.next_random() % (full as u64 / 2 + 1)) as i64;
        self.link = Link::Waiting {
            until: now.plus_ms(pause),
        };
        for follow in self.documents.values_mut() {
            follow.disconnected();
        }
    }

    /// SplitMix64.
    fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn timers(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        match self.link {
            Link::Connecting { until } | Link::Greeting { until } if now >= until => {
                out.push(Effect::Disconnect);
                self.lost(now);
            }
            Link::Waiting { until } if now >= until => self.connect(now, out),
            Link::Up {
                asked: Some(until), ..
            } if now >= until => {
                out.push(Effect::Disconnect);
                self.lost(now);
            }
            Link::Up {
                since,
                heard,
                asked: None,
            } if now.since(heard) >= QUIET => {
                self.link = Link::Up {
                    since,
                    heard,
                    asked: Some(now.plus_ms(ANSWER)),
                };
                self.ping(out);
            }
            _ => {}
        }
    }

    fn frame(&mut self, now: Timestamp, bytes: &[u8], out: &mut Vec<Effect>) {
        let frame = match ToDevice::from_bytes(bytes) {
            Ok(frame) => frame,
            Err(Unreadable::Unknown) => return, // of a newer server
            Err(_) => {
                out.push(Effect::Disconnect);
                return self.lost(now);
            }
        };
        match (&mut self.link, &frame) {
            (_, ToDevice::Bye { .. }) => {}
            (Link::Greeting { .. }, ToDevice::Welcome { .. }) => {
                self.link = Link::Up {
                    since: now,
                    heard: now,
                    asked: None,
                };
                return;
            }
            (Link::Up { heard, asked, .. }, _) => {
                *heard = now;
                *asked = None;
            }
            _ => return, // of a socket before, or out of turn
        }
        match frame {
            ToDevice::Bye { reason, retry } => {
                if matches!(self.link, Link::Idle | Link::Waiting { .. } | Link::Stopped) {
                    return;
                }
                out.push(Effect::Disconnect);
                self.lost(now);
                if !retry {
                    self.link = Link::Stopped;
                    out.push(Effect::SignedOut { reason });
                }
            }
            ToDevice::Projects => out.push(Effect::RefreshProjects),
            ToDevice::Pong { .. } => {
                if matches!(self.status, Some(Status::Synced { .. })) {
                    self.synced_at = now;
                }
            }
            ToDevice::Welcome { .. } => {}
            ToDevice::Presence {
                document,
                session,
                person,
                state,
            } => {
                if self.documents.contains_key(&document) {
                    out.push(Effect::Presence {
                        document,
                        session,
                        person,
                        state,
                    });
                }
            }
            ToDevice::Joined {
                document,
                epoch,
                head,
                access,
                same_log,
            } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.joined(now, epoch, head, access, same_log, out);
                }
            }
            ToDevice::Changes { document, entries } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.changes(now, entries, out);
                }
            }
            ToDevice::Acknowledged {
                document,
                changes,
                at,
            } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.acknowledged(changes, at, out);
                }
            }
            ToDevice::Refused {
                document,
                change,
                reason,
            } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.refused(now, change, reason, out);
                }
            }
            ToDevice::Reset {
                document,
                epoch,
                snapshot,
                seq,
            } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.reset();
                    out.push(Effect::FetchSnapshot {
                        document,
                        epoch,
                        snapshot,
                        seq,
                    });
                }
            }
            ToDevice::Denied { document } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.denied(now, out);
                }
            }
            ToDevice::AccessChanged { document, access } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.access(access, out);
                }
            }
        }
    }

    /// The status and the next timer, where they changed.
    fn report(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        let states = || self.documents.values();
        let status = match self.link {
            Link::Waiting { until } => Status::Offline {
                next_try: Some(until),
            },
            Link::Up { .. } => {
                if let Some(cause) = states().find_map(Follow::failure) {
                    Status::Failed { cause }
                } else if states().all(Follow::is_synced) {
                    self.tries = 0;
                    if !matches!(self.status, Some(Status::Synced { .. })) {
                        self.synced_at = now;
                    }
                    Status::Synced { at: self.synced_at }
                } else {
                    Status::Syncing
                }
            }
            _ => Status::Offline { next_try: None },
        };
        if self.status.as_ref() != Some(&status) {
            self.status = Some(status.clone());
            out.push(Effect::Status(status));
        }
        let next = match self.link {
            Link::Connecting { until } | Link::Greeting { until } | Link::Waiting { until } => {
                Some(until)
            }
            Link::Up { heard, asked, .. } => self
                .documents
                .values()
                .filter_map(Follow::deadline)
                .chain([asked.unwrap_or(heard.plus_ms(QUIET))])
                .min(),
            Link::Idle | Link::Stopped => None,
        };
        if let Some(next) = next.filter(|next| self.wake_at != Some(*next)) {
            self.wake_at = Some(next);
            out.push(Effect::WakeAt(next));
        }
    }
}

fn send(out: &mut Vec<Effect>, frame: &ToServer) {
    out.push(Effect::Send(frame.to_bytes()));
}
