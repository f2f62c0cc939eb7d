//! What was accepted of a file that came again: edits of many fields and rows, checked together and written as one.

mod field;
mod keys;
mod progress;

use base::{CalendarId, LinkId, ResourceId, TaskId};
use domain::plan::difference::{Edit, Field, Value};
use domain::plan::{LinkKind, Task};
use domain::resource::Use;
use rustc_hash::{FxHashMap, FxHashSet};

use super::write::Write;
use super::{CommandError, calendar, check_lag, link, resource, task};
use crate::document::Author;
use crate::model::PlanModel;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;
use field::field;
pub(super) use progress::progress;

type Writes = Result<Vec<Write>, CommandError>;

fn taken() -> CommandError {
    CommandError::invalid("id", "there is such an id already")
}

/// What is checked and gathered of the edits of a plan.
struct Update<'a> {
    model: &'a PlanModel,
    calendars: FxHashSet<CalendarId>,
    resources: FxHashSet<ResourceId>,
    /// New tasks, in their order.
    added: Vec<&'a Task>,
    /// Standing tasks and new ones, with what they lie under.
    parents: FxHashMap<TaskId, Option<TaskId>>,
    children: FxHashMap<Option<TaskId>, Vec<TaskId>>,
    /// Tasks that were put somewhere.
    put: FxHashSet<TaskId>,
    /// What new tasks ask.
    uses: FxHashMap<TaskId, Vec<(ResourceId, Option<Use>)>>,
    /// Links by their ends and kind, as they will stand.
    links: FxHashMap<(TaskId, TaskId, LinkKind), usize>,
    gone: FxHashSet<TaskId>,
    /// What comes before the rows of tasks.
    before: Vec<Write>,
    /// What comes after them.
    after: Vec<Write>,
    author: Author,
}

/// The edits of the plan document.
pub(super) fn plan(model: &mut PlanModel, edits: &[Edit], author: Author) -> Writes {
    let (outline, model) = model.outlined();
    let standing = model
        .links
        .values()
        .filter(|row| row.state.deleted.is_none());
    let mut links = FxHashMap::default();
    for link in standing.filter_map(|row| row.link.as_ref()) {
        *links.entry((link.pred, link.succ, link.kind)).or_default() += 1;
    }
    let resources = model.info.resources.keys().copied();
    let mut update = Update {
        model,
        calendars: model.calendars.keys().copied().collect(),
        resources: resources
            .filter(|id| model.info.resource(*id).is_some())
            .collect(),
        added: Vec::new(),
        parents: outline.parent.clone(),
        children: outline.children.clone(),
        put: FxHashSet::default(),
        uses: FxHashMap::default(),
        links,
        gone: FxHashSet::default(),
        before: Vec::new(),
        after: Vec::new(),
        author,
    };
    for edit in edits {
        update.edit(edit)?;
    }
    update.writes()
}

impl<'a> Update<'a> {
    fn edit(&mut self, edit: &'a Edit) -> Result<(), CommandError> {
        match edit {
            Edit::Start(at) => self.info(schema::START, Scalar::show(Some(*at))),
            Edit::Source(id) => self.info(schema::SOURCE, Scalar::show(Some(*id))),
            // kept with the progress
            Edit::DataDate(_) => {}
            Edit::PlanCalendar(id) => {
                self.calendar(*id)?;
                self.info(schema::CALENDAR, Scalar::show(*id));
            }
            Edit::Calendar { id, calendar } => {
                self.before
                    .extend(calendar::put(self.model, *id, calendar)?);
                self.calendars.insert(*id);
            }
            Edit::Resource(resource) => {
                self.calendar(resource.calendar)?;
                let new = self.resources.insert(resource.id);
                if new && self.resources.len() > schema::MAX_RESOURCES {
                    return Err(CommandError::invalid("resources", "more than 5,000"));
                }
                self.before.extend(resource::fields(resource)?);
            }
            Edit::Add { task, after } => self.add(task, *after)?,
            Edit::Move {
                task,
                parent,
                after,
            } => {
                self.there(*task)?;
                self.place(*task, *parent, *after)?;
            }
            Edit::Set { task, value } => {
                let (name, kept) = self.value(value)?;
                if !value.field().is_progress() {
                    if !self.model.tasks.contains_key(task) {
                        self.there(*task)?;
                    }
                    self.after
                        .push(Write::set(Subject::Task(*task), name, kept));
                }
            }
            Edit::Assign {
                task,
                resource,
                part,
            } => self.assign(*task, *resource, *part)?,
            Edit::RemoveLink(_) | Edit::Link { .. } | Edit::AddLink(_) => self.link(edit)?,
            Edit::Remove(tasks) => self.remove(tasks),
        }
        Ok(())
    }

