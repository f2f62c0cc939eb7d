//! Tasks that are worked on when their resources work, and tasks with pauses.

use base::ResourceId;

use super::*;
use crate::resource::{Assignment, Resource, ResourceKind, TaskType};

pub(super) fn resource_id(n: u8) -> ResourceId {
    ResourceId::from_bytes([n; 8])
}

fn calendar_id(n: u8) -> CalendarId {
    CalendarId::from_bytes([n; 8])
}

/// Resources of all kinds: 0 to 2 with the calendar of that number, 3 with none, 2 a material.
pub(super) fn resource(n: u8) -> Resource {
    Resource {
        calendar: (n < 3).then(|| calendar_id(n)),
        kind: match n {
            2 => ResourceKind::Material,
            _ => ResourceKind::Work,
        },
        ..Resource::new(resource_id(n))
    }
}

/// From Monday 2026-01-05 08:00; 0 works by day, 1 by night: 23 to 3 and 4 to 8.
fn shifts(tasks: Vec<Task>) -> Plan {
    let mut night = Calendar::default();
    for day in 0..5 {
        night.week[day].push((23 * 60, DAY));
        night.week[day + 1].extend([(0, 180), (240, 480)]);
    }
    for hours in &mut night.week {
        hours.sort_unstable();
    }
    let mut plan = plan(tasks, vec![]);
    plan.calendars = vec![
        (calendar_id(0), Calendar::standard("day")),
        (calendar_id(1), night),
    ];
    plan.calendar = Some(calendar_id(0));
    plan.resources = (0..4).map(resource).collect();
    plan.rules.crews = true;
    plan
}

fn ask(plan: &mut Plan, task: u8, resource: u8) {
    let asked = Assignment::of(task_id(task), resource_id(resource), 1_000, 480);
    plan.assignments.push(asked);
}

#[test]
fn a_task_is_worked_on_when_its_resources_work() {
    let mut plan = shifts(vec![task(1, 2 * DAYS)]);
    ask(&mut plan, 1, 1);
    assert_eq!(dates(&plan, 1), is("2026-01-05T23:00", "2026-01-07T08:00"));
    // by day and by night
    ask(&mut plan, 1, 0);
    assert_eq!(dates(&plan, 1), is("2026-01-05T08:00", "2026-01-06T08:00"));
    plan.rules.crews = false;
    assert_eq!(dates(&plan, 1), is("2026-01-05T08:00", "2026-01-06T17:00"));
}

#[test]
fn a_resource_without_a_calendar_has_the_plans_and_material_has_none() {
    let mut plan = shifts(vec![task(1, DAYS)]);
    plan.resources[2].calendar = Some(calendar_id(1));
    ask(&mut plan, 1, 2);
    assert_eq!(dates(&plan, 1), is("2026-01-05T08:00", "2026-01-05T17:00"));
    plan.calendar = Some(calendar_id(1));
    ask(&mut plan, 1, 3);
    assert_eq!(dates(&plan, 1), is("2026-01-05T23:00", "2026-01-06T08:00"));
}

#[test]
fn a_task_with_a_calendar_of_its_own_is_worked_on_when_both_work() {
    let mut plan = shifts(vec![task(1, 4 * 60)]);
    let mornings = Calendar {
        week: std::array::from_fn(|_| vec![(6 * 60, 12 * 60)]),
        ..Calendar::default()
    };
    plan.calendars.push((calendar_id(9), mornings));
    plan.tasks[0].calendar = Some(calendar_id(9));
    ask(&mut plan, 1, 1);
    assert_eq!(dates(&plan, 1), is("2026-01-06T06:00", "2026-01-07T08:00"));
    plan.tasks[0].own_hours = true;
    assert_eq!(dates(&plan, 1), is("2026-01-05T08:00", "2026-01-05T12:00"));
    // where they never both work, the task's own
    plan.tasks[0].own_hours = false;
    plan.calendars[2].1.week = std::array::from_fn(|_| vec![(9 * 60, 13 * 60)]);
    assert_eq!(dates(&plan, 1), is("2026-01-05T09:00", "2026-01-05T13:00"));
}

