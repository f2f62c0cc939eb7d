//! Durations as people type and read them: `5d`, `4h`, `2w`, `5天`, a plain number for days.

use shared::base::Minutes;
use shared::domain::calendar::Calendar;
use shared::domain::plan::Lag;

use crate::ui::dates::Lang;

/// How many working minutes a day and a week have, to read and write durations in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Units {
    /// Working minutes of a day.
    pub(crate) day: Minutes,
    /// Working minutes of a week.
    pub(crate) week: Minutes,
}

impl Default for Units {
    fn default() -> Self {
        Self {
            day: 480,
            week: 2400,
        }
    }
}

/// The units of a calendar: its longest day, and its whole week; eight hours and five days where it has no work.
pub(crate) fn units(calendar: Option<&Calendar>) -> Units {
    let Some(calendar) = calendar else {
        return Units::default();
    };
    let worked = calendar.week.iter().map(|hours| {
        hours
            .iter()
            .map(|(from, to)| (to - from).max(0))
            .sum::<Minutes>()
    });
    let (day, week) = worked.fold((0, 0), |(day, week), minutes| {
        (minutes.max(day), week + minutes)
    });
    if day == 0 {
        Units::default()
    } else {
        Units { day, week }
    }
}

/// The longest duration that the screen takes: about 80 years of working time.
const LONGEST: f64 = 10_000_000.0;

/// Reads working time. Several pieces add up (`1w 2d`); a number alone means days. `None` where it is no duration.
pub(crate) fn parse(text: &str, units: Units) -> Option<Minutes> {
    let (minutes, elapsed) = pieces(text, units)?;
    (!elapsed).then_some(minutes)
}

/// Reads a lag: `2d`, `+2d`, `-4h`, and elapsed time as MS Project writes it, `3ed`.
pub(crate) fn parse_lag(text: &str, units: Units) -> Option<Lag> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Lag::Working(0));
    }
    let (sign, rest) = match text.chars().next()? {
        '+' | '＋' => (1, text.trim_start_matches(['+', '＋'])),
        '-' | '－' | '−' => (-1, text.trim_start_matches(['-', '－', '−'])),
        _ => (1, text),
    };
    let (minutes, elapsed) = pieces(rest, units)?;
    Some(if elapsed {
        Lag::Elapsed(sign * minutes)
    } else {
        Lag::Working(sign * minutes)
    })
}

/// `12`, `12.5` or `.5`. By hand: the tables behind the standard library's reader are 10 KB that do not compress.
fn number(text: &str) -> Option<f64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let figure = |digit: char| digit.to_digit(10).map(f64::from);
    let mut sum = 0.0;
    for digit in whole.chars() {
        sum = sum * 10.0 + figure(digit)?;
    }
    let mut share = 1.0_f64;
    let mut over = 0.0_f64;
    for digit in part.chars() {
        over = over * 10.0 + figure(digit)?;
        share *= 10.0;
    }
    // beyond what a number can hold
    (share.is_finite() && over.is_finite()).then_some(sum + over / share)
}

/// Minutes, and whether they are elapsed ones (all pieces alike).
fn pieces(text: &str, units: Units) -> Option<(Minutes, bool)> {
    let text: String = text.trim().chars().map(narrow).collect();
    let text = text.trim_end_matches('?').to_lowercase();
    let mut rest = text.trim_start();
    let mut sum = 0.0;
    let mut elapsed = None;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let number = number(rest.get(..end)?)?;
        rest = rest.get(end..)?.trim_start();
        let end = rest
            .find(|c: char| c.is_ascii_digit() || c == '.' || c.is_whitespace())
            .unwrap_or(rest.len());
        let unit = rest.get(..end)?;
        rest = rest.get(end..)?.trim_start();
        let (is_elapsed, unit) = match unit.strip_prefix('e') {
            Some(unit) => (true, unit),
            None => (false, unit),
        };
        let (day, week) = if is_elapsed {
            (1440, 10_080)
        } else {
            (units.day, units.week)
        };
        let minutes = match unit {
            "" | "d" | "day" | "days" | "天" | "日" | "工日" | "个工作日" => day,
            "h" | "hr" | "hrs" | "hour" | "hours" | "时" | "小时" | "个小时" => 60,
            "m" | "min" | "mins" | "minute" | "minutes" | "分" | "分钟" => 1,
            "w" | "wk" | "wks" | "week" | "weeks" | "周" | "星期" => week,
            "mo" | "mon" | "mons" | "month" | "months" | "月" | "个月" => {
                if is_elapsed {
                    43_200
                } else {
                    20 * units.day
                }
            }
            _ => return None,
        };
        if elapsed.is_some_and(|e| e != is_elapsed) {
            return None;
        }
        elapsed = Some(is_elapsed);
        sum += number * minutes as f64;
        if !(0.0..=LONGEST).contains(&sum) {
            return None;
        }
    }
    elapsed.map(|elapsed| (sum.round() as Minutes, elapsed))
}

