//! Earned value 挣值: what was planned, what is done and what it cost, of each task, branch and project.
//!
//! A [`Baseline`] is compiled into a [`Gauge`], which measures any number of [`Status`]es (tracking periods): planned
//! value (PV), earned value (EV) and actual cost (AC) as exact [`Money`](crate::money::Money), from which [`Figures`]
//! derives variances and indices, [`Times`] those in time (earned schedule), and both forecasts. All of it is total: what
//! cannot be honoured is listed as a [`Problem`] and resolved the same way everywhere; what cannot be told is `None`.
//! The definitions, numbered, with their sources and tests: `docs/earned-value.md`.

mod baseline;
mod curve;
mod figures;
mod forecast;
mod gauge;
mod measure;
mod plan;
mod schedule;
mod status;
#[cfg(test)]
mod tests;
mod tree;

use base::TaskId;
use serde::{Deserialize, Serialize};

pub use baseline::{Accrual, Baseline, Budget, Planned, Rule};
pub use curve::{Curve, Outlook, Point};
pub use figures::Figures;
pub use forecast::{Factor, Method, Times};
pub use gauge::Gauge;
pub use measure::{Measured, Row};
pub use plan::{Standing, Unit};
pub use schedule::{Reading, among};
pub use status::{Reported, Share, Status};

/// What is wrong with a baseline or a status; the rest is measured all the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// The baseline, or the status, has the task twice; one of the two was taken, the same one everywhere.
    Twice {
        /// The task.
        task: TaskId,
    },
    /// A task's branch is not in the baseline; it was put at the top.
    NoBranch {
        /// The task.
        task: TaskId,
    },
    /// These tasks lie under each other in a circle; the first of them was put at the top.
    Circle {
        /// The tasks, the one with the least id first, then each one's branch.
        tasks: Vec<TaskId>,
    },
    /// A task's calendar is not there or has no working time; the baseline's was used, or else the standard one.
    NoCalendar {
        /// The task; `None` for the baseline itself.
        task: Option<TaskId>,
    },
    /// A task was planned to finish before it starts; it was taken as one moment, its start.
    PlannedBackwards {
        /// The task.
        task: TaskId,
    },
    /// A part of a task's budget is negative; that part was left out.
    NegativeBudget {
        /// The task.
        task: TaskId,
    },
    /// A task with nothing below it has no budget: it earns nothing, whatever is done.
    NoBudget {
        /// The task.
        task: TaskId,
    },
    /// A task's milestones have no weight: it earns nothing.
    NoWeights {
        /// The task.
        task: TaskId,
    },
    /// The task that another is apportioned to is not there, has no budget or is apportioned itself: it earns nothing.
    NoBasis {
        /// The task that is apportioned.
        task: TaskId,
    },
    /// A task that is reported is not in the baseline: its actual cost counts, in the project and in the branch it
    /// names.
    Unplanned {
        /// The task.
        task: TaskId,
    },
    /// What is said to be done is less than nothing or more than all; it was cut.
    ShareOutOfRange {
        /// The task.
        task: TaskId,
    },
    /// A milestone is said to be reached that the baseline does not have.
    NoMilestone {
        /// The task.
        task: TaskId,
    },
    /// A task was finished before it started.
    FinishBeforeStart {
        /// The task.
        task: TaskId,
    },
    /// An actual date lies after the data date.
    AfterDataDate {
        /// The task.
        task: TaskId,
    },
    /// A task has a finish and is not all done; what is said to be done was taken.
    FinishedNotDone {
        /// The task.
        task: TaskId,
    },
    /// A task has progress or cost and no start.
    NotStarted {
        /// The task.
        task: TaskId,
    },
}
