//! A file that comes again: what of it is accepted is one step, and becomes the plan as the file has it.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;

use base::{CalendarId, LinkId, Moment, ResourceId, TaskId};
use common::*;
use doc::command::{Command, CommandError, Done, ProgressEdit, TaskEdit};
use doc::history::{Deed, PlanHistory};
use doc::view::plan::{PlanReader, PlanView, Problem};
use domain::calendar::{Calendar, Exception};
use domain::permission::DocumentKind;
use domain::plan::difference::{
    Accepted, Comparison, Covers, Difference, Edit, Field, Value, accept, apply, compare,
};
use domain::plan::{Constraint, Lag, Link, LinkKind, Placed, Plan, Task};
use domain::resource::{Assignment, Resource, Use};
use domain::schedule::schedule;
use proptest::prelude::*;

/// A plan document with its progress.
struct Both {
    plan: Replica,
    progress: Replica,
}

impl Both {
    fn new(plan: &Plan) -> Self {
        let mut both = Self {
            plan: Replica::plan(1),
            progress: Replica::new(DocumentKind::Progress, 1),
        };
        let import = Command::ImportPlan {
            plan: Box::new(plan.clone()),
        };
        both.perform(&import).unwrap();
        both
    }

    fn perform(&mut self, command: &Command) -> Result<[Done; 2], CommandError> {
        let plan = self.plan.try_perform(command.clone())?;
        Ok([plan, self.progress.try_perform(command.clone())?])
    }

    fn view(&mut self) -> PlanView {
        PlanReader::default().read(&mut self.plan.document, Some(&mut self.progress.document))
    }

    fn update(&mut self, edits: &[Edit]) -> Result<[Done; 2], CommandError> {
        self.perform(&Command::Update {
            edits: edits.to_vec(),
        })
    }
}

fn id(n: u64) -> TaskId {
    TaskId::from_bytes(n.to_be_bytes())
}

fn named(n: u64, uid: i64, parent: Option<u64>, name: &str) -> Task {
    Task {
        uid: Some(uid),
        name: name.to_owned(),
        parent: parent.map(id),
        duration: 480 * (uid % 4 + 1),
        ..Task::new(id(n))
    }
}

fn moment(day: i64) -> Moment {
    Moment::ymd_hm(2026, 3, 2, 8, 0).unwrap().plus(day * 1_440)
}

/// A calendar whose exceptions come in no order, and overlap.
fn holidays() -> Calendar {
    let day = |first: i64, last: i64, hours: &[(i64, i64)]| Exception {
        name: format!("{first}"),
        first: Moment::from_day(moment(first).day()),
        last: Moment::from_day(moment(last).day()),
        hours: hours.to_vec(),
    };
    Calendar {
        exceptions: vec![
            day(20, 22, &[]),
            day(5, 9, &[]),
            day(6, 6, &[(480, 720)]),
            day(1, 1, &[]),
        ],
        ..Calendar::standard("standard")
    }
}

/// Two branches of tasks with links, a calendar, resources and everything that a task may say.
fn plan() -> Plan {
    let calendar = CalendarId::from_bytes([7; 8]);
    let mut plan = Plan {
        name: "plan".to_owned(),
        start: moment(0),
        calendar: Some(calendar),
        calendars: vec![(calendar, holidays())],
        tasks: vec![
            named(1, 10, None, "a"),
            named(2, 20, Some(1), "b"),
            named(3, 30, Some(1), "c"),
            named(4, 40, Some(3), "d"),
            named(5, 50, Some(3), "e"),
            named(6, 60, None, "f"),
            named(7, 70, Some(6), "g"),
            named(8, 80, Some(6), "h"),
            named(9, 90, None, "i"),
        ],
        ..Plan::default()
    };
    let link = |n: u8, pred, succ, kind| Link {
        id: LinkId::from_bytes([n; 8]),
        pred: id(pred),
        succ: id(succ),
        kind,
        lag: Lag::Working(0),
    };
    plan.links = vec![
        link(1, 2, 4, LinkKind::FinishStart),
        link(2, 4, 5, LinkKind::StartStart),
        link(3, 5, 7, LinkKind::FinishStart),
        link(4, 7, 9, LinkKind::FinishFinish),
    ];
    for (n, name) in [(1u8, "Li"), (2, "Wang")] {
        plan.resources.push(Resource {
            uid: Some(n.into()),
            name: name.to_owned(),
            ..Resource::new(ResourceId::from_bytes([n; 8]))
        });
    }
    let first = ResourceId::from_bytes([1; 8]);
    plan.assignments
        .push(Assignment::of(id(2), first, 1_000, 480));
    let task = &mut plan.tasks[4];
    task.pause = 480;
    task.own_hours = true;
    task.priority = Some(700);
    task.constraint = Some(Constraint::FinishNoLater(moment(60)));
    task.not_before = Some(moment(3));
    plan.tasks[6].percent = 40;
    plan.tasks[6].actual_start = Some(moment(1));
    plan.tasks[7].placed = Some(Placed {
        start: moment(30),
        finish: None,
    });
    plan
}

