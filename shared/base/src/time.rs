//! Time, without a clock.
//!
//! Plans live in *local wall time*, without a zone: a [`Moment`]. What happened in the world (a change was
//! received) has a [`Timestamp`], in UTC milliseconds.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A length of time in minutes. Which minutes (working or elapsed) the field that holds it says.
pub type Minutes = i64;

/// Minutes of one whole day.
pub const DAY: Minutes = 24 * 60;

/// A point in local wall time, in whole minutes since 1970-01-01T00:00. Text form `YYYY-MM-DDTHH:MM`. In 32 bits: plans
/// hold them by the ten thousand, most of them optional.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(i32);

/// The first and last moment that plans may hold: 1900-01-01T00:00 and 2199-12-31T23:59. Arithmetic
/// that leaves the range is cut at it, so that no plan can overflow.
pub const RANGE: (Moment, Moment) = (Moment(-36_816_480), Moment(120_968_639));

impl Moment {
    /// From minutes since 1970-01-01T00:00, cut to [`RANGE`].
    #[inline]
    pub fn from_minutes(minutes: i64) -> Self {
        Self(minutes.clamp(RANGE.0.minutes(), RANGE.1.minutes()) as i32)
    }

    /// Minutes since 1970-01-01T00:00.
    #[inline]
    pub const fn minutes(self) -> i64 {
        self.0 as i64
    }

    /// Whole days since 1970-01-01 (a Thursday).
    #[inline]
    pub const fn day(self) -> i64 {
        self.0.div_euclid(DAY as i32) as i64
    }

    /// Minutes since midnight, 0..1440.
    #[inline]
    pub const fn minute_of_day(self) -> Minutes {
        self.0.rem_euclid(DAY as i32) as Minutes
    }

    /// The start of a day, given as whole days since 1970-01-01.
    pub fn from_day(day: i64) -> Self {
        Self::from_minutes(day.saturating_mul(DAY))
    }

    /// This moment `minutes` later (earlier when negative), cut to [`RANGE`].
    #[inline]
    pub fn plus(self, minutes: Minutes) -> Self {
        Self::from_minutes(self.minutes().saturating_add(minutes))
    }

    /// From a calendar date and a time of day; `None` where there is no such date.
    pub fn ymd_hm(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> Option<Self> {
        let at = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(hour, minute, 0)?;
        Some(Self::from_minutes(at.and_utc().timestamp().div_euclid(60)))
    }

    /// Year, month 1-12, day 1-31, hour and minute.
    pub fn parts(self) -> (i32, u32, u32, u32, u32) {
        let at = self.naive();
        (at.year(), at.month(), at.day(), at.hour(), at.minute())
    }

    /// Monday 0 to Sunday 6.
    pub const fn weekday(self) -> u8 {
        (self.day() + 3).rem_euclid(7) as u8
    }

    fn naive(self) -> NaiveDateTime {
        DateTime::from_timestamp(self.minutes() * 60, 0)
            .unwrap_or_default()
            .naive_utc()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, hour, minute) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no moment in `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM[:SS]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a moment (YYYY-MM-DDTHH:MM): {0:?}")]
pub struct ParseMomentError(String);

impl FromStr for Moment {
    type Err = ParseMomentError;

    /// Reads `YYYY-MM-DD` (midnight) and `YYYY-MM-DDTHH:MM`, with seconds dropped.
    fn from_str(text: &str) -> Result<Self, ParseMomentError> {
        let fail = || ParseMomentError(text.chars().take(64).collect());
        let parsed = figures(text).and_then(|[year, month, day, hour, minute, second]| {
            NaiveDate::from_ymd_opt(year.cast_signed(), month, day)?
                .and_hms_opt(hour, minute, second)
        });
        let seconds = parsed.ok_or_else(fail)?.and_utc().timestamp();
        let minutes = seconds.div_euclid(60);
        // what is cut is none that plans may hold
        match Self::from_minutes(minutes) {
            moment if moment.minutes() == minutes => Ok(moment),
            _ => Err(fail()),
        }
    }
}

/// Year, month, day, hour, minute, second. By hand: chrono's reader of patterns is 20 KB of WebAssembly.
fn figures(text: &str) -> Option<[u32; 6]> {
    let shape = match text.len() {
        10 => "0000-11-22",
        16 => "0000-11-22T33:44",
        19.. => "0000-11-22T33:44:55",
        _ => return None,
    };
    let mut figures = [0; 6];
    for (wanted, byte) in shape.bytes().zip(text.bytes()) {
        match figures.get_mut(usize::from(wanted.wrapping_sub(b'0'))) {
            Some(figure) if byte.is_ascii_digit() => {
                *figure = *figure * 10 + u32::from(byte - b'0');
            }
            None if byte == wanted => {}
            _ => return None,
        }
    }
    Some(figures)
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

/// Milliseconds since 1970-01-01T00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This time `ms` milliseconds later.
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this time; negative when `earlier` is later.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_its_text() {
        for text in [
            "1970-01-01T00:00",
            "2006-04-17T08:00",
            "1999-12-31T23:59",
            "2199-12-31T23:59",
            "1900-01-01T00:00",
        ] {
            assert_eq!(
                text.parse::<Moment>().map(|m| m.to_string()).as_deref(),
                Ok(text)
            );
        }
    }

    #[test]
    fn what_is_outside_the_range_is_refused_or_cut() {
        assert!("9999-12-31T00:00".parse::<Moment>().is_err());
        assert!("1899-12-31T23:59".parse::<Moment>().is_err());
        assert_eq!(Moment::from_minutes(i64::MAX), RANGE.1);
        assert_eq!(RANGE.1.plus(i64::MAX), RANGE.1);
        assert_eq!(RANGE.0.to_string(), "1900-01-01T00:00");
        assert_eq!(RANGE.1.to_string(), "2199-12-31T23:59");
    }

    #[test]
    fn weekdays_start_on_monday() {
        assert_eq!(
            Moment::ymd_hm(2026, 1, 5, 8, 0).map(Moment::weekday),
            Some(0)
        );
        assert_eq!(
            Moment::ymd_hm(2026, 11, 22, 0, 0).map(Moment::weekday),
            Some(6)
        );
    }
}
