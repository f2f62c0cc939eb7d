//! After a refusal: back to the acknowledged state and what still stands, then the commands again that depended on
//! the refused one, under a new actor. The refused one is kept as a draft. All tabs load the document again.

use shared::base::sort;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use leptos::prelude::*;
use shared::base::{ChangeHash, DocumentId};
use shared::doc::undo::Undo;
use shared::doc::{Author, Document};
use shared::domain::permission::Access;
use shared::sync::wire::Refusal;

use super::core::{Core, trouble};
use super::document::Stored;
use super::driver::Driver;
use super::notice::Notice;
use super::rows::{self, Deed, PENDING, Pending, RefusedRow, UNDO, UndoRow};
use crate::platform::database::{Database, Range, Write};
use crate::platform::random;

/// After so many fruitless replays an edit counts as refused itself.
const REPLAYS: u32 = 3;

/// A command with the changes it made.
struct Group {
    rows: Vec<Pending>,
}

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
        let verdicts: HashMap<ChangeHash, Refusal> = refused.iter().copied().collect();
        let pending = stored.pending();
        let groups = groups(pending.iter().map(|(row, _)| row.clone()));
        // a command stands where none of its changes was refused
        let (fallen, standing): (Vec<Group>, Vec<Group>) = groups.into_iter().partition(|group| {
            group
                .rows
                .iter()
                .any(|row| verdicts.contains_key(&row.hash))
        });
        let stands: HashSet<ChangeHash> = standing
            .iter()
            .flat_map(|group| group.rows.iter().map(|row| row.hash))
            .collect();
        let mut changes = stored.chunks();
        changes.extend(
            pending
                .iter()
                .filter(|(row, _)| stands.contains(&row.hash))
                .map(|(_, bytes)| *bytes),
        );
        let snapshot = stored.snapshot().map(|(_, bytes)| bytes);
        let Ok(mut base) = Document::load(meta.kind, snapshot, &changes, random::bytes()) else {
            return false;
        };
        // what waits for a refused change without our having been told falls with it
        let (standing, mut late): (Vec<Group>, Vec<Group>) = standing
            .into_iter()
            .partition(|group| group.rows.iter().all(|row| base.has(&row.hash)));
        let mut fallen = fallen;
        fallen.append(&mut late);
        sort::by_key(&mut fallen, |group| group.rows.first().map(|row| row.n));
        let mut n = standing
            .iter()
            .flat_map(|group| group.rows.iter().map(|row| row.n))
            .max()
            .unwrap_or_default();

        let may = core.access(meta.project, meta.kind, meta.access) == Access::Write;
        let mut steps = Vec::new();
        let mut renewed: HashMap<ChangeHash, Option<Undo>> = HashMap::new();
        for group in fallen {
            let Some(first) = group.rows.first() else {
                continue;
            };
            for row in &group.rows {
                steps.push(Write::Delete(PENDING, row.key()));
            }
            let verdict = group
                .rows
                .iter()
                .filter_map(|row| verdicts.get(&row.hash))
                .find(|reason| {
                    !matches!(reason, Refusal::DependsOnRefused | Refusal::ForeignActor)
                });
            let reason = match verdict {
                Some(reason) => Some(*reason),
                None if !may => Some(Refusal::NotAllowed),
                None if first.replays >= REPLAYS => Some(Refusal::DependsOnRefused),
                None => None,
            };
            let outcome = match reason {
                Some(reason) => Err(reason),
                None => again(&mut base, first, core, &renewed),
            };
            match outcome {
                Ok(Some(done)) => {
                    let mut deed = first.deed.clone();
                    let group_hash = done.changes.first().map(|change| change.hash);
                    for change in &done.changes {
                        n += 1;
                        let row = Pending {
                            hash: change.hash,
                            n,
                            group: group_hash.unwrap_or(change.hash),
                            deed: deed.take(),
                            replays: first.replays + 1,
                            ..first.clone()
                        };
                        steps.push(row.put(change.bytes.clone()));
                    }
                    for row in &group.rows {
                        renewed.insert(row.hash, Some(done.undo.clone()));
                    }
                }
                Ok(None) => {
                    for row in &group.rows {
                        renewed.insert(row.hash, None);
                    }
                }
                Err(reason) => {
                    for row in &group.rows {
                        renewed.insert(row.hash, None);
                    }
                    let draft = RefusedRow {
                        document,
                        number: random::number(),
                        at: first.at,
                        deed: first.deed.clone(),
                        reason: reason.into(),
                    };
                    steps.push(draft.put());
                }
            }
        }
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
        renewed: &HashMap<ChangeHash, Option<Undo>>,
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

/// The pending changes by command, in their order.
fn groups(rows: impl Iterator<Item = Pending>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<ChangeHash, usize> = HashMap::new();
    for row in rows {
        let at = *places.entry(row.group).or_insert_with(|| {
            groups.push(Group { rows: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.rows.push(row);
        }
    }
    groups
}

/// Carries a command out again; `None` where there is nothing left to do.
fn again(
    base: &mut Document,
    first: &Pending,
    core: &Core,
    renewed: &HashMap<ChangeHash, Option<Undo>>,
) -> Result<Option<shared::doc::command::Done>, Refusal> {
    let author = Author {
        person: core.person(),
        at: first.at,
    };
    let done = match &first.deed {
        Some(Deed::Do(command)) => shared::doc::command::perform(base, command, author)
            .map_err(|_| Refusal::DependsOnRefused)?,
        Some(Deed::TakeBack(undo)) => {
            let undo = match undo.changes().iter().find_map(|hash| renewed.get(hash)) {
                None => undo.as_ref(),
                Some(Some(new)) => new,
                // what it took back was refused: nothing to take back
                Some(None) => return Ok(None),
            };
            shared::doc::undo::undo(base, undo, author).map_err(|_| Refusal::DependsOnRefused)?
        }
        None => return Err(Refusal::DependsOnRefused),
    };
    Ok((!done.changes.is_empty()).then_some(done))
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
            self.changed(document);
        }
        let plans: Vec<super::OpenPlan> = self.plans.borrow().values().copied().collect();
        for plan in plans.into_iter().filter(|plan| plan.holds(document)) {
            plan.read_steps();
            plan.read_refused();
        }
        self.recount();
    }
}
