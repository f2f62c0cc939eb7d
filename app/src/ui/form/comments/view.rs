//! The mark at a field, what was said of it, a box for more, and the list of all that is open.

use std::sync::Arc;

use leptos::prelude::*;
use shared::pack::form::{Field, FieldKind};

use super::super::state::Cx;
use super::super::words::{say, saying};
use super::{Comments, Spot, Talk, Unsaid, panel};
use crate::i18n::{t, t_string};
use crate::ui::each::For;
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// What a spot is called within its table; tracked.
fn called(cx: Cx, spot: &Spot) -> String {
    let form = cx.form.get_value();
    let Some(field) = form.field(spot.field()) else {
        return spot.field().to_string();
    };
    let name = say(cx.i18n, &field.name);
    let Spot::Cell { table, key, column } = spot else {
        return name;
    };
    let column = match &field.kind {
        FieldKind::Table { columns, .. } => columns.iter().find(|known| known.id == *column),
        _ => None,
    };
    let column = column.map_or_else(String::new, |column| say(cx.i18n, &column.name));
    cx.standing(table).version.track();
    match cx.row_of(table, Some(*key)) {
        Some(row) => {
            let row = row + 1;
            t_string!(
                cx.i18n,
                remarks.cell,
                table = name,
                row = row,
                column = column
            )
            .to_string()
        }
        None => t_string!(cx.i18n, remarks.cell_gone, table = name, column = column).to_string(),
    }
}

/// The mark at a field: how many comments on it are open.
#[component]
pub(in crate::ui::form) fn Mark(cx: Cx, comments: Comments, field: Arc<Field>) -> impl IntoView {
    let name = field.id.clone();
    let (of, asked, pressed) = (name.clone(), name.clone(), name.clone());
    let count = Memo::new(move |_| comments.open_on(&of));
    let any = Memo::new(move |_| {
        let all = |talks: &Vec<Talk>| talks.iter().any(|talk| *talk.spot.field() == asked);
        comments.talks.with(all)
    });
    let here = name.clone();
    let open = Memo::new(move |_| {
        let at = |at: &Option<Spot>| at.as_ref().is_some_and(|at| *at.field() == here);
        comments.at.with(at)
    });
    let words = move || {
        let name = say(cx.i18n, &field.name);
        t_string!(cx.i18n, remarks.mark, field = name, n = count.get()).to_string()
    };
    let label = Signal::derive(words);
    view! {
        <Show when=move || any.get() || comments.may.get()>
            <button
                type="button"
                class="comment-mark"
                class:comment-mark-open=move || count.get() != 0
                data-comment-mark=pressed.to_string()
                aria-expanded=move || open.get().to_string()
                aria-label=label
                title=label
                on:click={
                    let pressed = pressed.clone();
                    move |_| comments.at.set((!open.get_untracked()).then(|| Spot::Field(pressed.clone())))
                }
            >
                <Icon name="comment" />
                {move || (count.get() != 0).then(|| count.get())}
            </button>
        </Show>
    }
}

/// What was said of a field, with a box for more; nothing where nobody looks.
#[component]
pub(in crate::ui::form) fn Panel(cx: Cx, comments: Comments, field: Arc<Field>) -> impl IntoView {
    let i18n = cx.i18n;
    let name = StoredValue::new(field.id.clone());
    let field = StoredValue::new(field);
    let open = Memo::new(move |_| {
        let at = |at: &Option<Spot>| {
            at.as_ref()
                .is_some_and(|at| name.with_value(|name| at.field() == name))
        };
        comments.at.with(at)
    });
    let here = Memo::new(move |_| {
        comments.talks.with(|talks| {
            let here = talks
                .iter()
                .filter(|talk| name.with_value(|name| talk.spot.field() == name));
            here.cloned().collect::<Vec<_>>()
        })
    });
    // threads that stay as they are keep what is typed into them
    let standing = move |open: bool| {
        let each = move || here.get().into_iter().filter(move |talk| talk.open == open);
        view! {
            <For
                each=each
                key=|talk| format!("{talk:?}")
                children=move |talk| view! { <TalkView cx=cx comments=comments talk=talk /> }
            />
        }
    };
    let settled = move || here.with(|here| here.iter().filter(|talk| !talk.open).count());
    let label = move || {
        let name = field.with_value(|field| say(i18n, &field.name));
        t_string!(i18n, remarks.panel, field = name).to_string()
    };
    let is_table = field.with_value(|field| matches!(field.kind, FieldKind::Table { .. }));
    view! {
        <Show when=move || open.get()>
            <section class="comment-panel no-print" id=name.with_value(panel) aria-label=label data-comments=name.with_value(ToString::to_string)>
                <header>
                    <strong>{t!(i18n, remarks.comments)}</strong>
                    <button type="button" class="button button-quiet" aria-label=t!(i18n, remarks.close) on:click=move |_| comments.at.set(None)>
                        <Icon name="close" />
                    </button>
                </header>
                <div class="comment-list">{standing(true)}</div>
                <Show when=move || settled() != 0>
                    <details>
                        <summary>{move || t_string!(i18n, remarks.settled_count, n = settled()).to_string()}</summary>
                        <div class="comment-list">{standing(false)}</div>
                    </details>
                </Show>
                <Show when=move || comments.may.get()>
                    {is_table.then(|| view! { <Target cx=cx comments=comments field=field.get_value() /> })}
                    {move || comments.at.get().map(|spot| view! {
                        <Write cx=cx comments=comments into=Unsaid::New(spot) />
                    })}
                </Show>
            </section>
        </Show>
    }
}

