//! Over-allocation 过度分配: what is asked of each resource on each day, against what there is.

use base::{Minutes, Moment, ProjectId, ResourceId, TaskId, sort};
use serde::{Deserialize, Serialize};

use super::book::Stand;
use super::jobs::Ready;
use super::{Problem, Project};
use crate::resource::Pool;
use crate::schedule::Schedule;

/// One day of a resource, in minutes of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DayLoad {
    /// Midnight at its start.
    pub day: Moment,
    /// What is asked for.
    pub demand: Minutes,
    /// What there is.
    pub capacity: Minutes,
}

/// A day on which more is asked of a resource than there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Over {
    /// Whose day.
    pub resource: ResourceId,
    /// The day, what is asked for and what there is.
    pub load: DayLoad,
    /// Who asks for how many minutes on this day, by project and task.
    pub tasks: Vec<(ProjectId, TaskId, Minutes)>,
}

/// What is asked of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// The resource.
    pub resource: ResourceId,
    /// The days on which something is asked of it, ascending.
    pub days: Vec<DayLoad>,
    /// Those of them on which it is too much.
    pub over: Vec<Over>,
}

/// What several projects ask of their pool, a row for each resource of kind work in the order of ids. `schedules` are
/// those of the projects, in the same order. Total; the result does not depend on the order of projects, tasks,
/// resources or assignments.
///
/// The work of an assignment is spread evenly over the working time that the task's calendar and the resource's have in
/// common between start and finish, and over the task's alone where they have none in common. What is compared is whole
/// days, as in MS Project's levelling “day by day”, its default.
pub fn load(
    pool: &Pool,
    projects: &[Project<'_>],
    schedules: &[Schedule],
) -> (Vec<Load>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut ready = Ready::new(pool, projects, &mut problems);
    let loads = loads(&mut ready, schedules);
    sort::plain(&mut problems);
    problems.dedup();
    (loads, problems)
}

/// A day's part of one task.
struct Part {
    member: usize,
    day: i64,
    job: usize,
    asked: i64,
}

fn loads(ready: &mut Ready<'_>, schedules: &[Schedule]) -> Vec<Load> {
    let mut parts: Vec<Part> = Vec::new();
    let rows = schedules.iter().flat_map(|schedule| &schedule.rows);
    let first = rows.map(|row| row.early_start).min().unwrap_or_default();
    ready.book.begin(first.day());
    for (number, job) in ready.jobs.iter().enumerate() {
        let Some(net) = ready.nets.get(job.net) else {
            continue;
        };
        let dates = schedules.get(net.place);
        let (Some(dates), Some(node)) = (
            dates.and_then(|schedule| schedule.rows.get(job.task)),
            net.network.tasks.get(job.task),
        ) else {
            continue;
        };
        let work = net.network.work(node);
        let stand = Stand {
            start_at: dates.early_start,
            finish_at: dates.early_finish,
            length: work.between(dates.early_start, dates.early_finish),
        };
        // a milestone takes no time in which anything could be asked for
        if stand.start_at >= stand.finish_at {
            continue;
        }
        for need in &job.needs {
            let days = ready.book.spread(work, need, &stand).iter();
            parts.extend(days.map(|(day, asked)| Part {
                member: need.member,
                day: *day,
                job: number,
                asked: *asked,
            }));
        }
    }
    sort::by_key(&mut parts, |part| (part.member, part.day, part.job));
    let mut loads: Vec<Load> = (ready.book.members.iter())
        .map(|member| Load {
            resource: member.id,
            days: Vec::new(),
            over: Vec::new(),
        })
        .collect();
    for parts in parts.chunk_by(|a, b| (a.member, a.day) == (b.member, b.day)) {
        let Some((first, load)) = (parts.first()).and_then(|p| Some((p, loads.get_mut(p.member)?)))
        else {
            continue;
        };
        let asked = (parts.iter()).fold(0i64, |sum, part| sum.saturating_add(part.asked));
        let room = ready.book.room(first.member, first.day);
        let day = DayLoad {
            day: Moment::from_day(first.day),
            demand: minutes(asked),
            capacity: minutes(room),
        };
        load.days.push(day);
        if asked > room {
            let who = |part: &Part| {
                let job = ready.jobs.get(part.job)?;
                let net = ready.nets.get(job.net)?;
                Some((net.project.id, job.id, minutes(part.asked)))
            };
            load.over.push(Over {
                resource: load.resource,
                load: day,
                tasks: parts.iter().filter_map(who).collect(),
            });
        }
    }
    loads
}

/// From thousandths, rounded to the nearest.
fn minutes(thousandths: i64) -> Minutes {
    thousandths.saturating_add(500).div_euclid(1_000)
}
