//! What several wrote in one place of a form without seeing each other, and the rows that were removed: all of it is kept,
//! and settled or brought back here.

use std::sync::Arc;

use leptos::prelude::*;
use shared::doc::command::Command;
use shared::doc::view::form::{FormConflict, FormPlace, FormView, FormWritten, RemovedRow};
use shared::pack::form::{FieldKind, FormDef};

use super::places::{column, name_words, place_words};
use super::wording;
use crate::i18n::{t, t_string, use_i18n};
use crate::replica::OpenForm;
use crate::shell::{use_replica, use_shell};
use crate::ui::form::{Host, answer_text};
use crate::ui::icon::Icon;
use crate::words::Texts;

/// One value that can be chosen.
#[derive(Clone, PartialEq)]
struct Choice {
    text: String,
    by: String,
    stands: bool,
    /// What chooses it.
    command: Command,
}

/// A place with several values.
#[derive(Clone, PartialEq)]
struct Open {
    place: String,
    key: String,
    choices: Vec<Choice>,
}

/// A row that was removed.
#[derive(Clone, PartialEq)]
struct Gone {
    row: String,
    table: String,
    text: String,
    by: String,
    /// Others wrote in it without knowing that it was removed.
    beside: bool,
    command: Command,
}

/// What kind of answer a place takes.
fn kind<'a>(def: &'a FormDef, place: &FormPlace) -> Option<&'a FieldKind> {
    match place {
        FormPlace::Answer(field) => def.field(field).map(|field| &field.kind),
        FormPlace::Cell {
            table, column: of, ..
        } => column(def, table, of).map(|column| &column.kind),
        _ => None,
    }
}

/// What chooses a value; `None` for what people do not settle: where a row stands, what of a comment.
fn choosing(place: &FormPlace, written: &FormWritten) -> Option<Command> {
    let value = written.value.clone();
    Some(match place.clone() {
        FormPlace::Answer(field) => Command::Answer { field, value },
        FormPlace::Cell { table, row, column } => Command::AnswerCell {
            table,
            row,
            column,
            value,
        },
        FormPlace::Removed { table, row } => match written.text.is_empty() {
            true => Command::RestoreRows {
                table,
                rows: vec![row],
            },
            false => Command::RemoveRows {
                table,
                rows: vec![row],
            },
        },
        FormPlace::Discarded => match written.text.is_empty() {
            true => Command::KeepForm,
            false => Command::DiscardForm,
        },
        _ => return None,
    })
}

fn shown(i18n: Texts, host: Host, def: &FormDef, place: &FormPlace, one: &FormWritten) -> String {
    let nothing = || t_string!(i18n, registers.empty).to_owned();
    match place {
        FormPlace::Removed { .. } | FormPlace::Discarded => match one.text.is_empty() {
            true => t_string!(i18n, registers.stays).to_owned(),
            false => t_string!(i18n, registers.goes).to_owned(),
        },
        _ => match (&one.value, kind(def, place)) {
            (Some(value), Some(kind)) => answer_text(i18n, host, kind, value),
            (None, _) if one.text.is_empty() => nothing(),
            // of a field that this version does not have
            _ => one.text.clone(),
        },
    }
}

/// The conflicts that people settle.
fn conflicts(
    i18n: Texts,
    host: Host,
    def: &FormDef,
    view: &FormView,
    who: &dyn Fn(&FormWritten) -> String,
) -> Vec<Open> {
    let one = |conflict: &FormConflict| {
        let place = &conflict.place;
        let choices = conflict.values.iter().map(|one| {
            Some(Choice {
                text: shown(i18n, host, def, place, one),
                by: who(one),
                stands: one.stands,
                command: choosing(place, one)?,
            })
        });
        Some(Open {
            place: place_words(i18n, def, view, place),
            key: place.to_string(),
            choices: choices.collect::<Option<_>>()?,
        })
    };
    view.conflicts.iter().filter_map(one).collect()
}

