//! The simulated network on many seeds: `bench_sim SEEDS FIRST`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it measures, and prints"
)]

use std::sync::Mutex;
use std::time::{Duration, Instant};

use tests::sim::all_of;

#[derive(Default)]
struct Sums {
    done: usize,
    devices: u64,
    most: u64,
    acts: u64,
    rights: u64,
    drafts: u64,
    checks: u64,
    told: Option<Instant>,
}

fn main() {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse().unwrap());
    let count: u64 = args.next().unwrap_or(20_000);
    let first: u64 = args.next().unwrap_or(0);
    let seeds: Vec<u64> = (first..first + count).collect();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    // a seed that panics says so by itself, once
    let sums = Mutex::new(Sums::default());
    let began = Instant::now();
    let failed = all_of(&seeds, threads, |seed, report| {
        let mut sums = sums.lock().unwrap();
        sums.done += 1;
        match report {
            Ok(report) => {
                sums.devices += report.devices;
                sums.most = sums.most.max(report.devices);
                sums.acts += report.acts;
                sums.rights += report.rights;
                sums.drafts += report.drafts;
                sums.checks += report.checks;
            }
            Err(why) => println!("seed {seed} failed: {why}"),
        }
        if sums
            .told
            .is_none_or(|at| at.elapsed() > Duration::from_secs(30))
        {
            sums.told = Some(Instant::now());
            println!(
                "{} of {count} seeds, {:.0} s",
                sums.done,
                began.elapsed().as_secs_f64()
            );
        }
    });
    let took = began.elapsed().as_secs_f64();
    let sums = sums.into_inner().unwrap();
    println!(
        "{count} seeds from {first} on {threads} threads in {took:.0} s: {:.1} seeds/s",
        count as f64 / took
    );
    println!(
        "{} devices (at most {}), {} edits, {} changes of rights, {} edits kept as drafts, {} invariants checked",
        sums.devices, sums.most, sums.acts, sums.rights, sums.drafts, sums.checks
    );
    let seeds: Vec<String> = failed.iter().map(|(seed, _)| seed.to_string()).collect();
    println!("{} failed: {}", failed.len(), seeds.join(" "));
    if !failed.is_empty() {
        std::process::exit(1);
    }
}
