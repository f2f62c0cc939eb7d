//! What really happened, as only the world knows: who may do what, who made what, what is in the store.

use std::collections::{BTreeMap, BTreeSet};

use shared::base::{ChangeHash, DocumentId, PersonId, Timestamp};
use shared::domain::permission::{Access, DocumentKind, ProjectState, Role, access};

use super::super::server::{Change, PEOPLE, person};

/// Something that a person did.
pub(super) struct Act {
    pub(super) device: usize,
    pub(super) document: DocumentId,
    /// The changes it consists of now; none: there was nothing left to do, or it was refused.
    pub(super) changes: Vec<ChangeHash>,
    /// It was made anew, and nothing was left to do.
    pub(super) void: bool,
    /// It was on a disk that was wiped.
    pub(super) wiped: bool,
}

pub(super) struct Truth {
    roles: BTreeMap<PersonId, Role>,
    pub(super) state: ProjectState,
    /// Since when who is no member has been none.
    out: BTreeMap<PersonId, Timestamp>,
    pub(super) acts: Vec<Act>,
    /// Who made a change.
    pub(super) makers: BTreeMap<ChangeHash, PersonId>,
    /// What the store took.
    pub(super) stored: BTreeSet<ChangeHash>,
    /// What a device was told is on disk at the server.
    pub(super) acknowledged: BTreeSet<(DocumentId, ChangeHash)>,
}

impl Default for Truth {
    fn default() -> Self {
        let roles = (0..PEOPLE).map(|n| {
            let role = if n == 0 { Role::Manager } else { Role::Planner };
            (person(n), role)
        });
        Self {
            roles: roles.collect(),
            state: ProjectState::Open,
            out: BTreeMap::new(),
            acts: Vec::new(),
            makers: BTreeMap::new(),
            stored: BTreeSet::new(),
            acknowledged: BTreeSet::new(),
        }
    }
}

impl Truth {
    pub(super) fn role(&self, person: PersonId) -> Option<Role> {
        self.roles.get(&person).copied()
    }

    pub(super) fn access(&self, person: PersonId, kind: DocumentKind) -> Access {
        access(self.role(person), self.state, kind)
    }

    pub(super) fn change(&mut self, now: Timestamp, change: Change) {
        match change {
            Change::Role(person, Some(role)) => {
                self.roles.insert(person, role);
                self.out.remove(&person);
            }
            Change::Role(person, None) => {
                self.roles.remove(&person);
                self.out.insert(person, now);
            }
            Change::State(state) => self.state = state,
        }
    }

    /// For how long a person has been no member, in ms; 0: is one.
    pub(super) fn out_for(&self, person: PersonId, now: Timestamp) -> i64 {
        self.out.get(&person).map_or(0, |since| now.since(*since))
    }

    /// Everybody whom a change concerns.
    pub(super) fn concerned(&self, change: Change) -> Vec<PersonId> {
        let mut all: Vec<_> = self.roles.keys().copied().collect();
        if let Change::Role(person, _) = change
            && !all.contains(&person)
        {
            all.push(person);
        }
        all
    }
}
