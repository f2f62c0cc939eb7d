//! Fields of tasks as documents keep them.

use domain::plan::Constraint;
use domain::plan::difference::Value;

use crate::command::{CommandError, amount, check_duration, check_text, task};
use crate::scalar::Scalar;
use crate::schema;

/// A field of a task as it is kept; refuses what no plan holds. Whether a calendar is there the caller knows.
pub(super) fn field(value: &Value) -> Result<(&'static str, Scalar), CommandError> {
    let flag = |field, set: bool| Ok((field, Scalar::flag(set)));
    let text =
        |field, text: &str| check_text(field, text).map(|()| (field, Scalar::text_or_null(text)));
    let some = |field, minutes: i64| {
        check_duration(minutes)?;
        let kept = (minutes > 0).then_some(minutes);
        Ok((field, kept.map_or(Scalar::Null, Scalar::Int)))
    };
    match value {
        Value::Name(name) => {
            check_text(schema::NAME, name)?;
            Ok((schema::NAME, Scalar::text(name)))
        }
        Value::Uid(uid) => Ok((schema::UID, uid.map_or(Scalar::Null, Scalar::Int))),
        Value::Duration(minutes) => {
            check_duration(*minutes)?;
            Ok((schema::DURATION, Scalar::Int(*minutes)))
        }
        Value::Elapsed(elapsed) => flag(schema::ELAPSED, *elapsed),
        Value::Calendar(id) => Ok((schema::CALENDAR, Scalar::show(*id))),
        Value::NotBefore(at) => Ok((schema::NOT_BEFORE, Scalar::show(*at))),
        Value::Constraint(Some(Constraint::StartNoEarlier(at))) => {
            Ok((schema::NOT_BEFORE, Scalar::show(Some(*at))))
        }
        Value::Constraint(constraint) => Ok((schema::CONSTRAINT, Scalar::show(*constraint))),
        Value::Deadline(at) => Ok((schema::DEADLINE, Scalar::show(*at))),
        Value::Inactive(inactive) => flag(schema::INACTIVE, *inactive),
        Value::Placed(placed) => {
            if placed.is_some_and(|placed| placed.finish.is_some_and(|at| at < placed.start)) {
                let why = "finished before it starts";
                return Err(CommandError::invalid(schema::PLACED, why));
            }
            Ok((schema::PLACED, Scalar::show(*placed)))
        }
        Value::Pause(minutes) => some(schema::PAUSE, *minutes),
        Value::Delay(minutes) => some(schema::DELAY, *minutes),
        Value::OwnHours(own) => flag(schema::OWN_HOURS, *own),
        Value::Stays(stays) => Ok((schema::STAYS, task::kept(*stays))),
        Value::Priority(priority) => {
            if priority.is_some_and(|priority| priority > 1_000) {
                return Err(CommandError::invalid(
                    schema::PRIORITY,
                    "not from 0 to 1000",
                ));
            }
            let kept = priority.map_or(Scalar::Null, |priority| Scalar::Int(priority.into()));
            Ok((schema::PRIORITY, kept))
        }
        Value::Owner(owner) => text(schema::OWNER, owner),
        Value::Deliverable(deliverable) => text(schema::DELIVERABLE, deliverable),
        Value::Budget(budget) => Ok((schema::BUDGET, amount(schema::BUDGET, *budget)?)),
        Value::Percent(percent) if *percent > 100 => {
            Err(CommandError::invalid(schema::PERCENT, "more than 100"))
        }
        Value::Percent(percent) => Ok((schema::PERCENT, Scalar::Int(i64::from(*percent)))),
        Value::ActualStart(at) => Ok((schema::ACTUAL_START, Scalar::show(*at))),
        Value::ActualFinish(at) => Ok((schema::ACTUAL_FINISH, Scalar::show(*at))),
        Value::Remaining(minutes) => {
            if let Some(minutes) = minutes {
                check_duration(*minutes)?;
            }
            Ok((schema::REMAINING, minutes.map_or(Scalar::Null, Scalar::Int)))
        }
        Value::Cost(cost) => Ok((schema::COST, amount(schema::COST, *cost)?)),
    }
}
