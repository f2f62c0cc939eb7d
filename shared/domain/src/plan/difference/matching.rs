//! Which task of a file is which of the plan.

use base::TaskId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{How, Match};
use crate::plan::Plan;

/// A plan's tasks with their places in the outline.
struct Places<'a> {
    plan: &'a Plan,
    /// Which child of its parent each is, from 1, after the place of the parent: `1.2.3`.
    numbers: Vec<String>,
    /// The row of each parent.
    parents: Vec<Option<usize>>,
}

impl<'a> Places<'a> {
    fn new(plan: &'a Plan) -> Self {
        let mut index: FxHashMap<TaskId, usize> = FxHashMap::default();
        let mut counts: FxHashMap<Option<usize>, usize> = FxHashMap::default();
        let mut numbers: Vec<String> = Vec::with_capacity(plan.tasks.len());
        let mut parents = Vec::with_capacity(plan.tasks.len());
        for (at, task) in plan.tasks.iter().enumerate() {
            // a parent comes before its children
            let parent = task.parent.and_then(|parent| index.get(&parent).copied());
            let count = counts.entry(parent).or_default();
            *count += 1;
            let above = parent.and_then(|parent| numbers.get(parent));
            numbers.push(match above {
                // what lies deeper than any outline is found by its name
                Some(above) if above.len() < 200 => format!("{above}.{count}"),
                Some(_) => String::new(),
                None => count.to_string(),
            });
            parents.push(parent);
            index.insert(task.id, at);
        }
        Self {
            plan,
            numbers,
            parents,
        }
    }

    fn name(&self, at: usize) -> &'a str {
        self.plan.tasks.get(at).map_or("", |task| task.name.trim())
    }
}

/// Rows by a key, where only one that is still open has it.
fn unique<K: std::hash::Hash + Eq>(
    open: &[usize],
    key: impl Fn(usize) -> Option<K>,
) -> FxHashMap<K, usize> {
    let mut all: FxHashMap<K, Option<usize>> = FxHashMap::default();
    for at in open {
        if let Some(key) = key(*at) {
            all.entry(key)
                .and_modify(|at| *at = None)
                .or_insert(Some(*at));
        }
    }
    all.into_iter()
        .filter_map(|(key, at)| Some((key, at?)))
        .collect()
}

/// Pairs of rows: of the plan and of the file.
struct Pairs {
    /// By row of the file.
    found: Vec<Option<(usize, How)>>,
    taken: FxHashSet<usize>,
}

impl Pairs {
    fn put(&mut self, ours: usize, theirs: usize, how: How) {
        if let Some(slot) = self.found.get_mut(theirs)
            && slot.is_none()
            && self.taken.insert(ours)
        {
            *slot = Some((ours, how));
        }
    }

    /// Puts those together that alone have a key on either side.
    fn by<K: std::hash::Hash + Eq>(
        &mut self,
        rows: (usize, usize),
        how: How,
        key_of_ours: impl Fn(usize) -> Option<K>,
        key_of_theirs: impl Fn(&Self, usize) -> Option<K>,
    ) {
        let ours: Vec<usize> = (0..rows.0).filter(|at| !self.taken.contains(at)).collect();
        let open = |at: &usize| self.found.get(*at).is_some_and(Option::is_none);
        let theirs: Vec<usize> = (0..rows.1).filter(open).collect();
        let ours = unique(&ours, key_of_ours);
        let theirs = unique(&theirs, |at| key_of_theirs(self, at));
        for (key, at) in theirs {
            if let Some(own) = ours.get(&key) {
                self.put(*own, at, how);
            }
        }
    }
}

/// Finds for each task of the file the one of the plan: by its number, by its place and name, by its name in the same
/// branch, by its name. A task that has a number is none that has another.
pub(super) fn matches(ours: &Plan, theirs: &Plan) -> Vec<Match> {
    let (a, b) = (Places::new(ours), Places::new(theirs));
    let rows = (ours.tasks.len(), theirs.tasks.len());
    let mut pairs = Pairs {
        found: vec![None; rows.1],
        taken: FxHashSet::default(),
    };
    let uid = |plan: &Plan, at: usize| plan.tasks.get(at).and_then(|task| task.uid);
    pairs.by(rows, How::Uid, |at| uid(ours, at), |_, at| uid(theirs, at));
    // the file's numbers are the better names where both sides have them
    let numbered: FxHashSet<usize> = (0..rows.1)
        .filter(|at| uid(theirs, *at).is_some())
        .collect();
    let some_numbers = ours.tasks.iter().any(|task| task.uid.is_some()) && !numbered.is_empty();
    let may_ours = |at: usize| !some_numbers || uid(ours, at).is_none();
    let named = |name: &'_ str| (!name.is_empty()).then(|| name.to_owned());
    let place = |places: &Places<'_>, at: usize| {
        let number = places.numbers.get(at).filter(|number| !number.is_empty())?;
        Some((number.clone(), named(places.name(at))?))
    };
    pairs.by(
        rows,
        How::Place,
        |at| may_ours(at).then(|| place(&a, at)).flatten(),
        |_, at| place(&b, at),
    );
    // summaries first: what lies below them is found in their branch
    for _ in 0..64 {
        let before = pairs.taken.len();
        pairs.by(
            rows,
            How::Branch,
            |at| {
                let parent = a.parents.get(at).copied().flatten();
                may_ours(at)
                    .then(|| Some((parent, named(a.name(at))?)))
                    .flatten()
            },
            |pairs, at| {
                let parent = match b.parents.get(at).copied().flatten() {
                    None => None,
                    // one that was not found has no branch here
                    Some(parent) => Some(pairs.found.get(parent).copied().flatten()?.0),
                };
                Some((parent, named(b.name(at))?))
            },
        );
        if pairs.taken.len() == before {
            break;
        }
    }
    pairs.by(
        rows,
        How::Name,
        |at| may_ours(at).then(|| named(a.name(at))).flatten(),
        |_, at| named(b.name(at)),
    );
    let found = pairs.found.iter().enumerate().filter_map(|(at, found)| {
        let (own, how) = (*found)?;
        Some(Match {
            task: ours.tasks.get(own)?.id,
            read: theirs.tasks.get(at)?.id,
            how,
        })
    });
    found.collect()
}
