//! A difference between a plan and a file that comes again, in words.

use std::collections::HashMap;

use leptos_i18n::I18nContext;
use shared::base::{CalendarId, Minutes, Moment, TaskId};
use shared::domain::plan::difference::{Comparison, Difference, Field, Value};
use shared::domain::plan::{Lag, Link, LinkKind, Plan};
use shared::domain::resource::Use;

use crate::i18n::{Locale, t_string};
use crate::language;
use crate::platform::intl;
use crate::ui::money;

type I18n = I18nContext<Locale>;

/// What stands for nothing.
const NONE: &str = "—";

/// The names of what differences are about.
pub(super) struct Named {
    i18n: I18n,
    tasks: HashMap<TaskId, String>,
    calendars: HashMap<CalendarId, String>,
    resources: HashMap<String, String>,
    people: HashMap<String, String>,
}

impl Named {
    /// Those of the plan and of the file; of what both have, the plan's.
    pub(super) fn of(
        i18n: I18n,
        ours: &Plan,
        comparison: &Comparison,
        people: HashMap<String, String>,
    ) -> Self {
        let both = [&comparison.theirs, ours];
        let tasks = both.iter().flat_map(|plan| &plan.tasks);
        let calendars = both.iter().flat_map(|plan| &plan.calendars);
        let resources = both.iter().flat_map(|plan| &plan.resources);
        Self {
            i18n,
            tasks: tasks.map(|task| (task.id, task.name.clone())).collect(),
            calendars: calendars.map(|(id, of)| (*id, of.name.clone())).collect(),
            resources: resources
                .map(|of| (of.id.to_string(), of.name.clone()))
                .collect(),
            people,
        }
    }

