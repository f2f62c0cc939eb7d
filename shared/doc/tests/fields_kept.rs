//! Custom fields as they are kept: of newer versions, in the history, in imports and proposals.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use automerge::transaction::Transactable;
use automerge::{ROOT, ReadDoc};
use base::ProposalId;
use common::fields::*;
use common::*;
use doc::command::{Command, CustomFieldEdit as Edit};
use doc::history::{Deed, PlanHistory, Scope};
use doc::view::plan::Subject;
use domain::permission::DocumentKind;
use domain::plan::{FieldKind, FieldValue, Plan, Task};

#[test]
fn what_a_newer_version_wrote_of_fields_is_kept_and_shown() {
    let (mut a, _) = two();
    a.perform(add_field(field(1, "Text", FieldKind::Text), None));
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
    a.perform(edit_field(1, Edit::Name("Stars".to_owned())));
    a.perform(put_value(2, 1, "s:5 of 5"));
    assert_eq!(shown(&a.view()), ["Stars: 1=4 of 5 2=5 of 5 3=7 4=many"]);
    assert_eq!(a.view().plan.fields[0].kind.to_string(), "stars");
}

#[test]
fn history_tells_values_and_goes_back_to_them() {
    let (mut a, _) = two();
    a.perform(add_field(choice(1, "Risk", &["high", "low"]), None));
    a.perform(put_value(1, 1, &format!("c:{}", key(1))));
    foreign(&mut a, |doc| {
        let (_, tasks) = doc.get(ROOT, "tasks").unwrap().unwrap();
        let (_, row) = doc.get(&tasks, task(2).to_string()).unwrap().unwrap();
        let long = format!("s:{}", "of a newer version ".repeat(500));
        doc.put(&row, format!("x/{}", id(1)), long).unwrap();
    });
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
    a.perform(edit_field(
        1,
        Edit::RenameOption {
            key: key(1),
            name: "高".to_owned(),
        },
    ));
    a.perform(edit_field(1, Edit::Kind(FieldKind::Text)));
    a.perform(edit_field(1, Edit::RemoveOption(key(2))));
    a.perform(put_value(1, 1, "t:another"));
    a.perform(put_value(2, 1, ""));
    a.perform(put_value(3, 1, "t:new"));
    a.perform(Command::RemoveField { id: id(1) });
    a.perform(add_field(field(2, "Later", FieldKind::Date), None));
    let colour = format!("field/{}/colour", id(1));
    foreign(&mut a, |doc| {
        let (_, info) = doc.get(ROOT, "info").unwrap().unwrap();
        doc.put(&info, &colour, "red").unwrap();
    });
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
    // what only a newer version knows of a field is left to it
    let doc = automerge::AutoCommit::load(&a.document.save()).unwrap();
    let (_, info) = doc.get(ROOT, "info").unwrap().unwrap();
    let (kept, _) = doc.get(&info, &colour).unwrap().unwrap();
    assert_eq!(kept.as_str(), Some("red"));
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

#[test]
fn a_value_can_be_proposed_and_is_written_when_it_is_accepted() {
    let (mut a, _) = two();
    a.perform(add_field(field(1, "Text", FieldKind::Text), None));
    let mut proposals = Replica::new(DocumentKind::Proposal, 2);
    proposals.perform(Command::Propose {
        id: ProposalId::from_bytes([1; 8]),
        words: vec!["Text".to_owned()],
        commands: vec![put_value(1, 1, "n:2.5"), put_value(2, 1, "s:4 of 5")],
    });
    let proposed = doc::view::proposal::read(&mut proposals.document);
    for command in proposed[0].commands.clone().unwrap() {
        a.perform(command);
    }
    assert_eq!(shown(&a.view()), ["Text: 1=2.5 2=4 of 5"]);
}
