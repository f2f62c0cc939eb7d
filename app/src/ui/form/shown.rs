//! Answers as people read them. Pure.

use shared::domain::money::Money;
use shared::domain::number::Number;
use shared::pack::form::{Field, FieldKind};
use shared::pack::text::Language;
use shared::pack::value::{Answers, Value};

use crate::ui::dates::{self, Lang};
use crate::ui::money;

/// What is needed to write an answer out.
pub struct Style<'a> {
    /// The language of dates and texts.
    pub lang: Lang,
    /// What yes and no are called.
    pub yes_no: (&'a str, &'a str),
    /// What a person, a department or a task is called.
    pub name: &'a dyn Fn(&Value) -> Option<String>,
    /// What an attached file is called.
    pub file: &'a dyn Fn(&str) -> String,
}

/// The language of a pack's texts that goes with a language of dates.
pub fn language(lang: Lang) -> Language {
    match lang {
        Lang::En => Language::English,
        Lang::Zh => Language::Chinese,
    }
}

/// What separates the things of a list.
pub fn between(lang: Lang) -> &'static str {
    match lang {
        Lang::En => ", ",
        Lang::Zh => "、",
    }
}

/// An answer as it is read: amounts with their currency, numbers with what they count, days written out.
pub fn shown(kind: &FieldKind, value: &Value, style: &Style<'_>) -> String {
    match (kind, value) {
        (FieldKind::Money { currency, .. }, Value::Money(amount)) => {
            with_currency(*amount, currency, style.lang)
        }
        (FieldKind::Number { unit, .. }, Value::Number(number)) => {
            let unit = unit.get(language(style.lang));
            match unit {
                "" => figures(*number),
                "%" | "‰" => format!("{}{unit}", figures(*number)),
                unit => format!("{} {unit}", figures(*number)),
            }
        }
        (_, Value::Date(day)) => long_date(*day, style.lang),
        (_, Value::YesNo(yes)) => {
            let (said, unsaid) = style.yes_no;
            if *yes { said } else { unsaid }.to_owned()
        }
        (FieldKind::Choice { options, .. }, Value::Choice(chosen)) => {
            let names = chosen.iter().map(|id| {
                let option = options.iter().find(|option| option.id == *id);
                option.map_or(id.as_str(), |option| option.name.get(language(style.lang)))
            });
            names.collect::<Vec<_>>().join(between(style.lang))
        }
        (_, Value::Files(files)) => {
            let names = files.iter().map(|file| (style.file)(file));
            names.collect::<Vec<_>>().join(between(style.lang))
        }
        (_, Value::Person(_) | Value::Department(_) | Value::Task(_)) => {
            (style.name)(value).unwrap_or_else(|| "–".to_owned())
        }
        _ => plain(value),
    }
}

/// An answer as it stands in a field that is typed into.
pub fn typed(kind: &FieldKind, value: &Value, style: &Style<'_>) -> String {
    match value {
        Value::Money(amount) => money::format(*amount),
        Value::Number(number) => figures(*number),
        Value::Date(day) => dates::iso(*day),
        _ => shown(kind, value, style),
    }
}

/// An answer whose field does not tell how to write it: computed, or of another kind than its field.
fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => figures(*number),
        Value::Money(amount) => money::format(*amount),
        Value::Date(day) => dates::iso(*day),
        Value::Choice(chosen) => {
            let chosen: Vec<&str> = chosen.iter().map(|id| id.as_str()).collect();
            chosen.join(", ")
        }
        Value::Table(rows) => rows.len().to_string(),
        _ => String::new(),
    }
}

/// A number with its digits in groups.
pub(super) fn figures(number: Number) -> String {
    money::grouped(&number.to_string())
}

/// A day as letters and forms write it: `2026年1月5日`, `5 Jan 2026`.
pub fn long_date(day: shared::base::Moment, lang: Lang) -> String {
    match lang {
        Lang::En => dates::date(day, lang),
        Lang::Zh => {
            let (year, month, day, _, _) = day.parts();
            format!("{year}年{month}月{day}日")
        }
    }
}

