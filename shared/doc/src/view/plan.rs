//! The plan screen's rows, from the plan and progress documents.

use base::sort;
use base::{BaselineId, CalendarId, ChangeHash, LinkId, PersonId, ResourceId, TaskId, Timestamp};
use domain::plan::{Baseline, CustomField, Link, Plan};
use domain::resource::{Assignment, Resource};
use domain::schedule::{self, Schedule};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::model::outline::Outline;
use crate::model::plan::{LinkRows, State};
use crate::model::{PlanModel, ProgressModel};

/// One of the values that several people wrote beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The value as text, in the form that [`crate::command`] takes (durations in minutes, moments as text).
    pub value: String,
    /// Who, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// Whether this is the value that stands for now.
    pub stands: bool,
    /// The change that wrote it: what the server recorded of who and when is kept under it.
    pub change: ChangeHash,
}

/// What a field belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// The plan itself: `name`, `start`, `calendar`.
    Plan,
    /// A task, in the plan or the progress document.
    Task(TaskId),
    /// A link.
    Link(LinkId),
    /// A calendar.
    Calendar(CalendarId),
}

impl Subject {
    /// The task, where it is one.
    pub fn task(self) -> Option<TaskId> {
        match self {
            Self::Task(task) => Some(task),
            _ => None,
        }
    }
}

/// A conflict 冲突: one field with several values that nobody has settled. Writing the field settles it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Whose field.
    pub subject: Subject,
    /// Which field. Of a task: `name`, `duration`, `elapsed`, `not_before`, `constraint`, `deadline`, `placed`,
    /// `inactive`, `stays`, `priority`, `owner`, `deliverable`, `budget`, `calendar`, `use/<resource>`, `base/<baseline>`, `x/<field>`, `parent`, `order` (both mean: moved), `deleted_at` (one removed it,
    /// one restored it), `percent`, `actual_start`, `actual_finish`, `remaining`, `cost`.
    /// Of the plan: `name`, `start`, `calendar`, its rules, `resource/<resource>/<field>`, `baseline/<baseline>/<field>`,
    /// `field/<field>/<part>` and `field/<field>/option/<option>/<part>` with the parts `name`, `kind`, `order`, `removed`.
    /// Of a link: `kind`, `lag`. Of a calendar: `name`, `week0`..`week6`, `day/2026-10-01`.
    pub field: String,
    /// All values, the standing one first.
    pub values: Vec<Written>,
}

/// A task that was removed; shown with a way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The task.
    pub task: TaskId,
    /// Its name.
    pub name: String,
    /// Who removed it, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// Edits by others that ran beside the removal or came after it: field, and what was written.
    pub edited_beside: Vec<(String, Written)>,
}

/// A link that was removed, or that fell away with its task; shown with a way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedLink {
    /// The link as it was.
    pub link: Link,
    /// Who removed it, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// Edits by others that ran beside the removal or came after it: field, and what was written.
    pub edited_beside: Vec<(String, Written)>,
}

/// What a merge broke, and how it was resolved, the same on every replica.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Problem {
    /// Moves that ran beside each other put tasks under each other; the first was put to the top level.
    ParentCycle {
        /// All tasks of the cycle, the one that was moved out first.
        tasks: Vec<TaskId>,
    },
    /// A task's parent is removed or unknown; it is shown at the top level.
    LostParent {
        /// The task.
        task: TaskId,
    },
    /// A value has the wrong type or range and is shown as its default.
    Unreadable {
        /// The task, where it is one.
        task: Option<TaskId>,
        /// The field.
        field: String,
    },
    /// A link to a task that was removed; it is not used.
    LinkToRemoved {
        /// The link.
        link: LinkId,
    },
    /// A task asks for a resource that was removed; it is not counted.
    UseOfRemoved {
        /// The task.
        task: TaskId,
        /// The resource.
        resource: ResourceId,
    },
    /// From the schedule.
    Schedule(schedule::Problem),
}