/// Of a table: whether it is commented on as a whole, or in one cell.
#[component]
fn Target(cx: Cx, comments: Comments, field: Arc<Field>) -> impl IntoView {
    let i18n = cx.i18n;
    let table = StoredValue::new(field.id.clone());
    let columns = match &field.kind {
        FieldKind::Table { columns, .. } => columns.clone(),
        _ => Vec::new(),
    };
    let columns = StoredValue::new(columns);
    let count = cx.standing(&field.id).count;
    let row = move || {
        let at = comments.at.get();
        match at {
            Some(Spot::Cell { table, key, .. }) => cx.row_of(&table, Some(key)),
            _ => None,
        }
    };
    let column = move || match comments.at.get() {
        Some(Spot::Cell { column, .. }) => column.to_string(),
        _ => String::new(),
    };
    let choose = move |column: &str, row: usize| {
        let table = table.get_value();
        let key = cx.row_key(&table, row);
        let spot = match (column.parse(), key) {
            (Ok(column), Some(key)) => Spot::Cell { table, key, column },
            _ => Spot::Field(table),
        };
        comments.at.set(Some(spot));
    };
    let names = move || {
        let each = |of: Field| {
            let value = of.id.to_string();
            let chosen = value.clone();
            view! { <option value=value selected=move || column() == chosen>{saying(i18n, of.name)}</option> }
        };
        columns.with_value(|columns| columns.iter().cloned().map(each).collect_view())
    };
    view! {
        <Show when=move || count.get() != 0 && { untrack(|| table.with_value(|table| cx.row_key(table, 0))).is_some() }>
            <div class="comment-target">
                <label>
                    <span>{t!(i18n, remarks.target)}</span>
                    <select class="select" on:change=move |ev| choose(&event_target_value(&ev), row().unwrap_or(0))>
                        <option value="" selected=move || column().is_empty()>{t!(i18n, remarks.whole_table)}</option>
                        {names}
                    </select>
                </label>
                <Show when=move || row().is_some()>
                    <label>
                        <span>{t!(i18n, remarks.row)}</span>
                        <input
                            class="input num"
                            type="number"
                            min="1"
                            max=move || count.get().to_string()
                            prop:value=move || row().map_or(1, |row| row + 1).to_string()
                            on:change=move |ev| {
                                let row = event_target_value(&ev).parse::<usize>().unwrap_or(1);
                                choose(&column(), row.clamp(1, count.get_untracked().max(1)) - 1);
                            }
                        />
                    </label>
                </Show>
            </div>
        </Show>
    }
}

