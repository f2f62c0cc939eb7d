//! What the database holds of a document.

use shared::base::{DocumentId, sort};
use shared::doc::Document;

use super::rows::{self, CHUNKS, Chunk, META, Meta, PENDING, Pending, SNAPSHOTS};
use crate::platform::database::{Database, DatabaseError, Range, Row};
use crate::platform::random;

/// What was read of it at one moment.
pub(crate) struct Stored {
    pub(crate) meta: Option<Meta>,
    pub(super) snapshots: Vec<Row>,
    pub(super) chunks: Vec<Row>,
    pub(super) pending: Vec<Row>,
}

impl Stored {
    /// Reads the chunks above `cursor`, and the rest.
    pub(crate) async fn read(
        database: &Database,
        document: DocumentId,
        cursor: u64,
    ) -> Result<Self, DatabaseError> {
        let of = || rows::key([rows::id(document)]);
        let chunks = match cursor {
            0 => Range::Under(of()),
            cursor => Range::Above(of(), cursor),
        };
        let asks = [
            (META, Range::One(of())),
            (SNAPSHOTS, Range::Above(of(), cursor)),
            (CHUNKS, chunks),
            (PENDING, Range::Under(of())),
        ];
        let mut answers = database.read(&asks).await?.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        let (meta, snapshots, chunks, pending) = (next(), next(), next(), next());
        Ok(Self {
            meta: rows::read::<Meta>(&meta).0.pop().map(|(meta, _)| meta),
            snapshots,
            chunks,
            pending,
        })
    }

    /// The latest snapshot, with the sequence number up to which it goes.
    pub(crate) fn snapshot(&self) -> Option<(u64, &[u8])> {
        let (mut snapshots, _) = rows::read::<Chunk>(&self.snapshots);
        snapshots
            .pop()
            .map(|(snapshot, bytes)| (snapshot.seq, bytes))
    }

    /// Acknowledged changes that the snapshot does not hold.
    pub(crate) fn chunks(&self) -> Vec<&[u8]> {
        let from = self.snapshot().map_or(0, |(seq, _)| seq);
        let (chunks, _) = rows::read::<Chunk>(&self.chunks);
        chunks
            .into_iter()
            .filter(|(chunk, _)| chunk.seq > from)
            .map(|(_, bytes)| bytes)
            .collect()
    }

    /// Pending changes, dependencies first.
    pub(crate) fn pending(&self) -> Vec<(Pending, &[u8])> {
        let (mut pending, _) = rows::read::<Pending>(&self.pending);
        sort::by_key(&mut pending, |(pending, _)| (pending.n, pending.hash));
        pending
    }

    /// The document as the server has it, where all of that is here.
    pub(crate) fn acknowledged(&self, meta: &Meta) -> Option<Document> {
        let snapshot = self.snapshot().map(|(_, bytes)| bytes);
        let chunks = self.chunks();
        let mut document = Document::load(meta.kind, snapshot, &chunks, random::bytes()).ok()?;
        let whole = document.missing().is_empty() && meta.heads.iter().all(|h| document.has(h));
        whole.then_some(document)
    }

    /// How many rows are damaged.
    pub(super) fn loses(&self) -> usize {
        rows::read::<Chunk>(&self.chunks).1
            + rows::read::<Pending>(&self.pending).1
            + rows::read::<Chunk>(&self.snapshots).1
    }
}
