//! Forecasts: what it will cost and how long it will take, if the rest goes in a certain way.
//!
//! Of cost: PMI, Practice Standard for Earned Value Management; the factors with SPI(t) and SCI(t): Vanhoucke, Project
//! Management with Dynamic Scheduling, table of EAC methods. Of time: Vandevoorde and Vanhoucke, "A comparison of
//! different project duration forecasting methods using earned value metrics", IJPM 24 (2006), after Anbari (2003; planned
//! value), Jacob and Kane (2004; earned duration), Lipke (2003; earned schedule).

use serde::{Deserialize, Serialize};

use super::figures::Figures;
use crate::money::Money;

/// The performance factor (PF) at which the rest is expected to go.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// As planned: 1.
    AsPlanned,
    /// At the cost performance so far: CPI.
    Cpi,
    /// At the schedule performance so far: SPI.
    Spi,
    /// At the schedule performance in time so far: SPI(t).
    SpiT,
    /// Both: SCI = SPI × CPI.
    Sci,
    /// Both, in time: SCI(t) = SPI(t) × CPI.
    SciT,
    /// Part CPI, part SPI: usually 0.8 and 0.2.
    Weighted {
        /// The weight of CPI.
        cpi: f64,
        /// The weight of SPI.
        spi: f64,
    },
    /// Part CPI, part SPI(t).
    WeightedT {
        /// The weight of CPI.
        cpi: f64,
        /// The weight of SPI(t).
        spi_t: f64,
    },
    /// A factor from elsewhere: the CPI of the last three periods ([`Figures::cpi_since`]), a person's estimate.
    Given(f64),
}

impl Factor {
    /// Its value; `None` where it cannot be told or is not above 0. Only the factors in time look at `times`.
    pub fn value(self, figures: &Figures, times: Option<&Times>) -> Option<f64> {
        let spi_t = || times?.spi_t();
        let value = match self {
            Self::AsPlanned => 1.0,
            Self::Cpi => figures.cpi()?,
            Self::Spi => figures.spi()?,
            Self::SpiT => spi_t()?,
            Self::Sci => figures.sci()?,
            Self::SciT => spi_t()? * figures.cpi()?,
            Self::Weighted { cpi, spi } => cpi * figures.cpi()? + spi * figures.spi()?,
            Self::WeightedT { cpi, spi_t: weight } => cpi * figures.cpi()? + weight * spi_t()?,
            Self::Given(value) => value,
        };
        (value.is_finite() && value > 0.0).then_some(value)
    }
}

impl Figures {
    /// Estimate at completion 完工估算: EAC = AC + (BAC − EV) / PF. With PF = 1 the rest goes as planned
    /// (AC + BAC − EV), with CPI it goes on as it went (equal to BAC / CPI), with SCI it is also to keep its date. AC
    /// itself when nothing remains.
    pub fn eac(&self, factor: Factor, times: Option<&Times>) -> Option<Money> {
        if self.remaining() == Money::ZERO {
            return Some(self.ac);
        }
        let rest = self.remaining().units() / factor.value(self, times)?;
        Some(self.ac + Money::from_units(rest)?)
    }

    /// Estimate to complete 完工尚需估算: ETC = EAC − AC.
    pub fn etc(&self, eac: Money) -> Money {
        eac - self.ac
    }

    /// Variance at completion 完工偏差: VAC = BAC − EAC. Negative is dear.
    pub fn vac(&self, eac: Money) -> Money {
        self.bac - eac
    }
}

/// Lengths of time of one task, branch or project, in working minutes of the project's calendar, from its planned start.
/// (Any other unit serves as well, as long as it is the same for all three.)
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Times {
    /// Planned duration 计划工期 (PD).
    pub planned: f64,
    /// Actual time 实际时间 (AT): to the data date, whether or not it is done by then. Negative before the start.
    pub actual: f64,
    /// Earned schedule 挣得进度 (ES).
    pub earned: f64,
}

/// Which way of forecasting a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Planned value (Anbari 2003): PD − SV / (BAC / PD) as planned; else PD / PF.
    PlannedValue,
    /// Earned duration (Jacob and Kane 2004), ED = AT × SPI: AT + (max(PD, AT) − ED) / PF.
    EarnedDuration,
    /// Earned schedule (Lipke 2003; Henderson 2004): AT + (PD − ES) / PF.
    EarnedSchedule,
}

impl Times {
    /// Schedule variance in time: SV(t) = ES − AT, in working minutes (Lipke 2003). Negative is late.
    pub fn sv_t(&self) -> f64 {
        self.earned - self.actual
    }

    /// Schedule performance index in time: SPI(t) = ES / AT (Lipke 2003). `None` before the start, and of what has no
    /// duration.
    pub fn spi_t(&self) -> Option<f64> {
        let index = self.earned / self.actual;
        (self.planned > 0.0 && self.actual > 0.0 && index.is_finite()).then_some(index)
    }

    /// SCI(t) = SPI(t) × CPI.
    pub fn sci_t(&self, figures: &Figures) -> Option<f64> {
        Some(self.spi_t()? * figures.cpi()?)
    }

    /// Earned duration: ED = AT × SPI (Jacob and Kane 2004), in working minutes.
    pub fn earned_duration(&self, figures: &Figures) -> Option<f64> {
        Some(self.actual * figures.spi()?)
    }

    /// Time estimate at completion: EAC(t), in working minutes from the planned start.
    pub fn eac_t(&self, method: Method, factor: Factor, figures: &Figures) -> Option<f64> {
        if self.planned <= 0.0 {
            return None;
        }
        let rest = match method {
            Method::PlannedValue => self.planned,
            Method::EarnedDuration => {
                self.planned.max(self.actual) - self.earned_duration(figures)?
            }
            Method::EarnedSchedule => self.planned - self.earned,
        };
        let after = match method {
            Method::PlannedValue if factor == Factor::AsPlanned => {
                let late = figures.sv().over(figures.bac)? * self.planned;
                return finite(self.planned - late);
            }
            Method::PlannedValue => 0.0,
            // nothing remains: how fast it would go does not matter
            _ if rest == 0.0 => return finite(self.actual),
            _ => self.actual,
        };
        finite(after + rest / factor.value(figures, Some(self))?)
    }

    /// To-complete schedule performance index: TSPI = (PD − ES) / (PD − AT) (Lipke 2009). `None` where the planned time
    /// is over.
    pub fn tspi(&self) -> Option<f64> {
        let left = self.planned - self.actual;
        (left > 0.0).then(|| finite((self.planned - self.earned) / left))?
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
