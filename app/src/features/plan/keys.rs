//! Keys of the grid, and the acts behind them and behind the buttons.

use std::collections::HashSet;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use shared::base::TaskId;
use shared::doc::command::Command;

use super::columns::Column;
use super::cx::{Cursor, Cx, Line, Side};
use super::lens::Only;
use super::moves;
use super::typing::Begin;
use crate::i18n::t_string;
use crate::platform::random;
use crate::ui::notice::Tone;

impl Cx {
    /// A key struck in the grid.
    pub(crate) fn key(&self, ev: &KeyboardEvent) {
        // keys that belong to an input method are its own
        if ev.is_composing() || ev.key_code() == 229 {
            return;
        }
        let handled = if self.editing.get_untracked().is_some() {
            self.key_editing(ev)
        } else {
            self.key_moving(ev)
        };
        if handled {
            ev.prevent_default();
            ev.stop_propagation();
        }
    }

    fn key_editing(&self, ev: &KeyboardEvent) -> bool {
        match ev.key().as_str() {
            "Enter" => {
                if self.finish() {
                    self.go(if ev.shift_key() { -1 } else { 1 }, false);
                }
            }
            "Tab" => {
                if self.finish() {
                    self.next_cell(!ev.shift_key());
                }
            }
            "Escape" => {
                self.cancel();
                self.focus();
            }
            // text keys, and combinations, belong to the field
            _ => {
                ev.stop_propagation();
                return false;
            }
        }
        true
    }

    fn key_moving(&self, ev: &KeyboardEvent) -> bool {
        let at = self.cursor.get_untracked();
        let key = ev.key();
        let command = ev.ctrl_key() || ev.meta_key();
        if ev.alt_key() && ev.shift_key() {
            match key.as_str() {
                "ArrowRight" => self.indent(),
                "ArrowLeft" => self.outdent(),
                "ArrowUp" => self.shift(true),
                "ArrowDown" => self.shift(false),
                _ => return false,
            }
            return true;
        }
        if command {
            match key.to_lowercase().as_str() {
                "z" if ev.shift_key() => self.redo(),
                "z" => self.undo(),
                "y" => self.redo(),
                "a" => self.choose_all(),
                "f" => self.find(),
                "d" => super::fill::fill_down(self),
                "c" | "x" => {
                    // browsers copy only what is marked: mark something, `copy` says what is meant
                    self.mark();
                    return false;
                }
                "f2" if ev.shift_key() => self.unlink_chosen(),
                "f2" => self.link_chosen(),
                "home" => self.go_to_row(0, ev.shift_key()),
                "end" => self.go_to_row(usize::MAX, ev.shift_key()),
                _ => return false,
            }
            return true;
        }
        if ev.alt_key() {
            return false;
        }
        let page = ((self.height.get_untracked() / self.row_height) as isize - 3).max(1);
        match key.as_str() {
            "ArrowDown" => self.go(1, ev.shift_key()),
            "ArrowUp" => self.go(-1, ev.shift_key()),
            "PageDown" => self.go(page, ev.shift_key()),
            "PageUp" => self.go(-page, ev.shift_key()),
            "ArrowLeft" if at.column == Column::Number => self.fold(true),
            "ArrowRight" if at.column == Column::Number && self.is_folded() => self.fold(false),
            "ArrowLeft" => self.side_step(-1),
            "ArrowRight" => self.side_step(1),
            "Home" => self.set_column(Column::Number),
            "End" => self.side_step(isize::MAX),
            "F2" if ev.shift_key() => self.open_panel(),
            "Enter" | "F2" => self.open_cell(),
            "Backspace" if self.takes_text(at) => self.begin(Begin::Empty),
            "Insert" => self.add(),
            "Delete" => self.remove(),
            "Escape" if self.gesture.get_untracked().is_some() => super::gesture::stop(self),
            "Escape" if self.row_drag.get_untracked().is_some() => self.row_drag.set(None),
            "Escape" if self.cut.with_untracked(Option::is_some) => self.cut.set(None),
            "Escape" if self.looked.with_untracked(Option::is_some) => self.look_now(),
            "Escape" => {
                self.chosen.update(HashSet::clear);
                self.set_column(Column::Number);
            }
            "Tab" if matches!(at.column, Column::Number | Column::Name) && at.line != Line::New => {
                if ev.shift_key() {
                    self.outdent();
                } else {
                    self.indent();
                }
            }
            "Tab" => return self.next_cell(!ev.shift_key()),
            // in a cell that takes text, letters are text; elsewhere they are commands
            _ if self.takes_text(at) => return false,
            "j" => self.go(1, false),
            "k" => self.go(-1, false),
            "c" => self.add(),
            "h" => self.open_history(self.current()),
            "H" => self.open_history(None),
            "x" => {
                self.lens_open.set(true);
                self.look(|lens| lens.toggle(Only::Conflict));
            }
            "/" | "s" => self.find(),
            " " if self.is_folded() => self.fold(false),
            " " => self.fold(true),
            _ => return false,
        }
        true
    }

