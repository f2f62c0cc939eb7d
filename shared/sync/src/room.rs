//! What all connections of a server share: who follows which document, what each has been sent, who may do what.
//!
//! Log order is kept by one rule: a follower has a cursor, `sent`, and gets what follows it in the log, from the
//! room's memory of the latest entries or page by page from the store. Own changes are acknowledged instead of sent
//! back. A slow reader's cursor simply stays behind.

mod append;
mod follower;
mod join;
mod lacking;
mod messages;
mod presence;
mod rights;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use bytes::Bytes;
use domain::permission::DocumentKind;

use self::follower::Follower;
pub use self::messages::{Effect, Input, Opened, Outcome, SnapshotAt, Unread};
use crate::server::{Request, refused};
use crate::wire::{Entry, Refusal, ToDevice};

/// One connection, while it lasts; never used again while the server runs.
pub type ConnectionId = u64;

/// How many bytes may be on their way to one device before it gets no more.
pub const OUTSTANDING: usize = 512 * 1024;
/// How many of the latest entries (and bytes of them) a room remembers.
const TAIL: (usize, usize) = (512, 1024 * 1024);
/// So many bytes of changes are put into a frame once for all who are to have them.
const FEW: usize = 4 * 1024;
/// More than this on its way to one device: it does not read, and is cut off (it comes back, from its cursor).
const MAX_OUTSTANDING: usize = 4 * 1024 * 1024;
/// More than this on its way to all devices: who has most of it is cut off.
const MAX_ON_THE_WAY: usize = 256 * 1024 * 1024;
/// The most connections: each takes some 60 KB of memory.
pub const MAX_CONNECTIONS: usize = 5_000;
/// The most connections of one person, where half of all are taken.
pub const MAX_OF_PERSON: usize = 100;
/// The most devices in one document: each append goes to all of them.
pub const MAX_DEVICES: usize = 500;
/// How many bytes the changes may take that one connection has offered without an answer yet (devices keep below 512 KiB
/// as they travel, which take up to 10 MB with their operations). What comes beyond gets no answer, and is offered again.
const MAX_APPENDING: usize = 16 * 1024 * 1024;
/// The most refused changes that are remembered for a connection.
const MAX_REFUSED: usize = 10_000;
/// The most documents one connection follows: all of a person with hundreds of projects.
pub const MAX_FOLLOWED: usize = 2_000;
/// The most changes that wait while rights are looked up, and the most bytes that they take.
const MAX_HELD: (usize, usize) = (1_000, MAX_APPENDING);

#[derive(Debug)]
struct Connection {
    person: PersonId,
    outstanding: usize,
    /// Sizes of the appends that are not answered yet.
    appending: VecDeque<usize>,
    following: BTreeMap<DocumentId, Follower>,
    refused: BTreeSet<ChangeHash>,
}

#[derive(Debug, Default)]
struct Room {
    epoch: u64,
    head: u64,
    /// The latest entries, without gaps, up to `head` (or none).
    tail: VecDeque<Entry>,
    tail_bytes: usize,
    /// What was sent last, in which epoch, to who had everything up to which number, and up to where it goes. Most
    /// followers of a document are sent the same.
    sent: Option<([u64; 3], Bytes)>,
    followers: BTreeSet<ConnectionId>,
    present: BTreeMap<ConnectionId, (PersonId, String)>,
    /// Answers of the store that are still to come: while there are any, the room stays.
    pending: usize,
}

impl Room {
    fn remember(&mut self, entry: Entry) {
        if entry.seq != self.head + 1 {
            // the store answered out of turn: followers read the rest from it
            self.tail.clear();
            self.tail_bytes = 0;
            self.head = self.head.max(entry.seq);
            return;
        }
        self.head = entry.seq;
        self.tail_bytes += entry.bytes.len();
        self.tail.push_back(entry);
        while self.tail.len() > TAIL.0 || self.tail_bytes > TAIL.1 {
            if let Some(old) = self.tail.pop_front() {
                self.tail_bytes -= old.bytes.len();
            }
        }
    }

    /// The log goes this far at least: followers read from the store what is not remembered here.
    fn grow(&mut self, head: u64) {
        if head > self.head {
            self.head = head;
            self.tail.clear();
            self.tail_bytes = 0;
        }
    }

    /// The entries after this one as a frame, where the latest ones reach back to there and are few.
    fn frame(&mut self, document: DocumentId, after: u64) -> Option<Bytes> {
        let what = [self.epoch, after, self.head];
        if let Some((_, frame)) = self.sent.as_ref().filter(|(sent, _)| *sent == what) {
            return Some(frame.clone());
        }
        let first = self.tail.front()?.seq;
        let skip = (after + 1).checked_sub(first)? as usize;
        let entries = self.tail.iter().skip(skip);
        if entries.clone().map(|e| e.bytes.len()).sum::<usize>() > FEW {
            return None;
        }
        let entries = entries.cloned().collect();
        let frame = Bytes::from(ToDevice::Changes { document, entries }.to_bytes());
        self.sent = Some((what, frame.clone()));
        Some(frame)
    }

