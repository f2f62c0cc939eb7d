//! One test a rule: a form that is begun, answered, taken back and discarded.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use base::{DepartmentId, Moment, TaskId};
use common::form::*;
use common::{Replica, meet, person};
use doc::command::{Command, CommandError};
use doc::undo::UndoError;
use doc::view::form::{FormPlace, FormView, read};
use doc::{bounds, derived_id};
use domain::permission::DocumentKind;
use pack::value::Value;

/// One value of each kind that fields hold.
fn values() -> Vec<(&'static str, Value)> {
    vec![
        ("title", text("n:5, no number")),
        ("count", Value::Number("-12.5".parse().unwrap())),
        ("budget", Value::Money("12000.5".parse().unwrap())),
        (
            "day",
            Value::Date(Moment::ymd_hm(2026, 3, 2, 0, 0).unwrap()),
        ),
        ("urgent", Value::YesNo(false)),
        (
            "ways",
            Value::Choice(vec!["road".parse().unwrap(), "rail".parse().unwrap()]),
        ),
        ("lead", Value::Person(person(7))),
        (
            "office",
            Value::Department(DepartmentId::from_bytes([7; 16])),
        ),
        ("milestone", Value::Task(TaskId::from_bytes([7; 8]))),
        ("papers", Value::Files(vec!["12ab".into(), "cd34".into()])),
    ]
}

#[test]
fn a_form_is_begun_once_and_tells_what_it_is_of() {
    let mut a = Replica::new(DocumentKind::Form, 1);
    assert_eq!(a.sound(), FormView::default());
    let refused = a.try_perform(answer("title", text("early")));
    assert!(matches!(refused, Err(CommandError::Invalid { .. })));
    assert!(!a.document.is_begun());
    let done = a.perform(begin(&["reason"]));
    assert_eq!(done.changes.len(), 1);
    let view = a.sound();
    assert_eq!(view.pack, "ab12".repeat(16));
    assert_eq!(view.form.unwrap().as_str(), "request");
    assert_eq!(
        view.prose.into_iter().collect::<Vec<_>>(),
        [field("reason")]
    );
    assert!(view.answers.is_empty() && !view.discarded);
    assert!(a.try_perform(begin(&[])).is_err(), "it was begun already");
}

#[test]
fn the_id_of_a_form_follows_from_its_project_and_key() {
    let project = base::ProjectId::from_bytes([1; 16]);
    let key = base::FormId::from_bytes([2; 16]).to_string();
    let id = |kind, key: &str| derived_id(project, kind, key);
    assert_eq!(id(DocumentKind::Form, &key), id(DocumentKind::Form, &key));
    assert_ne!(id(DocumentKind::Form, &key), id(DocumentKind::Note, &key));
    assert_ne!(
        id(DocumentKind::Form, &key),
        id(DocumentKind::Form, "other")
    );
}

#[test]
fn answers_of_every_kind_are_kept_and_cleared() {
    let mut a = form(1);
    for (name, value) in values() {
        assert_eq!(a.perform(answer(name, value.clone())).changes.len(), 1);
        assert!(
            a.perform(answer(name, value)).changes.is_empty(),
            "it stands"
        );
    }
    let expected = values();
    let expected = expected
        .into_iter()
        .map(|(name, value)| (field(name), value));
    assert_eq!(a.sound().answers, expected.collect());
    for (name, _) in values() {
        a.perform(answer(name, None));
    }
    assert!(a.sound().answers.is_empty());
    // what is empty clears too
    for (name, empty) in [
        ("title", text("")),
        ("ways", Value::Choice(Vec::new())),
        ("papers", Value::Files(Vec::new())),
    ] {
        a.perform(answer(
            name,
            values().into_iter().find(|v| v.0 == name).unwrap().1,
        ));
        a.perform(answer(name, empty));
    }
    assert!(a.sound().answers.is_empty());
    a.perform(answer("title", text(" ")));
    assert_eq!(a.sound().answers[&field("title")], text(" "));
}

