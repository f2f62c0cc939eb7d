//! One test a rule: taking back one's own commands.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::*;
use doc::Document;
use doc::command::{Command, Done, ProgressEdit, TaskEdit};
use doc::undo::{Undo, UndoError};
use doc::view::note;
use domain::permission::DocumentKind;

fn first_name(replica: &mut Replica) -> String {
    replica.view().plan.tasks[0].name.clone()
}

#[test]
fn an_edit_is_taken_back_and_done_again() {
    let (mut a, _) = two();
    let done = a.name(1, "new");
    let back = a.undo(&done).unwrap();
    assert_eq!(back.changes.len(), 1);
    assert_eq!(first_name(&mut a), "Task 1");
    a.undo(&back).unwrap();
    assert_eq!(first_name(&mut a), "new");
}

#[test]
fn several_edits_of_one_field_are_taken_back_one_after_the_other() {
    let (mut a, _) = two();
    let first = a.name(1, "one");
    let second = a.name(1, "two");
    let redo_second = a.undo(&second).unwrap();
    assert_eq!(first_name(&mut a), "one");
    let redo_first = a.undo(&first).unwrap();
    assert_eq!(first_name(&mut a), "Task 1");
    a.undo(&redo_first).unwrap();
    a.undo(&redo_second).unwrap();
    assert_eq!(first_name(&mut a), "two");
}

#[test]
fn what_somebody_wrote_since_is_not_taken_back_and_it_says_who() {
    let (mut a, mut b) = two();
    let done = a.name(1, "mine");
    meet(&mut a, &mut b);
    b.name(1, "theirs");
    meet(&mut a, &mut b);
    let refused = a.undo(&done).unwrap_err();
    let expected = UndoError::ChangedSince {
        by: vec![person(2)],
        fields: vec!["name".into()],
    };
    assert_eq!(refused, expected);
    assert_eq!(first_name(&mut a), "theirs");
}

#[test]
fn what_somebody_wrote_beside_is_not_taken_back() {
    let (mut a, mut b) = two();
    let done = a.name(1, "mine");
    b.name(1, "theirs");
    meet(&mut a, &mut b);
    assert!(matches!(a.undo(&done), Err(UndoError::ChangedSince { by, .. }) if by == [person(2)]));
}

#[test]
fn a_remote_edit_of_another_field_of_the_row_stays() {
    let (mut a, mut b) = two();
    let done = a.name(1, "mine");
    b.perform(Command::EditTask {
        id: task(1),
        edit: TaskEdit::Duration(960),
    });
    meet(&mut a, &mut b);
    a.undo(&done).unwrap();
    let row = &a.view().plan.tasks[0];
    assert_eq!((row.name.as_str(), row.duration), ("Task 1", 960));
}

#[test]
fn undo_survives_saving_loading_and_its_own_text() {
    let (mut a, mut b) = two();
    let done = a.name(1, "mine");
    b.name(2, "other");
    meet(&mut a, &mut b);
    let kept = serde_json::to_string(&done.undo).unwrap();
    let bytes = a.document.save();
    a.document =
        Document::load::<Vec<u8>>(DocumentKind::Plan, Some(&bytes), &[], [77; 16]).unwrap();
    let undo: Undo = serde_json::from_str(&kept).unwrap();
    let back = a.undo(&Done {
        changes: Vec::new(),
        undo,
    });
    assert_eq!(back.unwrap().changes.len(), 1);
    assert_eq!(first_name(&mut a), "Task 1");
}

#[test]
fn an_added_task_is_marked_as_removed_and_comes_back() {
    let (mut a, _) = two();
    let done = a.add(9, Some(3), None);
    a.name(9, "typed after");
    let back = a.undo(&done).unwrap();
    assert_eq!(a.outline(), "1 2 3 4(3)");
    assert_eq!(a.view().removed[0].name, "typed after");
    a.undo(&back).unwrap();
    assert_eq!(a.outline(), "1 2 3 9(3) 4(3)");
}

