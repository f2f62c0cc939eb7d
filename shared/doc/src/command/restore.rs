//! Back to earlier values: fields written anew, as ordinary edits.

use domain::money::Money;
use domain::plan::{Agreed, Constraint, Placed};
use domain::resource::{Stays, Use};
use serde::{Deserialize, Serialize};

use super::write::Write;
use super::{CommandError, amount, check_duration, check_lag, check_text, task};
use crate::document::Author;
use crate::model::PlanModel;
use crate::model::plan::{
    read_kind, read_lag, read_lag_calendar, read_latest, read_logic, write_kind, write_lag,
};
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

/// One field with the value that it is to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldEdit {
    /// Whose field.
    pub subject: Subject,
    /// Which, as in [`crate::view::plan::Conflict::field`]. `deleted_at`: empty takes the mark of removal off, anything else sets it.
    pub field: String,
    /// The value as text, as in [`crate::view::plan::Written::value`]; empty for nothing.
    pub value: String,
}

/// The value as it is kept; refuses what such a field cannot hold.
pub(crate) fn check(subject: Subject, field: &str, value: &str) -> Result<Scalar, CommandError> {
    let wrong = || CommandError::invalid(field, "no value of this field");
    let some = |value: Option<Scalar>| value.ok_or_else(wrong);
    let moment = || {
        some(
            value
                .parse::<base::Moment>()
                .ok()
                .map(|m| Scalar::show(Some(m))),
        )
    };
    let text = || check_text(field, value).map(|()| Scalar::text_or_null(value));
    if value.is_empty() {
        return match (subject, field) {
            (Subject::Task(_) | Subject::Plan | Subject::Calendar(_), schema::NAME) => {
                Ok(Scalar::text(""))
            }
            (Subject::Link(_), schema::PRED | schema::SUCC) => Err(wrong()),
            (Subject::Calendar(_), field) if field.starts_with("week") => Ok(Scalar::text("")),
            _ => known(subject, field)
                .then_some(Scalar::Null)
                .ok_or_else(wrong),
        };
    }
    match (subject, field) {
        (Subject::Task(_), schema::DURATION) => {
            let minutes = value.parse().map_err(|_| wrong())?;
            check_duration(minutes).map(|()| Scalar::Int(minutes))
        }
        (Subject::Task(_), schema::UID) => some(value.parse().ok().map(Scalar::Int)),
        (Subject::Task(_), schema::PERCENT) => some(
            value
                .parse()
                .ok()
                .filter(|p| (0..=100).contains(p))
                .map(Scalar::Int),
        ),
        (
            Subject::Task(_),
            schema::NOT_BEFORE | schema::DEADLINE | schema::ACTUAL_START | schema::ACTUAL_FINISH,
        )
        | (Subject::Plan, schema::START | schema::DATA_DATE | schema::FINISH_BY) => moment(),
        (Subject::Plan, schema::DATES_WIN | schema::CREWS | schema::PEOPLE) => {
            some((value == "1").then_some(Scalar::Int(1)))
        }
        (Subject::Plan, schema::LAG_CALENDAR) => {
            some(read_lag_calendar(value).map(|_| Scalar::text(value)))
        }
        (Subject::Plan, schema::LOGIC) => some(read_logic(value).map(|_| Scalar::text(value))),
        (Subject::Plan, schema::LATEST) => some(read_latest(value).map(|_| Scalar::text(value))),
        (Subject::Plan, schema::CRITICAL_SLACK | schema::NEAR_SLACK) => {
            let minutes = value.parse().map_err(|_| wrong())?;
            check_duration(minutes).map(|()| Scalar::Int(minutes))
        }
        (Subject::Task(_), schema::REMAINING | schema::PAUSE | schema::DELAY) => {
            let minutes = value.parse().map_err(|_| wrong())?;
            check_duration(minutes).map(|()| Scalar::Int(minutes))
        }
        (Subject::Task(_), schema::INACTIVE | schema::ELAPSED | schema::OWN_HOURS) => {
            some((value == "1").then_some(Scalar::Int(1)))
        }
        (Subject::Task(_), schema::CONSTRAINT) => some(
            value
                .parse::<Constraint>()
                .ok()
                .map(|constraint| Scalar::show(Some(constraint))),
        ),
        (Subject::Task(_), schema::PLACED) => some(
            value
                .parse::<Placed>()
                .ok()
                .map(|placed| Scalar::show(Some(placed))),
        ),
        (Subject::Task(_), schema::PARENT) | (Subject::Link(_), schema::PRED | schema::SUCC) => {
            some(
                value
                    .parse::<base::TaskId>()
                    .ok()
                    .map(|id| Scalar::show(Some(id))),
            )
        }
        (Subject::Task(_) | Subject::Plan, schema::CALENDAR) => some(
            value
                .parse::<base::CalendarId>()
                .ok()
                .map(|id| Scalar::show(Some(id))),
        ),
        (Subject::Plan, schema::SOURCE) => some(
            value
                .parse::<base::DocumentId>()
                .ok()
                .map(|id| Scalar::show(Some(id))),
        ),
        (Subject::Task(_), schema::STAYS) => some(
            value
                .parse()
                .ok()
                .map(|stays| Scalar::show(Some::<Stays>(stays))),
        ),
        (Subject::Task(_), schema::PRIORITY) => {
            let priority = value.parse().ok().filter(|p| (0..=1_000).contains(p));
            some(priority.map(Scalar::Int))
        }
        (Subject::Task(_), field) if schema::used(field).is_some() => some(
            value
                .parse()
                .ok()
                .map(|part| Scalar::show(Some::<Use>(part))),
        ),
        (Subject::Task(_), field) if schema::in_baseline(field).is_some() => {
            let agreed = value.parse::<Agreed>().ok();
            some(agreed.map(|agreed| Scalar::show(Some(agreed))))
        }
        (Subject::Task(_), schema::BUDGET | schema::COST) => {
            let parts = value.parse().map_err(|_| wrong())?;
            amount(field, Some(Money::from_parts(parts)))
        }
        (Subject::Plan, field) if let Some((_, field)) = schema::of_baseline(field) => {
            super::baseline::restored(field, value).unwrap_or_else(|| Err(wrong()))
        }
        (Subject::Task(_), name) if schema::in_custom(name).is_some() => {
            super::field::value_restored(name, value)
        }
        (Subject::Plan, field) if let Some((_, part)) = schema::of_field(field) => {
            super::field::restored(part, value).unwrap_or_else(|| Err(wrong()))
        }
        (Subject::Plan, field) if let Some((_, field)) = schema::of_resource(field) => {
            super::resource::restored(field, value).unwrap_or_else(|| Err(wrong()))
        }
        (Subject::Link(_), schema::KIND) => {
            some(read_kind(value).map(|kind| Scalar::text(write_kind(kind))))
        }
        (Subject::Link(_), schema::LAG) => {
            let lag = read_lag(value).ok_or_else(wrong)?;
            check_lag(lag).map(|()| Scalar::Text(write_lag(lag)))
        }
        (Subject::Calendar(_), field) if field.starts_with("week") => {
            some(schema::read_hours(value).map(|_| Scalar::text(value)))
        }
        (Subject::Calendar(_), field) if field.starts_with(schema::DAY) => {
            some(schema::read_exception(field, value).map(|_| Scalar::text(value)))
        }
        (_, field) if known(subject, field) => text(),
        _ => Err(wrong()),
    }
}

