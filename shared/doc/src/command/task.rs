//! Tasks: add, edit, move, remove, restore.

use base::sort;
use base::{Minutes, TaskId};
use domain::plan::Constraint;
use domain::resource::Stays;
use rustc_hash::FxHashSet;

use super::write::Write;
use super::{CommandError, TaskEdit, amount, check_duration, check_text};
use crate::document::Author;
use crate::model::PlanModel;
use crate::model::plan::Deleted;
use crate::order;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

type Writes = Result<Vec<Write>, CommandError>;

pub(super) fn add(
    model: &mut PlanModel,
    id: TaskId,
    parent: Option<TaskId>,
    after: Option<TaskId>,
    name: &str,
    duration: Minutes,
) -> Writes {
    check_text(schema::NAME, name)?;
    check_duration(duration)?;
    if model.tasks.contains_key(&id) {
        return Err(CommandError::invalid("id", "there is such a task already"));
    }
    let (keys, mut writes) = places(model, parent, after, &[id])?;
    let task = Subject::Task(id);
    writes.push(Write::Create(task));
    writes.push(Write::set(task, schema::NAME, Scalar::text(name)));
    writes.push(Write::set(task, schema::PARENT, Scalar::show(parent)));
    for key in keys {
        writes.push(Write::set(task, schema::ORDER, Scalar::Text(key)));
    }
    writes.push(Write::set(task, schema::DURATION, Scalar::Int(duration)));
    Ok(writes)
}

/// Order keys for tasks put under `parent` after `after`, and the writes that make room for them.
fn places(
    model: &mut PlanModel,
    parent: Option<TaskId>,
    after: Option<TaskId>,
    ids: &[TaskId],
) -> Result<(Vec<String>, Vec<Write>), CommandError> {
    if let Some(parent) = parent
        && model.standing(parent).is_none()
    {
        return Err(CommandError::NoTask(parent));
    }
    let moved: FxHashSet<TaskId> = ids.iter().copied().collect();
    let (outline, model) = model.outlined();
    let all = outline.children_of(parent);
    // one that moves itself: the first before it that stays
    let after = match after {
        None => None,
        Some(after) => {
            let at = all
                .iter()
                .position(|s| *s == after)
                .ok_or(CommandError::NoTask(after))?;
            all.iter().take(at + 1).rev().find(|s| !moved.contains(s))
        }
    };
    let siblings: Vec<(TaskId, &str)> = all
        .iter()
        .filter(|id| !moved.contains(id))
        .filter_map(|id| {
            model
                .tasks
                .get(id)
                .map(|row| (*id, row.task.order.as_str()))
        })
        .collect();
    let at = after
        .and_then(|after| siblings.iter().position(|(id, _)| id == after))
        .map_or(0, |at| at + 1);
    let keys: Vec<&str> = siblings.iter().map(|(_, key)| *key).collect();
    let (new, others) = order::place(&keys, at, ids.len());
    let writes = others
        .into_iter()
        .filter_map(|(i, key)| {
            let (id, _) = siblings.get(i)?;
            Some(Write::set(
                Subject::Task(*id),
                schema::ORDER,
                Scalar::Text(key),
            ))
        })
        .collect();
    Ok((new, writes))
}

/// What stays, as documents keep it: nothing for what is usual.
pub(super) fn kept(stays: Stays) -> Scalar {
    Scalar::show((stays != Stays::default()).then_some(stays))
}

