//! One test a rule: what commands do and refuse.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::*;
use doc::command::{Command, CommandError, TaskEdit};
use doc::view::plan::Subject;
use domain::permission::DocumentKind;
use domain::plan::{Lag, LinkKind};

#[test]
fn tasks_are_added_moved_and_indented() {
    let (mut a, _) = two();
    assert_eq!(a.outline(), "1 2 3 4(3)");
    a.add(5, None, None);
    assert_eq!(a.outline(), "5 1 2 3 4(3)");
    a.perform(shift(&[2, 5], Some(3), Some(4)));
    assert_eq!(a.outline(), "1 3 4(3) 2(3) 5(3)");
    a.perform(shift(&[3], Some(1), None));
    assert_eq!(a.outline(), "1 3(1) 4(3) 2(3) 5(3)");
    let view = a.view();
    assert_eq!(view.depth, [0, 1, 2, 2, 2]);
    assert_eq!(view.summary, [true, true, false, false, false]);
    assert_eq!(view.plan.tasks[1].name, "Task 3");
}

#[test]
fn an_edit_makes_one_change_and_the_same_value_none() {
    let (mut a, _) = two();
    let done = a.name(1, "挖土");
    assert_eq!(done.changes.len(), 1);
    assert!(
        done.changes[0].bytes.len() < 300,
        "{}",
        done.changes[0].bytes.len()
    );
    assert!(a.name(1, "挖土").changes.is_empty());
    assert!(a.perform(shift(&[2], None, Some(1))).changes.is_empty());
}

#[test]
fn concurrent_values_of_a_field_are_both_shown_until_one_is_written() {
    let (mut a, mut b) = two();
    a.name(1, "from a");
    b.name(1, "from b");
    meet(&mut a, &mut b);
    let view = a.view();
    assert_eq!(view.conflicts.len(), 1);
    let conflict = &view.conflicts[0];
    assert_eq!(
        (conflict.subject, conflict.field.as_str()),
        (Subject::Task(task(1)), "name")
    );
    assert!(conflict.values[0].stands && !conflict.values[1].stands);
    assert_eq!(conflict.values[0].value, view.plan.tasks[0].name);
    let mut who: Vec<_> = conflict
        .values
        .iter()
        .map(|v| (v.value.clone(), v.by))
        .collect();
    who.sort();
    assert_eq!(
        who,
        [
            ("from a".into(), Some(person(1))),
            ("from b".into(), Some(person(2)))
        ]
    );
    assert_eq!(b.view(), view);
    // writing even the standing value settles it
    let standing = conflict.values[0].value.clone();
    assert_eq!(a.name(1, &standing).changes.len(), 1);
    meet(&mut a, &mut b);
    assert!(a.view().conflicts.is_empty());
    assert_eq!(b.view(), a.view());
}

#[test]
fn what_one_removes_and_another_edits_is_shown_with_a_way_back() {
    let (mut a, mut b) = two();
    a.perform(remove(&[3]));
    b.name(4, "still needed");
    meet(&mut a, &mut b);
    assert_eq!(a.view(), b.view());
    let view = a.view();
    assert_eq!(a.outline(), "1 2");
    assert_eq!(view.removed.len(), 2);
    let four = view.removed.iter().find(|r| r.task == task(4)).unwrap();
    assert_eq!(
        (four.name.as_str(), four.by),
        ("still needed", Some(person(1)))
    );
    assert_eq!(four.edited_beside.len(), 1);
    assert_eq!(four.edited_beside[0].0, "name");
    assert_eq!(four.edited_beside[0].1.by, Some(person(2)));
    assert!(
        view.removed
            .iter()
            .all(|r| r.task == task(4) || r.edited_beside.is_empty())
    );
    b.perform(restore(&[4]));
    assert_eq!(b.outline(), "1 2 3 4(3)");
    assert!(b.view().removed.is_empty());
}

