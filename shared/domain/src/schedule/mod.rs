//! The schedule: dates derived from a plan by the critical-path method.

mod backward;
mod cause;
mod cycles;
mod engine;
mod forward;
mod hold;
mod hours;
pub mod level;
mod longest;
mod network;
mod reach;
mod rows;
mod span;
#[cfg(test)]
mod tests;
mod writing;

use base::sort;
use base::{LinkId, Minutes, Moment, TaskId};
use serde::{Deserialize, Serialize};

use crate::plan::Plan;
pub use engine::Engine;
pub use hours::WorkTimes;
use network::Network;

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
    /// It is on the longest path: the chain of tasks, each driven by the one before, that ends with the plan. Where
    /// calendars or constraints leave slack on that path, it is still what the plan's end hangs on.
    #[serde(default)]
    pub longest: bool,
}

/// Which of a task's own dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Hold {
    /// Its deadline.
    Deadline,
    /// The date of its constraint.
    Constraint,
    /// Where it was placed by hand.
    Placed,
}

/// What is wrong with a plan; the rest of it is scheduled all the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Problem {
    /// These tasks wait for each other in a circle; one of the links was left out, the same one everywhere.
    Cycle {
        /// The tasks in the order of the cycle, from the successor of the link that was left out to its
        /// predecessor; summaries that pass the waiting on are among them.
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
    /// A date cannot be met: it takes more slack away than there is.
    Late {
        /// Whose date it is.
        task: TaskId,
        /// Which of its dates.
        hold: Hold,
        /// By how much, at most, in working minutes of the tasks' calendars.
        minutes: Minutes,
        /// The tasks that it makes late, by their ids.
        tasks: Vec<TaskId>,
    },
    /// The date by which the plan must be finished cannot be met: it takes more slack away than there is.
    FinishBy {
        /// By how much, at most, in working minutes of the tasks' calendars.
        minutes: Minutes,
        /// The tasks that it makes late, by their ids.
        tasks: Vec<TaskId>,
    },
    /// A task stands by hand, or by the date of its constraint, where this link does not let it.
    Broken {
        /// The link.
        link: LinkId,
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
/// not be honoured is listed. The result does not depend on the order of tasks or links.
///
/// Conventions (Primavera's, where [`Rules`](crate::plan::Rules) do not say otherwise): nothing starts before the plan
/// does; starts lie at the beginning of a working period and finishes at the end; a milestone is one moment. A link from
/// a summary waits for all its children, a link to a summary holds all its children, and so does its constraint. Actual
/// dates stand as they are. With a data date nothing that is still to be done lies before it, but for what a planner
/// placed by hand.
pub fn schedule(plan: &Plan) -> (Schedule, Vec<Problem>) {
    let parts = Parts::new(plan);
    (parts.schedule, parts.problems)
}

/// As [`schedule`], the same moments of work, but a moment between two working periods is written as Primavera writes
/// it: starts of milestones begin a period, and links hand on how it is written. It depends on the order of the links.
pub fn schedule_as_primavera(plan: &Plan) -> (Schedule, Vec<Problem>) {
    schedule_with_milestones(plan, &Milestones::default())
}

/// Which milestones are Primavera's start milestones, and which its finish milestones. Of the others it is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Milestones {
    /// All dates of these begin a period of work.
    pub starts: Vec<TaskId>,
    /// These stand at the end of the period in which what they wait for ends.
    pub finishes: Vec<TaskId>,
}

/// As [`schedule_as_primavera`], where it is known which end each milestone means.
pub fn schedule_with_milestones(plan: &Plan, milestones: &Milestones) -> (Schedule, Vec<Problem>) {
    let mut parts = Parts::new(plan);
    let marks = writing::Marks::new(&parts.network, milestones);
    writing::primavera(
        &parts.network,
        &parts.early,
        &parts.late.finish,
        &marks,
        &mut parts.schedule,
    );
    (parts.schedule, parts.problems)
}

/// A schedule with what it was made of.
struct Parts {
    network: Network,
    /// What is wrong with the network itself.
    named: Vec<Problem>,
    early: forward::Early,
    late: backward::Late,
    free: backward::Late,
    schedule: Schedule,
    problems: Vec<Problem>,
}

impl Parts {
    fn new(plan: &Plan) -> Self {
        let (network, named) = Network::new(plan);
        let mut early = forward::pass(&network, None);
        if network.tasks.iter().any(|task| task.late()) {
            let late = backward::latest(&network, &early);
            early = forward::pass(&network, Some(&late));
        }
        let free = backward::free(&network, &early).found;
        let late = backward::late(&network, &early).found;
        let mut parts = Self {
            network,
            named,
            early,
            late,
            free,
            schedule: Schedule::default(),
            problems: Vec::new(),
        };
        parts.put_rows();
        parts.find_problems();
        parts
    }

    fn put_rows(&mut self) {
        let (late, free) = (&self.late.finish, &self.free.finish);
        self.schedule = rows::rows(&self.network, &self.early, late, free);
    }

    /// Marks the longest path and lists what could not be honoured, from all that was found.
    fn find_problems(&mut self) {
        longest::mark(&self.network, &self.early, &mut self.schedule.rows);
        let mut problems = self.named.clone();
        let late = std::mem::take(&mut self.late);
        let walk = backward::Walk::new(&self.network, &self.early, late);
        problems.extend(cause::causes(&walk, &self.schedule.rows));
        self.late = walk.found;
        problems.extend(forward::broken(&self.network, &self.early));
        problems.extend(
            (self.network.tasks.iter().zip(&self.early.cut))
                .filter(|(_, cut)| **cut)
                .map(|(task, _)| Problem::OutOfRange { task: task.id }),
        );
        sort::plain(&mut problems);
        problems.dedup();
        self.problems = problems;
    }
}
