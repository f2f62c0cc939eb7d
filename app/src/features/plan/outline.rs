//! The outline of a plan: numbers (`1.2.3`), what is folded away, neighbours. Pure.

use shared::base::sort;
use std::collections::{HashMap, HashSet};

use shared::base::TaskId;
use shared::domain::plan::Plan;

/// The outline, in the order of the plan's tasks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Outline {
    index: HashMap<TaskId, usize>,
    ids: Vec<TaskId>,
    parent: Vec<Option<usize>>,
    /// Place among the siblings, from 1.
    ordinal: Vec<u32>,
    /// One past the last task below.
    end: Vec<usize>,
    longest: usize,
}

impl Outline {
    /// Reads the outline of a plan whose tasks are in outline order.
    pub(crate) fn new(plan: &Plan) -> Self {
        let ids: Vec<TaskId> = plan.tasks.iter().map(|task| task.id).collect();
        let index: HashMap<TaskId, usize> =
            ids.iter().enumerate().map(|(i, id)| (*id, i)).collect();
        let parent: Vec<Option<usize>> = plan
            .tasks
            .iter()
            .enumerate()
            .map(|(i, task)| {
                let parent = task.parent.and_then(|id| index.get(&id).copied());
                parent.filter(|parent| *parent < i)
            })
            .collect();
        let mut children: HashMap<Option<usize>, u32> = HashMap::new();
        let ordinal = parent
            .iter()
            .map(|parent| {
                let count = children.entry(*parent).or_insert(0);
                *count += 1;
                *count
            })
            .collect();
        let mut end: Vec<usize> = (1..=ids.len()).collect();
        for i in (0..ids.len()).rev() {
            let last = end.get(i).copied().unwrap_or(i + 1);
            if let Some(slot) = parent
                .get(i)
                .copied()
                .flatten()
                .and_then(|p| end.get_mut(p))
            {
                *slot = (*slot).max(last);
            }
        }
        let mut outline = Self {
            index,
            ids,
            parent,
            ordinal,
            end,
            longest: 0,
        };
        // characters of each number: those of the one above, a point, its own
        let mut lengths: Vec<usize> = Vec::with_capacity(outline.ids.len());
        for (i, ordinal) in outline.ordinal.iter().enumerate() {
            let above = outline.parent(i).and_then(|parent| lengths.get(parent));
            let own = ordinal.checked_ilog10().unwrap_or(0) as usize + 1;
            lengths.push(above.map_or(0, |above| above + 1) + own);
        }
        outline.longest = lengths.into_iter().max().unwrap_or(0);
        outline
    }

    /// The length of the longest number, in characters.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// The place of a task among the plan's tasks.
    pub(crate) fn index_of(&self, id: TaskId) -> Option<usize> {
        self.index.get(&id).copied()
    }

    /// The task at a place.
    pub(crate) fn id(&self, i: usize) -> Option<TaskId> {
        self.ids.get(i).copied()
    }

    /// The parent's place.
    pub(crate) fn parent(&self, i: usize) -> Option<usize> {
        self.parent.get(i).copied().flatten()
    }

    /// One past the last task below the one at `i`.
    pub(crate) fn end(&self, i: usize) -> usize {
        self.end.get(i).copied().unwrap_or(i + 1)
    }

    /// Whether `i` lies somewhere below `above`.
    pub(crate) fn is_below(&self, i: usize, above: usize) -> bool {
        i > above && i < self.end(above)
    }

    /// The sibling before.
    pub(crate) fn previous_sibling(&self, i: usize) -> Option<usize> {
        let mut at = i.checked_sub(1)?;
        let parent = self.parent(i);
        loop {
            if self.parent(at) == parent {
                return Some(at);
            }
            at = self.parent(at)?;
            if Some(at) == parent {
                return None;
            }
        }
    }

    /// The sibling after.
    pub(crate) fn next_sibling(&self, i: usize) -> Option<usize> {
        let next = self.end(i);
        (next < self.ids.len() && self.parent(next) == self.parent(i)).then_some(next)
    }

    /// The last child of a task (`None`: of the top level).
    pub(crate) fn last_child(&self, parent: Option<usize>) -> Option<usize> {
        let end = parent.map_or(self.ids.len(), |p| self.end(p));
        let mut at = end.checked_sub(1)?;
        if Some(at) == parent {
            return None;
        }
        while self.parent(at) != parent {
            at = self.parent(at)?;
        }
        Some(at)
    }

