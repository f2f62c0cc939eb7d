//! How a file differs from the plan as it is.

use base::{CalendarId, LinkId, ResourceId, TaskId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::matching::matches;
use super::{Comparison, Covers, Difference, Field};
use crate::plan::{Constraint, Link, LinkKind, Plan, Task};
use crate::resource::{Assignment, MOST, MOST_WORK, Use};

/// What tasks ask of resources; of what is asked twice of one, the sum.
pub(super) type Uses = FxHashMap<(TaskId, ResourceId), Use>;

/// Compares a plan with one that was read from a file, each with its notes, in what the file can say. Owners that are
/// people of the organisation should be given by the names that files know. Total: every task of the file is one of the
/// plan, or new.
pub fn compare(
    ours: (&Plan, &[(TaskId, String)]),
    read: (&Plan, &[(TaskId, String)]),
    covers: &Covers,
) -> Comparison {
    let matches = matches(ours.0, read.0);
    let ids: FxHashMap<TaskId, TaskId> = matches.iter().map(|m| (m.read, m.task)).collect();
    let theirs = renamed(ours.0, read.0, &ids, covers);
    let task_id = |id: TaskId| ids.get(&id).copied().unwrap_or(id);
    let notes = read.1.iter().map(|(id, text)| (task_id(*id), text.clone()));
    let mut result = Comparison {
        notes: notes.collect(),
        theirs,
        matches,
        differences: Vec::new(),
    };
    let found = Found {
        ours: ours.0,
        theirs: &result.theirs,
        covers,
        known: result.matches.iter().map(|m| m.task).collect(),
        list: Vec::new(),
    };
    result.differences = found.all(ours.1, &result.notes);
    result
}

/// The plan as it was read, with the ids of what is known.
fn renamed(ours: &Plan, read: &Plan, ids: &FxHashMap<TaskId, TaskId>, covers: &Covers) -> Plan {
    let mut plan = read.clone();
    let task_id = |id: TaskId| ids.get(&id).copied().unwrap_or(id);
    let mut calendars: FxHashMap<CalendarId, CalendarId> = FxHashMap::default();
    let mut free: Vec<&(CalendarId, _)> = ours.calendars.iter().collect();
    for (id, calendar) in &mut plan.calendars {
        let same = |own: &&(CalendarId, crate::calendar::Calendar)| own.1.name == calendar.name;
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

/// What tasks of a plan ask, in the plan's order and summed up.
pub(super) fn uses(plan: &Plan) -> (Vec<(TaskId, ResourceId)>, Uses) {
    let mut order = Vec::new();
    let mut uses = Uses::default();
    for asked in &plan.assignments {
        let key = (asked.task, asked.resource);
        let sum = uses.entry(key).or_insert_with(|| {
            order.push(key);
            Use { units: 0, work: 0 }
        });
        sum.units = sum.units.saturating_add(asked.units).min(MOST);
        sum.work = sum.work.saturating_add(asked.work).min(MOST_WORK);
    }
    (order, uses)
}

/// What is found.
struct Found<'a> {
    ours: &'a Plan,
    theirs: &'a Plan,
    covers: &'a Covers,
    /// Tasks that are on both sides.
    known: FxHashSet<TaskId>,
    list: Vec<Difference>,
}

impl Found<'_> {
    fn all(mut self, ours: &[(TaskId, String)], theirs: &[(TaskId, String)]) -> Vec<Difference> {
        self.plan();
        self.calendars_and_resources();
        let moved = match self.covers.outline {
            true => self.moved(),
            false => FxHashSet::default(),
        };
        let mut notes: FxHashMap<TaskId, (String, String)> = FxHashMap::default();
        if self.covers.notes {
            for (id, text) in ours {
                notes.entry(*id).or_default().0.clone_from(text);
            }
            for (id, text) in theirs {
                notes.entry(*id).or_default().1.clone_from(text);
            }
        }
        self.tasks(&moved, &mut notes);
        if self.covers.links {
            self.links();
        }
        self.gone();
        self.list
    }

    fn plan(&mut self) {
        let (ours, theirs) = (self.ours, self.theirs);
        if self.covers.start && ours.start != theirs.start {
            self.list.push(Difference::Start {
                values: (ours.start, theirs.start),
            });
        }
        let dates = (ours.rules.data_date, theirs.rules.data_date);
        if self.covers.data_date && dates.0 != dates.1 {
            self.list.push(Difference::DataDate { values: dates });
        }
        let calendars = (ours.calendar, theirs.calendar);
        if self.covers.calendars && calendars.0 != calendars.1 {
            self.list
                .push(Difference::PlanCalendar { values: calendars });
        }
    }

    fn calendars_and_resources(&mut self) {
        if self.covers.calendars {
            let own: FxHashMap<CalendarId, _> = self
                .ours
                .calendars
                .iter()
                .map(|(id, own)| (*id, own))
                .collect();
            for (id, calendar) in &self.theirs.calendars {
                match own.get(id) {
                    None => self.list.push(Difference::CalendarAdded { id: *id }),
                    Some(own) if *own != calendar => {
                        self.list.push(Difference::CalendarChanged {
                            id: *id,
                            values: Box::new(((*own).clone(), calendar.clone())),
                        });
                    }
                    Some(_) => {}
                }
            }
        }
        if self.covers.resources {
            let own: FxHashMap<ResourceId, _> = self
                .ours
                .resources
                .iter()
                .map(|own| (own.id, own))
                .collect();
            for resource in &self.theirs.resources {
                match own.get(&resource.id) {
                    None => {
                        let id = resource.id;
                        self.list.push(Difference::ResourceAdded { id });
                    }
                    Some(own) if *own != resource => {
                        self.list.push(Difference::ResourceChanged {
                            id: resource.id,
                            values: Box::new(((*own).clone(), resource.clone())),
                        });
                    }
                    Some(_) => {}
                }
            }
        }
    }

    /// The tasks that lie elsewhere: under another summary, or out of the longest run of tasks of one summary that is in
    /// the same order on both sides.
    fn moved(&self) -> FxHashSet<TaskId> {
        let own: FxHashMap<TaskId, (Option<TaskId>, usize)> = (self.ours.tasks.iter().enumerate())
            .map(|(at, task)| (task.id, (task.parent, at)))
            .collect();
        let mut moved = FxHashSet::default();
        let mut stay: FxHashMap<Option<TaskId>, Vec<(TaskId, usize)>> = FxHashMap::default();
        for task in self
            .theirs
            .tasks
            .iter()
            .filter(|task| self.known.contains(&task.id))
        {
            match own.get(&task.id) {
                Some((parent, at)) if *parent == task.parent => {
                    stay.entry(task.parent).or_default().push((task.id, *at));
                }
                _ => {
                    moved.insert(task.id);
                }
            }
        }
        for siblings in stay.values() {
            let places: Vec<usize> = siblings.iter().map(|(_, at)| *at).collect();
            let kept = ascending(&places);
            let out = siblings.iter().zip(kept).filter(|(_, kept)| !kept);
            moved.extend(out.map(|((id, _), _)| *id));
        }
        moved
    }

    fn tasks(
        &mut self,
        moved: &FxHashSet<TaskId>,
        notes: &mut FxHashMap<TaskId, (String, String)>,
    ) {
        let (ours, theirs) = (self.ours, self.theirs);
        let own: FxHashMap<TaskId, &Task> = ours.tasks.iter().map(|task| (task.id, task)).collect();
        let summaries = |plan: &Plan| -> FxHashSet<TaskId> {
            plan.tasks.iter().filter_map(|task| task.parent).collect()
        };
        let (above, above_theirs) = (summaries(ours), summaries(theirs));
        let mut asked: FxHashMap<TaskId, Vec<Difference>> = FxHashMap::default();
        if self.covers.resources {
            self.assigned(&mut asked);
        }
        for task in &theirs.tasks {
            let id = task.id;
            match own.get(&id) {
                None => self.list.push(Difference::Added { task: id }),
                Some(own) => {
                    if moved.contains(&id) {
                        self.list.push(Difference::Moved {
                            task: id,
                            parents: (own.parent, task.parent),
                        });
                    }
                    let summary = above.contains(&id) && above_theirs.contains(&id);
                    let of_effect = |field: &Field| !(summary && *field == Field::Duration);
                    for field in self.covers.fields.iter().copied().filter(of_effect) {
                        if !field.same(own, task) {
                            self.list.push(Difference::Changed {
                                task: id,
                                values: (field.of(own), field.of(task)),
                            });
                        }
                    }
                }
            }
            // some programs end lines otherwise
            if let Some((before, after)) = notes.remove(&id)
                && before.trim_end().replace('\r', "") != after.trim_end().replace('\r', "")
            {
                self.list.push(Difference::Note {
                    task: id,
                    values: (before, after),
                });
            }
            self.list.extend(asked.remove(&id).unwrap_or_default());
        }
    }

    fn assigned(&self, into: &mut FxHashMap<TaskId, Vec<Difference>>) {
        let (order, before) = uses(self.ours);
        let (order_theirs, after) = uses(self.theirs);
        let there: FxHashSet<ResourceId> = self.theirs.resources.iter().map(|r| r.id).collect();
        let gone = order.into_iter().filter(|key| {
            // who is not in the file at all is not said to be gone
            self.known.contains(&key.0) && !after.contains_key(key) && there.contains(&key.1)
        });
        for key in order_theirs.into_iter().chain(gone) {
            let values = (before.get(&key).copied(), after.get(&key).copied());
            if values.0 != values.1 {
                into.entry(key.0).or_default().push(Difference::Assigned {
                    task: key.0,
                    resource: key.1,
                    values,
                });
            }
        }
    }

    fn links(&mut self) {
        let own: FxHashMap<LinkId, &Link> = self.ours.links.iter().map(|l| (l.id, l)).collect();
        for link in &self.theirs.links {
            match own.get(&link.id) {
                None => self.list.push(Difference::LinkAdded { link: link.clone() }),
                Some(own) if *own != link => self.list.push(Difference::LinkChanged {
                    values: ((*own).clone(), link.clone()),
                }),
                Some(_) => {}
            }
        }
        let theirs: FxHashSet<LinkId> = self.theirs.links.iter().map(|link| link.id).collect();
        for link in &self.ours.links {
            let ends = self.known.contains(&link.pred) && self.known.contains(&link.succ);
            if ends && !theirs.contains(&link.id) {
                self.list
                    .push(Difference::LinkRemoved { link: link.clone() });
            }
        }
    }

    fn gone(&mut self) {
        for task in &self.ours.tasks {
            if task.uid.is_some() && !self.known.contains(&task.id) {
                self.list.push(Difference::Removed { task: task.id });
            }
        }
    }
}

/// Which of these belong to a longest run that ascends.
fn ascending(places: &[usize]) -> Vec<bool> {
    // by length of the run: where its smallest last place stands
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(places.len());
    for (at, place) in places.iter().enumerate() {
        let less = |end: &usize| places.get(*end).is_some_and(|end| end < place);
        let length = ends.partition_point(less);
        before.push(
            length
                .checked_sub(1)
                .and_then(|last| ends.get(last).copied()),
        );
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut kept = vec![false; places.len()];
    let mut at = ends.last().copied();
    while let Some(here) = at {
        if let Some(slot) = kept.get_mut(here) {
            *slot = true;
        }
        at = before.get(here).copied().flatten();
    }
    kept
}
