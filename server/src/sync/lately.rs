//! What was read from plans lately: the first rows, as a device paints them that has nothing of the plan yet, and the
//! dates for calendars, and what they ask of resources.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use shared::base::DocumentId;
use shared::doc::view::plan::{PlanReader, PlanView};

use super::keeper::{KeepError, Keeper};
use crate::store::StoreError;
use crate::store::documents::{Directory, DocumentLog, DocumentRow};

/// What it was read from: the plan, and epoch and end of its log and of the progress's.
type State = (DocumentId, [u64; 4]);

/// Something that is read from plans, kept for those that were read last.
pub(super) struct Lately<T> {
    most: usize,
    kept: Mutex<VecDeque<(State, T)>>,
    /// Reading a large plan keeps a core busy for a while: one at a time.
    reading: tokio::sync::Mutex<()>,
}

impl<T: Clone + Send + 'static> Lately<T> {
    /// Of so many plans.
    pub(super) fn of_plans(most: usize) -> Self {
        Self {
            most,
            kept: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
        }
    }

    /// What `read` makes of a plan with its progress.
    pub(super) async fn of<L: DocumentLog, D: Directory>(
        &self,
        keeper: &Keeper<L, D>,
        plan: &DocumentRow,
        progress: &DocumentRow,
        read: fn(&PlanView) -> T,
    ) -> Result<T, Arc<KeepError>> {
        let ends = [plan.epoch, plan.head, progress.epoch, progress.head];
        let state = (plan.id, ends);
        if let Some(known) = self.known(state) {
            return Ok(known);
        }
        let _one = self.reading.lock().await;
        if let Some(known) = self.known(state) {
            return Ok(known);
        }
        let stopped = |_| Arc::new(KeepError::from(StoreError::Stopped));
        let (plan, progress) = (keeper.copy(plan.id), keeper.copy(progress.id));
        let mut plan = plan.await.map_err(stopped)??;
        let mut progress = progress.await.map_err(stopped)??;
        let read = move || read(&PlanReader::default().read(&mut plan, Some(&mut progress)));
        let made = tokio::task::spawn_blocking(read).await;
        let made = made.map_err(|_| Arc::new(StoreError::Stopped.into()))?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|((of, _), _)| *of != state.0);
        kept.push_back((state, made.clone()));
        if kept.len() > self.most {
            kept.pop_front();
        }
        Ok(made)
    }

    fn known(&self, state: State) -> Option<T> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(of, _)| *of == state);
        found.map(|(_, made)| made.clone())
    }
}
