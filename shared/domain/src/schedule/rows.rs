//! The result: a row of dates per task.

use base::{Minutes, Moment};

use super::backward::{Limits, length};
use super::forward::Early;
use super::network::{Network, Node, Step};
use super::{Dates, Schedule};

/// Puts the rows together.
pub(super) fn rows(network: &Network, early: &Early, late: &Limits, free: &Limits) -> Schedule {
    let mut rows: Vec<Dates> = (0..network.tasks.len())
        .map(|at| leaf(network, early, late, free, at).unwrap_or_default())
        .collect();
    for step in &network.steps {
        if let Step::Sum(at) = *step
            && let Some(row) = summary(network, &rows, free, at)
            && let Some(slot) = rows.get_mut(at)
        {
            *slot = row;
        }
    }
    let (start, finish) = ends(network, &rows);
    Schedule {
        rows,
        start,
        finish,
    }
}

/// When the first task starts and the last one finishes.
pub(super) fn ends(network: &Network, rows: &[Dates]) -> (Moment, Moment) {
    let active = |(row, task): &(&Dates, &Node)| !row.summary && !task.inactive;
    let leaves = || {
        let rows = rows.iter().zip(&network.tasks).filter(active);
        rows.map(|(row, _)| row)
    };
    let start = leaves().map(|row| row.early_start).min();
    let finish = leaves().map(|row| row.early_finish).max();
    let or = network.start;
    (start.unwrap_or(or), finish.unwrap_or(or))
}

/// The row of a task; of a summary, until its children's are known.
pub(super) fn leaf(
    network: &Network,
    early: &Early,
    late: &Limits,
    free: &Limits,
    at: usize,
) -> Option<Dates> {
    let task = network.tasks.get(at)?;
    let span = early.spans.get(at)?;
    let work = network.work(task);
    let late = *late.get(at)?;
    // what is not part of the work is late for nobody
    let late = if task.inactive {
        late.max(span.finish)
    } else {
        late
    };
    let slack = late - span.finish;
    let done = task.actual_finish.is_some();
    let mut row = Dates {
        early_start: span.start_at,
        early_finish: span.finish_at,
        late_start: span.start_at,
        late_finish: span.finish_at,
        total_slack: 0,
        free_slack: 0,
        critical: false,
        summary: task.summary,
        longest: false,
    };
    if task.summary || done {
        return Some(row);
    }
    row.total_slack = slack;
    row.free_slack = (*free.get(at)? - span.finish).max(0);
    row.critical = slack <= network.rules.critical && !task.inactive;
    if let Some(shown) = early.shown.get(at).copied().flatten() {
        let end = shown != span.start_at;
        let latest: Moment = match (slack, end) {
            (0, _) => shown,
            (_, true) | (1.., false) => work.end_of(late),
            (_, false) => work.start_of(late),
        };
        row.early_start = shown;
        row.early_finish = shown;
        row.late_start = latest;
        row.late_finish = latest;
    } else if slack != 0 {
        if !task.begun() {
            row.late_start = work.start_of(late - length(span));
        }
        row.late_finish = if length(span) == 0 {
            work.start_of(late)
        } else {
            work.end_of(late)
        };
    }
    Some(row)
}

/// A summary's row, from those of its children.
pub(super) fn summary(
    network: &Network,
    rows: &[Dates],
    free: &Limits,
    at: usize,
) -> Option<Dates> {
    let task = network.tasks.get(at)?;
    let work = network.work(task);
    let counts = |child: &usize| {
        let child = network.tasks.get(*child);
        task.inactive || child.is_some_and(|child| !child.inactive)
    };
    let children = network.children.row(at).filter(counts);
    let mut children = children.filter_map(|child| rows.get(child));
    let mut row = *children.next()?;
    for child in children {
        row.early_start = row.early_start.min(child.early_start);
        row.early_finish = row.early_finish.max(child.early_finish);
        row.late_start = row.late_start.min(child.late_start);
        row.late_finish = row.late_finish.max(child.late_finish);
        row.critical |= child.critical;
    }
    let at_start: Minutes = work.between(row.early_start, row.late_start);
    let at_finish: Minutes = work.between(row.early_finish, row.late_finish);
    row.total_slack = at_start.min(at_finish);
    let own = free.get(at)? - work.work_at(row.early_finish);
    row.free_slack = own.clamp(0, row.total_slack.max(0));
    row.summary = true;
    Some(row)
}
