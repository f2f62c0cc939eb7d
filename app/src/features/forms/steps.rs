//! Taking back what one did to a form's document on this device, and doing it again.

use leptos::prelude::*;
use shared::doc::undo::UndoError;

use super::wording;
use crate::i18n::{t, t_string, use_i18n};
use crate::replica::OpenForm;
use crate::shell::{use_replica, use_shell};

/// The two buttons.
#[component]
pub(super) fn Steps(open: OpenForm) -> impl IntoView {
    let i18n = use_i18n();
    let (shell, replica) = (use_shell(), use_replica());
    let can = open.can();
    let step = move |again: bool| {
        if let Err(UndoError::ChangedSince { by, .. }) = open.step(again) {
            shell.say(match by.is_empty() {
                true => t_string!(i18n, registers.not_undone).to_owned(),
                false => {
                    let who = wording::people(i18n, replica, &by);
                    t_string!(i18n, registers.changed_since, who = who).to_string()
                }
            });
        }
    };
    view! {
        <button
            type="button"
            class="button button-quiet"
            data-step="undo"
            disabled=move || !can.get()[0]
            on:click=move |_| step(false)
        >{t!(i18n, plan.undo)}</button>
        <button
            type="button"
            class="button button-quiet"
            data-step="redo"
            disabled=move || !can.get()[1]
            on:click=move |_| step(true)
        >{t!(i18n, plan.redo)}</button>
    }
}
