//! The shortest circle that a link closes: what a person has to look at, and no more.

use std::collections::VecDeque;

use base::{TaskId, sort};

use super::super::network::{Edge, Node, Table};
use super::{Arc, entry, followers};

/// How many steps all searches may look at together: only plans made to annoy have more.
const LOOKS: usize = 2_000_000;

/// Names for each link that was cut the shortest circle through it and the links that stayed; where these hold none, the
/// one that was found stands.
pub(super) fn name(
    tasks: &[Node],
    children: &Table,
    edges: &[Edge],
    cuts: &mut [(Edge, Vec<TaskId>)],
) {
    let from = Table::new(tasks.len(), edges.iter().map(|e| e.pred).zip(0..));
    let mut search = Search {
        tasks,
        children,
        edges,
        from,
        led: vec![usize::MAX; 2 * tasks.len()],
        seen: Vec::new(),
        looks: LOOKS,
    };
    sort::by_key(cuts, |(edge, _)| edge.id);
    for (edge, named) in cuts {
        if let Some(way) = search.way(entry(tasks, edge.succ), edge.pred) {
            *named = way;
        }
    }
}

struct Search<'a> {
    tasks: &'a [Node],
    children: &'a Table,
    edges: &'a [Edge],
    from: Table,
    /// Which step led to each, for one search.
    led: Vec<usize>,
    /// The steps that the last search came to.
    seen: Vec<usize>,
    looks: usize,
}

impl Search<'_> {
    /// The tasks from one step to another on a shortest way, each once; among equals the one of the smallest ids.
    fn way(&mut self, start: usize, goal: usize) -> Option<Vec<TaskId>> {
        for step in self.seen.drain(..) {
            self.led[step] = usize::MAX;
        }
        let count = self.tasks.len().max(1);
        let id = |step: usize| self.tasks.get(step % count).map(|task| task.id);
        let mut next = VecDeque::from([start]);
        *self.led.get_mut(start)? = start;
        self.seen.push(start);
        while let Some(step) = next.pop_front() {
            if step == goal {
                break;
            }
            self.looks = self.looks.checked_sub(1)?;
            let mut arcs: Vec<Arc> = Vec::new();
            let (tasks, children, edges) = (self.tasks, self.children, self.edges);
            followers(tasks, children, &self.from, edges, step, |arc| {
                arcs.push(arc);
            });
            sort::by_key(&mut arcs, |arc| id(arc.to));
            for arc in arcs {
                if let Some(slot) = self.led.get_mut(arc.to)
                    && *slot == usize::MAX
                {
                    *slot = step;
                    self.seen.push(arc.to);
                    next.push_back(arc.to);
                }
            }
        }
        let mut way = Vec::new();
        let mut at = goal;
        loop {
            let led = *self.led.get(at)?;
            if led == usize::MAX {
                return None;
            }
            way.extend(id(at));
            if at == start {
                break;
            }
            at = led;
        }
        way.reverse();
        way.dedup();
        Some(way)
    }
}
