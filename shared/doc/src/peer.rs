//! One end of Automerge's own sync protocol, for clients that speak only that. What they send is taken out of their
//! messages and checked elsewhere, like any change; here come the messages without their changes.

use automerge::sync::{BloomFilter, Have, Message, MessageFlags, MessageVersion, State, SyncDoc};
use base::ChangeHash;

use crate::Document;
use crate::document::{ApplyError, to_am};

/// What a client is known to have of one document. It belongs to one connection and one loaded document.
#[derive(Debug, Clone)]
pub struct Peer {
    state: State,
    /// The client's changes are asked for.
    listens: bool,
}

/// A client's message without the changes in it, within the limits that its reader keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heard {
    /// The client's heads.
    pub heads: Vec<ChangeHash>,
    /// Changes that it asks for.
    pub need: Vec<ChangeHash>,
    /// What it has: since which common heads, and a Bloom filter's bytes.
    pub have: Option<(Vec<ChangeHash>, Vec<u8>)>,
    /// What it can do, where it says so: as the protocol encodes it.
    pub flags: Option<u8>,
}

impl Peer {
    /// A client that was just connected. `listens`: it may write, and its changes are asked for.
    pub fn new(listens: bool) -> Self {
        let state = if listens {
            State::new()
        } else {
            State::new_read_only()
        };
        Self { state, listens }
    }

    /// From here on nothing of the client is asked for; it still gets what others write.
    pub fn stop_listening(&mut self) {
        self.listens = false;
        self.state.read_only = true;
    }
}

impl Document {
    /// Takes in what a client said it has and needs.
    pub fn hear(&mut self, peer: &mut Peer, heard: Heard) -> Result<(), ApplyError> {
        let have = heard
            .have
            .map(|(last_sync, bloom)| {
                let bloom = BloomFilter::try_from(bloom.as_slice());
                let bloom = bloom.map_err(|e| ApplyError(e.to_string()))?;
                let last_sync = last_sync.iter().map(to_am).collect();
                Ok(Have { last_sync, bloom })
            })
            .transpose()?;
        let message = Message {
            heads: heard.heads.iter().map(to_am).collect(),
            need: heard.need.iter().map(to_am).collect(),
            have: have.into_iter().collect(),
            changes: Vec::<Vec<u8>>::new().into(),
            flags: heard.flags.map(|bits| {
                let mut flags = MessageFlags::new();
                flags.set(bits);
                flags
            }),
            version: MessageVersion::V1,
        };
        self.inner
            .sync()
            .receive_sync_message(&mut peer.state, message)
            .map_err(|e| ApplyError(e.to_string()))
    }

    /// What to tell a client now, where there is anything; `need`: changes to ask for beside, where they are not here.
    pub fn say(&mut self, peer: &mut Peer, need: &[ChangeHash]) -> Option<Vec<u8>> {
        let mut message = self.inner.sync().generate_sync_message(&mut peer.state)?;
        if peer.listens {
            for hash in need {
                if !self.has(hash) && !message.need.contains(&to_am(hash)) {
                    message.need.push(to_am(hash));
                }
            }
            // who is told what we can do may answer with whole documents, and those are never taken from clients
            message.flags = None;
        }
        Some(message.encode())
    }
}
