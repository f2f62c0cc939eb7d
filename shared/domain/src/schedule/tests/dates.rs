//! Constraints, deadlines, places by hand, progress: rule by rule, and properties.

use std::collections::BTreeSet;

use super::*;
use crate::plan::{LagCalendar, Latest, Logic, Placed, Rules};
use crate::resource::Assignment;

fn with(task: Task, constraint: Constraint) -> Task {
    Task {
        constraint: Some(constraint),
        ..task
    }
}

/// Monday to Friday, five days; then two more after them, from the 12th.
fn two(second: Task) -> Plan {
    plan(vec![task(1, 5 * DAYS), second], vec![fs(1, 1, 2)])
}

fn row(plan: &Plan, n: u8) -> Dates {
    let at = plan.tasks.iter().position(|t| t.id == task_id(n)).unwrap();
    schedule(plan).0.rows[at]
}

fn span(plan: &Plan, n: u8) -> (String, String) {
    let row = row(plan, n);
    (row.early_start.to_string(), row.early_finish.to_string())
}

fn problems(plan: &Plan) -> Vec<Problem> {
    schedule(plan).1
}

#[test]
fn a_no_earlier_than_date_holds_a_task_back_and_never_pulls_it() {
    for (date, start) in [("2026-01-14", "2026-01-14"), ("2026-01-06", "2026-01-12")] {
        let date = at(&format!("{date}T08:00"));
        let mut held = two(task(2, 2 * DAYS));
        held.tasks[1].not_before = Some(date);
        assert_eq!(span(&held, 2).0, format!("{start}T08:00"));
    }
    let date = at("2026-01-16T17:00");
    let held = two(with(task(2, 2 * DAYS), Constraint::FinishNoEarlier(date)));
    assert_eq!(span(&held, 2), is("2026-01-15T08:00", "2026-01-16T17:00"));
    let date = at("2026-01-12T17:00");
    let held = two(with(task(2, 2 * DAYS), Constraint::FinishNoEarlier(date)));
    assert_eq!(span(&held, 2), is("2026-01-12T08:00", "2026-01-13T17:00"));
}

#[test]
fn a_no_later_than_date_takes_slack_away_and_moves_nothing() {
    for (constraint, late) in [
        (
            Constraint::FinishNoLater(at("2026-01-12T17:00")),
            "2026-01-12T17:00",
        ),
        (
            Constraint::StartNoLater(at("2026-01-09T08:00")),
            "2026-01-12T17:00",
        ),
    ] {
        let plan = two(with(task(2, 2 * DAYS), constraint));
        assert_eq!(span(&plan, 2), is("2026-01-12T08:00", "2026-01-13T17:00"));
        let row = row(&plan, 2);
        assert_eq!((row.total_slack, row.critical), (-DAYS, true));
        assert_eq!(row.late_finish.to_string(), late);
        // what goes before it is late by as much
        assert_eq!(super::dates::row(&plan, 1).total_slack, -DAYS);
    }
}

#[test]
fn where_dates_win_a_no_later_than_date_holds_a_task_against_its_links() {
    let mut plan = two(with(
        task(2, 2 * DAYS),
        Constraint::FinishNoLater(at("2026-01-12T17:00")),
    ));
    plan.rules.dates_win = true;
    assert_eq!(span(&plan, 2), is("2026-01-09T08:00", "2026-01-12T17:00"));
    assert!(problems(&plan).contains(&Problem::Broken { link: link_id(1) }));
    // it does not put it off
    plan.tasks[1].constraint = Some(Constraint::FinishNoLater(at("2026-02-12T17:00")));
    assert_eq!(dates(&plan, 2), is("2026-01-12T08:00", "2026-01-13T17:00"));
}

