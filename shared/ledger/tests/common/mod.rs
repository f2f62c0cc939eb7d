//! A project at random: packs, people, a server that takes acts and a device that follows it.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

pub mod acts;
pub mod duties;
pub mod firm;
pub mod forge;
pub mod game;
pub mod oracle;
pub mod registers;
pub mod regulation;
pub mod same;
pub mod shop;
#[path = "../../../pack/tests/common/world.rs"]
pub mod world;
