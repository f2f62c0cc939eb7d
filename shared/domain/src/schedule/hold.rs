//! What a task's own dates ask of it: constraint, deadline, place by hand.
//!
//! Forward, a no-earlier-than date holds a task back, a must-date puts it where it says, and a no-later-than date holds
//! it only where [`Rules::dates_win`]. Backward, no-later-than and must-dates and deadlines take slack away, which may
//! become negative. So MS Project ("How scheduling works", constraint types) and Primavera (mandatory constraints, "on
//! or before").
//!
//! [`Rules::dates_win`]: crate::plan::Rules::dates_win

use base::{Minutes, Moment};

use super::network::Node;
use crate::calendar::WorkTime;
use crate::plan::Constraint;

impl Node {
    /// The work number before which it may not start, by itself.
    pub(super) fn floor(&self, work: &WorkTime) -> Option<Minutes> {
        let start = self.earliest().0.map(|at| work.work_at(at));
        // must-dates hold by themselves
        match self.constraint {
            Some(Constraint::FinishNoEarlier(at)) => {
                start.max(Some(work.work_at(at) - self.duration))
            }
            _ => start,
        }
    }

    /// The work number at which it starts whatever its links ask.
    pub(super) fn must(&self, work: &WorkTime) -> Option<Minutes> {
        match self.constraint? {
            Constraint::MustStart(at) => Some(work.work_at(at)),
            Constraint::MustFinish(at) => Some(work.work_at(at) - self.duration),
            _ => None,
        }
    }

    /// The work number after which it may not start, by itself.
    pub(super) fn ceiling(&self, work: &WorkTime) -> Option<Minutes> {
        match self.constraint? {
            Constraint::StartNoLater(at) => Some(work.work_at(at)),
            Constraint::FinishNoLater(at) => Some(work.work_at(at) - self.duration),
            _ => None,
        }
    }

    /// What takes slack away from its start, and from its finish: for a summary, from all below it.
    pub(super) fn latest(&self) -> (Option<Moment>, Option<Moment>) {
        let (start, finish) = match self.constraint {
            Some(Constraint::StartNoLater(at) | Constraint::MustStart(at)) => (Some(at), None),
            Some(Constraint::FinishNoLater(at) | Constraint::MustFinish(at)) => (None, Some(at)),
            _ => (None, None),
        };
        let finish = match (finish, self.deadline) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        (start, finish)
    }

    /// What a summary's own dates ask of the start, and of the finish, of what lies below it.
    pub(super) fn earliest(&self) -> (Option<Moment>, Option<Moment>) {
        let start = self.not_before;
        match self.constraint {
            Some(Constraint::StartNoEarlier(at) | Constraint::MustStart(at)) => {
                (start.max(Some(at)), None)
            }
            Some(Constraint::FinishNoEarlier(at) | Constraint::MustFinish(at)) => (start, Some(at)),
            _ => (start, None),
        }
    }

    /// It has begun, or is done.
    pub(super) fn begun(&self) -> bool {
        self.actual_start.is_some() || self.actual_finish.is_some()
    }

    /// Its finish, or its start, is a fact.
    pub(super) fn came_about(&self, finish: bool) -> bool {
        match finish {
            true => self.actual_finish.is_some(),
            false => self.begun(),
        }
    }

    /// It is to be put as late as it may be: a placed or begun task stays where it is.
    pub(super) fn late(&self) -> bool {
        self.constraint == Some(Constraint::AsLateAsPossible)
            && self.placed.is_none()
            && !self.begun()
            && !self.summary
    }
}
