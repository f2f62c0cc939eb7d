//! Document schemas over Automerge: typed commands in, plain rows out. Automerge itself does not show
//! through this crate's interface: changes are bytes with a hash.

pub mod bounds;
pub mod command;
pub mod deed;
mod document;
mod frozen;
pub mod history;
mod kept;
mod model;
mod order;
pub mod peer;
pub mod sample;
mod scalar;
mod schema;
pub mod undo;
pub mod view;

pub use document::{ApplyError, Author, Document, LoadError, RawChange, derived_id};
