//! Documents in the database.

use std::future::Future;
use std::sync::OnceLock;

use shared::base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use shared::doc::Document;
use shared::domain::permission::DocumentKind;
use shared::sync::wire::{Entry, FRAME_FILL};
use sqlx::Row;
use sqlx::any::AnyRow;
use tokio::sync::{mpsc, oneshot};

use super::rows::{change_hash, signed, unsigned};
use super::writer::{self, Job};
use super::{
    Append, Appended, Directory, DocumentLog, DocumentRow, Examined, NewDocument, SnapshotRow,
    Standing, snapshots,
};
use crate::store::{BlobHash, Store, StoreError, Tx, from_word, id_bytes, word};

/// The most entries of one page.
const PAGE: i64 = 500;

/// Documents' logs in the database, written by one task that commits what waits together. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Documents {
    store: Store,
    writer: mpsc::UnboundedSender<Job>,
}

impl Documents {
    /// Starts the writer on the current runtime; it ends when the last clone is dropped.
    pub fn start(store: Store) -> Self {
        let (writer, jobs) = mpsc::unbounded_channel();
        tokio::spawn(writer::run(store.clone(), jobs));
        Self { store, writer }
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }
}

/// Inserts a document that is not there yet, within a transaction.
pub(crate) async fn insert_document(
    tx: &mut Tx,
    new: &NewDocument,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO documents (id, project, kind, key, since) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
    )
    .bind(&new.id.as_bytes()[..])
    .bind(&new.project.as_bytes()[..])
    .bind(word(&new.kind)?)
    .bind(&new.key)
    .bind(at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The hashes of a kind's frozen first bytes: implied everywhere, in no log.
pub(super) fn frozen(kind: DocumentKind) -> &'static [ChangeHash] {
    static KINDS: [OnceLock<Vec<ChangeHash>>; 6] = [const { OnceLock::new() }; 6];
    let [plan, progress, note, source, proposal, form] = &KINDS;
    let cell = match kind {
        DocumentKind::Plan => plan,
        DocumentKind::Progress => progress,
        DocumentKind::Note => note,
        DocumentKind::Source => source,
        DocumentKind::Proposal => proposal,
        DocumentKind::Form => form,
    };
    cell.get_or_init(|| Document::new(kind, [0; 16]).heads())
}

fn row(row: &AnyRow) -> Result<DocumentRow, StoreError> {
    Ok(DocumentRow {
        id: DocumentId::from_bytes(id_bytes(row.try_get("id")?)?),
        project: ProjectId::from_bytes(id_bytes(row.try_get("project")?)?),
        kind: from_word(row.try_get("kind")?)?,
        key: row.try_get("key")?,
        epoch: unsigned(row.try_get("epoch")?)?,
        head: unsigned(row.try_get("head")?)?,
        floor: unsigned(row.try_get("floor")?)?,
    })
}

impl DocumentLog for Documents {
    fn alone(&self) -> bool {
        !self.store.shared()
    }

    async fn find(&self, document: DocumentId) -> Result<Option<DocumentRow>, StoreError> {
        sqlx::query(
            "SELECT id, project, kind, key, epoch, head, floor FROM documents WHERE id = $1",
        )
        .bind(&document.as_bytes()[..])
        .fetch_optional(self.store.reader())
        .await?
        .map(|found| row(&found))
        .transpose()
    }

    async fn list(&self, project: ProjectId) -> Result<Vec<DocumentRow>, StoreError> {
        sqlx::query(
            "SELECT id, project, kind, key, epoch, head, floor FROM documents WHERE project = $1 ORDER BY number",
        )
        .bind(&project.as_bytes()[..])
        .fetch_all(self.store.reader())
        .await?
        .iter()
        .map(row)
        .collect()
    }

    async fn create(&self, new: NewDocument, at: Timestamp) -> Result<DocumentRow, StoreError> {
        let mut tx = self.store.begin().await?;
        insert_document(&mut tx, &new, at).await?;
        tx.commit().await?;
        self.find(new.id)
            .await?
            .ok_or(StoreError::Exists("a document of that kind and key"))
    }

