//! What cannot be, and what cannot be told.

use super::*;

#[test]
fn what_cannot_be_told_is_none() {
    let nothing = Figures::default();
    let still = Times::default();
    for figure in [
        nothing.spi(),
        nothing.cpi(),
        nothing.sci(),
        nothing.sv_part(),
        nothing.cv_part(),
        nothing.complete(),
        nothing.spent(),
        nothing.tcpi(),
        still.spi_t(),
        still.tspi(),
        still.eac_t(Method::PlannedValue, Factor::Spi, &nothing),
    ] {
        assert_eq!(figure, None);
    }
    let spent = Figures {
        pv: money(1),
        ac: money(5),
        bac: money(4),
        ..nothing
    };
    assert_eq!(spent.tcpi(), None);
    assert_eq!(spent.eac(Factor::Cpi, None), None);
    assert_eq!(spent.eac(Factor::SpiT, None), None);
    for factor in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
        assert_eq!(spent.eac(Factor::Given(factor), None), None);
    }
    let (gauge, problems) = Gauge::new(&Baseline::default());
    assert_eq!(problems, []);
    let measured = measure(&gauge, &Status::default());
    assert_eq!(gauge.times(&measured, None, Reading::default()), None);
    assert_eq!(
        gauge
            .curve(None, &[measured], 10, Outlook::default())
            .planned,
        []
    );
    assert_eq!(gauge.date(None, f64::NAN), None);
}

#[test]
fn a_baseline_that_cannot_be_is_measured_and_told() {
    let circle = |n, parent| Planned {
        parent: Some(id(parent)),
        ..week(n)
    };
    let (gauge, problems) = Gauge::new(&Baseline {
        calendar: Some(CalendarId::from_bytes([9; 8])),
        calendars: vec![],
        tasks: vec![
            circle(2, 3),
            circle(3, 2),
            Planned {
                parent: Some(id(99)),
                ..week(4)
            },
            Planned {
                finish: at("2026-01-04T08:00"),
                ..week(5)
            },
            Planned {
                budget: Budget::even(money(-5)),
                ..week(6)
            },
            week(7),
            Planned {
                budget: Budget::even(money(1)),
                ..week(7)
            },
            Planned {
                calendar: Some(CalendarId::from_bytes([8; 8])),
                ..week(8)
            },
        ],
    });
    assert_eq!(
        problems,
        [
            Problem::Twice { task: id(7) },
            Problem::NoBranch { task: id(4) },
            Problem::Circle {
                tasks: vec![id(2), id(3)]
            },
            Problem::NoCalendar { task: None },
            Problem::NoCalendar { task: Some(id(8)) },
            Problem::PlannedBackwards { task: id(5) },
            Problem::NegativeBudget { task: id(6) },
            Problem::NoBudget { task: id(6) },
        ]
    );
    assert_eq!(gauge.budget(None), money(6000));
    assert_eq!(gauge.budget(Some(id(2))), money(2000));
}

#[test]
fn a_report_that_cannot_be_is_measured_and_told() {
    let with = |n, rule| Planned { rule, ..week(n) };
    let gauge = gauge(vec![
        week(1),
        week(2),
        week(3),
        week(4),
        with(5, Rule::Milestones(vec![0])),
        with(6, Rule::Apportioned(id(7))),
        with(7, Rule::Apportioned(id(1))),
        week(8),
    ]);
    let unplanned = Reported {
        under: Some(id(1)),
        ..done(99, 50.0, 70)
    };
    let rows = vec![
        done(1, 130.0, 10),
        Reported {
            actual_finish: Some(at("2026-01-02T08:00")),
            ..done(2, 100.0, 0)
        },
        Reported {
            actual_start: None,
            ..done(3, 0.0, 5)
        },
        Reported {
            actual_finish: Some(at("2026-03-02T08:00")),
            ..done(4, 50.0, 0)
        },
        Reported {
            reached: vec![4],
            ..done(5, 0.0, 0)
        },
        done(8, 50.0, 0),
        done(8, 40.0, 0),
        unplanned,
    ];
    let (measured, problems) = gauge.measure(&status("2026-01-09T17:00", rows));
    assert_eq!(
        problems,
        [
            Problem::Twice { task: id(8) },
            Problem::NoWeights { task: id(5) },
            Problem::NoBasis { task: id(6) },
            Problem::Unplanned { task: id(99) },
            Problem::ShareOutOfRange { task: id(1) },
            Problem::NoMilestone { task: id(5) },
            Problem::FinishBeforeStart { task: id(2) },
            Problem::AfterDataDate { task: id(4) },
            Problem::FinishedNotDone { task: id(4) },
            Problem::NotStarted { task: id(3) },
        ]
    );
    // an unplanned cost is not lost
    assert_eq!(measured.project.ac, money(85));
    assert_eq!(measured.figures(Some(id(1))).unwrap().ac, money(80));
    assert_eq!(measured.figures(Some(id(99))).unwrap().ac, money(70));
    // 1, 7 apportioned to it, 2, half of 4, half of 8
    assert_eq!(measured.project.ev, money(4000));
}
