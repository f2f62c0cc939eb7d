//! One test a rule: what merges make, and what readers make of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjType, ROOT, ReadDoc};
use base::{CalendarId, Moment};
use common::*;
use doc::Document;
use doc::command::{Command, ProgressEdit};
use doc::view::plan::{PlanReader, Problem, Subject};
use domain::calendar::{Calendar, Exception};
use domain::permission::DocumentKind;
use domain::plan::{Lag, LinkKind};

#[test]
fn moves_under_each_other_are_resolved_the_same_way_everywhere() {
    let (mut a, mut b) = two();
    a.perform(shift(&[1], Some(2), None));
    b.perform(shift(&[2], Some(1), None));
    meet(&mut a, &mut b);
    let view = a.view();
    assert_eq!(view, b.view());
    assert_eq!(view.plan.tasks.len(), 4);
    // equal counters: the greater actor was later, so 2 (moved by the second) goes to the top
    assert_eq!(a.outline(), "2 1(2) 3 4(3)");
    assert_eq!(
        view.problems,
        [Problem::ParentCycle {
            tasks: vec![task(2), task(1)]
        }]
    );
    // moving one of them mends it
    b.perform(shift(&[2], None, None));
    meet(&mut a, &mut b);
    assert!(a.view().problems.is_empty());
    assert_eq!(a.outline(), "2 1(2) 3 4(3)");
}

#[test]
fn a_task_moved_under_a_removed_one_is_shown_at_the_top() {
    let (mut a, mut b) = two();
    a.perform(remove(&[3]));
    b.perform(shift(&[1], Some(3), None));
    meet(&mut a, &mut b);
    assert_eq!(a.view(), b.view());
    assert_eq!(a.outline(), "1 2");
    assert_eq!(a.view().problems, [Problem::LostParent { task: task(1) }]);
    a.perform(restore(&[3]));
    assert_eq!(a.outline(), "2 3 1(3) 4(3)");
}

#[test]
fn a_link_made_beside_the_removal_of_its_task_is_shown_as_a_problem() {
    let (mut a, mut b) = two();
    a.perform(remove(&[2]));
    b.perform(connect(1, 1, 2));
    meet(&mut a, &mut b);
    let view = b.view();
    assert_eq!(view, a.view());
    assert!(view.plan.links.is_empty());
    assert_eq!(view.problems, [Problem::LinkToRemoved { link: link(1) }]);
    a.perform(restore(&[2]));
    assert_eq!(a.view().plan.links.len(), 1);
}

#[test]
fn a_removed_link_that_another_edited_is_shown_with_a_way_back() {
    let (mut a, mut b) = two();
    a.perform(connect(1, 1, 2));
    meet(&mut a, &mut b);
    a.perform(Command::RemoveLink { id: link(1) });
    b.perform(Command::EditLink {
        id: link(1),
        kind: LinkKind::StartStart,
        lag: Lag::Working(60),
    });
    meet(&mut a, &mut b);
    let view = a.view();
    assert_eq!(view, b.view());
    assert_eq!(view.removed_links.len(), 1);
    let fields: Vec<_> = view.removed_links[0]
        .edited_beside
        .iter()
        .map(|(f, w)| (f.as_str(), w.value.as_str()))
        .collect();
    assert_eq!(fields, [("kind", "SS"), ("lag", "60w")]);
    a.perform(Command::RestoreLink { id: link(1) });
    assert_eq!(a.view().plan.links[0].lag, Lag::Working(60));
}

#[test]
fn concurrent_lags_are_a_conflict_of_the_link() {
    let (mut a, mut b) = two();
    a.perform(connect(1, 1, 2));
    meet(&mut a, &mut b);
    for (replica, lag) in [(&mut a, Lag::Working(60)), (&mut b, Lag::Elapsed(90))] {
        replica.perform(Command::EditLink {
            id: link(1),
            kind: LinkKind::FinishStart,
            lag,
        });
    }
    meet(&mut a, &mut b);
    let conflicts = a.view().conflicts;
    assert_eq!(conflicts.len(), 1);
    assert_eq!(
        (conflicts[0].subject, conflicts[0].field.as_str()),
        (Subject::Link(link(1)), "lag")
    );
}

