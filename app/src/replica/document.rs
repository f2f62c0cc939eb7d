//! The documents of this tab: loaded from the database, written by commands, kept level with it.

use std::collections::HashSet;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::{ChangeHash, DocumentId, ProjectId, TaskId, Timestamp};
use shared::doc::command::{CommandError, Done};
use shared::doc::{Document, RawChange};
use shared::domain::permission::{Access, DocumentKind};

use super::Trouble;
use super::core::{Core, trouble};
use super::notice::Notice;
use super::rows::{self, Deed, META, Meta, Pending};
use super::stored::Stored;
use crate::platform::database::{Database, Row, Write};
use crate::platform::random;

/// A loaded document.
pub(crate) struct Doc {
    pub(crate) project: ProjectId,
    pub(crate) kind: DocumentKind,
    pub(crate) document: Document,
    /// The chunks up to here are in it.
    cursor: u64,
    /// It was once all here, or something of it is.
    pub(crate) here: bool,
    /// What the server said last.
    pub(crate) said: Option<Access>,
    /// Changes that the server does not have, from all tabs, those included that are being saved.
    pub(crate) pending: Vec<Pending>,
    /// Changes of this tab that are not on the disk yet.
    saving: HashSet<ChangeHash>,
    /// Counts loads: who caches what was read must read everything again.
    pub(crate) load: u64,
}

/// What a command wrote, not saved yet.
pub(crate) struct Recorded {
    pub(crate) document: DocumentId,
    pub(crate) steps: Vec<Write>,
    pub(crate) changes: Vec<RawChange>,
}

impl Doc {
    /// Loads what is stored, under a new actor.
    fn load(meta: &Meta, stored: &Stored, load: u64) -> Result<Self, String> {
        if stored.loses() > 0 {
            return Err(format!("{} rows are damaged", stored.loses()));
        }
        let pending = stored.pending();
        let mut changes = stored.chunks();
        changes.extend(pending.iter().map(|(_, bytes)| *bytes));
        let snapshot = stored.snapshot().map(|(_, bytes)| bytes);
        let mut document = Document::load(meta.kind, snapshot, &changes, random::bytes())
            .map_err(|error| error.to_string())?;
        // one that is still being fetched is shown as far as it is here
        let gap = meta.complete && !document.missing().is_empty();
        if gap || !meta.heads.iter().all(|head| document.has(head)) {
            return Err("something that was stored is missing".to_owned());
        }
        let begun = document.is_begun();
        Ok(Self {
            project: meta.project,
            kind: meta.kind,
            document,
            cursor: meta.cursor,
            here: meta.complete || meta.cursor > 0 || begun,
            said: meta.access,
            pending: pending.into_iter().map(|(pending, _)| pending).collect(),
            saving: HashSet::new(),
            load,
        })
    }

    /// Makes pending rows of what a command wrote.
    pub(crate) fn record(
        &mut self,
        id: DocumentId,
        done: &Done,
        deed: Deed,
        tasks: Vec<TaskId>,
        at: Timestamp,
        replays: u32,
    ) -> Recorded {
        let last = self.pending.iter().map(|p| p.n).max().unwrap_or_default();
        let mut deed = Some(deed);
        let mut steps = Vec::with_capacity(done.changes.len());
        let group = done.changes.first().map(|change| change.hash);
        for (n, change) in (last + 1..).zip(&done.changes) {
            let pending = Pending {
                document: id,
                hash: change.hash,
                n,
                group: group.unwrap_or(change.hash),
                at,
                deed: deed.take(),
                tasks: tasks.clone(),
                replays,
            };
            steps.push(pending.put(change.bytes.clone()));
            self.saving.insert(change.hash);
            self.pending.push(Pending {
                deed: None,
                ..pending
            });
        }
        self.here = true;
        Recorded {
            document: id,
            steps,
            changes: done.changes.clone(),
        }
    }
}

impl Core {
    /// Loads a document, where it is not loaded yet. What changes is told to its watchers.
    pub(crate) fn load(
        self: &Rc<Self>,
        document: DocumentId,
        project: ProjectId,
        kind: DocumentKind,
        key: &str,
    ) {
        if self.docs.borrow().contains_key(&document) || !self.loading.borrow_mut().insert(document)
        {
            return;
        }
        let core = self.clone();
        let fresh = Meta::new(document, project, kind, key.to_owned());
        spawn_local(async move {
            core.load_now(document, Some(fresh)).await;
            core.loading.borrow_mut().remove(&document);
            core.changed(document);
        });
    }

