//! Any budgets, costs and baselines: what is written is read again, into a file that has some and into a new one.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use base::{BaselineId, Moment, TaskId, Timestamp};
use domain::money::Money;
use domain::plan::{Agreed, Baseline, Plan};
use domain::schedule::schedule;
use exchange::mspdi;
use proptest::prelude::*;

const TASKS: usize = 6;

/// Two summaries, one within the other, with baselines 0, 3 and 9, of which 9 cannot be read, and costs.
fn file() -> String {
    let agreed = |number: usize, day: usize, cost: usize| {
        format!(
            "<Baseline><Number>{number}</Number><Start>2026-01-0{day}T08:00:00</Start><Finish>2026-01-0{day}T17:00:00</Finish><Work>PT{cost}H0M0S</Work><Cost>{cost}</Cost></Baseline>"
        )
    };
    let task = |n: usize, level: usize| {
        let baselines = match n % 3 {
            0 => agreed(0, n + 1, n * 100) + &agreed(3, n + 2, n * 7),
            1 => agreed(3, n + 2, 0),
            _ => "<Baseline><Number>9</Number><Cost>1</Cost></Baseline>".to_owned(),
        };
        let cost = n * 1_000;
        format!(
            "<Task><UID>{n}</UID><ID>{n}</ID><Name>{n}</Name><OutlineLevel>{level}</OutlineLevel><Duration>PT8H0M0S</Duration><FixedCost>{cost}</FixedCost>{baselines}</Task>"
        )
    };
    let levels = [1, 2, 3, 3, 2, 1];
    let tasks: String = (1..).zip(levels).map(|(n, level)| task(n, level)).collect();
    format!(
        "<Project><StartDate>2026-01-05T08:00:00</StartDate><Tasks>{tasks}</Tasks><Resources><Resource><UID>1</UID><ID>1</ID><Name>Ada</Name><StandardRate>5</StandardRate></Resource></Resources><Assignments><Assignment><UID>1</UID><TaskUID>3</TaskUID><ResourceUID>1</ResourceUID><Cost>400</Cost><Work>PT8H0M0S</Work></Assignment></Assignments></Project>"
    )
}

fn read(text: &str) -> Plan {
    let mut last = 0u64;
    let imported = mspdi::read(text.as_bytes(), &mut || {
        last += 1;
        last
    });
    imported.unwrap().plan
}