#[test]
fn rows_put_in_the_same_place_beside_each_other_keep_room_between_them() {
    let (mut a, mut b) = two();
    a.add(10, None, Some(1));
    b.add(11, None, Some(1));
    meet(&mut a, &mut b);
    assert_eq!(a.outline(), "1 10 11 2 3 4(3)");
    a.add(12, None, Some(10));
    meet(&mut a, &mut b);
    assert_eq!(b.outline(), "1 10 12 11 2 3 4(3)");
}

#[test]
fn what_two_removed_one_restores() {
    let (mut a, mut b) = two();
    a.perform(remove(&[1]));
    b.perform(remove(&[1]));
    meet(&mut a, &mut b);
    assert_eq!(a.view().removed.len(), 1);
    assert!(a.view().removed[0].edited_beside.is_empty());
    a.perform(restore(&[1]));
    meet(&mut a, &mut b);
    assert_eq!(b.outline(), "1 2 3 4(3)");
    assert!(b.view().conflicts.is_empty());
}

#[test]
fn edits_after_a_removal_are_kept_and_shown_with_it() {
    let (mut a, _) = two();
    a.perform(remove(&[1]));
    a.name(1, "typed when it was gone");
    let removed = &a.view().removed[0];
    assert_eq!(removed.edited_beside[0].1.value, "typed when it was gone");
}

#[test]
fn exceptions_of_different_days_merge() {
    let (mut a, mut b) = two();
    let day = |d| Moment::ymd_hm(2026, 10, d, 0, 0).unwrap();
    let free = |name: &str, first, last| Exception {
        name: name.into(),
        first: day(first),
        last: day(last),
        hours: vec![],
    };
    let id = CalendarId::from_bytes([7; 8]);
    let put = |calendar: &Calendar| Command::PutCalendar {
        id,
        calendar: calendar.clone(),
    };
    let mut calendar = Calendar::standard("工地");
    calendar.exceptions.push(free("国庆; 节", 1, 7));
    a.perform(put(&calendar));
    meet(&mut a, &mut b);
    let (mut one, mut two) = (calendar.clone(), calendar.clone());
    one.exceptions.push(free("雨", 12, 12));
    two.week[5] = vec![(480, 720)];
    two.exceptions[0].last = day(8);
    assert_eq!(a.perform(put(&one)).changes.len(), 1);
    b.perform(put(&two));
    meet(&mut a, &mut b);
    let mut expected = two.clone();
    expected.exceptions.push(free("雨", 12, 12));
    assert_eq!(a.view().plan.calendars, [(id, expected.clone())]);
    assert!(a.view().conflicts.is_empty());
    assert!(a.perform(put(&expected)).changes.is_empty());
    // taken out again
    a.perform(put(&one));
    assert_eq!(a.view().plan.calendars, [(id, one)]);
}

#[test]
fn the_order_of_overlapping_exceptions_is_kept() {
    let mut a = Replica::plan(1);
    let day = |d| Moment::ymd_hm(2026, 10, d, 0, 0).unwrap();
    let mut calendar = Calendar::standard("");
    for (name, first, last, hours) in [
        ("holiday", 1, 8, vec![]),
        ("but working", 4, 4, vec![(480, 720)]),
        ("and not after all", 4, 4, vec![]),
        ("first", 1, 1, vec![(0, 1440)]),
    ] {
        calendar.exceptions.push(Exception {
            name: name.into(),
            first: day(first),
            last: day(last),
            hours,
        });
    }
    let id = CalendarId::from_bytes([7; 8]);
    a.perform(Command::PutCalendar { id, calendar });
    let names: Vec<_> = a.view().plan.calendars[0]
        .1
        .exceptions
        .iter()
        .map(|e| e.name.clone())
        .collect();
    let place = |name: &str| names.iter().position(|n| n == name).unwrap();
    assert_eq!(names.len(), 4);
    assert!(
        place("holiday") < place("but working")
            && place("but working") < place("and not after all")
    );
    assert!(place("holiday") < place("first"));
}