#[test]
fn what_no_answer_may_be_is_refused_and_nothing_is_written() {
    let mut a = form(1);
    let before = a.document.heads();
    let options = vec!["road".parse().unwrap(); 201];
    for value in [
        Value::Table(Vec::new()),
        text(&"长".repeat(22_000)),
        Value::Choice(options),
        Value::Files(vec!["1".into(); 201]),
        Value::Files(vec!["../etc".into()]),
        Value::Files(vec!["a\nb".into()]),
        Value::Files(vec![String::new()]),
    ] {
        let refused = a.try_perform(answer("title", value));
        assert!(matches!(refused, Err(CommandError::Invalid { field, .. }) if field == "a/title"));
    }
    assert!(a.try_perform(answer("reason", Value::YesNo(true))).is_err());
    assert!(
        a.try_perform(prose("reason", &"x".repeat((1 << 20) + 1)))
            .is_err()
    );
    assert!(a.try_perform(cell(1, "item", text("no such row"))).is_err());
    assert_eq!(a.document.heads(), before);
    for n in 0..500 {
        a.perform(answer(&format!("f{n}"), Value::YesNo(true)));
    }
    assert!(a.try_perform(answer("f500", Value::YesNo(true))).is_err());
    a.perform(answer("f499", None));
    for bad in ["", "ab 12", &"a".repeat(129)] {
        let begin = Command::BeginForm {
            pack: bad.to_owned(),
            form: "request".parse().unwrap(),
            prose: Vec::new(),
        };
        let mut fresh = Replica::new(DocumentKind::Form, 1);
        assert!(fresh.try_perform(begin).is_err());
    }
    let mut fresh = Replica::new(DocumentKind::Form, 1);
    assert!(fresh.try_perform(begin(&["reason", "reason"])).is_err());
    assert!(!fresh.document.is_begun());
}

#[test]
fn prose_that_two_type_beside_each_other_is_merged() {
    let (mut a, mut b) = two_forms();
    a.perform(prose("reason", "The bridge is old."));
    meet(&mut a, &mut b);
    a.perform(prose("reason", "The bridge is very old."));
    // the whole text as an answer is the same
    b.perform(answer("reason", text("The bridge is old. It leaks.")));
    meet(&mut a, &mut b);
    assert_eq!(a.sound(), b.sound());
    let view = a.sound();
    assert_eq!(
        view.answers[&field("reason")],
        text("The bridge is very old. It leaks.")
    );
    assert!(view.conflicts.is_empty());
    a.perform(answer("reason", None));
    assert!(!a.sound().answers.contains_key(&field("reason")));
    assert!(a.sound().prose.contains(&field("reason")));
}

#[test]
fn prose_of_a_newer_pack_is_one_answer() {
    let (mut a, mut b) = two_forms();
    a.perform(prose("more", "by Li"));
    b.perform(prose("more", "by Wang"));
    meet(&mut a, &mut b);
    let view = a.sound();
    assert!(!view.prose.contains(&field("more")));
    assert_eq!(view.conflicts.len(), 1);
    assert_eq!(view.conflicts[0].place, FormPlace::Answer(field("more")));
    let values = view.conflicts[0].values.iter();
    let values: Vec<_> = values
        .map(|w| (w.value.clone().unwrap(), w.by, w.stands))
        .collect();
    assert_eq!(values[0], (text("by Wang"), Some(person(2)), true));
    assert_eq!(values[1], (text("by Li"), Some(person(1)), false));
    a.perform(prose("more", "by both"));
    assert!(a.sound().conflicts.is_empty());
    meet(&mut a, &mut b);
    assert_eq!(b.sound().answers[&field("more")], text("by both"));
}

