//! When a deadline 期限 is over.

use base::time::DAY;
use base::{Moment, Timestamp};
use domain::calendar::holidays::Holidays;
use pack::route::Deadline;

/// Minutes that local time is ahead of UTC where nothing else is said: China.
pub const CHINA: i64 = 8 * 60;

/// The longest that is counted: deadlines of packs are shorter.
const LONGEST: u32 = 3_660;

/// Whether a day, counted from 1970-01-01, is a working day 工作日: Monday to Friday but for holidays, and the days that are
/// worked to make up for those.
pub fn works(day: i64, holidays: &Holidays) -> bool {
    let day = Moment::from_day(day);
    holidays
        .day(day)
        .map_or(day.weekday() < 5, |special| special.works)
}

/// When a deadline that began then is over: at the same time of day, so many days later. Where
/// working days are meant ([`works`]), one that began on a day off counts from the next working day on. `offset`: minutes that local time is ahead of UTC.
pub fn due(since: Timestamp, deadline: &Deadline, offset: i64, holidays: &Holidays) -> Timestamp {
    let days = deadline.days.min(LONGEST);
    if !deadline.working_days {
        return since.plus_ms(i64::from(days) * 24 * 60 * 60_000);
    }
    let local = since.0.saturating_add(offset * 60_000);
    let first = local.div_euclid(DAY * 60_000);
    let works = |day: i64| works(day, holidays);
    let (mut day, mut left) = (first, days);
    // holidays are at most weeks long: the way ends
    while left > 0 && day - first < i64::from(LONGEST) * 10 {
        day += 1;
        left -= u32::from(works(day));
    }
    since.plus_ms((day - first) * DAY * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::calendar::holidays::chinese;

    fn at(text: &str) -> Timestamp {
        let moment: Moment = text.parse().unwrap();
        Timestamp((moment.minutes() - CHINA) * 60_000)
    }

    fn days(days: u32, working_days: bool) -> Deadline {
        Deadline {
            days,
            working_days,
            escalate_to: None,
        }
    }

    #[test]
    fn calendar_days_are_counted_through() {
        let over = due(at("2026-03-06T10:00"), &days(3, false), CHINA, &chinese());
        assert_eq!(over, at("2026-03-09T10:00"));
    }

    #[test]
    fn working_days_leave_out_weekends_and_holidays() {
        // a Friday
        let over = due(at("2026-03-06T10:00"), &days(1, true), CHINA, &chinese());
        assert_eq!(over, at("2026-03-09T10:00"));
        // the evening before the National Day holiday of 2026
        let over = due(at("2026-09-30T17:00"), &days(1, true), CHINA, &chinese());
        assert_eq!(over, at("2026-10-08T17:00"));
    }

    #[test]
    fn what_begins_on_a_day_off_counts_from_the_next_working_day() {
        // a Saturday
        let over = due(at("2026-03-07T10:00"), &days(1, true), CHINA, &chinese());
        assert_eq!(over, at("2026-03-09T10:00"));
    }
}
