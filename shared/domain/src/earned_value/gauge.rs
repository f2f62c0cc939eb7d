//! A baseline compiled for measuring: planned value at any moment, of any task, branch or the project.

use base::{CalendarId, Minutes, Moment, TaskId};
use rustc_hash::FxHashMap;

use super::Problem;
use super::baseline::{Baseline, Budget, Planned, Rule};
use super::tree::{self, Tree};
use crate::calendar::{Calendar, WorkTime};
use crate::money::Money;

/// A baseline, ready to measure statuses against. What it is asked for of a task that it does not have is nothing.
///
/// A scope is a task or a branch with all that lies under it; `None` is the project.
#[derive(Debug, Clone)]
pub struct Gauge {
    /// In outline order: what lies under a branch follows it.
    pub(super) pieces: Vec<Piece>,
    /// Where each task stands among the pieces.
    pub(super) index: FxHashMap<TaskId, usize>,
    /// The calendar in which the project's time is counted.
    pub(super) work: WorkTime,
    /// Calendars of the pieces, the project's first.
    calendars: Vec<WorkTime>,
}

/// One task of the baseline.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) task: TaskId,
    /// The place of its branch.
    pub(super) parent: Option<usize>,
    /// The place after the last piece that lies under it.
    pub(super) end: usize,
    calendar: usize,
    start: Moment,
    finish: Moment,
    /// Work numbers of its calendar at its start and finish.
    from: Minutes,
    to: Minutes,
    pub(super) budget: Budget,
    pub(super) rule: Rule,
}

impl Piece {
    /// Its own planned value, with the work numbers of all calendars at the moment asked for.
    ///
    /// Linear in working minutes. What takes no working time counts from its moment on; whether that is written as the
    /// end of one working period or the start of the next makes no difference.
    pub(super) fn planned(&self, now: &[Minutes]) -> Money {
        let now = now.get(self.calendar).copied().unwrap_or_default();
        let whole = self.to - self.from;
        if whole <= 0 {
            return match now >= self.to {
                true => self.budget.total(),
                false => Money::ZERO,
            };
        }
        let part = (now - self.from).clamp(0, whole);
        self.budget.accrued(part, whole, part > 0)
    }
}

/// Calendars in use, compiled once each.
struct Calendars<'a> {
    baseline: &'a Baseline,
    by_id: FxHashMap<CalendarId, usize>,
    always: Option<usize>,
    /// The project's first.
    list: Vec<WorkTime>,
}

impl Calendars<'_> {
    /// The place of a calendar, if it is there and has working time.
    fn find(&mut self, id: CalendarId) -> Option<usize> {
        if let Some(at) = self.by_id.get(&id) {
            return Some(*at);
        }
        self.list.push(compiled(self.baseline, id)?);
        self.by_id.insert(id, self.list.len() - 1);
        Some(self.list.len() - 1)
    }

    fn of(&mut self, task: &Planned, problems: &mut Vec<Problem>) -> usize {
        if task.elapsed {
            let list = &mut self.list;
            return *self.always.get_or_insert_with(|| {
                list.push(WorkTime::always());
                list.len() - 1
            });
        }
        let Some(id) = task.calendar else {
            return 0;
        };
        let found = self.find(id);
        if found.is_none() {
            let task = Some(task.task);
            problems.push(Problem::NoCalendar { task });
        }
        found.unwrap_or(0)
    }
}

/// A calendar of the baseline that has working time.
fn compiled(baseline: &Baseline, id: CalendarId) -> Option<WorkTime> {
    let mut calendars = baseline.calendars.iter();
    let (_, calendar) = calendars.find(|(known, _)| *known == id)?;
    Some(WorkTime::new(calendar)).filter(|work| !work.is_empty())
}

