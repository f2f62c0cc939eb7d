//! One test a rule: the rows of a form's tables.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::form::*;
use common::{meet, person};
use doc::bounds;
use doc::command::{Command, CommandError};
use doc::undo::UndoError;
use doc::view::form::FormPlace;
use pack::value::{Answers, Value};

fn costs() -> pack::id::FieldName {
    field("costs")
}

#[test]
fn rows_are_added_at_a_place_moved_and_answered() {
    let mut a = form(1);
    a.perform(rows(None, &[1, 2, 3]));
    a.perform(rows(Some(1), &[4, 5]));
    a.perform(rows(None, &[6]));
    a.perform(rows(Some(3), &[7]));
    assert_eq!(a.table(), "6 1 4 5 2 3 7");
    a.perform(move_row(6, Some(3)));
    assert_eq!(a.table(), "1 4 5 2 3 6 7");
    a.perform(move_row(7, None));
    assert_eq!(a.table(), "7 1 4 5 2 3 6");
    for (row, after) in [(7, None), (1, Some(7)), (5, Some(5))] {
        assert!(
            a.perform(move_row(row, after)).changes.is_empty(),
            "there it stands"
        );
    }
    a.perform(cell(5, "item", text("five")));
    a.perform(cell(5, "amount", Value::Money("3.5".parse().unwrap())));
    a.perform(cell(4, "item", None));
    assert_eq!(a.table(), "7 1 4: 5:five 2 3 6");
    a.perform(Command::AnswerCells {
        table: costs(),
        cells: vec![
            (row(1), field("item"), Some(text("one"))),
            (row(2), field("item"), Some(text("two"))),
            (row(5), field("amount"), None),
        ],
    });
    let view = a.sound();
    assert_eq!(a.table(), "7 1:one 4: 5:five 2:two 3 6");
    let Value::Table(rows) = &view.answers[&costs()] else {
        panic!("a table")
    };
    assert_eq!(rows[3], cells("five"), "cleared");
}

#[test]
fn rows_are_removed_and_brought_back_with_what_is_in_them() {
    let mut a = form(1);
    a.perform(rows(None, &[1, 2, 3]));
    let done = a.perform(remove_rows(&[2, 3]));
    let view = a.sound();
    assert_eq!(a.table(), "1");
    let removed: Vec<_> = view.removed.iter().map(|r| (number(r.row), r.by)).collect();
    assert_eq!(removed, [(2, Some(person(1))), (3, Some(person(1)))]);
    assert_eq!(view.removed[0].answers, cells("2"));
    assert_eq!(view.removed[0].change, done.undo.changes()[0]);
    assert!(view.removed[0].edited_beside.is_empty());
    // another one is put after a removed one
    a.perform(rows(Some(2), &[4]));
    a.perform(restore_rows(&[2, 3]));
    assert_eq!(a.table(), "1 2 4 3");
    assert!(a.sound().removed.is_empty());
    a.perform(remove_rows(&[1, 2, 3, 4]));
    assert_eq!(a.table(), "");
    assert!(!a.sound().answers.contains_key(&costs()));
}

#[test]
fn rows_added_beside_each_other_all_stay() {
    let (mut a, mut b) = two_forms();
    a.perform(rows(Some(1), &[10, 11]));
    b.perform(rows(Some(1), &[20, 21]));
    meet(&mut a, &mut b);
    assert_eq!(a.table(), b.table());
    let numbers: Vec<u32> = a.sound().rows[&costs()]
        .iter()
        .copied()
        .map(number)
        .collect();
    assert_eq!(numbers.len(), 7);
    for n in [1, 2, 3, 10, 11, 20, 21] {
        assert!(numbers.contains(&n), "{n}");
    }
    // and there is room between them
    a.perform(rows(Some(10), &[30]));
    b.perform(rows(Some(20), &[40]));
    meet(&mut a, &mut b);
    let numbers: Vec<u32> = a.sound().rows[&costs()]
        .iter()
        .copied()
        .map(number)
        .collect();
    let at = |n| numbers.iter().position(|m| *m == n).unwrap();
    assert_eq!((at(30), at(40)), (at(10) + 1, at(20) + 1));
    assert_eq!(a.sound(), b.sound());
}

