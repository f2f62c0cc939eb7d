//! Edits done to a plan.

use base::{LinkId, TaskId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Edit;
use super::compare::uses;
use crate::plan::{Plan, Task};
use crate::resource::Assignment;

/// Which task lies under which, and in which order.
pub(super) struct Tree {
    parents: FxHashMap<TaskId, Option<TaskId>>,
    children: FxHashMap<Option<TaskId>, Vec<TaskId>>,
    /// Summaries whose tasks are not as they were.
    changed: FxHashSet<Option<TaskId>>,
}

impl Tree {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut tree = Self {
            parents: FxHashMap::default(),
            children: FxHashMap::default(),
            changed: FxHashSet::default(),
        };
        for task in &plan.tasks {
            // one whose parent does not come before it lies at the top
            let parent = task
                .parent
                .filter(|parent| tree.parents.contains_key(parent));
            tree.parents.insert(task.id, parent);
            tree.children.entry(parent).or_default().push(task.id);
        }
        tree
    }

    pub(super) fn contains(&self, id: TaskId) -> bool {
        self.parents.contains_key(&id)
    }

    /// What it lies under; `None` where there is no such task.
    pub(super) fn parent(&self, id: TaskId) -> Option<Option<TaskId>> {
        self.parents.get(&id).copied()
    }

    /// Whether a task is another or lies below it.
    pub(super) fn is_below(&self, id: TaskId, above: TaskId) -> bool {
        let mut at = Some(id);
        while let Some(here) = at {
            if here == above {
                return true;
            }
            at = self.parent(here).flatten();
        }
        false
    }

    /// Puts a task, new or not, under another after a sibling; first where that is not there.
    pub(super) fn put(&mut self, id: TaskId, parent: Option<TaskId>, after: Option<TaskId>) {
        self.take(id);
        self.parents.insert(id, parent);
        self.changed.insert(parent);
        let siblings = self.children.entry(parent).or_default();
        // mostly the last one
        let place = after.and_then(|after| siblings.iter().rposition(|sibling| *sibling == after));
        siblings.insert(place.map_or(0, |place| place + 1), id);
    }

    pub(super) fn take(&mut self, id: TaskId) {
        if let Some(parent) = self.parents.remove(&id) {
            self.changed.insert(parent);
            if let Some(siblings) = self.children.get_mut(&parent) {
                siblings.retain(|sibling| *sibling != id);
            }
        }
    }

    /// All tasks, a parent before its children.
    pub(super) fn order(&self) -> Vec<TaskId> {
        let mut order = Vec::with_capacity(self.parents.len());
        let below = |id: Option<TaskId>| self.children.get(&id).into_iter().flatten().rev();
        let mut open: Vec<TaskId> = below(None).copied().collect();
        while let Some(id) = open.pop() {
            order.push(id);
            open.extend(below(Some(id)));
        }
        order
    }
}

/// The plan after edits. Total: an edit of what is not there does nothing, and one that would put a task below itself
/// neither. Order keys are new where tasks came, went or moved.
pub fn apply(plan: &Plan, edits: &[Edit]) -> Plan {
    let mut plan = plan.clone();
    let mut tree = Tree::new(&plan);
    let mut tasks: FxHashMap<TaskId, Task> = std::mem::take(&mut plan.tasks)
        .into_iter()
        .map(|task| (task.id, task))
        .collect();
    let (mut order, mut asked) = uses(&plan);
    let mut links: FxHashMap<LinkId, usize> = (plan.links.iter().enumerate())
        .map(|(at, link)| (link.id, at))
        .collect();
    let mut removed: FxHashSet<LinkId> = FxHashSet::default();
    for edit in edits {
        match edit {
            Edit::Start(at) => plan.start = *at,
            Edit::DataDate(at) => plan.rules.data_date = *at,
            Edit::Source(id) => plan.source = Some(*id),
            Edit::PlanCalendar(id) => plan.calendar = *id,
            Edit::Calendar { id, calendar } => {
                match plan.calendars.iter_mut().find(|(own, _)| own == id) {
                    Some((_, own)) => own.clone_from(calendar),
                    None => plan.calendars.push((*id, calendar.clone())),
                }
            }
            Edit::Resource(resource) => {
                match plan.resources.iter_mut().find(|own| own.id == resource.id) {
                    Some(own) => own.clone_from(resource),
                    None => plan.resources.push((**resource).clone()),
                }
            }
            Edit::Add { task, after } => {
                let under = task.parent.is_none_or(|parent| tree.contains(parent));
                if under && !tree.contains(task.id) {
                    tree.put(task.id, task.parent, *after);
                    tasks.insert(task.id, (**task).clone());
                }
            }
            Edit::Move {
                task,
                parent,
                after,
            } => {
                let under = parent.is_none_or(|id| tree.contains(id) && !tree.is_below(id, *task));
                if under && tree.contains(*task) {
                    tree.put(*task, *parent, *after);
                }
            }
            Edit::Set { task, value } => {
                if let Some(task) = tasks.get_mut(task) {
                    value.clone().put(task);
                }
            }
            Edit::Assign {
                task,
                resource,
                part,
            } => {
                let key = (*task, *resource);
                match part {
                    Some(part) => {
                        if asked.insert(key, *part).is_none() {
                            order.push(key);
                        }
                    }
                    None => drop(asked.remove(&key)),
                }
            }
            Edit::RemoveLink(id) => drop(removed.insert(*id)),
            Edit::Link { id, kind, lag } => {
                let link = links.get(id).and_then(|at| plan.links.get_mut(*at));
                if let Some(link) = link {
                    link.kind = *kind;
                    link.lag = *lag;
                }
            }
            Edit::AddLink(link) => {
                links.insert(link.id, plan.links.len());
                plan.links.push(link.clone());
            }
            Edit::Remove(gone) => {
                for id in gone {
                    tree.take(*id);
                    tasks.remove(id);
                }
            }
        }
    }
    let mut counts: FxHashMap<Option<TaskId>, usize> = FxHashMap::default();
    for id in tree.order() {
        let Some(mut task) = tasks.remove(&id) else {
            continue;
        };
        task.parent = tree.parent(id).flatten();
        if tree.changed.contains(&task.parent) {
            let count = counts.entry(task.parent).or_default();
            *count += 1;
            task.order = format!("{count:06x}80");
        }
        plan.tasks.push(task);
    }
    let there: FxHashSet<TaskId> = plan.tasks.iter().map(|task| task.id).collect();
    let ends = |link: &crate::plan::Link| there.contains(&link.pred) && there.contains(&link.succ);
    plan.links
        .retain(|link| ends(link) && !removed.contains(&link.id));
    plan.assignments.clear();
    for key in order.into_iter().filter(|key| there.contains(&key.0)) {
        // one that went and came again is twice in the order
        if let Some(part) = asked.remove(&key) {
            let one = Assignment::of(key.0, key.1, part.units, part.work);
            plan.assignments.push(one);
        }
    }
    plan
}
