//! What stands in a form while it is on the screen: a signal for each field, so that a key changes one field only, and
//! what follows from the answers, worked out as people type.

mod looking;
mod typing;

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use shared::pack::expr::Facts;
use shared::pack::fill::{FillProblem, FillWrong, fill};
use shared::pack::form::{Field, FieldKind, FormDef, Required, Turn};
use shared::pack::id::FieldName;
use shared::pack::value::{Answers, Value};

use super::edit;
use super::host::{Host, Place, Writing};
use super::typed::Unread;
use crate::platform::clock::{self, Timer};
use crate::platform::element::Frames;
use crate::words::Texts;

pub(in crate::ui::form) use looking::styled;
pub use looking::{answer_text, read_text};

/// Up to so many milliseconds the form is worked out before the frame with the key is painted; what takes longer waits
/// until nothing was typed for a moment.
const AT_ONCE: i64 = 4;
/// The longest such moment, in milliseconds.
const MOMENT: i64 = 250;
/// After so long without a key, what was typed is written down while the field is still open.
const IDLE: u32 = 2_000;

/// The signals of one field.
#[derive(Clone, Copy)]
pub(in crate::ui::form) struct Standing {
    /// The answer: what is written, or what was worked out. Of a table: nothing, see `version`.
    pub(in crate::ui::form) value: RwSignal<Option<Value>>,
    /// It is not there with these answers.
    pub(in crate::ui::form) hidden: RwSignal<bool>,
    /// It must be answered.
    pub(in crate::ui::form) required: RwSignal<bool>,
    /// What is wrong with it.
    pub(in crate::ui::form) wrong: RwSignal<Vec<FillWrong>>,
    /// Somebody was in it: what is missing may be told.
    pub(in crate::ui::form) touched: RwSignal<bool>,
    /// What stands in it cannot be read.
    pub(in crate::ui::form) unread: RwSignal<Option<Unread>>,
    /// Of a table: how often its rows have changed.
    pub(in crate::ui::form) version: RwSignal<u32>,
    /// Of a table: how many rows it has.
    pub(in crate::ui::form) count: RwSignal<usize>,
    /// Of a table: a cell to go to.
    pub(in crate::ui::form) go: RwSignal<Option<(usize, FieldName)>>,
}

impl Standing {
    fn new() -> Self {
        Self {
            value: RwSignal::new(None),
            hidden: RwSignal::new(false),
            required: RwSignal::new(false),
            wrong: RwSignal::new(Vec::new()),
            touched: RwSignal::new(false),
            unread: RwSignal::new(None),
            version: RwSignal::new(0),
            count: RwSignal::new(0),
            go: RwSignal::new(None),
        }
    }
}

/// Sets a signal where that changes it.
fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|now| *now != value) == Some(true) {
        signal.set(value);
    }
}

/// What is wrong in the cells of a table.
type Cells = HashMap<(usize, FieldName), Vec<FillWrong>>;

/// A form on the screen. A cheap handle.
#[derive(Clone, Copy)]
pub(in crate::ui::form) struct Cx {
    pub(in crate::ui::form) i18n: Texts,
    pub(in crate::ui::form) host: Host,
    pub(in crate::ui::form) form: StoredValue<Arc<FormDef>>,
    pub(in crate::ui::form) writing: Signal<Writing>,
    /// Everything wrong or missing, in the order of the form.
    pub(in crate::ui::form) problems: RwSignal<Vec<FillProblem>>,
    /// What is missing is told everywhere.
    pub(in crate::ui::form) told: RwSignal<bool>,
    answers: Signal<Answers>,
    /// The answers with what is being typed.
    live: StoredValue<Answers>,
    /// What the form came to, computed fields among it.
    filled: StoredValue<Answers>,
    cells: StoredValue<HashMap<FieldName, Cells>>,
    fields: StoredValue<HashMap<FieldName, Standing>>,
    /// Where something is typed that is not written down yet.
    typing: StoredValue<Option<(Place, Option<u64>)>>,
    cost: StoredValue<i64>,
    soon: StoredValue<Option<Frames>, LocalStorage>,
    later: StoredValue<Option<Timer>, LocalStorage>,
    idle: StoredValue<Option<Timer>, LocalStorage>,
}