fn write(plan: &Plan, original: Option<&str>) -> String {
    let original = original.map(str::as_bytes);
    let bytes = mspdi::write(plan, &schedule(plan).0, &[], original).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Budgets and costs by task, and baselines by name.
type Plain = (
    Vec<(Option<Money>, Option<Money>)>,
    BTreeMap<String, BTreeMap<usize, Agreed>>,
);

fn plain(plan: &Plan) -> Plain {
    let row = |id: &TaskId| plan.tasks.iter().position(|task| task.id == *id).unwrap();
    let some = |amount: Option<Money>| amount.filter(|amount| *amount != Money::ZERO);
    let agreed = |agreed: &Agreed| Agreed {
        budget: some(agreed.budget),
        ..*agreed
    };
    let tasks = plan.tasks.iter();
    let baselines = plan.baselines.iter();
    (
        tasks
            .map(|task| (some(task.budget), some(task.cost)))
            .collect(),
        baselines
            .map(|one| {
                let tasks = one.tasks.iter();
                let tasks = tasks.map(|(id, of)| (row(id), agreed(of))).collect();
                (one.name.clone(), tasks)
            })
            .collect(),
    )
}

fn amount() -> impl Strategy<Value = Option<Money>> {
    prop_oneof![
        Just(None),
        // beyond what a sum of rounded amounts may differ by
        (0..1_000_000i64).prop_map(|parts| Some(Money::from_parts(parts * 1_000))),
    ]
}

prop_compose! {
    /// For each task its budget and cost, and whether each is changed.
    fn amounts()(list in prop::collection::vec((any::<bool>(), amount(), amount()), TASKS))
        -> Vec<(bool, Option<Money>, Option<Money>)>
    {
        list
    }
}

prop_compose! {
    /// Of each task, perhaps, when it starts (days), how long it takes and its work (minutes), and its budget.
    fn baseline()(
        tasks in prop::collection::vec(
            prop::option::of((0..400i64, 0..9_000i64, 0..9_000i64, amount())),
            TASKS,
        ),
        name in "[a-z<&]{1,8}",
    ) -> (String, Vec<Option<(i64, i64, i64, Option<Money>)>>) {
        (name, tasks)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_budgets_costs_and_baselines_go_both_ways(
        amounts in amounts(),
        new in prop::collection::vec(baseline(), 0..4),
        removed in prop::collection::vec(any::<bool>(), 2),
        renamed in prop::option::of("[A-Z中][A-Z 中]{0,7}x"),
    ) {
        let file = file();
        let mut plan = read(&file);
        prop_assert_eq!(write(&plan, Some(&file)), file.as_str());
        let branches: Vec<Option<TaskId>> = plan.tasks.iter().map(|task| task.parent).collect();
        for (task, (changed, budget, cost)) in plan.tasks.iter_mut().zip(amounts) {
            if changed {
                (task.budget, task.cost) = (budget, cost);
            }
        }
        prop_assert_eq!(plan.baselines.len(), 2);
        if let Some(name) = renamed {
            plan.baselines[1].name = name;
        }
        let mut stays = removed.iter().map(|removed| !removed);
        plan.baselines.retain(|_| stays.next().unwrap());
        let begin = Moment::ymd_hm(2026, 1, 5, 8, 0).unwrap();
        for (n, (name, tasks)) in (0u8..).zip(new) {
            let tasks = plan.tasks.iter().zip(tasks).filter_map(|(task, of)| {
                let (day, length, work, budget) = of?;
                let start = begin.plus(day * 1_440);
                let finish = start.plus(length);
                // what lies below a summary is its work
                let work = if branches.contains(&Some(task.id)) { 0 } else { work };
                Some((task.id, Agreed { start, finish, work, budget }))
            });
            plan.baselines.push(Baseline {
                id: BaselineId::from_bytes([b'n', n, 0, 0, 0, 0, 0, 0]),
                name: format!("{n} {name}"),
                at: Timestamp(i64::MAX - 10 + i64::from(n)),
                number: None,
                tasks: tasks.collect(),
            });
        }
        let mut expected = plain(&plan);
        // a baseline of nothing is nothing
        expected.1.retain(|_, tasks| !tasks.is_empty());
        for original in [Some(file.as_str()), None] {
            let text = write(&plan, original);
            let again = read(&text);
            prop_assert_eq!(&plain(&again), &expected, "{}", text);
            prop_assert_eq!(write(&again, Some(&text)), text.as_str());
            // and taken back, it is as it was
            let bare = read(&file);
            let back = write(&bare, Some(&text));
            prop_assert_eq!(plain(&read(&back)), plain(&bare));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_values_of_baselines_and_costs_are_an_error_or_stay_as_they_are(
        edits in prop::collection::vec((any::<prop::sample::Index>(), "[0-9.eTPH<N:-]{0,3}"), 1..4),
    ) {
        let mut file = file();
        for (at, text) in edits {
            // within the values of baselines and costs
            let values: Vec<usize> = ["Number>", "Start>", "Finish>", "Work>", "Cost>"]
                .iter()
                .flat_map(|name| file.match_indices(name).map(|(at, _)| at + name.len()))
                .collect();
            let at = *at.get(&values);
            file.replace_range(at..(at + 1).min(file.len()), &text);
        }
        let mut last = 0u64;
        let imported = mspdi::read(file.as_bytes(), &mut || {
            last += 1;
            last
        });
        if let Ok(imported) = imported {
            prop_assert_eq!(write(&imported.plan, Some(&file)), file.as_str());
            let plan = read(&write(&imported.plan, None));
            prop_assert_eq!(plain(&plan), plain(&imported.plan));
        }
    }
}
