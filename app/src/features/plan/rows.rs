//! The rows of grid and chart: which tasks have one, in which order, under which headings. Pure.

use std::collections::{HashMap, HashSet};

use shared::base::{TaskId, sort};

use super::lens::{Eye, Lens, Shared};
use super::model::Model;

/// The heading of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// What its tasks have in common.
    pub(crate) of: Shared,
    /// How many they are.
    pub(crate) count: usize,
    /// They are folded away.
    pub(crate) folded: bool,
}

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    /// The task at a place of the plan.
    Task(usize),
    /// A heading.
    Head(usize),
}

/// All rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rows {
    rows: Vec<Row>,
    heads: Vec<Head>,
    row_of: HashMap<usize, usize>,
    /// How many tasks a filter leaves, without what they lie under; `None` where there is none.
    pub(crate) found: Option<usize>,
    /// Rows stand as in the outline.
    pub(crate) outline: bool,
    /// Links with a row at both ends: the place among the plan's links, the rows of predecessor and successor. Looked
    /// up once, as the chart goes through them at every frame.
    pub(crate) links: Vec<(usize, usize, usize)>,
}

impl Rows {
    /// The rows of the outline that no folded summary hides.
    pub(crate) fn of_outline(model: &Model, folded: &HashSet<TaskId>) -> Self {
        let tasks = model.outline.visible(folded);
        let rows = tasks.into_iter().map(Row::Task).collect();
        Self::with(model, rows, Vec::new(), None, true)
    }

    /// The rows that a lens shows: in the outline with all that lies above each, or in groups. `kept` are shown whatever
    /// it asks for.
    pub(crate) fn seen(
        eye: &Eye<'_>,
        lens: &Lens,
        folded: &HashSet<TaskId>,
        folded_groups: &HashSet<Shared>,
        kept: &HashSet<TaskId>,
    ) -> Self {
        let model = eye.model;
        let mut matches = eye.matches(lens);
        for id in kept {
            if let Some(slot) = (model.outline.index_of(*id)).and_then(|i| matches.get_mut(i)) {
                *slot = true;
            }
        }
        let order = lens.sort.map(|(column, down)| {
            let keys = eye.order(column);
            move |i: usize| {
                let key = keys.get(i).copied().unwrap_or_default();
                // what has none stays last
                if down && key != i64::MAX { -key } else { key }
            }
        });
        let order = order.as_ref().map(|order| order as &dyn Fn(usize) -> i64);
        let (rows, heads) = match lens.group {
            Some(by) => {
                let shown = matches.iter().enumerate();
                let shown: Vec<usize> = shown
                    .filter(|(i, shown)| **shown && !model.is_summary(*i))
                    .map(|(i, _)| i)
                    .collect();
                let groups = eye.groups(by, &shown);
                in_groups(&shown, groups, order, folded_groups)
            }
            None => (in_outline(model, lens, &matches, order, folded), Vec::new()),
        };
        let found = (lens.filters() || lens.group.is_some()).then(|| match lens.group {
            Some(_) => heads.iter().map(|head| head.count).sum(),
            None => matches.iter().filter(|shown| **shown).count(),
        });
        Self::with(model, rows, heads, found, lens.keeps_outline())
    }