#[test]
fn a_must_date_holds_whatever_the_links_ask() {
    let starts = with(
        task(2, 2 * DAYS),
        Constraint::MustStart(at("2026-01-08T08:00")),
    );
    let ends = with(
        task(2, 2 * DAYS),
        Constraint::MustFinish(at("2026-01-09T17:00")),
    );
    for second in [starts, ends] {
        let plan = two(second);
        assert_eq!(span(&plan, 2), is("2026-01-08T08:00", "2026-01-09T17:00"));
        assert_eq!(row(&plan, 2).total_slack, 0);
        assert_eq!(row(&plan, 1).total_slack, -2 * DAYS);
        assert!(problems(&plan).contains(&Problem::Broken { link: link_id(1) }));
    }
    let later = with(
        task(2, 2 * DAYS),
        Constraint::MustStart(at("2026-01-14T08:00")),
    );
    let plan = two(later);
    assert_eq!(dates(&plan, 2), is("2026-01-14T08:00", "2026-01-15T17:00"));
    assert_eq!(row(&plan, 1).total_slack, 2 * DAYS);
}

#[test]
fn as_late_as_possible_takes_all_slack_and_delays_nothing() {
    let late = with(task(3, DAYS), Constraint::AsLateAsPossible);
    let plan = plan(
        vec![task(1, 5 * DAYS), task(2, 2 * DAYS), late, task(4, DAYS)],
        vec![fs(1, 1, 2), fs(2, 3, 4)],
    );
    assert_eq!(dates(&plan, 3), is("2026-01-12T08:00", "2026-01-12T17:00"));
    // what follows it is put off with it, as MS Project does
    assert_eq!(dates(&plan, 4), is("2026-01-13T08:00", "2026-01-13T17:00"));
    assert_eq!(schedule(&plan).0.finish, at("2026-01-13T17:00"));
    assert_eq!(row(&plan, 3).total_slack, 0);
}

#[test]
fn as_late_as_possible_takes_the_free_slack_alone_where_the_rules_say_so() {
    let late = |n| with(task(n, DAYS), Constraint::AsLateAsPossible);
    // two of them in a row before a task that stays, and one that nothing follows
    let mut plan = plan(
        vec![
            task(1, 5 * DAYS),
            late(2),
            late(3),
            task(4, 2 * DAYS),
            task(5, DAYS),
            late(6),
        ],
        vec![fs(1, 1, 4), fs(2, 2, 3), fs(3, 3, 4), fs(4, 3, 5)],
    );
    plan.rules.late = Latest::FreeSlack;
    // the fifth task starts as early as it did, which holds the third
    assert_eq!(dates(&plan, 5), is("2026-01-07T08:00", "2026-01-07T17:00"));
    assert_eq!(dates(&plan, 3), is("2026-01-06T08:00", "2026-01-06T17:00"));
    assert_eq!(dates(&plan, 2), is("2026-01-05T08:00", "2026-01-05T17:00"));
    assert_eq!(dates(&plan, 6), is("2026-01-13T08:00", "2026-01-13T17:00"));
    // without it both go up to the fourth
    plan.links.pop();
    assert_eq!(dates(&plan, 3), is("2026-01-09T08:00", "2026-01-09T17:00"));
    assert_eq!(dates(&plan, 2), is("2026-01-08T08:00", "2026-01-08T17:00"));
    assert_eq!(row(&plan, 2).free_slack, 0);
    assert_eq!(dates(&plan, 4), is("2026-01-12T08:00", "2026-01-13T17:00"));
}

#[test]
fn slack_counts_to_the_date_by_which_the_plan_must_be_finished() {
    let mut plan = plan(
        vec![task(1, 5 * DAYS), task(2, 2 * DAYS), task(3, DAYS)],
        vec![fs(1, 1, 2)],
    );
    plan.rules.finish_by = Some(at("2026-01-15T17:00"));
    let slack = |plan: &Plan| [1, 2, 3].map(|n| row(plan, n).total_slack / DAYS);
    assert_eq!(slack(&plan), [2, 2, 8]);
    assert!(!row(&plan, 1).critical && problems(&plan).is_empty());
    plan.rules.finish_by = Some(at("2026-01-12T17:00"));
    assert_eq!(slack(&plan), [-1, -1, 5]);
    let tasks = vec![task_id(1), task_id(2)];
    assert_eq!(
        problems(&plan),
        [Problem::FinishBy {
            minutes: DAYS,
            tasks
        }]
    );
    // nothing moves
    assert_eq!(span(&plan, 2), is("2026-01-12T08:00", "2026-01-13T17:00"));
}