/// All that the plan screen shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanView {
    /// Tasks in outline order, links, calendars. Removed ones are not in it.
    pub plan: Plan,
    /// Depth in the outline, in the order of the tasks; 0 at the top.
    pub depth: Vec<u16>,
    /// Whether a task has children, in the order of the tasks.
    pub summary: Vec<bool>,
    /// The dates, in the order of the tasks.
    pub schedule: Schedule,
    /// Fields with more than one value.
    pub conflicts: Vec<Conflict>,
    /// Removed tasks, latest first.
    pub removed: Vec<Removed>,
    /// Removed links whose two tasks stand, latest first.
    pub removed_links: Vec<RemovedLink>,
    /// Removed resources.
    pub removed_resources: Vec<Resource>,
    /// Removed baselines, without what they hold.
    pub removed_baselines: Vec<Baseline>,
    /// Removed custom fields, without values. One without a name was taken back by who added it, while others wrote
    /// values of it.
    pub removed_fields: Vec<CustomField>,
    /// What a merge or an import broke.
    pub problems: Vec<Problem>,
}

impl PlanView {
    /// What is done of each task as it is shown, 0..=100, in the order of the tasks; summaries weigh what lies below
    /// them by its duration.
    pub fn percent(&self) -> Vec<u8> {
        let tasks = &self.plan.tasks;
        let mut percent: Vec<u8> = tasks.iter().map(|task| task.percent).collect();
        // done and all work of the summaries above, by depth; tasks are in outline order, so from the end
        let mut sums: Vec<(i64, i64)> = Vec::new();
        for (i, task) in tasks.iter().enumerate().rev() {
            let depth = usize::from(self.depth.get(i).copied().unwrap_or(0));
            sums.resize(sums.len().max(depth + 2), (0, 0));
            let below = sums
                .get_mut(depth + 1)
                .map(std::mem::take)
                .unwrap_or_default();
            let own = if self.summary.get(i) == Some(&true) {
                let done = if below.1 > 0 { below.0 / below.1 } else { 0 };
                if let Some(slot) = percent.get_mut(i) {
                    *slot = u8::try_from(done).unwrap_or(100);
                }
                below
            } else {
                // a milestone counts, if little
                let weight = task.duration.max(1);
                (weight * i64::from(task.percent), weight)
            };
            if let Some(sum) = sums.get_mut(depth) {
                *sum = (sum.0 + own.0, sum.1 + own.1);
            }
        }
        percent
    }
}

/// Reads documents into a [`PlanView`], and after a change again only what changed.
#[derive(Debug, Default)]
pub struct PlanReader {
    /// The dates of the last reading, and the heads of plan and progress that they belong to.
    dates: Option<Dated>,
    /// What the next dates are made from.
    engine: schedule::Engine,
}

#[derive(Debug)]
struct Dated {
    plan: Vec<automerge::ChangeHash>,
    progress: Vec<automerge::ChangeHash>,
    schedule: Schedule,
    problems: Vec<schedule::Problem>,
}

impl PlanReader {
    /// The view now. Costs the whole document at first, then only what changed since the last call; dates are
    /// computed anew only where something changed that they depend on.
    pub fn read(&mut self, plan: &mut Document, progress: Option<&mut Document>) -> PlanView {
        let progress = progress.map(Document::progress_model);
        let model = plan.plan_model();
        let mut view = undated(model, progress.as_deref());
        let heads = progress.map(|p| p.heads.clone()).unwrap_or_default();
        let fresh = self
            .dates
            .take()
            .filter(|dated| dated.plan == model.dated && dated.progress == heads);
        let engine = &mut self.engine;
        let dated = fresh.unwrap_or_else(|| {
            let (schedule, problems) = engine.run(&view.plan);
            Dated {
                plan: model.dated.clone(),
                progress: heads,
                schedule,
                problems,
            }
        });
        view.schedule.clone_from(&dated.schedule);
        view.problems
            .extend(dated.problems.iter().cloned().map(Problem::Schedule));
        self.dates = Some(dated);
        view
    }
}

