//! The foreign dialect: the server's end of a connection of any automerge-repo client, in the same rooms as ours.
//!
//! Such a client sends Automerge's sync messages. The changes in them are taken out, checked and pushed like those of
//! our own devices; what remains of the message goes to the document, which answers ([`Effect::Exchange`]). A client
//! that may only read is told so in the protocol's own flags. One whose change was refused gets the reason as an
//! `error`, and nothing of it is asked for any more on this connection.

pub mod address;
mod follow;
pub mod frames;
pub mod message;

use std::collections::BTreeMap;

use base::{DocumentId, Timestamp};
use doc::peer::{Heard, Peer};

use self::follow::Follow;
use self::frames::{FromClient, ToClient};
use crate::rate::TooFast;
use crate::server::{HANDSHAKE, Request, SILENCE};
use crate::wire::{Refusal, ToDevice};

/// The largest message, in bytes: one may hold all changes that a client made offline.
pub const LONGEST: usize = 8 * 1024 * 1024;
/// The most documents that one client follows: each may wait with a message of its own.
const MAX_FOLLOWED: usize = 200;

/// What to do for a connection.
#[derive(Debug)]
pub enum Effect {
    /// Send these bytes.
    Send(Vec<u8>),
    /// Ask the rooms.
    Ask(Request),
    /// Let the document hear what the client said, and say what it has to; then [`Session::exchanged`].
    Exchange {
        /// Which document.
        document: DocumentId,
        /// What the client is known to have; comes back.
        peer: Box<Peer>,
        /// What the client said; `None`: the document moved.
        heard: Option<Heard>,
        /// Changes to ask for, where they are not there.
        need: Vec<base::ChangeHash>,
    },
    /// Close the socket, after what is to be sent.
    Close,
}

/// The server's end of one connection.
#[derive(Debug)]
pub struct Session {
    client: Option<String>,
    heard: Timestamp,
    documents: BTreeMap<DocumentId, Follow>,
}

impl Session {
    /// A connection that was opened at `now`.
    pub fn new(now: Timestamp) -> Self {
        Self {
            client: None,
            heard: now,
            documents: BTreeMap::new(),
        }
    }

    /// When [`Session::wake`] is due.
    pub fn deadline(&self) -> Timestamp {
        let patience = if self.client.is_some() {
            SILENCE
        } else {
            HANDSHAKE
        };
        self.heard.plus_ms(patience)
    }

    /// The client gave a sign of life (an answer to a ping of the socket).
    pub fn alive(&mut self, now: Timestamp) {
        self.heard = now;
    }

    /// The deadline may have come: a silent connection is closed.
    pub fn wake(&mut self, now: Timestamp) -> Vec<Effect> {
        if now >= self.deadline() {
            self.end("no sign of life")
        } else {
            Vec::new()
        }
    }

    /// Whether messages wait that are as long together as one may be: nothing more is to be read meanwhile.
    pub fn is_behind(&self) -> bool {
        let backlog: usize = self.documents.values().map(Follow::backlog).sum();
        backlog >= LONGEST
    }

    /// What messages have cost since this was last asked, beside their bytes, in operations.
    pub fn work(&mut self) -> u64 {
        let work = |follow: &mut Follow| std::mem::take(&mut follow.work);
        self.documents.values_mut().map(work).sum()
    }

    /// The client sent more than it may, for too long ([`crate::rate`]).
    pub fn too_fast(&mut self, why: TooFast) -> Vec<Effect> {
        self.end(&why.to_string())
    }

    /// A message of the client.
    pub fn frame(&mut self, now: Timestamp, bytes: &[u8]) -> Vec<Effect> {
        self.heard = now;
        let message = match frames::read(bytes) {
            Ok(message) => message,
            Err(why) => return self.end(&why.to_string()),
        };
        match (message, &self.client) {
            (FromClient::Join { sender, speaks }, None) => {
                self.client = Some(sender);
                if speaks {
                    vec![self.to_client(ToClient::Peer)]
                } else {
                    self.end("this server speaks version 1 of the automerge-repo protocol")
                }
            }
            (_, None) => self.end("join comes first"),
            // automerge-repo's adapter joins twice
            (FromClient::Join { .. } | FromClient::Other, Some(_)) => Vec::new(),
            (FromClient::Leave, Some(_)) => vec![Effect::Close],
            (FromClient::Sync { document, data }, Some(_)) => self.sync(&document, &data),
        }
    }

