//! What came about: a tracking period's report of each task.

use base::{Minutes, Moment, TaskId};
use serde::{Deserialize, Serialize};

use crate::money::Money;

/// How much of a task is done: `part` of `whole`, in any unit (percent, working minutes, cubic metres).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Share {
    /// What is done.
    pub part: i64,
    /// What there is to do.
    pub whole: i64,
}

impl Share {
    /// All of it.
    pub const ALL: Self = Self { part: 1, whole: 1 };
    /// Nothing of it.
    pub const NONE: Self = Self { part: 0, whole: 1 };

    /// From a percentage, kept to a millionth of a percent; `None` when it is no number.
    pub fn percent(percent: f64) -> Option<Self> {
        let part = percent * 1e6;
        (part.abs() < 1e15).then_some(Self {
            part: part.round() as i64,
            whole: 100_000_000,
        })
    }

    /// From working minutes done and still to be done; nothing done where both are 0.
    pub fn worked(done: Minutes, remaining: Minutes) -> Self {
        match done.saturating_add(remaining) {
            0 => Self::NONE,
            whole => Self { part: done, whole },
        }
    }

    /// Whether it lies between nothing and all.
    pub fn is_sound(self) -> bool {
        self.whole > 0 && (0..=self.whole).contains(&self.part)
    }

    /// The nearest that does; nothing where there is no whole.
    pub(super) fn cut(self) -> Self {
        match self.whole {
            ..=0 => Self::NONE,
            whole => Self {
                part: self.part.clamp(0, whole),
                whole,
            },
        }
    }

    pub(super) fn is_all(self) -> bool {
        self.whole > 0 && self.part >= self.whole
    }
}

/// What is known of a task at a data date. All of it from its beginning on, not of the last period only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The task.
    pub task: TaskId,
    /// For a task that the baseline does not know: the branch under which its cost counts.
    pub under: Option<TaskId>,
    /// When it started.
    pub actual_start: Option<Moment>,
    /// When it was finished.
    pub actual_finish: Option<Moment>,
    /// How much of its work is done; `None`: all when it is finished, else nothing.
    pub done: Option<Share>,
    /// Milestones reached, as places in the weights of [`Rule::Milestones`](super::Rule::Milestones).
    pub reached: Vec<u32>,
    /// Actual cost 实际成本 (AC) so far.
    pub actual_cost: Money,
}

impl Reported {
    /// A task of which nothing came about yet.
    pub fn new(task: TaskId) -> Self {
        Self {
            task,
            under: None,
            actual_start: None,
            actual_finish: None,
            done: None,
            reached: Vec::new(),
            actual_cost: Money::ZERO,
        }
    }

    /// An order among reports of one task, so that any two replicas take the same.
    pub(super) fn rank(&self) -> impl Ord + use<> {
        (
            (self.actual_start, self.actual_finish),
            self.done.map(|done| (done.part, done.whole)),
            self.actual_cost,
            (self.under, self.reached.clone()),
        )
    }
}

/// How things stood at a data date 数据日期: one tracking period.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Status {
    /// The data date.
    pub at: Moment,
    /// One report a task; tasks without one have not begun. Their order says nothing.
    pub rows: Vec<Reported>,
}
