//! Resources, and what tasks ask of them.

use std::collections::BTreeMap;

use base::{CalendarId, ResourceId, TaskId};
use domain::plan::Plan;
use domain::resource::{
    Assignment, Changes, MOST, MOST_WORK, Resource, ResourceKind, Units, Use, WHOLE,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::write::Write;
use super::{CommandError, ResourceEdit, check_text};
use crate::model::PlanModel;
use crate::model::plan::InfoRow;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

type Writes = Result<Vec<Write>, CommandError>;

impl ResourceEdit {
    /// The field it writes, and the value as text, in the form of [`crate::view::plan::Written`].
    pub fn written(&self) -> (&'static str, String) {
        match self {
            Self::Name(name) => (schema::NAME, name.clone()),
            Self::Kind(kind) => (schema::KIND, kind.to_string()),
            Self::Units(units) => (schema::UNITS, units.to_string()),
            Self::Changes(changes) => (schema::CHANGES, changes.to_string()),
            Self::Calendar(calendar) => (
                schema::CALENDAR,
                calendar.map_or_else(String::new, |id| id.to_string()),
            ),
        }
    }
}

fn set(id: ResourceId, field: &str, value: Scalar) -> Write {
    Write::Set(Subject::Plan, schema::resource_field(id, field), value)
}

fn units(units: Units) -> Result<Scalar, CommandError> {
    if !(0..=MOST).contains(&units) {
        let why = "not between nothing and a thousand";
        return Err(CommandError::invalid(schema::UNITS, why));
    }
    Ok(match units {
        WHOLE => Scalar::Null,
        units => Scalar::Int(units),
    })
}

fn name(name: &str) -> Result<Scalar, CommandError> {
    check_text(schema::NAME, name)?;
    if name.trim().is_empty() {
        return Err(CommandError::invalid(schema::NAME, "a resource has one"));
    }
    Ok(Scalar::text(name))
}

fn kind(kind: ResourceKind) -> Scalar {
    Scalar::show((kind != ResourceKind::Work).then_some(kind))
}

fn changes(changes: &Changes) -> Result<Scalar, CommandError> {
    if changes.0.len() > schema::MAX_CHANGES {
        return Err(CommandError::invalid(schema::CHANGES, "more than 200"));
    }
    for (_, each) in &changes.0 {
        units(*each)?;
    }
    Ok(Scalar::text_or_null(&changes.to_string()))
}

fn calendar(model: &PlanModel, id: Option<CalendarId>) -> Result<Scalar, CommandError> {
    if id.is_some_and(|id| !model.calendars.contains_key(&id)) {
        let why = "there is no such calendar";
        return Err(CommandError::invalid(schema::CALENDAR, why));
    }
    Ok(Scalar::show(id))
}

/// Nothing stands for 0.
fn number(number: i64) -> Scalar {
    match number {
        0 => Scalar::Null,
        number => Scalar::Int(number),
    }
}

/// A value of a resource's field as it is kept, from its text; `None` where there is no such field or value.
pub(super) fn restored(field: &str, value: &str) -> Option<Result<Scalar, CommandError>> {
    Some(match field {
        schema::NAME => name(value),
        schema::KIND => Ok(kind(value.parse().ok()?)),
        schema::UNITS => units(value.parse().ok()?),
        schema::CHANGES => changes(&value.parse().ok()?),
        schema::CALENDAR => Ok(Scalar::show(Some(value.parse::<CalendarId>().ok()?))),
        schema::RATE => Ok(Scalar::Int(value.parse().ok()?)),
        schema::UID => Ok(Scalar::Int(value.parse().ok()?)),
        schema::REMOVED => Ok(Scalar::flag(value == "1")),
        _ => return None,
    })
}

/// What all of a resource is written as. Its calendar may come with it, and is checked by the caller.
pub(super) fn fields(resource: &Resource) -> Writes {
    let id = resource.id;
    Ok(vec![
        set(id, schema::NAME, name(&resource.name)?),
        set(id, schema::KIND, kind(resource.kind)),
        set(id, schema::UNITS, units(resource.units)?),
        set(
            id,
            schema::CHANGES,
            changes(&Changes(resource.changes.clone()))?,
        ),
        set(id, schema::CALENDAR, Scalar::show(resource.calendar)),
        set(id, schema::RATE, number(resource.rate)),
        set(
            id,
            schema::UID,
            resource.uid.map_or(Scalar::Null, Scalar::Int),
        ),
        set(id, schema::REMOVED, Scalar::Null),
    ])
}

/// A resource. One that was removed comes back as it is given.
pub(super) fn add(model: &PlanModel, resource: &Resource) -> Writes {
    if model.info.resource(resource.id).is_some() {
        return Err(CommandError::invalid(
            "id",
            "there is such a resource already",
        ));
    }
    if model.info.resources.len() >= schema::MAX_RESOURCES {
        return Err(CommandError::invalid("resources", "more than 5,000"));
    }
    fields(resource)
}

/// [`add`] by a person: with a calendar of the plan.
pub(super) fn add_one(model: &PlanModel, resource: &Resource) -> Writes {
    calendar(model, resource.calendar)?;
    add(model, resource)
}

fn there(info: &InfoRow, id: ResourceId) -> Result<(), CommandError> {
    match info.resources.contains_key(&id) {
        true => Ok(()),
        false => Err(CommandError::NoResource(id)),
    }
}

/// One field. A removed one takes it too: it may be brought back.
pub(super) fn edit(model: &PlanModel, id: ResourceId, edit: &ResourceEdit) -> Writes {
    there(&model.info, id)?;
    let (field, value) = match edit {
        ResourceEdit::Name(text) => (schema::NAME, name(text)?),
        ResourceEdit::Kind(of) => (schema::KIND, kind(*of)),
        ResourceEdit::Units(of) => (schema::UNITS, units(*of)?),
        ResourceEdit::Changes(of) => (schema::CHANGES, changes(of)?),
        ResourceEdit::Calendar(of) => (schema::CALENDAR, calendar(model, *of)?),
    };
    Ok(vec![set(id, field, value)])
}

/// Marks it, and takes it from its tasks: both come back when it is taken back.
pub(super) fn remove(model: &PlanModel, id: ResourceId) -> Writes {
    there(&model.info, id)?;
    let mut tasks: Vec<TaskId> = (model.tasks.iter())
        .filter(|(_, row)| row.uses.contains_key(&id))
        .map(|(task, _)| *task)
        .collect();
    base::sort::plain(&mut tasks);
    let field = schema::use_field(id);
    let mut writes: Vec<Write> = (tasks.into_iter())
        .map(|task| Write::Set(Subject::Task(task), field.clone(), Scalar::Null))
        .collect();
    writes.push(set(id, schema::REMOVED, Scalar::flag(true)));
    Ok(writes)
}

/// Takes the mark off again.
pub(super) fn restore(model: &PlanModel, id: ResourceId) -> Writes {
    there(&model.info, id)?;
    Ok(vec![set(id, schema::REMOVED, Scalar::Null)])
}

/// What a task asks of a resource.
pub(super) fn assign(
    model: &PlanModel,
    task: TaskId,
    resource: ResourceId,
    part: Option<Use>,
) -> Writes {
    if !model.tasks.contains_key(&task) {
        return Err(CommandError::NoTask(task));
    }
    if part.is_some() && model.info.resource(resource).is_none() {
        return Err(CommandError::NoResource(resource));
    }
    if part.is_some_and(|part| !part.is_sound()) {
        return Err(CommandError::invalid("use", "more than plans hold"));
    }
    let field = schema::use_field(resource);
    Ok(vec![Write::Set(
        Subject::Task(task),
        field,
        Scalar::show(part),
    )])
}

/// What an imported plan asks, by task; of what is asked twice of one resource the sum.
pub(super) fn by_task(assignments: &[Assignment]) -> FxHashMap<TaskId, BTreeMap<ResourceId, Use>> {
    let mut uses: FxHashMap<TaskId, BTreeMap<ResourceId, Use>> = FxHashMap::default();
    for asked in assignments {
        let of = uses.entry(asked.task).or_default();
        let sum = of
            .entry(asked.resource)
            .or_insert(Use { units: 0, work: 0 });
        sum.units = sum.units.saturating_add(asked.units).min(MOST);
        sum.work = sum.work.saturating_add(asked.work).min(MOST_WORK);
    }
    uses
}

/// Refuses resources and assignments of an imported plan that cannot be kept.
pub(super) fn check_import(
    model: &PlanModel,
    plan: &Plan,
    tasks: &FxHashSet<TaskId>,
) -> Result<(), CommandError> {
    let calendars: FxHashSet<CalendarId> = (model.calendars.keys().copied())
        .chain(plan.calendars.iter().map(|(id, _)| *id))
        .collect();
    let mut seen: FxHashSet<ResourceId> = FxHashSet::default();
    if model.info.resources.len() + plan.resources.len() > schema::MAX_RESOURCES {
        return Err(CommandError::invalid("resources", "more than 5,000"));
    }
    for resource in &plan.resources {
        if !seen.insert(resource.id) || model.info.resource(resource.id).is_some() {
            return Err(CommandError::invalid("id", "there is such an id already"));
        }
        if resource.calendar.is_some_and(|id| !calendars.contains(&id)) {
            let why = "there is no such calendar";
            return Err(CommandError::invalid(schema::CALENDAR, why));
        }
        fields(resource)?;
    }
    for asked in &plan.assignments {
        if !tasks.contains(&asked.task) {
            return Err(CommandError::NoTask(asked.task));
        }
        if !seen.contains(&asked.resource) && model.info.resource(asked.resource).is_none() {
            return Err(CommandError::NoResource(asked.resource));
        }
        let part = Use {
            units: asked.units,
            work: asked.work,
        };
        if !part.is_sound() {
            return Err(CommandError::invalid("use", "more than plans hold"));
        }
    }
    Ok(())
}
