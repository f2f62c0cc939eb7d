//! The simulated network, on some seeds. `cargo xtask bench sim` runs as many as there is time for.

use tests::sim::{all_of, pinned, run};

/// How many seeds every run of the tests tries, beyond the pinned ones.
const SEEDS: u64 = 200;

#[test]
fn all_devices_and_the_server_come_to_the_same_state_and_no_edit_is_lost() {
    let seeds: Vec<u64> = match std::env::var("PLUMBLINE_SIM_SEED") {
        Ok(one) => vec![one.parse().unwrap()],
        Err(_) => pinned().into_iter().chain(0..SEEDS).collect(),
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let failed = all_of(&seeds, threads.min(4), |seed, report| {
        if let Err(why) = report {
            eprintln!("seed {seed} failed: {why}");
        }
    });
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
    assert!(first.acts > 10, "{first:?}");
    assert!(first.connections > first.devices, "{first:?}");
    assert!(first.rights > 0 && first.checks > 100, "{first:?}");
}
