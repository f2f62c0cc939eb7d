//! Links between activities.

use base::{LinkId, TaskId};
use domain::plan::{Lag, LagCalendar, Link, LinkKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::activity::Activity;
use super::project::Project;
use super::table::{Tables, at_most};
use crate::mspdi::{Adjusted, Adjustment, MAX_LINKS, ReadError};

/// A link of an activity that spans others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tie {
    /// The predecessor, by its place among the activities.
    pub(super) pred: usize,
    /// The successor.
    pub(super) succ: usize,
    pub(super) kind: LinkKind,
    pub(super) lag: Lag,
}

/// The links of a project.
#[derive(Default)]
pub(super) struct Links {
    /// Those that hold tasks.
    pub(super) list: Vec<Link>,
    /// Those that only say what an activity spans.
    pub(super) ties: Vec<Tie>,
}

impl Links {
    pub(super) fn read<'a>(
        tables: &Tables<'a>,
        project: &Project<'a>,
        activities: &[Activity<'a>],
        by_id: &FxHashMap<&str, usize>,
        new_id: &mut dyn FnMut() -> u64,
        adjusted: &mut Vec<Adjusted>,
    ) -> Result<Self, ReadError> {
        let mut links = Self::default();
        let mut seen: FxHashSet<(TaskId, TaskId, LinkKind)> = FxHashSet::default();
        let day_and_night = project.rules.lag == LagCalendar::Elapsed;
        for row in tables.rows("TASKPRED") {
            let pred = by_id.get(row.key("pred_task_id")).copied();
            let succ = by_id.get(row.key("task_id")).copied();
            let mut note = |at: Option<usize>, what| {
                let task = at.and_then(|at| activities.get(at));
                adjusted.push(Adjusted {
                    task: task.map(|activity| activity.task.id),
                    what,
                });
            };
            let (Some(pred), Some(succ)) = (pred, succ) else {
                // one between tasks of other projects is nothing to us
                if pred.is_some() || succ.is_some() || project.has(&row) {
                    note(succ.or(pred), Adjustment::LinkDropped);
                }
                continue;
            };
            let (Some(from), Some(to)) = (activities.get(pred), activities.get(succ)) else {
                continue;
            };
            let kind = match row.text("pred_type") {
                Some("PR_SS") => LinkKind::StartStart,
                Some("PR_FF") => LinkKind::FinishFinish,
                Some("PR_SF") => LinkKind::StartFinish,
                _ => LinkKind::FinishStart,
            };
            let length = row.hours("lag_hr_cnt")?;
            if length.is_some_and(|length| length.rounded) {
                note(Some(succ), Adjustment::Rounded);
            }
            let minutes = length.map_or(0, |length| length.minutes);
            let counts = match project.rules.lag {
                LagCalendar::Predecessor => Some((pred, from)),
                LagCalendar::Successor => Some((succ, to)),
                LagCalendar::Plan | LagCalendar::Elapsed => None,
            };
            if let Some((at, activity)) = counts
                && minutes != 0
                && activity.calendar != activity.own_calendar
            {
                note(Some(at), Adjustment::ResourceCalendars);
            }
            let lag = match day_and_night {
                true => Lag::Elapsed(minutes),
                false => Lag::Working(minutes),
            };
            if !seen.insert((from.task.id, to.task.id, kind)) {
                note(Some(succ), Adjustment::LinkDropped);
                continue;
            }
            at_most(seen.len(), MAX_LINKS, "links")?;
            if from.kind.spans() || to.kind.spans() {
                links.ties.push(Tie {
                    pred,
                    succ,
                    kind,
                    lag,
                });
                continue;
            }
            links.list.push(Link {
                id: LinkId::from_bytes(new_id().to_be_bytes()),
                pred: from.task.id,
                succ: to.task.id,
                kind,
                lag,
            });
        }
        Ok(links)
    }
}
