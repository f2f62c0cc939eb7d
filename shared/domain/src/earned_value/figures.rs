//! The figures of one task, branch or project, and what is derived from them.
//!
//! Definitions: PMI, Practice Standard for Earned Value Management, 2nd ed. (2011), chapters 9 and 10; ANSI/EIA-748.
//! Where a divisor is 0 there is no figure: `None`.

use std::iter::Sum;
use std::ops::Add;

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// The four sums that everything else is derived from. Of a branch and of the project they are sums of their tasks', and
/// indices are made from the sums, never averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Planned value 计划价值 (PV, BCWS 计划工作预算费用) at the data date.
    pub pv: Money,
    /// Earned value 挣值 (EV, BCWP 已完工作预算费用).
    pub ev: Money,
    /// Actual cost 实际成本 (AC, ACWP 已完工作实际费用).
    pub ac: Money,
    /// Budget at completion 完工预算 (BAC).
    pub bac: Money,
}

impl Figures {
    /// Schedule variance 进度偏差: SV = EV − PV. Negative is late.
    pub fn sv(&self) -> Money {
        self.ev - self.pv
    }

    /// Cost variance 成本偏差: CV = EV − AC. Negative is dear.
    pub fn cv(&self) -> Money {
        self.ev - self.ac
    }

    /// Schedule variance as a part of what was planned: SV / PV.
    pub fn sv_part(&self) -> Option<f64> {
        self.sv().over(self.pv)
    }

    /// Cost variance as a part of what was earned: CV / EV.
    pub fn cv_part(&self) -> Option<f64> {
        self.cv().over(self.ev)
    }

    /// Schedule performance index 进度绩效指数: SPI = EV / PV. Below 1 is late. It ends at 1 however late the end
    /// was; [`Times::spi_t`](super::Times::spi_t) does not.
    pub fn spi(&self) -> Option<f64> {
        self.ev.over(self.pv)
    }

    /// Cost performance index 成本绩效指数: CPI = EV / AC. Below 1 is dear.
    pub fn cpi(&self) -> Option<f64> {
        self.ev.over(self.ac)
    }

    /// Schedule cost index 进度成本指数 (SCI, also critical ratio CR, cost-schedule index CSI): SPI × CPI (Lewis 2001;
    /// Anbari 2003).
    pub fn sci(&self) -> Option<f64> {
        Some(self.spi()? * self.cpi()?)
    }

    /// Percent complete 完成百分比 as a part of 1: EV / BAC.
    pub fn complete(&self) -> Option<f64> {
        self.ev.over(self.bac)
    }

    /// Percent that was planned to be complete: PV / BAC.
    pub fn planned(&self) -> Option<f64> {
        self.pv.over(self.bac)
    }

    /// Percent spent: AC / BAC.
    pub fn spent(&self) -> Option<f64> {
        self.ac.over(self.bac)
    }

    /// Budgeted cost of the work that remains: BAC − EV.
    pub fn remaining(&self) -> Money {
        self.bac - self.ev
    }

    /// To-complete performance index 完工尚需绩效指数 to stay within the budget: TCPI = (BAC − EV) / (BAC − AC). `None`
    /// also where the budget is used up: no performance brings it back.
    pub fn tcpi(&self) -> Option<f64> {
        self.tcpi_to(self.bac)
    }

    /// TCPI to stay within a new estimate: (BAC − EV) / (EAC − AC). `None` where that is used up.
    pub fn tcpi_to(&self, eac: Money) -> Option<f64> {
        let left = eac - self.ac;
        (left > Money::ZERO).then(|| self.remaining().over(left))?
    }

    /// CPI of the work since an earlier status (EV − EV₀) / (AC − AC₀): with the figures of three periods ago, the CPI of
    /// the last three periods, for [`Factor::Given`](super::Factor::Given) (Christensen 1993; PMI).
    pub fn cpi_since(&self, earlier: &Self) -> Option<f64> {
        (self.ev - earlier.ev).over(self.ac - earlier.ac)
    }

    /// SPI of the work since an earlier status: (EV − EV₀) / (PV − PV₀).
    pub fn spi_since(&self, earlier: &Self) -> Option<f64> {
        (self.ev - earlier.ev).over(self.pv - earlier.pv)
    }
}

impl Add for Figures {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            pv: self.pv + other.pv,
            ev: self.ev + other.ev,
            ac: self.ac + other.ac,
            bac: self.bac + other.bac,
        }
    }
}

impl Sum for Figures {
    fn sum<I: Iterator<Item = Self>>(figures: I) -> Self {
        figures.fold(Self::default(), Self::add)
    }
}
