//! What a plan says of its tasks, in MSPDI's words. Two plans are compared by it.

use base::{CalendarId, Minutes, Moment, ResourceId, TaskId};
use domain::calendar::WorkTime;
use domain::money::Money;
use domain::plan::{Constraint, Lag, LinkKind, Plan, Task};
use domain::resource::{Resource, ResourceKind, TaskType};
use domain::schedule::{Schedule, WorkTimes};
use rustc_hash::{FxHashMap, FxHashSet};

use super::calendars::date;
use super::costs::{self, Costs};

/// An element and its text; `None` where it is absent.
pub(super) type Field = (&'static str, Option<String>);

/// Elements that follow from others: brought up to date where they are there, never added.
const DERIVED: [&str; 6] = [
    "Work",
    "ManualDuration",
    "StartSlack",
    "FinishSlack",
    "ActualDuration",
    "RemainingDuration",
];

/// Whether an element of a task follows from others. What remains of it does unless somebody said so.
pub(super) fn follows(name: &str, task: Option<&Task>) -> bool {
    let said = name == "RemainingDuration" && task.is_some_and(|task| task.remaining.is_some());
    DERIVED.contains(&name) && !said
}

/// What an import of earlier versions did not read, with what it says where nobody said anything.
const UNREAD: [(&str, &str); 5] = [
    ("Type", "0"),
    ("Priority", "500"),
    ("EffortDriven", "0"),
    ("IgnoreResourceCalendar", "0"),
    ("Work", "PT0H0M0S"),
];

/// Elements of which an import of earlier versions knows nothing, so that their absence says nothing.
const ABSENT: [&str; 2] = ["LevelingDelay", "LevelingDelayFormat"];

/// Whether a plan that does not know what the file says of people, or of costs, leaves this to the file.
pub(super) fn left_to_the_file(side: &Side<'_>, row: usize, field: &Field) -> bool {
    let plan = side.plan;
    if costs::is_cost(field.0) {
        let task = plan.tasks.get(row);
        return !plan.costs && costs::left_to_the_file(task, side.is_summary(row), field.0);
    }
    let usual = |(name, text): &(&str, &str)| *name == field.0 && field.1.as_deref() == Some(*text);
    let absent = field.1.is_none() && ABSENT.contains(&field.0);
    !plan.people && (absent || UNREAD.iter().any(usual))
}

/// A link seen from its successor: the predecessor's number, which ends, how long after.
pub(super) type Waits = (i64, LinkKind, Lag);

/// A plan with its dates and the file's numbers.
pub(super) struct Side<'a> {
    pub(super) plan: &'a Plan,
    pub(super) schedule: &'a Schedule,
    /// UIDs of the tasks.
    pub(super) uids: &'a [i64],
    /// Level from 1, and outline number.
    places: Vec<(usize, String)>,
    links: FxHashMap<TaskId, Vec<Waits>>,
    calendars: &'a FxHashMap<CalendarId, i64>,
    /// Minutes of work that tasks, and all below summaries, ask for.
    work: FxHashMap<TaskId, Minutes>,
    costs: Costs,
    times: WorkTimes,
}

