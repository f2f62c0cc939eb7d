//! A table that is being written: its cursor, what is typed, rows that come and go.

mod rows;

use std::collections::HashSet;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use shared::pack::fill::FillWrong;
use shared::pack::form::{Field, FieldKind};
use shared::pack::id::FieldName;
use shared::pack::value::{Answers, Value};

use super::super::edit::Edit;
use super::super::host::{Asked, Place};
use super::super::pick::matching;
use super::super::state::{Cx, Standing};
use super::super::typed::{Candidate, Unread};
use super::super::words::{self, say};
use super::super::{shown, state};
use super::steps::{self, At, Extent};
use crate::i18n::td_string;
use crate::platform::{element, pinyin};

/// A table on the screen. A cheap handle.
#[derive(Clone, Copy)]
pub(in crate::ui::form::table) struct Grid {
    pub(in crate::ui::form::table) cx: Cx,
    pub(in crate::ui::form::table) standing: Standing,
    table: StoredValue<FieldName>,
    columns: StoredValue<Arc<Vec<Field>>>,
    /// The same, each to be held alone.
    each: StoredValue<Vec<Arc<Field>>>,
    written: StoredValue<Vec<bool>>,
    most: usize,
    pub(in crate::ui::form::table) writes: bool,
    /// The cell that the keys are at.
    pub(in crate::ui::form::table) at: RwSignal<At>,
    /// Where a choice of rows begins that ends at the cursor.
    pub(in crate::ui::form::table) anchor: RwSignal<Option<usize>>,
    /// The caret is in the text: arrows move it, not the cursor.
    pub(in crate::ui::form::table) within: RwSignal<bool>,
    /// Something was typed that is not written down.
    pub(in crate::ui::form::table) fresh: RwSignal<bool>,
    pub(in crate::ui::form::table) focused: RwSignal<bool>,
    pub(in crate::ui::form::table) unread: RwSignal<Option<Unread>>,
    /// The list of what can be picked is open.
    pub(in crate::ui::form::table) open: RwSignal<bool>,
    pub(in crate::ui::form::table) marked: RwSignal<usize>,
    /// Where the list lies, in pixels of the table.
    pub(in crate::ui::form::table) drop: RwSignal<(f64, f64)>,
    /// The column in which a line of Tabs began.
    pub(in crate::ui::form::table) begun: StoredValue<Option<usize>>,
    /// What is typed.
    pub(in crate::ui::form::table) text: RwSignal<String>,
    /// What the last paste came to.
    pub(in crate::ui::form::table) said: RwSignal<Option<String>>,
    pub(in crate::ui::form::table) input: NodeRef<html::Textarea>,
    pub(in crate::ui::form::table) scroller: NodeRef<html::Div>,
    /// The cells with open comments.
    noted: Memo<HashSet<(usize, FieldName)>>,
    /// The height of a row in pixels.
    pub(in crate::ui::form::table) row_height: f64,
}

impl Grid {
    pub(in crate::ui::form::table) fn new(cx: Cx, field: &Field, writes: bool) -> Self {
        let (columns, most) = match &field.kind {
            FieldKind::Table {
                columns, max_rows, ..
            } => (columns.clone(), *max_rows as usize),
            _ => (Vec::new(), 0),
        };
        let written = columns.iter().map(|column| column.kind.is_written());
        let row = match element::matches("(pointer: coarse)") {
            true => 44.0,
            false => 34.0,
        };
        let table = field.id.clone();
        let noted = Memo::new(move |_| match cx.host.comments {
            Some(comments) => comments.cells(cx, &table),
            None => HashSet::new(),
        });
        Self {
            cx,
            noted,
            standing: cx.standing(&field.id),
            table: StoredValue::new(field.id.clone()),
            written: StoredValue::new(written.collect()),
            each: StoredValue::new(columns.iter().cloned().map(Arc::new).collect()),
            columns: StoredValue::new(Arc::new(columns)),
            most,
            writes,
            at: RwSignal::new((0, 0)),
            anchor: RwSignal::new(None),
            within: RwSignal::new(false),
            fresh: RwSignal::new(false),
            focused: RwSignal::new(false),
            unread: RwSignal::new(None),
            open: RwSignal::new(false),
            marked: RwSignal::new(0),
            drop: RwSignal::new((0.0, 0.0)),
            begun: StoredValue::new(None),
            text: RwSignal::new(String::new()),
            said: RwSignal::new(None),
            input: NodeRef::new(),
            scroller: NodeRef::new(),
            row_height: (row * element::text_size() / 16.0).round(),
        }
    }

