//! Which tasks may be moved, and which go first.

use base::Minutes;

use super::jobs::{Job, Net, Ready};
use super::{KEEP, Problem};
use crate::plan::Logic;
use crate::schedule::forward::Span;
use crate::schedule::network::{Step, Table};

/// What may happen to a task that asks for resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It stands where it stands, whatever happens to others: what it takes is taken first.
    Fixed,
    /// It goes where its links and dates put it and waits for no resource.
    Carried,
    /// It waits for resources.
    Free {
        /// The work number after which it may not start.
        latest: Minutes,
    },
}

/// The role of a job. `latest`: the last start that delays nothing, where nothing may be delayed.
pub(super) fn role(net: &Net<'_>, job: &Job, span: &Span, latest: Option<Minutes>) -> Role {
    let Some(task) = net.network.tasks.get(job.task) else {
        return Role::Fixed;
    };
    let rules = &net.network.rules;
    let work = net.network.work(task);
    let going = task.actual_start.is_some() && task.actual_finish.is_none();
    if going && rules.data_date.is_some() && rules.logic == Logic::Retained {
        return Role::Carried;
    }
    if task.begun() || task.placed.is_some() || task.must(work).is_some() {
        return Role::Fixed;
    }
    let kept = job.priority >= KEEP || net.project.priority >= KEEP;
    if kept || task.late() || span.start >= span.finish {
        return Role::Carried;
    }
    let ceiling = if rules.dates_win {
        task.ceiling(work)
    } else {
        None
    };
    let latest = latest.unwrap_or(Minutes::MAX);
    Role::Free {
        latest: latest.min(ceiling.unwrap_or(latest)),
    }
}

/// Before which others each job is put: what may not wait for resources first, then by the priority of the project,
/// then by that of the task. What a task waits for is as urgent as the task itself, or it would hold it up.
pub(super) fn classes(ready: &Ready<'_>, roles: &[Role], followers: &Table) -> Vec<u64> {
    let steps = ready
        .nets
        .iter()
        .map(|net| 2 * net.network.tasks.len())
        .sum();
    let mut urgency = vec![u64::MAX; steps];
    for (job, role) in ready.jobs.iter().zip(roles) {
        let Some(net) = ready.nets.get(job.net) else {
            continue;
        };
        let of = |priority: u16| u64::from(KEEP - priority.min(KEEP));
        let own = match role {
            Role::Fixed => u64::MAX,
            Role::Carried => 0,
            Role::Free { .. } => {
                1 + of(net.project.priority) * (u64::from(KEEP) + 1) + of(job.priority)
            }
        };
        if let Some(slot) = urgency.get_mut(net.offset + job.task) {
            *slot = own;
        }
    }
    for net in &ready.nets {
        let count = net.network.tasks.len();
        for step in net.network.steps.iter().rev() {
            let step = net.offset
                + match *step {
                    Step::Leaf(at) | Step::Sum(at) => at,
                    Step::Gate(at) => count + at,
                };
            let behind = followers
                .row(step)
                .filter_map(|step| urgency.get(step))
                .min();
            if let Some(behind) = behind.copied()
                && let Some(slot) = urgency.get_mut(step)
            {
                *slot = behind.min(*slot);
            }
        }
    }
    (ready.jobs.iter())
        .map(|job| {
            let step = ready.nets.get(job.net).map(|net| net.offset + job.task);
            step.and_then(|step| urgency.get(step))
                .copied()
                .unwrap_or(u64::MAX)
        })
        .collect()
}

/// Which jobs ask for more than there is wherever they stand alone.
pub(super) fn squeezed(
    ready: &mut Ready<'_>,
    roles: &[Role],
    spans: &[Span],
    problems: &mut Vec<Problem>,
) -> Vec<bool> {
    let mut squeezed = vec![false; ready.jobs.len()];
    for (at, (job, span)) in ready.jobs.iter().zip(spans).enumerate() {
        let (Some(Role::Free { .. }), Some(net)) = (roles.get(at), ready.nets.get(job.net)) else {
            continue;
        };
        let Some(node) = net.network.tasks.get(job.task) else {
            continue;
        };
        let work = net.network.work(node);
        let length = span.finish - span.start;
        let mut fits = |needs: &[_]| {
            (ready
                .book
                .fit_up(work, needs, span.start, length, Minutes::MAX, false))
            .is_some()
        };
        if length <= 0 || fits(&job.needs) {
            continue;
        }
        let alone: Vec<bool> = job
            .needs
            .iter()
            .map(|need| fits(std::slice::from_ref(need)))
            .collect();
        let together = alone.iter().all(|fits| *fits);
        for (need, fits) in job.needs.iter().zip(alone) {
            if let Some(member) = ready.book.members.get(need.member)
                && (together || !fits)
            {
                problems.push(Problem::TooMuch {
                    project: net.project.id,
                    task: job.id,
                    resource: member.id,
                });
            }
        }
        squeezed[at] = true;
    }
    squeezed
}
