//! Rules one by one, and properties over random plans.

mod crews;
pub(super) mod dates;
mod engine;

use base::time::{DAY, RANGE};
use base::{CalendarId, LinkId, Minutes, Moment, TaskId};
use proptest::prelude::*;

use super::*;
use crate::calendar::{Calendar, WorkTime};
use crate::plan::{Constraint, Lag, Link, LinkKind, Task};

pub(super) const DAYS: Minutes = 480;
const KINDS: [LinkKind; 4] = [
    LinkKind::FinishStart,
    LinkKind::StartStart,
    LinkKind::FinishFinish,
    LinkKind::StartFinish,
];

pub(super) fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

pub(super) fn task_id(n: u8) -> TaskId {
    TaskId::from_bytes([n; 8])
}

pub(super) fn link_id(n: u8) -> LinkId {
    LinkId::from_bytes([n; 8])
}

pub(super) fn task(n: u8, duration: Minutes) -> Task {
    Task {
        name: format!("task {n}"),
        duration,
        ..Task::new(task_id(n))
    }
}

pub(super) fn under(parent: u8, task: Task) -> Task {
    Task {
        parent: Some(task_id(parent)),
        ..task
    }
}

pub(super) fn link(n: u8, pred: u8, succ: u8, kind: LinkKind, lag: Minutes) -> Link {
    Link {
        id: link_id(n),
        pred: task_id(pred),
        succ: task_id(succ),
        kind,
        lag: Lag::Working(lag),
    }
}

pub(super) fn fs(n: u8, pred: u8, succ: u8) -> Link {
    link(n, pred, succ, LinkKind::FinishStart, 0)
}

/// From Monday 2026-01-05 08:00, five days of eight hours.
pub(super) fn plan(tasks: Vec<Task>, links: Vec<Link>) -> Plan {
    Plan {
        start: at("2026-01-05T08:00"),
        tasks,
        links,
        ..Plan::default()
    }
}

fn dates(plan: &Plan, n: u8) -> (String, String) {
    let (schedule, problems) = schedule(plan);
    assert_eq!(problems, []);
    let row = plan.tasks.iter().position(|t| t.id == task_id(n)).unwrap();
    let row = schedule.rows[row];
    (row.early_start.to_string(), row.early_finish.to_string())
}

fn is(start: &str, finish: &str) -> (String, String) {
    (start.to_owned(), finish.to_owned())
}

#[test]
fn an_empty_plan_has_no_rows() {
    let (schedule, problems) = schedule(&plan(vec![], vec![]));
    assert_eq!((schedule.rows.len(), problems.len()), (0, 0));
    assert_eq!(schedule.finish, at("2026-01-05T08:00"));
}

#[test]
fn a_finish_to_start_link_waits_for_the_next_period() {
    let plan = plan(vec![task(1, 5 * DAYS), task(2, DAYS)], vec![fs(1, 1, 2)]);
    assert_eq!(dates(&plan, 2), is("2026-01-12T08:00", "2026-01-12T17:00"));
}

#[test]
fn each_kind_of_link_ties_its_own_ends() {
    let two = |kind, lag| {
        let plan = plan(
            vec![task(1, 3 * DAYS), task(2, 2 * DAYS)],
            vec![link(1, 1, 2, kind, lag)],
        );
        dates(&plan, 2)
    };
    let days = |first: u8, last: u8| {
        is(
            &format!("2026-01-{first:02}T08:00"),
            &format!("2026-01-{last:02}T17:00"),
        )
    };
    assert_eq!(two(LinkKind::FinishStart, DAYS), days(9, 12));
    assert_eq!(two(LinkKind::FinishStart, -DAYS), days(7, 8));
    assert_eq!(two(LinkKind::StartStart, DAYS), days(6, 7));
    assert_eq!(two(LinkKind::FinishFinish, 0), days(6, 7));
    assert_eq!(two(LinkKind::FinishFinish, 2 * DAYS), days(8, 9));
    assert_eq!(two(LinkKind::StartFinish, 4 * DAYS), days(7, 8));
}