    /// Rows down (up when negative); `extend` chooses what lies between.
    pub(crate) fn go(&self, by: isize, extend: bool) {
        let at = self.cursor.get_untracked();
        let row = untrack(|| self.row_of(at.line)).unwrap_or(0);
        self.go_to_row(row.saturating_add_signed(by), extend);
    }

    fn go_to_row(&self, row: usize, extend: bool) {
        let last = self.rows.with_untracked(|rows| rows.len());
        let last = if self.may_plan() {
            last
        } else {
            last.saturating_sub(1)
        };
        let row = row.min(last);
        // headings are passed by
        let now = untrack(|| self.row_of(self.cursor.get().line));
        let is_task = |row: &usize| {
            self.rows
                .with_untracked(|rows| rows.head(*row).is_none() && *row <= last)
        };
        let row = match now.is_some_and(|now| row < now) {
            true => (0..=row).rev().find(is_task),
            false => (row..=last).find(is_task),
        };
        let Some((row, line)) = row.and_then(|row| Some((row, untrack(|| self.line_at(row))?)))
        else {
            return;
        };
        if extend {
            self.extend_to(line);
        } else {
            self.chosen.update(HashSet::clear);
            self.anchor.set(None);
        }
        let mut column = self.cursor.get_untracked().column;
        if line == Line::New {
            column = Column::Name;
        }
        self.cursor.set(Cursor { line, column });
        self.reveal(row);
        self.arrived();
    }

    /// Chooses everything from where the range began to `line`.
    pub(crate) fn extend_to(&self, line: Line) {
        let Some(anchor) = self.anchor.get_untracked().or_else(|| self.current()) else {
            return;
        };
        self.anchor.set(Some(anchor));
        let (Some(a), Some(b)) = untrack(|| (self.row_of(Line::Task(anchor)), self.row_of(line)))
        else {
            return;
        };
        let rows = self.rows.get_untracked();
        let model = self.model.get_untracked();
        let range = (a.min(b)..=a.max(b)).filter_map(|row| rows.task(row));
        self.chosen
            .set(range.filter_map(|i| model.outline.id(i)).collect());
    }

    fn choose_all(&self) {
        let model = self.model.get_untracked();
        let all = model.view.plan.tasks.iter().map(|task| task.id);
        self.chosen.set(all.collect());
    }

    /// The cursor stands somewhere else: focus follows, others are told.
    pub(crate) fn arrived(&self) {
        self.focus();
        self.open.announce(self.current(), None);
        self.follow();
    }

    /// What belongs to the cursor's task comes along: its bar, and its sheet where one is open.
    pub(crate) fn follow(&self) {
        let Some(id) = self.current() else { return };
        self.show_bar(id);
        match self.side.get_untracked() {
            Some(Side::Task(now)) if now != id => self.side.set(Some(Side::Task(id))),
            Some(Side::History(Some(now))) if now != id => {
                self.side.set(Some(Side::History(Some(id))));
            }
            _ => {}
        }
    }

    /// Opens what the cursor stands on: the cell where it takes text, else the task's sheet.
    pub(crate) fn open_cell(&self) {
        if self.takes_text(self.cursor.get_untracked()) {
            if self.editing.get_untracked().is_none() {
                self.begin(Begin::AtEnd);
            }
        } else {
            self.open_panel();
        }
    }

    fn set_column(&self, column: Column) {
        self.cursor.update(|cursor| cursor.column = column);
        self.arrived();
    }

    fn side_step(&self, by: isize) {
        let columns = self.columns.get_untracked();
        let at = self.cursor.get_untracked();
        let now = columns.iter().position(|c| *c == at.column).unwrap_or(0);
        let to = now
            .saturating_add_signed(by)
            .min(columns.len().saturating_sub(1));
        if let Some(column) = columns.get(to)
            && at.line != Line::New
        {
            self.set_column(*column);
        }
    }

    /// The next cell that takes text; from the last one to the next row. `false`: there is none.
    fn next_cell(&self, forward: bool) -> bool {
        let columns = self.columns.get_untracked();
        let at = self.cursor.get_untracked();
        let now = columns.iter().position(|c| *c == at.column).unwrap_or(0);
        let mut column = now;
        loop {
            let next = if forward {
                Some(column + 1)
            } else {
                column.checked_sub(1)
            };
            let Some(found) = next.and_then(|at| columns.get(at).map(|c| (at, *c))) else {
                return false;
            };
            column = found.0;
            if self.takes_text(Cursor {
                line: at.line,
                column: found.1,
            }) {
                self.set_column(found.1);
                return true;
            }
        }
    }

