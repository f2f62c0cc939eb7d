//! Typing that a crash left: put back where it was typed, or shown to be copied where it cannot be.

use std::sync::Arc;

use leptos::prelude::*;
use shared::base::RowId;
use shared::doc::command::Command;
use shared::doc::view::form::{FormPlace, FormView};
use shared::pack::form::{FieldKind, FormDef};
use shared::pack::value::{Answers, Value};

use super::places::{Typed, column, column_words, name_words, place_spot, place_words};
use super::wording;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::{random, screen};
use crate::replica::OpenForm;
use crate::shell::use_shell;
use crate::ui::form::Unsaid;
use crate::ui::form::{Host, read_text, unread};
use crate::ui::icon::Icon;
use crate::words::Texts;

/// What becomes of typing that was found.
enum Way {
    /// It is an edit.
    Edit(Command),
    /// It goes into a box of comments.
    Box(Unsaid),
    /// It can only be copied: why.
    Copy(String),
}

/// Where something was typed, in words; tracked.
fn called(i18n: Texts, def: &FormDef, view: &FormView, typed: Option<&Typed>, key: &str) -> String {
    let place = |at: &FormPlace| place_words(i18n, def, view, at);
    match typed {
        Some(Typed::Answer(at)) => place(at),
        Some(Typed::NewRow { table, column: of }) => {
            let (table, column) = (
                name_words(i18n, def, table),
                column_words(i18n, def, table, of),
            );
            t_string!(i18n, remarks.new_row, table = table, column = column).to_string()
        }
        Some(Typed::Comment(at)) => t_string!(i18n, remarks.panel, field = place(at)).to_string(),
        Some(Typed::Reply(id)) => {
            let thread = view.comments.iter().find(|thread| thread.id == *id);
            let at = thread.map_or_else(String::new, |thread| place(&thread.on));
            t_string!(i18n, remarks.panel, field = at).to_string()
        }
        None => key.to_owned(),
    }
}

/// What can be done with what was typed.
fn way(
    i18n: Texts,
    host: Host,
    def: &FormDef,
    view: &FormView,
    typed: Option<Typed>,
    text: &str,
    answers: bool,
) -> Way {
    let gone = || Way::Copy(t_string!(i18n, remarks.no_place).to_owned());
    let closed = || Way::Copy(t_string!(i18n, remarks.not_now).to_owned());
    let read = |kind: &FieldKind| read_text(host, kind, text).map_err(|why| unread(i18n, why));
    let edit = |made: Result<Command, String>| made.map_or_else(Way::Copy, Way::Edit);
    match typed {
        Some(Typed::Answer(_) | Typed::NewRow { .. }) if !answers => closed(),
        Some(Typed::Answer(FormPlace::Answer(field))) => match def.field(&field) {
            Some(known) if matches!(known.kind, FieldKind::Prose { .. }) => {
                let text = text.to_owned();
                Way::Edit(Command::EditProse { field, text })
            }
            Some(known) => edit(read(&known.kind).map(|value| Command::Answer { field, value })),
            None => gone(),
        },
        Some(Typed::Answer(FormPlace::Cell {
            table,
            row,
            column: of,
        })) => {
            let stands = view
                .rows
                .get(&table)
                .is_some_and(|rows| rows.contains(&row));
            match column(def, &table, &of).filter(|_| stands) {
                Some(known) => edit(read(&known.kind).map(|value| Command::AnswerCell {
                    table,
                    row,
                    column: of,
                    value,
                })),
                None => gone(),
            }
        }
        Some(Typed::NewRow { table, column: of }) => match column(def, &table, &of) {
            Some(known) => edit(read(&known.kind).map(|value| {
                let cell = |value: Value| (of.clone(), value);
                let answers: Answers = value.into_iter().map(cell).collect();
                let after = view.rows.get(&table).and_then(|rows| rows.last()).copied();
                let rows = vec![(RowId::from_bytes(random::bytes()), answers)];
                Command::AddRows { table, after, rows }
            })),
            None => gone(),
        },
        Some(Typed::Comment(place)) if host.comments.is_some() => {
            place_spot(&place).map_or_else(gone, |spot| Way::Box(Unsaid::New(spot)))
        }
        Some(Typed::Reply(id)) if view.comments.iter().any(|thread| thread.id == id) => {
            Way::Box(Unsaid::Answer(id.to_string()))
        }
        _ => gone(),
    }
}

