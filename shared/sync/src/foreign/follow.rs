//! One document that a foreign client follows: its messages are worked through one after the other.

use std::collections::{BTreeSet, VecDeque};

use base::{ChangeHash, DocumentId};
use doc::peer::{Heard, Peer};
use domain::permission::Access;

use super::Effect;
use super::message::SyncMessage;
use crate::server::{Offered, Request, look};

/// The most messages that wait for their turn.
const MAX_QUEUE: usize = 64;
/// The most changes (and bytes that they take) that wait for what they depend on.
const MAX_HELD: (usize, usize) = (1_000, 8 * 1024 * 1024);

#[derive(Debug, Default)]
enum Turn {
    /// Not open yet.
    #[default]
    Joining,
    /// Nothing under way.
    Free(Box<Peer>),
    /// Changes are with the rooms; then the rest of the message is heard.
    Pushed {
        peer: Box<Peer>,
        heard: Heard,
        offered: Vec<Offered>,
        answered: BTreeSet<ChangeHash>,
    },
    /// The document is asked.
    Exchanging,
}

#[derive(Debug, Default)]
pub(super) struct Follow {
    turn: Turn,
    writes: bool,
    moved: bool,
    queue: VecDeque<SyncMessage>,
    /// Changes whose dependencies have not arrived.
    held: Vec<Offered>,
    /// What looking at changes has cost since it was last asked, in operations.
    pub(super) work: u64,
}

impl Follow {
    /// Whether there was room for it.
    pub(super) fn queue(&mut self, message: SyncMessage) -> bool {
        self.queue.push_back(message);
        self.queue.len() <= MAX_QUEUE
    }

    /// How many bytes of messages wait for their turn.
    pub(super) fn backlog(&self) -> usize {
        let bytes = |message: &SyncMessage| message.changes.iter().map(Vec::len).sum::<usize>();
        self.queue.iter().map(bytes).sum()
    }

    pub(super) fn joined(&mut self, access: Access) {
        self.writes = access == Access::Write;
        self.turn = Turn::Free(Box::new(Peer::new(self.writes)));
    }

    pub(super) fn moved(&mut self) {
        self.moved = true;
    }

    pub(super) fn exchanged(&mut self, mut peer: Box<Peer>) {
        if !self.writes {
            peer.stop_listening();
        }
        self.turn = Turn::Free(peer);
    }

    /// Nothing of this client is asked for from here on.
    pub(super) fn refused(&mut self, change: ChangeHash) {
        self.writes = false;
        self.held.clear();
        if let Turn::Pushed { peer, answered, .. } = &mut self.turn {
            peer.stop_listening();
            answered.insert(change);
        }
    }

    /// The rooms are done with what was pushed; these are stored.
    pub(super) fn answered(&mut self, stored: impl Iterator<Item = ChangeHash>) {
        if let Turn::Pushed { answered, .. } = &mut self.turn {
            answered.extend(stored);
            // at the next turn the rest of the message is heard
            if let Turn::Pushed {
                peer,
                heard,
                offered,
                answered,
            } = std::mem::take(&mut self.turn)
            {
                self.hold(offered, &answered);
                self.queue.push_front(SyncMessage {
                    heard,
                    changes: Vec::new(),
                });
                self.turn = Turn::Free(peer);
            }
        }
    }

    /// Keeps what got no answer: something that it depends on is still to come.
    fn hold(&mut self, offered: Vec<Offered>, answered: &BTreeSet<ChangeHash>) {
        let mut bytes = 0;
        self.held = offered
            .into_iter()
            .filter(|change| self.writes && !answered.contains(&change.header.hash))
            .take(MAX_HELD.0)
            .take_while(|change| {
                bytes += change.size();
                bytes <= MAX_HELD.1
            })
            .collect();
    }

    /// Does what is next, where nothing is under way.
    pub(super) fn go_on(&mut self, document: DocumentId, out: &mut Vec<Effect>) {
        if !matches!(self.turn, Turn::Free(_)) || (self.queue.is_empty() && !self.moved) {
            return;
        }
        let Turn::Free(peer) = std::mem::take(&mut self.turn) else {
            return;
        };
        let next = self.queue.pop_front();
        match next {
            Some(message) if !message.changes.is_empty() => {
                self.push(document, peer, message, out);
            }
            next => {
                self.moved = false;
                self.turn = Turn::Exchanging;
                let need = self.held.iter().flat_map(|c| c.header.deps.iter().copied());
                out.push(Effect::Exchange {
                    document,
                    peer,
                    heard: next.map(|message| message.heard),
                    need: need.collect(),
                });
            }
        }
    }

    /// To the rooms, also what the client may not write: they say so, and to whom.
    fn push(
        &mut self,
        document: DocumentId,
        peer: Box<Peer>,
        message: SyncMessage,
        out: &mut Vec<Effect>,
    ) {
        let mut offered = std::mem::take(&mut self.held);
        let looked = look(message.changes);
        self.work += looked.work;
        for change in looked.sound {
            let known = |c: &Offered| c.header.hash == change.header.hash;
            if !offered.iter().any(known) {
                offered.push(change);
            }
        }
        out.push(Effect::Ask(Request::Push {
            document,
            changes: offered.clone(),
            unsound: looked.unsound,
        }));
        self.turn = Turn::Pushed {
            peer,
            heard: message.heard,
            offered,
            answered: BTreeSet::new(),
        };
    }
}
