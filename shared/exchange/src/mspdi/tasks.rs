//! Tasks and links.

use base::{Minutes, Moment, TaskId};
use domain::plan::{Constraint, Lag, LinkKind, Placed, Task};
use domain::resource::{Stays, TaskType};

use super::baselines;
use super::costs::Costs;
use super::pauses::{self, Values};
use super::report::{Adjustment, Counter, Scope};
use super::values::{Context, elapsed, percent};
use super::{Expected, ReadError};
use crate::xml::Element;

/// A task of the file, before calendars and links find their ends.
pub(super) struct RawTask {
    pub(super) task: Task,
    pub(super) level: usize,
    pub(super) calendar: Option<i64>,
    pub(super) links: Vec<RawLink>,
    pub(super) notes: Option<String>,
    pub(super) start: Option<Moment>,
    pub(super) finish: Option<Moment>,
    /// What remains of it was put off.
    pub(super) put_off: Option<Values>,
    pub(super) costs: Costs,
    pub(super) baselines: Vec<baselines::Raw>,
    pub(super) adjusted: Vec<Adjustment>,
}

/// A link of the file.
pub(super) struct RawLink {
    pub(super) pred: i64,
    pub(super) kind: LinkKind,
    pub(super) lag: RawLag,
    pub(super) other_project: bool,
}

/// A lag of the file.
pub(super) enum RawLag {
    Time(Lag),
    /// Percent of the predecessor's duration; elapsed or not.
    Percent(i64, bool),
}

/// Reads one `Task`. `None` for the project's own summary and for empty rows (the latter reported).
pub(super) fn raw(
    source: &str,
    element: &Element,
    new_id: &mut dyn FnMut() -> u64,
    counter: &mut Counter,
) -> Result<Option<RawTask>, ReadError> {
    let name = element.text("Name").unwrap_or("").to_owned();
    let owner = format!("{} {name}", element.text("UID").unwrap_or("?"));
    let context = Context {
        source,
        scope: Scope::Task,
        owner: &owner,
    };
    let uid = context.number(element, "UID")?;
    if uid == Some(0) {
        return Ok(None);
    }
    let number = |name| context.number(element, name);
    let flag = |name| context.flag(element, name);
    let mut adjusted = Vec::new();
    if flag("IsNull")? == Some(true) {
        return Ok(None);
    }
    let id = TaskId::from_bytes(new_id().to_be_bytes());
    let level = match number("OutlineLevel")? {
        Some(level) => level.clamp(1, 10_000) as usize,
        None => element
            .text("OutlineNumber")
            .map_or(1, |n| n.split('.').count()),
    };
    let manual = flag("Manual")? == Some(true);
    let length = match context.duration(element, "Duration")? {
        None if manual => context.duration(element, "ManualDuration")?,
        length => length,
    };
    if length.is_some_and(|length| length.rounded) {
        adjusted.push(Adjustment::Rounded);
    }
    let format = number("DurationFormat")?.unwrap_or(7);
    let start = context.moment(element, "Start")?;
    let finish = context.moment(element, "Finish")?;
    let date = context.moment(element, "ConstraintDate")?;
    let (mut not_before, mut constraint) = (None, None);
    match (number("ConstraintType")?.unwrap_or(0), date) {
        (0, _) | (4, None) => {}
        (1, _) => constraint = Some(Constraint::AsLateAsPossible),
        (2, Some(date)) => constraint = Some(Constraint::MustStart(date)),
        (3, Some(date)) => constraint = Some(Constraint::MustFinish(date)),
        (4, Some(date)) => not_before = Some(date),
        (5, Some(date)) => constraint = Some(Constraint::StartNoLater(date)),
        (6, Some(date)) => constraint = Some(Constraint::FinishNoEarlier(date)),
        (7, Some(date)) => constraint = Some(Constraint::FinishNoLater(date)),
        (kind, _) => adjusted.push(Adjustment::ConstraintDropped { constraint: kind }),
    }
    let summary = flag("Summary")? == Some(true);
    let placed = match manual {
        true => {
            let start = context.moment(element, "ManualStart")?.or(start);
            let finish = context.moment(element, "ManualFinish")?.or(finish);
            start.map(|start| Placed { start, finish })
        }
        false => None,
    };
    if manual && summary {
        adjusted.push(Adjustment::Manual);
    }
    let actual_start = context.moment(element, "ActualStart")?;
    let actual_finish = context.moment(element, "ActualFinish")?;
    let percent = number("PercentComplete")?.unwrap_or(0).clamp(0, 100) as u8;
    let duration = length.map_or(0, |length| length.minutes.max(0));
    let remaining = match (actual_start, actual_finish) {
        (Some(_), None) => context.duration(element, "RemainingDuration")?,
        _ => None,
    };
    // what the percentage leaves says nothing more
    let left = duration - duration * Minutes::from(percent) / 100;
    let remaining = remaining
        .map(|length| length.minutes.max(0))
        .filter(|remaining| *remaining != left);
    let kind = match number("Type")? {
        Some(1) => TaskType::FixedDuration,
        Some(2) => TaskType::FixedWork,
        _ => TaskType::FixedUnits,
    };
    let by_clock = elapsed(format) && !summary;
    let parts = pauses::moment(element, "Stop").zip(pauses::moment(element, "Resume"));
    let put_off = match (actual_start, actual_finish, parts) {
        (Some(start), None, Some((stop, resume))) if start <= stop && stop < resume => {
            Some(Values::put_off(start, stop, resume))
        }
        _ => None,
    };
    let mut links = Vec::new();
    for link in element.all("PredecessorLink") {
        links.extend(raw_link(context, link)?);
        counter.children(Scope::Link, link, Some(id));
    }
    counter.children(Scope::Task, element, Some(id));
    if element.text("WBS") != element.text("OutlineNumber") && element.text("WBS").is_some() {
        counter.one(Scope::Task, "WBS", Some(id));
    }
    Ok(Some(RawTask {
        task: Task {
            uid,
            name,
            duration,
            elapsed: by_clock,
            not_before,
            constraint,
            deadline: context.moment(element, "Deadline")?,
            inactive: flag("Active")? == Some(false),
            placed,
            percent,
            actual_start,
            actual_finish,
            remaining,
            delay: match summary {
                true => 0,
                false => tenths(context, element, "LevelingDelay")?
                    .unwrap_or(0)
                    .max(0),
            },
            own_hours: flag("IgnoreResourceCalendar")? == Some(true),
            stays: Stays {
                kind,
                effort_driven: flag("EffortDriven")? == Some(true),
            },
            // 500 is what every task has
            priority: number("Priority")?
                .map(|priority| priority.clamp(0, 1_000) as u16)
                .filter(|priority| *priority != 500),
            ..Task::new(id)
        },
        level,
        calendar: number("CalendarUID")?.filter(|uid| *uid >= 0),
        links,
        // notes keep their line ends and spaces
        notes: (element.child("Notes").map(|notes| notes.text.clone()))
            .filter(|notes| !notes.trim().is_empty()),
        start,
        finish,
        put_off,
        costs: Costs::read(element, id, counter),
        baselines: baselines::read(element, id, counter),
        adjusted,
    }))
}

