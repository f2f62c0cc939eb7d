//! What was read, under the ids of what it is in the plan.

use base::{CalendarId, LinkId, ResourceId, TaskId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Covers, Field};
use crate::calendar::Calendar;
use crate::plan::{Constraint, Link, LinkKind, Plan, Task};
use crate::resource::Assignment;

/// The plan as it was read, with the ids of what is known.
pub(super) fn renamed(
    ours: &Plan,
    read: &Plan,
    ids: &FxHashMap<TaskId, TaskId>,
    covers: &Covers,
) -> Plan {
    let mut plan = read.clone();
    let task_id = |id: TaskId| ids.get(&id).copied().unwrap_or(id);
    let mut calendars: FxHashMap<CalendarId, CalendarId> = FxHashMap::default();
    let mut free: Vec<&(CalendarId, _)> = ours.calendars.iter().collect();
    for (id, calendar) in &mut plan.calendars {
        let same = |own: &&(CalendarId, Calendar)| own.1.name == calendar.name;
        if let Some(at) = free.iter().position(same) {
            let own = free.remove(at).0;
            calendars.insert(*id, own);
            *id = own;
        }
    }
    let calendar_id = |id: CalendarId| calendars.get(&id).copied().unwrap_or(id);
    let mut resources: FxHashMap<ResourceId, ResourceId> = FxHashMap::default();
    let mut taken: FxHashSet<ResourceId> = FxHashSet::default();
    // by number before by name
    for by_uid in [true, false] {
        for resource in &plan.resources {
            if resources.contains_key(&resource.id) {
                continue;
            }
            let own = ours.resources.iter().find(|own| {
                let same = match by_uid {
                    true => own.uid.is_some() && own.uid == resource.uid,
                    false => {
                        own.name == resource.name && (own.uid.is_none() || resource.uid.is_none())
                    }
                };
                same && !taken.contains(&own.id)
            });
            if let Some(own) = own {
                taken.insert(own.id);
                resources.insert(resource.id, own.id);
            }
        }
    }
    let resource_id = |id: ResourceId| resources.get(&id).copied().unwrap_or(id);
    plan.calendar = plan.calendar.map(calendar_id);
    for resource in &mut plan.resources {
        resource.id = resource_id(resource.id);
        resource.calendar = resource.calendar.map(calendar_id);
    }
    let own: FxHashMap<TaskId, &Task> = ours.tasks.iter().map(|task| (task.id, task)).collect();
    for task in &mut plan.tasks {
        task.id = task_id(task.id);
        task.parent = task.parent.map(task_id);
        task.calendar = task.calendar.map(calendar_id);
        // documents keep such a constraint so
        if let Some(Constraint::StartNoEarlier(at)) = task.constraint {
            task.not_before = task.not_before.max(Some(at));
            task.constraint = None;
        }
        if let Some(own) = own.get(&task.id) {
            keep(task, own, covers);
        }
    }
    for asked in &mut plan.assignments {
        let (task, resource) = (task_id(asked.task), resource_id(asked.resource));
        *asked = Assignment::of(task, resource, asked.units, asked.work);
    }
    for link in &mut plan.links {
        link.pred = task_id(link.pred);
        link.succ = task_id(link.succ);
    }
    links(ours, &mut plan);
    plan
}

/// What the file cannot say of a task stays as it is.
fn keep(task: &mut Task, own: &Task, covers: &Covers) {
    for field in Field::ALL {
        if !covers.fields.contains(&field) {
            field.of(own).put(task);
        }
    }
    if own.uid.is_some() {
        task.uid = own.uid;
    }
}

type Key = (TaskId, TaskId, LinkKind);

fn key(link: &Link) -> Key {
    (link.pred, link.succ, link.kind)
}

/// Gives links that are those of the plan its ids: the same tasks and kind, or the only ones of the same two tasks.
fn links(ours: &Plan, plan: &mut Plan) {
    let mut own: FxHashMap<Key, LinkId> = FxHashMap::default();
    for link in &ours.links {
        own.entry(key(link)).or_insert(link.id);
    }
    let mut taken: FxHashSet<LinkId> = FxHashSet::default();
    let mut open = Vec::new();
    for (at, link) in plan.links.iter_mut().enumerate() {
        match own.get(&key(link)).filter(|id| !taken.contains(*id)) {
            Some(id) => {
                taken.insert(*id);
                link.id = *id;
            }
            None => open.push(at),
        }
    }
    let mut left: FxHashMap<(TaskId, TaskId), Option<LinkId>> = FxHashMap::default();
    for link in ours.links.iter().filter(|link| !taken.contains(&link.id)) {
        let same = left.entry((link.pred, link.succ));
        same.and_modify(|id| *id = None).or_insert(Some(link.id));
    }
    for at in open {
        if let Some(link) = plan.links.get_mut(at)
            && let Some(id) = left.remove(&(link.pred, link.succ)).flatten()
        {
            link.id = id;
        }
    }
}
