//! Baselines, budgets and costs: written, read, taken back, merged.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use base::{BaselineId, Timestamp};
use common::*;
use doc::command::{Command, CommandError, ProgressEdit, TaskEdit, perform};
use doc::history::{PlanHistory, Scope};
use doc::undo::undo;
use doc::view::plan::PlanReader;
use domain::money::Money;
use domain::permission::DocumentKind;
use domain::plan::{Agreed, Baseline, Plan, Task};

fn id(n: u8) -> BaselineId {
    BaselineId::from_bytes([n; 8])
}

fn money(units: i64) -> Money {
    Money::from_hundredths(units * 100)
}

fn set(a: &mut Replica, n: u8, name: &str) -> Command {
    let view = a.view();
    let at = Timestamp(i64::from(n));
    let baseline = Baseline::of(id(n), name.to_owned(), at, &view.plan, &view.schedule);
    let baseline = Box::new(baseline);
    Command::SetBaseline { baseline }
}

fn names(a: &mut Replica) -> Vec<String> {
    let baselines = a.view().plan.baselines;
    baselines.into_iter().map(|b| b.name).collect()
}

fn budget(n: u8, amount: Option<Money>) -> Command {
    Command::EditTask {
        id: task(n),
        edit: TaskEdit::Budget(amount),
    }
}

#[test]
fn a_baseline_is_set_renamed_removed_and_brought_back() {
    let (mut a, _) = two();
    a.perform(budget(1, Some(money(12_000))));
    let command = set(&mut a, 1, "合同");
    let done = a.perform(command.clone());
    let view = a.view();
    let kept = view.plan.baselines[0].clone();
    let again = Baseline::of(
        id(1),
        "合同".to_owned(),
        Timestamp(1),
        &view.plan,
        &view.schedule,
    );
    assert_eq!(kept, again);
    assert_eq!(kept.tasks[&task(1)].budget, Some(money(12_000)));
    // dates move, what was agreed stays
    a.perform(Command::EditTask {
        id: task(1),
        edit: TaskEdit::Duration(4_800),
    });
    assert_eq!(a.view().plan.baselines[0], kept);
    // it is never written over
    assert!(matches!(
        a.try_perform(command),
        Err(CommandError::Invalid { .. })
    ));
    a.perform(Command::RenameBaseline {
        id: id(1),
        name: "Contract".to_owned(),
    });
    assert_eq!(names(&mut a), ["Contract"]);
    let removal = a.perform(Command::RemoveBaseline { id: id(1) });
    assert_eq!(names(&mut a), [""; 0]);
    assert_eq!(a.view().removed_baselines[0].name, "Contract");
    undo(&mut a.document, &removal.undo, at(1, 999)).unwrap();
    assert_eq!(names(&mut a), ["Contract"]);
    a.perform(Command::RemoveBaseline { id: id(1) });
    a.perform(Command::RestoreBaseline { id: id(1) });
    assert_eq!(names(&mut a), ["Contract"]);
    assert_eq!(a.view().plan.baselines[0].tasks, kept.tasks);
    // the setting itself is taken back whole
    undo(&mut a.document, &done.undo, at(1, 1_000)).ok();
    let view = a.view();
    assert!(view.plan.baselines.is_empty() || view.plan.baselines[0].name == "Contract");
}

#[test]
fn what_a_baseline_cannot_hold_is_refused_and_nothing_is_written() {
    let (mut a, _) = two();
    let heads = a.document.heads();
    let agreed = Agreed {
        start: "2026-03-05T08:00".parse().unwrap(),
        finish: "2026-03-02T08:00".parse().unwrap(),
        work: 0,
        budget: None,
    };
    let good = Agreed {
        finish: agreed.start,
        ..agreed
    };
    let negative = Agreed {
        budget: Money::ZERO.into(),
        work: -1,
        ..good
    };
    for (name, of, agreed) in [
        ("x", task(1), agreed),
        ("x", task(1), negative),
        ("x", task(77), good),
        (" ", task(1), good),
    ] {
        let baseline = Box::new(Baseline {
            id: id(1),
            name: name.to_owned(),
            at: Timestamp(0),
            number: None,
            tasks: [(of, agreed)].into_iter().collect(),
        });
        assert!(a.try_perform(Command::SetBaseline { baseline }).is_err());
    }
    let less = Money::ZERO - money(1);
    assert!(a.try_perform(budget(1, Some(less))).is_err());
    assert!(matches!(
        a.try_perform(Command::RemoveBaseline { id: id(9) }),
        Err(CommandError::NoBaseline(_))
    ));
    assert_eq!(a.document.heads(), heads);
}

