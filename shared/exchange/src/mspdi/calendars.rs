//! Calendars: weekdays, exceptions of both forms, work weeks, and calendars based on others.

use base::time::DAY;
use base::{CalendarId, Moment};
use domain::calendar::{Calendar, Exception, Hours};
use rustc_hash::FxHashMap;

use super::report::{Adjusted, Adjustment, Scope};
use super::values::Context;
use super::{MAX_CALENDARS, ReadError};
use crate::xml::Element;

/// The most days that one work week or repeating exception is spread over.
const MAX_SPREAD: i64 = 20_000;

/// A calendar as the file has it, before its base is laid under it.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) uid: i64,
    pub(super) name: String,
    pub(super) base: Option<i64>,
    pub(super) is_base: bool,
    week: [Option<Hours>; 7],
    exceptions: Vec<Exception>,
    /// Some exceptions repeat in a way that is not known here.
    partly: bool,
}

/// Reads one `Calendar`; `budget` is the number of exceptions that may still come.
pub(super) fn raw(source: &str, element: &Element, budget: &mut usize) -> Result<Raw, ReadError> {
    let name = element.text("Name").unwrap_or("").to_owned();
    let context = Context {
        source,
        scope: Scope::Calendar,
        owner: &name,
    };
    let mut raw = Raw {
        uid: context.number(element, "UID")?.unwrap_or(-1),
        base: context
            .number(element, "BaseCalendarUID")?
            .filter(|uid| *uid > 0),
        is_base: context.flag(element, "IsBaseCalendar")?.unwrap_or(true),
        name: name.clone(),
        ..Raw::default()
    };
    for weeks in element.all("WorkWeeks") {
        for week in weeks.all("WorkWeek") {
            work_week(context, week, &mut raw)?;
        }
    }
    for days in element.all("WeekDays") {
        for day in days.all("WeekDay") {
            week_day(context, day, &mut raw)?;
        }
    }
    for exceptions in element.all("Exceptions") {
        for exception in exceptions.all("Exception") {
            repeating(context, exception, &mut raw)?;
        }
    }
    // both forms of one exception are in most files
    let mut seen = rustc_hash::FxHashSet::default();
    let mut kept: Vec<Exception> = Vec::with_capacity(raw.exceptions.len());
    for exception in raw.exceptions.into_iter().rev() {
        let same = (exception.first, exception.last, exception.hours.clone());
        if seen.insert(same) {
            kept.push(exception);
        }
    }
    kept.reverse();
    raw.exceptions = kept;
    *budget = budget
        .checked_sub(raw.exceptions.len() + 1)
        .ok_or_else(|| ReadError::TooMany {
            what: "calendars and exceptions".to_owned(),
            limit: MAX_CALENDARS as u64,
        })?;
    Ok(raw)
}

fn hours(context: Context<'_>, day: &Element) -> Result<Hours, ReadError> {
    if context.flag(day, "DayWorking")? == Some(false) {
        return Ok(Hours::new());
    }
    let mut hours = Hours::new();
    for times in day.all("WorkingTimes") {
        for time in times.all("WorkingTime") {
            let from = context.time(time, "FromTime")?;
            let to = context.time(time, "ToTime")?;
            if let (Some(from), Some(to)) = (from, to) {
                // midnight at the end of a day is written as 00:00
                hours.push((from, if to <= from { DAY } else { to }));
            }
        }
    }
    hours.sort_unstable();
    Ok(hours)
}

fn period(context: Context<'_>, element: &Element) -> Result<Option<(Moment, Moment)>, ReadError> {
    let Some(period) = element.child("TimePeriod") else {
        return Ok(None);
    };
    let from = context.bound(period, "FromDate")?;
    let to = context.bound(period, "ToDate")?;
    Ok(from.zip(to).map(|(from, to)| {
        (
            Moment::from_day(from.day()),
            Moment::from_day(to.day().max(from.day())),
        )
    }))
}

/// MSPDI's day type (1 Sunday to 7 Saturday) as Monday 0 to Sunday 6.
fn weekday(day_type: i64) -> Option<usize> {
    (1..=7)
        .contains(&day_type)
        .then(|| ((day_type + 5) % 7) as usize)
}

