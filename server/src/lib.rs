//! The plumbline server: HTTP, sync and storage, and the command line. A library, so that tests start the real thing.

mod accept;
mod addresses;
mod app;
pub mod cli;
mod clock;
mod deliver;
pub mod demo;
mod first;
pub mod http;
mod ledger;
mod notices;
mod packs;
mod password;
mod secret;
pub mod serve;
pub mod store;
pub mod sync;
mod tickets;
pub mod tls;

pub use addresses::PerAddress;
pub use app::App;
pub use clock::Clock;
pub use deliver::{Deliver, DeliverError, NoMail, NoticeOptions};
pub use notices::{Notice, Notices};
pub use password::hash_here as hash_password;
pub use secret::{Secret, random_bytes};
pub use tickets::Tickets;
