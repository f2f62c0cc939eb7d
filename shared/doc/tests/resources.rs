//! Resources, and what tasks ask of them: written, read, taken back, merged.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use base::{CalendarId, ResourceId};
use common::*;
use doc::command::{Command, CommandError, ResourceEdit, RulesEdit, TaskEdit};
use doc::history::{PlanHistory, Scope};
use doc::undo::undo;
use doc::view::plan::{PlanReader, Problem, Subject};
use domain::calendar::Calendar;
use domain::permission::DocumentKind;
use domain::plan::{Plan, Task};
use domain::resource::{Assignment, Changes, Resource, ResourceKind, Stays, TaskType, Use};

fn crew(n: u8) -> ResourceId {
    ResourceId::from_bytes([n; 8])
}

fn named(n: u8, name: &str) -> Resource {
    Resource {
        name: name.to_owned(),
        ..Resource::new(crew(n))
    }
}

fn new(n: u8, name: &str) -> Command {
    Command::AddResource {
        resource: Box::new(named(n, name)),
    }
}

fn ask(n: u8, of: u8, units: i64, work: i64) -> Command {
    Command::Assign {
        task: task(n),
        resource: crew(of),
        part: Some(Use { units, work }),
    }
}

#[test]
fn a_resource_is_added_changed_removed_and_brought_back() {
    let (mut a, _) = two();
    a.perform(new(1, "焊工"));
    assert_eq!(a.view().plan.resources, [named(1, "焊工")]);
    assert!(matches!(
        a.try_perform(new(1, "again")),
        Err(CommandError::Invalid { .. })
    ));
    let night = CalendarId::from_bytes([9; 8]);
    a.perform(Command::PutCalendar {
        id: night,
        calendar: Calendar::standard("night"),
    });
    let changes = Changes(vec![("2026-04-01T00:00".parse().unwrap(), 500)]);
    for edit in [
        ResourceEdit::Name("焊工班".to_owned()),
        ResourceEdit::Kind(ResourceKind::Material),
        ResourceEdit::Units(3_000),
        ResourceEdit::Changes(changes.clone()),
        ResourceEdit::Calendar(Some(night)),
    ] {
        let before = a.view().plan.resources;
        let id = crew(1);
        let done = a.perform(Command::EditResource {
            id,
            edit: edit.clone(),
        });
        undo(&mut a.document, &done.undo, at(1, 999)).unwrap();
        assert_eq!(a.view().plan.resources, before, "{edit:?}");
        a.perform(Command::EditResource { id, edit });
    }
    let all = Resource {
        name: "焊工班".to_owned(),
        kind: ResourceKind::Material,
        units: 3_000,
        changes: changes.0,
        calendar: Some(night),
        ..Resource::new(crew(1))
    };
    assert_eq!(a.view().plan.resources, std::slice::from_ref(&all));
    let done = a.perform(Command::RemoveResource { id: crew(1) });
    assert!(a.view().plan.resources.is_empty());
    assert_eq!(a.view().removed_resources, std::slice::from_ref(&all));
    undo(&mut a.document, &done.undo, at(1, 999)).unwrap();
    assert_eq!(a.view().plan.resources, [all]);
}

#[test]
fn what_no_resource_can_be_is_refused() {
    let (mut a, _) = two();
    assert!(a.try_perform(new(1, " ")).is_err());
    a.perform(new(1, "x"));
    let id = crew(1);
    for edit in [
        ResourceEdit::Name(String::new()),
        ResourceEdit::Units(-1),
        ResourceEdit::Units(1_000_001),
        ResourceEdit::Calendar(Some(CalendarId::from_bytes([7; 8]))),
    ] {
        let command = Command::EditResource {
            id,
            edit: edit.clone(),
        };
        assert!(a.try_perform(command).is_err(), "{edit:?}");
    }
    assert_eq!(
        a.try_perform(Command::EditResource {
            id: crew(2),
            edit: ResourceEdit::Units(1),
        })
        .err(),
        Some(CommandError::NoResource(crew(2)))
    );
    assert_eq!(
        a.try_perform(ask(1, 2, 1_000, 60)).err(),
        Some(CommandError::NoResource(crew(2)))
    );
    assert!(a.try_perform(ask(1, 1, -1, 60)).is_err());
    assert_eq!(a.view().plan.resources, [named(1, "x")]);
}

#[test]
fn two_who_assign_different_people_both_stand() {
    let (mut a, mut b) = two();
    a.perform(new(1, "A"));
    a.perform(new(2, "B"));
    meet(&mut a, &mut b);
    a.perform(ask(1, 1, 1_000, 480));
    b.perform(ask(1, 2, 500, 240));
    meet(&mut a, &mut b);
    let both = [
        Assignment::of(task(1), crew(1), 1_000, 480),
        Assignment::of(task(1), crew(2), 500, 240),
    ];
    assert_eq!(a.view().plan.assignments, both);
    assert_eq!(b.view().plan.assignments, both);
    assert!(a.view().conflicts.is_empty());
}

