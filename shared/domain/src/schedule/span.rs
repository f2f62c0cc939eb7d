//! Where tasks lie.

use base::{Minutes, Moment};

use super::forward::Gate;
use super::network::Network;
use crate::calendar::WorkTime;

/// Where a task or summary lies: as moments, and as work numbers of its calendar.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    /// Work number of the start.
    pub(super) start: Minutes,
    /// Work number of the finish.
    pub(super) finish: Minutes,
    /// Work number from which on what is not done lies: the start, unless it has begun and there is a data date.
    pub(super) resume: Minutes,
    /// The start; the beginning of a working period.
    pub(super) start_at: Moment,
    /// The finish; the end of a working period. For a milestone the same as the start.
    pub(super) finish_at: Moment,
}

impl Span {
    /// `duration` of work from work number `start` on.
    pub(super) fn starting(work: &WorkTime, start: Minutes, duration: Minutes) -> Self {
        let finish = start.saturating_add(duration).clamp(0, work.total());
        let start = start.clamp(0, work.total());
        let start_at = work.start_of(start);
        Self {
            start,
            finish,
            resume: start,
            start_at,
            finish_at: if finish == start {
                start_at
            } else {
                work.end_of(finish)
            },
        }
    }
}

/// The earliest dates of all tasks.
#[derive(Clone)]
pub(super) struct Early {
    /// In the order of the tasks; a summary's are those of its children.
    pub(super) spans: Vec<Span>,
    /// A milestone's moment as shown: the end of the work it waits for rather than the start of the next.
    pub(super) shown: Vec<Option<Moment>>,
    /// The date was cut at the end of time.
    pub(super) cut: Vec<bool>,
    /// What holds the children of each summary.
    pub(super) gates: Vec<Gate>,
    /// The latest finish.
    pub(super) finish: Moment,
}

impl Early {
    /// Before the first step.
    pub(super) fn new(network: &Network) -> Self {
        let count = network.tasks.len();
        Self {
            spans: vec![Span::default(); count],
            shown: vec![None; count],
            cut: vec![false; count],
            gates: vec![Gate::default(); count],
            finish: network.start,
        }
    }

    /// Takes the latest finish of what is part of the work.
    pub(super) fn end(&mut self, network: &Network) {
        let tasks = network.tasks.iter().zip(&self.spans);
        let counts = tasks.filter(|(task, _)| !task.summary && !task.inactive);
        let last = counts.map(|(_, span)| span.finish_at).max();
        self.finish = last.unwrap_or(network.start);
    }
}
