//! Snapshots, and what they allow: to give up the bytes of changes that they hold.
//!
//! Two steps, each safe by itself: a snapshot is stored and read back; later, in another transaction, the bytes of
//! exactly the changes that a snapshot which can still be read holds are given up. Rows stay: who wrote what, and that a
//! change is there, stay known.

use shared::base::{ChangeHash, DocumentId, Timestamp};
use shared::doc::{Document, bounds};
use shared::domain::permission::DocumentKind;
use shared::sync::check;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::rows::{change_hash, signed, unsigned};
use crate::store::blobs::BlobHash;
use crate::store::{Store, StoreError, from_word};

/// A whole document up to a place in its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotRow {
    /// Of this epoch of the log.
    pub epoch: u64,
    /// The last sequence number that it holds.
    pub seq: u64,
    /// The content address of its bytes.
    pub hash: BlobHash,
    /// How many bytes.
    pub length: u64,
    /// When it was made.
    pub at: Timestamp,
}

/// What is wrong with a document in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A change's bytes are gone, and no snapshot holds it.
    ChangeMissing {
        /// Its sequence number.
        seq: u64,
        /// Its hash.
        hash: ChangeHash,
    },
    /// A change's bytes are not those of its hash.
    ChangeDamaged {
        /// Its sequence number.
        seq: u64,
        /// Its hash.
        hash: ChangeHash,
    },
    /// A sequence number that the log must have has no row.
    Gap {
        /// Which.
        seq: u64,
    },
    /// A snapshot's bytes are missing, or not those of its hash.
    SnapshotDamaged {
        /// The last sequence number that it holds.
        seq: u64,
        /// Its content address.
        hash: BlobHash,
    },
    /// A change's bytes are those of its hash, and beyond the limits of what is ever read.
    ChangeUnsound {
        /// Its sequence number.
        seq: u64,
        /// Its hash.
        hash: ChangeHash,
    },
    /// A snapshot's bytes are those of its hash, and beyond the limits of what is ever read.
    SnapshotUnsound {
        /// The last sequence number that it holds.
        seq: u64,
        /// Its content address.
        hash: BlobHash,
    },
    /// Changes were given up to this number, and no snapshot that can be read holds them.
    NoSnapshot {
        /// The number.
        floor: u64,
    },
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ChangeMissing { seq, hash } => write!(f, "change {seq} ({hash}) is missing"),
            Self::ChangeDamaged { seq, hash } => write!(f, "change {seq} ({hash}) is damaged"),
            Self::Gap { seq } => write!(f, "there is no change {seq}"),
            Self::SnapshotDamaged { seq, hash } => {
                write!(f, "the snapshot up to change {seq} ({hash}) cannot be read")
            }
            Self::ChangeUnsound { seq, hash } => write!(
                f,
                "change {seq} ({hash}) holds more than a change may, or something else: it is not read"
            ),
            Self::SnapshotUnsound { seq, hash } => write!(
                f,
                "the snapshot up to change {seq} ({hash}) holds more than a document may, or something else: it is not read"
            ),
            Self::NoSnapshot { floor } => {
                write!(f, "no snapshot that can be read holds changes 1 to {floor}")
            }
        }
    }
}

/// What an examination found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Examined {
    /// Changes that are in the log as they came.
    pub changes: u64,
    /// Snapshots that can be read.
    pub snapshots: u64,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

struct Found {
    number: i64,
    kind: DocumentKind,
    epoch: u64,
    head: u64,
    floor: u64,
}

const FIND: &str = "SELECT number, kind, epoch, head, floor FROM documents WHERE id = $1";

fn found(row: Option<AnyRow>) -> Result<Found, StoreError> {
    let row = row.ok_or(StoreError::NotFound("document"))?;
    Ok(Found {
        number: row.try_get(0)?,
        kind: from_word(row.try_get(1)?)?,
        epoch: unsigned(row.try_get(2)?)?,
        head: unsigned(row.try_get(3)?)?,
        floor: unsigned(row.try_get(4)?)?,
    })
}

