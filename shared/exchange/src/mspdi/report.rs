//! What an import tells the person before anything is taken over.

use std::collections::BTreeMap;

use base::{Moment, TaskId};
use domain::schedule::Problem;
use serde::{Deserialize, Serialize};

use crate::table::CellNote;
use crate::xml::Element;

/// What a person should know of a file before it is imported.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportReport {
    /// Tasks of the file that become rows.
    pub tasks: usize,
    /// Links between them.
    pub links: usize,
    /// Calendars.
    pub calendars: usize,
    /// Elements with a value that the plan does not carry; they are kept in the original and written back.
    pub unshown: Vec<Unshown>,
    /// What the plan carries only nearly as the file means it.
    pub adjusted: Vec<Adjusted>,
    /// Of a table: cells that were not taken as they are, at most [`crate::table::MAX_TOLD`].
    #[serde(default)]
    pub cells: Vec<CellNote>,
    /// How many such cells there are beside these.
    #[serde(default)]
    pub more_cells: usize,
    /// Dates that differ between the file and our schedule.
    pub dates: Vec<DateDifference>,
    /// What our schedule found wrong with the plan: cycles and the like.
    pub problems: Vec<Problem>,
}

/// What an element belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The whole project.
    Project,
    /// A task.
    Task,
    /// A link between tasks.
    Link,
    /// A calendar.
    Calendar,
    /// A resource.
    Resource,
    /// An assignment of a resource to a task.
    Assignment,
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Project => "project",
            Self::Task => "task",
            Self::Link => "link",
            Self::Calendar => "calendar",
            Self::Resource => "resource",
            Self::Assignment => "assignment",
        })
    }
}

/// An element that is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unshown {
    /// What it belongs to.
    pub scope: Scope,
    /// Its name in the file.
    pub element: String,
    /// How often it occurs with a value.
    pub count: usize,
    /// The tasks it occurs at, each once, in the order of the file.
    pub tasks: Vec<TaskId>,
}

/// Something that the plan carries nearly as the file means it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjusted {
    /// The task; `None` for the project.
    pub task: Option<TaskId>,
    /// What was done.
    pub what: Adjustment,
}

/// What was done with something that the plan cannot carry as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adjustment {
    /// A summary that was placed by hand: its dates are those of what lies below it.
    Manual,
    /// An empty row: left out.
    EmptyRow,
    /// A constraint without its date, or of a kind that is not known (MSPDI's number): not taken over.
    ConstraintDropped {
        /// MSPDI's constraint type.
        constraint: i64,
    },
    /// A lag in percent of the predecessor's duration: taken as the minutes it makes now.
    PercentLag,
    /// A duration with seconds: rounded to the minute.
    Rounded,
    /// A link to a task that is not in the file, or of another project: left out.
    LinkDropped,
    /// The project is scheduled from its finish; we schedule from its start.
    ScheduledFromFinish,
    /// Calendar exceptions that repeat in a way we do not know: left out.
    CalendarException {
        /// The calendar.
        calendar: String,
    },
    /// Another project of the same file: not read.
    OtherProject {
        /// Its name.
        name: String,
    },
    /// The file has no end mark and may have been cut short.
    NoEnd,
    /// A branch without activities: left out.
    EmptyBranch {
        /// Its name.
        name: String,
    },
    /// Some of a calendar's text could not be read; the rest of it is taken.
    CalendarData {
        /// The calendar.
        calendar: String,
    },
    /// Primavera's constraint without its date, or of a kind that is not known: not taken over.
    ConstraintUnknown {
        /// Its kind.
        kind: String,
    },
    /// The second of two constraints: became a date of the task's other end, which says the same as long as the task
    /// takes as long.
    ConstraintMoved,
    /// A date that a link to another project once gave: holds the task as its own.
    OuterDate,
    /// A task that spans others (level of effort, summary of a branch): placed where it stands now, without its links.
    Spans,
    /// A task that follows its resources: follows the calendar of the one that takes longest, where they have several,
    /// and the lag of its links follows it too.
    ResourceCalendars,
    /// A date on which a task is expected to finish: what remains of it stays as long as the file says.
    ExpectedFinish,
    /// More of a resource than plans hold: cut.
    UnitsCut,
    /// What has begun is scheduled by its actual dates alone; here what remains waits (retained logic).
    ActualDates,
    /// Critical is what lies on the longest path; here, what has no slack.
    LongestPath,
    /// Tasks that nothing follows are critical; here they have slack to the end of the plan.
    OpenEnds,
}

/// Which of a task's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhichDate {
    /// Its start.
    Start,
    /// Its finish.
    Finish,
}

/// A date that differs between the file and our schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateDifference {
    /// The task.
    pub task: TaskId,
    /// Which date.
    pub which: WhichDate,
    /// As the file has it.
    pub stored: Moment,
    /// As we compute it.
    pub ours: Moment,
}

