//! The edits of a plan that the server refused, kept as drafts.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::sort;

use super::plan::OpenPlan;
use super::rows::{self, Deed, REFUSED, RefusedRow};
use super::types::RefusedEdit;
use crate::platform::database::Range;

impl OpenPlan {
    /// Edits that the server refused, kept as drafts.
    pub fn refused(&self) -> Signal<Vec<RefusedEdit>> {
        self.signals.refused.into()
    }

    /// Drops the refused edit at this index, after the person said so.
    pub fn discard_refused(&self, index: usize) {
        let state = self.state();
        let step = {
            let mut refused = state.refused.borrow_mut();
            if index >= refused.len() {
                return;
            }
            refused.remove(index).delete()
        };
        self.show_refused();
        let documents = *state.documents.borrow();
        let core = state.core.clone();
        state.core.save(vec![step], move || {
            if let Some((plan, _)) = documents {
                core.tell(&super::notice::Notice::Refused(plan));
            }
        });
    }

    fn show_refused(&self) {
        let state = self.state();
        let refused = state
            .refused
            .borrow()
            .iter()
            .map(|row| RefusedEdit {
                command: match &row.deed {
                    Some(Deed::Do(command)) => Some(command.as_ref().clone()),
                    _ => None,
                },
                document: row.document,
                at: row.at,
                reason: row.reason.into(),
            })
            .collect();
        self.signals.refused.set(refused);
    }

    /// Reads the refused edits again.
    pub(super) fn read_refused(&self) {
        let (this, state) = (*self, self.state());
        let Some((plan, progress)) = *state.documents.borrow() else {
            return;
        };
        spawn_local(async move {
            let Some(database) = state.core.database().await else {
                return;
            };
            let of = |document| (REFUSED, Range::Under(rows::key([rows::id(document)])));
            if let Ok(answers) = database.read(&[of(plan), of(progress)]).await {
                let mut refused: Vec<RefusedRow> = Vec::new();
                for answer in &answers {
                    refused.extend(
                        rows::read::<RefusedRow>(answer)
                            .0
                            .into_iter()
                            .map(|(r, _)| r),
                    );
                }
                sort::by_key(&mut refused, |row| row.at);
                *state.refused.borrow_mut() = refused;
                this.show_refused();
            }
        });
    }
}
