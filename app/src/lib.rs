//! The single-page app.
pub mod platform;
pub mod replica;
pub mod session;