#[test]
fn a_long_text_is_written_in_changes_that_receivers_take() {
    let mut a = form(1);
    a.perform(prose("reason", "beginning, end"));
    let long = format!("beginning{}, end", "一段很长的文字。".repeat(3_000));
    let done = a.perform(prose("reason", &long));
    assert!(done.changes.len() > 1);
    for change in &done.changes {
        bounds::change(&change.bytes).unwrap();
    }
    assert_eq!(a.sound().answers[&field("reason")], text(&long));
    let back = a.undo(&done).unwrap();
    assert_eq!(a.sound().answers[&field("reason")], text("beginning, end"));
    for change in &back.changes {
        bounds::change(&change.bytes).unwrap();
    }
    a.undo(&back).unwrap();
    assert_eq!(a.sound().answers[&field("reason")], text(&long));
    let mut note = Replica::new(DocumentKind::Note, 1);
    for change in note.perform(Command::EditNote { text: long }).changes {
        bounds::change(&change.bytes).unwrap();
    }
}

#[test]
fn two_answers_beside_each_other_are_a_conflict_and_answers_of_two_fields_are_none() {
    let (mut a, mut b) = two_forms();
    a.perform(answer("title", text("Bridge")));
    b.perform(answer("title", text("Dam")));
    a.perform(answer("budget", Value::Money("5".parse().unwrap())));
    b.perform(answer("urgent", Value::YesNo(true)));
    meet(&mut a, &mut b);
    let view = a.sound();
    assert_eq!(view, b.sound());
    assert_eq!(view.conflicts.len(), 1);
    assert_eq!(view.conflicts[0].place, FormPlace::Answer(field("title")));
    assert_eq!(view.answers.len(), 4);
    // one that was cleared beside an answer is one too, and says so
    b.perform(answer("title", text("Dam")));
    meet(&mut a, &mut b);
    assert!(a.sound().conflicts.is_empty());
    a.perform(answer("title", None));
    b.perform(answer("title", text("Weir")));
    meet(&mut a, &mut b);
    let values: Vec<_> = b.sound().conflicts[0]
        .values
        .iter()
        .map(|w| w.value.clone())
        .collect();
    assert_eq!(values, [Some(text("Weir")), None]);
    // the same from both is none
    a.perform(answer("title", text("Same")));
    meet(&mut a, &mut b);
    a.perform(answer("day", text("x")));
    b.perform(answer("day", text("x")));
    meet(&mut a, &mut b);
    assert!(a.sound().conflicts.is_empty());
}

#[test]
fn a_discarded_form_keeps_what_is_in_it_and_can_be_kept() {
    let (mut a, mut b) = two_forms();
    a.perform(answer("title", text("Bridge")));
    let done = a.perform(Command::DiscardForm);
    b.perform(answer("budget", Value::Number("5".parse().unwrap())));
    meet(&mut a, &mut b);
    let view = b.sound();
    assert!(view.discarded);
    assert_eq!(view.answers.len(), 3);
    a.undo(&done).unwrap();
    assert!(!a.sound().discarded);
    a.perform(Command::DiscardForm);
    a.perform(Command::KeepForm);
    assert_eq!(a.sound().answers, view.answers);
    assert!(!a.sound().discarded);
}

#[test]
fn an_answer_is_taken_back_where_it_still_stands() {
    let (mut a, mut b) = two_forms();
    a.perform(answer("title", text("first")));
    let done = a.perform(answer("title", text("second")));
    let redo = a.undo(&done).unwrap();
    assert_eq!(a.sound().answers[&field("title")], text("first"));
    a.undo(&redo).unwrap();
    assert_eq!(a.sound().answers[&field("title")], text("second"));
    let mine = a.perform(answer("title", text("third")));
    meet(&mut a, &mut b);
    b.perform(answer("title", text("of another")));
    meet(&mut a, &mut b);
    assert_eq!(
        a.undo(&mine).unwrap_err(),
        UndoError::ChangedSince {
            by: vec![person(2)],
            fields: vec!["a/title".into()]
        }
    );
    assert_eq!(
        FormPlace::from_key("a/title"),
        Some(FormPlace::Answer(field("title")))
    );
    // prose: where nobody typed since
    let mine = a.perform(prose("reason", "because"));
    a.undo(&mine).unwrap();
    let mine = a.perform(prose("reason", "because"));
    meet(&mut a, &mut b);
    b.perform(prose("reason", "because of that"));
    meet(&mut a, &mut b);
    assert_eq!(
        a.undo(&mine).unwrap_err(),
        UndoError::ChangedSince {
            by: vec![person(2)],
            fields: vec!["a/reason".into()]
        }
    );
}

