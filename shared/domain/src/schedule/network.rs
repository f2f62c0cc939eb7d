//! The plan as flat arrays: what the passes walk over.

use base::{LinkId, Minutes, Moment, TaskId};
use rustc_hash::FxHashMap;

use super::hours::{self, WorkTimes};
use super::{Problem, cycles};
use crate::calendar::WorkTime;
use crate::plan::{Constraint, Lag, LagCalendar, LinkKind, Logic, Placed, Plan, Rules, Task};

/// More than the minutes of all years that plans can hold: longer durations and lags mean the same.
const LONGEST: Minutes = 1 << 40;

/// A task, ready for the passes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    /// The task.
    pub(super) id: TaskId,
    /// Its calendar, an index into [`Network::calendars`].
    pub(super) calendar: usize,
    /// Working minutes from its start to its finish, 0 or more.
    pub(super) duration: Minutes,
    /// Minutes by the clock that it waits after what its links ask for; 0 once it has begun.
    pub(super) delay: Minutes,
    /// It may not start before.
    pub(super) not_before: Option<Moment>,
    /// Its own limit.
    pub(super) constraint: Option<Constraint>,
    /// What takes slack away, and moves nothing.
    pub(super) deadline: Option<Moment>,
    /// Nothing waits for it.
    pub(super) inactive: bool,
    /// Where it stands by hand; never finished before it starts.
    pub(super) placed: Option<Placed>,
    /// Given dates.
    pub(super) actual_start: Option<Moment>,
    /// Given dates; never before the actual start.
    pub(super) actual_finish: Option<Moment>,
    /// Working minutes still to be done of what has begun.
    pub(super) remaining: Minutes,
    /// Its summary.
    pub(super) parent: Option<usize>,
    /// It has children.
    pub(super) summary: bool,
    /// No date was given to it: its links alone say where it lies.
    pub(super) plain: bool,
}

/// A link between two tasks, by index.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    pub(super) id: LinkId,
    pub(super) pred: usize,
    pub(super) succ: usize,
    pub(super) kind: LinkKind,
    /// Both ends are tasks without children and delays, and count in the calendar of the lag.
    direct: bool,
    pub(super) lag: Lag,
    /// The successor's own delay, after the lag.
    pub(super) delay: Minutes,
    /// The calendar of working lag, an index into [`Network::calendars`].
    pub(super) calendar: usize,
}

impl Edge {
    /// The lag where both ends count in its calendar: work numbers can be added without going through moments.
    #[inline]
    pub(super) fn same_calendar(&self) -> Option<Minutes> {
        match self.lag {
            Lag::Working(lag) if self.direct => Some(lag),
            _ => None,
        }
    }
}

/// Adjacency in two arrays: the neighbours of `i` are `items[starts[i]..starts[i + 1]]`.
#[derive(Default)]
pub(super) struct Table {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Table {
    /// From pairs (row, item).
    pub(super) fn new(rows: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut starts = vec![0u32; rows + 1];
        for (row, _) in pairs.clone() {
            if let Some(slot) = starts.get_mut(row + 1) {
                *slot += 1;
            }
        }
        let mut sum = 0;
        for slot in &mut starts {
            sum += *slot;
            *slot = sum;
        }
        let mut items = vec![0u32; sum as usize];
        let mut next = starts.clone();
        for (row, item) in pairs {
            if let Some(at) = next.get_mut(row) {
                if let Some(slot) = items.get_mut(*at as usize) {
                    *slot = item as u32;
                }
                *at += 1;
            }
        }
        Self { starts, items }
    }

    /// The items of a row.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = usize> + Clone + '_ {
        let from = self.starts.get(row).map_or(0, |at| *at as usize);
        let to = self.starts.get(row + 1).map_or(0, |at| *at as usize);
        self.items
            .get(from..to)
            .unwrap_or(&[])
            .iter()
            .map(|item| *item as usize)
    }
}

/// A step of the passes.
///
/// A task is one step. A summary is two: the *gate*, where links to it and its constraint are gathered for its
/// children, and its *sum*, after all of them, where links from it start. Gates are numbered after the tasks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A task without children.
    Leaf(usize),
    /// The end of a summary.
    Sum(usize),
    /// The beginning of a summary.
    Gate(usize),
}

