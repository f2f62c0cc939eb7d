//! What is typed into a form: laid over what is written while it is typed, and written down.

use shared::pack::form::FieldKind;
use shared::pack::id::FieldName;
use shared::pack::value::Value;

use super::super::edit::{self, Edit};
use super::super::host::Place;
use super::super::typed::Unread;
use super::{Cx, IDLE};
use crate::platform::clock;
use leptos::prelude::*;

impl Cx {
    /// What a place takes.
    pub(in crate::ui::form) fn kind_at(&self, place: &Place) -> Option<FieldKind> {
        self.form.with_value(|form| match place {
            Place::Field(name) => form.field(name).map(|field| field.kind.clone()),
            Place::Cell { table, column, .. } => match &form.field(table)?.kind {
                FieldKind::Table { columns, .. } => {
                    let column = columns.iter().find(|known| known.id == *column)?;
                    Some(column.kind.clone())
                }
                _ => None,
            },
        })
    }

    /// A key was struck: the computed fields follow, and the clock of what is not written down starts anew.
    pub(in crate::ui::form) fn typed(
        &self,
        place: &Place,
        text: &str,
        idle: impl FnOnce() + 'static,
    ) {
        if let Some(keystroke) = self.host.keystroke {
            keystroke.run((place.clone(), Some(text.to_owned())));
        }
        self.typing
            .set_value(Some((place.clone(), self.key_of(place))));
        if let Some(Ok(value)) = self.kind_at(place).map(|kind| self.read(&kind, text)) {
            self.lay(place, value);
            self.ask();
        }
        let timer = clock::after(IDLE, idle);
        let _ = self.idle.try_update_value(|held| *held = Some(timer));
    }

    /// Puts a value where something is typed, without writing it down.
    fn lay(&self, place: &Place, value: Option<Value>) {
        self.live.update_value(|live| match place {
            Place::Field(name) => edit::set(live, name.clone(), value),
            Place::Cell { table, row, column } => {
                if *row < edit::rows(live, table).len() {
                    edit::change_rows(live, table.clone(), |rows| {
                        if let Some(row) = rows.get_mut(*row) {
                            edit::set(row, column.clone(), value);
                        }
                    });
                }
            }
        });
    }

    /// Gives up what was typed: what is written down stands again.
    pub(in crate::ui::form) fn give_up(&self, place: &Place) {
        self.end_typing(place);
        let written = self.written(place);
        self.lay(place, written);
        self.reveal(place);
        self.ask();
    }

    fn end_typing(&self, place: &Place) {
        if self.typing.with_value(Option::is_some) {
            self.typing.set_value(None);
            if let Some(keystroke) = self.host.keystroke {
                keystroke.run((place.clone(), None));
            }
        }
        let _ = self.idle.try_update_value(|held| *held = None);
    }

    /// What is written down at a place.
    fn written(&self, place: &Place) -> Option<Value> {
        self.answers.with_untracked(|answers| match place {
            Place::Field(name) => answers.get(name).cloned(),
            Place::Cell { table, row, column } => {
                edit::rows(answers, table).get(*row)?.get(column).cloned()
            }
        })
    }

    /// Writes down what was typed. An error: it is no answer to this field; nothing was changed.
    pub(in crate::ui::form) fn commit_text(&self, place: &Place, text: &str) -> Result<(), Unread> {
        let Some(kind) = self.kind_at(place) else {
            return Ok(());
        };
        match self.read(&kind, text) {
            Ok(value) => {
                self.commit(place, value);
                Ok(())
            }
            Err(unread) => {
                if let Place::Field(name) = place {
                    self.standing(name).touched.set(true);
                }
                Err(unread)
            }
        }
    }

    /// Writes an answer down, where it is another than before.
    pub(in crate::ui::form) fn commit(&self, place: &Place, value: Option<Value>) {
        let moved = match self.typing.get_value() {
            Some((typed, key)) if typed == *place => self.moved(typed, key),
            _ => place.clone(),
        };
        self.end_typing(place);
        self.lay(&moved, value.clone());
        self.reveal(&moved);
        let same = self.written(&moved) == value;
        if !same {
            let edit = match moved {
                Place::Field(field) => Edit::Answer { field, value },
                Place::Cell { table, row, column } => Edit::Cell {
                    table,
                    row,
                    column,
                    value,
                },
            };
            self.host.edit.run(edit);
        }
        self.ask();
    }

    fn reveal(&self, place: &Place) {
        let form = self.form.get_value();
        let name = match place {
            Place::Field(name) => name,
            Place::Cell { table, .. } => table,
        };
        if let Some(field) = form.field(name) {
            self.standing(name).touched.set(true);
            self.show(field);
        }
    }

    /// An edit of rows: shown at once, and told.
    pub(in crate::ui::form) fn edit_rows(&self, table: &FieldName, edits: Vec<Edit>) {
        for edit in edits {
            self.live.update_value(|live| edit.clone().apply(live));
            self.host.edit.run(edit);
        }
        self.reveal(&Place::Field(table.clone()));
        self.ask();
    }
}
