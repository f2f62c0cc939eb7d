//! Comments 批注 on the answers of a form: a mark at the field with how many are open, what was said, and a list of all that
//! is open. What a person types into one is theirs until they send it.

mod view;

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;
use shared::pack::id::FieldName;

use super::state::Cx;
use crate::platform::{element, screen};

pub(super) use view::{Mark, Open, Panel};

/// What is commented on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Spot {
    /// A field, or a table as a whole.
    Field(FieldName),
    /// A cell.
    Cell {
        /// The table.
        table: FieldName,
        /// What its row is known by.
        key: u64,
        /// The column.
        column: FieldName,
    },
}

impl Spot {
    /// The field, or the table.
    pub const fn field(&self) -> &FieldName {
        match self {
            Self::Field(field) | Self::Cell { table: field, .. } => field,
        }
    }
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Who, by name.
    pub by: String,
    /// When, as people read it.
    pub at: String,
    /// What.
    pub text: String,
}

/// A comment with what was answered to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// What it is known by.
    pub id: String,
    /// What it is on.
    pub spot: Spot,
    /// What was said.
    pub said: Vec<Said>,
    /// Somebody still waits for an answer.
    pub open: bool,
    /// Who settled it, and when.
    pub settled: Option<(String, String)>,
}

/// What is typed and not said: a new comment, or an answer to one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Unsaid {
    /// A new one.
    New(Spot),
    /// An answer to the one that is known by this.
    Answer(String),
}

/// What comments need of the place that shows a form.
#[derive(Clone, Copy)]
pub struct Comments {
    /// All of them, in their order.
    pub talks: Signal<Vec<Talk>>,
    /// Whether one may write and settle them.
    pub may: Signal<bool>,
    /// Something was said; whether it is kept.
    pub say: Callback<(Unsaid, String), bool>,
    /// A thread is settled, or opened again.
    pub settle: Callback<(String, bool)>,
    /// Something was typed and is not said yet; `None`: it was said, or given up.
    pub keystroke: Callback<(Unsaid, Option<String>)>,
    /// What was typed and not said.
    pub unsaid: RwSignal<HashMap<Unsaid, String>>,
    /// What one looks at.
    pub at: RwSignal<Option<Spot>>,
}

impl Comments {
    /// Goes to what is commented on, and opens what was said of it.
    pub fn go(&self, spot: Spot) {
        let id = panel(spot.field());
        self.at.set(Some(spot));
        element::next_frame(move || screen::scroll_into_view(&id));
    }

    /// The cells of a table with open comments.
    pub(super) fn cells(&self, cx: Cx, table: &FieldName) -> HashSet<(usize, FieldName)> {
        let open: Vec<(u64, FieldName)> = self.talks.with(|talks| {
            let open = talks.iter().filter(|talk| talk.open);
            open.filter_map(|talk| match &talk.spot {
                Spot::Cell {
                    table: of,
                    key,
                    column,
                } if of == table => Some((*key, column.clone())),
                _ => None,
            })
            .collect()
        });
        let Some(keys) = cx.host.row_keys.filter(|_| !open.is_empty()) else {
            return HashSet::new();
        };
        let keys = keys.run(table.clone());
        let at = |key: u64| keys.iter().position(|known| *known == key);
        let cells = open.into_iter();
        cells
            .filter_map(|(key, column)| Some((at(key)?, column)))
            .collect()
    }

    /// A cell was pressed: where one looks at the comments of its table, those of the cell are meant.
    pub(super) fn pressed(&self, cx: Cx, table: &FieldName, row: usize, column: &FieldName) {
        let here = |at: &Option<Spot>| at.as_ref().is_some_and(|at| at.field() == table);
        if !self.may.get_untracked() || !self.at.with_untracked(here) {
            return;
        }
        if let Some(key) = cx.row_key(table, row) {
            self.at.set(Some(Spot::Cell {
                table: table.clone(),
                key,
                column: column.clone(),
            }));
        }
    }

    fn open_on(&self, field: &FieldName) -> usize {
        self.talks.with(|talks| {
            let here = talks.iter().filter(|talk| talk.open);
            here.filter(|talk| talk.spot.field() == field).count()
        })
    }
}

fn panel(field: &FieldName) -> String {
    format!("form-comments-{field}")
}
