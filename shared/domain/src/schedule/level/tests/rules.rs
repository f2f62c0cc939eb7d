//! One project.

use super::*;
use crate::plan::{Constraint, LinkKind, Placed};

/// Two tasks of two days that ask for the same person on the same days.
fn two() -> (Pool, Plan, Vec<Assignment>) {
    let plan = plan(vec![task(1, 2 * DAYS), task(2, 2 * DAYS)], vec![]);
    let assignments = assigned(&plan, &[(1, 1, WHOLE), (2, 1, WHOLE)]);
    (pool(&[WHOLE]), plan, assignments)
}

fn days(pool: &Pool, plan: &Plan, assignments: &[Assignment]) -> Vec<(String, Minutes, Minutes)> {
    let (loads, problems) = load(pool, &[project(plan, assignments)], &[schedule(plan).0]);
    assert_eq!(problems, []);
    let row = |day: &DayLoad| {
        (
            day.day.to_string()[8..10].to_owned(),
            day.demand,
            day.capacity,
        )
    };
    loads[0].days.iter().map(row).collect()
}

fn day(day: &str, demand: Minutes, capacity: Minutes) -> (String, Minutes, Minutes) {
    (day.to_owned(), demand, capacity)
}

#[test]
fn over_allocation_names_the_day_and_who_asks() {
    let (pool, mut plan, mut assignments) = two();
    plan.tasks.push(task(3, DAYS));
    assignments.extend(assigned(&plan, &[(3, 1, 500)]));
    plan.links.push(fs(1, 1, 3));
    assert_eq!(
        days(&pool, &plan, &assignments),
        [
            day("05", 960, 480),
            day("06", 960, 480),
            day("07", 240, 480)
        ]
    );
    let (loads, _) = load(&pool, &[project(&plan, &assignments)], &[schedule(&plan).0]);
    let over: Vec<_> = loads[0]
        .over
        .iter()
        .map(|over| (over.load.day, over.tasks.clone()))
        .collect();
    let who = vec![
        (project_id(1), task_id(1), 480),
        (project_id(1), task_id(2), 480),
    ];
    assert_eq!(
        over,
        [
            (at("2026-01-05T00:00"), who.clone()),
            (at("2026-01-06T00:00"), who)
        ]
    );
}

#[test]
fn shares_of_a_person_add_up_exactly() {
    // three thirds of odd durations, rounded each on its own, would be more than a whole
    let tasks = (1..=3).map(|n| task(n, 721)).collect();
    let plan = plan(tasks, vec![]);
    let assignments = assigned(&plan, &[(1, 1, 333), (2, 1, 333), (3, 1, 334)]);
    let (loads, _) = load(
        &pool(&[WHOLE]),
        &[project(&plan, &assignments)],
        &[schedule(&plan).0],
    );
    assert_eq!(loads[0].over, []);
}

#[test]
fn work_is_spread_over_the_time_that_task_and_resource_share() {
    let plan = plan(vec![task(1, 4 * DAYS)], vec![]);
    let assignments = assigned(&plan, &[(1, 1, 500)]);
    let mut pool = pool(&[WHOLE]);
    let calendar = CalendarId::from_bytes([9; 8]);
    pool.calendars.push((calendar, with_day_off("2026-01-06")));
    pool.resources[0].calendar = Some(calendar);
    assert_eq!(
        days(&pool, &plan, &assignments),
        [
            day("05", 320, 480),
            day("07", 320, 480),
            day("08", 320, 480)
        ]
    );
    // nothing in common: it is asked for when the task runs, where there is nothing
    let nights = Calendar {
        week: std::array::from_fn(|_| vec![(0, 240)]),
        ..Calendar::default()
    };
    pool.calendars[0].1 = nights;
    assert_eq!(days(&pool, &plan, &assignments)[0], day("05", 240, 240));
}

#[test]
fn tasks_of_one_person_go_one_after_the_other() {
    let (pool, plan, assignments) = two();
    let (result, problems) = levelled(&pool, &plan, &assignments);
    assert_eq!(problems, []);
    assert_eq!(result.left, []);
    assert_eq!(starts(&result.changes[0], &plan), ["05T08:00", "07T08:00"]);
    let change = &result.changes[0];
    assert_eq!(
        change.delays,
        [Delay {
            task: task_id(2),
            from: None,
            to: at("2026-01-07T08:00")
        }]
    );
    assert_eq!(
        change.moved,
        [Moved {
            task: task_id(2),
            before: (at("2026-01-05T08:00"), at("2026-01-06T17:00")),
            after: (at("2026-01-07T08:00"), at("2026-01-08T17:00")),
        }]
    );
    assert_eq!(
        change.finish,
        (at("2026-01-06T17:00"), at("2026-01-08T17:00"))
    );
}

