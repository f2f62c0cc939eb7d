//! An import that the person agreed to: the original is kept, the plan is written, then its notes.

use leptos::prelude::*;
use shared::base::{DocumentId, ProjectId, TaskId};
use shared::doc::command::{Command, CommandError};

use super::job::Preview;
use crate::platform::clock;
use crate::replica::{OpenNote, OpenPlan, Replica};

/// The largest part of a kept original, in bytes.
const PART: usize = 64 * 1024;

/// What could not be kept beside the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Lost {
    /// The original file.
    pub(super) source: bool,
    /// How many notes.
    pub(super) notes: usize,
}

/// Writes the plan. On an error the plan is as it was.
pub(super) async fn import(
    replica: Replica,
    open: OpenPlan,
    project: ProjectId,
    preview: &Preview,
) -> Result<Lost, CommandError> {
    let mut lost = Lost::default();
    let mut plan = preview.imported.plan.clone();
    match keep(replica, project, preview).await {
        Ok(document) => plan.source = Some(document),
        Err(_) => lost.source = true,
    }
    open.dispatch(Command::ImportPlan {
        plan: Box::new(plan),
    })?;
    lost.notes = notes(replica, project, &preview.imported.notes).await;
    Ok(lost)
}

/// Keeps the original of a file beside the plan.
pub(super) async fn keep(
    replica: Replica,
    project: ProjectId,
    preview: &Preview,
) -> Result<DocumentId, CommandError> {
    let parts: Vec<Vec<u8>> = preview.original.chunks(PART).map(<[u8]>::to_vec).collect();
    let name = preview.name.clone();
    replica.put_source(project, name, parts).await
}

/// Writes notes; how many could not be written.
pub(super) async fn notes(
    replica: Replica,
    project: ProjectId,
    notes: &[(TaskId, String)],
) -> usize {
    let mut lost = 0;
    for (task, text) in notes {
        let note = replica.open_note(project, *task);
        if !opened(note).await || note.set(text.clone()).is_err() {
            lost += 1;
        }
    }
    lost
}

/// Waits until a note was read from this device; `false` when that takes unreasonably long.
async fn opened(note: OpenNote) -> bool {
    for _ in 0..500 {
        if note.text().with_untracked(Option::is_some) {
            return true;
        }
        clock::wait(4).await;
    }
    false
}
