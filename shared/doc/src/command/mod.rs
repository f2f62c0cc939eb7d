//! What a person can do to a document: each command checks, then writes one change.

use base::{CalendarId, LinkId, Minutes, Moment, TaskId};
use domain::calendar::Calendar;
use domain::plan::{Lag, LinkKind, Plan};
use serde::{Deserialize, Serialize};

use crate::document::{Author, Document, RawChange};
use crate::undo::Undo;

/// One field of a task of the plan document, with the value to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskEdit {
    /// What is to be done.
    Name(String),
    /// Working minutes; 0 makes a milestone.
    Duration(Minutes),
    /// Start no earlier than.
    NotBefore(Option<Moment>),
    /// Who answers for it; empty for nobody.
    Owner(String),
    /// What it delivers; empty for nothing.
    Deliverable(String),
    /// Its own calendar.
    Calendar(Option<CalendarId>),
}

/// One field of a task in the progress document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProgressEdit {
    /// Percent complete, 0..=100.
    Percent(u8),
    /// When it started.
    ActualStart(Option<Moment>),
    /// When it was finished.
    ActualFinish(Option<Moment>),
}

/// What a person can do. Serialisable: journals keep commands, to replay them after a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Plan: a new task under `parent`, after its sibling `after` (`None`: first).
    AddTask {
        id: TaskId,
        parent: Option<TaskId>,
        after: Option<TaskId>,
        name: String,
        duration: Minutes,
    },
    /// Plan: one field of one task.
    EditTask { id: TaskId, edit: TaskEdit },
    /// Plan: tasks, in this order, under `parent` after its sibling `after` (`None`: first). Refused under itself.
    MoveTasks {
        ids: Vec<TaskId>,
        parent: Option<TaskId>,
        after: Option<TaskId>,
    },
    /// Plan: marks tasks and all below them as removed (nothing is ever deleted).
    RemoveTasks { ids: Vec<TaskId> },
    /// Plan: takes the mark of removal off again, from the tasks and the parents they need.
    RestoreTasks { ids: Vec<TaskId> },
    /// Plan: a link. Refused where it would close a cycle or repeat one.
    AddLink {
        id: LinkId,
        pred: TaskId,
        succ: TaskId,
        kind: LinkKind,
        lag: Lag,
    },
    /// Plan: another kind or lag.
    EditLink {
        id: LinkId,
        kind: LinkKind,
        lag: Lag,
    },
    /// Plan: marks a link as removed.
    RemoveLink { id: LinkId },
    /// Plan: takes the mark off again.
    RestoreLink { id: LinkId },
    /// Plan: title, start and default calendar; `None` leaves a field as it is.
    EditPlan {
        name: Option<String>,
        start: Option<Moment>,
        calendar: Option<CalendarId>,
    },
    /// Plan: a calendar, new or changed.
    PutCalendar { id: CalendarId, calendar: Calendar },
    /// Plan: everything of an imported plan, added to what is there.
    ImportPlan { plan: Box<Plan> },
    /// Progress: one field of one task.
    EditProgress { id: TaskId, edit: ProgressEdit },
    /// Note: the whole text, written as the smallest difference.
    EditNote { text: String },
    /// Source: the original of an imported file, compressed; at most 64 KiB a part, in order.
    AddSource { name: String, parts: Vec<Vec<u8>> },
}

/// Why a command was not carried out; the document is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum CommandError {
    /// The person may not change this document (any more).
    #[error("you may not change this document")]
    NotAllowed,
    /// The document is not on this device yet, or cannot be read.
    #[error("the document is not ready yet")]
    NotReady,
    /// The command is for another kind of document.
    #[error("this document does not take that command")]
    WrongDocument,
    /// No such task.
    #[error("there is no task {0}")]
    NoTask(TaskId),
    /// No such link.
    #[error("there is no link {0}")]
    NoLink(LinkId),
    /// The task would lie under itself.
    #[error("a task cannot lie under itself")]
    UnderItself,
    /// The link would make a task wait for itself; the tasks of the cycle.
    #[error("the link would close a cycle")]
    Cycle(Vec<TaskId>),
    /// There is such a link already.
    #[error("the two tasks are linked already")]
    Duplicate,
    /// The value is out of bounds; which field, and why.
    #[error("{field}: {why}")]
    Invalid { field: String, why: String },
}

/// A command that was carried out.
#[derive(Debug, Clone)]
pub struct Done {
    /// The changes it made, dependencies first; empty where everything stood like that already. More than one
    /// only where the limits of a change ask for it (an import).
    pub changes: Vec<RawChange>,
    /// How to take it back.
    pub undo: Undo,
}

/// Checks, then writes one change. On an error the document is as it was.
pub fn perform(
    document: &mut Document,
    command: &Command,
    author: Author,
) -> Result<Done, CommandError> {
    let _ = (document, command, author);
    Err(CommandError::WrongDocument)
}
