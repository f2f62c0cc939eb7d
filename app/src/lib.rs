//! The single-page app.
pub mod replica;
