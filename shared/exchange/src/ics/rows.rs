//! The dates of a plan as a calendar shows them: by days where that is how the work lies, else by the clock.

use std::sync::Arc;

use base::time::DAY;
use base::{Moment, TaskId};
use domain::calendar::WorkTime;
use domain::plan::{Plan, Task};
use domain::schedule::{Dates, Schedule, WorkTimes};
use rustc_hash::FxHashMap;

/// So many branches above a task are named, the nearest ones, and so much of each name: a calendar has little room.
const BRANCHES: usize = 4;
const BRANCH: usize = 60;

/// When something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Whole days, counted from 1970: the first, and the one after the last.
    Days(i64, i64),
    /// By the clock of the place where the plan is.
    Times(Moment, Moment),
}

/// What the calendar says of one task or branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) task: TaskId,
    pub(super) name: String,
    /// The branches that it lies in, the nearest last; empty at the top.
    pub(super) branch: Arc<str>,
    /// `None`: a branch, of which only the deadline is shown.
    pub(super) when: Option<When>,
    pub(super) milestone: bool,
    pub(super) deadline: Option<When>,
    pub(super) percent: u8,
    pub(super) owner: String,
    pub(super) deliverable: String,
}

/// The dates of a plan, to be written as one feed or several. What was removed or is inactive is not among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    pub(super) rows: Vec<Row>,
    /// When the plan must be finished.
    pub(super) finish_by: Option<When>,
}

impl Rows {
    /// Of a plan with its dates and with what is done of each task as it is shown, all in one order.
    pub fn of(plan: &Plan, schedule: &Schedule, percent: &[u8]) -> Self {
        let times = WorkTimes::new(plan);
        let mut above: FxHashMap<TaskId, Above> = FxHashMap::default();
        let mut rows = Vec::new();
        for (at, (task, dates)) in plan.tasks.iter().zip(&schedule.rows).enumerate() {
            let parent = task.parent.and_then(|parent| above.get(&parent));
            let branch = parent.map_or_else(|| Arc::from(""), |above| above.path.clone());
            let inactive = task.inactive || parent.is_some_and(|above| above.inactive);
            if dates.summary {
                let names = parent.map_or(&[][..], |above| &above.names);
                above.insert(task.id, Above::new(names, &task.name, inactive));
            }
            if inactive {
                continue;
            }
            let work = times.of(at);
            let when = (!dates.summary).then(|| stands(work, task, dates));
            let deadline = task.deadline.map(|at| by(work, at));
            if when.is_some() || deadline.is_some() {
                rows.push(Row {
                    task: task.id,
                    name: task.name.clone(),
                    branch,
                    when,
                    milestone: !dates.summary && task.duration == 0,
                    deadline,
                    percent: percent.get(at).copied().unwrap_or(task.percent),
                    owner: task.owner.clone(),
                    deliverable: task.deliverable.clone(),
                });
            }
        }
        let finish_by = plan.rules.finish_by;
        Self {
            rows,
            finish_by: finish_by.map(|at| by(times.plan(), at)),
        }
    }
}

/// A branch, for those below it.
struct Above {
    names: Vec<String>,
    path: Arc<str>,
    inactive: bool,
}

impl Above {
    fn new(above: &[String], name: &str, inactive: bool) -> Self {
        let keep = above.len().saturating_sub(BRANCHES - 1);
        let own = name.trim().chars().take(BRANCH).collect();
        let names: Vec<String> = above.iter().skip(keep).cloned().chain([own]).collect();
        let named: Vec<&str> = names.iter().map(String::as_str).collect();
        let path = named.iter().filter(|name| !name.is_empty());
        let path = path.copied().collect::<Vec<_>>().join(" › ");
        Self {
            path: path.into(),
            names,
            inactive,
        }
    }
}

/// When a task is done: whole days where it takes up all working hours of its first and last day.
fn stands(work: &WorkTime, task: &Task, dates: &Dates) -> When {
    let (from, to) = (dates.early_start, dates.early_finish.max(dates.early_start));
    if task.duration == 0 && from == to {
        return moment(work, from);
    }
    match (begins_day(work, from), ends_day(work, to)) {
        (true, Some(last)) => When::Days(from.day(), last.max(from.day()) + 1),
        _ => When::Times(from, to),
    }
}

/// A milestone: a day where it lies at the beginning or the end of the day's work, else a moment.
fn moment(work: &WorkTime, at: Moment) -> When {
    let day = match (begins_day(work, at), ends_day(work, at)) {
        (true, _) => at.day(),
        (false, Some(day)) => day,
        (false, None) => return When::Times(at, at),
    };
    When::Days(day, day + 1)
}

/// A date by which something should be done: the day whose work ends with it.
fn by(work: &WorkTime, at: Moment) -> When {
    match ends_day(work, at) {
        Some(day) => When::Days(day, day + 1),
        None => moment(work, at),
    }
}

/// Whether nothing is worked on that day before that moment; on a day off, whether it is midnight.
fn begins_day(work: &WorkTime, at: Moment) -> bool {
    let first = work.hours_on(at).first().map_or(0, |(from, _)| *from);
    at.minute_of_day() == first || at.minute_of_day() == 0
}

/// The day that ends, as far as it is worked on, with that moment.
fn ends_day(work: &WorkTime, at: Moment) -> Option<i64> {
    let last = |at: Moment| work.hours_on(at).last().map(|(_, to)| *to);
    if at.minute_of_day() == 0 {
        let before = last(at.plus(-1)) == Some(DAY);
        // of a day off, midnight stands for the whole of it
        let off = || last(at).is_none().then(|| at.day());
        return before.then(|| at.day() - 1).or_else(off);
    }
    (last(at) == Some(at.minute_of_day())).then(|| at.day())
}
