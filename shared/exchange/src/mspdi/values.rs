//! Values as MSPDI writes them.

use base::time::{DAY, RANGE};
use base::{Minutes, Moment};

use super::{Expected, ReadError, Scope};
use crate::xml::{Element, place};

/// What reading a value needs for its errors.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) source: &'a str,
    pub(super) scope: Scope,
    /// Whose values these are.
    pub(super) owner: &'a str,
}

impl Context<'_> {
    /// The value of a child, `None` where it is absent or empty.
    pub(super) fn get<T>(
        &self,
        parent: &Element,
        name: &str,
        expected: Expected,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ReadError> {
        let Some(element) = parent.child(name) else {
            return Ok(None);
        };
        let text = element.text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        match parse(text) {
            Some(value) => Ok(Some(value)),
            None => Err(ReadError::Value {
                at: place(self.source, element.span.start),
                scope: self.scope,
                owner: self.owner.chars().take(120).collect(),
                element: name.to_owned(),
                text: text.chars().take(64).collect(),
                expected,
            }),
        }
    }

    pub(super) fn number(&self, parent: &Element, name: &str) -> Result<Option<i64>, ReadError> {
        self.get(parent, name, Expected::Number, |text| text.parse().ok())
    }

    pub(super) fn flag(&self, parent: &Element, name: &str) -> Result<Option<bool>, ReadError> {
        self.get(parent, name, Expected::Flag, |text| match text {
            "0" | "false" => Some(false),
            "1" | "true" => Some(true),
            _ => None,
        })
    }

    pub(super) fn moment(&self, parent: &Element, name: &str) -> Result<Option<Moment>, ReadError> {
        self.get(parent, name, Expected::Moment, |text| text.parse().ok())
    }

    /// A date whose year may lie beyond what plans hold (calendars are open-ended); it is cut.
    pub(super) fn bound(&self, parent: &Element, name: &str) -> Result<Option<Moment>, ReadError> {
        self.get(parent, name, Expected::Moment, |text| {
            if let Ok(moment) = text.parse() {
                return Some(moment);
            }
            let year: u32 = text.get(..4)?.parse().ok()?;
            let shape = text.get(4..5) == Some("-") && text.len() >= 10;
            match year {
                2200.. if shape => Some(RANGE.1),
                ..1900 if shape => Some(RANGE.0),
                _ => None,
            }
        })
    }

    pub(super) fn duration(
        &self,
        parent: &Element,
        name: &str,
    ) -> Result<Option<Length>, ReadError> {
        self.get(parent, name, Expected::Duration, duration)
    }

    /// A time of day, in minutes.
    pub(super) fn time(&self, parent: &Element, name: &str) -> Result<Option<Minutes>, ReadError> {
        self.get(parent, name, Expected::Time, time)
    }
}

/// A length of time, in whole minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) minutes: Minutes,
    /// It had seconds and was rounded.
    pub(super) rounded: bool,
}

impl Length {
    /// Not even a part of a minute.
    pub(super) fn is_nothing(&self) -> bool {
        self.minutes == 0 && !self.rounded
    }
}

/// `PT8H30M0S`; days count 24 hours.
pub(super) fn duration(text: &str) -> Option<Length> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let text = text.strip_prefix('P')?;
    let (days, time) = text.split_once('T').unwrap_or((text, ""));
    let mut seconds = 0.0;
    let mut parts = 0;
    for (text, units) in [
        (days, [('D', 86_400.0), ('W', 604_800.0), ('D', 86_400.0)]),
        (time, [('H', 3600.0), ('M', 60.0), ('S', 1.0)]),
    ] {
        let mut number = String::new();
        for c in text.chars() {
            if c.is_ascii_digit() || c == '.' {
                number.push(c);
            } else {
                let unit = units.iter().find(|unit| unit.0 == c)?.1;
                seconds += number.parse::<f64>().ok()? * unit;
                number.clear();
                parts += 1;
            }
        }
        if !number.is_empty() {
            return None;
        }
    }
    if parts == 0 || !seconds.is_finite() || seconds > 1e12 {
        return None;
    }
    let minutes = (seconds / 60.0).round() as Minutes;
    Some(Length {
        minutes: if negative { -minutes } else { minutes },
        rounded: (seconds - minutes as f64 * 60.0).abs() > 0.5,
    })
}

fn time(text: &str) -> Option<Minutes> {
    // some writers put a date in front
    let text = text.rsplit('T').next()?;
    let mut parts = text.split(':');
    let hours: Minutes = parts.next()?.parse().ok()?;
    let minutes: Minutes = parts.next()?.parse().ok()?;
    if !(0..=24).contains(&hours) || !(0..60).contains(&minutes) {
        return None;
    }
    let whole = hours * 60 + minutes;
    (whole <= DAY).then_some(whole)
}

/// Whether a duration or lag format counts by the clock.
pub(super) fn elapsed(format: i64) -> bool {
    matches!(
        format,
        4 | 6 | 8 | 10 | 12 | 20 | 36 | 38 | 40 | 42 | 44 | 52
    )
}

/// Whether a lag format is a percentage of the predecessor's duration.
pub(super) fn percent(format: i64) -> bool {
    matches!(format, 19 | 20 | 51 | 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_to_the_minute() {
        let minutes = |text| duration(text).map(|d| (d.minutes, d.rounded));
        assert_eq!(minutes("PT8H0M0S"), Some((480, false)));
        assert_eq!(minutes("PT57H8M24S"), Some((3428, true)));
        assert_eq!(minutes("P1DT2H"), Some((1560, false)));
        assert_eq!(minutes("-PT1H"), Some((-60, false)));
        for bad in ["", "P", "PT", "8h", "PT8", "PTH", "PT1e400H", "PT8X"] {
            assert_eq!(minutes(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_time_of_day_beyond_all_numbers_is_none() {
        assert_eq!(time("9223372036854775807:00"), None);
        assert_eq!(time("00:-9223372036854775808"), None);
    }

    #[test]
    fn times_of_day_end_at_twenty_four() {
        assert_eq!(time("08:30:00"), Some(510));
        assert_eq!(time("24:00:00"), Some(1440));
        assert_eq!(time("24:01:00"), None);
        assert_eq!(time("noon"), None);
    }
}
