//! What tasks cost, in MSPDI's words: a task's fixed cost is what its budget leaves beside its assignments.

use base::TaskId;
use domain::money::Money;
use domain::plan::{Plan, Task};
use domain::resource::Resource;
use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::Field;
use super::file::File;
use super::people::decimal;
use crate::mspdi::costs::amount;

/// Elements of a task that say what it costs.
const NAMES: [&str; 4] = ["FixedCost", "Cost", "ActualCost", "RemainingCost"];

/// What the file's assignments cost, by its numbers of task and resource.
pub(super) type Stored = FxHashMap<(i64, i64), Money>;

/// What tasks cost by themselves and with all below them.
pub(super) struct Costs {
    assigned: FxHashMap<TaskId, Money>,
    /// Budgets and actual costs of all that lies below a summary.
    below: FxHashMap<TaskId, (Money, Money)>,
    whole: (Money, Money),
}

/// Reads what the file's assignments cost.
pub(super) fn stored(file: &File<'_>) -> Stored {
    let mut stored = Stored::default();
    for element in file.members("Assignments") {
        let number = |name| element.text(name)?.parse::<i64>().ok();
        if let Some(key) = number("TaskUID").zip(number("ResourceUID")) {
            let sum = stored.entry(key).or_default();
            *sum = *sum + amount(element, "Cost").unwrap_or_default();
        }
    }
    stored
}

/// An amount as MSPDI has it: hundredths of the currency's unit.
pub(super) fn hundredths(amount: Money) -> String {
    decimal(amount.parts().unwrap_or(i64::MAX), 100, 2)
}

/// Whether an element says what a task costs.
pub(super) fn is_cost(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Whether a plan that does not know what the file says of costs leaves this to the file.
pub(super) fn left_to_the_file(task: Option<&Task>, summary: bool, name: &str) -> bool {
    let said = |amount: Option<Money>| amount.is_some() && !summary;
    match name {
        "FixedCost" | "Cost" | "RemainingCost" => !task.is_some_and(|task| said(task.budget)),
        "ActualCost" => !task.is_some_and(|task| said(task.cost)),
        _ => false,
    }
}

/// Whether an element that says what a task costs comes into a task that has none of it.
pub(super) fn comes(task: Option<&Task>, summary: bool, (name, text): (&str, &str)) -> bool {
    match name {
        // without it, the cost is that of the assignments
        "Cost" => !summary,
        "FixedCost" => text != "0",
        "ActualCost" => text != "0" && (!summary || task.is_some_and(|task| task.cost.is_some())),
        // what remains follows from the others
        _ => false,
    }
}

/// Visits all that lies above each task.
pub(super) fn climb(plan: &Plan, mut visit: impl FnMut(TaskId, &Task)) {
    let above: FxHashMap<TaskId, TaskId> = (plan.tasks.iter())
        .filter_map(|task| Some((task.id, task.parent?)))
        .collect();
    for task in &plan.tasks {
        let mut at = above.get(&task.id).copied();
        // parents in a circle end somewhere
        for _ in 0..10_000 {
            let Some(id) = at else { break };
            visit(id, task);
            at = above.get(&id).copied();
        }
    }
}

impl Costs {
    /// `uids` are the file's numbers of the tasks.
    pub(super) fn new(plan: &Plan, uids: &[i64], stored: &Stored) -> Self {
        let numbers: FxHashMap<TaskId, i64> = (plan.tasks.iter().zip(uids))
            .map(|(task, uid)| (task.id, *uid))
            .collect();
        let resources: FxHashMap<_, &Resource> =
            plan.resources.iter().map(|one| (one.id, one)).collect();
        let mut assigned: FxHashMap<TaskId, Money> = FxHashMap::default();
        let mut seen: FxHashSet<(i64, i64)> = FxHashSet::default();
        for asked in &plan.assignments {
            let Some(resource) = resources.get(&asked.resource) else {
                continue;
            };
            let key = numbers.get(&asked.task).copied().zip(resource.uid);
            seen.extend(key);
            let cost = key.and_then(|key| stored.get(&key)).copied();
            let cost = cost.unwrap_or_else(|| Money::from_hundredths(resource.cost(asked)));
            let sum = assigned.entry(asked.task).or_default();
            *sum = *sum + cost;
        }
        // where the file alone knows who works, that stays there
        if !plan.people {
            let tasks: FxHashMap<i64, TaskId> =
                numbers.iter().map(|(id, uid)| (*uid, *id)).collect();
            for (key, cost) in stored.iter().filter(|(key, _)| !seen.contains(key)) {
                if let Some(task) = tasks.get(&key.0).filter(|_| key.1 >= 0) {
                    let sum = assigned.entry(*task).or_default();
                    *sum = *sum + *cost;
                }
            }
        }
        let mut below: FxHashMap<TaskId, (Money, Money)> = FxHashMap::default();
        let own = |task: &Task| match task.inactive {
            true => (Money::ZERO, Money::ZERO),
            false => (
                task.budget.unwrap_or_default(),
                task.cost.unwrap_or_default(),
            ),
        };
        climb(plan, |above, task| {
            let (budget, cost) = own(task);
            let sum = below.entry(above).or_default();
            *sum = (sum.0 + budget, sum.1 + cost);
        });
        Self {
            assigned,
            below,
            whole: (
                plan.tasks.iter().map(|task| own(task).0).sum(),
                plan.tasks.iter().map(|task| own(task).1).sum(),
            ),
        }
    }

    /// The elements of a task: what it costs beside its assignments, in all, until now, and what remains.
    pub(super) fn fields(&self, task: &Task) -> [Field; 4] {
        let assigned = self.assigned.get(&task.id).copied().unwrap_or_default();
        let under = self.below.get(&task.id).copied().unwrap_or_default();
        let budget = task.budget.filter(|budget| *budget != Money::ZERO);
        let fixed = budget.map_or(Money::ZERO, |budget| budget - assigned);
        let total = budget.unwrap_or_default() + under.0;
        let actual = task.cost.unwrap_or_default() + under.1;
        let [_, cost, actual, remaining] = whole((total, actual));
        [
            ("FixedCost", Some(hundredths(fixed))),
            cost,
            actual,
            remaining,
        ]
    }

    /// Those of the whole project; `fixed` is its own cost.
    pub(super) fn project(&self, fixed: Money) -> [Field; 4] {
        whole((self.whole.0 + fixed, self.whole.1))
    }
}

fn whole((total, actual): (Money, Money)) -> [Field; 4] {
    let left = (total - actual).max(Money::ZERO);
    let text = |amount| Some(hundredths(amount));
    [
        ("FixedCost", None),
        ("Cost", text(total)),
        ("ActualCost", text(actual)),
        ("RemainingCost", text(left)),
    ]
}
