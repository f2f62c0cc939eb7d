//! What members may do, when it changes.

use base::{DocumentId, PersonId, ProjectId};
use domain::permission::Access;

use super::{ConnectionId, Effect, Rooms};
use crate::wire::ToDevice;

impl Rooms {
    pub(super) fn membership_changed(
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

    pub(super) fn authorized(
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
