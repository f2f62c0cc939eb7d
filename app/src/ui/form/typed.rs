//! What people type or paste, as answers. Pure.

use std::rc::Rc;

use shared::base::Moment;
use shared::domain::number::Number;
use shared::pack::form::FieldKind;
use shared::pack::value::Value;

use crate::ui::{dates, money};

/// Something that can be picked: a person, a department, a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The answer that it is.
    pub value: Value,
    /// What it is called.
    pub name: String,
    /// What tells it from others of its name: a department, a place in the plan; may be empty.
    pub more: String,
}

/// Why a text is no answer to its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// No number.
    Number,
    /// No amount.
    Money,
    /// No day.
    Date,
    /// Neither yes nor no.
    YesNo,
    /// No option of the field.
    Option,
    /// Nobody and nothing is called so.
    Nobody,
    /// Several are called so.
    Several,
    /// This cannot be typed: files and pictures.
    NotTyped,
}

/// What is needed to read a text.
pub struct Reading<'a> {
    /// Today, for days without a year.
    pub today: Moment,
    /// Who or what can be picked in a field of this kind.
    pub candidates: &'a dyn Fn(&FieldKind) -> Rc<[Candidate]>,
}

/// The answer that a text is; `None` for an empty one.
pub fn read(kind: &FieldKind, text: &str, how: &Reading<'_>) -> Result<Option<Value>, Unread> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let value = match kind {
        FieldKind::Text { .. } => Value::Text(text.trim().to_owned()),
        FieldKind::Prose { .. } => Value::Text(text.trim_end().to_owned()),
        FieldKind::Number { unit, .. } => {
            Value::Number(number(text, &[&unit.zh, &unit.en]).ok_or(Unread::Number)?)
        }
        FieldKind::Money { currency, .. } => {
            let text = text.trim();
            let text = text
                .strip_prefix(currency.as_str())
                .or_else(|| text.strip_suffix(currency.as_str()))
                .unwrap_or(text);
            Value::Money(money::parse_signed(text).ok_or(Unread::Money)?)
        }
        FieldKind::Date => {
            let (at, _) = dates::parse(text, how.today, how.today).ok_or(Unread::Date)?;
            Value::Date(Moment::from_day(at.day()))
        }
        FieldKind::YesNo => Value::YesNo(yes_no(text).ok_or(Unread::YesNo)?),
        FieldKind::Choice { options, many } => {
            let parts: Vec<&str> = match many {
                true => text.split([',', '，', ';', '；', '、', '/']).collect(),
                false => vec![text],
            };
            let mut chosen = Vec::new();
            for part in parts.iter().map(|part| part.trim()) {
                if part.is_empty() {
                    continue;
                }
                let called = |name: &str| name.trim().eq_ignore_ascii_case(part);
                let found = options
                    .iter()
                    .find(|option| called(&option.name.zh) || called(&option.name.en))
                    .or_else(|| options.iter().find(|option| called(option.id.as_str())));
                let found = found.ok_or(Unread::Option)?;
                if !chosen.contains(&found.id) {
                    chosen.push(found.id.clone());
                }
            }
            Value::Choice(chosen)
        }
        FieldKind::Person { .. } | FieldKind::Department | FieldKind::Task => {
            let text = text.trim();
            let all = (how.candidates)(kind);
            let mut called = all.iter().filter(|one| one.name.trim() == text);
            match (called.next(), called.next()) {
                (Some(one), None) => one.value.clone(),
                (Some(_), Some(_)) => return Err(Unread::Several),
                (None, _) => return Err(Unread::Nobody),
            }
        }
        _ => return Err(Unread::NotTyped),
    };
    Ok(Some(value))
}

/// A number as people type it, with or without what it counts.
fn number(text: &str, units: &[&str]) -> Option<Number> {
    let mut text = text.trim();
    for unit in units.iter().filter(|unit| !unit.is_empty()) {
        text = text.strip_suffix(unit).unwrap_or(text).trim_end();
    }
    match money::negative(text) {
        Some(rest) => Some(money::figures(rest)?.parse::<Number>().ok()?.negated()),
        None => money::figures(text)?.parse().ok(),
    }
}