#[test]
fn answers_in_two_cells_both_stay_and_two_in_one_are_a_conflict() {
    let (mut a, mut b) = two_forms();
    a.perform(cell(1, "item", text("of Li")));
    b.perform(cell(1, "item", text("of Wang")));
    a.perform(cell(2, "amount", Value::Number("1".parse().unwrap())));
    b.perform(cell(2, "note", text("of Wang")));
    meet(&mut a, &mut b);
    let view = a.sound();
    assert_eq!(view, b.sound());
    assert_eq!(view.conflicts.len(), 1);
    assert_eq!(view.conflicts[0].place, item(1));
    assert_eq!(view.conflicts[0].values.len(), 2);
    let Value::Table(rows) = &view.answers[&costs()] else {
        panic!("a table")
    };
    assert_eq!(rows[1].len(), 3);
    b.perform(cell(1, "item", text("of both")));
    meet(&mut a, &mut b);
    assert!(a.sound().conflicts.is_empty());
}

#[test]
fn an_edit_beside_a_removal_is_kept_and_told() {
    let (mut a, mut b) = two_forms();
    a.perform(cell(2, "amount", text("known")));
    meet(&mut a, &mut b);
    a.perform(remove_rows(&[2]));
    b.perform(cell(2, "item", text("beside")));
    meet(&mut a, &mut b);
    let view = a.sound();
    assert_eq!(view, b.sound());
    assert_eq!(a.table(), "1 3");
    let told = |view: &doc::view::form::FormView| -> Vec<_> {
        let beside = view.removed[0].edited_beside.iter();
        beside
            .map(|(place, w)| (place.clone(), w.value.clone().unwrap(), w.by.unwrap()))
            .collect()
    };
    assert_eq!(told(&view), [(item(2), text("beside"), person(2))]);
    // one that came after it is told too
    b.perform(cell(2, "note", text("after")));
    meet(&mut a, &mut b);
    assert_eq!(told(&a.sound()).len(), 2);
    a.perform(restore_rows(&[2]));
    assert_eq!(a.table(), "1 2:beside 3");
    // who removes it again knows of all of it
    a.perform(remove_rows(&[2]));
    meet(&mut a, &mut b);
    assert_eq!(told(&b.sound()), []);
}

#[test]
fn a_removal_beside_a_bringing_back_is_a_conflict() {
    let (mut a, mut b) = two_forms();
    a.perform(remove_rows(&[2]));
    meet(&mut a, &mut b);
    a.perform(restore_rows(&[2]));
    a.perform(remove_rows(&[2]));
    b.perform(restore_rows(&[2]));
    meet(&mut a, &mut b);
    let view = a.sound();
    assert_eq!(view, b.sound());
    let place = FormPlace::Removed {
        table: costs(),
        row: row(2),
    };
    assert_eq!(view.conflicts[0].place, place);
    let texts: Vec<_> = view.conflicts[0]
        .values
        .iter()
        .map(|w| w.text.as_str())
        .collect();
    assert!(texts == ["1", ""] || texts == ["", "1"]);
    a.perform(restore_rows(&[2]));
    meet(&mut a, &mut b);
    assert!(b.sound().conflicts.is_empty());
    assert_eq!(b.table(), "1 2 3");
}

#[test]
fn added_rows_are_taken_back_where_nobody_else_wrote_in_them() {
    let (mut a, mut b) = two_forms();
    let done = a.perform(rows(Some(3), &[4, 5]));
    a.perform(cell(4, "item", text("mine")));
    let redo = a.undo(&done).unwrap();
    assert_eq!(a.table(), "1 2 3");
    a.undo(&redo).unwrap();
    assert_eq!(a.table(), "1 2 3 4:mine 5");
    meet(&mut a, &mut b);
    b.perform(cell(5, "note", text("of another")));
    meet(&mut a, &mut b);
    let key = FormPlace::Cell {
        table: costs(),
        row: row(5),
        column: field("note"),
    };
    assert_eq!(
        a.undo(&done).unwrap_err(),
        UndoError::ChangedSince {
            by: vec![person(2)],
            fields: vec![key.to_string()]
        }
    );
    // moves, removals and cells go back as other fields do
    for command in [
        move_row(3, None),
        cell(1, "item", None),
        remove_rows(&[1, 2]),
    ] {
        let before = a.table();
        let done = a.perform(command);
        assert_ne!(a.table(), before);
        let redo = a.undo(&done).unwrap();
        assert_eq!(a.table(), before);
        a.undo(&redo).unwrap();
        assert_ne!(a.table(), before);
    }
}

