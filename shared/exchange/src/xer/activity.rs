//! Activities.

use base::{Minutes, Moment, TaskId};
use domain::plan::Task;
use domain::resource::{Stays, TaskType};

use super::constraint::Dates;
use super::project::Project;
use super::row::{Length, Row};
use crate::mspdi::{Adjustment, ReadError};

/// What Primavera does with an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It follows its own calendar.
    Task,
    /// It follows the calendars of its resources.
    Resource,
    /// It takes no time; its start is meant.
    Milestone,
    /// The same; its end is meant.
    FinishMilestone,
    /// Level of effort: it spans what its links name.
    Effort,
    /// It spans all that lies in its branch.
    Branch,
}

impl Kind {
    fn of(text: Option<&str>) -> Self {
        match text {
            Some("TT_Rsrc") => Self::Resource,
            Some("TT_Mile") => Self::Milestone,
            Some("TT_FinMile") => Self::FinishMilestone,
            Some("TT_LOE") => Self::Effort,
            Some("TT_WBS") => Self::Branch,
            _ => Self::Task,
        }
    }

    /// It takes no time.
    pub(super) fn is_milestone(self) -> bool {
        matches!(self, Self::Milestone | Self::FinishMilestone)
    }

    /// Its dates are those of others.
    pub(super) fn spans(self) -> bool {
        matches!(self, Self::Effort | Self::Branch)
    }
}

/// An activity of the file, before calendars and links find their ends.
pub(super) struct Activity<'a> {
    /// The file's number.
    pub(super) id: &'a str,
    /// What people call it by.
    pub(super) code: &'a str,
    /// The number of the branch that it lies in.
    pub(super) branch: &'a str,
    /// The number of the calendar that it follows.
    pub(super) calendar: &'a str,
    /// The number of its own calendar, in which the lag of its links counts.
    pub(super) own_calendar: &'a str,
    /// The number of its first resource.
    pub(super) resource: &'a str,
    pub(super) kind: Kind,
    pub(super) task: Task,
    pub(super) dates: Dates,
    /// Start and finish as the file has them.
    pub(super) stored: (Option<Moment>, Option<Moment>),
    pub(super) adjusted: Vec<Adjustment>,
}

