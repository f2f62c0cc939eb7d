//! The sans-IO sync session: (message, time) in, messages and effects out. Browser, server and the
//! simulated network of the tests run the same code.

mod cbor;
pub mod check;
pub mod device;
pub mod foreign;
pub mod history;
pub mod rate;
pub mod replay;
pub mod room;
pub mod server;
pub mod wire;
