//! A form on A4 as a Chinese office knows it: heading, number, a grid of labels and values, tables with their sums, boxes
//! for opinions 意见栏, the place of the seal 盖章. Printed by the browser; long tables repeat their heading on each page.

mod book;
mod cells;
mod layout;
mod opinions;

use std::sync::Arc;

use leptos::prelude::*;
use shared::pack::fill::{Filling, fill};
use shared::pack::form::{Field, FieldKind, FormDef, Turn};
use shared::pack::value::Answers;

pub use book::{About, book};
pub use opinions::{OpinionBox, empty_opinions};

use super::host::Host;
use super::shown;
use super::words::{say, saying};
use super::{edit, state};
use crate::i18n::{t, t_string, use_i18n};
use crate::language;
use crate::words::Texts;
use cells::paper_value;
use layout::{Block, Piece, blocks, shares};
use opinions::Opinions;

/// So many empty rows are drawn where a table has none: to be filled in by hand.
const EMPTY_ROWS: usize = 4;

/// A form on paper.
#[component]
pub fn Paper(
    /// What it is made of.
    form: Arc<FormDef>,
    /// What is written in it.
    #[prop(into)]
    answers: Signal<Answers>,
    /// What it needs of the place that shows it: names, pictures.
    host: Host,
    /// Its number; none: a place for one.
    #[prop(into)]
    number: Signal<Option<String>>,
    /// The opinions on it, in the order of the route.
    #[prop(into)]
    opinions: Signal<Vec<OpinionBox>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let filling = Memo::new({
        let form = form.clone();
        move |_| {
            let mut filling = answers.with(|answers| fill(&form, answers, Turn::Draft));
            // what follows from nothing is left to be written by hand, like the rest of an empty form
            if answers.with(Answers::is_empty) {
                filling.answers.clear();
            }
            Filled(Arc::new(filling))
        }
    });
    let print = form.print.clone();
    let heading = match print.heading.is_empty() {
        true => form.name.clone(),
        false => print.heading.clone(),
    };
    let boxes = print.opinions;
    let footer = (!print.footer.is_empty()).then(|| {
        view! { <p class="paper-footer">{saying(i18n, print.footer.clone())}</p> }
    });
    let body = move || {
        let filling = filling.get();
        let sheet = Sheet {
            i18n,
            host,
            filling: filling.0.clone(),
        };
        let blocks = blocks(&form, &filling.0.hidden);
        let mut views: Vec<AnyView> = Vec::new();
        let mut grid: Vec<AnyView> = Vec::new();
        for block in &blocks {
            match block {
                Block::Heading(section) => {
                    end(&mut grid, &mut views);
                    let name = saying(i18n, section.name.clone());
                    grid.push(
                        view! { <tr class="paper-heading"><th colspan="4">{name}</th></tr> }
                            .into_any(),
                    );
                }
                Block::Line(pieces) => grid.push(line(&sheet, pieces)),
                Block::Table(field) => {
                    end(&mut grid, &mut views);
                    views.push(table(&sheet, field));
                }
            }
        }
        end(&mut grid, &mut views);
        views
    };
    view! {
        <article
            class="form-paper paper"
            class:form-paper-wide=print.landscape
            lang=move || language::tag(i18n.get_locale())
        >
            <h1>{saying(i18n, heading)}</h1>
            <p class="paper-number">
                {move || match number.get() {
                    Some(number) => t_string!(i18n, forms.paper_number, number = number).to_string(),
                    None => t_string!(i18n, forms.paper_number, number = "＿＿＿＿＿＿＿＿").to_string(),
                }}
            </p>
            {body}
            {boxes.then(|| view! { <Opinions opinions=opinions /> })}
            {footer}
        </article>
    }
}

/// A filling that is looked at by several.
#[derive(Clone)]
struct Filled(Arc<Filling>);

