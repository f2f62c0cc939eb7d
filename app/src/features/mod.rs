//! Places a person goes. Features never import each other.

pub mod frame;
pub mod plan;
