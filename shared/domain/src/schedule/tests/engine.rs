//! From edit to edit: the same dates as computed from nothing.

use proptest::prelude::*;

use super::dates::any_dressed;
use super::*;
use crate::plan::Constraint;
use crate::resource::Assignment;

/// Carries out an edit that somebody might make: which kind, where, and what with.
fn edit(plan: &mut Plan, donor: &Plan, (kind, a, b): (u8, u8, u8)) {
    let (a, b) = (usize::from(a), usize::from(b));
    let of = |count: usize, n: usize| n.checked_rem(count);
    let task = of(plan.tasks.len(), a);
    let link = of(plan.links.len(), a);
    match (kind % 13, task, link) {
        // most edits are of one task
        (0..=3, Some(at), _) => {
            if let Some(from) = of(donor.tasks.len(), b) {
                let mut new = donor.tasks[from].clone();
                let old = &plan.tasks[at];
                new.id = old.id;
                if kind % 13 != 3 {
                    new.parent = old.parent;
                    new.calendar = old.calendar;
                    new.elapsed = old.elapsed;
                    new.inactive = old.inactive;
                }
                plan.tasks[at] = new;
            }
        }
        (4, _, Some(at)) => {
            plan.links.remove(at);
        }
        (5 | 6, ..) => {
            if let Some(from) = of(donor.links.len(), b) {
                let id = LinkId::from_bytes([
                    b'x',
                    a as u8,
                    b as u8,
                    plan.links.len() as u8,
                    0,
                    0,
                    0,
                    0,
                ]);
                plan.links.push(Link {
                    id,
                    ..donor.links[from].clone()
                });
            }
        }
        (7, Some(at), _) => {
            plan.tasks.remove(at);
        }
        (8, ..) => {
            if let Some(from) = of(donor.tasks.len(), b) {
                let at = a % (plan.tasks.len() + 1);
                let new = Task {
                    id: task_id(100 + (b as u8 % 100)),
                    ..donor.tasks[from].clone()
                };
                plan.tasks.insert(at, new);
            }
        }
        (9, Some(at), _) => {
            let to = b % plan.tasks.len();
            plan.tasks.swap(at, to);
        }
        (10, ..) if b % 4 == 0 => plan.rules = donor.rules,
        (11, Some(at), _) if !plan.resources.is_empty() => {
            let n = b as u8 % 4;
            plan.resources[usize::from(n)].calendar = donor.tasks.first().and_then(|t| t.calendar);
            let id = crews::resource_id(n);
            plan.assignments
                .push(Assignment::of(plan.tasks[at].id, id, 500, 60));
        }
        (12, ..) if !plan.assignments.is_empty() => {
            let at = b % plan.assignments.len();
            plan.assignments.remove(at);
        }
        (_, Some(at), _) => plan.tasks[at].duration = 480 * (b as i64 % 9),
        _ => {}
    }
}

/// As-late-as-possible makes the whole plan be computed anew: rarer here than chance would have it.
fn without_late(plan: &mut Plan) {
    for task in &mut plan.tasks {
        if task.constraint == Some(Constraint::AsLateAsPossible) {
            task.constraint = None;
        }
    }
}

fn any_edits() -> impl Strategy<Value = Vec<(u8, u8, u8)>> {
    prop::collection::vec(any::<(u8, u8, u8)>(), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_105),
        ..ProptestConfig::default()
    })]

    #[test]
    fn after_each_edit_the_dates_are_those_of_a_full_pass(
        plan in any_dressed(WILD), donor in any_dressed(WILD), edits in any_edits(), late in 0u8..4,
    ) {
        let (mut plan, mut donor) = (plan, donor);
        if late > 0 {
            without_late(&mut plan);
            without_late(&mut donor);
        }
        let mut engine = Engine::default();
        prop_assert_eq!(engine.run(&plan), schedule(&plan));
        for one in edits {
            edit(&mut plan, &donor, one);
            prop_assert_eq!(engine.run(&plan), schedule(&plan), "{:?}", one);
        }
    }

    #[test]
    fn after_each_edit_of_an_ordinary_plan_the_dates_are_those_of_a_full_pass(
        plan in any_plan(Wild { calendars: true, summaries: true, limits: true, ..TAME }),
        donor in any_plan(Wild { calendars: true, limits: true, ..TAME }),
        edits in any_edits(),
    ) {
        let mut plan = plan;
        let mut engine = Engine::default();
        prop_assert_eq!(engine.run(&plan), schedule(&plan));
        for one in edits {
            edit(&mut plan, &donor, one);
            prop_assert_eq!(engine.run(&plan), schedule(&plan), "{:?}", one);
        }
    }
}
