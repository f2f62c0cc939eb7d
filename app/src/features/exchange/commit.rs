//! An import that the person agreed to: the original is kept, the plan is written, then its notes.

use shared::base::ProjectId;
use shared::doc::command::{Command, CommandError};

use super::job::Preview;
use crate::replica::{OpenPlan, Replica};

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
pub(super) fn import(
    replica: Replica,
    open: OpenPlan,
    project: ProjectId,
    preview: &Preview,
) -> Result<Lost, CommandError> {
    let mut lost = Lost::default();
    let mut plan = preview.imported.plan.clone();
    let parts: Vec<Vec<u8>> = preview.original.chunks(PART).map(<[u8]>::to_vec).collect();
    match replica.put_source(project, preview.name.clone(), parts) {
        Ok(document) => plan.source = Some(document),
        Err(_) => lost.source = true,
    }
    open.dispatch(Command::ImportPlan {
        plan: Box::new(plan),
    })?;
    for (task, text) in &preview.imported.notes {
        if replica.open_note(project, *task).set(text.clone()).is_err() {
            lost.notes += 1;
        }
    }
    Ok(lost)
}
