//! What the store has lost of a document: asked of the devices that may have it.

use base::{ChangeHash, DocumentId};

use super::{ConnectionId, Effect, Rooms};
use crate::wire::{MAX_LACKS, ToDevice};

/// How many devices are asked at once; who joins later is asked too.
const ASKED: usize = 3;

impl Rooms {
    pub(super) fn lacks(
        &mut self,
        document: DocumentId,
        changes: Vec<ChangeHash>,
        out: &mut Vec<Effect>,
    ) {
        let followers = self.rooms.get(&document).map(|r| r.followers.clone());
        let followers: Vec<ConnectionId> = followers.into_iter().flatten().collect();
        if changes.is_empty() {
            if self.lacking.remove(&document).is_some() {
                for follower in followers {
                    let of = self.connections.get_mut(&follower);
                    if let Some(of) = of.and_then(|c| c.following.get_mut(&document)) {
                        of.stuck = false;
                    }
                    self.pump(follower, document, out);
                }
            }
            return;
        }
        self.lacking.insert(document, changes);
        for follower in followers.into_iter().take(ASKED) {
            self.ask_for_lacking(follower, document, out);
        }
    }

    /// Asks one device for what is lost, where something is.
    pub(super) fn ask_for_lacking(
        &mut self,
        id: ConnectionId,
        document: DocumentId,
        out: &mut Vec<Effect>,
    ) {
        let follower = self.connections.get(&id);
        let follower = follower.and_then(|c| c.following.get(&document));
        if !follower.is_some_and(|f| f.may_read() && !f.watching) {
            return;
        }
        if let Some(changes) = self.lacking.get(&document) {
            let changes = changes.iter().take(MAX_LACKS).copied().collect();
            self.send(id, &ToDevice::Lacks { document, changes }, out);
        }
    }
}
