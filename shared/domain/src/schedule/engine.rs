//! The schedule from edit to edit: only what an edit reaches is computed anew.

use base::{CalendarId, Minutes, Moment, TaskId};
use rustc_hash::FxHashMap;

use super::backward;
use super::hours::{self, Crew};
use super::network::{self, Network};
use super::reach::{self, Carried};
use super::{Parts, Problem, Schedule};
use crate::calendar::Calendar;
use crate::plan::{Constraint, Link, Placed, Plan, Rules, Task};

/// Keeps a plan's schedule, and makes the next one from it: what it gives is always what [`super::schedule`] gives, to
/// which it is the quicker way after an edit.
#[derive(Default)]
pub struct Engine {
    kept: Option<Box<Kept>>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tasks = self
            .kept
            .as_ref()
            .map(|kept| kept.parts.schedule.rows.len());
        f.debug_struct("Engine").field("tasks", &tasks).finish()
    }
}

impl Engine {
    /// The dates of a plan, which is best the one before with some edits. Total, as [`super::schedule`].
    pub fn run(&mut self, plan: &Plan) -> (Schedule, Vec<Problem>) {
        let kept = match self.kept.take() {
            Some(mut kept) if kept.source.goes_on(plan) => {
                kept.go_on(plan);
                kept
            }
            _ => Box::new(Kept::new(plan)),
        };
        let parts = &self.kept.insert(kept).parts;
        (parts.schedule.clone(), parts.problems.clone())
    }
}

/// A schedule with what it was made of.
struct Kept {
    source: Source,
    parts: Parts,
}

impl Kept {
    fn new(plan: &Plan) -> Self {
        Self {
            source: Source::new(plan),
            parts: Parts::new(plan),
        }
    }

    fn go_on(&mut self, plan: &Plan) {
        let parts = &mut self.parts;
        let rows = plan.tasks.iter().map(Row::new);
        let same_rows = plan.tasks.len() == self.source.rows.len()
            && (rows.clone().zip(&self.source.rows)).all(|(new, old)| new.stands_as(old));
        if same_rows && plan.links == self.source.links {
            // the network stays, but for some of its tasks
            let mut touched = vec![false; plan.tasks.len()];
            for (at, (task, row)) in plan.tasks.iter().zip(rows).enumerate() {
                let (Some(old), Some(slot)) = (self.source.rows.get_mut(at), touched.get_mut(at))
                else {
                    continue;
                };
                if *old != row {
                    *old = row;
                    if let Some(node) = parts.network.tasks.get_mut(at) {
                        let new = network::node(task, node.calendar, node.parent);
                        *slot = true;
                        *node = network::Node {
                            summary: node.summary,
                            inactive: node.inactive,
                            ..new
                        };
                    }
                }
            }
            parts.spread(&touched);
            return;
        }
        let (network, named) = Network::new(plan);
        match Carried::new(parts, &network) {
            Some(carried) => {
                parts.network = network;
                parts.named = named;
                let touched = carried.into(parts);
                parts.spread(&touched);
                self.source = Source::new(plan);
            }
            None => *self = Self::new(plan),
        }
    }
}

impl Parts {
    /// Computes what the touched tasks reach.
    fn spread(&mut self, touched: &[bool]) {
        let end = self.early.finish;
        let moved = reach::forward(&self.network, &mut self.early, touched);
        if self.early.finish == end {
            let reached: Vec<bool> = touched.iter().zip(&moved).map(|(a, b)| *a || *b).collect();
            let due = reach::late(&self.network, &self.early, &mut self.late, &reached);
            let free = reach::free(&self.network, &self.early, &mut self.free, &reached);
            let parts = reached.iter().zip(&due).zip(&free);
            let due: Vec<bool> = parts.map(|((a, b), c)| *a || *b || *c).collect();
            reach::rows(self, &due);
        } else {
            // the end of the plan bounds every task
            self.late = backward::late(&self.network, &self.early).found;
            self.free = backward::free(&self.network, &self.early).found;
            self.put_rows();
        }
        self.find_problems();
    }
}

/// What of a plan its dates hang on.
struct Source {
    rows: Vec<Row>,
    links: Vec<Link>,
    calendars: Vec<(CalendarId, Calendar)>,
    calendar: Option<CalendarId>,
    /// Whom tasks follow.
    crews: FxHashMap<TaskId, Crew>,
    rules: Rules,
    start: Moment,
    /// There is a task that goes to its late dates: forward hangs on backward.
    late: bool,
}

impl Source {
    fn new(plan: &Plan) -> Self {
        Self {
            rows: plan.tasks.iter().map(Row::new).collect(),
            links: plan.links.clone(),
            calendars: plan.calendars.clone(),
            calendar: plan.calendar,
            crews: hours::crews(plan),
            rules: plan.rules,
            start: plan.start,
            late: late(plan),
        }
    }

    /// Whether the next plan has the same frame, so that its schedule can be made from this one's.
    fn goes_on(&self, plan: &Plan) -> bool {
        self.start == plan.start
            && self.rules == plan.rules
            && self.calendar == plan.calendar
            && self.calendars == plan.calendars
            && !self.late
            && !late(plan)
            && self.crews == hours::crews(plan)
    }
}

fn late(plan: &Plan) -> bool {
    let mut tasks = plan.tasks.iter();
    tasks.any(|task| task.constraint == Some(Constraint::AsLateAsPossible))
}

/// What of a task its dates, and others', hang on.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Row {
    id: TaskId,
    parent: Option<TaskId>,
    calendar: Option<CalendarId>,
    elapsed: bool,
    inactive: bool,
    duration: Minutes,
    pause: Minutes,
    /// 0 once it has begun.
    delay: Minutes,
    not_before: Option<Moment>,
    constraint: Option<Constraint>,
    deadline: Option<Moment>,
    placed: Option<Placed>,
    percent: u8,
    actual_start: Option<Moment>,
    actual_finish: Option<Moment>,
    remaining: Option<Minutes>,
}

impl Row {
    fn new(task: &Task) -> Self {
        Self {
            id: task.id,
            parent: task.parent,
            calendar: task.calendar,
            elapsed: task.elapsed,
            inactive: task.inactive,
            duration: task.duration,
            pause: task.pause,
            delay: match network::waits(task) {
                true => task.delay,
                false => 0,
            },
            not_before: task.not_before,
            constraint: task.constraint,
            deadline: task.deadline,
            placed: task.placed,
            percent: task.percent,
            actual_start: task.actual_start,
            actual_finish: task.actual_finish,
            remaining: task.remaining,
        }
    }

    /// Whether the network with the one is the network with the other, but for this task's own figures.
    fn stands_as(&self, other: &Self) -> bool {
        self.id == other.id
            && self.parent == other.parent
            && self.calendar == other.calendar
            && self.elapsed == other.elapsed
            && self.inactive == other.inactive
            && self.delay == other.delay
    }
}