    /// The height of the heading in pixels.
    pub(in crate::ui::form::table) fn head_height(&self) -> f64 {
        (self.row_height * 1.4).round()
    }

    pub(in crate::ui::form::table) fn table(&self) -> FieldName {
        self.table.get_value()
    }

    pub(in crate::ui::form::table) fn columns(&self) -> Arc<Vec<Field>> {
        self.columns.get_value()
    }

    pub(in crate::ui::form::table) fn column(&self, at: usize) -> Option<Arc<Field>> {
        self.each.with_value(|columns| columns.get(at).cloned())
    }

    /// Rows with an empty one below them, where there is room for it; tracked.
    pub(in crate::ui::form::table) fn rows(&self) -> usize {
        let count = self.standing.count.get();
        count + usize::from(self.writes && count < self.most)
    }

    fn rows_now(&self) -> usize {
        untrack(|| self.rows())
    }

    /// The place of a cell.
    pub(in crate::ui::form::table) fn place(&self, (row, column): At) -> Option<Place> {
        Some(Place::Cell {
            table: self.table(),
            row,
            column: self.column(column)?.id.clone(),
        })
    }

    /// The answer in a cell: as written, or as worked out.
    pub(in crate::ui::form::table) fn value(&self, (row, column): At) -> Option<Value> {
        let column = self.column(column)?;
        self.cx.with_row(&self.table(), row, |live, filled| {
            let row = match column.kind.is_written() {
                true => live,
                false => filled,
            };
            row?.get(&column.id).cloned()
        })
    }

    /// What a cell shows; tracked.
    pub(in crate::ui::form::table) fn shown(&self, at: At) -> String {
        self.standing.version.track();
        let locale = self.cx.i18n.get_locale();
        let (Some(column), Some(value)) = (self.column(at.1), self.value(at)) else {
            return String::new();
        };
        state::styled(locale, self.cx.host, |style| match &value {
            // the heading says the currency and what is counted
            Value::Money(_) | Value::Number(_) => shown::typed(&column.kind, &value, style),
            Value::Date(_) => shown::typed(&column.kind, &value, style),
            _ => shown::shown(&column.kind, &value, style),
        })
    }

    /// The classes of a cell; tracked.
    pub(in crate::ui::form::table) fn class(&self, at: At) -> String {
        self.standing.version.track();
        let Some(column) = self.column(at.1) else {
            return String::new();
        };
        let mut class = format!("form-cell form-cell-{}", column.kind.word());
        if !column.kind.is_written() {
            class.push_str(" form-cell-worked");
        }
        if matches!(self.value(at), Some(Value::Money(_) | Value::Number(_))) {
            class.push_str(" form-cell-figures");
        }
        if !self.cx.cell_there(&self.table(), at.0, &column) {
            class.push_str(" form-cell-off");
        }
        if !self.complaints(at, &column).is_empty() {
            class.push_str(" form-cell-wrong");
        }
        let noted =
            |cells: &HashSet<_>| !cells.is_empty() && cells.contains(&(at.0, column.id.clone()));
        if self.noted.with(noted) {
            class.push_str(" form-cell-noted");
        }
        class
    }

    /// What is wrong in a cell, as far as it is to be told.
    fn complaints(&self, (row, _): At, column: &Field) -> Vec<FillWrong> {
        let told = self.cx.told.get();
        let mut wrong = self.cx.cell_wrong(&self.table(), row, &column.id);
        wrong.retain(|what| told || *what != FillWrong::Missing);
        wrong
    }

    /// The words of what is wrong in the cell of the cursor; tracked.
    pub(in crate::ui::form::table) fn complaint(&self) -> Option<String> {
        self.standing.version.track();
        let i18n = self.cx.i18n;
        if let Some(unread) = self.unread.get() {
            return Some(words::unread(i18n, unread));
        }
        let at = self.at.get();
        let column = self.column(at.1)?;
        let wrong = self.complaints(at, &column);
        let said = wrong
            .iter()
            .map(|what| words::wrong(i18n, &column.kind, what));
        let said: Vec<String> = said.collect();
        (!said.is_empty()).then(|| said.join(" "))
    }

