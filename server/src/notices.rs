//! What other parts of this process must learn, from this node or another: who is no longer signed in, whose rights
//! changed, which documents grew elsewhere.

use shared::base::{DeviceId, DocumentId, PersonId, ProjectId};
use tokio::sync::broadcast;

/// Something that live sockets must act on. Sent after it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// One device's session has ended (signed out, revoked): its sockets end.
    DeviceEnded {
        /// Whose.
        person: PersonId,
        /// Which.
        device: DeviceId,
    },
    /// A bearer token was taken back: sockets opened with it end.
    TokenEnded {
        /// Whose.
        person: PersonId,
        /// Which.
        token: [u8; 16],
    },
    /// A project was made or renamed, or its members changed: rights are to be looked up again.
    ProjectChanged {
        /// Which.
        project: ProjectId,
        /// Its members, and those who were until now.
        people: Vec<PersonId>,
    },
    /// Another node appended to a document: its log now ends at `head`.
    Grown {
        /// Which.
        document: DocumentId,
        /// The last sequence number.
        head: u64,
    },
    /// Other nodes could not be heard for a while: anything may have changed.
    Missed,
    /// The server stops: sockets say goodbye.
    Stopping,
}

/// Where notices go. A receiver that lags ([`broadcast::error::RecvError::Lagged`]) has missed some and must treat
/// all its sockets as ended: they come back and are checked anew.
#[derive(Debug, Clone)]
pub struct Notices(broadcast::Sender<Notice>);

impl Default for Notices {
    fn default() -> Self {
        Self(broadcast::channel(1024).0)
    }
}

impl Notices {
    /// Tells everybody who listens; nobody listening is fine.
    pub fn send(&self, notice: Notice) {
        let _ = self.0.send(notice);
    }

    /// Listens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.0.subscribe()
    }
}
