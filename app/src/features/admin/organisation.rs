//! The organisation's name.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::EditOrganisation;

use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::http;
use crate::shell::{use_replica, use_shell};
use crate::ui::field::{ErrorNotice, TextField};
use crate::words;

#[component]
pub(super) fn Organisation() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let organisation = replica.organisation();
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let stands = Memo::new(move |_| organisation.with(|o| o.as_ref().map(|o| o.name.clone())));
    Effect::new(move |_| {
        if let Some(stands) = stands.get() {
            name.set(stands);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let edit = EditOrganisation {
            name: Some(name.get_untracked().trim().to_owned()),
        };
        error.set(None);
        spawn_local(async move {
            match http::patch_only("/api/organisation", &edit).await {
                Ok(()) => {
                    replica.refresh();
                    shell.say(t_string!(i18n, shell.saved));
                }
                Err(failed) => {
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    };
    view! {
        <form class="card" on:submit=submit>
            <div class="card-head">
                <h2>{t!(i18n, shell.organisation)}</h2>
            </div>
            <div class="card-body stack narrow">
                <ErrorNotice text=error />
                <TextField
                    id="organisation-name"
                    label=t_signal!(i18n, shell.organisation_name)
                    value=name
                    required=true
                />
                <div>
                    <button
                        type="submit"
                        class="button"
                        disabled=move || stands.with(|s| s.as_deref() == Some(name.get().trim()))
                    >
                        {t!(i18n, common.save)}
                    </button>
                </div>
            </div>
        </form>
    }
}
