//! S-curves S 曲线: planned value, earned value, actual cost and forecast over time, as points to draw.

use base::{Minutes, Moment, TaskId, sort};
use serde::{Deserialize, Serialize};

use super::forecast::{Factor, Method};
use super::gauge::Gauge;
use super::measure::Measured;
use super::schedule::Reading;
use crate::money::Money;

/// A point of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Point {
    /// When.
    pub at: Moment,
    /// How much until then.
    pub amount: Money,
}

/// How the rest is expected to go.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// What it will cost: the factor of EAC.
    pub cost: Factor,
    /// When it will be done: the method of EAC(t).
    pub method: Method,
    /// When it will be done: the factor of EAC(t).
    pub time: Factor,
}

impl Default for Outlook {
    /// As it went so far: EAC with CPI, EAC(t) from the earned schedule with SPI(t).
    fn default() -> Self {
        Self {
            cost: Factor::Cpi,
            method: Method::EarnedSchedule,
            time: Factor::SpiT,
        }
    }
}

/// The curves of a scope, each ascending in time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Curve {
    /// Planned value from the planned start to the planned finish; never falls.
    pub planned: Vec<Point>,
    /// Earned value at each data date.
    pub earned: Vec<Point>,
    /// Actual cost at each data date.
    pub actual: Vec<Point>,
    /// From the last data date's actual cost to EAC at EAC(t). Empty where one of them cannot be told, and when all is
    /// done.
    pub forecast: Vec<Point>,
}

/// More points than any chart has pixels.
const MOST: usize = 10_000;

impl Gauge {
    /// The curves of a scope. `points`: how many the planned curve has (2 to 10,000), evenly spread over working time; the
    /// statuses may come in any order.
    pub fn curve(
        &self,
        scope: Option<TaskId>,
        statuses: &[Measured],
        points: usize,
        outlook: Outlook,
    ) -> Curve {
        let known = |measured: &Measured| Some((measured.at, measured.figures(scope)?));
        let mut periods: Vec<_> = (statuses.iter())
            .filter_map(|measured| Some((known(measured)?, measured)))
            .collect();
        sort::by_key(&mut periods, |((at, figures), _)| {
            (*at, figures.ev, figures.ac)
        });
        let drawn = |amount: fn(&super::Figures) -> Money| {
            let periods = periods.iter();
            let points = periods.map(|((at, figures), _)| Point {
                at: *at,
                amount: amount(figures),
            });
            points.collect()
        };
        let points = points.clamp(2, MOST);
        let forecast = periods.last().and_then(|((at, figures), measured)| {
            if figures.remaining() == Money::ZERO {
                return None;
            }
            let times = self.times(measured, scope, Reading::default())?;
            let eac = figures.eac(outlook.cost, Some(&times))?;
            let whole = times.eac_t(outlook.method, outlook.time, figures)?;
            let from = Point {
                at: *at,
                amount: figures.ac,
            };
            self.forecast(
                scope,
                from,
                eac,
                (times.earned, times.planned),
                whole,
                points,
            )
        });
        Curve {
            planned: self.planned(scope, points),
            earned: drawn(|figures| figures.ev),
            actual: drawn(|figures| figures.ac),
            forecast: forecast.unwrap_or_default(),
        }
    }

    fn planned(&self, scope: Option<TaskId>, points: usize) -> Vec<Point> {
        let Some((start, finish)) = self.span(scope) else {
            return Vec::new();
        };
        let whole = self.work.between(start, finish);
        let last = points as Minutes - 1;
        let mut curve: Vec<Point> = (0..=last)
            .filter_map(|n| {
                let at = match n {
                    0 => start,
                    n if n == last => finish,
                    n => self.date(scope, (whole * n / last) as f64)?.min(finish),
                };
                let amount = self.value(scope, at);
                Some(Point { at, amount })
            })
            .collect();
        curve.dedup();
        curve
    }

    /// The rest of the planned curve from the earned schedule on, drawn out to the forecast end and cost. `None` where that
    /// end lies before the data date or beyond what plans can hold.
    fn forecast(
        &self,
        scope: Option<TaskId>,
        from: Point,
        eac: Money,
        (earned, planned): (f64, f64),
        whole: f64,
        points: usize,
    ) -> Option<Vec<Point>> {
        let end = Point {
            at: self.date(scope, whole)?,
            amount: eac,
        };
        if end.at < from.at {
            return None;
        }
        let value = |minutes: f64| Some(self.value(scope, self.date(scope, minutes)?).units());
        let (low, high) = (value(earned)?, self.budget(scope).units());
        let now = self.work.between(self.span(scope)?.0, from.at) as f64;
        let mut curve = vec![from];
        for n in 1..points - 1 {
            let part = n as f64 / (points - 1) as f64;
            let spent = match high > low {
                true => (value(earned + (planned - earned) * part)? - low) / (high - low),
                false => part,
            };
            let more = (end.amount - from.amount).units() * spent.clamp(0.0, 1.0);
            curve.push(Point {
                at: self
                    .date(scope, now + (whole - now) * part)?
                    .clamp(from.at, end.at),
                amount: from.amount + Money::from_units(more)?,
            });
        }
        curve.push(end);
        Some(curve)
    }
}
