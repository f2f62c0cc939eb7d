//! Custom fields as views show them.

use std::collections::BTreeMap;

use base::{FieldId, TaskId};
use domain::plan::{CustomField, FieldKind, FieldValue, Plan};
use rustc_hash::{FxHashMap, FxHashSet};

use super::plan::PlanView;
use crate::model::fields::{self, FieldRow};

/// The fields in their order, those that stand and those that were removed.
pub(super) fn heads(view: &mut PlanView, rows: &BTreeMap<FieldId, FieldRow>) {
    for (id, row) in fields::in_order(rows) {
        let list = match row.removed {
            true => &mut view.removed_fields,
            false => &mut view.plan.fields,
        };
        list.push(row.shown(id));
    }
}

/// Puts the values of tasks into their fields.
pub(super) struct Values {
    /// The fields that stand, by their places in the plan.
    places: FxHashMap<FieldId, usize>,
    /// Fields that tasks hold values of and that do not stand.
    others: FxHashSet<FieldId>,
}

impl Values {
    pub(super) fn of(plan: &Plan) -> Self {
        let fields = plan.fields.iter().enumerate();
        Self {
            places: fields.map(|(at, field)| (field.id, at)).collect(),
            others: FxHashSet::default(),
        }
    }

    pub(super) fn take(
        &mut self,
        plan: &mut Plan,
        task: TaskId,
        values: &BTreeMap<FieldId, FieldValue>,
    ) {
        for (field, value) in values {
            match self
                .places
                .get(field)
                .and_then(|at| plan.fields.get_mut(*at))
            {
                Some(field) => drop(field.values.insert(task, value.clone())),
                None => drop(self.others.insert(*field)),
            }
        }
    }

    /// Shows what has values and was never named, or not any more, among the removed ones.
    pub(super) fn finish(self, removed: &mut Vec<CustomField>) {
        let known: FxHashSet<FieldId> = removed.iter().map(|field| field.id).collect();
        let mut lost: Vec<FieldId> = self.others.difference(&known).copied().collect();
        base::sort::plain(&mut lost);
        let lost = lost.into_iter();
        removed.extend(lost.map(|id| CustomField::new(id, String::new(), FieldKind::Text)));
    }
}
