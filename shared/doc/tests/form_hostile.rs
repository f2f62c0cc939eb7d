//! One test a rule: what newer versions and others write into a form is kept and told.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjId, ObjType, ROOT, ReadDoc};
use common::form::*;
use common::{Replica, meet};
use doc::view::form::{FormPlace, FormProblem};
use pack::value::Value;

/// The document, changed by something else than this version of ours.
fn foreign(replica: &mut Replica, write: impl FnOnce(&mut AutoCommit, &ObjId, &ObjId)) {
    replica.form(); // so that the next reading is an incremental one
    let mut doc = AutoCommit::load(&replica.document.save()).unwrap();
    doc.set_actor(automerge::ActorId::from([200; 16]));
    let heads = doc.get_heads();
    let (_, info) = doc.get(ROOT, "info").unwrap().unwrap();
    let (_, fields) = doc.get(ROOT, "fields").unwrap().unwrap();
    write(&mut doc, &info, &fields);
    doc.commit();
    let changes: Vec<Vec<u8>> = doc
        .get_changes(&heads)
        .iter_mut()
        .map(|c| c.bytes().to_vec())
        .collect();
    replica.document.apply(&changes).unwrap();
}

fn unreadable(place: FormPlace, text: &str) -> FormProblem {
    FormProblem::Unreadable {
        place,
        text: text.to_owned(),
    }
}

#[test]
fn what_cannot_be_read_is_told_and_kept_until_it_is_written() {
    let mut a = form(1);
    a.perform(rows(None, &[1]));
    foreign(&mut a, |doc, _, fields| {
        doc.put(fields, "a/title", "u:of a newer version").unwrap();
        doc.put(fields, "a/count", 5_i64).unwrap();
        doc.put(fields, "a/plain", "plain").unwrap();
        doc.put_object(fields, "a/map", ObjType::Map).unwrap();
        let key = format!("t/costs/{}/c/item", row(1));
        doc.put(fields, key, "n:many").unwrap();
        let key = format!("t/costs/{}/removed", row(1));
        doc.put(fields, key, "perhaps").unwrap();
    });
    let place = |name: &str| FormPlace::Answer(field(name));
    let removed = FormPlace::Removed {
        table: field("costs"),
        row: row(1),
    };
    let (view, problems) = a.form();
    assert_eq!(
        problems,
        [
            unreadable(place("count"), "5"),
            unreadable(place("map"), "Map"),
            unreadable(place("plain"), "plain"),
            unreadable(place("title"), "u:of a newer version"),
            unreadable(item(1), "n:many"),
            unreadable(removed, "perhaps"),
        ]
    );
    assert_eq!(view.answers.len(), 1);
    assert_eq!(a.table(), "1:");
    let done = a.perform(answer("title", text("Bridge")));
    assert_eq!(a.form().1.len(), 5);
    a.undo(&done).unwrap();
    assert_eq!(a.form().1, problems, "it is back as it was");
    a.perform(cell(1, "item", text("one")));
    a.perform(restore_rows(&[1]));
    assert_eq!(a.table(), "1:one");
    assert_eq!(a.form().1.len(), 4);
}

#[test]
fn keys_of_newer_versions_and_others_are_passed_over() {
    let mut a = form(1);
    a.perform(rows(None, &[1]));
    let before = a.sound();
    foreign(&mut a, |doc, info, fields| {
        for key in [
            "",
            "a/",
            "a/Äpfel",
            "x/later",
            "t/",
            "t/costs/nobody/order",
            "t/costs",
        ] {
            doc.put(fields, if key.is_empty() { "/" } else { key }, "t:x")
                .unwrap();
        }
        doc.put(fields, format!("t/costs/{}/locked", row(1)), "t:x")
            .unwrap();
        doc.put(info, "later", "t:x").unwrap();
        // in the wrong map
        doc.put(info, "a/title", "t:x").unwrap();
        doc.put(fields, "form", "other").unwrap();
        doc.put(ROOT, "later", 1_i64).unwrap();
    });
    assert_eq!(a.sound(), before);
}