#[test]
fn a_deadline_that_cannot_be_met_names_the_tasks_that_it_makes_late() {
    let mut plan = plan(
        vec![
            task(1, 5 * DAYS),
            task(2, 2 * DAYS),
            task(3, DAYS),
            task(4, 9 * DAYS),
        ],
        vec![fs(1, 1, 2), fs(2, 2, 3), fs(3, 1, 4)],
    );
    plan.tasks[2].deadline = Some(at("2026-01-13T17:00"));
    let late = Problem::Late {
        task: task_id(3),
        hold: Hold::Deadline,
        minutes: DAYS,
        tasks: vec![task_id(1), task_id(2), task_id(3)],
    };
    assert_eq!(problems(&plan), [late]);
    assert_eq!(span(&plan, 3), is("2026-01-14T08:00", "2026-01-14T17:00"));
    assert_eq!(row(&plan, 4).total_slack, 0);
    // one that can be met takes slack away
    plan.tasks[2].deadline = Some(at("2026-01-15T17:00"));
    assert_eq!(problems(&plan), []);
    assert_eq!(row(&plan, 3).total_slack, DAYS);
}

#[test]
fn a_summarys_deadline_and_constraint_hold_all_that_lies_below() {
    let mut plan = plan(
        vec![
            task(1, 0),
            under(1, task(2, 3 * DAYS)),
            under(1, task(3, DAYS)),
        ],
        vec![fs(1, 2, 3)],
    );
    plan.tasks[0].deadline = Some(at("2026-01-07T17:00"));
    let late = Problem::Late {
        task: task_id(1),
        hold: Hold::Deadline,
        minutes: DAYS,
        tasks: vec![task_id(2), task_id(3)],
    };
    assert_eq!(problems(&plan), [late]);
    plan.tasks[0].deadline = None;
    plan.tasks[0].constraint = Some(Constraint::FinishNoEarlier(at("2026-01-12T17:00")));
    assert_eq!(dates(&plan, 2).0, "2026-01-08T08:00");
    plan.tasks[0].constraint = Some(Constraint::StartNoLater(at("2026-01-02T08:00")));
    assert_eq!(row(&plan, 2).total_slack, -DAYS);
}

#[test]
fn a_task_placed_by_hand_stays_and_what_follows_it_moves() {
    let mut plan = plan(
        vec![task(1, 5 * DAYS), task(2, 2 * DAYS), task(3, DAYS)],
        vec![fs(1, 1, 2), fs(2, 2, 3)],
    );
    let placed = |start: &str, finish: Option<&str>| {
        Some(Placed {
            start: at(start),
            finish: finish.map(at),
        })
    };
    plan.tasks[1].placed = placed("2026-01-07T08:00", None);
    assert_eq!(span(&plan, 2), is("2026-01-07T08:00", "2026-01-08T17:00"));
    assert_eq!(span(&plan, 3).0, "2026-01-09T08:00");
    let late = Problem::Late {
        task: task_id(2),
        hold: Hold::Placed,
        minutes: 3 * DAYS,
        tasks: vec![task_id(1)],
    };
    assert_eq!(
        problems(&plan),
        [late, Problem::Broken { link: link_id(1) }]
    );
    // also outside working time
    plan.tasks[1].placed = placed("2026-01-17T09:00", Some("2026-01-18T12:30"));
    assert_eq!(dates(&plan, 2), is("2026-01-17T09:00", "2026-01-18T12:30"));
    assert_eq!(dates(&plan, 3).0, "2026-01-19T08:00");
}

