//! Links: add, edit, remove, restore.

use base::{LinkId, TaskId};
use domain::plan::{Lag, Link, LinkKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::write::Write;
use super::{CommandError, check_lag, task};
use crate::document::Author;
use crate::model::PlanModel;
use crate::model::outline::Outline;
use crate::model::plan::{write_kind, write_lag};
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

type Writes = Result<Vec<Write>, CommandError>;

pub(super) fn add(
    model: &mut PlanModel,
    id: LinkId,
    pred: TaskId,
    succ: TaskId,
    kind: LinkKind,
    lag: Lag,
) -> Writes {
    check_lag(lag)?;
    if model.links.contains_key(&id) {
        return Err(CommandError::invalid("id", "there is such a link already"));
    }
    let link = Link {
        id,
        pred,
        succ,
        kind,
        lag,
    };
    check(model, &link)?;
    let mut writes = vec![Write::Create(Subject::Link(id))];
    writes.extend(fields(&link));
    Ok(writes)
}

/// The writes of a new link's fields.
pub(super) fn fields(link: &Link) -> [Write; 4] {
    let subject = Subject::Link(link.id);
    [
        Write::set(subject, schema::PRED, Scalar::show(Some(link.pred))),
        Write::set(subject, schema::SUCC, Scalar::show(Some(link.succ))),
        Write::set(subject, schema::KIND, Scalar::text(write_kind(link.kind))),
        Write::set(subject, schema::LAG, Scalar::Text(write_lag(link.lag))),
    ]
}

/// Refuses a link that has no ends, repeats another or closes a cycle.
fn check(model: &mut PlanModel, link: &Link) -> Result<(), CommandError> {
    for end in [link.pred, link.succ] {
        if model.standing(end).is_none() {
            return Err(CommandError::NoTask(end));
        }
    }
    if repeats(model, link) {
        return Err(CommandError::Duplicate);
    }
    let (outline, model) = model.outlined();
    match cycle(outline, model, link) {
        Some(tasks) => Err(CommandError::Cycle(tasks)),
        None => Ok(()),
    }
}

fn repeats(model: &PlanModel, link: &Link) -> bool {
    model.links.values().any(|row| {
        row.state.deleted.is_none()
            && row.link.as_ref().is_some_and(|other| {
                other.id != link.id
                    && other.pred == link.pred
                    && other.succ == link.succ
                    && other.kind == link.kind
            })
    })
}

/// The tasks of the cycle that a link would close, from its successor to its predecessor. What a task's dates drive: the
/// successors of its links, and its parents' dates; a summary that waits makes all below it wait.
fn cycle(outline: &Outline, model: &PlanModel, link: &Link) -> Option<Vec<TaskId>> {
    let mut out: FxHashMap<TaskId, Vec<TaskId>> = FxHashMap::default();
    for row in model.links.values().filter(|r| r.state.deleted.is_none()) {
        if let Some(link) = &row.link {
            out.entry(link.pred).or_default().push(link.succ);
        }
    }
    // a task is driven from above (and drives what lies below it), or only from below
    let mut driven: FxHashSet<(TaskId, bool)> = FxHashSet::default();
    let mut from: FxHashMap<TaskId, TaskId> = FxHashMap::default();
    let mut stack = vec![(link.succ, true)];
    driven.insert((link.succ, true));
    while let Some((id, down)) = stack.pop() {
        if id == link.pred {
            let mut way = vec![id];
            let mut at = id;
            while at != link.succ
                && let Some(before) = from.get(&at)
                && way.len() <= model.tasks.len()
            {
                way.push(*before);
                at = *before;
            }
            way.reverse();
            return Some(way);
        }
        let mut visit = |next: TaskId, down: bool| {
            if !driven.contains(&(next, true)) && driven.insert((next, down)) {
                from.entry(next).or_insert(id);
                stack.push((next, down));
            }
        };
        for succ in out.get(&id).into_iter().flatten() {
            visit(*succ, true);
        }
        if let Some(parent) = outline.parent.get(&id).copied().flatten() {
            visit(parent, false);
        }
        if down {
            for child in outline.children_of(Some(id)) {
                visit(*child, true);
            }
        }
    }
    None
}

pub(super) fn edit(model: &PlanModel, id: LinkId, kind: LinkKind, lag: Lag) -> Writes {
    check_lag(lag)?;
    let row = model.links.get(&id).ok_or(CommandError::NoLink(id))?;
    if let Some(link) = &row.link
        && row.state.deleted.is_none()
    {
        let link = Link {
            kind,
            lag,
            ..link.clone()
        };
        if repeats(model, &link) {
            return Err(CommandError::Duplicate);
        }
    }
    Ok(values(id, kind, lag).into())
}

/// The writes of another kind and lag.
pub(super) fn values(id: LinkId, kind: LinkKind, lag: Lag) -> [Write; 2] {
    let subject = Subject::Link(id);
    [
        Write::set(subject, schema::KIND, Scalar::text(write_kind(kind))),
        Write::set(subject, schema::LAG, Scalar::Text(write_lag(lag))),
    ]
}

pub(super) fn remove(model: &PlanModel, id: LinkId, author: Author) -> Writes {
    let row = model.links.get(&id).ok_or(CommandError::NoLink(id))?;
    if row.state.deleted.is_some() {
        return Ok(Vec::new());
    }
    Ok(task::removal(Subject::Link(id), author))
}

pub(super) fn restore(model: &mut PlanModel, id: LinkId) -> Writes {
    let row = model.links.get(&id).ok_or(CommandError::NoLink(id))?;
    if row.state.deleted.is_none() {
        return Ok(Vec::new());
    }
    if let Some(link) = row.link.clone() {
        check(model, &link)?;
    }
    let mut writes = Vec::new();
    task::clear(&mut writes, Subject::Link(id));
    Ok(writes)
}
