//! Fields, commands and problems in words.

use leptos::prelude::*;
use shared::base::{LinkId, TaskId};
use shared::doc::command::Command;
use shared::doc::view::plan::{Problem, Subject};
use shared::domain::plan::{Constraint, Placed};
use shared::domain::schedule;
use shared::sync::wire::Refusal;

use super::columns::Column;
use super::cx::Cx;
use super::duration;
use super::settle;
use crate::i18n::t_string;
use crate::language;
use crate::platform::intl;

impl Cx {
    /// A task as `1.2 name`; tracked.
    pub(crate) fn task_words(&self, id: TaskId) -> String {
        let model = self.model.get();
        let place = model.outline.index_of(id);
        match place.and_then(|i| model.task(i).map(|t| (i, t))) {
            Some((i, task)) => format!("{} {}", model.outline.number(i), task.name),
            None => {
                let mut removed = model.view.removed.iter();
                removed
                    .find(|r| r.task == id)
                    .map_or_else(|| id.to_string(), |r| r.name.clone())
            }
        }
    }

    /// A link as `1.2 name → 1.3 name`; tracked.
    pub(crate) fn link_words(&self, id: LinkId) -> String {
        let model = self.model.get();
        let removed = model.view.removed_links.iter().map(|r| &r.link);
        let mut links = model.view.plan.links.iter().chain(removed);
        links.find(|l| l.id == id).map_or_else(
            || id.to_string(),
            |l| format!("{} → {}", self.task_words(l.pred), self.task_words(l.succ)),
        )
    }

    /// What a conflict is about; tracked.
    pub(crate) fn subject_words(&self, subject: Subject) -> String {
        match subject {
            Subject::Task(id) => self.task_words(id),
            Subject::Link(id) => self.link_words(id),
            Subject::Plan => t_string!(self.i18n, plan.title).to_string(),
            Subject::Calendar(id) => {
                let model = self.model.get();
                let mut calendars = model.view.plan.calendars.iter();
                calendars
                    .find(|(calendar, _)| *calendar == id)
                    .map_or_else(String::new, |(_, c)| c.name.clone())
            }
        }
    }

    /// The name of a field; tracked.
    pub(crate) fn field_words(&self, field: &str) -> String {
        let i18n = self.i18n;
        match field {
            "not_before" => t_string!(i18n, plan.field_not_before).to_string(),
            "constraint" => t_string!(i18n, plan.field_constraint).to_string(),
            "deadline" => t_string!(i18n, plan.field_deadline).to_string(),
            "placed" => t_string!(i18n, plan.field_placed).to_string(),
            "inactive" => t_string!(i18n, plan.field_inactive).to_string(),
            "elapsed" => t_string!(i18n, plan.field_elapsed).to_string(),
            "remaining" => t_string!(i18n, plan.field_remaining).to_string(),
            "data_date" => t_string!(i18n, plan.field_data_date).to_string(),
            "lag_calendar" => t_string!(i18n, plan.field_lag_calendar).to_string(),
            "dates_win" => t_string!(i18n, plan.field_dates_win).to_string(),
            "logic" => t_string!(i18n, plan.field_logic).to_string(),
            "critical_slack" => t_string!(i18n, plan.field_critical_slack).to_string(),
            "near_slack" => t_string!(i18n, plan.field_near_slack).to_string(),
            "latest" => t_string!(i18n, plan.field_latest).to_string(),
            "finish_by" => t_string!(i18n, plan.field_finish_by).to_string(),
            "parent" | "order" => t_string!(i18n, plan.field_place).to_string(),
            "deleted_at" => t_string!(i18n, plan.field_removed).to_string(),
            "calendar" => t_string!(i18n, plan.field_calendar).to_string(),
            "kind" => t_string!(i18n, plan.link_kind).to_string(),
            "lag" => t_string!(i18n, plan.link_lag).to_string(),
            "start" => self.title(Column::Start),
            "stays" => t_string!(i18n, resources.stays).to_string(),
            "priority" => t_string!(i18n, resources.priority).to_string(),
            "crews" => t_string!(i18n, resources.field_crews).to_string(),
            "people" => t_string!(i18n, resources.title).to_string(),
            "costs" => t_string!(i18n, earned.title).to_string(),
            "pause" => t_string!(i18n, resources.field_pause).to_string(),
            "delay" => t_string!(i18n, resources.field_delay).to_string(),
            "own_hours" => t_string!(i18n, resources.field_own_hours).to_string(),
            other if other.starts_with("use/") => {
                let resource = other.trim_start_matches("use/").parse();
                resource.map_or_else(|_| other.to_owned(), |id| self.resource_words(id))
            }
            other if other.starts_with("resource/") => self.resource_field_words(other),
            other if other.starts_with("base/") || other.starts_with("baseline/") => {
                self.baseline_words(other)
            }
            other if other.starts_with("x/") || other.starts_with("field/") => {
                self.custom_field_words(other)
            }
            other if other.starts_with("day/") => other.trim_start_matches("day/").to_owned(),
            other if other.starts_with("week") => {
                // 5 January 1970 was a Monday
                let day = other.trim_start_matches("week").parse().unwrap_or(0_i64);
                let at = shared::base::Moment::from_day(4 + day.clamp(0, 6));
                crate::ui::dates::weekday(at, self.lang.get())
            }
            other => match Column::of_field(other) {
                Some(column) => self.title(column),
                None => other.to_owned(),
            },
        }
    }