    fn is_folded(&self) -> bool {
        self.current()
            .is_some_and(|id| self.folded.with_untracked(|folded| folded.contains(&id)))
    }

    fn fold(&self, fold: bool) {
        if let Some(id) = self.current() {
            self.set_folded(id, fold);
        }
    }

    /// Folds a summary, or unfolds it.
    pub(crate) fn set_folded(&self, id: TaskId, fold: bool) {
        let model = self.model.get_untracked();
        if !model
            .outline
            .index_of(id)
            .is_some_and(|i| model.is_summary(i))
        {
            return;
        }
        self.folded.update(|folded| {
            if fold {
                folded.insert(id);
            } else {
                folded.remove(&id);
            }
        });
    }

    /// Folds every summary, or none.
    pub(crate) fn fold_all(&self, fold: bool) {
        let model = self.model.get_untracked();
        let tasks = model.view.plan.tasks.iter().enumerate();
        let summaries = tasks.filter(|(i, _)| fold && model.is_summary(*i));
        self.folded
            .set(summaries.map(|(_, task)| task.id).collect());
    }

    /// Opens the sheet of the cursor's task.
    pub(crate) fn open_panel(&self) {
        if let Some(id) = self.current() {
            self.side.set(Some(Side::Task(id)));
        }
    }

    /// One level deeper.
    pub(crate) fn indent(&self) {
        self.move_chosen(moves::indent);
    }

    /// One level up.
    pub(crate) fn outdent(&self) {
        self.move_chosen(moves::outdent);
    }

    /// Up or down among the siblings.
    pub(crate) fn shift(&self, up: bool) {
        if !self.may_reorder() {
            return;
        }
        self.move_chosen(|outline, chosen| moves::shift(outline, chosen, up));
    }

    fn move_chosen(
        &self,
        moves: impl FnOnce(&super::outline::Outline, &HashSet<TaskId>) -> Vec<Command>,
    ) {
        if !self.may_plan() || !self.finish() {
            return;
        }
        let model = self.model.get_untracked();
        let commands = moves(&model.outline, &self.chosen_now());
        // what was moved under a folded summary must not vanish
        for command in &commands {
            if let Command::MoveTasks {
                parent: Some(parent),
                ..
            } = command
            {
                self.folded.update(|folded| {
                    folded.remove(parent);
                });
            }
        }
        self.dispatch_all(commands);
        if let Some(row) = untrack(|| self.row_of(self.cursor.get().line)) {
            self.reveal(row);
        }
    }

    /// A new task after the cursor's, its name open for typing.
    pub(crate) fn add(&self) {
        if !self.may_plan() || !self.finish() {
            return;
        }
        let model = self.model.get_untracked();
        let Some(task) = self.current().and_then(|id| model.by_id(id)) else {
            // on the empty line: type there
            self.cursor.set(Cursor {
                line: Line::New,
                column: Column::Name,
            });
            self.begin(Begin::Empty);
            return;
        };
        let id = random::task_id();
        let added = self.dispatch(Command::AddTask {
            id,
            parent: task.parent,
            after: Some(task.id),
            name: t_string!(self.i18n, plan.new_task).to_string(),
            duration: model.units.day,
        });
        if added {
            self.keep_in_sight(id);
            self.chosen.update(HashSet::clear);
            self.cursor.set(Cursor {
                line: Line::Task(id),
                column: Column::Name,
            });
            let this = *self;
            request_animation_frame(move || this.begin(Begin::All));
        }
    }

    /// Removes the chosen tasks, with a way back.
    pub(crate) fn remove(&self) {
        let chosen = self.chosen_now();
        if chosen.is_empty() || !self.may_plan() || !self.finish() {
            return;
        }
        let model = self.model.get_untracked();
        let roots = model.outline.roots(&chosen);
        let ids: Vec<TaskId> = roots.iter().filter_map(|i| model.outline.id(*i)).collect();
        let count: usize = roots.iter().map(|i| model.outline.end(*i) - i).sum();
        let first = roots.first().copied();
        let row = first.and_then(|i| self.rows.with_untracked(|rows| rows.row_of(i)));
        if !self.dispatch(Command::RemoveTasks { ids: ids.clone() }) {
            return;
        }
        let this = *self;
        let i18n = self.i18n;
        self.notices.offer(
            Tone::Done,
            t_string!(i18n, plan.removed_count, n = count).to_string(),
            t_string!(i18n, plan.undo).to_string(),
            Callback::new(move |()| {
                this.dispatch(Command::RestoreTasks { ids: ids.clone() });
            }),
        );
        self.chosen.update(HashSet::clear);
        request_animation_frame(move || this.go_to_row(row.unwrap_or(0), false));
    }
}
