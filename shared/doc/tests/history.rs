//! History: conflicts with what settled them, steps, moments, and the way back to them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use base::ChangeHash;
use common::*;
use doc::Document;
use doc::command::{Command, ProgressEdit, TaskEdit, perform};
use doc::history::{Deed, Moment, PlanHistory, Preview, Scope, fold};
use doc::view::plan::{PlanReader, PlanView, Subject};
use domain::permission::DocumentKind;
use domain::plan::{Lag, LinkKind};
use proptest::prelude::*;

fn history(replica: &mut Replica) -> PlanHistory {
    let mut history = PlanHistory::default();
    history.refresh(&mut replica.document, None);
    history
}

fn moment(replica: &mut Replica) -> Moment {
    Moment {
        plan: replica.document.heads(),
        progress: Vec::new(),
    }
}

fn preview(replica: &mut Replica, moment: &Moment, scope: Scope) -> Preview {
    let history = history(replica);
    history
        .preview(moment, &scope, &replica.document, None)
        .unwrap()
}

/// What screens show of a plan but for what a merge left open.
fn shown(view: &PlanView) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        view.plan.clone(),
        view.depth.clone(),
        view.summary.clone(),
        view.schedule.clone(),
    )
}

#[test]
fn a_conflict_is_open_until_a_later_write_settles_it_and_then_stays_in_the_history() {
    let (mut a, mut b) = two();
    a.name(1, "from a");
    b.name(1, "from b");
    meet(&mut a, &mut b);
    let open = history(&mut a).conflicts();
    assert_eq!(open.len(), 1);
    assert!(open[0].settled.is_none());
    assert_eq!(
        open[0].values.iter().map(|v| v.stands).collect::<Vec<_>>(),
        [true, false]
    );
    let done = b.name(1, "from a");
    meet(&mut a, &mut b);
    assert!(a.view().conflicts.is_empty());
    let met = history(&mut a).conflicts();
    assert_eq!(met.len(), 1);
    assert_eq!(met[0].values, open[0].values);
    let settled = met[0].settled.as_ref().unwrap();
    assert_eq!(
        (settled.value.as_str(), settled.by),
        ("from a", Some(person(2)))
    );
    assert_eq!(settled.change, done.changes[0].hash);
    assert_eq!(met, history(&mut b).conflicts());
}

#[test]
fn equal_values_and_different_fields_are_no_conflict() {
    let (mut a, mut b) = two();
    a.name(1, "same");
    b.name(1, "same");
    a.name(2, "other");
    b.perform(Command::EditTask {
        id: task(2),
        edit: TaskEdit::Owner("somebody".into()),
    });
    meet(&mut a, &mut b);
    a.name(1, "later");
    assert!(history(&mut a).conflicts().is_empty());
}

#[test]
fn one_write_after_the_other_is_no_conflict() {
    let (mut a, mut b) = two();
    a.name(1, "first");
    meet(&mut a, &mut b);
    b.name(1, "second");
    meet(&mut a, &mut b);
    assert!(history(&mut a).conflicts().is_empty());
}

#[test]
fn steps_tell_who_did_what_newest_first() {
    let (mut a, mut b) = two();
    meet(&mut a, &mut b);
    b.name(1, "new name");
    b.perform(shift(&[2], Some(3), None));
    b.perform(remove(&[1]));
    b.perform(restore(&[1]));
    b.perform(connect(1, 1, 2));
    let history = history(&mut b);
    let page = history.page(None, 0, 100);
    assert_eq!((page.total, page.steps.len()), (9, 9));
    let deeds: Vec<&Deed> = page.steps.iter().map(|s| &s.deeds[0]).collect();
    assert!(matches!(deeds[0], Deed::Added { subject: Subject::Link(id), .. } if *id == link(1)));
    assert_eq!(
        deeds[1],
        &Deed::Restored {
            subject: Subject::Task(task(1))
        }
    );
    assert_eq!(
        deeds[2],
        &Deed::Removed {
            subject: Subject::Task(task(1))
        }
    );
    assert_eq!(
        deeds[3],
        &Deed::Moved {
            task: task(2),
            parents: (None, Some(task(3)))
        }
    );
    assert_eq!(
        deeds[4],
        &Deed::Wrote {
            subject: Subject::Task(task(1)),
            field: "name".into(),
            before: "Task 1".into(),
            after: "new name".into()
        }
    );
    assert_eq!(
        deeds[8],
        &Deed::Added {
            subject: Subject::Task(task(1)),
            name: "Task 1".into()
        }
    );
    assert_eq!(page.steps[4].by, Some(person(2)));
    assert_eq!(page.steps[4].actor, [2; 16]);
    let of_one = history.page(Some(task(1)), 0, 100);
    assert_eq!(of_one.total, 5);
    let second = history.page(None, 2, 3);
    assert_eq!(
        (second.total, second.steps.as_slice()),
        (9, &page.steps[2..5])
    );
    assert_eq!(history.ends(link(1)), Some((task(1), task(2))));
    assert_eq!(history.name(task(1)), "new name");
}

