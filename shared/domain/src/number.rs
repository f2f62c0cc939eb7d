//! Numbers 数字 that people write down, exact.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::fixed;

/// Digits after the point.
const DIGITS: usize = 6;
const SCALE: i128 = 1_000_000;

/// A number as people write it down: a whole number of millionths, at most 10^15 to either side of nothing. Text form
/// `-1234.5`, without zeros at the end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Number(i128);

impl Number {
    /// The nearest one; `None` where it is no number or more than 10^15.
    pub fn from_f64(number: f64) -> Option<Self> {
        let parts = (number * SCALE as f64).round();
        (parts.abs() <= (fixed::LIMIT * SCALE) as f64).then_some(Self(parts as i128))
    }

    /// The nearest floating one: for cells of worksheets and for drawing.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / SCALE as f64
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fixed::write(f, self.0, DIGITS)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no number: digits with at most six after the point, at most 10^15.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a number (1234.5): {0:?}")]
pub struct ParseNumberError(String);

impl FromStr for Number {
    type Err = ParseNumberError;

    /// Reads `-1234.5`: nothing is rounded, and there are no separators of thousands.
    fn from_str(text: &str) -> Result<Self, ParseNumberError> {
        let read = fixed::read(text, DIGITS).map(Self);
        read.ok_or_else(|| ParseNumberError(text.chars().take(64).collect()))
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_survives_its_text() {
        for text in ["0", "-0.000001", "12500", "1.25", "1000000000000000"] {
            let read: Number = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
        }
        for text in ["", "-", "1.", ".5", "1e3", "1,000", "0.0000001", "NaN"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
        assert!("1000000000000000.1".parse::<Number>().is_err());
    }

    #[test]
    fn what_is_no_number_is_none() {
        assert_eq!(Number::from_f64(f64::NAN), None);
        assert_eq!(Number::from_f64(2e15), None);
        let third = Number::from_f64(1.0 / 3.0).unwrap();
        assert_eq!(third.to_string(), "0.333333");
        assert!((third.to_f64() - 0.333_333).abs() < 1e-9);
    }
}
