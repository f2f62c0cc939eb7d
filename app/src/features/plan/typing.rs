//! Typing into cells: begin, journal, commit, cancel.

use std::time::Duration;

use leptos::prelude::*;
use shared::base::{Moment, TaskId};
use shared::doc::command::Command;

use super::columns::Column;
use super::cx::{Cursor, Cx, Editing, Line};
use super::edit::{self, NotTaken};
use super::effort::NotUnits;
use super::predecessors::Unread;
use super::work;
use crate::i18n::t_string;
use crate::platform::{element, random};

/// After so long without a key, a text is written down while it is still being typed.
const IDLE: Duration = Duration::from_secs(2);

/// How the text stands in the field when editing begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    /// As it is, caret at the end.
    AtEnd,
    /// As it is, all of it marked.
    All,
    /// Empty.
    Empty,
    /// The field holds what was just typed.
    Typed,
}

impl Cx {
    /// Begins to edit the cell of the cursor, where that is possible.
    pub(crate) fn begin(&self, how: Begin) {
        let at = self.cursor.get_untracked();
        let Some(input) = self.input.get_untracked() else {
            return;
        };
        if !self.takes_text(at) {
            return;
        }
        let base = self.text_at(at);
        match how {
            Begin::AtEnd | Begin::All => input.set_value(&base),
            Begin::Empty => input.set_value(""),
            Begin::Typed => {}
        }
        let fresh = match at.line {
            Line::Task(id) => id,
            Line::New => random::task_id(),
        };
        if let Some(row) = untrack(|| self.row_of(at.line)) {
            self.reveal(row);
        }
        self.editing.set(Some(Editing {
            at,
            base,
            fresh,
            error: None,
        }));
        self.open.announce(Some(fresh), Some(&at.column.field()));
        if how == Begin::Typed {
            self.typed();
            return;
        }
        element::focus_quietly(&input);
        if how == Begin::All {
            input.select();
        } else {
            element::caret_to_end(&input);
        }
    }

    /// What the cell holds now, as it is edited.
    fn text_at(&self, at: Cursor) -> String {
        let Line::Task(id) = at.line else {
            return String::new();
        };
        let model = self.model.get_untracked();
        let place = model.outline.index_of(id);
        place.map_or_else(String::new, |i| {
            self.styled_untracked(|style| edit::editable(&model, i, at.column, style))
        })
    }

    /// A key was struck: into the journal at once, and the clock starts anew.
    pub(crate) fn typed(&self) {
        let (Some(editing), Some(input)) =
            (self.editing.get_untracked(), self.input.get_untracked())
        else {
            return;
        };
        let text = input.value();
        self.open.journal(
            editing.fresh,
            &editing.at.column.field(),
            Some(text.clone()),
        );
        if editing.error.is_some() {
            self.editing.update(|e| {
                if let Some(e) = e {
                    e.error = None;
                }
            });
        }
        // half a date or half a list of predecessors would move bars about: only texts are written while typing
        let prose = matches!(editing.at.column, Column::Name | Column::Deliverable);
        if prose && editing.at.line != Line::New {
            let this = *self;
            set_timeout(move || this.idle(editing.at, &text), IDLE);
        }
    }

    /// Two idle seconds are over: writes the text if nothing was struck since, and goes on editing.
    fn idle(&self, at: Cursor, text: &str) {
        let same = self
            .editing
            .try_with_untracked(|e| e.as_ref().is_some_and(|e| e.at == at))
            .unwrap_or(false);
        let Some(input) = self.input.try_get_untracked().flatten() else {
            return;
        };
        if same && input.value() == text && self.write(at, text, None).is_ok() {
            let text = text.to_owned();
            self.editing.update(|e| {
                if let Some(e) = e {
                    e.base = text;
                }
            });
        }
    }

    /// Writes what was typed and leaves the cell. `false`: it was not taken, the cell stays open and says why.
    pub(crate) fn finish(&self) -> bool {
        let (Some(editing), Some(input)) =
            (self.editing.get_untracked(), self.input.get_untracked())
        else {
            return true;
        };
        let text = input.value();
        if text == editing.base {
            self.close(&editing);
            return true;
        }
        match self.write(editing.at, &text, Some(editing.fresh)) {
            Ok(()) => {
                self.close(&editing);
                true
            }
            Err(why) => {
                self.editing.update(|e| {
                    if let Some(e) = e {
                        e.error = Some(why);
                    }
                });
                false
            }
        }
    }

