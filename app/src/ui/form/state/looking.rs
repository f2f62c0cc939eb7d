//! What stands in a form, read: rows, what is wrong in cells, texts as answers, and answers as texts.

use std::rc::Rc;

use leptos::prelude::*;
use shared::pack::expr::Facts;
use shared::pack::fill::FillWrong;
use shared::pack::form::{Field, FieldKind};
use shared::pack::id::FieldName;
use shared::pack::value::{Answers, Value};

use super::super::edit;
use super::super::host::{Asked, Host};
use super::super::shown::{self, Style};
use super::super::typed::{self, Candidate, Reading, Unread};
use super::Cx;
use crate::i18n::{Locale, td_string};
use crate::language;
use crate::platform::clock;
use crate::words::Texts;

impl Cx {
    /// Looks at a row as it is written, and as it was worked out.
    pub(in crate::ui::form) fn with_row<T>(
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

    /// Looks at all rows of a table as they are written.
    pub(in crate::ui::form) fn with_rows<T>(
        &self,
        table: &FieldName,
        look: impl FnOnce(&[Answers]) -> T,
    ) -> T {
        self.live.with_value(|live| look(edit::rows(live, table)))
    }

    /// Looks at all rows of a table as they were worked out last.
    pub(in crate::ui::form) fn with_filled<T>(
        &self,
        table: &FieldName,
        look: impl FnOnce(&[Answers]) -> T,
    ) -> T {
        self.filled
            .with_value(|filled| look(edit::rows(filled, table)))
    }

    /// What is wrong in a cell.
    pub(in crate::ui::form) fn cell_wrong(
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
    pub(in crate::ui::form) fn cell_there(
        &self,
        table: &FieldName,
        row: usize,
        column: &Field,
    ) -> bool {
        let Some(visible) = &column.visible else {
            return true;
        };
        self.filled.with_value(|answers| {
            let row = edit::rows(answers, table).get(row);
            visible.holds(&Facts { answers, row }).0 != Some(false)
        })
    }

    /// Reads a text as the answer to a kind of field.
    pub(in crate::ui::form) fn read(
        &self,
        kind: &FieldKind,
        text: &str,
    ) -> Result<Option<Value>, Unread> {
        self.reading(|how| typed::read(kind, text, how))
    }

    /// What is needed to read many texts.
    pub(in crate::ui::form) fn reading<T>(&self, read: impl FnOnce(&Reading<'_>) -> T) -> T {
        reading(self.host, read)
    }

    /// Writes answers out; tracks the language and the names.
    pub(in crate::ui::form) fn styled<T>(&self, write: impl FnOnce(&Style<'_>) -> T) -> T {
        styled(self.i18n.get_locale(), self.host, write)
    }
}

/// Writes answers out in a language, with the names that a place knows.
pub(in crate::ui::form) fn styled<T>(
    locale: Locale,
    host: Host,
    write: impl FnOnce(&Style<'_>) -> T,
) -> T {
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

/// What is needed to read many texts at a place.
fn reading<T>(host: Host, read: impl FnOnce(&Reading<'_>) -> T) -> T {
    let known = std::cell::RefCell::new(Vec::<(Asked, Rc<[Candidate]>)>::new());
    let candidates = |kind: &FieldKind| -> Rc<[Candidate]> {
        let Some(asked) = Asked::of(kind) else {
            return Rc::new([]);
        };
        let found = known.borrow().iter().find(|(of, _)| *of == asked).cloned();
        if let Some((_, found)) = found {
            return found;
        }
        let all: Rc<[Candidate]> = untrack(|| host.candidates.run(asked.clone())).into();
        known.borrow_mut().push((asked, all.clone()));
        all
    };
    read(&Reading {
        today: clock::local_now(),
        candidates: &candidates,
    })
}

/// An answer as people read it, with the names that a place knows; tracked.
pub fn answer_text(i18n: Texts, host: Host, kind: &FieldKind, value: &Value) -> String {
    styled(i18n.get_locale(), host, |style| {
        shown::shown(kind, value, style)
    })
}

/// Reads a text as the answer to a kind of field, with those that a place knows.
///
/// # Errors
/// It is no answer to a field of this kind.
pub fn read_text(host: Host, kind: &FieldKind, text: &str) -> Result<Option<Value>, Unread> {
    reading(host, |how| typed::read(kind, text, how))
}
