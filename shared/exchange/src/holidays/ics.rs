//! iCalendar feeds of holidays (RFC 5545): the whole-day events, and what they say of themselves.
//!
//! By hand: of the crates for it, `icalendar` asks the clock and brings random ids along, `calcard` brings time zones,
//! `ical` has had no release since 2024; none says in which line something is wrong. All that is needed is four fields.

use base::Moment;
use base::time::DAY;
use domain::calendar::holidays::{Holidays, Problem, Wrong};

use super::{Found, date, marks};

/// An event, as far as we look at it.
#[derive(Default)]
struct Event {
    line: usize,
    summary: String,
    /// What Apple's or Google's note says of it.
    noted: Option<bool>,
    start: Option<When>,
    end: Option<When>,
    /// Days, where there is a duration instead of an end.
    days: Option<i64>,
    repeats: bool,
    cancelled: bool,
    /// Parts inside it that are not closed yet (alarms).
    inside: usize,
}

/// The value of a date.
enum When {
    /// A whole day, or its start.
    Day(Moment),
    /// The last minute of a day.
    EndOf(Moment),
    /// Some other time of a day.
    Within,
    /// No date that plans can hold.
    None(String),
}

/// Reads a feed. Its years are those of the holidays that it has.
pub(super) fn read(text: &str) -> (Holidays, Vec<Problem>) {
    let mut found = Found::default();
    let mut events: Vec<Event> = Vec::new();
    let mut open: Option<Event> = None;
    for (number, line) in unfolded(text) {
        let Some((key, value)) = property(&line) else {
            continue;
        };
        match (open.as_mut(), key.as_str()) {
            (None, "BEGIN") if value.eq_ignore_ascii_case("VEVENT") => {
                open = Some(Event {
                    line: number,
                    ..Event::default()
                });
            }
            (None, "X-WR-CALNAME") => found.holidays.source = unescaped(value),
            (None, _) => {}
            (Some(event), "BEGIN") => event.inside += 1,
            (Some(event), "END") if event.inside > 0 => event.inside -= 1,
            (Some(_), "END") => events.extend(open.take()),
            (Some(event), key) if event.inside == 0 => event.field(key, value),
            _ => {}
        }
    }
    if events.is_empty() {
        found.note(0, Wrong::Format);
    }
    take(&mut found, &events);
    found.holidays.settle_all();
    (found.holidays, found.problems)
}

/// Takes the days of all events.
fn take(found: &mut Found, events: &[Event]) {
    let says = |event: &Event| event.noted.or_else(|| marks::works(&event.summary));
    let any = events.iter().any(|event| says(event).is_some());
    let mut silent = 0;
    for event in events.iter().filter(|event| !event.cancelled) {
        let works = match says(event) {
            Some(works) => works,
            None => {
                silent += 1;
                if any {
                    continue;
                }
                false
            }
        };
        match event.range() {
            Ok(days) => found.put(event.line, &marks::name(&event.summary), days, works),
            Err(what) => {
                found.note(event.line, what);
                continue;
            }
        }
        if event.repeats {
            let text = Wrong::cut(&event.summary);
            found.note(event.line, Wrong::Repeats { text });
        }
    }
    match silent {
        0 => {}
        count if any => found.note(0, Wrong::Skipped { count }),
        count => found.note(0, Wrong::Unmarked { count }),
    }
}

impl Event {
    fn field(&mut self, key: &str, value: &str) {
        match key {
            "SUMMARY" => self.summary = unescaped(value),
            "DTSTART" => self.start = Some(when(value)),
            "DTEND" => self.end = Some(when(value)),
            "DURATION" => self.days = days(value),
            "RRULE" | "RDATE" => self.repeats = true,
            "STATUS" => self.cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            "X-APPLE-SPECIAL-DAY" => self.noted = apple(value),
            "DESCRIPTION" if value.to_lowercase().starts_with("public holiday") => {
                self.noted = Some(false);
            }
            _ => {}
        }
    }

    /// First and last day.
    fn range(&self) -> Result<(Moment, Moment), Wrong> {
        let otherwise = |when: Option<&When>| match when {
            Some(When::None(text)) => Wrong::Date { text: text.clone() },
            _ => Wrong::NotWholeDays {
                text: Wrong::cut(&self.summary),
            },
        };
        let Some(&When::Day(first)) = self.start.as_ref() else {
            return Err(otherwise(self.start.as_ref()));
        };
        let last = match self.end.as_ref() {
            // some feeds end an event of one day on the day it starts
            Some(&When::Day(end)) if end == first => first,
            Some(When::Day(end)) => end.plus(-DAY),
            Some(&When::EndOf(last)) => last,
            None => first.plus((self.days.unwrap_or(1) - 1).saturating_mul(DAY)),
            other => return Err(otherwise(other)),
        };
        Ok((first, last))
    }
}

/// Lines with the number of their first: one that begins with a blank goes on where the line before ended.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some((_, before))) => before.push_str(more),
            _ => lines.push((number, line.to_owned())),
        }
    }
    lines
}

/// The name of a property, in capitals, and its value; parameters (`;VALUE=DATE`) tell nothing that the value does not.
fn property(line: &str) -> Option<(String, &str)> {
    let mut quoted = false;
    let colon = line.find(|c| {
        quoted ^= c == '"';
        c == ':' && !quoted
    })?;
    let (head, value) = line.split_at(colon);
    let name = head.split(';').next().unwrap_or(head);
    Some((
        name.trim().to_ascii_uppercase(),
        value.get(1..).unwrap_or("").trim(),
    ))
}

/// `20260101`, or a time at the start or end of a day by the wall's clock.
fn when(value: &str) -> When {
    let (day, time) = value.split_once('T').unwrap_or((value, ""));
    match (date(day), time) {
        (Some(day), "" | "0000" | "000000") => When::Day(day),
        (Some(day), "2359" | "235900" | "235959") => When::EndOf(day),
        (Some(_), _) => When::Within,
        (None, _) => When::None(Wrong::cut(value)),
    }
}

/// `P3D` and `P1W` in days.
fn days(value: &str) -> Option<i64> {
    let value = value.strip_prefix('P')?;
    let (number, unit) = match (value.strip_suffix('D'), value.strip_suffix('W')) {
        (Some(days), _) => (days, 1),
        (_, Some(weeks)) => (weeks, 7),
        _ => return None,
    };
    let number: u16 = number.parse().ok()?;
    Some((i64::from(number) * unit).max(1))
}

fn apple(value: &str) -> Option<bool> {
    match value.to_ascii_uppercase().as_str() {
        "ALTERNATE-WORKDAY" => Some(true),
        "WORK-HOLIDAY" => Some(false),
        _ => None,
    }
}

/// The most characters of a title that are looked at.
const MAX_TITLE: usize = 200;

/// Text without its escapes, and not endless.
fn unescaped(value: &str) -> String {
    let mut out = String::new();
    let mut chars = value.chars().take(MAX_TITLE);
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push(' '),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}
