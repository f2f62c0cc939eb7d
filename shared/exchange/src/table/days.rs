//! Dates in cells: as Excel keeps them, and as people write them.

use base::Moment;
use serde::{Deserialize, Serialize};

use super::sheet::serial;
use super::{Value, numbers};

/// Which comes first where a date has its year last, as `3/2/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOrder {
    /// The month: 2 March.
    #[default]
    MonthFirst,
    /// The day: 3 February.
    DayFirst,
}

/// A date that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) at: Moment,
    /// It says a time of day.
    pub(super) timed: bool,
    /// It is marked as what came about (Primavera's `02-Mar-26 A`).
    pub(super) actual: bool,
}

/// Reads a date.
pub(super) fn read(value: &Value, order: DayOrder) -> Option<Day> {
    let whole = |at: Moment| Day {
        at,
        timed: at.minute_of_day() != 0,
        actual: false,
    };
    match value {
        Value::Moment(at) => Some(whole(*at)),
        // a date that is shown as a number: from 1954 to 2199
        Value::Number(days) if (20_000.0..110_000.0).contains(days) => {
            serial(*days, false).map(whole)
        }
        Value::Number(digits) if (19_000_101.0..=21_991_231.0).contains(digits) => {
            text(&numbers::show(*digits), order)
        }
        Value::Text(written) => text(written, order),
        _ => None,
    }
}

/// The order that most texts ask for; of those that ask for none, what is usual with their sign.
pub(super) fn order<'a>(values: impl Iterator<Item = &'a Value>) -> DayOrder {
    let (mut days, mut months, mut points) = (0usize, 0usize, 0usize);
    for value in values {
        let Value::Text(written) = value else {
            continue;
        };
        let Some(parts) = Parts::of(written) else {
            continue;
        };
        let [(first, _), (second, _), _] = parts.date.as_slice() else {
            continue;
        };
        if parts.year_first() || parts.month.is_some() {
            continue;
        }
        match (*first > 12, *second > 12) {
            (true, false) => days += 1,
            (false, true) => months += 1,
            _ => {}
        }
        points += usize::from(written.contains('.'));
    }
    match days.cmp(&months) {
        std::cmp::Ordering::Greater => DayOrder::DayFirst,
        std::cmp::Ordering::Less => DayOrder::MonthFirst,
        std::cmp::Ordering::Equal if points > 0 => DayOrder::DayFirst,
        std::cmp::Ordering::Equal => DayOrder::MonthFirst,
    }
}

/// The figures of a text.
#[derive(Default)]
struct Parts {
    /// Figures before a time of day: value and digits.
    date: Vec<(u32, usize)>,
    /// A month that is said in letters.
    month: Option<u32>,
    time: Vec<u32>,
    /// Hours of the afternoon, or of the morning.
    half: Option<bool>,
    /// The first figure is said to be a year.
    year: bool,
    actual: bool,
}

impl Parts {
    fn of(text: &str) -> Option<Self> {
        let text = numbers::narrowed(text).to_lowercase();
        if text.is_empty() || text.chars().count() > 60 {
            return None;
        }
        let text = text.replace("上午", " am ").replace("下午", " pm ");
        let text = text.replace("星期", "周");
        let mut parts = Self::default();
        let mut in_time = false;
        let mut rest = text.as_str();
        while let Some(letter) = rest.chars().next() {
            let run = |is: fn(char) -> bool| {
                let end = rest.find(|c| !is(c)).unwrap_or(rest.len());
                rest.split_at_checked(end).unwrap_or((rest, ""))
            };
            if letter.is_ascii_digit() {
                let (digits, after) = run(|c| c.is_ascii_digit());
                let figure = digits.parse().ok()?;
                in_time |= after.starts_with([':', '时', '点']);
                match in_time {
                    true => parts.time.push(figure),
                    false => parts.date.push((figure, digits.len())),
                }
                rest = after;
            } else if letter.is_ascii_alphabetic() {
                let (word, after) = run(|c| c.is_ascii_alphabetic());
                parts.word(word)?;
                rest = after;
            } else {
                let mut letters = rest.chars();
                letters.next();
                match letter {
                    '年' => parts.year |= parts.date.len() == 1,
                    '周' => drop(letters.next()),
                    '月' | '日' | '号' | '时' | '点' | '分' | '秒' => {}
                    '-' | '/' | '.' | ',' | ':' | ' ' | '*' | '(' | ')' | '+' | '\'' => {}
                    _ => return None,
                }
                rest = letters.as_str();
            }
        }
        Some(parts)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        const MONTHS: [&str; 12] = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        const DAYS: [&str; 7] = [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ];
        let begins = |whole: &&str| word.len() >= 3 && whole.starts_with(word);
        if let Some(month) = MONTHS.iter().position(begins) {
            self.month = Some(month as u32 + 1);
            return Some(());
        }
        match word {
            "am" => self.half = Some(false),
            "pm" => self.half = Some(true),
            "a" => self.actual = true,
            "t" | "z" | "sept" | "thur" | "thurs" | "tues" => {
                if word == "sept" {
                    self.month = Some(9);
                }
            }
            _ if DAYS.iter().any(begins) => {}
            _ => return None,
        }
        Some(())
    }

    fn year_first(&self) -> bool {
        let recent = |year: u32| (20..40).contains(&year);
        match self.date.as_slice() {
            [(_, digits), ..] if *digits == 4 || self.year => true,
            [(first, 2), _, (last, digits)] => {
                // 26/3/2
                *first > 31 || (*digits < 3 && recent(*first) && !recent(*last))
            }
            _ => false,
        }
    }
}

fn full(year: u32, digits: usize) -> i32 {
    let year = year.cast_signed();
    match digits {
        0..=2 if year < 70 => 2_000 + year,
        0..=2 => 1_900 + year,
        _ => year,
    }
}