fn known(subject: Subject, field: &str) -> bool {
    match subject {
        Subject::Plan => {
            matches!(
                field,
                schema::NAME
                    | schema::START
                    | schema::CALENDAR
                    | schema::SOURCE
                    | schema::LAG_CALENDAR
                    | schema::DATES_WIN
                    | schema::LOGIC
                    | schema::CRITICAL_SLACK
                    | schema::NEAR_SLACK
                    | schema::LATEST
                    | schema::FINISH_BY
                    | schema::CREWS
                    | schema::PEOPLE
                    | schema::DATA_DATE
            ) || schema::of_resource(field).is_some()
                || schema::of_baseline(field).is_some()
                || schema::of_field(field).is_some_and(|(_, part)| super::field::is_part(part))
        }
        Subject::Task(_) => {
            matches!(
                field,
                schema::NAME
                    | schema::PARENT
                    | schema::ORDER
                    | schema::DURATION
                    | schema::NOT_BEFORE
                    | schema::CONSTRAINT
                    | schema::DEADLINE
                    | schema::PLACED
                    | schema::INACTIVE
                    | schema::ELAPSED
                    | schema::PAUSE
                    | schema::OWN_HOURS
                    | schema::DELAY
                    | schema::STAYS
                    | schema::PRIORITY
                    | schema::OWNER
                    | schema::DELIVERABLE
                    | schema::BUDGET
                    | schema::COST
                    | schema::CALENDAR
                    | schema::UID
                    | schema::PERCENT
                    | schema::ACTUAL_START
                    | schema::ACTUAL_FINISH
                    | schema::REMAINING
            ) || schema::used(field).is_some()
                || schema::in_baseline(field).is_some()
                || schema::in_custom(field).is_some()
        }
        Subject::Link(_) => matches!(
            field,
            schema::PRED | schema::SUCC | schema::KIND | schema::LAG
        ),
        Subject::Calendar(_) => {
            field == schema::NAME || field.starts_with("week") || field.starts_with(schema::DAY)
        }
    }
}

