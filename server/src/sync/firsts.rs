//! The first rows of plans, as a device paints them that has nothing of the plan yet.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use shared::base::DocumentId;
use shared::doc::view::first::FirstRows;
use shared::doc::view::plan::PlanReader;

use super::keeper::{KeepError, Keeper};
use crate::store::StoreError;
use crate::store::documents::{Directory, DocumentLog, DocumentRow};

/// How many plans' rows are kept: some 20 KB each.
const KEPT: usize = 64;

/// What rows were read from: the plan, and epoch and end of its log and of the progress's.
type State = (DocumentId, [u64; 4]);

/// Rows that were read lately.
#[derive(Default)]
pub(super) struct Firsts {
    kept: Mutex<VecDeque<(State, Bytes)>>,
    /// Reading a large plan keeps a core busy for a while: one at a time.
    reading: tokio::sync::Mutex<()>,
}

impl Firsts {
    /// The [`FirstRows`] of a plan with its progress, as JSON.
    pub(super) async fn of<L: DocumentLog, D: Directory>(
        &self,
        keeper: &Keeper<L, D>,
        plan: &DocumentRow,
        progress: &DocumentRow,
    ) -> Result<Bytes, Arc<KeepError>> {
        let ends = [plan.epoch, plan.head, progress.epoch, progress.head];
        let state = (plan.id, ends);
        if let Some(rows) = self.known(state) {
            return Ok(rows);
        }
        let _one = self.reading.lock().await;
        if let Some(rows) = self.known(state) {
            return Ok(rows);
        }
        let stopped = |_| Arc::new(KeepError::from(StoreError::Stopped));
        let (plan, progress) = (keeper.copy(plan.id), keeper.copy(progress.id));
        let mut plan = plan.await.map_err(stopped)??;
        let mut progress = progress.await.map_err(stopped)??;
        let read = move || {
            let view = PlanReader::default().read(&mut plan, Some(&mut progress));
            serde_json::to_vec(&FirstRows::of(&view)).unwrap_or_default()
        };
        let rows = tokio::task::spawn_blocking(read).await;
        let rows = Bytes::from(rows.map_err(|_| Arc::new(StoreError::Stopped.into()))?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|((of, _), _)| *of != state.0);
        kept.push_back((state, rows.clone()));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        Ok(rows)
    }

    fn known(&self, state: State) -> Option<Bytes> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(of, _)| *of == state);
        found.map(|(_, rows)| rows.clone())
    }
}
