//! What was done to a document, as plain data: kept until the server has it, to be done again after a refusal.

use base::TaskId;
use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::undo::Undo;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// A command.
    Do(Box<Command>),
    /// An earlier one was taken back.
    TakeBack(Box<Undo>),
}

impl Deed {
    /// The tasks it touches, for the badge beside them.
    pub fn tasks(&self) -> Vec<TaskId> {
        let Self::Do(command) = self else {
            return Vec::new();
        };
        match command.as_ref() {
            Command::AddTask { id, .. }
            | Command::EditTask { id, .. }
            | Command::EditProgress { id, .. } => vec![*id],
            Command::MoveTasks { ids, .. }
            | Command::RemoveTasks { ids }
            | Command::RestoreTasks { ids } => ids.clone(),
            Command::Assign { task, .. } => vec![*task],
            Command::AddLink { pred, succ, .. } => vec![*pred, *succ],
            Command::Restore { plan, progress } => {
                let edits = plan.iter().chain(progress);
                let tasks: rustc_hash::FxHashSet<TaskId> =
                    edits.filter_map(|e| e.subject.task()).collect();
                tasks.into_iter().collect()
            }
            Command::Update { edits } => {
                let tasks: rustc_hash::FxHashSet<TaskId> =
                    edits.iter().flat_map(|edit| edit.tasks()).collect();
                tasks.into_iter().collect()
            }
            Command::ImportPlan { plan } => plan.tasks.iter().map(|task| task.id).collect(),
            _ => Vec::new(),
        }
    }
}
