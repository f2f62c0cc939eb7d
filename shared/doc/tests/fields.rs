//! Custom fields: defined, filled in, read, taken back, merged.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use automerge::transaction::Transactable;
use automerge::{ROOT, ReadDoc};
use base::{FieldId, OptionId, TaskId};
use common::*;
use doc::command::edits::custom_value_of;
use doc::command::{Command, CommandError, CustomFieldEdit as Edit, TaskEdit};
use doc::history::{Deed, PlanHistory, Scope};
use doc::view::plan::{PlanView, Subject};
use domain::permission::DocumentKind;
use domain::plan::{CustomField, FieldKind, FieldOption, FieldValue, Plan, Task, YesNo};

const WORDS: YesNo<'static> = YesNo {
    yes: "yes",
    no: "no",
};

fn id(n: u8) -> FieldId {
    FieldId::from_bytes([n; 8])
}

fn key(n: u8) -> OptionId {
    OptionId::from_bytes([n; 8])
}

fn field(n: u8, name: &str, kind: FieldKind) -> CustomField {
    CustomField::new(id(n), name.to_owned(), kind)
}

/// A choice with the options 1, 2, ... of these names.
fn choice(n: u8, name: &str, options: &[&str]) -> CustomField {
    let options = (1u8..).zip(options).map(|(n, name)| FieldOption {
        key: key(n),
        name: (*name).to_owned(),
        removed: false,
    });
    CustomField {
        options: options.collect(),
        ..field(n, name, FieldKind::Choice)
    }
}

fn add(field: CustomField, after: Option<u8>) -> Command {
    Command::AddField {
        field: Box::new(field),
        after: after.map(id),
    }
}

fn edit(n: u8, edit: Edit) -> Command {
    Command::EditField { id: id(n), edit }
}

fn put(task_n: u8, n: u8, kept: &str) -> Command {
    let value = (!kept.is_empty()).then(|| FieldValue::from_kept(kept));
    Command::EditTask {
        id: task(task_n),
        edit: TaskEdit::Custom(id(n), value),
    }
}

/// `name: 1=text 2=text`: the fields in order, with the values as they are shown.
fn shown(view: &PlanView) -> Vec<String> {
    let fields = view.plan.fields.iter();
    fields
        .map(|field| {
            let mut values: Vec<(TaskId, String)> = (field.values.iter())
                .map(|(task, value)| (*task, field.to_text(value, WORDS)))
                .collect();
            values.sort();
            let values = values.iter();
            let values = values.map(|(task, text)| format!(" {}={text}", task.as_bytes()[0]));
            format!("{}:{}", field.name, values.collect::<String>())
        })
        .collect()
}

#[test]
fn a_field_is_added_filled_in_moved_removed_and_brought_back() {
    let (mut a, _) = two();
    a.perform(add(field(1, "Cost centre", FieldKind::Text), None));
    a.perform(add(field(2, "Inspected", FieldKind::YesNo), Some(1)));
    a.perform(add(choice(3, "Risk", &["high", "low"]), None));
    a.perform(put(1, 1, "t:A-7"));
    a.perform(put(2, 2, "y:0"));
    a.perform(put(4, 3, &format!("c:{}", key(2))));
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
    let cleared = a.perform(put(1, 1, ""));
    assert_eq!(shown(&a.view())[0], "Cost centre:");
    a.undo(&cleared).unwrap();
    let removal = a.perform(Command::RemoveField { id: id(2) });
    assert_eq!(shown(&a.view()).len(), 2);
    assert_eq!(a.view().removed_fields[0].name, "Inspected");
    a.undo(&removal).unwrap();
    a.perform(Command::RemoveField { id: id(2) });
    // it takes values while it is removed
    a.perform(put(3, 2, "y:1"));
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
    a.perform(add(choice(1, "Risk", &["high", "low"]), None));
    a.perform(put(1, 1, &format!("c:{}", key(1))));
    a.perform(edit(
        1,
        Edit::RenameOption {
            key: key(1),
            name: "高".to_owned(),
        },
    ));
    a.perform(edit(1, Edit::RemoveOption(key(1))));
    a.perform(edit(
        1,
        Edit::AddOption {
            key: key(9),
            name: "medium".to_owned(),
            after: Some(key(1)),
        },
    ));
    a.perform(edit(
        1,
        Edit::MoveOption {
            key: key(2),
            after: None,
        },
    ));
    a.perform(edit(1, Edit::Name("风险".to_owned())));
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
        a.perform(edit(1, Edit::Kind(kind.clone())));
        assert_eq!(a.view().plan.fields[0].kind, kind);
        assert_eq!(shown(&a.view()), ["风险: 1=高"]);
    }
    a.perform(put(2, 1, "n:5"));
    a.perform(edit(1, Edit::Kind(FieldKind::Choice)));
    a.perform(edit(1, Edit::RestoreOption(key(1))));
    assert_eq!(shown(&a.view()), ["风险: 1=高 2=5"]);
    assert_eq!(a.view().plan.fields[0].options.len(), 3);
}

