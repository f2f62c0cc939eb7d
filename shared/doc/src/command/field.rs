//! Custom fields, and what tasks hold of them.

mod edit;

use base::{FieldId, OptionId, TaskId};
use domain::plan::{CustomField, FieldKind, FieldOption, FieldValue, Plan};
use rustc_hash::FxHashSet;

use super::write::Write;
use super::{CommandError, check_text};
use crate::model::PlanModel;
use crate::model::fields::{self, FieldRow};
use crate::order;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

pub use edit::CustomFieldEdit;
pub(super) use edit::edit;

type Writes = Result<Vec<Write>, CommandError>;

/// Longest name of a kind, in characters.
const MAX_KIND: usize = 50;

fn set(id: FieldId, part: &str, value: Scalar) -> Write {
    Write::Set(Subject::Plan, schema::field_part(id, part), value)
}

fn set_option(id: FieldId, key: OptionId, part: &str, value: Scalar) -> Write {
    set(id, &schema::option_part(key, part), value)
}

fn name(name: &str) -> Result<Scalar, CommandError> {
    check_text(schema::NAME, name)?;
    if name.trim().is_empty() {
        let why = "a field, or an option, has one";
        return Err(CommandError::invalid(schema::NAME, why));
    }
    Ok(Scalar::text(name))
}

fn kind(kind: &FieldKind) -> Result<Scalar, CommandError> {
    let text = kind.to_string();
    if text.chars().count() > MAX_KIND {
        return Err(CommandError::invalid(
            schema::KIND,
            "longer than 50 characters",
        ));
    }
    Ok(match kind {
        FieldKind::Text => Scalar::Null,
        _ => Scalar::text_or_null(&text),
    })
}

/// A part of a field as it is kept, from its text; `None` where there is no such part or value.
pub(super) fn restored(part: &str, value: &str) -> Option<Result<Scalar, CommandError>> {
    let (is_option, part) = match schema::of_option(part) {
        Some((_, part)) => (true, part),
        None => (false, part),
    };
    Some(match part {
        schema::NAME => name(value),
        schema::ORDER => check_text(schema::ORDER, value).map(|()| Scalar::text(value)),
        schema::REMOVED => Ok(Scalar::flag(value == "1")),
        schema::UID if !is_option => Ok(Scalar::Int(value.parse().ok()?)),
        schema::KIND if !is_option => {
            let Ok(of) = value.parse();
            kind(&of)
        }
        _ => return None,
    })
}

/// Whether this version knows a part of a field; those of newer ones are left as they are.
pub(super) fn is_part(part: &str) -> bool {
    match schema::of_option(part) {
        Some((_, part)) => matches!(part, schema::NAME | schema::ORDER | schema::REMOVED),
        None => matches!(
            part,
            schema::NAME | schema::ORDER | schema::REMOVED | schema::KIND | schema::UID
        ),
    }
}

/// A task's value as it is kept, from its text: whatever was there comes back, longer texts of others too.
pub(super) fn value_restored(field: &str, value: &str) -> Result<Scalar, CommandError> {
    match value.len() > schema::MAX_PART {
        true => Err(CommandError::invalid(field, "longer than 64 KiB")),
        false => Ok(Scalar::text(value)),
    }
}

fn sound(field: &str, value: &FieldValue) -> Result<(), CommandError> {
    match value.is_sound() {
        true => Ok(()),
        false => Err(CommandError::invalid(
            field,
            "empty, or longer than 2,000 characters",
        )),
    }
}

/// New order keys, and those of others that are there.
type Places<T> = Result<(Vec<String>, Vec<(T, String)>), CommandError>;

/// Order keys for `count` that come after `after` among those that are there, and new keys for others where there is no
/// room between them. `missing` is the error where `after` is not there.
fn places<T: Copy + PartialEq>(
    there: &[(T, &str)],
    after: Option<T>,
    count: usize,
    missing: CommandError,
) -> Places<T> {
    let at = match after {
        None => 0,
        Some(after) => match there.iter().position(|(id, _)| *id == after) {
            Some(at) => at + 1,
            None => return Err(missing),
        },
    };
    let keys: Vec<&str> = there.iter().map(|(_, key)| *key).collect();
    let (new, others) = order::place(&keys, at, count);
    let others = others.into_iter();
    let others = others.filter_map(|(i, key)| Some((there.get(i)?.0, key)));
    Ok((new, others.collect()))
}

