//! The device's documents: dispatch a command, read signals. The way of an edit: event -> command ->
//! document -> view -> signal -> screen; nothing writes a signal first.

use std::sync::Arc;

use leptos::prelude::*;
use shared::base::{DocumentId, PersonId, ProjectId, TaskId, Timestamp};
use shared::doc::command::{Command, CommandError};
use shared::doc::view::plan::PlanView;
use shared::domain::permission::Access;
use shared::sync::device::Status;

/// The truth about sync, for every screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncState {
    /// What the session says.
    pub status: Status,
    /// Changes on this device that the server does not have yet, over all documents.
    pub waiting: usize,
    /// When everything was last at the server.
    pub last_sync: Option<Timestamp>,
}

/// Somebody else who looks at a document now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Their connection.
    pub session: u64,
    /// Who.
    pub person: PersonId,
    /// The task and field they are at.
    pub task: Option<TaskId>,
    /// The field they are typing in.
    pub field: Option<String>,
}

/// Typing that was found in the journal after a crash: it never became a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Whose field.
    pub task: TaskId,
    /// Which field.
    pub field: String,
    /// The text as it stood.
    pub text: String,
    /// When the last key was struck.
    pub at: Timestamp,
}

/// A refused edit, kept as a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedEdit {
    /// What was to be done.
    pub command: Command,
    /// Which document.
    pub document: DocumentId,
    /// When it was made.
    pub at: Timestamp,
    /// Why not.
    pub reason: shared::sync::wire::Refusal,
}

/// The device's documents of one person. A cheap handle; owned at the root, provided as context.
#[derive(Clone, Copy)]
pub struct Replica {
    // owned by the implementation
}

impl Replica {
    /// The truth about sync.
    pub fn sync(&self) -> Signal<SyncState> {
        Signal::derive(|| SyncState {
            status: Status::Offline { next_try: None },
            waiting: 0,
            last_sync: None,
        })
    }

    /// Opens a project's plan and progress (from this device first, then from the server); kept open while used.
    pub fn open(&self, project: ProjectId) -> OpenPlan {
        let _ = project;
        OpenPlan {}
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
        Err(CommandError::WrongDocument)
    }

    /// Takes back one's own latest command; `Err` says who changed it since.
    pub fn undo(&self) -> Result<(), shared::doc::undo::UndoError> {
        Ok(())
    }

    /// Does again what was taken back.
    pub fn redo(&self) -> Result<(), shared::doc::undo::UndoError> {
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

    /// Edits that the server refused, kept as drafts; `discard` by index after the person said so.
    pub fn refused(&self) -> Signal<Vec<RefusedEdit>> {
        Signal::derive(Vec::new)
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
