//! The one task that appends: what waits goes into one transaction with one fsync, then all of it is answered.

use shared::base::{ChangeHash, PersonId};
use shared::domain::permission::DocumentKind;
use shared::sync::room::Outcome;
use shared::sync::server::Offered;
use shared::sync::wire::{Entry, Refusal};
use sqlx::{Row, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::sqlite::{frozen, signed, unsigned};
use super::{Append, Outcomes};
use crate::store::{Store, StoreError, from_word, id_bytes};

/// The most appends, and bytes of changes, in one transaction.
const BATCH: (usize, usize) = (512, 8 * 1024 * 1024);
/// Operations that the frozen first bytes may hold beyond what the log counts.
const FROZEN_OPS: u64 = 1_000;

/// An append and whom to tell.
pub(super) struct Job {
    pub(super) append: Append,
    pub(super) answer: oneshot::Sender<Result<Outcomes, StoreError>>,
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
        match together(&store, batch.iter().map(|job| &job.append)).await {
            Ok(outcomes) => {
                for (job, outcomes) in batch.into_iter().zip(outcomes) {
                    // whoever asked may be gone; the change is stored all the same
                    let _ = job.answer.send(Ok(outcomes));
                }
            }
            Err(error) => {
                tracing::error!(%error, jobs = batch.len(), "appends could not be stored together");
                // one at a time, so that one bad append does not fail its neighbours
                for job in batch {
                    let result = together(&store, std::iter::once(&job.append)).await;
                    let first = result.map(|all| all.into_iter().next().unwrap_or_default());
                    let _ = job.answer.send(first);
                }
            }
        }
    }
}

fn size(job: &Job) -> usize {
    job.append.changes.iter().map(|c| c.bytes.len()).sum()
}

async fn together(
    store: &Store,
    appends: impl Iterator<Item = &Append>,
) -> Result<Vec<Outcomes>, StoreError> {
    let mut tx = store.begin().await?;
    let mut all = Vec::new();
    for append in appends {
        all.push(one(&mut tx, append).await?);
    }
    tx.commit().await?; // the fsync (synchronous=FULL)
    Ok(all)
}

struct Log {
    number: i64,
    kind: DocumentKind,
    head: u64,
    max_op: u64,
}

async fn one(tx: &mut SqliteConnection, append: &Append) -> Result<Outcomes, StoreError> {
    let found = sqlx::query("SELECT number, kind, head, max_op FROM documents WHERE id = ?")
        .bind(&append.document.as_bytes()[..])
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(StoreError::NotFound("document"))?;
    let mut log = Log {
        number: found.try_get(0)?,
        kind: from_word(found.try_get(1)?)?,
        head: unsigned(found.try_get(2)?)?,
        max_op: unsigned(found.try_get(3)?)?,
    };
    let frozen = frozen(log.kind);
    let before = log.head;
    let mut outcomes = Vec::new();
    for change in &append.changes {
        let outcome = offer(tx, &mut log, frozen, append, change).await?;
        outcomes.push((change.header.hash, outcome));
    }
    // several tabs share a device: what came before its dependencies may find them now
    let mut so_far = before;
    while log.head != so_far {
        so_far = log.head;
        for (change, (_, outcome)) in append.changes.iter().zip(&mut outcomes) {
            if *outcome == Outcome::Waits {
                *outcome = offer(tx, &mut log, frozen, append, change).await?;
            }
        }
    }
    if log.head != before {
        sqlx::query("UPDATE documents SET head = ?, max_op = ? WHERE number = ?")
            .bind(signed(log.head)?)
            .bind(signed(log.max_op)?)
            .bind(log.number)
            .execute(&mut *tx)
            .await?;
    }
    Ok(outcomes)
}

/// The last operation's counter of a change in the log, and its sequence number.
async fn in_log(
    tx: &mut SqliteConnection,
    log: &Log,
    hash: ChangeHash,
) -> Result<Option<(u64, u64)>, StoreError> {
    let row = sqlx::query("SELECT seq, max_op FROM changes WHERE document = ? AND hash = ?")
        .bind(log.number)
        .bind(&hash.as_bytes()[..])
        .fetch_optional(tx)
        .await?;
    row.map(|row| Ok((unsigned(row.try_get(0)?)?, unsigned(row.try_get(1)?)?)))
        .transpose()
}

async fn offer(
    tx: &mut SqliteConnection,
    log: &mut Log,
    frozen: &[ChangeHash],
    append: &Append,
    change: &Offered,
) -> Result<Outcome, StoreError> {
    let header = &change.header;
    if let Some((seq, _)) = in_log(tx, log, header.hash).await? {
        return Ok(Outcome::Present(seq));
    }
    if header.deps.is_empty() && !frozen.is_empty() {
        // a second first change would hide one of the two histories for ever
        return Ok(Outcome::Refused(Refusal::Malformed));
    }
    for dep in header.deps.iter().filter(|dep| !frozen.contains(dep)) {
        match in_log(tx, log, *dep).await? {
            None => return Ok(Outcome::Waits),
            Some((_, max_op)) if header.start_op <= max_op => {
                return Ok(Outcome::Refused(Refusal::Malformed));
            }
            Some(_) => {}
        }
    }
    if header.start_op > log.max_op + FROZEN_OPS {
        return Ok(Outcome::Refused(Refusal::Malformed)); // would use the counters up
    }
    let max_op = header.start_op + change.ops.max(1) - 1;
    let found = sqlx::query(
        "SELECT number, person, last_seq, last_op FROM actors WHERE document = ? AND actor = ?",
    )
    .bind(log.number)
    .bind(&header.actor)
    .fetch_optional(&mut *tx)
    .await?;
    let actor: i64 = match found {
        Some(row) => {
            let number: i64 = row.try_get(0)?;
            let person = PersonId::from_bytes(id_bytes(row.try_get(1)?)?);
            let (last_seq, last_op) = (unsigned(row.try_get(2)?)?, unsigned(row.try_get(3)?)?);
            if person != append.person {
                return Ok(Outcome::Refused(Refusal::ForeignActor));
            }
            if header.seq > last_seq + 1 {
                return Ok(Outcome::Waits);
            }
            if header.seq <= last_seq || header.start_op <= last_op {
                return Ok(Outcome::Refused(Refusal::Malformed)); // the actor was used twice
            }
            sqlx::query("UPDATE actors SET last_seq = ?, last_op = ? WHERE number = ?")
                .bind(signed(header.seq)?)
                .bind(signed(max_op)?)
                .bind(number)
                .execute(&mut *tx)
                .await?;
            number
        }
        None if header.seq > 1 => return Ok(Outcome::Waits),
        None => sqlx::query(
            "INSERT INTO actors (document, actor, person, last_seq, last_op) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(log.number)
        .bind(&header.actor)
        .bind(&append.person.as_bytes()[..])
        .bind(signed(header.seq)?)
        .bind(signed(max_op)?)
        .execute(&mut *tx)
        .await?
        .last_insert_rowid(),
    };
    log.head += 1;
    log.max_op = log.max_op.max(max_op);
    sqlx::query(
        "INSERT INTO changes (document, seq, hash, actor, max_op, received_at, bytes)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(log.number)
    .bind(signed(log.head)?)
    .bind(&header.hash.as_bytes()[..])
    .bind(actor)
    .bind(signed(max_op)?)
    .bind(append.at.0)
    .bind(&change.bytes)
    .execute(&mut *tx)
    .await?;
    Ok(Outcome::Stored(Entry {
        seq: log.head,
        by: append.person,
        at: append.at,
        bytes: change.bytes.clone(),
    }))
}
