//! Money 金额, exact.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::fixed;

/// Parts of the currency's unit that are told apart: ten-thousandths (a fen 分 is 100 of them). Finer than a fen,
/// because rates and the files of other programs have four digits after the point; amounts in 万元 stay exact to 1 元.
const SCALE: i128 = 10_000;
/// Digits after the point.
const DIGITS: usize = 4;

/// An amount of money in a currency that the holder knows: a whole number of ten-thousandths of its unit. Text form
/// `-1234.5678`, without zeros at the end.
///
/// Sums and differences are exact. A portion is rounded once, half away from zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i128);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From hundredths of the unit (分, cents).
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths as i128 * (SCALE / 100))
    }

    /// From ten-thousandths of the unit, as documents keep amounts.
    pub const fn from_parts(parts: i64) -> Self {
        Self(parts as i128)
    }

    /// In ten-thousandths of the unit; `None` where that is more than such a number holds (922 million million units).
    pub fn parts(self) -> Option<i64> {
        i64::try_from(self.0).ok()
    }

    /// The nearest amount to a number of units; `None` when that is no number or more than 10^15.
    pub fn from_units(units: f64) -> Option<Self> {
        let parts = (units * SCALE as f64).round();
        (parts.abs() <= (fixed::LIMIT * SCALE) as f64).then_some(Self(parts as i128))
    }

    /// The amount in units: for ratios and for drawing, not for sums.
    pub fn units(self) -> f64 {
        self.0 as f64 / SCALE as f64
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// `part` of `whole` equal parts of it; nothing where there are no parts. `part` is cut to `0..=whole`, so that
    /// a portion is never more than the amount, grows with `part`, and is the amount itself at the end.
    pub fn portion(self, part: i64, whole: i64) -> Self {
        if whole <= 0 {
            return Self::ZERO;
        }
        let (part, whole) = (i128::from(part.clamp(0, whole)), i128::from(whole));
        // what is divided stays below 2^127: the rest is less than `whole`, which is less than 2^63
        let rest = self.0 % whole * part * 2;
        Self(self.0 / whole * part + (rest + whole * rest.signum()) / (whole * 2))
    }

    /// This amount divided by another; `None` where that is nothing.
    pub fn over(self, other: Self) -> Option<f64> {
        (other.0 != 0).then(|| self.0 as f64 / other.0 as f64)
    }

    /// The parts of a portion that has the ratio of two amounts: both halved until they fit.
    pub(crate) fn ratio(self, whole: Self) -> (i64, i64) {
        let (mut part, mut whole) = (self.0, whole.0);
        loop {
            match (i64::try_from(part), i64::try_from(whole)) {
                (Ok(part), Ok(whole)) => return (part, whole),
                _ => (part, whole) = (part / 2, whole / 2),
            }
        }
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fixed::write(f, self.0, DIGITS)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no amount: digits with at most four after the point, at most 10^15 units.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an amount of money (1234.5678): {0:?}")]
pub struct ParseMoneyError(String);

impl FromStr for Money {
    type Err = ParseMoneyError;

    /// Reads `-1234.5678`: nothing is rounded, and there are no separators of thousands.
    fn from_str(text: &str) -> Result<Self, ParseMoneyError> {
        fixed::read(text, DIGITS)
            .map(Self)
            .ok_or_else(|| ParseMoneyError(text.chars().take(64).collect()))
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_survives_its_text() {
        for text in ["0", "0.01", "-0.5", "31200.9609", "1000000000000000", "-7"] {
            assert_eq!(text.parse::<Money>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "-",
            ".5",
            "1.",
            "1.23456",
            "1,000",
            "1e3",
            "NaN",
            "+1",
            "9999999999999999",
        ] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_no_amount() {
        assert_eq!(Money::from_units(f64::NAN), None);
        assert_eq!(Money::from_units(f64::INFINITY), None);
        assert_eq!(Money::from_units(1e16), None);
        assert_eq!(Money::from_units(0.1 + 0.2), Some("0.3".parse().unwrap()));
        assert_eq!(Money::from_hundredths(-1234).to_string(), "-12.34");
    }

    #[test]
    fn a_portion_is_rounded_once_and_is_whole_at_the_end() {
        let third = Money::from_hundredths(100).portion(1, 3);
        assert_eq!(third.to_string(), "0.3333");
        let amount: Money = "1000000000000000".parse().unwrap();
        assert_eq!(amount.portion(i64::MAX, i64::MAX), amount);
        let less: Money = "999999999999999.9999".parse().unwrap();
        assert_eq!(amount.portion(i64::MAX - 1, i64::MAX), less);
        assert_eq!(amount.portion(5, 0), Money::ZERO);
        assert_eq!(amount.portion(9, 5), amount);
        assert_eq!(amount.portion(-1, 5), Money::ZERO);
        let debt: Money = "-0.0001".parse().unwrap();
        assert_eq!(debt.portion(1, 2), debt);
        assert_eq!(debt.portion(1, 3), Money::ZERO);
    }
}
