//! What becomes of an offered change, given the part of the log that it touches. No IO.

use std::collections::HashMap;

use shared::base::{ChangeHash, PersonId};
use shared::sync::room::Outcome;
use shared::sync::server::Offered;
use shared::sync::wire::{Entry, Refusal};

use super::{Append, Appended};

/// Operations that the frozen first bytes may hold beyond what the log counts.
const FROZEN_OPS: u64 = 1_000;

/// A document as an append finds it, and what the appends of this transaction have made of it.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) number: i64,
    pub(super) frozen: &'static [ChangeHash],
    pub(super) policy: u64,
    pub(super) head: u64,
    pub(super) max_op: u64,
    /// Of the changes and dependencies that the appends name: sequence number and last operation, where they are known.
    pub(super) known: HashMap<ChangeHash, (u64, u64)>,
    /// Of the actors that the appends name.
    pub(super) actors: HashMap<Vec<u8>, Actor>,
    /// To be stored.
    pub(super) new: Vec<New>,
}

/// Who an actor is, and how far it has come.
#[derive(Debug, Clone)]
pub(super) struct Actor {
    pub(super) person: PersonId,
    pub(super) last_seq: u64,
    pub(super) last_op: u64,
    /// It has come further in this transaction.
    pub(super) moved: bool,
}

/// A change to be stored.
#[derive(Debug)]
pub(super) struct New {
    pub(super) hash: ChangeHash,
    pub(super) actor: Vec<u8>,
    pub(super) max_op: u64,
    pub(super) entry: Entry,
}

impl Log {
    /// Takes or refuses each change of an append.
    pub(super) fn take(&mut self, append: &Append) -> Appended {
        if append.policy != self.policy || append.head.is_some_and(|head| head != self.head) {
            return Appended::Stale {
                policy: self.policy,
                head: self.head,
            };
        }
        let mut so_far = self.head;
        let mut outcomes: Vec<(ChangeHash, Outcome)> = append
            .changes
            .iter()
            .map(|change| (change.header.hash, self.offer(append, change)))
            .collect();
        // several tabs share a device: what came before its dependencies may find them now
        while self.head != so_far {
            so_far = self.head;
            for (change, (_, outcome)) in append.changes.iter().zip(&mut outcomes) {
                if *outcome == Outcome::Waits {
                    *outcome = self.offer(append, change);
                }
            }
        }
        Appended::Done(outcomes)
    }

    fn offer(&mut self, append: &Append, change: &Offered) -> Outcome {
        let header = &change.header;
        if let Some((seq, _)) = self.known.get(&header.hash) {
            return Outcome::Present(*seq);
        }
        if header.deps.is_empty() && !self.frozen.is_empty() {
            // a second first change would hide one of the two histories for ever
            return Outcome::Refused(Refusal::Malformed);
        }
        for dep in header.deps.iter().filter(|dep| !self.frozen.contains(dep)) {
            match self.known.get(dep) {
                None => return Outcome::Waits,
                Some((_, max_op)) if header.start_op <= *max_op => {
                    return Outcome::Refused(Refusal::Malformed);
                }
                Some(_) => {}
            }
        }
        if header.start_op > self.max_op + FROZEN_OPS {
            return Outcome::Refused(Refusal::Malformed); // would use the counters up
        }
        match self.actors.get(&header.actor) {
            Some(actor) if actor.person != append.person => {
                return Outcome::Refused(Refusal::ForeignActor);
            }
            Some(actor) if header.seq > actor.last_seq + 1 => return Outcome::Waits,
            Some(actor) if header.seq <= actor.last_seq || header.start_op <= actor.last_op => {
                return Outcome::Refused(Refusal::Malformed); // the actor was used twice
            }
            None if header.seq > 1 => return Outcome::Waits,
            Some(_) | None => {}
        }
        let max_op = header.start_op + change.ops.max(1) - 1;
        let actor = Actor {
            person: append.person,
            last_seq: header.seq,
            last_op: max_op,
            moved: true,
        };
        self.actors.insert(header.actor.clone(), actor);
        self.head += 1;
        self.max_op = self.max_op.max(max_op);
        self.known.insert(header.hash, (self.head, max_op));
        let entry = Entry {
            seq: self.head,
            by: append.person,
            at: append.at,
            bytes: change.bytes.clone(),
        };
        self.new.push(New {
            hash: header.hash,
            actor: header.actor.clone(),
            max_op,
            entry: entry.clone(),
        });
        Outcome::Stored(entry)
    }
}