/// The plan as flat arrays.
pub(super) struct Network {
    /// All tasks, in the order of the plan.
    pub(super) tasks: Vec<Node>,
    /// All calendars in use.
    pub(super) calendars: Vec<WorkTime>,
    /// All links that take part.
    pub(super) edges: Vec<Edge>,
    /// Links into each task.
    pub(super) into: Table,
    /// Links out of each task.
    pub(super) from: Table,
    /// Children of each task.
    pub(super) children: Table,
    /// All steps, each after everything it waits for.
    pub(super) steps: Vec<Step>,
    /// When the plan starts.
    pub(super) start: Moment,
    /// How dates are derived.
    pub(super) rules: Rules,
    /// When the plan starts, or the data date where that is later, as a work number of each calendar.
    begins: Vec<Minutes>,
}

impl Network {
    /// Flattens a plan; what is missing or circular is left out and reported.
    pub(super) fn new(plan: &Plan) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let index = hours::index(plan);
        let parents = parents(plan, &index);
        let WorkTimes {
            list: calendars,
            of: counts,
            own,
            default,
        } = WorkTimes::with(plan, &parents, &mut problems);
        let mut tasks: Vec<Node> = (plan.tasks.iter().zip(counts).zip(&parents))
            .map(|((task, calendar), parent)| node(task, calendar, *parent))
            .collect();
        for parent in parents.iter().flatten() {
            if let Some(task) = tasks.get_mut(*parent) {
                task.summary = true;
            }
        }
        sleep(&mut tasks);
        let mut edges: Vec<Edge> = Vec::with_capacity(plan.links.len());
        for link in &plan.links {
            match (index.get(&link.pred), index.get(&link.succ)) {
                // nothing waits for what is not part of the work
                (Some(&pred), Some(_)) if tasks.get(pred).is_some_and(|pred| pred.inactive) => {}
                (Some(&pred), Some(&succ)) => {
                    // lag does not look at who does the work
                    let of = |at: usize| own.get(at).copied().unwrap_or(default);
                    let (lag, calendar) = match (link.lag, plan.rules.lag) {
                        (Lag::Working(lag), LagCalendar::Predecessor) => {
                            (Lag::Working(lag), of(pred))
                        }
                        (Lag::Working(lag), LagCalendar::Successor) => {
                            (Lag::Working(lag), of(succ))
                        }
                        (Lag::Working(lag), LagCalendar::Plan) => (Lag::Working(lag), default),
                        (Lag::Working(lag), LagCalendar::Elapsed) | (Lag::Elapsed(lag), _) => {
                            (Lag::Elapsed(lag), default)
                        }
                    };
                    let counts = |at: usize| {
                        let task = tasks.get(at);
                        task.is_some_and(|task| {
                            task.calendar == calendar && !task.summary && task.delay == 0
                        })
                    };
                    edges.push(Edge {
                        direct: counts(pred) && counts(succ),
                        id: link.id,
                        pred,
                        succ,
                        kind: link.kind,
                        delay: (tasks.get(succ).filter(|task| !task.summary))
                            .map_or(0, |task| task.delay),
                        lag: match lag {
                            Lag::Working(lag) => Lag::Working(lag.clamp(-LONGEST, LONGEST)),
                            Lag::Elapsed(lag) => Lag::Elapsed(lag.clamp(-LONGEST, LONGEST)),
                        },
                        calendar,
                    });
                }
                _ => problems.push(Problem::MissingTask { link: link.id }),
            }
        }
        let children = Table::new(
            tasks.len(),
            (parents.iter().enumerate()).filter_map(|(child, parent)| Some(((*parent)?, child))),
        );
        let (steps, from) = cycles::order(&tasks, &children, &mut edges, &mut problems);
        let into = Table::new(tasks.len(), edges.iter().map(|e| e.succ).zip(0..));
        let begin = plan.start.max(plan.rules.data_date.unwrap_or(plan.start));
        let begins = calendars.iter().map(|work| work.work_at(begin));
        let network = Self {
            begins: begins.collect(),
            tasks,
            calendars,
            edges,
            into,
            from,
            children,
            steps,
            start: plan.start,
            rules: plan.rules,
        };
        (network, problems)
    }

    /// Whether links into a task still hold it, or what remains of it: what is done waits no longer, and what has begun
    /// only where links are retained.
    pub(super) fn waits(&self, task: &Node) -> bool {
        let retained = self.rules.data_date.is_some() && self.rules.logic == Logic::Retained;
        task.actual_finish.is_none() && (task.actual_start.is_none() || retained)
    }

    /// The work number before which nothing starts that has not begun.
    pub(super) fn begin(&self, task: &Node) -> Minutes {
        self.begins.get(task.calendar).copied().unwrap_or_default()
    }

    /// The calendar in which the lag of a link counts.
    pub(super) fn lag_work(&self, edge: &Edge) -> &WorkTime {
        self.calendars
            .get(edge.calendar)
            .unwrap_or(&self.calendars[0])
    }

    /// The working time of a task.
    pub(super) fn work(&self, task: &Node) -> &WorkTime {
        // `calendar` always names one; there is always a first
        self.calendars
            .get(task.calendar)
            .unwrap_or(&self.calendars[0])
    }
}