#[test]
fn nothing_starts_before_the_plan() {
    let plan = plan(
        vec![task(1, DAYS), task(2, 9 * DAYS)],
        vec![link(1, 1, 2, LinkKind::StartFinish, -3 * DAYS)],
    );
    assert_eq!(dates(&plan, 2).0, "2026-01-05T08:00");
}

#[test]
fn elapsed_lag_runs_through_nights_and_weekends() {
    let mut plan = plan(vec![task(1, 5 * DAYS), task(2, DAYS)], vec![fs(1, 1, 2)]);
    plan.links[0].lag = Lag::Elapsed(2 * DAY);
    assert_eq!(dates(&plan, 2).0, "2026-01-12T08:00");
    plan.links[0].lag = Lag::Elapsed(3 * DAY);
    assert_eq!(dates(&plan, 2).0, "2026-01-13T08:00");
}

#[test]
fn a_milestone_stands_where_the_work_it_waits_for_ends() {
    let mut plan = plan(
        vec![task(1, 5 * DAYS), task(2, 0), task(3, 0)],
        vec![fs(1, 1, 2), fs(2, 2, 3)],
    );
    assert_eq!(dates(&plan, 2), is("2026-01-09T17:00", "2026-01-09T17:00"));
    assert_eq!(dates(&plan, 3), dates(&plan, 2));
    plan.tasks[2].not_before = Some(at("2026-01-12T08:00"));
    assert_eq!(dates(&plan, 3), is("2026-01-12T08:00", "2026-01-12T08:00"));
}

#[test]
fn a_finish_milestone_is_written_where_a_period_ends() {
    let mut plan = plan(
        vec![task(1, 5 * DAYS), task(2, 0), task(3, 0), task(4, DAYS)],
        vec![fs(1, 1, 2), fs(2, 1, 3), fs(3, 3, 4)],
    );
    let written = |plan: &Plan| {
        let milestones = Milestones {
            finishes: vec![task_id(3)],
            ..Milestones::default()
        };
        let (schedule, _) = schedule_with_milestones(plan, &milestones);
        [1, 2, 3].map(|at| schedule.rows[at].early_start.to_string())
    };
    let [evening, morning] = ["2026-01-09T17:00", "2026-01-12T08:00"];
    assert_eq!(written(&plan), [morning, evening, morning]);
    // as the work that it waits for, or as its own date
    plan.links[1].pred = task_id(2);
    assert_eq!(written(&plan), [morning, morning, morning]);
    plan.links.remove(1);
    plan.tasks[2].not_before = Some(at(morning));
    assert_eq!(written(&plan), [morning, morning, morning]);
}

#[test]
fn not_before_holds_a_task_and_through_a_summary_its_children() {
    let mut plan = plan(vec![task(1, DAYS), under(1, task(2, DAYS))], vec![]);
    plan.tasks[0].not_before = Some(at("2026-01-10T12:00"));
    assert_eq!(dates(&plan, 2), is("2026-01-12T08:00", "2026-01-12T17:00"));
    assert_eq!(dates(&plan, 1), dates(&plan, 2));
}

#[test]
fn a_summary_passes_waiting_on_both_ways() {
    // 1 holds 2 and 3; 4 waits for all of 1; 5 holds 6; 5 waits for 4
    let plan = plan(
        vec![
            task(1, 0),
            under(1, task(2, DAYS)),
            under(1, task(3, 3 * DAYS)),
            task(4, DAYS),
            task(5, 0),
            under(5, task(6, DAYS)),
        ],
        vec![fs(1, 1, 4), fs(2, 4, 5)],
    );
    assert_eq!(dates(&plan, 4).0, "2026-01-08T08:00");
    assert_eq!(dates(&plan, 6).0, "2026-01-09T08:00");
    let (schedule, _) = schedule(&plan);
    assert_eq!(schedule.rows[1].total_slack, 2 * DAYS);
    assert_eq!(schedule.rows[1].free_slack, 2 * DAYS);
    assert_eq!(schedule.rows[2].total_slack, 0);
    assert!(schedule.rows[0].critical && schedule.rows[2].critical && schedule.rows[4].critical);
    assert!(!schedule.rows[1].critical);
}

