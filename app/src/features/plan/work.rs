//! Working time of the plan's calendar, as the chart and the fields need it. Pure.

use shared::base::{Minutes, Moment, time::DAY};
use shared::domain::calendar::Calendar;

/// Hours worked on the day that `at` lies in.
pub(crate) fn hours_on(calendar: &Calendar, at: Moment) -> &[(Minutes, Minutes)] {
    let day = at.day();
    let exception = calendar
        .exceptions
        .iter()
        .rev()
        .find(|e| (e.first.day()..=e.last.day()).contains(&day));
    match exception {
        Some(exception) => &exception.hours,
        None => calendar
            .week
            .get(usize::from(at.weekday()))
            .map_or(&[], Vec::as_slice),
    }
}

/// The first working minute of a day; its midnight where no work is done.
pub(crate) fn day_start(calendar: &Calendar, at: Moment) -> Moment {
    let first = hours_on(calendar, at).first().map_or(0, |(from, _)| *from);
    Moment::from_day(at.day()).plus(first)
}

/// The end of the last working hour of a day; its midnight where no work is done.
pub(crate) fn day_end(calendar: &Calendar, at: Moment) -> Moment {
    let last = hours_on(calendar, at).last().map_or(0, |(_, to)| *to);
    Moment::from_day(at.day()).plus(last)
}

/// Working minutes from `from` to `to`; 0 when `to` is earlier.
pub(crate) fn between(calendar: &Calendar, from: Moment, to: Moment) -> Minutes {
    let mut sum = 0;
    for day in from.day()..=to.day() {
        let start = Moment::from_day(day);
        for (first, last) in hours_on(calendar, start) {
            let first = (start.minutes() + first).max(from.minutes());
            let last = (start.minutes() + last).min(to.minutes());
            sum += (last - first).max(0);
        }
    }
    sum
}

/// `at` itself while work goes on, else the next start of work (looked for over ten years, then `at`).
pub(crate) fn next_start(calendar: &Calendar, at: Moment) -> Moment {
    for day in at.day()..at.day() + 3660 {
        let start = Moment::from_day(day);
        for (first, last) in hours_on(calendar, start) {
            if start.plus(*last) > at {
                return start.plus(*first).max(at);
            }
        }
    }
    at
}

/// When `minutes` of work begun at `from` are done (looked for over a hundred years, then `from`).
pub(crate) fn add(calendar: &Calendar, from: Moment, minutes: Minutes) -> Moment {
    let mut left = minutes;
    if left <= 0 {
        return from;
    }
    for day in from.day()..from.day() + 36_600 {
        let start = Moment::from_day(day);
        for (first, last) in hours_on(calendar, start) {
            let first = start.plus(*first).max(from);
            let room = start.plus(*last).minutes() - first.minutes();
            if room >= left {
                return first.plus(left);
            }
            left -= room.max(0);
        }
    }
    from
}

/// Stretches of whole days without work that meet `[from, to)`.
pub(crate) fn days_off(calendar: &Calendar, from: Moment, to: Moment) -> Vec<(Moment, Moment)> {
    let mut off: Vec<(Moment, Moment)> = Vec::new();
    for day in from.day()..=to.day() {
        let start = Moment::from_day(day);
        if !hours_on(calendar, start).is_empty() {
            continue;
        }
        let end = start.plus(DAY);
        match off.last_mut() {
            Some(last) if last.1 == start => last.1 = end,
            _ => off.push((start, end)),
        }
    }
    off
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::calendar::Exception;

    fn at(day: u32, hour: u32) -> Moment {
        Moment::ymd_hm(2026, 1, day, hour, 0).unwrap_or_default()
    }

    #[test]
    fn weekends_nights_and_holidays_are_no_work() {
        let mut calendar = Calendar::standard("s");
        // 2026-01-05 is a Monday
        assert_eq!(between(&calendar, at(5, 8), at(12, 8)), 5 * 480);
        assert_eq!(between(&calendar, at(5, 11), at(5, 14)), 120);
        assert_eq!(between(&calendar, at(6, 8), at(5, 8)), 0);
        calendar.exceptions.push(Exception {
            name: String::new(),
            first: at(7, 0),
            last: at(8, 0),
            hours: Vec::new(),
        });
        assert_eq!(between(&calendar, at(5, 8), at(12, 8)), 3 * 480);
        assert_eq!(
            days_off(&calendar, at(5, 0), at(11, 0)),
            [(at(7, 0), at(9, 0)), (at(10, 0), at(12, 0))]
        );
        assert_eq!(add(&calendar, at(5, 8), 3 * 480), at(9, 17));
        assert_eq!(add(&calendar, at(6, 16), 120), at(9, 9));
        assert_eq!(next_start(&calendar, at(6, 17)), at(9, 8));
        assert_eq!(next_start(&calendar, at(6, 9)), at(6, 9));
        assert_eq!(day_start(&calendar, at(5, 15)), at(5, 8));
        assert_eq!(day_start(&calendar, at(7, 15)), at(7, 0));
        assert_eq!(day_end(&calendar, at(5, 0)), at(5, 17));
    }
}
