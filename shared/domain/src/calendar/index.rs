//! A calendar compiled for counting: moments to working minutes and back.

mod places;

use base::sort;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use base::time::{DAY, RANGE};
use base::{Minutes, Moment};

use super::Calendar;
use places::Places;

/// The working minutes of a calendar, numbered from the first one plans can hold (year 1900).
///
/// A *work number* counts the working minutes before a moment. All moments between the end of one working
/// period and the start of the next share one work number; [`WorkTime::start_of`] and [`WorkTime::end_of`]
/// choose between the two ends. Moments cost a binary search over the calendar's exceptions, work numbers a short one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkTime {
    /// The weeks that stretches follow; the calendar's own is the first.
    weeks: Vec<Week>,
    special: Vec<Day>,
    /// Stretches of days that follow one rule, ascending, without gaps.
    stretches: Vec<Stretch>,
    /// Where among them a work number lies.
    places: Places,
    total: i64,
    /// Work number of the last moment that plans can hold.
    last: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Day {
    hours: Vec<(i64, i64)>,
    minutes: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Week {
    days: [Day; 7],
    /// Working minutes before each weekday, and of the whole week.
    before: [i64; 8],
    /// The minute of the week, from Monday, at which each of its working minutes begins.
    minutes: Vec<u16>,
}

/// What rules a stretch of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Rule {
    /// One of [`WorkTime::weeks`].
    Week(usize),
    /// Each day is one of [`WorkTime::special`].
    Day(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    /// First day, counted from [`first_day`].
    first: i64,
    /// Work number at its start.
    work: i64,
    /// Working minutes of its week before it, from which those of its days are counted; 0 where each day is a special one.
    week: i64,
    rule: Rule,
}

/// The first day that plans can hold.
const FIRST_DAY: i64 = RANGE.0.day();

/// Its weekday: days and weeks are counted from the Monday before.
const FIRST_WEEKDAY: i64 = RANGE.0.weekday() as i64;

/// Days that plans can hold.
const DAY_COUNT: i64 = RANGE.1.day() - RANGE.0.day() + 1;

impl Day {
    fn new(hours: &[(Minutes, Minutes)]) -> Self {
        let mut sorted: Vec<(i64, i64)> = hours
            .iter()
            .map(|&(from, to)| (from.clamp(0, DAY), to.clamp(0, DAY)))
            .filter(|(from, to)| from < to)
            .collect();
        sort::plain(&mut sorted);
        let mut merged: Vec<(i64, i64)> = Vec::with_capacity(sorted.len());
        for (from, to) in sorted {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        let minutes = merged.iter().map(|(from, to)| to - from).sum();
        Self {
            hours: merged,
            minutes,
        }
    }

    /// Working minutes before `minute` of the day.
    fn before(&self, minute: i64) -> i64 {
        let mut sum = 0;
        for &(from, to) in &self.hours {
            if minute <= from {
                break;
            }
            sum += minute.min(to) - from;
        }
        sum
    }

    /// The minute of the day at which the working minute numbered `n` (from 0) begins.
    fn minute(&self, mut n: i64) -> i64 {
        for &(from, to) in &self.hours {
            if n < to - from {
                return from + n;
            }
            n -= to - from;
        }
        DAY
    }
}

impl Week {
    fn new(days: [Day; 7]) -> Self {
        let mut before = [0; 8];
        let mut sum = 0;
        for (slot, day) in before.iter_mut().zip(&days) {
            *slot = sum;
            sum += day.minutes;
        }
        before[7] = sum;
        let week = days.iter().zip(0..);
        let minutes = week.flat_map(|(day, weekday)| {
            let hours = day.hours.iter();
            hours.flat_map(move |&(from, to)| (from..to).map(move |at| (weekday * DAY + at) as u16))
        });
        Self {
            minutes: minutes.collect(),
            days,
            before,
        }
    }

    /// Working minutes before a day, counted from a Monday.
    fn work_before(&self, day: i64) -> i64 {
        let aligned = day + FIRST_WEEKDAY;
        let weekday = aligned.rem_euclid(7) as usize;
        aligned.div_euclid(7) * self.before[7] + self.before.get(weekday).copied().unwrap_or(0)
    }
}

impl WorkTime {
    /// Compiles a calendar. Hours that overlap count once; hours and dates out of range are cut.
    pub fn new(calendar: &Calendar) -> Self {
        let mut index = Self {
            weeks: vec![Week::new(
                calendar.week.each_ref().map(|hours| Day::new(hours)),
            )],
            special: Vec::new(),
            stretches: Vec::new(),
            places: Places::default(),
            total: 0,
            last: 0,
        };
        index.lay_out(calendar);
        index.last = index.work_at(RANGE.1);
        index
    }

    /// Day and night, every day.
    pub fn always() -> Self {
        Self::new(&Calendar {
            week: std::array::from_fn(|_| vec![(0, DAY)]),
            ..Calendar::default()
        })
    }

    /// Cuts the whole range into stretches; where exceptions overlap, the later entry wins.
    fn lay_out(&mut self, calendar: &Calendar) {
        let mut ranges: Vec<(i64, i64, usize)> = Vec::with_capacity(calendar.exceptions.len());
        for (at, exception) in calendar.exceptions.iter().enumerate() {
            self.special.push(Day::new(&exception.hours));
            let first = exception.first.day() - FIRST_DAY;
            let end = exception.last.day() - FIRST_DAY + 1;
            if first < end {
                ranges.push((first, end, at));
            }
        }
        sort::plain(&mut ranges);
        let mut cuts: Vec<i64> = ranges.iter().flat_map(|r| [r.0, r.1]).collect();
        cuts.push(0);
        cuts.retain(|&day| day < DAY_COUNT);
        sort::plain(&mut cuts);
        cuts.dedup();
        // entry number and end of the ranges that cover the current day, greatest entry first
        let mut open: BinaryHeap<(usize, Reverse<i64>)> = BinaryHeap::new();
        let mut next = ranges.iter().peekable();
        for first in cuts {
            while let Some(&&(from, end, at)) = next.peek() {
                if from > first {
                    break;
                }
                open.push((at, Reverse(end)));
                next.next();
            }
            while open.peek().is_some_and(|&(_, Reverse(end))| end <= first) {
                open.pop();
            }
            let rule = match open.peek() {
                Some(&(at, _)) => Rule::Day(at),
                None => Rule::Week(0),
            };
            self.add_stretch(first, rule);
        }
        self.total = self.work_before_day(DAY_COUNT);
        self.places = Places::new(&self.stretches);
    }

    /// Another rule from a day on.
    fn add_stretch(&mut self, first: i64, rule: Rule) {
        if self.stretches.last().is_none_or(|last| last.rule != rule) {
            let work = self.work_before_day(first);
            let week = match self.follows(rule) {
                Ok(_) => 0,
                Err(week) => week.work_before(first),
            };
            self.stretches.push(Stretch {
                first,
                work,
                week,
                rule,
            });
        }
    }

    /// What a stretch follows: the special day, or else the week.
    fn follows(&self, rule: Rule) -> Result<&Day, &Week> {
        match rule {
            Rule::Day(at) => self.special.get(at).ok_or(&self.weeks[0]),
            Rule::Week(at) => Err(self.weeks.get(at).unwrap_or(&self.weeks[0])),
        }
    }

    fn rule(&self, stretch: &Stretch, day: i64) -> &Day {
        match self.follows(stretch.rule) {
            Ok(special) => special,
            Err(week) => {
                let weekday = (day + FIRST_WEEKDAY).rem_euclid(7) as usize;
                week.days.get(weekday).unwrap_or(&week.days[0])
            }
        }
    }

    /// The stretch that `day` lies in.
    fn stretch(&self, day: i64) -> Option<&Stretch> {
        if let [only] = self.stretches.as_slice() {
            return Some(only);
        }
        let at = self.stretches.partition_point(|s| s.first <= day);
        at.checked_sub(1).and_then(|at| self.stretches.get(at))
    }

    /// Work number at the start of `day`, which must not lie before the last stretch so far.
    fn work_before_day(&self, day: i64) -> i64 {
        self.stretch(day)
            .map_or(0, |stretch| self.work_in(stretch, day))
    }

    /// Work number at the start of `day`, which lies in `stretch` or right behind it.
    fn work_in(&self, stretch: &Stretch, day: i64) -> i64 {
        stretch.work
            + match self.follows(stretch.rule) {
                Ok(special) => (day - stretch.first) * special.minutes,
                Err(week) => week.work_before(day) - stretch.week,
            }
    }

    /// Whether there is no working minute at all.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// All working minutes that plans can hold.
    pub fn total(&self) -> Minutes {
        self.total
    }

    /// Working minutes before the last moment that plans can hold: what starts or ends there does not in earnest.
    pub fn last(&self) -> Minutes {
        self.last
    }

    /// Working minutes before `at`.
    pub fn work_at(&self, at: Moment) -> Minutes {
        let day = at.day() - FIRST_DAY;
        let Some(stretch) = self.stretch(day) else {
            return 0;
        };
        self.work_in(stretch, day) + self.rule(stretch, day).before(at.minute_of_day())
    }

    /// When the working minute after the first `work` ones begins: the start of a period rather than the
    /// end of the one before. The end of the range when there are not so many.
    pub fn start_of(&self, work: Minutes) -> Moment {
        let work = work.max(0);
        if work >= self.total {
            return RANGE.1;
        }
        let Some(stretch) = self.places.find(&self.stretches, work) else {
            return RANGE.1;
        };
        let inside = work - stretch.work;
        match self.follows(stretch.rule) {
            Ok(special) => {
                let whole = special.minutes.max(1);
                let day = stretch.first + inside / whole + FIRST_DAY;
                Moment::from_minutes(day * DAY + special.minute(inside % whole))
            }
            Err(week) => {
                // both are positive, and no more than the minutes of the range: 32 bits divide in half the time
                let inside = (inside + stretch.week) as u32;
                let whole = (week.minutes.len() as u32).max(1);
                let minute = week.minutes.get((inside % whole) as usize);
                let day = i64::from(inside / whole) * 7 - FIRST_WEEKDAY + FIRST_DAY;
                Moment::from_minutes(day * DAY + minute.copied().map_or(0, i64::from))
            }
        }
    }

    /// When the first `work` working minutes are done: the end of a period rather than the start of the
    /// next. The start of the range for none, its end when there are not so many.
    pub fn end_of(&self, work: Minutes) -> Moment {
        if work <= 0 {
            RANGE.0
        } else if work > self.total {
            RANGE.1
        } else {
            self.start_of(work - 1).plus(1)
        }
    }

    /// Working minutes from `from` to `to`; negative when `to` is earlier.
    pub fn between(&self, from: Moment, to: Moment) -> Minutes {
        self.work_at(to) - self.work_at(from)
    }

    /// `at` itself when work goes on then, else the next start of work.
    pub fn next_start(&self, at: Moment) -> Moment {
        self.start_of(self.work_at(at))
    }

    /// When `minutes` of work begun at `from` are done (a negative number counts back to the start of such work).
    pub fn add(&self, from: Moment, minutes: Minutes) -> Moment {
        let to = self.work_at(from).saturating_add(minutes);
        match minutes {
            0 => from,
            1.. => self.end_of(to),
            _ => self.start_of(to),
        }
    }

    /// Hours worked on the day that `at` lies in: minutes of the day, ascending; empty when none.
    pub fn hours_on(&self, at: Moment) -> &[(Minutes, Minutes)] {
        let day = at.day() - FIRST_DAY;
        self.stretch(day)
            .map_or(&[], |stretch| self.rule(stretch, day).hours.as_slice())
    }
}

mod combine;
#[cfg(test)]
mod tests;
