//! What the schedule is derived from beside durations and links: written, read, taken back, merged.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use base::Moment;
use common::*;
use doc::command::edits::value_of;
use doc::command::{Command, ProgressEdit, RulesEdit, TaskEdit};
use doc::undo::undo;
use doc::view::plan::{PlanReader, Subject};
use domain::permission::DocumentKind;
use domain::plan::{Constraint, LagCalendar, Latest, Logic, Placed, Plan, Rules, Task};

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

/// All fields that hold a task, each with another value than it has from the start.
fn holds() -> Vec<TaskEdit> {
    let at = moment("2026-03-02T17:00");
    vec![
        TaskEdit::NotBefore(Some(at)),
        TaskEdit::Constraint(Some(Constraint::FinishNoLater(at))),
        TaskEdit::Constraint(Some(Constraint::AsLateAsPossible)),
        TaskEdit::Deadline(Some(at)),
        TaskEdit::Placed(Some(Placed {
            start: at,
            finish: Some(at.plus(600)),
        })),
        TaskEdit::Inactive(true),
        TaskEdit::Elapsed(true),
    ]
}

#[test]
fn each_field_that_holds_a_task_is_written_read_and_taken_back() {
    for edit in holds() {
        let (mut a, _) = two();
        let (field, value) = edit.written();
        let field = field.as_ref();
        let before = value_of(&a.view().plan.tasks[0], field);
        assert_ne!(before, value, "{field}");
        let done = a.perform(Command::EditTask { id: task(1), edit });
        assert_eq!(value_of(&a.view().plan.tasks[0], field), value);
        undo(&mut a.document, &done.undo, at(1, 999)).unwrap();
        assert_eq!(value_of(&a.view().plan.tasks[0], field), before);
    }
}

#[test]
fn two_values_of_such_a_field_are_a_conflict_and_either_can_be_restored() {
    for edit in holds() {
        let (mut a, mut b) = two();
        let (field, value) = edit.written();
        let field = field.as_ref();
        let other = match &edit {
            TaskEdit::Inactive(_) | TaskEdit::Elapsed(_) => continue, // there are no two such values
            TaskEdit::Constraint(_) => {
                TaskEdit::Constraint(Some(Constraint::MustStart(moment("2026-04-01T08:00"))))
            }
            TaskEdit::Placed(_) => TaskEdit::Placed(Some(Placed {
                start: moment("2026-04-01T08:00"),
                finish: None,
            })),
            TaskEdit::Deadline(_) => TaskEdit::Deadline(Some(moment("2026-04-01T08:00"))),
            _ => TaskEdit::NotBefore(Some(moment("2026-04-01T08:00"))),
        };
        a.perform(Command::EditTask { id: task(1), edit });
        b.perform(Command::EditTask {
            id: task(1),
            edit: other,
        });
        meet(&mut a, &mut b);
        let conflicts = a.view().conflicts;
        assert_eq!(conflicts.len(), 1, "{field}");
        assert_eq!(
            (conflicts[0].subject, conflicts[0].field.as_str()),
            (Subject::Task(task(1)), field)
        );
        let back = doc::command::restore::FieldEdit {
            subject: Subject::Task(task(1)),
            field: field.to_owned(),
            value: value.clone(),
        };
        a.perform(Command::Restore {
            plan: vec![back],
            progress: Vec::new(),
        });
        let view = a.view();
        assert!(view.conflicts.is_empty(), "{field}");
        assert_eq!(value_of(&view.plan.tasks[0], field), value);
    }
}

#[test]
fn a_place_that_ends_before_it_begins_is_refused() {
    let (mut a, _) = two();
    let placed = Placed {
        start: moment("2026-03-02T17:00"),
        finish: Some(moment("2026-03-02T08:00")),
    };
    let edit = TaskEdit::Placed(Some(placed));
    assert!(
        a.try_perform(Command::EditTask { id: task(1), edit })
            .is_err()
    );
}

