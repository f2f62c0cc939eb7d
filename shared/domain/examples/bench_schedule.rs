//! Prints how long the critical-path engine and levelling take, each time in milliseconds:
//! `cargo run --release -p domain --example bench_schedule -- plan=TASKS,EXCEPTIONS level=TASKS,PEOPLE ...`.
//! `cargo xtask bench schedule` runs this and its twin in wasm.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types
)]

#[allow(dead_code, reason = "other examples use the rest")]
mod network;

use std::time::Instant;

use network::{Great, Links, Measured};

/// The server's. With the C library's a third of a full pass is the kernel's, which gives memory and takes it back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each is measured; levelling, which takes longer, once.
const ROUNDS: usize = 20;

fn main() {
    for case in std::env::args().skip(1) {
        let numbers = |text: &str| -> Option<(u64, u64)> {
            let (tasks, more) = text.split_once(',')?;
            Some((tasks.parse().ok()?, more.parse().ok()?))
        };
        match case.split_once('=') {
            Some((kind @ ("plan" | "common"), text)) if let Some((tasks, more)) = numbers(text) => {
                let links = match kind {
                    "plan" => Links::All,
                    _ => Links::Common,
                };
                let mut plan = Measured::new(tasks, more.cast_signed(), links);
                told(&case, "whole", ROUNDS, || plan.whole());
                told(&case, "edit", ROUNDS, || plan.edit());
                told(&case, "link", ROUNDS, || plan.link());
            }
            Some(("level", text)) if let Some((tasks, people)) = numbers(text) => {
                let great = Great::new(tasks, people);
                told(&case, "level", 1, || drop(great.level()));
            }
            _ => println!("{case}: not plan=TASKS,EXCEPTIONS, common=... or level=TASKS,PEOPLE"),
        }
    }
}

/// One line: what, and all times.
fn told(case: &str, what: &str, rounds: usize, mut work: impl FnMut()) {
    print!("{case} {what}");
    for _ in 0..rounds {
        let begun = Instant::now();
        work();
        print!("\t{:.4}", begun.elapsed().as_secs_f64() * 1000.0);
    }
    println!();
}
