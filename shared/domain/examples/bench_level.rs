//! Prints how good and how fast levelling is on all instances of PSPLIB, and how fast on great plans:
//! `cargo run --release -p domain --example bench_level -- [seed]`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types
)]

#[path = "../tests/psplib/read.rs"]
mod read;
#[path = "../../testdata.rs"]
mod testdata;

use std::time::Instant;

use base::{AssignmentId, LinkId, Minutes, Moment, ProjectId, ResourceId, TaskId};
use domain::calendar::{Calendar, WorkTime};
use domain::level::{self, KEEP, Options, Project, rcpsp};
use domain::plan::{Lag, Link, LinkKind, Plan, Task};
use domain::resource::{Assignment, Pool, Resource, WHOLE, work_of};

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

/// Each task waits for two of the fifty before it and asks for one of `people`.
fn great(tasks: u64, people: u64) {
    let id = |n: u64| n.to_be_bytes();
    let mut state = 1u64;
    let mut random = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below.max(1)
    };
    let mut plan = Plan {
        start: Moment::ymd_hm(2026, 1, 5, 8, 0).unwrap(),
        ..Plan::default()
    };
    let mut assignments = Vec::new();
    for n in 0..tasks {
        let duration = random(20) as Minutes * 240;
        plan.tasks.push(Task {
            duration,
            ..Task::new(TaskId::from_bytes(id(n)))
        });
        for _ in 0..if n == 0 { 0 } else { 2 } {
            plan.links.push(Link {
                id: LinkId::from_bytes(id(plan.links.len() as u64)),
                pred: TaskId::from_bytes(id(n - 1 - random(n.min(50)))),
                succ: TaskId::from_bytes(id(n)),
                kind: LinkKind::FinishStart,
                lag: Lag::Working(0),
            });
        }
        assignments.push(Assignment {
            id: AssignmentId::from_bytes(id(n)),
            task: TaskId::from_bytes(id(n)),
            resource: ResourceId::from_bytes(id(random(people))),
            units: WHOLE,
            work: work_of(duration, WHOLE),
        });
    }
    let pool = Pool {
        resources: (0..people)
            .map(|n| Resource::new(ResourceId::from_bytes(id(n))))
            .collect(),
        ..Pool::default()
    };
    let begun = Instant::now();
    let (levelled, _) = level::level(&pool, &[project(&plan, &assignments)], &Options::default());
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
