//! The details of one task: all fields, links, note, conflicts.

use std::time::Duration;

use leptos::prelude::*;
use leptos_i18n::I18nContext;
use shared::base::{LinkId, TaskId};
use shared::doc::command::Command;
use shared::domain::permission::Access;
use shared::domain::plan::{Lag, LinkKind};

use super::assign::Assignments;
use super::columns::{Column, Writes};
use super::conflicts::ConflictCard;
use super::cx::{Cursor, Line, use_cx};
use super::duration;
use super::edit;
use super::fields::OwnField;
use super::grid::title;
use super::holds::Holds;
use super::past::SideTabs;
use super::predecessors::short;
use crate::i18n::{Locale, t, t_string};
use crate::platform::{element, random};
use crate::ui::each::For;
use crate::ui::show::Show;

/// The fields of the sheet, in their order.
const FIELDS: [Column; 11] = [
    Column::Name,
    Column::Duration,
    Column::Start,
    Column::Finish,
    Column::Percent,
    Column::ActualStart,
    Column::ActualFinish,
    Column::Budget,
    Column::Cost,
    Column::Owner,
    Column::Deliverable,
];

/// The details of a task.
#[component]
pub(crate) fn TaskSheet(
    /// Which.
    id: TaskId,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let there = Memo::new(move |_| cx.model.with(|m| m.outline.index_of(id).is_some()));
    let summary = Memo::new(move |_| {
        cx.model
            .with(|m| m.outline.index_of(id).is_some_and(|i| m.is_summary(i)))
    });
    // a field of another kind is another field
    let own = Memo::new(move |_| {
        cx.model.with(|model| {
            let fields = model.view.plan.fields.iter();
            fields
                .map(|field| (field.id, field.kind.clone()))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <SideTabs id=id />
        <Show when=move || !there.get()>
            <p class="plan-warn">{t!(i18n, plan.error_gone)}</p>
        </Show>
        {move || {
            let model = cx.model.get();
            let conflicts = model.conflicts_of(id).cloned();
            conflicts.map(|c| view! { <ConflictCard conflict=c named=false /> }).collect_view()
        }}
        <div class="plan-fields">
            {FIELDS.into_iter().map(|column| view! { <Field id=id column=column /> }).collect_view()}
            <For each=move || own.get() key=|own| own.clone() let:own>
                <OwnField id=id field=own.0 kind=own.1 />
            </For>
        </div>
        <Holds id=id />
        <Show when=move || !summary.get()>
            <Assignments id=id />
        </Show>
        <Links id=id incoming=true />
        <Links id=id incoming=false />
        <Note id=id />
    }
}

/// One field. What is typed stays while others change it; it is written on leaving.
#[component]
pub(super) fn Field(
    /// Whose.
    id: TaskId,
    /// Which.
    column: Column,
    /// It holds a day.
    #[prop(optional)]
    date: bool,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let typing = RwSignal::new(None::<String>);
    let error = RwSignal::new(None::<String>);
    let now = Memo::new(move |_| {
        let model = cx.model.get();
        let place = model.outline.index_of(id);
        place.map_or_else(String::new, |i| {
            cx.styled(|style| edit::editable(&model, i, column, style))
        })
    });
    let enabled = Memo::new(move |_| {
        let model = cx.model.get();
        cx.may(column.writes())
            && model
                .outline
                .index_of(id)
                .is_some_and(|i| edit::takes_text(&model, i, column))
    });
    let leave = move || {
        let Some(text) = typing.get_untracked() else {
            return;
        };
        let at = Cursor {
            line: Line::Task(id),
            column,
        };
        match cx.write(at, &text, None) {
            Ok(()) => {
                cx.open.journal(id, &column.field(), None);
                typing.set(None);
                error.set(None);
            }
            Err(why) => error.set(Some(why)),
        }
    };
    // the sheet may be closed while something is typed: it is written then, or said why not
    on_cleanup(move || {
        leave();
        if let (Some(why), Some(text)) = (error.get_untracked(), typing.get_untracked()) {
            let text = format!("{text}: {why}");
            cx.notices.say(crate::ui::notice::Tone::Trouble, text);
        }
    });
    let label = move || {
        if column == Column::Start {
            t_string!(i18n, plan.start_not_before).to_string()
        } else {
            title(column)()
        }
    };
    view! {
        <label class="field" class:wide=matches!(column, Column::Name | Column::Owner | Column::Deliverable)>
            <span class="field-label">{label}</span>
            <input
                class="input"
                type=if date || column.is_date() { "date" } else { "text" }
                data-panel-field=column.key()
                list=move || cx.list_of(column)
                disabled=move || !enabled.get()
                prop:value=move || typing.get().unwrap_or_else(|| now.get())
                aria-invalid=move || error.with(Option::is_some).to_string()
                on:focus=move |_| cx.open.announce(Some(id), Some(&column.field()))
                on:input=move |ev| {
                    if element::half_typed(&ev) {
                        return;
                    }
                    let text = event_target_value(&ev);
                    cx.open.journal(id, &column.field(), Some(text.clone()));
                    typing.set(Some(text));
                    error.set(None);
                }
                on:blur=move |_| leave()
                on:keydown=move |ev| {
                    if ev.is_composing() {
                        return;
                    }
                    match ev.key().as_str() {
                        "Enter" => leave(),
                        "Escape" if typing.with_untracked(Option::is_some) => {
                            ev.stop_propagation();
                            cx.open.journal(id, &column.field(), None);
                            typing.set(None);
                            error.set(None);
                        }
                        _ => {}
                    }
                }
            />
            <Show when=move || error.with(Option::is_some)>
                <span class="field-error" role="alert">{move || error.get()}</span>
            </Show>
        </label>
    }
}

/// The links of a task in one direction, and a search to add one.
#[component]
fn Links(id: TaskId, incoming: bool) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let may = move || cx.may(Writes::Plan);
    let links = Memo::new(move |_| {
        let model = cx.model.get();
        let found: Vec<_> = if incoming {
            model.incoming(id).cloned().collect()
        } else {
            model.outgoing(id).cloned().collect()
        };
        found
    });
    let search = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let text = search.get().trim().to_lowercase();
        if text.is_empty() {
            return Vec::new();
        }
        let model = cx.model.get();
        let tasks = model.view.plan.tasks.iter().enumerate();
        let hits = tasks.filter(|(i, task)| {
            task.id != id
                && (task.name.to_lowercase().contains(&text) || model.outline.number(*i) == text)
        });
        hits.take(8).map(|(_, task)| task.id).collect()
    });
    view! {
        <section class="plan-links">
            <h3>
                {move || {
                    if incoming {
                        t_string!(i18n, plan.waits_for).to_string()
                    } else {
                        t_string!(i18n, plan.waited_for_by).to_string()
                    }
                }}
            </h3>
            <ul>
                <For each=move || links.get() key=|l| (l.id, l.kind, l.lag) let:link>
                    <li class="plan-link-row">
                        <button class="plan-link" on:click=move |_| cx.jump(if incoming { link.pred } else { link.succ })>
                            {move || cx.task_words(if incoming { link.pred } else { link.succ })}
                        </button>
                        <LinkEditor id=link.id kind=link.kind lag=link.lag />
                    </li>
                </For>
            </ul>
            <Show when=may>
                <input
                    class="input"
                    type="search"
                    placeholder=t!(i18n, plan.add_link)
                    aria-label=t!(i18n, plan.add_link)
                    prop:value=search
                    on:input=move |ev| search.set(event_target_value(&ev))
                />
                <ul class="plan-found">
                    <For each=move || found.get() key=|t| *t let:other>
                        <li>
                            <button
                                class="plan-link"
                                on:click=move |_| {
                                    let (pred, succ) = if incoming { (other, id) } else { (id, other) };
                                    let made = cx.dispatch(Command::AddLink {
                                        id: random::link_id(),
                                        pred,
                                        succ,
                                        kind: LinkKind::FinishStart,
                                        lag: Lag::Working(0),
                                    });
                                    if made {
                                        search.set(String::new());
                                    }
                                }
                            >
                                "+ "
                                {move || cx.task_words(other)}
                            </button>
                        </li>
                    </For>
                </ul>
            </Show>
        </section>
    }
}

