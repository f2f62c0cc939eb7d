//! The one task that appends: what waits goes into one transaction with one fsync, then all of it is answered.

use tokio::sync::{mpsc, oneshot};

use super::batch::together;
use super::{Append, Appended};
use crate::store::{Store, StoreError};

/// The most appends, and bytes of changes, in one transaction.
const BATCH: (usize, usize) = (512, 8 * 1024 * 1024);

/// An append and whom to tell.
pub(super) struct Job {
    pub(super) append: Append,
    pub(super) answer: oneshot::Sender<Result<Appended, StoreError>>,
}

/// Until all senders are gone.
pub(super) async fn run(store: Store, mut jobs: mpsc::UnboundedReceiver<Job>) {
    while let Some(first) = jobs.recv().await {
        let mut bytes = size(&first);
        let mut batch = vec![first];
        while batch.len() < BATCH.0 && bytes < BATCH.1 {
            let Ok(next) = jobs.try_recv() else { break };
            bytes += size(&next);
            batch.push(next);
        }
        metrics::histogram!("plumbline_append_batch").record(batch.len() as f64);
        let appends: Vec<_> = batch.iter().map(|job| &job.append).collect();
        let mut answers = together(&store, &appends).await;
        if answers.as_ref().is_err_and(StoreError::unanswered) {
            // a commit whose answer was lost shows when it is tried again
            answers = together(&store, &appends).await;
        }
        match answers {
            Ok(answers) => {
                for (job, answer) in batch.into_iter().zip(answers) {
                    // whoever asked may be gone; the change is stored all the same
                    let _ = job.answer.send(answer);
                }
            }
            Err(error) if error.cannot_store() => {
                tracing::error!(%error, jobs = batch.len(), "appends could not be stored");
                for job in batch {
                    let same = StoreError::Unavailable(error.to_string());
                    let _ = job.answer.send(Err(same));
                }
            }
            Err(error) => {
                tracing::error!(%error, jobs = batch.len(), "appends could not be stored together");
                // one at a time, so that one bad append does not fail its neighbours
                for job in batch {
                    let answer = together(&store, &[&job.append]).await;
                    let first = answer.and_then(|all| {
                        let stopped = Err(StoreError::Stopped);
                        all.into_iter().next().unwrap_or(stopped)
                    });
                    let _ = job.answer.send(first);
                }
            }
        }
    }
}

fn size(job: &Job) -> usize {
    job.append.changes.iter().map(|c| c.bytes.len()).sum()
}
