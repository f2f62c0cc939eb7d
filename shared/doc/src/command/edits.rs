//! The one field that an edit writes, as conflicts and histories name and show it.

use std::borrow::Cow;

use base::{Moment, TaskId};
use domain::money::Money;
use domain::plan::{Plan, Task};

use super::{ProgressEdit, TaskEdit};
use crate::schema;

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// An amount as documents keep it: ten-thousandths of the currency's unit.
fn parts(amount: Option<Money>) -> String {
    shown(amount.and_then(Money::parts))
}

fn flag(set: bool) -> String {
    if set { "1".to_owned() } else { String::new() }
}

impl TaskEdit {
    /// The field, as in [`crate::view::plan::Conflict::field`], and the value, as in
    /// [`crate::view::plan::Written::value`].
    pub fn written(&self) -> (Cow<'static, str>, String) {
        let (field, value) = match self {
            Self::Custom(field, value) => {
                return (schema::custom(*field).into(), shown(value.as_ref()));
            }
            Self::Name(name) => (schema::NAME, name.clone()),
            Self::Duration(minutes) => (schema::DURATION, minutes.to_string()),
            Self::NotBefore(at) => (schema::NOT_BEFORE, shown(*at)),
            Self::Elapsed(elapsed) => (schema::ELAPSED, flag(*elapsed)),
            Self::Constraint(constraint) => (schema::CONSTRAINT, shown(*constraint)),
            Self::Deadline(at) => (schema::DEADLINE, shown(*at)),
            Self::Placed(placed) => (schema::PLACED, shown(*placed)),
            Self::Inactive(inactive) => (schema::INACTIVE, flag(*inactive)),
            Self::Stays(stays) => (schema::STAYS, stays.to_string()),
            Self::Priority(priority) => (schema::PRIORITY, shown(*priority)),
            Self::Owner(owner) => (schema::OWNER, owner.clone()),
            Self::Deliverable(deliverable) => (schema::DELIVERABLE, deliverable.clone()),
            Self::Budget(budget) => (schema::BUDGET, parts(*budget)),
            Self::Calendar(calendar) => (schema::CALENDAR, shown(*calendar)),
        };
        (field.into(), value)
    }
}

impl ProgressEdit {
    /// As [`TaskEdit::written`].
    pub fn written(&self) -> (&'static str, String) {
        match self {
            Self::Percent(percent) => (schema::PERCENT, percent.to_string()),
            Self::ActualStart(at) => (schema::ACTUAL_START, shown(*at)),
            Self::ActualFinish(at) => (schema::ACTUAL_FINISH, shown(*at)),
            Self::Remaining(minutes) => (schema::REMAINING, shown(*minutes)),
            Self::Cost(cost) => (schema::COST, parts(*cost)),
        }
    }
}

/// What a task's value of a custom field is, as [`TaskEdit::written`] would give it; `None` where the field, `x/<field>`,
/// is none that the plan shows.
pub fn custom_value_of(plan: &Plan, task: TaskId, field: &str) -> Option<String> {
    let id = schema::in_custom(field)?;
    let field = plan.fields.iter().find(|field| field.id == id)?;
    Some(shown(field.values.get(&task)))
}

/// What stands in a field of a task, as [`TaskEdit::written`] would give it; empty for fields of another kind, and for
/// custom ones ([`custom_value_of`]).
pub fn value_of(task: &Task, field: &str) -> String {
    let moment = |at: Option<Moment>| shown(at);
    match field {
        schema::NAME => task.name.clone(),
        schema::DURATION => task.duration.to_string(),
        schema::NOT_BEFORE => moment(task.not_before),
        schema::ELAPSED => flag(task.elapsed),
        schema::CONSTRAINT => shown(task.constraint),
        schema::DEADLINE => moment(task.deadline),
        schema::PLACED => shown(task.placed),
        schema::INACTIVE => flag(task.inactive),
        schema::PAUSE => task.pause.to_string(),
        schema::DELAY => task.delay.to_string(),
        schema::OWN_HOURS => flag(task.own_hours),
        schema::STAYS => task.stays.to_string(),
        schema::PRIORITY => shown(task.priority),
        schema::OWNER => task.owner.clone(),
        schema::DELIVERABLE => task.deliverable.clone(),
        schema::CALENDAR => shown(task.calendar),
        schema::PERCENT => task.percent.to_string(),
        schema::ACTUAL_START => moment(task.actual_start),
        schema::ACTUAL_FINISH => moment(task.actual_finish),
        schema::REMAINING => shown(task.remaining),
        schema::BUDGET => parts(task.budget),
        schema::COST => parts(task.cost),
        _ => String::new(),
    }
}