    /// The number of the task at `i`: `1.2.3`.
    pub(crate) fn number(&self, i: usize) -> String {
        let mut numbers = Vec::new();
        let mut at = Some(i);
        while let Some(i) = at {
            numbers.push(self.ordinal.get(i).copied().unwrap_or(0).to_string());
            at = self.parent(i);
        }
        numbers.reverse();
        numbers.join(".")
    }

    /// The task with a number.
    pub(crate) fn by_number(&self, number: &str) -> Option<usize> {
        let mut parent = None;
        for part in number.split('.') {
            let wanted: u32 = part.parse().ok()?;
            let mut at = parent.map_or(0, |p: usize| p + 1);
            let end = parent.map_or(self.ids.len(), |p| self.end(p));
            loop {
                if at >= end {
                    return None;
                }
                if self.ordinal.get(at).copied() == Some(wanted) {
                    break;
                }
                at = self.end(at);
            }
            parent = Some(at);
        }
        parent
    }

    /// Places of the tasks that no folded summary hides.
    pub(crate) fn visible(&self, folded: &HashSet<TaskId>) -> Vec<usize> {
        let mut visible = Vec::with_capacity(self.ids.len());
        let mut i = 0;
        while let Some(id) = self.id(i) {
            visible.push(i);
            i = if folded.contains(&id) {
                self.end(i)
            } else {
                i + 1
            };
        }
        visible
    }

    /// The chosen tasks without those that lie below another chosen one, in outline order.
    pub(crate) fn roots(&self, chosen: &HashSet<TaskId>) -> Vec<usize> {
        let mut places: Vec<usize> = chosen.iter().filter_map(|id| self.index_of(*id)).collect();
        sort::plain(&mut places);
        let mut roots: Vec<usize> = Vec::new();
        for place in places {
            if !roots.last().is_some_and(|last| self.is_below(place, *last)) {
                roots.push(place);
            }
        }
        roots
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use shared::domain::plan::Task;

    /// A plan from its outline: a depth for each task; ids count from 1.
    pub(crate) fn plan(depths: &[usize]) -> Plan {
        let mut above: Vec<TaskId> = Vec::new();
        let mut plan = Plan::default();
        for (i, depth) in depths.iter().enumerate() {
            above.truncate(*depth);
            let id = id(i + 1);
            plan.tasks.push(Task {
                name: format!("T{}", i + 1),
                parent: above.last().copied(),
                duration: 480,
                ..Task::new(id)
            });
            above.push(id);
        }
        plan
    }

    pub(crate) fn id(n: usize) -> TaskId {
        TaskId::from_bytes([0, 0, 0, 0, 0, 0, 0, n as u8])
    }

    #[test]
    fn numbers_say_where_a_task_lies_and_find_it() {
        let outline = Outline::new(&plan(&[0, 1, 2, 2, 1, 0, 1]));
        let numbers: Vec<String> = (0..7).map(|i| outline.number(i)).collect();
        assert_eq!(numbers, ["1", "1.1", "1.1.1", "1.1.2", "1.2", "2", "2.1"]);
        assert_eq!(outline.longest(), 5);
        for (i, number) in numbers.iter().enumerate() {
            assert_eq!(outline.by_number(number), Some(i));
        }
        for wrong in ["", "3", "1.3", "1.1.3", "x", "1..1", "0"] {
            assert_eq!(outline.by_number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_folded_summary_hides_all_below_it() {
        let outline = Outline::new(&plan(&[0, 1, 2, 2, 1, 0, 1]));
        assert_eq!(outline.visible(&HashSet::from([id(2)])), [0, 1, 4, 5, 6]);
        assert_eq!(outline.visible(&HashSet::from([id(1), id(6)])), [0, 5]);
    }

    #[test]
    fn siblings_and_children_are_found() {
        let outline = Outline::new(&plan(&[0, 1, 2, 2, 1, 0, 1]));
        assert_eq!(outline.previous_sibling(5), Some(0));
        assert_eq!(outline.previous_sibling(4), Some(1));
        assert_eq!(outline.previous_sibling(1), None);
        assert_eq!(outline.previous_sibling(0), None);
        assert_eq!(outline.next_sibling(1), Some(4));
        assert_eq!(outline.next_sibling(4), None);
        assert_eq!(outline.last_child(None), Some(5));
        assert_eq!(outline.last_child(Some(0)), Some(4));
        assert_eq!(outline.last_child(Some(6)), None);
    }

    #[test]
    fn what_lies_below_a_chosen_task_goes_with_it() {
        let outline = Outline::new(&plan(&[0, 1, 2, 2, 1, 0, 1]));
        let chosen = HashSet::from([id(2), id(3), id(6), id(7)]);
        assert_eq!(outline.roots(&chosen), [1, 5]);
    }
}
