//! The plan document as rows.

use std::collections::BTreeMap;

use automerge::{AutoCommit, ChangeHash, ObjId, ROOT, ReadDoc};
use base::{CalendarId, FieldId, LinkId, TaskId};
use domain::plan::{FieldValues, Link};
use rustc_hash::{FxHashMap, FxHashSet};

use super::outline::Outline;
pub(crate) use super::rows::{
    CalendarRow, Deleted, InfoRow, LinkRow, State, TaskRow, read_kind, read_lag, read_lag_calendar,
    read_latest, read_logic, write_kind, write_lag, write_lag_calendar, write_latest, write_logic,
};
use super::{fields, rows, touched_since};
use crate::schema;
use crate::view::plan::{Conflict, Problem, Removed, RemovedLink, Subject};

/// What an object of the document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Tasks,
    Links,
    Calendars,
    Row(Subject),
}

#[derive(Default)]
pub(crate) struct PlanModel {
    heads: Vec<ChangeHash>,
    places: FxHashMap<ObjId, Place>,
    objects: FxHashMap<Subject, ObjId>,
    pub(crate) tasks: FxHashMap<TaskId, TaskRow>,
    pub(crate) links: BTreeMap<LinkId, LinkRow>,
    pub(crate) calendars: BTreeMap<CalendarId, CalendarRow>,
    pub(crate) info: InfoRow,
    outline: Option<Outline>,
    /// What views show of removed tasks, and of links, made when first asked for.
    pub(crate) removed: Option<Vec<Removed>>,
    pub(crate) link_rows: Option<LinkRows>,
    /// The values of custom fields that tasks that stand have, as views share them; made when first asked for.
    values: Option<BTreeMap<FieldId, FieldValues>>,
    /// The heads at which something last changed that dates depend on: two documents that agree in it have the same
    /// dates.
    pub(crate) dated: Vec<ChangeHash>,
    dates_changed: bool,
}

/// Links as views show them.
#[derive(Debug, Clone, Default)]
pub(crate) struct LinkRows {
    pub(crate) links: Vec<Link>,
    pub(crate) removed: Vec<RemovedLink>,
    pub(crate) conflicts: Vec<Conflict>,
    pub(crate) problems: Vec<Problem>,
}

impl PlanModel {
    /// Brings the rows up to date with the document.
    pub(crate) fn refresh(&mut self, inner: &mut AutoCommit) {
        let heads = inner.get_heads();
        if heads == self.heads && !heads.is_empty() {
            return;
        }
        let touched = if self.heads.is_empty() {
            None
        } else {
            self.touched(inner)
        };
        match touched {
            Some(rows) if rows.len() * 3 < self.objects.len() + 30 => {
                for row in rows {
                    self.read(inner, row);
                }
            }
            _ => self.read_all(inner),
        }
        if std::mem::take(&mut self.dates_changed) {
            self.dated.clone_from(&heads);
        }
        self.heads = heads;
    }

    /// The rows that the changes since the last reading touched; `None` where the root itself was.
    fn touched(&self, inner: &mut AutoCommit) -> Option<FxHashSet<Subject>> {
        let mut rows = FxHashSet::default();
        for touched in touched_since(inner, &self.heads) {
            if touched.object == ROOT {
                return None;
            }
            let key = touched.key.as_deref().unwrap_or_default();
            let row = match self.places.get(&touched.object) {
                Some(Place::Row(subject)) => Some(*subject),
                Some(Place::Tasks) => key.parse().ok().map(Subject::Task),
                Some(Place::Links) => key.parse().ok().map(Subject::Link),
                Some(Place::Calendars) => key.parse().ok().map(Subject::Calendar),
                // an object made by these same changes (its row is touched too), or nothing of ours
                None => None,
            };
            rows.extend(row);
        }
        Some(rows)
    }

    fn read_all(&mut self, inner: &mut AutoCommit) {
        *self = Self {
            dates_changed: true,
            ..Self::default()
        };
        for (name, place) in [
            (schema::TASKS, Place::Tasks),
            (schema::LINKS, Place::Links),
            (schema::CALENDARS, Place::Calendars),
        ] {
            let Some(object) = super::root_object(inner, name) else {
                continue;
            };
            let rows: Vec<(Subject, ObjId)> = inner
                .map_range(&object, ..)
                .filter(|item| matches!(item.value, automerge::ValueRef::Object(_)))
                .filter_map(|item| {
                    let subject = match place {
                        Place::Tasks => Subject::Task(item.key.parse().ok()?),
                        Place::Links => Subject::Link(item.key.parse().ok()?),
                        _ => Subject::Calendar(item.key.parse().ok()?),
                    };
                    Some((subject, item.id()))
                })
                .collect();
            self.places.insert(object, place);
            for (subject, object) in rows {
                self.read_row(inner, subject, object);
            }
        }
        if let Some(object) = super::root_object(inner, schema::INFO) {
            self.read_row(inner, Subject::Plan, object);
        }
    }