    fn is_idle(&self) -> bool {
        self.followers.is_empty() && self.pending == 0
    }
}

/// All rooms of a server. Deterministic; time comes in.
#[derive(Debug, Default)]
pub struct Rooms {
    connections: BTreeMap<ConnectionId, Connection>,
    rooms: BTreeMap<DocumentId, Room>,
    /// Bytes on their way to all connections.
    on_the_way: usize,
    /// Who does not read.
    deaf: BTreeSet<ConnectionId>,
    /// What the store has lost, by document.
    lacking: BTreeMap<DocumentId, Vec<ChangeHash>>,
    /// The time of what is being handled.
    now: Timestamp,
}

impl Rooms {
    /// How many connections, and how many documents they follow together.
    pub fn size(&self) -> (usize, usize) {
        (self.connections.len(), self.rooms.len())
    }

    /// What happened at `now`; what to do about it, in order.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        self.now = now;
        match input {
            Input::Connected(id, person) if self.is_crowded(person) => {
                let frame = ToDevice::Bye {
                    reason: "too many connections at the moment".to_owned(),
                    retry: true,
                    cause: Some(Refusal::Crowded),
                };
                out.push(Effect::Send(id, frame.to_bytes().into()));
                out.push(Effect::Close(id));
            }
            Input::Connected(id, person) => {
                let connection = Connection {
                    person,
                    outstanding: 0,
                    appending: VecDeque::new(),
                    following: BTreeMap::new(),
                    refused: BTreeSet::new(),
                };
                self.connections.insert(id, connection);
            }
            Input::Disconnected(id) => self.disconnected(id, &mut out),
            Input::Request(id, request) => self.request(id, request, &mut out),
            Input::Flushed(id, bytes) => {
                if let Some(connection) = self.connections.get_mut(&id) {
                    let bytes = bytes.min(connection.outstanding);
                    connection.outstanding -= bytes;
                    self.on_the_way -= bytes;
                    let behind: Vec<_> = connection.following.keys().copied().collect();
                    if connection.outstanding < OUTSTANDING {
                        for document in behind {
                            self.pump(id, document, &mut out);
                        }
                    }
                }
            }
            Input::Opened(id, document, answer) => self.opened(id, document, answer, &mut out),
            Input::Page(id, document, page) => self.page(id, document, page, &mut out),
            Input::Lacking(document, changes) => self.lacks(document, changes, &mut out),
            Input::Appended {
                connection,
                document,
                outcomes,
            } => self.appended(connection, document, outcomes, &mut out),
            Input::Grown(document, head) => self.grown(document, head, &mut out),
            Input::Authorized(id, document, access) => {
                self.authorized(id, document, access, &mut out)
            }
            Input::MembershipChanged(project, people) => {
                self.membership_changed(project, &people, &mut out)
            }
            Input::Expelled(id) => self.expel(id, "signed out", false, None, &mut out),
            Input::Shutdown => {
                for id in self.connections.keys().copied().collect::<Vec<_>>() {
                    self.expel(id, "the server stops", true, None, &mut out);
                }
            }
        }
        while self.on_the_way > MAX_ON_THE_WAY {
            let most = self.connections.iter().max_by_key(|(_, c)| c.outstanding);
            let Some((id, _)) = most else {
                break;
            };
            self.slow(*id, &mut out);
        }
        while let Some(id) = self.deaf.pop_first() {
            self.slow(id, &mut out);
        }
        out
    }

    /// Whether there is no room for another connection of this person.
    fn is_crowded(&self, person: PersonId) -> bool {
        let all = self.connections.len();
        let theirs = || self.connections.values().filter(|c| c.person == person);
        all >= MAX_CONNECTIONS || all >= MAX_CONNECTIONS / 2 && theirs().count() >= MAX_OF_PERSON
    }

    fn slow(&mut self, id: ConnectionId, out: &mut Vec<Effect>) {
        let reason = "what is on its way is not read";
        self.expel(id, reason, true, Some(Refusal::TooSlow), out);
    }

    fn send(&mut self, id: ConnectionId, frame: &ToDevice, out: &mut Vec<Effect>) {
        self.send_bytes(id, frame.to_bytes().into(), out);
    }

    fn send_bytes(&mut self, id: ConnectionId, bytes: Bytes, out: &mut Vec<Effect>) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.outstanding += bytes.len();
            self.on_the_way += bytes.len();
            if connection.outstanding > MAX_OUTSTANDING {
                self.deaf.insert(id);
            }
            out.push(Effect::Send(id, bytes));
        }
    }

    fn expel(
        &mut self,
        id: ConnectionId,
        reason: &str,
        retry: bool,
        cause: Option<Refusal>,
        out: &mut Vec<Effect>,
    ) {
        let reason = reason.to_owned();
        let bye = ToDevice::Bye {
            reason,
            retry,
            cause,
        };
        self.send(id, &bye, out);
        out.push(Effect::Close(id));
        self.disconnected(id, out);
    }

    fn disconnected(&mut self, id: ConnectionId, out: &mut Vec<Effect>) {
        let Some(connection) = self.connections.remove(&id) else {
            return;
        };
        self.on_the_way -= connection.outstanding;
        self.deaf.remove(&id);
        for document in connection.following.into_keys() {
            self.left(id, document, out);
        }
    }

    /// A connection no longer follows a document: the others see it go, and an empty room is closed.
    fn left(&mut self, id: ConnectionId, document: DocumentId, out: &mut Vec<Effect>) {
        let Some(room) = self.rooms.get_mut(&document) else {
            return;
        };
        room.followers.remove(&id);
        if let Some((person, _)) = room.present.remove(&id) {
            self.tell_others(id, person, document, "", out);
        }
        self.close_if_idle(document);
    }

    fn close_if_idle(&mut self, document: DocumentId) {
        if self.rooms.get(&document).is_some_and(Room::is_idle) {
            self.rooms.remove(&document);
        }
    }

    /// One answer of the store less to wait for.
    fn answered(&mut self, document: DocumentId) {
        if let Some(room) = self.rooms.get_mut(&document) {
            room.pending = room.pending.saturating_sub(1);
        }
    }

    fn request(&mut self, id: ConnectionId, request: Request, out: &mut Vec<Effect>) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let person = connection.person;
        match request {
            Request::Join {
                document,
                create,
                epoch,
                cursor,
                heads,
            } => {
                let follower = Follower::new(epoch, cursor);
                self.follow(id, document, follower, create, heads, out);
            }
            Request::Watch { document } => {
                let follower = Follower {
                    watching: true,
                    ..Follower::new(0, 0)
                };
                self.follow(id, document, follower, None, Vec::new(), out);
            }
            Request::Leave { document } => {
                if connection.following.remove(&document).is_some() {
                    self.left(id, document, out);
                }
            }
            Request::Push {
                document,
                changes,
                unsound,
            } => {
                let open = connection
                    .following
                    .get(&document)
                    .is_some_and(|f| f.open.is_some());
                for (change, reason) in unsound.into_iter().filter(|_| open) {
                    if let Some(connection) = self.connections.get_mut(&id) {
                        connection.refuse(change);
                    }
                    self.send(id, &refused(document, change, reason), out);
                }
                self.push(id, document, changes, out);
            }
            Request::Presence { document, state } => {
                if !connection
                    .following
                    .get(&document)
                    .is_some_and(Follower::may_read)
                {
                    return;
                }
                if let Some(room) = self.rooms.get_mut(&document) {
                    if state.is_empty() {
                        room.present.remove(&id);
                    } else {
                        room.present.insert(id, (person, state.clone()));
                    }
                }
                self.tell_others(id, person, document, &state, out);
            }
        }
    }

    fn follow(
        &mut self,
        id: ConnectionId,
        document: DocumentId,
        mut follower: Follower,
        create: Option<(ProjectId, DocumentKind, String)>,
        heads: Vec<ChangeHash>,
        out: &mut Vec<Effect>,
    ) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let before = connection.following.get(&document);
        if connection.following.len() >= MAX_FOLLOWED && before.is_none() {
            let cause = Refusal::Crowded;
            return self.send(id, &ToDevice::Later { document, cause }, out);
        }
        let room = self.rooms.get(&document);
        if before.is_none() && room.is_some_and(|r| r.followers.len() >= MAX_DEVICES) {
            let cause = Refusal::Crowded;
            return self.send(id, &ToDevice::Later { document, cause }, out);
        }
        follower.asked = before.map_or(1, |f| f.asked + 1);
        let from = (!follower.watching).then_some((follower.epoch, follower.cursor));
        connection.following.insert(document, follower);
        let room = self.rooms.entry(document).or_default();
        room.followers.insert(id);
        room.pending += 1;
        out.push(Effect::Open {
            connection: id,
            person: connection.person,
            document,
            create,
            heads,
            from,
        });
    }

    fn forget(&mut self, id: ConnectionId, document: DocumentId, out: &mut Vec<Effect>) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.following.remove(&document);
        }
        self.left(id, document, out);
    }
}

impl Connection {
    fn refuse(&mut self, change: ChangeHash) {
        if self.refused.len() < MAX_REFUSED {
            self.refused.insert(change);
        }
    }
}