impl<'a> Activity<'a> {
    /// Reads a row of the table of activities.
    pub(super) fn read(
        row: &Row<'a, '_>,
        project: &Project<'a>,
        new_id: &mut dyn FnMut() -> u64,
    ) -> Result<Self, ReadError> {
        let kind = Kind::of(row.text("task_type"));
        let mut adjusted = Vec::new();
        let mut task = Task::new(TaskId::from_bytes(new_id().to_be_bytes()));
        task.uid = row.text("task_id").and_then(|id| id.parse().ok());
        task.name = (row.words("task_name").or_else(|| row.words("task_code"))).unwrap_or_default();
        task.stays = stays(row.text("duration_type"));
        task.priority = match row.text("priority_type") {
            Some("PT_Top") => Some(900),
            Some("PT_High") => Some(600),
            Some("PT_Low") => Some(400),
            Some("PT_Lowest") => Some(100),
            _ => None,
        };
        task.actual_start = row.moment("act_start_date")?;
        task.actual_finish = row.moment("act_end_date")?;
        let planned = row.hours("target_drtn_hr_cnt")?;
        let left = row.hours("remain_drtn_hr_cnt")?;
        if [planned, left]
            .into_iter()
            .flatten()
            .any(|length| length.rounded)
        {
            adjusted.push(Adjustment::Rounded);
        }
        let minutes = |length: Option<Length>| length.map(|length| length.minutes.max(0));
        let (planned, left) = (minutes(planned), minutes(left));
        let begun = task.actual_start.is_some() || task.actual_finish.is_some();
        // what has not begun takes what remains of it, which a planner may have changed
        task.duration = match (kind.is_milestone(), begun) {
            (true, _) => 0,
            (_, false) => left.or(planned).unwrap_or(0),
            (_, true) => planned.or(left).unwrap_or(0),
        };
        task.percent = percent(row, planned, left)?;
        if task.actual_finish.is_some() {
            task.percent = 100;
        } else if begun && !kind.is_milestone() {
            // what the percentage leaves says nothing more
            let gone = task.duration * Minutes::from(task.percent) / 100;
            task.remaining = left.filter(|left| *left != task.duration - gone);
        }
        let mut dates = Dates::default();
        for (kind, date) in [("cstr_type", "cstr_date"), ("cstr_type2", "cstr_date2")] {
            if let Some(kind) = row.text(kind)
                && !dates.add(kind, row.moment(date)?)
            {
                adjusted.push(Adjustment::ConstraintUnknown {
                    kind: kind.chars().take(64).collect(),
                });
            }
        }
        if project.outer_dates {
            let outer = [
                ("CS_MSOA", "external_early_start_date"),
                ("CS_MEOB", "external_late_end_date"),
            ];
            for (kind, column) in outer {
                if let Some(date) = row.moment(column)? {
                    dates.add(kind, Some(date));
                    adjusted.push(Adjustment::OuterDate);
                }
            }
        }
        let expected = row.text("expect_end_date").is_some();
        if project.expected_finishes && expected && task.actual_finish.is_none() {
            adjusted.push(Adjustment::ExpectedFinish);
        }
        let first = |columns: &[&str]| -> Result<Option<Moment>, ReadError> {
            for column in columns {
                if let Some(date) = row.moment(column)? {
                    return Ok(Some(date));
                }
            }
            Ok(None)
        };
        let starts = [
            "act_start_date",
            "early_start_date",
            "restart_date",
            "target_start_date",
        ];
        let finishes = [
            "act_end_date",
            "early_end_date",
            "reend_date",
            "target_end_date",
        ];
        Ok(Self {
            id: row.key("task_id"),
            code: row.key("task_code"),
            branch: row.key("wbs_id"),
            calendar: row.key("clndr_id"),
            own_calendar: row.key("clndr_id"),
            resource: row.key("rsrc_id"),
            kind,
            task,
            dates,
            stored: (first(&starts)?, first(&finishes)?),
            adjusted,
        })
    }
}

/// Which of work, duration and units stays when another is changed.
fn stays(text: Option<&str>) -> Stays {
    let (kind, effort_driven) = match text {
        Some("DT_FixedQty") => (TaskType::FixedWork, true),
        Some("DT_FixedDrtn") => (TaskType::FixedDuration, false),
        Some("DT_FixedDUR2" | "DT_FixedDrtnAndQty") => (TaskType::FixedDuration, true),
        Some("DT_FixedRate") => (TaskType::FixedUnits, false),
        _ => return Stays::default(),
    };
    Stays {
        kind,
        effort_driven,
    }
}

/// How much of it is done, as the activity counts it: by judgement, by the duration, or by the work.
fn percent(
    row: &Row<'_, '_>,
    planned: Option<Minutes>,
    left: Option<Minutes>,
) -> Result<u8, ReadError> {
    let share = match row.text("complete_pct_type") {
        Some("CP_Phys") => row.number("phys_complete_pct")?.unwrap_or(0.0),
        Some("CP_Units") => {
            let sum = |columns: [&str; 2]| -> Result<f64, ReadError> {
                let [a, b] = columns.map(|column| row.number(column));
                Ok(a?.unwrap_or(0.0) + b?.unwrap_or(0.0))
            };
            let done = sum(["act_work_qty", "act_equip_qty"])?;
            let all = done + sum(["remain_work_qty", "remain_equip_qty"])?;
            if all > 0.0 { done * 100.0 / all } else { 0.0 }
        }
        _ => match (planned, left) {
            (Some(planned), Some(left)) if planned > 0 => {
                (planned - left) as f64 * 100.0 / planned as f64
            }
            _ => 0.0,
        },
    };
    // not 100 before it is done
    Ok(share.clamp(0.0, 100.0).floor() as u8)
}