#[test]
fn a_link_that_closes_a_cycle_is_refused_also_through_summaries() {
    let (mut a, _) = two();
    a.perform(connect(1, 1, 2));
    assert!(
        matches!(a.try_perform(connect(2, 2, 1)), Err(CommandError::Cycle(tasks)) if tasks == [task(1), task(2)])
    );
    assert!(matches!(
        a.try_perform(connect(2, 1, 1)),
        Err(CommandError::Cycle(_))
    ));
    assert!(matches!(
        a.try_perform(connect(2, 3, 4)),
        Err(CommandError::Cycle(_))
    ));
    assert!(matches!(
        a.try_perform(connect(2, 4, 3)),
        Err(CommandError::Cycle(_))
    ));
    a.perform(connect(2, 2, 3));
    // 3 waits for 2, so 4 below it does too
    assert!(matches!(
        a.try_perform(connect(3, 4, 1)),
        Err(CommandError::Cycle(_))
    ));
    a.perform(connect(3, 1, 4));
}

#[test]
fn a_repeated_link_is_refused_and_another_kind_is_not() {
    let (mut a, _) = two();
    a.perform(connect(1, 1, 2));
    assert_eq!(
        a.try_perform(connect(2, 1, 2)).unwrap_err(),
        CommandError::Duplicate
    );
    a.perform(Command::AddLink {
        id: link(2),
        pred: task(1),
        succ: task(2),
        kind: LinkKind::FinishFinish,
        lag: Lag::Elapsed(60),
    });
    assert_eq!(a.view().plan.links[1].lag, Lag::Elapsed(60));
}

#[test]
fn links_of_a_removed_task_go_and_come_back_with_it() {
    let (mut a, _) = two();
    a.perform(connect(1, 1, 2));
    a.perform(remove(&[2]));
    let view = a.view();
    assert!(view.plan.links.is_empty() && view.problems.is_empty());
    a.perform(restore(&[2]));
    assert_eq!(a.view().plan.links.len(), 1);
}

#[test]
fn a_task_cannot_lie_under_itself() {
    let (mut a, _) = two();
    assert_eq!(
        a.try_perform(shift(&[3], Some(4), None)).unwrap_err(),
        CommandError::UnderItself
    );
    assert_eq!(
        a.try_perform(shift(&[3], Some(3), None)).unwrap_err(),
        CommandError::UnderItself
    );
}

#[test]
fn values_out_of_bounds_are_refused() {
    let (mut a, _) = two();
    for edit in [
        TaskEdit::Duration(-1),
        TaskEdit::Duration(60 * 366 * 1440),
        TaskEdit::Name("长".repeat(2_001)),
        TaskEdit::Owner("x".repeat(2_001)),
    ] {
        let refused = a.try_perform(Command::EditTask { id: task(1), edit });
        assert!(matches!(refused, Err(CommandError::Invalid { .. })));
    }
    a.name(1, &"长".repeat(2_000));
}

#[test]
fn a_command_for_another_kind_of_document_is_refused() {
    let mut note = Replica::new(DocumentKind::Note, 1);
    assert_eq!(
        note.try_perform(add(1, None, None)).unwrap_err(),
        CommandError::WrongDocument
    );
}

#[test]
fn a_proposal_is_decided_once_and_holds_what_is_to_be_done() {
    use base::ProposalId;
    use doc::command::proposal::Outcome;
    use doc::view::proposal::read;
    let (mut a, mut b) = (
        Replica::new(DocumentKind::Proposal, 1),
        Replica::new(DocumentKind::Proposal, 2),
    );
    let id = ProposalId::from_bytes([1; 8]);
    let wanted = vec![add(9, None, None), remove(&[9])];
    let propose = Command::Propose {
        id,
        words: vec!["new task".into(), "gone again".into()],
        commands: wanted.clone(),
    };
    a.perform(propose.clone());
    assert!(a.try_perform(propose).is_err(), "the id is taken");
    meet(&mut a, &mut b);
    let proposals = read(&mut b.document);
    assert_eq!(proposals.len(), 1);
    assert_eq!(proposals[0].commands.as_ref(), Some(&wanted));
    assert_eq!(
        (proposals[0].by, proposals[0].decision.is_some()),
        (Some(person(1)), false)
    );
    let decide = |outcome| Command::Decide {
        id,
        outcome,
        answer: "fine".into(),
    };
    b.perform(decide(Outcome::Accepted(Vec::new())));
    assert!(b.try_perform(decide(Outcome::Declined)).is_err());
    // beside each other: one of the two stands, the same everywhere
    a.perform(decide(Outcome::Declined));
    meet(&mut a, &mut b);
    let (in_a, in_b) = (read(&mut a.document), read(&mut b.document));
    assert_eq!(in_a, in_b);
    assert_eq!(in_a[0].decision.as_ref().unwrap().answer, "fine");
}
