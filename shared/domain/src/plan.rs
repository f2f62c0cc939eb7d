//! A plan 计划 as plain rows: what documents are read into, files are imported into, and the schedule is
//! computed from.

use base::{CalendarId, DocumentId, LinkId, Minutes, Moment, TaskId};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;

/// How one task waits for another: which end of the predecessor drives which end of the successor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LinkKind {
    /// Finish to start 完成-开始.
    #[serde(rename = "FS")]
    FinishStart,
    /// Start to start 开始-开始.
    #[serde(rename = "SS")]
    StartStart,
    /// Finish to finish 完成-完成.
    #[serde(rename = "FF")]
    FinishFinish,
    /// Start to finish 开始-完成.
    #[serde(rename = "SF")]
    StartFinish,
}

/// A time between two ends of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lag {
    /// Minutes of the predecessor's working time (Primavera's convention); negative is a lead.
    #[serde(rename = "w")]
    Working(Minutes),
    /// Minutes by the clock, day and night.
    #[serde(rename = "e")]
    Elapsed(Minutes),
}

/// A link 搭接.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its id in the plan.
    pub id: LinkId,
    /// The task that is waited for.
    pub pred: TaskId,
    /// The task that waits.
    pub succ: TaskId,
    /// Which ends.
    pub kind: LinkKind,
    /// How long after.
    pub lag: Lag,
}

/// A limit on a task's dates, beside its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Constraint {
    /// Start no earlier than (the screen's "not before").
    #[serde(rename = "snet")]
    NotBefore(Moment),
}

/// A task 任务: what a planner writes. Dates are derived, never stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its id in the plan.
    pub id: TaskId,
    /// The unique number that MS Project knows it by, where it was imported.
    pub uid: Option<i64>,
    /// What is to be done.
    pub name: String,
    /// The summary it lies under; `None` at the top.
    pub parent: Option<TaskId>,
    /// Its place among the tasks of the same parent: compared as bytes, then by id.
    pub order: String,
    /// Working minutes of its calendar; 0 makes it a milestone. Of no effect on a summary.
    pub duration: Minutes,
    /// Its own calendar; the plan's when `None`.
    pub calendar: Option<CalendarId>,
    /// A limit on its dates.
    pub constraint: Option<Constraint>,
    /// Who answers for it: a person id as text, or a name that came with a file. Empty when nobody.
    pub owner: String,
    /// What it delivers 交付物; empty when nothing.
    pub deliverable: String,
    /// From the progress document: percent complete, 0..=100.
    pub percent: u8,
    /// From the progress document: when it started.
    pub actual_start: Option<Moment>,
    /// From the progress document: when it was finished.
    pub actual_finish: Option<Moment>,
}

/// A whole plan as plain rows: tasks in outline order (a parent before its children).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// The plan's title.
    pub name: String,
    /// Nothing starts before this (the Primavera convention).
    pub start: Moment,
    /// The calendar of tasks that name none.
    pub calendar: Option<CalendarId>,
    /// All calendars.
    pub calendars: Vec<(CalendarId, Calendar)>,
    /// All tasks, in outline order.
    pub tasks: Vec<Task>,
    /// All links.
    pub links: Vec<Link>,
    /// The document that keeps the original of the imported file, for what we do not show.
    pub source: Option<DocumentId>,
}
