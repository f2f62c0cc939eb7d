//! How a sheet is to be read.

use domain::plan::difference::{self as plan, Covers};
use serde::{Deserialize, Serialize};

use super::days::DayOrder;

/// What a column holds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Nothing that a plan takes.
    #[default]
    Ignore,
    /// What is to be done. A row without one is no task.
    Name,
    /// What predecessors call the task: a number, or an activity's code. One with points (`1.2`) may tell the outline.
    Number,
    /// The unique number that MS Project knows it by: a later import of the same table knows the task again by it.
    Uid,
    /// Its place in the work breakdown: `1.2.3`, or 一, （一）, 1.
    Wbs,
    /// How deep it lies, as a number.
    Level,
    /// Its duration.
    Duration,
    /// When it starts.
    Start,
    /// When it finishes.
    Finish,
    /// What it waits for: `3FS+2d; 5SS`.
    Predecessors,
    /// What waits for it, written alike.
    Successors,
    /// Percent complete.
    Percent,
    /// Who answers for it.
    Owner,
    /// What it delivers.
    Deliverable,
    /// Its note.
    Notes,
    /// What it may cost.
    Budget,
    /// What it has cost so far.
    Cost,
    /// When it started.
    ActualStart,
    /// When it was finished.
    ActualFinish,
    /// When it should be finished.
    Deadline,
    /// Whether it is a milestone.
    Milestone,
}

impl Field {
    /// All that a column may hold, in the order of a list to choose from.
    pub const ALL: [Self; 21] = [
        Self::Ignore,
        Self::Name,
        Self::Number,
        Self::Uid,
        Self::Wbs,
        Self::Level,
        Self::Duration,
        Self::Start,
        Self::Finish,
        Self::Predecessors,
        Self::Successors,
        Self::Percent,
        Self::Owner,
        Self::Deliverable,
        Self::Notes,
        Self::Budget,
        Self::Cost,
        Self::ActualStart,
        Self::ActualFinish,
        Self::Deadline,
        Self::Milestone,
    ];

    pub(super) fn is_date(self) -> bool {
        matches!(
            self,
            Self::Start | Self::Finish | Self::ActualStart | Self::ActualFinish | Self::Deadline
        )
    }
}

/// What tells which task lies under which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outline {
    /// Nothing: all tasks lie at the top.
    #[default]
    Flat,
    /// The column [`Field::Wbs`].
    Wbs,
    /// The column [`Field::Number`], whose numbers are those of a work breakdown.
    Number,
    /// The column [`Field::Level`].
    Level,
    /// How far names are indented by their cells' style (Excel only).
    Indent,
    /// The levels of the sheet's rows (Excel's groups; at most seven below the top).
    Rows,
    /// Spaces before names.
    Spaces,
    /// Several columns hold [`Field::Name`], one for each level. A row may have names in some of them: the rest of it is of
    /// the deepest, and the others are its summaries, unless the rows before have them already.
    Columns,
}

/// The unit of durations that are plain numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lengths {
    /// Working days of the plan's calendar.
    #[default]
    WorkingDays,
    /// Working hours.
    Hours,
    /// Working weeks of the plan's calendar.
    Weeks,
    /// Months of 20 working days.
    Months,
    /// Days by the clock, day and night.
    CalendarDays,
}

/// The unit of amounts of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyUnit {
    /// The currency's unit.
    #[default]
    One,
    /// 万: ten thousand of them.
    TenThousand,
}

/// How a sheet is to be read. A screen may change all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mapping {
    /// Which of [`Sheet::rows`] has the headings (the lower one of two), if any.
    pub heading: Option<usize>,
    /// Which of [`Sheet::rows`] is the first below them.
    pub first: usize,
    /// What each column holds; columns beyond are ignored. Of two columns with one field the first is read, but for names
    /// where [`Outline::Columns`] says so.
    pub columns: Vec<Field>,
    /// The heading of each column, those of two rows put together; empty where there is none.
    #[serde(default)]
    pub titles: Vec<String>,
    /// What tells which task lies under which.
    pub outline: Outline,
    /// The unit of durations that are plain numbers.
    pub lengths: Lengths,
    /// What comes first in dates that have their year last.
    pub days: DayOrder,
    /// The unit of amounts.
    pub money: MoneyUnit,
}

impl Mapping {
    /// What such a table says of plans. Starts hold tasks only where the table has links: else they may well be what links
    /// made of them.
    pub fn covers(&self) -> Covers {
        let has = |field| self.columns.contains(&field);
        let links = has(Field::Predecessors) || has(Field::Successors);
        let dates = has(Field::Start) && has(Field::Finish);
        let of = [
            (plan::Field::Name, true),
            (plan::Field::Uid, has(Field::Uid)),
            (plan::Field::Duration, has(Field::Duration) || dates),
            (plan::Field::NotBefore, has(Field::Start) && links),
            (plan::Field::Deadline, has(Field::Deadline)),
            (plan::Field::Owner, has(Field::Owner)),
            (plan::Field::Deliverable, has(Field::Deliverable)),
            (plan::Field::Budget, has(Field::Budget)),
            (plan::Field::Percent, has(Field::Percent)),
            (plan::Field::ActualStart, has(Field::ActualStart)),
            (plan::Field::ActualFinish, has(Field::ActualFinish)),
            (plan::Field::Cost, has(Field::Cost)),
        ];
        Covers {
            fields: of
                .into_iter()
                .filter(|(_, said)| *said)
                .map(|(field, _)| field)
                .collect(),
            outline: self.outline != Outline::Flat,
            links,
            calendars: false,
            resources: false,
            notes: has(Field::Notes),
            start: false,
            data_date: false,
        }
    }
}
