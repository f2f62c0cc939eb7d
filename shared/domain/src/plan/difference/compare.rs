//! How a file differs from the plan as it is.

use base::{CalendarId, LinkId, ResourceId, TaskId, sort};
use rustc_hash::{FxHashMap, FxHashSet};

use super::matching::matches;
use super::rename::renamed;
use super::{Comparison, Covers, Difference, Field};
use crate::calendar::{Calendar, Exception};
use crate::plan::{Link, Plan, Task};
use crate::resource::{MOST, MOST_WORK, Use};

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
                    Some(own) if !same_calendar(own, calendar) => {
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

/// Whether two calendars say the same: exceptions that do not overlap may come in any order, and documents keep them by
/// their dates.
fn same_calendar(a: &Calendar, b: &Calendar) -> bool {
    let alike = (&a.name, &a.week, a.exceptions.len()) == (&b.name, &b.week, b.exceptions.len());
    alike && (a.exceptions == b.exceptions || sorted(a) == sorted(b))
}

/// Exceptions by how many others they overlay, then by their dates.
fn sorted(calendar: &Calendar) -> Vec<(usize, &Exception)> {
    let all = &calendar.exceptions;
    let mut ranked: Vec<(usize, &Exception)> = Vec::with_capacity(all.len());
    for one in all {
        let below = ranked
            .iter()
            .filter(|(_, other)| other.first <= one.last && one.first <= other.last);
        let rank = below.map(|(rank, _)| rank + 1).max().unwrap_or(0);
        ranked.push((rank, one));
    }
    sort::by_key(&mut ranked, |(rank, one)| (*rank, one.first, one.last));
    ranked
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
