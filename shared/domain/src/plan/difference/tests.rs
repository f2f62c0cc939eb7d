//! Differences of small plans.

use std::collections::BTreeSet;

use base::{CalendarId, LinkId, Moment, TaskId};

use super::*;
use crate::plan::{Lag, LinkKind, Task};

fn id(n: u8) -> TaskId {
    TaskId::from_bytes([n; 8])
}

/// A task: its id, number (0 for none), parent and name.
fn task(n: u8, uid: i64, parent: u8, name: &str) -> Task {
    Task {
        uid: (uid > 0).then_some(uid),
        name: name.to_owned(),
        parent: (parent > 0).then(|| id(parent)),
        duration: 480,
        ..Task::new(id(n))
    }
}

fn plan(tasks: &[Task]) -> Plan {
    Plan {
        start: Moment::ymd_hm(2026, 3, 2, 8, 0).unwrap(),
        tasks: tasks.to_vec(),
        ..Plan::default()
    }
}

fn link(n: u8, pred: u8, succ: u8) -> Link {
    Link {
        id: LinkId::from_bytes([n; 8]),
        pred: id(pred),
        succ: id(succ),
        kind: LinkKind::FinishStart,
        lag: Lag::Working(0),
    }
}

fn against(ours: &Plan, read: &Plan) -> Comparison {
    compare((ours, &[]), (read, &[]), &Covers::all())
}

fn take(ours: &Plan, comparison: &Comparison, chosen: &[usize]) -> Accepted {
    accept(ours, comparison, &chosen.iter().copied().collect())
}

/// `1 2(1)`: tasks in outline order with their parents.
fn outline(plan: &Plan) -> String {
    let number = |id: TaskId| id.as_bytes()[0];
    let rows = plan.tasks.iter().map(|task| match task.parent {
        Some(parent) => format!("{}({})", number(task.id), number(parent)),
        None => number(task.id).to_string(),
    });
    rows.collect::<Vec<_>>().join(" ")
}

#[test]
fn tasks_are_found_by_number_place_branch_or_name() {
    let ours = plan(&[
        task(1, 0, 0, "house"),
        task(2, 0, 1, "walls"),
        task(3, 0, 1, "roof"),
        task(4, 0, 0, "garden"),
        task(5, 0, 4, "walls"),
        task(6, 0, 4, "trees"),
        task(7, 9, 0, "old name"),
    ]);
    let read = plan(&[
        task(11, 0, 0, "house"),
        task(13, 0, 11, "roof"),
        task(12, 0, 11, "walls"),
        task(14, 0, 0, "garden"),
        task(15, 0, 14, "walls"),
        task(18, 0, 14, "pond"),
        task(16, 0, 0, "trees"),
        task(17, 9, 0, "new name"),
    ]);
    let comparison = against(&ours, &read);
    let found: Vec<(u8, u8, How)> = (comparison.matches.iter())
        .map(|m| (m.task.as_bytes()[0], m.read.as_bytes()[0], m.how))
        .collect();
    assert_eq!(
        found,
        [
            (1, 11, How::Place),
            (3, 13, How::Branch),
            (2, 12, How::Branch),
            (4, 14, How::Place),
            (5, 15, How::Place),
            (6, 16, How::Name),
            (7, 17, How::Uid),
        ]
    );
    // one that has a number is not another of the same name
    let other = plan(&[task(21, 8, 0, "old name")]);
    assert_eq!(against(&ours, &other).matches, []);
    assert_eq!(
        against(&ours, &other).differences,
        [
            Difference::Added { task: id(21) },
            Difference::Removed { task: id(7) },
        ]
    );
}

