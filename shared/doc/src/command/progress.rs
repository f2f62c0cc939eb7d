//! Progress: percent, actual dates, what remains.

use base::{Moment, TaskId};
use domain::plan::Plan;

use super::write::Write;
use super::{CommandError, ProgressEdit, amount, check_duration};
use crate::model::ProgressModel;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

pub(super) fn edit(
    model: &ProgressModel,
    id: TaskId,
    edit: &ProgressEdit,
) -> Result<Vec<Write>, CommandError> {
    let row = model.tasks.get(&id);
    let ordered = |start: Option<_>, finish: Option<_>| match (start, finish) {
        (Some(start), Some(finish)) if finish < start => Err(CommandError::invalid(
            schema::ACTUAL_FINISH,
            "before the actual start",
        )),
        _ => Ok(()),
    };
    let (field, value) = match edit {
        ProgressEdit::Percent(percent) if *percent > 100 => {
            return Err(CommandError::invalid(schema::PERCENT, "more than 100"));
        }
        ProgressEdit::Percent(percent) => (schema::PERCENT, Scalar::Int(i64::from(*percent))),
        ProgressEdit::Remaining(minutes) => {
            if let Some(minutes) = minutes {
                check_duration(*minutes)?;
            }
            (schema::REMAINING, minutes.map_or(Scalar::Null, Scalar::Int))
        }
        ProgressEdit::Cost(cost) => (schema::COST, amount(schema::COST, *cost)?),
        ProgressEdit::ActualStart(start) => {
            ordered(*start, row.and_then(|r| r.actual_finish))?;
            (schema::ACTUAL_START, Scalar::show(*start))
        }
        ProgressEdit::ActualFinish(finish) => {
            ordered(row.and_then(|r| r.actual_start), *finish)?;
            (schema::ACTUAL_FINISH, Scalar::show(*finish))
        }
    };
    Ok(vec![Write::set(Subject::Task(id), field, value)])
}

pub(super) fn data_date(date: Option<Moment>) -> Vec<Write> {
    let value = Scalar::show(date);
    vec![Write::set(Subject::Plan, schema::DATA_DATE, value)]
}

/// The progress that came with an imported plan.
pub(super) fn import(plan: &Plan) -> Result<Vec<Write>, CommandError> {
    let mut writes = match plan.rules.data_date {
        Some(date) => data_date(Some(date)),
        None => Vec::new(),
    };
    for task in &plan.tasks {
        let subject = Subject::Task(task.id);
        if task.percent > 100 {
            return Err(CommandError::invalid(schema::PERCENT, "more than 100"));
        }
        if task.percent > 0 {
            let percent = Scalar::Int(i64::from(task.percent));
            writes.push(Write::set(subject, schema::PERCENT, percent));
        }
        if let Some(remaining) = task.remaining {
            check_duration(remaining)?;
            writes.push(Write::set(
                subject,
                schema::REMAINING,
                Scalar::Int(remaining),
            ));
        }
        if task.cost.is_some() {
            let cost = amount(schema::COST, task.cost)?;
            writes.push(Write::set(subject, schema::COST, cost));
        }
        for (field, moment) in [
            (schema::ACTUAL_START, task.actual_start),
            (schema::ACTUAL_FINISH, task.actual_finish),
        ] {
            if moment.is_some() {
                writes.push(Write::set(subject, field, Scalar::show(moment)));
            }
        }
    }
    Ok(writes)
}