#[test]
fn a_task_starts_where_another_ends_within_the_day() {
    let plan = plan(vec![task(1, 240), task(2, DAYS)], vec![]);
    let assignments = assigned(&plan, &[(1, 1, WHOLE), (2, 1, WHOLE)]);
    let (result, _) = levelled(&pool(&[WHOLE]), &plan, &assignments);
    assert_eq!(starts(&result.changes[0], &plan), ["05T08:00", "05T13:00"]);
}

#[test]
fn delays_are_edits_and_there_is_a_way_back() {
    let (pool, mut plan, assignments) = two();
    plan.tasks[0].not_before = Some(at("2026-01-05T08:00"));
    plan.tasks[1].not_before = Some(at("2026-01-05T08:00"));
    let (result, _) = levelled(&pool, &plan, &assignments);
    let change = &result.changes[0];
    let edited = change.apply(&plan);
    assert_ne!(edited, plan);
    assert_eq!(change.revert(&edited), plan);
    // what is level stays as it is
    let (again, _) = levelled(&pool, &edited, &assignments);
    assert_eq!((again.changes[0].delays.len(), again.schedules), (0, 1));
}

#[test]
fn a_resource_that_is_away_is_waited_for() {
    let plan = plan(vec![task(1, 2 * DAYS)], vec![]);
    let assignments = assigned(&plan, &[(1, 1, WHOLE)]);
    let mut pool = pool(&[WHOLE]);
    let calendar = CalendarId::from_bytes([9; 8]);
    pool.calendars.push((calendar, with_day_off("2026-01-06")));
    pool.resources[0].calendar = Some(calendar);
    let (result, problems) = levelled(&pool, &plan, &assignments);
    assert_eq!(problems, []);
    assert_eq!(starts(&result.changes[0], &plan), ["07T08:00"]);
}

#[test]
fn capacity_that_changes_counts_from_its_date() {
    let plan = plan(vec![task(1, DAYS), task(2, DAYS), task(3, DAYS)], vec![]);
    let assignments = assigned(&plan, &[(1, 1, WHOLE), (2, 1, WHOLE), (3, 1, WHOLE)]);
    let mut pool = pool(&[WHOLE]);
    // listed from the last to the first
    pool.resources[0].changes = vec![
        (at("2026-01-07T12:00"), 2 * WHOLE),
        (at("2026-01-06T00:00"), 0),
    ];
    let (loads, _) = load(&pool, &[project(&plan, &assignments)], &[schedule(&plan).0]);
    assert_eq!(loads[0].days[0].capacity, 480);
    let (result, _) = levelled(&pool, &plan, &assignments);
    let mut starts = starts(&result.changes[0], &plan);
    starts.sort();
    // none on the 6th; on the 7th two in the afternoon are as much as one all day
    assert_eq!(starts, ["05T08:00", "07T08:00", "08T08:00"]);
    assert_eq!(result.left, []);
}

#[test]
fn a_task_that_alone_asks_for_too_much_is_named_and_put_all_the_same() {
    let plan = plan(vec![task(1, DAYS), task(2, DAYS)], vec![]);
    let assignments = assigned(&plan, &[(1, 1, 3 * WHOLE), (2, 1, WHOLE)]);
    let (result, problems) = levelled(&pool(&[WHOLE]), &plan, &assignments);
    assert_eq!(
        problems,
        [Problem::TooMuch {
            project: project_id(1),
            task: task_id(1),
            resource: resource_id(1)
        }]
    );
    // it takes what there is, and the other waits
    let mut starts = starts(&result.changes[0], &plan);
    starts.sort();
    assert_eq!(starts, ["05T08:00", "06T08:00"]);
    let left: Vec<_> = result.left.iter().map(|over| over.tasks.clone()).collect();
    assert_eq!(left, [[(project_id(1), task_id(1), 1440)]]);
}

