//! Levelling 资源平衡: tasks wait until the resources that they ask for are there. Rules: `docs/levelling.md`.

mod book;
mod decode;
mod free;
mod genetic;
mod jobs;
mod load;
mod member;
mod place;
mod random;
pub mod rcpsp;
mod roles;
mod room;
mod steps;
#[cfg(test)]
mod tests;

use base::{AssignmentId, Moment, ProjectId, ResourceId, TaskId, sort};
use serde::{Deserialize, Serialize};

use super::{Schedule, backward, forward, network::Network, schedule};
use crate::plan::Plan;
use crate::resource::{Assignment, Pool};
pub use free::{Asked, Free, LONGEST, asked, free};
use genetic::{Decode, Found, Side};
use jobs::Ready;
pub use load::{DayLoad, Load, Over, load};
use place::Places;
use roles::Role;

/// The priority of a task or project of which nothing is said (MS Project's).
pub const NORMAL: u16 = 500;

/// The highest priority: not to be levelled (MS Project's “do not level”).
pub const KEEP: u16 = 1_000;

/// A project that takes from a pool.
#[derive(Debug, Clone, Copy)]
pub struct Project<'a> {
    /// Its id.
    pub id: ProjectId,
    /// Its plan.
    pub plan: &'a Plan,
    /// What its tasks ask for.
    pub assignments: &'a [Assignment],
    /// 0 to 1000; goes before the priorities of tasks. Nothing of a project of 1000 is moved.
    pub priority: u16,
    /// 0 to 1000 for tasks that have one, at most once; the others have [`NORMAL`]. A task of 1000 is not moved.
    pub priorities: &'a [(TaskId, u16)],
}

/// The pool that plans take from: what one of them names by the same id is the same resource, and the first of them says
/// what there is of it.
pub fn pool(plans: &[&Plan]) -> Pool {
    let mut pool = Pool {
        calendar: plans.first().and_then(|plan| plan.calendar),
        ..Pool::default()
    };
    for plan in plans {
        for (id, calendar) in &plan.calendars {
            if !pool.calendars.iter().any(|(known, _)| known == id) {
                pool.calendars.push((*id, calendar.clone()));
            }
        }
        for resource in &plan.resources {
            if !pool.resources.iter().any(|known| known.id == resource.id) {
                let mut resource = resource.clone();
                // the calendar of another plan is not that of the pool
                resource.calendar = resource.calendar.or(plan.calendar);
                pool.resources.push(resource);
            }
        }
    }
    pool
}

/// The priorities of a plan's tasks, where they have one.
pub fn priorities(plan: &Plan) -> Vec<(TaskId, u16)> {
    let tasks = plan.tasks.iter();
    tasks
        .filter_map(|task| Some((task.id, task.priority?)))
        .collect()
}

/// How to level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Only as far as nothing else is delayed: what is left over-allocated is reported.
    pub within_slack: bool,
    /// Where chance begins: the same seed gives the same result everywhere.
    pub seed: u64,
    /// How many schedules may be looked at; less where a plan is so great that it would take more than
    /// [`EFFORT`].
    pub schedules: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            within_slack: false,
            seed: 1,
            schedules: 5_000,
        }
    }
}

/// How many days of tasks may be placed in all: some seconds' worth in a browser.
pub const EFFORT: usize = 12_000_000;

/// What is wrong with a pool, or with what is asked of it; the rest counts all the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Problem {
    /// An assignment names what is not there; it was left out.
    Missing {
        /// Whose.
        project: ProjectId,
        /// The assignment.
        assignment: AssignmentId,
        /// What is not there.
        part: MissingPart,
    },
    /// An assignment to a summary: it was left out, for what lies below asks for itself.
    OnSummary {
        /// Whose.
        project: ProjectId,
        /// The assignment.
        assignment: AssignmentId,
    },
    /// A resource, or the pool for it, names a calendar that is not there or has no working time; the standard one was
    /// used.
    NoCalendar {
        /// The resource.
        resource: ResourceId,
    },
    /// A task alone asks for more of a resource than there is, wherever it stands; it was put as if it asked for what
    /// there is.
    TooMuch {
        /// Whose.
        project: ProjectId,
        /// The task.
        task: TaskId,
        /// The resource.
        resource: ResourceId,
    },
}

/// What an assignment names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MissingPart {
    /// Its task.
    Task,
    /// Its resource.
    Resource,
}

/// A task that is to wait: an ordinary edit of its [`not_before`](crate::plan::Task::not_before).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Delay {
    /// The task.
    pub task: TaskId,
    /// Its date before, for the way back.
    pub from: Option<Moment>,
    /// Its date from now on.
    pub to: Moment,
}

/// A task whose dates change: because it waits itself, or because it follows one that does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Moved {
    /// The task, or summary.
    pub task: TaskId,
    /// Start and finish before.
    pub before: (Moment, Moment),
    /// Start and finish after.
    pub after: (Moment, Moment),
}

/// What levelling does to a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The project.
    pub project: ProjectId,
    /// The edits, by task id.
    pub delays: Vec<Delay>,
    /// The difference, by task id.
    pub moved: Vec<Moved>,
    /// The finish of the project before and after.
    pub finish: (Moment, Moment),
}

/// What levelling does. Nothing is changed yet: it is a preview, and its delays are what applies it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Levelled {
    /// What changes, for each project in the order of the input.
    pub changes: Vec<Change>,
    /// Days that stay over-allocated, by resource and day: where tasks may not be moved, or not as far.
    pub left: Vec<Over>,
    /// How many schedules were looked at.
    pub schedules: usize,
}

