//! Holidays of a country or a company: days off, and the days that are worked to make up for them.
//!
//! Ours for mainland China are in `data/cn-holidays.txt`; [`chinese`] gives them. Other years and countries come from
//! files that users bring, or from a library, as the same plain data (crate `exchange`).

mod apply;
mod problem;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use base::time::RANGE;
use base::{Moment, sort};
use serde::{Deserialize, Serialize};

pub use problem::{MAX_PROBLEMS, Problem, Wrong, note};
pub use text::{VERSION, read, write};

/// The most days that are taken from a file: 50 days a year, for as long as plans can last.
pub const MAX_DAYS: usize = 15_000;
/// The most days of one holiday. Longer is a mistake.
pub const MAX_LENGTH: i64 = 100;
/// The most characters of a name.
const MAX_NAME: usize = 100;
/// How far a make-up day may lie from the holiday it belongs to, in days.
const APART: i64 = 45;

/// What is special about one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// The holiday it belongs to (春节); empty where nobody said.
    pub name: String,
    /// It is worked, to make up for a day off 调休; otherwise it is off.
    pub works: bool,
}

/// Days that differ from the week, and the years of which all such days are known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Holidays {
    /// Whose, as ISO 3166 has it (CN); empty where nobody said.
    pub country: String,
    /// Where they are from, as shown; may be empty.
    pub source: String,
    years: BTreeSet<i32>,
    days: BTreeMap<Moment, Day>,
}

/// A holiday as a notice has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// Its name; may be empty.
    pub name: String,
    /// First and last day off (midnight at their start); `None` for make-up days of no holiday that is known.
    pub off: Option<(Moment, Moment)>,
    /// Days that are worked to make up for it, ascending.
    pub work: Vec<Moment>,
}

/// Years that a plan lasts, and of which the holidays are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("the holidays of {} are not known yet", Years(*first, *last))]
pub struct UnknownYears {
    /// The first of them.
    pub first: i32,
    /// The last of them.
    pub last: i32,
}

/// `2027`, or `2027 to 2029`.
struct Years(i32, i32);

impl std::fmt::Display for Years {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self(first, last) if first == last => write!(f, "{first}"),
            Self(first, last) => write!(f, "{first} to {last}"),
        }
    }
}

/// Days in a row with one name, all off or all worked.
struct Run<'a> {
    name: &'a str,
    works: bool,
    first: Moment,
    last: Moment,
}

/// The holidays and make-up days of mainland China in the years that the State Council has settled.
pub fn chinese() -> Holidays {
    // that nothing is wrong with our own file is tested
    read(include_str!("../../data/cn-holidays.txt")).0
}

/// The year of a day.
fn year(at: Moment) -> i32 {
    at.parts().0
}