#[test]
fn nothing_waits_for_an_inactive_task_nor_for_what_lies_below_it() {
    let mut plan = plan(
        vec![
            task(1, 0),
            under(1, task(2, 9 * DAYS)),
            task(3, DAYS),
            task(4, DAYS),
        ],
        vec![fs(1, 2, 3), fs(2, 4, 2)],
    );
    plan.tasks[0].inactive = true;
    assert_eq!(dates(&plan, 3).0, "2026-01-05T08:00");
    assert_eq!(dates(&plan, 2).0, "2026-01-06T08:00");
    let (schedule, _) = schedule(&plan);
    assert_eq!(schedule.finish, at("2026-01-05T17:00"));
    assert!(schedule.rows[3].critical && !schedule.rows[1].critical);
    assert!(!schedule.rows[0].critical);
}

#[test]
fn an_elapsed_duration_runs_day_and_night() {
    let mut plan = plan(vec![task(1, 3 * DAY), task(2, DAYS)], vec![fs(1, 1, 2)]);
    plan.tasks[0].elapsed = true;
    assert_eq!(dates(&plan, 1), is("2026-01-05T08:00", "2026-01-08T08:00"));
    assert_eq!(dates(&plan, 2).0, "2026-01-08T08:00");
}

#[test]
fn working_lag_counts_in_the_calendar_that_the_rules_name() {
    let mut plan = plan(vec![task(1, 5 * DAYS), task(2, DAYS)], vec![fs(1, 1, 2)]);
    let daily = CalendarId::from_bytes([7; 8]);
    let calendar = Calendar {
        week: std::array::from_fn(|_| vec![(8 * 60, 16 * 60)]),
        ..Calendar::default()
    };
    plan.calendars = vec![(daily, calendar)];
    plan.tasks[0].calendar = Some(daily);
    plan.links[0].lag = Lag::Working(2 * DAYS);
    // the first ends on Friday the 9th at 16:00: its calendar works on Saturday and Sunday
    let mut starts = |lag| {
        plan.rules.lag = lag;
        dates(&plan, 2).0
    };
    assert_eq!(starts(LagCalendar::Predecessor), "2026-01-12T08:00");
    assert_eq!(starts(LagCalendar::Successor), "2026-01-13T16:00");
    assert_eq!(starts(LagCalendar::Plan), "2026-01-13T16:00");
    assert_eq!(starts(LagCalendar::Elapsed), "2026-01-12T08:00");
}

/// As [`two`], the first begun on its day and half done; the data date is Thursday morning.
fn under_way() -> Plan {
    let mut plan = two(task(2, 2 * DAYS));
    plan.rules.data_date = Some(at("2026-01-08T08:00"));
    plan.tasks[0].actual_start = Some(at("2026-01-05T08:00"));
    plan.tasks[0].percent = 40;
    plan
}

#[test]
fn what_remains_follows_the_data_date() {
    let mut plan = under_way();
    assert_eq!(dates(&plan, 1), is("2026-01-05T08:00", "2026-01-12T17:00"));
    assert_eq!(dates(&plan, 2).0, "2026-01-13T08:00");
    plan.tasks[0].remaining = Some(DAYS);
    assert_eq!(dates(&plan, 1), is("2026-01-05T08:00", "2026-01-08T17:00"));
    // all of it done, yet not finished: it ends with the data date
    plan.tasks[0].remaining = Some(0);
    assert_eq!(dates(&plan, 1).1, "2026-01-08T08:00");
    // what has not begun follows it too
    plan.links.clear();
    assert_eq!(dates(&plan, 2).0, "2026-01-08T08:00");
}

