//! The longest path: from the tasks that end with the plan back along what drives them (Primavera's "longest path").

use base::{Minutes, Moment};

use super::Dates;
use super::forward::{self, Early, Span};
use super::network::{Network, Node};
use crate::plan::LinkKind;

/// Marks the rows of all tasks on it, summaries with their children.
pub(super) fn mark(network: &Network, early: &Early, rows: &mut [Dates]) {
    let mut way: Vec<usize> = Vec::new();
    for (at, (task, span)) in network.tasks.iter().zip(&early.spans).enumerate() {
        if !task.summary && !task.inactive && span.finish_at == early.finish {
            way.push(at);
        }
    }
    let mut seen = vec![false; network.tasks.len()];
    while let Some(at) = way.pop() {
        if seen.get(at).copied().unwrap_or(true) {
            continue;
        }
        seen[at] = true;
        let (Some(task), Some(span)) = (network.tasks.get(at), early.spans.get(at)) else {
            continue;
        };
        if !fixed(task) {
            drivers(network, early, at, task, span, &mut way);
        }
    }
    for (at, row) in rows.iter_mut().enumerate() {
        row.longest = seen.get(at).copied().unwrap_or(false) && !row.summary;
    }
    for at in 0..network.tasks.len() {
        let mut above = match rows.get(at) {
            Some(row) if row.longest && !row.summary => network.tasks[at].parent,
            _ => None,
        };
        while let Some(parent) = above {
            match rows.get_mut(parent) {
                Some(row) if !row.longest => row.longest = true,
                _ => break,
            }
            above = network.tasks.get(parent).and_then(|task| task.parent);
        }
    }
}

/// Nothing drives it: its dates are given.
fn fixed(task: &Node) -> bool {
    task.placed.is_some() || task.actual_finish.is_some()
}

/// What drives a task, directly or through the summaries above it.
fn drivers(
    network: &Network,
    early: &Early,
    at: usize,
    task: &Node,
    span: &Span,
    way: &mut Vec<usize>,
) {
    let work = network.work(task);
    let rest: Minutes = span.finish - span.resume;
    let mut level = Some(at);
    while let Some(here) = level {
        for edge in network.into.row(here).filter_map(|e| network.edges.get(e)) {
            let ends = network.tasks.get(edge.pred).zip(early.spans.get(edge.pred));
            let Some((pred, from)) = ends else { continue };
            let asked: Moment = forward::asks(network, edge, pred, from, None);
            let asked = work.work_at(asked);
            let drives = match edge.kind {
                LinkKind::FinishStart | LinkKind::StartStart => asked == span.resume,
                LinkKind::FinishFinish | LinkKind::StartFinish => asked - rest == span.resume,
            };
            if drives {
                let at_finish = matches!(edge.kind, LinkKind::FinishStart | LinkKind::FinishFinish);
                reach(network, early, edge.pred, at_finish, way);
            }
        }
        level = network.tasks.get(here).and_then(|task| task.parent);
    }
}

/// Adds a task, or what lies under a summary and ends, or begins, with it.
fn reach(network: &Network, early: &Early, at: usize, at_finish: bool, way: &mut Vec<usize>) {
    let mut open = vec![at];
    while let Some(at) = open.pop() {
        let (Some(task), Some(span)) = (network.tasks.get(at), early.spans.get(at)) else {
            continue;
        };
        if !task.summary {
            way.push(at);
            continue;
        }
        let with = |child: &usize| match (early.spans.get(*child), at_finish) {
            (Some(child), true) => child.finish_at == span.finish_at,
            (Some(child), false) => child.start_at == span.start_at,
            (None, _) => false,
        };
        open.extend(network.children.row(at).filter(with));
    }
}
