//! Live sync: one hub for all documents, one task for each socket.

pub mod carry;
mod hub;
mod socket;

pub use hub::Hub;
pub use socket::upgrade;