#[test]
fn baselines_that_two_set_beside_each_other_are_both_there() {
    let (mut a, mut b) = two();
    let (one, other) = (set(&mut a, 1, "one"), set(&mut b, 2, "other"));
    a.perform(one);
    b.perform(other);
    meet(&mut a, &mut b);
    assert_eq!(a.view(), b.view());
    assert_eq!(names(&mut a), ["one", "other"]);
    assert!(a.view().plan.baselines.iter().all(|b| b.tasks.len() == 4));
    assert!(a.view().conflicts.is_empty());
}

#[test]
fn budgets_and_costs_are_written_cleared_and_taken_back() {
    let (mut a, _) = two();
    let mut progress = Replica::new(DocumentKind::Progress, 1);
    a.perform(budget(1, Some(money(100))));
    let cost = |amount| Command::EditProgress {
        id: task(1),
        edit: ProgressEdit::Cost(amount),
    };
    let done = perform(&mut progress.document, &cost(Some(money(70))), at(1, 5)).unwrap();
    let read = |a: &mut Replica, progress: &mut Replica| {
        let mut reader = PlanReader::default();
        let view = reader.read(&mut a.document, Some(&mut progress.document));
        let one = view.plan.tasks.into_iter().find(|t| t.id == task(1));
        one.map(|t| (t.budget, t.cost)).unwrap()
    };
    let both = (Some(money(100)), Some(money(70)));
    assert_eq!(read(&mut a, &mut progress), both);
    undo(&mut progress.document, &done.undo, at(1, 6)).unwrap();
    a.perform(budget(1, None));
    assert_eq!(read(&mut a, &mut progress), (None, None));
    let less = Some(Money::ZERO - money(1));
    assert!(progress.try_perform(cost(less)).is_err());
}

#[test]
fn history_goes_back_to_a_removed_baseline_and_another_budget() {
    let (mut a, _) = two();
    let command = set(&mut a, 1, "one");
    a.perform(command);
    a.perform(budget(2, Some(money(5))));
    let mut history = PlanHistory::default();
    history.refresh(&mut a.document, None);
    let then = history.page(None, 0, 1).steps[0].change;
    let then = history.moment_after(then).unwrap();
    let before = a.view();
    a.perform(Command::RemoveBaseline { id: id(1) });
    a.perform(budget(2, Some(money(6))));
    history.refresh(&mut a.document, None);
    let past = history.at(&then, &a.document, None).unwrap();
    assert_eq!(past.plan, before.plan);
    let preview = history
        .preview(&then, &Scope::Everything, &a.document, None)
        .unwrap();
    assert_eq!(preview.differences.len(), 2);
    a.perform(preview.command.unwrap());
    assert_eq!(a.view().plan, before.plan);
}

#[test]
fn an_imported_plan_brings_its_baselines_budgets_and_costs() {
    let mut a = Replica::new(DocumentKind::Plan, 1);
    let mut one = Task::new(task(1));
    one.budget = Some(money(9));
    one.cost = Some(money(4));
    let agreed = Agreed {
        start: "2026-03-02T08:00".parse().unwrap(),
        finish: "2026-03-05T08:00".parse().unwrap(),
        work: 60,
        budget: Some(money(8)),
    };
    let baseline = Baseline {
        id: id(3),
        name: "Baseline".to_owned(),
        at: Timestamp(7),
        number: Some(10),
        tasks: [(task(1), agreed)].into_iter().collect(),
    };
    let plan = Plan {
        tasks: vec![one],
        baselines: vec![baseline],
        costs: true,
        ..Plan::default()
    };
    let plan = Box::new(plan);
    let import = Command::ImportPlan { plan: plan.clone() };
    a.perform(import.clone());
    let mut progress = Replica::new(DocumentKind::Progress, 1);
    progress.perform(import.clone());
    let view = PlanReader::default().read(&mut a.document, Some(&mut progress.document));
    assert_eq!(view.plan.baselines, plan.baselines);
    assert!(view.plan.costs);
    assert_eq!(view.plan.tasks[0].budget, Some(money(9)));
    assert_eq!(view.plan.tasks[0].cost, Some(money(4)));
    assert!(a.try_perform(import).is_err(), "the ids are taken");
}

#[test]
fn the_number_that_a_baseline_came_with_is_kept_when_it_is_renamed_removed_and_brought_back() {
    let (mut a, _) = two();
    let Command::SetBaseline { mut baseline } = set(&mut a, 1, "Baseline 3") else {
        unreachable!()
    };
    baseline.number = Some(3);
    a.perform(Command::SetBaseline { baseline });
    a.perform(Command::RenameBaseline {
        id: id(1),
        name: "Contract".to_owned(),
    });
    a.perform(Command::RemoveBaseline { id: id(1) });
    a.perform(Command::RestoreBaseline { id: id(1) });
    assert_eq!(a.view().plan.baselines[0].number, Some(3));
    // one that is set here has none
    let command = set(&mut a, 2, "new");
    a.perform(command);
    assert_eq!(a.view().plan.baselines[1].number, None);
}
