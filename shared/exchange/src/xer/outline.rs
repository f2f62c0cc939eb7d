//! The outline: branches of the work breakdown structure become summaries, in their order, each with its activities
//! first, by their codes, and then the branches below it, as Primavera shows them.

use rustc_hash::FxHashMap;

use super::activity::Activity;
use super::project::Project;
use super::table::Tables;
use crate::mspdi::{Adjustment, ReadError};

/// How deep branches may lie in each other; Primavera allows 50.
const MAX_DEPTH: usize = 1_000;

/// A row of the outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) what: What,
    /// The branch above, by its place among the entries.
    pub(super) above: Option<usize>,
}

/// What a row of the outline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A branch, by its place among [`Outline::branches`].
    Branch(usize),
    /// An activity, by its place.
    Activity(usize),
}

/// A branch of the work breakdown structure.
pub(super) struct Branch<'a> {
    pub(super) id: &'a str,
    pub(super) name: String,
    parent: &'a str,
    order: f64,
    /// It stands for the whole project.
    root: bool,
}

/// The outline of a project.
pub(super) struct Outline<'a> {
    pub(super) branches: Vec<Branch<'a>>,
    /// Each after the branch above it.
    pub(super) entries: Vec<Entry>,
    /// Branches without activities, which are left out.
    pub(super) adjusted: Vec<Adjustment>,
}