#[test]
fn steps_of_one_person_close_to_each_other_fold() {
    let (mut a, mut b) = two();
    a.name(1, "x");
    a.name(1, "y");
    meet(&mut a, &mut b);
    b.clock = a.clock;
    b.name(1, "z");
    let page = history(&mut b).page(None, 0, 100);
    assert_eq!(fold(&page.steps, 5), [(0, 1), (1, 7)]);
    assert_eq!(fold(&page.steps, 0).len(), 7);
}

#[test]
fn a_field_is_restored_alone_and_names_whose_newer_work_it_overwrites() {
    let (mut a, mut b) = two();
    a.name(1, "good");
    let then = moment(&mut a);
    meet(&mut a, &mut b);
    b.name(1, "bad");
    b.name(2, "also new");
    meet(&mut a, &mut b);
    let preview = preview(
        &mut a,
        &then,
        Scope::Field(Subject::Task(task(1)), "name".into()),
    );
    assert_eq!(preview.differences.len(), 1);
    let one = &preview.differences[0];
    assert_eq!((one.now.as_str(), one.then.as_str()), ("bad", "good"));
    assert_eq!(one.newer[0].by, Some(person(2)));
    assert_eq!(preview.others(person(1)), [(Some(person(2)), 1)]);
    let done = a.perform(preview.command.unwrap());
    let names = |r: &mut Replica| -> Vec<String> {
        r.view().plan.tasks.iter().map(|t| t.name.clone()).collect()
    };
    assert_eq!(names(&mut a)[..2], ["good", "also new"]);
    a.undo(&done).unwrap();
    assert_eq!(names(&mut a)[..2], ["bad", "also new"]);
}

#[test]
fn a_task_is_restored_with_its_place_and_the_parents_it_needs() {
    let (mut a, _) = two();
    let then = moment(&mut a);
    a.perform(shift(&[4], None, Some(1)));
    a.name(4, "renamed");
    a.perform(remove(&[3]));
    let preview = preview(&mut a, &then, Scope::Task(task(4)));
    a.perform(preview.command.unwrap());
    assert_eq!(a.outline(), "1 2 3 4(3)");
    assert_eq!(a.view().plan.tasks[3].name, "Task 4");
}

#[test]
fn a_task_that_was_not_there_is_not_restored() {
    let (mut a, _) = two();
    let then = moment(&mut a);
    a.add(9, None, None);
    let preview = preview(&mut a, &then, Scope::Task(task(9)));
    assert!(preview.absent && preview.command.is_none());
}

#[test]
fn a_restored_plan_keeps_what_came_later_as_removed() {
    let (mut a, _) = two();
    let then = moment(&mut a);
    a.add(9, None, None);
    a.perform(remove(&[2]));
    let preview = preview(&mut a, &then, Scope::Everything);
    let done = a.perform(preview.command.unwrap());
    assert_eq!(a.outline(), "1 2 3 4(3)");
    assert_eq!(a.view().removed[0].task, task(9));
    a.undo(&done).unwrap();
    assert_eq!(a.outline(), "9 1 3 4(3)");
}

#[test]
fn a_moment_that_is_not_here_shows_nothing() {
    let (mut a, _) = two();
    let strange = Moment {
        plan: vec![ChangeHash::from_bytes([7; 32])],
        progress: Vec::new(),
    };
    let history = history(&mut a);
    assert!(history.at(&strange, &a.document, None).is_none());
    assert!(
        history
            .preview(&strange, &Scope::Everything, &a.document, None)
            .is_none()
    );
}

#[test]
fn a_restore_takes_no_value_that_a_field_cannot_hold() {
    let (mut a, _) = two();
    for (field, value) in [
        ("duration", "-5"),
        ("parent", "x"),
        ("nonsense", "1"),
        ("percent", "5"),
    ] {
        let edit = doc::command::restore::FieldEdit {
            subject: Subject::Task(task(1)),
            field: field.into(),
            value: value.into(),
        };
        let command = Command::Restore {
            plan: vec![edit],
            progress: Vec::new(),
        };
        assert!(a.try_perform(command).is_err(), "{field}");
    }
}