/// Whether it has not begun, so that its own delay counts.
pub(super) fn waits(task: &Task) -> bool {
    task.actual_start.is_none() && task.actual_finish.is_none()
}

pub(super) fn node(task: &Task, calendar: usize, parent: Option<usize>) -> Node {
    let own = task.duration.clamp(0, LONGEST);
    let duration = match own {
        0 => 0,
        own => own + task.pause.clamp(0, LONGEST),
    };
    let left = 100 - Minutes::from(task.percent.min(100));
    Node {
        id: task.id,
        calendar,
        duration,
        delay: match waits(task) {
            true => task.delay.clamp(0, LONGEST),
            false => 0,
        },
        not_before: task.not_before,
        constraint: task.constraint,
        deadline: task.deadline,
        inactive: task.inactive,
        placed: task.placed.map(|placed| Placed {
            finish: placed.finish.map(|finish| finish.max(placed.start)),
            ..placed
        }),
        actual_start: task.actual_start,
        actual_finish: match (task.actual_start, task.actual_finish) {
            (Some(start), Some(finish)) => Some(finish.max(start)),
            (_, finish) => finish,
        },
        remaining: match task.remaining {
            Some(remaining) => remaining.clamp(0, LONGEST),
            // rounded up: what is not wholly done is not done
            None => (own * left + 99) / 100,
        },
        parent,
        summary: false,
        plain: task.not_before.is_none()
            && task.constraint.is_none()
            && task.deadline.is_none()
            && task.placed.is_none()
            && task.actual_start.is_none()
            && task.actual_finish.is_none(),
    }
}

/// What lies under an inactive summary is inactive too.
fn sleep(tasks: &mut [Node]) {
    if !tasks.iter().any(|task| task.inactive) {
        return;
    }
    for at in 0..tasks.len() {
        let mut above = tasks.get(at).and_then(|task| task.parent);
        while let Some(task) = above.and_then(|above| tasks.get(above)) {
            if task.inactive {
                tasks[at].inactive = true;
                break;
            }
            above = task.parent;
        }
    }
}

/// Each task's parent by index. Where parents run in a circle, the smallest id of it goes to the top.
pub(super) fn parents(plan: &Plan, index: &FxHashMap<TaskId, usize>) -> Vec<Option<usize>> {
    let mut parents: Vec<Option<usize>> = plan
        .tasks
        .iter()
        .map(|task| task.parent.and_then(|id| index.get(&id).copied()))
        .collect();
    // 0: not seen, 1: on the current way up, 2: leads to the top
    let mut state = vec![0u8; parents.len()];
    let mut way = Vec::new();
    for task in 0..parents.len() {
        let mut at = Some(task);
        while let Some(here) = at {
            match state.get(here) {
                Some(0) => {
                    state[here] = 1;
                    way.push(here);
                    at = parents.get(here).copied().flatten();
                }
                Some(1) => {
                    let from = way.iter().position(|w| *w == here).unwrap_or(0);
                    let top = way.iter().skip(from).copied();
                    if let Some(top) = top.min_by_key(|w| plan.tasks.get(*w).map(|t| t.id)) {
                        parents[top] = None;
                    }
                    break;
                }
                _ => break,
            }
        }
        for here in way.drain(..) {
            state[here] = 2;
        }
    }
    parents
}
