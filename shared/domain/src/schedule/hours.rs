//! When each task is worked on.
//!
//! A task counts in its own calendar, or else in the plan's. Where [`Rules::crews`] says so, it counts when its resources
//! work: when any of them does, and where it has a calendar of its own, only when that works too. So MS Project
//! schedules ("How Project schedules tasks: calendars"); its tasks of fixed duration do not look at resources.
//!
//! [`Rules::crews`]: crate::plan::Rules::crews

use base::{CalendarId, ResourceId, TaskId, sort};
use rustc_hash::FxHashMap;

use super::{Problem, network};
use crate::calendar::{Calendar, WorkTime};
use crate::plan::{Plan, Task};
use crate::resource::{ResourceKind, TaskType};

/// The working time that each task of a plan counts in.
#[derive(Debug, Clone)]
pub struct WorkTimes {
    pub(super) list: Vec<WorkTime>,
    /// By task: which of the list.
    pub(super) of: Vec<usize>,
    /// By task: which of the list is its own or else the plan's, whatever its resources say.
    pub(super) own: Vec<usize>,
    /// The plan's own.
    pub(super) default: usize,
}

/// Whose calendars a task follows, each once; `None` is the plan's.
pub(super) type Crew = Vec<Option<CalendarId>>;

impl WorkTimes {
    /// Of all tasks of a plan. What is missing is replaced, as for the schedule.
    pub fn new(plan: &Plan) -> Self {
        let parents = network::parents(plan, &index(plan));
        Self::with(plan, &parents, &mut Vec::new())
    }

    /// Of the task in this row of the plan; of a row that is not there, the plan's.
    pub fn of(&self, row: usize) -> &WorkTime {
        let at = self.of.get(row).copied().unwrap_or(self.default);
        // there is always a first
        self.list.get(at).unwrap_or(&self.list[0])
    }

    /// Of tasks that say nothing of their own.
    pub fn plan(&self) -> &WorkTime {
        self.list.get(self.default).unwrap_or(&self.list[0])
    }

    /// `parents` has for each task the row of its summary.
    pub(super) fn with(
        plan: &Plan,
        parents: &[Option<usize>],
        problems: &mut Vec<Problem>,
    ) -> Self {
        let (list, by_id, default) = compiled(plan, problems);
        let mut made = Made {
            list,
            clock: None,
            any: FxHashMap::default(),
            all: FxHashMap::default(),
        };
        let mut summary = vec![false; plan.tasks.len()];
        for parent in parents.iter().flatten() {
            if let Some(slot) = summary.get_mut(*parent) {
                *slot = true;
            }
        }
        let crews = crews(plan);
        let mut of = Vec::with_capacity(plan.tasks.len());
        let mut owns = Vec::with_capacity(plan.tasks.len());
        for (task, summary) in plan.tasks.iter().zip(summary) {
            let own = task.calendar.map(|id| by_id.get(&id).copied().flatten());
            if own == Some(None) {
                problems.push(Problem::NoCalendar {
                    task: Some(task.id),
                });
            }
            let own = own.flatten();
            let crew = crews.get(&task.id).filter(|_| !summary);
            let without = match task.elapsed {
                true => made.clock(),
                false => own.unwrap_or(default),
            };
            owns.push(without);
            of.push(match crew {
                None => without,
                Some(crew) => {
                    let of = |id: &Option<CalendarId>| {
                        let at = id.and_then(|id| by_id.get(&id).copied().flatten());
                        at.unwrap_or(default)
                    };
                    let any = made.any(crew.iter().map(of).collect());
                    own.map_or(any, |own| made.all(own, any))
                }
            });
        }
        Self {
            list: made.list,
            of,
            own: owns,
            default,
        }
    }
}

/// Rows by the ids of tasks; of an id that is there twice, the first.
pub(super) fn index(plan: &Plan) -> FxHashMap<TaskId, usize> {
    let mut index: FxHashMap<TaskId, usize> = FxHashMap::default();
    index.reserve(plan.tasks.len());
    for (at, task) in plan.tasks.iter().enumerate() {
        index.entry(task.id).or_insert(at);
    }
    index
}

