//! How far a change of some tasks reaches: each pass again, but only for what hangs on something that changed.

use base::TaskId;
use rustc_hash::FxHashMap;

use super::backward::{Late, Walk};
use super::forward::{self, Early};
use super::network::{Edge, Network, Step};
use super::{Dates, Parts, rows as dates};

/// Marks one of a list; out of range is nothing.
fn mark(list: &mut [bool], at: usize) {
    if let Some(slot) = list.get_mut(at) {
        *slot = true;
    }
}

fn is(list: &[bool], at: usize) -> bool {
    list.get(at).copied().unwrap_or(false)
}

fn all(list: &[bool]) -> impl Iterator<Item = usize> + '_ {
    let marked = list.iter().enumerate().filter(|(_, marked)| **marked);
    marked.map(|(at, _)| at)
}

/// The tasks that wait for one.
fn after(network: &Network, at: usize) -> impl Iterator<Item = usize> + '_ {
    let edges = network.from.row(at);
    edges.filter_map(|edge| Some(network.edges.get(edge)?.succ))
}

/// The tasks that one waits for.
fn before(network: &Network, at: usize) -> impl Iterator<Item = usize> + '_ {
    let edges = network.into.row(at);
    edges.filter_map(|edge| Some(network.edges.get(edge)?.pred))
}

fn parent(network: &Network, at: usize) -> Option<usize> {
    network.tasks.get(at)?.parent
}

/// The early dates of what the touched tasks reach; gives the tasks that moved.
pub(super) fn forward(network: &Network, early: &mut Early, touched: &[bool]) -> Vec<bool> {
    // tasks and the beginnings of summaries; the ends of summaries
    let mut due = touched.to_vec();
    let mut sums = touched.to_vec();
    let mut moved = vec![false; touched.len()];
    for at in all(touched) {
        after(network, at).for_each(|succ| mark(&mut due, succ));
        network
            .children
            .row(at)
            .for_each(|child| mark(&mut due, child));
        if let Some(parent) = parent(network, at) {
            mark(&mut sums, parent);
        }
    }
    for step in &network.steps {
        match *step {
            Step::Gate(at) => {
                if !is(&due, at) {
                    continue;
                }
                let old = early.gates.get(at).copied();
                forward::step(network, early, *step, None);
                if early.gates.get(at).copied() != old {
                    network
                        .children
                        .row(at)
                        .for_each(|child| mark(&mut due, child));
                }
            }
            Step::Leaf(at) | Step::Sum(at) => {
                let list = match step {
                    Step::Sum(_) => &sums,
                    _ => &due,
                };
                if !is(list, at) {
                    continue;
                }
                let look = |early: &Early| {
                    (
                        early.spans.get(at).copied(),
                        early.shown.get(at).copied().flatten(),
                    )
                };
                let old = look(early);
                forward::step(network, early, *step, None);
                if look(early) != old {
                    mark(&mut moved, at);
                    after(network, at).for_each(|succ| mark(&mut due, succ));
                    if let Some(parent) = parent(network, at) {
                        mark(&mut sums, parent);
                    }
                }
            }
        }
    }
    early.end(network);
    moved
}

/// What is due going backward where some tasks were touched or moved.
fn due(network: &Network, reached: &[bool]) -> Vec<bool> {
    let mut due = reached.to_vec();
    for at in all(reached) {
        before(network, at).for_each(|pred| mark(&mut due, pred));
        network
            .children
            .row(at)
            .for_each(|child| mark(&mut due, child));
    }
    due
}

