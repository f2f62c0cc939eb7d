//! What stands in a form while it is on the screen: a signal for each field, so that a key changes one field only, and
//! what follows from the answers, worked out as people type.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use shared::pack::expr::Facts;
use shared::pack::fill::{FillProblem, FillWrong, fill};
use shared::pack::form::{Field, FieldKind, FormDef, Required, Turn};
use shared::pack::id::FieldName;
use shared::pack::value::{Answers, Value};

use super::edit::{self, Edit};
use super::host::{Asked, Host, Place, Writing};
use super::shown::Style;
use super::typed::{self, Candidate, Reading, Unread};
use crate::i18n::{Locale, td_string};
use crate::language;
use crate::platform::clock::{self, Timer};
use crate::platform::element::Frames;
use crate::words::Texts;

/// Up to so many milliseconds the form is worked out before the frame with the key is painted; what takes longer waits
/// until nothing was typed for a moment.
const AT_ONCE: i64 = 4;
/// The longest such moment, in milliseconds.
const MOMENT: i64 = 250;
/// After so long without a key, what was typed is written down while the field is still open.
const IDLE: u32 = 2_000;

/// The signals of one field.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    /// The answer: what is written, or what was worked out. Of a table: nothing, see `version`.
    pub(super) value: RwSignal<Option<Value>>,
    /// It is not there with these answers.
    pub(super) hidden: RwSignal<bool>,
    /// It must be answered.
    pub(super) required: RwSignal<bool>,
    /// What is wrong with it.
    pub(super) wrong: RwSignal<Vec<FillWrong>>,
    /// Somebody was in it: what is missing may be told.
    pub(super) touched: RwSignal<bool>,
    /// What stands in it cannot be read.
    pub(super) unread: RwSignal<Option<Unread>>,
    /// Of a table: how often its rows have changed.
    pub(super) version: RwSignal<u32>,
    /// Of a table: how many rows it has.
    pub(super) count: RwSignal<usize>,
    /// Of a table: a cell to go to.
    pub(super) go: RwSignal<Option<(usize, FieldName)>>,
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
pub(super) struct Cx {
    pub(super) i18n: Texts,
    pub(super) host: Host,
    pub(super) form: StoredValue<Arc<FormDef>>,
    pub(super) writing: Signal<Writing>,
    /// Everything wrong or missing, in the order of the form.
    pub(super) problems: RwSignal<Vec<FillProblem>>,
    /// What is missing is told everywhere.
    pub(super) told: RwSignal<bool>,
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
    pub(super) fn new(
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
    pub(super) fn standing(&self, field: &FieldName) -> Standing {
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
    pub(super) fn row_of(&self, table: &FieldName, key: Option<u64>) -> Option<usize> {
        let (key, keys) = (key?, self.host.row_keys?);
        let keys = untrack(|| keys.run(table.clone()));
        keys.iter().position(|known| *known == key)
    }

    /// What a row is known by.
    pub(super) fn row_key(&self, table: &FieldName, row: usize) -> Option<u64> {
        let keys = self.host.row_keys?;
        untrack(|| keys.run(table.clone())).get(row).copied()
    }

    /// What the row of a place is known by.
    pub(super) fn key_of(&self, place: &Place) -> Option<u64> {
        match place {
            Place::Cell { table, row, .. } => self.row_key(table, *row),
            Place::Field(_) => None,
        }
    }

    /// A place whose row may stand elsewhere by now.
    pub(super) fn moved(&self, place: Place, key: Option<u64>) -> Place {
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

    /// What a place takes.
    pub(super) fn kind_at(&self, place: &Place) -> Option<FieldKind> {
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
    pub(super) fn typed(&self, place: &Place, text: &str, idle: impl FnOnce() + 'static) {
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
    pub(super) fn give_up(&self, place: &Place) {
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
    pub(super) fn commit_text(&self, place: &Place, text: &str) -> Result<(), Unread> {
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
    pub(super) fn commit(&self, place: &Place, value: Option<Value>) {
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
    pub(super) fn edit_rows(&self, table: &FieldName, edits: Vec<Edit>) {
        for edit in edits {
            self.live.update_value(|live| edit.clone().apply(live));
            self.host.edit.run(edit);
        }
        self.reveal(&Place::Field(table.clone()));
        self.ask();
    }

    /// Looks at a row as it is written, and as it was worked out.
    pub(super) fn with_row<T>(
        &self,
        table: &FieldName,
        row: usize,
        look: impl FnOnce(Option<&Answers>, Option<&Answers>) -> T,
    ) -> T {
        self.live.with_value(|live| {
            self.filled.with_value(|filled| {
                let filled = edit::rows(filled, table).get(row);
                look(edit::rows(live, table).get(row), filled)
            })
        })
    }

    /// Looks at all rows of a table as they were worked out last.
    pub(super) fn with_filled<T>(
        &self,
        table: &FieldName,
        look: impl FnOnce(&[Answers]) -> T,
    ) -> T {
        self.filled
            .with_value(|filled| look(edit::rows(filled, table)))
    }

    /// What is wrong in a cell.
    pub(super) fn cell_wrong(
        &self,
        table: &FieldName,
        row: usize,
        column: &FieldName,
    ) -> Vec<FillWrong> {
        self.cells.with_value(|cells| {
            let cells = cells.get(table);
            let found = cells.and_then(|cells| cells.get(&(row, column.clone())));
            found.cloned().unwrap_or_default()
        })
    }

    /// Whether a column is there in a row.
    pub(super) fn cell_there(&self, table: &FieldName, row: usize, column: &Field) -> bool {
        let Some(visible) = &column.visible else {
            return true;
        };
        self.filled.with_value(|answers| {
            let row = edit::rows(answers, table).get(row);
            visible.holds(&Facts { answers, row }).0 != Some(false)
        })
    }

    /// Reads a text as the answer to a kind of field.
    pub(super) fn read(&self, kind: &FieldKind, text: &str) -> Result<Option<Value>, Unread> {
        self.reading(|how| typed::read(kind, text, how))
    }

    /// What is needed to read many texts.
    pub(super) fn reading<T>(&self, read: impl FnOnce(&Reading<'_>) -> T) -> T {
        let known = std::cell::RefCell::new(Vec::<(Asked, Rc<[Candidate]>)>::new());
        let candidates = |kind: &FieldKind| -> Rc<[Candidate]> {
            let Some(asked) = Asked::of(kind) else {
                return Rc::new([]);
            };
            let found = known.borrow().iter().find(|(of, _)| *of == asked).cloned();
            if let Some((_, found)) = found {
                return found;
            }
            let all: Rc<[Candidate]> = untrack(|| self.host.candidates.run(asked.clone())).into();
            known.borrow_mut().push((asked, all.clone()));
            all
        };
        read(&Reading {
            today: clock::local_now(),
            candidates: &candidates,
        })
    }

    /// Writes answers out; tracks the language and the names.
    pub(super) fn styled<T>(&self, write: impl FnOnce(&Style<'_>) -> T) -> T {
        styled(self.i18n.get_locale(), self.host, write)
    }
}

/// Writes answers out in a language, with the names that a place knows.
pub(super) fn styled<T>(locale: Locale, host: Host, write: impl FnOnce(&Style<'_>) -> T) -> T {
    let name = |value: &Value| host.name.run(value.clone());
    let file = |hash: &str| {
        let facts = host
            .files
            .and_then(|files| files.facts.run(hash.to_owned()));
        facts.map_or_else(|| hash.chars().take(8).collect(), |facts| facts.name)
    };
    write(&Style {
        lang: language::lang(locale),
        yes_no: (td_string!(locale, forms.yes), td_string!(locale, forms.no)),
        name: &name,
        file: &file,
    })
}

fn required(required: &Required, facts: &Facts<'_>) -> bool {
    match required {
        Required::No => false,
        Required::Yes => true,
        Required::When(when) => when.holds(facts).0 == Some(true),
    }
}