async fn find(store: &Store, document: DocumentId) -> Result<Found, StoreError> {
    let row = sqlx::query(FIND)
        .bind(&document.as_bytes()[..])
        .fetch_optional(store.reader())
        .await?;
    found(row)
}

/// All of a document's epoch, the newest first.
async fn all(store: &Store, of: &Found) -> Result<Vec<SnapshotRow>, StoreError> {
    sqlx::query(
        "SELECT epoch, seq, hash, length, at FROM snapshots
         WHERE document = $1 AND epoch = $2 ORDER BY seq DESC",
    )
    .bind(of.number)
    .bind(signed(of.epoch)?)
    .fetch_all(store.reader())
    .await?
    .iter()
    .map(|row| {
        Ok(SnapshotRow {
            epoch: unsigned(row.try_get(0)?)?,
            seq: unsigned(row.try_get(1)?)?,
            hash: BlobHash::from_column(row.try_get(2)?)?,
            length: unsigned(row.try_get(3)?)?,
            at: Timestamp(row.try_get(4)?),
        })
    })
    .collect()
}

/// The newest one.
pub(super) async fn newest(
    store: &Store,
    document: DocumentId,
) -> Result<Option<SnapshotRow>, StoreError> {
    let of = find(store, document).await?;
    Ok(all(store, &of).await?.into_iter().next())
}

/// The bytes of one of a document's snapshots; `None`: it has none of that address, or they cannot be read.
pub(super) async fn bytes(
    store: &Store,
    document: DocumentId,
    hash: BlobHash,
) -> Result<Option<Vec<u8>>, StoreError> {
    let of = find(store, document).await?;
    if all(store, &of).await?.iter().any(|row| row.hash == hash) {
        store.blob(hash).await
    } else {
        Ok(None)
    }
}

/// Stores a snapshot, once it is known to hold every change of the log up to `seq`.
pub(super) async fn put(
    store: &Store,
    document: DocumentId,
    (epoch, seq): (u64, u64),
    bytes: Vec<u8>,
    at: Timestamp,
) -> Result<SnapshotRow, StoreError> {
    let of = find(store, document).await?;
    if of.epoch != epoch || seq == 0 || of.head < seq {
        return Err(StoreError::NotFound("place in the log"));
    }
    let there = all(store, &of).await?.into_iter().find(|r| r.seq == seq);
    if let Some(row) = there
        && store.blob(row.hash).await?.is_some()
    {
        return Ok(row);
    }
    let hashes: Vec<ChangeHash> =
        sqlx::query("SELECT hash FROM changes WHERE document = $1 AND seq <= $2")
            .bind(of.number)
            .bind(signed(seq)?)
            .fetch_all(store.reader())
            .await?
            .iter()
            .map(|row| change_hash(row.try_get(0)?))
            .collect::<Result<_, _>>()?;
    let (kind, length) = (of.kind, bytes.len() as u64);
    let (bytes, whole) = tokio::task::spawn_blocking(move || {
        let none: [&[u8]; 0] = [];
        let whole = Document::load(kind, Some(&bytes), &none, [0; 16])
            .is_ok_and(|mut document| hashes.iter().all(|hash| document.has(hash)));
        (bytes, whole)
    })
    .await
    .map_err(|_| StoreError::Unreadable("the snapshot".to_owned()))?;
    if !whole {
        return Err(StoreError::Unreadable(
            "a snapshot that does not hold all changes up to its place".to_owned(),
        ));
    }
    let hash = kept(store, &bytes).await?;
    let mut tx = store.begin().await?;
    sqlx::query(
        "INSERT INTO snapshots (document, epoch, seq, hash, length, at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (document, epoch, seq) DO UPDATE SET
             hash = excluded.hash, length = excluded.length, at = excluded.at",
    )
    .bind(of.number)
    .bind(signed(epoch)?)
    .bind(signed(seq)?)
    .bind(hash.as_bytes())
    .bind(signed(length)?)
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    // another node may have removed the same bytes as superseded before the row named them
    kept(store, &bytes).await?;
    Ok(SnapshotRow {
        epoch,
        seq,
        hash,
        length,
        at,
    })
}

