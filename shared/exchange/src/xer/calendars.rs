//! Calendars: hours of the days of the week, and days that differ.

use base::time::DAY;
use base::{CalendarId, Minutes, Moment};
use domain::calendar::{Calendar, Exception, Hours};
use rustc_hash::{FxHashMap, FxHashSet};

use super::nested::List;
use super::row::Row;
use super::table::{Tables, at_most};
use crate::mspdi::{Adjusted, Adjustment, MAX_CALENDARS, ReadError};

/// The most exceptions of all calendars with those of their bases: many calendars of one base are small in a file.
const MAX_INHERITED: usize = 1_000_000;

/// The day from which Primavera counts days: 30 December 1899, as spreadsheets do.
const FIRST: i64 = -25_569;

/// A calendar of the file, before its base is laid under it.
struct Raw<'a> {
    id: &'a str,
    base: &'a str,
    name: String,
    week: Option<[Hours; 7]>,
    exceptions: Vec<Exception>,
    /// Some of its text could not be read.
    partly: bool,
}

/// The calendars that are used, and how the file numbers them.
#[derive(Default)]
pub(super) struct Calendars<'a> {
    pub(super) list: Vec<(CalendarId, Calendar)>,
    by_key: FxHashMap<&'a str, CalendarId>,
}

impl<'a> Calendars<'a> {
    /// The calendar of a number of the file.
    pub(super) fn get(&self, key: &str) -> Option<CalendarId> {
        self.by_key.get(key).copied()
    }

    /// Reads those that are used, with what they inherit.
    pub(super) fn read(
        tables: &Tables<'a>,
        used: &FxHashSet<&str>,
        new_id: &mut dyn FnMut() -> u64,
        adjusted: &mut Vec<Adjusted>,
    ) -> Result<Self, ReadError> {
        let mut raws: Vec<Raw<'a>> = Vec::new();
        let mut budget = MAX_CALENDARS;
        for row in tables.rows("CALENDAR") {
            let raw = Raw::read(&row)?;
            budget = budget
                .checked_sub(raw.exceptions.len() + 1)
                .ok_or_else(|| ReadError::TooMany {
                    what: "calendars and exceptions".to_owned(),
                    limit: MAX_CALENDARS as u64,
                })?;
            raws.push(raw);
        }
        let mut by_key: FxHashMap<&str, &Raw<'_>> = FxHashMap::default();
        for raw in &raws {
            by_key.entry(raw.id).or_insert(raw);
        }
        let mut calendars = Self::default();
        let mut inherited = 0;
        for raw in &raws {
            if !used.contains(raw.id) || calendars.by_key.contains_key(raw.id) {
                continue;
            }
            let (calendar, partly) = raw.on_bases(&by_key);
            inherited += calendar.exceptions.len();
            at_most(inherited, MAX_INHERITED, "calendars and exceptions")?;
            if partly {
                adjusted.push(Adjusted {
                    task: None,
                    what: Adjustment::CalendarData {
                        calendar: raw.name.clone(),
                    },
                });
            }
            let id = CalendarId::from_bytes(new_id().to_be_bytes());
            calendars.list.push((id, calendar));
            calendars.by_key.insert(raw.id, id);
        }
        Ok(calendars)
    }
}

/// The number of the calendar that is the default of the whole file.
pub(super) fn default_of<'a>(tables: &Tables<'a>) -> Option<&'a str> {
    let mut rows = tables.rows("CALENDAR");
    rows.find(|row| row.flag("default_flag"))
        .map(|row| row.key("clndr_id"))
}

impl<'a> Raw<'a> {
    fn read(row: &Row<'a, '_>) -> Result<Self, ReadError> {
        let mut raw = Self {
            id: row.key("clndr_id"),
            base: row.key("base_clndr_id"),
            name: row.words("clndr_name").unwrap_or_default(),
            week: None,
            exceptions: Vec::new(),
            partly: false,
        };
        let text = row.text("clndr_data").unwrap_or("");
        let (data, cut) = List::read(text, "CALENDAR")?;
        raw.partly = cut || text.is_empty();
        if let Some(days) = data.find("DaysOfWeek") {
            raw.week = Some(raw.week(days));
        } else {
            raw.partly = true;
        }
        if let Some(days) = data.find("Exceptions") {
            raw.exceptions(days);
        }
        Ok(raw)
    }

    /// The days of the week; one that is not there is off.
    fn week(&mut self, days: &List<'_>) -> [Hours; 7] {
        let mut week: [Hours; 7] = Default::default();
        let mut children = Vec::new();
        days.children(&mut children);
        for day in children {
            // 1 is Sunday; here 0 is Monday
            let number = day.name().and_then(|name| name.parse::<usize>().ok());
            let Some(number @ 1..=7) = number else {
                continue;
            };
            if let Some(slot) = week.get_mut((number + 5) % 7) {
                *slot = self.hours(day);
            }
        }
        week
    }

