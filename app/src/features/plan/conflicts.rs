//! Fields that several people wrote without seeing each other, and the choice of what stands.

use leptos::prelude::*;
use shared::doc::view::plan::{Conflict, Subject, Written};

use super::columns::Writes;
use super::cx::use_cx;
use super::settle;
use crate::i18n::t;
use crate::ui::show::Show;

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
                let command = settle::settle(&model, subject, &field.get_value(), &keep);
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
pub(crate) fn ValueLine(field: StoredValue<String>, written: Written) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let Written {
        value,
        by,
        at,
        stands,
        ..
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
