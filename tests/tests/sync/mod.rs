//! The socket of the real server: rights, refusals, revocation, and what a kill leaves.

mod client;
mod durability;
mod rights;
mod socket;
