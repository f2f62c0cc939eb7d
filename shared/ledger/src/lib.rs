//! The ledger 总账: what people decided, entry after entry, each bound to the one before by its hash.
//!
//! - [`chain`]: entries, their hashes, heads. One chain per project, and one of the organisation over their heads.
//! - [`record`]: what an entry holds: an act, and what it did.
//! - [`project`]: where a project stands, which follows from its entries and the packs, and from nothing else; whether an
//!   act may be done now, and what it does ([`Project::decide`]).
//! - [`document`]: what of a form's document is handed in.
//! - [`notice`]: who is told what, and when.
//! - [`verify`]: whether a chain is what it was.
//!
//! Pure: time, ids, randomness, and who holds which role come in as arguments; signatures are made and checked by the caller.

pub mod chain;
pub mod document;
pub mod due;
pub mod hash;
pub mod notice;
pub mod project;
pub mod record;
pub mod refused;
pub mod verify;

pub use chain::{Chain, Entry, Head};
pub use hash::Hash;
pub use project::{Circumstances, Form, Project};
pub use record::{Act, Done, FormAct, Record, Wish};
pub use refused::Refused;
