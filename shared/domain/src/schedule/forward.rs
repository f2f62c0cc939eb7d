//! Forward: the earliest dates.

use base::{Minutes, Moment};

use super::network::{Edge, Network, Node, Step};
use crate::calendar::WorkTime;
use crate::plan::{Lag, LinkKind};

/// Where a task or summary lies: as moments, and as work numbers of its calendar.
#[derive(Clone, Copy, Default)]
pub(super) struct Span {
    /// Work number of the start.
    pub(super) start: Minutes,
    /// Work number of the finish.
    pub(super) finish: Minutes,
    /// The start; the beginning of a working period.
    pub(super) start_at: Moment,
    /// The finish; the end of a working period. For a milestone the same as the start.
    pub(super) finish_at: Moment,
}

/// The earliest dates of all tasks.
pub(super) struct Early {
    /// In the order of the tasks; a summary's are those of its children.
    pub(super) spans: Vec<Span>,
    /// A milestone's moment as shown: the end of the work it waits for rather than the start of the next.
    pub(super) shown: Vec<Option<Moment>>,
    /// The date was cut at the end of time.
    pub(super) cut: Vec<bool>,
    /// The latest finish.
    pub(super) finish: Moment,
}

/// What holds the children of a summary.
#[derive(Clone, Copy)]
struct Gate {
    start: Moment,
    finish: Moment,
}

/// The moment that a link asks of its successor, `shown` being the predecessor's own where it is a milestone.
fn asks(network: &Network, edge: &Edge, pred: &Node, span: &Span, shown: Option<Moment>) -> Moment {
    let work = network.work(pred);
    let (number, at) = match edge.kind {
        LinkKind::FinishStart | LinkKind::FinishFinish => (span.finish, span.finish_at),
        LinkKind::StartStart | LinkKind::StartFinish => (span.start, span.start_at),
    };
    match edge.lag {
        Lag::Working(0) => shown.unwrap_or(at),
        Lag::Working(lag @ 1..) => work.end_of(number.saturating_add(lag)),
        Lag::Working(lag) => work.start_of(number.saturating_add(lag)),
        Lag::Elapsed(lag) => at.plus(lag),
    }
}

/// Both ends count in one calendar: work numbers can be added without going through moments.
pub(super) fn same_calendar(edge: &Edge, pred: &Node, succ: &Node) -> Option<Minutes> {
    match edge.lag {
        Lag::Working(lag) if pred.calendar == succ.calendar && !pred.summary && !succ.summary => {
            Some(lag)
        }
        _ => None,
    }
}

/// Walks all steps.
pub(super) fn pass(network: &Network) -> Early {
    let count = network.tasks.len();
    let mut early = Early {
        spans: vec![Span::default(); count],
        shown: vec![None; count],
        cut: vec![false; count],
        finish: network.start,
    };
    let mut gates = vec![
        Gate {
            start: base::time::RANGE.0,
            finish: base::time::RANGE.0,
        };
        if network.tasks.iter().any(|t| t.summary) {
            count
        } else {
            0
        }
    ];
    let mut last = None;
    for step in &network.steps {
        match *step {
            Step::Gate(at) => {
                let gate = open(network, &early, &gates, at);
                if let (Some(slot), Some(gate)) = (gates.get_mut(at), gate) {
                    *slot = gate;
                }
            }
            Step::Leaf(at) => {
                if let Some(task) = network.tasks.get(at) {
                    let gate = task.parent.and_then(|parent| gates.get(parent)).copied();
                    leaf(network, &mut early, gate, at, task);
                    last = last.max(early.spans.get(at).map(|span| span.finish_at));
                }
            }
            Step::Sum(at) => sum(network, &mut early, at),
        }
    }
    early.finish = last.unwrap_or(network.start);
    early
}

/// Gathers what holds the children of summary `at`.
fn open(network: &Network, early: &Early, gates: &[Gate], at: usize) -> Option<Gate> {
    let task = network.tasks.get(at)?;
    let mut gate = *task.parent.and_then(|p| gates.get(p)).or(gates.get(at))?;
    if let Some(limit) = task.not_before {
        gate.start = gate.start.max(limit);
    }
    for edge in network.into.row(at).filter_map(|e| network.edges.get(e)) {
        let (Some(pred), Some(span)) = (network.tasks.get(edge.pred), early.spans.get(edge.pred))
        else {
            continue;
        };
        let asked = asks(network, edge, pred, span, None);
        match edge.kind {
            LinkKind::FinishStart | LinkKind::StartStart => gate.start = gate.start.max(asked),
            LinkKind::FinishFinish | LinkKind::StartFinish => gate.finish = gate.finish.max(asked),
        }
    }
    Some(gate)
}