/// The latest finishes of what the reached tasks reach, the end of the plan being the same; gives those that changed.
pub(super) fn late(
    network: &Network,
    early: &Early,
    found: &mut Late,
    reached: &[bool],
) -> Vec<bool> {
    let mut due = due(network, reached);
    let mut gates = reached.to_vec();
    for at in all(reached) {
        if let Some(parent) = parent(network, at) {
            mark(&mut gates, parent);
        }
    }
    let mut changed = vec![false; reached.len()];
    let mut walk = Walk::new(network, early, std::mem::take(found));
    for step in network.steps.iter().rev() {
        match *step {
            Step::Sum(at) if is(&due, at) => {
                let old = walk.found.sums.get(at).copied();
                walk.close(at, None);
                if walk.found.sums.get(at).copied() != old {
                    network
                        .children
                        .row(at)
                        .for_each(|child| mark(&mut due, child));
                }
            }
            Step::Leaf(at) if is(&due, at) => {
                let limit = walk.leaf(at, None);
                if let Some(slot) = walk.found.finish.get_mut(at)
                    && *slot != limit
                {
                    *slot = limit;
                    mark(&mut changed, at);
                    before(network, at).for_each(|pred| mark(&mut due, pred));
                    if let Some(parent) = parent(network, at) {
                        mark(&mut gates, parent);
                    }
                }
            }
            Step::Gate(at) if is(&gates, at) => {
                let old = walk.found.gates.get(at).copied();
                walk.gate(at);
                if walk.found.gates.get(at).copied() != old {
                    before(network, at).for_each(|pred| mark(&mut due, pred));
                    if let Some(parent) = parent(network, at) {
                        mark(&mut gates, parent);
                    }
                }
            }
            _ => {}
        }
    }
    *found = walk.found;
    changed
}

/// As [`late`], for the finishes that move nothing else.
pub(super) fn free(
    network: &Network,
    early: &Early,
    found: &mut Late,
    reached: &[bool],
) -> Vec<bool> {
    let mut due = due(network, reached);
    let mut changed = vec![false; reached.len()];
    let mut walk = Walk::new(network, early, std::mem::take(found));
    for step in network.steps.iter().rev() {
        match *step {
            Step::Sum(at) if is(&due, at) => {
                let old = walk.found.sums.get(at).copied();
                walk.close(at, Some(early));
                walk.keep_sum(at);
                mark(&mut changed, at);
                if walk.found.sums.get(at).copied() != old {
                    network
                        .children
                        .row(at)
                        .for_each(|child| mark(&mut due, child));
                }
            }
            Step::Leaf(at) if is(&due, at) => {
                let limit = walk.leaf(at, Some(early));
                if let Some(slot) = walk.found.finish.get_mut(at)
                    && *slot != limit
                {
                    *slot = limit;
                    mark(&mut changed, at);
                }
            }
            _ => {}
        }
    }
    *found = walk.found;
    changed
}

/// The rows of the tasks that are due, and of the summaries above them.
pub(super) fn rows(parts: &mut Parts, due: &[bool]) {
    let Parts {
        network,
        early,
        late,
        free,
        schedule,
        ..
    } = parts;
    let mut sums = due.to_vec();
    for at in all(due) {
        let row = dates::leaf(network, early, &late.finish, &free.finish, at);
        if let Some(slot) = schedule.rows.get_mut(at) {
            *slot = row.unwrap_or_default();
        }
        if let Some(parent) = parent(network, at) {
            mark(&mut sums, parent);
        }
    }
    for step in &network.steps {
        if let Step::Sum(at) = *step
            && is(&sums, at)
        {
            let row = dates::summary(network, &schedule.rows, &free.finish, at)
                .or_else(|| dates::leaf(network, early, &late.finish, &free.finish, at));
            if let Some(slot) = schedule.rows.get_mut(at) {
                *slot = row.unwrap_or_default();
            }
            if let Some(parent) = parent(network, at) {
                mark(&mut sums, parent);
            }
        }
    }
    (schedule.start, schedule.finish) = dates::ends(network, &schedule.rows);
}

/// What was found for the tasks of one network, put where they stand in the next.
pub(super) struct Carried {
    early: Early,
    late: Late,
    free: Late,
    rows: Vec<Dates>,
    touched: Vec<bool>,
}

