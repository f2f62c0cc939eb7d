//! A plan that comes again: how a file that was read differs from the plan as it is, and what becomes of the plan where
//! some of it is taken over.
//!
//! [`compare`] finds for each task of the file the one of the plan that it is, and lists what differs, one by one.
//! [`accept`] makes edits of those that were chosen, [`apply`] does them to a plan, and [`moved`] says whose dates they
//! move. Documents take the edits as one command.

mod accept;
mod apply;
mod compare;
mod edit;
mod fields;
mod matching;
mod rename;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use base::{CalendarId, Moment, ResourceId, TaskId};
use serde::{Deserialize, Serialize};

use super::{Link, Plan};
use crate::calendar::Calendar;
use crate::resource::{Resource, Use};
use crate::schedule::{Dates, schedule};
pub use accept::{Accepted, LeftOut, Why, accept};
pub use apply::apply;
pub use compare::compare;
pub use edit::Edit;
pub use fields::{Field, Value};

/// What a file says of plans at all. What it cannot say does not differ: notes neither, where those of the plan are not
/// known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covers {
    /// The fields of tasks.
    pub fields: BTreeSet<Field>,
    /// Which task lies under which, and their order.
    pub outline: bool,
    /// Links.
    pub links: bool,
    /// Calendars, and which is the plan's.
    pub calendars: bool,
    /// Resources, and what tasks ask of them.
    pub resources: bool,
    /// Notes of tasks.
    pub notes: bool,
    /// When the plan starts.
    pub start: bool,
    /// How things stood.
    pub data_date: bool,
}

impl Covers {
    /// Everything.
    pub fn all() -> Self {
        Self {
            fields: Field::ALL.into_iter().collect(),
            outline: true,
            links: true,
            calendars: true,
            resources: true,
            notes: true,
            start: true,
            data_date: true,
        }
    }
}

/// How a task of the file was found in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Both have the same unique number.
    Uid,
    /// It stands at the same place of the outline (1.2.3) under the same name.
    Place,
    /// It has a name that only one task has below the same summary.
    Branch,
    /// It has a name that only one task of the plan has, and only one of the file.
    Name,
}

/// A task of the file that is one of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Its id in the plan.
    pub task: TaskId,
    /// Its id in what was read.
    pub read: TaskId,
    /// How it was found.
    pub how: How,
}

/// How a file differs from a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// The plan as the file has it, where tasks, links, calendars and resources that are those of the plan have its ids.
    pub theirs: Plan,
    /// Notes as the file has them, by those ids.
    pub notes: Vec<(TaskId, String)>,
    /// Tasks of the file that are in the plan, in the order of the file.
    pub matches: Vec<Match>,
    /// What differs: calendars, resources and the plan itself, then tasks in the order of the file, then links, then tasks
    /// that are gone.
    pub differences: Vec<Difference>,
}

/// One thing that differs. Before is as in the plan, after as in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// When the plan starts.
    Start {
        /// Before and after.
        values: (Moment, Moment),
    },
    /// How things stood.
    DataDate {
        /// Before and after.
        values: (Option<Moment>, Option<Moment>),
    },
    /// The calendar of tasks that name none.
    PlanCalendar {
        /// Before and after.
        values: (Option<CalendarId>, Option<CalendarId>),
    },
    /// A new calendar.
    CalendarAdded {
        /// Its id in [`Comparison::theirs`].
        id: CalendarId,
    },
    /// A calendar of the same name has other hours or dates.
    CalendarChanged {
        /// Which.
        id: CalendarId,
        /// Before and after.
        values: Box<(Calendar, Calendar)>,
    },
    /// A new resource.
    ResourceAdded {
        /// Its id in [`Comparison::theirs`].
        id: ResourceId,
    },
    /// A resource of the same number or name is not the same.
    ResourceChanged {
        /// Which.
        id: ResourceId,
        /// Before and after.
        values: Box<(Resource, Resource)>,
    },
    /// A new task, with all that the file says of it but what it asks of resources.
    Added {
        /// Its id in [`Comparison::theirs`].
        task: TaskId,
    },
    /// A task that the file does not have any more. Only tasks that came with a file (that have its number) are missed.
    Removed {
        /// Which.
        task: TaskId,
    },
    /// A task lies elsewhere.
    Moved {
        /// Which.
        task: TaskId,
        /// The summaries before and after; the same where only its place among their tasks changed.
        parents: (Option<TaskId>, Option<TaskId>),
    },
    /// A field of a task.
    Changed {
        /// Which task.
        task: TaskId,
        /// Before and after: the same field.
        values: (Value, Value),
    },
    /// The note of a task; of new ones too.
    Note {
        /// Which task.
        task: TaskId,
        /// Before and after; empty for none.
        values: (String, String),
    },
    /// What a task asks of a resource; of new ones too.
    Assigned {
        /// Which task.
        task: TaskId,
        /// Of whom.
        resource: ResourceId,
        /// Before and after; `None` for nothing.
        values: (Option<Use>, Option<Use>),
    },
    /// A new link.
    LinkAdded {
        /// All of it.
        link: Link,
    },
    /// A link between tasks of the file that the file does not have.
    LinkRemoved {
        /// All of it.
        link: Link,
    },
    /// A link of the same two tasks has another lag or kind.
    LinkChanged {
        /// Before and after, under the id of the plan's.
        values: (Link, Link),
    },
}

/// A task whose dates would be others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedDates {
    /// Which.
    pub task: TaskId,
    /// As it is.
    pub before: Dates,
    /// As it would be.
    pub after: Dates,
}

/// Whose dates edits move: tasks that are there before and after, in the order of the plan, whose earliest start or finish
/// is not the same.
pub fn moved(plan: &Plan, edits: &[Edit]) -> Vec<MovedDates> {
    let after = apply(plan, edits);
    let (before_dates, after_dates) = (schedule(plan).0, schedule(&after).0);
    let then = after.tasks.iter().zip(&after_dates.rows);
    let then: rustc_hash::FxHashMap<TaskId, Dates> =
        then.map(|(task, dates)| (task.id, *dates)).collect();
    let now = plan.tasks.iter().zip(&before_dates.rows);
    let both = now.filter_map(|(task, before)| {
        let after = *then.get(&task.id)?;
        let same =
            (before.early_start, before.early_finish) == (after.early_start, after.early_finish);
        (!same).then_some(MovedDates {
            task: task.id,
            before: *before,
            after,
        })
    });
    both.collect()
}
