//! Prints how good and how fast levelling is on all instances of PSPLIB, and how fast on great plans:
//! `cargo run --release -p domain --example bench_level -- [seed]`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types
)]

#[allow(dead_code, reason = "other examples use the rest")]
mod network;
#[path = "../tests/psplib/read.rs"]
mod read;
#[path = "../../testdata.rs"]
mod testdata;

use std::time::Instant;

use base::{Moment, ProjectId};
use domain::calendar::{Calendar, WorkTime};
use domain::level::{self, KEEP, Options, Project, rcpsp};
use domain::plan::Plan;
use domain::resource::Assignment;
use network::Great;

/// Deviations from the best known in percent, and milliseconds.
#[derive(Default)]
struct Figures {
    deviations: Vec<f64>,
    times: Vec<f64>,
}

impl Figures {
    fn add(&mut self, makespan: i64, best: i64, begun: Instant) {
        self.times.push(begun.elapsed().as_secs_f64() * 1000.0);
        self.deviations
            .push((makespan - best) as f64 * 100.0 / best as f64);
    }

    fn print(&self, set: &str, what: &str) {
        let count = self.deviations.len().max(1) as f64;
        println!(
            "{set} {what}: {} instances: mean deviation {:.2} %, greatest {:.2} %, {} at the best known; {:.1} ms an instance, at most {:.1}",
            self.deviations.len(),
            self.deviations.iter().sum::<f64>() / count,
            self.deviations.iter().copied().fold(0.0, f64::max),
            self.deviations.iter().filter(|d| **d <= 0.0).count(),
            self.times.iter().sum::<f64>() / count,
            self.times.iter().copied().fold(0.0, f64::max),
        );
    }
}

fn project<'a>(plan: &'a Plan, assignments: &'a [Assignment]) -> Project<'a> {
    Project {
        id: ProjectId::from_bytes([1; 16]),
        plan,
        assignments,
        priority: level::NORMAL.min(KEEP),
        priorities: &[],
    }
}

fn set(name: &str, seed: u64) {
    let (mut bare, mut plans) = (Figures::default(), Figures::default());
    let work = WorkTime::new(&Calendar::standard(""));
    for known in read::set(name) {
        let begun = Instant::now();
        let (solution, flaws) = rcpsp::solve(&known.instance, 5_000, seed);
        bare.add(solution.makespan, known.best, begun);
        assert_eq!(flaws, []);
        let broken = read::broken(&known.instance, &solution.starts);
        assert!(broken.is_empty(), "{}: {broken:?}", known.name);
        let (plan, pool, assignments) = read::plan(&known.instance);
        let options = Options {
            seed,
            ..Options::default()
        };
        let begun = Instant::now();
        let projects = [project(&plan, &assignments)];
        let (levelled, problems) = level::level(&pool, &projects, &options);
        let finish = levelled.changes[0].finish.1;
        let makespan = work.between(plan.start, finish) / read::DAY;
        plans.add(makespan, known.best, begun);
        assert_eq!(problems, []);
        assert_eq!(levelled.left, []);
        let edited = levelled.changes[0].apply(&plan);
        let dates = domain::schedule::schedule(&edited).0;
        let start = |at: Moment| work.between(plan.start, at) / read::DAY;
        let starts: Vec<i64> = dates
            .rows
            .iter()
            .map(|row| start(row.early_start))
            .collect();
        let broken = read::broken(&known.instance, &starts);
        assert!(broken.is_empty(), "{}: {broken:?}", known.name);
    }
    bare.print(name, "bare");
    plans.print(name, "plans");
}

fn great(tasks: u64, people: u64) {
    let great = Great::new(tasks, people);
    let begun = Instant::now();
    let levelled = great.level();
    println!(
        "a plan of {tasks} tasks and {people} people: {} delayed, {} to {}, {} days left, {} schedules, {:.0} ms",
        levelled.changes[0].delays.len(),
        levelled.changes[0].finish.0,
        levelled.changes[0].finish.1,
        levelled.left.len(),
        levelled.schedules,
        begun.elapsed().as_secs_f64() * 1000.0
    );
}

fn main() {
    let seed = std::env::args()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(1);
    for name in ["j30", "j60", "j90", "j120"] {
        set(name, seed);
    }
    for (tasks, people) in [(100, 5), (1_000, 20), (10_000, 20), (10_000, 200)] {
        great(tasks, people);
    }
}
