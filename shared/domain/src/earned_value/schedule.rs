//! Earned schedule 挣得进度 (ES): when the work that is earned by now was planned to be done.
//!
//! W. Lipke, "Schedule is Different", The Measurable News, 2003: ES = C + I, where C is the number of periods whose
//! planned value is not more than EV, and I = (EV − PV(C)) / (PV(C+1) − PV(C)) the part of the next one.

use base::{Minutes, Moment, TaskId};
use serde::{Deserialize, Serialize};

use super::gauge::Gauge;
use crate::money::Money;

/// How an earned schedule is read off the planned values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The length of a period, in working minutes of the project's calendar; less than 1 counts as 1.
    pub period: Minutes,
    /// Add I, the part of the period after the last whole one.
    pub part: bool,
}

impl Default for Reading {
    /// Minute by minute: between two minutes the planned value is taken as a line.
    fn default() -> Self {
        Self {
            period: 1,
            part: true,
        }
    }
}

impl Reading {
    /// Whole hours: as ProTrack prints it.
    pub const HOURS: Self = Self {
        period: 60,
        part: false,
    };
}

impl Gauge {
    /// Earned schedule of a scope in working minutes of the project's calendar from its planned start, between 0 and its
    /// planned duration; `None` where there is no budget.
    ///
    /// While the planned value stands still the latest moment counts (Lipke's C), but not one after the data date `at`
    /// where no more is earned than was planned by then: who has not earned more is not ahead. What is wholly earned has
    /// the planned finish.
    pub fn earned_schedule(
        &self,
        scope: Option<TaskId>,
        ev: Money,
        at: Moment,
        reading: Reading,
    ) -> Option<f64> {
        let (start, finish) = self.span(scope)?;
        let bac = self.budget(scope);
        if bac <= Money::ZERO {
            return None;
        }
        let first = self.work.work_at(start);
        let whole = self.work.work_at(finish) - first;
        let now = self.work.work_at(at) - first;
        // also inside a period, where the planned value is read as if it grew evenly
        let most = match (0..=whole).contains(&now) && self.value(scope, at) >= ev {
            true => now as f64,
            false => whole as f64,
        };
        if ev >= bac {
            return Some(most);
        }
        let period = reading.period.max(1);
        // the planned value at the end of the n-th period; the last one may be shorter
        let ends = |n: Minutes| n.saturating_mul(period).min(whole);
        let value = |n: Minutes| match first + ends(n) {
            to if to == first => self.value(scope, start),
            to => self.value(scope, self.work.end_of(to).min(finish)),
        };
        // the greatest number of whole periods whose planned value is not more than what is earned
        let (mut low, mut high) = (0, whole / period + i64::from(whole % period > 0));
        while low < high {
            let middle = low + (high - low + 1) / 2;
            match value(middle) <= ev {
                true => low = middle,
                false => high = middle - 1,
            }
        }
        let complete = ends(low) as f64;
        let (before, after) = (value(low), value(low + 1));
        let part = match reading.part && before <= ev && ev < after {
            true => (ev - before).over(after - before).unwrap_or(0.0),
            false => 0.0,
        };
        let earned = complete + part * (ends(low + 1) - ends(low)) as f64;
        Some(earned.min(most))
    }
}

/// Earned schedule read off a table: `planned` are the planned values at the ends of periods of equal length (months,
/// weeks), summed up from the start. In periods: C + I, at most their number. `None` where there are no periods, or
/// something is no number. Values that fall count as the greatest before them.
pub fn among(planned: &[f64], earned: f64) -> Option<f64> {
    if planned.is_empty()
        || planned
            .iter()
            .chain([&earned])
            .any(|value| !value.is_finite())
    {
        return None;
    }
    let mut before = 0.0_f64;
    let mut complete = 0.0;
    let mut read = 0.0;
    for value in planned {
        let after = value.max(before);
        if after <= earned {
            complete += 1.0;
            read = complete;
        } else {
            read = complete + ((earned - before) / (after - before)).max(0.0);
            break;
        }
        before = after;
    }
    Some(read)
}
