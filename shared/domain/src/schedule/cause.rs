//! Why tasks are late: whose date takes their slack away.

use base::{Minutes, TaskId};
use rustc_hash::FxHashMap;

use super::backward::{Walk, length};
use super::network::{Edge, Network, Step};
use super::{Dates, Hold, Problem};

/// Whose date it is (an index), and which of its dates.
type Root = (usize, Hold);

/// The least number so far, and whose date asks for it; `None`: the end of the plan.
struct Least<'a> {
    network: &'a Network,
    number: Minutes,
    root: Option<Root>,
}

impl Least<'_> {
    /// Among equals the smallest id counts: the answer does not depend on the order of tasks or links.
    fn take(&mut self, number: Minutes, root: Option<Root>) {
        let id = |root: Option<Root>| {
            root.and_then(|(at, hold)| Some((self.network.tasks.get(at)?.id, hold)))
        };
        let smaller = || match (id(root), id(self.root)) {
            (Some(new), Some(old)) => new < old,
            (new, None) => new.is_some(),
            (None, Some(_)) => false,
        };
        if number < self.number || (number == self.number && smaller()) {
            self.number = number;
            self.root = root;
        }
    }
}

/// Whose dates bind the ends of a summary's children, and those of what holds them.
#[derive(Clone, Copy, Default)]
struct Ends {
    start: Option<Root>,
    finish: Option<Root>,
}

/// A problem for each date that cannot be met, with the tasks that it makes late.
pub(super) fn causes(walk: &Walk<'_>, rows: &[Dates]) -> Vec<Problem> {
    let network = walk.network;
    let late = |at: usize| {
        rows.get(at)
            .is_some_and(|row| !row.summary && row.total_slack < 0)
    };
    if !(0..rows.len()).any(late) {
        return Vec::new();
    }
    let count = network.tasks.len();
    let mut search = Search {
        walk,
        network,
        leaves: vec![None; count],
        sums: vec![Ends::default(); count],
        gates: vec![Ends::default(); count],
    };
    for step in network.steps.iter().rev() {
        match *step {
            Step::Leaf(at) => search.leaf(at),
            Step::Sum(at) => search.sum(at),
            Step::Gate(at) => search.gate(at),
        }
    }
    let mut found: FxHashMap<Root, (Vec<TaskId>, Minutes)> = FxHashMap::default();
    let mut whole: (Vec<TaskId>, Minutes) = Default::default();
    for (at, task) in network.tasks.iter().enumerate().filter(|(at, _)| late(*at)) {
        let root = search.leaves.get(at).copied().flatten();
        let (tasks, minutes) = match root {
            Some(root) => found.entry(root).or_default(),
            None if network.rules.finish_by.is_some() => &mut whole,
            None => continue,
        };
        tasks.push(task.id);
        *minutes = (*minutes).max(rows.get(at).map_or(0, |row| -row.total_slack));
    }
    let mut problems: Vec<Problem> = Vec::with_capacity(found.len());
    let (mut tasks, minutes) = whole;
    if !tasks.is_empty() {
        base::sort::plain(&mut tasks);
        problems.push(Problem::FinishBy { minutes, tasks });
    }
    for ((at, hold), (mut tasks, minutes)) in found {
        if let Some(task) = network.tasks.get(at) {
            base::sort::plain(&mut tasks);
            problems.push(Problem::Late {
                task: task.id,
                hold,
                minutes,
                tasks,
            });
        }
    }
    problems
}

struct Search<'a> {
    walk: &'a Walk<'a>,
    network: &'a Network,
    leaves: Vec<Option<Root>>,
    sums: Vec<Ends>,
    gates: Vec<Ends>,
}

