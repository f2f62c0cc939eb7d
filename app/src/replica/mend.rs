//! What is damaged or missing on this device: whatever the server has is fetched again, and what only this device has
//! is kept as far as it can be read, else told.

use std::rc::Rc;

use leptos::prelude::{Set, WithUntracked};
use shared::base::{ChangeHash, DocumentId};
use shared::doc::Document;
use shared::sync::check::header;
use shared::sync::device::Input;
use shared::sync::wire::Refusal;

use super::core::Core;
use super::driver::Driver;
use super::notice::Notice;
use super::rows::{self, CHUNKS, Chunk, Meta, PENDING, Pending, RefusedRow, SNAPSHOTS};
use super::stored::Stored;
use super::types::Trouble;
use crate::platform::database::Write;
use crate::platform::{clock, random};

impl Core {
    /// A document cannot be read whole: what is damaged leaves the database, what is acknowledged is fetched anew from
    /// its beginning, what waits and is sound still waits, and the rest of what waited becomes drafts.
    pub(super) async fn mend(self: &Rc<Self>, mut meta: Meta, stored: &Stored) {
        let document = meta.document;
        let of = || rows::key([rows::id(document)]);
        let driver = self.driver.borrow().clone();
        if let Some(driver) = driver {
            // an acknowledgement that comes now must not bring the old cursor back
            driver.forget(document);
        }
        let mut steps: Vec<Write> = [CHUNKS, SNAPSHOTS]
            .map(|store| Write::DeleteUnder(store, of()))
            .into();
        let whole = |bytes: &[u8]| {
            Document::load::<&[u8]>(meta.kind, Some(bytes), &[], random::bytes()).is_ok()
        };
        let (chunks, _) = rows::read::<Chunk>(&stored.chunks);
        let chunks = chunks.iter().map(|row| (CHUNKS, row));
        let (snapshots, _) = rows::read::<Chunk>(&stored.snapshots);
        let snapshots = snapshots.iter().map(|row| (SNAPSHOTS, row));
        // the server may have lost them too: what is sound stays until it comes again
        for (store, (chunk, bytes)) in chunks.chain(snapshots) {
            let sound = match store {
                CHUNKS => header(bytes).is_some(),
                _ => whole(bytes),
            };
            if sound {
                let key = rows::key([rows::id(document), chunk.seq.into()]);
                let row = rows::row_with(chunk, bytes.to_vec());
                steps.push(Write::Put(store, key, row));
            }
        }
        let (pending, lost) = rows::read::<Pending>(&stored.pending);
        if lost > 0 {
            // their keys are not known; only then the sound ones are written again
            steps.push(Write::DeleteUnder(PENDING, of()));
        }
        for (row, bytes) in pending {
            let sound = header(bytes).is_some_and(|header| header.hash == row.hash);
            if sound && lost > 0 {
                steps.push(row.put(bytes.to_vec()));
            } else if !sound {
                let key = rows::key([rows::id(document), rows::id(row.hash)]);
                steps.push(Write::Delete(PENDING, key));
                let draft =
                    RefusedRow::of(document, row.hash, row.at, row.deed, Refusal::Malformed);
                steps.push(draft.put());
            }
        }
        let draft = || RefusedRow {
            document,
            number: random::number(),
            at: clock::now(),
            deed: None,
            reason: Refusal::Malformed.into(),
        };
        steps.extend((0..lost).map(|_| draft().put()));
        meta.begin_anew();
        steps.push(meta.put());
        self.signals
            .trouble
            .set(Some(Trouble::Damaged { document }));
        let core = self.clone();
        self.save(steps, move || {
            core.tell(&Notice::Follow(document));
            core.follow(document);
        });
    }

    /// A document whose damage was told is whole again.
    pub(super) fn mended(&self, meta: &Meta) {
        let damaged = Some(Trouble::Damaged {
            document: meta.document,
        });
        if meta.complete && self.signals.trouble.with_untracked(|t| *t == damaged) {
            self.signals.trouble.set(None);
        }
    }
}

impl Driver {
    /// What the session knows of a document was damaged on this device: from the beginning.
    pub(super) fn forget(&self, document: DocumentId) {
        let mut metas = self.metas.borrow_mut();
        if let Some(meta) = metas.get_mut(&document).filter(|meta| meta.cursor > 0) {
            meta.begin_anew();
            // after whatever of the old session is still being written
            self.core.save(vec![meta.put()], || {});
        }
    }

    /// Gives back what the server has lost, as far as it is here.
    pub(super) fn provide(&self, document: DocumentId, wanted: Vec<ChangeHash>) {
        let Some(this) = self.this() else {
            return;
        };
        leptos::task::spawn_local(async move {
            let Some(database) = this.core.database().await else {
                return;
            };
            let Ok(stored) = Stored::read(&database, document, 0).await else {
                return;
            };
            let Some(meta) = &stored.meta else {
                return;
            };
            let snapshot = stored.snapshot().map(|(_, bytes)| bytes);
            let chunks = stored.chunks();
            let Ok(mut whole) = Document::load(meta.kind, snapshot, &chunks, random::bytes())
            else {
                return;
            };
            let changes = wanted
                .iter()
                .filter_map(|hash| whole.change(hash))
                .collect();
            this.input(Input::Provided { document, changes });
        });
    }
}
