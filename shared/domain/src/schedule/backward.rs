//! Backward: the latest dates that delay nothing, and how far each task may slip before the next one moves.

use base::time::RANGE;
use base::{Minutes, Moment};

use super::forward::{Early, Span};
use super::network::{Edge, Network, Node, Step};
use crate::plan::{Lag, Latest, LinkKind};

/// Work number of the latest finish of each task, from `late` or `free`. Of no meaning for summaries.
pub(super) type Limits = Vec<Minutes>;

/// How late the ends of a task or summary may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) start: Moment,
    pub(super) finish: Moment,
}

pub(super) const OPEN: Limit = Limit {
    start: RANGE.1,
    finish: RANGE.1,
};

/// What a pass from the end has found.
#[derive(Default)]
pub(super) struct Late {
    /// Latest finish of each task, as a work number.
    pub(super) finish: Limits,
    /// What the children of a summary must allow to what holds it.
    pub(super) gates: Vec<Limit>,
    /// What follows a summary asks of its children.
    pub(super) sums: Vec<Limit>,
}

impl Late {
    /// Nothing found yet.
    pub(super) fn new(count: usize) -> Self {
        Self {
            finish: vec![0; count],
            gates: vec![OPEN; count],
            sums: vec![OPEN; count],
        }
    }
}

/// Latest finishes that do not delay the plan's end.
pub(super) fn late<'a>(network: &'a Network, early: &'a Early) -> Walk<'a> {
    let mut walk = Walk::new(network, early, Late::new(network.tasks.len()));
    for step in network.steps.iter().rev() {
        match *step {
            Step::Sum(at) => walk.close(at, None),
            Step::Leaf(at) => {
                let limit = walk.leaf(at, None);
                if let Some(slot) = walk.found.finish.get_mut(at) {
                    *slot = limit;
                }
            }
            Step::Gate(at) => walk.gate(at),
        }
    }
    walk
}

/// Latest finishes that do not move the early dates of any other task.
pub(super) fn free<'a>(network: &'a Network, early: &'a Early) -> Walk<'a> {
    let mut walk = Walk::new(network, early, Late::new(network.tasks.len()));
    for step in network.steps.iter().rev() {
        match *step {
            Step::Sum(at) => {
                walk.close(at, Some(early));
                walk.keep_sum(at);
            }
            Step::Leaf(at) => {
                let limit = walk.leaf(at, Some(early));
                if let Some(slot) = walk.found.finish.get_mut(at) {
                    *slot = limit;
                }
            }
            Step::Gate(_) => {}
        }
    }
    walk
}

/// The latest finishes to which tasks go that are to be as late as possible.
pub(super) fn latest(network: &Network, early: &Early) -> Limits {
    if network.rules.late == Latest::AllSlack {
        return late(network, early).found.finish;
    }
    // as for the free slack, but what follows such a task may be one itself, and has moved by then
    let mut walk = Walk::new(network, early, Late::new(network.tasks.len()));
    walk.chained = true;
    for step in network.steps.iter().rev() {
        match *step {
            Step::Sum(at) => {
                walk.close(at, Some(early));
                walk.keep_sum(at);
            }
            Step::Leaf(at) => {
                let mut limit = walk.leaf(at, Some(early));
                if let Some(task) = network.tasks.get(at).filter(|task| task.late())
                    && let Some(deadline) = task.deadline
                {
                    limit = limit.min(network.work(task).work_at(deadline));
                }
                if let Some(slot) = walk.found.finish.get_mut(at) {
                    *slot = limit;
                }
            }
            Step::Gate(_) => {}
        }
    }
    walk.found.finish
}

/// A pass from the end to the start.
pub(super) struct Walk<'a> {
    pub(super) network: &'a Network,
    pub(super) early: &'a Early,
    pub(super) found: Late,
    /// The plan's end as a work number of each calendar, and the date by which it must be finished.
    ends: Vec<(Minutes, Option<Minutes>)>,
    /// Successors that are to be as late as possible stand at their limits, also where others stand at their early dates.
    chained: bool,
}

impl<'a> Walk<'a> {
    /// Goes on from what was found.
    pub(super) fn new(network: &'a Network, early: &'a Early, found: Late) -> Self {
        let by = network.rules.finish_by;
        let ends = network.calendars.iter();
        Self {
            network,
            early,
            found,
            ends: ends
                .map(|work| (work.work_at(early.finish), by.map(|by| work.work_at(by))))
                .collect(),
            chained: false,
        }
    }

