//! Fields that several people wrote without seeing each other, and the choice of what stands. Those that a later write
//! settled are kept beside them.

use std::sync::Arc;

use leptos::prelude::*;
use shared::doc::history::Met;
use shared::doc::view::plan::{Conflict, Subject, Written};

use super::columns::{Column, Writes};
use super::cx::{Cursor, Cx, Line, use_cx};
use super::lens::Only;
use super::settle;
use crate::i18n::{t, t_string};
use crate::ui::each::For;
use crate::ui::notice::Tone;
use crate::ui::show::Show;

/// Settled conflicts that are listed.
const MOST: usize = 200;

/// All conflicts.
#[component]
pub(crate) fn Conflicts() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let settled = RwSignal::new(false);
    cx.read_receipts();
    let open = Memo::new(move |_| cx.model.with(|m| m.view.conflicts.clone()));
    // read only when asked for: it goes through the whole history
    let met = Memo::new(move |_| {
        cx.live.track();
        if !settled.get() {
            return Arc::new(Vec::new());
        }
        let met = cx.history(|history, _, _| history.conflicts());
        let mut met = met.unwrap_or_default();
        met.retain(|met| met.settled.is_some());
        Arc::new(met)
    });
    let tab = move |which: bool| {
        view! {
            <button
                class="tab"
                role="tab"
                data-tab=if which { "settled" } else { "open" }
                aria-selected=move || (settled.get() == which).to_string()
                on:click=move |_| settled.set(which)
            >
                {move || {
                    if !which {
                        let n = open.with(Vec::len);
                        t_string!(i18n, history.conflicts_open, n = n).to_string()
                    } else if settled.get() {
                        let n = met.with(|m| m.len());
                        t_string!(i18n, history.conflicts_settled_n, n = n).to_string()
                    } else {
                        t_string!(i18n, history.conflicts_settled).to_string()
                    }
                }}
            </button>
        }
    };
    let keep_all = move |_| {
        let model = cx.model.get_untracked();
        let all = open.get_untracked();
        let commands = all.iter().filter_map(|c| {
            let shown = c.values.iter().find(|v| v.stands)?;
            may(&cx, &c.field).then(|| settle::settle(&model, c.subject, &c.field, &shown.value))?
        });
        cx.dispatch_all(commands.collect());
    };
    let key = |c: &Conflict| {
        let values: Vec<_> = c.values.iter().map(|v| v.change).collect();
        (c.subject, c.field.clone(), values)
    };
    view! {
        <div class="tabs" role="tablist">{tab(false)}{tab(true)}</div>
        <Show
            when=move || settled.get()
            fallback=move || view! {
                <Show
                    when=move || open.with(|open| !open.is_empty())
                    fallback=move || view! { <p class="plan-none">{t!(i18n, history.conflicts_none)}</p> }
                >
                    <p class="plan-lead">{t!(i18n, plan.conflicts_lead)}</p>
                    <div class="row">
                        <button
                            class="button"
                            id="filter-conflicts"
                            aria-pressed=move || cx.lens.with(|lens| lens.only.contains(&Only::Conflict)).to_string()
                            on:click=move |_| {
                                cx.lens_open.set(true);
                                cx.look(|lens| lens.toggle(Only::Conflict));
                            }
                        >
                            {t!(i18n, history.only_conflicts)}
                        </button>
                        <Show when=move || cx.may(Writes::Plan) && open.with(|open| open.len() > 1)>
                            <button class="button" id="keep-all" on:click=keep_all>
                                {t!(i18n, history.keep_all)}
                            </button>
                        </Show>
                    </div>
                </Show>
                <For each=move || open.get() key=key let:conflict>
                    <ConflictCard conflict=conflict named=true />
                </For>
            }
        >
            <p class="plan-lead">{t!(i18n, history.settled_lead)}</p>
            <Show when=move || met.with(|met| met.is_empty())>
                <p class="plan-none">{t!(i18n, history.settled_none)}</p>
            </Show>
            {move || {
                let met = met.get();
                met.iter().take(MOST).cloned().map(|met| view! { <SettledCard met=met /> }).collect_view()
            }}
        </Show>
    }
}

fn writes(field: &str) -> Writes {
    match field {
        "percent" | "actual_start" | "actual_finish" | "remaining" | "cost" | "data_date" => {
            Writes::Progress
        }
        _ => Writes::Plan,
    }
}

fn may(cx: &Cx, field: &str) -> bool {
    untrack(|| cx.may(writes(field)))
}

/// Makes a value stand; says why not.
fn keep(cx: &Cx, subject: Subject, field: &str, value: &str) {
    let model = cx.model.get_untracked();
    if let Some(command) = settle::settle(&model, subject, field, value) {
        cx.dispatch(command);
    }
}

