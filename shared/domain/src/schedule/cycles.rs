//! The order of the passes, and what to do where tasks wait for each other in a circle.

use base::TaskId;
use base::sort;

mod shortest;

use super::Problem;
use super::network::{Edge, Node, Step, Table};

/// How often a search that had to cut a link in passing is run again before links are cut wholesale.
const ROUNDS: usize = 64;

/// How many tasks all reported cycles may name together; later ones name only the ends of the cut link.
const NAMES: usize = 200_000;

/// One step waits for another: because of a link, or because of the outline.
#[derive(Clone, Copy)]
pub(super) struct Arc {
    pub(super) to: usize,
    /// The edge; `None` for the outline, which is never cut.
    edge: Option<usize>,
}

/// All steps in an order in which each comes after what it waits for, and the links out of each task. Links that close a
/// cycle are taken out of `edges`, and reported; which ones depends on ids only, not on the order of the input.
pub(super) fn order(
    tasks: &[Node],
    children: &Table,
    edges: &mut Vec<Edge>,
    problems: &mut Vec<Problem>,
) -> (Vec<Step>, Table) {
    let (mut steps, mut from) = sorted(tasks, children, edges);
    if steps.len() == step_count(tasks) {
        return (steps, from);
    }
    let mut cuts: Vec<(Edge, Vec<TaskId>)> = Vec::new();
    for round in 0.. {
        let found = search(tasks, children, &from, edges);
        let done = !found.again;
        let mut cut = vec![false; edges.len()];
        for (edge, cycle) in found.cycles {
            if let (Some(slot), Some(edge)) = (cut.get_mut(edge), edges.get(edge)) {
                *slot = true;
                cuts.push((*edge, cycle));
            }
        }
        if !done && round >= ROUNDS {
            // only a plan made to annoy comes here: leave out every link that still waits in a circle
            let waiting = unsorted(tasks, &steps);
            for (slot, edge) in cut.iter_mut().zip(edges.iter()) {
                *slot |=
                    waiting.get(edge.pred) == Some(&true) && waiting.get(edge.succ) == Some(&true);
            }
            for (edge, _) in edges.iter().zip(&cut).filter(|(_, cut)| **cut) {
                problems.push(Problem::Cycle {
                    tasks: Vec::new(),
                    cut: edge.id,
                });
            }
        }
        let mut keep = cut.iter().map(|cut| !cut);
        edges.retain(|_| keep.next().unwrap_or(true));
        (steps, from) = sorted(tasks, children, edges);
        if steps.len() == step_count(tasks) || (cut.iter().all(|cut| !cut)) {
            break;
        }
    }
    shortest::name(tasks, children, edges, &mut cuts);
    problems.extend(cuts.into_iter().map(|(edge, tasks)| Problem::Cycle {
        tasks,
        cut: edge.id,
    }));
    (steps, from)
}

fn step_count(tasks: &[Node]) -> usize {
    tasks.len() + tasks.iter().filter(|t| t.summary).count()
}

/// Which tasks have a step that is not in `steps`.
fn unsorted(tasks: &[Node], steps: &[Step]) -> Vec<bool> {
    let mut waiting = vec![true; tasks.len()];
    for step in steps {
        if let Step::Leaf(at) | Step::Sum(at) = step
            && let Some(slot) = waiting.get_mut(*at)
        {
            *slot = false;
        }
    }
    waiting
}

/// The number of the step where a link into a task arrives: the task, or the gate of a summary.
pub(super) fn entry(tasks: &[Node], at: usize) -> usize {
    match tasks.get(at) {
        Some(task) if task.summary => tasks.len() + at,
        _ => at,
    }
}

/// Calls `visit` with all steps that wait for `step`.
pub(super) fn followers(
    tasks: &[Node],
    children: &Table,
    from: &Table,
    edges: &[Edge],
    step: usize,
    mut visit: impl FnMut(Arc),
) {
    if let Some(summary) = step.checked_sub(tasks.len()) {
        for child in children.row(summary) {
            visit(Arc {
                to: entry(tasks, child),
                edge: None,
            });
        }
        return;
    }
    for edge in from.row(step) {
        if let Some(Edge { succ, .. }) = edges.get(edge) {
            visit(Arc {
                to: entry(tasks, *succ),
                edge: Some(edge),
            });
        }
    }
    if let Some(parent) = tasks.get(step).and_then(|task| task.parent) {
        visit(Arc {
            to: parent,
            edge: None,
        });
    }
}