    fn info(&mut self, field: &str, value: Scalar) {
        self.before.push(Write::set(Subject::Plan, field, value));
    }

    fn calendar(&self, id: Option<CalendarId>) -> Result<(), CommandError> {
        match id.is_none_or(|id| self.calendars.contains(&id)) {
            true => Ok(()),
            false => {
                let why = "there is no such calendar";
                Err(CommandError::invalid(schema::CALENDAR, why))
            }
        }
    }

    fn there(&self, id: TaskId) -> Result<(), CommandError> {
        match self.parents.contains_key(&id) {
            true => Ok(()),
            false => Err(CommandError::NoTask(id)),
        }
    }

    fn value(&self, value: &Value) -> Result<(&'static str, Scalar), CommandError> {
        if let Value::Calendar(id) = value {
            self.calendar(*id)?;
        }
        field(value)
    }

    fn add(&mut self, task: &'a Task, after: Option<TaskId>) -> Result<(), CommandError> {
        if self.model.tasks.contains_key(&task.id) || self.parents.contains_key(&task.id) {
            return Err(taken());
        }
        if self.added.len() >= schema::MAX_ROWS {
            return Err(CommandError::invalid(
                "plan",
                "more than 100,000 tasks or links",
            ));
        }
        for field in Field::ALL {
            self.value(&field.of(task))?;
        }
        self.added.push(task);
        self.place(task.id, task.parent, after)
    }

    /// Puts a task under another, after a sibling; first where that sibling is somewhere else by now.
    fn place(
        &mut self,
        id: TaskId,
        parent: Option<TaskId>,
        after: Option<TaskId>,
    ) -> Result<(), CommandError> {
        let mut above = parent;
        while let Some(here) = above {
            if here == id {
                return Err(CommandError::UnderItself);
            }
            self.there(here)?;
            above = self.parents.get(&here).copied().flatten();
        }
        // a new one is nowhere yet
        let before = self.parents.get(&id);
        if let Some(siblings) = before.and_then(|before| self.children.get_mut(before)) {
            siblings.retain(|sibling| *sibling != id);
        }
        let siblings = self.children.entry(parent).or_default();
        let at = after.and_then(|after| siblings.iter().rposition(|sibling| *sibling == after));
        siblings.insert(at.map_or(0, |at| at + 1), id);
        self.parents.insert(id, parent);
        self.put.insert(id);
        Ok(())
    }

    fn assign(
        &mut self,
        task: TaskId,
        resource: ResourceId,
        part: Option<Use>,
    ) -> Result<(), CommandError> {
        self.there(task)?;
        if part.is_some() && !self.resources.contains(&resource) {
            return Err(CommandError::NoResource(resource));
        }
        if part.is_some_and(|part| !part.is_sound()) {
            return Err(CommandError::invalid("use", "more than plans hold"));
        }
        if self.model.tasks.contains_key(&task) {
            let field = schema::use_field(resource);
            self.after
                .push(Write::Set(Subject::Task(task), field, Scalar::show(part)));
        } else {
            self.uses.entry(task).or_default().push((resource, part));
        }
        Ok(())
    }

    fn link(&mut self, edit: &Edit) -> Result<(), CommandError> {
        let own = |id: &LinkId| {
            let row = self.model.links.get(id).ok_or(CommandError::NoLink(*id))?;
            let stands = row.state.deleted.is_none();
            Ok::<_, CommandError>(row.link.as_ref().filter(|_| stands))
        };
        match edit {
            Edit::RemoveLink(id) => {
                let before = own(id)?.map(|link| (link.pred, link.succ, link.kind));
                self.count(before, None)?;
                self.after
                    .extend(link::remove(self.model, *id, self.author)?);
            }
            Edit::Link { id, kind, lag } => {
                check_lag(*lag)?;
                let ends = own(id)?.map(|link| (link.pred, link.succ, link.kind));
                let then = ends.map(|(pred, succ, _)| (pred, succ, *kind));
                self.count(ends, then)?;
                self.after.extend(link::values(*id, *kind, *lag));
            }
            Edit::AddLink(link) => {
                check_lag(link.lag)?;
                for end in [link.pred, link.succ] {
                    self.there(end)?;
                }
                if self.model.links.contains_key(&link.id) {
                    return Err(taken());
                }
                self.count(None, Some((link.pred, link.succ, link.kind)))?;
                self.after.push(Write::Create(Subject::Link(link.id)));
                self.after.extend(link::fields(link));
            }
            _ => {}
        }
        Ok(())
    }

