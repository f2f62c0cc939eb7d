//! Working hours as people type and read them: `08:00-12:00, 13:00-17:00`. Pure.

use shared::base::Minutes;
use shared::base::time::DAY;
use shared::domain::calendar::Hours;

/// Reads the hours of a day: `8-12 13:30-17`, `8:00至12:00、13:00至17:00`; nothing means no work. `None` where it cannot be
/// read, or where the hours overlap, run backwards or leave the day (a night shift ends at 24:00 and goes on the next
/// day).
pub(crate) fn parse(text: &str) -> Option<Hours> {
    let mut plain = text.replace(['–', '—', '−', '~', '～', '－', '至', '到'], "-");
    plain = plain.replace('：', ":");
    while let Some(tight) = ["- ", " -"]
        .into_iter()
        .find(|spaced| plain.contains(spaced))
    {
        plain = plain.replace(tight, "-");
    }
    let spans = plain.split([',', '，', '、', ';', '；', ' ', '\t', '\u{3000}']);
    let mut hours = Hours::new();
    for span in spans.filter(|span| !span.is_empty()) {
        let (from, to) = span.split_once('-')?;
        hours.push((time(from)?, time(to)?));
    }
    shared::base::sort::plain(&mut hours);
    let mut last = 0;
    for (from, to) in &hours {
        if *from < last || from >= to {
            return None;
        }
        last = *to;
    }
    Some(hours)
}

/// `8`, `08:30`, `24:00`.
fn time(text: &str) -> Option<Minutes> {
    let (hour, minute) = text.split_once(':').unwrap_or((text, "0"));
    let hour: Minutes = hour.trim().parse().ok()?;
    let minute: Minutes = minute.trim().parse().ok()?;
    let at = (0..=24).contains(&hour).then_some(hour * 60 + minute)?;
    ((0..60).contains(&minute) && at <= DAY).then_some(at)
}

/// Writes the hours of a day; empty for no work.
pub(crate) fn format(hours: &Hours) -> String {
    let time = |at: &Minutes| std::format!("{:02}:{:02}", at / 60, at % 60);
    let spans = hours.iter();
    let spans: Vec<String> = spans
        .map(|(from, to)| std::format!("{}-{}", time(from), time(to)))
        .collect();
    spans.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_type_them() {
        let day = vec![(480, 720), (780, 1020)];
        for text in [
            "08:00-12:00, 13:00-17:00",
            "8-12 13-17",
            "13:00 – 17:00; 8:00 – 12:00",
            "8：00至12：00、13：00至17：00",
        ] {
            assert_eq!(parse(text), Some(day.clone()), "{text}");
        }
        assert_eq!(parse(" "), Some(Vec::new()));
        assert_eq!(parse("0-24"), Some(vec![(0, 1440)]));
        assert_eq!(format(&day), "08:00-12:00, 13:00-17:00");
        for text in [
            "8",
            "8-",
            "12-8",
            "22:00-6:00",
            "8-12, 11-13",
            "8-25",
            "8:60-9",
            "-",
            "a-b",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
