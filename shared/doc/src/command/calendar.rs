//! Calendars: what differs from what stands is written, day by day, so that edits of different days merge.

use base::CalendarId;
use base::sort;
use domain::calendar::Calendar;
use rustc_hash::FxHashMap;

use super::write::Write;
use super::{CommandError, check_text};
use crate::model::PlanModel;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

pub(super) fn put(
    model: &PlanModel,
    id: CalendarId,
    calendar: &Calendar,
) -> Result<Vec<Write>, CommandError> {
    check(calendar)?;
    let subject = Subject::Calendar(id);
    let mut writes = Vec::new();
    let mut old: FxHashMap<String, String> = FxHashMap::default();
    match model.calendars.get(&id) {
        None => writes.push(Write::Create(subject)),
        Some(row) => {
            old = schema::write_exceptions(&row.calendar)
                .into_iter()
                .collect()
        }
    }
    let same_days = model
        .calendars
        .get(&id)
        .is_some_and(|row| exceptions_equal(&row.calendar, calendar));
    writes.push(Write::set(
        subject,
        schema::NAME,
        Scalar::text(&calendar.name),
    ));
    for (day, hours) in calendar.week.iter().enumerate() {
        let hours = Scalar::Text(schema::write_hours(hours));
        writes.push(Write::Set(subject, schema::week_field(day), hours));
    }
    if !same_days {
        for (key, text) in schema::write_exceptions(calendar) {
            old.remove(&key);
            writes.push(Write::Set(subject, key, Scalar::Text(text)));
        }
        let mut gone: Vec<String> = old.into_keys().collect();
        sort::plain(&mut gone);
        writes.extend(
            gone.into_iter()
                .map(|key| Write::Set(subject, key, Scalar::Null)),
        );
    }
    Ok(writes)
}

fn exceptions_equal(a: &Calendar, b: &Calendar) -> bool {
    a.exceptions == b.exceptions
}

/// Refuses calendars that cannot be kept.
pub(super) fn check(calendar: &Calendar) -> Result<(), CommandError> {
    check_text(schema::NAME, &calendar.name)?;
    if calendar.exceptions.len() > schema::MAX_EXCEPTIONS {
        return Err(CommandError::invalid("exceptions", "more than 5,000"));
    }
    let hours = calendar
        .week
        .iter()
        .chain(calendar.exceptions.iter().map(|e| &e.hours));
    for hours in hours {
        if !schema::are_hours(hours) {
            return Err(CommandError::invalid(
                "hours",
                "not ascending, or outside the day",
            ));
        }
    }
    for exception in &calendar.exceptions {
        check_text("exceptions", &exception.name)?;
        if exception.first > exception.last {
            return Err(CommandError::invalid(
                "exceptions",
                "the last day is before the first",
            ));
        }
    }
    Ok(())
}