#[test]
fn two_who_assign_one_person_differently_are_a_conflict_of_that_task() {
    let (mut a, mut b) = two();
    a.perform(new(1, "A"));
    meet(&mut a, &mut b);
    a.perform(ask(1, 1, 1_000, 480));
    b.perform(ask(1, 1, 500, 240));
    meet(&mut a, &mut b);
    let conflicts = a.view().conflicts;
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].subject, Subject::Task(task(1)));
    assert_eq!(conflicts[0].field, format!("use/{}", crew(1)));
    let mut values: Vec<&str> = conflicts[0]
        .values
        .iter()
        .map(|v| v.value.as_str())
        .collect();
    values.sort_unstable();
    assert_eq!(values, ["1000 480", "500 240"]);
    a.perform(ask(1, 1, 500, 240));
    assert!(a.view().conflicts.is_empty());
    assert_eq!(
        a.view().plan.assignments,
        [Assignment::of(task(1), crew(1), 500, 240)]
    );
}

#[test]
fn two_who_add_the_same_resource_add_one() {
    let (mut a, mut b) = two();
    a.perform(new(1, "张伟"));
    b.perform(new(1, "张伟"));
    b.perform(Command::EditResource {
        id: crew(1),
        edit: ResourceEdit::Units(2_000),
    });
    meet(&mut a, &mut b);
    let resources = a.view().plan.resources;
    assert_eq!((resources.len(), resources[0].units), (1, 2_000));
    assert!(a.view().conflicts.is_empty());
}

#[test]
fn a_removed_resource_leaves_its_tasks_and_comes_back_with_them() {
    let (mut a, mut b) = two();
    a.perform(new(1, "A"));
    a.perform(ask(1, 1, 1_000, 480));
    a.perform(ask(2, 1, 1_000, 480));
    meet(&mut a, &mut b);
    let done = a.perform(Command::RemoveResource { id: crew(1) });
    assert!(a.view().plan.assignments.is_empty());
    assert!(a.view().problems.is_empty());
    let back = a.undo(&done).unwrap();
    assert_eq!(a.view().plan.assignments.len(), 2);
    a.undo(&back).unwrap();
    // who did not know of it asks for it beside: that is said, and nothing is lost
    b.perform(ask(3, 1, 500, 60));
    meet(&mut a, &mut b);
    let lost = Problem::UseOfRemoved {
        task: task(3),
        resource: crew(1),
    };
    assert_eq!(a.view().problems, [lost]);
    a.perform(Command::RestoreResource { id: crew(1) });
    assert_eq!(
        a.view().plan.assignments,
        [Assignment::of(task(3), crew(1), 500, 60)]
    );
    assert!(a.view().problems.is_empty());
}

#[test]
fn what_stays_and_who_waits_are_of_the_task() {
    let (mut a, _) = two();
    let stays = Stays {
        kind: TaskType::FixedDuration,
        effort_driven: true,
    };
    for edit in [TaskEdit::Stays(stays), TaskEdit::Priority(Some(700))] {
        a.perform(Command::EditTask { id: task(1), edit });
    }
    let first = a.view().plan.tasks[0].clone();
    assert_eq!((first.stays, first.priority), (stays, Some(700)));
    let too_much = TaskEdit::Priority(Some(1_001));
    assert!(
        a.try_perform(Command::EditTask {
            id: task(1),
            edit: too_much
        })
        .is_err()
    );
}

#[test]
fn history_tells_of_resources_and_goes_back_to_them() {
    let (mut a, _) = two();
    a.perform(new(1, "A"));
    a.perform(ask(1, 1, 1_000, 480));
    let mut history = PlanHistory::default();
    history.refresh(&mut a.document, None);
    let then = history.page(None, 0, 1).steps[0].change;
    let then = history.moment_after(then).unwrap();
    a.perform(ask(1, 1, 500, 240));
    a.perform(Command::EditResource {
        id: crew(1),
        edit: ResourceEdit::Name("B".to_owned()),
    });
    history.refresh(&mut a.document, None);
    assert_eq!(
        history.page(Some(task(1)), 0, 9).total,
        3,
        "the task was added, and asked twice"
    );
    let preview = history
        .preview(&then, &Scope::Everything, &a.document, None)
        .unwrap();
    assert_eq!(preview.differences.len(), 2);
    a.perform(preview.command.unwrap());
    let plan = a.view().plan;
    assert_eq!(plan.resources, [named(1, "A")]);
    assert_eq!(
        plan.assignments,
        [Assignment::of(task(1), crew(1), 1_000, 480)]
    );
}

