//! Conflicts: a written value as people read it, and the command that makes it stand. Pure.

use shared::base::{LinkId, TaskId};
use shared::doc::command::restore::FieldEdit;
use shared::doc::command::{Command, ProgressEdit, TaskEdit};
use shared::doc::view::plan::Subject;
use shared::domain::money::Money;
use shared::domain::plan::{Agreed, Lag, LinkKind};

use super::duration;
use super::edit::Style;
use super::model::Model;
use crate::ui::{dates, money};

/// The command that makes one of the values of a conflict the one that stands; `None` where it cannot be read.
pub(crate) fn settle(model: &Model, subject: Subject, field: &str, value: &str) -> Option<Command> {
    let task = match subject {
        Subject::Task(task) => task,
        Subject::Plan if matches!(field, "name" | "start" | "calendar") => {
            return settle_plan(field, value);
        }
        Subject::Plan if field == "data_date" && value.is_empty() => {
            return Some(Command::SetDataDate { date: None });
        }
        Subject::Plan if field == "data_date" => {
            let date = Some(value.parse().ok()?);
            return Some(Command::SetDataDate { date });
        }
        Subject::Link(link) => return settle_link(model, link, field, value),
        Subject::Plan | Subject::Calendar(_) => {
            let edit = FieldEdit {
                subject,
                field: field.to_owned(),
                value: value.to_owned(),
            };
            return Some(Command::Restore {
                plan: vec![edit],
                progress: Vec::new(),
            });
        }
    };
    let plan = |edit| Some(Command::EditTask { id: task, edit });
    let progress = |edit| Some(Command::EditProgress { id: task, edit });
    let moment = || {
        if value.is_empty() {
            Some(None)
        } else {
            value.parse().ok().map(Some)
        }
    };
    match field {
        "name" => plan(TaskEdit::Name(value.to_owned())),
        "duration" => plan(TaskEdit::Duration(value.parse().ok()?)),
        "not_before" => plan(TaskEdit::NotBefore(moment()?)),
        "deadline" => plan(TaskEdit::Deadline(moment()?)),
        "constraint" if value.is_empty() => plan(TaskEdit::Constraint(None)),
        "constraint" => plan(TaskEdit::Constraint(Some(value.parse().ok()?))),
        "placed" if value.is_empty() => plan(TaskEdit::Placed(None)),
        "placed" => plan(TaskEdit::Placed(Some(value.parse().ok()?))),
        "inactive" => plan(TaskEdit::Inactive(value == "1")),
        "elapsed" => plan(TaskEdit::Elapsed(value == "1")),
        "remaining" if value.is_empty() => progress(ProgressEdit::Remaining(None)),
        "remaining" => progress(ProgressEdit::Remaining(Some(value.parse().ok()?))),
        "owner" => plan(TaskEdit::Owner(value.to_owned())),
        "deliverable" => plan(TaskEdit::Deliverable(value.to_owned())),
        "calendar" if value.is_empty() => plan(TaskEdit::Calendar(None)),
        "calendar" => plan(TaskEdit::Calendar(Some(value.parse().ok()?))),
        field
            if matches!(
                field,
                "stays" | "priority" | "budget" | "cost" | "pause" | "delay" | "own_hours"
            ) || field.starts_with("use/")
                || field.starts_with("base/")
                || field.starts_with("x/") =>
        {
            let edit = FieldEdit {
                subject,
                field: field.to_owned(),
                value: value.to_owned(),
            };
            let (plan, progress) = match field {
                "cost" => (Vec::new(), vec![edit]),
                _ => (vec![edit], Vec::new()),
            };
            Some(Command::Restore { plan, progress })
        }
        "percent" => progress(ProgressEdit::Percent(value.parse().ok()?)),
        "actual_start" => progress(ProgressEdit::ActualStart(moment()?)),
        "actual_finish" => progress(ProgressEdit::ActualFinish(moment()?)),
        "deleted_at" if value.is_empty() => Some(Command::RestoreTasks { ids: vec![task] }),
        "deleted_at" => Some(Command::RemoveTasks { ids: vec![task] }),
        "parent" | "order" => {
            let parent: Option<TaskId> = match value {
                _ if field == "order" => model.by_id(task)?.parent,
                "" => None,
                id => Some(id.parse().ok()?),
            };
            let outline = &model.outline;
            let at = outline.index_of(task)?;
            let here = model.task(at)?.parent == parent;
            let after = if here {
                outline.previous_sibling(at)
            } else {
                outline.last_child(parent.and_then(|id| outline.index_of(id)))
            };
            Some(Command::MoveTasks {
                ids: vec![task],
                parent,
                after: after.and_then(|i| outline.id(i)),
            })
        }
        _ => None,
    }
}