#[component]
fn TalkView(cx: Cx, comments: Comments, talk: Talk) -> impl IntoView {
    let i18n = cx.i18n;
    let in_cell = matches!(talk.spot, Spot::Cell { .. });
    let (spot, id, open) = (talk.spot, talk.id, talk.open);
    let lines = talk
        .said
        .into_iter()
        .map(|said| {
            view! {
                <li>
                    <p class="comment-who"><strong>{said.by}</strong>" "<small class="muted">{said.at}</small></p>
                    <p class="comment-text">{said.text}</p>
                </li>
            }
        })
        .collect_view();
    let settled = talk.settled.map(|(by, at)| {
        let words = move || match open {
            false => {
                t_string!(i18n, remarks.settled_by, by = by.clone(), at = at.clone()).to_string()
            }
            true => t_string!(i18n, remarks.answered_since, by = by.clone()).to_string(),
        };
        view! { <p class="muted comment-settled">{words}</p> }
    });
    let (settles, into) = (id.clone(), id.clone());
    view! {
        <article class="comment-talk" class:comment-done=!open data-talk=id.clone() data-open=open.to_string()>
            {in_cell.then(|| view! { <p class="comment-spot">{move || called(cx, &spot)}</p> })}
            <ol>{lines}</ol>
            {settled}
            <Show when=move || comments.may.get()>
                <div class="comment-acts">
                    <Write cx=cx comments=comments into=Unsaid::Answer(into.clone()) />
                    <button
                        type="button"
                        class="button button-quiet"
                        data-settle=(open).to_string()
                        on:click={ let settles = settles.clone(); move |_| comments.settle.run((settles.clone(), open)) }
                    >
                        {move || match open {
                            true => t_string!(i18n, remarks.settle),
                            false => t_string!(i18n, remarks.reopen),
                        }}
                    </button>
                </div>
            </Show>
        </article>
    }
}

/// A box to say something in. What is in it stays when one looks elsewhere.
#[component]
fn Write(cx: Cx, comments: Comments, into: Unsaid) -> impl IntoView {
    let i18n = cx.i18n;
    let answers = matches!(into, Unsaid::Answer(_));
    let into = StoredValue::new(into);
    let text = move || {
        comments.unsaid.with(|unsaid| {
            let text = into.with_value(|into| unsaid.get(into).cloned());
            text.unwrap_or_default()
        })
    };
    let typed = move |text: String| {
        let into = into.get_value();
        comments.keystroke.run((into.clone(), Some(text.clone())));
        comments
            .unsaid
            .update(|unsaid| drop(unsaid.insert(into, text)));
    };
    let send = move || {
        let (into, text) = (into.get_value(), untrack(text));
        if text.trim().is_empty() || !comments.say.run((into.clone(), text)) {
            return;
        }
        comments.keystroke.run((into.clone(), None));
        comments.unsaid.update(|unsaid| drop(unsaid.remove(&into)));
    };
    let label = move || match answers {
        true => t_string!(i18n, remarks.answer),
        false => t_string!(i18n, remarks.new),
    };
    view! {
        <div class="comment-write">
            <textarea
                class="textarea"
                rows="1"
                maxlength="4000"
                aria-label=label
                placeholder=label
                prop:value=text
                on:input=move |ev| typed(event_target_value(&ev))
                on:keydown=move |ev| {
                    if ev.key() == "Enter" && (ev.ctrl_key() || ev.meta_key()) && !ev.is_composing() {
                        ev.prevent_default();
                        send();
                    }
                }
            ></textarea>
            <Show when=move || !text().trim().is_empty()>
                <button type="button" class="button button-primary" data-comment-send="" on:click=move |_| send()>
                    {t!(i18n, remarks.send)}
                </button>
            </Show>
        </div>
    }
}

/// All that is open, at the top of the form.
#[component]
pub(in crate::ui::form) fn Open(cx: Cx, comments: Comments) -> impl IntoView {
    let i18n = cx.i18n;
    let all = Memo::new(move |_| {
        comments.talks.with(|talks| {
            let open = talks.iter().filter(|talk| talk.open);
            open.cloned().collect::<Vec<_>>()
        })
    });
    let lines = move || {
        all.get()
            .into_iter()
            .map(|talk| {
                let last = talk.said.last().cloned();
                let (spot, to) = (talk.spot.clone(), talk.spot);
                let words = last.map(|last| format!("{}: {}", last.by, last.text));
                view! {
                    <li>
                        <button type="button" class="form-jump comment-jump" on:click=move |_| comments.go(to.clone())>
                            <strong>{move || called(cx, &spot)}</strong>
                            <span class="muted">{words}</span>
                        </button>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || !all.with(Vec::is_empty)>
            <details class="comment-open no-print" data-open-comments=move || all.with(Vec::len).to_string()>
                <summary>
                    <Icon name="comment" />
                    {move || t_string!(i18n, remarks.open_count, n = all.with(Vec::len)).to_string()}
                </summary>
                <ul>{lines}</ul>
            </details>
        </Show>
    }
}