    /// A written value of a field; tracked.
    pub(crate) fn value_words(&self, field: &str, value: &str) -> String {
        let i18n = self.i18n;
        match field {
            "deleted_at" if value.is_empty() => t_string!(i18n, plan.value_there).to_string(),
            "deleted_at" => t_string!(i18n, plan.value_removed).to_string(),
            "order" => t_string!(i18n, plan.value_moved).to_string(),
            "parent" if value.is_empty() => t_string!(i18n, plan.value_top).to_string(),
            "constraint" => match value.parse::<Constraint>() {
                Ok(constraint) => {
                    let words = self.constraint_words(constraint.kind());
                    let date = constraint.date();
                    let date = date.map(|at| crate::ui::dates::date_time(at, self.lang.get()));
                    date.map_or(words.clone(), |date| format!("{words} {date}"))
                }
                Err(_) => self.constraint_words(""),
            },
            "placed" => match value.parse::<Placed>() {
                Ok(placed) => {
                    let lang = self.lang.get();
                    let start = crate::ui::dates::date_time(placed.start, lang);
                    let finish = placed
                        .finish
                        .map(|at| crate::ui::dates::date_time(at, lang));
                    finish.map_or(start.clone(), |finish| format!("{start} – {finish}"))
                }
                Err(_) => t_string!(i18n, plan.value_no).to_string(),
            },
            "inactive" | "elapsed" | "dates_win" | "crews" | "people" | "costs" | "own_hours"
                if value == "1" =>
            {
                t_string!(i18n, plan.value_yes).to_string()
            }
            "inactive" | "elapsed" | "dates_win" | "crews" | "people" | "costs" | "own_hours" => {
                t_string!(i18n, plan.value_no).to_string()
            }
            "lag_calendar" => self.lag_words(value),
            "logic" => self.logic_words(value),
            "stays" => self.stays_words(value),
            other if other.starts_with("baseline/") && other.ends_with("/removed") => match value {
                "1" => t_string!(i18n, plan.value_removed).to_string(),
                _ => t_string!(i18n, plan.value_there).to_string(),
            },
            other if other.starts_with("x/") || other.starts_with("field/") => {
                self.custom_value_words(other, value)
            }
            other if other.starts_with("use/") => self.use_words(value),
            other if other.starts_with("resource/") => self.resource_value_words(other, value),
            "latest" => self.latest_words(value),
            _ => {
                let model = self.model.get();
                self.styled(|style| settle::readable(&model, field, value, style))
            }
        }
    }

    /// What limits a task, by the kind of its constraint; tracked.
    pub(crate) fn constraint_words(&self, kind: &str) -> String {
        let i18n = self.i18n;
        match kind {
            "alap" => t_string!(i18n, exchange.constraint_alap).to_string(),
            "snet" => t_string!(i18n, plan.field_not_before).to_string(),
            "snlt" => t_string!(i18n, exchange.constraint_snlt).to_string(),
            "fnet" => t_string!(i18n, exchange.constraint_fnet).to_string(),
            "fnlt" => t_string!(i18n, exchange.constraint_fnlt).to_string(),
            "mso" => t_string!(i18n, exchange.constraint_mso).to_string(),
            "mfo" => t_string!(i18n, exchange.constraint_mfo).to_string(),
            _ => t_string!(i18n, plan.constraint_none).to_string(),
        }
    }

    /// In which calendar lag counts; tracked.
    pub(crate) fn lag_words(&self, written: &str) -> String {
        let i18n = self.i18n;
        match written {
            "succ" => t_string!(i18n, plan.lag_successor).to_string(),
            "plan" => t_string!(i18n, plan.lag_plan).to_string(),
            "elapsed" => t_string!(i18n, plan.lag_elapsed).to_string(),
            _ => t_string!(i18n, plan.lag_predecessor).to_string(),
        }
    }

    /// What a task does that began out of order; tracked.
    pub(crate) fn logic_words(&self, written: &str) -> String {
        match written {
            "override" => t_string!(self.i18n, plan.logic_override).to_string(),
            _ => t_string!(self.i18n, plan.logic_retained).to_string(),
        }
    }

