//! A resource of kind work, made ready.

use base::{Moment, ResourceId};

use crate::calendar::{Calendar, WorkTime};
use crate::resource::{MOST, Pool, Resource, Units};

/// A resource of kind work, made ready.
pub(super) struct Member {
    pub(super) id: ResourceId,
    /// When it works.
    pub(super) work: WorkTime,
    units: Units,
    changes: Vec<(Moment, Units)>,
}

impl Member {
    /// `None` for the calendar: it names none that has working time.
    pub(super) fn new(resource: &Resource, pool: &Pool) -> (Self, bool) {
        let compiled = |id| {
            let found = pool.calendars.iter().find(|(other, _)| *other == id);
            found
                .map(|(_, calendar)| WorkTime::new(calendar))
                .filter(|work| !work.is_empty())
        };
        let own = resource.calendar.or(pool.calendar);
        let work = own.and_then(compiled);
        let lost = own.is_some() && work.is_none();
        let mut changes = resource.changes.clone();
        // stable: of entries for the same moment the last counts
        base::sort::by_key(&mut changes, |change| change.0);
        let member = Self {
            id: resource.id,
            work: work.unwrap_or_else(|| WorkTime::new(&Calendar::standard(""))),
            units: resource.units,
            changes,
        };
        (member, lost)
    }

    fn units_at(&self, at: Moment) -> Units {
        let after = self.changes.partition_point(|(from, _)| *from <= at);
        let change = after.checked_sub(1).and_then(|at| self.changes.get(at));
        change
            .map_or(self.units, |(_, units)| *units)
            .clamp(0, MOST)
    }

    /// What there is of it on a day.
    pub(super) fn capacity(&self, day: i64) -> i64 {
        let midnight = Moment::from_day(day);
        let mut sum = 0;
        for &(from, to) in self.work.hours_on(midnight) {
            let mut at = from;
            while at < to {
                let begin = midnight.plus(at);
                let after = self.changes.partition_point(|(from, _)| *from <= begin);
                let until = self.changes.get(after).map_or(to, |(change, _)| {
                    change.minutes().saturating_sub(midnight.minutes()).min(to)
                });
                sum += (until - at).max(1) * self.units_at(begin);
                at = until.max(at + 1);
            }
        }
        sum
    }

    /// The day of its last change of units.
    pub(super) fn last_change(&self) -> i64 {
        self.changes.last().map_or(i64::MIN, |(at, _)| at.day())
    }

    /// Thousandths of a minute that `job`, which takes `units`, asks for in a minute, as a share of what there is.
    pub(super) fn share(&self, units: Units) -> i64 {
        units.saturating_mul(1_000) / self.units.clamp(1, MOST)
    }
}
