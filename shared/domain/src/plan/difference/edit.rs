//! What is done to a plan, in plain terms.

use base::{CalendarId, DocumentId, LinkId, Moment, ResourceId, TaskId};
use serde::{Deserialize, Serialize};

use super::fields::Value;
use crate::calendar::Calendar;
use crate::plan::{Lag, Link, LinkKind, Task};
use crate::resource::{Resource, Use};

/// One thing to do. They are done in their order; what names a task, a calendar or a resource comes after what makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edit {
    /// When the plan starts.
    Start(Moment),
    /// How things stood.
    DataDate(Option<Moment>),
    /// The document with the original of the file that came again: an export is written into that one.
    Source(DocumentId),
    /// The calendar of tasks that name none.
    PlanCalendar(Option<CalendarId>),
    /// A calendar, new or as it is to be.
    Calendar {
        /// Its id.
        id: CalendarId,
        /// All of it.
        calendar: Calendar,
    },
    /// A resource, new or as it is to be.
    Resource(Box<Resource>),
    /// A new task under [`Task::parent`], after a sibling.
    Add {
        /// All of it; its order key is of no meaning.
        task: Box<Task>,
        /// The sibling before it; `None`: first.
        after: Option<TaskId>,
    },
    /// A task gets another place.
    Move {
        /// Which.
        task: TaskId,
        /// The task to lie under; `None` for the top level.
        parent: Option<TaskId>,
        /// The sibling before it; `None`: first.
        after: Option<TaskId>,
    },
    /// A field of a task.
    Set {
        /// Which task.
        task: TaskId,
        /// Field and value.
        value: Value,
    },
    /// What a task asks of a resource; `None`: nothing any more.
    Assign {
        /// The task.
        task: TaskId,
        /// The resource.
        resource: ResourceId,
        /// How much.
        part: Option<Use>,
    },
    /// A link goes.
    RemoveLink(LinkId),
    /// Another kind or lag.
    Link {
        /// Which link.
        id: LinkId,
        /// Which ends.
        kind: LinkKind,
        /// How long after.
        lag: Lag,
    },
    /// A new link.
    AddLink(Link),
    /// Tasks go, with their links and what they ask. All that lies below them is among them.
    Remove(Vec<TaskId>),
}

impl Edit {
    /// The tasks that it touches.
    pub fn tasks(&self) -> Vec<TaskId> {
        match self {
            Self::Add { task, .. } => vec![task.id],
            Self::Move { task, .. } | Self::Set { task, .. } | Self::Assign { task, .. } => {
                vec![*task]
            }
            Self::AddLink(link) => vec![link.pred, link.succ],
            Self::Remove(tasks) => tasks.clone(),
            Self::Start(_)
            | Self::DataDate(_)
            | Self::Source(_)
            | Self::PlanCalendar(_)
            | Self::Calendar { .. }
            | Self::Resource(_)
            | Self::RemoveLink(_)
            | Self::Link { .. } => Vec::new(),
        }
    }
}