impl Cx {
    pub(in crate::ui::form) fn new(
        i18n: Texts,
        host: Host,
        form: Arc<FormDef>,
        answers: Signal<Answers>,
        writing: Signal<Writing>,
    ) -> Self {
        let standing = |(_, field): (_, &Field)| (field.id.clone(), Standing::new());
        let fields = form.fields().map(standing).collect();
        let cx = Self {
            i18n,
            host,
            form: StoredValue::new(form),
            writing,
            problems: RwSignal::new(Vec::new()),
            told: RwSignal::new(false),
            answers,
            live: StoredValue::new(Answers::new()),
            filled: StoredValue::new(Answers::new()),
            cells: StoredValue::new(HashMap::new()),
            fields: StoredValue::new(fields),
            typing: StoredValue::new(None),
            cost: StoredValue::new(0),
            soon: StoredValue::new_local(None),
            later: StoredValue::new_local(None),
            idle: StoredValue::new_local(None),
        };
        cx.soon.set_value(Some(Frames::new(move || cx.work_out())));
        answers.with_untracked(|answers| cx.take(answers));
        cx.work_out();
        Effect::new(move |before: Option<()>| {
            answers.with(|answers| {
                if before.is_some() && cx.take(answers) {
                    cx.ask();
                }
            });
        });
        Effect::new(move |before: Option<()>| {
            writing.track();
            if before.is_some() {
                cx.ask();
            }
        });
        cx
    }

    /// The signals of a field.
    pub(in crate::ui::form) fn standing(&self, field: &FieldName) -> Standing {
        let known = self.fields.with_value(|fields| fields.get(field).copied());
        // all fields of the form have theirs
        known.unwrap_or_else(Standing::new)
    }

    /// Takes over what is written now; whether anything is new.
    fn take(&self, answers: &Answers) -> bool {
        let form = self.form.get_value();
        let typing = self.typing.get_value();
        let mut new = false;
        for (_, field) in form.fields().filter(|(_, field)| field.kind.is_written()) {
            let name = &field.id;
            if matches!(&typing, Some((Place::Field(typed), _)) if typed == name) {
                continue;
            }
            let value = answers.get(name);
            // what is typed into a cell lies over the rows, and goes with its row
            let over = match &typing {
                Some((Place::Cell { table, row, column }, key)) if table == name => self
                    .live
                    .with_value(|live| {
                        edit::rows(live, name)
                            .get(*row)
                            .map(|r| r.get(column).cloned())
                    })
                    .map(|value| {
                        (
                            self.row_of(name, *key).unwrap_or(*row),
                            column.clone(),
                            value,
                        )
                    }),
                _ => None,
            };
            if over.is_none() && self.live.with_value(|live| live.get(name) == value) {
                continue;
            }
            new = true;
            self.live.update_value(|live| {
                edit::set(live, name.clone(), value.cloned());
                if let Some((row, column, value)) = over {
                    edit::change_rows(live, name.clone(), |rows| {
                        if let Some(row) = rows.get_mut(row) {
                            edit::set(row, column, value);
                        }
                    });
                }
            });
            self.show(field);
        }
        new
    }

    /// Shows what stands in a field that people write.
    fn show(&self, field: &Field) {
        let standing = self.standing(&field.id);
        match field.kind {
            FieldKind::Table { .. } => {
                let count = self
                    .live
                    .with_value(|live| edit::rows(live, &field.id).len());
                put(standing.count, count);
                standing.version.update(|n| *n = n.wrapping_add(1));
            }
            _ => {
                let value = self.live.with_value(|live| live.get(&field.id).cloned());
                put(standing.value, value);
            }
        }
    }

