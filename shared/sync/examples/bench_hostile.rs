//! `cargo xtask bench hostile`: how long it takes, and how much memory, to refuse bytes that claim far more than they are.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "it measures and prints"
)]

#[path = "../tests/hostile/bytes.rs"]
mod bytes;
#[path = "../tests/hostile/counting.rs"]
mod counting;

use std::time::{Duration, Instant};

use counting::peak;

fn main() {
    let changes = bytes::changes();
    table("changes", &changes, |bytes| {
        sync::check::check_offered(bytes).is_err()
    });
    table("documents", &bytes::documents(), |bytes| {
        doc::bounds::document(bytes).is_err()
    });
}

/// The worst of all, by time and by memory, and the named ones of the promise.
fn table(what: &str, all: &[bytes::Hostile], refuses: impl Fn(&[u8]) -> bool) {
    let mut rows: Vec<(Duration, usize, usize, &str)> = Vec::new();
    for hostile in all {
        let best = |_| {
            let from = Instant::now();
            let (refused, memory) = peak(|| refuses(&hostile.bytes));
            assert!(refused, "{}", hostile.name);
            (from.elapsed(), memory)
        };
        let (time, memory) = (0..3).map(best).min().unwrap();
        rows.push((time, memory, hostile.bytes.len(), &hostile.name));
    }
    println!("{} hostile {what}, slowest first:", rows.len());
    rows.sort();
    let slow = rows.iter().rev().take(8);
    let promised = rows.iter().filter(|row| row.3 == "five million operations");
    for (time, memory, length, name) in slow.chain(promised) {
        println!(
            "  {:>8.3} ms {:>6} KiB  {length:>7} bytes  {name}",
            time.as_secs_f64() * 1000.0,
            memory / 1024
        );
    }
    let most = rows.iter().map(|row| row.1).max().unwrap_or_default();
    println!("  most memory: {} KiB", most / 1024);
}
