//! Documents as the plain rows that a screen shows.

pub mod plan;
