//! Earned value of a plan as it stands: what a baseline of it agreed, and what progress says of its tasks.

use base::{Minutes, Moment, TaskId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::baseline::{Baseline, Budget, Planned};
use super::curve::{Curve, Outlook};
use super::forecast::Times;
use super::gauge::Gauge;
use super::measure::Measured;
use super::schedule::Reading;
use super::status::{Reported, Share, Status};
use super::{Problem, tree};
use crate::money::Money;
use crate::plan::{self, Plan, Task};
use crate::resource::ResourceKind;
use crate::schedule::Schedule;

/// What amounts count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// The currency's unit: budgets were agreed.
    Money,
    /// Minutes of work: no budget was agreed. What it cost is not known then.
    Work,
}

/// A minute of work as an amount of one unit: amounts are kept in ten-thousandths.
const MINUTE: i64 = 10_000;

/// A plan measured against one of its baselines.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What the amounts count.
    pub unit: Unit,
    /// The baseline, compiled.
    pub gauge: Gauge,
    /// The figures at the data date.
    pub measured: Measured,
    /// The reports that they come from, with when each task's work began and how far it has come.
    reports: Vec<(Reported, (Moment, Moment))>,
}

impl plan::Baseline {
    /// What a plan agrees to as it is now (dates in the order of its tasks): the early dates, the work and the budget of
    /// each task that is part of the work. A task's work is that of the people and machines that it asks for, else its
    /// duration; summaries have what lies below them.
    pub fn of(
        id: base::BaselineId,
        name: String,
        at: base::Timestamp,
        plan: &Plan,
        schedule: &Schedule,
    ) -> Self {
        let kinds: FxHashMap<_, _> = (plan.resources.iter().map(|r| (r.id, r.kind))).collect();
        let mut asked: FxHashMap<TaskId, Minutes> = FxHashMap::default();
        for assignment in &plan.assignments {
            if kinds.get(&assignment.resource) == Some(&ResourceKind::Work) {
                let sum = asked.entry(assignment.task).or_default();
                *sum = sum.saturating_add(assignment.work.max(0));
            }
        }
        let branches: FxHashSet<TaskId> = plan.tasks.iter().filter_map(|t| t.parent).collect();
        let rows = plan.tasks.iter().zip(&schedule.rows);
        let tasks = rows.filter(|(task, _)| !task.inactive).map(|(task, row)| {
            let work = match asked.get(&task.id) {
                _ if branches.contains(&task.id) => 0,
                Some(work) => *work,
                None => task.duration.max(0),
            };
            let agreed = plan::Agreed {
                start: row.early_start,
                finish: row.early_finish.max(row.early_start),
                work,
                budget: task.budget,
            };
            (task.id, agreed)
        });
        Self {
            id,
            name,
            at,
            number: None,
            tasks: tasks.collect(),
        }
    }
}

