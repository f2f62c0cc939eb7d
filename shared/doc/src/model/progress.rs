//! The progress document as rows.

use automerge::{AutoCommit, ChangeHash, ObjId, ROOT, ReadDoc};
use base::{Minutes, Moment, TaskId};
use domain::money::Money;
use rustc_hash::{FxHashMap, FxHashSet};

use super::touched_since;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::{Subject, Written};

#[derive(Debug, Clone, Default)]
pub(crate) struct ProgressRow {
    pub(crate) percent: u8,
    pub(crate) actual_start: Option<Moment>,
    pub(crate) actual_finish: Option<Moment>,
    pub(crate) remaining: Option<Minutes>,
    pub(crate) cost: Option<Money>,
    /// Of the plan, not of a task.
    pub(crate) data_date: Option<Moment>,
    pub(crate) conflicts: Vec<(String, Vec<Written>)>,
    pub(crate) unreadable: Vec<String>,
}

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
            schema::REMAINING => match value {
                Scalar::Null => true,
                Scalar::Int(minutes) if (0..=schema::MAX_MINUTES).contains(minutes) => {
                    self.remaining = Some(*minutes);
                    true
                }
                _ => false,
            },
            schema::COST => super::rows::put_money(&mut self.cost, value),
            schema::DATA_DATE => moment(&mut self.data_date),
            schema::ACTUAL_START => moment(&mut self.actual_start),
            _ => moment(&mut self.actual_finish),
        }
    }
}

/// What progress says of the plan as a whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    pub(crate) data_date: Option<Moment>,
    pub(crate) conflicts: Vec<(String, Vec<Written>)>,
    pub(crate) unreadable: Vec<String>,
}

#[derive(Default)]
pub(crate) struct ProgressModel {
    pub(crate) heads: Vec<ChangeHash>,
    tasks_object: Option<ObjId>,
    /// Text objects of foreign writers, and the row that they are in.
    nested: FxHashMap<ObjId, Subject>,
    pub(crate) tasks: FxHashMap<TaskId, ProgressRow>,
    pub(crate) plan: Standing,
}

/// The key of a field; `None` where progress has no such field.
pub(crate) fn key(subject: Subject, field: &str) -> Option<String> {
    match subject {
        Subject::Task(task) if schema::PROGRESS.contains(&field) => Some(format!("{task}/{field}")),
        Subject::Plan if field == schema::DATA_DATE => Some(format!("plan/{field}")),
        _ => None,
    }
}

/// Whose field a key names, and which.
pub(crate) fn of_key(key: &str) -> Option<(Subject, &str)> {
    let (of, field) = key.split_once('/')?;
    let subject = match of {
        "plan" => Subject::Plan,
        task => Subject::Task(task.parse().ok()?),
    };
    self::key(subject, field).map(|_| (subject, field))
}

impl ProgressModel {
    /// Brings the rows up to date with the document.
    pub(crate) fn refresh(&mut self, inner: &mut AutoCommit) {
        let heads = inner.get_heads();
        if heads == self.heads && !heads.is_empty() {
            return;
        }
        let mut rows: FxHashSet<Subject> = FxHashSet::default();
        let mut all = self.heads.is_empty();
        if !all {
            for touched in touched_since(inner, &self.heads) {
                if touched.object == ROOT {
                    all = true;
                    break;
                }
                if Some(&touched.object) == self.tasks_object.as_ref() {
                    rows.extend(touched.key.as_deref().and_then(of_key).map(|(of, _)| of));
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
                    .filter_map(|item| of_key(&item.key).map(|(of, _)| of))
                    .collect();
            }
        }
        for row in rows {
            self.read(inner, row);
        }
        self.heads = heads;
    }

    fn read(&mut self, inner: &mut AutoCommit, of: Subject) {
        let Some(object) = self.tasks_object.clone() else {
            return;
        };
        let mut row = ProgressRow::default();
        let fields = match of {
            Subject::Task(_) => &schema::PROGRESS[..],
            _ => &[schema::DATA_DATE],
        };
        for field in fields.iter().copied() {
            let Some(key) = key(of, field) else { continue };
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
            self.nested.extend(nested.into_iter().map(|id| (id, of)));
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
        match of {
            Subject::Task(task) => drop(self.tasks.insert(task, row)),
            _ => {
                self.plan = Standing {
                    data_date: row.data_date,
                    conflicts: row.conflicts,
                    unreadable: row.unreadable,
                }
            }
        }
    }
}