impl Change {
    /// The plan with these delays.
    pub fn apply(&self, plan: &Plan) -> Plan {
        self.with(plan, |delay| Some(delay.to))
    }

    /// The plan without these delays.
    pub fn revert(&self, plan: &Plan) -> Plan {
        self.with(plan, |delay| delay.from)
    }

    fn with(&self, plan: &Plan, date: impl Fn(&Delay) -> Option<Moment>) -> Plan {
        let mut plan = plan.clone();
        for task in &mut plan.tasks {
            let at = self
                .delays
                .binary_search_by_key(&task.id, |delay| delay.task);
            if let Some(delay) = at.ok().and_then(|at| self.delays.get(at)) {
                task.not_before = date(delay);
            }
        }
        plan
    }
}

/// Levels several projects that take from one pool. Total: whatever is given, each project gets a change (which may be
/// empty), and what could not be kept is listed. The result depends on the seed, and not on the order of projects,
/// tasks, resources or assignments.
pub fn level(pool: &Pool, projects: &[Project<'_>], options: &Options) -> (Levelled, Vec<Problem>) {
    let mut problems = Vec::new();
    let ready = Ready::new(pool, projects, &mut problems);
    let before: Vec<Schedule> = projects.iter().map(|p| schedule(p.plan).0).collect();
    let mut places = Places::new(ready, options, &mut problems);
    let mut changes = none(projects);
    let mut schedules = 0;
    if places.free() > 0 {
        let budget = (EFFORT / places.effort().max(1)).clamp(2, options.schedules.max(2));
        let budget = budget.min(options.schedules.max(1));
        let best = genetic::search(&mut places, budget, options.seed);
        schedules = best.schedules;
        settle(&mut places, &best.keys, projects, &mut changes);
    }
    let plans: Vec<Plan> = (changes.iter().zip(projects))
        .map(|(change, project)| change.apply(project.plan))
        .collect();
    let after: Vec<Schedule> = plans.iter().map(|plan| schedule(plan).0).collect();
    let edited: Vec<Project<'_>> = (projects.iter().zip(&plans))
        .map(|(project, plan)| Project { plan, ..*project })
        .collect();
    for ((change, project), (before, after)) in
        (changes.iter_mut().zip(projects)).zip(before.iter().zip(&after))
    {
        compare(change, project.plan, before, after);
    }
    let (loads, _) = load(pool, &edited, &after);
    sort::plain(&mut problems);
    problems.dedup();
    let levelled = Levelled {
        changes,
        left: loads.into_iter().flat_map(|load| load.over).collect(),
        schedules,
    };
    (levelled, problems)
}

fn none(projects: &[Project<'_>]) -> Vec<Change> {
    let change = |project: &Project<'_>| Change {
        project: project.id,
        delays: Vec::new(),
        moved: Vec::new(),
        finish: (project.plan.start, project.plan.start),
    };
    projects.iter().map(change).collect()
}

/// How often the places of tasks that are to be as late as possible are looked for anew: they hang on the dates of all
/// that follows, which hang on them.
const ROUNDS: usize = 4;

/// Makes the best schedule once more and reads the delays off it.
fn settle(places: &mut Places<'_>, keys: &[i64], projects: &[Project<'_>], changes: &mut [Change]) {
    for _ in 0..ROUNDS {
        places.decode(Side::Left, keys, &mut Found::default());
        changes.iter_mut().for_each(|change| change.delays.clear());
        for ((job, role), put) in places
            .ready
            .jobs
            .iter()
            .zip(&places.roles)
            .zip(&places.puts)
        {
            let Some(net) = places.ready.nets.get(job.net) else {
                continue;
            };
            if let (Role::Free { .. }, Some(node)) = (role, net.network.tasks.get(job.task))
                && put.start > put.own
                && let Some(change) = changes.get_mut(net.place)
            {
                change.delays.push(Delay {
                    task: job.id,
                    from: node.not_before,
                    to: net.network.work(node).start_of(put.start),
                });
            }
        }
        let mut again = false;
        for net in 0..places.ready.nets.len() {
            let place = places.ready.nets.get(net).map(|net| net.place);
            let found = place.and_then(|at| Some((changes.get(at)?, projects.get(at)?)));
            if let Some((change, project)) = found {
                let late = late(&change.apply(project.plan));
                again |= places.follow(net, late);
            }
        }
        if !again {
            break;
        }
    }
}

/// The latest finishes to which tasks go that are to be as late as possible; `None` where there are no such tasks.
fn late(plan: &Plan) -> Option<Vec<base::Minutes>> {
    if !plan
        .tasks
        .iter()
        .any(|task| task.constraint == Some(crate::plan::Constraint::AsLateAsPossible))
    {
        return None;
    }
    let (network, _) = Network::new(plan);
    let any = network.tasks.iter().any(|task| task.late());
    any.then(|| {
        let early = forward::pass(&network, None);
        backward::latest(&network, &early)
    })
}

fn compare(change: &mut Change, plan: &Plan, before: &Schedule, after: &Schedule) {
    change.finish = (before.finish, after.finish);
    for ((task, before), after) in plan.tasks.iter().zip(&before.rows).zip(&after.rows) {
        let moved = Moved {
            task: task.id,
            before: (before.early_start, before.early_finish),
            after: (after.early_start, after.early_finish),
        };
        if moved.before != moved.after {
            change.moved.push(moved);
        }
    }
    sort::by_key(&mut change.moved, |moved| moved.task);
}
