//! What all connections of a server share: who follows which document, what each has been sent, who may do what.
//!
//! Log order is kept by one rule: a follower has a cursor, `sent`, and gets what follows it in the log, from the
//! room's memory of the latest entries or page by page from the store. Own changes are acknowledged instead of sent
//! back. A slow reader's cursor simply stays behind.

mod follower;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use domain::permission::{Access, DocumentKind};

use self::follower::Follower;
use crate::server::{Offered, Request, refused};
use crate::wire::{Entry, FRAME_FILL, Refusal, ToDevice};

/// One connection, while it lasts; never used again while the server runs.
pub type ConnectionId = u64;

/// How many bytes may be on their way to one device before it gets no more.
pub const OUTSTANDING: usize = 512 * 1024;
/// How many of the latest entries (and bytes of them) a room remembers.
const TAIL: (usize, usize) = (512, 1024 * 1024);
/// More than this on its way to one device: it does not read, and is cut off (it comes back, from its cursor).
const MAX_OUTSTANDING: usize = 4 * 1024 * 1024;
/// How many bytes of changes one connection may have offered without an answer yet (devices keep below 512 KiB). What
/// comes beyond gets no answer, and is offered again.
const MAX_APPENDING: usize = 2 * 1024 * 1024;
/// The most refused changes that are remembered for a connection.
const MAX_REFUSED: usize = 10_000;
/// The most documents one connection follows.
const MAX_FOLLOWED: usize = 2_000;
/// The most changes that wait while rights are looked up.
const MAX_HELD: usize = 1_000;

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
    Page(ConnectionId, DocumentId, Result<Vec<Entry>, ()>),
    /// Answer to [`Effect::Append`]; `Err`: nothing of it was stored.
    Appended {
        /// Who offered.
        connection: ConnectionId,
        /// To which document.
        document: DocumentId,
        /// Per change, in the order offered.
        outcomes: Result<Vec<(ChangeHash, Outcome)>, Vec<ChangeHash>>,
    },
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
    Send(ConnectionId, Vec<u8>),
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

    fn is_idle(&self) -> bool {
        self.followers.is_empty() && self.pending == 0
    }
}

/// All rooms of a server. Deterministic; time comes in.
#[derive(Debug, Default)]
pub struct Rooms {
    connections: BTreeMap<ConnectionId, Connection>,
    rooms: BTreeMap<DocumentId, Room>,
}

impl Rooms {
    /// How many connections, and how many documents they follow together.
    pub fn size(&self) -> (usize, usize) {
        (self.connections.len(), self.rooms.len())
    }

