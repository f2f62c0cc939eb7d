//! Packs 规程包: a regulation as data. What a pack is ([`definition`], [`form`], [`route`], [`effect`], [`duty`]), the language of its
//! conditions ([`expr`]), how its files are read and checked ([`load()`]), what a filled-in form comes to ([`fill`]), and where
//! a review stands ([`review`]), whether a gate opens ([`gate`]). How to write one: `docs/packs.md`.
//!
//! Pure: files come in as bytes, people and time as arguments.

pub mod capitals;
mod check;
pub mod definition;
pub mod difference;
pub mod digest;
pub mod duty;
pub mod effect;
pub mod expr;
pub mod fill;
pub mod form;
pub mod gate;
pub mod id;
pub mod load;
pub mod problem;
pub mod register;
pub mod review;
pub mod route;
pub mod text;
pub mod value;

pub use definition::Pack;
pub use difference::difference;
pub use digest::digest;
pub use load::load;
pub use problem::{Problem, Wrong};