    fn with(
        model: &Model,
        rows: Vec<Row>,
        heads: Vec<Head>,
        found: Option<usize>,
        outline: bool,
    ) -> Self {
        let places = rows.iter().enumerate();
        let row_of: HashMap<usize, usize> = places
            .filter_map(|(row, of)| match of {
                Row::Task(i) => Some((*i, row)),
                Row::Head(_) => None,
            })
            .collect();
        let row = |id| row_of.get(&model.outline.index_of(id)?).copied();
        let links = (model.view.plan.links.iter().enumerate())
            .filter_map(|(i, link)| Some((i, row(link.pred)?, row(link.succ)?)))
            .collect();
        Self {
            rows,
            heads,
            row_of,
            found,
            outline,
            links,
        }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The place of the task in a row; `None` for a heading and beyond the last.
    pub(crate) fn task(&self, row: usize) -> Option<usize> {
        match self.rows.get(row)? {
            Row::Task(i) => Some(*i),
            Row::Head(_) => None,
        }
    }

    /// The heading in a row.
    pub(crate) fn head(&self, row: usize) -> Option<&Head> {
        match self.rows.get(row)? {
            Row::Task(_) => None,
            Row::Head(at) => self.heads.get(*at),
        }
    }

    /// Whether tasks stand under headings.
    pub(crate) fn is_grouped(&self) -> bool {
        !self.heads.is_empty()
    }

    /// The places of all tasks that have a row, by row.
    pub(crate) fn tasks(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.rows.iter().filter_map(|row| match row {
            Row::Task(i) => Some(*i),
            Row::Head(_) => None,
        })
    }

    /// The row of the task at a place; `None` while it is folded away or left out.
    pub(crate) fn row_of(&self, i: usize) -> Option<usize> {
        self.row_of.get(&i).copied()
    }
}

/// Tasks under the headings of their groups.
fn in_groups(
    shown: &[usize],
    groups: Vec<(i64, Shared)>,
    order: Option<&dyn Fn(usize) -> i64>,
    folded: &HashSet<Shared>,
) -> (Vec<Row>, Vec<Head>) {
    let mut all: Vec<(i64, Shared, Vec<usize>)> = Vec::new();
    let mut known: HashMap<Shared, usize> = HashMap::new();
    for (i, (place, of)) in shown.iter().zip(groups) {
        let at = *known.entry(of.clone()).or_insert_with(|| {
            all.push((place, of, Vec::new()));
            all.len() - 1
        });
        if let Some((.., tasks)) = all.get_mut(at) {
            tasks.push(*i);
        }
    }
    sort::by_key(&mut all, |(place, ..)| *place);
    let (mut rows, mut heads) = (Vec::new(), Vec::new());
    for (_, of, mut tasks) in all {
        if let Some(order) = order {
            sort::by_key(&mut tasks, |i| order(*i));
        }
        let folded = folded.contains(&of);
        rows.push(Row::Head(heads.len()));
        heads.push(Head {
            of,
            count: tasks.len(),
            folded,
        });
        if !folded {
            rows.extend(tasks.into_iter().map(Row::Task));
        }
    }
    (rows, heads)
}

/// Tasks in the outline, those of one parent in order. What a filter leaves is shown however it is folded.
fn in_outline(
    model: &Model,
    lens: &Lens,
    matches: &[bool],
    order: Option<&dyn Fn(usize) -> i64>,
    folded: &HashSet<TaskId>,
) -> Vec<Row> {
    let outline = &model.outline;
    let mut shown = matches.to_vec();
    if lens.filters() {
        // children come after their parents
        for i in (0..shown.len()).rev() {
            if shown.get(i) == Some(&true)
                && let Some(above) = outline.parent(i).and_then(|above| shown.get_mut(above))
            {
                *above = true;
            }
        }
    }
    let mut below: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    for i in (0..shown.len()).filter(|i| shown.get(*i) == Some(&true)) {
        below.entry(outline.parent(i)).or_default().push(i);
    }
    if let Some(order) = order {
        for tasks in below.values_mut() {
            sort::by_key(tasks, |i| order(*i));
        }
    }
    let mut rows = Vec::new();
    let mut waiting: Vec<usize> = below.remove(&None).unwrap_or_default();
    waiting.reverse();
    while let Some(i) = waiting.pop() {
        rows.push(Row::Task(i));
        let hidden = !lens.filters() && outline.id(i).is_some_and(|id| folded.contains(&id));
        if let Some(children) = below.remove(&Some(i))
            && !hidden
        {
            waiting.extend(children.into_iter().rev());
        }
    }
    rows
}

#[cfg(test)]
mod tests;