    /// Whether a cell takes what is typed.
    pub(in crate::ui::form::table) fn takes(&self, (row, column): At) -> bool {
        self.column(column).is_some_and(|column| {
            column.kind.is_written()
                && !matches!(
                    column.kind,
                    FieldKind::Attachment { .. } | FieldKind::Signature | FieldKind::Seal
                )
                && self.cx.cell_there(&self.table(), row, &column)
        })
    }

    /// The answer of the cursor's cell as it is typed.
    fn typed_now(&self) -> String {
        let at = self.at.get_untracked();
        let (Some(column), Some(value)) = (self.column(at.1), self.value(at)) else {
            return String::new();
        };
        untrack(|| {
            self.cx
                .styled(|style| shown::typed(&column.kind, &value, style))
        })
    }

    /// Puts the cell's answer into the field, all of it marked: what is typed next takes its place.
    pub(in crate::ui::form::table) fn load(&self) {
        let text = self.typed_now();
        self.text.set(text.clone());
        if let Some(input) = self.input.get_untracked() {
            input.set_value(&text);
            if self.focused.get_untracked() {
                input.select();
            }
        }
    }

    /// [`Grid::load`], where the field holds something else than the cell.
    pub(in crate::ui::form::table) fn load_where_other(&self, before: &str) {
        if self.typed_now() != before {
            self.load();
        }
    }

    /// Goes to a cell, once what was typed is written down; whether it did.
    pub(in crate::ui::form::table) fn go(&self, to: At) -> bool {
        if !self.finish() {
            return false;
        }
        let rows = self.rows_now();
        let columns = self.columns.with_value(|columns| columns.len());
        let to = (
            to.0.min(rows.saturating_sub(1)),
            to.1.min(columns.saturating_sub(1)),
        );
        self.at.set(to);
        self.reveal(to.0);
        self.load();
        true
    }

    fn reveal(&self, row: usize) {
        let Some(scroller) = self.scroller.get_untracked() else {
            return;
        };
        let (top, height) = (
            f64::from(scroller.scroll_top()),
            f64::from(scroller.client_height()),
        );
        let edges = (self.head_height(), self.row_height);
        if let Some(top) = steps::reveal(row, self.row_height, (top, height), edges) {
            scroller.set_scroll_top(top.round() as i32);
        }
    }

    /// Puts the list of what can be picked below the field.
    pub(in crate::ui::form::table) fn place_drop(&self) {
        let field = self.input.try_get_untracked().flatten();
        let around = self.scroller.try_get_untracked().flatten();
        if let (Some(field), Some(around)) = (field, around) {
            let (field, around) = (
                field.get_bounding_client_rect(),
                around.get_bounding_client_rect(),
            );
            let (left, top) = (field.left() - around.left(), field.bottom() - around.top());
            self.drop.set((left.max(0.0), top));
        }
    }

    /// Where a key goes.
    pub(in crate::ui::form::table) fn step(
        &self,
        key: &str,
        shift: bool,
        control: bool,
    ) -> Option<At> {
        let rows = self.rows_now();
        let at = self.at.get_untracked();
        let seen = self.scroller.get_untracked();
        let seen = seen.map_or(340.0, |scroller| f64::from(scroller.client_height()));
        let page = ((seen / self.row_height) as usize).saturating_sub(2).max(1);
        self.written.with_value(|written| {
            let extent = Extent {
                rows,
                written,
                page,
            };
            steps::step(key, shift, control, at, extent)
        })
    }

    /// A key was struck into the cell.
    pub(in crate::ui::form::table) fn typed(self, text: String) {
        let at = self.at.get_untracked();
        self.text.set(text.clone());
        self.fresh.set(true);
        self.within.set(true);
        self.unread.set(None);
        self.said.set(None);
        self.anchor.set(None);
        if self.offered(at.1) {
            self.marked.set(0);
            self.open.set(true);
        }
        let Some(place) = self.place(at) else { return };
        let idle = move || {
            let still = self.at.try_get_untracked() == Some(at)
                && self.fresh.try_get_untracked() == Some(true);
            // a new row is not begun by half a word
            if still && at.0 < self.standing.count.get_untracked() {
                // half a number is no fault while somebody is at it
                let _ = self.keep();
            }
        };
        self.cx.typed(&place, &text, idle);
    }

