//! The same moments of work, written as Primavera writes them.
//!
//! The end of one working period and the start of the next are one moment of work. On a screen a task ends in the
//! evening and a milestone stands where the work ends that it waits for. Primavera instead starts everything,
//! milestones too, at the beginning of a period, and lets a link hand on the moment as it is written at its other end:
//! a task that must finish with a milestone at 08:00 finishes at 08:00. Only its finish milestones stand where the work
//! ends that they wait for. Which of several links hands it on depends on
//! their order, so this is no part of the schedule itself: it is for files that other programs compare.

use base::{Minutes, TaskId, sort};

use super::backward::{Limits, length};
use super::forward::{self, Early};
use super::network::{Edge, Network, Node, Step};
use super::{Milestones, Schedule};
use crate::plan::{Lag, LinkKind};

/// Which of the two ways a moment between two working periods is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    /// The end of the period before.
    End,
    /// The start of the period after.
    Start,
}

/// Which tasks are start milestones, and which finish milestones.
pub(super) struct Marks {
    starts: Vec<bool>,
    finishes: Vec<bool>,
}

impl Marks {
    pub(super) fn new(network: &Network, milestones: &Milestones) -> Self {
        let marks = |ids: &[TaskId]| {
            let mut sorted = ids.to_vec();
            sort::plain(&mut sorted);
            let is = |task: &Node| task.duration == 0 && sorted.binary_search(&task.id).is_ok();
            network.tasks.iter().map(is).collect()
        };
        Self {
            starts: marks(&milestones.starts),
            finishes: marks(&milestones.finishes),
        }
    }
}

/// How early dates and the late start are written. But for finish milestones an early start begins a period.
#[derive(Clone, Copy)]
struct Written {
    early_start: Side,
    early_finish: Side,
    late_start: Side,
}

/// Writes the rows of tasks that have not begun anew, and those of the summaries from them.
pub(super) fn primavera(
    network: &Network,
    early: &Early,
    late: &Limits,
    marks: &Marks,
    into: &mut Schedule,
) {
    let mut written = vec![
        Written {
            early_start: Side::Start,
            early_finish: Side::End,
            late_start: Side::Start,
        };
        network.tasks.len()
    ];
    for step in &network.steps {
        let Step::Leaf(at) = *step else { continue };
        let own = match (marks.finishes.get(at), marks.starts.get(at)) {
            (Some(true), _) => stands(network, early, &written, at),
            (_, Some(true)) => Some(Side::Start),
            _ => None,
        };
        let side = own.or_else(|| finish(network, early, &written, at));
        if let (Some(side), Some(slot)) = (side, written.get_mut(at)) {
            slot.early_finish = side;
            slot.early_start = own.unwrap_or(Side::Start);
        }
    }
    for step in network.steps.iter().rev() {
        if let Step::Leaf(at) = *step
            && marks.starts.get(at) != Some(&true)
            && let Some(side) = start(network, early, late, marks, &written, at)
            && let Some(slot) = written.get_mut(at)
        {
            slot.late_start = side;
        }
    }
    for (at, task) in network.tasks.iter().enumerate() {
        let (Some(span), Some(late), Some(written), Some(row)) = (
            early.spans.get(at),
            late.get(at),
            written.get(at),
            into.rows.get_mut(at),
        ) else {
            continue;
        };
        if task.summary || task.begun() || task.placed.is_some() {
            continue;
        }
        let work = network.work(task);
        let moment = |number: Minutes, side: Side| match side {
            Side::End => work.end_of(number),
            Side::Start => work.start_of(number),
        };
        row.early_start = moment(span.start, written.early_start);
        row.early_finish = moment(span.finish, written.early_finish);
        row.late_start = moment(late - length(span), written.late_start);
        row.late_finish = match marks.starts.get(at) {
            Some(true) => row.late_start,
            _ => moment(*late, Side::End),
        };
    }
    for step in &network.steps {
        let Step::Sum(at) = *step else { continue };
        let children = network.children.row(at);
        let mut children = children.filter_map(|child| into.rows.get(child).copied());
        let Some(mut sum) = children.next() else {
            continue;
        };
        for child in children {
            sum.early_start = sum.early_start.min(child.early_start);
            sum.early_finish = sum.early_finish.max(child.early_finish);
            sum.late_start = sum.late_start.min(child.late_start);
            sum.late_finish = sum.late_finish.max(child.late_finish);
        }
        if let Some(row) = into.rows.get_mut(at) {
            row.early_start = sum.early_start;
            row.early_finish = sum.early_finish;
            row.late_start = sum.late_start;
            row.late_finish = sum.late_finish;
        }
    }
}

