//! Primavera's constraints, of which an activity may have two, as the dates of a task.
//!
//! “Start on” holds a task back and takes slack away, “finish on” the same of its finish: neither overrules links, which
//! only the mandatory ones do (Oracle, *P6 Professional User Guide*, “Constraints”).

use base::Moment;
use domain::calendar::WorkTime;
use domain::plan::{Constraint, Task};

use crate::mspdi::Adjustment;

/// What the constraints of an activity ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Dates {
    start_after: Option<Moment>,
    start_before: Option<Moment>,
    finish_after: Option<Moment>,
    finish_before: Option<Moment>,
    must: Option<Constraint>,
}

impl Dates {
    /// Adds a constraint; `false` where it is not known or has no date.
    pub(super) fn add(&mut self, kind: &str, date: Option<Moment>) -> bool {
        let later = |slot: &mut Option<Moment>| *slot = (*slot).max(date);
        let earlier = |slot: &mut Option<Moment>| {
            *slot = match (*slot, date) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        };
        match (kind, date) {
            ("CS_ALAP", _) => {
                self.must = self.must.or(Some(Constraint::AsLateAsPossible));
            }
            (_, None) => return false,
            ("CS_MANDSTART", Some(date)) => self.must = Some(Constraint::MustStart(date)),
            ("CS_MANDFIN", Some(date)) => self.must = Some(Constraint::MustFinish(date)),
            ("CS_MSO", _) => {
                later(&mut self.start_after);
                earlier(&mut self.start_before);
            }
            ("CS_MSOA", _) => later(&mut self.start_after),
            ("CS_MSOB", _) => earlier(&mut self.start_before),
            ("CS_MEO", _) => {
                later(&mut self.finish_after);
                earlier(&mut self.finish_before);
            }
            ("CS_MEOA", _) => later(&mut self.finish_after),
            ("CS_MEOB", _) => earlier(&mut self.finish_before),
            _ => return false,
        }
        true
    }

    /// Writes them to a task. One limit beside [`Task::not_before`] and the deadline has room: where two are asked for,
    /// one becomes a date of the other end, which is the same as long as the task takes as long.
    pub(super) fn put(self, task: &mut Task, work: &WorkTime) -> Option<Adjustment> {
        task.not_before = self.start_after;
        let mut rest = [
            self.finish_after.map(Constraint::FinishNoEarlier),
            self.start_before.map(Constraint::StartNoLater),
            self.finish_before.map(Constraint::FinishNoLater),
        ];
        // beside a first start, a last finish is a deadline: MS Project has one constraint and a deadline
        let limits = if task.not_before.is_some() { 2 } else { 3 };
        let first = || rest.iter_mut().take(limits).find_map(Option::take);
        task.constraint = self.must.or_else(first);
        let mut moved = false;
        for constraint in rest.into_iter().flatten() {
            let date = match constraint {
                Constraint::FinishNoLater(date) => date,
                Constraint::StartNoLater(date) => {
                    moved = true;
                    work.end_of(work.work_at(date).saturating_add(task.duration))
                }
                Constraint::FinishNoEarlier(date) => {
                    // a must-date holds whatever else is asked
                    if task.constraint == Some(Constraint::AsLateAsPossible) {
                        moved = true;
                        let start = work.start_of(work.work_at(date) - task.duration);
                        task.not_before = task.not_before.max(Some(start));
                    }
                    continue;
                }
                _ => continue,
            };
            task.deadline = Some(task.deadline.map_or(date, |deadline| deadline.min(date)));
        }
        moved.then_some(Adjustment::ConstraintMoved)
    }
}

#[cfg(test)]
mod tests {
    use base::TaskId;
    use domain::calendar::Calendar;

    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    /// `not_before`, constraint and deadline that constraints become.
    fn put(constraints: &[(&str, &str)]) -> (Task, Option<Adjustment>) {
        let mut dates = Dates::default();
        for (kind, date) in constraints {
            assert!(dates.add(kind, Some(at(date))), "{kind}");
        }
        let mut task = Task::new(TaskId::from_bytes([1; 8]));
        task.duration = 960;
        let adjusted = dates.put(&mut task, &WorkTime::new(&Calendar::standard("")));
        (task, adjusted)
    }

    #[test]
    fn each_constraint_becomes_dates_of_the_task() {
        let day = "2026-01-08T08:00";
        let date = at(day);
        use Constraint::*;
        for (kind, not_before, constraint, deadline) in [
            ("CS_MSOA", Some(date), None, None),
            ("CS_MSOB", None, Some(StartNoLater(date)), None),
            ("CS_MSO", Some(date), Some(StartNoLater(date)), None),
            ("CS_MEOA", None, Some(FinishNoEarlier(date)), None),
            ("CS_MEOB", None, Some(FinishNoLater(date)), None),
            ("CS_MEO", None, Some(FinishNoEarlier(date)), Some(date)),
            ("CS_MANDSTART", None, Some(MustStart(date)), None),
            ("CS_MANDFIN", None, Some(MustFinish(date)), None),
            ("CS_ALAP", None, Some(AsLateAsPossible), None),
        ] {
            let (task, adjusted) = put(&[(kind, day)]);
            let found = (task.not_before, task.constraint, task.deadline);
            assert_eq!(found, (not_before, constraint, deadline), "{kind}");
            assert_eq!(adjusted, None, "{kind}");
        }
        let mut dates = Dates::default();
        assert!(!dates.add("CS_MSOA", None) && !dates.add("CS_NEW", Some(date)));
        assert!(dates.add("CS_ALAP", None));
    }

    #[test]
    fn two_constraints_are_both_kept() {
        let (first, last) = ("2026-01-08T08:00", "2026-01-16T17:00");
        let (task, adjusted) = put(&[("CS_MSOA", first), ("CS_MEOB", last)]);
        assert_eq!(task.not_before, Some(at(first)));
        assert_eq!((task.constraint, task.deadline), (None, Some(at(last))));
        assert_eq!(adjusted, None);
        let (task, adjusted) = put(&[("CS_MSOB", first), ("CS_MEOB", last)]);
        assert_eq!(task.constraint, Some(Constraint::StartNoLater(at(first))));
        assert_eq!((task.deadline, adjusted), (Some(at(last)), None));
        // a start as a finish: two days later
        let (task, adjusted) = put(&[("CS_MEOA", last), ("CS_MSOB", first)]);
        assert_eq!(task.constraint, Some(Constraint::FinishNoEarlier(at(last))));
        assert_eq!(task.deadline, Some(at("2026-01-09T17:00")));
        assert_eq!(adjusted, Some(Adjustment::ConstraintMoved));
        let (task, _) = put(&[("CS_MANDSTART", first), ("CS_MEOB", last)]);
        assert_eq!(task.constraint, Some(Constraint::MustStart(at(first))));
        assert_eq!(task.deadline, Some(at(last)));
    }
}