#[test]
fn what_began_out_of_order_waits_or_goes_on_as_the_rules_say() {
    let mut plan = under_way();
    plan.tasks[1].actual_start = Some(at("2026-01-07T08:00"));
    plan.tasks[1].remaining = Some(DAYS);
    assert_eq!(dates(&plan, 2), is("2026-01-07T08:00", "2026-01-13T17:00"));
    assert_eq!(row(&plan, 1).total_slack, 0);
    plan.rules.logic = Logic::Override;
    assert_eq!(dates(&plan, 2), is("2026-01-07T08:00", "2026-01-08T17:00"));
    assert_eq!(row(&plan, 1).total_slack, 0);
}

#[test]
fn the_longest_path_is_what_the_end_hangs_on_even_where_there_is_slack() {
    let mut plan = plan(
        vec![
            task(1, 5 * DAYS),
            task(2, 2 * DAYS),
            task(3, 3 * DAYS),
            task(4, DAYS),
        ],
        vec![fs(1, 1, 2), fs(2, 3, 4)],
    );
    plan.tasks[1].not_before = Some(at("2026-01-14T08:00"));
    let (schedule, _) = schedule(&plan);
    let longest: Vec<bool> = schedule.rows.iter().map(|row| row.longest).collect();
    // nothing drives the second one but its date
    assert_eq!(longest, [false, true, false, false]);
    plan.tasks[1].not_before = None;
    let longest = |n| row(&plan, n).longest;
    assert_eq!([1, 2, 3, 4].map(longest), [true, true, false, false]);
}

#[test]
fn tasks_near_the_critical_path_are_critical_where_the_rules_say_so() {
    let mut plan = plan(vec![task(1, 5 * DAYS), task(2, 4 * DAYS)], vec![]);
    assert!(!row(&plan, 2).critical);
    plan.rules.critical = DAYS;
    assert!(row(&plan, 2).critical);
}

#[derive(Debug, Clone)]
struct Dress {
    constraint: Option<(u8, Moment)>,
    deadline: Option<Moment>,
    placed: Option<(Moment, Option<Moment>)>,
    flags: u8,
    percent: u8,
    remaining: Option<Minutes>,
}

fn any_moment() -> impl Strategy<Value = Moment> + Clone {
    prop_oneof![8 => 0i64..60 * DAY, 1 => any::<i64>()]
        .prop_map(|m| Moment::from_minutes(at("2026-01-05T08:00").minutes().saturating_add(m)))
}

fn any_dress() -> impl Strategy<Value = Dress> {
    let moment = any_moment();
    (
        prop::option::of((0u8..7, moment.clone())),
        prop::option::weighted(0.2, moment.clone()),
        prop::option::weighted(0.1, (moment.clone(), prop::option::of(moment))),
        any::<u8>(),
        any::<u8>(),
        prop::option::weighted(0.3, prop_oneof![0i64..5000, any::<i64>()]),
    )
        .prop_map(
            |(constraint, deadline, placed, flags, percent, remaining)| Dress {
                constraint,
                deadline,
                placed,
                flags,
                percent,
                remaining,
            },
        )
}

fn constraint((kind, at): (u8, Moment)) -> Constraint {
    match kind {
        0 => Constraint::AsLateAsPossible,
        1 => Constraint::StartNoEarlier(at),
        2 => Constraint::StartNoLater(at),
        3 => Constraint::FinishNoEarlier(at),
        4 => Constraint::FinishNoLater(at),
        5 => Constraint::MustStart(at),
        _ => Constraint::MustFinish(at),
    }
}

fn any_rules() -> impl Strategy<Value = Rules> {
    (
        prop::option::of(any_moment()),
        any::<bool>(),
        0u8..4,
        any::<bool>(),
        any::<bool>(),
        prop::option::of(any_moment()),
        any::<bool>(),
    )
        .prop_map(
            |(data_date, retained, lag, dates_win, free, finish_by, crews)| Rules {
                data_date,
                logic: if retained {
                    Logic::Retained
                } else {
                    Logic::Override
                },
                lag: [
                    LagCalendar::Predecessor,
                    LagCalendar::Successor,
                    LagCalendar::Plan,
                    LagCalendar::Elapsed,
                ][usize::from(lag)],
                dates_win,
                critical: 0,
                near: 0,
                late: if free {
                    Latest::FreeSlack
                } else {
                    Latest::AllSlack
                },
                finish_by,
                crews,
            },
        )
}

