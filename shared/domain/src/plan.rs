//! A plan 计划 as plain rows: what documents are read into, files are imported into, and the schedule is
//! computed from.

mod baseline;
pub mod difference;
mod field;
pub mod template;
mod text;

use base::{CalendarId, DocumentId, LinkId, Minutes, Moment, TaskId};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::money::Money;
use crate::resource::{Assignment, Resource, Stays};
pub use baseline::{Agreed, Baseline};
pub use field::{
    CustomField, FieldKind, FieldOption, FieldProblem, FieldValue, FieldValues, YesNo,
};
pub use text::NoDates;

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
    /// Minutes of working time, in the calendar that [`Rules::lag`] says; negative is a lead.
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

/// A limit on a task's dates, beside its links and [`Task::not_before`] (MS Project's constraint types; Primavera's by
/// other names).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Constraint {
    /// As late as possible 越晚越好: without delaying the plan's end.
    #[serde(rename = "alap")]
    AsLateAsPossible,
    /// The same as [`Task::not_before`], which documents keep it as; journals of earlier versions hold it here.
    #[serde(rename = "snet")]
    StartNoEarlier(Moment),
    /// Start no later than 不得晚于…开始.
    #[serde(rename = "snlt")]
    StartNoLater(Moment),
    /// Finish no earlier than 不得早于…完成.
    #[serde(rename = "fnet")]
    FinishNoEarlier(Moment),
    /// Finish no later than 不得晚于…完成.
    #[serde(rename = "fnlt")]
    FinishNoLater(Moment),
    /// Must start on 必须开始于: whatever its links ask.
    #[serde(rename = "mso")]
    MustStart(Moment),
    /// Must finish on 必须完成于: whatever its links ask.
    #[serde(rename = "mfo")]
    MustFinish(Moment),
}

impl Constraint {
    /// Its kind as documents write it: `alap`, `snet`, `snlt`, `fnet`, `fnlt`, `mso`, `mfo`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AsLateAsPossible => "alap",
            Self::StartNoEarlier(_) => "snet",
            Self::StartNoLater(_) => "snlt",
            Self::FinishNoEarlier(_) => "fnet",
            Self::FinishNoLater(_) => "fnlt",
            Self::MustStart(_) => "mso",
            Self::MustFinish(_) => "mfo",
        }
    }

    /// Its date; as late as possible has none.
    pub fn date(&self) -> Option<Moment> {
        match self {
            Self::AsLateAsPossible => None,
            Self::StartNoEarlier(at)
            | Self::StartNoLater(at)
            | Self::FinishNoEarlier(at)
            | Self::FinishNoLater(at)
            | Self::MustStart(at)
            | Self::MustFinish(at) => Some(*at),
        }
    }
}

/// Where a planner placed a task by hand 手动: neither links nor constraints move it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Placed {
    /// When it starts.
    pub start: Moment,
    /// When it finishes; its duration after the start when `None`.
    pub finish: Option<Moment>,
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
    /// Its duration counts day and night, whatever the calendars say (MS Project's elapsed duration).
    #[serde(default)]
    pub elapsed: bool,
    /// Its own calendar; the plan's when `None`.
    pub calendar: Option<CalendarId>,
    /// Start no earlier than 不得早于…开始. Apart from the other constraints: people hold a task back and bound its end.
    #[serde(default)]
    pub not_before: Option<Moment>,
    /// A limit on its dates.
    pub constraint: Option<Constraint>,
    /// When it should be finished 期限: moves nothing, but takes slack away.
    #[serde(default)]
    pub deadline: Option<Moment>,
    /// It is kept, but not part of the work 停用: nothing waits for it.
    #[serde(default)]
    pub inactive: bool,
    /// Where it stands by hand; `None`: where its links and constraint put it.
    #[serde(default)]
    pub placed: Option<Placed>,
    /// Working minutes between its start and its finish in which nobody works on it, beside its duration (MS Project's
    /// split tasks). Of no effect on a milestone, and on what has begun where there is a data date.
    #[serde(default)]
    pub pause: Minutes,
    /// Minutes by the clock that it waits after what its links, and the plan's start, ask for (MS Project's levelling
    /// delay). Of no effect on a summary, and once it has begun.
    #[serde(default)]
    pub delay: Minutes,
    /// Its own calendar alone counts, whatever those of its resources say (MS Project's “ignore resource calendars”).
    /// Of no effect where it has none of its own.
    #[serde(default)]
    pub own_hours: bool,
    /// Which of work, duration and units stays when another is changed.
    #[serde(default)]
    pub stays: Stays,
    /// Who waits when a resource is short: 0 to 1000, the higher goes first; `None` is 500.
    #[serde(default)]
    pub priority: Option<u16>,
    /// Who answers for it: a person id as text, or a name that came with a file. Empty when nobody.
    pub owner: String,
    /// What it delivers 交付物; empty when nothing.
    pub deliverable: String,
    /// What it may cost 预算, never negative; on a summary, what it costs beside the tasks below it.
    #[serde(default)]
    pub budget: Option<Money>,
    /// From the progress document: percent complete, 0..=100.
    pub percent: u8,
    /// From the progress document: when it started.
    pub actual_start: Option<Moment>,
    /// From the progress document: when it was finished.
    pub actual_finish: Option<Moment>,
    /// From the progress document: working minutes still to be done; what `percent` leaves when `None`.
    #[serde(default)]
    pub remaining: Option<Minutes>,
    /// From the progress document: what it has cost so far 实际成本, never negative.
    #[serde(default)]
    pub cost: Option<Money>,
}