    /// The place of a row that may have moved.
    pub(in crate::ui::form) fn row_of(&self, table: &FieldName, key: Option<u64>) -> Option<usize> {
        let (key, keys) = (key?, self.host.row_keys?);
        let keys = untrack(|| keys.run(table.clone()));
        keys.iter().position(|known| *known == key)
    }

    /// What a row is known by.
    pub(in crate::ui::form) fn row_key(&self, table: &FieldName, row: usize) -> Option<u64> {
        let keys = self.host.row_keys?;
        untrack(|| keys.run(table.clone())).get(row).copied()
    }

    /// What the row of a place is known by.
    pub(in crate::ui::form) fn key_of(&self, place: &Place) -> Option<u64> {
        match place {
            Place::Cell { table, row, .. } => self.row_key(table, *row),
            Place::Field(_) => None,
        }
    }

    /// A place whose row may stand elsewhere by now.
    pub(in crate::ui::form) fn moved(&self, place: Place, key: Option<u64>) -> Place {
        match place {
            Place::Cell { table, row, column } => Place::Cell {
                row: self.row_of(&table, key).unwrap_or(row),
                table,
                column,
            },
            place => place,
        }
    }

    /// Asks for the form to be worked out: at once, or when nobody types, as long as that took last.
    fn ask(&self) {
        let cost = self.cost.get_value();
        if cost <= AT_ONCE {
            self.soon
                .with_value(|soon| soon.iter().for_each(Frames::ask));
            return;
        }
        let this = *self;
        let wait = u32::try_from((cost * 4).min(MOMENT)).unwrap_or_default();
        let timer = clock::after(wait, move || this.work_out());
        let _ = self.later.try_update_value(|later| *later = Some(timer));
    }

    fn work_out(&self) {
        let Some(form) = self.form.try_get_value() else {
            return;
        };
        let begun = clock::steady();
        let writing = self.writing.get_untracked();
        let turn = writing.turn();
        let filling = self
            .live
            .with_value(|live| fill(&form, live, turn.unwrap_or(Turn::Draft)));
        let problems = match turn {
            Some(_) => filling.problems,
            None => Vec::new(),
        };
        let mut of_field: HashMap<&FieldName, Vec<FillWrong>> = HashMap::new();
        let mut of_cell: HashMap<FieldName, Cells> = HashMap::new();
        for problem in &problems {
            let what = problem.what.clone();
            match &problem.cell {
                None => of_field.entry(&problem.field).or_default().push(what),
                Some(cell) => {
                    let cells = of_cell.entry(problem.field.clone()).or_default();
                    cells.entry(cell.clone()).or_default().push(what);
                }
            }
        }
        let facts = Facts::of(&filling.answers);
        for (_, field) in form.fields() {
            let standing = self.standing(&field.id);
            put(standing.hidden, filling.hidden.contains(&field.id));
            put(
                standing.wrong,
                of_field.remove(&field.id).unwrap_or_default(),
            );
            put(standing.required, required(&field.required, &facts));
            if !field.kind.is_written() {
                put(standing.value, filling.answers.get(&field.id).cloned());
            }
        }
        let tables = form
            .fields()
            .filter(|(_, field)| matches!(field.kind, FieldKind::Table { .. }))
            .map(|(_, field)| field.id.clone());
        let tables: Vec<FieldName> = tables.collect();
        self.filled.set_value(filling.answers);
        self.cells.set_value(of_cell);
        for table in tables {
            let version = self.standing(&table).version;
            version.update(|n| *n = n.wrapping_add(1));
        }
        put(self.problems, problems);
        self.cost.set_value(clock::steady().since(begun));
    }
}

fn required(required: &Required, facts: &Facts<'_>) -> bool {
    match required {
        Required::No => false,
        Required::Yes => true,
        Required::When(when) => when.holds(facts).0 == Some(true),
    }
}