    /// A task's name.
    pub(super) fn task(&self, id: TaskId) -> String {
        match self.tasks.get(&id) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => id.to_string(),
        }
    }

    fn calendar(&self, id: Option<CalendarId>) -> String {
        let name = id.and_then(|id| self.calendars.get(&id).cloned());
        name.unwrap_or_else(|| NONE.to_owned())
    }

    fn resource(&self, id: &str) -> String {
        self.resources
            .get(id)
            .cloned()
            .unwrap_or_else(|| id.to_owned())
    }

    fn field(&self, field: Field) -> String {
        let i18n = self.i18n;
        match field {
            Field::Name => t_string!(i18n, plan.column_name),
            Field::Uid => t_string!(i18n, exchange.field_uid),
            Field::Duration => t_string!(i18n, plan.column_duration),
            Field::Elapsed => t_string!(i18n, plan.field_elapsed),
            Field::Calendar => t_string!(i18n, plan.field_calendar),
            Field::NotBefore => t_string!(i18n, plan.field_not_before),
            Field::Constraint => t_string!(i18n, plan.field_constraint),
            Field::Deadline => t_string!(i18n, plan.field_deadline),
            Field::Inactive => t_string!(i18n, plan.field_inactive),
            Field::Placed => t_string!(i18n, plan.field_placed),
            Field::Pause => t_string!(i18n, resources.field_pause),
            Field::Delay => t_string!(i18n, resources.field_delay),
            Field::OwnHours => t_string!(i18n, resources.field_own_hours),
            Field::Stays => t_string!(i18n, resources.stays),
            Field::Priority => t_string!(i18n, resources.priority),
            Field::Owner => t_string!(i18n, plan.column_owner),
            Field::Deliverable => t_string!(i18n, plan.column_deliverable),
            Field::Budget => t_string!(i18n, earned.budget),
            Field::Percent => t_string!(i18n, plan.column_percent),
            Field::ActualStart => t_string!(i18n, plan.column_actual_start),
            Field::ActualFinish => t_string!(i18n, plan.column_actual_finish),
            Field::Remaining => t_string!(i18n, plan.field_remaining),
            Field::Cost => t_string!(i18n, earned.cost),
        }
        .to_string()
    }

    fn value(&self, value: &Value) -> String {
        let i18n = self.i18n;
        let yes = |yes: bool| match yes {
            true => t_string!(i18n, plan.value_yes).to_string(),
            false => t_string!(i18n, plan.value_no).to_string(),
        };
        match value {
            Value::Name(text) | Value::Deliverable(text) => some(text),
            Value::Owner(owner) => match self.people.get(owner) {
                Some(name) => name.clone(),
                None => some(owner),
            },
            Value::Duration(minutes) | Value::Pause(minutes) | Value::Delay(minutes) => {
                self.time(*minutes)
            }
            Value::Remaining(minutes) => minutes.map_or(NONE.to_owned(), |m| self.time(m)),
            Value::Elapsed(on) | Value::Inactive(on) | Value::OwnHours(on) => yes(*on),
            Value::Calendar(id) => self.calendar(*id),
            Value::NotBefore(at)
            | Value::Deadline(at)
            | Value::ActualStart(at)
            | Value::ActualFinish(at) => at.map_or(NONE.to_owned(), date),
            Value::Constraint(of) => of.as_ref().map_or(NONE.to_owned(), ToString::to_string),
            Value::Placed(of) => of.as_ref().map_or(NONE.to_owned(), ToString::to_string),
            Value::Stays(of) => of.to_string(),
            Value::Priority(of) => of.map_or(NONE.to_owned(), |of| of.to_string()),
            Value::Uid(of) => of.map_or(NONE.to_owned(), |of| of.to_string()),
            Value::Budget(of) | Value::Cost(of) => of.map_or(NONE.to_owned(), money::format),
            Value::Percent(of) => format!("{of}%"),
        }
    }

    /// Working time, in days of eight hours where it comes out even, and else in hours.
    fn time(&self, minutes: Minutes) -> String {
        let i18n = self.i18n;
        let written = |of: Minutes| {
            let text = format!("{:.2}", minutes as f64 / of as f64);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        match minutes % 120 {
            0 => t_string!(i18n, exchange.days, n = written(480)).to_string(),
            _ => t_string!(i18n, exchange.hours, n = written(60)).to_string(),
        }
    }

    fn link(&self, link: &Link) -> String {
        let lag = match link.lag {
            Lag::Working(0) | Lag::Elapsed(0) => String::new(),
            Lag::Working(minutes) => format!(" + {}", self.time(minutes)),
            Lag::Elapsed(minutes) => format!(" + {} h", minutes / 60),
        };
        let (pred, succ) = (self.task(link.pred), self.task(link.succ));
        let kind = match link.kind {
            LinkKind::FinishStart => "FS",
            LinkKind::StartStart => "SS",
            LinkKind::FinishFinish => "FF",
            LinkKind::StartFinish => "SF",
        };
        format!("{pred} → {succ} ({kind}{lag})")
    }

    /// What differs, and how it was and would be; either may be empty.
    pub(super) fn words(&self, difference: &Difference) -> (String, String, String) {
        let i18n = self.i18n;
        let whole = |what: String| (what, String::new(), String::new());
        let uses = |part: &Option<Use>| part.as_ref().map_or(NONE.to_owned(), ToString::to_string);
        match difference {
            Difference::Start { values } => (
                t_string!(i18n, exchange.differs_start).to_string(),
                date(values.0),
                date(values.1),
            ),
            Difference::DataDate { values } => (
                t_string!(i18n, plan.field_data_date).to_string(),
                values.0.map_or(NONE.to_owned(), date),
                values.1.map_or(NONE.to_owned(), date),
            ),
            Difference::PlanCalendar { values } => (
                t_string!(i18n, plan.field_calendar).to_string(),
                self.calendar(values.0),
                self.calendar(values.1),
            ),
            Difference::CalendarAdded { id } => {
                let name = self.calendar(Some(*id));
                whole(t_string!(i18n, exchange.differs_calendar_new, name = name).to_string())
            }
            Difference::CalendarChanged { id, .. } => {
                let name = self.calendar(Some(*id));
                whole(t_string!(i18n, exchange.differs_calendar, name = name).to_string())
            }
            Difference::ResourceAdded { id } => {
                let name = self.resource(&id.to_string());
                whole(t_string!(i18n, exchange.differs_resource_new, name = name).to_string())
            }
            Difference::ResourceChanged { id, .. } => {
                let name = self.resource(&id.to_string());
                whole(t_string!(i18n, exchange.differs_resource, name = name).to_string())
            }
            Difference::Added { .. } => whole(t_string!(i18n, exchange.differs_added).to_string()),
            Difference::Removed { .. } => {
                whole(t_string!(i18n, exchange.differs_removed).to_string())
            }
            Difference::Moved { parents, .. } => {
                let of = |id: Option<TaskId>| match id {
                    Some(id) => self.task(id),
                    None => t_string!(i18n, plan.value_top).to_string(),
                };
                let what = t_string!(i18n, plan.field_place).to_string();
                match parents.0 == parents.1 {
                    true => whole(what),
                    false => (what, of(parents.0), of(parents.1)),
                }
            }
            Difference::Changed { values, .. } => (
                self.field(values.0.field()),
                self.value(&values.0),
                self.value(&values.1),
            ),
            Difference::Note { values, .. } => (
                t_string!(i18n, exchange.notes).to_string(),
                some(&cut(&values.0)),
                some(&cut(&values.1)),
            ),
            Difference::Assigned {
                resource, values, ..
            } => (
                self.resource(&resource.to_string()),
                uses(&values.0),
                uses(&values.1),
            ),
            Difference::LinkAdded { link } => (
                t_string!(i18n, exchange.differs_link).to_string(),
                NONE.to_owned(),
                self.link(link),
            ),
            Difference::LinkRemoved { link } => (
                t_string!(i18n, exchange.differs_link).to_string(),
                self.link(link),
                NONE.to_owned(),
            ),
            Difference::LinkChanged { values } => (
                t_string!(i18n, exchange.differs_link).to_string(),
                self.link(&values.0),
                self.link(&values.1),
            ),
        }
    }
}

