//! Moves in the outline, as commands: indent, outdent, up, down, drop. Pure.

use std::collections::HashSet;

use shared::base::TaskId;
use shared::doc::command::Command;

use super::outline::Outline;

/// Where dragged rows are dropped, seen from the row under the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drop {
    /// Before it, beside it.
    Before,
    /// Under it, as its last.
    Into,
    /// After it and all below it, beside it.
    After,
}

/// One level deeper: under the sibling before. Neighbours go together.
pub(crate) fn indent(outline: &Outline, chosen: &HashSet<TaskId>) -> Vec<Command> {
    let mut commands = Vec::new();
    for run in runs(outline, chosen) {
        let Some(first) = run.first() else { continue };
        let Some(under) = outline.previous_sibling(*first) else {
            continue;
        };
        commands.extend(go(
            outline,
            &run,
            Some(under),
            outline.last_child(Some(under)),
        ));
    }
    commands
}

/// One level up: after the parent, beside it.
pub(crate) fn outdent(outline: &Outline, chosen: &HashSet<TaskId>) -> Vec<Command> {
    let mut commands = Vec::new();
    for run in runs(outline, chosen) {
        let Some(parent) = run.first().and_then(|first| outline.parent(*first)) else {
            continue;
        };
        commands.extend(go(outline, &run, outline.parent(parent), Some(parent)));
    }
    commands
}

/// Up (or down) among the siblings; beyond the end of a summary, nothing moves.
pub(crate) fn shift(outline: &Outline, chosen: &HashSet<TaskId>, up: bool) -> Vec<Command> {
    let mut commands = Vec::new();
    for run in runs(outline, chosen) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        let after = if up {
            match outline.previous_sibling(*first) {
                Some(before) => outline.previous_sibling(before),
                None => continue,
            }
        } else {
            match outline.next_sibling(*last) {
                Some(next) => Some(next),
                None => continue,
            }
        };
        commands.extend(go(outline, &run, outline.parent(*first), after));
    }
    commands
}

/// Dropped at the row at `target`. Nothing where a task would come to lie under itself.
pub(crate) fn drop(
    outline: &Outline,
    chosen: &HashSet<TaskId>,
    target: usize,
    place: Drop,
) -> Option<Command> {
    let roots = outline.roots(chosen);
    let under_itself = |at: usize| {
        roots
            .iter()
            .any(|root| *root == at || outline.is_below(at, *root))
    };
    let (parent, after) = match place {
        Drop::Into => (Some(target), outline.last_child(Some(target))),
        Drop::Before => (outline.parent(target), outline.previous_sibling(target)),
        Drop::After => (outline.parent(target), Some(target)),
    };
    if roots.is_empty() || under_itself(target) || parent.is_some_and(under_itself) {
        return None;
    }
    // what is dragged cannot be the sibling to come after: take the one before that stays
    let mut after = after;
    while let Some(at) = after.filter(|at| roots.contains(at)) {
        after = outline.previous_sibling(at);
    }
    go(outline, &roots, parent, after)
}

fn go(
    outline: &Outline,
    places: &[usize],
    parent: Option<usize>,
    after: Option<usize>,
) -> Option<Command> {
    let ids: Vec<TaskId> = places.iter().filter_map(|i| outline.id(*i)).collect();
    (!ids.is_empty()).then(|| Command::MoveTasks {
        ids,
        parent: parent.and_then(|i| outline.id(i)),
        after: after.and_then(|i| outline.id(i)),
    })
}

/// The chosen tasks in runs of neighbouring siblings.
fn runs(outline: &Outline, chosen: &HashSet<TaskId>) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for root in outline.roots(chosen) {
        let before = outline.previous_sibling(root);
        match runs.last_mut() {
            Some(run) if before.is_some() && run.last().copied() == before => run.push(root),
            _ => runs.push(vec![root]),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::super::outline::tests::{id, plan};
    use super::*;

    fn moved(ids: &[usize], parent: Option<usize>, after: Option<usize>) -> Command {
        Command::MoveTasks {
            ids: ids.iter().map(|n| id(*n)).collect(),
            parent: parent.map(id),
            after: after.map(id),
        }
    }

    #[test]
    fn indent_puts_neighbours_under_the_sibling_before_them() {
        let outline = Outline::new(&plan(&[0, 1, 0, 0]));
        let chosen = HashSet::from([id(3), id(4)]);
        assert_eq!(
            indent(&outline, &chosen),
            [moved(&[3, 4], Some(1), Some(2))]
        );
        assert!(indent(&outline, &HashSet::from([id(1)])).is_empty());
        assert!(indent(&outline, &HashSet::from([id(2)])).is_empty());
    }

    #[test]
    fn outdent_puts_a_task_after_its_parent() {
        let outline = Outline::new(&plan(&[0, 1, 1, 0]));
        assert_eq!(
            outdent(&outline, &HashSet::from([id(2)])),
            [moved(&[2], None, Some(1))]
        );
        assert!(outdent(&outline, &HashSet::from([id(4)])).is_empty());
    }

    #[test]
    fn up_and_down_stay_among_siblings() {
        let outline = Outline::new(&plan(&[0, 1, 1, 1, 0]));
        let third = HashSet::from([id(3)]);
        assert_eq!(shift(&outline, &third, true), [moved(&[3], Some(1), None)]);
        assert_eq!(
            shift(&outline, &third, false),
            [moved(&[3], Some(1), Some(4))]
        );
        assert!(shift(&outline, &HashSet::from([id(2)]), true).is_empty());
        assert!(shift(&outline, &HashSet::from([id(4)]), false).is_empty());
    }

    #[test]
    fn a_drop_goes_before_after_or_into_a_row_but_never_under_itself() {
        let outline = Outline::new(&plan(&[0, 1, 1, 0, 0]));
        let last = HashSet::from([id(5)]);
        assert_eq!(
            drop(&outline, &last, 0, Drop::Into),
            Some(moved(&[5], Some(1), Some(3)))
        );
        assert_eq!(
            drop(&outline, &last, 1, Drop::Before),
            Some(moved(&[5], Some(1), None))
        );
        assert_eq!(
            drop(&outline, &last, 0, Drop::After),
            Some(moved(&[5], None, Some(1)))
        );
        let first = HashSet::from([id(1)]);
        for place in [Drop::Before, Drop::Into, Drop::After] {
            assert_eq!(drop(&outline, &first, 2, place), None);
        }
        // dragged with the sibling it would come after
        let two = HashSet::from([id(4), id(5)]);
        assert_eq!(drop(&outline, &two, 4, Drop::Before), None, "onto itself");
    }
}
