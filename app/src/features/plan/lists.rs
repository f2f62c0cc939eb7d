//! What needs a look: conflicts, removed tasks and links, problems, refused edits, recovered typing.

use leptos::prelude::*;
use shared::doc::command::Command;
use shared::doc::view::plan::{Conflict, Subject, Written};

use super::columns::{Column, Writes};
use super::cx::{Cursor, Cx, Line, Side, use_cx};
use super::edit;
use crate::i18n::{t, t_string};
use crate::platform::screen;
use crate::ui::show::Show;

/// The counters in the toolbar; those that count nothing are not there.
#[component]
pub(crate) fn Counters() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let refused = cx.open.refused();
    let conflicts = Memo::new(move |_| cx.model.with(|m| m.view.conflicts.len()));
    let removed = Memo::new(move |_| {
        cx.model
            .with(|m| m.view.removed.len() + m.view.removed_links.len())
    });
    let beside = Memo::new(move |_| {
        cx.model
            .with(|m| m.view.removed.iter().any(|r| !r.edited_beside.is_empty()))
    });
    let problems = Memo::new(move |_| cx.model.with(|m| m.view.problems.len()));
    let show = move |side: Side| {
        let now = cx.side.get_untracked();
        cx.side.set((now != Some(side)).then_some(side));
    };
    view! {
        <Show when=move || { conflicts.get() > 0 }>
            <button class="plan-count" data-list="conflicts" on:click=move |_| show(Side::Conflicts)>
                {move || t_string!(i18n, plan.count_conflicts, n = conflicts.get()).to_string()}
            </button>
        </Show>
        <Show when=move || { problems.get() > 0 }>
            <button class="plan-count" data-list="problems" on:click=move |_| show(Side::Problems)>
                {move || t_string!(i18n, plan.count_problems, n = problems.get()).to_string()}
            </button>
        </Show>
        <Show when=move || refused.with(|r| !r.is_empty())>
            <button class="plan-count" data-list="refused" on:click=move |_| show(Side::Refused)>
                {move || t_string!(i18n, plan.count_refused, n = refused.with(Vec::len)).to_string()}
            </button>
        </Show>
        <Show when=move || { removed.get() > 0 }>
            <button
                class="plan-count"
                class:quiet=move || !beside.get()
                data-list="removed"
                on:click=move |_| show(Side::Removed)
            >
                {move || t_string!(i18n, plan.count_removed, n = removed.get()).to_string()}
            </button>
        </Show>
    }
}

/// All conflicts.
#[component]
pub(crate) fn Conflicts() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    view! {
        <p class="plan-lead">{t!(i18n, plan.conflicts_lead)}</p>
        {move || {
            let model = cx.model.get();
            if model.view.conflicts.is_empty() {
                return view! { <p class="plan-none">{t!(i18n, plan.none)}</p> }.into_any();
            }
            let cards = model.view.conflicts.iter().cloned();
            cards.map(|c| view! { <ConflictCard conflict=c named=true /> }).collect_view().into_any()
        }}
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
    } = conflict.clone();
    let field = StoredValue::new(field);
    let heading = move || cx.field_words(&field.get_value());
    let about = {
        let conflict = conflict.clone();
        move || cx.subject_words(&conflict)
    };
    let writes = if matches!(
        field.get_value().as_str(),
        "percent" | "actual_start" | "actual_finish"
    ) {
        Writes::Progress
    } else {
        Writes::Plan
    };
    let rows = values
        .into_iter()
        .map(|written| {
            let keep = written.value.clone();
            let settle = move |_| {
                let model = cx.model.get_untracked();
                let command = edit::settle(&model, subject, &field.get_value(), &keep);
                if let Some(command) = command {
                    cx.dispatch(command);
                }
            };
            let stands = written.stands;
            view! {
                <li class="plan-value" class:stands=stands>
                    <ValueLine field=field written=written />
                    <Show when=move || cx.may(writes) && !matches!(subject, Subject::Calendar(_))>
                        <button class="button" data-keep="" on:click=settle.clone()>
                            {t!(i18n, plan.keep_this)}
                        </button>
                    </Show>
                </li>
            }
        })
        .collect_view();
    view! {
        <article class="plan-card" data-conflict=field.get_value()>
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
                            {about}
                        </button>
                    }
                })}
            <h3>{heading}</h3>
            <ul>{rows}</ul>
        </article>
    }
}

/// A value with who wrote it and when.
#[component]
fn ValueLine(field: StoredValue<String>, written: Written) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let Written {
        value,
        by,
        at,
        stands,
    } = written;
    view! {
        <div class="plan-value-text">
            <strong>{move || cx.value_words(&field.get_value(), &value)}</strong>
            <small>
                {move || format!("{} · {}", cx.person_words(by), cx.when_words(at))}
                {stands.then(|| view! { <span class="badge">{t!(i18n, plan.stands_now)}</span> })}
            </small>
        </div>
    }
}