    /// Leaves the cell without writing.
    pub(crate) fn cancel(&self) {
        if let Some(editing) = self.editing.get_untracked() {
            self.close(&editing);
        }
    }

    fn close(&self, editing: &Editing) {
        self.open
            .journal(editing.fresh, &editing.at.column.field(), None);
        self.editing.set(None);
        if let Some(input) = self.input.get_untracked() {
            input.set_value("");
        }
        self.open.announce(self.current(), None);
    }

    /// Carries out what a text means for a cell.
    pub(crate) fn write(
        &self,
        at: Cursor,
        text: &str,
        fresh: Option<TaskId>,
    ) -> Result<(), String> {
        let model = self.model.get_untracked();
        let commands = match at.line {
            Line::New if text.trim().is_empty() => Vec::new(),
            Line::New => {
                // as MS Project does: a new last row lies as deep as the row before
                let task = self.last_task(&model);
                let mut commands = Vec::new();
                if task.is_none() && model.view.plan.start == Moment::default() {
                    // a plan without a start begins today
                    commands.push(Command::EditPlan {
                        name: None,
                        start: Some(work::day_start(&model.work, self.today())),
                        calendar: None,
                    });
                }
                commands.push(Command::AddTask {
                    id: fresh.unwrap_or_else(random::task_id),
                    parent: task.and_then(|t| t.parent),
                    after: task.map(|t| t.id),
                    name: text.trim().to_owned(),
                    duration: model.units.day,
                });
                commands
            }
            Line::Task(id) => {
                let place = model.outline.index_of(id);
                let place =
                    place.ok_or_else(|| t_string!(self.i18n, plan.error_gone).to_string())?;
                let today = self.today();
                self.styled_untracked(|style| {
                    edit::commands(
                        &model,
                        place,
                        at.column,
                        text,
                        style,
                        today,
                        random::link_id,
                    )
                })
                .map(|commands| edit::with_actuals(&model, place, commands))
                .map_err(|why| self.not_taken(&why))?
            }
        };
        match (at.line, fresh) {
            (Line::Task(id), _) | (Line::New, Some(id)) => self.keep_in_sight(id),
            (Line::New, None) => {}
        }
        let _one = self.open.one_step();
        for command in commands {
            self.open
                .dispatch(command)
                .map_err(|error| self.words(&error))?;
        }
        Ok(())
    }

    /// Marks something in the field, so that the browser has something to copy.
    pub(crate) fn mark(&self) {
        if let Some(input) = self.input.get_untracked() {
            input.set_value(" ");
            element::focus_quietly(&input);
            input.select();
        }
    }

    fn not_taken(&self, why: &NotTaken) -> String {
        let i18n = self.i18n;
        match why {
            NotTaken::NoName => t_string!(i18n, plan.not_name).to_string(),
            NotTaken::Duration => t_string!(i18n, plan.not_duration).to_string(),
            NotTaken::Date => t_string!(i18n, plan.not_date).to_string(),
            NotTaken::Money => t_string!(i18n, earned.not_money).to_string(),
            NotTaken::Own(why) => self.not_own(*why),
            NotTaken::Percent => t_string!(i18n, plan.not_percent).to_string(),
            NotTaken::Predecessors(Unread::NoSuchNumber(number)) => {
                t_string!(i18n, plan.not_number, number = number.clone()).to_string()
            }
            NotTaken::Predecessors(Unread::NotAPredecessor(text)) => {
                t_string!(i18n, plan.not_predecessor, text = text.clone()).to_string()
            }
            NotTaken::Resources(NotUnits(text)) => {
                t_string!(i18n, resources.not_units, text = text.clone()).to_string()
            }
            NotTaken::Derived => t_string!(i18n, plan.not_derived).to_string(),
        }
    }

    /// Puts the focus where keys are heard: in the cell's field where it takes text (so that Chinese input can begin
    /// there), else on the grid.
    pub(crate) fn focus(&self) {
        let at = self.cursor.get_untracked();
        if self.takes_text(at)
            && let Some(input) = self.input.get_untracked()
        {
            element::focus_quietly(&input);
            return;
        }
        if let Some(grid) = self.grid.get_untracked() {
            element::focus_quietly(&grid);
        }
    }
}
