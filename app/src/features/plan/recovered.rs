//! Typing that was found after a crash, over the plan.

use leptos::prelude::*;

use super::columns::Column;
use super::cx::{Cursor, Cx, Line, use_cx};
use crate::i18n::{t, t_string};
use crate::ui::show::Show;

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
