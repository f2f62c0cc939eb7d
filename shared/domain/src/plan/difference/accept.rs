//! Edits for what was chosen of the differences.

use std::collections::BTreeSet;

use base::{CalendarId, LinkId, Moment, ResourceId, TaskId};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::apply::Tree;
use super::{Comparison, Difference, Edit, Value};
use crate::plan::{Link, Plan, Task};

/// What becomes of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Accepted {
    /// What is done to the plan and its progress, in this order.
    pub edits: Vec<Edit>,
    /// Notes as they are to be; they are documents of their own.
    pub notes: Vec<(TaskId, String)>,
    /// Differences that were not chosen and are taken all the same, since others need them.
    pub needed: BTreeSet<usize>,
    /// Differences that were chosen and are left out.
    pub left_out: Vec<LeftOut>,
}

/// A difference that was chosen and is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its place in [`Comparison::differences`].
    pub difference: usize,
    /// Why.
    pub why: Why,
}

/// Why a difference is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It belongs to a new task that is not taken.
    NoTask,
    /// One end of the link is a task that is not taken, or that goes.
    NoEnd,
    /// The task would lie below itself, since another move is not taken.
    BelowItself,
    /// Something lies below the task that does not go with it.
    NotEmpty,
    /// The task would have been finished before it started.
    BeforeStart,
    /// There is no such difference.
    Unknown,
}

/// Makes edits of the differences that were chosen, by their places in [`Comparison::differences`]. A new task takes the new
/// summaries that it lies under, whatever names a new calendar or resource takes that; the rest stands for itself. What
/// cannot be done alone is left out, and told. The edits are for the plan that was compared.
pub fn accept(ours: &Plan, comparison: &Comparison, chosen: &BTreeSet<usize>) -> Accepted {
    let list = &comparison.differences;
    let mut work = Work {
        ours,
        comparison,
        tasks: comparison
            .theirs
            .tasks
            .iter()
            .map(|task| (task.id, task))
            .collect(),
        places: Places::new(list),
        chosen: chosen.clone(),
        result: Accepted::default(),
    };
    let unknown: Vec<usize> = chosen
        .iter()
        .copied()
        .filter(|at| *at >= list.len())
        .collect();
    for at in unknown {
        work.chosen.remove(&at);
        work.leave(at, Why::Unknown);
    }
    work.close();
    work.actual_dates();
    work.edits();
    work.result.needed = work.chosen.difference(chosen).copied().collect();
    work.result
}

/// Where in the list what is made stands.
#[derive(Default)]
struct Places {
    tasks: FxHashMap<TaskId, usize>,
    calendars: FxHashMap<CalendarId, usize>,
    resources: FxHashMap<ResourceId, usize>,
    moves: FxHashMap<TaskId, usize>,
    /// When tasks started and were finished.
    actual: FxHashMap<TaskId, [Option<usize>; 2]>,
}

impl Places {
    fn new(list: &[Difference]) -> Self {
        let mut places = Self::default();
        for (at, difference) in list.iter().enumerate() {
            match difference {
                Difference::Added { task } => drop(places.tasks.insert(*task, at)),
                Difference::CalendarAdded { id } => drop(places.calendars.insert(*id, at)),
                Difference::ResourceAdded { id } => drop(places.resources.insert(*id, at)),
                Difference::Moved { task, .. } => drop(places.moves.insert(*task, at)),
                Difference::Changed { task, values } => {
                    let which = match values.1 {
                        Value::ActualStart(_) => 0,
                        Value::ActualFinish(_) => 1,
                        _ => continue,
                    };
                    if let Some(slot) = places.actual.entry(*task).or_default().get_mut(which) {
                        *slot = Some(at);
                    }
                }
                _ => {}
            }
        }
        places
    }
}

struct Work<'a> {
    ours: &'a Plan,
    comparison: &'a Comparison,
    tasks: FxHashMap<TaskId, &'a Task>,
    places: Places,
    /// What is taken.
    chosen: BTreeSet<usize>,
    result: Accepted,
}

