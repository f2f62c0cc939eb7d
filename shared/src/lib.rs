//! What browser, server and tests share. Pure: no IO, no clock, no randomness; they come in as arguments.
pub use api;
pub use base;
pub use doc;
pub use domain;
pub use exchange;
pub use ledger;
pub use pack;
pub use sync;
