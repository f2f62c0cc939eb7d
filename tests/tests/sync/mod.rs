//! The socket of the real server: rights, refusals, revocation, and what a kill leaves.

pub(crate) mod client;
mod disk;
mod durability;
mod flood;
mod nodes;
mod opening;
mod repair;
mod rights;
mod socket;
mod versions;
