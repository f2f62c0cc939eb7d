//! A form as the workbook that it becomes: the same page as on paper, in the language of the screen.

use leptos::prelude::*;
use shared::domain::number::Number;
use shared::exchange::form_book::{Book, Cell, Opinion, Part, Table};
use shared::pack::fill::fill;
use shared::pack::form::{Field, FieldKind, FormDef, Turn};
use shared::pack::value::{Answers, Value};

use super::super::host::Host;
use super::super::words::say;
use super::super::{edit, shown, state};
use super::layout::{Block, blocks};
use super::{OpinionBox, unit};
use crate::i18n::t_string;
use crate::language;
use crate::words::Texts;

/// What stands above a form's page, and below it.
pub struct About<'a> {
    /// Number, standing, author, each with its label.
    pub facts: Vec<(String, String)>,
    /// The opinions.
    pub opinions: &'a [OpinionBox],
}

/// The workbook of a form with these answers.
pub fn book(i18n: Texts, host: Host, form: &FormDef, answers: &Answers, about: About<'_>) -> Book {
    untrack(|| {
        let filling = fill(form, answers, Turn::Draft);
        let value = |field: &Field| filling.answers.get(&field.id);
        let mut parts: Vec<Part> = blocks(form, &filling.hidden)
            .into_iter()
            .map(|block| match block {
                Block::Heading(section) => Part::Heading(say(i18n, &section.name)),
                Block::Line(pieces) => Part::Line(
                    pieces
                        .into_iter()
                        .map(|piece| {
                            let name = say(i18n, &piece.field.name);
                            let cell =
                                cell(i18n, host, &piece.field.kind, value(piece.field), true);
                            (name, cell, piece.span)
                        })
                        .collect(),
                ),
                Block::Table(field) => {
                    table(i18n, host, field, edit::rows(&filling.answers, &field.id))
                }
            })
            .collect();
        if !about.opinions.is_empty() {
            parts.push(opinions(i18n, about.opinions));
        }
        let heading = match form.print.heading.is_empty() {
            true => &form.name,
            false => &form.print.heading,
        };
        Book {
            sheet: say(i18n, &form.name),
            title: say(i18n, heading),
            facts: about.facts,
            parts,
            footer: say(i18n, &form.print.footer),
            landscape: form.print.landscape,
        }
    })
}

/// An answer as what it is; of a field outside of tables with what it counts.
fn cell(i18n: Texts, host: Host, kind: &FieldKind, value: Option<&Value>, counted: bool) -> Cell {
    let lang = language::lang(i18n.get_locale());
    let word = match kind {
        FieldKind::Number { unit, .. } if counted => unit.get(shown::language(lang)).to_owned(),
        FieldKind::Money { currency, .. } if counted => shown::currency_sign(currency, lang),
        _ => String::new(),
    };
    match value {
        None => Cell::Empty,
        Some(Value::Number(number)) => Cell::Number(Number::round(*number, 9), word),
        Some(Value::Money(amount)) => Cell::Money(*amount, word),
        Some(Value::Date(day)) => Cell::Date(*day),
        Some(value) => {
            let locale = i18n.get_locale();
            Cell::Text(state::styled(locale, host, |style| {
                shown::shown(kind, value, style)
            }))
        }
    }
}

fn table(i18n: Texts, host: Host, field: &Field, rows: &[Answers]) -> Part {
    let FieldKind::Table {
        columns, totals, ..
    } = &field.kind
    else {
        return Part::Heading(say(i18n, &field.name));
    };
    let of = |column: &Field, value: Option<&Value>| cell(i18n, host, &column.kind, value, false);
    let line = |row: &Answers| -> Vec<Cell> {
        let cells = columns.iter();
        cells
            .map(|column| of(column, row.get(&column.id)))
            .collect()
    };
    let sums = || -> Vec<Cell> {
        let cells = columns.iter().map(|column| {
            let summed = totals.contains(&column.id);
            let sum = summed.then(|| shown::total(column, rows)).flatten();
            of(column, sum.as_ref())
        });
        cells.collect()
    };
    let name = |column: &Field| format!("{}{}", say(i18n, &column.name), unit(i18n, column));
    Part::Table(Table {
        name: say(i18n, &field.name),
        number: t_string!(i18n, forms.row_number).to_owned(),
        columns: columns.iter().map(name).collect(),
        rows: rows.iter().map(line).collect(),
        totals: (!totals.is_empty()).then(|| (t_string!(i18n, forms.total).to_owned(), sums())),
    })
}

fn opinions(i18n: Texts, all: &[OpinionBox]) -> Part {
    let row = |one: &OpinionBox| {
        let said = [one.decision.clone(), one.text.clone()];
        let said: Vec<String> = said.into_iter().flatten().collect();
        Opinion {
            title: one.title.clone(),
            said: said.join("\n"),
            name: one.name.clone().unwrap_or_default(),
            day: one.date,
        }
    };
    Part::Opinions {
        heading: t_string!(i18n, forms.paper_opinions).to_owned(),
        columns: [
            t_string!(i18n, remarks.book_who),
            t_string!(i18n, remarks.book_said),
            t_string!(i18n, remarks.book_name),
            t_string!(i18n, remarks.book_day),
        ]
        .map(str::to_owned),
        rows: all.iter().map(row).collect(),
    }
}
