//! Custom fields 自定义字段: what a plan's people keep of its tasks beside what every plan keeps. A field has a kind, and
//! holds one value of each task at most. A value says itself what it is: where a field got another kind, what was
//! written before is still there, shown as text.

mod kept;
mod typed;
mod values;

use std::cmp::Ordering;

use base::{FieldId, Moment, OptionId};
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::number::Number;
pub use values::FieldValues;

/// What a field's values are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum FieldKind {
    /// Text 文本.
    #[default]
    Text,
    /// A number 数字.
    Number,
    /// Money 金额, in the currency of the organisation.
    Money,
    /// A date 日期.
    Date,
    /// Yes or no 是否.
    YesNo,
    /// One of the field's options 单选.
    Choice,
    /// A person 人员.
    Person,
    /// Something that a newer version knows, by its name in documents. Values are shown as text.
    Other(String),
}

/// An option 选项 of a field. Values name it by its key: another name loses none of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldOption {
    /// What values hold.
    pub key: OptionId,
    /// What people call it.
    pub name: String,
    /// It is offered no more; what holds it keeps it.
    #[serde(default)]
    pub removed: bool,
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FieldValue {
    /// A text.
    Text(String),
    /// A number.
    Number(Number),
    /// An amount; negative ones too.
    Money(Money),
    /// A day at 00:00, or a minute of one.
    Date(Moment),
    /// Yes or no; a task of which neither is said has no value.
    YesNo(bool),
    /// An option's key.
    Choice(OptionId),
    /// A person id as text, or a name that came with a file.
    Person(String),
    /// Something that this version cannot read, as it is kept.
    Other(String),
}

/// A custom field of a plan's tasks, with the values of all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    /// Its id in the plan.
    pub id: FieldId,
    /// The number that MS Project knows it by, where it was imported.
    #[serde(default)]
    pub uid: Option<i64>,
    /// What people call it.
    pub name: String,
    /// What its values are.
    pub kind: FieldKind,
    /// What may be chosen, in order, removed ones too. Kept while the field is of another kind.
    #[serde(default)]
    pub options: Vec<FieldOption>,
    /// The values, of the tasks that have one.
    #[serde(default)]
    pub values: FieldValues,
}

/// How yes and no are written, in a person's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YesNo<'a> {
    /// Yes.
    pub yes: &'a str,
    /// No.
    pub no: &'a str,
}

/// Why a typed text is no value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
pub enum FieldProblem {
    /// A text, or a name, of more than 2,000 characters.
    #[error("longer than 2,000 characters")]
    TooLong,
    /// No number, more than 10^15, or more than six digits after the point.
    #[error("not a number (1234.5), or one with more than six digits after the point")]
    Number,
    /// No amount, more than 10^15, or more than four digits after the point.
    #[error("not an amount of money (1234.56)")]
    Money,
    /// No date, or one outside the years 1900 to 2199.
    #[error("not a date (2026-03-02)")]
    Date,
    /// Neither yes nor no.
    #[error("neither yes nor no")]
    YesNo,
    /// No option of that name.
    #[error("there is no such option")]
    NoOption,
    /// The field is of a kind that this version does not know.
    #[error("only a newer version can write this field")]
    Newer,
}

/// Longest text of a value, in characters.
pub(crate) const MAX_TEXT: usize = 2_000;

impl CustomField {
    /// A field without options and values.
    pub fn new(id: FieldId, name: String, kind: FieldKind) -> Self {
        Self {
            id,
            uid: None,
            name,
            kind,
            options: Vec::new(),
            values: FieldValues::default(),
        }
    }

    /// Whether a value is of the field's kind. One that is not is shown as text.
    pub fn fits(&self, value: &FieldValue) -> bool {
        matches!(
            (&self.kind, value),
            (FieldKind::Text, FieldValue::Text(_))
                | (FieldKind::Number, FieldValue::Number(_))
                | (FieldKind::Money, FieldValue::Money(_))
                | (FieldKind::Date, FieldValue::Date(_))
                | (FieldKind::YesNo, FieldValue::YesNo(_))
                | (FieldKind::Choice, FieldValue::Choice(_))
                | (FieldKind::Person, FieldValue::Person(_))
        )
    }

    /// An option, removed ones too.
    pub fn option(&self, key: OptionId) -> Option<&FieldOption> {
        self.options.iter().find(|option| option.key == key)
    }

    /// A value as plain text: `1234.5`, `2026-03-02` or `2026-03-02 13:00`, an option's name, a person as it is kept.
    /// What [`CustomField::parse`] reads back, persons and what does not fit aside.
    pub fn to_text(&self, value: &FieldValue, words: YesNo<'_>) -> String {
        match value {
            FieldValue::Text(text) | FieldValue::Person(text) => text.clone(),
            FieldValue::Number(number) => number.to_string(),
            FieldValue::Money(amount) => amount.to_string(),
            FieldValue::Date(at) => date_text(*at),
            FieldValue::YesNo(true) => words.yes.to_owned(),
            FieldValue::YesNo(false) => words.no.to_owned(),
            FieldValue::Choice(key) => match self.option(*key) {
                Some(option) => option.name.clone(),
                None => key.to_string(),
            },
            FieldValue::Other(kept) => kept::without_letter(kept).to_owned(),
        }
    }

