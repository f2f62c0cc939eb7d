//! Working time: weekly hours and exceptions.

pub mod holidays;
mod index;

use base::{Minutes, Moment};
use serde::{Deserialize, Serialize};

pub use index::WorkTime;

/// Working hours of one day: minutes of the day `[from, to)`, ascending, not overlapping.
pub type Hours = Vec<(Minutes, Minutes)>;

/// A calendar 日历 as plain data: hours for each weekday, and dates that differ.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Calendar {
    /// Its name, as shown.
    pub name: String,
    /// Hours for Monday (0) to Sunday (6); empty means no work.
    pub week: [Hours; 7],
    /// Dates that differ from the week, later entries winning over earlier ones.
    pub exceptions: Vec<Exception>,
}

/// A range of whole days whose hours differ from the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// What it is (春节), as shown; may be empty.
    pub name: String,
    /// First day (midnight at its start).
    pub first: Moment,
    /// Last day (midnight at its start), inclusive.
    pub last: Moment,
    /// Hours on each of these days; empty means no work.
    pub hours: Hours,
}

impl Calendar {
    /// Monday to Friday 08:00-12:00 and 13:00-17:00.
    pub fn standard(name: &str) -> Self {
        let day: Hours = vec![(8 * 60, 12 * 60), (13 * 60, 17 * 60)];
        let off = Hours::new;
        let week = [
            day.clone(),
            day.clone(),
            day.clone(),
            day.clone(),
            day,
            off(),
            off(),
        ];
        Self {
            name: name.to_owned(),
            week,
            exceptions: Vec::new(),
        }
    }
}
