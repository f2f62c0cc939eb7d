//! Who is in a document now.

use base::{DocumentId, PersonId};

use super::follower::Follower;
use super::{ConnectionId, Effect, OUTSTANDING, Rooms};
use crate::wire::ToDevice;

impl Rooms {
    pub(super) fn tell_others(
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

    /// Who else is here.
    pub(super) fn show_present(
        &mut self,
        id: ConnectionId,
        document: DocumentId,
        out: &mut Vec<Effect>,
    ) {
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
}
