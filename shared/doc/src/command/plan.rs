//! The plan itself: title, start, calendar.

use base::{CalendarId, Moment};

use super::write::Write;
use super::{CommandError, check_text};
use crate::model::PlanModel;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

pub(super) fn edit(
    model: &PlanModel,
    name: Option<&str>,
    start: Option<Moment>,
    calendar: Option<CalendarId>,
) -> Result<Vec<Write>, CommandError> {
    let mut writes = Vec::new();
    if let Some(name) = name {
        check_text(schema::NAME, name)?;
        writes.push(Write::set(Subject::Plan, schema::NAME, Scalar::text(name)));
    }
    if start.is_some() {
        writes.push(Write::set(
            Subject::Plan,
            schema::START,
            Scalar::show(start),
        ));
    }
    if let Some(id) = calendar {
        if !model.calendars.contains_key(&id) {
            return Err(CommandError::invalid(
                schema::CALENDAR,
                "there is no such calendar",
            ));
        }
        writes.push(Write::set(
            Subject::Plan,
            schema::CALENDAR,
            Scalar::show(calendar),
        ));
    }
    Ok(writes)
}
