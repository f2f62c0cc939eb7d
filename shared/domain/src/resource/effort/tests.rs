//! MS Project's table, row by row, and properties.

use proptest::prelude::*;

use super::*;

const DAY: Minutes = 480;

fn id(n: u8) -> ResourceId {
    ResourceId::from_bytes([n; 8])
}

/// Ten days with one whole person.
fn one(kind: TaskType, effort_driven: bool) -> Effort {
    let empty = Effort {
        kind,
        effort_driven,
        duration: 10 * DAY,
        shares: Vec::new(),
    };
    empty.edited(Edit::Add(id(1), WHOLE))
}

/// Days, then units and days of work of each.
fn figures(effort: &Effort) -> (Minutes, Vec<(Units, Minutes)>) {
    let shares = effort.shares.iter().map(|s| (s.units, s.work / DAY));
    (effort.duration / DAY, shares.collect())
}

#[test]
fn a_change_of_units_changes_what_the_task_type_leaves_open() {
    let edit = Edit::Units(id(1), 2 * WHOLE);
    for (kind, expected) in [
        (TaskType::FixedUnits, (5, vec![(2_000, 10)])),
        (TaskType::FixedWork, (5, vec![(2_000, 10)])),
        (TaskType::FixedDuration, (10, vec![(2_000, 20)])),
    ] {
        assert_eq!(figures(&one(kind, false).edited(edit)), expected);
    }
}

#[test]
fn a_change_of_duration_changes_what_the_task_type_leaves_open() {
    let edit = Edit::Duration(20 * DAY);
    for (kind, expected) in [
        (TaskType::FixedUnits, (20, vec![(1_000, 20)])),
        (TaskType::FixedWork, (20, vec![(500, 10)])),
        (TaskType::FixedDuration, (20, vec![(1_000, 20)])),
    ] {
        assert_eq!(figures(&one(kind, false).edited(edit)), expected);
    }
}

#[test]
fn a_change_of_work_changes_what_the_task_type_leaves_open() {
    for edit in [Edit::Work(id(1), 20 * DAY), Edit::Total(20 * DAY)] {
        for (kind, expected) in [
            (TaskType::FixedUnits, (20, vec![(1_000, 20)])),
            (TaskType::FixedWork, (20, vec![(1_000, 20)])),
            (TaskType::FixedDuration, (10, vec![(2_000, 20)])),
        ] {
            assert_eq!(figures(&one(kind, false).edited(edit)), expected);
        }
    }
}

#[test]
fn effort_driven_work_is_divided_among_those_who_are_there() {
    let edit = Edit::Add(id(2), WHOLE);
    for (kind, expected) in [
        (TaskType::FixedUnits, (5, vec![(1_000, 5), (1_000, 5)])),
        (TaskType::FixedWork, (5, vec![(1_000, 5), (1_000, 5)])),
        (TaskType::FixedDuration, (10, vec![(500, 5), (500, 5)])),
    ] {
        let two = one(kind, true).edited(edit);
        assert_eq!(figures(&two), expected);
        let again = two.edited(Edit::Remove(id(2)));
        assert_eq!(again, one(kind, true));
    }
}

#[test]
fn without_effort_driven_each_resource_brings_its_own_work() {
    for kind in [TaskType::FixedUnits, TaskType::FixedDuration] {
        let two = one(kind, false).edited(Edit::Add(id(2), WHOLE));
        assert_eq!(figures(&two), (10, vec![(1_000, 10), (1_000, 10)]));
        assert_eq!(two.edited(Edit::Remove(id(2))), one(kind, false));
    }
    // fixed work is always effort-driven
    let two = one(TaskType::FixedWork, false).edited(Edit::Add(id(2), WHOLE));
    assert_eq!(figures(&two), (5, vec![(1_000, 5), (1_000, 5)]));
}

fn efforts() -> impl Strategy<Value = Effort> {
    let kind = prop_oneof![
        Just(TaskType::FixedUnits),
        Just(TaskType::FixedDuration),
        Just(TaskType::FixedWork)
    ];
    let share = (0u8..5, -10..3 * MOST, any::<i64>());
    let shares = prop::collection::vec(share, 0..4);
    (kind, any::<bool>(), any::<i64>(), shares).prop_map(
        |(kind, effort_driven, duration, shares)| {
            let share = |(n, units, work)| Share {
                resource: id(n),
                units,
                work,
            };
            Effort {
                kind,
                effort_driven,
                duration,
                shares: shares.into_iter().map(share).collect(),
            }
        },
    )
}

fn edits() -> impl Strategy<Value = Edit> {
    prop_oneof![
        any::<i64>().prop_map(Edit::Duration),
        (0u8..5, any::<i64>()).prop_map(|(n, units)| Edit::Units(id(n), units)),
        (0u8..5, any::<i64>()).prop_map(|(n, work)| Edit::Work(id(n), work)),
        any::<i64>().prop_map(Edit::Total),
        (0u8..5, any::<i64>()).prop_map(|(n, units)| Edit::Add(id(n), units)),
        (0u8..5).prop_map(|n| Edit::Remove(id(n))),
    ]
}

proptest! {
    #[test]
    fn any_edit_of_any_effort_ends(effort in efforts(), edits in prop::collection::vec(edits(), 1..6)) {
        edits.iter().fold(effort, |effort, edit| effort.edited(*edit));
    }

    #[test]
    fn effort_driven_work_neither_grows_nor_shrinks(
        works in prop::collection::vec((1..5_000i64, 1..100_000i64), 1..4), units in 1..5_000i64, kind in 0..3
    ) {
        let kind = [TaskType::FixedUnits, TaskType::FixedDuration, TaskType::FixedWork][kind as usize];
        let shares = works.iter().zip(1..).map(|((units, work), n)| Share { resource: id(n), units: *units, work: *work });
        let effort = Effort { kind, effort_driven: true, duration: 9_600, shares: shares.collect() };
        let more = effort.edited(Edit::Add(id(9), units));
        prop_assert_eq!(more.total(), effort.total());
        prop_assert_eq!(more.edited(Edit::Remove(id(1))).total(), effort.total());
    }
}
