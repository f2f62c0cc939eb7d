//! Joining a document, and what a follower is sent of its log.

use base::DocumentId;
use domain::permission::Access;

use super::follower::Follower;
use super::{ConnectionId, Effect, OUTSTANDING, Opened, Rooms, Unread};
use crate::wire::{Entry, FRAME_FILL, Refusal, ToDevice};

impl Rooms {
    pub(super) fn opened(
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
                room.grow(found.head);
                room.epoch = found.epoch;
                room.head
            }
            None => found.head,
        };
        let found = Opened { head, ..found };
        let watching = follower.watching;
        let same_log = follower.cursor <= head
            && (follower.epoch == 0 || follower.epoch == found.epoch)
            && found.knows_heads;
        // of another log, the device first gives back what this one lacks
        if let Some(at) = found.snapshot.as_ref().filter(|_| same_log && !watching) {
            let frame = ToDevice::Reset {
                document,
                epoch: found.epoch,
                snapshot: at.hash.clone(),
                seq: at.seq,
            };
            self.forget(id, document, out);
            return self.send(id, &frame, out);
        }
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
        if !same_log {
            self.forget(id, document, out);
            return;
        }
        if found.epoch == 0 {
            if let Some(follower) = self.follower(id, document) {
                follower.open = None;
                follower.absent = true;
            }
            return;
        }
        self.look_again(document, out);
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
        self.ask_for_lacking(id, document, out);
        self.pump(id, document, out);
    }

    fn follower(&mut self, id: ConnectionId, document: DocumentId) -> Option<&mut Follower> {
        let connection = self.connections.get_mut(&id)?;
        connection.following.get_mut(&document)
    }

    /// A document is there: who waited for it is told.
    pub(super) fn look_again(&mut self, document: DocumentId, out: &mut Vec<Effect>) {
        let Some(room) = self.rooms.get_mut(&document) else {
            return;
        };
        for id in &room.followers {
            let Some(connection) = self.connections.get_mut(id) else {
                continue;
            };
            let follower = connection.following.get_mut(&document);
            let Some(follower) = follower.filter(|f| f.absent) else {
                continue;
            };
            follower.absent = false;
            follower.asked += 1;
            room.pending += 1;
            out.push(Effect::Open {
                connection: *id,
                person: connection.person,
                document,
                create: None,
                heads: Vec::new(),
                from: (!follower.watching).then_some((0, 0)),
            });
        }
    }

    pub(super) fn page(
        &mut self,
        id: ConnectionId,
        document: DocumentId,
        page: Result<Vec<Entry>, Unread>,
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
            // other documents of this connection are sound; this one goes on when it is whole again
            Err(Unread::Damaged) => follower.stuck = true,
            Err(Unread::Later) => {
                let (reason, cause) = ("the log cannot be read at the moment", Refusal::Storage);
                self.expel(id, reason, true, Some(cause), out);
            }
        }
    }

    /// Sends what directly follows the follower's cursor, apart from its own.
    pub(super) fn send_entries(
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
    pub(super) fn pump(&mut self, id: ConnectionId, document: DocumentId, out: &mut Vec<Effect>) {
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
        if follower.watching {
            follower.sent = room.head;
            let entries = Vec::new();
            return self.send(id, &ToDevice::Changes { document, entries }, out);
        }
        let after = follower.sent;
        let own = follower.own.range(after + 1..).next().is_some();
        if !own && let Some(frame) = room.frame(document, after) {
            follower.sent = room.head;
            return self.send_bytes(id, frame, out);
        }
        match room.tail.front() {
            Some(first) if first.seq <= after + 1 => {
                let skip = (after + 1 - first.seq) as usize;
                let entries = room.tail.iter().skip(skip).cloned().collect();
                self.send_entries(id, document, entries, out);
            }
            // not until somebody has given back what is lost
            _ if follower.stuck && self.lacking.contains_key(&document) => {}
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
}
