//! The plan screen's rows, from the plan and progress documents.

use base::{CalendarId, LinkId, PersonId, TaskId, Timestamp};
use domain::plan::{Link, Plan};
use domain::schedule::{self, Schedule};
use serde::{Deserialize, Serialize};

use crate::document::Document;

/// One of the values that several people wrote beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The value as text, in the form that [`crate::command`] takes (durations in minutes, moments as text).
    pub value: String,
    /// Who, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// Whether this is the value that stands for now.
    pub stands: bool,
}

/// What a field belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// The plan itself: `name`, `start`, `calendar`.
    Plan,
    /// A task, in the plan or the progress document.
    Task(TaskId),
    /// A link.
    Link(LinkId),
    /// A calendar.
    Calendar(CalendarId),
}

impl Subject {
    /// The task, where it is one.
    pub fn task(self) -> Option<TaskId> {
        match self {
            Self::Task(task) => Some(task),
            _ => None,
        }
    }
}

/// A conflict 冲突: one field with several values that nobody has settled. Writing the field settles it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Whose field.
    pub subject: Subject,
    /// Which field. Of a task: `name`, `duration`, `not_before`, `owner`, `deliverable`, `calendar`, `parent`, `order`
    /// (both mean: moved), `deleted_at` (one removed it, one restored it), `percent`, `actual_start`, `actual_finish`.
    /// Of a link: `kind`, `lag`. Of a calendar: `name`, `week0`..`week6`, `day/2026-10-01`.
    pub field: String,
    /// All values, the standing one first.
    pub values: Vec<Written>,
}

/// A task that was removed; shown with a way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The task.
    pub task: TaskId,
    /// Its name.
    pub name: String,
    /// Who removed it, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// Edits by others that ran beside the removal or came after it: field, and what was written.
    pub edited_beside: Vec<(String, Written)>,
}

/// A link that was removed, or that fell away with its task; shown with a way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedLink {
    /// The link as it was.
    pub link: Link,
    /// Who removed it, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// Edits by others that ran beside the removal or came after it: field, and what was written.
    pub edited_beside: Vec<(String, Written)>,
}

/// What a merge broke, and how it was resolved, the same on every replica.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Problem {
    /// Moves that ran beside each other put tasks under each other; the first was put to the top level.
    ParentCycle {
        /// All tasks of the cycle, the one that was moved out first.
        tasks: Vec<TaskId>,
    },
    /// A task's parent is removed or unknown; it is shown at the top level.
    LostParent {
        /// The task.
        task: TaskId,
    },
    /// A value has the wrong type or range and is shown as its default.
    Unreadable {
        /// The task, where it is one.
        task: Option<TaskId>,
        /// The field.
        field: String,
    },
    /// A link to a task that was removed; it is not used.
    LinkToRemoved {
        /// The link.
        link: LinkId,
    },
    /// From the schedule.
    Schedule(schedule::Problem),
}

/// All that the plan screen shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanView {
    /// Tasks in outline order, links, calendars. Removed ones are not in it.
    pub plan: Plan,
    /// Depth in the outline, in the order of the tasks; 0 at the top.
    pub depth: Vec<u16>,
    /// Whether a task has children, in the order of the tasks.
    pub summary: Vec<bool>,
    /// The dates, in the order of the tasks.
    pub schedule: Schedule,
    /// Fields with more than one value.
    pub conflicts: Vec<Conflict>,
    /// Removed tasks, latest first.
    pub removed: Vec<Removed>,
    /// Removed links whose two tasks stand, latest first.
    pub removed_links: Vec<RemovedLink>,
    /// What a merge or an import broke.
    pub problems: Vec<Problem>,
}

/// Reads documents into a [`PlanView`], and after a change again only what changed.
#[derive(Debug, Default)]
pub struct PlanReader {
    // owned by the implementation
}

impl PlanReader {
    /// The view now. Costs the whole document at first, then only what changed since the last call.
    pub fn read(&mut self, plan: &mut Document, progress: Option<&mut Document>) -> PlanView {
        let _ = (plan, progress);
        PlanView::default()
    }
}