    /// The order of two tasks by their values of this field: numbers by size, dates by time, no before yes, options in
    /// the field's order, texts as they are spelled. What does not fit the kind comes after what does, nothing last.
    pub fn compare(&self, a: Option<&FieldValue>, b: Option<&FieldValue>) -> Ordering {
        let (Some(a), Some(b)) = (a, b) else {
            return b.is_some().cmp(&a.is_some());
        };
        if self.fits(a) != self.fits(b) {
            return self.fits(b).cmp(&self.fits(a));
        }
        let place = |key: &OptionId| {
            let mut options = self.options.iter();
            options
                .position(|option| option.key == *key)
                .unwrap_or(usize::MAX)
        };
        match (a, b) {
            (FieldValue::Number(a), FieldValue::Number(b)) => a.cmp(b),
            (FieldValue::Money(a), FieldValue::Money(b)) => a.cmp(b),
            (FieldValue::Date(a), FieldValue::Date(b)) => a.cmp(b),
            (FieldValue::YesNo(a), FieldValue::YesNo(b)) => a.cmp(b),
            (FieldValue::Choice(a), FieldValue::Choice(b)) => (place(a), a).cmp(&(place(b), b)),
            (a, b) => {
                let words = YesNo { yes: "1", no: "0" };
                self.to_text(a, words).cmp(&self.to_text(b, words))
            }
        }
    }
}

impl FieldValue {
    /// Whether a plan can hold it: texts of at most 2,000 characters that are not empty.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Text(text) | Self::Person(text) | Self::Other(text) => {
                !text.is_empty() && !is_too_long(text)
            }
            _ => true,
        }
    }
}

fn is_too_long(text: &str) -> bool {
    text.len() > MAX_TEXT && text.chars().count() > MAX_TEXT
}

fn date_text(at: Moment) -> String {
    let (year, month, day, hour, minute) = at.parts();
    match at.minute_of_day() {
        0 => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn field(kind: FieldKind) -> CustomField {
        let option = |n: u8, name: &str| FieldOption {
            key: OptionId::from_bytes([n; 8]),
            name: name.to_owned(),
            removed: n == 3,
        };
        CustomField {
            options: vec![option(2, "High"), option(1, "低"), option(3, "Old")],
            ..CustomField::new(FieldId::from_bytes([1; 8]), "Risk".to_owned(), kind)
        }
    }

    #[test]
    fn values_are_sorted_by_what_they_are() {
        let sorted = |field: &CustomField, kept: &[&str]| -> Vec<String> {
            let mut values: Vec<Option<FieldValue>> = kept
                .iter()
                .map(|kept| (!kept.is_empty()).then(|| FieldValue::from_kept(kept)))
                .collect();
            values.sort_by(|a, b| field.compare(a.as_ref(), b.as_ref()));
            let text = |value: Option<FieldValue>| value.map(|v| v.to_string()).unwrap_or_default();
            values.into_iter().map(text).collect()
        };
        assert_eq!(
            sorted(
                &field(FieldKind::Number),
                &["", "n:10", "t:7", "n:-2.5", "n:9"]
            ),
            ["n:-2.5", "n:9", "n:10", "t:7", ""]
        );
        let (high, low) = (OptionId::from_bytes([2; 8]), OptionId::from_bytes([1; 8]));
        let (high, low) = (format!("c:{high}"), format!("c:{low}"));
        assert_eq!(
            sorted(&field(FieldKind::Choice), &[&low, "t:a", &high]),
            [high.as_str(), &low, "t:a"]
        );
        assert_eq!(
            sorted(&field(FieldKind::YesNo), &["y:1", "", "y:0"]),
            ["y:0", "y:1", ""]
        );
        assert_eq!(
            sorted(
                &field(FieldKind::Date),
                &["d:2026-03-02T08:00", "d:2025-12-31T00:00"]
            ),
            ["d:2025-12-31T00:00", "d:2026-03-02T08:00"]
        );
    }

    #[test]
    fn what_does_not_fit_the_kind_is_shown_as_text() {
        let words = YesNo {
            yes: "是",
            no: "否",
        };
        let high = OptionId::from_bytes([2; 8]);
        for (kept, text) in [
            ("t:abc", "abc".to_owned()),
            ("n:12500", "12500".to_owned()),
            ("m:-3.5", "-3.5".to_owned()),
            ("d:2026-03-02T00:00", "2026-03-02".to_owned()),
            ("d:2026-03-02T13:05", "2026-03-02 13:05".to_owned()),
            ("y:0", "否".to_owned()),
            (&format!("c:{high}"), "High".to_owned()),
            ("p:王建国", "王建国".to_owned()),
            ("u:3 h", "3 h".to_owned()),
            ("whatever", "whatever".to_owned()),
        ] {
            let value = FieldValue::from_kept(kept);
            for kind in [FieldKind::Text, FieldKind::Number, FieldKind::Choice] {
                assert_eq!(field(kind).to_text(&value, words), text);
            }
        }
        // an option of another field: its key
        let other = FieldValue::Choice(OptionId::from_bytes([9; 8]));
        let text = field(FieldKind::Choice).to_text(&other, words);
        assert_eq!(text, OptionId::from_bytes([9; 8]).to_string());
    }
}
