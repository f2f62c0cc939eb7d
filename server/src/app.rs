//! What every request handler has at hand.

use std::sync::Arc;

use shared::sync::wire::Versions;

use crate::addresses::Addresses;
use crate::clock::Clock;
use crate::deliver::Deliver;
use crate::http::site::Site;
use crate::ledger::Ledger;
use crate::notices::Notices;
use crate::packs::Packs;
use crate::password::Passwords;
use crate::store::Store;
use crate::sync::Hub;
use crate::tickets::Tickets;

/// The running server's parts. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// The regulations.
    pub packs: Packs,
    /// Decisions.
    pub ledger: Ledger,
    /// What leaves the server: mail, browsers, groups.
    pub deliver: Deliver,
    /// To live sockets.
    pub notices: Notices,
    /// Live sync.
    pub hub: Hub,
    /// What it speaks with devices.
    pub versions: Versions,
    /// What comes from where.
    pub(crate) addresses: Addresses,
    /// For the WebSocket.
    pub tickets: Tickets,
    /// Hashing, a few at a time.
    pub passwords: Passwords,
    /// The app's files.
    pub site: Arc<Site>,
    /// The listener speaks TLS.
    pub https: bool,
    /// A reverse proxy stands in front and says whom it speaks for.
    pub behind_proxy: bool,
    /// The local authority's certificate (PEM) for `/trust`, where there is one.
    pub authority: Option<Arc<str>>,
}
