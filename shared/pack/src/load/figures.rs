//! Numbers of files.

use std::str::FromStr;

use toml::de::DeValue;

use super::part::{Found, Part};
use crate::problem::Wrong;

impl Part<'_> {
    /// A whole number within bounds.
    pub(crate) fn count(
        &self,
        found: &mut Found,
        key: &'static str,
        range: (i64, i64),
    ) -> Option<u32> {
        let value = self.value(key)?;
        let DeValue::Integer(figures) = value.get_ref() else {
            self.wanted(found, value, "a whole number");
            return None;
        };
        let (min, max) = range;
        let number = i64::from_str_radix(figures.as_str(), figures.radix()).ok();
        let number = number.filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.wrong(found, value.span().start, Wrong::OutOfRange { min, max });
        }
        number.and_then(|number| u32::try_from(number).ok())
    }

    /// A number or an amount: figures in quotation marks, which nothing rounds, or a whole number.
    pub(crate) fn amount<T: FromStr>(&self, found: &mut Found, key: &'static str) -> Option<T> {
        let value = self.value(key)?;
        let text = match value.get_ref() {
            DeValue::String(text) => text,
            DeValue::Integer(figures) if figures.radix() == 10 => figures.as_str(),
            _ => {
                self.wanted(found, value, "a number as text, or a whole number");
                return None;
            }
        };
        let number = text.parse().ok();
        if number.is_none() {
            self.wrong(found, value.span().start, Wrong::BadAmount);
        }
        number
    }
}
