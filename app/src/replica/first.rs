//! The first rows of a plan as its screen showed them last, kept beside the document: painted at once, while the
//! document is being read.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::DocumentId;
use shared::doc::view::first::FirstRows;
use shared::doc::view::plan::PlanView;
use shared::domain::permission::Access;

use super::OpenPlan;
use super::core::Core;
use super::rows::{self, EXTRA, META, Meta};
use crate::platform::clock;
use crate::platform::database::{Key, Range, Write};

/// Rows of the store `extra`: ["first", plan].
const FIRST: &str = "first";

fn key(plan: DocumentId) -> Key {
    rows::key([FIRST.into(), rows::id(plan)])
}

impl Core {
    /// What was kept of a plan that may still be read.
    pub(super) async fn first_rows(self: &Rc<Self>, plan: DocumentId) -> Option<PlanView> {
        let database = self.database().await?;
        let asks = [
            (META, Range::One(rows::key([rows::id(plan)]))),
            (EXTRA, Range::One(key(plan))),
        ];
        let mut answers = database.read(&asks).await.ok()?.into_iter();
        let (meta, kept) = (answers.next()?, answers.next()?);
        let (meta, _) = rows::read::<Meta>(&meta).0.pop()?;
        if meta.access == Some(Access::None) {
            return None;
        }
        let (first, _) = rows::read::<FirstRows>(&kept).0.pop()?;
        Some(first.view())
    }
}

impl OpenPlan {
    /// The first rows, until [`OpenPlan::view`] has all.
    pub fn first(&self) -> Signal<Option<Arc<PlanView>>> {
        self.signals.first.into()
    }

    /// Keeps the first rows for the next time.
    pub fn keep_first(&self, first: &FirstRows) {
        if let Some((core, plan, _)) = self.documents() {
            let row = rows::row(first);
            core.save(vec![Write::Put(EXTRA, key(plan), row)], || {});
        }
    }

    /// They are shown no longer.
    pub(super) fn drop_first(&self) {
        if self.signals.first.with_untracked(Option::is_some) {
            self.signals.first.set(None);
        }
    }

    /// Shows the first rows, and then loads the documents: reading a large one keeps the screen busy for a while.
    pub(super) fn show_first_then(&self, load: impl FnOnce() + 'static) {
        let Some((core, plan, _)) = self.documents() else {
            return load();
        };
        let first = self.signals.first;
        spawn_local(async move {
            if let Some(view) = core.first_rows(plan).await {
                first.set(Some(Arc::new(view)));
                clock::painted().await;
            }
            load();
        });
    }
}
