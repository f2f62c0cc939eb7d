//! Priorities, and several projects over one pool.

use super::*;

fn levelled_by(
    pool: &Pool,
    plan: &Plan,
    assignments: &[Assignment],
    priorities: &[(TaskId, u16)],
) -> Levelled {
    let project = Project {
        priorities,
        ..project(plan, assignments)
    };
    level(pool, &[project], &options()).0
}

/// A short task and a long one that ask for the same person.
fn two() -> (Pool, Plan, Vec<Assignment>) {
    let plan = plan(vec![task(1, DAYS), task(2, 2 * DAYS)], vec![]);
    let assignments = assigned(&plan, &[(1, 1, WHOLE), (2, 1, WHOLE)]);
    (pool(&[WHOLE]), plan, assignments)
}

#[test]
fn the_task_of_higher_priority_goes_first() {
    let (pool, plan, assignments) = two();
    for (first, expected) in [(1, ["05T08:00", "06T08:00"]), (2, ["07T08:00", "05T08:00"])] {
        let priorities = [(task_id(first), 900), (task_id(3 - first), 100)];
        let result = levelled_by(&pool, &plan, &assignments, &priorities);
        assert_eq!(starts(&result.changes[0], &plan), expected);
    }
}

#[test]
fn what_an_urgent_task_waits_for_is_as_urgent() {
    let mut plan = plan(
        vec![task(1, DAYS), task(2, 3 * DAYS), task(3, DAYS)],
        vec![fs(1, 2, 3)],
    );
    plan.tasks[0].not_before = None;
    let assignments = assigned(&plan, &[(1, 1, WHOLE), (2, 1, WHOLE), (3, 2, WHOLE)]);
    let priorities = [(task_id(1), 500), (task_id(2), 100), (task_id(3), 900)];
    let pool = pool(&[WHOLE, WHOLE]);
    let result = levelled_by(&pool, &plan, &assignments, &priorities);
    assert_eq!(
        starts(&result.changes[0], &plan),
        ["08T08:00", "05T08:00", "08T08:00"]
    );
}

#[test]
fn a_task_of_priority_1000_is_not_moved() {
    let (pool, plan, assignments) = two();
    let priorities = [(task_id(2), KEEP)];
    let result = levelled_by(&pool, &plan, &assignments, &priorities);
    assert_eq!(starts(&result.changes[0], &plan), ["07T08:00", "05T08:00"]);
    let both = [(task_id(1), KEEP), (task_id(2), u16::MAX)];
    let result = levelled_by(&pool, &plan, &assignments, &both);
    assert_eq!((result.changes[0].moved.len(), result.left.len()), (0, 1));
}

#[test]
fn several_projects_take_from_one_pool() {
    let (pool, plan, assignments) = two();
    let projects = [1, 2].map(|n| Project {
        id: project_id(n),
        ..project(&plan, &assignments)
    });
    let dates = schedule(&plan).0;
    let (loads, _) = load(&pool, &projects, &[dates.clone(), dates]);
    assert_eq!(loads[0].days[0].demand, 4 * 480);
    assert_eq!(loads[0].over[0].tasks.len(), 4);
    let (result, problems) = level(&pool, &projects, &options());
    assert_eq!(
        (problems.as_slice(), result.left.as_slice()),
        (&[][..], &[][..])
    );
    let last = result.changes.iter().map(|change| change.finish.1).max();
    assert_eq!(last, Some(at("2026-01-12T17:00")));
}

#[test]
fn the_project_of_higher_priority_is_as_short_as_alone() {
    let (pool, plan, assignments) = two();
    for (one, other) in [(600, 500), (500, 600)] {
        // within the other project a task is urgent: that counts for less
        let urgent = [(task_id(2), 999)];
        let projects = [(1, one), (2, other)].map(|(n, priority)| Project {
            id: project_id(n),
            priority,
            priorities: if priority == 500 { &urgent } else { &[] },
            ..project(&plan, &assignments)
        });
        let (result, _) = level(&pool, &projects, &options());
        let finish = result
            .changes
            .iter()
            .map(|change| change.finish.1.to_string());
        let finish: Vec<String> = finish.collect();
        let first = usize::from(one < other);
        assert_eq!(finish[first], "2026-01-07T17:00");
        assert_eq!(finish[1 - first], "2026-01-12T17:00");
    }
}

#[test]
fn nothing_of_a_project_of_priority_1000_is_moved() {
    let (pool, plan, assignments) = two();
    let one = [assignments[0].clone()];
    let two = [assignments[1].clone()];
    let projects = [(1, KEEP, &two), (2, 999, &one)].map(|(n, priority, assignments)| Project {
        id: project_id(n),
        priority,
        ..project(&plan, assignments)
    });
    let (result, _) = level(&pool, &projects, &options());
    assert_eq!(result.changes[0].delays, []);
    assert_eq!(starts(&result.changes[1], &plan)[0], "07T08:00");
}
