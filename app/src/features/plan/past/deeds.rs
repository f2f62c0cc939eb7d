//! Deeds of the history in words, many of a kind put together.

use leptos::prelude::*;
use shared::base::{ChangeHash, TaskId};
use shared::doc::history::{Deed, Step};
use shared::doc::view::plan::Subject;

use super::super::cx::Cx;
use crate::i18n::t_string;

/// So many of a kind are told one by one.
const SINGLY: usize = 3;

/// A line of the list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    /// What was done.
    pub(super) what: String,
    /// To what.
    pub(super) about: String,
    /// The task, to go there.
    pub(super) task: Option<TaskId>,
    /// Old and new value.
    pub(super) values: Option<(String, String)>,
    /// The field that can be taken back alone: whose, which, and before which change.
    pub(super) back: Option<(Subject, String, ChangeHash)>,
}

impl Cx {
    /// A task by its name, removed ones too; tracked.
    pub(super) fn named(&self, id: TaskId) -> String {
        let there = self.model.with(|m| m.by_id(id).is_some());
        if there {
            return self.task_words(id);
        }
        let name = self
            .history(|history, _, _| history.name(id))
            .unwrap_or_default();
        if name.is_empty() {
            id.to_string()
        } else {
            name
        }
    }

    /// What something was done to; tracked.
    pub(super) fn about(&self, subject: Subject) -> String {
        match subject {
            Subject::Plan => t_string!(self.i18n, history.plan).to_string(),
            Subject::Task(id) => self.named(id),
            Subject::Link(id) => match self.history(|history, _, _| history.ends(id)).flatten() {
                Some((pred, succ)) => format!("{} → {}", self.named(pred), self.named(succ)),
                None => id.to_string(),
            },
            Subject::Calendar(id) => {
                let model = self.model.get();
                let mut calendars = model.view.plan.calendars.iter();
                let found = calendars.find(|(calendar, _)| *calendar == id);
                found.map_or_else(|| id.to_string(), |(_, c)| c.name.clone())
            }
        }
    }

    /// A value of a field, said where there is none; tracked.
    pub(crate) fn worth(&self, field: &str, value: &str) -> String {
        let said = match field {
            "parent" if !value.is_empty() => value.parse().map(|id| self.named(id)).ok(),
            "parent" | "order" | "deleted_at" => None,
            "not_before" | "start" | "calendar" | "owner" | "deliverable" | "actual_start"
            | "actual_finish" | "name"
                if value.is_empty() =>
            {
                Some(t_string!(self.i18n, history.nothing).to_string())
            }
            _ => None,
        };
        said.unwrap_or_else(|| self.value_words(field, value))
    }

    /// The deeds of steps, newest first, in lines; tracked.
    pub(super) fn told(&self, steps: &[Step]) -> Vec<Told> {
        let i18n = self.i18n;
        let deeds = || {
            steps
                .iter()
                .flat_map(|s| s.deeds.iter().rev().map(|d| (s.change, d)))
        };
        let mut lines = Vec::new();
        let count = |kind: fn(&Deed) -> bool| deeds().filter(|(_, deed)| kind(deed)).count();
        let added = count(is_added);
        let removed = count(|deed| matches!(deed, Deed::Removed { .. }));
        let moved = count(|deed| matches!(deed, Deed::Moved { .. }));
        let names = |kind: fn(&Deed) -> bool| {
            let some = deeds().filter(|(_, deed)| kind(deed)).take(SINGLY);
            let names: Vec<String> = some.map(|(_, deed)| self.about(deed.subject())).collect();
            format!("{} …", names.join(", "))
        };
        let mut many = |what: String, kind: fn(&Deed) -> bool| {
            lines.push(Told {
                what,
                about: names(kind),
                task: None,
                values: None,
                back: None,
            });
        };
        if added > SINGLY {
            many(
                t_string!(i18n, history.did_add_many, n = added).to_string(),
                is_added,
            );
        }
        if removed > SINGLY {
            let what = t_string!(i18n, history.did_remove_many, n = removed).to_string();
            many(what, |deed| matches!(deed, Deed::Removed { .. }));
        }
        if moved > SINGLY {
            let what = t_string!(i18n, history.did_move_many, n = moved).to_string();
            many(what, |deed| matches!(deed, Deed::Moved { .. }));
        }
        let links = added > SINGLY;
        let agreed = count(is_agreed) > SINGLY;
        for (change, deed) in deeds() {
            let (what, values) = match deed {
                // links made with many tasks go without saying
                Deed::Added {
                    subject: Subject::Link(_) | Subject::Calendar(_),
                    ..
                } if links => continue,
                Deed::Added { subject, .. } => match subject {
                    Subject::Link(_) => (t_string!(i18n, history.did_add_link).to_string(), None),
                    Subject::Calendar(_) => {
                        (t_string!(i18n, history.did_add_calendar).to_string(), None)
                    }
                    _ if added > SINGLY => continue,
                    _ => (t_string!(i18n, history.did_add).to_string(), None),
                },
                Deed::Removed { .. } if removed > SINGLY => continue,
                Deed::Removed { .. } => (t_string!(i18n, history.did_remove).to_string(), None),
                Deed::Restored { .. } => (t_string!(i18n, history.did_restore).to_string(), None),
                // a baseline is told by its name
                Deed::Wrote { field, .. } if agreed && field.starts_with("base/") => continue,
                Deed::Wrote { field, .. }
                    if field.starts_with("baseline/")
                        && (field.ends_with("/at") || field.ends_with("/number")) =>
                {
                    continue;
                }
                // the place and the number of a field that comes go without saying
                Deed::Wrote { field, before, .. }
                    if field.starts_with("field/")
                        && (field.ends_with("/order") || field.ends_with("/uid"))
                        && before.is_empty() =>
                {
                    continue;
                }
                Deed::Moved { .. } if moved > SINGLY => continue,
                Deed::Moved { parents, .. } => {
                    let parent = |id: Option<TaskId>| match id {
                        Some(id) => self.named(id),
                        None => t_string!(i18n, history.top).to_string(),
                    };
                    let values =
                        (parents.0 != parents.1).then(|| (parent(parents.0), parent(parents.1)));
                    (t_string!(i18n, history.did_move).to_string(), values)
                }
                Deed::Wrote {
                    field,
                    before,
                    after,
                    ..
                } => (
                    self.field_words(field),
                    Some((self.worth(field, before), self.worth(field, after))),
                ),
            };
            let subject = deed.subject();
            let field = match deed {
                Deed::Wrote { field, .. } => Some(field.clone()),
                Deed::Moved { parents, .. } if parents.0 != parents.1 => Some("parent".to_owned()),
                Deed::Removed { .. } => Some("deleted_at".to_owned()),
                _ => None,
            };
            lines.push(Told {
                what,
                about: self.about(subject),
                task: subject.task(),
                values,
                back: field.map(|field| (subject, field, change)),
            });
        }
        lines
    }
}

fn is_agreed(deed: &Deed) -> bool {
    matches!(deed, Deed::Wrote { field, .. } if field.starts_with("base/"))
}

fn is_added(deed: &Deed) -> bool {
    matches!(
        deed,
        Deed::Added {
            subject: Subject::Task(_),
            ..
        }
    )
}