fn week_day(context: Context<'_>, day: &Element, raw: &mut Raw) -> Result<(), ReadError> {
    let hours = hours(context, day)?;
    match context.number(day, "DayType")? {
        Some(0) => {
            if let Some((first, last)) = period(context, day)? {
                raw.exceptions.push(Exception {
                    name: String::new(),
                    first,
                    last,
                    hours,
                });
            }
        }
        Some(day_type) => {
            if let Some(slot) = weekday(day_type).and_then(|day| raw.week.get_mut(day)) {
                *slot = Some(hours);
            }
        }
        None => {}
    }
    Ok(())
}

/// Other hours for the weekdays of some weeks: an exception per day.
fn work_week(context: Context<'_>, week: &Element, raw: &mut Raw) -> Result<(), ReadError> {
    let Some((first, last)) = period(context, week)? else {
        return Ok(());
    };
    let mut days: [Option<Hours>; 7] = Default::default();
    for list in week.all("WeekDays") {
        for day in list.all("WeekDay") {
            let at = context.number(day, "DayType")?.and_then(weekday);
            if let Some(slot) = at.and_then(|at| days.get_mut(at)) {
                *slot = Some(hours(context, day)?);
            }
        }
    }
    if last.day() - first.day() > MAX_SPREAD {
        raw.partly = true;
        return Ok(());
    }
    let name = week.text("Name").unwrap_or("");
    for day in first.day()..=last.day() {
        let at = Moment::from_day(day);
        if let Some(Some(hours)) = days.get(usize::from(at.weekday())) {
            raw.exceptions.push(Exception {
                name: name.to_owned(),
                first: at,
                last: at,
                hours: hours.clone(),
            });
        }
    }
    Ok(())
}

/// An exception of the newer form, which may repeat.
fn repeating(context: Context<'_>, element: &Element, raw: &mut Raw) -> Result<(), ReadError> {
    let Some((first, last)) = period(context, element)? else {
        return Ok(());
    };
    let hours = hours(context, element)?;
    let kind = context.number(element, "Type")?.unwrap_or(1);
    let every = context
        .number(element, "Period")?
        .unwrap_or(1)
        .clamp(1, 1000);
    let month = context.number(element, "Month")?.unwrap_or(0).clamp(0, 11);
    let month_day = context.number(element, "MonthDay")?.unwrap_or(1);
    let item = context
        .number(element, "MonthItem")?
        .unwrap_or(0)
        .clamp(0, 9);
    let position = context
        .number(element, "MonthPosition")?
        .unwrap_or(0)
        .clamp(0, 4);
    let on_days = context.number(element, "DaysOfWeek")?.unwrap_or(0);
    let name = element.text("Name").unwrap_or("");
    let mut add = |first: Moment, last: Moment| {
        raw.exceptions.push(Exception {
            name: name.to_owned(),
            first,
            last,
            hours: hours.clone(),
        });
    };
    let falls: Box<dyn Fn(Moment) -> bool> = match kind {
        // daily; the others are how MS Project files a plain range
        1 if every > 1 => Box::new(move |day| (day.day() - first.day()) % every == 0),
        1 | 7 | 8 | 9 => {
            add(first, last);
            return Ok(());
        }
        2 => Box::new(move |day| {
            let (_, m, d, _, _) = day.parts();
            i64::from(m) == month + 1 && i64::from(d) == month_day
        }),
        3 => Box::new(move |day| {
            i64::from(day.parts().1) == month + 1 && positioned(day, item, position)
        }),
        4 => Box::new(move |day| {
            i64::from(day.parts().2) == month_day && months(first, day) % every == 0
        }),
        5 => {
            Box::new(move |day| months(first, day) % every == 0 && positioned(day, item, position))
        }
        6 => Box::new(move |day| {
            // bit 0 is Sunday; weeks count from the one of the first day
            let bit = (day.weekday() + 1) % 7;
            let weeks = (day.day() + 3).div_euclid(7) - (first.day() + 3).div_euclid(7);
            on_days >> bit & 1 == 1 && weeks % every == 0
        }),
        _ => {
            raw.partly = true;
            return Ok(());
        }
    };
    if last.day() - first.day() > MAX_SPREAD {
        raw.partly = true;
        return Ok(());
    }
    for day in (first.day()..=last.day()).map(Moment::from_day) {
        if falls(day) {
            add(day, day);
        }
    }
    Ok(())
}