#[test]
fn what_is_taken_takes_what_it_needs() {
    let ours = plan(&[task(1, 1, 0, "a")]);
    let mut read = plan(&[
        task(1, 1, 0, "a"),
        task(2, 2, 1, "b"),
        task(3, 3, 2, "c"),
        task(4, 4, 0, "d"),
    ]);
    let calendar = CalendarId::from_bytes([9; 8]);
    read.calendars
        .push((calendar, crate::calendar::Calendar::standard("new")));
    read.tasks[2].calendar = Some(calendar);
    let comparison = against(&ours, &read);
    let at = |wanted: &Difference| {
        let found = comparison.differences.iter().position(|own| own == wanted);
        found.unwrap()
    };
    let added = |n| at(&Difference::Added { task: id(n) });
    let accepted = take(&ours, &comparison, &[added(3)]);
    let needed = BTreeSet::from([added(2), at(&Difference::CalendarAdded { id: calendar })]);
    assert_eq!(accepted.needed, needed);
    assert_eq!(accepted.left_out, []);
    let then = apply(&ours, &accepted.edits);
    assert_eq!(outline(&then), "1 2(1) 3(2)");
    assert_eq!(then.calendars.len(), 1);
}

#[test]
fn what_cannot_be_done_alone_is_left_out_and_told() {
    // a new link to a new task
    let ours = plan(&[task(1, 1, 0, "a")]);
    let mut read = plan(&[task(1, 1, 0, "a"), task(2, 2, 0, "b")]);
    read.links.push(link(1, 1, 2));
    let comparison = against(&ours, &read);
    let accepted = take(&ours, &comparison, &[1, 7]);
    let left = |difference, why| LeftOut { difference, why };
    assert_eq!(accepted.edits, []);
    assert_eq!(
        accepted.left_out,
        [left(7, Why::Unknown), left(1, Why::NoEnd)]
    );
    let both = take(&ours, &comparison, &[0, 1]);
    assert_eq!(apply(&ours, &both.edits).links.len(), 1);

    // a summary with a task of our own
    let ours = plan(&[
        task(1, 1, 0, "a"),
        task(2, 2, 1, "b"),
        task(3, 0, 1, "ours"),
    ]);
    let comparison = against(&ours, &plan(&[]));
    assert_eq!(comparison.differences.len(), 2);
    let accepted = take(&ours, &comparison, &[0, 1]);
    assert_eq!(accepted.left_out, [left(0, Why::NotEmpty)]);
    assert_eq!(outline(&apply(&ours, &accepted.edits)), "1 3(1)");

    // two that change places
    let ours = plan(&[task(1, 1, 0, "a"), task(2, 2, 1, "b")]);
    let read = plan(&[task(2, 2, 0, "b"), task(1, 1, 2, "a")]);
    let comparison = against(&ours, &read);
    assert_eq!(comparison.differences.len(), 2);
    let accepted = take(&ours, &comparison, &[1]);
    assert_eq!(accepted.left_out, [left(1, Why::BelowItself)]);
    assert_eq!(accepted.edits, []);
    let both = take(&ours, &comparison, &[0, 1]);
    assert_eq!(outline(&apply(&ours, &both.edits)), "2 1(2)");
}

#[test]
fn actual_dates_that_belong_together_are_taken_together() {
    let day = |day: i64| Some(plan(&[]).start.plus(day * 1_440));
    let with = |start, finish| {
        let mut task = task(1, 1, 0, "a");
        (task.actual_start, task.actual_finish) = (start, finish);
        plan(&[task])
    };
    let ours = with(day(1), day(2));
    let later = against(&ours, &with(day(5), day(6)));
    let accepted = take(&ours, &later, &[0]);
    assert_eq!(accepted.needed, BTreeSet::from([1]));
    assert_eq!(accepted.edits.len(), 2);
    // the finish alone makes sense
    assert_eq!(take(&ours, &later, &[1]).edits.len(), 1);
    let turned = against(&ours, &with(day(5), day(4)));
    let accepted = take(&ours, &turned, &[0, 1]);
    assert_eq!(accepted.edits, []);
    assert!(
        accepted
            .left_out
            .iter()
            .all(|left| left.why == Why::BeforeStart)
    );
}

