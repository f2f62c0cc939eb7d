//! The simulated network: the real device session, the real server session and rooms, the real SQLite store and real
//! documents, under a virtual clock and a network that delays, doubles, reorders, loses, cuts; devices and the two nodes
//! crash and come back, their clocks differ, what nodes tell each other comes late or not at all, and roles change
//! whenever it is least convenient. Everything follows from one seed.
//!
//! A failing seed is printed; put it into `pinned.txt` to keep it.

mod device;
mod edit;
mod random;
mod server;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};

use world::World;

/// What happened in a run; the same for the same seed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many devices took part.
    pub devices: u64,
    /// What people did, over all of them.
    pub acts: u64,
    /// How often a device connected.
    pub connections: u64,
    /// How often a document was compacted.
    pub compactions: u64,
    /// How often somebody's right changed.
    pub rights: u64,
    /// How many edits ended as drafts.
    pub drafts: u64,
    /// How many invariants were looked at, during the run and in the end.
    pub checks: u64,
    heads: Vec<shared::base::ChangeHash>,
    ended: i64,
}

/// One seed. `Err`: what does not hold.
pub fn run(seed: u64) -> Result<Report, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    let run = std::panic::AssertUnwindSafe(|| runtime.block_on(World::run(seed)));
    std::panic::catch_unwind(run).unwrap_or_else(|_| Err("panicked".to_owned()))
}

/// Many seeds on so many threads; `done` is told of each. The seeds that failed, and why.
pub fn all_of(
    seeds: &[u64],
    threads: usize,
    done: impl Fn(u64, &Result<Report, String>) + Sync,
) -> Vec<(u64, String)> {
    let next = AtomicU64::new(0);
    let work = || {
        let mut failed = Vec::new();
        while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
            let report = run(*seed);
            done(*seed, &report);
            if let Err(why) = report {
                failed.push((*seed, why));
            }
        }
        failed
    };
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        all.into_iter().flat_map(|t| t.join().unwrap()).collect()
    })
}

/// Seeds that once failed: they are always run.
pub fn pinned() -> Vec<u64> {
    include_str!("pinned.txt")
        .lines()
        .filter_map(|line| line.split('#').next()?.trim().parse().ok())
        .collect()
}
