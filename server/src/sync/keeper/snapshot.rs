//! Making snapshots of documents in memory. Storing one goes on beside the document's queue.

use std::sync::Arc;

use shared::base::{DocumentId, Timestamp};
use tokio::sync::oneshot;

use super::{KeepError, Keeper};
use crate::store::StoreError;
use crate::store::documents::{Directory, DocumentLog, SnapshotRow};
use crate::sync::kept::Kept;

/// What came of making a snapshot.
enum Saved {
    /// There is one that holds everything.
    There(SnapshotRow),
    /// To be stored.
    New {
        epoch: u64,
        seq: u64,
        bytes: Vec<u8>,
        /// What the one before holds.
        before: u64,
    },
}

async fn store<L: DocumentLog>(
    log: &L,
    document: DocumentId,
    (epoch, seq, bytes): (u64, u64, Vec<u8>),
    before: u64,
    at: Timestamp,
) -> Result<SnapshotRow, StoreError> {
    let made = log.put_snapshot(document, epoch, seq, bytes, at).await?;
    // who is on the way with the one before reads on in the log
    log.trim(document, before).await?;
    Ok(made)
}

impl<L: DocumentLog, D: Directory> Keeper<L, D> {
    /// Makes a snapshot; storing it and giving up what it holds goes on beside.
    pub(super) async fn save(
        &self,
        document: DocumentId,
        at: Timestamp,
        kept: &mut Option<Box<Kept>>,
        answer: Option<oneshot::Sender<Result<SnapshotRow, Arc<KeepError>>>>,
    ) {
        let made = match self.saved(document, kept).await {
            Ok(made) => made,
            Err(error) => {
                tracing::error!(%document, %error, "sync: no snapshot could be made");
                if let Some(answer) = answer {
                    let _ = answer.send(Err(Arc::new(error)));
                }
                return;
            }
        };
        let log = self.log.clone();
        tokio::spawn(async move {
            let stored = match made {
                Saved::There(row) => Ok(row),
                Saved::New {
                    epoch,
                    seq,
                    bytes,
                    before,
                } => store(&log, document, (epoch, seq, bytes), before, at).await,
            };
            if let Err(error) = &stored {
                tracing::error!(%document, %error, "sync: a snapshot could not be stored");
            }
            if let Some(answer) = answer {
                let _ = answer.send(stored.map_err(|error| Arc::new(error.into())));
            }
        });
    }

    async fn saved(
        &self,
        document: DocumentId,
        kept: &mut Option<Box<Kept>>,
    ) -> Result<Saved, KeepError> {
        let row = self.row(document).await?;
        let newest = self.log.snapshot(document).await?;
        let newest = newest.filter(|n| n.epoch == row.epoch);
        if let Some(newest) = newest.filter(|n| n.seq >= row.head)
            && self
                .log
                .snapshot_bytes(document, newest.hash)
                .await?
                .is_some()
        {
            return Ok(Saved::There(newest));
        }
        let mut copy = self.level(&row, kept.take()).await?;
        let save = move || {
            let bytes = copy.save();
            (copy, bytes)
        };
        let saved = tokio::task::spawn_blocking(save).await;
        let (mut copy, bytes) = saved.map_err(|_| StoreError::Stopped)?;
        let (epoch, seq) = (copy.row.epoch, copy.seq);
        copy.unsaved = 0;
        *kept = Some(copy);
        Ok(Saved::New {
            epoch,
            seq,
            bytes,
            before: newest.map_or(0, |n| n.seq),
        })
    }
}
