//! Who made the changes of a plan and when the server received them, by the server's record: beside the changes as they
//! came, beside the pieces that were made here, and asked of the server for those that came in one piece.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use shared::api::Receipts;
use shared::base::{ChangeHash, DocumentId, PersonId, Timestamp};
use shared::sync::check;

use super::OpenPlan;
use super::core::Core;
use super::rows::{self, CHUNKS, Chunk, EXTRA};
use crate::platform::database::{Range, Write};
use crate::platform::http;

/// Rows of the store `extra`: ["receipts", document, seq], who made which change and when the server received it.
pub(super) const RECEIPTS: &str = "receipts";

/// A change, who made it, and when the server received it, as it is kept beside a snapshot.
pub(super) type Receipt = (ChangeHash, PersonId, Timestamp);

impl OpenPlan {
    /// What the server recorded of the changes above these places in the logs of plan and progress: which change,
    /// who made it, and when it came. With the places up to which it goes.
    pub(crate) async fn receipts(&self, above: (u64, u64)) -> (Vec<Receipt>, (u64, u64)) {
        let Some((core, plan, progress)) = self.documents() else {
            return (Vec::new(), above);
        };
        let Some(database) = core.database().await else {
            return (Vec::new(), above);
        };
        let of = |document, above| {
            let of = rows::key([rows::id(document)]);
            (CHUNKS, Range::Above(of, above))
        };
        let asks = [of(plan, above.0), of(progress, above.1)];
        let Ok(answers) = database.read(&asks).await else {
            return (Vec::new(), above);
        };
        let mut reached = [above.0, above.1];
        let mut receipts = Vec::new();
        for (answer, reached) in answers.iter().zip(&mut reached) {
            for (chunk, bytes) in rows::read::<Chunk>(answer).0 {
                *reached = chunk.seq.max(*reached);
                let header = check::header(bytes);
                if let (Some(header), Some(by), Some(at)) = (header, chunk.by, chunk.at) {
                    receipts.push((header.hash, by, at));
                }
            }
        }
        if above == (0, 0) {
            for document in [plan, progress] {
                let known = receipts.iter().map(|receipt| receipt.0).collect();
                receipts.extend(core.older_receipts(document, known).await);
            }
        }
        (receipts, (reached[0], reached[1]))
    }
}

impl Core {
    /// Those of the changes that lie in snapshots; `known`: the others.
    async fn older_receipts(
        self: &Rc<Self>,
        document: DocumentId,
        mut known: HashSet<ChangeHash>,
    ) -> Vec<Receipt> {
        let Some(database) = self.database().await else {
            return Vec::new();
        };
        let of = Range::Under(rows::key([RECEIPTS.into(), rows::id(document)]));
        let Ok(answers) = database.read(&[(EXTRA, of)]).await else {
            return Vec::new();
        };
        let (kept, _) = rows::read::<Vec<Receipt>>(answers.first().map_or(&[], Vec::as_slice));
        let mut receipts: Vec<Receipt> = kept.into_iter().flat_map(|(some, _)| some).collect();
        known.extend(receipts.iter().map(|receipt| receipt.0));
        let made: HashMap<([u8; 16], u64), ChangeHash> = {
            let mut docs = self.docs.borrow_mut();
            let Some(doc) = docs.get_mut(&document) else {
                return receipts;
            };
            known.extend(doc.pending.iter().map(|pending| pending.hash));
            let made = doc.document.numbered().into_iter();
            made.map(|(actor, number, hash)| ((actor, number), hash))
                .collect()
        };
        // the frozen first change is nobody's
        if made.values().filter(|hash| !known.contains(hash)).count() <= 1 {
            return receipts;
        }
        let path = format!("/api/documents/{document}/receipts");
        // with no network: what the changes say of themselves, until the next time
        let Ok(recorded) = http::get::<Receipts>(&path).await else {
            return receipts;
        };
        let fetched = name(&recorded, &made);
        let key = rows::key([RECEIPTS.into(), rows::id(document), 0_u64.into()]);
        self.save(vec![Write::Put(EXTRA, key, rows::row(&fetched))], || {});
        receipts.extend(fetched);
        receipts
    }
}

/// Says of which changes these are: an actor's come in the order it numbered them.
fn name(recorded: &Receipts, made: &HashMap<([u8; 16], u64), ChangeHash>) -> Vec<Receipt> {
    let mut numbers = vec![0; recorded.writers.len()];
    let mut at = 0;
    let mut receipts = Vec::new();
    for (by, after) in recorded.by.iter().zip(&recorded.after) {
        at += after;
        let place = *by as usize;
        let (Some(writer), Some(number)) = (recorded.writers.get(place), numbers.get_mut(place))
        else {
            continue;
        };
        *number += 1;
        if let Ok(actor) = writer.actor.as_slice().try_into()
            && let Some(hash) = made.get(&(actor, *number))
        {
            receipts.push((*hash, writer.person, Timestamp(at)));
        }
    }
    receipts
}
