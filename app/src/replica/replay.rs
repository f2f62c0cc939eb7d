//! After a refusal: back to the acknowledged state and what still stands, then the commands again that depended on
//! the refused one, under a new actor. The refused one is kept as a draft. All tabs load the document again.

use std::collections::BTreeMap;
use std::rc::Rc;

use leptos::prelude::*;
use shared::base::{ChangeHash, DocumentId};
use shared::doc::undo::Undo;
use shared::domain::permission::Access;
use shared::sync::replay;
use shared::sync::wire::Refusal;

use super::core::{Core, trouble};
use super::driver::Driver;
use super::notice::Notice;
use super::rows::{self, PENDING, Pending, RefusedRow, UNDO, UndoRow};
use super::stored::Stored;
use crate::platform::database::{Database, Range, Write};

impl Driver {
    /// Goes through the refusals of one document.
    pub(super) async fn replay(
        self: Rc<Self>,
        document: DocumentId,
        refused: Vec<(ChangeHash, Refusal)>,
    ) {
        if !self.replaying.borrow_mut().insert(document) {
            // one at a time: what is missed now is refused again after the next join
            return;
        }
        let Some(database) = self.core.database().await else {
            return;
        };
        let replayed = self.replay_now(&database, document, &refused).await;
        self.replaying.borrow_mut().remove(&document);
        if replayed {
            self.join(document).await;
            self.core.rebuilt(document).await;
        }
    }

    async fn replay_now(
        &self,
        database: &Database,
        document: DocumentId,
        refused: &[(ChangeHash, Refusal)],
    ) -> bool {
        let core = &self.core;
        core.writer.flushed(database).await;
        let stored = match Stored::read(database, document, 0).await {
            Ok(stored) => stored,
            Err(error) => {
                core.signals.trouble.set(Some(trouble(&error)));
                return false;
            }
        };
        let Some(meta) = stored.meta.clone() else {
            return false;
        };
        let Some(acknowledged) = stored.acknowledged(&meta) else {
            // damaged, or not all fetched yet: what waits cannot be judged before it is whole
            let mut refusals = self.refusals.borrow_mut();
            refusals.entry(document).or_default().extend(refused);
            return false;
        };
        let pending = stored.pending();
        let own = pending
            .iter()
            .map(|(row, bytes)| (row.own(), *bytes))
            .collect();
        let may = core.access(meta.project, meta.kind, meta.access) == Access::Write;
        let Ok(replayed) = replay::replay(acknowledged, own, refused, may, core.person()) else {
            return false;
        };
        if replayed.gone.is_empty() {
            return false; // all that waits is sound
        }
        let tasks = |of: ChangeHash| {
            let first = pending.iter().find(|(row, _)| row.hash == of);
            first.map_or_else(Vec::new, |(row, _)| row.tasks.clone())
        };
        let key = |hash| rows::key([rows::id(document), rows::id(hash)]);
        let mut steps: Vec<Write> = replayed
            .gone
            .into_iter()
            .map(|hash| Write::Delete(PENDING, key(hash)))
            .collect();
        for again in replayed.again {
            let row = Pending::of(document, again.own, tasks(again.of));
            steps.push(row.put(again.bytes));
        }
        for draft in replayed.drafts {
            let draft = RefusedRow::of(document, draft.of, draft.at, draft.deed, draft.reason);
            steps.push(draft.put());
        }
        let renewed = replayed.renewed;
        self.renew_undo(database, meta.project, document, &renewed, &mut steps)
            .await;
        if let Err(error) = database.write(&steps).await {
            // nothing was changed: the refusal comes again with the next join
            core.signals.trouble.set(Some(trouble(&error)));
            return false;
        }
        true
    }

    /// Steps to take back point at the new changes; those of refused ones are gone.
    async fn renew_undo(
        &self,
        database: &Database,
        project: shared::base::ProjectId,
        document: DocumentId,
        renewed: &BTreeMap<ChangeHash, Option<Undo>>,
        steps: &mut Vec<Write>,
    ) {
        let of = rows::key([rows::id(project)]);
        let Ok(answers) = database.read(&[(UNDO, Range::Under(of))]).await else {
            return;
        };
        let (undo_rows, _) = rows::read::<UndoRow>(answers.first().map_or(&[], Vec::as_slice));
        for (mut row, _) in undo_rows {
            let mut touched = false;
            row.parts.retain_mut(|(of, undo)| {
                if *of != document {
                    return true;
                }
                match undo.changes().iter().find_map(|hash| renewed.get(hash)) {
                    None => true,
                    Some(Some(new)) => {
                        touched = true;
                        *undo = new.clone();
                        true
                    }
                    Some(None) => {
                        touched = true;
                        false
                    }
                }
            });
            if row.parts.is_empty() {
                steps.push(row.delete());
            } else if touched {
                steps.push(row.put());
            }
        }
    }
}

impl Core {
    /// A document was made anew in the database: all tabs load it, each under a new actor.
    pub(crate) async fn rebuilt(self: &Rc<Self>, document: DocumentId) {
        self.tell(&Notice::Rebuilt(document));
        self.load_again(document).await;
    }

    /// Loads a document again, where this tab has it.
    pub(crate) async fn load_again(self: &Rc<Self>, document: DocumentId) {
        if self.docs.borrow().contains_key(&document) {
            self.load_now(document, None).await;
        }
        self.show_again(document);
    }

    /// What is made of a document and of its drafts is read again.
    pub(super) fn show_again(self: &Rc<Self>, document: DocumentId) {
        self.changed(document);
        let plans: Vec<super::OpenPlan> = self.plans.borrow().values().copied().collect();
        for plan in plans.into_iter().filter(|plan| plan.holds(document)) {
            plan.read_steps();
            plan.read_refused();
        }
        self.recount();
    }
}
