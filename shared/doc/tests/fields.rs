//! Custom fields: defined, filled in, read, taken back, merged.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::fields::*;
use common::*;
use doc::command::edits::custom_value_of;
use doc::command::{Command, CommandError, CustomFieldEdit as Edit, TaskEdit};
use doc::view::plan::Subject;
use domain::plan::{FieldKind, FieldValue};

#[test]
fn a_field_is_added_filled_in_moved_removed_and_brought_back() {
    let (mut a, _) = two();
    a.perform(add_field(field(1, "Cost centre", FieldKind::Text), None));
    a.perform(add_field(field(2, "Inspected", FieldKind::YesNo), Some(1)));
    a.perform(add_field(choice(3, "Risk", &["high", "low"]), None));
    a.perform(put_value(1, 1, "t:A-7"));
    a.perform(put_value(2, 2, "y:0"));
    a.perform(put_value(4, 3, &format!("c:{}", key(2))));
    let all = ["Risk: 4=low", "Cost centre: 1=A-7", "Inspected: 2=no"];
    assert_eq!(shown(&a.view()), all);
    a.perform(Command::MoveField {
        id: id(3),
        after: Some(id(2)),
    });
    let moved = ["Cost centre: 1=A-7", "Inspected: 2=no", "Risk: 4=low"];
    assert_eq!(shown(&a.view()), moved);
    let done = a.perform(Command::MoveField {
        id: id(3),
        after: Some(id(2)),
    });
    assert!(done.changes.is_empty(), "it lies there");
    let cleared = a.perform(put_value(1, 1, ""));
    assert_eq!(shown(&a.view())[0], "Cost centre:");
    a.undo(&cleared).unwrap();
    let removal = a.perform(Command::RemoveField { id: id(2) });
    assert_eq!(shown(&a.view()).len(), 2);
    assert_eq!(a.view().removed_fields[0].name, "Inspected");
    a.undo(&removal).unwrap();
    a.perform(Command::RemoveField { id: id(2) });
    // it takes values while it is removed
    a.perform(put_value(3, 2, "y:1"));
    a.perform(Command::RestoreField { id: id(2) });
    assert_eq!(shown(&a.view())[1], "Inspected: 2=no 3=yes");
    assert!(a.view().removed_fields.is_empty());
    let text = TaskEdit::Custom(id(1), Some(FieldValue::Text("B".to_owned())));
    let (name, value) = text.written();
    assert_eq!(
        (name.as_ref(), value.as_str()),
        (format!("x/{}", id(1)).as_str(), "t:B")
    );
    let plan = a.view().plan;
    assert_eq!(
        custom_value_of(&plan, task(1), &name).as_deref(),
        Some("t:A-7")
    );
    assert_eq!(custom_value_of(&plan, task(2), &name).as_deref(), Some(""));
}

#[test]
fn another_name_or_kind_loses_no_value() {
    let (mut a, _) = two();
    a.perform(add_field(choice(1, "Risk", &["high", "low"]), None));
    a.perform(put_value(1, 1, &format!("c:{}", key(1))));
    a.perform(edit_field(
        1,
        Edit::RenameOption {
            key: key(1),
            name: "高".to_owned(),
        },
    ));
    a.perform(edit_field(1, Edit::RemoveOption(key(1))));
    a.perform(edit_field(
        1,
        Edit::AddOption {
            key: key(9),
            name: "medium".to_owned(),
            after: Some(key(1)),
        },
    ));
    a.perform(edit_field(
        1,
        Edit::MoveOption {
            key: key(2),
            after: None,
        },
    ));
    a.perform(edit_field(1, Edit::Name("风险".to_owned())));
    assert_eq!(shown(&a.view()), ["风险: 1=高"]);
    let options = a.view().plan.fields[0].options.clone();
    let options: Vec<_> = options
        .iter()
        .map(|o| (o.name.as_str(), o.removed))
        .collect();
    assert_eq!(options, [("low", false), ("高", true), ("medium", false)]);
    for kind in [
        FieldKind::Number,
        FieldKind::Text,
        FieldKind::Other("stars".to_owned()),
    ] {
        a.perform(edit_field(1, Edit::Kind(kind.clone())));
        assert_eq!(a.view().plan.fields[0].kind, kind);
        assert_eq!(shown(&a.view()), ["风险: 1=高"]);
    }
    a.perform(put_value(2, 1, "n:5"));
    a.perform(edit_field(1, Edit::Kind(FieldKind::Choice)));
    a.perform(edit_field(1, Edit::RestoreOption(key(1))));
    assert_eq!(shown(&a.view()), ["风险: 1=高 2=5"]);
    assert_eq!(a.view().plan.fields[0].options.len(), 3);
}

