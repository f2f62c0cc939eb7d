//! A plan measured against a baseline that it keeps.

use base::{BaselineId, ResourceId, Timestamp};

use super::*;
use crate::plan::{self, Plan, Task};
use crate::resource::{Assignment, Resource};
use crate::schedule::schedule;

/// A branch 9 with tasks 1 and 2 of a week each, and milestone 3 at the top.
fn plan() -> Plan {
    let task = |n, parent, duration| Task {
        parent,
        duration,
        ..Task::new(id(n))
    };
    Plan {
        start: at("2026-01-05T08:00"),
        tasks: vec![
            task(9, None, 0),
            task(1, Some(id(9)), 2_400),
            task(2, Some(id(9)), 2_400),
            task(3, None, 0),
        ],
        ..Plan::default()
    }
}

fn set(plan: &Plan) -> plan::Baseline {
    let (dates, _) = schedule(plan);
    let id = BaselineId::from_bytes([1; 8]);
    plan::Baseline::of(id, "agreed".to_owned(), Timestamp(0), plan, &dates)
}

fn stand(plan: &Plan, agreed: &plan::Baseline, date: &str) -> (Standing, Vec<Problem>) {
    let (dates, _) = schedule(plan);
    Standing::of(plan, &dates, agreed, at(date))
}

#[test]
fn a_baseline_agrees_to_dates_work_and_budget_as_they_are() {
    let mut plan = plan();
    let crew = ResourceId::from_bytes([1; 8]);
    plan.resources.push(Resource::new(crew));
    plan.assignments
        .push(Assignment::of(id(1), crew, 2_000, 4_800));
    plan.tasks[1].budget = Some(money(1_000));
    plan.tasks[2].inactive = true;
    let agreed = set(&plan);
    let of = |n| agreed.tasks.get(&id(n)).map(ToString::to_string);
    let week = "2026-01-05T08:00/2026-01-09T17:00";
    assert_eq!(of(1), Some(format!("{week} 4800 1000")));
    assert_eq!(of(2), None, "not part of the work");
    let branch = of(9).unwrap();
    assert!(
        branch.ends_with(" 0"),
        "what lies below it counts: {branch}"
    );
}

#[test]
fn a_plan_without_budgets_is_measured_in_minutes_of_work() {
    let mut plan = plan();
    let agreed = set(&plan);
    plan.tasks[1].percent = 50;
    plan.tasks[1].actual_start = Some(at("2026-01-05T08:00"));
    plan.tasks[1].cost = Some(money(700));
    let (standing, problems) = stand(&plan, &agreed, "2026-01-06T17:00");
    assert_eq!(problems, [Problem::NoBudget { task: id(3) }]);
    assert_eq!(standing.unit, Unit::Work);
    let project = standing.measured.project;
    let amounts = [project.bac, project.pv, project.ev, project.ac];
    assert_eq!(amounts, [4_800, 1_920, 1_200, 0].map(money));
    let branch = standing.measured.figures(Some(id(9))).unwrap();
    assert_eq!(branch, project, "the branch has what lies below it");
}

#[test]
fn a_plan_with_budgets_is_measured_in_money_and_cost_outside_the_baseline_counts() {
    let mut plan = plan();
    plan.tasks[1].budget = Some(money(1_000));
    plan.tasks[2].budget = Some(money(500));
    let agreed = set(&plan);
    // what comes later was not agreed
    plan.tasks[2].budget = Some(money(9_000));
    plan.tasks.push(Task {
        parent: Some(id(9)),
        duration: 480,
        cost: Some(money(80)),
        actual_start: Some(at("2026-01-05T08:00")),
        ..Task::new(id(4))
    });
    plan.tasks[1].percent = 40;
    plan.tasks[1].actual_start = Some(at("2026-01-05T08:00"));
    plan.tasks[1].cost = Some(money(450));
    let (standing, problems) = stand(&plan, &agreed, "2026-01-06T17:00");
    assert!(problems.contains(&Problem::Unplanned { task: id(4) }));
    assert_eq!(standing.unit, Unit::Money);
    let branch = standing.measured.figures(Some(id(9))).unwrap();
    let amounts = [branch.bac, branch.pv, branch.ev, branch.ac];
    assert_eq!(amounts, [1_500, 600, 400, 530].map(money));
    assert_eq!(standing.measured.project, branch);
}

#[test]
fn a_branch_that_came_after_the_baseline_does_not_take_its_tasks_out_of_it() {
    let mut plan = plan();
    let agreed = set(&plan);
    plan.tasks.insert(
        1,
        Task {
            parent: Some(id(9)),
            ..Task::new(id(8))
        },
    );
    plan.tasks[2].parent = Some(id(8));
    let (standing, _) = stand(&plan, &agreed, "2026-01-05T08:00");
    let branch = standing.measured.figures(Some(id(9))).unwrap();
    assert_eq!(branch.bac, money(4_800));
}

#[test]
fn what_was_done_until_the_data_date_grew_evenly() {
    let mut plan = plan();
    plan.tasks[1].budget = Some(money(1_000));
    let agreed = set(&plan);
    plan.tasks[1].percent = 60;
    plan.tasks[1].actual_start = Some(at("2026-01-05T08:00"));
    plan.tasks[1].cost = Some(money(900));
    let (standing, _) = stand(&plan, &agreed, "2026-01-07T17:00");
    let curve = standing.curve(None, 61, Outlook::default());
    let on = |points: &[Point], text: &str| {
        let point = points.iter().rev().find(|point| point.at <= at(text));
        point.unwrap().amount
    };
    assert_eq!(on(&curve.earned, "2026-01-07T17:00"), money(600));
    assert_eq!(on(&curve.actual, "2026-01-07T17:00"), money(900));
    assert_eq!(on(&curve.earned, "2026-01-06T08:00"), money(200));
    assert_eq!(on(&curve.actual, "2026-01-06T08:00"), money(300));
    let falls = |points: &[Point]| points.windows(2).any(|w| w[1].amount < w[0].amount);
    assert!(!falls(&curve.earned) && !falls(&curve.actual));
}