#[test]
fn what_cannot_work_is_named() {
    let summary = task(4, 0);
    let plan = plan(
        vec![task(1, DAYS), summary, under(4, task(5, DAYS))],
        vec![],
    );
    let mut pool = pool(&[WHOLE]);
    pool.resources[0].calendar = Some(CalendarId::from_bytes([9; 8]));
    let assignments = assigned(&plan, &[(8, 1, WHOLE), (1, 8, WHOLE), (4, 1, WHOLE)]);
    let mut assignments = assignments;
    assignments[0].work = 60;
    assignments[2].work = 60;
    let (_, problems) = levelled(&pool, &plan, &assignments);
    let missing = |n, part| Problem::Missing {
        project: project_id(1),
        assignment: AssignmentId::from_bytes([n; 8]),
        part,
    };
    assert_eq!(
        problems,
        [
            missing(0, MissingPart::Task),
            missing(1, MissingPart::Resource),
            Problem::OnSummary {
                project: project_id(1),
                assignment: AssignmentId::from_bytes([2; 8])
            },
            Problem::NoCalendar {
                resource: resource_id(1)
            },
        ]
    );
}

#[test]
fn placed_begun_finished_and_must_tasks_stay_where_they_are() {
    let monday = at("2026-01-05T08:00");
    let stays: [fn(&mut Task, Moment); 4] = [
        |task, at| {
            task.placed = Some(Placed {
                start: at,
                finish: None,
            })
        },
        |task, at| task.actual_start = Some(at),
        |task, at| (task.actual_start, task.actual_finish) = (Some(at), Some(at.plus(2 * 24 * 60))),
        |task, at| task.constraint = Some(Constraint::MustStart(at)),
    ];
    for stay in stays {
        let (pool, mut plan, _) = two();
        // without that the first would go first
        plan.tasks[0].duration = DAYS;
        let assignments = assigned(&plan, &[(1, 1, WHOLE), (2, 1, WHOLE)]);
        stay(&mut plan.tasks[1], monday);
        let (result, _) = levelled(&pool, &plan, &assignments);
        assert_eq!(starts(&result.changes[0], &plan), ["07T08:00", "05T08:00"]);
    }
    // two that stay are left, and named
    let (pool, mut plan, assignments) = two();
    for task in &mut plan.tasks {
        task.constraint = Some(Constraint::MustStart(monday));
    }
    let (result, _) = levelled(&pool, &plan, &assignments);
    assert_eq!((result.changes[0].moved.len(), result.left.len()), (0, 2));
}

#[test]
fn what_goes_on_keeps_its_resources() {
    let (pool, mut plan, assignments) = two();
    plan.rules.data_date = Some(at("2026-01-06T08:00"));
    plan.tasks[1].actual_start = Some(at("2026-01-05T08:00"));
    plan.tasks[1].percent = 50;
    let (result, _) = levelled(&pool, &plan, &assignments);
    assert_eq!(starts(&result.changes[0], &plan), ["07T08:00", "05T08:00"]);
}

#[test]
fn a_task_that_is_to_be_as_late_as_possible_waits_for_nobody() {
    let (pool, mut plan, mut assignments) = two();
    plan.tasks.push(task(3, 8 * DAYS));
    assignments.extend(assigned(&plan, &[]));
    plan.tasks[0].constraint = Some(Constraint::AsLateAsPossible);
    let (result, _) = levelled(&pool, &plan, &assignments);
    // it goes to the end anyway
    assert_eq!(
        starts(&result.changes[0], &plan)[..2],
        ["13T08:00", "05T08:00"]
    );
    // where the end moves because of others, it moves with it
    assignments.extend(assigned(&plan, &[(3, 1, WHOLE)]));
    let (result, _) = levelled(&pool, &plan, &assignments);
    let edited = result.changes[0].apply(&plan);
    let dates = schedule(&edited).0;
    assert_eq!(dates.rows[0].early_finish, dates.finish);
}

