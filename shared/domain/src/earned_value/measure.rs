//! Measuring: the figures of every task, branch and the project at a data date.

use base::{Moment, TaskId};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::Problem;
use super::baseline::Rule;
use super::figures::Figures;
use super::forecast::Times;
use super::gauge::{Gauge, Piece};
use super::schedule::Reading;
use super::status::{Reported, Share, Status};
use super::tree;
use crate::money::Money;

/// The figures of a task, or of a branch with all that lies under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The task.
    pub task: TaskId,
    /// Something lies under it.
    pub branch: bool,
    /// The task's own figures. Of a branch usually nothing.
    pub own: Figures,
    /// Its own and those of all that lies under it.
    pub figures: Figures,
}

/// What a status measures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Measured {
    /// The data date.
    pub at: Moment,
    /// One row a task of the baseline, in its outline order; after them, by id, the tasks that only the status knows.
    pub rows: Vec<Row>,
    /// The sums of all.
    pub project: Figures,
}

impl Measured {
    /// The figures of a scope: the project's for `None`.
    pub fn figures(&self, scope: Option<TaskId>) -> Option<Figures> {
        match scope {
            None => Some(self.project),
            Some(task) => {
                let row = self.rows.iter().find(|row| row.task == task);
                row.map(|row| row.figures)
            }
        }
    }
}

impl Gauge {
    /// Measures a status. Total: whatever was reported, there is a row for each task, and what could not be honoured is
    /// listed. The result does not depend on the order of the reports.
    pub fn measure(&self, status: &Status) -> (Measured, Vec<Problem>) {
        let mut problems = Vec::new();
        let reports = reports(status, &mut problems);
        let now = self.numbers(status.at);
        let mut rows: Vec<Row> = Vec::with_capacity(self.pieces.len());
        for (place, piece) in self.pieces.iter().enumerate() {
            let report = reports.get(&piece.task).copied();
            if let Some(report) = report {
                check(report, status.at, &mut problems);
            }
            let pv = piece.planned(&now);
            let own = Figures {
                pv,
                ev: earned(piece, report, status.at, pv, &mut problems),
                ac: report.map_or(Money::ZERO, |report| report.actual_cost),
                bac: piece.budget.total(),
            };
            rows.push(Row {
                task: piece.task,
                branch: piece.end > place + 1,
                own,
                figures: own,
            });
        }
        self.apportion(&mut rows, &mut problems);
        let mut project = Figures::default();
        let unplanned = self.unplanned(&reports, &mut rows, &mut project);
        problems.extend(
            unplanned
                .iter()
                .map(|row| Problem::Unplanned { task: row.task }),
        );
        // what lies under a branch stands after it: from the last to the first, each hands its sum up
        for (place, piece) in self.pieces.iter().enumerate().rev() {
            let sum = rows.get(place).map(|row| row.figures).unwrap_or_default();
            let above = match piece.parent {
                Some(above) => rows.get_mut(above).map(|row| &mut row.figures),
                None => Some(&mut project),
            };
            if let Some(above) = above {
                *above = *above + sum;
            }
        }
        rows.extend(unplanned);
        let measured = Measured {
            at: status.at,
            rows,
            project,
        };
        (measured, tree::tidy(problems))
    }

    /// Planned duration, actual time and earned schedule of a scope. `None` where there is no such task in the baseline.
    pub fn times(
        &self,
        measured: &Measured,
        scope: Option<TaskId>,
        reading: Reading,
    ) -> Option<Times> {
        let figures = match scope {
            None => measured.project,
            Some(task) => measured.rows.get(*self.index.get(&task)?)?.figures,
        };
        let (start, finish) = self.span(scope)?;
        Some(Times {
            planned: self.work.between(start, finish) as f64,
            actual: self.work.between(start, measured.at) as f64,
            earned: self.earned_schedule(scope, figures.ev, measured.at, reading)?,
        })
    }

    /// Schedule adherence: the p-factor of a scope, Σ min(PV at ES, EV) / Σ PV at ES over its tasks, where `earned` is the
    /// earned schedule in working minutes. 1 when what was done is what was planned first (Lipke 2004, "Connecting earned
    /// value to the schedule").
    pub fn adherence(
        &self,
        measured: &Measured,
        scope: Option<TaskId>,
        earned: f64,
    ) -> Option<f64> {
        let at = self.date(scope, earned)?;
        let now = self.numbers(at);
        let mut planned = Money::ZERO;
        let mut agreed = Money::ZERO;
        for piece in self.scope(scope) {
            let row = measured.rows.get(*self.index.get(&piece.task)?)?;
            let value = piece.planned(&now);
            planned = planned + value;
            agreed = agreed + value.min(row.own.ev);
        }
        agreed.over(planned)
    }