const KINDS: [LinkKind; 4] = [
    LinkKind::FinishStart,
    LinkKind::StartStart,
    LinkKind::FinishFinish,
    LinkKind::StartFinish,
];

/// A kind of link with its short name: `FS finish to start`; tracked.
fn kind_words(i18n: I18nContext<Locale>, kind: LinkKind) -> String {
    match kind {
        LinkKind::FinishStart => t_string!(i18n, plan.kind_fs),
        LinkKind::StartStart => t_string!(i18n, plan.kind_ss),
        LinkKind::FinishFinish => t_string!(i18n, plan.kind_ff),
        LinkKind::StartFinish => t_string!(i18n, plan.kind_sf),
    }
    .to_string()
}

#[component]
fn LinkEditor(id: LinkId, kind: LinkKind, lag: Lag) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let units = cx.model.with_untracked(|m| m.units);
    let may = move || cx.may(Writes::Plan);
    view! {
        <select
            class="select"
            aria-label=t!(i18n, plan.link_kind)
            disabled=move || !may()
            on:change=move |ev| {
                let value = event_target_value(&ev);
                if let Some(kind) = KINDS.into_iter().find(|k| short(*k) == value) {
                    cx.dispatch(Command::EditLink { id, kind, lag });
                }
            }
        >
            {KINDS
                .into_iter()
                .map(|k| view! { <option value=short(k) selected=k == kind>{move || kind_words(i18n, k)}</option> })
                .collect_view()}
        </select>
        <input
            class="input"
            type="text"
            aria-label=t!(i18n, plan.link_lag)
            placeholder=t!(i18n, plan.link_lag)
            disabled=move || !may()
            value=duration::format_lag(lag, units)
            on:change=move |ev| {
                match duration::parse_lag(&event_target_value(&ev), units) {
                    Some(lag) => {
                        cx.dispatch(Command::EditLink { id, kind, lag });
                    }
                    None => {
                        let text = t_string!(i18n, plan.not_duration).to_string();
                        cx.notices.say(crate::ui::notice::Tone::Trouble, text);
                    }
                }
            }
        />
        <Show when=may>
            <button
                class="button button-quiet button-icon"
                aria-label=t!(i18n, plan.remove_link)
                on:click=move |_| {
                    cx.dispatch(Command::RemoveLink { id });
                }
            >
                "×"
            </button>
        </Show>
    }
}

