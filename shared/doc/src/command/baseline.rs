//! Baselines: what was agreed of each task.

use base::{BaselineId, TaskId};
use domain::plan::{Agreed, Baseline, Plan};
use rustc_hash::FxHashSet;

use super::write::Write;
use super::{CommandError, check_text};
use crate::model::PlanModel;
use crate::model::plan::InfoRow;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

type Writes = Result<Vec<Write>, CommandError>;

fn set(id: BaselineId, field: &str, value: Scalar) -> Write {
    Write::Set(Subject::Plan, schema::baseline_field(id, field), value)
}

fn name(name: &str) -> Result<Scalar, CommandError> {
    check_text(schema::NAME, name)?;
    if name.trim().is_empty() {
        return Err(CommandError::invalid(schema::NAME, "a baseline has one"));
    }
    Ok(Scalar::text(name))
}

/// A value of a baseline's field as it is kept, from its text; `None` where there is no such field or value.
pub(super) fn restored(field: &str, value: &str) -> Option<Result<Scalar, CommandError>> {
    Some(match field {
        schema::NAME => name(value),
        schema::AT => Ok(Scalar::Int(value.parse().ok()?)),
        schema::NUMBER => Ok(Scalar::Int(value.parse::<u8>().ok()?.into())),
        schema::REMOVED => Ok(Scalar::flag(value == "1")),
        _ => return None,
    })
}

/// Name, time and number of a baseline that comes. Refuses one that is there, and what cannot be kept.
pub(super) fn head(model: &PlanModel, baseline: &Baseline) -> Writes {
    let id = baseline.id;
    if model.info.baselines.contains_key(&id) {
        let why = "there is such a baseline already";
        return Err(CommandError::invalid("id", why));
    }
    if !baseline.tasks.values().all(Agreed::is_sound) {
        let why = "finished before it starts, or less than nothing";
        return Err(CommandError::invalid("baseline", why));
    }
    let mut writes = vec![
        set(id, schema::NAME, name(&baseline.name)?),
        set(id, schema::AT, Scalar::Int(baseline.at.0)),
    ];
    if let Some(number) = baseline.number {
        writes.push(set(id, schema::NUMBER, Scalar::Int(number.into())));
    }
    Ok(writes)
}

fn room(model: &PlanModel, more: usize) -> Result<(), CommandError> {
    match model.info.baselines.len() + more > schema::MAX_BASELINES {
        true => Err(CommandError::invalid("baselines", "more than 100")),
        false => Ok(()),
    }
}

/// A baseline: one field of each task.
pub(super) fn add(model: &PlanModel, baseline: &Baseline) -> Writes {
    room(model, 1)?;
    let mut writes = head(model, baseline)?;
    let mut tasks: Vec<TaskId> = baseline.tasks.keys().copied().collect();
    base::sort::plain(&mut tasks);
    let field = schema::base_field(baseline.id);
    for task in tasks {
        if !model.tasks.contains_key(&task) {
            return Err(CommandError::NoTask(task));
        }
        let agreed = Scalar::show(baseline.tasks.get(&task));
        writes.push(Write::Set(Subject::Task(task), field.clone(), agreed));
    }
    Ok(writes)
}

/// Refuses baselines of an imported plan that cannot be kept.
pub(super) fn check_import(
    model: &PlanModel,
    plan: &Plan,
    tasks: &FxHashSet<TaskId>,
) -> Result<(), CommandError> {
    room(model, plan.baselines.len())?;
    let mut seen = FxHashSet::default();
    for baseline in &plan.baselines {
        head(model, baseline)?;
        if !seen.insert(baseline.id) {
            return Err(CommandError::invalid("id", "there is such an id already"));
        }
        if let Some(task) = baseline.tasks.keys().find(|task| !tasks.contains(task)) {
            return Err(CommandError::NoTask(*task));
        }
    }
    Ok(())
}

fn there(info: &InfoRow, id: BaselineId) -> Result<(), CommandError> {
    match info.baselines.contains_key(&id) {
        true => Ok(()),
        false => Err(CommandError::NoBaseline(id)),
    }
}

pub(super) fn rename(model: &PlanModel, id: BaselineId, to: &str) -> Writes {
    there(&model.info, id)?;
    Ok(vec![set(id, schema::NAME, name(to)?)])
}

pub(super) fn remove(model: &PlanModel, id: BaselineId) -> Writes {
    there(&model.info, id)?;
    Ok(vec![set(id, schema::REMOVED, Scalar::flag(true))])
}

pub(super) fn restore(model: &PlanModel, id: BaselineId) -> Writes {
    there(&model.info, id)?;
    Ok(vec![set(id, schema::REMOVED, Scalar::Null)])
}