#[test]
fn an_imported_plan_brings_its_resources_and_what_it_asks_of_them() {
    let mut a = Replica::new(DocumentKind::Plan, 1);
    let mut one = Task::new(task(1));
    one.stays.kind = TaskType::FixedWork;
    one.priority = Some(900);
    let plan = Plan {
        tasks: vec![one],
        resources: vec![named(1, "A")],
        assignments: vec![
            Assignment::of(task(1), crew(1), 500, 100),
            Assignment::of(task(1), crew(1), 250, 50),
        ],
        ..Plan::default()
    };
    let command = Command::ImportPlan {
        plan: Box::new(plan.clone()),
    };
    a.perform(command.clone());
    let view = a.view().plan;
    assert_eq!(view.resources, plan.resources);
    assert_eq!(
        view.assignments,
        [Assignment::of(task(1), crew(1), 750, 150)]
    );
    assert_eq!(view.tasks[0].stays, plan.tasks[0].stays);
    assert_eq!(view.tasks[0].priority, Some(900));
    let mut lost = plan;
    lost.resources.clear();
    let mut b = Replica::new(DocumentKind::Plan, 1);
    assert_eq!(
        b.try_perform(Command::ImportPlan {
            plan: Box::new(lost)
        })
        .err(),
        Some(CommandError::NoResource(crew(1)))
    );
}

#[test]
fn an_imported_resource_keeps_its_number_and_rate_and_a_task_its_pause() {
    let mut a = Replica::new(DocumentKind::Plan, 1);
    let mut one = Task::new(task(1));
    one.duration = 480;
    one.pause = 960;
    one.delay = 90;
    one.own_hours = true;
    let resource = Resource {
        uid: Some(7),
        rate: 12_550,
        ..named(1, "A")
    };
    let plan = Plan {
        tasks: vec![one.clone()],
        resources: vec![resource.clone()],
        people: true,
        source: Some(base::DocumentId::from_bytes([5; 16])),
        ..Plan::default()
    };
    a.perform(Command::ImportPlan {
        plan: Box::new(plan),
    });
    let mut history = PlanHistory::default();
    history.refresh(&mut a.document, None);
    let then = history.page(None, 0, 1).steps[0].change;
    let then = history.moment_after(then).unwrap();
    let view = a.view().plan;
    assert_eq!(view.resources, std::slice::from_ref(&resource));
    let read = &view.tasks[0];
    assert_eq!((read.pause, read.delay, read.own_hours), (960, 90, true));
    assert!(view.people);
    // and takes them back with all else
    a.perform(Command::EditResource {
        id: crew(1),
        edit: ResourceEdit::Units(500),
    });
    history.refresh(&mut a.document, None);
    let preview = history
        .preview(&then, &Scope::Everything, &a.document, None)
        .unwrap();
    a.perform(preview.command.unwrap());
    assert_eq!(a.view().plan.resources, [resource]);
}

#[test]
fn dates_follow_the_resources_where_the_rules_say_so() {
    let (mut a, _) = two();
    let always = CalendarId::from_bytes([9; 8]);
    let calendar = Calendar {
        week: std::array::from_fn(|_| vec![(0, 1440)]),
        ..Calendar::standard("always")
    };
    a.perform(Command::PutCalendar {
        id: always,
        calendar,
    });
    a.perform(Command::EditTask {
        id: task(1),
        edit: TaskEdit::Duration(1440),
    });
    a.perform(new(1, "A"));
    a.perform(Command::EditResource {
        id: crew(1),
        edit: ResourceEdit::Calendar(Some(always)),
    });
    let mut reader = PlanReader::default();
    let mut length = |a: &mut Replica| {
        let view = reader.read(&mut a.document, None);
        let row = view.schedule.rows[0];
        row.early_finish.minutes() - row.early_start.minutes()
    };
    let by_day = length(&mut a);
    assert!(by_day > 1440);
    a.perform(ask(1, 1, 1_000, 1440));
    assert_eq!(length(&mut a), by_day);
    let edit = RulesEdit::Crews(true);
    a.perform(Command::EditRules { edit });
    assert_eq!(length(&mut a), 1440);
    a.perform(Command::EditResource {
        id: crew(1),
        edit: ResourceEdit::Calendar(None),
    });
    assert_eq!(length(&mut a), by_day);
    a.perform(Command::EditResource {
        id: crew(1),
        edit: ResourceEdit::Calendar(Some(always)),
    });
    assert_eq!(length(&mut a), 1440);
    a.perform(Command::Assign {
        task: task(1),
        resource: crew(1),
        part: None,
    });
    assert_eq!(length(&mut a), by_day);
}