    /// Loads a document anew from the database, under a new actor.
    pub(crate) async fn load_now(self: &Rc<Self>, document: DocumentId, fresh: Option<Meta>) {
        let Some(database) = self.database().await else {
            return;
        };
        let known = self.news(document);
        // what this tab has written is to be in it
        self.writer.flushed(&database).await;
        let stored = match Stored::read(&database, document, 0).await {
            Ok(stored) => stored,
            Err(error) => return self.signals.trouble.set(Some(trouble(&error))),
        };
        let meta = match (stored.meta.clone(), fresh) {
            (Some(meta), _) => meta,
            (None, Some(fresh)) => {
                let (core, first) = (self.clone(), database.clone());
                let steps = vec![fresh.put()];
                spawn_local(async move { core.begin_here(document, first, steps).await });
                fresh
            }
            (None, None) => return,
        };
        let load = 1 + self.docs.borrow().get(&document).map_or(0, |doc| doc.load);
        match Doc::load(&meta, &stored, load) {
            Ok(doc) => {
                self.docs.borrow_mut().insert(document, doc);
                self.mended(&meta);
                self.compact_later(document, &stored);
                self.hear_again(document, &database, known).await;
            }
            // once: the server has it
            Err(_) if self.mended.borrow_mut().insert(document) => {
                self.mend(meta, &stored).await;
                Box::pin(self.load_now(document, None)).await;
                self.show_again(document);
            }
            Err(cause) => self.signals.trouble.set(Some(Trouble::Unreadable {
                document: Some(document),
                cause,
            })),
        }
    }

    /// Takes in what came or was typed since `known`, while the document was being read.
    async fn hear_again(self: &Rc<Self>, document: DocumentId, database: &Database, known: u64) {
        let mut known = known;
        while known != self.news(document) {
            known = self.news(document);
            self.writer.flushed(database).await;
            self.read_on(document).await;
        }
    }

    /// How much news of a document this tab has heard: what was read before the latest of it may lack that.
    fn news(&self, document: DocumentId) -> u64 {
        self.news.borrow().get(&document).copied().unwrap_or(0)
    }

    fn is_news(&self, document: DocumentId) {
        *self.news.borrow_mut().entry(document).or_default() += 1;
    }

    /// Writes the first row of a document; where another tab has meanwhile, and perhaps more, that stays.
    async fn begin_here(self: Rc<Self>, document: DocumentId, database: Database, row: Vec<Write>) {
        let of = (META, rows::key([rows::id(document)]));
        let nothing = Box::new(|row: Option<Row>| row.is_none());
        let begun = database.write_while(of, nothing, row.clone());
        let core = self.clone();
        let follow = move || {
            core.tell(&Notice::Follow(document));
            core.follow(document);
        };
        match begun.await {
            Ok(true) => follow(),
            Ok(false) => {}
            // it is told, and tried again
            Err(_) => self.save(row, follow),
        }
    }

    /// The leader is to follow a document whose row is new.
    pub(crate) fn follow(self: &Rc<Self>, document: DocumentId) {
        let driver = self.driver.borrow().clone();
        if let Some(driver) = driver {
            spawn_local(async move { driver.begin(document).await });
        }
    }

    /// Carries a deed out on a loaded document. What it wrote is in the document, and must be saved.
    pub(crate) fn perform(
        &self,
        document: DocumentId,
        deed: Deed,
        tasks: Vec<TaskId>,
    ) -> Result<(Recorded, shared::doc::undo::Undo), PerformError> {
        let author = self.author();
        let mut docs = self.docs.borrow_mut();
        let doc = docs
            .get_mut(&document)
            .filter(|doc| doc.here || doc.kind != DocumentKind::Plan)
            .ok_or(CommandError::NotReady)?;
        if self.access(doc.project, doc.kind, doc.said) != Access::Write {
            return Err(CommandError::NotAllowed.into());
        }
        let done = match &deed {
            Deed::Do(command) => shared::doc::command::perform(&mut doc.document, command, author)?,
            Deed::TakeBack(undo) => shared::doc::undo::undo(&mut doc.document, undo, author)?,
        };
        let recorded = doc.record(document, &done, deed, tasks, author.at, 0);
        Ok((recorded, done.undo))
    }