/// An amount with its currency: `12,500 元`, `CNY 12,500`.
fn with_currency(amount: Money, currency: &str, lang: Lang) -> String {
    let amount = money::format(amount);
    match (lang, currency) {
        (_, "") => amount,
        (Lang::Zh, "CNY") => format!("{amount} 元"),
        (Lang::Zh, currency) => format!("{amount} {currency}"),
        (Lang::En, currency) => format!("{currency} {amount}"),
    }
}

/// The sign of a currency beside a field that is typed into.
pub fn currency_sign(currency: &str, lang: Lang) -> String {
    match (lang, currency) {
        (Lang::Zh, "CNY") => "元".to_owned(),
        (_, currency) => currency.to_owned(),
    }
}

/// The sum of a column, in its own kind; `None` where nothing in it can be summed or the sum is more than numbers hold.
pub fn total(column: &Field, rows: &[Answers]) -> Option<Value> {
    let mut money = None::<Money>;
    let mut number = None::<Number>;
    for row in rows {
        match row.get(&column.id) {
            Some(Value::Money(amount)) => money = Some(money.unwrap_or_default() + *amount),
            Some(Value::Number(part)) => {
                number = Some(number.unwrap_or_default().checked_add(*part)?);
            }
            _ => {}
        }
    }
    match (money, number) {
        (Some(amount), None) => Some(Value::Money(amount)),
        (None, number) => number.map(Value::Number),
        // a column of both, as a merge can leave it, has no sum
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::base::Moment;
    use shared::pack::text::Texts;

    fn style(lang: Lang) -> Style<'static> {
        let yes_no = match lang {
            Lang::Zh => ("是", "否"),
            Lang::En => ("yes", "no"),
        };
        Style {
            lang,
            yes_no,
            name: &|_| Some("王建国".to_owned()),
            file: &|hash| format!("{hash}.pdf"),
        }
    }

    #[test]
    fn answers_are_written_in_the_language_of_the_reader() {
        let money = FieldKind::Money {
            currency: "CNY".into(),
            min: None,
            max: None,
        };
        let days = FieldKind::Number {
            min: None,
            max: None,
            digits: 0,
            unit: Texts {
                zh: "天".into(),
                en: "days".into(),
            },
        };
        let amount = Value::Money("1234567.5".parse().unwrap());
        let number = Value::Number("1200".parse().unwrap());
        let day = Value::Date(Moment::ymd_hm(2026, 1, 5, 0, 0).unwrap());
        for (lang, kind, value, text) in [
            (Lang::Zh, &money, &amount, "1,234,567.50 元"),
            (Lang::En, &money, &amount, "CNY 1,234,567.50"),
            (Lang::Zh, &days, &number, "1,200 天"),
            (Lang::En, &days, &number, "1,200 days"),
            (Lang::Zh, &FieldKind::Date, &day, "2026年1月5日"),
            (Lang::En, &FieldKind::Date, &day, "5 Jan 2026"),
            (Lang::Zh, &FieldKind::YesNo, &Value::YesNo(true), "是"),
        ] {
            assert_eq!(shown(kind, value, &style(lang)), text);
        }
        assert_eq!(typed(&money, &amount, &style(Lang::Zh)), "1,234,567.50");
        assert_eq!(
            typed(&FieldKind::Date, &day, &style(Lang::Zh)),
            "2026-01-05"
        );
    }

    #[test]
    fn an_answer_of_another_kind_is_shown_and_not_lost() {
        let amount = Value::Money("12".parse().unwrap());
        assert_eq!(shown(&FieldKind::Date, &amount, &style(Lang::Zh)), "12");
    }

    #[test]
    fn a_column_is_summed_in_its_own_kind() {
        let column = Field {
            id: "amount".parse().unwrap(),
            name: Texts::default(),
            help: Texts::default(),
            kind: FieldKind::Date,
            required: Default::default(),
            visible: None,
            rules: Vec::new(),
            width: 0,
        };
        let row = |value| Answers::from([("amount".parse().unwrap(), value)]);
        let money = |text: &str| Value::Money(text.parse().unwrap());
        let rows = [row(money("1.5")), Answers::new(), row(money("2"))];
        assert_eq!(total(&column, &rows), Some(money("3.5")));
        let mixed = [row(money("1")), row(Value::Number(Number::ZERO))];
        assert_eq!(total(&column, &mixed), None);
        assert_eq!(total(&column, &[]), None);
    }
}
