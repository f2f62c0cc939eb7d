//! Tables of days: every day of a year with 1 or 0, or the special days with a name.

use std::collections::BTreeMap;

use base::Moment;
use domain::calendar::holidays::{Holidays, Problem, Wrong};

use super::{Found, date, marks};
use crate::lines::Lines;

/// The most rows that are read: every day of 300 years.
const MAX_ROWS: usize = 110_000;

/// Reads a table.
pub(super) fn read(text: &str) -> (Holidays, Vec<Problem>) {
    let mut found = Found::default();
    let (mut dated, mut named) = (false, false);
    let mut every: BTreeMap<Moment, (bool, usize)> = BTreeMap::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut lines = Lines::new(text);
    for (row, record) in reader.records().enumerate() {
        let Ok(record) = record else {
            continue;
        };
        if row >= MAX_ROWS {
            found.note(0, Wrong::TooMany);
            break;
        }
        let line = lines.of(record.position().map_or(0, csv::Position::byte)) as usize;
        let field = |at: usize| record.get(at).unwrap_or("");
        let Some(day) = date(field(0)) else {
            // the first line may name the columns
            if row > 0 {
                let text = Wrong::cut(field(0));
                found.note(line, Wrong::Date { text });
            }
            continue;
        };
        dated = true;
        let mark = marks::word(field(1)).filter(|_| field(2).is_empty());
        match (mark, marks::word(field(2))) {
            (Some(works), _) => every_day(&mut found, &mut every, (day, works, line)),
            (None, Some(works)) => {
                named = true;
                found.put(line, field(1), (day, day), works);
            }
            (None, None) if field(2).is_empty() && !field(1).is_empty() => {
                named = true;
                found.put(line, field(1), (day, day), false);
            }
            (None, None) => {
                let text = Wrong::cut(record.as_slice());
                found.note(line, Wrong::Line { text });
            }
        }
    }
    if !dated {
        found.problems.clear();
        found.note(0, Wrong::Format);
    }
    if named {
        found.holidays.settle_all();
    }
    special(&mut found, &every);
    (found.holidays, found.problems)
}

/// What divides the columns: whatever comes first.
fn delimiter(text: &str) -> u8 {
    text.bytes()
        .find(|byte| b",;\t".contains(byte))
        .unwrap_or(b',')
}

fn every_day(
    found: &mut Found,
    every: &mut BTreeMap<Moment, (bool, usize)>,
    (day, works, line): (Moment, bool, usize),
) {
    if every.get(&day).is_some_and(|(before, _)| *before != works) {
        found.note(line, Wrong::Contrary { day });
    } else {
        every.entry(day).or_insert((works, line));
    }
}

/// The days of a whole table that differ from a week of Monday to Friday: days off in a row, if one of them is such a
/// day (the weekend beside it counts with it, since a notice would have it so), and weekends that are worked.
fn special(found: &mut Found, every: &BTreeMap<Moment, (bool, usize)>) {
    let mut years: BTreeMap<i32, usize> = BTreeMap::new();
    let mut off: Option<(Moment, Moment, bool, usize)> = None;
    for (&day, &(works, line)) in every {
        *years.entry(day.parts().0).or_default() += 1;
        let weekend = day.weekday() > 4;
        off = match off {
            Some((first, last, any, at)) if !works && last.day() + 1 == day.day() => {
                Some((first, day, any || !weekend, at))
            }
            before => {
                take(found, before);
                (!works).then_some((day, day, !weekend, line))
            }
        };
        if works && weekend {
            found.put(line, "", (day, day), true);
        }
    }
    take(found, off);
    for (year, days) in years {
        let first = Moment::ymd_hm(year, 1, 1, 0, 0).map_or(0, Moment::day);
        let last = Moment::ymd_hm(year, 12, 31, 0, 0).map_or(0, Moment::day);
        if days as i64 == last - first + 1 {
            found.holidays.settle(year);
        } else {
            found.note(0, Wrong::Incomplete { year, days });
        }
    }
}

fn take(found: &mut Found, off: Option<(Moment, Moment, bool, usize)>) {
    if let Some((first, last, true, line)) = off {
        found.put(line, "", (first, last), false);
    }
}