    /// Counts a link of one kind instead of another. Refuses a second one.
    fn count(
        &mut self,
        before: Option<(TaskId, TaskId, LinkKind)>,
        after: Option<(TaskId, TaskId, LinkKind)>,
    ) -> Result<(), CommandError> {
        if let Some(count) = before.and_then(|key| self.links.get_mut(&key)) {
            *count = count.saturating_sub(1);
        }
        if let Some(key) = after {
            let count = self.links.entry(key).or_default();
            if *count > 0 && before != after {
                return Err(CommandError::Duplicate);
            }
            *count += 1;
        }
        Ok(())
    }

    /// Tasks go, with all that lies below them by now, and their links.
    fn remove(&mut self, tasks: &[TaskId]) {
        let mut open: Vec<TaskId> = tasks.iter().rev().copied().collect();
        let mut order = Vec::new();
        while let Some(id) = open.pop() {
            // somebody may have removed it already
            if self.parents.contains_key(&id) && self.gone.insert(id) {
                order.push(id);
                open.extend(self.children.get(&Some(id)).into_iter().flatten().rev());
            }
        }
        for id in order {
            self.after
                .extend(task::removal(Subject::Task(id), self.author));
        }
    }

    fn writes(mut self) -> Writes {
        let mut keys = FxHashMap::default();
        let mut others = Vec::new();
        let mut parents: Vec<Option<TaskId>> = self
            .put
            .iter()
            .filter_map(|id| self.parents.get(id).copied())
            .collect();
        base::sort::plain(&mut parents);
        parents.dedup();
        for parent in parents {
            self.keys(parent, &mut keys, &mut others);
        }
        let mut writes = std::mem::take(&mut self.before);
        for task in &self.added {
            let subject = Subject::Task(task.id);
            writes.push(Write::Create(subject));
            let parent = self.parents.get(&task.id).copied().flatten();
            writes.push(Write::set(subject, schema::PARENT, Scalar::show(parent)));
            let key = keys.remove(&task.id).unwrap_or_default();
            writes.push(Write::set(subject, schema::ORDER, Scalar::Text(key)));
            for field in Field::ALL.into_iter().filter(|field| !field.is_progress()) {
                let (name, value) = self.value(&field.of(task))?;
                // what such a constraint says is kept in the field of another, which may come before it
                if !value.is_null() {
                    writes.push(Write::set(subject, name, value));
                }
            }
            for (resource, part) in self.uses.remove(&task.id).unwrap_or_default() {
                let field = schema::use_field(resource);
                writes.push(Write::Set(subject, field, Scalar::show(part)));
            }
        }
        let mut moved: Vec<(TaskId, String)> = keys.into_iter().collect();
        base::sort::plain(&mut moved);
        for (id, key) in moved {
            let subject = Subject::Task(id);
            let parent = self.parents.get(&id).copied().flatten();
            writes.push(Write::set(subject, schema::PARENT, Scalar::show(parent)));
            writes.push(Write::set(subject, schema::ORDER, Scalar::Text(key)));
        }
        writes.extend(others);
        writes.append(&mut self.after);
        if !self.gone.is_empty() {
            // what was removed by itself has the mark already: it is written once
            let mut links: Vec<LinkId> = Vec::new();
            for (id, row) in &self.model.links {
                let touches = row.link.as_ref().is_some_and(|link| {
                    self.gone.contains(&link.pred) || self.gone.contains(&link.succ)
                });
                if touches && row.state.deleted.is_none() {
                    links.push(*id);
                }
            }
            base::sort::plain(&mut links);
            for id in links {
                writes.extend(task::removal(Subject::Link(id), self.author));
            }
        }
        Ok(writes)
    }
}