#[test]
fn only_what_lies_elsewhere_is_moved() {
    let tasks = |order: &[u8]| -> Plan {
        let tasks = order.iter().map(|n| task(*n, i64::from(*n), 0, "x"));
        plan(&tasks.collect::<Vec<_>>())
    };
    let (ours, read) = (tasks(&[1, 2, 3, 4, 5, 6]), tasks(&[1, 3, 4, 2, 5, 6]));
    let comparison = against(&ours, &read);
    let parents = (None, None);
    assert_eq!(
        comparison.differences,
        [Difference::Moved {
            task: id(2),
            parents
        }]
    );
    let accepted = take(&ours, &comparison, &[0]);
    assert_eq!(outline(&apply(&ours, &accepted.edits)), "1 3 4 2 5 6");
}

#[test]
fn what_a_file_cannot_say_does_not_differ() {
    let mut ours = plan(&[task(1, 1, 0, "a"), task(2, 2, 0, "b")]);
    ours.tasks[0].deliverable = "report".to_owned();
    ours.tasks[0].deadline = Some(ours.start);
    ours.links.push(link(1, 1, 2));
    let mut read = plan(&[task(1, 1, 0, "other"), task(2, 2, 1, "b")]);
    read.start = read.start.plus(1_440);
    let covers = Covers {
        fields: [Field::Name].into(),
        outline: false,
        links: false,
        start: false,
        ..Covers::all()
    };
    let comparison = compare((&ours, &[]), (&read, &[]), &covers);
    assert_eq!(
        comparison.differences,
        [Difference::Changed {
            task: id(1),
            values: (Value::Name("a".into()), Value::Name("other".into())),
        }]
    );
}

#[test]
fn links_are_those_of_the_same_tasks_and_kind() {
    let tasks = [task(1, 1, 0, "a"), task(2, 2, 0, "b"), task(3, 3, 0, "c")];
    let (mut ours, mut read) = (plan(&tasks), plan(&tasks));
    ours.links = vec![link(1, 1, 2), link(2, 2, 3)];
    read.links = vec![link(11, 1, 2), link(12, 2, 3), link(13, 1, 3)];
    read.links[0].lag = Lag::Working(60);
    read.links[1].kind = LinkKind::StartStart;
    let comparison = against(&ours, &read);
    let changed = |at: usize, n: u8| Difference::LinkChanged {
        values: (
            ours.links[at].clone(),
            Link {
                id: LinkId::from_bytes([n; 8]),
                ..read.links[at].clone()
            },
        ),
    };
    assert_eq!(
        comparison.differences,
        [
            changed(0, 1),
            changed(1, 2),
            Difference::LinkAdded {
                link: read.links[2].clone(),
            },
        ]
    );
    let gone = against(&read, &ours).differences;
    assert!(gone.contains(&Difference::LinkRemoved {
        link: read.links[2].clone()
    }));
}

#[test]
fn notes_and_moved_dates_are_told() {
    let mut ours = plan(&[task(1, 1, 0, "a"), task(2, 2, 0, "b"), task(3, 3, 0, "c")]);
    ours.links = vec![link(1, 1, 2)];
    let mut read = ours.clone();
    read.tasks[0].duration = 960;
    let note = |n, text: &str| (id(n), text.to_owned());
    let comparison = compare(
        (&ours, &[note(1, "one\n"), note(2, "two"), note(3, "three")]),
        (&read, &[note(1, "one\r\n"), note(2, "2")]),
        &Covers::all(),
    );
    let accepted = accept(&ours, &comparison, &BTreeSet::from([0, 1, 2]));
    assert_eq!(accepted.notes, [note(2, "2"), note(3, "")]);
    let moved = moved(&ours, &accepted.edits);
    let tasks: Vec<TaskId> = moved.iter().map(|moved| moved.task).collect();
    assert_eq!(tasks, [id(1), id(2)]);
    assert_eq!(moved[1].after.early_start.to_string(), "2026-03-04T08:00");
}
