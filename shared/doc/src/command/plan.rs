//! The plan itself: title, start, calendar, rules.

use base::{CalendarId, Minutes, Moment};

use super::write::Write;
use super::{CommandError, RulesEdit, check_duration, check_text};
use crate::model::PlanModel;
use crate::model::plan::{write_lag_calendar, write_latest, write_logic};
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

impl RulesEdit {
    /// The field it writes, and the value as text, in the form of [`crate::view::plan::Written`].
    pub fn written(&self) -> (&'static str, String) {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        match self {
            Self::Lag(lag) => (schema::LAG_CALENDAR, text(write_lag_calendar(*lag))),
            Self::Logic(logic) => (schema::LOGIC, text(write_logic(*logic))),
            Self::DatesWin(win) => (schema::DATES_WIN, text(win.then_some("1"))),
            Self::Critical(minutes) => (schema::CRITICAL_SLACK, minutes.to_string()),
            Self::Near(minutes) => (schema::NEAR_SLACK, minutes.to_string()),
            Self::Late(latest) => (schema::LATEST, text(write_latest(*latest))),
            Self::Crews(crews) => (schema::CREWS, text(crews.then_some("1"))),
            Self::FinishBy(date) => {
                let date = date.map(|at| at.to_string());
                (schema::FINISH_BY, date.unwrap_or_default())
            }
        }
    }
}

pub(super) fn rules(edit: RulesEdit) -> Result<Vec<Write>, CommandError> {
    let (field, value) = match edit {
        RulesEdit::Lag(lag) => (schema::LAG_CALENDAR, Scalar::show(write_lag_calendar(lag))),
        RulesEdit::Logic(logic) => (schema::LOGIC, Scalar::show(write_logic(logic))),
        RulesEdit::DatesWin(win) => (schema::DATES_WIN, Scalar::flag(win)),
        RulesEdit::Critical(minutes) => (schema::CRITICAL_SLACK, slack(minutes)?),
        RulesEdit::Near(minutes) => (schema::NEAR_SLACK, slack(minutes)?),
        RulesEdit::Late(latest) => (schema::LATEST, Scalar::show(write_latest(latest))),
        RulesEdit::FinishBy(date) => (schema::FINISH_BY, Scalar::show(date)),
        RulesEdit::Crews(crews) => (schema::CREWS, Scalar::flag(crews)),
    };
    Ok(vec![Write::set(Subject::Plan, field, value)])
}

fn slack(minutes: Minutes) -> Result<Scalar, CommandError> {
    check_duration(minutes)?;
    Ok(match minutes {
        0 => Scalar::Null,
        minutes => Scalar::Int(minutes),
    })
}