    fn hours(&mut self, day: &List<'_>) -> Hours {
        let mut found: Vec<(Minutes, Minutes)> = Vec::new();
        let mut wrong = false;
        let mut shift = |list: &List<'_>| {
            let (Some(start), Some(finish)) = (list.own("s"), list.own("f")) else {
                return;
            };
            match (time(start), time(finish)) {
                // midnight at the end of a day is written as 00:00
                (Some(start), Some(0)) => found.push((start, DAY)),
                (Some(start), Some(finish)) if start < finish => found.push((start, finish)),
                (Some(start), Some(finish)) if start == finish => {}
                // a shift over midnight belongs to two days, and is written so
                (Some(start), Some(_)) => {
                    wrong = true;
                    found.push((start, DAY));
                }
                _ => wrong = true,
            }
        };
        day.all(&mut |list| shift(list));
        self.partly |= wrong;
        base::sort::plain(&mut found);
        // overlapping shifts are one
        let mut hours = Hours::new();
        for (from, to) in found {
            match hours.last_mut() {
                Some(last) if from < last.1 => last.1 = last.1.max(to),
                _ => hours.push((from, to)),
            }
        }
        hours
    }

    fn exceptions(&mut self, days: &List<'_>) {
        let mut children = Vec::new();
        days.children(&mut children);
        let mut found: Vec<(i64, Hours)> = Vec::with_capacity(children.len());
        for day in children {
            let number = day.attribute("d").and_then(|d| d.parse::<i64>().ok());
            match number {
                Some(number) if number.abs() < 1_000_000 => {
                    found.push((number + FIRST, self.hours(day)));
                }
                _ => self.partly = true,
            }
        }
        base::sort::by_key(&mut found, |(day, _)| *day);
        for (day, hours) in found {
            let at = Moment::from_day(day);
            if at.day() != day {
                // beyond what plans hold
                continue;
            }
            match self.exceptions.last_mut() {
                Some(last) if last.last == at => {
                    // the same day again: the later entry counts
                    if last.first == at {
                        last.hours = hours;
                    } else if last.hours != hours {
                        last.last = Moment::from_day(day - 1);
                        self.exceptions.push(one_day(at, hours));
                    }
                }
                Some(last) if last.last.day() + 1 == day && last.hours == hours => last.last = at,
                _ => self.exceptions.push(one_day(at, hours)),
            }
        }
    }

    /// Exceptions are inherited; the week is the calendar's own, or where it has none the nearest base's.
    fn on_bases(&self, by_key: &FxHashMap<&str, &Raw<'_>>) -> (Calendar, bool) {
        let mut layers: Vec<&Raw<'_>> = vec![self];
        while let Some(base) = layers.last().and_then(|raw| by_key.get(raw.base)) {
            // a circle of bases ends where it closes
            if layers.len() > 16 || layers.iter().any(|layer| layer.id == base.id) {
                break;
            }
            layers.push(base);
        }
        let week = layers.iter().find_map(|raw| raw.week.clone());
        let calendar = Calendar {
            name: self.name.clone(),
            week: week.unwrap_or_else(|| Calendar::standard("").week),
            exceptions: (layers.iter().rev())
                .flat_map(|raw| raw.exceptions.iter().cloned())
                .collect(),
        };
        (calendar, layers.iter().any(|raw| raw.partly))
    }
}

fn one_day(day: Moment, hours: Hours) -> Exception {
    Exception {
        name: String::new(),
        first: day,
        last: day,
        hours,
    }
}

/// `8:00`, `08:00`, `1:00 PM`: minutes of the day.
fn time(text: &str) -> Option<Minutes> {
    let (time, half) = match text.split_once(' ') {
        Some((time, half)) => (time, half.trim().to_uppercase()),
        None => (text, String::new()),
    };
    let mut parts = time.split(':');
    let hours: Minutes = parts.next()?.parse().ok()?;
    let minutes: Minutes = parts.next().map_or(Some(0), |part| part.parse().ok())?;
    let hours = match half.as_str() {
        "" => hours,
        "AM" if hours == 12 => 0,
        "PM" if hours < 12 => hours + 12,
        "AM" | "PM" => hours,
        _ => return None,
    };
    let there = (0..=24).contains(&hours) && (0..60).contains(&minutes);
    let whole = hours * 60 + minutes;
    (there && whole <= DAY).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_written_in_several_ways() {
        for (text, minutes) in [
            ("08:00", Some(480)),
            ("8:00", Some(480)),
            ("24:00", Some(DAY)),
            ("12:00 AM", Some(0)),
            ("1:30 pm", Some(810)),
            ("24:01", None),
            ("8h", None),
            ("-1:00", None),
            ("99999999999999999999:00", None),
        ] {
            assert_eq!(time(text), minutes, "{text}");
        }
    }
}
