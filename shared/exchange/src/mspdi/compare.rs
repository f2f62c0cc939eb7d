//! Our dates beside those of the file.

use base::{Minutes, Moment};
use domain::calendar::WorkTime;
use domain::plan::Rules;
use domain::schedule::{Dates, WorkTimes, schedule};

use super::report::{DateDifference, WhichDate};
use super::{Imported, Stored};

impl Imported {
    /// What it becomes in a plan that has tasks already: they all start with that plan and follow its rules, and tasks
    /// without a calendar of their own keep the file's.
    pub fn added_to(&mut self, start: Moment, rules: Rules) {
        self.plan.start = start;
        self.plan.rules = rules;
        for task in &mut self.plan.tasks {
            task.calendar = task.calendar.or(self.plan.calendar);
        }
        self.compare();
    }

    /// Schedules the plan and notes what differs from the file.
    pub(crate) fn compare(&mut self) {
        let plan = &self.plan;
        let times = WorkTimes::new(plan);
        let (schedule, problems) = schedule(plan);
        self.report.dates.clear();
        for ((at, dates), stored) in schedule.rows.iter().enumerate().zip(&self.stored) {
            compare(times.of(at), dates, stored, &mut self.report.dates);
        }
        self.report.problems = problems;
    }
}

/// Notes the dates that differ. The end of one period and the start of the next are the same moment of work.
fn compare(work: &WorkTime, dates: &Dates, stored: &Stored, into: &mut Vec<DateDifference>) {
    let pairs = [
        (WhichDate::Start, stored.start, dates.early_start),
        (WhichDate::Finish, stored.finish, dates.early_finish),
    ];
    for (which, stored_date, ours) in pairs {
        let Some(theirs) = stored_date else { continue };
        let number = |at: Moment| -> Minutes { work.work_at(at) };
        if theirs != ours && number(theirs) != number(ours) {
            into.push(DateDifference {
                task: stored.task,
                which,
                stored: theirs,
                ours,
            });
        }
    }
}