pub(crate) fn is_progress(field: &str) -> bool {
    field == schema::DATA_DATE || schema::PROGRESS.contains(&field)
}

/// The fields of the plan document.
pub(super) fn plan(
    model: &PlanModel,
    edits: &[FieldEdit],
    author: Author,
) -> Result<Vec<Write>, CommandError> {
    let mut writes = Vec::with_capacity(edits.len());
    for edit in edits {
        match edit.subject {
            Subject::Plan => {}
            Subject::Task(id) if model.tasks.contains_key(&id) => {}
            Subject::Task(id) => return Err(CommandError::NoTask(id)),
            Subject::Link(id) if model.links.contains_key(&id) => {}
            Subject::Link(id) => return Err(CommandError::NoLink(id)),
            Subject::Calendar(id) if model.calendars.contains_key(&id) => {}
            Subject::Calendar(_) => {
                return Err(CommandError::invalid(
                    schema::CALENDAR,
                    "there is no such calendar",
                ));
            }
        }
        match edit.field.as_str() {
            schema::DELETED_AT if edit.subject == Subject::Plan => {
                return Err(CommandError::invalid(
                    schema::DELETED_AT,
                    "a plan is not removed",
                ));
            }
            schema::DELETED_AT if edit.value.is_empty() => task::clear(&mut writes, edit.subject),
            schema::DELETED_AT => writes.extend(task::removal(edit.subject, author)),
            field if is_progress(field) => {
                return Err(CommandError::invalid(field, "is no field of the plan"));
            }
            field => {
                let value = check(edit.subject, field, &edit.value)?;
                writes.push(Write::set(edit.subject, field, value));
            }
        }
    }
    Ok(writes)
}

/// The fields of the progress document.
pub(super) fn progress(edits: &[FieldEdit]) -> Result<Vec<Write>, CommandError> {
    edits
        .iter()
        .map(|edit| {
            if !is_progress(&edit.field) {
                return Err(CommandError::invalid(
                    &edit.field,
                    "is no field of progress",
                ));
            }
            let value = check(edit.subject, &edit.field, &edit.value)?;
            Ok(Write::set(edit.subject, &edit.field, value))
        })
        .collect()
}