/// The same with other ids, as the file is read again.
fn again(plan: &Plan) -> Plan {
    let mut plan = plan.clone();
    let fresh = |id: TaskId| {
        let mut bytes = *id.as_bytes();
        bytes[0] = 0xee;
        TaskId::from_bytes(bytes)
    };
    let calendar = |id: CalendarId| CalendarId::from_bytes(id.as_bytes().map(|byte| byte ^ 0x55));
    let resource = |id: ResourceId| ResourceId::from_bytes(id.as_bytes().map(|byte| byte ^ 0x55));
    plan.calendar = plan.calendar.map(calendar);
    for (id, _) in &mut plan.calendars {
        *id = calendar(*id);
    }
    for one in &mut plan.resources {
        one.id = resource(one.id);
        one.calendar = one.calendar.map(calendar);
    }
    for task in &mut plan.tasks {
        task.id = fresh(task.id);
        task.parent = task.parent.map(fresh);
        task.calendar = task.calendar.map(calendar);
    }
    for link in &mut plan.links {
        link.id = LinkId::from_bytes(link.id.as_bytes().map(|byte| byte ^ 0x55));
        link.pred = fresh(link.pred);
        link.succ = fresh(link.succ);
    }
    for asked in &mut plan.assignments {
        *asked = Assignment::of(
            fresh(asked.task),
            resource(asked.resource),
            asked.units,
            asked.work,
        );
    }
    plan
}

/// What is the same in equal plans, however their keys and lists are ordered.
fn plain(plan: &Plan) -> Plan {
    let mut plan = plan.clone();
    let summaries: BTreeSet<TaskId> = plan.tasks.iter().filter_map(|task| task.parent).collect();
    for task in &mut plan.tasks {
        task.order.clear();
        if summaries.contains(&task.id) {
            task.duration = 0;
        }
    }
    plan.links.sort_by_key(|link| link.id);
    plan.assignments.sort_by_key(|one| (one.task, one.resource));
    plan.resources.sort_by_key(|one| one.id);
    plan.calendars.sort_by_key(|one| one.0);
    for (_, calendar) in &mut plan.calendars {
        calendar.exceptions.sort_by_key(|one| (one.first, one.last));
    }
    plan.people = false;
    plan
}

fn all(comparison: &Comparison) -> BTreeSet<usize> {
    (0..comparison.differences.len()).collect()
}

fn against(ours: &Plan, read: &Plan) -> Comparison {
    compare((ours, &[]), (read, &[]), &Covers::all())
}