    async fn knows(
        &self,
        document: DocumentId,
        hashes: Vec<ChangeHash>,
    ) -> Result<bool, StoreError> {
        let found = sqlx::query("SELECT number, kind FROM documents WHERE id = $1")
            .bind(&document.as_bytes()[..])
            .fetch_optional(self.store.reader())
            .await?;
        let Some(found) = found else {
            return Ok(false);
        };
        let number: i64 = found.try_get(0)?;
        let frozen = frozen(from_word(found.try_get(1)?)?);
        for hash in hashes.iter().filter(|h| !frozen.contains(h)) {
            let there = sqlx::query("SELECT 1 FROM changes WHERE document = $1 AND hash = $2")
                .bind(number)
                .bind(&hash.as_bytes()[..])
                .fetch_optional(self.store.reader())
                .await?;
            if there.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn read(&self, document: DocumentId, after: u64) -> Result<Vec<Entry>, StoreError> {
        // sizes first, so that a page of large changes is not read only to be cut
        let rows = sqlx::query(
            "SELECT coalesce(length(c.bytes), 0) FROM changes c JOIN documents d ON d.number = c.document
             WHERE d.id = $1 AND c.seq > $2 ORDER BY c.seq LIMIT $3",
        )
        .bind(&document.as_bytes()[..])
        .bind(signed(after)?)
        .bind(PAGE)
        .fetch_all(self.store.reader())
        .await?;
        let (mut count, mut bytes) = (0_i64, 0);
        for row in &rows {
            bytes += unsigned(row.try_get(0)?)? as usize;
            if count > 0 && bytes > FRAME_FILL {
                break;
            }
            count += 1;
        }
        let rows = sqlx::query(
            "SELECT c.seq, a.person, c.received_at, c.bytes, c.hash, d.floor FROM changes c
             JOIN documents d ON d.number = c.document JOIN actors a ON a.number = c.actor
             WHERE d.id = $1 AND c.seq > $2 ORDER BY c.seq LIMIT $3",
        )
        .bind(&document.as_bytes()[..])
        .bind(signed(after)?)
        .bind(count)
        .fetch_all(self.store.reader())
        .await?;
        let mut page = Vec::new();
        for row in &rows {
            let seq = unsigned(row.try_get(0)?)?;
            let hash = change_hash(row.try_get(4)?)?;
            let bytes: Vec<u8> = row.try_get::<Option<_>, _>(3)?.unwrap_or_default();
            if snapshots::is(&bytes, hash) {
                page.push(Entry {
                    seq,
                    by: PersonId::from_bytes(id_bytes(row.try_get(1)?)?),
                    at: Timestamp(row.try_get(2)?),
                    bytes,
                });
            } else if !page.is_empty() {
                break; // told when it is asked for
            } else if seq <= unsigned(row.try_get(5)?)?
                && let Some(snapshot) = self.snapshot(document).await?
            {
                return Err(StoreError::BelowFloor(snapshot));
            } else {
                return Err(StoreError::Damaged(document, seq));
            }
        }
        Ok(page)
    }

    async fn weight(&self, document: DocumentId, after: u64) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT CAST(coalesce(sum(length(c.bytes)), 0) AS BIGINT) FROM changes c
             JOIN documents d ON d.number = c.document WHERE d.id = $1 AND c.seq > $2",
        )
        .bind(&document.as_bytes()[..])
        .bind(signed(after)?)
        .fetch_one(self.store.reader())
        .await?;
        unsigned(row.try_get(0)?)
    }

    fn append(
        &self,
        append: Append,
    ) -> impl Future<Output = Result<Appended, StoreError>> + Send + 'static {
        let (answer, answered) = oneshot::channel();
        let sent = self.writer.send(Job { append, answer });
        async move {
            match sent {
                Ok(()) => answered.await.unwrap_or(Err(StoreError::Stopped)),
                Err(_) => Err(StoreError::Stopped),
            }
        }
    }

    async fn snapshot(&self, document: DocumentId) -> Result<Option<SnapshotRow>, StoreError> {
        snapshots::newest(&self.store, document).await
    }

    async fn snapshot_bytes(
        &self,
        document: DocumentId,
        hash: BlobHash,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        snapshots::bytes(&self.store, document, hash).await
    }

    async fn put_snapshot(
        &self,
        document: DocumentId,
        epoch: u64,
        seq: u64,
        bytes: Vec<u8>,
        at: Timestamp,
    ) -> Result<SnapshotRow, StoreError> {
        snapshots::put(&self.store, document, (epoch, seq), bytes, at).await
    }

    async fn trim(&self, document: DocumentId, seq: u64) -> Result<u64, StoreError> {
        snapshots::trim(&self.store, document, seq).await
    }

    async fn examine(&self, document: DocumentId) -> Result<Examined, StoreError> {
        snapshots::examine(&self.store, document).await
    }

    async fn lacking(&self, document: DocumentId) -> Result<Vec<ChangeHash>, StoreError> {
        snapshots::lacking(&self.store, document).await
    }

    async fn repair(
        &self,
        document: DocumentId,
        hash: ChangeHash,
        bytes: Vec<u8>,
    ) -> Result<bool, StoreError> {
        snapshots::repair(&self.store, document, hash, &bytes).await
    }
}

impl Directory for Store {
    async fn standing(&self, person: PersonId, project: ProjectId) -> Result<Standing, StoreError> {
        Store::standing(self, person, project).await
    }
}