/// The view without its dates.
fn undated(model: &mut PlanModel, progress: Option<&ProgressModel>) -> PlanView {
    let mut view = PlanView::default();
    removed(&mut view, model);
    links(&mut view, model);
    super::fields::fields(&mut view, model);
    let (outline, model) = model.outlined();
    others(&mut view, model);
    rows(&mut view, outline, model, progress);
    view
}

/// The view of rows that come from elsewhere than a document as it is now.
pub(crate) fn view_of(model: &mut PlanModel, progress: Option<&ProgressModel>) -> PlanView {
    let mut view = undated(model, progress);
    let (schedule, problems) = schedule::schedule(&view.plan);
    view.schedule = schedule;
    view.problems
        .extend(problems.into_iter().map(Problem::Schedule));
    view
}

/// Adds a row's conflicts and unreadable fields to the lists.
fn note_state(
    conflicts: &mut Vec<Conflict>,
    problems: &mut Vec<Problem>,
    subject: Subject,
    state: (&[(String, Vec<Written>)], &[String]),
) {
    for (field, values) in state.0 {
        conflicts.push(Conflict {
            subject,
            field: field.clone(),
            values: values.clone(),
        });
    }
    for field in state.1 {
        let field = match subject {
            Subject::Link(id) => format!("link {id} {field}"),
            Subject::Calendar(id) => format!("calendar {id} {field}"),
            Subject::Plan | Subject::Task(_) => field.clone(),
        };
        problems.push(Problem::Unreadable {
            task: subject.task(),
            field,
        });
    }
}

fn parts(state: &State) -> (&[(String, Vec<Written>)], &[String]) {
    (&state.conflicts, &state.unreadable)
}

fn rows(
    view: &mut PlanView,
    outline: &Outline,
    model: &PlanModel,
    progress: Option<&ProgressModel>,
) {
    view.problems.extend(outline.problems.iter().cloned());
    view.depth.clone_from(&outline.depth);
    view.summary.clone_from(&outline.summary);
    view.plan.tasks.reserve(outline.order.len());
    let baselines = view.plan.baselines.iter().enumerate();
    let baselines: FxHashMap<BaselineId, usize> =
        baselines.map(|(at, baseline)| (baseline.id, at)).collect();
    let (conflicts, problems) = (&mut view.conflicts, &mut view.problems);
    if let Some(progress) = progress {
        view.plan.rules.data_date = progress.plan.data_date;
        let state = (&progress.plan.conflicts[..], &progress.plan.unreadable[..]);
        note_state(conflicts, problems, Subject::Plan, state);
    }
    for (id, parent) in outline.order.iter().zip(&outline.parents) {
        let Some(row) = model.tasks.get(id) else {
            continue;
        };
        let mut task = row.task.clone();
        task.parent = *parent;
        let subject = Subject::Task(*id);
        note_state(conflicts, problems, subject, parts(&row.state));
        if let Some(row) = progress.and_then(|progress| progress.tasks.get(id)) {
            task.percent = row.percent;
            task.actual_start = row.actual_start;
            task.actual_finish = row.actual_finish;
            task.remaining = row.remaining;
            task.cost = row.cost;
            note_state(
                conflicts,
                problems,
                subject,
                (&row.conflicts, &row.unreadable),
            );
        }
        for (baseline, agreed) in &row.bases {
            if let Some(at) = baselines.get(baseline)
                && let Some(baseline) = view.plan.baselines.get_mut(*at)
            {
                baseline.tasks.insert(*id, *agreed);
            }
        }
        for (resource, part) in &row.uses {
            if model.info.resource(*resource).is_some() {
                let asked = Assignment::of(*id, *resource, part.units, part.work);
                view.plan.assignments.push(asked);
            } else {
                problems.push(Problem::UseOfRemoved {
                    task: *id,
                    resource: *resource,
                });
            }
        }
        view.plan.tasks.push(task);
    }
}

