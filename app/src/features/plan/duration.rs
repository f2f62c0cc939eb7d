//! Durations as people type and read them: `5d`, `4h`, `2w`, `5天`, a plain number for days.

use shared::base::Minutes;
pub(crate) use shared::domain::duration::{Units, parse, parse_lag, units};
use shared::domain::plan::Lag;

use crate::ui::dates::Lang;

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
    use shared::domain::calendar::Calendar;

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
