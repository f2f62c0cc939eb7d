//! Live sync: one hub for all documents, one task for each socket.

pub mod carry;
pub mod damages;
mod firsts;
pub mod foreign;
mod hub;
pub mod keeper;
mod kept;
mod socket;

pub use hub::Hub;
pub(crate) use socket::upgrade;
