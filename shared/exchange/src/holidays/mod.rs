//! Files of holidays that people bring, of whatever kind: our own, iCalendar feeds, tables. And other countries' from a
//! library, where the feature `countries` is on.

#[cfg(feature = "countries")]
pub mod countries;
mod ics;
mod marks;
mod table;

use base::Moment;
use domain::calendar::holidays::{self, Holidays, Problem, Wrong, note};

/// The largest file of holidays that is read: published feeds of many years have some hundred KB.
pub const MAX_BYTES: usize = 4 << 20;

/// Reads a file of holidays. Which kind it is shows in its content:
///
/// - our own format ([`domain::calendar::holidays::read`]);
/// - iCalendar: whole-day events whose title, or Apple's or Google's note of it, says 休 or 班, holiday or workday. Where
///   no event says so, all are days off;
/// - CSV with `,`, `;` or tabs: `date,workday` (1 or 0) for all days of a year, or `date,name,off|work` for the special
///   ones. A first line that is no date is skipped.
///
/// What cannot be read is left out and reported. A year counts as known when the file says so (our format), has all of
/// its days (`date,workday`), or has any holiday of it (the others): have a person look at [`Holidays::list`] first.
pub fn read(bytes: &[u8]) -> (Holidays, Vec<Problem>) {
    let refused = |what| (Holidays::default(), vec![Problem { line: 0, what }]);
    if bytes.len() > MAX_BYTES {
        return refused(Wrong::TooLarge {
            bytes: bytes.len(),
            limit: MAX_BYTES,
        });
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}'),
        Err(error) => {
            return refused(Wrong::Encoding {
                byte: error.valid_up_to(),
            });
        }
    };
    let head = text.trim_start();
    let begins = |with: &str| {
        let start = head.get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    if begins("plumbline-holidays") {
        holidays::read(head)
    } else if begins("BEGIN:VCALENDAR") {
        ics::read(text)
    } else {
        table::read(text)
    }
}

/// What a reader gathers.
#[derive(Default)]
struct Found {
    holidays: Holidays,
    problems: Vec<Problem>,
    /// No more days are taken.
    full: bool,
}

impl Found {
    fn note(&mut self, line: usize, what: Wrong) {
        note(&mut self.problems, line, what);
    }

    fn put(&mut self, line: usize, name: &str, days: (Moment, Moment), works: bool) {
        if self.full {
            return;
        }
        if let Err(what) = self.holidays.put(name, days.0, days.1, works) {
            self.full = what == Wrong::TooMany;
            self.note(line, what);
        }
    }
}

/// A date as `2026-1-1`, `2026/01/01`, `2026.1.1` or `20260101`.
fn date(text: &str) -> Option<Moment> {
    let text = text.trim();
    let number = |part: &str| -> Option<u32> {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    };
    let (year, month, day) = if text.len() == 8 && text.is_ascii() && number(text).is_some() {
        (text.get(..4)?, text.get(4..6)?, text.get(6..)?)
    } else {
        let mut parts = text.split(['-', '/', '.']);
        let date = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then_some(date)?
    };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    format!("{year:04}-{month:02}-{day:02}").parse().ok()
}
