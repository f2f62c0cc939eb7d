//! The regulations that projects can adopt.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use shared::api::PackInfo;

use super::short;
use crate::i18n::{t, use_i18n};
use crate::shell::use_replica;
use crate::ui::field::ErrorNotice;
use crate::ui::form::saying;
use crate::ui::icon::Icon;
use crate::words;

/// The list.
#[component]
pub(super) fn List() -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let packs = RwSignal::new(None::<Vec<PackInfo>>);
    let error = RwSignal::new(None::<String>);
    spawn_local(async move {
        let tell = |all| {
            let _ = packs.try_set(Some(all));
        };
        match replica.packs(tell).await {
            Ok(()) => {
                let all = packs.try_get_untracked().flatten().unwrap_or_default();
                let hashes = all.iter().map(|pack| pack.hash).collect();
                replica.keep_packs(hashes).await;
            }
            // what this device knows is shown without alarm
            Err(failed) if packs.try_with_untracked(Option::is_none) == Some(true) => {
                let _ = error.try_set(Some(words::failure(i18n, &failed)));
            }
            Err(_) => {}
        }
    });
    view! {
        <div class="page stack regulations">
            <header class="page-head">
                <div class="grow">
                    <h1>{t!(i18n, regulations.title)}</h1>
                    <p class="muted">{t!(i18n, regulations.lead)}</p>
                </div>
            </header>
            <ErrorNotice text=error />
            {move || match packs.get() {
                None if error.with(Option::is_some) => ().into_any(),
                None => view! { <p class="muted page-wait" role="status">{t!(i18n, shell.loading)}</p> }.into_any(),
                Some(all) if all.is_empty() => view! {
                    <section class="card empty">
                        <Icon name="book" />
                        <h2>{t!(i18n, regulations.none)}</h2>
                        <p>{t!(i18n, regulations.none_explained)}</p>
                    </section>
                }
                .into_any(),
                Some(all) => view! {
                    <ul class="regulation-list">
                        {all.into_iter().map(|pack| view! { <Entry pack=pack /> }).collect_view()}
                    </ul>
                }
                .into_any(),
            }}
        </div>
    }
}

#[component]
fn Entry(pack: PackInfo) -> impl IntoView {
    let i18n = use_i18n();
    let hash = pack.hash.to_string();
    view! {
        <li class="card">
            <A href=format!("/regulations/{hash}") attr:class="regulation" attr:data-pack=pack.id>
                <h2>
                    {saying(i18n, pack.name)}
                    <span class="badge">{t!(i18n, regulations.version)}" "{pack.version}</span>
                </h2>
                <p>{saying(i18n, pack.help)}</p>
                <dl class="regulation-facts">
                    <div><dt>{t!(i18n, regulations.applies)}</dt><dd>{saying(i18n, pack.applies)}</dd></div>
                    <div><dt>{t!(i18n, regulations.hash)}</dt><dd><code title=hash.clone()>{short(&pack.hash)}</code></dd></div>
                </dl>
            </A>
        </li>
    }
}