impl Gauge {
    /// Compiles a baseline.
    pub fn new(baseline: &Baseline) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let named = baseline.calendar.and_then(|id| compiled(baseline, id));
        if baseline.calendar.is_some() && named.is_none() {
            problems.push(Problem::NoCalendar { task: None });
        }
        let work = named.unwrap_or_else(|| WorkTime::new(&Calendar::standard("")));
        let mut calendars = Calendars {
            baseline,
            by_id: FxHashMap::default(),
            always: None,
            list: vec![work.clone()],
        };
        let (tasks, by_task) = tree::unique(&baseline.tasks, &mut problems);
        let Tree { order, end, parent } = tree::tree(&tasks, &by_task, &mut problems);
        let mut pieces = Vec::with_capacity(order.len());
        let mut index = FxHashMap::default();
        for (place, ((at, end), parent)) in order.iter().zip(&end).zip(&parent).enumerate() {
            let Some(task) = tasks.get(*at) else { continue };
            let calendar = calendars.of(task, &mut problems);
            let piece = piece(task, calendar, &calendars.list, &mut problems);
            let piece = Piece {
                parent: *parent,
                end: *end,
                ..piece
            };
            if *end == place + 1 && piece.budget.total() == Money::ZERO {
                problems.push(Problem::NoBudget { task: task.task });
            }
            index.insert(task.task, place);
            pieces.push(piece);
        }
        let gauge = Self {
            pieces,
            index,
            work,
            calendars: calendars.list,
        };
        (gauge, tree::tidy(problems))
    }

    /// Planned value 计划价值 (PV) of a scope at a moment: what the baseline says is spent until then.
    pub fn value(&self, scope: Option<TaskId>, at: Moment) -> Money {
        let now = self.numbers(at);
        let pieces = self.scope(scope).iter();
        pieces.map(|piece| piece.planned(&now)).sum()
    }

    /// Budget at completion 完工预算 (BAC) of a scope.
    pub fn budget(&self, scope: Option<TaskId>) -> Money {
        let pieces = self.scope(scope).iter();
        pieces.map(|piece| piece.budget.total()).sum()
    }

    /// Planned start and finish of a scope: of its first and last task. `None` where there is none.
    pub fn span(&self, scope: Option<TaskId>) -> Option<(Moment, Moment)> {
        let pieces = self.scope(scope);
        let start = pieces.iter().map(|piece| piece.start).min()?;
        let finish = pieces.iter().map(|piece| piece.finish).max()?;
        Some((start, finish))
    }

    /// The moment `minutes` working minutes of the project's calendar after a scope's planned start: where an earned
    /// schedule or a forecast duration ends. `None` where that is no number or beyond what plans can hold.
    pub fn date(&self, scope: Option<TaskId>, minutes: f64) -> Option<Moment> {
        let start = self.span(scope)?.0;
        let work = &self.work;
        if !(0.0..=work.total() as f64).contains(&minutes) {
            return None;
        }
        let to = work.work_at(start) + minutes.round() as Minutes;
        (to <= work.last()).then(|| work.end_of(to).max(start))
    }

    /// The pieces of a scope.
    pub(super) fn scope(&self, scope: Option<TaskId>) -> &[Piece] {
        let range = match scope {
            None => Some(0..self.pieces.len()),
            Some(task) => {
                let at = self.index.get(&task).copied();
                at.and_then(|at| Some(at..self.pieces.get(at)?.end))
            }
        };
        range
            .and_then(|range| self.pieces.get(range))
            .unwrap_or(&[])
    }

    /// The work numbers of all calendars at a moment.
    pub(super) fn numbers(&self, at: Moment) -> Vec<Minutes> {
        self.calendars.iter().map(|work| work.work_at(at)).collect()
    }
}

fn piece(
    task: &Planned,
    calendar: usize,
    calendars: &[WorkTime],
    problems: &mut Vec<Problem>,
) -> Piece {
    let mut finish = task.finish;
    if finish < task.start {
        problems.push(Problem::PlannedBackwards { task: task.task });
        finish = task.start;
    }
    let mut budget = task.budget;
    for part in [&mut budget.fixed, &mut budget.over_time] {
        if part.is_negative() {
            problems.push(Problem::NegativeBudget { task: task.task });
            *part = Money::ZERO;
        }
    }
    let number = |at| calendars.get(calendar).map_or(0, |work| work.work_at(at));
    Piece {
        task: task.task,
        parent: None,
        end: 0,
        calendar,
        start: task.start,
        finish,
        from: number(task.start),
        to: number(finish),
        budget,
        rule: task.rule.clone(),
    }
}