/// A full-width character as the narrow one that means the same.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// Writes working time: days where they come out even (or in quarters), hours or minutes otherwise.
pub(crate) fn format(minutes: Minutes, units: Units, lang: Lang) -> String {
    let (amount, unit) = amount(minutes, units.day);
    match lang {
        Lang::En => format!("{amount}{unit}"),
        Lang::Zh => {
            let unit = match unit {
                "d" => "天",
                "h" => "小时",
                _ => "分钟",
            };
            format!("{amount}{unit}")
        }
    }
}

fn amount(minutes: Minutes, day: Minutes) -> (String, &'static str) {
    let even = |of: Minutes| (minutes * 4) % of == 0;
    if day > 0 && even(day) {
        (decimal(minutes, day), "d")
    } else if even(60) {
        (decimal(minutes, 60), "h")
    } else {
        (minutes.to_string(), "m")
    }
}

/// `minutes / of`, with at most two decimals and no zeros at the end.
fn decimal(minutes: Minutes, of: Minutes) -> String {
    let text = format!("{:.2}", minutes as f64 / of as f64);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Writes a lag with its sign, as MS Project does (`+2d`, `-4h`, `+3ed`); nothing for none.
pub(crate) fn format_lag(lag: Lag, units: Units) -> String {
    let (minutes, elapsed, day) = match lag {
        Lag::Working(minutes) => (minutes, "", units.day),
        Lag::Elapsed(minutes) => (minutes, "e", 1440),
    };
    if minutes == 0 {
        return String::new();
    }
    let sign = if minutes < 0 { "-" } else { "+" };
    let (amount, unit) = amount(minutes.abs(), day);
    format!("{sign}{amount}{elapsed}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const U: Units = Units {
        day: 480,
        week: 2400,
    };

    #[test]
    fn units_may_be_left_out_short_long_or_chinese() {
        for (text, minutes) in [
            ("5", 2400),
            ("5d", 2400),
            ("5 days", 2400),
            ("5天", 2400),
            ("４h", 240),
            ("4小时", 240),
            ("2w", 4800),
            ("2 周", 4800),
            ("90m", 90),
            ("1w 2d 3h", 2400 + 960 + 180),
            ("1周2天", 2400 + 960),
            ("0.5d", 240),
            ("1mo", 9600),
            ("1 day?", 480),
            ("0", 0),
        ] {
            assert_eq!(parse(text, U), Some(minutes), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "d",
            "-5d",
            "5x",
            "5 5 x",
            "1e9d",
            "99999999999d",
            "..",
            "3ed",
            "soon",
        ] {
            assert_eq!(parse(text, U), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_can_be_read_again() {
        for minutes in [0, 1, 15, 60, 90, 120, 240, 480, 600, 615, 2400, 4321] {
            for lang in [Lang::En, Lang::Zh] {
                let text = format(minutes, U, lang);
                assert_eq!(parse(&text, U), Some(minutes), "{text}");
            }
        }
    }

    #[test]
    fn lags_have_a_sign_and_may_be_elapsed() {
        for (text, lag) in [
            ("+2d", Lag::Working(960)),
            ("2d", Lag::Working(960)),
            ("-4h", Lag::Working(-240)),
            ("+3ed", Lag::Elapsed(4320)),
            ("", Lag::Working(0)),
        ] {
            assert_eq!(parse_lag(text, U), Some(lag), "{text}");
            let again = format_lag(lag, U);
            assert_eq!(parse_lag(&again, U), Some(lag), "{again}");
        }
    }

    #[test]
    fn units_come_from_the_calendar() {
        assert_eq!(units(Some(&Calendar::standard("s"))), U);
        assert_eq!(units(Some(&Calendar::default())), U);
        assert_eq!(units(None), U);
    }
}