impl Work<'_> {
    fn leave(&mut self, difference: usize, why: Why) {
        self.chosen.remove(&difference);
        self.result.left_out.push(LeftOut { difference, why });
    }

    /// Takes what others need: each once, since what was made needs only what comes before it.
    fn close(&mut self) {
        let mut open: Vec<usize> = self.chosen.iter().copied().collect();
        while let Some(at) = open.pop() {
            let Some(difference) = self.comparison.differences.get(at) else {
                continue;
            };
            let mut needs: Vec<Option<usize>> = Vec::new();
            let calendar =
                |id: Option<CalendarId>| id.and_then(|id| self.places.calendars.get(&id).copied());
            match difference {
                Difference::Added { task } | Difference::Moved { task, .. } => {
                    let task = self.tasks.get(task);
                    let parent = task.and_then(|task| task.parent);
                    needs.push(parent.and_then(|id| self.places.tasks.get(&id).copied()));
                    if matches!(difference, Difference::Added { .. }) {
                        needs.push(calendar(task.and_then(|task| task.calendar)));
                    }
                }
                Difference::Changed { values, .. } => {
                    if let Value::Calendar(id) = &values.1 {
                        needs.push(calendar(*id));
                    }
                }
                Difference::PlanCalendar { values } => needs.push(calendar(values.1)),
                Difference::ResourceAdded { id } => {
                    let all = &self.comparison.theirs.resources;
                    let resource = all.iter().find(|resource| resource.id == *id);
                    needs.push(calendar(resource.and_then(|resource| resource.calendar)));
                }
                Difference::ResourceChanged { values, .. } => {
                    needs.push(calendar(values.1.calendar))
                }
                Difference::Assigned {
                    resource, values, ..
                } if values.1.is_some() => {
                    needs.push(self.places.resources.get(resource).copied());
                }
                _ => {}
            }
            for need in needs.into_iter().flatten() {
                if self.chosen.insert(need) {
                    open.push(need);
                }
            }
        }
    }

    /// A start and a finish that do not belong together are taken together, or not at all.
    fn actual_dates(&mut self) {
        let turned = |start: Option<Moment>, finish: Option<Moment>| {
            start
                .zip(finish)
                .is_some_and(|(start, finish)| finish < start)
        };
        for own in &self.ours.tasks {
            let (Some(places), Some(theirs)) = (
                self.places.actual.get(&own.id).copied(),
                self.tasks.get(&own.id),
            ) else {
                continue;
            };
            let taken = places.map(|at| at.is_some_and(|at| self.chosen.contains(&at)));
            let start = if taken[0] {
                theirs.actual_start
            } else {
                own.actual_start
            };
            let finish = if taken[1] {
                theirs.actual_finish
            } else {
                own.actual_finish
            };
            if taken == [false, false] || !turned(start, finish) {
                continue;
            }
            match turned(theirs.actual_start, theirs.actual_finish) {
                false => self.chosen.extend(places.into_iter().flatten()),
                true => {
                    for at in places.into_iter().flatten() {
                        if self.chosen.contains(&at) {
                            self.leave(at, Why::BeforeStart);
                        }
                    }
                }
            }
        }
    }

    fn edits(&mut self) {
        let theirs = &self.comparison.theirs;
        let all = &self.comparison.differences;
        let taken: Vec<usize> = self.chosen.iter().copied().collect();
        let put = |result: &mut Accepted, edit| result.edits.push(edit);
        // what others name, first
        for at in &taken {
            let edit = match all.get(*at) {
                Some(Difference::CalendarAdded { id } | Difference::CalendarChanged { id, .. }) => {
                    let found = theirs.calendars.iter().find(|(of, _)| of == id);
                    found.map(|(id, calendar)| Edit::Calendar {
                        id: *id,
                        calendar: calendar.clone(),
                    })
                }
                _ => None,
            };
            edit.into_iter()
                .for_each(|edit| put(&mut self.result, edit));
        }
        for at in &taken {
            let edit = match all.get(*at) {
                Some(Difference::Start { values }) => Some(Edit::Start(values.1)),
                Some(Difference::DataDate { values }) => Some(Edit::DataDate(values.1)),
                Some(Difference::PlanCalendar { values }) => Some(Edit::PlanCalendar(values.1)),
                Some(Difference::ResourceAdded { id } | Difference::ResourceChanged { id, .. }) => {
                    let found = theirs.resources.iter().find(|resource| resource.id == *id);
                    found.map(|resource| Edit::Resource(Box::new(resource.clone())))
                }
                _ => None,
            };
            edit.into_iter()
                .for_each(|edit| put(&mut self.result, edit));
        }
        let mut tree = Tree::new(self.ours);
        self.places_of_tasks(&mut tree);
        let going = self.going(&tree, &taken);
        for at in &taken {
            self.of_tasks(*at, &tree, &going);
        }
        self.links(&taken, &tree, &going);
        if !going.is_empty() {
            let order = tree.order();
            let gone = order.into_iter().filter(|id| going.contains(id)).collect();
            put(&mut self.result, Edit::Remove(gone));
        }
    }

    /// New and moved tasks, in the order of the file: what a task lies under is where it belongs before the task comes.
    fn places_of_tasks(&mut self, tree: &mut Tree) {
        let mut before: FxHashMap<Option<TaskId>, Vec<TaskId>> = FxHashMap::default();
        for task in &self.comparison.theirs.tasks {
            let siblings = before.entry(task.parent).or_default();
            let added = self.places.tasks.get(&task.id);
            let moved = self.places.moves.get(&task.id);
            let at = added.or(moved).copied();
            if let Some(at) = at.filter(|at| self.chosen.contains(at)) {
                let after = siblings.iter().rev().copied();
                let after = after
                    .into_iter()
                    .find(|id| tree.parent(*id) == Some(task.parent));
                let below = task
                    .parent
                    .is_some_and(|parent| tree.is_below(parent, task.id));
                let nowhere = task.parent.is_some_and(|parent| !tree.contains(parent));
                if below {
                    self.leave(at, Why::BelowItself);
                } else if nowhere {
                    self.leave(at, Why::NoTask);
                } else {
                    tree.put(task.id, task.parent, after);
                    self.result.edits.push(match added {
                        Some(_) => Edit::Add {
                            task: Box::new((*task).clone()),
                            after,
                        },
                        None => Edit::Move {
                            task: task.id,
                            parent: task.parent,
                            after,
                        },
                    });
                }
            }
            siblings.push(task.id);
        }
    }

    /// The tasks that go: those below which nothing stays.
    fn going(&mut self, tree: &Tree, taken: &[usize]) -> FxHashSet<TaskId> {
        let mut going: FxHashMap<TaskId, usize> = FxHashMap::default();
        for at in taken {
            if let Some(Difference::Removed { task }) = self.comparison.differences.get(*at) {
                going.insert(*task, *at);
            }
        }
        // children come after their parents: what stays keeps all above it
        for id in tree.order().into_iter().rev() {
            if !going.contains_key(&id)
                && let Some(parent) = tree.parent(id).flatten()
                && let Some(at) = going.remove(&parent)
            {
                self.leave(at, Why::NotEmpty);
            }
        }
        going.into_keys().collect()
    }

    fn of_tasks(&mut self, at: usize, tree: &Tree, going: &FxHashSet<TaskId>) {
        let there = |id: TaskId| tree.contains(id) && !going.contains(&id);
        match self.comparison.differences.get(at) {
            Some(Difference::Changed { task, values }) if there(*task) => {
                self.result.edits.push(Edit::Set {
                    task: *task,
                    value: values.1.clone(),
                });
            }
            Some(Difference::Assigned {
                task,
                resource,
                values,
            }) if there(*task) => self.result.edits.push(Edit::Assign {
                task: *task,
                resource: *resource,
                part: values.1,
            }),
            Some(Difference::Note { task, values }) if there(*task) => {
                self.result.notes.push((*task, values.1.clone()));
            }
            Some(
                Difference::Changed { .. } | Difference::Assigned { .. } | Difference::Note { .. },
            ) => self.leave(at, Why::NoTask),
            _ => {}
        }
    }

    fn links(&mut self, taken: &[usize], tree: &Tree, going: &FxHashSet<TaskId>) {
        let there = |id: TaskId| tree.contains(id) && !going.contains(&id);
        let mut later = Vec::new();
        let known: FxHashSet<LinkId> = self.ours.links.iter().map(|link| link.id).collect();
        for at in taken {
            match self.comparison.differences.get(*at) {
                Some(Difference::LinkRemoved { link }) if known.contains(&link.id) => {
                    self.result.edits.push(Edit::RemoveLink(link.id));
                }
                Some(Difference::LinkChanged { values: (_, link) }) => later.push(Edit::Link {
                    id: link.id,
                    kind: link.kind,
                    lag: link.lag,
                }),
                Some(Difference::LinkAdded { link }) => {
                    let Link { pred, succ, .. } = *link;
                    match there(pred) && there(succ) {
                        true => later.push(Edit::AddLink(link.clone())),
                        false => self.leave(*at, Why::NoEnd),
                    }
                }
                _ => {}
            }
        }
        self.result.edits.extend(later);
    }
}
