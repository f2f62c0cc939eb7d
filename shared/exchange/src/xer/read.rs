//! Reading: from bytes to a plan with its report.

use base::{CalendarId, TaskId};
use domain::calendar::{Calendar, WorkTime};
use domain::plan::{Plan, Task};
use rustc_hash::{FxHashMap, FxHashSet};

use super::activity::{Activity, Kind};
use super::calendars::Calendars;
use super::links::Links;
use super::outline::{Outline, What};
use super::project::Project;
use super::resources::Resources;
use super::table::{Tables, at_most};
use super::{encoding, notes, report, spans};
use crate::mspdi::{Adjusted, Adjustment, Counter, Imported, MAX_TASKS, ReadError, Stored, order};

/// Reads the first project of a file. Ids come from `new_id`, one call each; the same numbers make the same plan. On an
/// error nothing is returned but the error.
pub fn read(bytes: &[u8], new_id: &mut dyn FnMut() -> u64) -> Result<Imported, ReadError> {
    read_project(bytes, None, new_id)
}

/// Reads the project of a name: its short name, its full name, or the file's number of it.
pub fn read_project(
    bytes: &[u8],
    project: Option<&str>,
    new_id: &mut dyn FnMut() -> u64,
) -> Result<Imported, ReadError> {
    let source = encoding::text(bytes)?;
    let tables = Tables::read(&source)?;
    let Some(project) = Project::choose(&tables, project)? else {
        return Ok(Imported::default());
    };
    Reader {
        tables: &tables,
        project,
        counter: Counter::default(),
        adjusted: Vec::new(),
    }
    .read(new_id)
}

struct Reader<'a, 't> {
    tables: &'t Tables<'a>,
    project: Project<'a>,
    counter: Counter,
    adjusted: Vec<Adjusted>,
}

