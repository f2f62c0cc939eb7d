//! Properties over random plans and pools.

use std::collections::{BTreeMap, BTreeSet};

use base::time::DAY;
use proptest::prelude::*;

use super::*;
use crate::calendar::WorkTime;
use crate::plan::Constraint;
use crate::schedule::tests::dates::any_dressed;
use crate::schedule::tests::{TAME, WILD, Wild, any_plan, shuffled};

/// Resources, what tasks ask of them, and the priorities of tasks.
#[derive(Debug, Clone)]
struct Wishes {
    pool: Pool,
    assignments: Vec<Assignment>,
    priorities: Vec<(TaskId, u16)>,
}

/// Units, their changes, and which calendar.
type AnyResource = (i64, Vec<(i64, i64)>, u8);

/// Task, resource, units and work.
type AnyWish = (u8, u8, i64, Option<i64>);

/// `extreme`: numbers that no person would write.
fn any_wishes(extreme: bool) -> impl Strategy<Value = Wishes> {
    let units = || match extreme {
        true => prop_oneof![0..3_000i64, any::<i64>()].boxed(),
        false => prop_oneof![Just(500i64), Just(1_000), Just(2_000)].boxed(),
    };
    let change = (prop_oneof![0..90 * DAY, any::<i64>()], units());
    let changes = prop::collection::vec(change, if extreme { 0..3 } else { 0..1 });
    let resources = prop::collection::vec((units(), changes, 0u8..4), 1..4);
    let work = match extreme {
        true => prop::option::of(any::<i64>()).boxed(),
        false => Just(None).boxed(),
    };
    let wish = (0u8..14, 0u8..if extreme { 5 } else { 3 }, units(), work);
    let wishes = prop::collection::vec(wish, 0..14);
    let priorities = prop::collection::vec((0u8..14, 0u16..1_001), 0..6);
    (resources, wishes, priorities).prop_map(|(resources, wishes, priorities)| {
        let start = at("2026-01-05T08:00").minutes();
        let calendar = |n: u8| CalendarId::from_bytes([n; 8]);
        let resource = |(n, (units, changes, own)): (u8, AnyResource)| Resource {
            units,
            changes: (changes.into_iter())
                .map(|(at, units)| (Moment::from_minutes(start.saturating_add(at)), units))
                .collect(),
            calendar: (own > 1).then(|| calendar(own)),
            ..Resource::new(resource_id(n))
        };
        let short = Calendar {
            week: std::array::from_fn(|day| {
                if day < 5 {
                    vec![(9 * 60, 17 * 60)]
                } else {
                    vec![]
                }
            }),
            ..Calendar::default()
        };
        let pool = Pool {
            resources: (0..).zip(resources).map(resource).collect(),
            calendars: vec![
                (calendar(2), with_day_off("2026-01-07")),
                (calendar(3), short),
            ],
            calendar: None,
        };
        let assignment = |(n, (task, resource, units, work)): (u8, AnyWish)| Assignment {
            id: AssignmentId::from_bytes([n; 8]),
            task: task_id(task),
            resource: resource_id(resource),
            units,
            // by the task's duration, below
            work: work.unwrap_or(-1),
        };
        let mut seen = BTreeSet::new();
        let priorities = priorities
            .into_iter()
            .filter(|(task, _)| seen.insert(*task));
        Wishes {
            pool,
            assignments: (0..).zip(wishes).map(assignment).collect(),
            priorities: priorities
                .map(|(task, priority)| (task_id(task), priority))
                .collect(),
        }
    })
}

/// Work as durations and units say, where nothing else was said.
fn worked(plan: &Plan, assignments: &[Assignment]) -> Vec<Assignment> {
    let work = |assignment: &Assignment| {
        let task = plan.tasks.iter().find(|task| task.id == assignment.task);
        let own = work_of(task.map_or(0, |task| task.duration), assignment.units);
        let work = if assignment.work == -1 {
            own
        } else {
            assignment.work
        };
        Assignment {
            work,
            ..assignment.clone()
        }
    };
    assignments.iter().map(work).collect()
}

fn few() -> Options {
    Options {
        schedules: 12,
        ..Options::default()
    }
}

const PLAIN: Wild = Wild {
    calendars: true,
    summaries: true,
    limits: true,
    ..TAME
};