#[test]
fn actual_dates_stand_and_move_what_follows() {
    let mut plan = plan(
        vec![task(1, 2 * DAYS), task(2, DAYS), task(3, DAYS)],
        vec![fs(1, 1, 2), fs(2, 2, 3)],
    );
    plan.tasks[0].actual_start = Some(at("2026-01-07T10:00"));
    assert_eq!(dates(&plan, 1), is("2026-01-07T10:00", "2026-01-09T10:00"));
    plan.tasks[0].actual_finish = Some(at("2026-01-10T12:00"));
    assert_eq!(dates(&plan, 1), is("2026-01-07T10:00", "2026-01-10T12:00"));
    assert_eq!(dates(&plan, 2).0, "2026-01-12T08:00");
    let (schedule, _) = schedule(&plan);
    assert!(!schedule.rows[0].critical);
    assert!(schedule.rows[1].critical && schedule.rows[2].critical);
}

#[test]
fn a_cycle_is_named_and_the_rest_is_scheduled() {
    let plan = plan(
        vec![task(1, DAYS), task(2, DAYS), task(3, DAYS), task(4, DAYS)],
        vec![fs(1, 1, 2), fs(2, 2, 3), fs(3, 3, 1), fs(4, 3, 4)],
    );
    let (schedule, problems) = schedule(&plan);
    assert_eq!(
        problems,
        [Problem::Cycle {
            tasks: vec![task_id(1), task_id(2), task_id(3)],
            cut: link_id(3)
        }]
    );
    assert_eq!(schedule.rows[3].early_start, at("2026-01-08T08:00"));
}

#[test]
fn the_shortest_cycle_through_the_link_that_was_left_out_is_named() {
    // 1 -> 2 -> 3 -> 4 -> 1, and a short cut from 2 to 4
    let tasks = (1..=4).map(|n| task(n, DAYS)).collect();
    let links = vec![
        fs(1, 1, 2),
        fs(2, 2, 3),
        fs(3, 3, 4),
        fs(4, 4, 1),
        fs(5, 2, 4),
    ];
    let (_, problems) = schedule(&plan(tasks, links));
    assert_eq!(
        problems,
        [Problem::Cycle {
            tasks: vec![task_id(1), task_id(2), task_id(4)],
            cut: link_id(4),
        }]
    );
}

#[test]
fn a_link_between_a_summary_and_its_child_is_a_cycle() {
    for (pred, succ) in [(1, 2), (2, 1)] {
        let plan = plan(
            vec![task(1, 0), under(1, task(2, DAYS)), under(1, task(3, DAYS))],
            vec![fs(1, pred, succ)],
        );
        let (schedule, problems) = schedule(&plan);
        assert!(
            matches!(problems.as_slice(), [Problem::Cycle { cut, .. }] if *cut == link_id(1)),
            "{problems:?}"
        );
        assert_eq!(schedule.rows[0].early_finish, at("2026-01-05T17:00"));
    }
}

#[test]
fn a_link_to_itself_is_a_cycle_of_one() {
    let plan = plan(vec![task(1, DAYS)], vec![fs(1, 1, 1)]);
    let cycle = Problem::Cycle {
        tasks: vec![task_id(1)],
        cut: link_id(1),
    };
    assert_eq!(schedule(&plan).1, [cycle]);
}

