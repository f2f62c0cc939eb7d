//! Another version of the project's regulation: what it says otherwise, before the project moves to it on purpose.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::PackInfo;
use shared::base::ProjectId;
use shared::ledger::{Act, Hash};
use shared::pack::{Pack, difference, text};

use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::replica::PackError;
use crate::shell::{use_replica, use_shell};
use crate::words;

/// The versions that are offered beside the project's own.
#[component]
pub(super) fn Newer(
    project: ProjectId,
    hash: Hash,
    pack: Arc<Pack>,
    manages: Signal<bool>,
) -> impl IntoView {
    let replica = use_replica();
    let others = RwSignal::new(Vec::<PackInfo>::new());
    let name = pack.id.to_string();
    spawn_local(async move {
        let tell = |all: Vec<PackInfo>| {
            let all = all.into_iter();
            let other = all.filter(|known| known.id == name && known.hash != hash && known.offered);
            // the person may have gone elsewhere meanwhile
            let _ = others.try_set(other.collect());
        };
        // with no network the project stays where it is
        let _ = replica.packs(tell).await;
    });
    let pack = StoredValue::new(pack);
    move || {
        let others = others.get().into_iter();
        let cards = others.map(|info| {
            let pack = pack.get_value();
            view! { <Version project=project info=info pack=pack manages=manages /> }
        });
        cards.collect_view()
    }
}

#[component]
fn Version(
    project: ProjectId,
    info: PackInfo,
    pack: Arc<Pack>,
    manages: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let hash = info.hash;
    let shell = use_shell();
    let changes = RwSignal::new(None::<Vec<(String, String)>>);
    let look = move |_| {
        let pack = pack.clone();
        spawn_local(async move {
            let newer = match replica.pack(hash).await {
                Ok(newer) => newer,
                Err(PackError::NotHere(failed)) => return shell.say(words::failure(i18n, &failed)),
                Err(PackError::Other) => {
                    return shell.say(t_string!(i18n, reviews.version_unread).to_owned());
                }
            };
            let both = difference(&pack, &newer).into_iter().map(|change| {
                let zh = change.message(text::Language::Chinese);
                (zh, change.message(text::Language::English))
            });
            let _ = changes.try_set(Some(both.collect()));
        });
    };
    let lines = move || {
        let chinese = matches!(i18n.get_locale(), Locale::zh_CN);
        changes.get().map(|all| {
            let all = all.into_iter();
            let lines = all.map(|(zh, en)| view! { <li>{if chinese { zh } else { en }}</li> });
            view! {
                <ul class="card-body">{lines.collect_view()}</ul>
                {move || manages.get().then(|| view! {
                    <div class="card-body">
                        <button type="button" class="button" data-move="" on:click=move |_| replica.wish(project, Act::Adopt { pack: hash })>
                            {t!(i18n, reviews.move_version)}
                        </button>
                    </div>
                })}
            }
        })
    };
    let version = info.version.clone();
    view! {
        <section class="card" data-newer=info.version.clone()>
            <div class="card-head">
                <h2>{move || t_string!(i18n, reviews.other_version, version = version.clone()).to_string()}</h2>
                <button type="button" class="button button-quiet" on:click=look>{t!(i18n, reviews.see_difference)}</button>
            </div>
            {lines}
        </section>
    }
}
