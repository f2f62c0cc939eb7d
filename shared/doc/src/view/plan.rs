//! The plan screen's rows, from the plan and progress documents.

use base::{CalendarId, LinkId, PersonId, TaskId, Timestamp};
use domain::plan::{Link, Plan};
use domain::schedule::{self, Schedule};
use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::model::outline::Outline;
use crate::model::plan::State;
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
    /// Which field. Of a task: `name`, `duration`, `not_before`, `owner`, `deliverable`, `calendar`, `parent`, `order`
    /// (both mean: moved), `deleted_at` (one removed it, one restored it), `percent`, `actual_start`, `actual_finish`.
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
    /// What a merge or an import broke.
    pub problems: Vec<Problem>,
}

/// Reads documents into a [`PlanView`], and after a change again only what changed.
#[derive(Debug, Default)]
pub struct PlanReader {}

impl PlanReader {
    /// The view now. Costs the whole document at first, then only what changed since the last call.
    pub fn read(&mut self, plan: &mut Document, progress: Option<&mut Document>) -> PlanView {
        let mut view = PlanView::default();
        let progress = progress.map(Document::progress_model);
        let (outline, model) = plan.plan_model().outlined();
        rows(&mut view, outline, model, progress.as_deref());
        links(&mut view, model);
        others(&mut view, model);
        let (schedule, problems) = schedule::schedule(&view.plan);
        view.schedule = schedule;
        view.problems
            .extend(problems.into_iter().map(Problem::Schedule));
        view
    }
}

fn note_state(view: &mut PlanView, subject: Subject, state: &State) {
    for (field, values) in &state.conflicts {
        view.conflicts.push(Conflict {
            subject,
            field: field.clone(),
            values: values.clone(),
        });
    }
    for field in &state.unreadable {
        let field = match subject {
            Subject::Link(id) => format!("link {id} {field}"),
            Subject::Calendar(id) => format!("calendar {id} {field}"),
            Subject::Plan | Subject::Task(_) => field.clone(),
        };
        view.problems.push(Problem::Unreadable {
            task: subject.task(),
            field,
        });
    }
}

fn rows(
    view: &mut PlanView,
    outline: &Outline,
    model: &PlanModel,
    progress: Option<&ProgressModel>,
) {
    view.problems.clone_from(&outline.problems);
    view.depth.clone_from(&outline.depth);
    view.plan.tasks.reserve(outline.order.len());
    view.summary.reserve(outline.order.len());
    for id in &outline.order {
        let Some(row) = model.tasks.get(id) else {
            continue;
        };
        let mut task = row.task.clone();
        task.parent = outline.parent.get(id).copied().flatten();
        let subject = Subject::Task(*id);
        if !(row.state.conflicts.is_empty() && row.state.unreadable.is_empty()) {
            note_state(view, subject, &row.state);
        }
        if let Some(row) = progress.and_then(|progress| progress.tasks.get(id)) {
            task.percent = row.percent;
            task.actual_start = row.actual_start;
            task.actual_finish = row.actual_finish;
            if !(row.conflicts.is_empty() && row.unreadable.is_empty()) {
                note_state(
                    view,
                    subject,
                    &State {
                        conflicts: row.conflicts.clone(),
                        unreadable: row.unreadable.clone(),
                        ..State::default()
                    },
                );
            }
        }
        view.summary
            .push(!outline.children_of(Some(*id)).is_empty());
        view.plan.tasks.push(task);
    }
    for (id, row) in &model.tasks {
        if let Some(deleted) = &row.state.deleted {
            view.removed.push(Removed {
                task: *id,
                name: row.task.name.clone(),
                by: deleted.by,
                at: deleted.at,
                edited_beside: row.state.beside.clone(),
            });
        }
    }
    view.removed
        .sort_unstable_by(|a, b| (b.at, a.task).cmp(&(a.at, b.task)));
}

fn links(view: &mut PlanView, model: &PlanModel) {
    for (id, row) in &model.links {
        let Some(link) = &row.link else {
            if row.state.deleted.is_none() {
                note_state(view, Subject::Link(*id), &row.state);
            }
            continue;
        };
        let ends = [link.pred, link.succ];
        let stand = ends.iter().all(|end| model.standing(*end).is_some());
        if let Some(deleted) = &row.state.deleted {
            if stand {
                view.removed_links.push(RemovedLink {
                    link: link.clone(),
                    by: deleted.by,
                    at: deleted.at,
                    edited_beside: row.state.beside.clone(),
                });
            }
            continue;
        }
        note_state(view, Subject::Link(*id), &row.state);
        // an unknown task is the schedule's to report
        if !stand && ends.iter().all(|end| model.tasks.contains_key(end)) {
            view.problems.push(Problem::LinkToRemoved { link: *id });
            continue;
        }
        view.plan.links.push(link.clone());
    }
    view.removed_links
        .sort_by(|a, b| (b.at, a.link.id).cmp(&(a.at, b.link.id)));
}

fn others(view: &mut PlanView, model: &PlanModel) {
    for (id, row) in &model.calendars {
        if row.state.deleted.is_none() {
            view.plan.calendars.push((*id, row.calendar.clone()));
            note_state(view, Subject::Calendar(*id), &row.state);
        }
    }
    let info = &model.info;
    view.plan.name.clone_from(&info.name);
    view.plan.start = info.start.unwrap_or_default();
    view.plan.calendar = info.calendar;
    view.plan.source = info.source;
    note_state(view, Subject::Plan, &info.state);
}
