//! MS Project XML (MSPDI): reading with a report of what is not shown, writing back into the original.

mod baselines;
mod calendars;
mod compare;
mod costs;
mod fields;
mod pauses;
mod people;
mod read;
mod report;
mod tasks;
mod values;
mod write;

use base::{Moment, TaskId};
use domain::plan::Plan;
use domain::schedule::Milestones;
use serde::{Deserialize, Serialize};

use crate::table::OpenError;
pub use crate::xml::{MAX_BYTES, Place};
pub(crate) use read::order;
pub use read::read;
pub(crate) use report::Counter;
pub use report::{Adjusted, Adjustment, DateDifference, ImportReport, Scope, Unshown, WhichDate};
pub use write::{WriteError, rewrite_dates, write};

/// The most tasks that are read.
pub const MAX_TASKS: usize = 100_000;
/// The most links that are read.
pub const MAX_LINKS: usize = 500_000;
/// The most calendars, and the most exceptions of all of them, that are read.
pub const MAX_CALENDARS: usize = 100_000;
/// The most assignments that are read.
pub const MAX_ASSIGNMENTS: usize = 500_000;
/// The most resources of a plan; of a file with more, those are read that tasks ask for.
pub const MAX_RESOURCES: usize = 5_000;
/// The most changes of how much there is of a resource that are read.
const MAX_CHANGES: usize = 200;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Imported {
    /// What we carry, with new ids.
    pub plan: Plan,
    /// Notes of tasks, as the file has them (plain text or, from old versions, RTF).
    pub notes: Vec<(TaskId, String)>,
    /// Start and finish as the file stores them.
    pub stored: Vec<Stored>,
    /// Which end each milestone means, where the file says so.
    #[serde(default)]
    pub milestones: Milestones,
    /// What differs from the file, and what is not shown.
    pub report: ImportReport,
}

/// The dates of a task as stored in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The task.
    pub task: TaskId,
    /// Its start.
    pub start: Option<Moment>,
    /// Its finish.
    pub finish: Option<Moment>,
}

/// Why a file was not read. Nothing of it was taken over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadError {
    /// It is larger than what is read.
    #[error(
        "the file is too large: {bytes} bytes, and at most {limit} are read; nothing was imported"
    )]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// It is no XML at all, and no XER.
    #[error(
        "the file is neither XML nor XER; choose a file that was saved as \"XML Format\" in MS Project or exported as XER from Primavera"
    )]
    NotXml,
    /// Its text is not UTF-8 or UTF-16.
    #[error("the file's text is not UTF-8 (first at byte {byte}); save or export it again")]
    Encoding {
        /// The first byte that is none.
        byte: u64,
    },
    /// It has a document type declaration.
    #[error(
        "the file has a document type declaration ({at}), which is refused; nothing was imported"
    )]
    Dtd {
        /// Where.
        at: Place,
    },
    /// It uses an entity that is not one of XML's own.
    #[error("the file uses an unknown entity &{name}; ({at}); nothing was imported")]
    Entity {
        /// Where.
        at: Place,
        /// Its name.
        name: String,
    },
    /// It breaks a rule of XML.
    #[error("the file is damaged at {at}: {why}; nothing was imported")]
    Syntax {
        /// Where.
        at: Place,
        /// How.
        why: String,
    },
    /// It ends too early.
    #[error("the file ends too early ({at}, inside {inside}); copy it again; nothing was imported")]
    Truncated {
        /// Where it ends.
        at: Place,
        /// The element that is not closed.
        inside: String,
    },
    /// It is XML of another kind.
    #[error("the file is not an MS Project XML file: its root is {found}, not Project")]
    WrongRoot {
        /// The root it has.
        found: String,
    },
    /// Its elements lie too deep in each other.
    #[error("the file's elements lie more than {limit} deep ({at}); nothing was imported")]
    TooDeep {
        /// Where.
        at: Place,
        /// The limit.
        limit: u64,
    },
    /// It has more of something than is read.
    #[error("the file has more than {limit} of {what}; nothing was imported")]
    TooMany {
        /// Of what.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// It has no project of that name.
    #[error("the file has no project {name:?}; it has: {}", others.join(", "))]
    NoProject {
        /// The name that was asked for.
        name: String,
        /// The projects that it has, at most 20.
        others: Vec<String>,
    },
    /// It is a table that was not opened.
    #[error("{0}; nothing was imported")]
    Table(OpenError),
    /// A value cannot be read.
    #[error(
        "{scope} {owner:?}: {element} is {text:?} ({at}), and should be {expected}; nothing was imported"
    )]
    Value {
        /// Where.
        at: Place,
        /// What it belongs to.
        scope: Scope,
        /// Whose: a task's number and name, a calendar's name; empty where there is no name.
        owner: String,
        /// Which element.
        element: String,
        /// What it says.
        text: String,
        /// What it should be.
        expected: Expected,
    },
}

/// What a value should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// A whole number.
    Number,
    /// 0 or 1.
    Flag,
    /// A date and time that plans can hold.
    Moment,
    /// A length of time.
    Duration,
    /// A time of day.
    Time,
    /// A number of hours.
    Hours,
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Number => "a whole number",
            Self::Flag => "0 or 1",
            Self::Moment => "a date and time, YYYY-MM-DDTHH:MM:SS, in the years 1900 to 2199",
            Self::Duration => "a duration, PT8H0M0S",
            Self::Time => "a time, HH:MM:SS",
            Self::Hours => "a number of hours",
        })
    }
}
