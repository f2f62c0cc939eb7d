use super::*;
use crate::calendar::{Exception, Hours};
use proptest::prelude::*;

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

#[test]
fn standard_hours_are_counted_both_ways() {
    let work = WorkTime::new(&Calendar::standard("x"));
    let monday = at("2026-01-05T08:00");
    assert_eq!(work.between(monday, at("2026-01-12T08:00")), 2400);
    assert_eq!(work.add(monday, 480), at("2026-01-05T17:00"));
    assert_eq!(work.add(monday, 481), at("2026-01-06T08:01"));
    assert_eq!(work.add(at("2026-01-05T17:00"), 1), at("2026-01-06T08:01"));
    assert_eq!(
        work.add(at("2026-01-12T08:00"), -480),
        at("2026-01-09T08:00")
    );
    assert_eq!(
        work.next_start(at("2026-01-10T12:00")),
        at("2026-01-12T08:00")
    );
    assert_eq!(work.hours_on(at("2026-01-10T00:00")), &[]);
}

#[test]
fn the_later_exception_wins() {
    let mut calendar = Calendar::standard("x");
    calendar.exceptions = vec![
        Exception {
            name: "holiday".into(),
            first: at("2026-01-05"),
            last: at("2026-01-11"),
            hours: vec![],
        },
        Exception {
            name: "make-up day".into(),
            first: at("2026-01-10"),
            last: at("2026-01-10"),
            hours: vec![(480, 720)],
        },
    ];
    let work = WorkTime::new(&calendar);
    assert_eq!(work.between(at("2026-01-05"), at("2026-01-12")), 240);
    assert_eq!(work.next_start(at("2026-01-05")), at("2026-01-10T08:00"));
    calendar.exceptions.reverse();
    assert_eq!(
        WorkTime::new(&calendar).between(at("2026-01-05"), at("2026-01-12")),
        0
    );
}

#[test]
fn a_calendar_without_work_ends_at_the_end_of_time() {
    let work = WorkTime::new(&Calendar::default());
    assert!(work.is_empty());
    assert_eq!(work.start_of(1), RANGE.1);
    assert_eq!(work.add(at("2026-01-05"), 10), RANGE.1);
}

fn any_hours() -> impl Strategy<Value = Hours> {
    prop::collection::vec((-10i64..1500, -10i64..1500), 0..4)
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let exception = (-400i64..400, 0i64..60, any_hours()).prop_map(|(first, len, hours)| {
        let base = at("2026-01-01").day();
        Exception {
            name: String::new(),
            first: Moment::from_day(base + first),
            last: Moment::from_day(base + first + len),
            hours,
        }
    });
    (
        prop::array::uniform7(any_hours()),
        prop::collection::vec(exception, 0..8),
    )
        .prop_map(|(week, exceptions)| Calendar {
            name: String::new(),
            week,
            exceptions,
        })
}

/// Minute by minute, as the calendar's data say.
fn works(calendar: &Calendar, at: Moment) -> bool {
    let hours = calendar
        .exceptions
        .iter()
        .rev()
        .find(|e| e.first.day() <= at.day() && at.day() <= e.last.day())
        .map_or(&calendar.week[usize::from(at.weekday())], |e| &e.hours);
    hours
        .iter()
        .any(|&(from, to)| from <= at.minute_of_day() && at.minute_of_day() < to)
}

proptest! {
    #[test]
    fn counting_equals_walking_minute_by_minute(
        calendar in any_calendar(), start in -400i64 * DAY..400 * DAY, length in 0i64..4000,
    ) {
        let work = WorkTime::new(&calendar);
        let from = at("2026-01-01").plus(start);
        let walked = (0..length).filter(|&n| works(&calendar, from.plus(n))).count() as i64;
        prop_assert_eq!(work.between(from, from.plus(length)), walked);
    }

    #[test]
    fn start_and_end_are_the_two_ends_of_one_work_number(
        calendar in any_calendar(), start in -500i64 * DAY..500 * DAY,
    ) {
        let work = WorkTime::new(&calendar);
        let from = at("2026-01-01").plus(start);
        let n = work.work_at(from);
        if n < work.total() {
            prop_assert_eq!(work.work_at(work.start_of(n)), n);
            prop_assert!(work.start_of(n) >= from);
            prop_assert!(works(&calendar, work.start_of(n)));
        }
        prop_assert_eq!(work.work_at(work.end_of(n)), n);
        prop_assert!(work.end_of(n) <= from);
        if n > 0 {
            prop_assert!(works(&calendar, work.end_of(n).plus(-1)));
        }
    }
}