/// The fields in their order, removed ones too, one aside.
fn all_but(model: &PlanModel, but: Option<FieldId>) -> Vec<(FieldId, &str)> {
    let all = fields::in_order(&model.info.fields).into_iter();
    all.filter(|(id, _)| Some(*id) != but)
        .map(|(id, row)| (id, row.order.as_str()))
        .collect()
}

/// The fields that stand, in their order.
fn standing(model: &PlanModel) -> Vec<FieldId> {
    let all = fields::in_order(&model.info.fields).into_iter();
    all.filter(|(_, row)| !row.removed)
        .map(|(id, _)| id)
        .collect()
}

fn reordered(others: Vec<(FieldId, String)>) -> impl Iterator<Item = Write> {
    let others = others.into_iter();
    others.map(|(id, key)| set(id, schema::ORDER, Scalar::Text(key)))
}

/// Refuses one more where as many are shown as people look at.
fn room_to_show(model: &PlanModel) -> Result<(), CommandError> {
    match standing(model).len() >= schema::MAX_FIELDS {
        true => Err(CommandError::invalid("fields", "more than 50")),
        false => Ok(()),
    }
}

/// Refuses so many fields more.
fn room(model: &PlanModel, more: usize) -> Result<(), CommandError> {
    let all = &model.info.fields;
    if all.len() + more > schema::MAX_FIELDS_EVER {
        return Err(CommandError::invalid(
            "fields",
            "more than 200 with those removed",
        ));
    }
    Ok(())
}

/// Refuses a field that is there, and what cannot be kept of one that comes.
fn check(
    model: &PlanModel,
    field: &CustomField,
    is_task: impl Fn(&TaskId) -> bool,
) -> Result<(), CommandError> {
    let taken = |what: &str| CommandError::invalid("id", format!("there is such {what} already"));
    if model.info.fields.contains_key(&field.id) {
        return Err(taken("a field"));
    }
    name(&field.name)?;
    kind(&field.kind)?;
    if field.options.len() > schema::MAX_OPTIONS {
        return Err(CommandError::invalid("options", "more than 100"));
    }
    let mut keys = FxHashSet::default();
    for option in &field.options {
        name(&option.name)?;
        if !keys.insert(option.key) {
            return Err(taken("an option"));
        }
    }
    for (task, value) in &field.values {
        if !is_task(task) {
            return Err(CommandError::NoTask(*task));
        }
        sound(schema::CUSTOM, value)?;
        match value {
            FieldValue::Choice(key) if !keys.contains(key) => return Err(no_option()),
            _ => {}
        }
    }
    Ok(())
}

fn no_option() -> CommandError {
    CommandError::invalid("option", "there is no such option")
}

/// What all of a field is written as, its values aside.
fn head(field: &CustomField, order: String) -> Writes {
    let id = field.id;
    let mut writes = vec![
        set(id, schema::NAME, name(&field.name)?),
        set(id, schema::KIND, kind(&field.kind)?),
        set(id, schema::ORDER, Scalar::Text(order)),
        set(id, schema::UID, field.uid.map_or(Scalar::Null, Scalar::Int)),
    ];
    let (orders, _) = order::place(&[], 0, field.options.len());
    for (option, order) in field.options.iter().zip(orders) {
        writes.extend(new_option(id, option, order)?);
    }
    Ok(writes)
}

fn new_option(id: FieldId, option: &FieldOption, order: String) -> Writes {
    let key = option.key;
    Ok(vec![
        set_option(id, key, schema::NAME, name(&option.name)?),
        set_option(id, key, schema::ORDER, Scalar::Text(order)),
        set_option(id, key, schema::REMOVED, Scalar::flag(option.removed)),
    ])
}