/// Anything at all.
pub(in crate::schedule) fn any_dressed(wild: Wild) -> impl Strategy<Value = Plan> {
    let dresses = prop::collection::vec(any_dress(), 14);
    (any_plan(wild), dresses, any_rules()).prop_map(|(mut plan, dresses, rules)| {
        plan.rules = rules;
        plan.resources = (0..4).map(super::crews::resource).collect();
        for (task, dress) in plan.tasks.iter_mut().zip(dresses) {
            for n in (0..4).filter(|n| dress.percent >> n & 3 == 3) {
                let asked = Assignment::of(task.id, super::crews::resource_id(n), 1_000, 480);
                plan.assignments.push(asked);
            }
            task.own_hours = dress.percent & 64 == 0;
            if dress.flags & 192 == 0 {
                task.delay = dress.remaining.unwrap_or(300);
            }
            if dress.flags & 32 == 0 {
                task.pause = dress.remaining.unwrap_or(90);
            }
            task.constraint = dress.constraint.map(constraint);
            task.deadline = dress.deadline;
            task.placed = dress.placed.map(|(start, finish)| Placed { start, finish });
            task.inactive = dress.flags & 7 == 0;
            task.elapsed = dress.flags & 24 == 0;
            task.percent = dress.percent;
            task.remaining = dress.remaining;
        }
        plan
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_105),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_plan_with_any_dates_has_a_row_for_each_task(plan in any_dressed(WILD)) {
        let (schedule, problems) = schedule(&plan);
        prop_assert_eq!(schedule.rows.len(), plan.tasks.len());
        for row in &schedule.rows {
            prop_assert!(RANGE.0 <= row.early_start && row.early_finish <= RANGE.1, "{:?}", row);
            prop_assert!(row.early_start <= row.early_finish, "{:?}", row);
            prop_assert!(row.free_slack >= 0, "{:?}", row);
        }
        // whatever is late is somebody's doing, or that of the end of time
        let late: BTreeSet<TaskId> = (plan.tasks.iter().zip(&schedule.rows))
            .filter(|(_, row)| !row.summary && row.total_slack < 0)
            .map(|(task, _)| task.id)
            .collect();
        let cut = |problem: &Problem| matches!(problem, Problem::OutOfRange { .. });
        let named = problems.iter().filter_map(|problem| match problem {
            Problem::Late { tasks, .. } | Problem::FinishBy { tasks, .. } => Some(tasks.iter().copied()),
            _ => None,
        });
        let named: BTreeSet<TaskId> = named.flatten().collect();
        prop_assert!(late == named || problems.iter().any(cut), "{:?} {:?}", late, named);
    }

    #[test]
    fn with_any_dates_the_order_of_the_input_does_not_matter(
        plan in any_dressed(WILD), seed in any::<u64>(),
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
    fn nothing_that_is_to_be_done_lies_before_the_data_date(
        plan in any_dressed(Wild { calendars: true, actuals: true, summaries: true, ..TAME }),
        date in any_moment(),
    ) {
        let mut plan = plan;
        let date = date.max(plan.start).min(at("2100-01-01T00:00"));
        plan.rules.data_date = Some(date);
        let (schedule, _) = schedule(&plan);
        for (task, row) in plan.tasks.iter().zip(&schedule.rows) {
            if task.placed.is_some() || task.actual_finish.is_some() || row.summary {
                continue;
            }
            prop_assert!(row.early_finish >= date, "{:?} {:?}", task, row);
            if task.actual_start.is_none() {
                prop_assert!(row.early_start >= date, "{:?} {:?}", task, row);
            }
        }
    }
}