    /// How far a task goes that is to be as late as possible; tracked.
    pub(crate) fn latest_words(&self, written: &str) -> String {
        match written {
            "free" => t_string!(self.i18n, plan.latest_free).to_string(),
            _ => t_string!(self.i18n, plan.latest_all).to_string(),
        }
    }

    /// A person's name, or that it is unknown; tracked.
    pub(crate) fn person_words(&self, id: Option<shared::base::PersonId>) -> String {
        let people = self.people.get();
        id.and_then(|id| people.name(id).map(str::to_owned))
            .unwrap_or_else(|| t_string!(self.i18n, plan.somebody).to_string())
    }

    /// When something happened; tracked.
    pub(crate) fn when_words(&self, at: shared::base::Timestamp) -> String {
        intl::format_timestamp(language::tag(self.i18n.get_locale()), at)
    }

    /// A problem in words, and the task to look at; tracked.
    pub(crate) fn problem_words(&self, problem: &Problem) -> (String, Option<TaskId>) {
        let i18n = self.i18n;
        let names = |tasks: &[TaskId]| {
            let names: Vec<String> = tasks.iter().map(|id| self.task_words(*id)).collect();
            names.join(" → ")
        };
        match problem {
            Problem::ParentCycle { tasks } => (
                t_string!(i18n, plan.problem_parent_cycle, tasks = names(tasks)).to_string(),
                tasks.first().copied(),
            ),
            Problem::LostParent { task } => (
                t_string!(
                    i18n,
                    plan.problem_lost_parent,
                    task = self.task_words(*task)
                )
                .to_string(),
                Some(*task),
            ),
            Problem::Unreadable { task, field } => (
                t_string!(
                    i18n,
                    plan.problem_unreadable,
                    task = task.map_or_else(String::new, |id| self.task_words(id)),
                    field = self.field_words(field)
                )
                .to_string(),
                *task,
            ),
            Problem::LinkToRemoved { link } => (
                t_string!(
                    i18n,
                    plan.problem_link_removed,
                    link = self.link_words(*link)
                )
                .to_string(),
                None,
            ),
            Problem::UseOfRemoved { task, resource } => (
                t_string!(
                    i18n,
                    resources.use_of_removed,
                    task = self.task_words(*task),
                    name = self.resource_words(*resource)
                )
                .to_string(),
                Some(*task),
            ),
            Problem::Schedule(schedule::Problem::Cycle { tasks, .. }) => (
                t_string!(i18n, plan.problem_cycle, tasks = names(tasks)).to_string(),
                tasks.first().copied(),
            ),
            Problem::Schedule(schedule::Problem::MissingTask { link }) => (
                t_string!(
                    i18n,
                    plan.problem_link_removed,
                    link = self.link_words(*link)
                )
                .to_string(),
                None,
            ),
            Problem::Schedule(schedule::Problem::NoCalendar { task }) => (
                t_string!(
                    i18n,
                    plan.problem_calendar,
                    task = task.map_or_else(
                        || t_string!(i18n, plan.title).to_string(),
                        |id| self.task_words(id)
                    )
                )
                .to_string(),
                *task,
            ),
            Problem::Schedule(schedule::Problem::Late {
                task,
                hold,
                minutes,
                tasks,
            }) => {
                let name = self.task_words(*task);
                let by = duration::format(
                    *minutes,
                    self.model.with(|model| model.units),
                    self.lang.get(),
                );
                let n = tasks.len();
                let words = match hold {
                    schedule::Hold::Deadline => {
                        t_string!(i18n, plan.problem_deadline, task = name, by = by, n = n)
                            .to_string()
                    }
                    schedule::Hold::Constraint => {
                        t_string!(i18n, plan.problem_constraint, task = name, by = by, n = n)
                            .to_string()
                    }
                    schedule::Hold::Placed => {
                        t_string!(i18n, plan.problem_placed, task = name, by = by, n = n)
                            .to_string()
                    }
                };
                (words, Some(*task))
            }
            Problem::Schedule(schedule::Problem::FinishBy { minutes, tasks }) => {
                let by = duration::format(
                    *minutes,
                    self.model.with(|model| model.units),
                    self.lang.get(),
                );
                let n = tasks.len();
                (
                    t_string!(i18n, plan.problem_finish_by, by = by, n = n).to_string(),
                    tasks.first().copied(),
                )
            }
            Problem::Schedule(schedule::Problem::Broken { link }) => (
                t_string!(i18n, plan.problem_broken, link = self.link_words(*link)).to_string(),
                None,
            ),
            Problem::Schedule(schedule::Problem::OutOfRange { task }) => (
                t_string!(i18n, plan.problem_range, task = self.task_words(*task)).to_string(),
                Some(*task),
            ),
        }
    }