fn leaf(network: &Network, early: &mut Early, gate: Option<Gate>, at: usize, task: &Node) {
    let work = network.work(task);
    let milestone = task.duration == 0;
    let (span, cut) = match given(work, task) {
        Some(given) => given,
        None => {
            let number = earliest(network, early, gate, at, task, work);
            let start = number.clamp(0, work.total());
            let finish = number.saturating_add(task.duration).min(work.total());
            let start_at = work.start_of(start);
            let span = Span {
                start,
                finish,
                start_at,
                finish_at: if finish == start {
                    start_at
                } else {
                    work.end_of(finish)
                },
            };
            // the last number is the end of time: nothing starts or ends there in earnest
            (span, number + task.duration >= work.total())
        }
    };
    if milestone && task.actual_start.is_none() && task.actual_finish.is_none() {
        let moment = drives(network, early, gate, at, task, span.start);
        if let Some(slot) = early.shown.get_mut(at) {
            *slot = Some(moment.unwrap_or(span.start_at));
        }
    }
    if let (Some(slot), Some(flag)) = (early.spans.get_mut(at), early.cut.get_mut(at)) {
        *slot = span;
        *flag = cut;
    }
}

/// The dates of a task that has begun, and whether they were cut.
fn given(work: &WorkTime, task: &Node) -> Option<(Span, bool)> {
    let (start_at, finish_at) = match (task.actual_start, task.actual_finish) {
        (None, None) => return None,
        (Some(start), Some(finish)) => (start, finish),
        (Some(start), None) if task.duration == 0 => (start, start),
        (Some(start), None) => (start, work.add(start, task.duration)),
        (None, Some(finish)) if task.duration == 0 => (finish, finish),
        (None, Some(finish)) => (work.add(finish, -task.duration).min(finish), finish),
    };
    let span = Span {
        start: work.work_at(start_at),
        finish: work.work_at(finish_at),
        start_at,
        finish_at,
    };
    Some((span, finish_at >= base::time::RANGE.1))
}

/// The work number before which `task` cannot start.
fn earliest(
    network: &Network,
    early: &Early,
    gate: Option<Gate>,
    at: usize,
    task: &Node,
    work: &WorkTime,
) -> Minutes {
    let mut start = work.work_at(network.start);
    if let Some(limit) = task.not_before {
        start = start.max(work.work_at(limit));
    }
    if let Some(gate) = gate {
        start = start.max(work.work_at(gate.start));
        start = start.max(work.work_at(gate.finish) - task.duration);
    }
    for edge in network.into.row(at).filter_map(|e| network.edges.get(e)) {
        let (Some(pred), Some(span)) = (network.tasks.get(edge.pred), early.spans.get(edge.pred))
        else {
            continue;
        };
        let number = match same_calendar(edge, pred, task) {
            Some(lag) => {
                let from = match edge.kind {
                    LinkKind::FinishStart | LinkKind::FinishFinish => span.finish,
                    LinkKind::StartStart | LinkKind::StartFinish => span.start,
                };
                from.saturating_add(lag)
            }
            None => work.work_at(asks(network, edge, pred, span, None)),
        };
        start = start.max(match edge.kind {
            LinkKind::FinishStart | LinkKind::StartStart => number,
            LinkKind::FinishFinish | LinkKind::StartFinish => number.saturating_sub(task.duration),
        });
    }
    start
}

/// The moment at which a milestone stands: 17:00 where it waits for work that ends then, 08:00 where it waits
/// for a date or the start of work. `None`: 08:00.
fn drives(
    network: &Network,
    early: &Early,
    gate: Option<Gate>,
    at: usize,
    task: &Node,
    number: Minutes,
) -> Option<Moment> {
    let work = network.work(task);
    let end = work.end_of(number);
    let mut moment = network.start;
    moment = moment.max(task.not_before.unwrap_or(moment));
    if let Some(gate) = gate {
        moment = moment.max(gate.start).max(gate.finish);
    }
    for edge in network.into.row(at).filter_map(|e| network.edges.get(e)) {
        let pred = network.tasks.get(edge.pred)?;
        let span = early.spans.get(edge.pred)?;
        let shown = early.shown.get(edge.pred).copied().flatten();
        moment = moment.max(asks(network, edge, pred, span, shown));
    }
    (moment <= end).then_some(end)
}

/// The dates of a summary, from its children's.
fn sum(network: &Network, early: &mut Early, at: usize) {
    let mut children = (network.children.row(at)).filter_map(|child| early.spans.get(child));
    let Some(first) = children.next() else {
        return;
    };
    let (start_at, finish_at) = children.fold((first.start_at, first.finish_at), |(s, f), c| {
        (s.min(c.start_at), f.max(c.finish_at))
    });
    let Some(task) = network.tasks.get(at) else {
        return;
    };
    let work = network.work(task);
    let span = Span {
        start: work.work_at(start_at),
        finish: work.work_at(finish_at),
        start_at,
        finish_at,
    };
    if let Some(slot) = early.spans.get_mut(at) {
        *slot = span;
    }
}
