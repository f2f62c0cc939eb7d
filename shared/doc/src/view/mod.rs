//! Documents as the plain rows that a screen shows.

mod fields;
pub mod first;
pub mod form;
pub mod note;
pub mod plan;
pub mod proposal;
pub mod source;
