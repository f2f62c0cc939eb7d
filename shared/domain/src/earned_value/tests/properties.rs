//! What holds whatever the baseline and whatever is reported.

use base::time::RANGE;
use base::{CalendarId, Moment, TaskId};
use proptest::prelude::*;

use crate::calendar::Calendar;
use crate::earned_value::*;
use crate::money::Money;

fn id(n: u8) -> TaskId {
    TaskId::from_bytes([n; 8])
}

fn moment() -> impl Strategy<Value = Moment> {
    prop_oneof![
        8 => (29_450_000i64..29_550_000).prop_map(Moment::from_minutes),
        1 => any::<i64>().prop_map(Moment::from_minutes),
    ]
}

fn money() -> impl Strategy<Value = Money> {
    prop_oneof![
        8 => (0i64..100_000_000).prop_map(Money::from_hundredths),
        1 => any::<i64>().prop_map(Money::from_hundredths),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    prop_oneof![
        Just(Rule::Percent),
        Just(Rule::AsPlanned),
        any::<u8>().prop_map(Rule::AtStart),
        prop::collection::vec(any::<u32>(), 0..4).prop_map(Rule::Milestones),
        Just(Rule::LevelOfEffort),
        (0u8..14).prop_map(|n| Rule::Apportioned(id(n))),
    ]
}

prop_compose! {
    fn planned()(
        task in 0u8..12,
        parent in prop::option::weighted(0.6, 0u8..14),
        start in moment(),
        length in prop_oneof![Just(0i64), -5000i64..20_000],
        calendar in prop::option::of(0u8..3),
        elapsed in prop::bool::weighted(0.1),
        fixed in money(),
        over_time in money(),
        accrual in prop_oneof![Just(Accrual::Start), Just(Accrual::Prorated), Just(Accrual::End)],
        rule in rule(),
    ) -> Planned {
        Planned {
            parent: parent.map(id),
            calendar: calendar.map(|n| CalendarId::from_bytes([n; 8])),
            elapsed,
            budget: Budget { fixed, accrual, over_time },
            rule,
            ..Planned::new(id(task), start, start.plus(length))
        }
    }
}

prop_compose! {
    fn baseline()(tasks in prop::collection::vec(planned(), 0..12)) -> Baseline {
        let nights = Calendar {
            week: std::array::from_fn(|_| vec![(1200, 1440)]),
            ..Calendar::default()
        };
        let calendar = |n| CalendarId::from_bytes([n; 8]);
        Baseline {
            calendar: Some(calendar(0)),
            calendars: vec![(calendar(0), Calendar::standard("")), (calendar(1), nights)],
            tasks,
        }
    }
}

prop_compose! {
    fn reported()(
        task in 0u8..14,
        under in prop::option::of(0u8..14),
        actual_start in prop::option::of(moment()),
        actual_finish in prop::option::of(moment()),
        done in prop::option::of((any::<i64>(), any::<i64>(), 0i64..=100, any::<bool>())),
        reached in prop::collection::vec(0u32..5, 0..4),
        actual_cost in money(),
    ) -> Reported {
        let done = done.map(|(part, whole, percent, wild)| match wild {
            true => Share { part, whole },
            false => Share { part: percent, whole: 100 },
        });
        Reported {
            under: under.map(id),
            actual_start,
            actual_finish,
            done,
            reached,
            actual_cost,
            ..Reported::new(id(task))
        }
    }
}

prop_compose! {
    fn status()(at in moment(), rows in prop::collection::vec(reported(), 0..14)) -> Status {
        Status { at, rows }
    }
}

fn by_task(measured: &Measured) -> Vec<Row> {
    let mut rows = measured.rows.clone();
    base::sort::by_key(&mut rows, |row| row.task);
    rows
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_124),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_makes_a_figure_that_is_no_number(
        baseline in baseline(),
        statuses in prop::collection::vec(status(), 1..4),
        points in any::<usize>(),
        period in any::<i64>(),
        factor in any::<f64>(),
    ) {
        let (gauge, _) = Gauge::new(&baseline);
        let measured: Vec<Measured> = statuses.iter().map(|status| gauge.measure(status).0).collect();
        let reading = Reading { period, part: true };
        for one in &measured {
            let scopes = one.rows.iter().map(|row| Some(row.task)).chain([None]);
            for scope in scopes {
                let of = one.figures(scope).unwrap();
                let times = gauge.times(one, scope, reading);
                let mut figures = vec![of.spi(), of.cpi(), of.sci(), of.tcpi(), of.complete(), of.sv_part(), of.cv_part()];
                for factor in [Factor::Given(factor), Factor::Sci, Factor::SciT, Factor::Weighted { cpi: factor, spi: 0.2 }] {
                    let eac = of.eac(factor, times.as_ref());
                    figures.extend([eac.map(Money::units), eac.and_then(|eac| of.tcpi_to(eac))]);
                    for method in [Method::PlannedValue, Method::EarnedDuration, Method::EarnedSchedule] {
                        let time = times.and_then(|times| times.eac_t(method, factor, &of));
                        figures.push(time);
                        time.and_then(|time| gauge.date(scope, time));
                    }
                }
                if let Some(times) = times {
                    figures.extend([times.spi_t(), times.tspi(), times.sci_t(&of), Some(times.earned)]);
                    figures.push(gauge.adherence(one, scope, times.earned));
                }
                prop_assert!(figures.iter().flatten().all(|figure| figure.is_finite()), "{figures:?}");
            }
        }
        let curve = gauge.curve(None, &measured, points % 50, Outlook::default());
        for line in [&curve.planned, &curve.earned, &curve.actual, &curve.forecast] {
            prop_assert!(line.is_sorted_by_key(|point| point.at));
        }
        prop_assert!(curve.planned.is_sorted_by_key(|point| point.amount));
    }

    #[test]
    fn the_sum_of_the_children_is_the_branch(baseline in baseline(), status in status()) {
        let (gauge, _) = Gauge::new(&baseline);
        let (measured, _) = gauge.measure(&status);
        let own: Figures = measured.rows.iter().map(|row| row.own).sum();
        prop_assert_eq!(measured.project, own);
        prop_assert_eq!(measured.project.pv, gauge.value(None, status.at));
        prop_assert_eq!(measured.project.bac, gauge.budget(None));
        for row in &measured.rows {
            prop_assert_eq!(row.figures.pv, gauge.value(Some(row.task), status.at));
            prop_assert_eq!(row.figures.bac, gauge.budget(Some(row.task)));
        }
    }

    #[test]
    fn no_more_is_earned_or_planned_than_there_is_budget(baseline in baseline(), status in status()) {
        let (gauge, _) = Gauge::new(&baseline);
        for row in gauge.measure(&status).0.rows {
            prop_assert!(row.own.ev <= row.own.bac && row.figures.ev <= row.figures.bac);
            prop_assert!(row.own.pv <= row.own.bac && row.own.ev >= Money::ZERO);
        }
    }

    #[test]
    fn planned_value_never_falls_and_is_all_of_the_budget_at_the_finish(
        baseline in baseline(),
        mut moments in prop::collection::vec(moment(), 2..20),
    ) {
        let (gauge, _) = Gauge::new(&baseline);
        base::sort::plain(&mut moments);
        let values: Vec<Money> = moments.iter().map(|at| gauge.value(None, *at)).collect();
        prop_assert!(values.is_sorted());
        prop_assert_eq!(gauge.value(None, RANGE.1), gauge.budget(None));
        if let Some((_, finish)) = gauge.span(None) {
            prop_assert_eq!(gauge.value(None, finish), gauge.budget(None));
        }
    }

    #[test]
    fn earned_schedule_lies_between_start_and_finish_and_grows_with_what_is_earned(
        baseline in baseline(),
        at in moment(),
        period in 1i64..5000,
        part in any::<bool>(),
        mut amounts in prop::collection::vec(money(), 2..8),
    ) {
        let (gauge, _) = Gauge::new(&baseline);
        amounts.push(gauge.value(None, at));
        base::sort::plain(&mut amounts);
        let read = |ev| gauge.earned_schedule(None, ev, at, Reading { period, part });
        let read: Vec<Option<f64>> = amounts.iter().map(|ev| read(*ev)).collect();
        if let Some((start, finish)) = gauge.span(None) {
            let last = gauge.work.between(start, finish) as f64;
            prop_assert!(read.iter().flatten().all(|es| (0.0..=last).contains(es)));
            prop_assert!(read.is_sorted(), "{:?}", read);
        }
    }

    #[test]
    fn the_earned_schedule_of_a_planned_value_is_its_own_moment(
        weeks in prop::collection::vec((0i64..3, 1i64..4), 1..5),
        minute in 0i64..9600,
        other in moment(),
    ) {
        // each week of the plan is covered by one of the tasks, so that the planned value always grows
        let monday = |week: i64| Moment::from_day(20_458 + week * 7).plus(8 * 60);
        let mut from = 0;
        let tasks: Vec<Planned> = weeks.iter().enumerate().map(|(n, (back, length))| {
            let first = (from - back).max(0);
            from = from.max(first + length);
            Planned {
                budget: Budget::even(Money::from_hundredths(100_000_000)),
                ..Planned::new(id(n as u8), monday(first), monday(first + length).plus(-15 * 60 - 2 * 1440))
            }
        }).collect();
        let (gauge, problems) = Gauge::new(&Baseline { tasks, ..Baseline::default() });
        prop_assert_eq!(problems, []);
        let minute = minute.min(from * 2400);
        let at = gauge.date(None, minute as f64).unwrap();
        let ev = gauge.value(None, at);
        for data_date in [at, other] {
            let es = gauge.earned_schedule(None, ev, data_date, Reading::default()).unwrap();
            prop_assert!((es - minute as f64).abs() < 1e-3, "{} {}", es, minute);
        }
    }

    #[test]
    fn the_order_of_tasks_and_reports_makes_no_difference(
        baseline in baseline(),
        status in status(),
        turns in (0usize..12, 0usize..14),
    ) {
        let (gauge, problems) = Gauge::new(&baseline);
        let (measured, told) = gauge.measure(&status);
        let (mut turned, mut reported) = (baseline.clone(), status.clone());
        let turn = |len: usize, by: usize| if len == 0 { 0 } else { by % len };
        let (tasks, rows) = (turned.tasks.len(), reported.rows.len());
        turned.tasks.rotate_left(turn(tasks, turns.0));
        turned.tasks.reverse();
        reported.rows.rotate_left(turn(rows, turns.1));
        let (other, other_problems) = Gauge::new(&turned);
        let (again, other_told) = other.measure(&reported);
        prop_assert_eq!(problems, other_problems);
        prop_assert_eq!(told, other_told);
        prop_assert_eq!(by_task(&measured), by_task(&again));
        prop_assert_eq!(measured.project, again.project);
    }
}