/// Tenths of minutes, as minutes.
fn tenths(
    context: Context<'_>,
    element: &Element,
    name: &str,
) -> Result<Option<Minutes>, ReadError> {
    let tenths = context.get(element, name, Expected::Number, |text| {
        text.parse::<f64>()
            .ok()
            .filter(|number| number.abs() < 1e13)
    })?;
    Ok(tenths.map(|tenths| (tenths / 10.0).round() as Minutes))
}

fn raw_link(context: Context<'_>, link: &Element) -> Result<Option<RawLink>, ReadError> {
    let Some(pred) = context.number(link, "PredecessorUID")? else {
        return Ok(None);
    };
    let kind = match context.number(link, "Type")?.unwrap_or(1) {
        0 => LinkKind::FinishFinish,
        2 => LinkKind::StartFinish,
        3 => LinkKind::StartStart,
        _ => LinkKind::FinishStart,
    };
    // tenths of minutes, or percent
    let tenths = context.get(link, "LinkLag", Expected::Number, |text| {
        text.parse::<f64>().ok().filter(|lag| lag.abs() < 1e13)
    })?;
    let tenths = tenths.unwrap_or(0.0);
    let format = context.number(link, "LagFormat")?.unwrap_or(7);
    let minutes = (tenths / 10.0).round() as Minutes;
    let lag = if percent(format) {
        RawLag::Percent(tenths.round() as i64, elapsed(format))
    } else if elapsed(format) {
        RawLag::Time(Lag::Elapsed(minutes))
    } else {
        RawLag::Time(Lag::Working(minutes))
    };
    Ok(Some(RawLink {
        pred,
        kind,
        lag,
        other_project: context.flag(link, "CrossProject")? == Some(true),
    }))
}
