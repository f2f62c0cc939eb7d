//! Why something was not done, in words.

use leptos::prelude::*;
use shared::base::{PersonId, TaskId};
use shared::doc::command::CommandError;
use shared::doc::undo::UndoError;

use super::cx::Cx;
use crate::i18n::t_string;

impl Cx {
    /// Why a command was not carried out, in words.
    pub(crate) fn words(&self, error: &CommandError) -> String {
        let i18n = self.i18n;
        let name = |id: &TaskId| {
            self.model.with_untracked(|m| {
                let place = m.outline.index_of(*id);
                place.map_or_else(
                    || id.to_string(),
                    |i| {
                        let name = m.task(i).map_or("", |t| t.name.as_str());
                        format!("{} {name}", m.outline.number(i))
                    },
                )
            })
        };
        match error {
            CommandError::NotAllowed => t_string!(i18n, plan.error_not_allowed).to_string(),
            CommandError::NotReady | CommandError::WrongDocument => {
                t_string!(i18n, plan.error_not_ready).to_string()
            }
            CommandError::NoTask(_) | CommandError::NoLink(_) => {
                t_string!(i18n, plan.error_gone).to_string()
            }
            CommandError::UnderItself => t_string!(i18n, plan.error_under_itself).to_string(),
            CommandError::Cycle(tasks) => {
                let tasks: Vec<String> = tasks.iter().map(name).collect();
                t_string!(i18n, plan.error_cycle, tasks = tasks.join(" → ")).to_string()
            }
            CommandError::Duplicate => t_string!(i18n, plan.error_duplicate).to_string(),
            other => t_string!(i18n, plan.error_invalid, why = other.to_string()).to_string(),
        }
    }

    /// Why an edit was not taken back; not tracked.
    pub(crate) fn undo_words(&self, error: UndoError) -> String {
        let i18n = self.i18n;
        let UndoError::ChangedSince { by, .. } = error;
        let names: Vec<String> = by.iter().map(|id| self.name_of(*id)).collect();
        if names.is_empty() {
            t_string!(i18n, plan.undo_changed_unknown).to_string()
        } else {
            t_string!(i18n, plan.undo_changed, by = names.join(", ")).to_string()
        }
    }

    /// A person's name; not tracked.
    pub(crate) fn name_of(&self, id: PersonId) -> String {
        let people = self.people.get_untracked();
        people.name(id).map_or_else(
            || t_string!(self.i18n, plan.somebody).to_string(),
            str::to_owned,
        )
    }
}