fn text(written: &str, order: DayOrder) -> Option<Day> {
    let parts = Parts::of(written)?;
    let (year, month, day) = match (parts.date.as_slice(), parts.month) {
        ([(year, digits @ 4), (day, _)], Some(month)) => (full(*year, *digits), month, *day),
        ([(day, _), (year, digits)], Some(month)) => (full(*year, *digits), month, *day),
        ([(figures, 8)], None) => (
            (figures / 10_000).cast_signed(),
            figures / 100 % 100,
            figures % 100,
        ),
        ([(year, digits), (month, _), (day, _)], None) if parts.year_first() => {
            (full(*year, *digits), *month, *day)
        }
        ([(first, _), (second, _), (year, digits)], None) => {
            let day_first = match (*first > 12, *second > 12) {
                (true, false) => true,
                (false, true) => false,
                _ => order == DayOrder::DayFirst,
            };
            let (day, month) = match day_first {
                true => (*first, *second),
                false => (*second, *first),
            };
            (full(*year, *digits), month, day)
        }
        _ => return None,
    };
    let (hour, minute) = match (parts.time.as_slice(), parts.half) {
        ([], _) => (0, 0),
        ([hour, rest @ ..], half) => {
            let hour = match half {
                Some(true) if *hour < 12 => hour + 12,
                Some(false) if *hour == 12 => 0,
                _ => *hour,
            };
            (hour, rest.first().copied().unwrap_or(0))
        }
    };
    if !(1900..2200).contains(&year) {
        return None;
    }
    let at = match (hour, minute) {
        (24, 0) => Moment::ymd_hm(year, month, day, 0, 0)?.plus(base::time::DAY),
        _ => Moment::ymd_hm(year, month, day, hour, minute)?,
    };
    Some(Day {
        at,
        timed: !parts.time.is_empty(),
        actual: parts.actual,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(written: &str, order: DayOrder) -> Option<String> {
        text(written, order).map(|day| day.at.to_string())
    }

    #[test]
    fn dates_are_read_as_many_people_write_them() {
        for written in [
            "2026-03-02",
            "2026/3/2",
            "2026.3.2",
            "2026年3月2日",
            "２０２６年３月２日",
            "2026年3月2日 星期一",
            "周一 2026/3/2",
            "20260302",
            "3/2/2026",
            "3/2/26",
            "26/3/2",
            "26年3月2日",
            "Mon 3/2/26",
            "02-Mar-26",
            "2 March 2026",
            "Mar 2, 2026",
            "2026-Mar-02",
        ] {
            let read = shown(written, DayOrder::MonthFirst);
            assert_eq!(read.as_deref(), Some("2026-03-02T00:00"), "{written}");
        }
        for written in ["2/3/2026", "02.03.2026", "2-3-26"] {
            let read = shown(written, DayOrder::DayFirst);
            assert_eq!(read.as_deref(), Some("2026-03-02T00:00"), "{written}");
        }
        // only one way makes sense
        for order in [DayOrder::DayFirst, DayOrder::MonthFirst] {
            let read = shown("25/12/2026", order);
            assert_eq!(read.as_deref(), Some("2026-12-25T00:00"));
            let read = shown("12/25/2026", order);
            assert_eq!(read.as_deref(), Some("2026-12-25T00:00"));
        }
        for written in [
            "2026-03-02T08:30",
            "2026-03-02 08:30:15",
            "2026年3月2日 8时30分",
            "3/2/2026 8:30 AM",
            "2026/3/2 上午 8:30",
        ] {
            let read = shown(written, DayOrder::MonthFirst);
            assert_eq!(read.as_deref(), Some("2026-03-02T08:30"), "{written}");
        }
        let evening = shown("2026/3/2 下午5:00", DayOrder::MonthFirst);
        assert_eq!(evening.as_deref(), Some("2026-03-02T17:00"));
        assert!(
            text("02-Mar-26 08:00 A", DayOrder::MonthFirst)
                .unwrap()
                .actual
        );
        for wrong in [
            "2026-13-02",
            "2026-02-30",
            "3月2日",
            "soon",
            "2026",
            "1/2",
            "",
            "99/99/9999",
            "2026-03-02 25:00",
        ] {
            assert_eq!(shown(wrong, DayOrder::MonthFirst), None, "{wrong}");
        }
    }

    #[test]
    fn the_order_of_day_and_month_is_that_of_the_whole_column() {
        let values = |texts: &[&str]| -> Vec<Value> {
            texts.iter().map(|t| Value::Text((*t).to_owned())).collect()
        };
        let decided = |texts: &[&str]| order(values(texts).iter());
        assert_eq!(decided(&["3/2/2026", "25/2/2026"]), DayOrder::DayFirst);
        assert_eq!(decided(&["3/2/2026", "2/25/2026"]), DayOrder::MonthFirst);
        assert_eq!(decided(&["3/2/2026", "2026-03-25"]), DayOrder::MonthFirst);
        assert_eq!(decided(&["03.02.2026"]), DayOrder::DayFirst);
        assert_eq!(decided(&[]), DayOrder::MonthFirst);
    }

    #[test]
    fn dates_of_excel_are_dates_whatever_they_are_shown_as() {
        let read = |value| read(&value, DayOrder::MonthFirst).map(|day| day.at.to_string());
        assert_eq!(
            read(Value::Number(46_027.0)).as_deref(),
            Some("2026-01-05T00:00")
        );
        assert_eq!(
            read(Value::Number(20_260_105.0)).as_deref(),
            Some("2026-01-05T00:00")
        );
        assert_eq!(read(Value::Number(3.0)), None);
        assert_eq!(read(Value::Flag(true)), None);
    }
}