impl<'a> Side<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        schedule: &'a Schedule,
        uids: &'a [i64],
        calendars: &'a FxHashMap<CalendarId, i64>,
        stored: &costs::Stored,
    ) -> Self {
        let by_id: FxHashMap<TaskId, i64> = (plan.tasks.iter().zip(uids))
            .map(|(task, uid)| (task.id, *uid))
            .collect();
        let mut links: FxHashMap<TaskId, Vec<Waits>> = FxHashMap::default();
        for link in &plan.links {
            if let Some(pred) = by_id.get(&link.pred) {
                let waits = links.entry(link.succ).or_default();
                waits.push((*pred, link.kind, link.lag));
            }
        }
        Self {
            plan,
            schedule,
            uids,
            places: places(plan),
            links,
            calendars,
            work: works(plan),
            costs: Costs::new(plan, uids, stored),
            times: WorkTimes::new(plan),
        }
    }

    /// What the task in this row waits for.
    pub(super) fn waits(&self, row: usize) -> &[Waits] {
        let task = self.plan.tasks.get(row);
        let links = task.and_then(|task| self.links.get(&task.id));
        links.map_or(&[], Vec::as_slice)
    }

    /// The working time that the task in this row counts in.
    pub(super) fn work(&self, row: usize) -> &WorkTime {
        self.times.of(row)
    }

    /// The plan's own working time.
    pub(super) fn plan_work(&self) -> &WorkTime {
        self.times.plan()
    }

    /// The file's number of a calendar, as text.
    pub(super) fn calendar(&self, id: Option<CalendarId>) -> String {
        let number = id.and_then(|id| self.calendars.get(&id));
        number.map_or_else(|| "-1".to_owned(), i64::to_string)
    }

    /// What the whole project costs; `fixed` is its own cost.
    pub(super) fn project_costs(&self, fixed: Money) -> [Field; 4] {
        self.costs.project(fixed)
    }

    /// Whether tasks lie below the one in this row.
    pub(super) fn is_summary(&self, row: usize) -> bool {
        let dates = self.schedule.rows.get(row);
        dates.is_some_and(|dates| dates.summary)
    }

    /// Minutes of work that a task, and all below it, ask for.
    pub(super) fn asks(&self, task: &Task) -> Minutes {
        self.work.get(&task.id).copied().unwrap_or(0)
    }

    pub(super) fn level(&self, row: usize) -> usize {
        self.places.get(row).map_or(1, |place| place.0)
    }

    /// All elements of a task in the order of the schema, without notes and links.
    pub(super) fn fields(&self, row: usize) -> Vec<Field> {
        let (Some(task), Some(dates)) = (self.plan.tasks.get(row), self.schedule.rows.get(row))
        else {
            return Vec::new();
        };
        let work = self.work(row);
        let length = match dates.summary {
            // a summary is as long as the working time that it spans
            true => work.between(dates.early_start, dates.early_finish).max(0),
            false => task.duration,
        };
        let done = length * Minutes::from(task.percent.min(100)) / 100;
        let left = task.remaining.unwrap_or(length - done);
        let placed = task.placed.filter(|_| !dates.summary);
        let (held, at) = constraint(task);
        let tenths = |minutes: Minutes| Some((minutes * 10).to_string());
        let flag = |yes: bool| Some(if yes { "1" } else { "0" }.to_owned());
        let [fixed, total, spent, to_spend] = self.costs.fields(task);
        let (level, number) = self.places.get(row).cloned().unwrap_or_default();
        vec![
            ("Name", Some(task.name.clone())),
            ("Active", flag(!task.inactive)),
            ("Manual", flag(placed.is_some())),
            ("Type", Some(kind(task.stays.kind).to_owned())),
            ("OutlineNumber", Some(number)),
            ("OutlineLevel", Some(level.to_string())),
            ("Priority", Some(task.priority.unwrap_or(500).to_string())),
            ("Start", Some(date(dates.early_start))),
            ("Finish", Some(date(dates.early_finish))),
            ("Duration", Some(duration(length))),
            ("ManualStart", placed.map(|_| date(dates.early_start))),
            ("ManualFinish", placed.map(|_| date(dates.early_finish))),
            ("ManualDuration", placed.map(|_| duration(length))),
            (
                "DurationFormat",
                Some(if task.elapsed { "8" } else { "7" }.to_owned()),
            ),
            ("Work", Some(duration(self.asks(task)))),
            ("EffortDriven", flag(task.stays.effort_driven)),
            ("Milestone", flag(length == 0 && !dates.summary)),
            ("Summary", flag(dates.summary)),
            ("Critical", flag(dates.critical)),
            ("EarlyStart", Some(date(dates.early_start))),
            ("EarlyFinish", Some(date(dates.early_finish))),
            ("LateStart", Some(date(dates.late_start))),
            ("LateFinish", Some(date(dates.late_finish))),
            ("FreeSlack", tenths(dates.free_slack)),
            ("TotalSlack", tenths(dates.total_slack)),
            (
                "StartSlack",
                tenths(work.between(dates.early_start, dates.late_start)),
            ),
            (
                "FinishSlack",
                tenths(work.between(dates.early_finish, dates.late_finish)),
            ),
            fixed,
            ("PercentComplete", Some(task.percent.to_string())),
            total,
            ("ActualStart", task.actual_start.map(date)),
            ("ActualFinish", task.actual_finish.map(date)),
            ("ActualDuration", Some(duration(done))),
            spent,
            ("RemainingDuration", Some(duration(left))),
            to_spend,
            ("ConstraintType", Some(held.to_owned())),
            ("CalendarUID", Some(self.calendar(task.calendar))),
            ("ConstraintDate", at.map(date)),
            ("Deadline", task.deadline.map(date)),
            // counted by the clock
            (
                "LevelingDelay",
                tenths(task.delay).filter(|_| task.delay > 0),
            ),
            (
                "LevelingDelayFormat",
                (task.delay > 0).then(|| "8".to_owned()),
            ),
            ("IgnoreResourceCalendar", flag(task.own_hours)),
        ]
    }
}

