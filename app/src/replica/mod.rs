//! The device's documents: dispatch a command, read signals. The way of an edit: event -> command ->
//! document -> view -> signal -> screen; nothing writes a signal first.

mod types;

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;
use shared::api::{Organisation, Project, Session};
use shared::base::{DocumentId, PersonId, ProjectId, TaskId};
use shared::doc::command::{Command, CommandError};
use shared::doc::undo::UndoError;
use shared::doc::view::plan::PlanView;
use shared::domain::permission::Access;
use shared::sync::device::Status;

pub use types::{Present, Recovered, RefusedEdit, SyncState, Trouble};

/// The device's documents of one person. A cheap handle; owned at the root, provided as context.
#[derive(Clone, Copy)]
pub struct Replica {
    person: PersonId,
}

impl Replica {
    /// Starts the replica of this person: opens their database, joins their projects. Call it once a page, at the root.
    pub fn start(session: Session) -> Self {
        Self {
            person: session.person,
        }
    }

    /// Whose it is.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// The truth about sync.
    pub fn sync(&self) -> Signal<SyncState> {
        Signal::derive(|| SyncState {
            status: Status::Offline { next_try: None },
            waiting: 0,
            saving: 0,
            last_sync: None,
        })
    }

    /// Changes on this device that the server does not have yet, over all documents.
    pub fn waiting(&self) -> Signal<usize> {
        Signal::derive(|| 0)
    }

    /// Why this device cannot keep what is written; nothing is dropped from memory meanwhile.
    pub fn trouble(&self) -> Signal<Option<Trouble>> {
        Signal::derive(|| None)
    }

    /// The server ended the session (signed out elsewhere, revoked): sign in again. The data stays.
    pub fn signed_out(&self) -> Signal<bool> {
        Signal::derive(|| false)
    }

    /// The person's projects, from this device, renewed when the server says so; `None` until first read.
    pub fn projects(&self) -> Signal<Option<Vec<Project>>> {
        Signal::derive(|| None)
    }

    /// Organisation and people, likewise.
    pub fn organisation(&self) -> Signal<Option<Organisation>> {
        Signal::derive(|| None)
    }

    /// Asks the server for projects and organisation again (after making or changing one), and tries to connect.
    pub fn refresh(&self) {}

    /// Opens a project's plan and progress (from this device first, then from the server); kept open while used.
    pub fn open(&self, project: ProjectId) -> OpenPlan {
        let _ = project;
        OpenPlan {}
    }

    /// Opens a task's note; it comes into being with the first text.
    pub fn open_note(&self, project: ProjectId, task: TaskId) -> OpenNote {
        let _ = (project, task);
        OpenNote {}
    }

    /// Keeps the original of an imported file, compressed, in parts of at most 64 KiB.
    pub fn put_source(
        &self,
        project: ProjectId,
        name: String,
        parts: Vec<Vec<u8>>,
    ) -> Result<DocumentId, CommandError> {
        let _ = (project, name, parts);
        Err(CommandError::NotReady)
    }

    /// The kept original: its name and its compressed bytes; `None` when it is not on this device yet.
    pub async fn source(
        &self,
        project: ProjectId,
        document: DocumentId,
    ) -> Option<(String, Vec<u8>)> {
        let _ = (project, document);
        None
    }
}

/// An open plan. A cheap handle.
#[derive(Clone, Copy)]
pub struct OpenPlan {
    // owned by the implementation
}

impl OpenPlan {
    /// `None` until the first read; then what the screen shows, after every change from here or elsewhere.
    pub fn view(&self) -> Signal<Option<Arc<PlanView>>> {
        Signal::derive(|| None)
    }

    /// What may be done with the plan and with the progress.
    pub fn access(&self) -> Signal<(Access, Access)> {
        Signal::derive(|| (Access::None, Access::None))
    }

    /// Carries a command out: checks, writes, stores on the device, sends.
    pub fn dispatch(&self, command: Command) -> Result<(), CommandError> {
        let _ = command;
        Err(CommandError::NotReady)
    }

    /// Takes back one's own latest command; `Err` says who changed it since.
    pub fn undo(&self) -> Result<(), UndoError> {
        Ok(())
    }

    /// Does again what was taken back.
    pub fn redo(&self) -> Result<(), UndoError> {
        Ok(())
    }

    /// Whether there is anything to take back, and to do again.
    pub fn can_undo_redo(&self) -> Signal<(bool, bool)> {
        Signal::derive(|| (false, false))
    }

    /// Keeps what is being typed, at every keystroke; `None` when the field is left (after its command).
    pub fn journal(&self, task: TaskId, field: &str, text: Option<String>) {
        let _ = (task, field, text);
    }

    /// Typing found in the journal after a crash.
    pub fn recovered(&self) -> Signal<Vec<Recovered>> {
        Signal::derive(Vec::new)
    }

    /// Drops the recovered typing at this index: after its text was dispatched, or the person said so.
    pub fn discard_recovered(&self, index: usize) {
        let _ = index;
    }

    /// Tasks with changes that the server does not have yet.
    pub fn pending_tasks(&self) -> Signal<HashSet<TaskId>> {
        Signal::derive(HashSet::new)
    }

    /// Edits that the server refused, kept as drafts.
    pub fn refused(&self) -> Signal<Vec<RefusedEdit>> {
        Signal::derive(Vec::new)
    }

    /// Drops the refused edit at this index, after the person said so.
    pub fn discard_refused(&self, index: usize) {
        let _ = index;
    }

    /// Others who look at this plan.
    pub fn present(&self) -> Signal<Vec<Present>> {
        Signal::derive(Vec::new)
    }

    /// Tells others where one is.
    pub fn announce(&self, task: Option<TaskId>, field: Option<&str>) {
        let _ = (task, field);
    }
}

/// An open note. A cheap handle.
#[derive(Clone, Copy)]
pub struct OpenNote {
    // owned by the implementation
}

impl OpenNote {
    /// The text; `None` until first read.
    pub fn text(&self) -> Signal<Option<String>> {
        Signal::derive(|| None)
    }

    /// Writes the whole text (as the smallest difference).
    pub fn set(&self, text: String) -> Result<(), CommandError> {
        let _ = text;
        Err(CommandError::NotReady)
    }

    /// What may be done with it.
    pub fn access(&self) -> Signal<Access> {
        Signal::derive(|| Access::None)
    }

    /// Keeps what is being typed, at every keystroke; `None` when the field is left (after [`OpenNote::set`]).
    pub fn journal(&self, text: Option<String>) {
        let _ = text;
    }

    /// Typing found in the journal after a crash.
    pub fn recovered(&self) -> Signal<Option<String>> {
        Signal::derive(|| None)
    }
}
