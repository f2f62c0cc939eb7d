//! When a notice is sent: quiet hours and the day's digest.

use base::Timestamp;
use serde::{Deserialize, Serialize};

use super::Kind;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60;

/// When somebody wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hours {
    /// Nothing is sent from the first minute of a day to before the second, over midnight where the second is smaller. Two
    /// equal ones: none.
    pub quiet: Option<(u16, u16)>,
    /// What is not urgent comes together, once a day, at this minute.
    pub digest: Option<u16>,
    /// Minutes that their time is ahead of UTC.
    pub offset: i16,
}

/// The moment from which a notice may be sent. Nothing is lost: what falls into quiet hours is sent when they end, what is for
/// the digest at its next minute (or when the quiet hours end, where that minute is one of theirs).
pub fn send_at(hours: &Hours, kind: Kind, created: Timestamp) -> Timestamp {
    let at = match hours.digest {
        Some(minute) if !kind.urgent() => next(created, hours.offset, minute),
        _ => created,
    };
    match hours.quiet {
        Some((from, to)) if within(minute_of(at, hours.offset), from, to) => {
            next(at, hours.offset, to)
        }
        _ => at,
    }
}

/// The minute of the local day, and the milliseconds of that minute that are over.
fn minute_of(at: Timestamp, offset: i16) -> i64 {
    let local = at.0.div_euclid(MINUTE).saturating_add(i64::from(offset));
    local.rem_euclid(DAY)
}

fn within(minute: i64, from: u16, to: u16) -> bool {
    let (from, to) = (i64::from(from), i64::from(to));
    match from <= to {
        true => (from..to).contains(&minute),
        false => minute >= from || minute < to,
    }
}

/// The next time that a local day's minute begins: now, where it just does.
fn next(at: Timestamp, offset: i16, minute: u16) -> Timestamp {
    let begun = at.0.div_euclid(MINUTE);
    let begun = begun.saturating_add(i64::from(begun.saturating_mul(MINUTE) < at.0));
    let ahead = (i64::from(minute) - minute_of(Timestamp(begun.saturating_mul(MINUTE)), offset))
        .rem_euclid(DAY);
    Timestamp(begun.saturating_add(ahead).saturating_mul(MINUTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// UTC+8.
    const CHINA: i16 = 8 * 60;

    fn at(text: &str) -> Timestamp {
        let moment: base::Moment = text.parse().unwrap();
        Timestamp((moment.minutes() - i64::from(CHINA)) * MINUTE)
    }

    fn hours(quiet: Option<(u16, u16)>, digest: Option<u16>) -> Hours {
        let offset = CHINA;
        Hours {
            quiet,
            digest,
            offset,
        }
    }

    fn sent(hours: Hours, kind: Kind, created: &str) -> Timestamp {
        send_at(&hours, kind, at(created))
    }

    #[test]
    fn without_wishes_it_is_sent_at_once() {
        let created = at("2026-03-06T23:59").plus_ms(17);
        assert_eq!(send_at(&hours(None, None), Kind::Waits, created), created);
    }

    #[test]
    fn quiet_hours_over_midnight_hold_until_they_end() {
        let night = hours(Some((22 * 60, 7 * 60)), None);
        let morning = at("2026-03-07T07:00");
        assert_eq!(sent(night, Kind::Waits, "2026-03-06T22:00"), morning);
        assert_eq!(sent(night, Kind::Overdue, "2026-03-06T23:59"), morning);
        assert_eq!(sent(night, Kind::Waits, "2026-03-07T00:00"), morning);
        assert_eq!(sent(night, Kind::Waits, "2026-03-07T06:59"), morning);
        assert_eq!(sent(night, Kind::Waits, "2026-03-07T07:00"), morning);
        let evening = at("2026-03-06T21:59").plus_ms(59_999);
        assert_eq!(send_at(&night, Kind::Waits, evening), evening);
    }

    #[test]
    fn quiet_hours_within_a_day_hold_until_they_end() {
        let noon = hours(Some((12 * 60, 13 * 60)), None);
        assert_eq!(
            sent(noon, Kind::Waits, "2026-03-06T12:30"),
            at("2026-03-06T13:00")
        );
        assert_eq!(
            sent(noon, Kind::Waits, "2026-03-06T13:00"),
            at("2026-03-06T13:00")
        );
        assert_eq!(
            sent(noon, Kind::Waits, "2026-03-06T11:59"),
            at("2026-03-06T11:59")
        );
    }

    #[test]
    fn equal_ends_of_quiet_hours_hold_nothing() {
        let never = hours(Some((600, 600)), None);
        assert_eq!(
            sent(never, Kind::Waits, "2026-03-06T10:00"),
            at("2026-03-06T10:00")
        );
    }

    #[test]
    fn the_digest_comes_at_its_next_minute_today_or_tomorrow() {
        let nine = hours(None, Some(9 * 60));
        assert_eq!(
            sent(nine, Kind::Waits, "2026-03-06T08:59"),
            at("2026-03-06T09:00")
        );
        assert_eq!(
            sent(nine, Kind::Waits, "2026-03-06T09:00"),
            at("2026-03-06T09:00")
        );
        let after = at("2026-03-06T09:00").plus_ms(1);
        assert_eq!(send_at(&nine, Kind::Waits, after), at("2026-03-07T09:00"));
        assert_eq!(
            sent(nine, Kind::Copied, "2026-03-06T23:59"),
            at("2026-03-07T09:00")
        );
    }

    #[test]
    fn what_is_urgent_does_not_wait_for_the_digest() {
        let nine = hours(None, Some(9 * 60));
        for kind in Kind::ALL {
            let now = sent(nine, kind, "2026-03-06T10:00") == at("2026-03-06T10:00");
            assert_eq!(now, kind.urgent(), "{kind:?}");
        }
    }

    #[test]
    fn a_digest_within_quiet_hours_comes_when_they_end() {
        let early = hours(Some((22 * 60, 7 * 60)), Some(6 * 60));
        assert_eq!(
            sent(early, Kind::Waits, "2026-03-06T10:00"),
            at("2026-03-07T07:00")
        );
    }

    #[test]
    fn words_are_those_that_are_sent() {
        for kind in Kind::ALL {
            let word = serde_json::to_string(&kind).unwrap();
            assert_eq!(word, format!("\"{}\"", kind.word()));
        }
    }
}
