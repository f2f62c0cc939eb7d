//! Baselines of tasks: what was agreed of them.

use std::collections::BTreeMap;

use base::{BaselineId, Minutes, Moment, TaskId, Timestamp};
use domain::money::Money;
use domain::plan::{Agreed, Baseline, Plan};
use rustc_hash::{FxHashMap, FxHashSet};

use super::costs::{self, Assigned};
use super::report::{Counter, Scope};
use super::values;
use crate::xml::Element;

/// The alias of the custom field whose list of values names baselines: MS Project has numbers alone.
pub(super) const NAMES: &str = "Plumbline baselines";

/// One baseline of one task of the file.
pub(super) struct Raw {
    number: u8,
    start: Moment,
    finish: Moment,
    work: Minutes,
    /// All that it was to cost; of a summary with what lies below it.
    cost: Option<Money>,
    /// Beside its assignments.
    fixed: Option<Money>,
}

/// What the project says of its baselines.
#[derive(Default)]
pub(super) struct Project {
    /// Names that people gave them here, by number.
    pub(super) names: BTreeMap<u8, String>,
    /// When the file was made or saved last; it does not say when baselines were set.
    pub(super) at: Option<Moment>,
    /// The one that earned value is measured against.
    pub(super) measured: u8,
}

/// What MS Project calls a baseline.
pub(super) fn usual_name(number: u8) -> String {
    match number {
        0 => "Baseline".to_owned(),
        number => format!("Baseline {number}"),
    }
}

/// Reads those of a `Task`. One without dates, or that finishes before it starts, is told as not shown.
pub(super) fn read(element: &Element, task: TaskId, counter: &mut Counter) -> Vec<Raw> {
    let mut list: Vec<Raw> = Vec::new();
    for baseline in element.all("Baseline") {
        let found = raw(baseline).filter(|raw| list.iter().all(|one| one.number != raw.number));
        let says = baseline.children.iter().any(|part| part.name != "Number");
        match found {
            Some(raw) => list.push(raw),
            None if says => counter.one(Scope::Task, "Baseline", Some(task)),
            None => {}
        }
    }
    list
}

fn raw(baseline: &Element) -> Option<Raw> {
    let moment = |name| baseline.text(name)?.parse::<Moment>().ok();
    let minutes = |name| match baseline.text(name) {
        None => Some(0),
        Some(text) => Some(values::duration(text)?.minutes.max(0)),
    };
    let amount = |name| match baseline.text(name) {
        None => Some(None),
        Some(_) => costs::amount(baseline, name).map(Some),
    };
    // where nobody was to work on it, its duration is its work
    let work = match minutes("Work")? {
        0 => minutes("Duration")?,
        work => work,
    };
    let raw = Raw {
        number: costs::number(baseline)?,
        start: moment("Start")?,
        finish: moment("Finish")?,
        work,
        cost: amount("Cost")?,
        fixed: amount("FixedCost")?,
    };
    (raw.start <= raw.finish).then_some(raw)
}

/// The names in the list of values of the custom field, by number.
pub(super) fn named(field: &Element) -> BTreeMap<u8, String> {
    let values = field.all("ValueList").flat_map(|list| list.all("Value"));
    let named = values.filter_map(|value| {
        let usual = value.text("Value")?;
        let number = (0..=costs::LAST).find(|number| usual_name(*number) == usual)?;
        let name = value.text("Description")?;
        Some((number, name.chars().take(2_000).collect()))
    });
    named.collect()
}

/// Gives a plan its baselines, the one that earned value is measured against as the newest. `raw` is by row.
pub(super) fn put(
    plan: &mut Plan,
    raw: &[Vec<Raw>],
    assigned: &FxHashMap<usize, Assigned>,
    project: &Project,
    new_id: &mut dyn FnMut() -> u64,
    counter: &mut Counter,
) {
    let branches: FxHashSet<TaskId> = plan.tasks.iter().filter_map(|task| task.parent).collect();
    let mut found: BTreeMap<(bool, u8), FxHashMap<TaskId, Agreed>> = BTreeMap::new();
    for (row, (task, list)) in plan.tasks.iter().zip(raw).enumerate() {
        let branch = branches.contains(&task.id);
        for one in list {
            let asked = assigned.get(&row).and_then(|of| of.agreed.get(&one.number));
            let own = one.fixed.unwrap_or_default() + asked.copied().unwrap_or_default();
            let cost = one.cost.filter(|_| !branch).unwrap_or(own);
            let Ok(budget) = costs::held(cost) else {
                counter.one(Scope::Task, "Baseline", Some(task.id));
                continue;
            };
            let agreed = Agreed {
                start: one.start,
                finish: one.finish,
                // a summary's is that of all below it
                work: if branch { 0 } else { one.work },
                budget,
            };
            let key = (one.number == project.measured, one.number);
            found.entry(key).or_default().insert(task.id, agreed);
        }
    }
    let at = project.at.unwrap_or(plan.start).minutes();
    for (place, ((_, number), tasks)) in (0..).zip(found) {
        let name = project.names.get(&number).cloned();
        plan.baselines.push(Baseline {
            id: BaselineId::from_bytes(new_id().to_be_bytes()),
            name: name.unwrap_or_else(|| usual_name(number)),
            // a thousandth of a second apart, so that they stay in this order
            at: Timestamp(at.saturating_mul(60_000).saturating_add(place)),
            number: Some(number),
            tasks,
        });
    }
}