#[test]
fn a_task_of_fixed_duration_does_not_look_at_its_resources() {
    let mut plan = shifts(vec![task(1, DAYS)]);
    ask(&mut plan, 1, 1);
    plan.tasks[0].stays.kind = TaskType::FixedDuration;
    assert_eq!(dates(&plan, 1), is("2026-01-05T08:00", "2026-01-05T17:00"));
    plan.tasks[0].stays.kind = TaskType::FixedWork;
    assert_eq!(dates(&plan, 1), is("2026-01-05T23:00", "2026-01-06T08:00"));
}

#[test]
fn lag_does_not_look_at_who_does_the_work() {
    let mut plan = shifts(vec![task(1, DAYS), task(2, DAYS)]);
    plan.links = vec![link(1, 1, 2, LinkKind::FinishStart, DAYS)];
    plan.rules.lag = crate::plan::LagCalendar::Successor;
    ask(&mut plan, 2, 1);
    // a day after Monday's work by day, then the night
    assert_eq!(dates(&plan, 2), is("2026-01-06T23:00", "2026-01-07T08:00"));
}

#[test]
fn a_pause_puts_off_the_finish_and_is_no_work() {
    let mut plan = shifts(vec![task(1, 2 * DAYS), task(2, 0)]);
    plan.links = vec![fs(1, 1, 2)];
    plan.tasks[0].pause = 3 * DAYS;
    assert_eq!(dates(&plan, 1), is("2026-01-05T08:00", "2026-01-09T17:00"));
    assert_eq!(dates(&plan, 2).0, "2026-01-09T17:00");
    let row = schedule(&plan).0.rows[0];
    assert_eq!((row.total_slack, row.late_start), (0, row.early_start));
    // a milestone has none
    plan.tasks[1].pause = DAYS;
    assert_eq!(dates(&plan, 2).1, "2026-01-09T17:00");
}

#[test]
fn each_task_tells_when_it_is_worked_on() {
    let mut plan = shifts(vec![task(1, DAYS), task(2, DAYS)]);
    ask(&mut plan, 1, 1);
    let times = WorkTimes::new(&plan);
    let monday = at("2026-01-05T00:00");
    assert_eq!(times.of(0).next_start(monday), at("2026-01-05T23:00"));
    assert_eq!(times.of(1).next_start(monday), at("2026-01-05T08:00"));
    assert_eq!(times.plan().next_start(monday), at("2026-01-05T08:00"));
}

#[test]
fn a_delay_by_the_clock_comes_after_what_links_ask_for() {
    let mut plan = shifts(vec![task(1, DAYS), task(2, DAYS), task(3, DAYS)]);
    plan.links = vec![fs(1, 1, 2), link(2, 2, 3, LinkKind::FinishFinish, 0)];
    plan.tasks[0].delay = DAY;
    assert_eq!(dates(&plan, 1), is("2026-01-06T08:00", "2026-01-06T17:00"));
    // over the weekend
    plan.tasks[1].delay = 4 * DAY;
    assert_eq!(dates(&plan, 2), is("2026-01-12T08:00", "2026-01-12T17:00"));
    plan.tasks[2].delay = DAY;
    assert_eq!(dates(&plan, 3).1, "2026-01-13T17:00");
    let rows = schedule(&plan).0.rows;
    assert_eq!((rows[1].total_slack, rows[2].total_slack), (0, 0));
    assert_eq!(rows[1].late_finish, at("2026-01-12T17:00"));
    // nothing of it is left once it has begun
    plan.tasks[1].actual_start = Some(at("2026-01-07T08:00"));
    assert_eq!(dates(&plan, 2), is("2026-01-07T08:00", "2026-01-07T17:00"));
}

#[test]
fn a_delay_comes_after_what_the_links_of_a_summary_ask_for() {
    let mut plan = shifts(vec![
        task(1, DAYS),
        task(2, 0),
        under(2, task(3, DAYS)),
        under(2, task(4, 2 * DAYS)),
    ]);
    plan.links = vec![fs(1, 1, 2)];
    plan.tasks[2].delay = DAY;
    assert_eq!(dates(&plan, 3), is("2026-01-07T08:00", "2026-01-07T17:00"));
    assert_eq!(dates(&plan, 4).0, "2026-01-06T08:00");
    let rows = schedule(&plan).0.rows;
    assert_eq!((rows[0].total_slack, rows[2].total_slack), (0, 0));
}