    /// Writes down what was typed; an error: it cannot be read.
    fn keep(&self) -> Result<(), Unread> {
        let at = self.at.get_untracked();
        let (Some(place), Some(column)) = (self.place(at), self.column(at.1)) else {
            return Ok(());
        };
        let text = self.text.get_untracked();
        if at.0 < self.standing.count.get_untracked() {
            self.cx.commit_text(&place, &text)?;
        } else {
            let value = self.cx.read(&column.kind, &text)?;
            self.cx.give_up(&place);
            if let Some(value) = value {
                self.begin_row(column.id.clone(), value);
            }
        }
        self.fresh.set(false);
        Ok(())
    }

    fn begin_row(&self, column: FieldName, value: Value) {
        let count = self.standing.count.get_untracked();
        let table = self.table();
        let edit = Edit::AddRows {
            table: table.clone(),
            after: count.checked_sub(1),
            rows: vec![Answers::from([(column, value)])],
        };
        self.cx.edit_rows(&table, vec![edit]);
    }

    /// Writes down what was typed and leaves the text. `false`: it cannot be read, and stays.
    pub(in crate::ui::form::table) fn finish(&self) -> bool {
        if self.fresh.get_untracked()
            && let Err(unread) = self.keep()
        {
            self.unread.set(Some(unread));
            return false;
        }
        self.within.set(false);
        self.open.set(false);
        true
    }

    /// Gives up what was typed.
    pub(in crate::ui::form::table) fn cancel(&self) {
        if let Some(place) = self.place(self.at.get_untracked()) {
            self.cx.give_up(&place);
        }
        self.fresh.set(false);
        self.unread.set(None);
        self.within.set(false);
        self.open.set(false);
        self.load();
    }

    /// Answers the cursor's cell.
    pub(in crate::ui::form::table) fn answer(&self, value: Option<Value>) {
        let at = self.at.get_untracked();
        self.fresh.set(false);
        self.unread.set(None);
        let (Some(place), Some(column)) = (self.place(at), self.column(at.1)) else {
            return;
        };
        match (at.0 < self.standing.count.get_untracked(), value) {
            (true, value) => self.cx.commit(&place, value),
            (false, Some(value)) => {
                self.cx.give_up(&place);
                self.begin_row(column.id.clone(), value);
            }
            (false, None) => {}
        }
        self.load();
    }

    /// Whether something can be picked in a column.
    pub(in crate::ui::form::table) fn offered(&self, column: usize) -> bool {
        self.column(column).is_some_and(|column| {
            Asked::of(&column.kind).is_some()
                || matches!(column.kind, FieldKind::YesNo | FieldKind::Choice { .. })
        })
    }

    /// What can be picked in the cursor's cell; tracked.
    pub(in crate::ui::form::table) fn offers(&self) -> Vec<Candidate> {
        let Some(column) = self.column(self.at.get().1).filter(|_| self.open.get()) else {
            return Vec::new();
        };
        let locale = self.cx.i18n.get_locale();
        let plain = |value, name: String| Candidate {
            value,
            name,
            more: String::new(),
        };
        let all = match &column.kind {
            FieldKind::YesNo => vec![
                plain(Value::YesNo(true), td_string!(locale, forms.yes).to_owned()),
                plain(Value::YesNo(false), td_string!(locale, forms.no).to_owned()),
            ],
            FieldKind::Choice { options, .. } => {
                let options = options.iter().map(|option| {
                    let value = Value::Choice(vec![option.id.clone()]);
                    plain(value, say(self.cx.i18n, &option.name))
                });
                options.collect()
            }
            kind => {
                Asked::of(kind).map_or_else(Vec::new, |asked| self.cx.host.candidates.run(asked))
            }
        };
        let search = match self.fresh.get() {
            true => self.text.get(),
            false => String::new(),
        };
        matching(&all, &search, pinyin::spelt)
    }

    /// One of what is offered was picked.
    pub(in crate::ui::form::table) fn pick(&self, one: Candidate) {
        let at = self.at.get_untracked();
        let many = self
            .column(at.1)
            .is_some_and(|column| matches!(column.kind, FieldKind::Choice { many: true, .. }));
        let value = match (many, one.value, self.value(at)) {
            // another press takes it away again
            (true, Value::Choice(picked), Some(Value::Choice(mut chosen))) => {
                for one in picked {
                    match chosen.iter().position(|known| *known == one) {
                        Some(at) => drop(chosen.remove(at)),
                        None => chosen.push(one),
                    }
                }
                (!chosen.is_empty()).then_some(Value::Choice(chosen))
            }
            (_, value, _) => Some(value),
        };
        self.open.set(many);
        self.within.set(false);
        self.answer(value);
    }
}