    fn sync(&mut self, text: &str, data: &[u8]) -> Vec<Effect> {
        let Some(document) = address::from_text(text) else {
            return vec![self.to_client(ToClient::Unavailable(text))];
        };
        let message = match message::read(data) {
            Ok(message) => message,
            Err(why) => return self.end(&why.to_string()),
        };
        let mut out = Vec::new();
        if !self.documents.contains_key(&document) {
            if self.documents.len() >= MAX_FOLLOWED {
                let words = format!("{text}: more than {MAX_FOLLOWED} documents on one connection");
                return vec![
                    self.to_client(ToClient::Error(&words)),
                    self.to_client(ToClient::Unavailable(text)),
                ];
            }
            self.documents.insert(document, Follow::default());
            out.push(Effect::Ask(Request::Watch { document }));
        }
        if let Some(follow) = self.documents.get_mut(&document) {
            if !follow.queue(message) {
                return self.end("too many messages at once");
            }
            follow.go_on(document, &mut out);
        }
        out
    }

    /// A frame that the rooms send to this connection.
    pub fn from_rooms(&mut self, frame: ToDevice) -> Vec<Effect> {
        let mut out = Vec::new();
        match frame {
            ToDevice::Joined {
                document, access, ..
            } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.joined(access);
                    follow.go_on(document, &mut out);
                }
            }
            ToDevice::Denied { document } => {
                if self.documents.remove(&document).is_some() {
                    let text = address::to_text(document);
                    out.push(self.to_client(ToClient::Unavailable(&text)));
                }
            }
            ToDevice::AccessChanged { document, .. } => {
                // the protocol has no word for it: the client comes back, and begins anew
                if self.documents.contains_key(&document) {
                    return self.end("your rights in a project have changed");
                }
            }
            ToDevice::Changes { document, .. } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.moved();
                    follow.go_on(document, &mut out);
                }
            }
            ToDevice::Acknowledged {
                document, changes, ..
            } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.answered(changes.iter().map(|(hash, _)| *hash));
                    follow.go_on(document, &mut out);
                }
            }
            ToDevice::Refused {
                reason: Refusal::Storage,
                ..
            } => return self.end("the server cannot store anything at the moment"),
            ToDevice::Refused {
                document,
                change,
                reason,
            } => {
                if let Some(follow) = self.documents.get_mut(&document) {
                    follow.refused(change);
                    let words = format!(
                        "{}: a change was refused ({reason:?})",
                        address::to_text(document)
                    );
                    out.push(self.to_client(ToClient::Error(&words)));
                }
            }
            ToDevice::Later { document, cause } => {
                if self.documents.remove(&document).is_some() {
                    let text = address::to_text(document);
                    let words = format!("{text}: not at the moment ({cause:?})");
                    out.push(self.to_client(ToClient::Error(&words)));
                    out.push(self.to_client(ToClient::Unavailable(&text)));
                }
            }
            ToDevice::Bye { reason, .. } => return self.end(&reason),
            ToDevice::Reset { .. }
            | ToDevice::Welcome { .. }
            | ToDevice::Presence { .. }
            | ToDevice::Projects
            | ToDevice::Outdated { .. }
            | ToDevice::Lacks { .. }
            | ToDevice::Pong { .. } => {}
        }
        out
    }

    /// Answer to [`Effect::Exchange`]: what the document says, where it says anything. `Err`: it could not be read.
    pub fn exchanged(
        &mut self,
        document: DocumentId,
        peer: Box<Peer>,
        said: Result<Option<Vec<u8>>, String>,
    ) -> Vec<Effect> {
        let said = match said {
            Ok(said) => said,
            Err(why) => return self.end(&why),
        };
        let mut out = Vec::new();
        if let Some(data) = said {
            let text = address::to_text(document);
            out.push(self.to_client(ToClient::Sync(&text, &data)));
        }
        if let Some(follow) = self.documents.get_mut(&document) {
            follow.exchanged(peer);
            follow.go_on(document, &mut out);
        }
        out
    }

    fn to_client(&self, message: ToClient<'_>) -> Effect {
        Effect::Send(frames::write(
            message,
            self.client.as_deref().unwrap_or_default(),
        ))
    }

    fn end(&self, reason: &str) -> Vec<Effect> {
        let reason: String = reason.chars().take(200).collect();
        vec![self.to_client(ToClient::Error(&reason)), Effect::Close]
    }
}