fn yes_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "是" | "有" | "对" | "√" | "✓" | "y" | "yes" | "true" | "1" => Some(true),
        "否" | "无" | "不" | "×" | "✗" | "n" | "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::base::PersonId;
    use shared::pack::form::Choice;
    use shared::pack::text::Texts;

    fn texts(zh: &str, en: &str) -> Texts {
        Texts {
            zh: zh.into(),
            en: en.into(),
        }
    }

    fn reading(kind: &FieldKind, text: &str) -> Result<Option<Value>, Unread> {
        let person = |byte, name: &str| Candidate {
            value: Value::Person(PersonId::from_bytes([byte; 16])),
            name: name.to_owned(),
            more: String::new(),
        };
        let how = Reading {
            today: Moment::ymd_hm(2026, 6, 1, 9, 30).unwrap(),
            candidates: &|_| Rc::new([person(1, "李娜"), person(2, "王伟"), person(3, "王伟")]),
        };
        read(kind, text, &how)
    }

    #[test]
    fn numbers_and_amounts_are_read_as_people_type_them() {
        let money = FieldKind::Money {
            currency: "CNY".into(),
            min: None,
            max: None,
        };
        for (text, amount) in [
            ("1.25万", "12500"),
            ("￥3,000", "3000"),
            ("１２，３４５．５", "12345.5"),
            ("－200", "-200"),
            ("CNY 7", "7"),
        ] {
            let read = reading(&money, text).unwrap();
            assert_eq!(read, Some(Value::Money(amount.parse().unwrap())), "{text}");
        }
        assert_eq!(reading(&money, "lots"), Err(Unread::Money));
        let number = FieldKind::Number {
            min: None,
            max: None,
            digits: 6,
            unit: texts("天", "days"),
        };
        for (text, figure) in [
            ("12 天", "12"),
            ("-0.5", "-0.5"),
            ("3 days", "3"),
            ("1,200", "1200"),
        ] {
            let read = reading(&number, text).unwrap();
            assert_eq!(read, Some(Value::Number(figure.parse().unwrap())), "{text}");
        }
        assert_eq!(reading(&number, "十二"), Err(Unread::Number));
        assert_eq!(reading(&number, "  "), Ok(None));
    }

    #[test]
    fn options_are_read_by_their_names_in_either_language() {
        let option = |id: &str, zh: &str, en: &str| Choice {
            id: id.parse().unwrap(),
            name: texts(zh, en),
        };
        let options = vec![
            option("labour", "人工费", "Labour"),
            option("travel", "差旅费", "Travel"),
        ];
        let choice = |many| FieldKind::Choice {
            options: options.clone(),
            many,
        };
        let chosen = |ids: &[&str]| {
            let ids = ids.iter().map(|id| id.parse().unwrap());
            Ok(Some(Value::Choice(ids.collect())))
        };
        assert_eq!(reading(&choice(false), "差旅费"), chosen(&["travel"]));
        assert_eq!(
            reading(&choice(true), "travel、人工费"),
            chosen(&["travel", "labour"])
        );
        assert_eq!(reading(&choice(false), "其他"), Err(Unread::Option));
        assert_eq!(
            reading(&FieldKind::YesNo, "√"),
            Ok(Some(Value::YesNo(true)))
        );
        assert_eq!(reading(&FieldKind::YesNo, "也许"), Err(Unread::YesNo));
    }

    #[test]
    fn a_name_that_several_have_is_not_guessed() {
        let person = FieldKind::Person { role: None };
        let li = Value::Person(PersonId::from_bytes([1; 16]));
        assert_eq!(reading(&person, " 李娜 "), Ok(Some(li)));
        assert_eq!(reading(&person, "王伟"), Err(Unread::Several));
        assert_eq!(reading(&person, "赵六"), Err(Unread::Nobody));
    }

    #[test]
    fn days_have_no_time() {
        let day = Value::Date(Moment::ymd_hm(2026, 1, 5, 0, 0).unwrap());
        assert_eq!(
            reading(&FieldKind::Date, "2026-01-05 13:00"),
            Ok(Some(day.clone()))
        );
        assert_eq!(reading(&FieldKind::Date, "1月5日"), Ok(Some(day)));
    }
}