/// Months from the one of the first to that of the second.
fn months(from: Moment, to: Moment) -> i64 {
    let ((year, month, ..), (from_year, from_month, ..)) = (to.parts(), from.parts());
    i64::from(year - from_year) * 12 + i64::from(month) - i64::from(from_month)
}

/// Whether a day is the n-th of its kind in its month. `item`: 0 any day, 1 Monday to Friday, 2 Saturday or Sunday, 3 Sunday
/// to 9 Saturday. `position`: 0 the first to 3 the fourth, 4 the last.
fn positioned(day: Moment, item: i64, position: i64) -> bool {
    let is = |day: i64| {
        let weekday = i64::from(Moment::from_day(day).weekday());
        match item {
            0 => true,
            1 => weekday < 5,
            2 => weekday >= 5,
            item => (weekday + 1) % 7 == item - 3,
        }
    };
    let (at, month) = (day.day(), day.parts().1);
    let same = |other: &i64| Moment::from_day(*other).parts().1 == month;
    let before = (1..31).map(|n| at - n).take_while(same).filter(|d| is(*d));
    let last = || !(1..31).map(|n| at + n).take_while(same).any(&is);
    is(at)
        && match position {
            4 => last(),
            position => before.count() as i64 == position,
        }
}

/// The calendars that tasks may use, and how the file numbers them.
pub(super) struct Calendars {
    pub(super) list: Vec<(CalendarId, Calendar)>,
    pub(super) by_uid: FxHashMap<i64, CalendarId>,
}

impl Calendars {
    /// Adds others; a number that is known stays what it was.
    pub(super) fn add(&mut self, other: Self) {
        self.list.extend(other.list);
        for (uid, id) in other.by_uid {
            self.by_uid.entry(uid).or_insert(id);
        }
    }
}

/// Which calendar says something of its own: those of resources mostly only name the one that they follow.
pub(super) struct Own(FxHashMap<i64, i64>);

impl Own {
    pub(super) fn new(raws: &[Raw]) -> Self {
        let empty = |raw: &&Raw| {
            let days = raw.week.iter().any(Option::is_some);
            !raw.is_base && !days && raw.exceptions.is_empty() && !raw.partly
        };
        let raws = raws.iter().filter(empty);
        Self(raws.filter_map(|raw| Some((raw.uid, raw.base?))).collect())
    }

    /// The calendar that a calendar stands for.
    pub(super) fn of(&self, mut uid: i64) -> i64 {
        // a circle of bases ends somewhere
        for _ in 0..16 {
            match self.0.get(&uid) {
                Some(base) => uid = *base,
                None => break,
            }
        }
        uid
    }
}

/// Lays bases under the calendars that are wanted.
pub(super) fn compose(
    raws: &[Raw],
    wanted: impl Fn(&Raw) -> bool,
    new_id: &mut dyn FnMut() -> u64,
    adjusted: &mut Vec<Adjusted>,
) -> Calendars {
    let by_uid: FxHashMap<i64, &Raw> = raws.iter().map(|raw| (raw.uid, raw)).collect();
    let mut result = Calendars {
        list: Vec::new(),
        by_uid: FxHashMap::default(),
    };
    for raw in raws.iter().filter(|raw| wanted(raw)) {
        // from the calendar down to its last base; a circle of bases ends where it closes
        let mut layers = vec![raw];
        while let Some(base) = layers.last().and_then(|raw| by_uid.get(&raw.base?)) {
            if layers.iter().any(|layer| layer.uid == base.uid) || layers.len() > 16 {
                break;
            }
            layers.push(base);
        }
        let mut calendar = Calendar {
            name: raw.name.clone(),
            ..Calendar::default()
        };
        // days that neither the calendar nor a base names have the usual hours
        let mut week = Calendar::standard("").week;
        for layer in layers.iter().rev() {
            for (slot, hours) in week.iter_mut().zip(&layer.week) {
                if let Some(hours) = hours {
                    slot.clone_from(hours);
                }
            }
            calendar.exceptions.extend(layer.exceptions.iter().cloned());
            if layer.partly {
                adjusted.push(Adjusted {
                    task: None,
                    what: Adjustment::CalendarException {
                        calendar: raw.name.clone(),
                    },
                });
            }
        }
        calendar.week = week;
        let id = CalendarId::from_bytes(new_id().to_be_bytes());
        result.list.push((id, calendar));
        result.by_uid.entry(raw.uid).or_insert(id);
    }
    result
}