impl<'a> Reader<'a, '_> {
    fn read(mut self, new_id: &mut dyn FnMut() -> u64) -> Result<Imported, ReadError> {
        let tables = self.tables;
        let mut whole = std::mem::take(&mut self.project.adjusted);
        if !tables.ended {
            whole.push(Adjustment::NoEnd);
        }
        let mut activities = Vec::new();
        let mut by_id: FxHashMap<&str, usize> = FxHashMap::default();
        for row in tables.rows("TASK").filter(|row| self.project.has(row)) {
            let activity = Activity::read(&row, &self.project, new_id)?;
            by_id.entry(activity.id).or_insert(activities.len());
            activities.push(activity);
            at_most(activities.len(), MAX_TASKS, "tasks")?;
        }
        let outline = Outline::read(tables, &self.project, &activities)?;
        at_most(outline.entries.len(), MAX_TASKS, "tasks")?;
        let resources = Resources::read(tables, &by_id, new_id, &mut self.counter)?;
        resources.settle(&mut activities, self.project.calendar);

        let used: FxHashSet<&str> = (activities.iter().map(|activity| activity.calendar))
            .chain(resources.calendars())
            .chain([self.project.calendar])
            .collect();
        let calendars = Calendars::read(tables, &used, new_id, &mut self.adjusted)?;
        let default = calendars.get(self.project.calendar);
        // a calendar that is the plan's is not the task's own
        let own = |key: &str| calendars.get(key).filter(|id| Some(*id) != default);
        self.dates(&mut activities, &calendars, default);
        let branch_ids: Vec<TaskId> = (outline.branches.iter())
            .map(|_| TaskId::from_bytes(new_id().to_be_bytes()))
            .collect();
        let links = Links::read(
            tables,
            &self.project,
            &activities,
            &by_id,
            new_id,
            &mut self.adjusted,
        )?;
        let (people, assignments) = resources.finish(&activities, own, &mut self.adjusted);

        let mut result = Imported::default();
        let first = || activities.iter().filter_map(|one| one.stored.0).min();
        let start = self
            .project
            .start
            .or(self.project.rules.data_date)
            .or_else(first);
        let mut plan = Plan {
            name: std::mem::take(&mut self.project.name),
            start: start.unwrap_or_default(),
            rules: self.project.rules,
            calendar: default,
            calendars: Vec::new(),
            tasks: tasks(&outline, &activities, &branch_ids, own),
            links: links.list,
            resources: people,
            assignments,
            people: true,
            source: None,
            ..Plan::default()
        };
        plan.calendars = calendars.list;
        spans::place(&mut plan, &activities, &links.ties);

        let by_task: FxHashMap<&str, TaskId> = (by_id.iter())
            .filter_map(|(id, at)| Some((*id, activities.get(*at)?.task.id)))
            .collect();
        let by_branch: FxHashMap<&str, TaskId> = (outline.branches.iter().zip(&branch_ids))
            .map(|(branch, id)| (branch.id, *id))
            .collect();
        let there: FxHashSet<TaskId> = plan.tasks.iter().map(|task| task.id).collect();
        result.notes = notes::read(tables, &by_task, &by_branch);
        result.notes.retain(|(task, _)| there.contains(task));
        report::count(tables, &self.project, &by_task, &mut self.counter);

        let stored: FxHashMap<TaskId, _> = (activities.iter())
            .map(|activity| (activity.task.id, activity.stored))
            .collect();
        result.stored = (plan.tasks.iter())
            .map(|task| {
                let (start, finish) = stored.get(&task.id).copied().unwrap_or_default();
                Stored {
                    task: task.id,
                    start,
                    finish,
                }
            })
            .collect();
        for activity in &activities {
            let id = activity.task.id;
            match activity.kind {
                Kind::Milestone => result.milestones.starts.push(id),
                Kind::FinishMilestone => result.milestones.finishes.push(id),
                _ => {}
            }
            let spans = activity.kind.spans().then_some(Adjustment::Spans);
            let adjusted = activity.adjusted.iter().cloned().chain(spans);
            self.adjusted.extend(adjusted.map(|what| Adjusted {
                task: Some(id),
                what,
            }));
        }
        let whole = whole.into_iter().chain(outline.adjusted);
        let whole = whole.map(|what| Adjusted { task: None, what });
        result.report.adjusted = whole.chain(self.adjusted).collect();
        result.report.tasks = plan.tasks.len();
        result.report.links = plan.links.len();
        result.report.calendars = plan.calendars.len();
        result.report.unshown = self.counter.finish();
        result.plan = plan;
        result.compare();
        Ok(result)
    }

    /// Writes the constraints of activities as dates of their tasks.
    fn dates(
        &self,
        activities: &mut [Activity<'a>],
        calendars: &Calendars<'a>,
        default: Option<CalendarId>,
    ) {
        let times: FxHashMap<CalendarId, WorkTime> = (calendars.list.iter())
            .map(|(id, calendar)| (*id, WorkTime::new(calendar)))
            .collect();
        let standard = WorkTime::new(&Calendar::standard(""));
        for activity in activities {
            if activity.kind.spans() {
                continue;
            }
            let id = calendars.get(activity.calendar).or(default);
            let work = id.and_then(|id| times.get(&id)).unwrap_or(&standard);
            let moved = activity.dates.put(&mut activity.task, work);
            activity.adjusted.extend(moved);
        }
    }
}

/// The tasks of a plan, in outline order.
fn tasks(
    outline: &Outline<'_>,
    activities: &[Activity<'_>],
    branch_ids: &[TaskId],
    calendar: impl Fn(&str) -> Option<CalendarId>,
) -> Vec<Task> {
    // a branch is known by its number where no activity has the same
    let taken: FxHashSet<i64> = (activities.iter())
        .filter_map(|activity| activity.task.uid)
        .collect();
    let mut tasks: Vec<Task> = Vec::with_capacity(outline.entries.len());
    // how many children each row has so far, those at the top in the end
    let mut children = vec![0usize; outline.entries.len() + 1];
    for entry in &outline.entries {
        let task = match entry.what {
            What::Activity(at) => activities.get(at).map(|activity| Task {
                calendar: calendar(activity.calendar),
                ..activity.task.clone()
            }),
            What::Branch(at) => {
                let ids = outline.branches.get(at).zip(branch_ids.get(at));
                ids.map(|(branch, id)| Task {
                    name: branch.name.clone(),
                    uid: branch.id.parse().ok().filter(|uid| !taken.contains(uid)),
                    ..Task::new(*id)
                })
            }
        };
        let Some(mut task) = task else { continue };
        task.parent = entry
            .above
            .and_then(|above| tasks.get(above))
            .map(|above| above.id);
        let place = entry.above.unwrap_or(outline.entries.len());
        if let Some(count) = children.get_mut(place) {
            *count += 1;
            task.order = order(*count);
        }
        tasks.push(task);
    }
    tasks
}