#[test]
fn what_is_missing_is_reported_and_replaced() {
    let mut plan = plan(vec![task(1, DAYS)], vec![fs(7, 1, 9)]);
    let none = CalendarId::from_bytes([1; 8]);
    let empty = CalendarId::from_bytes([2; 8]);
    plan.calendars = vec![(empty, Calendar::default())];
    plan.calendar = Some(none);
    plan.tasks[0].calendar = Some(empty);
    let (schedule, problems) = schedule(&plan);
    assert!(problems.contains(&Problem::MissingTask { link: link_id(7) }));
    assert!(problems.contains(&Problem::NoCalendar { task: None }));
    assert!(problems.contains(&Problem::NoCalendar {
        task: Some(task_id(1))
    }));
    assert_eq!(schedule.rows[0].early_finish, at("2026-01-05T17:00"));
}

#[test]
fn dates_beyond_the_end_of_time_are_cut_and_reported() {
    let plan = plan(vec![task(1, i64::MAX), task(2, DAYS)], vec![fs(1, 1, 2)]);
    let (schedule, problems) = schedule(&plan);
    assert!(problems.contains(&Problem::OutOfRange { task: task_id(1) }));
    assert!(schedule.rows.iter().all(|row| row.early_finish <= RANGE.1));
    assert!(schedule.rows.iter().all(|row| row.total_slack >= 0));
}

#[test]
fn a_night_shift_follows_a_day_shift_at_once() {
    let mut plan = plan(vec![task(1, DAYS), task(2, 240)], vec![fs(1, 1, 2)]);
    let night = CalendarId::from_bytes([3; 8]);
    let calendar = Calendar {
        week: std::array::from_fn(|_| vec![(18 * 60, 24 * 60)]),
        ..Calendar::default()
    };
    plan.calendars = vec![(night, calendar)];
    plan.tasks[1].calendar = Some(night);
    assert_eq!(dates(&plan, 2), is("2026-01-05T18:00", "2026-01-05T22:00"));
}

#[test]
fn working_lag_counts_in_the_calendar_of_the_predecessor() {
    let mut plan = plan(
        vec![task(1, 5 * DAYS), task(2, DAY)],
        vec![link(1, 1, 2, LinkKind::FinishStart, DAYS)],
    );
    let always = CalendarId::from_bytes([3; 8]);
    let calendar = Calendar {
        week: std::array::from_fn(|_| vec![(0, DAY)]),
        ..Calendar::default()
    };
    plan.calendars = vec![(always, calendar)];
    plan.tasks[1].calendar = Some(always);
    assert_eq!(dates(&plan, 2).0, "2026-01-12T17:00");
}

/// How random the plans are.
#[derive(Clone, Copy)]
pub(super) struct Wild {
    pub(in crate::schedule) calendars: bool,
    pub(in crate::schedule) summaries: bool,
    pub(in crate::schedule) cyclic: bool,
    pub(in crate::schedule) limits: bool,
    pub(in crate::schedule) actuals: bool,
    pub(in crate::schedule) extreme: bool,
}

pub(super) const TAME: Wild = Wild {
    calendars: false,
    summaries: false,
    cyclic: false,
    limits: false,
    actuals: false,
    extreme: false,
};

fn any_lag(wild: Wild) -> BoxedStrategy<Lag> {
    let lag = if wild.extreme {
        prop_oneof![-3000i64..3000, any::<i64>()].boxed()
    } else {
        (-3000i64..3000).boxed()
    };
    (any::<bool>(), lag)
        .prop_map(|(working, lag)| {
            if working {
                Lag::Working(lag)
            } else {
                Lag::Elapsed(lag)
            }
        })
        .boxed()
}

