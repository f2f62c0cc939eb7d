//! Our own file of holidays: read and written by people, kept under version control.
//!
//! ```text
//! plumbline-holidays 1
//! country CN
//! source 国务院办公厅关于2019年部分节假日安排的通知
//! years 2019
//!
//! 2019
//! 元旦: 2018-12-30..01-01 work 2018-12-29
//! 清明节: 04-05
//! ```
//!
//! The first line names format and version. `country`, `source` and `years` may be absent; without `years` all years
//! that head a block count as known. A line of a block is a name, a colon, the day or days off, and after `work` the
//! make-up days; one of the two may be absent. `#` begins a line that is skipped.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base::Moment;
use base::time::RANGE;

use super::{Holiday, Holidays, Problem, Wrong, clean, note, year};

/// The version of the format that is written.
pub const VERSION: u32 = 1;

const MAGIC: &str = "plumbline-holidays";
const WORK: &str = "work";

/// Reads our own format. Lines that cannot be read are left out and reported; of a file that is not of this format, or
/// of a later version, nothing is read.
pub fn read(text: &str) -> (Holidays, Vec<Problem>) {
    let mut reader = Reader::default();
    let mut lines = text.trim_start_matches('\u{feff}').lines().zip(1..);
    let version = lines
        .next()
        .and_then(|(line, _)| line.trim().strip_prefix(MAGIC));
    match version.map(str::trim) {
        Some(found) if found.parse() == Ok(VERSION) => {}
        Some(found) => {
            let found = Wrong::cut(found);
            note(&mut reader.problems, 0, Wrong::Version { found });
            return (reader.holidays, reader.problems);
        }
        None => {
            note(&mut reader.problems, 0, Wrong::Format);
            return (reader.holidays, reader.problems);
        }
    }
    for (line, number) in lines {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match reader.line(line) {
            Ok(()) => {}
            Err(what) => {
                let full = what == Wrong::TooMany;
                note(&mut reader.problems, number, what);
                if full {
                    break;
                }
            }
        }
    }
    if !reader.said {
        reader.holidays.years.extend(reader.heads);
    }
    (reader.holidays, reader.problems)
}

#[derive(Default)]
struct Reader {
    holidays: Holidays,
    problems: Vec<Problem>,
    /// The year of the block.
    year: Option<i32>,
    heads: BTreeSet<i32>,
    /// The file says itself which years are known.
    said: bool,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), Wrong> {
        if let Some(head) = head(line) {
            self.year = Some(head);
            self.heads.insert(head);
            return Ok(());
        }
        let cannot = || Wrong::Line {
            text: Wrong::cut(line),
        };
        let Some(year) = self.year else {
            let (key, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            match key {
                "country" => self.holidays.country = clean(value),
                "source" => self.holidays.source = clean(value),
                "years" => return self.years(value),
                _ => return Err(cannot()),
            }
            return Ok(());
        };
        // a name may have colons, a date has none
        let (name, dates) = line.rsplit_once([':', '：']).ok_or_else(cannot)?;
        let (off, work) = match dates.split_once(WORK) {
            Some((off, work)) => (off.trim(), work.trim()),
            None => (dates.trim(), ""),
        };
        if off.is_empty() && work.is_empty() {
            return Err(cannot());
        }
        let mut days: Vec<(Moment, Moment, bool)> = Vec::new();
        if !off.is_empty() {
            let (first, last) = range(off, year)?;
            days.push((first, last, false));
        }
        for word in work.split_whitespace() {
            let (first, last) = range(word, year)?;
            days.push((first, last, true));
        }
        for (first, last, works) in days {
            self.holidays.put(name, first, last, works)?;
        }
        Ok(())
    }

    fn years(&mut self, value: &str) -> Result<(), Wrong> {
        self.said = true;
        for word in value.split_whitespace() {
            let (first, last) = word.split_once("..").unwrap_or((word, word));
            let (Some(first), Some(last)) = (head(first), head(last)) else {
                let text = Wrong::cut(word);
                return Err(Wrong::Line { text });
            };
            self.holidays.years.extend(first..=last);
        }
        Ok(())
    }
}

/// A year that plans can hold.
fn head(text: &str) -> Option<i32> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let found: i32 = is_year.then(|| text.parse().ok()).flatten()?;
    (year(RANGE.0)..=year(RANGE.1))
        .contains(&found)
        .then_some(found)
}

/// `MM-DD`, `YYYY-MM-DD`, or two of them with `..` between.
fn range(text: &str, year: i32) -> Result<(Moment, Moment), Wrong> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    Ok((date(first, year)?, date(last, year)?))
}

fn date(text: &str, year: i32) -> Result<Moment, Wrong> {
    let found = match text.len() {
        5 => format!("{year:04}-{text}").parse().ok(),
        10 => text.parse().ok(),
        _ => None,
    };
    found.ok_or_else(|| Wrong::Date {
        text: Wrong::cut(text),
    })
}

/// Writes our own format; [`read`] gives the same days and years back.
pub fn write(holidays: &Holidays) -> String {
    let mut out = format!("{MAGIC} {VERSION}\n");
    // writing to a string cannot fail
    for (key, value) in [("country", &holidays.country), ("source", &holidays.source)] {
        let value = clean(value);
        if !value.is_empty() {
            let _ = writeln!(out, "{key} {value}");
        }
    }
    out.push_str("years");
    let mut years = holidays.years().peekable();
    while let Some(first) = years.next() {
        let mut last = first;
        while let Some(next) = years.next_if_eq(&(last + 1)) {
            last = next;
        }
        let _ = match first == last {
            true => write!(out, " {first}"),
            false => write!(out, " {first}..{last}"),
        };
    }
    out.push('\n');
    let mut block = None;
    for holiday in holidays.list() {
        let year = holiday.year();
        if block != Some(year) {
            block = Some(year);
            let _ = writeln!(out, "\n{year:04}");
        }
        line(&mut out, &holiday, year);
    }
    out
}

fn line(out: &mut String, holiday: &Holiday, year: i32) {
    out.push_str(&holiday.name);
    out.push(':');
    if let Some((first, last)) = holiday.off {
        out.push(' ');
        day(out, first, year);
        if first != last {
            out.push_str("..");
            day(out, last, year);
        }
    }
    for (at, work) in holiday.work.iter().enumerate() {
        out.push_str(if at == 0 { " work " } else { " " });
        day(out, *work, year);
    }
    out.push('\n');
}

fn day(out: &mut String, at: Moment, block: i32) {
    let (year, month, day, _, _) = at.parts();
    if year != block {
        let _ = write!(out, "{year:04}-");
    }
    let _ = write!(out, "{month:02}-{day:02}");
}