fn settle_plan(field: &str, value: &str) -> Option<Command> {
    let mut edit = (None, None, None);
    match field {
        "name" => edit.0 = Some(value.to_owned()),
        "start" => edit.1 = Some(value.parse().ok()?),
        "calendar" => edit.2 = Some(value.parse().ok()?),
        _ => return None,
    }
    Some(Command::EditPlan {
        name: edit.0,
        start: edit.1,
        calendar: edit.2,
    })
}

fn settle_link(model: &Model, id: LinkId, field: &str, value: &str) -> Option<Command> {
    let link = model.view.plan.links.iter().find(|l| l.id == id)?;
    let (mut kind, mut lag) = (link.kind, link.lag);
    match field {
        "kind" => {
            kind = match value {
                "FS" => LinkKind::FinishStart,
                "SS" => LinkKind::StartStart,
                "FF" => LinkKind::FinishFinish,
                "SF" => LinkKind::StartFinish,
                _ => return None,
            }
        }
        "lag" => {
            lag = match value.strip_suffix('e') {
                Some(minutes) => Lag::Elapsed(minutes.parse().ok()?),
                None => Lag::Working(value.parse().ok()?),
            }
        }
        _ => return None,
    }
    Some(Command::EditLink { id, kind, lag })
}

/// A written value of a field as people read it.
pub(crate) fn readable(model: &Model, field: &str, value: &str, style: Style<'_>) -> String {
    let text = match field {
        "duration" | "remaining" | "critical_slack" | "near_slack" | "pause" | "delay"
            if !value.is_empty() =>
        {
            value
                .parse()
                .ok()
                .map(|minutes| duration::format(minutes, model.units, style.lang))
        }
        "start" | "not_before" | "deadline" | "data_date" | "finish_by" | "actual_start"
        | "actual_finish" => value
            .parse()
            .ok()
            .map(|at| dates::date_time(at, style.lang)),
        "budget" | "cost" => {
            let parts = value.parse().ok();
            parts.map(|parts| money::format(Money::from_parts(parts)))
        }
        field if field.starts_with("base/") => value.parse::<Agreed>().ok().map(|agreed| {
            let day = |at| dates::date(at, style.lang);
            format!("{} – {}", day(agreed.start), day(agreed.finish))
        }),
        "owner" => Some(style.people.owner(value).to_owned()),
        "percent" => Some(format!("{value}%")),
        "parent" => value
            .parse()
            .ok()
            .and_then(|id| model.outline.index_of(id))
            .map(|i| {
                let name = model.task(i).map_or("", |t| t.name.as_str());
                format!("{} {name}", model.outline.number(i))
            }),
        "calendar" => model
            .view
            .plan
            .calendars
            .iter()
            .find(|(id, _)| id.to_string() == value)
            .map(|(_, calendar)| calendar.name.clone()),
        _ => None,
    };
    match text.unwrap_or_else(|| value.to_owned()) {
        text if text.is_empty() => "—".to_owned(),
        text => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::edit::tests::model;
    use super::super::outline::tests::id;
    use super::*;

    #[test]
    fn a_value_of_a_conflict_can_be_made_to_stand() {
        let model = model();
        assert_eq!(
            settle(&model, Subject::Task(id(3)), "duration", "960"),
            Some(Command::EditTask {
                id: id(3),
                edit: TaskEdit::Duration(960)
            })
        );
        assert_eq!(
            settle(&model, Subject::Task(id(3)), "parent", &id(1).to_string()),
            Some(Command::MoveTasks {
                ids: vec![id(3)],
                parent: Some(id(1)),
                after: Some(id(2))
            })
        );
        assert_eq!(settle(&model, Subject::Task(id(3)), "duration", "x"), None);
    }
}
