//! Reads the instances of PSPLIB (Kolisch and Sprecher 1996) and the best makespans known for them.

use std::collections::BTreeMap;

use base::{AssignmentId, CalendarId, LinkId, Minutes, ResourceId, TaskId};
use domain::calendar::Calendar;
use domain::level::rcpsp::Instance;
use domain::plan::{Lag, Link, LinkKind, Plan, Task};
use domain::resource::{Assignment, Pool, Resource, WHOLE, work_of};

use super::testdata;

/// An instance with its name and the best makespan known.
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) instance: Instance,
    pub(crate) best: i64,
}

/// All instances of a set (`j30`) that are there, by parameter and number; none, with a printed line, where the
/// material is absent.
#[allow(clippy::disallowed_methods)]
pub(crate) fn set(name: &str) -> Vec<Known> {
    let Some(known) = testdata::read(&format!("schedule/psplib/{name}.best-known.txt")) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for ((par, number), best) in makespans(&String::from_utf8_lossy(&known)) {
        let file = format!("schedule/psplib/{name}/{name}{par}_{number}.sm");
        if testdata::folder().join(&file).exists()
            && let Some(bytes) = testdata::read(&file)
        {
            found.push(Known {
                name: format!("{name}{par}_{number}"),
                instance: instance(&String::from_utf8_lossy(&bytes)),
                best,
            });
        }
    }
    found
}

/// Parameter, number and makespan: rows of three numbers, whatever follows them.
fn makespans(text: &str) -> BTreeMap<(u32, u32), i64> {
    let row = |line: &str| {
        let mut fields = line.split_whitespace();
        let mut number = || fields.next()?.parse::<u32>().ok();
        Some(((number()?, number()?), i64::from(number()?)))
    };
    text.lines().filter_map(row).collect()
}

fn instance(text: &str) -> Instance {
    let numbers = |line: &str| -> Vec<u32> {
        let fields = line.split_whitespace();
        fields.filter_map(|field| field.parse().ok()).collect()
    };
    let section = |head: &str| {
        let from = text.find(head).unwrap();
        let rows = text[from..].lines().skip(1);
        let rows: Vec<Vec<u32>> = (rows.take_while(|line| !line.starts_with("****")))
            .filter(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit()))
            .map(numbers)
            .collect();
        rows
    };
    let mut instance = Instance::default();
    for row in section("PRECEDENCE RELATIONS") {
        let after = row[3..].iter().map(|job| (*job as usize - 1, 0));
        instance.successors.push(after.collect());
    }
    for row in section("REQUESTS/DURATIONS") {
        instance.durations.push(row[2]);
        instance.demands.push(row[3..].to_vec());
    }
    instance.capacities = section("RESOURCEAVAILABILITIES").pop().unwrap();
    instance
}

/// What a schedule breaks, looked at on its own: links, and resources at every time.
pub(crate) fn broken(instance: &Instance, starts: &[i64]) -> Vec<String> {
    let mut broken = Vec::new();
    let end = |job: usize| starts[job] + i64::from(instance.durations[job]);
    for (job, row) in instance.successors.iter().enumerate() {
        for (succ, lag) in row {
            if starts[*succ] < end(job) + i64::from(*lag) {
                broken.push(format!("{succ} does not wait for {job}"));
            }
        }
    }
    for time in 0..(0..starts.len()).map(end).max().unwrap_or(0) {
        for (resource, capacity) in instance.capacities.iter().enumerate() {
            let runs = |job: &usize| starts[*job] <= time && time < end(*job);
            let jobs = (0..starts.len()).filter(runs);
            let used: u32 = jobs.map(|job| instance.demands[job][resource]).sum();
            if used > *capacity {
                broken.push(format!("{used} of {capacity} of {resource} at {time}"));
            }
        }
    }
    if starts.iter().any(|start| *start < 0) {
        broken.push("before the start".to_owned());
    }
    broken
}

/// A working day of the plan that an instance is made into.
pub(crate) const DAY: Minutes = 480;

/// An instance as a plan: a unit of time is a working day, Monday to Friday.
pub(crate) fn plan(instance: &Instance) -> (Plan, Pool, Vec<Assignment>) {
    let task = |job: usize| TaskId::from_bytes((job as u64 + 1).to_be_bytes());
    let resource = |at: usize| ResourceId::from_bytes((at as u64 + 1).to_be_bytes());
    let calendar = CalendarId::from_bytes([1; 8]);
    let calendars = vec![(calendar, Calendar::standard("Standard"))];
    let mut plan = Plan {
        start: "2026-01-05T08:00".parse().unwrap(),
        calendar: Some(calendar),
        calendars: calendars.clone(),
        ..Plan::default()
    };
    let mut assignments: Vec<Assignment> = Vec::new();
    for (job, length) in instance.durations.iter().enumerate() {
        let duration = Minutes::from(*length) * DAY;
        plan.tasks.push(Task {
            duration,
            ..Task::new(task(job))
        });
        for (succ, lag) in &instance.successors[job] {
            plan.links.push(Link {
                id: LinkId::from_bytes((plan.links.len() as u64).to_be_bytes()),
                pred: task(job),
                succ: task(*succ),
                kind: LinkKind::FinishStart,
                lag: Lag::Working(Minutes::from(*lag) * DAY),
            });
        }
        for (at, demand) in instance.demands[job]
            .iter()
            .enumerate()
            .filter(|(_, d)| **d > 0)
        {
            let units = i64::from(*demand) * WHOLE;
            assignments.push(Assignment {
                id: AssignmentId::from_bytes((assignments.len() as u64).to_be_bytes()),
                task: task(job),
                resource: resource(at),
                units,
                work: work_of(duration, units),
            });
        }
    }
    let resources = instance
        .capacities
        .iter()
        .enumerate()
        .map(|(at, capacity)| Resource {
            units: i64::from(*capacity) * WHOLE,
            ..Resource::new(resource(at))
        });
    let pool = Pool {
        resources: resources.collect(),
        calendars,
        calendar: Some(calendar),
    };
    (plan, pool, assignments)
}
