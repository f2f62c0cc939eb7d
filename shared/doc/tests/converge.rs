//! Replicas that work beside each other and exchange raw changes in any order come to one and the same view, and no
//! edit is lost.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use base::ResourceId;
use common::*;
use doc::command::{Command, Done, ProgressEdit, TaskEdit, perform};
use doc::view::plan::{PlanReader, PlanView, Subject};
use doc::{Document, RawChange};
use domain::permission::DocumentKind;
use domain::plan::{Lag, LinkKind};
use domain::resource::{Resource, Use};
use proptest::prelude::*;

/// One step of a replica, interpreted by what it holds at that time.
#[derive(Debug, Clone)]
struct Step {
    replica: usize,
    what: u8,
    a: u8,
    b: u8,
    c: u8,
}

/// An edit of a field, with a value that nobody else writes.
struct Edit {
    task: base::TaskId,
    field: &'static str,
    value: String,
    progress: bool,
    hash: base::ChangeHash,
    overwritten: bool,
    removed_knowing: bool,
}

/// Task, field, and whether it is in the progress document.
type Place = (base::TaskId, &'static str, bool);

struct Site {
    plan: Document,
    progress: Document,
    reader: PlanReader,
    done: Vec<(Done, Option<Place>)>,
}

impl Site {
    fn new(n: u8) -> Self {
        Self {
            plan: Document::new(DocumentKind::Plan, [n; 16]),
            progress: Document::new(DocumentKind::Progress, [n; 16]),
            reader: PlanReader::default(),
            done: Vec::new(),
        }
    }

    fn view(&mut self) -> PlanView {
        self.reader.read(&mut self.plan, Some(&mut self.progress))
    }

    fn fresh_view(&mut self) -> PlanView {
        let (plan, progress) = (self.plan.save(), self.progress.save());
        let load = |kind, bytes: &[u8]| {
            Document::load::<Vec<u8>>(kind, Some(bytes), &[], [99; 16]).unwrap()
        };
        let mut plan = load(DocumentKind::Plan, &plan);
        let mut progress = load(DocumentKind::Progress, &progress);
        PlanReader::default().read(&mut plan, Some(&mut progress))
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0usize..3, 0u8..20, any::<u8>(), any::<u8>(), any::<u8>()).prop_map(
        |(replica, what, a, b, c)| Step {
            replica,
            what,
            a,
            b,
            c,
        },
    );
    prop::collection::vec(step, 1..60)
}

/// Gives some changes of one site to another: a part of them, in another order, some twice.
fn exchange(from: &mut Document, to: &mut Document, a: u8, b: u8) {
    let mut changes: Vec<RawChange> = from.changes_since(&[]);
    let mut bytes: Vec<Vec<u8>> = changes.drain(..).map(|c| c.bytes).collect();
    let keep = match a % 4 {
        0 => bytes.len(),
        part => bytes.len() * usize::from(part) / 4,
    };
    // a deterministic shuffle
    let len = bytes.len();
    for i in 0..len {
        bytes.swap(i, (i * 7 + usize::from(b)) % len);
    }
    let twice: Vec<_> = bytes.iter().step_by(3).cloned().collect();
    bytes.extend(twice);
    bytes.truncate(keep.max(1));
    to.apply(&bytes).unwrap();
}

fn known(site: &mut Site, edit: &Edit) -> bool {
    if edit.progress {
        site.progress.has(&edit.hash)
    } else {
        site.plan.has(&edit.hash)
    }
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut sites = [Site::new(1), Site::new(2), Site::new(3)];
    let mut edits: Vec<Edit> = Vec::new();
    // a few tasks that all know, two of them summaries
    for (n, parent) in [(1, None), (2, None), (3, None), (4, Some(1)), (5, Some(2))] {
        perform(&mut sites[0].plan, &add(n, parent, None), at(1, 0)).unwrap();
    }
    let first = sites[0].plan.changes_since(&[]);
    let first: Vec<_> = first.into_iter().map(|c| c.bytes).collect();
    for site in &mut sites {
        site.plan.apply(&first).unwrap();
    }
    for (n, step) in steps.iter().enumerate() {
        let author = at(step.replica as u8 + 1, n as i64);
        if step.what >= 16 {
            let other = (step.replica + 1 + usize::from(step.c) % 2) % 3;
            let [from, to] = sites.get_disjoint_mut([step.replica, other]).unwrap();
            exchange(&mut from.plan, &mut to.plan, step.a, step.b);
            exchange(&mut from.progress, &mut to.progress, step.b, step.a);
            prop_assert_eq!(to.view(), to.fresh_view());
            continue;
        }
        let site = &mut sites[step.replica];
        let view = site.view();
        let rows = &view.plan.tasks;
        let standing = |n: u8| rows.get(usize::from(n) % rows.len().max(1)).map(|t| t.id);
        // edits go to removed tasks too
        let any = |n: u8| {
            let removed = view.removed.get(usize::from(n) % view.removed.len().max(1));
            match removed {
                Some(removed) if n.is_multiple_of(5) => Some(removed.task),
                _ => standing(n),
            }
        };
        let parent = |n: u8| {
            if n.is_multiple_of(3) {
                None
            } else {
                standing(n)
            }
        };
        let below = |parent, n: u8| {
            let children: Vec<_> = rows.iter().filter(|t| t.parent == parent).collect();
            n.is_multiple_of(2)
                .then(|| {
                    children
                        .get(usize::from(n) % children.len().max(1))
                        .map(|t| t.id)
                })
                .flatten()
        };
        let text = format!("{n}");
        let mut edited: Option<(base::TaskId, &'static str, String, bool)> = None;
        let command = match step.what {
            0..=3 => {
                let parent = parent(step.a);
                Some(Command::AddTask {
                    id: base::TaskId::from_bytes([step.replica as u8, n as u8, 1, 1, 1, 1, 1, 1]),
                    parent,
                    after: below(parent, step.b),
                    name: format!("task {n}"),
                    duration: 480,
                })
            }
            4..=5 => any(step.a).map(|id| {
                edited = Some((id, "name", text.clone(), false));
                Command::EditTask {
                    id,
                    edit: TaskEdit::Name(text),
                }
            }),
            6 => any(step.a).map(|id| {
                edited = Some((id, "owner", text.clone(), false));
                Command::EditTask {
                    id,
                    edit: TaskEdit::Owner(text),
                }
            }),
            7 => standing(step.a).map(|id| {
                edited = Some((id, "percent", (n % 101).to_string(), true));
                Command::EditProgress {
                    id,
                    edit: ProgressEdit::Percent((n % 101) as u8),
                }
            }),
            8..=10 => standing(step.a).map(|id| {
                let parent = parent(step.b);
                Command::MoveTasks {
                    ids: vec![id],
                    parent,
                    after: below(parent, step.c),
                }
            }),
            11 => standing(step.a).map(|id| Command::RemoveTasks { ids: vec![id] }),
            12 => view.removed.first().map(|removed| Command::RestoreTasks {
                ids: vec![removed.task],
            }),
            13 => standing(step.a)
                .zip(standing(step.b))
                .map(|(pred, succ)| Command::AddLink {
                    id: base::LinkId::from_bytes([step.replica as u8, n as u8, 2, 2, 2, 2, 2, 2]),
                    pred,
                    succ,
                    kind: LinkKind::FinishStart,
                    lag: Lag::Working(0),
                }),
            14 => view.plan.links.first().map(|link| match step.a % 2 {
                0 => Command::RemoveLink { id: link.id },
                _ => Command::EditLink {
                    id: link.id,
                    kind: LinkKind::StartStart,
                    lag: Lag::Working(i64::from(step.b)),
                },
            }),
            15 => {
                let id = ResourceId::from_bytes([step.b % 3; 8]);
                match step.a % 6 {
                    0 | 1 => Some(Command::AddResource {
                        resource: Box::new(Resource {
                            name: text.clone(),
                            ..Resource::new(id)
                        }),
                    }),
                    2 => Some(Command::RemoveResource { id }),
                    _ => any(step.c).map(|task| Command::Assign {
                        task,
                        resource: id,
                        part: (step.a % 6 > 3).then_some(Use {
                            units: i64::from(step.a),
                            work: i64::from(step.b),
                        }),
                    }),
                }
            }
            _ => None,
        };
        match command {
            Some(command) => {
                let document = match command {
                    Command::EditProgress { .. } => &mut site.progress,
                    _ => &mut site.plan,
                };
                let Ok(done) = perform(document, &command, author) else {
                    continue;
                };
                if let Command::RemoveTasks { .. } = command {
                    let now = site.view();
                    for edit in &mut edits {
                        let gone = now.removed.iter().any(|r| r.task == edit.task);
                        let there = rows.iter().any(|t| t.id == edit.task);
                        if there && gone && known(site, edit) {
                            edit.removed_knowing = true;
                        }
                    }
                }
                let field = edited
                    .as_ref()
                    .map(|(id, field, _, progress)| (*id, *field, *progress));
                if let Some((task, field, value, progress)) = edited
                    && let Some(change) = done.changes.first()
                {
                    for edit in edits
                        .iter_mut()
                        .filter(|e| e.task == task && e.field == field)
                    {
                        edit.overwritten |= known(site, edit);
                    }
                    edits.push(Edit {
                        task,
                        field,
                        value,
                        progress,
                        hash: change.hash,
                        overwritten: false,
                        removed_knowing: false,
                    });
                }
                site.done.push((done, field));
            }
            None if step.what == 15 => {
                let Some((done, field)) = site.done.pop() else {
                    continue;
                };
                let document = match field {
                    Some((_, _, true)) => &mut site.progress,
                    _ => &mut site.plan,
                };
                let Ok(_) = doc::undo::undo(document, &done.undo, author) else {
                    continue;
                };
                let now = site.view();
                for edit in &mut edits {
                    if !known(site, edit) {
                        continue;
                    }
                    if field
                        .is_some_and(|(task, field, _)| task == edit.task && field == edit.field)
                    {
                        edit.overwritten = true;
                    }
                    edit.removed_knowing |= now.removed.iter().any(|r| r.task == edit.task);
                }
            }
            None => continue,
        }
        prop_assert_eq!(site.view(), site.fresh_view());
    }
    // everybody gets everything
    for _ in 0..2 {
        for (from, to) in [(0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2)] {
            let [from, to] = sites.get_disjoint_mut([from, to]).unwrap();
            exchange(&mut from.plan, &mut to.plan, 0, 3);
            exchange(&mut from.progress, &mut to.progress, 0, 5);
        }
    }
    let [a, b, c] = &mut sites;
    let view = a.view();
    prop_assert_eq!(&view, &b.view());
    prop_assert_eq!(&view, &c.view());
    prop_assert_eq!(&view, &a.fresh_view());
    prop_assert!(a.plan.missing().is_empty());
    prop_assert_eq!(a.plan.heads(), b.plan.heads());
    for edit in &edits {
        let row = view.plan.tasks.iter().find(|t| t.id == edit.task);
        let stands = row.is_some_and(|row| match edit.field {
            "name" => row.name == edit.value,
            "owner" => row.owner == edit.value,
            _ => row.percent.to_string() == edit.value,
        });
        let in_conflict = view.conflicts.iter().any(|conflict| {
            conflict.subject == Subject::Task(edit.task)
                && conflict.field == edit.field
                && conflict.values.iter().any(|v| v.value == edit.value)
        });
        let removed = view.removed.iter().find(|r| r.task == edit.task);
        let beside = removed.is_some_and(|removed| {
            let shown = |(field, written): &(String, doc::view::plan::Written)| {
                field == edit.field && written.value == edit.value
            };
            edit.removed_knowing || edit.progress || removed.edited_beside.iter().any(shown)
        });
        prop_assert!(
            edit.overwritten || stands || in_conflict || beside,
            "lost: {} of {} = {}",
            edit.field,
            edit.task,
            edit.value
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn replicas_come_together_and_no_edit_is_lost(steps in steps()) {
        run(&steps)?;
    }
}