    /// Before which a task must be finished for the plan's end alone. `fixed`: so that nothing moves.
    pub(super) fn end(&self, task: &Node, span: &Span, fixed: bool) -> Minutes {
        let (own, by) = self.ends.get(task.calendar).copied().unwrap_or_default();
        match by {
            Some(by) if !fixed => by,
            Some(by) if self.chained => by.max(own).max(span.finish),
            // in range where the date was: the plan's end may lie in time that this calendar does not work
            _ => own.max(span.finish),
        }
    }

    /// A summary's own limit, as a work number of its calendar: of use where the walk keeps successors where they are.
    pub(super) fn keep_sum(&mut self, at: usize) {
        if let (Some(task), Some(limit), Some(slot)) = (
            self.network.tasks.get(at),
            self.found.sums.get(at),
            self.found.finish.get_mut(at),
        ) {
            let finish = limit.finish.min(self.early.finish);
            *slot = self.network.work(task).work_at(finish);
        }
    }

    /// How late `edge` lets its predecessor be, and whether that binds the predecessor's finish (or its start).
    /// `None` where it no longer binds. With `fixed` the successor stands at its early dates.
    pub(super) fn allows(
        &self,
        edge: &Edge,
        pred: &Node,
        fixed: Option<&Early>,
    ) -> Option<(Minutes, bool)> {
        let succ = self.network.tasks.get(edge.succ)?;
        let at_start = matches!(edge.kind, LinkKind::FinishStart | LinkKind::StartStart);
        let binds_finish = matches!(edge.kind, LinkKind::FinishStart | LinkKind::FinishFinish);
        if succ.inactive {
            return None;
        }
        if !pred.plain && !pred.summary && pred.came_about(binds_finish) {
            return None;
        }
        let mut fixed = fixed;
        if !succ.plain {
            fixed = fixed.filter(|_| !(self.chained && succ.late()));
            if !succ.summary && !self.network.waits(succ) {
                return None;
            }
        }
        let work = self.network.work(pred);
        let number = match (edge.same_calendar(), fixed) {
            (Some(lag), Some(early)) => {
                let span = early.spans.get(edge.succ)?;
                if at_start { span.resume } else { span.finish }.saturating_sub(lag)
            }
            (Some(lag), None) => {
                let finish = *self.found.finish.get(edge.succ)?;
                let rest = rest(self.early.spans.get(edge.succ)?);
                if at_start { finish - rest } else { finish }.saturating_sub(lag)
            }
            (None, _) => {
                let moment = self.moment(edge, succ, at_start, fixed)?.plus(-edge.delay);
                match edge.lag {
                    Lag::Working(lag) if edge.calendar == pred.calendar || lag == 0 => {
                        work.work_at(moment).saturating_sub(lag)
                    }
                    Lag::Working(lag) => {
                        let other = self.network.lag_work(edge);
                        let number = other.work_at(moment).saturating_sub(lag);
                        work.work_at(other.start_of(number))
                    }
                    Lag::Elapsed(lag) => work.work_at(moment.plus(-lag)),
                }
            }
        };
        Some((number, binds_finish))
    }

    /// How late the successor's start (or finish) may be.
    fn moment(
        &self,
        edge: &Edge,
        succ: &Node,
        at_start: bool,
        fixed: Option<&Early>,
    ) -> Option<Moment> {
        let work = self.network.work(succ);
        let span = self.early.spans.get(edge.succ)?;
        match (fixed, succ.summary) {
            (Some(_), true) => Some(if at_start {
                span.start_at
            } else {
                work.start_of(span.finish)
            }),
            (Some(_), false) => {
                Some(work.start_of(if at_start { span.resume } else { span.finish }))
            }
            (None, true) => {
                let limit = self.found.gates.get(edge.succ)?;
                let moment = if at_start { limit.start } else { limit.finish };
                // nothing below it waits
                (moment < RANGE.1).then_some(moment)
            }
            (None, false) => {
                let finish = *self.found.finish.get(edge.succ)?;
                Some(work.start_of(if at_start {
                    finish - rest(span)
                } else {
                    finish
                }))
            }
        }
    }

