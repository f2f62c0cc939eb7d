//! Durations in cells.

use base::Minutes;
use domain::duration::{Units, pieces};

use super::mapping::Lengths;
use super::{Value, numbers};

/// The longest duration that is read, in minutes: about 20 years of working time.
const LONGEST: f64 = 10_000_000.0;

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) minutes: Minutes,
    /// It counts day and night.
    pub(super) elapsed: bool,
}

/// Reads a duration. A number alone is in the unit of its column.
pub(super) fn read(value: &Value, of: Lengths, units: Units) -> Option<Length> {
    let text = match value {
        Value::Number(number) => return plain(*number, of, units),
        Value::Text(text) => numbers::narrowed(text),
        _ => return None,
    };
    if let Some(number) = numbers::parse(&text) {
        return plain(number, of, units);
    }
    let (minutes, elapsed) = pieces(&with_points(&text), units)?;
    Some(Length { minutes, elapsed })
}

/// `1,5 d` as `1.5 d`.
fn with_points(text: &str) -> String {
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    let mut result = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        let digit_follows = letters.peek().is_some_and(char::is_ascii_digit);
        result.push(match letter {
            ',' if before.is_ascii_digit() && digit_follows => '.',
            letter => letter,
        });
        before = letter;
    }
    result
}

fn plain(number: f64, of: Lengths, units: Units) -> Option<Length> {
    let (unit, elapsed) = match of {
        Lengths::WorkingDays => (units.day, false),
        Lengths::Hours => (60, false),
        Lengths::Weeks => (units.week, false),
        Lengths::Months => (20 * units.day, false),
        Lengths::CalendarDays => (1_440, true),
    };
    let minutes = number * unit as f64;
    (0.0..=LONGEST).contains(&minutes).then(|| Length {
        minutes: minutes.round() as Minutes,
        elapsed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_days_unless_they_or_their_column_say_otherwise() {
        let units = Units::default();
        let text = |text: &str| read(&Value::Text(text.into()), Lengths::WorkingDays, units);
        for (written, minutes, elapsed) in [
            ("3天", 1_440, false),
            ("3 days", 1_440, false),
            ("3 工日", 1_440, false),
            ("3 个工作日", 1_440, false),
            ("24h", 1_440, false),
            ("2周", 4_800, false),
            ("1,5 d", 720, false),
            ("5 days?", 2_400, false),
            ("２天", 960, false),
            ("3", 1_440, false),
            ("3 edays", 4_320, true),
            ("3日历天", 4_320, true),
        ] {
            assert_eq!(
                text(written),
                Some(Length { minutes, elapsed }),
                "{written}"
            );
        }
        for wrong in ["soon", "-3", "3x", "1e9"] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
        let number = |number, of| read(&Value::Number(number), of, units).map(|l| l.minutes);
        assert_eq!(number(2.5, Lengths::WorkingDays), Some(1_200));
        assert_eq!(number(2.5, Lengths::Hours), Some(150));
        assert_eq!(number(1.0, Lengths::Weeks), Some(2_400));
        assert_eq!(number(1.0, Lengths::CalendarDays), Some(1_440));
        assert_eq!(number(-1.0, Lengths::WorkingDays), None);
        assert_eq!(number(1e12, Lengths::WorkingDays), None);
    }
}
