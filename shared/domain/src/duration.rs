//! Durations as people write them: `5d`, `4h`, `2w`, `5天`, `1w 2d`, a plain number for days.

use base::Minutes;

use crate::calendar::Calendar;
use crate::plan::Lag;

/// How many working minutes a day and a week have, to read and write durations in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units {
    /// Working minutes of a day.
    pub day: Minutes,
    /// Working minutes of a week.
    pub week: Minutes,
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
pub fn units(calendar: Option<&Calendar>) -> Units {
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
pub fn parse(text: &str, units: Units) -> Option<Minutes> {
    let (minutes, elapsed) = pieces(text, units)?;
    (!elapsed).then_some(minutes)
}

/// Reads a lag: `2d`, `+2d`, `-4h`, and elapsed time as MS Project writes it, `3ed`.
pub fn parse_lag(text: &str, units: Units) -> Option<Lag> {
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

/// Reads a length of time: minutes, and whether they count day and night (all pieces alike), as in `3ed` and 3日历天.
pub fn pieces(text: &str, units: Units) -> Option<(Minutes, bool)> {
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
        let (is_elapsed, unit) = match (unit.strip_prefix('e'), unit) {
            (Some(unit), _) => (true, unit),
            (None, "日历天" | "日历日" | "自然日" | "个日历天" | "个日历日" | "个自然日") => {
                (true, "d")
            }
            (None, unit) => (false, unit),
        };
        let (day, week) = if is_elapsed {
            (1440, 10_080)
        } else {
            (units.day, units.week)
        };
        let minutes = match unit {
            "" | "d" | "day" | "days" | "天" | "日" | "工日" | "工作日" | "个工日" | "个工作日" => {
                day
            }
            "h" | "hr" | "hrs" | "hour" | "hours" | "时" | "小时" | "个小时" => 60,
            "m" | "min" | "mins" | "minute" | "minutes" | "分" | "分钟" => 1,
            "w" | "wk" | "wks" | "week" | "weeks" | "周" | "星期" | "个星期" | "工作周" => {
                week
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_by_the_clock_have_names_of_their_own() {
        let units = Units::default();
        for (text, expected) in [
            ("3日历天", Some((3 * 1440, true))),
            ("3 ed", Some((3 * 1440, true))),
            ("3 个工作日", Some((3 * 480, false))),
            ("3工日", Some((3 * 480, false))),
            ("1w 2日历天", None),
        ] {
            assert_eq!(pieces(text, units), expected, "{text}");
        }
        assert_eq!(parse("3日历天", units), None);
        assert_eq!(parse_lag("-2日历天", units), Some(Lag::Elapsed(-2880)));
    }
}