/// Edits that other people may have made to the file.
fn edited(start: &Plan, steps: &[(u8, u8, u8, u8)]) -> Plan {
    let mut plan = start.clone();
    for (n, (what, a, b, c)) in (0u64..).zip(steps.iter().copied()) {
        let pick = |at: u8| {
            plan.tasks
                .get(usize::from(at) % plan.tasks.len().max(1))
                .cloned()
        };
        let (Some(one), Some(other)) = (pick(a), pick(b)) else {
            break;
        };
        let set = |value| Edit::Set {
            task: one.id,
            value,
        };
        let day = moment(i64::from(c));
        let edits = match what % 16 {
            0 => vec![set(Value::Name(format!("{} {c}", one.name)))],
            1 => vec![set(Value::Duration(i64::from(c) * 60))],
            2 => vec![Edit::Move {
                task: one.id,
                parent: Some(other.id),
                after: plan
                    .tasks
                    .iter()
                    .filter(|t| t.parent == Some(other.id))
                    .map(|t| t.id)
                    .next(),
            }],
            3 => vec![Edit::Move {
                task: one.id,
                parent: other.parent,
                after: Some(other.id).filter(|id| *id != one.id),
            }],
            4 => {
                let mut gone = BTreeSet::from([one.id]);
                for task in &plan.tasks {
                    if task.parent.is_some_and(|parent| gone.contains(&parent)) {
                        gone.insert(task.id);
                    }
                }
                match gone.len() < plan.tasks.len() {
                    true => vec![Edit::Remove(gone.into_iter().collect())],
                    false => vec![],
                }
            }
            5 => vec![Edit::Add {
                task: Box::new(Task {
                    uid: (c > 100).then_some(1_000 + n as i64),
                    parent: Some(one.id),
                    name: format!("new {n}"),
                    duration: i64::from(c),
                    percent: c % 101,
                    ..Task::new(id(1_000 + n))
                }),
                after: None,
            }],
            6 if one.id != other.id => {
                let kind = [LinkKind::FinishStart, LinkKind::StartStart][usize::from(c) % 2];
                let same = |l: &Link| (l.pred, l.succ, l.kind) == (one.id, other.id, kind);
                match plan.links.iter().any(same) {
                    true => vec![],
                    false => vec![Edit::AddLink(Link {
                        id: LinkId::from_bytes((1_000 + n).to_be_bytes()),
                        pred: one.id,
                        succ: other.id,
                        kind,
                        lag: Lag::Working(c.into()),
                    })],
                }
            }
            7 | 8 => {
                let at = usize::from(a) % plan.links.len().max(1);
                let link = plan.links.get(at).cloned();
                let edit = link.map(|link| match what % 16 {
                    7 => Edit::RemoveLink(link.id),
                    _ => Edit::Link {
                        id: link.id,
                        kind: link.kind,
                        lag: Lag::Elapsed(c.into()),
                    },
                });
                edit.into_iter().collect()
            }
            9 => vec![
                set(Value::Percent(c % 101)),
                set(Value::ActualStart((c % 2 == 0).then_some(day))),
                set(Value::ActualFinish((c % 4 == 0).then_some(day.plus(1_440)))),
                set(Value::Remaining((c % 3 == 0).then_some(c.into()))),
            ],
            10 => vec![
                set(Value::Deadline((c % 2 == 0).then_some(day))),
                set(Value::Constraint(
                    (c % 3 == 0).then_some(Constraint::FinishNoEarlier(day)),
                )),
                set(Value::Owner(format!("{}", c % 3))),
            ],
            11 => vec![
                set(Value::Inactive(c % 2 == 0)),
                set(Value::Delay(c.into())),
                set(Value::Pause(i64::from(c % 2) * 60)),
                set(Value::OwnHours(c % 2 == 1)),
                set(Value::Elapsed(c % 5 == 1)),
                set(Value::Priority((c % 2 == 0).then_some(c.into()))),
            ],
            12 => {
                let id = CalendarId::from_bytes((1_000 + n).to_be_bytes());
                let calendar = Calendar::standard(&format!("new {n}"));
                vec![
                    Edit::Calendar { id, calendar },
                    set(Value::Calendar(Some(id))),
                ]
            }
            13 => {
                let id = ResourceId::from_bytes((1_000 + n).to_be_bytes());
                let name = format!("new {n}");
                let resource = Resource {
                    name,
                    ..Resource::new(id)
                };
                let part = Some(Use {
                    units: 500,
                    work: c.into(),
                });
                vec![
                    Edit::Resource(Box::new(resource)),
                    Edit::Assign {
                        task: one.id,
                        resource: id,
                        part,
                    },
                ]
            }
            14 => vec![
                Edit::Start(day),
                Edit::DataDate((c % 2 == 0).then_some(day)),
            ],
            15 => plan
                .assignments
                .first()
                .map(|one| Edit::Assign {
                    task: one.task,
                    resource: one.resource,
                    part: None,
                })
                .into_iter()
                .collect(),
            _ => vec![],
        };
        plan = apply(&plan, &edits);
    }
    plan
}

