//! Activities whose dates are those of others: level of effort, from the first to the last of what its links name, and
//! summaries of a branch. Plans have no such tasks: they are placed where the file has them, or where it does not say,
//! where they would be now.

use base::{CalendarId, Moment, TaskId};
use domain::calendar::{Calendar, WorkTime};
use domain::plan::{Lag, LagCalendar, LinkKind, Placed, Plan, Task};
use domain::schedule::{Dates, schedule};
use rustc_hash::{FxHashMap, FxHashSet};

use super::activity::{Activity, Kind};
use super::links::Tie;

type Span = (Moment, Moment);

/// Places such activities. `plan` is complete but for them: they stand in it without dates.
pub(super) fn place(plan: &mut Plan, activities: &[Activity<'_>], ties: &[Tie]) {
    let wanted: Vec<usize> = (activities.iter().enumerate())
        .filter(|(_, activity)| activity.kind.spans() && activity.task.actual_finish.is_none())
        .map(|(at, _)| at)
        .collect();
    if wanted.is_empty() {
        return;
    }
    let mut spans: FxHashMap<usize, Span> = FxHashMap::default();
    for at in &wanted {
        if let Some((Some(start), Some(finish))) = activities.get(*at).map(|one| one.stored) {
            spans.insert(*at, (start, finish.max(start)));
        }
    }
    let times = Times::new(plan);
    if spans.len() < wanted.len() {
        find(plan, &times, activities, ties, &wanted, &mut spans);
    }
    let places: FxHashMap<TaskId, usize> = (wanted.iter())
        .filter_map(|at| Some((activities.get(*at)?.task.id, *at)))
        .collect();
    for task in &mut plan.tasks {
        let span = places.get(&task.id).and_then(|at| spans.get(at));
        let Some((start, finish)) = span.copied() else {
            continue;
        };
        let work = times.of(task.calendar);
        task.duration = work.between(start, finish).max(0);
        let after = work.add(start, task.duration);
        task.placed = Some(Placed {
            start,
            finish: (finish != after).then_some(finish),
        });
        // its own progress follows that of others too
        task.actual_start = None;
        task.remaining = None;
    }
}

/// Working time by calendar.
struct Times {
    by_id: FxHashMap<CalendarId, WorkTime>,
    standard: WorkTime,
    default: Option<CalendarId>,
}

impl Times {
    fn new(plan: &Plan) -> Self {
        Self {
            by_id: (plan.calendars.iter())
                .map(|(id, calendar)| (*id, WorkTime::new(calendar)))
                .collect(),
            standard: WorkTime::new(&Calendar::standard("")),
            default: plan.calendar,
        }
    }

    fn of(&self, calendar: Option<CalendarId>) -> &WorkTime {
        let id = calendar.or(self.default);
        id.and_then(|id| self.by_id.get(&id))
            .unwrap_or(&self.standard)
    }
}

/// Looks for the spans that the file does not say, from the dates of all others.
fn find(
    plan: &Plan,
    times: &Times,
    activities: &[Activity<'_>],
    ties: &[Tie],
    wanted: &[usize],
    spans: &mut FxHashMap<usize, Span>,
) {
    let without: FxHashSet<TaskId> = (wanted.iter())
        .filter_map(|at| Some(activities.get(*at)?.task.id))
        .collect();
    let mut others = plan.clone();
    others.tasks.retain(|task| !without.contains(&task.id));
    let (dates, _) = schedule(&others);
    let rows: FxHashMap<TaskId, &Dates> = (others.tasks.iter().zip(&dates.rows))
        .map(|(task, row)| (task.id, row))
        .collect();
    let by_task: FxHashMap<TaskId, &Task> = plan.tasks.iter().map(|task| (task.id, task)).collect();
    let known = |at: usize, spans: &FxHashMap<usize, Span>| {
        let row = activities.get(at).and_then(|one| rows.get(&one.task.id));
        let row = row.map(|row| (row.early_start, row.early_finish));
        row.or_else(|| spans.get(&at).copied())
    };
    let calendar = |at: usize| {
        let task = activities.get(at).and_then(|one| by_task.get(&one.task.id));
        times.of(task.and_then(|task| task.calendar))
    };
    let mut of: FxHashMap<usize, Vec<&Tie>> = FxHashMap::default();
    for tie in ties.iter().filter(|tie| tie.pred != tie.succ) {
        for at in [tie.pred, tie.succ] {
            of.entry(at).or_default().push(tie);
        }
    }
    // such activities may hang on each other: a few rounds, and whoever hangs on itself stays without
    for _ in 0..8 {
        let mut found = false;
        for at in wanted.iter().copied() {
            if spans.contains_key(&at) {
                continue;
            }
            let Some(activity) = activities.get(at) else {
                continue;
            };
            let span = match activity.kind {
                Kind::Branch => branch(&by_task, activity, &rows, (dates.start, dates.finish)),
                _ => {
                    let own = of.get(&at).into_iter().flatten().filter(|tie| {
                        // which of two such activities follows the other
                        let behind = activities.get(tie.succ);
                        tie.succ == at || behind.is_some_and(|one| !one.kind.spans())
                    });
                    let ends = own.map(|tie| {
                        let other = if tie.pred == at { tie.succ } else { tie.pred };
                        Some((**tie, known(other, spans)?))
                    });
                    // all of them, or it waits for the next round
                    let ends: Option<Vec<(Tie, Span)>> = ends.collect();
                    ends.and_then(|ends| effort(plan, times, at, &ends, calendar))
                }
            };
            if let Some(span) = span {
                spans.insert(at, span);
                found = true;
            }
        }
        if !found {
            break;
        }
    }
    for at in wanted {
        spans.entry(*at).or_insert((dates.start, dates.start));
    }
}

/// From the first to the last of what lies in the same branch.
fn branch(
    parents: &FxHashMap<TaskId, &Task>,
    activity: &Activity<'_>,
    rows: &FxHashMap<TaskId, &Dates>,
    all: Span,
) -> Option<Span> {
    let Some(parent) = parents.get(&activity.task.id)?.parent else {
        return Some(all);
    };
    let row = rows.get(&parent).filter(|row| row.summary)?;
    Some((row.early_start, row.early_finish))
}

/// From the first start to the last finish that links ask for.
fn effort<'w>(
    plan: &Plan,
    times: &'w Times,
    at: usize,
    ends: &[(Tie, Span)],
    calendar: impl Fn(usize) -> &'w WorkTime,
) -> Option<Span> {
    let (mut start, mut finish): (Option<Moment>, Option<Moment>) = (None, None);
    for (tie, (other_start, other_finish)) in ends {
        let follows = tie.succ == at;
        // which end of the other, and which of its own
        let (theirs, own_start) = match (tie.kind, follows) {
            (LinkKind::FinishStart, true) => (other_finish, true),
            (LinkKind::FinishStart, false) => (other_start, false),
            (LinkKind::StartStart, _) => (other_start, true),
            (LinkKind::FinishFinish, _) => (other_finish, false),
            (LinkKind::StartFinish, true) => (other_start, false),
            (LinkKind::StartFinish, false) => (other_finish, true),
        };
        let sign = if follows { 1 } else { -1 };
        let date = match tie.lag {
            Lag::Elapsed(lag) => theirs.plus(sign * lag),
            Lag::Working(lag) => {
                let work = match plan.rules.lag {
                    LagCalendar::Successor => calendar(tie.succ),
                    LagCalendar::Plan => times.of(None),
                    LagCalendar::Predecessor | LagCalendar::Elapsed => calendar(tie.pred),
                };
                work.add(*theirs, sign * lag)
            }
        };
        match own_start {
            true => start = Some(start.map_or(date, |start| start.min(date))),
            false => finish = finish.max(Some(date)),
        }
    }
    let start = start.or(finish)?;
    let work = calendar(at);
    let start = work.next_start(start);
    Some((start, finish.unwrap_or(start).max(start)))
}
