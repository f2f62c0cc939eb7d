//! What tests of more than one part have in common.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

pub mod axe;
pub mod browser;
pub mod build;
pub mod cable;
mod client;
pub mod crash;
pub mod fixtures;
pub mod formscreen;
pub mod hand;
pub mod headless;
pub mod link;
pub mod office;
pub mod offline;
pub mod outside;
pub mod peers;
pub mod planscreen;
pub mod pool;
pub mod postgres;
pub mod receivers;
pub mod server;
pub mod sim;
pub mod unsent;
