//! What devices offer: passed to the store, answered, given to the others.

use base::{ChangeHash, DocumentId};

use super::{ConnectionId, Effect, MAX_APPENDING, Outcome, Rooms};
use crate::server::{Offered, refused};
use crate::wire::{Refusal, ToDevice};

impl Rooms {
    pub(super) fn push(
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
        if follower.open.is_none() {
            return;
        }
        if follower.checking {
            follower.hold(changes);
            return;
        }
        let watching = follower.watching;
        // who may only read may have been allowed to write what is in the log: the store knows
        let (mut offered, mut answers) = (Vec::new(), Vec::new());
        for change in changes {
            let hash = change.header.hash;
            let refused_before = |dep| connection.refused.contains(dep);
            if change.header.deps.iter().any(refused_before) {
                connection.refuse(hash);
                answers.push(refused(document, hash, Refusal::DependsOnRefused));
            } else {
                offered.push(change);
            }
        }
        for answer in &answers {
            self.send(id, answer, out);
        }
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let size: usize = offered.iter().map(Offered::size).sum();
        let appending: usize = connection.appending.iter().sum();
        if offered.is_empty() || (appending > 0 && appending + size > MAX_APPENDING) {
            if watching {
                self.acknowledge(id, document, Vec::new(), out);
            }
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

    /// The log grew elsewhere: followers read on.
    pub(super) fn grown(&mut self, document: DocumentId, head: u64, out: &mut Vec<Effect>) {
        let Some(room) = self.rooms.get_mut(&document) else {
            return; // nobody here follows it
        };
        room.grow(head);
        for follower in room.followers.clone() {
            self.pump(follower, document, out);
        }
        self.look_again(document, out);
    }

    pub(super) fn appended(
        &mut self,
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
            if matches!(outcome, Outcome::Stored(_) | Outcome::Present(_))
                && let Some(connection) = self.connections.get_mut(&id)
            {
                // refused once, and offered again under another right
                connection.refused.remove(&hash);
            }
            match outcome {
                Outcome::Stored(entry) => {
                    acknowledged.push((hash, entry.seq));
                    if let Some(room) = self.rooms.get_mut(&document) {
                        room.remember(entry);
                    }
                }
                Outcome::Present(seq) => {
                    acknowledged.push((hash, seq));
                    // it may have been stored without an answer
                    if let Some(room) = self.rooms.get_mut(&document) {
                        room.grow(seq);
                    }
                }
                Outcome::Refused(reason) => {
                    if let Some(connection) = self.connections.get_mut(&id) {
                        connection.refuse(hash);
                    }
                    self.send(id, &refused(document, hash, reason), out);
                }
                Outcome::Waits => {}
            }
        }
        let watching = self
            .connections
            .get(&id)
            .and_then(|c| c.following.get(&document))
            .is_some_and(|f| f.watching);
        if watching || !acknowledged.is_empty() {
            self.acknowledge(id, document, acknowledged, out);
        }
        let followers = self.rooms.get(&document).map(|r| r.followers.clone());
        for follower in followers.unwrap_or_default() {
            self.pump(follower, document, out);
        }
        self.close_if_idle(document);
    }

    fn acknowledge(
        &mut self,
        id: ConnectionId,
        document: DocumentId,
        changes: Vec<(ChangeHash, u64)>,
        out: &mut Vec<Effect>,
    ) {
        if let Some(follower) = self
            .connections
            .get_mut(&id)
            .and_then(|c| c.following.get_mut(&document))
        {
            let sent = follower.sent;
            let own = changes.iter().map(|(_, seq)| *seq).filter(|s| *s > sent);
            follower.own.extend(own.filter(|_| !follower.watching));
        }
        let frame = ToDevice::Acknowledged {
            document,
            changes,
            at: self.now,
        };
        self.send(id, &frame, out);
    }
}