/// The steps that can be put in order; those in and behind cycles are missing. And the links out of each task.
fn sorted(tasks: &[Node], children: &Table, edges: &[Edge]) -> (Vec<Step>, Table) {
    let from = Table::new(tasks.len(), edges.iter().map(|e| e.pred).zip(0..));
    let mut waits = vec![0u32; 2 * tasks.len()];
    for (at, task) in tasks.iter().enumerate() {
        // a gate waits for its parent's gate, a leaf likewise, a sum for its children
        if task.parent.is_some() {
            waits[entry(tasks, at)] += 1;
        }
        if task.summary {
            waits[at] += children.row(at).count() as u32;
        }
    }
    for edge in edges {
        waits[entry(tasks, edge.succ)] += 1;
    }
    let mut ready: Vec<usize> = (tasks.iter().enumerate())
        .map(|(at, _)| entry(tasks, at))
        .filter(|step| waits.get(*step) == Some(&0))
        .collect();
    let mut steps = Vec::with_capacity(tasks.len());
    while let Some(step) = ready.pop() {
        steps.push(match step.checked_sub(tasks.len()) {
            Some(summary) => Step::Gate(summary),
            None if tasks.get(step).is_some_and(|t| t.summary) => Step::Sum(step),
            None => Step::Leaf(step),
        });
        followers(tasks, children, &from, edges, step, |arc| {
            if let Some(count) = waits.get_mut(arc.to) {
                *count -= 1;
                if *count == 0 {
                    ready.push(arc.to);
                }
            }
        });
    }
    (steps, from)
}

/// What one search found.
struct Found {
    /// Edges to cut, each with its cycle.
    cycles: Vec<(usize, Vec<TaskId>)>,
    /// A cut was made on the way and not at its end: there may be more.
    again: bool,
}

/// Walks depth first, in the order of ids, and cuts each link that leads back onto the way.
fn search(tasks: &[Node], children: &Table, from: &Table, edges: &[Edge]) -> Found {
    let link = |edge: usize| edges.get(edge).map(|edge| edge.id);
    let id = |step: usize| tasks.get(step % tasks.len().max(1)).map(|task| task.id);
    let arcs = |step: usize| {
        let mut arcs: Vec<Arc> = Vec::new();
        followers(tasks, children, from, edges, step, |arc| arcs.push(arc));
        sort::by_key(&mut arcs, |arc| (id(arc.to), arc.edge.and_then(link)));
        arcs.reverse();
        arcs
    };
    let mut roots: Vec<usize> = (0..tasks.len()).collect();
    sort::by_key(&mut roots, |at| id(*at));
    let mut found = Found {
        cycles: Vec::new(),
        again: false,
    };
    // 0: not seen, 1: on the way, 2: done; and where on the way
    let mut state = vec![0u8; 2 * tasks.len()];
    let mut place = vec![0usize; 2 * tasks.len()];
    // places on the way whose edge was cut after it was walked
    let mut opened: Vec<usize> = Vec::new();
    let mut names = NAMES;
    for root in roots {
        let root = entry(tasks, root);
        if state.get(root) != Some(&0) {
            continue;
        }
        // the way: each step, the edge that led to it, and where it may still go
        let mut way: Vec<(usize, Option<usize>, Vec<Arc>)> = vec![(root, None, arcs(root))];
        state[root] = 1;
        while let Some((step, _, left)) = way.last_mut() {
            let step = *step;
            let Some(arc) = left.pop() else {
                state[step] = 2;
                way.pop();
                while opened.last().is_some_and(|at| *at >= way.len()) {
                    opened.pop();
                }
                continue;
            };
            match state.get(arc.to) {
                Some(0) => {
                    state[arc.to] = 1;
                    place[arc.to] = way.len();
                    way.push((arc.to, arc.edge, arcs(arc.to)));
                }
                Some(1) => {
                    let start = place[arc.to];
                    if opened.last().is_some_and(|at| *at > start) {
                        continue; // cut open already
                    }
                    let edge = match arc.edge {
                        Some(edge) => edge,
                        None => {
                            // the outline closes it: cut the greatest link on the way, and look again
                            found.again = true;
                            let links = (way.iter().enumerate().skip(start + 1))
                                .filter_map(|(at, w)| Some((w.1?, at)));
                            let Some((edge, at)) = links.max_by_key(|(edge, _)| link(*edge)) else {
                                continue;
                            };
                            opened.push(at);
                            sort::plain(&mut opened);
                            edge
                        }
                    };
                    let circle = way.get(start..).unwrap_or(&[]);
                    let ends = [circle.first(), circle.last()];
                    let named: Vec<usize> = if circle.len() <= names {
                        circle.iter().map(|w| w.0).collect()
                    } else {
                        ends.into_iter().flatten().map(|w| w.0).collect()
                    };
                    names = names.saturating_sub(named.len());
                    found.cycles.push((edge, name(tasks, edges, named, edge)));
                }
                _ => {}
            }
        }
    }
    found
}

/// The tasks of a cycle, from the cut link's successor on, each once.
fn name(tasks: &[Node], edges: &[Edge], circle: Vec<usize>, edge: usize) -> Vec<TaskId> {
    let mut named: Vec<usize> = circle
        .into_iter()
        .map(|step| step % tasks.len().max(1))
        .collect();
    let succ = edges.get(edge).map(|e| e.succ);
    let start = named.iter().position(|at| Some(*at) == succ).unwrap_or(0);
    named.rotate_left(start);
    named.dedup();
    named
        .into_iter()
        .filter_map(|at| tasks.get(at).map(|task| task.id))
        .collect()
}