/// One step of a replica, interpreted by what it holds at that time.
#[derive(Debug, Clone)]
struct Act {
    site: usize,
    what: u8,
    a: u8,
    b: u8,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = (0usize..3, 0u8..16, any::<u8>(), any::<u8>()).prop_map(|(site, what, a, b)| Act {
        site,
        what,
        a,
        b,
    });
    prop::collection::vec(act, 1..50)
}

struct Site {
    plan: Document,
    progress: Document,
    history: PlanHistory,
    moments: Vec<(Moment, PlanView)>,
}

impl Site {
    fn view(&mut self) -> PlanView {
        PlanReader::default().read(&mut self.plan, Some(&mut self.progress))
    }

    fn moment(&mut self) -> Moment {
        Moment {
            plan: self.plan.heads(),
            progress: self.progress.heads(),
        }
    }
}

fn bytes(document: &mut Document, turn: u8) -> Vec<Vec<u8>> {
    let changes = document.changes_since(&[]);
    let mut bytes: Vec<_> = changes.into_iter().map(|c| c.bytes).collect();
    let len = bytes.len().max(1);
    bytes.rotate_left(usize::from(turn) % len);
    bytes
}

fn command(site: &mut Site, n: usize, act: &Act) -> Option<Command> {
    let view = site.view();
    let rows = &view.plan.tasks;
    let pick = |n: u8| rows.get(usize::from(n) % rows.len().max(1)).map(|t| t.id);
    let under = |n: u8| if n.is_multiple_of(3) { None } else { pick(n) };
    Some(match act.what {
        0 | 1 => Command::AddTask {
            id: base::TaskId::from_bytes([act.site as u8, n as u8, 1, 1, 1, 1, 1, 1]),
            parent: under(act.a),
            after: None,
            name: format!("task {n}"),
            duration: 480,
        },
        2..=4 => Command::EditTask {
            id: pick(act.a)?,
            edit: match act.b % 4 {
                0 => TaskEdit::Duration(60 * i64::from(act.b % 8)),
                1 => TaskEdit::Owner(if act.b > 128 {
                    String::new()
                } else {
                    n.to_string()
                }),
                // few values, so that some are written twice
                _ => TaskEdit::Name(format!("name {}", act.b % 8)),
            },
        },
        5 => Command::EditProgress {
            id: pick(act.a)?,
            edit: ProgressEdit::Percent(act.b % 101),
        },
        6 | 7 => Command::MoveTasks {
            ids: vec![pick(act.a)?],
            parent: under(act.b),
            after: None,
        },
        8 => Command::RemoveTasks {
            ids: vec![pick(act.a)?],
        },
        9 => Command::RestoreTasks {
            ids: vec![view.removed.first()?.task],
        },
        10 => Command::AddLink {
            id: base::LinkId::from_bytes([act.site as u8, n as u8, 2, 2, 2, 2, 2, 2]),
            pred: pick(act.a)?,
            succ: pick(act.b)?,
            kind: LinkKind::FinishStart,
            lag: Lag::Working(0),
        },
        11 => match view.plan.links.first()?.id {
            id if act.a.is_multiple_of(2) => Command::RemoveLink { id },
            id => Command::EditLink {
                id,
                kind: LinkKind::StartStart,
                lag: Lag::Working(i64::from(act.b)),
            },
        },
        12 => Command::EditPlan {
            name: Some(format!("plan {}", act.a % 4)),
            start: None,
            calendar: None,
        },
        _ => return None,
    })
}