impl PartialEq for Filled {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// What the parts of a page look at.
#[derive(Clone)]
struct Sheet {
    i18n: Texts,
    host: Host,
    filling: Arc<Filling>,
}

/// Ends a grid of lines.
fn end(lines: &mut Vec<AnyView>, views: &mut Vec<AnyView>) {
    if lines.is_empty() {
        return;
    }
    let lines = std::mem::take(lines);
    views.push(
        view! {
            <table class="paper-grid">
                <colgroup><col class="paper-label" /><col /><col class="paper-label" /><col /></colgroup>
                <tbody>{lines}</tbody>
            </table>
        }
        .into_any(),
    );
}

fn line(sheet: &Sheet, pieces: &[Piece<'_>]) -> AnyView {
    let cells = pieces
        .iter()
        .map(|piece| {
            let field = piece.field.clone();
            let name = saying(sheet.i18n, field.name.clone());
            let value = sheet.filling.answers.get(&field.id).cloned();
            let (i18n, host) = (sheet.i18n, sheet.host);
            let class = format!("paper-{}", field.kind.word());
            match piece.span {
                // label and value share a cell
                0 | 1 => view! {
                    <td class=format!("{class} paper-both")>
                        <span class="paper-name">{name}</span>
                        {paper_value(i18n, host, field, value)}
                    </td>
                }
                .into_any(),
                span => view! {
                    <th scope="row">{name}</th>
                    <td class=class colspan=(span - 1).to_string()>
                        {paper_value(i18n, host, field, value)}
                    </td>
                }
                .into_any(),
            }
        })
        .collect_view();
    view! { <tr>{cells}</tr> }.into_any()
}

/// A table with its own columns; its heading is repeated on each page.
fn table(sheet: &Sheet, field: &Field) -> AnyView {
    let FieldKind::Table {
        columns, totals, ..
    } = &field.kind
    else {
        return ().into_any();
    };
    let (i18n, host) = (sheet.i18n, sheet.host);
    let rows = edit::rows(&sheet.filling.answers, &field.id);
    let locale = i18n.get_locale();
    let widths = shares(columns)
        .into_iter()
        .map(|share| view! { <col style:width=format!("{share:.2}%") /> })
        .collect_view();
    let heads = columns
        .iter()
        .map(|column| view! { <th scope="col">{saying(i18n, column.name.clone())}{unit(i18n, column)}</th> })
        .collect_view();
    let text = |column: &Field, row: &Answers| {
        let value = row.get(&column.id)?;
        Some(state::styled(locale, host, |style| match value {
            shared::pack::value::Value::Money(_) | shared::pack::value::Value::Number(_) => {
                shown::typed(&column.kind, value, style)
            }
            _ => shown::shown(&column.kind, value, style),
        }))
    };
    let figures = |column: &Field| {
        matches!(
            column.kind,
            FieldKind::Number { .. } | FieldKind::Money { .. } | FieldKind::Computed { .. }
        )
    };
    let body = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let cells = columns
                .iter()
                .map(|column| view! { <td class:paper-figures=figures(column)>{text(column, row)}</td> })
                .collect_view();
            view! { <tr><td class="paper-at">{at + 1}</td>{cells}</tr> }
        })
        .collect_view();
    let blank = rows.is_empty().then(|| {
        let row = |at: usize| {
            let cells = columns.iter().map(|_| view! { <td></td> }).collect_view();
            view! { <tr class="paper-blank"><td class="paper-at">{at + 1}</td>{cells}</tr> }
        };
        (0..EMPTY_ROWS).map(row).collect_view()
    });
    let foot = (!totals.is_empty()).then(|| {
        let cells = columns
            .iter()
            .map(|column| {
                let sum = match totals.contains(&column.id) {
                    true => shown::total(column, rows),
                    false => None,
                };
                let sum = sum.map(|sum| {
                    state::styled(locale, host, |style| {
                        shown::typed(&column.kind, &sum, style)
                    })
                });
                view! { <td class="paper-figures">{sum}</td> }
            })
            .collect_view();
        view! { <tr class="paper-total"><th scope="row">{t!(i18n, forms.total)}</th>{cells}</tr> }
    });
    // the sums stand once, below the last row: a tfoot would be printed on each page
    view! {
        <table class="paper-grid paper-table" class:paper-many={columns.len() > 7}>
            <colgroup><col class="paper-at" />{widths}</colgroup>
            <thead>
                <tr class="paper-heading"><th colspan=(columns.len() + 1).to_string()>{say(i18n, &field.name)}</th></tr>
                <tr><th scope="col" class="paper-at">{t!(i18n, forms.row_number)}</th>{heads}</tr>
            </thead>
            <tbody>{body}{blank}{foot}</tbody>
        </table>
    }
    .into_any()
}

/// What a column's figures count, behind its name.
fn unit(i18n: Texts, column: &Field) -> String {
    let lang = language::lang(i18n.get_locale());
    let unit = match &column.kind {
        FieldKind::Money { currency, .. } => shown::currency_sign(currency, lang),
        FieldKind::Number { unit, .. } => unit.get(shown::language(lang)).to_owned(),
        _ => String::new(),
    };
    match unit.as_str() {
        "" => unit,
        unit => format!(" ({unit})"),
    }
}
