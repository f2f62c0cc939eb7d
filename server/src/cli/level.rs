//! `--level`: tasks wait until the resources are there that they ask for.

use std::collections::BTreeMap;

use shared::base::{ProjectId, ResourceId};
use shared::domain::plan::Plan;
use shared::domain::schedule::level::{self, MissingPart, Options, Over, Problem, Project};

use super::schedule::task_name;

/// The plan with the delays that levelling proposes; tells the person which tasks wait, and what is left.
pub(super) fn levelled(plan: &Plan) -> Plan {
    if plan.assignments.is_empty() {
        eprintln!("plumbline: no task asks for a resource; there is nothing to level");
        return plan.clone();
    }
    let pool = level::pool(&[plan]);
    let priorities = level::priorities(plan);
    let project = Project {
        id: ProjectId::from_bytes([0; 16]),
        plan,
        assignments: &plan.assignments,
        priority: level::NORMAL,
        priorities: &priorities,
    };
    let (levelled, problems) = level::level(&pool, &[project], &Options::default());
    for problem in problems.iter().take(50) {
        eprintln!("plumbline: {}", words(plan, problem));
    }
    let mut after = plan.clone();
    for change in &levelled.changes {
        for delay in &change.delays {
            let moved = change.moved.iter().find(|moved| moved.task == delay.task);
            let before = moved.map_or(delay.to, |moved| moved.before.0);
            eprintln!(
                "plumbline: task {} waits for its resources until {} (before: {before})",
                task_name(plan, delay.task),
                delay.to
            );
        }
        let (before, finish) = change.finish;
        eprintln!(
            "plumbline: tasks that wait: {}, that move: {}; the plan finishes {finish} (before: {before})",
            change.delays.len(),
            change.moved.len()
        );
        after = change.apply(plan);
    }
    let mut left: BTreeMap<ResourceId, Vec<&Over>> = BTreeMap::new();
    for over in &levelled.left {
        left.entry(over.resource).or_default().push(over);
    }
    for (resource, days) in left {
        let load = days.first().map(|over| over.load).map(|load| {
            let day: String = load.day.to_string().chars().take(10).collect();
            format!("{day}, {} of {} minutes", load.demand, load.capacity)
        });
        eprintln!(
            "plumbline: {} is still asked for too much, on {} days, first on {}",
            resource_name(plan, resource),
            days.len(),
            load.unwrap_or_default()
        );
    }
    after
}

fn resource_name(plan: &Plan, id: ResourceId) -> String {
    let resource = plan.resources.iter().find(|resource| resource.id == id);
    resource.map_or_else(String::new, |resource| format!("{:?}", resource.name))
}

/// What is wrong with the resources, for people.
fn words(plan: &Plan, problem: &Problem) -> String {
    let task_of = |assignment| {
        let asked = plan.assignments.iter().find(|asked| asked.id == assignment);
        asked.map_or_else(String::new, |asked| task_name(plan, asked.task))
    };
    match problem {
        Problem::Missing {
            part: MissingPart::Resource,
            assignment,
            ..
        } => format!(
            "task {} asks for a resource that is not there",
            task_of(*assignment)
        ),
        Problem::Missing {
            part: MissingPart::Task,
            ..
        } => "an assignment to a task that is not there was left out".to_owned(),
        Problem::OnSummary { assignment, .. } => format!(
            "an assignment to summary {} was left out; what lies below asks for itself",
            task_of(*assignment)
        ),
        Problem::NoCalendar { resource } => format!(
            "the calendar of resource {} is missing or has no working time; the standard one was used",
            resource_name(plan, *resource)
        ),
        Problem::TooMuch { task, resource, .. } => format!(
            "task {} alone asks for more of {} than there is",
            task_name(plan, *task),
            resource_name(plan, *resource)
        ),
    }
}