fn removed(view: &mut PlanView, model: &mut PlanModel) {
    let tasks = &model.tasks;
    let removed = model.removed.get_or_insert_with(|| {
        let mut removed: Vec<Removed> = tasks
            .iter()
            .filter_map(|(id, row)| {
                let deleted = row.state.deleted.as_ref()?;
                Some(Removed {
                    task: *id,
                    name: row.task.name.clone(),
                    by: deleted.by,
                    at: deleted.at,
                    edited_beside: row.state.beside.clone(),
                })
            })
            .collect();
        sort::by(&mut removed, |a, b| (b.at, a.task).cmp(&(a.at, b.task)));
        removed
    });
    view.removed.clone_from(removed);
}

fn links(view: &mut PlanView, model: &mut PlanModel) {
    if model.link_rows.is_none() {
        model.link_rows = Some(link_rows(model));
    }
    if let Some(rows) = &model.link_rows {
        view.plan.links.clone_from(&rows.links);
        view.removed_links.clone_from(&rows.removed);
        view.conflicts.extend(rows.conflicts.iter().cloned());
        view.problems.extend(rows.problems.iter().cloned());
    }
}

fn link_rows(model: &PlanModel) -> LinkRows {
    let mut rows = LinkRows::default();
    for (id, row) in &model.links {
        let subject = Subject::Link(*id);
        let Some(link) = &row.link else {
            if row.state.deleted.is_none() {
                note_state(
                    &mut rows.conflicts,
                    &mut rows.problems,
                    subject,
                    parts(&row.state),
                );
            }
            continue;
        };
        let ends = [link.pred, link.succ];
        let stand = ends.iter().all(|end| model.standing(*end).is_some());
        if let Some(deleted) = &row.state.deleted {
            if stand {
                rows.removed.push(RemovedLink {
                    link: link.clone(),
                    by: deleted.by,
                    at: deleted.at,
                    edited_beside: row.state.beside.clone(),
                });
            }
            continue;
        }
        note_state(
            &mut rows.conflicts,
            &mut rows.problems,
            subject,
            parts(&row.state),
        );
        // an unknown task is the schedule's to report
        if !stand && ends.iter().all(|end| model.tasks.contains_key(end)) {
            rows.problems.push(Problem::LinkToRemoved { link: *id });
            continue;
        }
        rows.links.push(link.clone());
    }
    sort::by(&mut rows.removed, |a, b| {
        (b.at, a.link.id).cmp(&(a.at, b.link.id))
    });
    rows
}

fn others(view: &mut PlanView, model: &PlanModel) {
    for (id, row) in &model.calendars {
        if row.state.deleted.is_none() {
            view.plan.calendars.push((*id, row.calendar.clone()));
            note_state(
                &mut view.conflicts,
                &mut view.problems,
                Subject::Calendar(*id),
                parts(&row.state),
            );
        }
    }
    let info = &model.info;
    view.plan.name.clone_from(&info.name);
    view.plan.start = info.start.unwrap_or_default();
    view.plan.calendar = info.calendar;
    view.plan.source = info.source;
    view.plan.rules = info.rules;
    view.plan.people = info.people;
    view.plan.costs = info.costs;
    for row in info.resources.values() {
        let list = match row.removed {
            true => &mut view.removed_resources,
            false => &mut view.plan.resources,
        };
        list.push(row.resource.clone());
    }
    for (id, row) in &info.baselines {
        let list = match row.removed {
            true => &mut view.removed_baselines,
            false => &mut view.plan.baselines,
        };
        list.push(Baseline {
            id: *id,
            name: row.name.clone(),
            at: row.at,
            number: row.number,
            tasks: FxHashMap::default(),
        });
    }
    for list in [&mut view.plan.baselines, &mut view.removed_baselines] {
        sort::by(list, |a, b| (a.at, a.id).cmp(&(b.at, b.id)));
    }
    for list in [&mut view.plan.resources, &mut view.removed_resources] {
        sort::by(list, |a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    }
    note_state(
        &mut view.conflicts,
        &mut view.problems,
        Subject::Plan,
        parts(&info.state),
    );
}