#[test]
fn rules_are_of_the_plan_and_the_data_date_and_what_remains_are_progress() {
    let (mut a, _) = two();
    let edits = [
        RulesEdit::Lag(LagCalendar::Successor),
        RulesEdit::Logic(Logic::Override),
        RulesEdit::DatesWin(true),
        RulesEdit::Critical(240),
        RulesEdit::Near(960),
        RulesEdit::Late(Latest::FreeSlack),
        RulesEdit::FinishBy(Some(moment("2026-06-30T17:00"))),
        RulesEdit::Crews(true),
    ];
    for edit in edits {
        a.perform(Command::EditRules { edit });
    }
    let mut progress = Replica::new(DocumentKind::Progress, 1);
    let date = Some(moment("2026-03-02T17:00"));
    progress.perform(Command::SetDataDate { date });
    progress.perform(Command::EditProgress {
        id: task(1),
        edit: ProgressEdit::Remaining(Some(90)),
    });
    let mut reader = PlanReader::default();
    let view = reader.read(&mut a.document, Some(&mut progress.document));
    let rules = Rules {
        data_date: date,
        logic: Logic::Override,
        lag: LagCalendar::Successor,
        dates_win: true,
        critical: 240,
        near: 960,
        late: Latest::FreeSlack,
        finish_by: Some(moment("2026-06-30T17:00")),
        crews: true,
    };
    assert_eq!(view.plan.rules, rules);
    assert_eq!(view.plan.tasks[0].remaining, Some(90));
    assert!(
        view.schedule
            .rows
            .iter()
            .all(|row| Some(row.early_finish) >= date)
    );
    let done = progress.perform(Command::SetDataDate { date: None });
    undo(&mut progress.document, &done.undo, at(1, 999)).unwrap();
    let view = reader.read(&mut a.document, Some(&mut progress.document));
    assert_eq!(view.plan.rules.data_date, date);
}

#[test]
fn two_data_dates_are_a_conflict() {
    let mut a = Replica::new(DocumentKind::Progress, 1);
    let mut b = Replica::new(DocumentKind::Progress, 2);
    for (replica, date) in [(&mut a, "2026-03-02T17:00"), (&mut b, "2026-03-09T17:00")] {
        let date = Some(moment(date));
        replica.perform(Command::SetDataDate { date });
    }
    meet(&mut a, &mut b);
    let (mut plan, _) = two();
    let view = PlanReader::default().read(&mut plan.document, Some(&mut a.document));
    assert_eq!(view.conflicts.len(), 1);
    assert_eq!(
        (view.conflicts[0].subject, view.conflicts[0].field.as_str()),
        (Subject::Plan, "data_date")
    );
}

#[test]
fn an_imported_plan_brings_its_dates_and_into_an_empty_plan_its_rules() {
    let mut plan = Plan {
        rules: Rules {
            lag: LagCalendar::Successor,
            dates_win: true,
            late: Latest::FreeSlack,
            finish_by: Some(moment("2026-06-30T17:00")),
            crews: true,
            ..Rules::default()
        },
        start: moment("2026-01-05T08:00"),
        ..Plan::default()
    };
    let at = moment("2026-03-02T17:00");
    plan.tasks = vec![Task {
        name: "held".to_owned(),
        duration: 480,
        // as a journal of an earlier version has it
        constraint: Some(Constraint::StartNoEarlier(at)),
        deadline: Some(at),
        inactive: true,
        elapsed: true,
        ..Task::new(task(9))
    }];
    let import = Command::ImportPlan {
        plan: Box::new(plan.clone()),
    };
    let mut empty = Replica::plan(1);
    empty.perform(import.clone());
    let view = empty.view();
    assert_eq!(view.plan.rules, plan.rules);
    let read = &view.plan.tasks[0];
    assert_eq!((read.not_before, read.constraint), (Some(at), None));
    assert_eq!(
        (read.deadline, read.inactive, read.elapsed),
        (Some(at), true, true)
    );
    let (mut begun, _) = two();
    begun.perform(import);
    assert_eq!(begun.view().plan.rules, Rules::default());
}