/// One conflict: who wrote what, when, and which value to keep.
#[component]
pub(crate) fn ConflictCard(
    /// Which.
    conflict: Conflict,
    /// Say what it is about, with a way there.
    named: bool,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let Conflict {
        subject,
        field,
        values,
    } = conflict;
    let field = StoredValue::new(field);
    let can = move || cx.may(writes(&field.get_value()));
    view! {
        <article class="plan-card" data-conflict=field.get_value()>
            <Heading subject=subject field=field named=named />
            <Values subject=subject field=field values=values open=true />
            <Show when=can>
                <OtherValue subject=subject field=field />
            </Show>
            <Show when=move || !can()>
                <small>{t!(i18n, history.not_allowed)}</small>
            </Show>
        </article>
    }
}

/// A conflict that a later write settled.
#[component]
fn SettledCard(met: Met) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let Met {
        subject,
        field,
        values,
        settled,
        ..
    } = met;
    let field = StoredValue::new(field);
    view! {
        <article class="plan-card" data-settled=field.get_value()>
            <Heading subject=subject field=field named=true />
            <Values subject=subject field=field values=values open=false />
            {settled.map(|settled| view! {
                <p>
                    {move || {
                        t_string!(
                            i18n,
                            history.settled_by,
                            who = cx.person_words(cx.author(settled.change, settled.by)),
                            when = cx.when_words(settled.at),
                            value = cx.value_words(&field.get_value(), &settled.value)
                        ).to_string()
                    }}
                </p>
            })}
        </article>
    }
}

/// What a conflict is about.
#[component]
fn Heading(subject: Subject, field: StoredValue<String>, named: bool) -> impl IntoView {
    let cx = use_cx();
    view! {
        <header>
            {named
                .then(|| {
                    view! {
                        <button
                            class="plan-link plan-card-about"
                            on:click=move |_| {
                                if let Subject::Task(id) = subject {
                                    cx.jump(id);
                                }
                            }
                        >
                            {move || cx.subject_words(subject)}
                        </button>
                    }
                })}
            <h3>{move || cx.field_words(&field.get_value())}</h3>
        </header>
    }
}

/// The values as a table: what, who and when, and the choice.
#[component]
fn Values(
    subject: Subject,
    field: StoredValue<String>,
    values: Vec<Written>,
    open: bool,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let rows = values
        .into_iter()
        .map(|written| {
            let stands = open && written.stands;
            let value = StoredValue::new(written.value);
            let (change, by, at) = (written.change, written.by, written.at);
            view! {
                <tr class:stands=stands>
                    <td>
                        <strong>{move || cx.value_words(&field.get_value(), &value.get_value())}</strong>
                        {stands.then(|| view! { " " <span class="badge">{t!(i18n, plan.stands_now)}</span> })}
                    </td>
                    <td>
                        {move || cx.person_words(cx.author(change, by))}
                        <small>{move || cx.when_words(at)}</small>
                    </td>
                    <td>
                        <Show when=move || cx.may(writes(&field.get_value()))>
                            <button
                                class="button"
                                data-keep=""
                                on:click=move |_| keep(&cx, subject, &field.get_value(), &value.get_value())
                            >
                                {move || {
                                    if open {
                                        t_string!(i18n, plan.keep_this).to_string()
                                    } else {
                                        t_string!(i18n, history.use_this).to_string()
                                    }
                                }}
                            </button>
                        </Show>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="past-table">
            <thead>
                <tr>
                    <th>{t!(i18n, history.value)}</th>
                    <th>{t!(i18n, history.who)}</th>
                    <th></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// Neither of the values: another one, typed.
#[component]
fn OtherValue(subject: Subject, field: StoredValue<String>) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let column = Column::of_field(&field.get_value()).filter(|c| *c != Column::Number);
    let (Subject::Task(id), Some(column)) = (subject, column) else {
        return ().into_any();
    };
    let text = RwSignal::new(String::new());
    let write = move || {
        let typed = text.get_untracked();
        if typed.trim().is_empty() {
            return;
        }
        let at = Cursor {
            line: Line::Task(id),
            column,
        };
        match cx.write(at, &typed, None) {
            Ok(()) => text.set(String::new()),
            Err(why) => cx.notices.say(Tone::Trouble, why),
        }
    };
    view! {
        <div class="past-other">
            <input
                class="input"
                type=if column.is_date() { "date" } else { "text" }
                data-other=""
                aria-label=t!(i18n, history.other_value)
                placeholder=t!(i18n, history.other_value)
                prop:value=text
                on:input=move |ev| text.set(event_target_value(&ev))
                on:keydown=move |ev| {
                    if ev.key() == "Enter" && !ev.is_composing() {
                        write();
                    }
                }
            />
            <button class="button" on:click=move |_| write()>{t!(i18n, history.write)}</button>
        </div>
    }
    .into_any()
}

/// A value with who wrote it and when.
#[component]
pub(crate) fn ValueLine(field: StoredValue<String>, written: Written) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let Written {
        value,
        by,
        at,
        stands,
        change,
    } = written;
    view! {
        <div class="plan-value-text">
            <strong>{move || cx.value_words(&field.get_value(), &value)}</strong>
            <small>
                {move || format!("{} · {}", cx.person_words(cx.author(change, by)), cx.when_words(at))}
                {stands.then(|| view! { <span class="badge">{t!(i18n, plan.stands_now)}</span> })}
            </small>
        </div>
    }
}