#[test]
fn what_a_field_cannot_hold_is_refused_and_nothing_is_written() {
    let (mut a, _) = two();
    a.perform(add(choice(1, "Risk", &["high"]), None));
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
        add(field(1, "again", FieldKind::Text), None),
        add(field(2, " ", FieldKind::Text), None),
        add(field(2, &long, FieldKind::Text), None),
        add(field(2, "x", FieldKind::Text), Some(9)),
        add(field(2, "x", FieldKind::Other("k".repeat(51))), None),
        add(with(101), None),
        add(unknown_task, None),
        add(twice, None),
        edit(1, Edit::Name(String::new())),
        edit(
            1,
            Edit::AddOption {
                key: key(1),
                name: "x".to_owned(),
                after: None,
            },
        ),
        edit(
            1,
            Edit::AddOption {
                key: key(2),
                name: " ".to_owned(),
                after: None,
            },
        ),
        edit(
            1,
            Edit::AddOption {
                key: key(2),
                name: "x".to_owned(),
                after: Some(key(5)),
            },
        ),
        edit(
            1,
            Edit::RenameOption {
                key: key(7),
                name: "x".to_owned(),
            },
        ),
        put(1, 1, &format!("c:{}", key(7))),
        put(1, 1, &format!("t:{long}")),
        put(77, 1, "t:x"),
    ] {
        assert!(a.try_perform(command.clone()).is_err(), "{command:?}");
    }
    for command in [
        put(1, 9, "t:x"),
        edit(9, Edit::Name("x".to_owned())),
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
        a.perform(add(field(n, "more", FieldKind::Text), None));
    }
    assert!(
        a.try_perform(add(field(51, "more", FieldKind::Text), None))
            .is_err()
    );
    a.perform(Command::RemoveField { id: id(1) });
    a.perform(add(field(51, "more", FieldKind::Text), None));
    assert!(a.try_perform(Command::RestoreField { id: id(1) }).is_err());
}

