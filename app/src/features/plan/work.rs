//! Working time of the plan's calendar, as the chart and the fields need it. Pure.

use shared::base::{Moment, time::DAY};
use shared::domain::calendar::WorkTime;

/// The first working minute of a day; its midnight where no work is done.
pub(crate) fn day_start(work: &WorkTime, at: Moment) -> Moment {
    let first = work.hours_on(at).first().map_or(0, |(from, _)| *from);
    Moment::from_day(at.day()).plus(first)
}

/// The end of the last working hour of a day; its midnight where no work is done.
pub(crate) fn day_end(work: &WorkTime, at: Moment) -> Moment {
    let last = work.hours_on(at).last().map_or(0, |(_, to)| *to);
    Moment::from_day(at.day()).plus(last)
}

/// Stretches of whole days without work that meet `[from, to)`.
pub(crate) fn days_off(work: &WorkTime, from: Moment, to: Moment) -> Vec<(Moment, Moment)> {
    let mut off: Vec<(Moment, Moment)> = Vec::new();
    for day in from.day()..=to.day() {
        let start = Moment::from_day(day);
        if !work.hours_on(start).is_empty() {
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

/// Stretches without work that meet `[from, to)`, nights and pauses too.
pub(crate) fn hours_off(work: &WorkTime, from: Moment, to: Moment) -> Vec<(Moment, Moment)> {
    let mut off = Vec::new();
    let mut free = Moment::from_day(from.day());
    for day in from.day()..=to.day() {
        let start = Moment::from_day(day);
        for (begin, end) in work.hours_on(start) {
            let begin = start.plus(*begin);
            if begin > free {
                off.push((free, begin));
            }
            free = start.plus(*end);
        }
    }
    let last = Moment::from_day(to.day()).plus(DAY);
    if last > free {
        off.push((free, last));
    }
    off
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::calendar::{Calendar, Exception};

    fn at(day: u32, hour: u32) -> Moment {
        Moment::ymd_hm(2026, 1, day, hour, 0).unwrap_or_default()
    }

    #[test]
    fn nights_and_pauses_are_hours_off() {
        let work = WorkTime::new(&Calendar::standard("s"));
        // a Monday
        assert_eq!(
            hours_off(&work, at(5, 9), at(5, 15)),
            [
                (at(5, 0), at(5, 8)),
                (at(5, 12), at(5, 13)),
                (at(5, 17), at(6, 0))
            ]
        );
    }

    #[test]
    fn weekends_and_holidays_are_days_off() {
        let mut calendar = Calendar::standard("s");
        calendar.exceptions.push(Exception {
            name: String::new(),
            first: at(7, 0),
            last: at(8, 0),
            hours: Vec::new(),
        });
        let work = WorkTime::new(&calendar);
        // 2026-01-05 is a Monday
        assert_eq!(
            days_off(&work, at(5, 0), at(11, 0)),
            [(at(7, 0), at(9, 0)), (at(10, 0), at(12, 0))]
        );
        assert_eq!(day_start(&work, at(5, 15)), at(5, 8));
        assert_eq!(day_start(&work, at(7, 15)), at(7, 0));
        assert_eq!(day_end(&work, at(5, 0)), at(5, 17));
    }
}