/// Puts bytes where they are not there yet, and reads them back.
async fn kept(store: &Store, bytes: &[u8]) -> Result<BlobHash, StoreError> {
    let hash = BlobHash::of(bytes);
    if store.blob(hash).await?.is_none() {
        store.put_blob(bytes).await?;
        if store.blob(hash).await?.is_none() {
            return Err(StoreError::Unavailable(
                "a snapshot was not read back as it was written".to_owned(),
            ));
        }
    }
    Ok(hash)
}

/// Gives up the bytes of changes up to `seq`, as far as the newest snapshot that can be read holds them. Answers up to
/// where they are given up now.
pub(super) async fn trim(store: &Store, document: DocumentId, seq: u64) -> Result<u64, StoreError> {
    let of = find(store, document).await?;
    let mut readable = None;
    for row in all(store, &of).await? {
        if store.blob(row.hash).await?.is_some() {
            readable = Some(row);
            break;
        }
    }
    let Some(newest) = readable else {
        return Ok(of.floor);
    };
    let floor = seq.min(newest.seq).max(of.floor);
    let mut tx = store.begin().await?;
    let row = sqlx::query(tx.locking(FIND))
        .bind(&document.as_bytes()[..])
        .fetch_optional(&mut *tx)
        .await?;
    if found(row)?.epoch != newest.epoch {
        return Ok(of.floor); // restored meanwhile
    }
    sqlx::query(
        "UPDATE changes SET bytes = NULL WHERE document = $1 AND seq <= $2 AND bytes IS NOT NULL",
    )
    .bind(of.number)
    .bind(signed(floor)?)
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE documents SET floor = $1 WHERE number = $2 AND floor < $1")
        .bind(signed(floor)?)
        .bind(of.number)
        .execute(&mut *tx)
        .await?;
    // the one before stays for devices that are fetching it
    let superseded = sqlx::query(
        "DELETE FROM snapshots WHERE document = $1 AND (epoch < $2 OR seq < coalesce(
             (SELECT max(seq) FROM snapshots WHERE document = $1 AND epoch = $2 AND seq < $3), 0))
         RETURNING hash",
    )
    .bind(of.number)
    .bind(signed(newest.epoch)?)
    .bind(signed(newest.seq)?)
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let superseded = superseded
        .iter()
        .map(|row| BlobHash::from_column(row.try_get(0)?))
        .collect::<Result<Vec<_>, _>>()?;
    store.forget_blobs(&superseded).await?;
    Ok(floor)
}

/// So many gaps of a log are named; a log that lacks more is lost anyway, or made up.
const NAMED: usize = 1_000;

fn gaps(problems: &mut Vec<Problem>, of: impl Iterator<Item = u64>) {
    let room = NAMED.saturating_sub(problems.len());
    problems.extend(of.take(room).map(|seq| Problem::Gap { seq }));
}

/// Reads everything that is kept of a document and says what is wrong with it.
pub(super) async fn examine(store: &Store, document: DocumentId) -> Result<Examined, StoreError> {
    let of = find(store, document).await?;
    let mut examined = Examined::default();
    let mut held = 0;
    for row in all(store, &of).await? {
        let (seq, hash) = (row.seq, row.hash);
        match store.blob(hash).await? {
            Some(bytes) if bounds::document(&bytes).is_ok() => {
                held = held.max(seq);
                examined.snapshots += 1;
            }
            Some(_) => (examined.problems).push(Problem::SnapshotUnsound { seq, hash }),
            None => (examined.problems).push(Problem::SnapshotDamaged { seq, hash }),
        }
    }
    if held < of.floor {
        let floor = of.floor;
        examined.problems.push(Problem::NoSnapshot { floor });
    }
    let mut after = 0;
    while after < of.head {
        let rows = sqlx::query(
            "SELECT seq, hash, bytes FROM changes WHERE document = $1 AND seq > $2 ORDER BY seq LIMIT 200",
        )
        .bind(of.number)
        .bind(signed(after)?)
        .fetch_all(store.reader())
        .await?;
        if rows.is_empty() {
            gaps(&mut examined.problems, after + 1..=of.head);
            break;
        }
        for row in rows {
            let seq = unsigned(row.try_get(0)?)?;
            let hash = change_hash(row.try_get(1)?)?;
            gaps(&mut examined.problems, after + 1..seq);
            after = seq;
            match row.try_get::<Option<&[u8]>, _>(2)? {
                Some(bytes) if is(bytes, hash) && bounds::change(bytes).is_ok() => {
                    examined.changes += 1;
                }
                Some(bytes) if is(bytes, hash) => {
                    (examined.problems).push(Problem::ChangeUnsound { seq, hash });
                }
                Some(_) => examined.problems.push(Problem::ChangeDamaged { seq, hash }),
                None if seq <= of.floor => {}
                None => examined.problems.push(Problem::ChangeMissing { seq, hash }),
            }
        }
    }
    Ok(examined)
}