pub(super) fn any_plan(wild: Wild) -> impl Strategy<Value = Plan> {
    let moment = if wild.extreme {
        prop_oneof![-1_000_000i64..1_000_000, any::<i64>()].boxed()
    } else {
        (0i64..60 * DAY).boxed()
    }
    .prop_map(|m| Moment::from_minutes(at("2026-01-05T08:00").minutes().saturating_add(m)));
    let duration = if wild.extreme {
        prop_oneof![0i64..5000, any::<i64>()].boxed()
    } else {
        prop_oneof![Just(0), 0i64..5000].boxed()
    };
    let a_task = (
        duration,
        0u8..4,
        prop::option::weighted(0.3, moment.clone()),
        prop::option::weighted(0.3, moment.clone()),
        prop::option::weighted(0.3, moment),
        any::<u8>(),
    );
    let a_link = (any::<u8>(), any::<u8>(), 0usize..4, any_lag(wild));
    (
        prop::collection::vec(a_task, 1..14),
        prop::collection::vec(a_link, 0..30),
    )
        .prop_map(move |(tasks, links)| build(wild, tasks, links))
}

type AnyTask = (
    Minutes,
    u8,
    Option<Moment>,
    Option<Moment>,
    Option<Moment>,
    u8,
);

fn build(wild: Wild, tasks: Vec<AnyTask>, links: Vec<(u8, u8, usize, Lag)>) -> Plan {
    let count = tasks.len() as u8;
    let mut plan = plan(vec![], vec![]);
    if wild.calendars {
        let days = Calendar {
            week: std::array::from_fn(|_| vec![(0, DAY)]),
            ..Calendar::default()
        };
        let mut nights = Calendar::default();
        nights.week[5] = vec![(0, 360), (1200, DAY)];
        nights.week[1] = vec![(1200, DAY)];
        let all = [Calendar::standard("x"), days, nights, Calendar::default()];
        plan.calendars = (0u8..)
            .zip(all)
            .map(|(n, c)| (CalendarId::from_bytes([n; 8]), c))
            .take(if wild.extreme { 4 } else { 3 })
            .collect();
    }
    for (n, (duration, calendar, limit, start, finish, parent)) in (0u8..).zip(tasks) {
        let mut task = task(n, duration);
        if wild.calendars {
            task.calendar = Some(CalendarId::from_bytes([calendar; 8]));
            if !wild.extreme && calendar == 3 {
                task.calendar = None;
            }
        }
        if wild.limits {
            task.not_before = limit;
        }
        if wild.actuals {
            task.actual_start = start;
            task.actual_finish = finish;
        }
        if wild.summaries && parent % 3 == 0 {
            let above = if wild.extreme {
                parent / 3
            } else {
                (parent / 3) % n.max(1)
            };
            task.parent = (wild.extreme || n > 0).then(|| task_id(above));
        }
        plan.tasks.push(task);
    }
    for (n, (pred, succ, kind, lag)) in (0u8..).zip(links) {
        let (mut pred, mut succ) = (pred % (count + u8::from(wild.extreme)), succ % count);
        if !wild.cyclic {
            if pred == succ {
                continue;
            }
            (pred, succ) = (pred.min(succ), pred.max(succ));
        }
        plan.links.push(Link {
            lag,
            ..link(n, pred, succ, KINDS[kind], 0)
        });
    }
    plan
}

/// Random links through summaries close cycles: drops the links that are left out for it.
fn without_cycles(mut plan: Plan) -> Plan {
    for problem in schedule(&plan).1 {
        if let Problem::Cycle { cut, .. } = problem {
            plan.links.retain(|link| link.id != cut);
        }
    }
    plan
}

/// The same plan in another order; where each task was.
pub(super) fn shuffled(plan: &Plan, seed: u64) -> (Plan, Vec<usize>) {
    let mut other = plan.clone();
    let mix = |n: usize| {
        let step = seed.wrapping_mul(n as u64 * 2 + 1);
        step.wrapping_add(n as u64 * 7919)
    };
    let mut order: Vec<usize> = (0..plan.tasks.len()).collect();
    order.sort_by_key(|n| mix(*n) % 101);
    other.tasks = order.iter().map(|n| plan.tasks[*n].clone()).collect();
    let mut links: Vec<usize> = (0..plan.links.len()).collect();
    links.sort_by_key(|n| mix(*n) % 103);
    other.links = links.iter().map(|n| plan.links[*n].clone()).collect();
    (other, order)
}