/// What is asked of each resource on each day, minute by minute.
fn by_the_minute(
    plan: &Plan,
    pool: &Pool,
    assignments: &[Assignment],
) -> BTreeMap<(ResourceId, i64), (f64, f64)> {
    let calendar = |own: Option<CalendarId>, all: &[(CalendarId, Calendar)]| {
        let found = all.iter().find(|(id, _)| Some(*id) == own);
        WorkTime::new(&found.map_or(Calendar::standard(""), |(_, calendar)| calendar.clone()))
    };
    let works = |work: &WorkTime, at: Moment| {
        let minute = at.minute_of_day();
        work.hours_on(at)
            .iter()
            .any(|(from, to)| *from <= minute && minute < *to)
    };
    let mut days: BTreeMap<(ResourceId, i64), (f64, f64)> = BTreeMap::new();
    let dates = schedule(plan).0;
    for assignment in assignments {
        let Some(resource) = pool.resources.iter().find(|r| r.id == assignment.resource) else {
            continue;
        };
        let Some(at) = plan
            .tasks
            .iter()
            .position(|task| task.id == assignment.task)
        else {
            continue;
        };
        let (task, row) = (&plan.tasks[at], dates.rows[at]);
        if row.summary || assignment.work <= 0 {
            continue;
        }
        let own = calendar(task.calendar.or(plan.calendar), &plan.calendars);
        let theirs = calendar(resource.calendar, &pool.calendars);
        let minutes = row.early_start.minutes()..row.early_finish.minutes();
        let minutes: Vec<Moment> = minutes
            .map(Moment::from_minutes)
            .filter(|at| works(&own, *at))
            .collect();
        let both: Vec<Moment> = minutes
            .iter()
            .copied()
            .filter(|at| works(&theirs, *at))
            .collect();
        let spread = if both.is_empty() { minutes } else { both };
        for at in &spread {
            let slot = days.entry((resource.id, at.day())).or_insert_with(|| {
                let hours: i64 = theirs.hours_on(*at).iter().map(|(a, b)| b - a).sum();
                (0.0, hours as f64 * resource.units as f64 / 1000.0)
            });
            slot.0 += task.duration as f64 * assignment.units as f64 / 1000.0 / spread.len() as f64;
        }
    }
    days
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_105),
        cases: 96,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_plan_with_any_resources_is_levelled(
        plan in any_dressed(WILD), wishes in any_wishes(true), priority in 0u16..1_100, within_slack in any::<bool>(),
    ) {
        let assignments = worked(&plan, &wishes.assignments);
        let project = Project { priority, priorities: &wishes.priorities, ..project(&plan, &assignments) };
        let (result, _) = level(&wishes.pool, &[project], &Options { within_slack, ..few() });
        prop_assert_eq!(result.changes.len(), 1);
        let change = &result.changes[0];
        let edited = change.apply(&plan);
        prop_assert_eq!(&change.revert(&edited), &plan);
        let dates = schedule(&edited).0;
        for moved in &change.moved {
            let at = plan.tasks.iter().position(|task| task.id == moved.task).unwrap();
            prop_assert_eq!(moved.after, (dates.rows[at].early_start, dates.rows[at].early_finish));
        }
    }

    #[test]
    fn the_edited_plan_has_the_dates_that_were_found(plan in any_dressed(WILD), wishes in any_wishes(false)) {
        let mut plan = plan;
        for task in &mut plan.tasks {
            // where these go hangs on what comes behind them, and is looked for in rounds
            if task.constraint == Some(Constraint::AsLateAsPossible) {
                task.constraint = None;
            }
        }
        let assignments = worked(&plan, &wishes.assignments);
        let projects = [Project { priorities: &wishes.priorities, ..project(&plan, &assignments) }];
        let ready = Ready::new(&wishes.pool, &projects, &mut Vec::new());
        let mut places = Places::new(ready, &few(), &mut Vec::new());
        let best = genetic::search(&mut places, 12, 7);
        let mut changes = none(&projects);
        settle(&mut places, &best.keys, &projects, &mut changes);
        let dates = schedule(&changes[0].apply(&plan)).0;
        let found = places.dates();
        for (job, (start, finish)) in places.ready.jobs.iter().zip(found) {
            let row = dates.rows[job.task];
            prop_assert_eq!((row.early_start, row.early_finish), (start, finish));
        }
    }

    #[test]
    fn what_is_levelled_asks_for_no_more_than_there_is(plan in any_plan(PLAIN), wishes in any_wishes(false)) {
        let assignments = worked(&plan, &wishes.assignments);
        let (result, problems) = level(&wishes.pool, &[project(&plan, &assignments)], &few());
        let edited = result.changes[0].apply(&plan);
        let left: BTreeSet<_> = (result.left.iter())
            .map(|over| (over.resource, over.load.day.day()))
            .collect();
        let days = by_the_minute(&edited, &wishes.pool, &assignments);
        let over = days.into_iter().filter(|(_, (demand, capacity))| *demand > capacity + 0.01);
        let over: BTreeSet<_> = over.map(|(day, _)| day).collect();
        prop_assert_eq!(left, over);
        // what is left is there because of a task that asks for too much by itself
        for over in &result.left {
            prop_assert!(over.tasks.iter().any(|(project, task, _)| problems.contains(&Problem::TooMuch {
                project: *project, task: *task, resource: over.resource,
            })), "{:?} {:?}", over, problems);
        }
    }

    #[test]
    fn levelling_breaks_no_link_and_no_date(plan in any_dressed(WILD), wishes in any_wishes(false)) {
        let assignments = worked(&plan, &wishes.assignments);
        let (result, _) = level(&wishes.pool, &[project(&plan, &assignments)], &few());
        let (before, problems) = schedule(&plan);
        let edited = result.changes[0].apply(&plan);
        let (after, others) = schedule(&edited);
        // a predecessor that moves may come to lie behind what stands by hand, never behind what is free
        let stands = |link: &base::LinkId| plan.links.iter().any(|l| l.id == *link && plan.tasks.iter().any(|task| {
            task.id == l.succ && (task.placed.is_some() || task.constraint.is_some())
        }));
        for problem in &others {
            if let crate::schedule::Problem::Broken { link } = problem {
                prop_assert!(problems.contains(problem) || stands(link));
            }
        }
        let late = |task: &Task| task.constraint == Some(Constraint::AsLateAsPossible);
        if !plan.tasks.iter().any(late) {
            for (before, after) in before.rows.iter().zip(&after.rows) {
                prop_assert!(after.early_start >= before.early_start);
            }
        }
    }

    #[test]
    fn within_slack_no_finish_is_later(plan in any_plan(PLAIN), wishes in any_wishes(false)) {
        let assignments = worked(&plan, &wishes.assignments);
        let options = Options { within_slack: true, ..few() };
        let (result, _) = level(&wishes.pool, &[project(&plan, &assignments)], &options);
        prop_assert!(result.changes[0].finish.1 <= result.changes[0].finish.0);
    }

    #[test]
    fn the_order_of_the_input_does_not_change_the_levels(
        plan in any_dressed(WILD), second in any_plan(PLAIN), wishes in any_wishes(true), seed in any::<u64>(),
    ) {
        let both = [worked(&plan, &wishes.assignments), worked(&second, &wishes.assignments)];
        let projects = [
            Project { priorities: &wishes.priorities, ..project(&plan, &both[0]) },
            Project { id: project_id(2), ..project(&second, &both[1]) },
        ];
        let (one, problems) = level(&wishes.pool, &projects, &few());
        let (again, _) = level(&wishes.pool, &projects, &few());
        prop_assert_eq!(&one, &again);
        let (plan, second) = (shuffled(&plan, seed).0, shuffled(&second, seed).0);
        let both = both.map(|mut assignments| { assignments.reverse(); assignments });
        let mut pool = wishes.pool.clone();
        pool.resources.reverse();
        pool.calendars.reverse();
        let mut priorities = wishes.priorities.clone();
        priorities.reverse();
        let projects = [
            Project { id: project_id(2), ..project(&second, &both[1]) },
            Project { priorities: &priorities, ..project(&plan, &both[0]) },
        ];
        let (mut two, others) = level(&pool, &projects, &few());
        two.changes.reverse();
        prop_assert_eq!(one, two);
        prop_assert_eq!(problems, others);
    }

    #[test]
    fn nothing_is_delayed_by_what_is_less_urgent(
        lengths in prop::collection::vec((1i64..6, 1i64..3, 1u16..5), 1..10),
    ) {
        let tasks = (0u8..).zip(&lengths).map(|(n, (days, _, _))| task(n, days * DAYS)).collect();
        let plan = plan(tasks, vec![]);
        let rows: Vec<_> = (0u8..).zip(&lengths).map(|(n, (_, units, _))| (n, 1, units * 500)).collect();
        let assignments = assigned(&plan, &rows);
        let priorities: Vec<_> = (0u8..).zip(&lengths).map(|(n, row)| (task_id(n), row.2 * 100)).collect();
        let project = Project { priorities: &priorities, ..project(&plan, &assignments) };
        let pool = pool(&[WHOLE]);
        let (result, _) = level(&pool, &[project], &few());
        let edited = result.changes[0].apply(&plan);
        for delay in &result.changes[0].delays {
            // without its delay it is in the way of what is as urgent
            let mut back = edited.clone();
            let own = back.tasks.iter().position(|task| task.id == delay.task).unwrap();
            back.tasks[own].not_before = delay.from;
            let urgent: Vec<Assignment> = (assignments.iter().zip(&priorities))
                .filter(|(_, (_, priority))| *priority >= priorities[own].1)
                .map(|(assignment, _)| assignment.clone())
                .collect();
            let (loads, _) = load(&pool, &[Project { assignments: &urgent, plan: &back, ..project }], &[schedule(&back).0]);
            prop_assert!(!loads[0].over.is_empty());
        }
    }
}
