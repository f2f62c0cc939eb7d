//! The progress document as rows.

use automerge::{AutoCommit, ChangeHash, ObjId, ROOT, ReadDoc};
use base::{Moment, TaskId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::touched_since;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Written;

#[derive(Debug, Clone, Default)]
pub(crate) struct ProgressRow {
    pub(crate) percent: u8,
    pub(crate) actual_start: Option<Moment>,
    pub(crate) actual_finish: Option<Moment>,
    pub(crate) conflicts: Vec<(String, Vec<Written>)>,
    pub(crate) unreadable: Vec<String>,
}

pub(crate) const FIELDS: [&str; 3] = [schema::PERCENT, schema::ACTUAL_START, schema::ACTUAL_FINISH];

impl ProgressRow {
    /// Takes a field in; `false` where it cannot be read.
    pub(crate) fn put(&mut self, field: &str, value: &Scalar) -> bool {
        let moment = |to: &mut Option<Moment>| match value {
            Scalar::Null => true,
            Scalar::Text(text) => {
                *to = text.parse().ok();
                to.is_some()
            }
            _ => false,
        };
        match field {
            schema::PERCENT => match value {
                Scalar::Null => true,
                Scalar::Int(percent) if (0..=100).contains(percent) => {
                    self.percent = *percent as u8;
                    true
                }
                _ => false,
            },
            schema::ACTUAL_START => moment(&mut self.actual_start),
            _ => moment(&mut self.actual_finish),
        }
    }
}

#[derive(Default)]
pub(crate) struct ProgressModel {
    pub(crate) heads: Vec<ChangeHash>,
    tasks_object: Option<ObjId>,
    /// Text objects of foreign writers, and the row that they are in.
    nested: FxHashMap<ObjId, TaskId>,
    pub(crate) tasks: FxHashMap<TaskId, ProgressRow>,
}

/// The key of a field.
pub(crate) fn key(task: TaskId, field: &str) -> String {
    format!("{task}/{field}")
}

fn task_of(key: &str) -> Option<TaskId> {
    let (task, field) = key.split_once('/')?;
    FIELDS.contains(&field).then(|| task.parse().ok()).flatten()
}

impl ProgressModel {
    /// Brings the rows up to date with the document.
    pub(crate) fn refresh(&mut self, inner: &mut AutoCommit) {
        let heads = inner.get_heads();
        if heads == self.heads && !heads.is_empty() {
            return;
        }
        let mut rows: FxHashSet<TaskId> = FxHashSet::default();
        let mut all = self.heads.is_empty();
        if !all {
            for touched in touched_since(inner, &self.heads) {
                if touched.object == ROOT {
                    all = true;
                    break;
                }
                if Some(&touched.object) == self.tasks_object.as_ref() {
                    rows.extend(touched.key.as_deref().and_then(task_of));
                } else {
                    rows.extend(self.nested.get(&touched.object));
                }
            }
        }
        if all {
            *self = Self {
                tasks_object: super::root_object(inner, schema::TASKS),
                ..Self::default()
            };
            if let Some(object) = &self.tasks_object {
                rows = inner
                    .map_range(object, ..)
                    .filter_map(|item| task_of(&item.key))
                    .collect();
            }
        }
        for task in rows {
            self.read(inner, task);
        }
        self.heads = heads;
    }

    fn read(&mut self, inner: &mut AutoCommit, task: TaskId) {
        let Some(object) = self.tasks_object.clone() else {
            return;
        };
        let mut row = ProgressRow::default();
        for field in FIELDS {
            let key = key(task, field);
            let all = inner.get_all(&object, key.as_str()).unwrap_or_default();
            let count = all.len();
            let Some((value, id)) = all.last() else {
                continue;
            };
            let value = Scalar::from_value(inner, value, id);
            let nested: Vec<ObjId> = all
                .iter()
                .filter(|(value, _)| value.is_object())
                .map(|(_, id)| id.clone())
                .collect();
            drop(all);
            self.nested.extend(nested.into_iter().map(|id| (id, task)));
            let read = row.put(field, &value);
            if !read {
                row.unreadable.push(field.to_owned());
            }
            if count > 1
                && let Some(values) = super::conflict(inner, &object, &key)
            {
                row.conflicts.push((field.to_owned(), values));
            }
        }
        self.tasks.insert(task, row);
    }
}