/// The tasks that follow their resources, and whom.
pub(super) fn crews(plan: &Plan) -> FxHashMap<TaskId, Crew> {
    let mut crews: FxHashMap<TaskId, Crew> = FxHashMap::default();
    if !plan.rules.crews || plan.assignments.is_empty() {
        return crews;
    }
    let works = |resource: &&crate::resource::Resource| resource.kind == ResourceKind::Work;
    let calendars: FxHashMap<ResourceId, Option<CalendarId>> = (plan.resources.iter())
        .filter(works)
        .map(|resource| (resource.id, resource.calendar))
        .collect();
    for asked in &plan.assignments {
        if let Some(calendar) = calendars.get(&asked.resource) {
            crews.entry(asked.task).or_default().push(*calendar);
        }
    }
    let follows = |task: &Task| {
        let own = task.own_hours && task.calendar.is_some();
        task.stays.kind != TaskType::FixedDuration && !task.elapsed && !own
    };
    for task in plan.tasks.iter().filter(|task| !follows(task)) {
        crews.remove(&task.id);
    }
    for crew in crews.values_mut() {
        sort::plain(crew);
        crew.dedup();
    }
    crews
}

/// The calendars so far: the plan's, and what is made of them.
struct Made {
    list: Vec<WorkTime>,
    clock: Option<usize>,
    any: FxHashMap<Vec<usize>, usize>,
    all: FxHashMap<(usize, usize), usize>,
}

impl Made {
    fn push(&mut self, work: WorkTime) -> usize {
        self.list.push(work);
        self.list.len() - 1
    }

    /// The calendar that works day and night.
    fn clock(&mut self) -> usize {
        if let Some(at) = self.clock {
            return at;
        }
        let at = self.push(WorkTime::always());
        self.clock = Some(at);
        at
    }

    /// When any of these works.
    fn any(&mut self, mut parts: Vec<usize>) -> usize {
        sort::plain(&mut parts);
        parts.dedup();
        if let [only] = parts[..] {
            return only;
        }
        if let Some(at) = self.any.get(&parts) {
            return *at;
        }
        let mut works = parts.iter().filter_map(|at| self.list.get(*at));
        let first = works.next().cloned().unwrap_or_else(WorkTime::always);
        let work = works.fold(first, |sum, next| sum.or(next));
        let at = self.push(work);
        self.any.insert(parts, at);
        at
    }

    /// When both work; where they never do, the first.
    fn all(&mut self, own: usize, crew: usize) -> usize {
        if own == crew {
            return own;
        }
        if let Some(at) = self.all.get(&(own, crew)) {
            return *at;
        }
        let both = (self.list.get(own).zip(self.list.get(crew))).map(|(a, b)| a.and(b));
        let at = match both.filter(|both| !both.is_empty()) {
            Some(both) => self.push(both),
            None => own,
        };
        self.all.insert((own, crew), at);
        at
    }
}

type Calendars = (Vec<WorkTime>, FxHashMap<CalendarId, Option<usize>>, usize);

/// Compiles the calendars: those with working time by id (`None`: none in it), and which is the plan's.
fn compiled(plan: &Plan, problems: &mut Vec<Problem>) -> Calendars {
    let mut compiled = Vec::with_capacity(plan.calendars.len());
    let mut by_id: FxHashMap<CalendarId, Option<usize>> = FxHashMap::default();
    for (id, calendar) in &plan.calendars {
        let work = WorkTime::new(calendar);
        let at = (!work.is_empty()).then_some(compiled.len());
        if at.is_some() {
            compiled.push(work);
        }
        by_id.entry(*id).or_insert(at);
    }
    let own = plan
        .calendar
        .and_then(|id| by_id.get(&id).copied().flatten());
    let default = own.unwrap_or_else(|| {
        if plan.calendar.is_some() {
            problems.push(Problem::NoCalendar { task: None });
        }
        compiled.push(WorkTime::new(&Calendar::standard("")));
        compiled.len() - 1
    });
    (compiled, by_id, default)
}
