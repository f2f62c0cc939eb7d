//! Values as people type them.

use base::Moment;

use super::{CustomField, FieldKind, FieldProblem, FieldValue, is_too_long};

impl CustomField {
    /// What a typed text means as a value of this field; `None` where nothing is typed. Understood are full-width
    /// characters, `1,234.5`, `1.25万`, `3亿`, signs of currencies; `2026-03-02`, `2026/3/2`, `2026年3月2日`, `2 Mar 2026`,
    /// each with a time or without, `3-2` in the year of `today`, 今天; 是, 否, `yes`, `no`, `√`; options by their names.
    /// A person is taken as it is typed: who knows the people puts an id there.
    ///
    /// # Errors
    /// Where the text is no value of this kind, or more than a plan holds.
    pub fn parse(&self, typed: &str, today: Moment) -> Result<Option<FieldValue>, FieldProblem> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let value = match &self.kind {
            FieldKind::Text | FieldKind::Person if is_too_long(typed) => {
                return Err(FieldProblem::TooLong);
            }
            FieldKind::Text => FieldValue::Text(typed.to_owned()),
            FieldKind::Person => FieldValue::Person(typed.to_owned()),
            FieldKind::Number => {
                let number = decimal(&narrow(typed)).and_then(|text| text.parse().ok());
                FieldValue::Number(number.ok_or(FieldProblem::Number)?)
            }
            FieldKind::Money => {
                let amount = amount(&narrow(typed)).and_then(|text| text.parse().ok());
                FieldValue::Money(amount.ok_or(FieldProblem::Money)?)
            }
            FieldKind::Date => {
                let at = date(&narrow(typed).to_lowercase(), today);
                FieldValue::Date(at.ok_or(FieldProblem::Date)?)
            }
            FieldKind::YesNo => {
                let yes = yes_no(&narrow(typed).to_lowercase());
                FieldValue::YesNo(yes.ok_or(FieldProblem::YesNo)?)
            }
            FieldKind::Choice => self.choice(typed).ok_or(FieldProblem::NoOption)?,
            FieldKind::Other(_) => return Err(FieldProblem::Newer),
        };
        Ok(Some(value))
    }

    /// The option of that name: spelled so, or else in other letters of the same sound (capital, full width).
    fn choice(&self, typed: &str) -> Option<FieldValue> {
        let like = |text: &str| narrow(text.trim()).to_lowercase();
        let offered = || self.options.iter().filter(|option| !option.removed);
        let found = offered()
            .find(|option| option.name.trim() == typed)
            .or_else(|| offered().find(|option| like(&option.name) == like(typed)))?;
        Some(FieldValue::Choice(found.key))
    }
}

/// Full-width characters as the usual ones.
fn narrow(text: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '￥' => '¥',
        '−' | '–' => '-',
        '\u{3000}' | '\u{a0}' | '\u{202f}' => ' ',
        c => c,
    };
    text.chars().map(narrow).collect()
}

/// A typed amount as `-1234.5`.
fn amount(text: &str) -> Option<String> {
    let (sign, text) = signed(text);
    let text = text
        .trim_start_matches(['¥', '$', '€', '£'])
        .trim_end_matches('元')
        .trim();
    // the sign may stand on either side of the currency's
    let (inner, _) = signed(text);
    match (sign, inner) {
        ("-", "-") => None,
        (sign, _) => decimal(&format!("{sign}{text}")),
    }
}

fn signed(text: &str) -> (&str, &str) {
    match (text.strip_prefix('-'), text.strip_prefix('+')) {
        (Some(size), _) => ("-", size.trim_start()),
        (_, Some(size)) => ("", size.trim_start()),
        _ => ("", text),
    }
}

/// A typed number as `-1234.5`: nothing is rounded, and the point moves where it counts ten thousands.
fn decimal(text: &str) -> Option<String> {
    let (sign, size) = signed(text);
    let (size, times) = match (size.strip_suffix('万'), size.strip_suffix('亿')) {
        (Some(size), _) => (size, 4),
        (_, Some(size)) => (size, 8),
        _ => (size, 0),
    };
    let size = size.trim_end();
    let (whole, part) = size.split_once('.').unwrap_or((size, ""));
    let whole = ungrouped(whole)?;
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !digits(&whole) || !digits(part) {
        return None;
    }
    let padded = format!("{part:0<times$}");
    let (more, rest) = padded.split_at_checked(times)?;
    let units = format!("{whole}{more}");
    let units = match units.trim_start_matches('0') {
        "" => "0",
        units => units,
    };
    Some(match rest.trim_end_matches('0') {
        "" if units == "0" => "0".to_owned(),
        "" => format!("{sign}{units}"),
        rest => format!("{sign}{units}.{rest}"),
    })
}

