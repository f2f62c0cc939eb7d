//! Rows of a table: chosen, added, removed, moved, pasted and copied.

use leptos::prelude::*;
use shared::pack::form::FieldKind;
use shared::pack::value::{Answers, Value};

use super::super::super::edit::Edit;
use super::super::super::paste::{self, Spot};
use super::super::super::shown;
use super::super::super::words::say;
use super::Grid;
use crate::i18n::t_string;

impl Grid {
    /// The rows that are chosen: those between the anchor and the cursor, or the cursor's; without the empty one.
    pub(in crate::ui::form::table) fn chosen(&self) -> std::ops::Range<usize> {
        let row = self.at.get_untracked().0;
        let from = self.anchor.get_untracked().unwrap_or(row);
        let count = self.standing.count.get_untracked();
        from.min(row).min(count)..(from.max(row) + 1).min(count)
    }

    /// A new row below the cursor's, or above it.
    pub(in crate::ui::form::table) fn add_row(&self, above: bool) {
        let count = self.standing.count.get_untracked();
        if !self.finish() || count >= self.most {
            return;
        }
        let at = self.at.get_untracked();
        let row = at.0.min(count.saturating_sub(1));
        let after = match above {
            true => row.checked_sub(1),
            false => Some(row).filter(|_| count > 0),
        };
        let table = self.table();
        let edit = Edit::AddRows {
            table: table.clone(),
            after,
            rows: vec![Answers::new()],
        };
        self.cx.edit_rows(&table, vec![edit]);
        self.anchor.set(None);
        self.go((after.map_or(0, |after| after + 1), at.1));
    }

    /// The chosen rows go.
    pub(in crate::ui::form::table) fn remove_rows(&self) {
        let chosen = self.chosen();
        if chosen.is_empty() {
            return;
        }
        self.cancel();
        let (table, first) = (self.table(), chosen.start);
        let edit = Edit::RemoveRows {
            table: table.clone(),
            rows: chosen.collect(),
        };
        self.cx.edit_rows(&table, vec![edit]);
        self.anchor.set(None);
        self.go((first, self.at.get_untracked().1));
    }

    /// The cursor's row goes up or down by one.
    pub(in crate::ui::form::table) fn move_row(&self, up: bool) {
        let (row, column) = self.at.get_untracked();
        let count = self.standing.count.get_untracked();
        let to = match up {
            true => row.checked_sub(1),
            false => Some(row + 1).filter(|to| *to < count),
        };
        let Some(to) = to.filter(|_| row < count && self.finish()) else {
            return;
        };
        let table = self.table();
        let edit = Edit::MoveRow {
            table: table.clone(),
            row,
            to,
        };
        self.cx.edit_rows(&table, vec![edit]);
        self.anchor.set(None);
        self.go((to, column));
    }

    /// Writes lines of cells from the cursor on.
    pub(in crate::ui::form::table) fn paste(&self, lines: Vec<Vec<String>>) {
        let (row, column) = self.at.get_untracked();
        let count = self.standing.count.get_untracked();
        let spot = Spot {
            row: row.min(count),
            column,
            rows: count,
            most: self.most,
        };
        let (table, columns) = (self.table(), self.columns());
        let pasted = self
            .cx
            .reading(|how| paste::paste(&table, &columns, lines, spot, how));
        self.cancel();
        self.cx.edit_rows(&table, pasted.edits);
        let i18n = self.cx.i18n;
        let said = untrack(|| {
            let mut said = t_string!(i18n, forms.pasted, n = pasted.lines).to_string();
            if let Some((row, column)) = pasted.unread.first() {
                let column = columns.get(*column).map(|column| say(i18n, &column.name));
                let n = pasted.unread.len();
                let (row, column) = (row + 1, column.unwrap_or_default());
                said.push(' ');
                said.push_str(
                    &t_string!(i18n, forms.pasted_unread, n = n, row = row, column = column)
                        .to_string(),
                );
            }
            if pasted.beyond > 0 {
                let (n, most) = (pasted.beyond, self.most);
                said.push(' ');
                said.push_str(
                    &t_string!(i18n, forms.pasted_beyond, n = n, most = most).to_string(),
                );
            }
            said
        });
        self.said.set(Some(said));
        self.load();
    }

    /// The chosen rows, or the cursor's cell, as a spreadsheet takes them.
    pub(in crate::ui::form::table) fn copied(&self) -> Vec<Vec<String>> {
        if self.anchor.with_untracked(Option::is_none) {
            return vec![vec![self.typed_now()]];
        }
        let (columns, table) = (self.columns(), self.table());
        let chosen = self.chosen();
        untrack(|| {
            self.cx.styled(|style| {
                let text = |kind: &FieldKind, value: &Value| shown::typed(kind, value, style);
                self.cx.with_filled(&table, |rows| {
                    paste::copied(&columns, rows.get(chosen).unwrap_or_default(), &text)
                })
            })
        })
    }
}