    /// What is apportioned to other tasks is earned when they have their figures.
    fn apportion(&self, rows: &mut [Row], problems: &mut Vec<Problem>) {
        let earned = |to: &TaskId, rows: &[Row]| {
            let at = *self.index.get(to)?;
            let whole = rows.get(at)?.own;
            let chained = matches!(self.pieces.get(at)?.rule, Rule::Apportioned(_));
            (!chained && whole.bac > Money::ZERO).then(|| whole.ev.ratio(whole.bac))
        };
        for (place, piece) in self.pieces.iter().enumerate() {
            let Rule::Apportioned(to) = &piece.rule else {
                continue;
            };
            let Some((part, whole)) = earned(to, rows) else {
                problems.push(Problem::NoBasis { task: piece.task });
                continue;
            };
            if let Some(row) = rows.get_mut(place) {
                row.own.ev = row.own.bac.portion(part, whole);
                row.figures = row.own;
            }
        }
    }

    /// The tasks that only the status knows. Their cost goes to the branch they name, or else to the project.
    fn unplanned(
        &self,
        reports: &FxHashMap<TaskId, &Reported>,
        rows: &mut [Row],
        project: &mut Figures,
    ) -> Vec<Row> {
        let mut unknown: Vec<&Reported> = (reports.values().copied())
            .filter(|report| !self.index.contains_key(&report.task))
            .collect();
        base::sort::by_key(&mut unknown, |report| report.task);
        let mut extra = Vec::with_capacity(unknown.len());
        for report in unknown {
            let own = Figures {
                ac: report.actual_cost,
                ..Figures::default()
            };
            let under = report.under.and_then(|id| self.index.get(&id));
            match under.and_then(|at| rows.get_mut(*at)) {
                Some(row) => row.figures = row.figures + own,
                None => *project = *project + own,
            }
            extra.push(Row {
                task: report.task,
                branch: false,
                own,
                figures: own,
            });
        }
        extra
    }
}

/// One report a task.
fn reports<'a>(status: &'a Status, problems: &mut Vec<Problem>) -> FxHashMap<TaskId, &'a Reported> {
    let mut reports: FxHashMap<TaskId, &Reported> = FxHashMap::default();
    for report in &status.rows {
        if let Some(known) = reports.insert(report.task, report) {
            problems.push(Problem::Twice { task: report.task });
            if known.rank() > report.rank() {
                reports.insert(report.task, known);
            }
        }
    }
    reports
}

/// What a report says that cannot be, but changes no figure.
fn check(report: &Reported, at: Moment, problems: &mut Vec<Problem>) {
    let task = report.task;
    let (start, finish) = (report.actual_start, report.actual_finish);
    if start
        .zip(finish)
        .is_some_and(|(start, finish)| finish < start)
    {
        problems.push(Problem::FinishBeforeStart { task });
    }
    if start.max(finish) > Some(at) {
        problems.push(Problem::AfterDataDate { task });
    }
    if finish.is_some() && report.done.is_some_and(|done| !done.is_all()) {
        problems.push(Problem::FinishedNotDone { task });
    }
    let progress = report.done.is_some_and(|done| done.part > 0) || !report.reached.is_empty();
    if start.is_none() && (progress || finish.is_some() || report.actual_cost != Money::ZERO) {
        problems.push(Problem::NotStarted { task });
    }
}

/// A task's own earned value; that of an apportioned one comes later.
fn earned(
    piece: &Piece,
    report: Option<&Reported>,
    at: Moment,
    pv: Money,
    problems: &mut Vec<Problem>,
) -> Money {
    let task = piece.task;
    let bac = piece.budget.total();
    if piece.rule == Rule::LevelOfEffort {
        return pv;
    }
    let Some(report) = report else {
        return Money::ZERO;
    };
    if report.done.is_some_and(|done| !done.is_sound()) {
        problems.push(Problem::ShareOutOfRange { task });
    }
    let finished = report.actual_finish.is_some_and(|finish| finish <= at);
    let done = match report.done {
        Some(done) => done.cut(),
        None if finished => Share::ALL,
        None => Share::NONE,
    };
    let begun = done.part > 0 || report.actual_start.is_some_and(|start| start <= at);
    match &piece.rule {
        Rule::Percent => bac.portion(done.part, done.whole),
        Rule::AsPlanned => piece.budget.accrued(done.part, done.whole, begun),
        Rule::AtStart(_) if done.is_all() => bac,
        Rule::AtStart(percent) if begun => bac.portion(i64::from(*percent), 100),
        Rule::Milestones(weights) => milestones(weights, bac, report, problems),
        Rule::AtStart(_) | Rule::Apportioned(_) | Rule::LevelOfEffort => Money::ZERO,
    }
}

fn milestones(
    weights: &[u32],
    bac: Money,
    report: &Reported,
    problems: &mut Vec<Problem>,
) -> Money {
    let task = report.task;
    let weight = |at: &u32| weights.get(*at as usize).copied().map(i64::from);
    let whole: i64 = weights.iter().copied().map(i64::from).sum();
    if whole == 0 {
        problems.push(Problem::NoWeights { task });
    }
    if (report.reached.iter()).any(|at| *at as usize >= weights.len()) {
        problems.push(Problem::NoMilestone { task });
    }
    let mut reached = report.reached.clone();
    base::sort::plain(&mut reached);
    reached.dedup();
    bac.portion(reached.iter().filter_map(weight).sum(), whole)
}