fn run(acts: &[Act]) -> Result<(), TestCaseError> {
    let mut sites: Vec<Site> = (1..4)
        .map(|n| Site {
            plan: Document::new(DocumentKind::Plan, [n; 16]),
            progress: Document::new(DocumentKind::Progress, [n; 16]),
            history: PlanHistory::default(),
            moments: Vec::new(),
        })
        .collect();
    for n in [1, 2, 3] {
        perform(&mut sites[0].plan, &add(n, None, None), at(1, 0)).unwrap();
    }
    let first = bytes(&mut sites[0].plan, 0);
    for site in &mut sites {
        site.plan.apply(&first).unwrap();
    }
    for (n, act) in acts.iter().enumerate() {
        // clocks are not to be trusted
        let author = at(act.site as u8 + 1, (n as i64 * 37) % 50);
        if act.what >= 14 {
            let other = (act.site + 1 + usize::from(act.a) % 2) % 3;
            let (plan, progress) = {
                let from = &mut sites[act.site];
                (
                    bytes(&mut from.plan, act.b),
                    bytes(&mut from.progress, act.a),
                )
            };
            sites[other].plan.apply(&plan).unwrap();
            sites[other].progress.apply(&progress).unwrap();
        } else if act.what == 13 {
            let site = &mut sites[act.site];
            let now = (site.moment(), site.view());
            site.moments.push(now);
        } else {
            let site = &mut sites[act.site];
            let Some(command) = command(site, n, act) else {
                continue;
            };
            let document = match command {
                Command::EditProgress { .. } => &mut site.progress,
                _ => &mut site.plan,
            };
            let _ = perform(document, &command, author);
        }
        let Site {
            plan,
            progress,
            history,
            ..
        } = &mut sites[act.site];
        history.refresh(plan, Some(progress));
    }
    // all meet, each in another order
    let all: Vec<_> = sites
        .iter_mut()
        .map(|s| (bytes(&mut s.plan, 3), bytes(&mut s.progress, 5)))
        .collect();
    for (i, site) in sites.iter_mut().enumerate() {
        for k in 0..3 {
            site.plan.apply(&all[(i + k) % 3].0).unwrap();
            site.progress.apply(&all[(i + k) % 3].1).unwrap();
        }
    }
    let mut known = None;
    for site in &mut sites {
        site.history
            .refresh(&mut site.plan, Some(&mut site.progress));
        let conflicts = site.history.conflicts();
        let steps = site.history.page(None, 0, 1000);
        // anew as step by step
        let mut anew = PlanHistory::default();
        anew.refresh(&mut site.plan, Some(&mut site.progress));
        prop_assert_eq!(&anew.conflicts(), &conflicts);
        prop_assert_eq!(&anew.page(None, 0, 1000), &steps);
        // the open ones are those that the rows show
        let view = site.view();
        let key = |subject: &Subject, field: &str| (*subject, field.to_owned());
        let mut open: Vec<_> = conflicts
            .iter()
            .filter(|met| met.settled.is_none() && !met.removed)
            .map(|met| (key(&met.subject, &met.field), met.values.clone()))
            .collect();
        let mut rows: Vec<_> = view
            .conflicts
            .iter()
            .map(|c| (key(&c.subject, &c.field), c.values.clone()))
            .collect();
        open.sort_by(|a, b| a.0.cmp(&b.0));
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        prop_assert_eq!(open, rows);
        // each step names the change that made it, and its moment is here
        for step in &steps.steps {
            let moment = site.history.moment_after(step.change).unwrap();
            prop_assert!(
                site.history
                    .at(&moment, &site.plan, Some(&site.progress))
                    .is_some()
            );
        }
        match &known {
            None => known = Some((conflicts, steps)),
            Some((c, s)) => {
                prop_assert_eq!(c, &conflicts);
                prop_assert_eq!(s, &steps);
            }
        }
    }
    // every moment can be looked at and gone back to, one after the other, on a site that knows them all
    let moments: Vec<_> = sites
        .iter_mut()
        .flat_map(|s| std::mem::take(&mut s.moments))
        .collect();
    let Site {
        plan,
        progress,
        history,
        ..
    } = &mut sites[0];
    for (n, (moment, then)) in moments.iter().enumerate() {
        history.refresh(plan, Some(progress));
        let view = history.at(moment, plan, Some(progress)).unwrap();
        prop_assert_eq!(shown(&view), shown(then));
        prop_assert_eq!(&view.problems, &then.problems);
        let preview = history
            .preview(moment, &Scope::Everything, plan, Some(progress))
            .unwrap();
        prop_assert_eq!(preview.command.is_none(), preview.differences.is_empty());
        let Some(command) = preview.command else {
            continue;
        };
        let before = PlanReader::default().read(plan, Some(progress));
        let author = at(1, 1000 + n as i64);
        let done = perform(plan, &command, author).unwrap();
        let done_progress = perform(progress, &command, author).unwrap();
        let now = PlanReader::default().read(plan, Some(progress));
        prop_assert_eq!(shown(&now), shown(then));
        // which of a cycle's tasks is put out of it depends on who moved last, and taking back is a move
        let cycle = |p: &doc::view::plan::Problem| {
            matches!(p, doc::view::plan::Problem::ParentCycle { .. })
        };
        if n.is_multiple_of(2) && !before.problems.iter().any(cycle) {
            doc::undo::undo(plan, &done.undo, author).unwrap();
            doc::undo::undo(progress, &done_progress.undo, author).unwrap();
            let back = PlanReader::default().read(plan, Some(progress));
            prop_assert_eq!(shown(&back), shown(&before));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 96 } else { 5_000 }))]
    #[test]
    fn history_is_the_same_everywhere_and_every_moment_can_be_gone_back_to(acts in acts()) {
        run(&acts)?;
    }
}