impl Search<'_> {
    fn least(&self) -> Least<'_> {
        Least {
            network: self.network,
            number: Minutes::MAX,
            root: None,
        }
    }

    /// Whose date binds what follows along `edge`.
    fn after(&self, edge: &Edge) -> Option<Root> {
        use crate::plan::LinkKind::{FinishStart, StartStart};
        let succ = self.network.tasks.get(edge.succ)?;
        if !succ.summary {
            return *self.leaves.get(edge.succ)?;
        }
        let ends = self.gates.get(edge.succ)?;
        match edge.kind {
            FinishStart | StartStart => ends.start,
            _ => ends.finish,
        }
    }

    /// Which of its own dates bind the start, and the finish.
    fn own(&self, at: usize) -> (Option<Root>, Option<Root>) {
        let Some(task) = self.network.tasks.get(at) else {
            return (None, None);
        };
        let (start, finish) = task.latest();
        let finish = finish.map(|finish| match task.deadline {
            Some(deadline) if deadline == finish => (at, Hold::Deadline),
            _ => (at, Hold::Constraint),
        });
        (start.map(|_| (at, Hold::Constraint)), finish)
    }

    fn leaf(&mut self, at: usize) {
        let (Some(task), Some(span)) = (self.network.tasks.get(at), self.walk.early.spans.get(at))
        else {
            return;
        };
        if task.actual_finish.is_some() {
            return;
        }
        let work = self.network.work(task);
        let length = length(span);
        let free = task.placed.is_none() && !task.begun();
        let must = free && task.must(work).is_some();
        let mut least = self.least();
        least.take(self.walk.end(task, span, false), None);
        let (start, finish) = task.latest();
        let own = self.own(at);
        if let (Some(start), true) = (start, free) {
            least.take(work.work_at(start).saturating_add(length), own.0);
        }
        if let Some(finish) = finish {
            least.take(work.work_at(finish), own.1);
        }
        if must {
            least.root = Some((at, Hold::Constraint));
        } else {
            for edge in self.network.from.row(at) {
                let Some(edge) = self.network.edges.get(edge) else {
                    continue;
                };
                match self.walk.allows(edge, task, None) {
                    Some((number, true)) => least.take(number, self.after(edge)),
                    Some((number, false)) => {
                        least.take(number.saturating_add(length), self.after(edge));
                    }
                    None => {}
                }
            }
            if let Some(parent) = task.parent
                && let (Some(limit), Some(ends)) =
                    (self.walk.found.sums.get(parent), self.sums.get(parent))
            {
                least.take(work.work_at(limit.finish), ends.finish);
                if self.walk.leads(task, span) {
                    let number = work.work_at(limit.start);
                    least.take(number.saturating_add(length), ends.start);
                }
            }
        }
        // it does not move with what it waits for, so that may have less time than it needs
        let placed = task.placed.is_some().then_some((at, Hold::Placed));
        let root = least.root.or(placed);
        if let Some(slot) = self.leaves.get_mut(at) {
            *slot = root;
        }
    }

    /// What binds the children of summary `at`, in minutes of the clock.
    fn sum(&mut self, at: usize) {
        let (Some(task), Some(span)) = (self.network.tasks.get(at), self.walk.early.spans.get(at))
        else {
            return;
        };
        let work = self.network.work(task);
        let (mut start, mut finish) = (self.least(), self.least());
        if let Some(parent) = task.parent
            && let (Some(limit), Some(ends)) =
                (self.walk.found.sums.get(parent), self.sums.get(parent))
        {
            finish.take(limit.finish.minutes(), ends.finish);
            if self.walk.leads(task, span) {
                start.take(limit.start.minutes(), ends.start);
            }
        }
        let own = self.own(at);
        let (first, last) = task.latest();
        if let Some(first) = first {
            start.take(first.minutes(), own.0);
        }
        if let Some(last) = last {
            finish.take(last.minutes(), own.1);
        }
        for edge in self.network.from.row(at) {
            let Some(edge) = self.network.edges.get(edge) else {
                continue;
            };
            match self.walk.allows(edge, task, None) {
                Some((number, true)) => {
                    finish.take(work.start_of(number).minutes(), self.after(edge));
                }
                Some((number, false)) => {
                    start.take(work.start_of(number).minutes(), self.after(edge));
                }
                None => {}
            }
        }
        let ends = Ends {
            start: start.root,
            finish: finish.root,
        };
        if let Some(slot) = self.sums.get_mut(at) {
            *slot = ends;
        }
    }

    /// What binds the children of summary `at` binds what holds them.
    fn gate(&mut self, at: usize) {
        let (mut start, mut finish) = (self.least(), self.least());
        for child in self.network.children.row(at) {
            let Some(task) = self.network.tasks.get(child) else {
                continue;
            };
            let limit = self.walk.below(child);
            let ends = match task.summary {
                true => self.gates.get(child).copied().unwrap_or_default(),
                false => {
                    let root = self.leaves.get(child).copied().flatten();
                    Ends {
                        start: root,
                        finish: root,
                    }
                }
            };
            if let Some(limit) = limit {
                start.take(limit.start.minutes(), ends.start);
                finish.take(limit.finish.minutes(), ends.finish);
            }
        }
        let ends = Ends {
            start: start.root,
            finish: finish.root,
        };
        if let Some(slot) = self.gates.get_mut(at) {
            *slot = ends;
        }
    }
}
