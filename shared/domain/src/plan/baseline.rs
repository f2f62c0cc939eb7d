//! Baselines 基线 as plans keep them: when each task was to be done, with what work and for how much, as it was agreed.

use std::fmt;
use std::str::FromStr;

use base::{BaselineId, Minutes, Moment, TaskId, Timestamp};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::NoDates;
use crate::money::Money;

/// What was agreed of one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Agreed {
    /// When it was to start.
    pub start: Moment,
    /// When it was to finish; not before its start.
    pub finish: Moment,
    /// Working minutes of all who were to work on it; its duration where nobody was named.
    pub work: Minutes,
    /// What it might cost.
    pub budget: Option<Money>,
}

/// A baseline 基线 of a plan. What is not in it was not agreed: added later, or left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// Its id in the plan.
    pub id: BaselineId,
    /// What people call it.
    pub name: String,
    /// When it was set, by the clock of the device that set it; of an imported one, when its file was saved last.
    pub at: Timestamp,
    /// The number that MS Project knows it by, 0 to 10, where it was imported.
    #[serde(default)]
    pub number: Option<u8>,
    /// What was agreed of each task.
    pub tasks: FxHashMap<TaskId, Agreed>,
}

impl fmt::Display for Agreed {
    /// `2026-03-02T08:00/2026-03-05T17:00 1920`, and ` 12000.5` where there is a budget.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} {}", self.start, self.finish, self.work)?;
        match self.budget {
            Some(budget) => write!(f, " {budget}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Agreed {
    type Err = NoDates;

    fn from_str(text: &str) -> Result<Self, NoDates> {
        let mut parts = text.splitn(3, ' ');
        let dates = parts.next().and_then(|dates| dates.split_once('/'));
        let (start, finish) = dates.ok_or(NoDates)?;
        let work = parts.next().ok_or(NoDates)?;
        let agreed = Self {
            start: start.parse().map_err(|_| NoDates)?,
            finish: finish.parse().map_err(|_| NoDates)?,
            work: work.parse().map_err(|_| NoDates)?,
            budget: parts
                .next()
                .map(str::parse)
                .transpose()
                .map_err(|_| NoDates)?,
        };
        match agreed.is_sound() {
            true => Ok(agreed),
            false => Err(NoDates),
        }
    }
}

impl Agreed {
    /// Whether a plan can hold it: no finish before the start, no work or budget below nothing.
    pub fn is_sound(&self) -> bool {
        self.start <= self.finish && self.work >= 0 && !self.budget.is_some_and(Money::is_negative)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_agreed_is_read_from_its_own_text_only() {
        for text in [
            "2026-03-02T08:00/2026-03-05T17:00 1920",
            "2026-03-02T08:00/2026-03-02T08:00 0 12000.5",
        ] {
            let read: Agreed = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
        }
        for text in [
            "",
            "2026-03-02T08:00 60",
            "2026-03-05T08:00/2026-03-02T17:00 60",
            "2026-03-02T08:00/2026-03-05T17:00",
            "2026-03-02T08:00/2026-03-05T17:00 -1",
            "2026-03-02T08:00/2026-03-05T17:00 60 -5",
            "2026-03-02T08:00/2026-03-05T17:00 60 5 6",
        ] {
            assert!(text.parse::<Agreed>().is_err(), "{text}");
        }
    }
}