#[test]
fn an_added_task_that_others_built_on_stays() {
    let (mut a, mut b) = two();
    let done = a.add(9, None, None);
    meet(&mut a, &mut b);
    b.add(10, Some(9), None);
    b.perform(connect(1, 9, 1));
    meet(&mut a, &mut b);
    let Err(UndoError::ChangedSince { by, mut fields }) = a.undo(&done) else {
        panic!("taken back")
    };
    fields.sort();
    assert_eq!(
        (by, fields),
        (
            vec![person(2)],
            vec!["children".to_owned(), "links".to_owned()]
        )
    );
}

#[test]
fn a_removal_is_taken_back_with_all_below_and_its_links() {
    let (mut a, mut b) = two();
    a.perform(connect(1, 1, 4));
    let before = a.view();
    let done = a.perform(remove(&[3]));
    assert_eq!(a.outline(), "1 2");
    // an edit beside does not stand in the way
    meet(&mut a, &mut b);
    b.name(3, "edited while removed");
    meet(&mut a, &mut b);
    let back = a.undo(&done).unwrap();
    let after = a.view();
    assert_eq!(after.plan.links, before.plan.links);
    assert_eq!(a.outline(), "1 2 3 4(3)");
    assert_eq!(after.plan.tasks[2].name, "edited while removed");
    a.undo(&back).unwrap();
    assert_eq!(a.outline(), "1 2");
}

#[test]
fn a_move_is_taken_back() {
    let (mut a, _) = two();
    let done = a.perform(shift(&[1, 2], Some(3), None));
    assert_eq!(a.outline(), "3 1(3) 2(3) 4(3)");
    a.undo(&done).unwrap();
    assert_eq!(a.outline(), "1 2 3 4(3)");
}

#[test]
fn progress_is_taken_back() {
    let mut a = Replica::new(DocumentKind::Progress, 1);
    let percent = |percent| Command::EditProgress {
        id: task(1),
        edit: ProgressEdit::Percent(percent),
    };
    a.perform(percent(30));
    let done = a.perform(percent(60));
    a.undo(&done).unwrap();
    let mut plan = Replica::plan(1);
    plan.add(1, None, None);
    let view =
        doc::view::plan::PlanReader::default().read(&mut plan.document, Some(&mut a.document));
    assert_eq!(view.plan.tasks[0].percent, 30);
}

#[test]
fn a_note_is_taken_back_where_nobody_else_wrote_in_it() {
    let (mut a, mut b) = (
        Replica::new(DocumentKind::Note, 1),
        Replica::new(DocumentKind::Note, 2),
    );
    let write = |text: &str| Command::EditNote { text: text.into() };
    a.perform(write("基坑 pit"));
    let done = a.perform(write("基坑支护 pit"));
    assert_eq!(note::read(&a.document), "基坑支护 pit");
    let back = a.undo(&done).unwrap();
    assert_eq!(note::read(&a.document), "基坑 pit");
    a.undo(&back).unwrap();
    meet(&mut a, &mut b);
    b.perform(write("基坑支护 pit!"));
    meet(&mut a, &mut b);
    assert!(matches!(a.undo(&done), Err(UndoError::ChangedSince { by, .. }) if by == [person(2)]));
}

#[test]
fn an_import_is_taken_back_whole() {
    let mut a = Replica::plan(1);
    let plan = doc::sample::plan(60, 3);
    let done = a.perform(Command::ImportPlan {
        plan: Box::new(plan),
    });
    assert_eq!(a.view().plan.tasks.len(), 60);
    a.undo(&done).unwrap();
    let view = a.view();
    assert_eq!((view.plan.tasks.len(), view.plan.links.len()), (0, 0));
    assert_eq!(view.removed.len(), 60);
    assert_eq!(view.plan.name, "");
}
