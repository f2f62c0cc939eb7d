//! What is left of resources that several plans ask for.

use super::*;

/// A plan of one task of so many days from Monday 2026-01-05 that asks for so much of what is there by a name.
fn asks(name: &str, there: Units, units: Units, days: i64) -> Vec<Asked> {
    let mut plan = plan(vec![task(1, days * DAYS)], vec![]);
    plan.resources = vec![Resource {
        name: name.to_owned(),
        units: there,
        ..Resource::new(resource_id(1))
    }];
    plan.assignments = assigned(&plan, &[(1, 1, units)]);
    let schedule = schedule(&plan).0;
    asked(&plan, &schedule)
}

fn day(text: &str) -> i64 {
    at(text).day()
}

fn left(plans: &[&[Asked]], first: &str, last: &str) -> Vec<(String, Units, Units, Units, u32)> {
    let free = free(plans, day(first), day(last)).into_iter();
    free.map(|one| (one.name, one.there, one.busiest, one.free, one.plans))
        .collect()
}

#[test]
fn what_several_plans_ask_of_one_name_is_summed_day_by_day() {
    let (one, other) = (
        asks("运维工程师", 3 * WHOLE, 2 * WHOLE, 2),
        asks(" 运维工程师 ", 3 * WHOLE, WHOLE, 4),
    );
    let plans: [&[Asked]; 2] = [&one, &other];
    let name = || "运维工程师".to_owned();
    // on Monday and Tuesday both ask
    assert_eq!(
        left(&plans, "2026-01-05T00:00", "2026-01-09T00:00"),
        [(name(), 3 * WHOLE, 3 * WHOLE, 0, 2)]
    );
    // from Wednesday on only the second
    assert_eq!(
        left(&plans, "2026-01-07T00:00", "2026-01-09T00:00"),
        [(name(), 3 * WHOLE, WHOLE, 2 * WHOLE, 2)]
    );
    assert_eq!(
        left(&plans, "2026-02-02T00:00", "2026-02-06T00:00"),
        [(name(), 3 * WHOLE, 0, 3 * WHOLE, 2)]
    );
}

#[test]
fn what_is_asked_too_much_leaves_nothing() {
    let one = asks("crane", WHOLE, 2 * WHOLE, 1);
    let all = left(&[&one], "2026-01-05T00:00", "2026-01-05T00:00");
    assert_eq!(all, [("crane".to_owned(), WHOLE, 2 * WHOLE, 0, 1)]);
}

#[test]
fn what_there_is_may_change_from_a_day_on() {
    let mut one = asks("crane", 2 * WHOLE, WHOLE, 1);
    one[0].changes = vec![(at("2026-01-07T00:00"), 0), (at("2026-01-09T00:00"), WHOLE)];
    let all = left(&[&one], "2026-01-06T00:00", "2026-01-09T00:00");
    assert_eq!(all, [("crane".to_owned(), 0, 0, 0, 1)]);
    let all = left(&[&one], "2026-01-09T00:00", "2026-01-12T00:00");
    assert_eq!(all, [("crane".to_owned(), WHOLE, 0, WHOLE, 1)]);
}

#[test]
fn a_span_that_ends_before_it_begins_and_one_of_ages_are_no_trouble() {
    let one = asks("crane", WHOLE, WHOLE, 1);
    assert_eq!(free(&[&one], 5, 4), []);
    assert_eq!(free(&[&one], i64::MIN, i64::MAX).len(), 1);
    assert_eq!(free(&[], 0, 10), []);
}