impl<'a> Outline<'a> {
    pub(super) fn read(
        tables: &Tables<'a>,
        project: &Project<'a>,
        activities: &[Activity<'a>],
    ) -> Result<Self, ReadError> {
        let mut branches: Vec<Branch<'a>> = Vec::new();
        let mut places = Vec::new();
        for row in tables.rows("PROJWBS").filter(|row| project.has(row)) {
            let name = row.words("wbs_name");
            branches.push(Branch {
                id: row.key("wbs_id"),
                name: name
                    .or_else(|| row.words("wbs_short_name"))
                    .unwrap_or_default(),
                parent: row.key("parent_wbs_id"),
                order: row.number("seq_num")?.unwrap_or(f64::MAX),
                root: row.flag("proj_node_flag"),
            });
            places.push(row.place());
        }
        let tree = Tree::new(&branches, activities);
        if let Some(at) = tree.deep {
            return Err(ReadError::TooDeep {
                at: places
                    .get(at)
                    .copied()
                    .unwrap_or(crate::mspdi::Place { line: 1, column: 1 }),
                limit: MAX_DEPTH as u64,
            });
        }
        let (entries, empty) = tree.entries(&branches);
        let adjusted = empty.into_iter().filter_map(|at| branches.get(at));
        let adjusted = adjusted.map(|branch| Adjustment::EmptyBranch {
            name: branch.name.clone(),
        });
        Ok(Self {
            entries,
            adjusted: adjusted.collect(),
            branches,
        })
    }
}

/// The branches as a tree.
struct Tree {
    /// Every branch once, each after the one above it.
    walk: Vec<usize>,
    above: Vec<Option<usize>>,
    /// Activities right below each branch, in order; those of no known branch behind the last.
    activities: Vec<Vec<usize>>,
    /// How many activities lie below each branch, however deep.
    below: Vec<usize>,
    /// A branch that lies too deep.
    deep: Option<usize>,
}

impl Tree {
    fn new(branches: &[Branch<'_>], activities: &[Activity<'_>]) -> Self {
        let count = branches.len();
        let mut by_id: FxHashMap<&str, usize> = FxHashMap::default();
        for (at, branch) in branches.iter().enumerate() {
            by_id.entry(branch.id).or_insert(at);
        }
        let above: Vec<Option<usize>> = (branches.iter().enumerate())
            .map(|(at, branch)| {
                by_id
                    .get(branch.parent)
                    .copied()
                    .filter(|above| *above != at)
            })
            .collect();
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); count + 1];
        for (at, above) in above.iter().enumerate() {
            if let Some(list) = children.get_mut(above.unwrap_or(count)) {
                list.push(at);
            }
        }
        for list in &mut children {
            base::sort::by(list, |a, b| {
                let order = |at: &usize| branches.get(*at).map_or(0.0, |branch| branch.order);
                order(a).total_cmp(&order(b))
            });
        }
        let mut tree = Self {
            walk: Vec::with_capacity(count),
            above,
            activities: vec![Vec::new(); count + 1],
            below: vec![0; count],
            deep: None,
        };
        let mut seen = vec![false; count];
        tree.go(
            children.get(count).cloned().unwrap_or_default(),
            &children,
            &mut seen,
        );
        // branches below each other in a circle: the first of the file goes to the top
        for at in 0..count {
            if seen.get(at) == Some(&false) {
                if let Some(slot) = tree.above.get_mut(at) {
                    *slot = None;
                }
                tree.go(vec![at], &children, &mut seen);
            }
        }
        for (at, activity) in activities.iter().enumerate() {
            let branch = by_id.get(activity.branch).copied().unwrap_or(count);
            if let Some(list) = tree.activities.get_mut(branch) {
                list.push(at);
            }
        }
        for list in &mut tree.activities {
            base::sort::by_key(list, |at| activities.get(*at).map(|activity| activity.code));
        }
        for at in tree.walk.iter().rev() {
            let own = tree.activities.get(*at).map_or(0, Vec::len);
            let all = tree.below.get(*at).copied().unwrap_or(0) + own;
            if let Some(slot) = tree.below.get_mut(*at) {
                *slot = all;
            }
            let above = tree.above.get(*at).copied().flatten();
            if let Some(slot) = above.and_then(|above| tree.below.get_mut(above)) {
                *slot += all;
            }
        }
        tree
    }

    /// Walks down from some branches.
    fn go(&mut self, from: Vec<usize>, children: &[Vec<usize>], seen: &mut [bool]) {
        let mut open: Vec<(usize, usize)> = from.into_iter().rev().map(|at| (at, 1)).collect();
        while let Some((at, depth)) = open.pop() {
            match seen.get_mut(at) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            if depth > MAX_DEPTH {
                self.deep = Some(at);
                return;
            }
            self.walk.push(at);
            let below = children.get(at).into_iter().flatten().rev();
            open.extend(below.map(|child| (*child, depth + 1)));
        }
    }

    /// The rows, and the branches that are none.
    fn entries(&self, branches: &[Branch<'_>]) -> (Vec<Entry>, Vec<usize>) {
        let tops: Vec<usize> = (self.walk.iter().copied())
            .filter(|at| self.above.get(*at) == Some(&None))
            .collect();
        // the branch that stands for the project is no row: marked so, or the only one at the top
        let marked = |at: &&usize| branches.get(**at).is_some_and(|branch| branch.root);
        let project = match tops.iter().find(marked) {
            Some(marked) => Some(*marked),
            None if tops.len() == 1 => tops.first().copied(),
            None => None,
        };
        let mut entries = Vec::new();
        let mut empty = Vec::new();
        let mut place: FxHashMap<usize, usize> = FxHashMap::default();
        let put = |entries: &mut Vec<Entry>, list: usize, above: Option<usize>| {
            let activities = self.activities.get(list).into_iter().flatten();
            entries.extend(activities.map(|at| Entry {
                what: What::Activity(*at),
                above,
            }));
        };
        put(&mut entries, branches.len(), None);
        if let Some(project) = project {
            put(&mut entries, project, None);
        }
        for at in self.walk.iter().copied().filter(|at| Some(*at) != project) {
            if self.below.get(at).is_none_or(|below| *below == 0) {
                empty.push(at);
                continue;
            }
            let above = self.above.get(at).copied().flatten();
            let above = above.and_then(|above| place.get(&above)).copied();
            place.insert(at, entries.len());
            entries.push(Entry {
                what: What::Branch(at),
                above,
            });
            let here = entries.len() - 1;
            put(&mut entries, at, Some(here));
        }
        (entries, empty)
    }
}