    /// What happened at `now`; what to do about it, in order.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        match input {
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
                    connection.outstanding = connection.outstanding.saturating_sub(bytes);
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
            Input::Appended {
                connection,
                document,
                outcomes,
            } => self.appended(now, connection, document, outcomes, &mut out),
            Input::Authorized(id, document, access) => {
                self.authorized(id, document, access, &mut out)
            }
            Input::MembershipChanged(project, people) => {
                self.membership_changed(project, &people, &mut out)
            }
            Input::Expelled(id) => self.expel(id, "signed out", false, &mut out),
            Input::Shutdown => {
                for id in self.connections.keys().copied().collect::<Vec<_>>() {
                    self.expel(id, "the server stops", true, &mut out);
                }
            }
        }
        let deaf: Vec<_> = self
            .connections
            .iter()
            .filter(|(_, c)| c.outstanding > MAX_OUTSTANDING)
            .map(|(id, _)| *id)
            .collect();
        for id in deaf {
            self.expel(id, "too much is on its way", true, &mut out);
        }
        out
    }

    fn send(&mut self, id: ConnectionId, frame: &ToDevice, out: &mut Vec<Effect>) {
        if let Some(connection) = self.connections.get_mut(&id) {
            let bytes = frame.to_bytes();
            connection.outstanding += bytes.len();
            out.push(Effect::Send(id, bytes));
        }
    }

    fn expel(&mut self, id: ConnectionId, reason: &str, retry: bool, out: &mut Vec<Effect>) {
        let reason = reason.to_owned();
        self.send(id, &ToDevice::Bye { reason, retry }, out);
        out.push(Effect::Close(id));
        self.disconnected(id, out);
    }

    fn disconnected(&mut self, id: ConnectionId, out: &mut Vec<Effect>) {
        let Some(connection) = self.connections.remove(&id) else {
            return;
        };
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
                if connection.following.len() >= MAX_FOLLOWED
                    && !connection.following.contains_key(&document)
                {
                    return self.send(id, &ToDevice::Denied { document }, out);
                }
                let asked = connection
                    .following
                    .get(&document)
                    .map_or(1, |f| f.asked + 1);
                connection
                    .following
                    .insert(document, Follower::new(asked, epoch, cursor));
                let room = self.rooms.entry(document).or_default();
                room.followers.insert(id);
                room.pending += 1;
                out.push(Effect::Open {
                    connection: id,
                    person,
                    document,
                    create,
                    heads,
                });
            }
            Request::Leave { document } => {
                if connection.following.remove(&document).is_some() {
                    self.left(id, document, out);
                }
            }
            Request::Push {
                document,
                changes,
                malformed,
            } => {
                let open = connection
                    .following
                    .get(&document)
                    .is_some_and(|f| f.open.is_some());
                for change in malformed.into_iter().filter(|_| open) {
                    if let Some(connection) = self.connections.get_mut(&id) {
                        connection.refuse(change);
                    }
                    self.send(id, &refused(document, change, Refusal::Malformed), out);
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

    fn tell_others(
        &mut self,
        id: ConnectionId,
        person: PersonId,
        document: DocumentId,
        state: &str,
        out: &mut Vec<Effect>,
    ) {
        let Some(room) = self.rooms.get(&document) else {
            return;
        };
        let others: Vec<_> = room
            .followers
            .iter()
            .copied()
            .filter(|o| *o != id)
            .collect();
        for other in others {
            let reachable = self.connections.get(&other).is_some_and(|c| {
                c.outstanding < OUTSTANDING
                    && c.following.get(&document).is_some_and(Follower::may_read)
            });
            if reachable {
                let state = state.to_owned();
                let frame = ToDevice::Presence {
                    document,
                    session: id,
                    person,
                    state,
                };
                self.send(other, &frame, out);
            }
        }
    }

    fn push(
        &mut self,
        id: ConnectionId,
        document: DocumentId,
        changes: Vec<Offered>,
        out: &mut Vec<Effect>,
    ) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let person = connection.person;
        let Some(follower) = connection.following.get_mut(&document) else {
            return; // not joined: no answer, the device joins first
        };
        let Some(open) = follower.open else {
            return;
        };
        if follower.checking {
            follower.hold(changes);
            return;
        }
        let mut offered = Vec::new();
        for change in changes {
            let hash = change.header.hash;
            let reason = if open.access != Access::Write {
                Some(Refusal::NotAllowed)
            } else if change
                .header
                .deps
                .iter()
                .any(|d| connection.refused.contains(d))
            {
                Some(Refusal::DependsOnRefused)
            } else {
                None
            };
            match reason {
                Some(reason) => {
                    if open.access == Access::Write {
                        connection.refuse(hash);
                    }
                    let frame = refused(document, hash, reason).to_bytes();
                    connection.outstanding += frame.len();
                    out.push(Effect::Send(id, frame));
                }
                None => offered.push(change),
            }
        }
        let size: usize = offered.iter().map(|c| c.bytes.len()).sum();
        let appending: usize = connection.appending.iter().sum();
        if offered.is_empty() || appending + size > MAX_APPENDING {
            return;
        }
        connection.appending.push_back(size);
        if let Some(room) = self.rooms.get_mut(&document) {
            room.pending += 1;
        }
        out.push(Effect::Append {
            connection: id,
            person,
            document,
            changes: offered,
        });
    }

    fn opened(
        &mut self,
        id: ConnectionId,
        document: DocumentId,
        answer: Result<Option<Opened>, ()>,
        out: &mut Vec<Effect>,
    ) {
        self.answered(document);
        let Some(connection) = self.connections.get_mut(&id) else {
            return self.close_if_idle(document); // gone meanwhile
        };
        let person = connection.person;
        let Some(follower) = connection.following.get_mut(&document) else {
            return self.close_if_idle(document);
        };
        follower.asked = follower.asked.saturating_sub(1);
        if follower.asked > 0 {
            return; // it joined once more: that answer counts
        }
        let found = match answer {
            Ok(found) => found.filter(|o| o.access != Access::None),
            Err(()) => {
                // no answer: the device asks again
                self.forget(id, document, out);
                return;
            }
        };
        let Some(found) = found else {
            self.forget(id, document, out);
            return self.send(id, &ToDevice::Denied { document }, out);
        };
        let head = match self.rooms.get_mut(&document) {
            Some(room) => {
                if found.head > room.head {
                    room.head = found.head;
                    room.tail.clear();
                    room.tail_bytes = 0;
                }
                room.epoch = found.epoch;
                room.head
            }
            None => found.head,
        };
        let same_log = follower.cursor <= head
            && (follower.epoch == 0 || follower.epoch == found.epoch)
            && found.knows_heads;
        follower.start(&found, same_log);
        let authorize = follower.checking;
        let joined = ToDevice::Joined {
            document,
            epoch: found.epoch,
            head,
            access: found.access,
            same_log,
        };
        self.send(id, &joined, out);
        if !same_log || found.epoch == 0 {
            self.forget(id, document, out);
            return;
        }
        if authorize {
            // members changed while the document was looked up: what was found may be old
            out.push(Effect::Authorize {
                connection: id,
                person,
                document,
                project: found.project,
                kind: found.kind,
            });
        }
        self.show_present(id, document, out);
        self.pump(id, document, out);
    }

    fn forget(&mut self, id: ConnectionId, document: DocumentId, out: &mut Vec<Effect>) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.following.remove(&document);
        }
        self.left(id, document, out);
    }

    /// Who else is here.
    fn show_present(&mut self, id: ConnectionId, document: DocumentId, out: &mut Vec<Effect>) {
        let present = self.rooms.get(&document).map(|r| r.present.clone());
        for (session, (person, state)) in present.unwrap_or_default() {
            if session != id {
                let frame = ToDevice::Presence {
                    document,
                    session,
                    person,
                    state,
                };
                self.send(id, &frame, out);
            }
        }
    }

    fn page(
        &mut self,
        id: ConnectionId,
        document: DocumentId,
        page: Result<Vec<Entry>, ()>,
        out: &mut Vec<Effect>,
    ) {
        self.answered(document);
        let Some(follower) = self
            .connections
            .get_mut(&id)
            .and_then(|c| c.following.get_mut(&document))
        else {
            return self.close_if_idle(document);
        };
        follower.reading = false;
        match page {
            Ok(page) if follower.may_read() => {
                if page.is_empty() {
                    return;
                }
                self.send_entries(id, document, page, out);
                self.pump(id, document, out);
            }
            Ok(_) => {}
            Err(()) => self.expel(id, "the log cannot be read at the moment", true, out),
        }
    }

    /// Sends what directly follows the follower's cursor, apart from its own.
    fn send_entries(
        &mut self,
        id: ConnectionId,
        document: DocumentId,
        entries: Vec<Entry>,
        out: &mut Vec<Effect>,
    ) {
        let Some(follower) = self
            .connections
            .get_mut(&id)
            .and_then(|c| c.following.get_mut(&document))
        else {
            return;
        };
        let mut frames = vec![Vec::new()];
        let mut filled = 0;
        for entry in entries {
            if entry.seq != follower.sent + 1 {
                continue; // read before a rejoin
            }
            follower.sent = entry.seq;
            if follower.own.remove(&entry.seq) {
                continue; // acknowledged instead
            }
            if filled > 0 && filled + entry.bytes.len() > FRAME_FILL {
                frames.push(Vec::new());
                filled = 0;
            }
            filled += entry.bytes.len();
            if let Some(frame) = frames.last_mut() {
                frame.push(entry);
            }
        }
        for entries in frames.into_iter().filter(|f| !f.is_empty()) {
            self.send(id, &ToDevice::Changes { document, entries }, out);
        }
    }

    /// Gives a follower what it does not have yet, as far as it keeps up.
    fn pump(&mut self, id: ConnectionId, document: DocumentId, out: &mut Vec<Effect>) {
        let (Some(connection), Some(room)) =
            (self.connections.get_mut(&id), self.rooms.get_mut(&document))
        else {
            return;
        };
        let outstanding = connection.outstanding;
        let Some(follower) = connection.following.get_mut(&document) else {
            return;
        };
        if !follower.may_read() || follower.reading || follower.sent >= room.head {
            return;
        }
        if outstanding >= OUTSTANDING {
            return; // goes on when something has been flushed
        }
        let after = follower.sent;
        match room.tail.front() {
            Some(first) if first.seq <= after + 1 => {
                let skip = (after + 1 - first.seq) as usize;
                let entries = room.tail.iter().skip(skip).cloned().collect();
                self.send_entries(id, document, entries, out);
            }
            _ => {
                follower.reading = true;
                room.pending += 1;
                out.push(Effect::Read {
                    connection: id,
                    document,
                    after,
                });
            }
        }
    }

    fn appended(
        &mut self,
        now: Timestamp,
        id: ConnectionId,
        document: DocumentId,
        outcomes: Result<Vec<(ChangeHash, Outcome)>, Vec<ChangeHash>>,
        out: &mut Vec<Effect>,
    ) {
        self.answered(document);
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.appending.pop_front();
        }
        let outcomes = match outcomes {
            Ok(outcomes) => outcomes,
            Err(changes) => {
                for change in changes {
                    self.send(id, &refused(document, change, Refusal::Storage), out);
                }
                return self.close_if_idle(document);
            }
        };
        let mut acknowledged = Vec::new();
        for (hash, outcome) in outcomes {
            match outcome {
                Outcome::Stored(entry) => {
                    acknowledged.push((hash, entry.seq));
                    if let Some(room) = self.rooms.get_mut(&document) {
                        room.remember(entry);
                    }
                }
                Outcome::Present(seq) => acknowledged.push((hash, seq)),
                Outcome::Refused(reason) => {
                    if let Some(connection) = self.connections.get_mut(&id) {
                        connection.refuse(hash);
                    }
                    self.send(id, &refused(document, hash, reason), out);
                }
                Outcome::Waits => {}
            }
        }
        if !acknowledged.is_empty() {
            if let Some(follower) = self
                .connections
                .get_mut(&id)
                .and_then(|c| c.following.get_mut(&document))
            {
                let sent = follower.sent;
                follower.own.extend(
                    acknowledged
                        .iter()
                        .map(|(_, seq)| *seq)
                        .filter(|s| *s > sent),
                );
            }
            let frame = ToDevice::Acknowledged {
                document,
                changes: acknowledged,
                at: now,
            };
            self.send(id, &frame, out);
        }
        let followers = self.rooms.get(&document).map(|r| r.followers.clone());
        for follower in followers.unwrap_or_default() {
            self.pump(follower, document, out);
        }
        self.close_if_idle(document);
    }

    fn membership_changed(
        &mut self,
        project: ProjectId,
        people: &[PersonId],
        out: &mut Vec<Effect>,
    ) {
        let mut told = Vec::new();
        for (id, connection) in &mut self.connections {
            let mut concerned = people.contains(&connection.person);
            for (document, follower) in &mut connection.following {
                if follower.open.is_some_and(|o| o.project != project) {
                    continue;
                }
                follower.checking = true;
                follower.checks += 1;
                let Some(open) = follower.open else {
                    follower.checks = 1;
                    continue; // being looked up: once more when that is answered
                };
                concerned = true;
                out.push(Effect::Authorize {
                    connection: *id,
                    person: connection.person,
                    document: *document,
                    project,
                    kind: open.kind,
                });
            }
            if concerned {
                told.push(*id);
            }
        }
        for id in told {
            self.send(id, &ToDevice::Projects, out);
        }
    }

    fn authorized(
        &mut self,
        id: ConnectionId,
        document: DocumentId,
        access: Access,
        out: &mut Vec<Effect>,
    ) {
        let Some(follower) = self
            .connections
            .get_mut(&id)
            .and_then(|c| c.following.get_mut(&document))
        else {
            return;
        };
        follower.checks = follower.checks.saturating_sub(1);
        if follower.checks > 0 {
            return; // a later look-up counts
        }
        follower.checking = false;
        let held = std::mem::take(&mut follower.held);
        let Some(open) = follower.open.as_mut() else {
            return;
        };
        let before = open.access;
        open.access = access;
        if access == Access::None {
            self.forget(id, document, out);
            return self.send(id, &ToDevice::Denied { document }, out);
        }
        if access != before {
            self.send(id, &ToDevice::AccessChanged { document, access }, out);
        }
        if !held.is_empty() {
            self.push(id, document, held, out);
        }
        self.pump(id, document, out);
    }
}

impl Connection {
    fn refuse(&mut self, change: ChangeHash) {
        if self.refused.len() < MAX_REFUSED {
            self.refused.insert(change);
        }
    }
}
