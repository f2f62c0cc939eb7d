//! Numbers 数字 that people write down, exact.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::fixed;
use crate::money::Money;

/// Digits after the point.
const DIGITS: usize = 6;
const SCALE: i128 = 1_000_000;

/// A number as people write it down: a whole number of millionths, at most 10^15 to either side of nothing. Text form
/// `-1234.5`, without zeros at the end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Number(i128);

impl Number {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum; `None` where it is more than 10^15.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::within(self.0 + other.0)
    }

    /// The difference; `None` where it is more than 10^15.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::within(self.0 - other.0)
    }

    /// The product, rounded once to millionths, half away from zero; `None` where it is more than 10^15.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        // whole units and what is below them apart: each product stays below 2^127
        let (units, below) = (self.0 / SCALE, self.0 % SCALE);
        Self::within((units * other.0).checked_add(half_away(below * other.0, SCALE))?)
    }

    /// The quotient, rounded once to millionths, half away from zero; `None` where `other` is nothing or it is more
    /// than 10^15.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        if other.0 == 0 {
            return None;
        }
        let sign = other.0.signum();
        Self::within(half_away(self.0 * SCALE * sign, other.0.abs()))
    }

    /// With so many digits after the point, half away from zero; six and more leave it as it is.
    pub fn round(self, digits: u32) -> Self {
        match 10i128.checked_pow(6u32.saturating_sub(digits)) {
            Some(step) => Self(half_away(self.0, step) * step),
            None => self,
        }
    }

    /// The other side of nothing.
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }

    /// How many whole units it is; `None` where there is something below them.
    pub fn whole(self) -> Option<i64> {
        (self.0 % SCALE == 0)
            .then(|| i64::try_from(self.0 / SCALE).ok())
            .flatten()
    }

    /// So many units, cut to 10^15.
    pub const fn from_whole(units: i64) -> Self {
        let limit = fixed::LIMIT;
        let units = units as i128;
        if units > limit {
            return Self(limit * SCALE);
        }
        if units < -limit {
            return Self(-limit * SCALE);
        }
        Self(units * SCALE)
    }

    /// An amount of money as a number of its units; `None` where it is more than 10^15.
    pub fn from_money(amount: Money) -> Option<Self> {
        let parts = i128::from(amount.parts()?);
        Self::within(parts * (SCALE / 10_000))
    }

    /// That many units of a currency, to its ten-thousandths; `None` where it is more than amounts hold.
    pub fn to_money(self) -> Option<Money> {
        let parts = half_away(self.0, SCALE / 10_000);
        i64::try_from(parts).ok().map(Money::from_parts)
    }

    fn within(parts: i128) -> Option<Self> {
        (parts.abs() <= fixed::LIMIT * SCALE).then_some(Self(parts))
    }

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

/// `part / whole`, rounded half away from zero; `whole` is more than nothing.
fn half_away(part: i128, whole: i128) -> i128 {
    let (quotient, rest) = (part / whole, part % whole);
    if rest.abs() * 2 >= whole {
        return quotient + part.signum();
    }
    quotient
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

    #[test]
    fn products_and_quotients_are_rounded_once_and_never_overflow() {
        let number = |text: &str| text.parse::<Number>().unwrap();
        let times = |a: &str, b: &str| number(a).checked_mul(number(b)).map(|n| n.to_string());
        let by = |a: &str, b: &str| number(a).checked_div(number(b)).map(|n| n.to_string());
        assert_eq!(times("0.1", "0.2").as_deref(), Some("0.02"));
        assert_eq!(times("-1.5", "1.000001").as_deref(), Some("-1.500002"));
        assert_eq!(times("1000000000000000", "1.1"), None);
        assert_eq!(times("1000000000000000", "1000000000000000"), None);
        assert_eq!(
            times("999999999.999999", "999999.999999").as_deref(),
            Some("999999999998999")
        );
        assert_eq!(by("1", "-3").as_deref(), Some("-0.333333"));
        assert_eq!(by("2", "3").as_deref(), Some("0.666667"));
        assert_eq!(by("1", "0"), None);
        assert_eq!(by("1000000000000000", "0.5"), None);
        assert_eq!(number("2.345").round(2).to_string(), "2.35");
        assert_eq!(number("-2.345").round(2).to_string(), "-2.35");
        assert_eq!(
            number("1000000000000000").checked_add(number("0.000001")),
            None
        );
        assert_eq!(
            number("12.3456")
                .to_money()
                .map(|m| m.to_string())
                .as_deref(),
            Some("12.3456")
        );
        assert_eq!(
            Number::from_money(number("7.25").to_money().unwrap()),
            Some(number("7.25"))
        );
    }
}
