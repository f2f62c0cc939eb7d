//! The device's end of the session.
//!
//! How it is driven: one [`Device`] per (device, person), in the tab that holds the socket. Carry out the effects in
//! their order. After [`Effect::Disconnect`], and after a new [`Effect::Connect`], nothing more is reported of the
//! socket before. What is to survive a crash is on the device's disk before it is said here ([`Input::Made`],
//! [`Input::Stored`]); nothing is lost when everything in memory is.

mod follow;
mod messages;

use std::collections::BTreeMap;

use base::{DocumentId, PersonId, Timestamp};

use self::follow::Follow;
pub use self::messages::{Effect, Held, Input, Status};
use crate::wire::{FRAME_FILL, Refusal, ToDevice, ToServer, Unreadable, Versions};

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
/// As if so many tries had failed, where the server has no room for another connection: the pause is a longer one.
const CROWDED: u32 = 4;
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
    versions: Versions,
    /// Whom the server must take the connection for.
    person: Option<PersonId>,
    link: Link,
    tries: u32,
    /// The limit at the server for which the last connection ended.
    turned_away: Option<Refusal>,
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
            versions: Versions::OURS,
            person: None,
            link: Link::Idle,
            tries: 0,
            turned_away: None,
            nonce: 0,
            documents: BTreeMap::new(),
            status: None,
            synced_at: Timestamp::default(),
            wake_at: None,
        }
    }

    /// Stops before anything is sent where the server takes the connection for somebody else: on a shared tablet the
    /// browser's cookie may be a colleague's.
    #[must_use]
    pub fn of(mut self, person: PersonId) -> Self {
        self.person = Some(person);
        self
    }

    /// As if this were another build.
    #[must_use]
    pub fn speaking(mut self, versions: Versions) -> Self {
        self.versions = versions;
        self
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
                            protocol: self.versions.protocol,
                            app,
                            schema: Some(self.versions.schema),
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
            Input::SnapshotFailed { document } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.snapshot_failed(now);
                }
            }
            Input::SnapshotUnsound { document, cause } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.later(now, cause);
                }
            }
            Input::Provided { document, changes } => {
                if self.is_up() {
                    provide(document, changes, &mut out);
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
        let before = self.documents.remove(&document);
        let follow = Follow::new(held, before, out);
        self.documents.insert(document, follow);
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
            (Link::Greeting { .. }, ToDevice::Outdated { .. }) => {
                return self.outdated(now, out);
            }
            (
                Link::Greeting { .. },
                ToDevice::Welcome {
                    protocol, schema, ..
                },
            ) if !self.versions.work_with(*protocol, *schema) => {
                // the app comes from the server: loaded anew, it is of the server's version
                return self.outdated(now, out);
            }
            (Link::Greeting { .. }, ToDevice::Welcome { person, .. }) => {
                if self.person.is_some_and(|own| own != *person) {
                    out.push(Effect::Disconnect);
                    self.lost(now);
                    self.link = Link::Stopped;
                    let reason = "the server takes this device for another person".to_owned();
                    out.push(Effect::SignedOut { reason });
                    return;
                }
                self.turned_away = None;
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
            ToDevice::Bye {
                reason,
                retry,
                cause,
            } => {
                if matches!(self.link, Link::Idle | Link::Waiting { .. } | Link::Stopped) {
                    return;
                }
                out.push(Effect::Disconnect);
                if cause.is_some() {
                    self.tries = self.tries.max(CROWDED);
                }
                self.lost(now);
                self.turned_away = cause;
                if !retry {
                    self.link = Link::Stopped;
                    out.push(Effect::SignedOut { reason });
                }
            }
            ToDevice::Projects => {
                // who was taken in again gets back what was denied
                self.documents.values_mut().for_each(Follow::ask_again);
                out.push(Effect::RefreshProjects);
            }
            ToDevice::Pong { .. } => {
                if matches!(self.status, Some(Status::Synced { .. })) {
                    self.synced_at = now;
                }
            }
            ToDevice::Welcome { .. } | ToDevice::Outdated { .. } => {}
            ToDevice::Lacks { document, changes } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.damaged();
                    out.push(Effect::Provide { document, changes });
                }
            }
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
                let follow = self.documents.get_mut(&document);
                if follow.is_some_and(|follow| follow.reset(now)) {
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
            ToDevice::Later { document, cause } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.later(now, cause);
                }
            }
            ToDevice::AccessChanged { document, access } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.access(access, out);
                }
            }
        }
    }

    /// The two ends are of versions that do not go together. Tried again in a while: another node may answer.
    fn outdated(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        out.push(Effect::Disconnect);
        self.tries = u32::MAX;
        self.lost(now);
        out.push(Effect::Outdated);
    }

    /// The status and the next timer, where they changed.
    fn report(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        let states = || self.documents.values();
        let status = match self.link {
            Link::Waiting { until } => match self.turned_away {
                Some(cause) => Status::Failed { cause },
                None => Status::Offline {
                    next_try: Some(until),
                },
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

/// Sends changes that the server has lost: its log knows them, so that no answer is waited for.
fn provide(document: DocumentId, changes: Vec<Vec<u8>>, out: &mut Vec<Effect>) {
    let mut frame = Vec::new();
    let mut filled = 0;
    for bytes in changes {
        if filled > 0 && filled + bytes.len() > FRAME_FILL {
            let changes = std::mem::take(&mut frame);
            send(out, &ToServer::Push { document, changes });
            filled = 0;
        }
        filled += bytes.len();
        frame.push(bytes);
    }
    if !frame.is_empty() {
        let changes = frame;
        send(out, &ToServer::Push { document, changes });
    }
}

fn send(out: &mut Vec<Effect>, frame: &ToServer) {
    out.push(Effect::Send(frame.to_bytes()));
}