#[test]
fn edits_of_two_fields_both_stay_and_edits_of_one_are_a_conflict() {
    let (mut a, mut b) = two();
    a.perform(add(field(1, "Text", FieldKind::Text), None));
    meet(&mut a, &mut b);
    // both add a field, both write a value of the one, each a value of another task
    a.perform(add(field(2, "A", FieldKind::Number), Some(1)));
    b.perform(add(field(3, "B", FieldKind::Date), Some(1)));
    a.perform(put(1, 1, "t:from a"));
    b.perform(put(1, 1, "t:from b"));
    a.perform(put(2, 1, "t:two"));
    b.perform(put(3, 1, "t:three"));
    a.perform(edit(1, Edit::Name("By a".to_owned())));
    b.perform(edit(1, Edit::Kind(FieldKind::Person)));
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
    a.perform(put(1, 1, "t:from b"));
    assert_eq!(shown(&a.view())[0], "By a: 1=from b 2=two 3=three");
    assert!(a.view().conflicts.is_empty());
    // options that two add beside each other are both there
    meet(&mut a, &mut b);
    for (replica, n) in [(&mut a, 1), (&mut b, 2)] {
        let name = n.to_string();
        replica.perform(edit(
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
    let added = a.perform(add(field(1, "Text", FieldKind::Text), None));
    a.perform(add(field(2, "Other", FieldKind::Text), None));
    meet(&mut a, &mut b);
    a.perform(Command::RemoveField { id: id(2) });
    b.perform(put(1, 2, "t:beside"));
    a.perform(remove(&[3]));
    b.perform(put(3, 2, "t:gone"));
    // who added the one takes that back while others fill it in
    a.undo(&added).unwrap();
    b.perform(put(2, 1, "t:typed"));
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

#[test]
fn what_a_newer_version_wrote_of_fields_is_kept_and_shown() {
    let (mut a, _) = two();
    a.perform(add(field(1, "Text", FieldKind::Text), None));
    foreign(&mut a, |doc| {
        let (_, info) = doc.get(ROOT, "info").unwrap().unwrap();
        doc.put(&info, format!("field/{}/kind", id(1)), "stars")
            .unwrap();
        doc.put(&info, format!("field/{}/colour", id(1)), "red")
            .unwrap();
        let (_, tasks) = doc.get(ROOT, "tasks").unwrap().unwrap();
        for (n, value) in [(1, "s:4 of 5"), (2, "plain"), (4, "n:many")] {
            let (_, row) = doc.get(&tasks, task(n).to_string()).unwrap().unwrap();
            doc.put(&row, format!("x/{}", id(1)), value).unwrap();
        }
        let (_, row) = doc.get(&tasks, task(3).to_string()).unwrap().unwrap();
        doc.put(&row, format!("x/{}", id(1)), 7).unwrap();
    });
    let view = a.view();
    assert_eq!(view.problems, []);
    assert_eq!(
        view.plan.fields[0].kind,
        FieldKind::Other("stars".to_owned())
    );
    assert_eq!(shown(&view), ["Text: 1=4 of 5 2=plain 3=7 4=many"]);
    // our edits leave it as it was
    a.perform(edit(1, Edit::Name("Stars".to_owned())));
    a.perform(put(2, 1, "s:5 of 5"));
    assert_eq!(shown(&a.view()), ["Stars: 1=4 of 5 2=5 of 5 3=7 4=many"]);
    assert_eq!(a.view().plan.fields[0].kind.to_string(), "stars");
}

#[test]
fn history_tells_values_and_goes_back_to_them() {
    let (mut a, _) = two();
    a.perform(add(choice(1, "Risk", &["high", "low"]), None));
    a.perform(put(1, 1, &format!("c:{}", key(1))));
    a.perform(put(2, 1, "s:of a newer version"));
    let mut history = PlanHistory::default();
    history.refresh(&mut a.document, None);
    let page = history.page(Some(task(1)), 0, 1);
    assert_eq!(
        page.steps[0].deeds,
        [Deed::Wrote {
            subject: Subject::Task(task(1)),
            field: format!("x/{}", id(1)),
            before: String::new(),
            after: format!("c:{}", key(1)),
        }]
    );
    let last = history.page(None, 0, 1).steps[0].change;
    let then = history.moment_after(last).unwrap();
    let before = a.view();
    a.perform(edit(
        1,
        Edit::RenameOption {
            key: key(1),
            name: "高".to_owned(),
        },
    ));
    a.perform(edit(1, Edit::Kind(FieldKind::Text)));
    a.perform(edit(1, Edit::RemoveOption(key(2))));
    a.perform(put(1, 1, "t:another"));
    a.perform(put(2, 1, ""));
    a.perform(put(3, 1, "t:new"));
    a.perform(Command::RemoveField { id: id(1) });
    a.perform(add(field(2, "Later", FieldKind::Date), None));
    history.refresh(&mut a.document, None);
    assert_eq!(
        history.at(&then, &a.document, None).unwrap().plan,
        before.plan
    );
    let preview = history.preview(&then, &Scope::Everything, &a.document, None);
    a.perform(preview.unwrap().command.unwrap());
    let view = a.view();
    assert_eq!(
        (view.plan, view.removed_fields),
        (before.plan, before.removed_fields)
    );
}

#[test]
fn an_imported_plan_brings_its_fields_and_values() {
    let mut a = Replica::new(DocumentKind::Plan, 1);
    let mut risk = choice(1, "Risk", &["high", "low"]);
    risk.values.insert(task(1), FieldValue::Choice(key(2)));
    let mut note = field(2, "Note", FieldKind::Text);
    note.uid = Some(188_743_731);
    note.values
        .insert(task(2), FieldValue::Text("text".to_owned()));
    let plan = Plan {
        tasks: vec![Task::new(task(1)), Task::new(task(2))],
        fields: vec![risk, note],
        ..Plan::default()
    };
    let import = Command::ImportPlan {
        plan: Box::new(plan.clone()),
    };
    // commands are kept as text until the server has them
    let kept = serde_json::to_string(&import).unwrap();
    a.perform(serde_json::from_str(&kept).unwrap());
    assert_eq!(a.view().plan.fields, plan.fields);
    assert!(a.try_perform(import).is_err(), "the ids are taken");
    // another plan's fields come after them
    let more = Plan {
        tasks: vec![Task::new(task(3))],
        fields: vec![field(3, "More", FieldKind::Money)],
        ..Plan::default()
    };
    a.perform(Command::ImportPlan {
        plan: Box::new(more),
    });
    assert_eq!(shown(&a.view()), ["Risk: 1=low", "Note: 2=text", "More:"]);
    let mut lost = field(4, "Lost", FieldKind::Text);
    lost.values.insert(task(77), FieldValue::YesNo(true));
    let plan = Plan {
        fields: vec![lost],
        ..Plan::default()
    };
    let plan = Box::new(plan);
    assert!(a.try_perform(Command::ImportPlan { plan }).is_err());
}