pub(super) fn edit(model: &PlanModel, id: TaskId, edit: &TaskEdit) -> Writes {
    if !model.tasks.contains_key(&id) {
        return Err(CommandError::NoTask(id));
    }
    let (field, value) = match edit {
        TaskEdit::Name(name) => {
            check_text(schema::NAME, name)?;
            (schema::NAME, Scalar::text(name))
        }
        TaskEdit::Duration(minutes) => {
            check_duration(*minutes)?;
            (schema::DURATION, Scalar::Int(*minutes))
        }
        TaskEdit::NotBefore(moment) => (schema::NOT_BEFORE, Scalar::show(*moment)),
        TaskEdit::Elapsed(elapsed) => (schema::ELAPSED, Scalar::flag(*elapsed)),
        TaskEdit::Constraint(Some(Constraint::StartNoEarlier(at))) => {
            (schema::NOT_BEFORE, Scalar::show(Some(*at)))
        }
        TaskEdit::Constraint(constraint) => (schema::CONSTRAINT, Scalar::show(*constraint)),
        TaskEdit::Deadline(moment) => (schema::DEADLINE, Scalar::show(*moment)),
        TaskEdit::Placed(placed) => {
            if placed.is_some_and(|placed| placed.finish.is_some_and(|at| at < placed.start)) {
                return Err(CommandError::invalid(
                    schema::PLACED,
                    "finished before it starts",
                ));
            }
            (schema::PLACED, Scalar::show(*placed))
        }
        TaskEdit::Inactive(inactive) => (schema::INACTIVE, Scalar::flag(*inactive)),
        TaskEdit::Stays(stays) => (schema::STAYS, kept(*stays)),
        TaskEdit::Priority(Some(priority)) if *priority > 1_000 => {
            return Err(CommandError::invalid(
                schema::PRIORITY,
                "not from 0 to 1000",
            ));
        }
        TaskEdit::Priority(priority) => (
            schema::PRIORITY,
            priority.map_or(Scalar::Null, |p| Scalar::Int(p.into())),
        ),
        TaskEdit::Owner(owner) => {
            check_text(schema::OWNER, owner)?;
            (schema::OWNER, Scalar::text_or_null(owner))
        }
        TaskEdit::Deliverable(deliverable) => {
            check_text(schema::DELIVERABLE, deliverable)?;
            (schema::DELIVERABLE, Scalar::text_or_null(deliverable))
        }
        TaskEdit::Budget(budget) => (schema::BUDGET, amount(schema::BUDGET, *budget)?),
        TaskEdit::Custom(field, value) => {
            return super::field::set_value(model, id, *field, value.as_ref());
        }
        TaskEdit::Calendar(calendar) => {
            if let Some(calendar) = calendar
                && !model.calendars.contains_key(calendar)
            {
                return Err(CommandError::invalid(
                    schema::CALENDAR,
                    "there is no such calendar",
                ));
            }
            (schema::CALENDAR, Scalar::show(*calendar))
        }
    };
    Ok(vec![Write::set(Subject::Task(id), field, value)])
}

pub(super) fn shift(
    model: &mut PlanModel,
    ids: &[TaskId],
    parent: Option<TaskId>,
    after: Option<TaskId>,
) -> Writes {
    let mut chosen: FxHashSet<TaskId> = FxHashSet::default();
    let mut ids: Vec<TaskId> = ids
        .iter()
        .copied()
        .filter(|id| chosen.insert(*id))
        .collect();
    for id in &ids {
        if model.standing(*id).is_none() {
            return Err(CommandError::NoTask(*id));
        }
    }
    let outline = model.outline();
    // what lies below a task that moves moves with it
    ids.retain(|id| !outline.above(*id).any(|above| chosen.contains(&above)));
    if let Some(parent) = parent
        && std::iter::once(parent)
            .chain(outline.above(parent))
            .any(|above| chosen.contains(&above))
    {
        return Err(CommandError::UnderItself);
    }
    let (keys, mut writes) = places(model, parent, after, &ids)?;
    // where they lie in that order already, nothing is written
    if stays(model, &ids, parent, after) {
        return Ok(Vec::new());
    }
    for (id, key) in ids.into_iter().zip(keys) {
        let task = Subject::Task(id);
        writes.push(Write::set(task, schema::PARENT, Scalar::show(parent)));
        writes.push(Write::set(task, schema::ORDER, Scalar::Text(key)));
    }
    Ok(writes)
}

/// Whether these tasks lie exactly there, with no conflict to settle.
fn stays(
    model: &mut PlanModel,
    ids: &[TaskId],
    parent: Option<TaskId>,
    after: Option<TaskId>,
) -> bool {
    let (outline, model) = model.outlined();
    let settled = ids.iter().all(|id| {
        model.tasks.get(id).is_some_and(|row| {
            row.task.parent == parent
                && !row
                    .state
                    .conflicts
                    .iter()
                    .any(|(field, _)| field == schema::PARENT || field == schema::ORDER)
        })
    });
    let all = outline.children_of(parent);
    let at = match after {
        None => Some(0),
        Some(after) => all.iter().position(|id| *id == after).map(|at| at + 1),
    };
    settled
        && at
            .and_then(|at| all.get(at..at + ids.len()))
            .is_some_and(|there| there == ids)
}