impl Task {
    /// A task of which nothing is said yet: a milestone without a name.
    pub fn new(id: TaskId) -> Self {
        Self {
            id,
            uid: None,
            name: String::new(),
            parent: None,
            order: String::new(),
            duration: 0,
            elapsed: false,
            calendar: None,
            not_before: None,
            constraint: None,
            deadline: None,
            inactive: false,
            placed: None,
            pause: 0,
            delay: 0,
            own_hours: false,
            stays: Stays::default(),
            priority: None,
            owner: String::new(),
            deliverable: String::new(),
            budget: None,
            percent: 0,
            actual_start: None,
            actual_finish: None,
            remaining: None,
            cost: None,
        }
    }
}

/// In which calendar working lag counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum LagCalendar {
    /// The predecessor's (Primavera, unless told otherwise).
    #[default]
    Predecessor,
    /// The successor's (MS Project).
    Successor,
    /// The plan's.
    Plan,
    /// Day and night.
    Elapsed,
}

/// What a task that began out of order does with the links it broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Logic {
    /// What remains of it waits for what it should have waited for (retained logic 保持逻辑).
    #[default]
    Retained,
    /// It goes on (progress override 进展优先).
    Override,
}

/// How far a task goes that is to be as late as possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Latest {
    /// As far as it does not delay the plan's end; what follows it is put off with it (MS Project).
    #[default]
    AllSlack,
    /// As far as nothing that follows it moves (Primavera).
    FreeSlack,
}

/// How dates are derived from a plan, beside its calendars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rules {
    /// How things stood 数据日期: nothing that is not done lies before it. `None`: not looked at.
    pub data_date: Option<Moment>,
    /// What a task does that began out of order. Looked at only with a data date.
    pub logic: Logic,
    /// In which calendar working lag counts.
    pub lag: LagCalendar,
    /// No-later-than dates hold a task even where its links ask for more (MS Project: tasks always honour their
    /// constraint dates); otherwise they only take slack away. Must-dates always hold.
    pub dates_win: bool,
    /// Working minutes of slack up to which a task is critical; 0 unless told otherwise.
    pub critical: Minutes,
    /// Working minutes of slack up to which a task that is not critical is near it.
    pub near: Minutes,
    /// How far a task goes that is to be as late as possible.
    #[serde(default)]
    pub late: Latest,
    /// When the plan must be finished 必须完成日期 (Primavera's “must finish by”): moves nothing, but slack counts to it
    /// rather than to the plan's own end. `None`: to the plan's own end.
    #[serde(default)]
    pub finish_by: Option<Moment>,
    /// Tasks are worked on when their resources work (MS Project), rather than by their own calendars alone (Primavera):
    /// [`crate::schedule::WorkTimes`].
    #[serde(default)]
    pub crews: bool,
}

/// A whole plan as plain rows: tasks in outline order (a parent before its children).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// The plan's title.
    pub name: String,
    /// Nothing starts before this (the Primavera convention).
    pub start: Moment,
    /// How dates are derived.
    #[serde(default)]
    pub rules: Rules,
    /// The calendar of tasks that name none.
    pub calendar: Option<CalendarId>,
    /// All calendars.
    pub calendars: Vec<(CalendarId, Calendar)>,
    /// All tasks, in outline order.
    pub tasks: Vec<Task>,
    /// All links.
    pub links: Vec<Link>,
    /// Who and what the work is done with.
    #[serde(default)]
    pub resources: Vec<Resource>,
    /// What tasks ask of them.
    #[serde(default)]
    pub assignments: Vec<Assignment>,
    /// What was agreed, the earliest first.
    #[serde(default)]
    pub baselines: Vec<Baseline>,
    /// What people keep of tasks beside what every plan keeps, in the order in which they are shown.
    #[serde(default)]
    pub fields: Vec<CustomField>,
    /// The people of the original are in this plan: resources, assignments, and what tasks say of them. An import of
    /// earlier versions has them in the original alone, and leaves them as they are there.
    #[serde(default)]
    pub people: bool,
    /// The costs and baselines of the original are in this plan. An import of earlier versions has them in the original
    /// alone, and leaves them as they are there.
    #[serde(default)]
    pub costs: bool,
    /// The document that keeps the original of the imported file, for what we do not show.
    pub source: Option<DocumentId>,
}