fn kind(kind: TaskType) -> &'static str {
    match kind {
        TaskType::FixedUnits => "0",
        TaskType::FixedDuration => "1",
        TaskType::FixedWork => "2",
    }
}

/// Minutes of work by task; of summaries, of all that lies below them.
fn works(plan: &Plan) -> FxHashMap<TaskId, Minutes> {
    let above: FxHashMap<TaskId, TaskId> = (plan.tasks.iter())
        .filter_map(|task| Some((task.id, task.parent?)))
        .collect();
    let works = |resource: &&Resource| resource.kind == ResourceKind::Work;
    let workers: FxHashSet<ResourceId> = (plan.resources.iter().filter(works))
        .map(|resource| resource.id)
        .collect();
    let mut sums: FxHashMap<TaskId, Minutes> = FxHashMap::default();
    for asked in plan
        .assignments
        .iter()
        .filter(|asked| workers.contains(&asked.resource))
    {
        let mut at = Some(asked.task);
        // parents in a circle end somewhere
        for _ in 0..10_000 {
            let Some(task) = at else { break };
            let sum = sums.entry(task).or_default();
            *sum = sum.saturating_add(asked.work);
            at = above.get(&task).copied();
        }
    }
    sums
}

/// MSPDI has one constraint for a task: any other goes before "start no earlier".
fn constraint(task: &Task) -> (&'static str, Option<Moment>) {
    match task.constraint {
        None => match task.not_before {
            Some(at) => ("4", Some(at)),
            None => ("0", None),
        },
        Some(Constraint::AsLateAsPossible) => ("1", None),
        Some(Constraint::MustStart(at)) => ("2", Some(at)),
        Some(Constraint::MustFinish(at)) => ("3", Some(at)),
        Some(Constraint::StartNoEarlier(at)) => ("4", Some(at)),
        Some(Constraint::StartNoLater(at)) => ("5", Some(at)),
        Some(Constraint::FinishNoEarlier(at)) => ("6", Some(at)),
        Some(Constraint::FinishNoLater(at)) => ("7", Some(at)),
    }
}

/// Minutes as MSPDI writes them.
pub(super) fn duration(minutes: Minutes) -> String {
    format!("PT{}H{}M0S", minutes / 60, minutes % 60)
}

fn places(plan: &Plan) -> Vec<(usize, String)> {
    // the level, the number and how many children so far
    let mut known: FxHashMap<TaskId, (usize, String, usize)> = FxHashMap::default();
    let mut top = 0;
    let mut places = Vec::with_capacity(plan.tasks.len());
    for task in &plan.tasks {
        let above = task.parent.and_then(|parent| known.get_mut(&parent));
        let place = match above {
            Some((level, number, children)) => {
                *children += 1;
                (*level + 1, format!("{number}.{children}"))
            }
            None => {
                top += 1;
                (1, top.to_string())
            }
        };
        known.insert(task.id, (place.0, place.1.clone(), 0));
        places.push(place);
    }
    places
}
