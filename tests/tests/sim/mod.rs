//! The simulated network: the real device session, the real server session and rooms, the real SQLite store and real
//! documents, under a virtual clock and a network that delays, doubles, reorders, loses, cuts; devices and the server
//! crash and come back. Everything follows from one seed.
//!
//! A failing seed is printed; put it into `pinned.txt` to keep it.

mod device;
mod edit;
mod random;
mod server;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};

use world::{Report, World};

/// How many seeds every run of the tests tries, beyond the pinned ones.
const SEEDS: u64 = 200;

fn run(seed: u64) -> Result<Report, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    let run = std::panic::AssertUnwindSafe(|| runtime.block_on(World::run(seed)));
    std::panic::catch_unwind(run).unwrap_or_else(|_| Err("panicked".to_owned()))
}

fn all_of(seeds: &[u64]) -> Vec<(u64, String)> {
    let next = AtomicU64::new(0);
    let work = || {
        let mut failed = Vec::new();
        while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
            if let Err(why) = run(*seed) {
                eprintln!("seed {seed} failed: {why}");
                failed.push((*seed, why));
            }
        }
        failed
    };
    let threads = std::thread::available_parallelism()
        .map_or(2, usize::from)
        .min(4);
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        all.into_iter().flat_map(|t| t.join().unwrap()).collect()
    })
}

#[test]
fn all_devices_and_the_server_come_to_the_same_state_and_no_edit_is_lost() {
    let pinned = include_str!("pinned.txt")
        .lines()
        .filter_map(|line| line.split('#').next()?.trim().parse().ok());
    let seeds: Vec<u64> = match std::env::var("PLUMBLINE_SIM_SEED") {
        Ok(one) => vec![one.parse().unwrap()],
        Err(_) => pinned.chain(0..SEEDS).collect(),
    };
    let failed = all_of(&seeds);
    assert!(
        failed.is_empty(),
        "{} of {} seeds failed (again with PLUMBLINE_SIM_SEED=N): {failed:#?}",
        failed.len(),
        seeds.len()
    );
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let first = run(7).unwrap();
    assert_eq!(first, run(7).unwrap());
    // and it was a run in which something happened
    assert!(first.changes > 10, "{first:?}");
    assert!(first.connections > first.devices, "{first:?}");
}
