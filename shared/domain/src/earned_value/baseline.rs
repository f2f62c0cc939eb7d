//! What was planned: dates and budget of each task, as they were when the baseline 基线 was set.

use base::{CalendarId, Moment, TaskId};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::money::Money;
use crate::plan::{Plan, Task};
use crate::schedule::Schedule;

/// When the fixed part of a budget counts (MS Project: fixed cost accrual).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Accrual {
    /// All of it as soon as work has begun: a moment after the start, not at it.
    #[serde(rename = "start")]
    Start,
    /// Evenly over the working time.
    #[default]
    #[serde(rename = "prorated")]
    Prorated,
    /// All of it at the end.
    #[serde(rename = "end")]
    End,
}

/// The budget 预算 of one task: its BAC in two parts. Neither is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Budget {
    /// What is spent once, however long the work takes.
    pub fixed: Money,
    /// When `fixed` counts.
    pub accrual: Accrual,
    /// What is spent evenly over the working time: labour, machines.
    pub over_time: Money,
}

impl Budget {
    /// A budget that is spent evenly over the working time.
    pub fn even(over_time: Money) -> Self {
        Self {
            over_time,
            ..Self::default()
        }
    }

    /// Budget at completion 完工预算 (BAC).
    pub fn total(&self) -> Money {
        self.fixed + self.over_time
    }

    /// What counts when `part` of `whole` of the work is done.
    pub(super) fn accrued(&self, part: i64, whole: i64, begun: bool) -> Money {
        let fixed = match self.accrual {
            Accrual::Start if begun => self.fixed,
            Accrual::End if part >= whole => self.fixed,
            Accrual::Start | Accrual::End => Money::ZERO,
            Accrual::Prorated => self.fixed.portion(part, whole),
        };
        fixed + self.over_time.portion(part, whole)
    }
}

/// How a task's earned value is told from what was reported of it (PMI, Practice Standard for Earned Value Management,
/// 2nd ed., measurement methods; ANSI/EIA-748 guideline 7).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Percent complete 完成百分比: EV = BAC × percent.
    #[default]
    Percent,
    /// As it was planned to be spent: the planned value at that percentage of the work. The same as `Percent` but where
    /// a fixed part counts at the start or the end: that is earned then (ProTrack).
    AsPlanned,
    /// A fixed formula: this percentage of BAC once begun, the rest when done. 0 is 0/100, 50 is 50/50, 20 is 20/80;
    /// more than 100 counts as 100.
    AtStart(u8),
    /// Weighted milestones 加权里程碑: the weights of those reached, of the sum of all weights.
    Milestones(Vec<u32>),
    /// Level of effort 投入水平: EV = PV, always.
    LevelOfEffort,
    /// Apportioned effort 分摊: the same percentage as another task's own EV is of its own BAC.
    Apportioned(TaskId),
}

/// One task of a baseline.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Planned {
    /// The task.
    pub task: TaskId,
    /// The branch 分支 (summary) it lies under; `None` at the top.
    pub parent: Option<TaskId>,
    /// When it was to start.
    pub start: Moment,
    /// When it was to finish.
    pub finish: Moment,
    /// Its calendar; the baseline's when `None`.
    pub calendar: Option<CalendarId>,
    /// It was to go on day and night.
    pub elapsed: bool,
    /// Its own budget; a branch's BAC is this and those of all below it.
    pub budget: Budget,
    /// How its earned value is told.
    pub rule: Rule,
}

impl Planned {
    /// A task at the top with no budget yet, measured by percent.
    pub fn new(task: TaskId, start: Moment, finish: Moment) -> Self {
        Self {
            task,
            parent: None,
            start,
            finish,
            calendar: None,
            elapsed: false,
            budget: Budget::default(),
            rule: Rule::Percent,
        }
    }
}

/// A baseline 基线. It holds its calendars: what is decided does not move when a calendar is edited later.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Baseline {
    /// The calendar in which the project's time is counted, and of tasks that name none.
    pub calendar: Option<CalendarId>,
    /// All calendars.
    pub calendars: Vec<(CalendarId, Calendar)>,
    /// All tasks; their order says nothing.
    pub tasks: Vec<Planned>,
}

impl Baseline {
    /// The baseline of a plan with its schedule (rows in the order of the plan's tasks): the early dates, and the
    /// budget and rule that are given for each task. Tasks that are inactive are not in it.
    pub fn of(
        plan: &Plan,
        schedule: &Schedule,
        mut budget: impl FnMut(&Task) -> (Budget, Rule),
    ) -> Self {
        let rows = plan.tasks.iter().zip(&schedule.rows);
        let tasks = rows
            .filter(|(task, _)| !task.inactive)
            .map(|(task, dates)| {
                let (budget, rule) = budget(task);
                Planned {
                    parent: task.parent,
                    calendar: task.calendar,
                    elapsed: task.elapsed,
                    budget,
                    rule,
                    ..Planned::new(task.id, dates.early_start, dates.early_finish)
                }
            });
        Self {
            calendar: plan.calendar,
            calendars: plan.calendars.clone(),
            tasks: tasks.collect(),
        }
    }
}
