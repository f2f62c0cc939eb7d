//! The heads of ledgers that this device holds, as a file: what the server's history is held against.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::i18n::{t, t_string, use_i18n};
use crate::platform::download;
use crate::shell::{use_replica, use_shell};

#[component]
pub(super) fn KeptHeads() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let save = move |_| {
        spawn_local(async move {
            let heads = replica.kept_heads().await;
            if heads.is_empty() {
                return shell.say(t_string!(i18n, shell.heads_none));
            }
            let bytes = serde_json::to_vec_pretty(&heads).unwrap_or_default();
            download::download("plumbline-heads.json", "application/json", &bytes);
        });
    };
    view! {
        <section class="card" id="kept-heads">
            <div class="card-head"><h2>{t!(i18n, shell.heads)}</h2></div>
            <div class="card-body stack">
                <p class="muted">{t!(i18n, shell.heads_explained)}</p>
                <div class="row">
                    <button type="button" class="button" id="save-heads" on:click=save>
                        {t!(i18n, shell.heads_save)}
                    </button>
                </div>
            </div>
        </section>
    }
}
