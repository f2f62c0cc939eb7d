//! What a form's document held at some moment of its history.

use std::sync::Arc;

use shared::base::{ChangeHash, DocumentId, ProjectId};
use shared::doc::view::form::{self, FormView};
use shared::domain::permission::DocumentKind;

use super::Hub;
use super::keeper::KeepError;
use crate::store::StoreError;
use crate::store::documents::DocumentLog;

/// The actor of the copy that is looked at: it makes no changes.
const NOBODY: [u8; 16] = [0; 16];

/// What is here of a form at the heads that were named.
#[derive(Debug)]
pub(crate) enum FormAt {
    /// The project has no such document.
    None,
    /// Some of these changes have not arrived.
    NotArrived,
    /// This.
    Held(Box<FormView>),
}

impl Hub {
    /// A project's form as its document was at these heads; none: as it is now.
    pub(crate) async fn form_at(
        &self,
        project: ProjectId,
        document: DocumentId,
        heads: Vec<ChangeHash>,
    ) -> Result<FormAt, Arc<KeepError>> {
        let keeper = self.keeper();
        let found = keeper.log().find(document).await;
        let found = found.map_err(|error| Arc::new(error.into()))?;
        let is_meant = found.is_some_and(|row| {
            row.project == project && row.kind == DocumentKind::Form && row.head > 0
        });
        if !is_meant {
            return Ok(FormAt::None);
        }
        let stopped = |_| Arc::new(KeepError::from(StoreError::Stopped));
        let mut copy = keeper.copy(document).await.map_err(stopped)??;
        let read = move || {
            if !heads.iter().all(|head| copy.has(head)) {
                return FormAt::NotArrived;
            }
            let then = match heads.is_empty() {
                true => Some(copy),
                false => copy.fork_at(&heads, NOBODY),
            };
            match then {
                Some(mut then) => FormAt::Held(Box::new(form::read(&mut then).0)),
                None => FormAt::NotArrived,
            }
        };
        // a large one keeps a core busy for a moment
        let read = tokio::task::spawn_blocking(read).await;
        read.map_err(|_| Arc::new(StoreError::Stopped.into()))
    }
}