fn some(text: &str) -> String {
    match text.trim() {
        "" => NONE.to_owned(),
        text => text.to_owned(),
    }
}

fn cut(text: &str) -> String {
    match text.chars().count() {
        0..=200 => text.to_owned(),
        _ => text.chars().take(199).chain(['…']).collect(),
    }
}

fn date(at: Moment) -> String {
    intl::format_datetime(language::current_tag(), at)
}

/// The task that a difference is listed under; `None` for the plan itself.
pub(super) fn task_of(difference: &Difference) -> Option<TaskId> {
    match difference {
        Difference::Added { task }
        | Difference::Removed { task }
        | Difference::Moved { task, .. }
        | Difference::Changed { task, .. }
        | Difference::Note { task, .. }
        | Difference::Assigned { task, .. } => Some(*task),
        Difference::LinkAdded { link } | Difference::LinkRemoved { link } => Some(link.succ),
        Difference::LinkChanged { values } => Some(values.1.succ),
        _ => None,
    }
}

/// Differences by what they are listed under, in the order in which each comes first.
pub(super) fn groups(differences: &[Difference]) -> Vec<(Option<TaskId>, Vec<usize>)> {
    let mut places: HashMap<Option<TaskId>, usize> = HashMap::new();
    let mut groups: Vec<(Option<TaskId>, Vec<usize>)> = Vec::new();
    for (at, difference) in differences.iter().enumerate() {
        let of = task_of(difference);
        let place = *places.entry(of).or_insert_with(|| {
            groups.push((of, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, group)) = groups.get_mut(place) {
            group.push(at);
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_stand_under_the_task_that_they_are_about() {
        let id = |n: u8| TaskId::from_bytes([n; 8]);
        let percent = |n| Difference::Changed {
            task: id(n),
            values: (Value::Percent(0), Value::Percent(40)),
        };
        let start = Difference::Start {
            values: (Moment::default(), Moment::default()),
        };
        let all = [start, percent(1), percent(2), percent(1)];
        assert_eq!(
            groups(&all),
            [
                (None, vec![0]),
                (Some(id(1)), vec![1, 3]),
                (Some(id(2)), vec![2])
            ]
        );
    }
}
