//! Custom fields as views show them.

use base::FieldId;
use domain::plan::{CustomField, FieldKind};

use super::plan::PlanView;
use crate::model::{PlanModel, fields};

/// The fields in their order with their values, and those that were removed. What has values and was never named, or is
/// not any more, is among these.
pub(super) fn fields(view: &mut PlanView, model: &mut PlanModel) {
    let values = model.values().clone();
    let rows = &model.info.fields;
    for (id, row) in fields::in_order(rows) {
        let mut field = row.shown(id);
        if row.removed {
            view.removed_fields.push(field);
        } else {
            field.values = values.get(&id).cloned().unwrap_or_default();
            view.plan.fields.push(field);
        }
    }
    let lost = values.keys().filter(|id| !rows.contains_key(id));
    let unnamed = |id: &FieldId| CustomField::new(*id, String::new(), FieldKind::Text);
    view.removed_fields.extend(lost.map(unnamed));
}
