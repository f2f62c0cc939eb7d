//! Random commands, such as people give.

use shared::base::{LinkId, TaskId};
use shared::doc::Document;
use shared::doc::command::{Command, ProgressEdit, TaskEdit};
use shared::doc::view::note;
use shared::doc::view::plan::PlanView;
use shared::domain::permission::DocumentKind;
use shared::domain::plan::{Lag, LinkKind};

use super::random::Random;

/// A command for a document, from what the person sees.
pub(super) fn command(random: &mut Random, document: &mut Document, view: &PlanView) -> Command {
    match document.kind() {
        DocumentKind::Note => {
            let text = note::read(document);
            let mut lines: Vec<&str> = text.lines().collect();
            let at = random.below(lines.len() as u64 + 1) as usize;
            let new = format!("line {} 行", random.below(1000));
            match lines.get_mut(at) {
                Some(line) if random.permille(300) => *line = &new,
                _ => lines.insert(at, &new),
            }
            Command::EditNote {
                text: lines.join("\n"),
            }
        }
        DocumentKind::Progress => {
            let id = task(random, view).unwrap_or(TaskId::from_bytes([1; 8]));
            let edit = match random.below(4) {
                0 => ProgressEdit::ActualStart(Some(view.plan.start)),
                1 => {
                    ProgressEdit::ActualFinish(Some(view.plan.start.plus(random.between(0, 9000))))
                }
                _ => ProgressEdit::Percent(random.below(101) as u8),
            };
            Command::EditProgress { id, edit }
        }
        _ => plan(random, view),
    }
}

fn task(random: &mut Random, view: &PlanView) -> Option<TaskId> {
    random.pick(&view.plan.tasks).map(|t| t.id)
}

fn plan(random: &mut Random, view: &PlanView) -> Command {
    let add = |random: &mut Random| Command::AddTask {
        id: TaskId::from_bytes(random.bytes()),
        parent: if random.permille(400) {
            task(random, view)
        } else {
            None
        },
        after: None,
        name: format!("task {}", random.below(10_000)),
        duration: 60 * random.between(0, 80),
    };
    let Some(id) = task(random, view) else {
        return add(random);
    };
    match random.below(15) {
        0..=2 => add(random),
        3..=5 => {
            let edit = match random.below(4) {
                0 => TaskEdit::Duration(60 * random.between(0, 80)),
                1 => TaskEdit::Owner(format!("owner {}", random.below(5))),
                2 => TaskEdit::NotBefore(Some(view.plan.start.plus(random.between(0, 50_000)))),
                _ => TaskEdit::Name(format!("renamed {}", random.below(10_000))),
            };
            Command::EditTask { id, edit }
        }
        6 | 7 => Command::MoveTasks {
            ids: vec![id],
            parent: if random.permille(600) {
                task(random, view)
            } else {
                None
            },
            after: None,
        },
        8 => Command::RemoveTasks { ids: vec![id] },
        9 => match random.pick(&view.removed) {
            Some(removed) => Command::RestoreTasks {
                ids: vec![removed.task],
            },
            None => add(random),
        },
        10 => match random.pick(&view.plan.links) {
            Some(link) if random.permille(500) => Command::RemoveLink { id: link.id },
            Some(link) => Command::EditLink {
                id: link.id,
                kind: LinkKind::StartStart,
                lag: Lag::Working(60 * random.between(-8, 16)),
            },
            None => add(random),
        },
        11 => match random.pick(&view.removed_links) {
            Some(removed) => Command::RestoreLink {
                id: removed.link.id,
            },
            None => add(random),
        },
        12 | 13 => Command::AddLink {
            id: LinkId::from_bytes(random.bytes()),
            pred: id,
            succ: task(random, view).unwrap_or(id),
            kind: LinkKind::FinishStart,
            lag: Lag::Working(60 * random.between(0, 8)),
        },
        _ => Command::EditPlan {
            name: Some(format!("plan {}", random.below(100))),
            start: None,
            calendar: None,
        },
    }
}
