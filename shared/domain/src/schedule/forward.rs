//! Forward: the earliest dates.

use base::{Minutes, Moment};

use super::Problem;
use super::network::{Edge, Network, Node, Step};
use crate::calendar::WorkTime;
use crate::plan::{Lag, LinkKind, Logic};

pub(super) use super::span::{Early, Span};

/// What holds the children of a summary.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Gate {
    start: Moment,
    finish: Moment,
}

impl Default for Gate {
    /// It holds nothing.
    fn default() -> Self {
        Self {
            start: base::time::RANGE.0,
            finish: base::time::RANGE.0,
        }
    }
}

/// The moment that a link asks of its successor, `shown` being the predecessor's own where it is a milestone.
pub(super) fn asks(
    network: &Network,
    edge: &Edge,
    pred: &Node,
    span: &Span,
    shown: Option<Moment>,
) -> Moment {
    let (number, at) = match edge.kind {
        LinkKind::FinishStart | LinkKind::FinishFinish => (span.finish, span.finish_at),
        LinkKind::StartStart | LinkKind::StartFinish => (span.start, span.start_at),
    };
    let work = network.lag_work(edge);
    let number = || match edge.calendar == pred.calendar {
        true => number,
        false => work.work_at(at),
    };
    let asked = match edge.lag {
        Lag::Working(0) => shown.unwrap_or(at),
        Lag::Working(lag @ 1..) => work.end_of(number().saturating_add(lag)),
        Lag::Working(lag) => work.start_of(number().saturating_add(lag)),
        Lag::Elapsed(lag) => at.plus(lag),
    };
    asked.plus(edge.delay)
}

/// Walks all steps. `late`: the latest finishes found for these tasks, to which those go that are to be as late as
/// possible.
pub(super) fn pass(network: &Network, late: Option<&[Minutes]>) -> Early {
    let mut early = Early::new(network);
    for at in &network.steps {
        step(network, &mut early, *at, late);
    }
    early.end(network);
    early
}

/// One step. `late`: as for [`pass`].
pub(super) fn step(network: &Network, early: &mut Early, at: Step, late: Option<&[Minutes]>) {
    match at {
        Step::Gate(at) => {
            let gate = open(network, early, at);
            if let (Some(slot), Some(gate)) = (early.gates.get_mut(at), gate) {
                *slot = gate;
            }
        }
        Step::Leaf(at) => {
            if let Some(task) = network.tasks.get(at) {
                let gate = task.parent.and_then(|parent| early.gates.get(parent));
                let gate = gate.copied();
                let late = late.and_then(|late| late.get(at)).filter(|_| task.late());
                leaf(network, early, gate, at, task, late.copied());
            }
        }
        Step::Sum(at) => sum(network, early, at),
    }
}

