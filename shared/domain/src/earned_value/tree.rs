//! The outline as a flat array: each branch before what lies under it, so that all of it is one range.

use base::{TaskId, sort};
use rustc_hash::FxHashMap;

use super::Problem;
use super::baseline::Planned;

/// Places of an array of tasks, in outline order.
pub(super) struct Tree {
    /// For each place in the outline, which task stands there.
    pub(super) order: Vec<usize>,
    /// For each place, the place after the last that lies under it.
    pub(super) end: Vec<usize>,
    /// For each place, the place of its branch.
    pub(super) parent: Vec<Option<usize>>,
}

/// Puts tasks in outline order; those of one branch stay in the order given. Total: a branch that is not there and a
/// circle leave a task at the top.
pub(super) fn tree(
    tasks: &[Planned],
    index: &FxHashMap<TaskId, usize>,
    problems: &mut Vec<Problem>,
) -> Tree {
    let mut above: Vec<Option<usize>> = Vec::with_capacity(tasks.len());
    for task in tasks {
        let at = task.parent.and_then(|id| index.get(&id)).copied();
        if task.parent.is_some() && at.is_none() {
            problems.push(Problem::NoBranch { task: task.task });
        }
        above.push(at);
    }
    cut_circles(tasks, &mut above, problems);
    // the tasks of each branch, as chains from the first
    let mut first: Vec<Option<usize>> = vec![None; tasks.len()];
    let mut next: Vec<Option<usize>> = vec![None; tasks.len()];
    let mut top = None;
    for (at, parent) in above.iter().enumerate().rev() {
        let head = match parent {
            Some(parent) => first.get_mut(*parent),
            None => Some(&mut top),
        };
        if let (Some(head), Some(slot)) = (head, next.get_mut(at)) {
            *slot = head.replace(at);
        }
    }
    let mut tree = Tree {
        order: Vec::with_capacity(tasks.len()),
        end: vec![0; tasks.len()],
        parent: Vec::with_capacity(tasks.len()),
    };
    // the task to visit, and the place of its branch; the chain goes on after it
    let mut open: Vec<(Option<usize>, Option<usize>)> = vec![(top, None)];
    while let Some((at, parent)) = open.pop() {
        let Some(at) = at else {
            // all that lies under `parent` has its place
            let end = tree.order.len();
            if let Some(slot) = parent.and_then(|place| tree.end.get_mut(place)) {
                *slot = end;
            }
            continue;
        };
        let place = tree.order.len();
        tree.order.push(at);
        tree.parent.push(parent);
        open.push((next.get(at).copied().flatten(), parent));
        open.push((first.get(at).copied().flatten(), Some(place)));
    }
    tree
}

/// Lifts one task of each circle to the top: the one with the least id.
fn cut_circles(tasks: &[Planned], above: &mut [Option<usize>], problems: &mut Vec<Problem>) {
    // by which walk a task was seen first
    let mut seen: Vec<usize> = vec![usize::MAX; tasks.len()];
    for walk in 0..tasks.len() {
        let mut at = Some(walk);
        while let Some(here) = at.filter(|at| seen.get(*at) == Some(&usize::MAX)) {
            if let Some(slot) = seen.get_mut(here) {
                *slot = walk;
            }
            at = above.get(here).copied().flatten();
        }
        // the walk came back to its own steps
        let Some(met) = at.filter(|at| seen.get(*at) == Some(&walk)) else {
            continue;
        };
        let mut circle = vec![met];
        let mut at = above.get(met).copied().flatten();
        while let Some(here) = at.filter(|at| *at != met) {
            circle.push(here);
            at = above.get(here).copied().flatten();
        }
        let id = |at: &usize| tasks.get(*at).map(|task| task.task);
        let least = (0..circle.len()).min_by_key(|n| circle.get(*n).and_then(id));
        circle.rotate_left(least.unwrap_or(0));
        if let Some(slot) = circle.first().and_then(|at| above.get_mut(*at)) {
            *slot = None;
        }
        problems.push(Problem::Circle {
            tasks: circle.iter().filter_map(id).collect(),
        });
    }
}

/// The tasks without those that are there twice, and where each is.
pub(super) fn unique(
    tasks: &[Planned],
    problems: &mut Vec<Problem>,
) -> (Vec<Planned>, FxHashMap<TaskId, usize>) {
    let mut kept: Vec<Planned> = Vec::with_capacity(tasks.len());
    let mut index: FxHashMap<TaskId, usize> = FxHashMap::default();
    for task in tasks {
        let known = index.get(&task.task).and_then(|at| kept.get_mut(*at));
        match known {
            Some(known) => {
                problems.push(Problem::Twice { task: task.task });
                if *task > *known {
                    *known = task.clone();
                }
            }
            None => {
                index.insert(task.task, kept.len());
                kept.push(task.clone());
            }
        }
    }
    (kept, index)
}

/// Sorts problems and leaves each once.
pub(super) fn tidy(mut problems: Vec<Problem>) -> Vec<Problem> {
    sort::plain(&mut problems);
    problems.dedup();
    problems
}
