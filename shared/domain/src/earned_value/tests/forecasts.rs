//! Earned schedule, forecasts, curves.

use super::*;

#[test]
fn what_is_exactly_on_plan_is_neither_early_nor_late() {
    // nothing is planned in the second week
    let later = Planned {
        start: at("2026-01-19T08:00"),
        finish: at("2026-01-23T17:00"),
        ..week(2)
    };
    let gauge = gauge(vec![week(1), later]);
    let measured = measure(
        &gauge,
        &status("2026-01-14T17:00", vec![done(1, 100.0, 1000)]),
    );
    let times = gauge.times(&measured, None, Reading::default()).unwrap();
    assert_eq!((times.sv_t(), times.spi_t()), (0.0, Some(1.0)));
    // the same work a day before its end: the latest moment with no more planned counts
    let early = gauge.times(
        &Measured {
            at: at("2026-01-08T17:00"),
            ..measured
        },
        None,
        Reading::default(),
    );
    assert_eq!(early.unwrap().earned, 2.0 * 2400.0);
}

#[test]
fn a_late_end_keeps_spi_at_one_while_spi_t_tells_it() {
    let gauge = gauge(vec![week(1)]);
    let measured = measure(
        &gauge,
        &status("2026-01-16T17:00", vec![done(1, 100.0, 1500)]),
    );
    let times = gauge.times(&measured, None, Reading::default()).unwrap();
    assert_eq!(measured.project.spi(), Some(1.0));
    assert_eq!(times.spi_t(), Some(0.5));
    assert_eq!(times.sv_t(), -2400.0);
    // nothing remains: neither cost nor time
    assert_eq!(
        measured.project.eac(Factor::Spi, Some(&times)),
        Some(money(1500))
    );
    let end = times.eac_t(Method::EarnedSchedule, Factor::SpiT, &measured.project);
    assert_eq!(gauge.date(None, end.unwrap()), Some(at("2026-01-16T17:00")));
}

#[test]
fn earned_schedule_counts_whole_periods_and_the_part_of_the_next() {
    let gauge = gauge(vec![week(1)]);
    let read = |percent, reading| {
        let ev = money(1000).portion(percent, 100);
        gauge
            .earned_schedule(None, ev, at("2026-02-01T00:00"), reading)
            .unwrap()
    };
    let days = |part| Reading { period: 480, part };
    assert_eq!(read(30, Reading::default()), 720.0);
    assert_eq!(read(30, days(true)), 720.0);
    assert_eq!(read(30, days(false)), 480.0);
    assert_eq!(read(33, Reading::HOURS), 780.0);
    assert_eq!(read(100, days(false)), 2400.0);
    // a last period that is shorter, and one longer than the whole; amounts are kept to a ten-thousandth
    for period in [1000, i64::MAX, i64::MIN] {
        let read = read(90, Reading { period, part: true });
        assert!((read - 2160.0).abs() < 1e-3, "{period}: {read}");
    }
}

#[test]
fn who_has_earned_less_than_planned_is_not_ahead_inside_a_period_either() {
    // most of it is planned for the first two days: read evenly over the week, that comes too late
    let mut first = week(2);
    first.finish = at("2026-01-06T17:00");
    let gauge = gauge(vec![week(1), first]);
    let now = at("2026-01-07T12:00");
    let read = |ev| {
        let week = Reading {
            period: 2400,
            part: true,
        };
        gauge.earned_schedule(None, ev, now, week).unwrap()
    };
    let planned = gauge.value(None, now);
    let less = planned - Money::from_hundredths(1);
    assert!(
        read(less) <= read(planned),
        "{} {}",
        read(less),
        read(planned)
    );
    assert_eq!(read(planned), 20.0 * 60.0);
}