/// Where a finish milestone stands: as the first of the links that drive it hands it on, or its own date.
fn stands(network: &Network, early: &Early, written: &[Written], at: usize) -> Option<Side> {
    let (task, span) = (network.tasks.get(at)?, early.spans.get(at)?);
    if task.duration != 0 || task.begun() || task.placed.is_some() {
        return None;
    }
    let work = network.work(task);
    let mut into = network.into.row(at).filter_map(|e| network.edges.get(e));
    let asked = into.find_map(|edge| {
        let (pred, from) = (network.tasks.get(edge.pred)?, early.spans.get(edge.pred)?);
        let sides = written.get(edge.pred)?;
        let at_finish = matches!(edge.kind, LinkKind::FinishStart | LinkKind::FinishFinish);
        let hours = network.work(pred);
        let shown = match (at_finish, sides.early_finish, sides.early_start) {
            (true, Side::End, _) => hours.end_of(from.finish),
            (true, Side::Start, _) => hours.start_of(from.finish),
            (false, _, Side::End) => hours.end_of(from.start),
            (false, _, Side::Start) => from.start_at,
        };
        let shown = if pred.begun() || pred.placed.is_some() || pred.summary {
            None
        } else {
            Some(shown)
        };
        let asked = forward::asks(network, edge, pred, from, shown);
        (work.work_at(asked) == span.start).then_some(asked)
    });
    let end = work.end_of(span.start);
    let asked = asked.or_else(|| early.shown.get(at).copied().flatten())?;
    Some(if asked <= end { Side::End } else { Side::Start })
}

/// How an early finish is written: by the first of the links that drive it.
fn finish(network: &Network, early: &Early, written: &[Written], at: usize) -> Option<Side> {
    let (task, span) = (network.tasks.get(at)?, early.spans.get(at)?);
    let own = if task.duration == 0 {
        Side::Start
    } else {
        Side::End
    };
    let drives = |edge: &&Edge| {
        let Some(from) = early.spans.get(edge.pred) else {
            return false;
        };
        let Some(lag) = edge.same_calendar() else {
            return false;
        };
        let asked = match edge.kind {
            LinkKind::FinishStart | LinkKind::FinishFinish => from.finish,
            LinkKind::StartStart | LinkKind::StartFinish => from.start,
        }
        .saturating_add(lag);
        match edge.kind {
            LinkKind::FinishStart | LinkKind::StartStart => asked == span.start,
            LinkKind::FinishFinish | LinkKind::StartFinish => asked == span.finish,
        }
    };
    let mut into = network.into.row(at).filter_map(|e| network.edges.get(e));
    let Some(edge) = into.find(drives) else {
        return Some(own);
    };
    let Lag::Working(lag) = edge.lag else {
        return Some(own);
    };
    Some(match (edge.kind, lag) {
        (LinkKind::FinishFinish, 0) => written.get(edge.pred)?.early_finish,
        (LinkKind::StartFinish, 1..) => Side::End,
        (LinkKind::FinishFinish | LinkKind::StartFinish, ..=-1) => Side::Start,
        _ => own,
    })
}

/// How a late start is written: by the link that allows the earliest finish as that is written, the first of equals.
fn start(
    network: &Network,
    early: &Early,
    late: &Limits,
    marks: &Marks,
    written: &[Written],
    at: usize,
) -> Option<Side> {
    let (task, span) = (network.tasks.get(at)?, early.spans.get(at)?);
    let milestone = task.duration == 0;
    let end = network.rules.finish_by.max(Some(early.finish));
    let last = network.work(task).work_at(end.unwrap_or(early.finish));
    let own = if milestone { Side::End } else { Side::Start };
    let mut least: Option<(Minutes, Side, Side)> = None;
    for edge in network.from.row(at).filter_map(|e| network.edges.get(e)) {
        let Some(to) = early.spans.get(edge.succ) else {
            continue;
        };
        let Some(lag) = edge.same_calendar() else {
            continue;
        };
        let end = *late.get(edge.succ)?;
        let (number, side) = match edge.kind {
            LinkKind::FinishStart | LinkKind::StartStart => {
                (end - length(to), written.get(edge.succ)?.late_start)
            }
            LinkKind::FinishFinish | LinkKind::StartFinish => match marks.starts.get(edge.succ) {
                Some(true) => (end, Side::Start),
                _ => (end, Side::End),
            },
        };
        let side = match lag {
            0 => side,
            1.. => Side::Start,
            ..=-1 => Side::End,
        };
        let asked = number.saturating_sub(lag);
        let (finish, end, start) = match edge.kind {
            LinkKind::FinishStart | LinkKind::FinishFinish => (asked, side, own),
            LinkKind::StartStart | LinkKind::StartFinish => {
                let end = if milestone { side } else { Side::End };
                let start = match edge.kind {
                    LinkKind::StartStart if !milestone || lag == 0 => side,
                    _ => own,
                };
                (asked.saturating_add(length(span)), end, start)
            }
        };
        if finish <= last && least.is_none_or(|least| (finish, end) < (least.0, least.1)) {
            least = Some((finish, end, start));
        }
    }
    let limit = *late.get(at)?;
    Some(match least {
        Some((finish, _, start)) if finish == limit => start,
        _ => own,
    })
}
