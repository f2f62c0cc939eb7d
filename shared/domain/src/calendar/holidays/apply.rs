//! Holidays in a calendar: few exceptions with a name, since a plan's document carries each of them.

use base::{Moment, sort};

use super::super::{Calendar, Exception, Hours};
use super::{Holidays, Run, chinese, year};

impl Calendar {
    /// The standard week with China's holidays and make-up days of the years `first..=last`, as far as they are known.
    pub fn chinese(name: &str, first: i32, last: i32) -> Self {
        let mut calendar = Self::standard(name);
        chinese().within(first, last).add_to(&mut calendar);
        calendar
    }
}

impl Holidays {
    /// What these days come to in a calendar with this week, ascending: a row per holiday and per run of make-up days.
    ///
    /// A day off has no hours; a make-up day has the hours of the week's first working day. Where nothing would change
    /// there is no row: for a holiday on days that are off anyway, and for a make-up Saturday where Saturdays are worked
    /// (it keeps its own hours). A holiday over New Year makes two rows, so that the rows of a year do not hang on
    /// whether its neighbours are added.
    pub fn exceptions(&self, week: &[Hours; 7]) -> Vec<Exception> {
        let works = |at: Moment| {
            let hours = week.get(usize::from(at.weekday()));
            hours.is_some_and(|hours| !hours.is_empty())
        };
        let normal = week.iter().find(|hours| !hours.is_empty());
        let Some(normal) = normal else {
            return Vec::new();
        };
        let row = |name: &str, first, last, hours: &Hours| Exception {
            name: name.to_owned(),
            first,
            last,
            hours: hours.clone(),
        };
        let mut exceptions = Vec::new();
        for run in self.runs() {
            for (first, last) in by_year(&run) {
                let days = (first.day()..=last.day()).map(Moment::from_day);
                let (on, off): (Vec<Moment>, Vec<Moment>) = days.partition(|at| works(*at));
                if !run.works {
                    if !on.is_empty() {
                        exceptions.push(row(run.name, first, last, &Hours::new()));
                    }
                    continue;
                }
                for piece in off.chunk_by(|a, b| a.day() + 1 == b.day()) {
                    if let (Some(&first), Some(&last)) = (piece.first(), piece.last()) {
                        exceptions.push(row(run.name, first, last, normal));
                    }
                }
            }
        }
        exceptions
    }

    /// Adds these days to a calendar. The calendar's own exceptions win over them (who works through a holiday goes on
    /// to); those that were added before are renewed. To replace holidays by others, [`Holidays::remove_from`] first.
    pub fn add_to(&self, calendar: &mut Calendar) {
        self.remove_from(calendar);
        let mut exceptions = self.exceptions(&calendar.week);
        exceptions.append(&mut calendar.exceptions);
        calendar.exceptions = exceptions;
    }

    /// Takes out of a calendar what [`Holidays::add_to`] put there.
    pub fn remove_from(&self, calendar: &mut Calendar) {
        let rows = self.exceptions(&calendar.week);
        let ours = Keys::of(&rows);
        calendar.exceptions.retain(|row| !ours.contain(row));
    }

    /// The known years whose days the calendar has, ascending. Years without a day that would change anything are not
    /// among them.
    pub fn years_in(&self, calendar: &Calendar) -> Vec<i32> {
        let there = Keys::of(&calendar.exceptions);
        let rows = self.exceptions(&calendar.week);
        self.years()
            .filter(|known| {
                let mut of_year = rows.iter().filter(|row| year(row.first) == *known);
                let mut some = false;
                of_year.all(|row| {
                    some = true;
                    there.contain(row)
                }) && some
            })
            .collect()
    }
}

/// Rows by what makes them the same holiday: days, whether they are worked, and the name. Not by their hours, which
/// change with the calendar's week.
struct Keys<'a>(Vec<(Moment, Moment, bool, &'a str)>);

impl<'a> Keys<'a> {
    fn of(rows: &'a [Exception]) -> Self {
        let mut keys: Vec<_> = rows.iter().map(key).collect();
        sort::plain(&mut keys);
        Self(keys)
    }

    fn contain(&self, row: &Exception) -> bool {
        self.0.binary_search(&key(row)).is_ok()
    }
}

fn key(row: &Exception) -> (Moment, Moment, bool, &str) {
    (row.first, row.last, !row.hours.is_empty(), &row.name)
}

/// A run cut at New Year.
fn by_year(run: &Run<'_>) -> Vec<(Moment, Moment)> {
    let mut pieces = Vec::new();
    let mut first = run.first;
    while first <= run.last {
        let end = Moment::ymd_hm(year(first), 12, 31, 0, 0).unwrap_or(run.last);
        let last = end.min(run.last);
        pieces.push((first, last));
        let next = last.plus(base::time::DAY);
        if next <= last {
            break;
        }
        first = next;
    }
    pieces
}