/// The rows that can be brought back, the last removed first.
fn removed(
    i18n: Texts,
    host: Host,
    def: &FormDef,
    view: &FormView,
    who: &dyn Fn(&RemovedRow) -> String,
) -> Vec<Gone> {
    let between = t_string!(i18n, organisation.between);
    let one = |gone: &RemovedRow| {
        let columns = match def.field(&gone.table).map(|table| &table.kind) {
            Some(FieldKind::Table { columns, .. }) => columns.as_slice(),
            _ => &[],
        };
        let cells = columns.iter().filter_map(|column| {
            let value = gone.answers.get(&column.id)?;
            Some(answer_text(i18n, host, &column.kind, value))
        });
        let cells: Vec<String> = cells.filter(|text| !text.trim().is_empty()).collect();
        Gone {
            row: gone.row.to_string(),
            table: name_words(i18n, def, &gone.table),
            text: match cells.is_empty() {
                true => t_string!(i18n, registers.empty).to_owned(),
                false => cells.join(between),
            },
            by: who(gone),
            beside: !gone.edited_beside.is_empty(),
            command: Command::RestoreRows {
                table: gone.table.clone(),
                rows: vec![gone.row],
            },
        }
    };
    let mut all: Vec<&RemovedRow> = view.removed.iter().collect();
    shared::base::sort::by_key(&mut all, |gone| std::cmp::Reverse(gone.at));
    all.into_iter().map(one).collect()
}

/// What is to be settled in a form, and what was removed from its tables; nothing where there is neither.
#[component]
pub(super) fn Settle(
    open: OpenForm,
    def: Arc<FormDef>,
    host: Host,
    #[prop(into)] writes: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (shell, replica) = (use_shell(), use_replica());
    let view = open.view();
    let by = move |person: Option<shared::base::PersonId>, at| {
        let who = person.map_or_else(
            || t_string!(i18n, remarks.somebody).to_owned(),
            |id| wording::person(replica, None, id),
        );
        format!("{who}, {}", wording::when(i18n, at))
    };
    let (of, known) = (def.clone(), def);
    let open_ones = Memo::new(move |_| {
        view.with(|view| match view {
            Some(view) => conflicts(i18n, host, &of, view, &|one| by(one.by, one.at)),
            None => Vec::new(),
        })
    });
    let gone = Memo::new(move |_| {
        view.with(|view| match view {
            Some(view) => removed(i18n, host, &known, view, &|one| by(one.by, one.at)),
            None => Vec::new(),
        })
    });
    let perform = move |command: Command| {
        if let Err(error) = open.dispatch(command) {
            shell.say(wording::command(i18n, &error));
        }
    };
    let choice = move |choice: Choice| {
        let command = choice.command.clone();
        view! {
            <li>
                <button type="button" class="settle-choice" data-choice=choice.text.clone() disabled=move || !writes.get() on:click=move |_| perform(command.clone())>
                    <span class="settle-value">{choice.text.clone()}</span>
                    <small class="muted">{choice.by}</small>
                    {choice.stands.then(|| view! { <small class="badge">{t!(i18n, registers.shown_now)}</small> })}
                </button>
            </li>
        }
    };
    let conflict = move |one: Open| {
        view! {
            <li class="settle-place" data-conflict=one.key>
                <p>{one.place}</p>
                <ul>{one.choices.into_iter().map(choice).collect_view()}</ul>
            </li>
        }
    };
    let row = move |gone: Gone| {
        let command = gone.command.clone();
        view! {
            <li class="settle-row" data-removed=gone.row>
                <span class="grow">
                    <span class="settle-value">{gone.text}</span>
                    <small class="muted">{gone.table}" · "{gone.by}</small>
                    {gone.beside.then(|| view! { <small class="badge badge-warn">{t!(i18n, registers.beside)}</small> })}
                </span>
                <button type="button" class="button" disabled=move || !writes.get() on:click=move |_| perform(command.clone())>
                    {t!(i18n, registers.bring_back)}
                </button>
            </li>
        }
    };
    // rows with typing of others in them are not folded away
    let beside = move || gone.with(|gone| gone.iter().any(|one| one.beside));
    view! {
        {move || (!open_ones.with(Vec::is_empty)).then(|| view! {
            <section class="card settle no-print" data-settle="conflicts" aria-label=t!(i18n, registers.conflicts)>
                <div class="card-head"><Icon name="conflict" /><h3>{t!(i18n, registers.conflicts)}</h3></div>
                <p class="card-body muted">{t!(i18n, registers.conflicts_explained)}</p>
                <ul class="settle-list">{open_ones.get().into_iter().map(conflict).collect_view()}</ul>
            </section>
        })}
        {move || (!gone.with(Vec::is_empty)).then(|| view! {
            <details class="card settle no-print" data-settle="removed" open=beside>
                <summary>{t_string!(i18n, registers.removed, n = gone.with(Vec::len)).to_string()}</summary>
                <ul class="settle-list">{gone.get().into_iter().map(row).collect_view()}</ul>
            </details>
        })}
    }
}
