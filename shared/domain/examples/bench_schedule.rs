//! Prints how long the critical-path engine takes: `cargo run --release -p domain --example bench_schedule`.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types
)]

use std::time::Instant;

use base::{CalendarId, LinkId, Moment, TaskId};
use domain::calendar::{Calendar, Exception};
use domain::plan::{Lag, Link, LinkKind, Plan, Task};
use domain::schedule::{Engine, schedule};

/// A plan without cycles: each task waits for two of the fifty before it.
fn plan(tasks: u64, exceptions: i64) -> Plan {
    let id = |n: u64| TaskId::from_bytes(n.to_be_bytes());
    let mut state = 1u64;
    let mut random = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below.max(1)
    };
    let start = Moment::ymd_hm(2026, 1, 5, 8, 0).unwrap_or_default();
    let mut calendar = Calendar::standard("Standard");
    for n in 0..exceptions {
        let day = Moment::from_day(start.day() + n * 17);
        calendar.exceptions.push(Exception {
            name: String::new(),
            first: day,
            last: day,
            hours: Vec::new(),
        });
    }
    let calendar_id = CalendarId::from_bytes([1; 8]);
    let mut plan = Plan {
        start,
        calendar: Some(calendar_id),
        calendars: vec![(calendar_id, calendar)],
        ..Plan::default()
    };
    let kinds = [
        LinkKind::FinishStart,
        LinkKind::FinishStart,
        LinkKind::StartStart,
        LinkKind::FinishFinish,
        LinkKind::StartFinish,
    ];
    for n in 0..tasks {
        plan.tasks.push(Task {
            duration: random(10) as i64 * 240,
            ..Task::new(id(n))
        });
        for _ in 0..if n == 0 { 0 } else { 2 } {
            plan.links.push(Link {
                id: LinkId::from_bytes((plan.links.len() as u64).to_be_bytes()),
                pred: id(n - 1 - random(n.min(50))),
                succ: id(n),
                kind: kinds[random(5) as usize],
                lag: Lag::Working((random(6) as i64 - 1) * 240),
            });
        }
    }
    plan
}

/// Milliseconds, the best and the one in the middle.
fn figures(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    format!(
        "best {:.2} ms, median {:.2} ms",
        times.first().copied().unwrap_or_default(),
        times.get(times.len() / 2).copied().unwrap_or_default(),
    )
}

fn timed(mut work: impl FnMut()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64() * 1000.0
}

fn main() {
    for (tasks, exceptions) in [(2_000, 0), (10_000, 0), (10_000, 200), (100_000, 200)] {
        let mut plan = plan(tasks, exceptions);
        let what = format!(
            "{tasks} tasks, {} links, {exceptions} exceptions",
            plan.links.len()
        );
        let times = (0..20).map(|_| {
            timed(|| {
                let (schedule, problems) = schedule(&plan);
                assert!(problems.is_empty() && schedule.rows.len() as u64 == tasks);
            })
        });
        println!("schedule: {what}: whole {}", figures(times.collect()));
        // after an edit of one task, and after one link more
        let mut engine = Engine::default();
        engine.run(&plan);
        let count = plan.tasks.len();
        let times = (0..20).map(|n| {
            plan.tasks[count * (n + 1) / 22].duration += 60;
            timed(|| drop(engine.run(&plan)))
        });
        println!(
            "schedule: {what}: after another duration {}",
            figures(times.collect())
        );
        let times = (0..20).map(|n| {
            let link = plan.links[n].clone();
            plan.links.push(Link {
                id: LinkId::from_bytes((1_000_000 + n as u64).to_be_bytes()),
                pred: plan.tasks[count * (n + 1) / 22].id,
                succ: plan.tasks[count * (n + 1) / 22 + 40].id,
                ..link
            });
            timed(|| drop(engine.run(&plan)))
        });
        println!(
            "schedule: {what}: after one link more {}",
            figures(times.collect())
        );
    }
}