    /// Saves what commands wrote, with other rows, in one transaction; then it counts as saved here, and is sent.
    pub(crate) fn commit(self: &Rc<Self>, recorded: Vec<Recorded>, mut more: Vec<Write>) {
        let mut sent = Vec::new();
        let mut steps = Vec::new();
        for recorded in recorded {
            steps.extend(recorded.steps);
            sent.push((recorded.document, recorded.changes));
        }
        steps.append(&mut more);
        let changed: Vec<DocumentId> = sent.iter().map(|(document, _)| *document).collect();
        for document in &changed {
            self.is_news(*document);
        }
        let core = self.clone();
        self.save(steps, move || {
            for (document, changes) in sent {
                if let Some(doc) = core.docs.borrow_mut().get_mut(&document) {
                    for change in &changes {
                        doc.saving.remove(&change.hash);
                    }
                }
                core.tell(&Notice::Pending(document));
                let driver = core.driver.borrow().clone();
                if let Some(driver) = driver {
                    driver.made(document, changes);
                }
            }
            core.recount();
        });
        for document in changed {
            self.changed(document);
        }
    }

    /// Takes in what other tabs or the server wrote to the database.
    pub(crate) async fn catch_up(self: &Rc<Self>, document: DocumentId) {
        self.is_news(document);
        self.read_on(document).await;
        self.arrived(document);
    }

    /// Reads on from where the loaded document ends.
    async fn read_on(self: &Rc<Self>, document: DocumentId) {
        let Some(database) = self.database().await else {
            return;
        };
        let (cursor, before, load) = match self.docs.borrow().get(&document) {
            Some(doc) => (doc.cursor, doc.saving.clone(), doc.load),
            None => return self.recount(),
        };
        let stored = match Stored::read(&database, document, cursor).await {
            Ok(stored) => stored,
            Err(error) => return self.signals.trouble.set(Some(trouble(&error))),
        };
        if stored.snapshot().is_some() {
            // what lies between is in one piece now
            return Box::pin(self.load_again(document)).await;
        }
        // one that was loaded anew meanwhile has read this, or will: see `hear_again`
        let same = |doc: &Doc| doc.load == load;
        if self.docs.borrow().get(&document).is_some_and(same) {
            self.take_in(document, &stored, &before);
        }
        self.recount();
        self.changed(document);
    }

    fn take_in(&self, document: DocumentId, stored: &Stored, before: &HashSet<ChangeHash>) {
        let mut docs = self.docs.borrow_mut();
        let Some(doc) = docs.get_mut(&document) else {
            return;
        };
        let pending = stored.pending();
        let known: HashSet<ChangeHash> = doc.pending.iter().map(|p| p.hash).collect();
        let mut changes = stored.chunks();
        changes.extend(
            pending
                .iter()
                .filter(|(pending, _)| !known.contains(&pending.hash))
                .map(|(_, bytes)| *bytes),
        );
        if let Err(error) = doc.document.apply(&changes) {
            self.signals.trouble.set(Some(Trouble::Unreadable {
                document: Some(document),
                cause: error.to_string(),
            }));
            return;
        }
        if let Some(meta) = &stored.meta {
            doc.cursor = doc.cursor.max(meta.cursor);
            doc.said = meta.access;
            doc.here |= meta.complete || meta.cursor > 0;
            self.mended(meta);
        }
        // those being saved are not among the stored ones yet
        let (before, saving) = (before, &doc.saving);
        doc.pending
            .retain(|p| before.contains(&p.hash) || saving.contains(&p.hash));
        for (pending, _) in pending {
            if !doc.pending.iter().any(|p| p.hash == pending.hash) {
                doc.pending.push(pending);
            }
        }
        doc.here |= doc.document.is_begun();
    }
}

/// Why a deed was not carried out.
#[derive(Debug)]
pub(crate) enum PerformError {
    Command(CommandError),
    Undo(shared::doc::undo::UndoError),
}

impl From<CommandError> for PerformError {
    fn from(error: CommandError) -> Self {
        Self::Command(error)
    }
}

impl From<shared::doc::undo::UndoError> for PerformError {
    fn from(error: shared::doc::undo::UndoError) -> Self {
        Self::Undo(error)
    }
}
