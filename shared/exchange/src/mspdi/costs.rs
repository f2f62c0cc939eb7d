//! What tasks may cost and what they have cost.
//!
//! A task's cost in MS Project is its fixed cost and that of its assignments; a summary's is that of all below it, too.
//! A budget of ours is what a task costs by itself, so a summary has its own fixed cost and assignments, and nothing is
//! counted twice. Amounts are hundredths of the currency's unit.

use base::TaskId;
use domain::money::Money;
use domain::plan::Plan;
use rustc_hash::{FxHashMap, FxHashSet};

use super::report::{Counter, Scope};
use crate::xml::Element;

/// The highest number of a baseline in MS Project.
pub(super) const LAST: u8 = 10;

/// Parts of the currency's unit in one of MSPDI's.
const HUNDREDTH: i64 = 100;

/// What a task of the file says of costs.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Costs {
    /// All that it costs; of a summary with what lies below it.
    total: Option<Money>,
    /// Beside its assignments.
    fixed: Option<Money>,
    /// What it has cost so far; of a summary with what lies below it.
    actual: Option<Money>,
}

/// What the assignments of one task cost.
#[derive(Debug, Default, Clone)]
pub(super) struct Assigned {
    cost: Money,
    actual: Money,
    /// As baselines have it, by their numbers.
    pub(super) agreed: FxHashMap<u8, Money>,
}

/// An amount; `None` where it is absent or no number.
pub(super) fn amount(element: &Element, name: &str) -> Option<Money> {
    let text = element.text(name)?.replace(',', ".");
    match text.parse::<Money>() {
        Ok(hundredths) => Some(hundredths.portion(1, 100)),
        Err(_) => Money::from_units(text.parse::<f64>().ok()? / 100.0),
    }
}

/// An amount that a plan can hold: nothing where it is 0, and `Err` where it is negative or beyond all money.
pub(super) fn held(amount: Money) -> Result<Option<Money>, ()> {
    match amount {
        Money::ZERO => Ok(None),
        amount if amount.is_negative() || amount.parts().is_none() => Err(()),
        amount => Ok(Some(amount)),
    }
}

impl Costs {
    /// Reads those of a `Task`; amounts that are no numbers are told as not shown.
    pub(super) fn read(element: &Element, task: TaskId, counter: &mut Counter) -> Self {
        let mut read = |name: &str| {
            let found = amount(element, name);
            if found.is_none() && element.text(name).is_some() {
                counter.one(Scope::Task, name, Some(task));
            }
            found
        };
        Self {
            total: read("Cost"),
            fixed: read("FixedCost"),
            actual: read("ActualCost"),
        }
    }
}

impl Assigned {
    /// Adds what one `Assignment` costs.
    pub(super) fn add(&mut self, element: &Element) {
        let some = |element, name| amount(element, name).unwrap_or_default();
        self.cost = self.cost + some(element, "Cost");
        self.actual = self.actual + some(element, "ActualCost");
        for baseline in element.all("Baseline") {
            if let Some(number) = number(baseline) {
                let sum = self.agreed.entry(number).or_default();
                *sum = *sum + some(baseline, "Cost");
            }
        }
    }
}

/// The number of a `Baseline`; the first where it says none.
pub(super) fn number(baseline: &Element) -> Option<u8> {
    match baseline.text("Number") {
        None => Some(0),
        Some(text) => text.parse().ok().filter(|number| *number <= LAST),
    }
}

/// Gives the tasks of a plan their budgets and actual costs. `costs` and `assigned` are by row.
pub(super) fn put(
    plan: &mut Plan,
    costs: &[Costs],
    assigned: &FxHashMap<usize, Assigned>,
    counter: &mut Counter,
) {
    let branches: FxHashSet<TaskId> = plan.tasks.iter().filter_map(|task| task.parent).collect();
    // what the tasks right below a summary have cost, and how many these are
    let mut below: FxHashMap<TaskId, (Money, i64)> = FxHashMap::default();
    // what lies below comes after its summary
    for (row, task) in plan.tasks.iter_mut().enumerate().rev() {
        let raw = costs.get(row).copied().unwrap_or_default();
        let asked = assigned.get(&row).cloned().unwrap_or_default();
        let mut put = |amount: Money, name: &str| {
            held(amount).unwrap_or_else(|()| {
                counter.one(Scope::Task, name, Some(task.id));
                None
            })
        };
        let own = raw.fixed.unwrap_or_default() + asked.cost;
        let (under, count) = below.get(&task.id).copied().unwrap_or_default();
        let actual = raw.actual.unwrap_or(under + asked.actual);
        if branches.contains(&task.id) {
            task.budget = put(own, "FixedCost");
            // sums of rounded amounts differ a little; a file that sums nothing up says nothing
            let rest = actual - under;
            if rest > Money::from_parts(HUNDREDTH * count) {
                task.cost = put(rest, "ActualCost");
            }
        } else {
            task.budget = put(raw.total.unwrap_or(own), "Cost");
            task.cost = put(actual, "ActualCost");
        }
        if let Some(parent) = task.parent.filter(|_| !task.inactive) {
            let sum = below.entry(parent).or_default();
            *sum = (sum.0 + actual, sum.1 + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_hundredths_to_the_last_digit() {
        let read = |text: &str| {
            let child = Element {
                name: "Cost".to_owned(),
                text: text.to_owned(),
                ..Element::default()
            };
            let element = Element {
                children: vec![child],
                ..Element::default()
            };
            amount(&element, "Cost").map(|amount| amount.to_string())
        };
        for (text, amount) in [
            ("390978", Some("3909.78")),
            ("376531.01", Some("3765.3101")),
            ("376531,01", Some("3765.3101")),
            ("-1", Some("-0.01")),
            ("1e3", Some("10")),
            ("0.001", Some("0")),
            ("", None),
            ("much", None),
            ("1e99", None),
            ("NaN", None),
        ] {
            assert_eq!(read(text).as_deref(), amount, "{text}");
        }
    }
}