#[test]
fn text_objects_and_deleted_keys_of_others_are_read() {
    let mut a = form(1);
    a.perform(rows(None, &[1, 2]));
    a.perform(answer("title", text("Bridge")));
    foreign(&mut a, |doc, _, fields| {
        let title = doc.put_object(fields, "a/title", ObjType::Text).unwrap();
        doc.splice_text(&title, 0, 0, "n:5").unwrap();
        let key = format!("t/costs/{}/c/item", row(1));
        let item = doc.put_object(fields, key, ObjType::Text).unwrap();
        doc.splice_text(&item, 0, 0, "typed").unwrap();
        doc.delete(fields, format!("t/costs/{}/c/item", row(2)))
            .unwrap();
        doc.delete(fields, format!("t/costs/{}/order", row(2)))
            .unwrap();
    });
    assert_eq!(a.sound().answers[&field("title")], text("n:5"));
    assert_eq!(a.form().1, []);
    a.perform(prose("title", "n:55"));
    a.perform(cell(1, "item", text("typed over")));
    assert_eq!(a.sound().answers[&field("title")], text("n:55"));
    assert_eq!(
        a.table(),
        "1:typed over",
        "of the other row nothing is left"
    );
    foreign(&mut a, |doc, _, fields| {
        let (_, title) = doc.get(fields, "a/title").unwrap().unwrap();
        doc.splice_text(&title, 0, 0, "more ").unwrap();
    });
    assert_eq!(a.sound().answers[&field("title")], text("more n:55"));
}

#[test]
fn rows_without_a_readable_place_are_shown_and_others_move_on() {
    let mut a = form(1);
    a.perform(rows(None, &[1, 2]));
    foreign(&mut a, |doc, _, fields| {
        for n in [3, 4] {
            let key = format!("t/costs/{}/c/item", row(n));
            doc.put(fields, key, format!("t:{n}")).unwrap();
        }
        let key = format!("t/costs/{}/order", row(4));
        doc.put(fields, key, "?!").unwrap();
    });
    assert_eq!(a.table(), "3 4 1 2");
    a.perform(rows(Some(4), &[5]));
    a.perform(move_row(2, Some(3)));
    assert_eq!(a.table(), "3 2 4 5 1");
}

#[test]
fn rows_of_a_field_that_has_an_answer_are_shown_and_the_answer_is_told() {
    let mut a = form(1);
    a.perform(answer("costs", text("see below")));
    a.perform(rows(None, &[1]));
    let (view, problems) = a.form();
    assert!(matches!(view.answers[&field("costs")], Value::Table(_)));
    assert_eq!(
        problems,
        [FormProblem::AnswerBesideRows {
            field: field("costs"),
            answer: text("see below")
        }]
    );
    a.perform(answer("costs", None));
    a.sound();
}

#[test]
fn more_rows_than_a_table_takes_are_shown_where_two_added_them() {
    let (mut a, mut b) = two_forms();
    let many = |from: u32| -> Vec<u32> { (from..from + 2_600).collect() };
    a.perform(rows(Some(3), &many(10_000)));
    b.perform(rows(Some(3), &many(20_000)));
    meet(&mut a, &mut b);
    assert_eq!(a.sound().rows[&field("costs")].len(), 5_203);
    assert!(a.try_perform(rows(None, &[4])).is_err());
    a.perform(remove_rows(&[1]));
}

#[test]
fn damaged_info_is_told_and_the_form_counts_as_begun() {
    let mut a = Replica::new(domain::permission::DocumentKind::Form, 1);
    foreign(&mut a, |doc, info, _| {
        doc.put(info, "form", "No Name").unwrap();
        doc.put(info, "pack", true).unwrap();
        doc.put(info, "removed", "x").unwrap();
    });
    let (view, problems) = a.form();
    assert_eq!((view.form, view.discarded), (None, false));
    assert_eq!(problems.len(), 3);
    assert!(a.try_perform(begin(&[])).is_err());
    a.perform(answer("title", text("Bridge")));
    assert_eq!(a.form().0.answers.len(), 1);
}
