//! Planned value over time.

use super::*;

#[test]
fn planned_value_grows_evenly_with_working_time() {
    let gauge = gauge(vec![week(1)]);
    let value = |text| gauge.value(None, at(text));
    assert_eq!(value("2026-01-05T08:00"), Money::ZERO);
    assert_eq!(value("2026-01-05T12:00"), money(100));
    // nothing at noon, nor at night
    assert_eq!(value("2026-01-05T13:00"), money(100));
    assert_eq!(value("2026-01-06T08:00"), money(200));
    assert_eq!(value("2026-01-09T17:00"), money(1000));
    assert_eq!(value("2030-01-01T00:00"), money(1000));
    assert_eq!(value("2000-01-01T00:00"), Money::ZERO);
}

#[test]
fn planned_value_follows_each_tasks_own_calendar() {
    let nights = CalendarId::from_bytes([7; 8]);
    let calendar = Calendar {
        week: std::array::from_fn(|_| vec![(0, 240)]),
        ..Calendar::default()
    };
    let own = Planned {
        calendar: Some(nights),
        ..week(1)
    };
    let by_clock = Planned {
        elapsed: true,
        start: at("2026-01-05T00:00"),
        finish: at("2026-01-15T00:00"),
        ..week(2)
    };
    let (gauge, problems) = Gauge::new(&Baseline {
        calendar: None,
        calendars: vec![(nights, calendar)],
        tasks: vec![own, by_clock],
    });
    assert_eq!(problems, []);
    // nights of 6, 7, 8 and 9 January; two of them are over
    assert_eq!(gauge.value(Some(id(1)), at("2026-01-07T12:00")), money(500));
    assert_eq!(gauge.value(Some(id(2)), at("2026-01-11T00:00")), money(600));
}

#[test]
fn fixed_cost_counts_at_the_start_evenly_or_at_the_end() {
    let with = |n, accrual| Planned {
        budget: Budget {
            fixed: money(500),
            accrual,
            over_time: money(500),
        },
        ..week(n)
    };
    let gauge = gauge(vec![
        with(1, Accrual::Start),
        with(2, Accrual::Prorated),
        with(3, Accrual::End),
    ]);
    let values = |text| [1, 2, 3].map(|n| gauge.value(Some(id(n)), at(text)));
    assert_eq!(values("2026-01-05T08:00"), [0, 0, 0].map(money));
    assert_eq!(values("2026-01-06T17:00"), [700, 400, 200].map(money));
    assert_eq!(values("2026-01-09T17:00"), [1000, 1000, 1000].map(money));
}

#[test]
fn a_milestone_counts_from_its_moment_on() {
    let milestone = |n, text| Planned {
        start: at(text),
        finish: at(text),
        ..week(n)
    };
    let gauge = gauge(vec![
        milestone(1, "2026-01-05T17:00"),
        milestone(2, "2026-01-06T08:00"),
    ]);
    assert_eq!(gauge.value(None, at("2026-01-05T16:59")), Money::ZERO);
    // the end of one working period and the start of the next are one moment of work
    assert_eq!(gauge.value(None, at("2026-01-05T17:00")), money(2000));
}