#[test]
fn links_of_all_kinds_and_lags_are_kept() {
    for kind in [
        LinkKind::FinishStart,
        LinkKind::StartStart,
        LinkKind::FinishFinish,
        LinkKind::StartFinish,
    ] {
        for lag in [-DAYS, 0, 3 * DAYS] {
            let (pool, mut plan, mut assignments) = two();
            plan.tasks.push(task(3, 3 * DAYS));
            assignments.extend(assigned(&plan, &[(3, 1, 500)]));
            plan.links.push(link(1, 2, 3, kind, lag));
            let (result, _) = levelled(&pool, &plan, &assignments);
            assert_eq!(result.left, []);
            let edited = result.changes[0].apply(&plan);
            let (dates, problems) = schedule(&edited);
            assert_eq!(problems, []);
            let work = crate::calendar::WorkTime::new(&Calendar::standard(""));
            let (pred, succ) = (dates.rows[1], dates.rows[2]);
            let (from, to) = match kind {
                LinkKind::FinishStart => (pred.early_finish, succ.early_start),
                LinkKind::StartStart => (pred.early_start, succ.early_start),
                LinkKind::FinishFinish => (pred.early_finish, succ.early_finish),
                LinkKind::StartFinish => (pred.early_start, succ.early_finish),
            };
            assert!(work.between(from, to) >= lag, "{kind:?} {lag}");
        }
    }
}

#[test]
fn what_follows_a_delayed_task_moves_by_its_links_and_gets_no_date() {
    let (pool, mut plan, assignments) = two();
    // a milestone behind the second, and a summary around a task behind that
    plan.tasks
        .extend([task(3, 0), task(4, 0), under(4, task(5, DAYS))]);
    plan.links.extend([fs(1, 2, 3), fs(2, 3, 4)]);
    let (result, _) = levelled(&pool, &plan, &assignments);
    let change = &result.changes[0];
    assert!(change.delays.iter().all(|delay| delay.task != task_id(5)));
    let dates = schedule(&change.apply(&plan)).0;
    let behind = dates.rows[1].early_finish;
    assert_eq!(dates.rows[2].early_finish, behind);
    assert!(dates.rows[3].early_start >= behind && dates.rows[4].early_start >= behind);
}

#[test]
fn within_slack_nothing_is_delayed_and_the_rest_is_reported() {
    let (pool, mut plan, mut assignments) = two();
    plan.tasks.push(task(3, 4 * DAYS));
    let within = Options {
        within_slack: true,
        ..options()
    };
    let (result, _) = level(&pool, &[project(&plan, &assignments)], &within);
    assert_eq!(result.left, []);
    assert_eq!(result.changes[0].moved.len(), 1);
    assert_eq!(result.changes[0].finish.0, result.changes[0].finish.1);
    // one more of two days does not go in
    plan.tasks.push(task(4, 2 * DAYS));
    assignments.extend(assigned(&plan, &[(4, 1, WHOLE)]));
    let (result, _) = level(&pool, &[project(&plan, &assignments)], &within);
    assert_eq!(result.left.len(), 2);
    assert_eq!(result.changes[0].finish.0, result.changes[0].finish.1);
}

#[test]
fn where_dates_win_a_task_is_not_moved_past_its_own() {
    let (pool, mut plan, _) = two();
    plan.tasks[0].duration = DAYS;
    let assignments = assigned(&plan, &[(1, 1, WHOLE), (2, 1, WHOLE)]);
    plan.tasks[1].constraint = Some(Constraint::FinishNoLater(at("2026-01-06T17:00")));
    plan.rules.dates_win = true;
    let (result, _) = levelled(&pool, &plan, &assignments);
    assert_eq!(result.left, []);
    assert_eq!(starts(&result.changes[0], &plan), ["07T08:00", "05T08:00"]);
}

#[test]
fn a_deadline_is_kept_rather_than_the_finish() {
    let plan_of = |deadline: Option<Moment>| {
        // the longest chain wants to go first
        let mut plan = plan(
            vec![task(1, DAYS), task(2, 9 * DAYS), task(3, 2 * DAYS)],
            vec![fs(1, 1, 2)],
        );
        plan.tasks[2].deadline = deadline;
        plan
    };
    for (deadline, expected) in [
        (None, ["05T08:00", "06T08:00", "06T08:00"]),
        (
            Some(at("2026-01-06T17:00")),
            ["07T08:00", "08T08:00", "05T08:00"],
        ),
    ] {
        let plan = plan_of(deadline);
        let assignments = assigned(&plan, &[(1, 1, WHOLE), (3, 1, WHOLE)]);
        let (result, _) = levelled(&pool(&[WHOLE]), &plan, &assignments);
        assert_eq!(starts(&result.changes[0], &plan), expected);
    }
}