/// The last sequence number that a snapshot holds which can be read; 0: there is none.
async fn held(store: &Store, of: &Found) -> Result<u64, StoreError> {
    for row in all(store, of).await? {
        if store.blob(row.hash).await?.is_some() {
            return Ok(row.seq);
        }
    }
    Ok(0)
}

/// What is lost, in log order.
pub(super) async fn lacking(
    store: &Store,
    document: DocumentId,
) -> Result<Vec<ChangeHash>, StoreError> {
    let of = find(store, document).await?;
    let mut after = held(store, &of).await?.min(of.floor);
    let mut lacking = Vec::new();
    loop {
        let rows = sqlx::query(
            "SELECT seq, hash, bytes FROM changes WHERE document = $1 AND seq > $2 ORDER BY seq LIMIT 200",
        )
        .bind(of.number)
        .bind(signed(after)?)
        .fetch_all(store.reader())
        .await?;
        if rows.is_empty() {
            return Ok(lacking);
        }
        for row in rows {
            after = unsigned(row.try_get(0)?)?;
            let hash = change_hash(row.try_get(1)?)?;
            let bytes = row.try_get::<Option<&[u8]>, _>(2)?;
            if !bytes.is_some_and(|bytes| is(bytes, hash)) {
                lacking.push(hash);
            }
        }
    }
}

/// Whether bytes are a change of that hash.
pub(super) fn is(bytes: &[u8], hash: ChangeHash) -> bool {
    check::header(bytes).is_some_and(|header| header.hash == hash)
}

/// Fills a change in again whose bytes are missing or damaged; whether that was needed. `bytes` may come from anybody:
/// only those of the hash in the log are taken.
pub(super) async fn repair(
    store: &Store,
    document: DocumentId,
    hash: ChangeHash,
    bytes: &[u8],
) -> Result<bool, StoreError> {
    if !is(bytes, hash) {
        return Err(StoreError::Unreadable(
            "bytes that are not of the change's hash".to_owned(),
        ));
    }
    let held = held(store, &find(store, document).await?).await?;
    let mut tx = store.begin().await?;
    let row = sqlx::query(tx.locking(FIND))
        .bind(&document.as_bytes()[..])
        .fetch_optional(&mut *tx)
        .await?;
    let of = found(row)?;
    let row = sqlx::query("SELECT seq, bytes FROM changes WHERE document = $1 AND hash = $2")
        .bind(of.number)
        .bind(&hash.as_bytes()[..])
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(StoreError::NotFound("change"))?;
    let seq = unsigned(row.try_get(0)?)?;
    match row.try_get::<Option<&[u8]>, _>(1)? {
        Some(there) if is(there, hash) => return Ok(false),
        // given up on purpose: a snapshot holds it
        None if seq <= of.floor.min(held) => return Ok(false),
        _ => {}
    }
    sqlx::query("UPDATE changes SET bytes = $1 WHERE document = $2 AND hash = $3")
        .bind(bytes)
        .bind(of.number)
        .bind(&hash.as_bytes()[..])
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(true)
}
