//! The device's documents: dispatch a command, read signals. The way of an edit: event -> command ->
//! document -> view -> signal -> screen; nothing writes a signal first.

mod core;
mod document;
mod driver;
pub(crate) mod files;
mod first;
mod form;
mod later;
mod lead;
mod ledger;
mod mend;
mod note;
mod notes;
mod notice;
mod packs;
mod plan;
mod proposals;
mod receipts;
mod refused;
mod replay;
pub(crate) mod rows;
mod seen;
mod snapshot;
mod steps;
mod stored;
mod types;
mod typing;
pub(crate) mod wishes;
mod writer;

use std::collections::HashMap;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Organisation, Project, Session};
use shared::base::{DocumentId, PersonId, ProjectId, TaskId};
use shared::doc::command::{Command, CommandError};
use shared::doc::derived_id;
use shared::domain::permission::DocumentKind;

use self::core::Core;
use self::document::PerformError;
use self::later::Job;
use self::lead::Lead;
use self::notice::Notice;
use self::rows::Deed;
use crate::platform::database::Write;
use crate::session::Exported;

pub(crate) use self::core::trouble;
pub use files::LONGEST_FILE;
pub use form::{Draft, OpenForm};
pub use ledger::{Ledger, OpenLedger};
pub use note::OpenNote;
pub use notes::Notes;
pub use packs::PackError;
pub use plan::OpenPlan;
pub use seen::Seen;
pub use types::{Present, Recovered, RefusedEdit, SyncState, Trouble};
pub use wishes::Waiting;

/// The device's documents of one person. A cheap handle; owned at the root, provided as context.
#[derive(Clone, Copy)]
pub struct Replica {
    core: StoredValue<Rc<Core>, LocalStorage>,
    signals: self::core::Signals,
    person: PersonId,
}

impl Replica {
    /// Starts the replica of this person: opens their database, joins their projects, that whose `plan` is about to be
    /// shown first. Call it once a page, at the root.
    pub fn start(session: Session, plan: Option<ProjectId>) -> Self {
        let person = session.person;
        let core = Core::new(session);
        let replica = Self {
            signals: core.signals,
            core: StoredValue::new_local(core.clone()),
            person,
        };
        let telling = Rc::downgrade(&core);
        core.writer.tell(move |failed| {
            let Some(core) = telling.upgrade() else {
                return;
            };
            core.show_saving();
            let failed = failed.as_ref().map(trouble);
            // a write that succeeds ends a full disk; what cannot be read stays so
            let stale = core.signals.trouble.with_untracked(|trouble| {
                let stays = matches!(
                    trouble,
                    Some(Trouble::Unreadable { .. } | Trouble::Damaged { .. })
                );
                trouble.is_some() && !stays
            });
            if failed.is_some() || stale {
                core.signals.trouble.set(failed);
            }
        });
        let warning = Rc::downgrade(&core);
        crate::platform::page::warn_before_leaving(move || {
            warning
                .upgrade()
                .is_some_and(|core| core.writer.waiting() > 0)
        });
        core.want(plan);
        spawn_local(async move {
            let begin = async {
                core.read_cache().await;
                let waits = core.clone();
                spawn_local(async move { waits.decisions(Job::Read).await });
                core.ask_wanted();
                core.projects_changed();
                core.recount();
                Lead::seek(&core);
            };
            // asked while the database opens: a new device has nothing to show before it knows its projects
            let ((), heard) = futures::join!(begin, core.ask_cache());
            core.keep_cache(heard).await;
        });
        replica
    }

    /// Whose it is.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// The truth about sync.
    pub fn sync(&self) -> Signal<SyncState> {
        self.signals.sync.into()
    }

    /// Changes on this device that the server does not have yet, over all documents.
    pub fn waiting(&self) -> Signal<usize> {
        let sync = self.signals.sync;
        Signal::derive(move || sync.with(|sync| sync.waiting))
    }

    /// Why this device cannot keep what is written; nothing is dropped from memory meanwhile.
    pub fn trouble(&self) -> Signal<Option<Trouble>> {
        self.signals.trouble.into()
    }

    /// The server ended the session (signed out elsewhere, revoked): sign in again. The data stays.
    pub fn signed_out(&self) -> Signal<bool> {
        self.signals.signed_out.into()
    }

    /// The app and the server are of versions that do not go together: load the app anew. What is unsent stays.
    pub fn outdated(&self) -> Signal<bool> {
        self.signals.outdated.into()
    }

    /// Ready when all that was written is on the disk, or after five seconds: before the page is left by intent, so
    /// that the browser does not ask about what is saved a moment later.
    pub async fn settled(&self) {
        let core = self.core.get_value();
        for _ in 0..50 {
            if core.writer.waiting() == 0 {
                break;
            }
            crate::platform::clock::wait(100).await;
        }
    }

    /// How often another tab of this person locked the device.
    pub fn locked(&self) -> Signal<u32> {
        self.signals.locked.into()
    }