/// Removed tasks and links, with a way back.
#[component]
pub(crate) fn RemovedList() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let may = move || cx.may(Writes::Plan);
    view! {
        <p class="plan-lead">{t!(i18n, plan.removed_lead)}</p>
        {move || {
            let model = cx.model.get();
            let tasks = model.view.removed.iter().take(200).cloned().map(|removed| {
                let id = removed.task;
                let beside = removed.edited_beside.clone();
                let edits = beside.into_iter().map(|(field, written)| {
                    let field = StoredValue::new(field);
                    view! {
                        <li class="plan-value">
                            <div class="plan-value-text">
                                <small>{move || cx.field_words(&field.get_value())}</small>
                                <ValueLine field=field written=written />
                            </div>
                        </li>
                    }
                });
                let any = !removed.edited_beside.is_empty();
                view! {
                    <article class="plan-card" data-removed=id.to_string()>
                        <h3>{removed.name.clone()}</h3>
                        <small>
                            {move || {
                                t_string!(
                                    i18n,
                                    plan.removed_by,
                                    who = cx.person_words(removed.by),
                                    when = cx.when_words(removed.at)
                                ).to_string()
                            }}
                        </small>
                        {any.then(|| view! { <p class="plan-warn">{t!(i18n, plan.edited_beside)}</p> })}
                        <ul>{edits.collect_view()}</ul>
                        <Show when=may>
                            <button
                                class="button"
                                data-restore=""
                                on:click=move |_| {
                                    if cx.dispatch(Command::RestoreTasks { ids: vec![id] }) {
                                        cx.jump(id);
                                    }
                                }
                            >
                                {t!(i18n, plan.bring_back)}
                            </button>
                        </Show>
                    </article>
                }
            });
            let links = model.view.removed_links.iter().take(200).cloned().map(|removed| {
                let id = removed.link.id;
                view! {
                    <article class="plan-card">
                        <h3>{move || cx.link_words(id)}</h3>
                        <small>
                            {move || {
                                t_string!(
                                    i18n,
                                    plan.removed_by,
                                    who = cx.person_words(removed.by),
                                    when = cx.when_words(removed.at)
                                ).to_string()
                            }}
                        </small>
                        <Show when=may>
                            <button
                                class="button"
                                on:click=move |_| {
                                    cx.dispatch(Command::RestoreLink { id });
                                }
                            >
                                {t!(i18n, plan.bring_back)}
                            </button>
                        </Show>
                    </article>
                }
            });
            view! {
                {tasks.collect_view()}
                {links.collect_view()}
            }
        }}
    }
}

/// What a merge or an import broke.
#[component]
pub(crate) fn Problems() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    view! {
        <p class="plan-lead">{t!(i18n, plan.problems_lead)}</p>
        {move || {
            let model = cx.model.get();
            let problems = model.view.problems.iter().take(200);
            problems
                .map(|problem| {
                    let (words, task) = cx.problem_words(problem);
                    view! {
                        <article class="plan-card">
                            <p>{words}</p>
                            {task
                                .map(|id| {
                                    view! {
                                        <button class="button" on:click=move |_| cx.jump(id)>
                                            {t!(i18n, plan.show_task)}
                                        </button>
                                    }
                                })}
                        </article>
                    }
                })
                .collect_view()
        }}
    }
}

/// Edits that the server refused.
#[component]
pub(crate) fn Refused() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let refused = cx.open.refused();
    view! {
        <p class="plan-lead">{t!(i18n, plan.refused_lead)}</p>
        {move || {
            refused
                .get()
                .into_iter()
                .enumerate()
                .map(|(index, edit)| {
                    let words = cx.command_words(edit.command.as_ref());
                    let copy = words.clone();
                    view! {
                        <article class="plan-card">
                            <h3>{words}</h3>
                            <small>{cx.when_words(edit.at)}</small>
                            <p>{cx.refusal_words(&edit.reason)}</p>
                            <div class="row">
                                <button class="button" on:click=move |_| { screen::copy(&copy); }>
                                    {t!(i18n, plan.copy)}
                                </button>
                                <button class="button" on:click=move |_| cx.open.discard_refused(index)>
                                    {t!(i18n, plan.discard)}
                                </button>
                            </div>
                        </article>
                    }
                })
                .collect_view()
        }}
    }
}

/// Typing that was found after a crash, over the plan.
#[component]
pub(crate) fn RecoveredBand() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let recovered = cx.open.recovered();
    view! {
        <Show when=move || recovered.with(|r| !r.is_empty())>
            <div class="plan-band plan-recovered" role="alert">
                <strong>{t!(i18n, plan.recovered)}</strong>
                {move || {
                    recovered
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(index, found)| {
                            let about = format!(
                                "{} · {}",
                                cx.task_words(found.task),
                                cx.field_words(&found.field)
                            );
                            let text = found.text.clone();
                            view! {
                                <div class="row">
                                    <span>{about}": "<q>{text}</q></span>
                                    <small>{cx.when_words(found.at)}</small>
                                    <button
                                        class="button"
                                        data-apply=""
                                        on:click=move |_| {
                                            if apply(&cx, &found) {
                                                cx.open.discard_recovered(index);
                                            }
                                        }
                                    >
                                        {t!(i18n, plan.apply)}
                                    </button>
                                    <button class="button" on:click=move |_| cx.open.discard_recovered(index)>
                                        {t!(i18n, plan.discard)}
                                    </button>
                                </div>
                            }
                        })
                        .collect_view()
                }}
            </div>
        </Show>
    }
}

/// Writes recovered typing to its field; where its task never came to be, makes it.
fn apply(cx: &Cx, found: &crate::replica::Recovered) -> bool {
    let model = cx.model.get_untracked();
    let column = Column::of_field(&found.field);
    let line = match model.outline.index_of(found.task) {
        Some(_) => Line::Task(found.task),
        None if column == Some(Column::Name) => Line::New,
        None => {
            let text = t_string!(cx.i18n, plan.error_gone).to_string();
            cx.notices.say(crate::ui::notice::Tone::Trouble, text);
            return false;
        }
    };
    let Some(column) = column else { return false };
    match cx.write(Cursor { line, column }, &found.text, Some(found.task)) {
        Ok(()) => true,
        Err(why) => {
            cx.notices.say(crate::ui::notice::Tone::Trouble, why);
            false
        }
    }
}