/// Gathers what holds the children of summary `at`.
fn open(network: &Network, early: &Early, at: usize) -> Option<Gate> {
    let task = network.tasks.get(at)?;
    let above = task.parent.and_then(|parent| early.gates.get(parent));
    let mut gate = above.copied().unwrap_or_default();
    let (start, finish) = task.earliest();
    gate.start = gate.start.max(start.unwrap_or(gate.start));
    gate.finish = gate.finish.max(finish.unwrap_or(gate.finish));
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

/// Puts a task without children.
fn leaf(
    network: &Network,
    early: &mut Early,
    gate: Option<Gate>,
    at: usize,
    task: &Node,
    late: Option<Minutes>,
) {
    let work = network.work(task);
    let mut shown = None;
    let given = match task.plain {
        true => None,
        false => given(network, work, task),
    };
    let (span, cut) = match given {
        Some(given) => given,
        None if task.actual_start.is_some() => going(network, early, gate, at, task, work),
        None => {
            let (number, moment) = start(network, early, gate, at, task, work, late);
            let span = Span::starting(work, number, task.duration);
            if task.duration == 0 {
                shown = Some(moment.unwrap_or(span.start_at));
            }
            let end = number.saturating_add(task.duration);
            (span, end >= work.last() || number < 0)
        }
    };
    if let (Some(slot), Some(flag), Some(milestone)) = (
        early.spans.get_mut(at),
        early.cut.get_mut(at),
        early.shown.get_mut(at),
    ) {
        *slot = span;
        *flag = cut;
        *milestone = shown;
    }
}

/// The dates of a task that were given, and whether they were cut.
fn given(network: &Network, work: &WorkTime, task: &Node) -> Option<(Span, bool)> {
    let milestone = task.duration == 0;
    let (start_at, finish_at) = match (task.actual_start, task.actual_finish) {
        (None, None) => {
            let placed = task.placed?;
            let after = || match milestone {
                true => placed.start,
                false => work.add(placed.start, task.duration),
            };
            (placed.start, placed.finish.unwrap_or_else(after))
        }
        (Some(start), Some(finish)) => (start, finish),
        (Some(_), None) if network.rules.data_date.is_some() => return None,
        (Some(start), None) if milestone => (start, start),
        (Some(start), None) => (start, work.add(start, task.duration)),
        (None, Some(finish)) if milestone => (finish, finish),
        (None, Some(finish)) => (work.add(finish, -task.duration).min(finish), finish),
    };
    let start = work.work_at(start_at);
    let span = Span {
        start,
        finish: work.work_at(finish_at),
        resume: start,
        start_at,
        finish_at,
    };
    Some((span, finish_at >= base::time::RANGE.1))
}

/// The dates of a task that has begun: what remains of it follows the data date, and, where links are retained, what it
/// should have waited for.
fn going(
    network: &Network,
    early: &Early,
    gate: Option<Gate>,
    at: usize,
    task: &Node,
    work: &WorkTime,
) -> (Span, bool) {
    let start_at = task.actual_start.unwrap_or(network.start);
    let mut resume = work.work_at(start_at);
    if let Some(date) = network.rules.data_date {
        resume = resume.max(work.work_at(date));
    }
    if network.rules.logic == Logic::Retained {
        if let Some(gate) = gate {
            resume = resume.max(work.work_at(gate.start));
            resume = resume.max(work.work_at(gate.finish) - task.remaining);
        }
        resume = linked(network, early, at, task, work, task.remaining, resume);
    }
    let resume = resume.clamp(0, work.total());
    let finish = resume.saturating_add(task.remaining).min(work.total());
    let span = Span {
        start: work.work_at(start_at),
        finish,
        resume,
        start_at,
        finish_at: match (task.remaining, network.rules.data_date) {
            // all of it is done, but for somebody to say so
            (0, Some(date)) if work.work_at(date) >= finish => date.max(start_at),
            (0, _) => work.start_of(finish).max(start_at),
            _ => work.end_of(finish).max(start_at),
        },
    };
    (span, finish >= work.last())
}

/// The work number at which a task that has not begun starts, and the moment at which it stands if it is a milestone:
/// 17:00 where it waits for work that ends then, 08:00 (`None`) where it waits for a date or the start of work.
fn start(
    network: &Network,
    early: &Early,
    gate: Option<Gate>,
    at: usize,
    task: &Node,
    work: &WorkTime,
    late: Option<Minutes>,
) -> (Minutes, Option<Moment>) {
    let gate = gate
        .filter(|gate| *gate != Gate::default())
        .map(|gate| Gate {
            start: gate.start.plus(task.delay),
            finish: gate.finish.plus(task.delay),
        });
    let begin = match task.delay {
        0 => network.begin(task),
        delay => {
            let own = network.start.plus(delay);
            work.work_at(own.max(network.rules.data_date.unwrap_or(own)))
        }
    };
    let mut number = begin;
    if !task.plain {
        number = number.max(task.floor(work).unwrap_or(number));
    }
    if let Some(gate) = gate {
        number = number.max(work.work_at(gate.start));
        number = number.max(work.work_at(gate.finish) - task.duration);
    }
    number = linked(network, early, at, task, work, task.duration, number);
    let free = number;
    if !task.plain {
        if let Some(late) = late {
            number = number.max(late - task.duration);
        }
        let ceiling = match network.rules.dates_win {
            true => task.ceiling(work),
            false => None,
        };
        number = number.min(ceiling.unwrap_or(number));
        number = task.must(work).unwrap_or(number);
        if network.rules.data_date.is_some() {
            number = number.max(begin);
        }
    }
    let moment = || {
        let from = match network.rules.data_date {
            Some(date) => network.start.max(date),
            None => network.start,
        };
        let end = work.end_of(number);
        let date = || task.constraint.and_then(|constraint| constraint.date());
        let asked = match number == free {
            true => asked(network, early, gate, at, task, from)?,
            // as late as possible: where the work before it ends
            false => match network.rules.data_date {
                Some(_) => date().unwrap_or(end).max(from),
                None => date().unwrap_or(end),
            },
        };
        (asked <= end).then_some(end)
    };
    (number, if task.duration == 0 { moment() } else { None })
}

/// The work number before which links do not let start what takes `length`; `number` where they ask for less.
fn linked(
    network: &Network,
    early: &Early,
    at: usize,
    task: &Node,
    work: &WorkTime,
    length: Minutes,
    mut number: Minutes,
) -> Minutes {
    for edge in network.into.row(at).filter_map(|e| network.edges.get(e)) {
        let Some(span) = early.spans.get(edge.pred) else {
            continue;
        };
        let pred = || network.tasks.get(edge.pred);
        let at_finish = matches!(edge.kind, LinkKind::FinishStart | LinkKind::FinishFinish);
        // what has begun waits only for what has not come about yet
        if task.actual_start.is_some() && pred().is_some_and(|pred| pred.came_about(at_finish)) {
            continue;
        }
        let asked = match (edge.same_calendar(), pred()) {
            (Some(lag), _) => if at_finish { span.finish } else { span.start }.saturating_add(lag),
            (None, Some(pred)) => work.work_at(asks(network, edge, pred, span, None)),
            (None, None) => continue,
        };
        number = number.max(match edge.kind {
            LinkKind::FinishStart | LinkKind::StartStart => asked,
            LinkKind::FinishFinish | LinkKind::StartFinish => asked.saturating_sub(length),
        });
    }
    number
}

/// Links that are not kept, because the task that should wait stands by hand or by its own date.
pub(super) fn broken(network: &Network, early: &Early) -> Vec<Problem> {
    let stands = |task: &Node, work: &WorkTime| {
        task.placed.is_some()
            || task.must(work).is_some()
            || (network.rules.dates_win && task.ceiling(work).is_some())
    };
    let mut problems = Vec::new();
    for (at, task) in network.tasks.iter().enumerate() {
        let work = network.work(task);
        let (false, false, Some(span)) = (task.summary, task.begun(), early.spans.get(at)) else {
            continue;
        };
        if !stands(task, work) {
            continue;
        }
        for edge in network.into.row(at).filter_map(|e| network.edges.get(e)) {
            let ends = network.tasks.get(edge.pred).zip(early.spans.get(edge.pred));
            let Some((pred, from)) = ends else { continue };
            let asked = work.work_at(asks(network, edge, pred, from, None));
            let stands = match edge.kind {
                LinkKind::FinishStart | LinkKind::StartStart => span.start,
                LinkKind::FinishFinish | LinkKind::StartFinish => span.finish,
            };
            if asked > stands {
                problems.push(Problem::Broken { link: edge.id });
            }
        }
    }
    problems
}

/// The latest moment that anything asks of a milestone.
fn asked(
    network: &Network,
    early: &Early,
    gate: Option<Gate>,
    at: usize,
    task: &Node,
    from: Moment,
) -> Option<Moment> {
    let mut moment = from;
    let (start, finish) = task.earliest();
    moment = moment
        .max(start.unwrap_or(moment))
        .max(finish.unwrap_or(moment));
    if let Some(gate) = gate {
        moment = moment.max(gate.start).max(gate.finish);
    }
    for edge in network.into.row(at).filter_map(|e| network.edges.get(e)) {
        let pred = network.tasks.get(edge.pred)?;
        let span = early.spans.get(edge.pred)?;
        let shown = early.shown.get(edge.pred).copied().flatten();
        moment = moment.max(asks(network, edge, pred, span, shown));
    }
    Some(moment)
}

/// The dates of a summary, from its children's.
fn sum(network: &Network, early: &mut Early, at: usize) {
    let Some(task) = network.tasks.get(at) else {
        return;
    };
    let children = network.children.row(at);
    let counts = |child: &usize| {
        let child = network.tasks.get(*child);
        task.inactive || child.is_some_and(|child| !child.inactive)
    };
    let mut spans = (children.clone().filter(counts)).filter_map(|child| early.spans.get(child));
    let (start_at, finish_at) = match spans.next() {
        Some(first) => spans.fold((first.start_at, first.finish_at), |(s, f), c| {
            (s.min(c.start_at), f.max(c.finish_at))
        }),
        // all of it is inactive
        None => (network.start, network.start),
    };
    let work = network.work(task);
    let start = work.work_at(start_at);
    let span = Span {
        start,
        finish: work.work_at(finish_at),
        resume: start,
        start_at,
        finish_at,
    };
    if let Some(slot) = early.spans.get_mut(at) {
        *slot = span;
    }
}
