//! Levelling: rule by rule; properties are beside.

mod left_of;
mod properties;
mod rules;
mod several;

use base::{AssignmentId, CalendarId, Minutes, Moment, ProjectId, ResourceId};

use super::*;
use crate::calendar::{Calendar, Exception};
use crate::plan::Task;
use crate::resource::{Resource, Units, WHOLE, work_of};
use crate::schedule::tests::{DAYS, at, fs, link, plan, task, task_id, under};

fn resource_id(n: u8) -> ResourceId {
    ResourceId::from_bytes([n; 8])
}

fn project_id(n: u8) -> ProjectId {
    ProjectId::from_bytes([n; 16])
}

/// A pool with so many units of each resource, which are numbered from 1.
fn pool(units: &[Units]) -> Pool {
    let resource = |(n, units): (u8, &Units)| Resource {
        units: *units,
        ..Resource::new(resource_id(n))
    };
    Pool {
        resources: (1..).zip(units).map(resource).collect(),
        ..Pool::default()
    }
}

/// Task, resource and units, with the work that is worth.
fn assigned(plan: &Plan, rows: &[(u8, u8, Units)]) -> Vec<Assignment> {
    let one = |(n, (number, resource, units)): (u8, &(u8, u8, Units))| {
        let task = plan.tasks.iter().find(|t| t.id == task_id(*number));
        Assignment {
            id: AssignmentId::from_bytes([n; 8]),
            task: task_id(*number),
            resource: resource_id(*resource),
            units: *units,
            work: work_of(task.map_or(0, |task| task.duration), *units),
        }
    };
    (0..).zip(rows).map(one).collect()
}

fn project<'a>(plan: &'a Plan, assignments: &'a [Assignment]) -> Project<'a> {
    Project {
        id: project_id(1),
        plan,
        assignments,
        priority: NORMAL,
        priorities: &[],
    }
}

fn options() -> Options {
    Options {
        schedules: 200,
        ..Options::default()
    }
}

/// Levels one project of which nothing more is to be said.
fn levelled(pool: &Pool, plan: &Plan, assignments: &[Assignment]) -> (Levelled, Vec<Problem>) {
    level(pool, &[project(plan, assignments)], &options())
}

/// The starts of the tasks of `plan` after the change, as days of January 2026 and hours.
fn starts(change: &Change, plan: &Plan) -> Vec<String> {
    let dates = schedule(&change.apply(plan)).0;
    let text = |at: Moment| at.to_string()[8..].to_owned();
    dates.rows.iter().map(|row| text(row.early_start)).collect()
}

/// The standard week with one day off.
fn with_day_off(day: &str) -> Calendar {
    let day = at(&format!("{day}T00:00"));
    let mut calendar = Calendar::standard("off");
    calendar.exceptions.push(Exception {
        name: String::new(),
        first: day,
        last: day,
        hours: Vec::new(),
    });
    calendar
}
