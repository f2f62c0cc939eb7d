//! The outline of a plan: parents and order put together, whatever a merge made of them.

use automerge::ObjId;
use base::TaskId;
use base::sort;
use rustc_hash::{FxHashMap, FxHashSet};

use super::plan::TaskRow;
use crate::view::plan::Problem;

/// The tasks that stand, in outline order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Outline {
    /// Tasks, a parent before its children.
    pub(crate) order: Vec<TaskId>,
    /// Depth, in that order.
    pub(crate) depth: Vec<u16>,
    /// The parent that each is shown under, in that order.
    pub(crate) parents: Vec<Option<TaskId>>,
    /// Whether each has children, in that order.
    pub(crate) summary: Vec<bool>,
    /// Children of each task (`None`: the top level), in order.
    pub(crate) children: FxHashMap<Option<TaskId>, Vec<TaskId>>,
    /// The parent that each task is shown under.
    pub(crate) parent: FxHashMap<TaskId, Option<TaskId>>,
    /// What had to be resolved.
    pub(crate) problems: Vec<Problem>,
}

impl Outline {
    /// The outline of these tasks. Total and the same on every replica: depends on the rows alone.
    pub(crate) fn of(tasks: &FxHashMap<TaskId, TaskRow>) -> Self {
        let mut out = Self::default();
        let mut standing: Vec<(&TaskId, &TaskRow)> = tasks
            .iter()
            .filter(|(_, row)| row.state.deleted.is_none())
            .collect();
        sort::by(&mut standing, |a, b| {
            (&a.1.task.order, a.0).cmp(&(&b.1.task.order, b.0))
        });
        out.parent.reserve(standing.len());
        for (id, row) in &standing {
            let parent = row
                .task
                .parent
                .filter(|p| tasks.get(p).is_some_and(|row| row.state.deleted.is_none()));
            if parent != row.task.parent {
                out.problems.push(Problem::LostParent { task: **id });
            }
            out.parent.insert(**id, parent);
        }
        out.cut_cycles(&standing);
        for (id, _) in &standing {
            let parent = out.parent.get(*id).copied().flatten();
            out.children.entry(parent).or_default().push(**id);
        }
        // depth first, without recursion: the outline may be as deep as the plan is long
        let mut stack: Vec<(TaskId, u16)> = Vec::new();
        let push = |stack: &mut Vec<(TaskId, u16)>, children: Option<&Vec<TaskId>>, depth| {
            stack.extend(children.into_iter().flatten().rev().map(|c| (*c, depth)));
        };
        push(&mut stack, out.children.get(&None), 0);
        while let Some((id, depth)) = stack.pop() {
            let children = out.children.get(&Some(id));
            out.order.push(id);
            out.depth.push(depth);
            out.parents.push(out.parent.get(&id).copied().flatten());
            out.summary.push(children.is_some());
            push(&mut stack, children, depth.saturating_add(1));
        }
        out
    }

    /// Of each cycle of parents, the task that was moved last goes to the top level.
    fn cut_cycles(&mut self, standing: &[(&TaskId, &TaskRow)]) {
        let rows: FxHashMap<TaskId, Option<&ObjId>> = standing
            .iter()
            .map(|(id, row)| (**id, row.parent_op.as_ref()))
            .collect();
        let mut safe: FxHashSet<TaskId> = FxHashSet::default();
        let mut cycles = Vec::new();
        for (start, _) in standing {
            let mut way: Vec<TaskId> = Vec::new();
            let mut on_way: FxHashSet<TaskId> = FxHashSet::default();
            let mut next = Some(**start);
            while let Some(id) = next {
                if safe.contains(&id) {
                    break;
                }
                if !on_way.insert(id) {
                    let from = way.iter().position(|w| *w == id).unwrap_or(0);
                    cycles.push(way.split_off(from));
                    break;
                }
                way.push(id);
                next = self.parent.get(&id).copied().flatten();
            }
            safe.extend(on_way);
        }
        for mut cycle in cycles {
            let last = cycle
                .iter()
                .enumerate()
                .max_by(|a, b| {
                    let (a, b) = (a.1, b.1);
                    (rows.get(a), a).cmp(&(rows.get(b), b))
                })
                .map_or(0, |(i, _)| i);
            cycle.rotate_left(last);
            if let Some(first) = cycle.first() {
                self.parent.insert(*first, None);
            }
            self.problems.push(Problem::ParentCycle { tasks: cycle });
        }
    }

    /// The children of a parent, in order.
    pub(crate) fn children_of(&self, parent: Option<TaskId>) -> &[TaskId] {
        self.children.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// A task and all below it, a parent before its children.
    pub(crate) fn with_below(&self, id: TaskId) -> Vec<TaskId> {
        let mut all = vec![id];
        let mut at = 0;
        while let Some(id) = all.get(at) {
            all.extend_from_slice(self.children_of(Some(*id)));
            at += 1;
        }
        all
    }

    /// The parents of a task, nearest first.
    pub(crate) fn above(&self, id: TaskId) -> impl Iterator<Item = TaskId> + '_ {
        std::iter::successors(self.parent.get(&id).copied().flatten(), |id| {
            self.parent.get(id).copied().flatten()
        })
    }
}