fn steps() -> impl Strategy<Value = Vec<(u8, u8, u8, u8)>> {
    prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>()), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn accepting_everything_gives_the_plan_of_the_file(before in steps(), after in steps()) {
        let start = edited(&plan(), &before);
        let mut both = Both::new(&start);
        let ours = both.view().plan;
        let read = again(&edited(&start, &after));
        let comparison = against(&ours, &read);
        let accepted = accept(&ours, &comparison, &all(&comparison));
        // tasks without a number are not missed: what lies in a summary that goes may be such a one
        let missed = comparison.theirs.tasks.len()
            == ours.tasks.iter().filter(|t| comparison.theirs.tasks.iter().any(|o| o.id == t.id)).count()
                + comparison.differences.iter().filter(|d| matches!(d, Difference::Added { .. })).count();
        prop_assert!(missed);
        let kept = ours.tasks.iter().any(|task| {
            task.uid.is_none() && !comparison.theirs.tasks.iter().any(|t| t.id == task.id)
        });
        both.update(&accepted.edits).unwrap();
        let then = both.view();
        // what the document holds is what the edits say
        prop_assert_eq!(plain(&then.plan), plain(&apply(&ours, &accepted.edits)));
        let of_schedule = |problem: &&Problem| matches!(problem, Problem::Schedule(_));
        prop_assert_eq!(then.problems.iter().find(|problem| !of_schedule(problem)), None);
        if !kept {
            prop_assert_eq!(&accepted.left_out, &vec![]);
            let mut expected = plain(&comparison.theirs);
            // calendars and resources that the file has no more stay
            let there: BTreeSet<_> = expected.calendars.iter().map(|one| one.0).collect();
            expected.calendars.extend(ours.calendars.iter().filter(|one| !there.contains(&one.0)).cloned());
            let there: BTreeSet<_> = expected.resources.iter().map(|one| one.id).collect();
            expected.resources.extend(ours.resources.iter().filter(|one| !there.contains(&one.id)).cloned());
            expected.name.clone_from(&ours.name);
            expected.rules = then.plan.rules;
            prop_assert_eq!(plain(&then.plan), plain(&expected));
            prop_assert_eq!(schedule(&then.plan).0.finish, schedule(&expected).0.finish);
            let dates = |plan: &Plan| schedule(plan).0.rows;
            prop_assert_eq!(dates(&then.plan), dates(&expected));
            // and nothing is left
            prop_assert_eq!(against(&then.plan, &read).differences, vec![]);
        }
    }

    #[test]
    fn any_choice_can_be_carried_out(before in steps(), after in steps(), chosen in prop::collection::btree_set(0usize..40, 0..20)) {
        let start = edited(&plan(), &before);
        let mut both = Both::new(&start);
        let ours = both.view().plan;
        let read = again(&edited(&start, &after));
        let comparison = against(&ours, &read);
        let accepted = accept(&ours, &comparison, &chosen);
        both.update(&accepted.edits).unwrap();
        let then = both.view();
        prop_assert_eq!(plain(&then.plan), plain(&apply(&ours, &accepted.edits)));
        // what was left out or not chosen still differs, the rest does not
        let left: BTreeSet<usize> = accepted.left_out.iter().map(|left| left.difference).collect();
        for at in &left {
            prop_assert!(chosen.contains(at));
        }
        for (at, difference) in comparison.differences.iter().enumerate() {
            let taken = (chosen.contains(&at) || accepted.needed.contains(&at)) && !left.contains(&at);
            if let Difference::Changed { task, values } = difference
                && let Some(task) = then.plan.tasks.iter().find(|own| own.id == *task)
            {
                let expected = if taken { &values.1 } else { &values.0 };
                prop_assert_eq!(&values.0.field().of(task), expected);
            }
        }
    }

    #[test]
    fn the_same_file_again_has_no_differences(steps in steps()) {
        let start = edited(&plan(), &steps);
        let mut both = Both::new(&start);
        let ours = both.view().plan;
        let comparison = against(&ours, &again(&start));
        prop_assert_eq!(&comparison.differences, &vec![]);
        prop_assert_eq!(comparison.matches.len(), ours.tasks.len());
        let accepted = accept(&ours, &comparison, &BTreeSet::new());
        prop_assert_eq!(&accepted, &Accepted::default());
        let [plan, progress] = both.update(&accepted.edits).unwrap();
        prop_assert!(plan.changes.is_empty() && progress.changes.is_empty());
    }
}