#[test]
fn what_was_begun_by_mistake_is_discarded_where_nobody_else_wrote() {
    let mut a = Replica::new(DocumentKind::Form, 1);
    let begun = a.perform(begin(&["reason"]));
    a.perform(answer("title", text("mine")));
    let redo = a.undo(&begun).unwrap();
    assert!(a.sound().discarded);
    a.undo(&redo).unwrap();
    assert!(!a.sound().discarded);
    let mut b = Replica::new(DocumentKind::Form, 2);
    meet(&mut a, &mut b);
    b.perform(prose("reason", "of another"));
    meet(&mut a, &mut b);
    assert!(a.undo(&begun).is_err());
}

#[test]
fn commands_and_their_way_back_survive_their_texts_and_replay() {
    let commands = [
        begin(&["reason"]),
        answer("title", text("Bridge")),
        prose("reason", "because"),
        rows(None, &[1, 2]),
        rows(Some(1), &[3]),
        cell(2, "item", text("two")),
        Command::AnswerCells {
            table: field("costs"),
            cells: vec![(row(1), field("item"), None)],
        },
        remove_rows(&[2]),
        restore_rows(&[2]),
        move_row(2, None),
        Command::DiscardForm,
        Command::KeepForm,
    ];
    let mut a = Replica::new(DocumentKind::Form, 1);
    let mut again = Replica::new(DocumentKind::Form, 3);
    for command in commands {
        let done = a.perform(command.clone());
        let json = serde_json::to_string(&command).unwrap();
        let read: Command = serde_json::from_str(&json).unwrap();
        assert_eq!(read, command);
        again.perform(read);
        let undo = serde_json::to_string(&done.undo).unwrap();
        assert_eq!(
            serde_json::from_str::<doc::undo::Undo>(&undo).unwrap(),
            done.undo
        );
        assert!(!done.undo.is_empty());
    }
    assert_eq!(again.sound(), a.sound());
    assert_eq!(a.table(), "2:two 1: 3");
    // on what the server has: those that were begun already are refused, and nothing is lost
    assert!(again.try_perform(begin(&[])).is_err());
    assert!(again.try_perform(rows(None, &[1])).is_err());
}

#[test]
fn an_undo_kept_by_an_earlier_version_is_read() {
    let earlier = r#"{"fields":[],"created":[],"text":{"before":"a","after":"b"},"changes":[]}"#;
    let undo: doc::undo::Undo = serde_json::from_str(earlier).unwrap();
    assert!(!undo.is_empty());
}

#[test]
fn other_documents_take_no_commands_of_forms_and_show_none() {
    let mut plan = Replica::plan(1);
    for command in [
        begin(&[]),
        answer("title", text("x")),
        rows(None, &[1]),
        Command::KeepForm,
    ] {
        assert_eq!(
            plan.try_perform(command).unwrap_err(),
            CommandError::WrongDocument
        );
    }
    assert_eq!(read(&mut plan.document), (FormView::default(), Vec::new()));
    let mut a = form(1);
    assert_eq!(
        a.try_perform(common::add(1, None, None)).unwrap_err(),
        CommandError::WrongDocument
    );
}

#[test]
fn a_form_that_was_begun_twice_shows_both_texts() {
    // a replay after a refusal can do that
    let (mut a, mut b) = (form(1), form(2));
    a.perform(prose("reason", "by Li"));
    b.perform(prose("reason", "n:5"));
    meet(&mut a, &mut b);
    let view = a.sound();
    assert_eq!(view, b.sound());
    assert_eq!(view.conflicts.len(), 1);
    let values: Vec<_> = view.conflicts[0]
        .values
        .iter()
        .map(|w| w.value.clone().unwrap())
        .collect();
    assert_eq!(values, [text("n:5"), text("by Li")]);
    a.perform(prose("reason", "by both"));
    meet(&mut a, &mut b);
    assert_eq!(b.form().0.answers[&field("reason")], text("by both"));
}