    /// Why the server refused; tracked.
    pub(crate) fn refusal_words(&self, reason: &Refusal) -> String {
        let i18n = self.i18n;
        match reason {
            Refusal::NotAllowed => t_string!(i18n, plan.refused_not_allowed).to_string(),
            Refusal::DependsOnRefused => t_string!(i18n, plan.refused_depends).to_string(),
            Refusal::Storage => t_string!(i18n, plan.refused_storage).to_string(),
            Refusal::TooLarge | Refusal::Full => t_string!(i18n, plan.refused_large).to_string(),
            _ => t_string!(i18n, plan.refused_malformed).to_string(),
        }
    }

    /// What a command was to do, with what was typed; tracked.
    pub(crate) fn command_words(&self, command: Option<&Command>) -> String {
        let i18n = self.i18n;
        let set = |id: TaskId, field: &str, value: String| {
            let value = self.value_words(field, &value);
            format!(
                "{} · {}: {value}",
                self.task_words(id),
                self.field_words(field)
            )
        };
        let tasks = |ids: &[TaskId]| {
            let names: Vec<String> = ids.iter().map(|id| self.task_words(*id)).collect();
            names.join(", ")
        };
        let Some(command) = command else {
            return t_string!(i18n, plan.did_undo).to_string();
        };
        match command {
            Command::AddTask { name, .. } => {
                t_string!(i18n, plan.did_add, name = name.clone()).to_string()
            }
            Command::EditTask { id, edit } => {
                let (field, value) = edit.written();
                set(*id, &field, value)
            }
            Command::EditProgress { id, edit } => {
                let (field, value) = edit.written();
                set(*id, field, value)
            }
            Command::MoveTasks { ids, .. } => {
                t_string!(i18n, plan.did_move, tasks = tasks(ids)).to_string()
            }
            Command::RemoveTasks { ids } => {
                t_string!(i18n, plan.did_remove, tasks = tasks(ids)).to_string()
            }
            Command::RestoreTasks { ids } => {
                t_string!(i18n, plan.did_restore, tasks = tasks(ids)).to_string()
            }
            Command::AddLink { pred, succ, .. } => {
                let link = format!("{} → {}", self.task_words(*pred), self.task_words(*succ));
                t_string!(i18n, plan.did_link, link = link).to_string()
            }
            Command::EditLink { id, .. }
            | Command::RemoveLink { id }
            | Command::RestoreLink { id } => {
                t_string!(i18n, plan.did_link, link = self.link_words(*id)).to_string()
            }
            Command::SetDataDate { date } => {
                let date = date.map(|at| at.to_string()).unwrap_or_default();
                let words = self.value_words("data_date", &date);
                format!("{}: {words}", self.field_words("data_date"))
            }
            Command::EditRules { edit } => {
                let (field, value) = edit.written();
                let words = self.value_words(field, &value);
                format!("{}: {words}", self.field_words(field))
            }
            Command::AddResource { resource } => {
                t_string!(i18n, resources.did_resource, name = resource.name.clone()).to_string()
            }
            Command::EditResource { id, edit } => {
                let (field, value) = edit.written();
                let field = format!("resource/{id}/{field}");
                let value = self.value_words(&field, &value);
                format!("{}: {value}", self.field_words(&field))
            }
            Command::RemoveResource { id } | Command::RestoreResource { id } => t_string!(
                i18n,
                resources.did_resource,
                name = self.resource_words(*id)
            )
            .to_string(),
            Command::Assign {
                task,
                resource,
                part,
            } => t_string!(
                i18n,
                resources.did_assign,
                task = self.task_words(*task),
                name = self.resource_words(*resource),
                value = self.use_words(&part.map(|part| part.to_string()).unwrap_or_default())
            )
            .to_string(),
            Command::SetBaseline { baseline } => {
                t_string!(i18n, earned.did_set, name = baseline.name.clone()).to_string()
            }
            Command::RenameBaseline { id, .. }
            | Command::RemoveBaseline { id }
            | Command::RestoreBaseline { id } => self.baseline_words(&format!("base/{id}")),
            Command::AddField { field, .. } => {
                t_string!(i18n, plan.custom_field, name = field.name.clone()).to_string()
            }
            Command::EditField { id, edit } => {
                let (part, value) = edit.written();
                let field = format!("field/{id}/{part}");
                let value = self.value_words(&field, &value);
                format!("{}: {value}", self.field_words(&field))
            }
            Command::MoveField { id, .. }
            | Command::RemoveField { id }
            | Command::RestoreField { id } => self.custom_field_words(&format!("field/{id}")),
            Command::EditNote { text } => text.clone(),
            _ => t_string!(i18n, plan.did_plan).to_string(),
        }
    }
}