#[test]
fn progress_of_the_same_task_by_two_merges_field_by_field() {
    let (mut plan, _) = two();
    let (mut a, mut b) = (
        Replica::new(DocumentKind::Progress, 1),
        Replica::new(DocumentKind::Progress, 2),
    );
    let start = Moment::ymd_hm(2026, 3, 2, 8, 0);
    a.perform(Command::EditProgress {
        id: task(1),
        edit: ProgressEdit::Percent(40),
    });
    b.perform(Command::EditProgress {
        id: task(1),
        edit: ProgressEdit::ActualStart(start),
    });
    b.perform(Command::EditProgress {
        id: task(2),
        edit: ProgressEdit::Percent(10),
    });
    a.perform(Command::EditProgress {
        id: task(2),
        edit: ProgressEdit::Percent(20),
    });
    meet(&mut a, &mut b);
    let view = PlanReader::default().read(&mut plan.document, Some(&mut a.document));
    assert_eq!(
        (view.plan.tasks[0].percent, view.plan.tasks[0].actual_start),
        (40, start)
    );
    assert_eq!(view.conflicts.len(), 1);
    assert_eq!(view.conflicts[0].field, "percent");
    let finish = Command::EditProgress {
        id: task(1),
        edit: ProgressEdit::ActualFinish(Moment::ymd_hm(2026, 3, 1, 8, 0)),
    };
    assert!(a.try_perform(finish).is_err());
}

fn foreign_row(doc: &AutoCommit, n: u8) -> automerge::ObjId {
    let (_, tasks) = doc.get(ROOT, "tasks").unwrap().unwrap();
    doc.get(&tasks, task(n).to_string()).unwrap().unwrap().1
}

#[test]
fn short_values_written_as_text_objects_are_read_alike() {
    let (mut a, _) = two();
    foreign(&mut a, |doc| {
        let row = foreign_row(doc, 1);
        let text = doc.put_object(&row, "name", ObjType::Text).unwrap();
        doc.splice_text(&text, 0, 0, "from elsewhere").unwrap();
    });
    assert_eq!(a.view().plan.tasks[0].name, "from elsewhere");
    // an edit inside the text object is noticed too
    foreign(&mut a, |doc| {
        let row = foreign_row(doc, 1);
        let (_, text) = doc.get(&row, "name").unwrap().unwrap();
        doc.splice_text(&text, 0, 4, "not from").unwrap();
    });
    let view = a.view();
    assert_eq!(view.plan.tasks[0].name, "not from elsewhere");
    assert!(view.problems.is_empty());
    a.name(1, "ours again");
    assert_eq!(a.view().plan.tasks[0].name, "ours again");
}

#[test]
fn what_a_newer_version_added_is_passed_over() {
    let (mut a, _) = two();
    let before = a.view();
    foreign(&mut a, |doc| {
        doc.put(ROOT, "schema", 2).unwrap();
        doc.put_object(ROOT, "risks", ObjType::Map).unwrap();
        let row = foreign_row(doc, 1);
        doc.put(&row, "colour", "red").unwrap();
        let nested = doc.put_object(&row, "custom", ObjType::Map).unwrap();
        doc.put(&nested, "x", 1).unwrap();
    });
    assert_eq!(a.view(), before);
    assert_eq!(a.document.schema(), 2);
}

#[test]
fn a_value_of_the_wrong_type_is_shown_as_its_default_and_as_a_problem() {
    let (mut a, _) = two();
    foreign(&mut a, |doc| {
        let row = foreign_row(doc, 1);
        doc.put(&row, "duration", "soon").unwrap();
        doc.put(&row, "not_before", "some day").unwrap();
        doc.put(&row, "parent", 5).unwrap();
        doc.put(&row, "name", 17).unwrap();
        let (_, tasks) = doc.get(ROOT, "tasks").unwrap().unwrap();
        doc.put(&tasks, "not an id", 1).unwrap();
        doc.put(&tasks, task(99).to_string(), "not a map").unwrap();
    });
    let view = a.view();
    let row = &view.plan.tasks[0];
    assert_eq!(
        (row.duration, row.constraint, row.name.as_str()),
        (0, None, "17")
    );
    let mut fields: Vec<_> = view
        .problems
        .iter()
        .map(|p| match p {
            Problem::Unreadable {
                task: Some(id),
                field,
            } if *id == task(1) => field.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["duration", "not_before", "parent"]);
    let mut fresh =
        Document::load::<Vec<u8>>(DocumentKind::Plan, Some(&a.document.save()), &[], [9; 16])
            .unwrap();
    assert_eq!(PlanReader::default().read(&mut fresh, None), view);
}