#[test]
fn forecasts_of_cost_divide_the_rest_by_their_factor() {
    let of = Figures {
        pv: money(600),
        ev: money(400),
        ac: money(500),
        bac: money(1000),
    };
    let times = Times {
        planned: 10.0,
        actual: 6.0,
        earned: 4.5,
    };
    let eac = |factor| of.eac(factor, Some(&times)).unwrap().units();
    let near = |ours: f64, theirs: f64| assert!((ours - theirs).abs() < 1e-4, "{ours} {theirs}");
    near(eac(Factor::AsPlanned), 1100.0);
    near(eac(Factor::Cpi), 1250.0);
    near(eac(Factor::Spi), 500.0 + 600.0 / (2.0 / 3.0));
    near(eac(Factor::SpiT), 500.0 + 600.0 / 0.75);
    near(eac(Factor::Sci), 500.0 + 600.0 / (0.8 * 2.0 / 3.0));
    near(eac(Factor::SciT), 500.0 + 600.0 / 0.6);
    near(
        eac(Factor::Weighted { cpi: 0.8, spi: 0.2 }),
        500.0 + 600.0 / (0.64 + 0.4 / 3.0),
    );
    near(
        eac(Factor::WeightedT {
            cpi: 0.8,
            spi_t: 0.2,
        }),
        500.0 + 600.0 / 0.79,
    );
    let third = Figures {
        ev: money(100),
        ac: money(200),
        ..of
    };
    near(eac(Factor::Given(of.cpi_since(&third).unwrap())), 1100.0);
    assert_eq!(of.etc(money(1250)), money(750));
    assert_eq!(of.vac(money(1250)), money(-250));
    near(of.tcpi().unwrap(), 1.2);
    near(of.tcpi_to(money(1250)).unwrap(), 0.8);
}

#[test]
fn forecasts_of_time_differ_by_method() {
    let of = Figures {
        pv: money(600),
        ev: money(400),
        ac: money(500),
        bac: money(1000),
    };
    let times = Times {
        planned: 10.0,
        actual: 6.0,
        earned: 4.5,
    };
    let eac = |method, factor| times.eac_t(method, factor, &of).unwrap();
    let near = |ours: f64, theirs: f64| assert!((ours - theirs).abs() < 1e-9, "{ours} {theirs}");
    near(eac(Method::PlannedValue, Factor::AsPlanned), 12.0);
    near(eac(Method::PlannedValue, Factor::Spi), 15.0);
    near(eac(Method::PlannedValue, Factor::Sci), 18.75);
    near(eac(Method::EarnedDuration, Factor::AsPlanned), 12.0);
    near(eac(Method::EarnedDuration, Factor::Spi), 15.0);
    near(eac(Method::EarnedDuration, Factor::Sci), 17.25);
    near(eac(Method::EarnedSchedule, Factor::AsPlanned), 11.5);
    near(eac(Method::EarnedSchedule, Factor::SpiT), 6.0 + 5.5 / 0.75);
    near(eac(Method::EarnedSchedule, Factor::SciT), 6.0 + 5.5 / 0.6);
    near(times.tspi().unwrap(), 1.375);
}

#[test]
fn curves_run_from_start_to_finish_and_the_forecast_from_today_to_its_end() {
    let gauge = gauge(vec![week(1)]);
    let late = measure(
        &gauge,
        &status("2026-01-07T17:00", vec![done(1, 30.0, 400)]),
    );
    let early = measure(
        &gauge,
        &status("2026-01-06T17:00", vec![done(1, 20.0, 300)]),
    );
    let curve = gauge.curve(None, &[late, early], 6, Outlook::default());
    let point = |text, units| Point {
        at: at(text),
        amount: money(units),
    };
    assert_eq!(
        curve.planned,
        [
            point("2026-01-05T08:00", 0),
            point("2026-01-05T17:00", 200),
            point("2026-01-06T17:00", 400),
            point("2026-01-07T17:00", 600),
            point("2026-01-08T17:00", 800),
            point("2026-01-09T17:00", 1000),
        ]
    );
    assert_eq!(
        curve.earned,
        [
            point("2026-01-06T17:00", 200),
            point("2026-01-07T17:00", 300)
        ]
    );
    assert_eq!(
        curve.actual,
        [
            point("2026-01-06T17:00", 300),
            point("2026-01-07T17:00", 400)
        ]
    );
    // EAC = 400 + 700 / 0.75, EAC(t) = 3 + 3.5 / 0.5 = 10 days
    assert_eq!(
        curve.forecast.first(),
        Some(&point("2026-01-07T17:00", 400))
    );
    let last = curve.forecast.last().unwrap();
    assert_eq!(last.at, at("2026-01-16T17:00"));
    assert_eq!(last.amount.to_string(), "1333.3333");
}