    /// Locks the person's other tabs too.
    pub fn lock_others(&self) {
        self.core.get_value().tell(&Notice::Locked);
    }

    /// The person's data is gone from this device: their other tabs show that at once.
    pub fn leave_others(&self) {
        self.core.get_value().tell(&Notice::Gone);
    }

    /// The person's projects, from this device, renewed when the server says so; `None` until first read.
    pub fn projects(&self) -> Signal<Option<Vec<Project>>> {
        self.signals.projects.into()
    }

    /// Organisation and people, likewise.
    pub fn organisation(&self) -> Signal<Option<Organisation>> {
        self.signals.organisation.into()
    }

    /// Asks the server for projects and organisation again (after making or changing one), and tries to connect.
    pub fn refresh(&self) {
        let core = self.core.get_value();
        core.retry();
        spawn_local(async move { core.fetch_cache().await });
    }

    /// Opens a project's plan and progress (from this device first, then from the server); kept open while used.
    pub fn open(&self, project: ProjectId) -> OpenPlan {
        let core = self.core.get_value();
        let known = core.plans.borrow().get(&project).copied();
        if let Some(plan) = known {
            return plan;
        }
        let plan = OpenPlan::new(&core, project);
        core.plans.borrow_mut().insert(project, plan);
        plan
    }

    /// Opens a task's note; it comes into being with the first text.
    pub fn open_note(&self, project: ProjectId, task: TaskId) -> OpenNote {
        let core = self.core.get_value();
        let document = derived_id(project, DocumentKind::Note, &task.to_string());
        let known = core.notes.borrow().get(&document).copied();
        if let Some(note) = known {
            return note;
        }
        let note = OpenNote::new(&core, document, project, task);
        core.notes.borrow_mut().insert(document, note);
        note
    }

    /// The names of people by their ids as text, as owners of tasks are written; not tracked.
    pub fn names(&self) -> HashMap<String, String> {
        self.organisation().with_untracked(|organisation| {
            let people = organisation.iter().flat_map(|of| &of.people);
            people
                .map(|person| (person.id.to_string(), person.display_name.clone()))
                .collect()
        })
    }

    /// Keeps the original of an imported file, compressed, in parts of at most 64 KiB.
    pub async fn put_source(
        &self,
        project: ProjectId,
        name: String,
        parts: Vec<Vec<u8>>,
    ) -> Result<DocumentId, CommandError> {
        let core = self.core.get_value();
        let key = crate::platform::random::task_id().to_string();
        let document = derived_id(project, DocumentKind::Source, &key);
        let fresh = rows::Meta::new(document, project, DocumentKind::Source, key);
        core.load_now(document, Some(fresh)).await;
        let deed = Deed::Do(Box::new(Command::AddSource { name, parts }));
        match core.perform(document, deed, Vec::new()) {
            Ok((made, _)) => {
                core.commit(vec![made], Vec::new());
                Ok(document)
            }
            Err(PerformError::Command(error)) => Err(error),
            Err(PerformError::Undo(_)) => Err(CommandError::WrongDocument),
        }
    }

    /// The kept original: its name and its compressed bytes; `None` when it is not on this device yet. Asking for it
    /// brings it from the server for the next time.
    pub async fn source(
        &self,
        project: ProjectId,
        document: DocumentId,
    ) -> Option<(String, Vec<u8>)> {
        let core = self.core.get_value();
        if !core.docs.borrow().contains_key(&document) {
            let fresh = rows::Meta::new(document, project, DocumentKind::Source, String::new());
            core.load_now(document, Some(fresh)).await;
        }
        let docs = core.docs.borrow();
        let doc = docs.get(&document).filter(|doc| doc.here)?;
        Some(shared::doc::view::source::read(&doc.document))
    }

    /// How many edits only this device has: also those that could not be saved.
    pub async fn unsent(&self) -> Result<usize, Trouble> {
        let core = self.core.get_value();
        let unsaved = core.writer.unsaved();
        let unsaved = unsaved
            .iter()
            .filter(|step| matches!(step, Write::Put(store, ..) if rows::ONLY_HERE.contains(store)))
            .count();
        Ok(crate::session::unsent(self.person).await? + unsaved)
    }

    /// All that only this device has, as a file: also what could not be saved.
    pub async fn export_unsent(&self) -> Result<Exported, Trouble> {
        let core = self.core.get_value();
        crate::session::export(self.person, core.writer.unsaved()).await
    }
}

impl Core {
    /// Tries to connect at once.
    pub(crate) fn retry(&self) {
        let driver = self.driver.borrow().clone();
        match driver {
            Some(driver) => driver.retry(),
            None => self.tell(&Notice::Retry),
        }
    }

    /// Tells others where this person is.
    pub(crate) fn announce(&self, document: DocumentId, state: String) {
        let driver = self.driver.borrow().clone();
        match driver {
            Some(driver) => driver.announce(document, state),
            None => self.tell(&Notice::Announce(document, state)),
        }
    }
}