#[test]
fn what_no_table_holds_is_refused_and_nothing_is_written() {
    let mut a = form(1);
    a.perform(rows(None, &[1, 2]));
    let before = a.document.heads();
    let add = |id: u32, answers: Answers| Command::AddRows {
        table: costs(),
        after: None,
        rows: vec![(row(id), answers)],
    };
    let long = text(&"x".repeat(40_000));
    let wide = (0..101).map(|n| (field(&format!("c{n}")), text("x")));
    for command in [
        rows(None, &[1]),
        rows(None, &[3, 3]),
        rows(Some(9), &[3]),
        add(3, wide.collect()),
        add(
            3,
            Answers::from([(field("inner"), Value::Table(Vec::new()))]),
        ),
        add(
            3,
            Answers::from([(field("a"), long.clone()), (field("b"), long)]),
        ),
        cell(9, "item", text("x")),
        cell(1, "item", Value::Table(Vec::new())),
        remove_rows(&[1, 9]),
        restore_rows(&[9]),
        move_row(9, None),
        move_row(1, Some(9)),
        Command::AnswerCells {
            table: costs(),
            cells: vec![(row(1), field("item"), None), (row(9), field("item"), None)],
        },
        Command::AnswerCells {
            table: field("other"),
            cells: vec![(row(1), field("item"), None)],
        },
    ] {
        assert!(a.try_perform(command.clone()).is_err(), "{command:?}");
    }
    assert_eq!(
        a.try_perform(remove_rows(&[9])).unwrap_err(),
        CommandError::NoRow(row(9))
    );
    assert_eq!(a.document.heads(), before);
    let many: Vec<u32> = (10..5_008).collect();
    a.perform(rows(Some(2), &many));
    assert!(a.try_perform(rows(None, &[3])).is_err(), "5,000 rows stand");
    a.perform(remove_rows(&[1]));
    a.perform(rows(None, &[3]));
    assert!(
        a.try_perform(restore_rows(&[1])).is_err(),
        "5,000 rows stand"
    );
}

#[test]
fn a_pasted_table_of_2000_rows_is_whole_in_every_change_and_is_taken_back() {
    let mut a = form(1);
    a.perform(rows(None, &[1, 2]));
    let new: Vec<(base::RowId, Answers)> = (10..2_010)
        .map(|n| {
            let answers =
                (0..10).map(|c| (field(&format!("column_{c}")), text(&format!("{n} {c}"))));
            (row(n), answers.collect())
        })
        .collect();
    let done = a.perform(Command::AddRows {
        table: costs(),
        after: Some(row(1)),
        rows: new.clone(),
    });
    let mut partly = common::form::form(1);
    partly.perform(rows(None, &[1, 2]));
    for change in &done.changes {
        bounds::change(&change.bytes).unwrap();
        partly.document.apply(&[&change.bytes]).unwrap();
        let (view, _) = doc::view::form::read(&mut partly.document);
        let Value::Table(rows) = &view.answers[&costs()] else {
            panic!("a table")
        };
        assert!(rows.iter().all(|row| row.len() == 10 || row.len() == 1));
    }
    let view = a.sound();
    assert_eq!(view.rows[&costs()].len(), 2_002);
    let Value::Table(rows) = &view.answers[&costs()] else {
        panic!("a table")
    };
    let pasted: Vec<_> = new.into_iter().map(|(_, answers)| answers).collect();
    assert_eq!(rows[1..2_001], pasted);
    assert!(bounds::document(&a.document.save()).is_ok());
    a.undo(&done).unwrap();
    assert_eq!(a.table(), "1 2");
}