/// A field, with the values that come with it.
pub(super) fn add(model: &PlanModel, field: &CustomField, after: Option<FieldId>) -> Writes {
    room_to_show(model)?;
    room(model, 1)?;
    check(model, field, |task| model.tasks.contains_key(task))?;
    let missing = CommandError::NoField(after.unwrap_or(field.id));
    let (orders, others) = places(&all_but(model, None), after, 1, missing)?;
    let mut writes = head(field, orders.into_iter().next().unwrap_or_default())?;
    writes.extend(reordered(others));
    let mut tasks: Vec<TaskId> = field.values.keys().copied().collect();
    base::sort::plain(&mut tasks);
    let name = schema::custom(field.id);
    writes.extend(tasks.into_iter().map(|task| {
        let value = Scalar::show(field.values.get(&task));
        Write::Set(Subject::Task(task), name.clone(), value)
    }));
    Ok(writes)
}

/// The fields of an imported plan, after those that are there; values come with the tasks.
pub(super) fn import(model: &PlanModel, fields: &[CustomField]) -> Writes {
    let there = all_but(model, None);
    let last = there.last().map(|(id, _)| *id);
    let missing = CommandError::invalid("fields", "no place for them");
    let (orders, others) = places(&there, last, fields.len(), missing)?;
    let mut writes: Vec<Write> = reordered(others).collect();
    for (field, order) in fields.iter().zip(orders) {
        writes.extend(head(field, order)?);
    }
    Ok(writes)
}

/// Refuses fields of an imported plan that cannot be kept.
pub(super) fn check_import(
    model: &PlanModel,
    plan: &Plan,
    tasks: &FxHashSet<TaskId>,
) -> Result<(), CommandError> {
    room(model, plan.fields.len())?;
    let mut seen = FxHashSet::default();
    for field in &plan.fields {
        check(model, field, |task| tasks.contains(task))?;
        if !seen.insert(field.id) {
            return Err(CommandError::invalid("id", "there is such an id already"));
        }
    }
    Ok(())
}

/// A field, removed ones too. Of one that tasks hold values of, and whose making was taken back, only that it is there.
fn there(model: &PlanModel, id: FieldId) -> Result<Option<&FieldRow>, CommandError> {
    let row = model.info.fields.get(&id);
    let mut tasks = model.tasks.values();
    match row.is_some() || tasks.any(|row| row.custom.contains_key(&id)) {
        true => Ok(row),
        false => Err(CommandError::NoField(id)),
    }
}

/// Another place for a field.
pub(super) fn shift(model: &PlanModel, id: FieldId, after: Option<FieldId>) -> Writes {
    there(model, id)?;
    if after == Some(id) {
        return Ok(Vec::new());
    }
    let all = all_but(model, None);
    let before = (all.iter().position(|(other, _)| *other == id)).map(|at| {
        at.checked_sub(1)
            .and_then(|at| all.get(at))
            .map(|(id, _)| *id)
    });
    if before == Some(after) {
        return Ok(Vec::new()); // there it lies
    }
    let missing = CommandError::NoField(after.unwrap_or(id));
    let (orders, others) = places(&all_but(model, Some(id)), after, 1, missing)?;
    let mut writes: Vec<Write> = reordered(others).collect();
    let order = orders.into_iter().next().unwrap_or_default();
    writes.push(set(id, schema::ORDER, Scalar::Text(order)));
    Ok(writes)
}

pub(super) fn remove(model: &PlanModel, id: FieldId) -> Writes {
    there(model, id)?;
    Ok(vec![set(id, schema::REMOVED, Scalar::flag(true))])
}

/// Takes the mark off again. One whose making was taken back gets its id for a name.
pub(super) fn restore(model: &PlanModel, id: FieldId) -> Writes {
    let row = there(model, id)?;
    if row.is_none_or(|row| row.removed) {
        room_to_show(model)?;
    }
    let mut writes = vec![set(id, schema::REMOVED, Scalar::Null)];
    if row.is_none() {
        writes.push(set(id, schema::NAME, Scalar::text(id.to_string())));
    }
    Ok(writes)
}

/// What a task holds of a field.
pub(super) fn set_value(
    model: &PlanModel,
    task: TaskId,
    id: FieldId,
    value: Option<&FieldValue>,
) -> Writes {
    let row = there(model, id)?;
    let field = schema::custom(id);
    if let Some(value) = value {
        sound(&field, value)?;
        if let FieldValue::Choice(key) = value
            && !row.is_some_and(|row| row.options.contains_key(key))
        {
            return Err(no_option());
        }
    }
    Ok(vec![Write::Set(
        Subject::Task(task),
        field,
        Scalar::show(value),
    )])
}