/// The note: prose, loaded when the sheet opens.
#[component]
fn Note(id: TaskId) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let note = cx.replica.open_note(cx.project, id);
    let (stored, recovered) = (note.text(), note.recovered());
    let typing = RwSignal::new(None::<String>);
    let access = note.access();
    // beside a plan of the past stands the note of today, to be read
    let may = move || access.get() == Access::Write && cx.looked.with(Option::is_none);
    // typing found after a crash stands in the field again, to be kept or changed
    Effect::new(move |_| {
        if let Some(text) = recovered.get()
            && typing.with_untracked(Option::is_none)
        {
            typing.set(Some(text));
        }
    });
    let leave = move || {
        let Some(text) = typing.get_untracked() else {
            return;
        };
        match note.set(text) {
            Ok(()) => {
                note.journal(None);
                typing.set(None);
            }
            Err(error) => cx
                .notices
                .say(crate::ui::notice::Tone::Trouble, cx.words(&error)),
        }
    };
    on_cleanup(leave);
    view! {
        <label class="field wide">
            <span class="field-label">{t!(i18n, plan.note)}</span>
            <textarea
                class="textarea"
                rows="6"
                data-panel-field="note"
                disabled=move || !may()
                prop:value=move || typing.get().unwrap_or_else(|| stored.get().unwrap_or_default())
                on:input=move |ev| {
                    let text = event_target_value(&ev);
                    note.journal(Some(text.clone()));
                    typing.set(Some(text.clone()));
                    set_timeout(
                        move || {
                            if typing.try_get_untracked().flatten().as_ref() == Some(&text)
                                && note.set(text).is_ok()
                            {
                                note.journal(None);
                            }
                        },
                        Duration::from_secs(2),
                    );
                }
                on:blur=move |_| leave()
            ></textarea>
        </label>
    }
}