fn mark(writes: &mut Vec<Write>, subject: Subject, author: Author) {
    writes.push(Write::set(
        subject,
        schema::DELETED_AT,
        Scalar::Int(author.at.0),
    ));
    writes.push(Write::set(
        subject,
        schema::DELETED_BY,
        Scalar::show(Some(author.person)),
    ));
}

/// The writes that mark a row as removed.
pub(crate) fn removal(subject: Subject, author: Author) -> Vec<Write> {
    let mut writes = Vec::with_capacity(2);
    mark(&mut writes, subject, author);
    writes
}

pub(crate) fn clear(writes: &mut Vec<Write>, subject: Subject) {
    writes.push(Write::set(subject, schema::DELETED_AT, Scalar::Null));
    writes.push(Write::set(subject, schema::DELETED_BY, Scalar::Null));
}

pub(super) fn remove(model: &mut PlanModel, ids: &[TaskId], author: Author) -> Writes {
    for id in ids {
        if !model.tasks.contains_key(id) {
            return Err(CommandError::NoTask(*id));
        }
    }
    let (outline, model) = model.outlined();
    let mut all: FxHashSet<TaskId> = FxHashSet::default();
    let mut order = Vec::new();
    for id in ids {
        if model.standing(*id).is_none() {
            continue; // somebody removed it already
        }
        order.extend(
            outline
                .with_below(*id)
                .into_iter()
                .filter(|id| all.insert(*id)),
        );
    }
    let mut writes = Vec::with_capacity(order.len() * 2);
    for id in order {
        mark(&mut writes, Subject::Task(id), author);
    }
    for (id, row) in &model.links {
        let touches = row
            .link
            .as_ref()
            .is_some_and(|link| all.contains(&link.pred) || all.contains(&link.succ));
        if touches && row.state.deleted.is_none() {
            mark(&mut writes, Subject::Link(*id), author);
        }
    }
    Ok(writes)
}

pub(super) fn restore(model: &PlanModel, ids: &[TaskId]) -> Writes {
    let removed = |id: &TaskId| -> Option<&Deleted> {
        model
            .tasks
            .get(id)
            .and_then(|row| row.state.deleted.as_ref())
    };
    let mut back: Vec<TaskId> = Vec::new();
    let mut seen: FxHashSet<TaskId> = FxHashSet::default();
    let mut strokes: Vec<Deleted> = Vec::new();
    for id in ids {
        if !model.tasks.contains_key(id) {
            return Err(CommandError::NoTask(*id));
        }
        let Some(stroke) = removed(id) else { continue };
        if !strokes.contains(stroke) {
            strokes.push(stroke.clone());
        }
        if seen.insert(*id) {
            back.push(*id);
        }
    }
    // what was removed below them in the same stroke
    let mut below: rustc_hash::FxHashMap<TaskId, Vec<TaskId>> = Default::default();
    for (id, row) in &model.tasks {
        if let (Some(parent), Some(_)) = (row.task.parent, &row.state.deleted) {
            below.entry(parent).or_default().push(*id);
        }
    }
    let mut at = 0;
    while let Some(id) = back.get(at).copied() {
        at += 1;
        let mut children = below.get(&id).cloned().unwrap_or_default();
        sort::plain(&mut children);
        for child in children {
            if removed(&child) == removed(&id) && seen.insert(child) {
                back.push(child);
            }
        }
    }
    // the parents they need
    for id in back.clone() {
        let mut parent = model.tasks.get(&id).and_then(|row| row.task.parent);
        while let Some(above) = parent {
            if removed(&above).is_none() || !seen.insert(above) {
                break;
            }
            back.push(above);
            parent = model.tasks.get(&above).and_then(|row| row.task.parent);
        }
    }
    let mut writes = Vec::new();
    for id in &back {
        clear(&mut writes, Subject::Task(*id));
    }
    // links that fell away with them, where both ends stand again
    for (id, row) in &model.links {
        let (Some(link), Some(stroke)) = (&row.link, &row.state.deleted) else {
            continue;
        };
        let stands = |end: &TaskId| seen.contains(end) || model.standing(*end).is_some();
        let touches = seen.contains(&link.pred) || seen.contains(&link.succ);
        if touches && strokes.contains(stroke) && stands(&link.pred) && stands(&link.succ) {
            clear(&mut writes, Subject::Link(*id));
        }
    }
    Ok(writes)
}
