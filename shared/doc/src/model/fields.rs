//! Custom fields as rows: what `info` holds of each, and what a task holds of them.

use std::collections::BTreeMap;

use base::{FieldId, OptionId, TaskId};
use domain::plan::{CustomField, FieldKind, FieldOption, FieldValue, FieldValues};

use super::rows::{put_flag, put_text};
use crate::scalar::Scalar;
use crate::schema;

/// What a plan holds of a custom field, its values aside.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FieldRow {
    pub(crate) uid: Option<i64>,
    pub(crate) name: String,
    pub(crate) kind: FieldKind,
    pub(crate) order: String,
    pub(crate) removed: bool,
    pub(crate) options: BTreeMap<OptionId, OptionRow>,
}

/// What a plan holds of an option.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct OptionRow {
    pub(crate) name: String,
    pub(crate) order: String,
    pub(crate) removed: bool,
}

impl FieldRow {
    /// Whether it was ever named, as what is there was; the same of its options.
    pub(super) fn settle(&mut self) -> bool {
        self.options.retain(|_, option| !option.name.is_empty());
        !self.name.is_empty()
    }

    /// Its options in order, removed ones too.
    pub(crate) fn options_in_order(&self) -> Vec<(OptionId, &OptionRow)> {
        let mut options: Vec<_> = self.options.iter().map(|(key, row)| (*key, row)).collect();
        base::sort::by(&mut options, |a, b| {
            (&a.1.order, a.0).cmp(&(&b.1.order, b.0))
        });
        options
    }

    /// As views show it, without values.
    pub(crate) fn shown(&self, id: FieldId) -> CustomField {
        let options = self.options_in_order().into_iter();
        CustomField {
            uid: self.uid,
            options: options
                .map(|(key, row)| FieldOption {
                    key,
                    name: row.name.clone(),
                    removed: row.removed,
                })
                .collect(),
            ..CustomField::new(id, self.name.clone(), self.kind.clone())
        }
    }
}

/// Fields in the order in which they are shown, removed ones too.
pub(crate) fn in_order(fields: &BTreeMap<FieldId, FieldRow>) -> Vec<(FieldId, &FieldRow)> {
    let mut fields: Vec<_> = fields.iter().map(|(id, row)| (*id, row)).collect();
    base::sort::by(&mut fields, |a, b| {
        (&a.1.order, a.0).cmp(&(&b.1.order, b.0))
    });
    fields
}

/// Takes a part of a field in; `false` where it cannot be read.
pub(super) fn put(row: &mut FieldRow, part: &str, value: Scalar) -> bool {
    match part {
        schema::NAME => put_text(&mut row.name, value),
        schema::ORDER => put_text(&mut row.order, value),
        schema::REMOVED => put_flag(&mut row.removed, &value),
        schema::UID => match value {
            Scalar::Int(uid) => {
                row.uid = Some(uid);
                true
            }
            other => other.is_null(),
        },
        schema::KIND => {
            // one that is not known, or no text, is a newer version's
            let Ok(kind) = value.to_shown().parse();
            row.kind = kind;
            true
        }
        part => match schema::of_option(part) {
            Some((key, part)) => put_option(row.options.entry(key).or_default(), part, value),
            None => true,
        },
    }
}

fn put_option(row: &mut OptionRow, part: &str, value: Scalar) -> bool {
    match part {
        schema::NAME => put_text(&mut row.name, value),
        schema::ORDER => put_text(&mut row.order, value),
        schema::REMOVED => put_flag(&mut row.removed, &value),
        _ => true,
    }
}

/// A task's value as it is kept; `None` where there is none. There is nothing that cannot be shown.
pub(super) fn value(kept: &Scalar) -> Option<FieldValue> {
    let text = kept.to_shown();
    (!text.is_empty()).then(|| FieldValue::from_kept(&text))
}

/// Brings the values of all tasks up to date with those that one had and has. A field without values is not among them.
pub(super) fn update(
    values: &mut BTreeMap<FieldId, FieldValues>,
    task: TaskId,
    was: &BTreeMap<FieldId, FieldValue>,
    is: &BTreeMap<FieldId, FieldValue>,
) {
    for field in was.keys().filter(|field| !is.contains_key(field)) {
        if let Some(of) = values.get_mut(field) {
            of.remove(&task);
            if of.is_empty() {
                values.remove(field);
            }
        }
    }
    for (field, value) in is {
        if was.get(field) != Some(value) {
            let of = values.entry(*field).or_default();
            of.insert(task, value.clone());
        }
    }
}
