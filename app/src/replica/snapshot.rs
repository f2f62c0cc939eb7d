//! Whole documents in one piece: fetched where the server's log is long, and made here, so that a start does not read
//! thousands of changes. Who made the changes inside, by the server's record, is kept beside.

use std::rc::Rc;

use leptos::task::spawn_local;
use shared::base::DocumentId;
use shared::doc::bounds;
use shared::domain::permission::DocumentKind;
use shared::sync::check;
use shared::sync::device::Input;

use super::core::Core;
use super::driver::Driver;
use super::receipts::{RECEIPTS, Receipt};
use super::rows::{self, CHUNKS, Chunk, EXTRA, META, Meta, SNAPSHOTS};
use super::stored::Stored;
use crate::platform::database::{Range, Row, Write};
use crate::platform::{clock, http};

/// From how many changes on a document is kept in one piece on this device.
const MANY: usize = 400;
/// How long after it was opened, in ms: the screen comes first.
const LATER: u32 = 5_000;

impl Driver {
    /// Fetches a snapshot and keeps it; the session then goes on from its end. Where that fails, the session asks the
    /// server again soon.
    pub(super) fn fetch_snapshot(&self, document: DocumentId, epoch: u64, hash: String, seq: u64) {
        let Some(this) = self.this() else {
            return;
        };
        spawn_local(async move {
            let path = format!("/api/documents/{document}/snapshots/{hash}");
            let bytes = match http::get_bytes(&path).await {
                Ok(bytes) if check::address(&bytes) == hash => bytes,
                _ => return this.input(Input::SnapshotFailed { document }),
            };
            if let Err(why) = bounds::document(&bytes) {
                let cause = why.into();
                return this.input(Input::SnapshotUnsound { document, cause });
            }
            let stored = Input::SnapshotStored {
                document,
                epoch,
                seq,
                heads: Vec::new(),
            };
            let then = move |this: Rc<Self>| this.input(stored);
            this.keep_snapshot(document, (epoch, seq), bytes, then)
                .await;
        });
    }

    /// Joins a document. A plan that is not here yet begins with the newest snapshot, which is on its way while the
    /// socket opens. One that is known already may have been damaged here.
    pub(super) async fn begin(&self, document: DocumentId) {
        if self.beginning.borrow_mut().insert(document) {
            self.begin_now(document).await;
            self.beginning.borrow_mut().remove(&document);
        }
    }

    async fn begin_now(&self, document: DocumentId) {
        let known = |meta: &Meta| meta.cursor > 0;
        if self.metas.borrow().get(&document).is_some_and(known) {
            match self.stored(document).await {
                // mended, by whichever tab
                Some(meta) if meta.cursor == 0 => self.forget(document),
                _ => return,
            }
        }
        let new =
            |meta: &Meta| meta.kind == DocumentKind::Plan && meta.cursor == 0 && meta.epoch == 0;
        if self.metas.borrow().get(&document).is_some_and(new) {
            let path = format!("/api/documents/{document}/snapshots/newest");
            let found = http::get_beginning(&path).await;
            self.core.first_painted().await;
            // where nothing comes, the session sees to it
            if let Ok(Some(found)) = found
                && check::address(&found.bytes) == found.hash
                && bounds::document(&found.bytes).is_ok()
            {
                let at = (found.epoch, found.seq);
                let then =
                    move |this: Rc<Self>| spawn_local(async move { this.join(document).await });
                if self.keep_snapshot(document, at, found.bytes, then).await {
                    return;
                }
            }
        }
        self.join(document).await;
    }

    /// What the database says of a document now.
    async fn stored(&self, document: DocumentId) -> Option<Meta> {
        let database = self.core.database().await?;
        self.core.writer.flushed(&database).await;
        let asks = [(META, Range::One(rows::key([rows::id(document)])))];
        let answers = database.read(&asks).await.ok()?;
        let (meta, _) = rows::read::<Meta>(answers.first()?).0.pop()?;
        Some(meta)
    }

    /// Stores a snapshot, and then goes on; false: it could not begin to.
    async fn keep_snapshot(
        &self,
        document: DocumentId,
        (epoch, seq): (u64, u64),
        bytes: Vec<u8>,
        then: impl FnOnce(Rc<Self>) + 'static,
    ) -> bool {
        let Some(database) = self.core.database().await else {
            return false;
        };
        self.core.writer.flushed(&database).await;
        let Ok(stored) = Stored::read(&database, document, 0).await else {
            return false;
        };
        let mut steps = Vec::new();
        {
            let mut metas = self.metas.borrow_mut();
            let Some(meta) = metas.get_mut(&document) else {
                return false;
            };
            meta.epoch = epoch;
            meta.cursor = seq;
            // by them it is noticed when the snapshot is gone
            meta.heads = bounds::heads(&bytes).unwrap_or_default();
            steps.push(meta.put());
        }
        steps.extend(stored.replace(document, seq, bytes));
        let Some(this) = self.this() else {
            return false;
        };
        self.core.save(steps, move || {
            then(this.clone());
            spawn_local(async move { this.core.rebuilt(document).await });
        });
        true
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
        // those counted that a whole document holds already: they are in the way
        if stored.chunks.len() < MANY {
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
        // a gap, or damage: left as it is, told when it is opened
        let Some(mut whole) = stored.acknowledged(meta) else {
            return;
        };
        let (epoch, cursor) = (meta.epoch, meta.cursor);
        let steps = stored.replace(document, cursor, whole.save());
        // what was read is long ago: meanwhile the server's log may have become another one, or the document mended
        let same = move |row: Option<Row>| {
            let (now, _) = rows::read::<Meta>(row.as_slice());
            let now = now.first().map(|(meta, _)| (meta.epoch, meta.cursor));
            now.is_some_and(|(now, at)| now == epoch && at >= cursor)
        };
        let of = (META, rows::key([rows::id(document)]));
        // where that fails, everything is there as before: the next time the document is opened it is tried again
        let _ = database.write_while(of, Box::new(same), steps).await;
    }
}
