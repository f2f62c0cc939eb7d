//! Dates as text, in the languages of the app, and back. Pure.

use shared::base::Moment;

/// The language that dates and units are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const WEEKDAYS: [(&str, &str); 7] = [
    ("Mon", "一"),
    ("Tue", "二"),
    ("Wed", "三"),
    ("Thu", "四"),
    ("Fri", "五"),
    ("Sat", "六"),
    ("Sun", "日"),
];

/// The month's short name in English; empty outside 1-12.
pub fn month(month: u32) -> &'static str {
    MONTHS
        .get((month as usize).wrapping_sub(1))
        .copied()
        .unwrap_or("")
}

/// The weekday in short: `Mon`, `周一`.
pub fn weekday(at: Moment, lang: Lang) -> String {
    let (en, zh) = WEEKDAYS
        .get(usize::from(at.weekday()))
        .copied()
        .unwrap_or(("", ""));
    match lang {
        Lang::En => en.to_owned(),
        Lang::Zh => format!("周{zh}"),
    }
}

/// A day: `5 Jan 2026`, `2026-01-05` in Chinese (the form that tables use there).
pub fn date(at: Moment, lang: Lang) -> String {
    let (year, m, day, _, _) = at.parts();
    match lang {
        Lang::En => format!("{day} {} {year}", month(m)),
        Lang::Zh => format!("{year:04}-{m:02}-{day:02}"),
    }
}

/// A day with its weekday and time, for tooltips.
pub fn date_time(at: Moment, lang: Lang) -> String {
    let (_, _, _, hour, minute) = at.parts();
    format!(
        "{} {} {hour:02}:{minute:02}",
        weekday(at, lang),
        date(at, lang)
    )
}

/// A day as fields of dates are edited and as `<input type=date>` takes it: `2026-01-05`.
pub fn iso(at: Moment) -> String {
    let (year, month, day, _, _) = at.parts();
    format!("{year:04}-{month:02}-{day:02}")
}

/// Reads a date, with or without a time: `2026-01-05`, `2026/1/5 13:00`, `2026年1月5日`, `5 Jan 2026`, and `1-5`,
/// `1月5日`, `5 Jan` in the year of `near`; `today` and 今天 are `today`. The flag says whether a time was given.
pub fn parse(text: &str, near: Moment, today: Moment) -> Option<(Moment, bool)> {
    let text = text.trim().to_lowercase();
    if text == "today" || text == "今天" {
        return Some((Moment::from_day(today.day()), false));
    }
    let mut numbers: Vec<u32> = Vec::new();
    let mut named = None;
    let mut time = Vec::new();
    for word in text.split(|c: char| {
        c == 't' && !text.contains("oct") && !text.contains("sept") || c.is_whitespace()
    }) {
        if word.contains(':') || word.contains('：') {
            for part in word.split([':', '：']) {
                time.push(part.parse::<u32>().ok()?);
            }
            continue;
        }
        for part in word.split(|c: char| "-/.年月日,".contains(c)) {
            if part.is_empty() {
                continue;
            }
            if let Ok(number) = part.parse() {
                numbers.push(number);
            } else if let Some(at) = MONTHS
                .iter()
                .position(|m| part.get(..3).is_some_and(|p| m.eq_ignore_ascii_case(p)))
            {
                named = Some(at as u32 + 1);
            } else if !is_weekday(part) {
                return None;
            }
        }
    }
    let this_year = near.parts().0;
    let (year, month, day) = match (numbers.as_slice(), named) {
        ([day, year], Some(month)) if *year > 31 => (*year as i32, month, *day),
        ([year, day], Some(month)) if *year > 31 => (*year as i32, month, *day),
        ([day], Some(month)) => (this_year, month, *day),
        ([year, month, day], None) if *year > 31 => (*year as i32, *month, *day),
        ([short, month, day], None)
            if text.starts_with(|c: char| c.is_ascii_digit()) && *short > 12 =>
        {
            (2000 + *short as i32, *month, *day)
        }
        ([month, day], None) => (this_year, *month, *day),
        _ => return None,
    };
    let (hour, minute) = match time.as_slice() {
        [] => (0, 0),
        [hour, minute] | [hour, minute, _] => (*hour, *minute),
        _ => return None,
    };
    if !(1900..2200).contains(&year) {
        return None;
    }
    Moment::ymd_hm(year, month, day, hour, minute).map(|at| (at, !time.is_empty()))
}

fn is_weekday(word: &str) -> bool {
    WEEKDAYS
        .iter()
        .any(|(en, zh)| word.eq_ignore_ascii_case(en) || word.strip_prefix('周') == Some(zh))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: i32, month: u32, day: u32, hour: u32) -> Moment {
        Moment::ymd_hm(year, month, day, hour, 0).unwrap_or_default()
    }

    #[test]
    fn dates_are_read_in_the_forms_people_type() {
        let near = at(2026, 6, 1, 8);
        let today = at(2026, 11, 22, 9);
        for (text, moment, timed) in [
            ("2026-01-05", at(2026, 1, 5, 0), false),
            ("2026/1/5", at(2026, 1, 5, 0), false),
            ("2026.1.5 13:00", at(2026, 1, 5, 13), true),
            ("2026-01-05T13:00", at(2026, 1, 5, 13), true),
            ("2026年1月5日", at(2026, 1, 5, 0), false),
            ("1月5日", at(2026, 1, 5, 0), false),
            ("1-5", at(2026, 1, 5, 0), false),
            ("5 Jan 2026", at(2026, 1, 5, 0), false),
            ("5 Oct", at(2026, 10, 5, 0), false),
            ("Mon 5 Jan 2026", at(2026, 1, 5, 0), false),
            ("26-1-5", at(2026, 1, 5, 0), false),
            ("今天", at(2026, 11, 22, 0), false),
        ] {
            assert_eq!(parse(text, near, today), Some((moment, timed)), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2026-13-01",
            "2026-02-30",
            "soon",
            "5",
            "12345-1-1",
            "2026-01-05 25:00",
        ] {
            assert_eq!(
                parse(text, at(2026, 1, 1, 0), at(2026, 1, 1, 0)),
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn a_written_date_can_be_read_again() {
        let day = at(2026, 9, 30, 0);
        for lang in [Lang::En, Lang::Zh] {
            assert_eq!(parse(&date(day, lang), day, day), Some((day, false)));
        }
        assert_eq!(parse(&iso(day), day, day), Some((day, false)));
    }
}