pub(super) const WILD: Wild = Wild {
    calendars: true,
    summaries: true,
    cyclic: true,
    limits: true,
    actuals: true,
    extreme: true,
};

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_105),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_plan_has_a_row_for_each_task(plan in any_plan(WILD)) {
        let (schedule, _) = schedule(&plan);
        prop_assert_eq!(schedule.rows.len(), plan.tasks.len());
        for row in &schedule.rows {
            prop_assert!(RANGE.0 <= row.early_start && row.early_finish <= RANGE.1);
            prop_assert!(row.early_start <= row.early_finish);
            prop_assert!(row.free_slack >= 0);
        }
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(
        plan in any_plan(WILD), seed in any::<u64>(),
    ) {
        let (other, order) = shuffled(&plan, seed);
        let (one, problems) = schedule(&plan);
        let (two, others) = schedule(&other);
        prop_assert_eq!(problems, others);
        for (row, n) in two.rows.iter().zip(&order) {
            prop_assert_eq!(row, &one.rows[*n]);
        }
    }

    #[test]
    fn a_link_more_never_makes_a_date_earlier(
        plan in any_plan(Wild { calendars: true, summaries: true, limits: true, ..TAME }),
    ) {
        let plan = without_cycles(plan);
        let (more, _) = schedule(&plan);
        let mut fewer = plan.clone();
        fewer.links.pop();
        let (less, _) = schedule(&fewer);
        for (more, less) in more.rows.iter().zip(&less.rows) {
            prop_assert!(more.early_start >= less.early_start);
            prop_assert!(more.early_finish >= less.early_finish);
        }
    }

    #[test]
    fn there_is_no_negative_slack_and_something_is_critical(
        plan in any_plan(Wild { calendars: true, summaries: true, limits: true, ..TAME }),
    ) {
        let (schedule, _) = schedule(&without_cycles(plan));
        let work = WorkTime::new(&Calendar::standard(""));
        for row in &schedule.rows {
            prop_assert!(row.total_slack >= 0, "{:?}", row);
            prop_assert!(row.late_start >= row.early_start, "{:?}", row);
            prop_assert!(row.late_finish >= row.early_finish, "{:?}", row);
        }
        prop_assert!(schedule.rows.iter().any(|row| row.critical));
        prop_assert!(work.between(schedule.start, schedule.finish) >= 0);
    }

    #[test]
    fn a_chain_of_critical_tasks_leads_from_the_start_to_the_end(plan in any_plan(TAME)) {
        // one calendar and no limits: the end is reached because every minute before it is needed
        let mut plan = plan;
        plan.links.retain(|link| matches!(link.lag, Lag::Working(0..)));
        let (schedule, _) = schedule(&plan);
        let critical: Vec<&Dates> = schedule.rows.iter().filter(|row| row.critical).collect();
        prop_assert!(critical.iter().any(|row| row.early_start == plan.start));
        let last = schedule.rows.iter().map(|row| row.early_finish).max().unwrap();
        prop_assert!(critical.iter().any(|row| row.early_finish == last));
    }

    #[test]
    fn total_slack_is_what_a_start_can_slip_without_moving_the_end(
        plan in any_plan(Wild { limits: true, ..TAME }), which in any::<prop::sample::Index>(),
    ) {
        let mut plan = plan;
        plan.links.retain(|link| matches!(link.lag, Lag::Working(_)));
        let (before, _) = schedule(&plan);
        let at = which.index(plan.tasks.len());
        let row = before.rows[at];
        let work = WorkTime::new(&Calendar::standard(""));
        let start = work.work_at(row.early_start);
        let end = |limit: Minutes| {
            let mut slipped = plan.clone();
            slipped.tasks[at].not_before = Some(work.start_of(start + limit));
            work.work_at(schedule(&slipped).0.finish)
        };
        prop_assert_eq!(end(row.total_slack), work.work_at(before.finish));
        prop_assert!(end(row.total_slack + 1) > work.work_at(before.finish));
    }
}
