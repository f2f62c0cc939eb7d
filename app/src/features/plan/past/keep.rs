//! What is kept of the history while the screen is there: read once, then only what is new.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::{ChangeHash, PersonId, Timestamp};
use shared::doc::Document;
use shared::doc::history::PlanHistory;

use super::super::cx::Cx;

/// What was read.
#[derive(Default)]
struct Past {
    history: PlanHistory,
    /// For these loads of the documents.
    loads: (u64, u64),
    /// What the server recorded: who and when.
    receipts: HashMap<ChangeHash, (PersonId, Timestamp)>,
    /// Up to here, in the logs of plan and progress.
    reached: (u64, u64),
    reading: bool,
}

impl Cx {
    fn kept<T>(&self, f: impl FnOnce(&mut Past) -> T) -> Option<T> {
        self.past.try_update_value(|past| {
            let kept = past.get_or_insert_with(|| Box::new(Past::default()));
            kept.downcast_mut::<Past>().map(f)
        })?
    }

    /// Uses the history, brought up to date. `None` before the plan is here.
    pub(crate) fn history<T>(
        &self,
        f: impl FnOnce(&mut PlanHistory, &Document, Option<&Document>) -> T,
    ) -> Option<T> {
        self.open.with_documents(|plan, mut progress, loads| {
            self.kept(|past| {
                if past.loads != loads {
                    past.history = PlanHistory::default();
                    past.loads = loads;
                }
                past.history.refresh(plan, progress.as_deref_mut());
                f(&mut past.history, plan, progress.as_deref())
            })
        })?
    }

    /// Reads what the server recorded since the last time.
    pub(crate) fn read_receipts(&self) {
        let begun =
            self.kept(|past| (!std::mem::replace(&mut past.reading, true)).then_some(past.reached));
        let Some(Some(reached)) = begun else { return };
        let this = *self;
        spawn_local(async move {
            let (receipts, reached) = this.open.receipts(reached).await;
            let some = !receipts.is_empty();
            this.kept(|past| {
                past.reading = false;
                past.reached = reached;
                let receipts = receipts.into_iter();
                past.receipts
                    .extend(receipts.map(|(hash, by, at)| (hash, (by, at))));
            });
            if some {
                this.receipts.try_update(|count| *count += 1);
            }
        });
    }

    /// Who made a change: as the server recorded, else as the change says. Tracked.
    pub(crate) fn author(&self, change: ChangeHash, says: Option<PersonId>) -> Option<PersonId> {
        self.receipts.track();
        let recorded = self.kept(|past| past.receipts.get(&change).map(|r| r.0));
        recorded.flatten().or(says)
    }

    /// When the server received a change, where that is known; tracked.
    pub(super) fn received(&self, change: ChangeHash) -> Option<Timestamp> {
        self.receipts.track();
        self.kept(|past| past.receipts.get(&change).map(|r| r.1))
            .flatten()
    }
}