/// Counts what is not shown.
#[derive(Default)]
pub(crate) struct Counter {
    seen: BTreeMap<(Scope, String), (usize, Vec<TaskId>)>,
}

impl Counter {
    /// Counts all children of `element` that say something we do not carry.
    pub(super) fn children(&mut self, scope: Scope, element: &Element, task: Option<TaskId>) {
        for child in &element.children {
            if !carried(scope, &child.name) && says_something(child) {
                self.one(scope, &child.name, task);
            }
        }
    }

    /// Counts one element.
    pub(crate) fn one(&mut self, scope: Scope, name: &str, task: Option<TaskId>) {
        let slot = match self.seen.get_mut(&(scope, name.to_owned())) {
            Some(slot) => slot,
            None => self.seen.entry((scope, name.to_owned())).or_default(),
        };
        slot.0 += 1;
        if let Some(task) = task
            && slot.1.last() != Some(&task)
        {
            slot.1.push(task);
        }
    }

    pub(crate) fn finish(self) -> Vec<Unshown> {
        self.seen
            .into_iter()
            .map(|((scope, element), (count, tasks))| Unshown {
                scope,
                element,
                count,
                tasks,
            })
            .collect()
    }
}

/// Whether the element has a value other than nothing, zero and what MS Project writes when nothing was set.
fn says_something(element: &Element) -> bool {
    if !element.children.is_empty() {
        return true;
    }
    let text = element.text.trim();
    !matches!(
        (element.name.as_str(), text),
        (_, "" | "0" | "0.0" | "0.00" | "-1" | "PT0H0M0S" | "PT0S")
            | ("Priority", "500")
            | ("FixedCostAccrual", "3")
            | ("LevelAssignments" | "LevelingCanSplit", "1")
            | ("LevelingDelayFormat" | "CommitmentType", _)
            | ("IsPublished", "1")
            | ("Active", "1")
    )
}

/// Whether the plan carries the element, or we derive it ourselves.
fn carried(scope: Scope, name: &str) -> bool {
    match scope {
        Scope::Project => matches!(
            name,
            "UID"
                | "GUID"
                | "Name"
                | "Title"
                | "StartDate"
                | "FinishDate"
                | "CalendarUID"
                | "SaveVersion"
                | "ScheduleFromStart"
                | "LastSaved"
                | "CreationDate"
                | "CurrentDate"
                | "MinutesPerDay"
                | "MinutesPerWeek"
                | "DaysPerMonth"
        ),
        Scope::Task => matches!(
            name,
            "UID"
                | "GUID"
                | "ID"
                | "Name"
                | "IsNull"
                | "Active"
                | "Manual"
                | "ManualStart"
                | "ManualFinish"
                | "ManualDuration"
                | "WBS"
                | "OutlineNumber"
                | "OutlineLevel"
                | "Start"
                | "Finish"
                | "Duration"
                | "DurationFormat"
                | "RemainingDuration"
                | "ActualDuration"
                | "Milestone"
                | "Summary"
                | "Critical"
                | "EarlyStart"
                | "EarlyFinish"
                | "LateStart"
                | "LateFinish"
                | "StartSlack"
                | "FinishSlack"
                | "TotalSlack"
                | "FreeSlack"
                | "PercentComplete"
                | "ActualStart"
                | "ActualFinish"
                | "Deadline"
                | "ConstraintType"
                | "ConstraintDate"
                | "CalendarUID"
                | "Notes"
                | "PredecessorLink"
                | "Type"
                | "EffortDriven"
                | "Priority"
                | "IgnoreResourceCalendar"
                | "LevelingDelay"
                | "LevelingDelayFormat"
                | "Work"
                // told by themselves where they are not carried
                | "Cost"
                | "FixedCost"
                | "ActualCost"
                | "RemainingCost"
                | "Baseline"
                // those that are not carried are counted one by one
                | "ExtendedAttribute"
        ),
        Scope::Link => matches!(
            name,
            "PredecessorUID" | "Type" | "LinkLag" | "LagFormat" | "CrossProject"
        ),
        Scope::Calendar => matches!(
            name,
            "UID"
                | "GUID"
                | "Name"
                | "IsBaseCalendar"
                | "BaseCalendarUID"
                | "WeekDays"
                | "Exceptions"
                | "WorkWeeks"
        ),
        Scope::Resource => matches!(
            name,
            "UID"
                | "GUID"
                | "ID"
                | "Name"
                | "IsNull"
                | "Type"
                | "MaxUnits"
                | "AvailabilityPeriods"
                | "StandardRate"
                | "StandardRateFormat"
                | "CalendarUID"
        ),
        Scope::Assignment => matches!(
            name,
            // what it costs is part of what its task does
            "UID"
                | "GUID"
                | "TaskUID"
                | "ResourceUID"
                | "Units"
                | "Work"
                | "Cost"
                | "ActualCost"
                | "RemainingCost"
        ),
    }
}
