//! One test a rule, named after it.
#![allow(clippy::unwrap_used, clippy::panic)]

use base::{CalendarId, Moment, TaskId};

use crate::calendar::Calendar;
use crate::earned_value::*;
use crate::money::Money;

mod forecasts;
mod measured;
mod plan;
mod planned;
mod problems;
mod properties;

fn id(n: u8) -> TaskId {
    TaskId::from_bytes([n; 8])
}

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn money(units: i64) -> Money {
    Money::from_hundredths(units * 100)
}

/// A week's work, Monday to Friday, 40 hours: 1000.
fn week(n: u8) -> Planned {
    Planned {
        budget: Budget::even(money(1000)),
        ..Planned::new(id(n), at("2026-01-05T08:00"), at("2026-01-09T17:00"))
    }
}

fn gauge(tasks: Vec<Planned>) -> Gauge {
    let (gauge, problems) = Gauge::new(&Baseline {
        tasks,
        ..Baseline::default()
    });
    assert_eq!(problems, []);
    gauge
}

fn done(n: u8, percent: f64, cost: i64) -> Reported {
    Reported {
        actual_start: Some(at("2026-01-05T08:00")),
        done: Share::percent(percent),
        actual_cost: money(cost),
        ..Reported::new(id(n))
    }
}

fn status(text: &str, rows: Vec<Reported>) -> Status {
    Status { at: at(text), rows }
}

fn measure(gauge: &Gauge, status: &Status) -> Measured {
    let (measured, problems) = gauge.measure(status);
    assert_eq!(problems, []);
    measured
}