/// Typing that a crash left: taken over into the form, copied, or dropped.
#[component]
pub(super) fn Recovered(
    open: OpenForm,
    def: Arc<FormDef>,
    host: Host,
    /// Whether answers may be written now.
    answers: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let found = open.recovered();
    let first = Memo::new(move |_| {
        found.with(|found| {
            found
                .first()
                .map(|one| (one.field.clone(), one.text.clone()))
        })
    });
    let view = open.view();
    let known = def.clone();
    let made = move |(field, text): &(String, String)| {
        view.with_untracked(|view| {
            let view = view.as_ref()?;
            Some(way(
                i18n,
                host,
                &known,
                view,
                Typed::from_key(field),
                text,
                answers,
            ))
        })
    };
    let made = StoredValue::new(made);
    let take = move |one: (String, String)| {
        match made.with_value(|made| made(&one)) {
            Some(Way::Edit(command)) => {
                if let Err(error) = open.dispatch(command) {
                    return shell.say(wording::command(i18n, &error));
                }
            }
            Some(Way::Box(unsaid)) => {
                let Some(comments) = host.comments else {
                    return;
                };
                let text = one.1;
                comments.keystroke.run((unsaid.clone(), Some(text.clone())));
                let spot = match &unsaid {
                    Unsaid::New(spot) => Some(spot.clone()),
                    Unsaid::Answer(id) => comments.talks.with_untracked(|talks| {
                        let talk = talks.iter().find(|talk| talk.id == *id);
                        talk.map(|talk| talk.spot.clone())
                    }),
                };
                comments.unsaid.update(|all| drop(all.insert(unsaid, text)));
                if let Some(spot) = spot {
                    comments.go(spot);
                }
            }
            Some(Way::Copy(_)) | None => return,
        }
        open.discard_recovered(0);
    };
    move || {
        // a view that is not there yet knows no place
        view.with(|view| view.is_some());
        first.get().map(|one| {
            let place = view.with_untracked(|view| {
                let typed = Typed::from_key(&one.0);
                view.as_ref().map_or_else(String::new, |view| {
                    called(i18n, &def, view, typed.as_ref(), &one.0)
                })
            });
            let copy = match made.with_value(|made| made(&one)) {
                Some(Way::Copy(why)) => Some(why),
                _ => None,
            };
            let text = one.1.clone();
            let act = match copy.is_some() {
                true => {
                    let text = text.clone();
                    view! {
                        <button type="button" class="button" data-recovered-copy="" on:click=move |_| {
                            if screen::copy(&text) {
                                shell.say(t_string!(i18n, remarks.copied).to_owned());
                            }
                        }>{t!(i18n, remarks.copy)}</button>
                    }
                    .into_any()
                }
                false => view! {
                    <button type="button" class="button" on:click=move |_| take(one.clone())>{t!(i18n, reviews.take_over)}</button>
                }
                .into_any(),
            };
            view! {
                <div class="notice no-print" role="status" data-recovered="">
                    <Icon name="failed" />
                    <div class="grow">
                        <p>{t_string!(i18n, reviews.recovered, place = place).to_string()}</p>
                        <blockquote>{text}</blockquote>
                        {copy.map(|why| view! { <p class="muted">{why}" "{t!(i18n, remarks.copy_hint)}</p> })}
                    </div>
                    {act}
                    <button type="button" class="button button-quiet" on:click=move |_| open.discard_recovered(0)>{t!(i18n, reviews.drop)}</button>
                </div>
            }
        })
    }
}