impl Carried {
    /// `None` where tasks cannot be told apart.
    pub(super) fn new(parts: &Parts, next: &Network) -> Option<Self> {
        let last = &parts.network;
        let count = next.tasks.len();
        let from = origins(last, next)?;
        let mut to = vec![None; last.tasks.len()];
        for (new, old) in from.iter().enumerate() {
            if let Some(slot) = old.and_then(|old| to.get_mut(old)) {
                *slot = Some(new);
            }
        }
        let mut carried = Self {
            early: Early::new(next),
            late: Late::new(count),
            free: Late::new(count),
            rows: vec![Dates::default(); count],
            touched: vec![true; count],
        };
        let place = |old: usize| to.get(old).copied().flatten();
        for (new, old) in from.iter().enumerate() {
            let Some(old) = *old else { continue };
            let (Some(then), Some(now)) = (last.tasks.get(old), next.tasks.get(new)) else {
                continue;
            };
            if then.summary != now.summary {
                continue;
            }
            carried.take(parts, old, new);
            let mut same = *then;
            same.parent = now.parent;
            let into = |network: &Network, at: usize| network.into.row(at).collect::<Vec<_>>();
            let out = |network: &Network, at: usize| network.from.row(at).collect::<Vec<_>>();
            let is = same == *now
                && then.parent.map(place) == now.parent.map(Some)
                && edges(last, next, &into(last, old), &into(next, new), &place)
                && edges(last, next, &out(last, old), &out(next, new), &place)
                && (last.children.row(old).map(place)).eq(next.children.row(new).map(Some));
            if let (true, Some(slot)) = (is, carried.touched.get_mut(new)) {
                *slot = false;
            }
        }
        Some(carried)
    }

    fn take(&mut self, parts: &Parts, old: usize, new: usize) {
        fn put<T: Copy>(to: &mut [T], new: usize, from: &[T], old: usize) {
            if let (Some(slot), Some(value)) = (to.get_mut(new), from.get(old)) {
                *slot = *value;
            }
        }
        let (early, late, free) = (&parts.early, &parts.late, &parts.free);
        put(&mut self.early.spans, new, &early.spans, old);
        put(&mut self.early.shown, new, &early.shown, old);
        put(&mut self.early.cut, new, &early.cut, old);
        put(&mut self.early.gates, new, &early.gates, old);
        for (to, from) in [(&mut self.late, late), (&mut self.free, free)] {
            put(&mut to.finish, new, &from.finish, old);
            put(&mut to.gates, new, &from.gates, old);
            put(&mut to.sums, new, &from.sums, old);
        }
        put(&mut self.rows, new, &parts.schedule.rows, old);
    }

    /// Puts it all there; gives the tasks that are not as they were.
    pub(super) fn into(self, parts: &mut Parts) -> Vec<bool> {
        let finish = parts.early.finish;
        parts.early = self.early;
        parts.early.finish = finish;
        parts.late = self.late;
        parts.free = self.free;
        parts.schedule.rows = self.rows;
        self.touched
    }
}

/// Where each task of the next network stood; `None` where an id is there twice.
fn origins(last: &Network, next: &Network) -> Option<Vec<Option<usize>>> {
    let mut index: FxHashMap<TaskId, usize> = FxHashMap::default();
    for (at, task) in last.tasks.iter().enumerate() {
        if index.insert(task.id, at).is_some() {
            return None;
        }
    }
    let mut taken = vec![false; last.tasks.len()];
    let mut from = Vec::with_capacity(next.tasks.len());
    let mut fresh: FxHashMap<TaskId, ()> = FxHashMap::default();
    for task in &next.tasks {
        let old = index.get(&task.id).copied();
        let twice = match old {
            Some(old) => std::mem::replace(taken.get_mut(old)?, true),
            None => fresh.insert(task.id, ()).is_some(),
        };
        if twice {
            return None;
        }
        from.push(old);
    }
    Some(from)
}

/// Whether links of one network are those of the next, in the same order.
fn edges(
    last: &Network,
    next: &Network,
    then: &[usize],
    now: &[usize],
    place: &impl Fn(usize) -> Option<usize>,
) -> bool {
    let same = |(then, now): (&usize, &usize)| {
        let (Some(then), Some(now)): (Option<&Edge>, Option<&Edge>) =
            (last.edges.get(*then), next.edges.get(*now))
        else {
            return false;
        };
        place(then.pred) == Some(now.pred)
            && place(then.succ) == Some(now.succ)
            && then.id == now.id
            && then.kind == now.kind
            && then.lag == now.lag
            && then.delay == now.delay
            && then.calendar == now.calendar
    };
    then.len() == now.len() && then.iter().zip(now).all(same)
}