/// Digits without their separators of thousands; `None` where these stand elsewhere: `1,5` is no 15.
fn ungrouped(whole: &str) -> Option<String> {
    let groups: Vec<&str> = whole.split([',', ' ', '\'']).collect();
    let (first, others) = groups.split_first()?;
    let sound = others.is_empty()
        || ((1..=3).contains(&first.len()) && others.iter().all(|group| group.len() == 3));
    sound.then(|| groups.concat())
}

fn yes_no(text: &str) -> Option<bool> {
    Some(match text {
        "是" | "对" | "有" | "yes" | "y" | "true" | "1" | "√" | "✓" | "✔" | "☑" => true,
        "否" | "不" | "无" | "不是" | "no" | "n" | "false" | "0" | "×" | "✗" | "✘" | "☐" => {
            false
        }
        _ => return None,
    })
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// A typed date in small letters; 00:00 where no time is typed.
fn date(text: &str, today: Moment) -> Option<Moment> {
    if matches!(text, "today" | "今天") {
        return Some(Moment::from_day(today.day()));
    }
    let (text, time) = clock(text)?;
    let mut numbers: Vec<u32> = Vec::new();
    let mut named = None;
    for part in text.split(|c: char| "-/.年月日号, ".contains(c)) {
        if part.is_empty() {
            continue;
        }
        if let Ok(number) = part.parse() {
            numbers.push(number);
            continue;
        }
        let month = MONTHS.iter().position(|month| part.starts_with(month))?;
        if named.replace(month as u32 + 1).is_some() {
            return None;
        }
    }
    let this_year = today.parts().0;
    let (year, month, day) = match (numbers.as_slice(), named) {
        ([day, year] | [year, day], Some(month)) if *year > 31 => (*year as i32, month, *day),
        ([day], Some(month)) => (this_year, month, *day),
        ([year, month, day], None) if *year > 31 => (*year as i32, *month, *day),
        // two digits of a year that can be no day of a month
        ([short, month, day], None) if *short > 12 => (2000 + *short as i32, *month, *day),
        ([month, day], None) => (this_year, *month, *day),
        // digits alone, as they stand in numbers of documents
        ([number], None) if (19_000_101..=21_991_231).contains(number) => {
            let day = number % 100;
            ((number / 10_000) as i32, number / 100 % 100, day)
        }
        _ => return None,
    };
    let in_range = (1900..2200).contains(&year);
    let (hour, minute) = time;
    in_range.then(|| Moment::ymd_hm(year, month, day, hour, minute))?
}

/// A text without the time at its end, and the time.
fn clock(text: &str) -> Option<(&str, (u32, u32))> {
    let Some((day, time)) = text
        .rsplit_once([' ', 't'])
        .filter(|(_, t)| t.contains(':'))
    else {
        return Some((text, (0, 0)));
    };
    let mut parts = time.split(':').map(|part| part.parse::<u32>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    // seconds are not kept
    match (parts.next(), parts.next()) {
        (None | Some(Some(_)), None) => Some((day, (hour, minute))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::field;
    use super::*;

    fn read(kind: FieldKind, typed: &str) -> Result<String, FieldProblem> {
        let today = Moment::ymd_hm(2026, 11, 22, 9, 0).unwrap();
        let value = field(kind).parse(typed, today)?;
        Ok(value.map(|value| value.to_string()).unwrap_or_default())
    }

    #[test]
    fn numbers_are_understood_as_people_type_them() {
        for (typed, kept) in [
            ("", ""),
            (" 12 ", "n:12"),
            ("１２，３４５．５", "n:12345.5"),
            ("1 234 567", "n:1234567"),
            ("-1,000.25", "n:-1000.25"),
            ("−5", "n:-5"),
            ("＋5", "n:5"),
            ("1.25万", "n:12500"),
            ("-3亿", "n:-300000000"),
            (".5", "n:0.5"),
            ("007", "n:7"),
            ("-0", "n:0"),
            ("1.5000000", "n:1.5"),
        ] {
            assert_eq!(
                read(FieldKind::Number, typed).as_deref(),
                Ok(kept),
                "{typed}"
            );
        }
        for typed in [
            "a",
            "1,5",
            "1,0000",
            "1.2.3",
            "--1",
            "1e5",
            "万",
            ".",
            "9999999999999999",
            "0.0000001",
        ] {
            assert_eq!(
                read(FieldKind::Number, typed),
                Err(FieldProblem::Number),
                "{typed}"
            );
        }
        for (typed, kept) in [
            ("￥3,000元", "m:3000"),
            ("¥-2.5", "m:-2.5"),
            ("-¥2.5", "m:-2.5"),
            ("$ 1 000", "m:1000"),
            ("0.00015亿", "m:15000"),
        ] {
            assert_eq!(
                read(FieldKind::Money, typed).as_deref(),
                Ok(kept),
                "{typed}"
            );
        }
        for typed in ["-¥-2", "¥", "1.00001", "free"] {
            assert_eq!(
                read(FieldKind::Money, typed),
                Err(FieldProblem::Money),
                "{typed}"
            );
        }
    }

    #[test]
    fn dates_are_understood_as_people_type_them() {
        for (typed, kept) in [
            ("2026-03-02", "d:2026-03-02T00:00"),
            ("2026/3/2", "d:2026-03-02T00:00"),
            ("２０２６．３．２", "d:2026-03-02T00:00"),
            ("2026年3月2日", "d:2026-03-02T00:00"),
            ("2026年3月2日 13:05", "d:2026-03-02T13:05"),
            ("2026-03-02T08:00:00", "d:2026-03-02T08:00"),
            ("2 Mar 2026", "d:2026-03-02T00:00"),
            ("3 Oct", "d:2026-10-03T00:00"),
            ("3月2号", "d:2026-03-02T00:00"),
            ("3-2", "d:2026-03-02T00:00"),
            ("26-3-2", "d:2026-03-02T00:00"),
            ("20260302", "d:2026-03-02T00:00"),
            ("今天", "d:2026-11-22T00:00"),
        ] {
            assert_eq!(read(FieldKind::Date, typed).as_deref(), Ok(kept), "{typed}");
        }
        for typed in [
            "soon",
            "2026-13-01",
            "2026-02-30",
            "5",
            "1899-1-1",
            "2026-03-02 25:00",
            "2026-03-02 8:0:0:0",
        ] {
            assert_eq!(
                read(FieldKind::Date, typed),
                Err(FieldProblem::Date),
                "{typed}"
            );
        }
    }

    #[test]
    fn yes_no_options_and_texts_are_understood_as_people_type_them() {
        for typed in ["是", "YES", "√", "ｙ", "1", "对"] {
            assert_eq!(
                read(FieldKind::YesNo, typed).as_deref(),
                Ok("y:1"),
                "{typed}"
            );
        }
        for typed in ["否", "no", "×", "0"] {
            assert_eq!(
                read(FieldKind::YesNo, typed).as_deref(),
                Ok("y:0"),
                "{typed}"
            );
        }
        assert_eq!(read(FieldKind::YesNo, "maybe"), Err(FieldProblem::YesNo));
        let high = format!("c:{}", base::OptionId::from_bytes([2; 8]));
        for typed in ["High", "high", "ＨＩＧＨ"] {
            assert_eq!(
                read(FieldKind::Choice, typed).as_ref(),
                Ok(&high),
                "{typed}"
            );
        }
        // what was removed is not offered
        for typed in ["Old", "higher"] {
            assert_eq!(read(FieldKind::Choice, typed), Err(FieldProblem::NoOption));
        }
        assert_eq!(read(FieldKind::Text, " a：b ").as_deref(), Ok("t:a：b"));
        assert_eq!(read(FieldKind::Person, "王建国").as_deref(), Ok("p:王建国"));
        let long = "长".repeat(2_001);
        assert_eq!(read(FieldKind::Text, &long), Err(FieldProblem::TooLong));
        let newer = FieldKind::Other("stars".to_owned());
        assert_eq!(read(newer, "5"), Err(FieldProblem::Newer));
    }
}