impl Standing {
    /// Measures a plan (dates in the order of its tasks) against a baseline of it, at a data date. In money where the
    /// baseline has a budget at all, else in minutes of work. What is done of a task is its percentage; what has no date
    /// of its beginning is taken to have begun as scheduled, to tell how it went until then.
    pub fn of(
        plan: &Plan,
        schedule: &Schedule,
        agreed: &plan::Baseline,
        at: Moment,
    ) -> (Self, Vec<Problem>) {
        let unit = match agreed.tasks.values().any(|agreed| agreed.budget.is_some()) {
            true => Unit::Money,
            false => Unit::Work,
        };
        let parents: FxHashMap<TaskId, Option<TaskId>> =
            plan.tasks.iter().map(|t| (t.id, t.parent)).collect();
        // the nearest branch that was agreed; a parent comes before what lies under it, so there is no circle
        let branch = |task: &Task| {
            let mut above = task.parent;
            for _ in 0..plan.tasks.len() {
                match above {
                    Some(id) if !agreed.tasks.contains_key(&id) => {
                        above = parents.get(&id).copied().flatten();
                    }
                    found => return found,
                }
            }
            None
        };
        let planned = plan.tasks.iter().filter_map(|task| {
            let agreed = agreed.tasks.get(&task.id)?;
            let budget = match unit {
                Unit::Money => agreed.budget.unwrap_or_default(),
                Unit::Work => Money::from_parts(agreed.work.saturating_mul(MINUTE)),
            };
            Some(Planned {
                parent: branch(task),
                calendar: task.calendar,
                elapsed: task.elapsed,
                budget: Budget::even(budget),
                ..Planned::new(task.id, agreed.start, agreed.finish)
            })
        });
        let (gauge, mut problems) = Gauge::new(&Baseline {
            calendar: plan.calendar,
            calendars: plan.calendars.clone(),
            tasks: planned.collect(),
        });
        let branches: FxHashSet<TaskId> = plan.tasks.iter().filter_map(|t| t.parent).collect();
        let rows = plan.tasks.iter().zip(&schedule.rows);
        let reports: Vec<(Reported, (Moment, Moment))> = rows
            .filter_map(|(task, row)| {
                let done = !branches.contains(&task.id) && task.percent > 0;
                let cost = task.cost.filter(|_| unit == Unit::Money);
                let begun = task.actual_start.is_some() || task.actual_finish.is_some();
                if task.inactive || !(done || begun || cost.is_some()) {
                    return None;
                }
                let report = Reported {
                    under: branch(task),
                    actual_start: task.actual_start,
                    actual_finish: task.actual_finish,
                    done: done.then_some(Share {
                        part: task.percent.into(),
                        whole: 100,
                    }),
                    actual_cost: cost.unwrap_or_default(),
                    ..Reported::new(task.id)
                };
                let from = task.actual_start.unwrap_or(row.early_start);
                let to = task.actual_finish.unwrap_or(at).max(from);
                Some((report, (from, to)))
            })
            .collect();
        let status = Status {
            at,
            rows: reports.iter().map(|(report, _)| report.clone()).collect(),
        };
        let (measured, found) = gauge.measure(&status);
        problems.extend(found);
        let standing = Self {
            unit,
            gauge,
            measured,
            reports,
        };
        (standing, tree::tidy(problems))
    }

    /// Planned duration, actual time and earned schedule of a scope, minute by minute.
    pub fn times(&self, scope: Option<TaskId>) -> Option<Times> {
        self.gauge.times(&self.measured, scope, Reading::default())
    }

    /// The curves of a scope. Between the beginning of a task's work and its end, or the data date, what is done and what
    /// it cost is taken to have grown evenly with the project's working time (MS Project: timephased progress).
    pub fn curve(&self, scope: Option<TaskId>, points: usize, outlook: Outlook) -> Curve {
        let at = self.measured.at;
        let begun = self.reports.iter().map(|(_, (from, _))| *from);
        let first = begun
            .chain(self.gauge.span(scope).map(|(start, _)| start))
            .min();
        let first = first.unwrap_or(at).min(at);
        let steps = points.clamp(2, 1_000) as Minutes;
        let mut statuses: Vec<Measured> = (0..steps - 1)
            .map(|n| {
                let moment = first.plus((at.minutes() - first.minutes()) * n / (steps - 1));
                self.gauge.measure(&self.status(moment)).0
            })
            .collect();
        statuses.push(self.measured.clone());
        self.gauge.curve(scope, &statuses, points, outlook)
    }

    /// How things stood at a moment before the data date.
    fn status(&self, at: Moment) -> Status {
        let work = &self.gauge.work;
        let rows = self.reports.iter().map(|(report, (from, to))| {
            let whole = work.between(*from, *to);
            let part = match whole {
                ..=0 if *to <= at => 1,
                ..=0 => 0,
                whole => work.between(*from, at).clamp(0, whole),
            };
            let whole = whole.max(1);
            let done = match (report.done, report.actual_finish) {
                (Some(done), _) => Some(Share {
                    part: done.part.saturating_mul(part),
                    whole: done.whole.saturating_mul(whole),
                }),
                (None, Some(_)) => Some(Share { part, whole }),
                (None, None) => None,
            };
            Reported {
                done,
                actual_cost: report.actual_cost.portion(part, whole),
                ..report.clone()
            }
        });
        Status {
            at,
            rows: rows.collect(),
        }
    }
}
