//! Whole documents in one piece: fetched where the server's log is long, and made here, so that a start does not read
//! thousands of changes. Who made the changes inside, by the server's record, is kept beside.

use std::rc::Rc;

use leptos::task::spawn_local;
use shared::base::{ChangeHash, DocumentId, PersonId, Timestamp};
use shared::doc::Document;
use shared::sync::check;
use shared::sync::device::Input;

use super::core::Core;
use super::document::Stored;
use super::driver::Driver;
use super::rows::{self, CHUNKS, Chunk, EXTRA, SNAPSHOTS};
use crate::platform::database::{Range, Write};
use crate::platform::{clock, http, random};

/// From how many changes on a document is kept in one piece on this device.
const MANY: usize = 400;
/// How long after it was opened, in ms: the screen comes first.
const LATER: u32 = 5_000;
/// Rows of the store `extra`: ["receipts", document, seq], who made which change and when the server received it.
const RECEIPTS: &str = "receipts";

/// A change, who made it, and when the server received it, as it is kept beside a snapshot.
type Receipt = (ChangeHash, PersonId, Timestamp);

impl Driver {
    /// Fetches a snapshot and keeps it; the session then goes on from its end. Where that fails, the session asks the
    /// server again by and by.
    pub(super) fn fetch_snapshot(&self, document: DocumentId, epoch: u64, hash: String, seq: u64) {
        let Some(this) = self.this() else {
            return;
        };
        spawn_local(async move {
            let path = format!("/api/documents/{document}/snapshots/{hash}");
            let Ok(bytes) = http::get_bytes(&path).await else {
                return;
            };
            if check::address(&bytes) == hash {
                this.keep_snapshot(document, epoch, seq, bytes).await;
            }
        });
    }

    async fn keep_snapshot(&self, document: DocumentId, epoch: u64, seq: u64, bytes: Vec<u8>) {
        let Some(database) = self.core.database().await else {
            return;
        };
        self.core.writer.flushed(&database).await;
        let Ok(stored) = Stored::read(&database, document, 0).await else {
            return;
        };
        let mut steps = stored.replace(document, seq, bytes);
        {
            let mut metas = self.metas.borrow_mut();
            let Some(meta) = metas.get_mut(&document) else {
                return;
            };
            meta.epoch = epoch;
            meta.cursor = seq;
            // those of the snapshot are inside it; the epoch still tells another log apart
            meta.heads = Vec::new();
            steps.push(meta.put());
        }
        if let Some(this) = self.this() {
            self.core.save(steps, move || {
                this.input(Input::SnapshotStored {
                    document,
                    epoch,
                    seq,
                    heads: Vec::new(),
                });
                spawn_local(async move { this.core.rebuilt(document).await });
            });
        }
    }
}

impl Stored {
    /// Puts a whole document in the place of the chunks that were read and that it holds; who made them stays.
    fn replace(&self, document: DocumentId, seq: u64, bytes: Vec<u8>) -> Vec<Write> {
        let key = |seq: u64| rows::key([rows::id(document), seq.into()]);
        let mut steps = Vec::new();
        let mut receipts: Vec<Receipt> = Vec::new();
        let (chunks, _) = rows::read::<Chunk>(&self.chunks);
        for (chunk, bytes) in chunks.iter().filter(|(chunk, _)| chunk.seq <= seq) {
            steps.push(Write::Delete(CHUNKS, key(chunk.seq)));
            if let (Some(header), Some(by), Some(at)) = (check::header(bytes), chunk.by, chunk.at) {
                receipts.push((header.hash, by, at));
            }
        }
        let (snapshots, _) = rows::read::<Chunk>(&self.snapshots);
        for (snapshot, _) in snapshots.iter().filter(|(chunk, _)| chunk.seq < seq) {
            steps.push(Write::Delete(SNAPSHOTS, key(snapshot.seq)));
        }
        let chunk = Chunk {
            seq,
            by: None,
            at: None,
        };
        steps.push(Write::Put(
            SNAPSHOTS,
            key(seq),
            rows::row_with(&chunk, bytes),
        ));
        if !receipts.is_empty() {
            let key = rows::key([RECEIPTS.into(), rows::id(document), seq.into()]);
            steps.push(Write::Put(EXTRA, key, rows::row(&receipts)));
        }
        steps
    }
}

impl Core {
    /// After a while, keeps a document in one piece, where it lies here as many changes: all that are acknowledged, and
    /// nothing else. Any tab may: only rows that were read are replaced.
    pub(super) fn compact_later(self: &Rc<Self>, document: DocumentId, stored: &Stored) {
        if stored.chunks().len() < MANY {
            return;
        }
        let core = self.clone();
        spawn_local(async move {
            clock::wait(LATER).await;
            core.compact(document).await;
        });
    }

    async fn compact(self: &Rc<Self>, document: DocumentId) {
        let Some(database) = self.database().await else {
            return;
        };
        let Ok(stored) = Stored::read(&database, document, 0).await else {
            return;
        };
        let Some(meta) = &stored.meta else {
            return;
        };
        let snapshot = stored.snapshot().map(|(_, bytes)| bytes);
        let actor = random::bytes();
        let chunks = stored.chunks();
        // a gap, or damage: left as it is, told when it is opened
        let Ok(mut whole) = Document::load(meta.kind, snapshot, &chunks, actor) else {
            return;
        };
        if whole.missing().is_empty() {
            let steps = stored.replace(document, meta.cursor, whole.save());
            self.save(steps, || {});
        }
    }

    /// Who made the changes that lie in snapshots, and when the server received them, as far as this device knows.
    pub(crate) async fn kept_receipts(&self, document: DocumentId) -> Vec<Receipt> {
        let Some(database) = self.database().await else {
            return Vec::new();
        };
        let of = Range::Under(rows::key([RECEIPTS.into(), rows::id(document)]));
        let Ok(answers) = database.read(&[(EXTRA, of)]).await else {
            return Vec::new();
        };
        let (receipts, _) = rows::read::<Vec<Receipt>>(answers.first().map_or(&[], Vec::as_slice));
        receipts.into_iter().flat_map(|(some, _)| some).collect()
    }
}