#[test]
fn what_was_written_since_the_import_is_overwritten_only_where_it_is_accepted() {
    let start = plan();
    let mut both = Both::new(&start);
    let edit = |id, edit| Command::EditTask { id, edit };
    both.plan.perform(edit(id(2), TaskEdit::Duration(4_800)));
    both.plan
        .perform(edit(id(7), TaskEdit::Name("ours".into())));
    both.progress.perform(Command::EditProgress {
        id: id(7),
        edit: ProgressEdit::Percent(90),
    });
    let mut file = start.clone();
    file.tasks[8].name = "theirs".to_owned();
    let ours = both.view().plan;
    let comparison = against(&ours, &again(&file));
    let fields: Vec<(TaskId, Field)> = (comparison.differences.iter())
        .map(|difference| match difference {
            Difference::Changed { task, values } => (*task, values.0.field()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        fields,
        [
            (id(2), Field::Duration),
            (id(7), Field::Name),
            (id(7), Field::Percent),
            (id(9), Field::Name),
        ]
    );
    let accepted = accept(&ours, &comparison, &BTreeSet::from([1, 3]));
    both.update(&accepted.edits).unwrap();
    let then = both.view().plan;
    let task = |n| then.tasks.iter().find(|task| task.id == id(n)).unwrap();
    assert_eq!(task(2).duration, 4_800);
    assert_eq!((task(7).name.as_str(), task(7).percent), ("g", 90));
    assert_eq!(task(9).name, "theirs");
}

#[test]
fn an_update_is_one_step_that_can_be_taken_back_and_read_in_the_history() {
    let mut both = Both::new(&plan());
    let ours = both.view().plan;
    let steps = [
        (5, 0, 0, 120),
        (2, 8, 0, 0),
        (0, 4, 0, 9),
        (4, 5, 0, 0),
        (9, 3, 0, 30),
        (8, 0, 0, 60),
    ];
    let read = again(&edited(&plan(), &steps));
    let comparison = against(&ours, &read);
    assert!(
        comparison.differences.len() > 6,
        "{:?}",
        comparison.differences
    );
    let accepted = accept(&ours, &comparison, &all(&comparison));
    let [plan_done, progress_done] = both.update(&accepted.edits).unwrap();
    assert_eq!(
        (plan_done.changes.len(), progress_done.changes.len()),
        (1, 1)
    );
    assert_ne!(plain(&both.view().plan), plain(&ours));
    // the history tells it in one step, field by field
    let mut history = PlanHistory::default();
    let Both {
        plan: of_plan,
        progress,
    } = &mut both;
    history.refresh(&mut of_plan.document, Some(&mut progress.document));
    let page = history.page(None, 0, 10);
    let of = |done: &Done| {
        let mut steps = page.steps.iter();
        steps
            .find(|step| step.change == done.changes[0].hash)
            .unwrap()
            .clone()
    };
    let step = of(&plan_done);
    assert!(
        step.deeds
            .iter()
            .any(|deed| matches!(deed, Deed::Added { .. }))
    );
    assert!(
        step.deeds
            .iter()
            .any(|deed| matches!(deed, Deed::Removed { .. }))
    );
    assert!(
        step.deeds
            .iter()
            .any(|deed| matches!(deed, Deed::Moved { .. }))
    );
    let renamed = |deed: &&Deed| matches!(deed, Deed::Wrote { field, .. } if field == "name");
    assert_eq!(step.deeds.iter().filter(renamed).count(), 1);
    assert_eq!(step.by, Some(person(1)));
    assert!(!of(&progress_done).deeds.is_empty());
    both.plan.undo(&plan_done).unwrap();
    both.progress.undo(&progress_done).unwrap();
    assert_eq!(plain(&both.view().plan), plain(&ours));
    let touched = doc::deed::Deed::Do(Box::new(Command::Update {
        edits: accepted.edits,
    }));
    assert!(touched.tasks().contains(&id(2)));
}

#[test]
fn an_update_is_refused_whole_where_one_edit_is_wrong() {
    let mut both = Both::new(&plan());
    let before = both.view().plan;
    let good = Edit::Set {
        task: id(2),
        value: Value::Name("other".into()),
    };
    let set = |n, value| Edit::Set { task: id(n), value };
    let link = |n: u8, pred, succ| {
        Edit::AddLink(Link {
            id: LinkId::from_bytes([n; 8]),
            pred: id(pred),
            succ: id(succ),
            kind: LinkKind::FinishStart,
            lag: Lag::Working(0),
        })
    };
    let nowhere = CalendarId::from_bytes([99; 8]);
    for wrong in [
        set(99, Value::Name("x".into())),
        set(2, Value::Name("x".repeat(2_001))),
        set(2, Value::Duration(-1)),
        set(2, Value::Percent(101)),
        set(2, Value::Priority(Some(1_001))),
        set(2, Value::Calendar(Some(nowhere))),
        Edit::PlanCalendar(Some(nowhere)),
        Edit::Move {
            task: id(1),
            parent: Some(id(4)),
            after: None,
        },
        Edit::Add {
            task: Box::new(named(2, 1, None, "there")),
            after: None,
        },
        Edit::Assign {
            task: id(2),
            resource: ResourceId::from_bytes([99; 8]),
            part: Some(Use { units: 1, work: 1 }),
        },
        link(1, 8, 9),
        link(50, 2, 4),
        link(51, 2, 99),
        Edit::RemoveLink(LinkId::from_bytes([99; 8])),
    ] {
        let result = both.plan.try_perform(Command::Update {
            edits: vec![good.clone(), wrong.clone()],
        });
        assert!(result.is_err(), "{wrong:?}");
    }
    let turned = vec![
        set(2, Value::ActualStart(Some(moment(5)))),
        set(2, Value::ActualFinish(Some(moment(4)))),
    ];
    assert!(
        both.progress
            .try_perform(Command::Update { edits: turned })
            .is_err()
    );
    assert_eq!(both.view().plan, before);
    // a circle is the schedule's to tell, as with what is imported
    both.update(&[link(60, 9, 2)]).unwrap();
    assert!(!both.view().plan.links.is_empty());
}

#[test]
fn updates_beside_each_other_come_together() {
    let start = plan();
    let (mut a, mut b) = (Both::new(&start), Replica::plan(2));
    meet(&mut a.plan, &mut b);
    let ours = a.view().plan;
    let mut file = start.clone();
    file.tasks[1].name = "theirs".to_owned();
    let comparison = against(&ours, &again(&edited(&file, &[(3, 8, 1, 0)])));
    let accepted = accept(&ours, &comparison, &all(&comparison));
    b.perform(Command::EditTask {
        id: id(2),
        edit: TaskEdit::Duration(960),
    });
    a.update(&accepted.edits).unwrap();
    meet(&mut a.plan, &mut b);
    let (a, b) = (a.plan.view(), b.view());
    assert_eq!(a, b);
    let task = a.plan.tasks.iter().find(|task| task.id == id(2)).unwrap();
    assert_eq!((task.name.as_str(), task.duration), ("theirs", 960));
}