/// A name as it is kept: in one line, without what our format gives a meaning to, and not endless.
fn clean(name: &str) -> String {
    let words: Vec<&str> = name
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    let line = line.trim_start_matches(['#', ' ']);
    line.chars()
        .take(MAX_NAME)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

impl Holidays {
    /// None yet, of a country (ISO 3166; may be empty).
    pub fn new(country: &str) -> Self {
        Self {
            country: clean(country),
            ..Self::default()
        }
    }

    /// Takes the days `first..=last` as off, or as worked. A day keeps the name that it was given first.
    ///
    /// # Errors
    /// The last lies before the first, there are more than [`MAX_LENGTH`] of them or more than [`MAX_DAYS`] of all, or
    /// one of them is taken for the contrary already; then nothing was taken.
    pub fn put(
        &mut self,
        name: &str,
        first: Moment,
        last: Moment,
        works: bool,
    ) -> Result<(), Wrong> {
        let days = last.day() - first.day() + 1;
        if days < 1 {
            return Err(Wrong::Backwards { first, last });
        }
        if days > MAX_LENGTH {
            return Err(Wrong::TooLong { days });
        }
        if self.days.len() as i64 + days > MAX_DAYS as i64 {
            return Err(Wrong::TooMany);
        }
        let days = || (first.day()..=last.day()).map(Moment::from_day);
        for at in days() {
            if self.days.get(&at).is_some_and(|day| day.works != works) {
                return Err(Wrong::Contrary { day: at });
            }
        }
        let name = clean(name);
        for at in days() {
            self.days.entry(at).or_insert_with(|| Day {
                name: name.clone(),
                works,
            });
        }
        Ok(())
    }

    /// Says that all special days of a year are known. A year that plans cannot hold is none.
    pub fn settle(&mut self, known: i32) {
        if (year(RANGE.0)..=year(RANGE.1)).contains(&known) {
            self.years.insert(known);
        }
    }

    /// Says so of every year that a holiday belongs to: for files that do not say it themselves.
    pub fn settle_all(&mut self) {
        for holiday in self.list() {
            self.years.insert(holiday.year());
        }
    }

    /// The years of which all special days are known, ascending.
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.years.iter().copied()
    }

    /// The special days, ascending (midnight at their start).
    pub fn days(&self) -> impl Iterator<Item = (Moment, &Day)> {
        self.days.iter().map(|(at, day)| (*at, day))
    }

    /// What is special about the day that `at` lies in.
    pub fn day(&self, at: Moment) -> Option<&Day> {
        self.days.get(&Moment::from_day(at.day()))
    }

    /// There is no special day.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The days of some years only, and which of these years are known.
    pub fn within(&self, first: i32, last: i32) -> Self {
        let inside = |year| first <= year && year <= last;
        Self {
            country: self.country.clone(),
            source: self.source.clone(),
            years: self.years().filter(|&year| inside(year)).collect(),
            days: self
                .days()
                .filter(|(at, _)| inside(year(*at)))
                .map(|(at, day)| (at, day.clone()))
                .collect(),
        }
    }

    /// Takes in newer ones. What they know of a year replaces what was there; days that they have of other years (a
    /// notice for 2019 has the last days of 2018) are added to these.
    pub fn merge(&mut self, newer: &Self) {
        self.days.retain(|at, _| !newer.years.contains(&year(*at)));
        for (at, day) in newer.days() {
            self.days.insert(at, day.clone());
        }
        self.years.extend(newer.years());
    }

    /// The years from the day of `from` to that of `to` of which not all special days are known, in stretches.
    pub fn unknown(&self, from: Moment, to: Moment) -> Vec<UnknownYears> {
        let mut unknown: Vec<UnknownYears> = Vec::new();
        for year in (year(from)..=year(to)).filter(|year| !self.years.contains(year)) {
            match unknown.last_mut() {
                Some(stretch) if stretch.last == year - 1 => stretch.last = year,
                _ => unknown.push(UnknownYears {
                    first: year,
                    last: year,
                }),
            }
        }
        unknown
    }

    /// Days in a row with one name, ascending, none longer than a file may have them.
    fn runs(&self) -> Vec<Run<'_>> {
        let mut runs: Vec<Run<'_>> = Vec::new();
        for (at, day) in self.days() {
            match runs.last_mut() {
                Some(run)
                    if run.last.day() + 1 == at.day()
                        && at.day() - run.first.day() < MAX_LENGTH
                        && run.works == day.works
                        && run.name == day.name =>
                {
                    run.last = at;
                }
                _ => runs.push(Run {
                    name: &day.name,
                    works: day.works,
                    first: at,
                    last: at,
                }),
            }
        }
        runs
    }

    /// The holidays as a notice lists them, by year and then by date. A make-up day stands with the nearest holiday of
    /// its name.
    pub fn list(&self) -> Vec<Holiday> {
        let runs = self.runs();
        let mut list: Vec<Holiday> = Vec::with_capacity(runs.len());
        let mut named: BTreeMap<&str, Vec<(Moment, Moment, usize)>> = BTreeMap::new();
        for run in runs.iter().filter(|run| !run.works) {
            let offs = named.entry(run.name).or_default();
            offs.push((run.first, run.last, list.len()));
            list.push(Holiday {
                name: run.name.to_owned(),
                off: Some((run.first, run.last)),
                work: Vec::new(),
            });
        }
        for run in runs.iter().filter(|run| run.works) {
            let days = (run.first.day()..=run.last.day()).map(Moment::from_day);
            let offs = named.get(run.name).map_or(&[][..], Vec::as_slice);
            // the holidays of a name are ascending and apart: the nearest is beside the place of the run
            let next = offs.partition_point(|(first, _, _)| *first < run.first);
            let after = offs.get(next);
            let before = next.checked_sub(1).and_then(|at| offs.get(at));
            let after = after.map(|(first, _, at)| (first.day() - run.last.day(), *at));
            let before = before.map(|(_, last, at)| (run.first.day() - last.day(), *at));
            let nearest = before.into_iter().chain(after).min();
            match nearest.filter(|(apart, _)| *apart <= APART) {
                Some((_, at)) => {
                    if let Some(holiday) = list.get_mut(at) {
                        holiday.work.extend(days);
                    }
                }
                None => list.push(Holiday {
                    name: run.name.to_owned(),
                    off: None,
                    work: days.collect(),
                }),
            }
        }
        sort::by_key(&mut list, |holiday| (holiday.year(), holiday.first()));
        list
    }
}

impl Holiday {
    /// The year whose notice has it: that of its last day off.
    pub fn year(&self) -> i32 {
        year(self.off.map_or_else(|| self.first(), |(_, last)| last))
    }

    /// Its first day off; the first make-up day where it has none.
    pub fn first(&self) -> Moment {
        let work = || self.work.first().copied().unwrap_or_default();
        self.off.map_or_else(work, |(first, _)| first)
    }
}

#[cfg(test)]
mod tests;