    /// Reads one row again.
    fn read(&mut self, inner: &mut AutoCommit, subject: Subject) {
        let object = object(inner, subject);
        if let Some(object) = object {
            self.read_row(inner, subject, object);
            return;
        }
        self.objects.remove(&subject);
        self.outline = None;
        self.removed = None;
        self.link_rows = None;
        self.values = None;
        self.dates_changed = true;
        match subject {
            Subject::Plan => self.info = InfoRow::default(),
            Subject::Task(id) => drop(self.tasks.remove(&id)),
            Subject::Link(id) => drop(self.links.remove(&id)),
            Subject::Calendar(id) => drop(self.calendars.remove(&id)),
        }
    }

    fn read_row(&mut self, inner: &mut AutoCommit, subject: Subject, object: ObjId) {
        let mut nested = Vec::new();
        let mut source = rows::Live {
            inner,
            object: &object,
            nested: &mut nested,
        };
        match subject {
            Subject::Plan => {
                let info = rows::info(&mut source);
                self.dates_changed |= info.dates_differ(&self.info);
                self.info = info;
            }
            Subject::Task(id) => {
                let row = rows::task(&mut source, id);
                let old = self.tasks.get(&id);
                let stood = old.map(|old| old.state.deleted.is_none());
                let stands = row.state.deleted.is_none();
                let same_place = old.is_some_and(|old| {
                    old.task.parent == row.task.parent
                        && old.task.order == row.task.order
                        && old.parent_op == row.parent_op
                });
                let same_dates = old.is_some_and(|old| {
                    old.task.duration == row.task.duration
                        && old.task.calendar == row.task.calendar
                        && old.task.not_before == row.task.not_before
                        && old.task.constraint == row.task.constraint
                        && old.task.deadline == row.task.deadline
                        && old.task.placed == row.task.placed
                        && old.task.inactive == row.task.inactive
                        && old.task.elapsed == row.task.elapsed
                        && old.task.pause == row.task.pause
                        && old.task.delay == row.task.delay
                        && old.task.own_hours == row.task.own_hours
                        && old.task.stays.kind == row.task.stays.kind
                        && old.uses.keys().eq(row.uses.keys())
                });
                if !same_place || stood != Some(stands) {
                    self.outline = None;
                }
                if stood != Some(stands) {
                    self.link_rows = None;
                }
                if stood == Some(false) || !stands {
                    self.removed = None;
                }
                let nothing = BTreeMap::new();
                let was = old.map_or(&nothing, |old| &old.custom);
                if *was != row.custom || (stood != Some(stands) && !was.is_empty()) {
                    match &mut self.values {
                        Some(values) if stood == Some(true) && stands => {
                            fields::update(values, id, was, &row.custom);
                        }
                        values => *values = None,
                    }
                }
                if !same_place || !same_dates || stood != Some(stands) {
                    self.dates_changed = true;
                }
                self.tasks.insert(id, row);
            }
            Subject::Link(id) => {
                let row = rows::link(&mut source, id);
                self.links.insert(id, row);
                self.link_rows = None;
                self.dates_changed = true;
            }
            Subject::Calendar(id) => {
                let row = rows::calendar(&mut source);
                self.calendars.insert(id, row);
                self.dates_changed = true;
            }
        }
        for object in nested {
            self.places.insert(object, Place::Row(subject));
        }
        self.places.insert(object.clone(), Place::Row(subject));
        self.objects.insert(subject, object);
    }

    /// The values of custom fields that tasks that stand have.
    pub(crate) fn values(&mut self) -> &BTreeMap<FieldId, FieldValues> {
        let tasks = &self.tasks;
        self.values.get_or_insert_with(|| {
            let mut values = BTreeMap::new();
            for (id, row) in tasks {
                if row.state.deleted.is_none() && !row.custom.is_empty() {
                    fields::update(&mut values, *id, &BTreeMap::new(), &row.custom);
                }
            }
            values
        })
    }

    /// The outline of the tasks that stand.
    pub(crate) fn outline(&mut self) -> &Outline {
        let tasks = &self.tasks;
        self.outline.get_or_insert_with(|| Outline::of(tasks))
    }

    /// The outline and the rows together.
    pub(crate) fn outlined(&mut self) -> (&Outline, &Self) {
        if self.outline.is_none() {
            self.outline = Some(Outline::of(&self.tasks));
        }
        let this: &Self = self;
        static EMPTY: std::sync::LazyLock<Outline> = std::sync::LazyLock::new(Outline::default);
        (this.outline.as_ref().unwrap_or(&EMPTY), this)
    }

    /// A task that stands.
    pub(crate) fn standing(&self, id: TaskId) -> Option<&TaskRow> {
        self.tasks
            .get(&id)
            .filter(|row| row.state.deleted.is_none())
    }
}

/// The map that holds a subject's fields.
pub(crate) fn object(inner: &AutoCommit, subject: Subject) -> Option<ObjId> {
    let (root, key) = match subject {
        Subject::Plan => return super::root_object(inner, schema::INFO),
        Subject::Task(id) => (schema::TASKS, id.to_string()),
        Subject::Link(id) => (schema::LINKS, id.to_string()),
        Subject::Calendar(id) => (schema::CALENDARS, id.to_string()),
    };
    let root = super::root_object(inner, root)?;
    match inner.get(&root, key) {
        Ok(Some((value, id))) if value.is_object() => Some(id),
        _ => None,
    }
}