    /// The latest finish of a task without children.
    pub(super) fn leaf(&self, at: usize, fixed: Option<&Early>) -> Minutes {
        let (Some(task), Some(span)) = (self.network.tasks.get(at), self.early.spans.get(at))
        else {
            return 0;
        };
        if task.actual_finish.is_some() {
            return span.finish;
        }
        let work = self.network.work(task);
        let length = length(span);
        let mut finish = self.end(task, span, fixed.is_some());
        let free = task.plain || (task.placed.is_none() && !task.begun());
        if !task.plain
            && let (Some(must), None, true) = (task.must(work), fixed, free)
        {
            return must + task.duration;
        }
        for edge in self.network.from.row(at) {
            let edge = self.network.edges.get(edge);
            match edge.and_then(|edge| self.allows(edge, task, fixed)) {
                Some((number, true)) => finish = finish.min(number),
                Some((number, false)) => finish = finish.min(number.saturating_add(length)),
                None => {}
            }
        }
        if let Some(limit) = task.parent.and_then(|parent| self.found.sums.get(parent)) {
            if limit.finish < RANGE.1 {
                finish = finish.min(work.work_at(limit.finish));
            }
            if limit.start < RANGE.1 && self.leads(task, span) {
                finish = finish.min(work.work_at(limit.start).saturating_add(length));
            }
        }
        if fixed.is_none() && !task.plain {
            let (start, end) = task.latest();
            if let (Some(start), true) = (start, free) {
                finish = finish.min(work.work_at(start).saturating_add(length));
            }
            if let Some(end) = end {
                finish = finish.min(work.work_at(end));
            }
        }
        finish
    }

    /// Whether the start of this task or summary is the start of the summary above.
    pub(super) fn leads(&self, task: &Node, span: &Span) -> bool {
        let above = task.parent.and_then(|parent| self.early.spans.get(parent));
        above.is_some_and(|above| above.start_at == span.start_at)
    }

    /// Gathers what follows summary `at` asks of its children.
    pub(super) fn close(&mut self, at: usize, fixed: Option<&Early>) {
        let (Some(task), Some(span)) = (self.network.tasks.get(at), self.early.spans.get(at))
        else {
            return;
        };
        let work = self.network.work(task);
        let mut limit = OPEN;
        if let Some(above) = task.parent.and_then(|parent| self.found.sums.get(parent)) {
            limit.finish = above.finish;
            if self.leads(task, span) {
                limit.start = above.start;
            }
        }
        if fixed.is_none() {
            let (start, finish) = task.latest();
            limit.start = limit.start.min(start.unwrap_or(limit.start));
            limit.finish = limit.finish.min(finish.unwrap_or(limit.finish));
        }
        for edge in self.network.from.row(at) {
            let edge = self.network.edges.get(edge);
            match edge.and_then(|edge| self.allows(edge, task, fixed)) {
                Some((number, true)) => limit.finish = limit.finish.min(work.start_of(number)),
                Some((number, false)) => limit.start = limit.start.min(work.start_of(number)),
                None => {}
            }
        }
        if let Some(slot) = self.found.sums.get_mut(at) {
            *slot = limit;
        }
    }

    /// What a child of a summary allows to what holds it.
    pub(super) fn below(&self, child: usize) -> Option<Limit> {
        let task = self.network.tasks.get(child)?;
        if task.summary {
            return self.found.gates.get(child).copied();
        }
        let work = self.network.work(task);
        let finish = *self.found.finish.get(child)?;
        let mut limit = OPEN;
        if self.network.waits(task) && !task.inactive {
            let start = work.start_of(finish - rest(self.early.spans.get(child)?));
            limit.start = start.plus(-task.delay);
            limit.finish = work.start_of(finish).plus(-task.delay);
        }
        Some(limit)
    }

    /// Gathers what the children of summary `at` allow to what holds it.
    pub(super) fn gate(&mut self, at: usize) {
        let mut limit = OPEN;
        for child in self.network.children.row(at) {
            if let Some(below) = self.below(child) {
                limit.start = limit.start.min(below.start);
                limit.finish = limit.finish.min(below.finish);
            }
        }
        if let Some(slot) = self.found.gates.get_mut(at) {
            *slot = limit;
        }
    }
}

/// Working minutes of it that are still to be done.
fn rest(span: &Span) -> Minutes {
    span.finish - span.resume
}

/// Working minutes that a task takes where it lies: its duration, unless cut at the end of time or actual.
pub(super) fn length(span: &Span) -> Minutes {
    span.finish - span.start
}
