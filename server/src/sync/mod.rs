//! Live sync: one hub for all documents, one task for each socket.

pub mod carry;
pub mod damages;
pub mod foreign;
mod forms;
mod hub;
pub mod keeper;
mod kept;
mod lately;
mod socket;

pub(crate) use forms::FormAt;
pub use hub::Hub;
pub(crate) use socket::upgrade;