#[test]
fn what_a_field_cannot_hold_is_refused_and_nothing_is_written() {
    let (mut a, _) = two();
    a.perform(add_field(choice(1, "Risk", &["high"]), None));
    let heads = a.document.heads();
    let with = |options: usize| {
        let names: Vec<String> = (0..options).map(|n| n.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        choice(2, "Many", &names)
    };
    let mut unknown_task = field(2, "x", FieldKind::Text);
    unknown_task
        .values
        .insert(task(77), FieldValue::YesNo(true));
    let mut twice = choice(2, "x", &["a", "b"]);
    twice.options[1].key = key(1);
    let long = "长".repeat(2_001);
    for command in [
        add_field(field(1, "again", FieldKind::Text), None),
        add_field(field(2, " ", FieldKind::Text), None),
        add_field(field(2, &long, FieldKind::Text), None),
        add_field(field(2, "x", FieldKind::Text), Some(9)),
        add_field(field(2, "x", FieldKind::Other("k".repeat(51))), None),
        add_field(with(101), None),
        add_field(unknown_task, None),
        add_field(twice, None),
        edit_field(1, Edit::Name(String::new())),
        edit_field(
            1,
            Edit::AddOption {
                key: key(1),
                name: "x".to_owned(),
                after: None,
            },
        ),
        edit_field(
            1,
            Edit::AddOption {
                key: key(2),
                name: " ".to_owned(),
                after: None,
            },
        ),
        edit_field(
            1,
            Edit::AddOption {
                key: key(2),
                name: "x".to_owned(),
                after: Some(key(5)),
            },
        ),
        edit_field(
            1,
            Edit::RenameOption {
                key: key(7),
                name: "x".to_owned(),
            },
        ),
        put_value(1, 1, &format!("c:{}", key(7))),
        put_value(1, 1, &format!("t:{long}")),
        put_value(77, 1, "t:x"),
    ] {
        assert!(a.try_perform(command.clone()).is_err(), "{command:?}");
    }
    for command in [
        put_value(1, 9, "t:x"),
        edit_field(9, Edit::Name("x".to_owned())),
        Command::RemoveField { id: id(9) },
        Command::RestoreField { id: id(9) },
        Command::MoveField {
            id: id(9),
            after: None,
        },
    ] {
        assert_eq!(
            a.try_perform(command).err(),
            Some(CommandError::NoField(id(9)))
        );
    }
    assert_eq!(a.document.heads(), heads);
    for n in 2..=50 {
        a.perform(add_field(field(n, "more", FieldKind::Text), None));
    }
    assert!(
        a.try_perform(add_field(field(51, "more", FieldKind::Text), None))
            .is_err()
    );
    a.perform(Command::RemoveField { id: id(1) });
    a.perform(add_field(field(51, "more", FieldKind::Text), None));
    assert!(a.try_perform(Command::RestoreField { id: id(1) }).is_err());
}

#[test]
fn edits_of_two_fields_both_stay_and_edits_of_one_are_a_conflict() {
    let (mut a, mut b) = two();
    a.perform(add_field(field(1, "Text", FieldKind::Text), None));
    meet(&mut a, &mut b);
    // both add a field, both write a value of the one, each a value of another task
    a.perform(add_field(field(2, "A", FieldKind::Number), Some(1)));
    b.perform(add_field(field(3, "B", FieldKind::Date), Some(1)));
    a.perform(put_value(1, 1, "t:from a"));
    b.perform(put_value(1, 1, "t:from b"));
    a.perform(put_value(2, 1, "t:two"));
    b.perform(put_value(3, 1, "t:three"));
    a.perform(edit_field(1, Edit::Name("By a".to_owned())));
    b.perform(edit_field(1, Edit::Kind(FieldKind::Person)));
    meet(&mut a, &mut b);
    let view = a.view();
    assert_eq!(view, b.view());
    assert_eq!(view.plan.fields[0].kind, FieldKind::Person);
    let names: Vec<_> = view.plan.fields.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["By a", "A", "B"]);
    assert_eq!(view.conflicts.len(), 1);
    let conflict = &view.conflicts[0];
    assert_eq!(conflict.subject, Subject::Task(task(1)));
    assert_eq!(conflict.field, format!("x/{}", id(1)));
    let mut values: Vec<_> = conflict.values.iter().map(|v| v.value.as_str()).collect();
    values.sort_unstable();
    assert_eq!(values, ["t:from a", "t:from b"]);
    // writing it settles it
    a.perform(put_value(1, 1, "t:from b"));
    assert_eq!(shown(&a.view())[0], "By a: 1=from b 2=two 3=three");
    assert!(a.view().conflicts.is_empty());
    // options that two add beside each other are both there
    meet(&mut a, &mut b);
    for (replica, n) in [(&mut a, 1), (&mut b, 2)] {
        let name = n.to_string();
        replica.perform(edit_field(
            1,
            Edit::AddOption {
                key: key(n),
                name,
                after: None,
            },
        ));
    }
    meet(&mut a, &mut b);
    assert_eq!(a.view(), b.view());
    assert_eq!(a.view().plan.fields[0].options.len(), 2);
    assert!(a.view().conflicts.is_empty());
}

#[test]
fn a_value_beside_the_removal_of_its_field_or_task_is_kept() {
    let (mut a, mut b) = two();
    let added = a.perform(add_field(field(1, "Text", FieldKind::Text), None));
    a.perform(add_field(field(2, "Other", FieldKind::Text), None));
    meet(&mut a, &mut b);
    a.perform(Command::RemoveField { id: id(2) });
    b.perform(put_value(1, 2, "t:beside"));
    a.perform(remove(&[3]));
    b.perform(put_value(3, 2, "t:gone"));
    // who added the one takes that back while others fill it in
    a.undo(&added).unwrap();
    b.perform(put_value(2, 1, "t:typed"));
    meet(&mut a, &mut b);
    assert_eq!(a.view(), b.view());
    assert!(a.view().plan.fields.is_empty());
    let removed = &a.view().removed[0].edited_beside;
    assert_eq!(removed.len(), 1);
    assert_eq!(removed[0].1.value, "t:gone");
    let names: Vec<String> = a
        .view()
        .removed_fields
        .iter()
        .map(|f| f.name.clone())
        .collect();
    assert_eq!(names, ["Other", ""]);
    a.perform(Command::RestoreField { id: id(2) });
    a.perform(Command::RestoreField { id: id(1) });
    let named = format!("{}: 2=typed", id(1));
    let mut all = shown(&a.view());
    all.sort();
    let mut expected = [named, "Other: 1=beside".to_owned()];
    expected.sort();
    assert_eq!(all, expected);
}
