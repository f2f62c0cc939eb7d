//! The notes of a whole plan at once, for an export.

use std::collections::HashMap;

use leptos::prelude::*;
use shared::api::DocumentInfo;
use shared::base::{DocumentId, ProjectId, TaskId};
use shared::doc::view::note;
use shared::doc::{Document, derived_id};
use shared::domain::permission::DocumentKind;

use super::core::{Core, trouble};
use super::rows::{self, META, Meta};
use super::stored::Stored;
use super::{Replica, Trouble};
use crate::platform::database::{Database, Range};
use crate::platform::{clock, http, random};

/// How long notes that only the server has may take to come, in ms.
const PATIENCE: i64 = 15_000;

/// All notes that are known.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// Tasks whose note was ever written, with its text, which is empty where it was taken away.
    pub texts: Vec<(TaskId, String)>,
    /// Notes that the server has and that did not come to this device.
    pub missing: usize,
}

impl Replica {
    /// The notes of these tasks: those on this device, and with a network those that only the server has.
    pub async fn notes(&self, project: ProjectId, tasks: &[TaskId]) -> Result<Notes, Trouble> {
        let core = self.core.get_value();
        let of: HashMap<DocumentId, TaskId> = tasks
            .iter()
            .map(|task| {
                let key = task.to_string();
                (derived_id(project, DocumentKind::Note, &key), *task)
            })
            .collect();
        let Some(database) = core.database().await else {
            return Err(Trouble::StorageRefused {
                cause: String::new(),
            });
        };
        core.writer.flushed(&database).await;
        let mut here = on_device(&database, &of).await?;
        let path = format!("/api/projects/{project}/documents");
        // with no network what is here has to do
        let listed = http::get::<Vec<DocumentInfo>>(&path).await;
        let coming: Vec<(DocumentId, TaskId)> = (listed.unwrap_or_default().iter())
            .filter(|info| !here.contains(&info.id))
            .filter_map(|info| Some((info.id, *of.get(&info.id)?)))
            .collect();
        for (document, task) in &coming {
            let fresh = Meta::new(*document, project, DocumentKind::Note, task.to_string());
            core.load_now(*document, Some(fresh)).await;
        }
        let missing = arrived(&core, &coming).await;
        here.extend(coming.iter().map(|(document, _)| *document));
        let mut notes = Notes {
            missing,
            ..Notes::default()
        };
        for document in here {
            let Some(task) = of.get(&document) else {
                continue;
            };
            if let Some(text) = text(&core, &database, document).await? {
                notes.texts.push((*task, text));
            }
        }
        Ok(notes)
    }
}

/// Which of these documents this device knows.
async fn on_device(
    database: &Database,
    of: &HashMap<DocumentId, TaskId>,
) -> Result<Vec<DocumentId>, Trouble> {
    let answers = database
        .read(&[(META, Range::Under(Vec::new()))])
        .await
        .map_err(|error| trouble(&error))?;
    let (metas, _) = rows::read::<Meta>(answers.first().map_or(&[], Vec::as_slice));
    let documents = metas.into_iter().map(|(meta, _)| meta.document);
    Ok(documents.filter(|id| of.contains_key(id)).collect())
}

/// Waits until they are here; how many are not.
async fn arrived(core: &Core, coming: &[(DocumentId, TaskId)]) -> usize {
    let begun = clock::steady();
    loop {
        let missing = {
            let docs = core.docs.borrow();
            let is_here = |document: &DocumentId| docs.get(document).is_some_and(|doc| doc.here);
            coming.iter().filter(|(id, _)| !is_here(id)).count()
        };
        if missing == 0 || clock::steady().since(begun) > PATIENCE {
            return missing;
        }
        clock::wait(40).await;
    }
}

/// A note's text; `None` where nobody ever wrote it.
async fn text(
    core: &Core,
    database: &Database,
    document: DocumentId,
) -> Result<Option<String>, Trouble> {
    if let Some(doc) = core.docs.borrow_mut().get_mut(&document) {
        return Ok(written(&mut doc.document));
    }
    let stored = Stored::read(database, document, 0)
        .await
        .map_err(|error| trouble(&error))?;
    let pending = stored.pending();
    let mut changes = stored.chunks();
    changes.extend(pending.iter().map(|(_, bytes)| *bytes));
    let snapshot = stored.snapshot().map(|(_, bytes)| bytes);
    match Document::load(DocumentKind::Note, snapshot, &changes, random::bytes()) {
        Ok(mut loaded) => Ok(written(&mut loaded)),
        Err(error) => Err(Trouble::Unreadable {
            document: Some(document),
            cause: error.to_string(),
        }),
    }
}

fn written(document: &mut Document) -> Option<String> {
    let fresh = Document::new(DocumentKind::Note, [0; 16]).heads();
    (document.heads() != fresh).then(|| note::read(document))
}
