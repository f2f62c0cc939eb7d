//! The project's dates in a calendar program: addresses that one subscribes to, each shown once, each revocable.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Feed, FeedHolds, FeedLanguage, MadeFeed, NewFeed};
use shared::base::ProjectId;

use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::language::tag;
use crate::platform::{http, intl, page, screen};
use crate::shell::use_shell;
use crate::ui::field::ErrorNotice;
use crate::words;

const HOLDS: [(FeedHolds, &str); 3] = [
    (FeedHolds::Mine, "mine"),
    (FeedHolds::Dates, "dates"),
    (FeedHolds::All, "all"),
];

/// One's feeds of a project.
#[component]
pub(super) fn Feeds(project: ProjectId) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let feeds = RwSignal::new(Vec::<Feed>::new());
    let error = RwSignal::new(None::<String>);
    let made = RwSignal::new(None::<MadeFeed>);
    let holds = RwSignal::new(FeedHolds::Mine);
    let said = move |holds: FeedHolds| match holds {
        FeedHolds::Mine => t_string!(i18n, shell.feed_mine),
        FeedHolds::Dates => t_string!(i18n, shell.feed_dates),
        FeedHolds::All => t_string!(i18n, shell.feed_all),
    };
    let load = move || {
        spawn_local(async move {
            // without a network there is nothing to list, and nothing to make
            if let Ok(all) = http::get::<Vec<Feed>>("/api/feeds").await {
                let here = all.into_iter().filter(|feed| feed.project == project);
                let _ = feeds.try_set(here.collect());
            }
        });
    };
    load();
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let new = NewFeed {
            project,
            label: String::new(),
            holds: holds.get_untracked(),
            language: match i18n.get_locale_untracked() {
                Locale::zh_CN => FeedLanguage::Chinese,
                Locale::en => FeedLanguage::English,
            },
        };
        error.set(None);
        spawn_local(async move {
            match http::post::<_, MadeFeed>("/api/feeds", &new).await {
                Ok(feed) => {
                    let _ = made.try_set(Some(feed));
                    load();
                }
                Err(failed) => {
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    };
    let end = move |id: String| {
        spawn_local(async move {
            match http::delete(&format!("/api/feeds/{id}")).await {
                Ok(()) => {
                    let _ = made.try_update(|made| made.take_if(|made| made.feed.id == id));
                    load();
                }
                Err(failed) => {
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    };
    view! {
        <section class="card">
            <div class="card-head"><h2>{t!(i18n, shell.feeds)}</h2></div>
            <div class="card-body stack">
                <p class="muted">{t!(i18n, shell.feeds_explained)}</p>
                <ErrorNotice text=error />
                {move || made.get().map(|made| {
                    let address = format!("{}{}", page::origin(), made.path);
                    let text = address.clone();
                    view! {
                        <div class="notice notice-ok">
                            <div class="stack-2 grow">
                                <strong>{t!(i18n, shell.feed_once)}</strong>
                                <code class="secret" id="made-feed">{address}</code>
                                <div>
                                    <button
                                        type="button"
                                        class="button"
                                        on:click=move |_| {
                                            if screen::copy(&text) {
                                                shell.say(t_string!(i18n, shell.copied));
                                            }
                                        }
                                    >
                                        {t!(i18n, shell.copy)}
                                    </button>
                                </div>
                            </div>
                        </div>
                    }
                })}
                <ul class="plain-list inset" id="feeds">
                    {move || feeds.get().into_iter().map(|feed| {
                        let (id, since, used) = (feed.id, feed.since, feed.last_used);
                        let holds = feed.holds;
                        view! {
                            <li class="line">
                                <span class="grow">
                                    <strong>{move || said(holds)}</strong>
                                    <small class="muted num">
                                        {move || {
                                            let language = tag(i18n.get_locale());
                                            let used = used.map_or_else(
                                                || t_string!(i18n, shell.never).to_owned(),
                                                |at| intl::format_timestamp(language, at),
                                            );
                                            t_string!(
                                                i18n,
                                                shell.token_times,
                                                since = intl::format_timestamp(language, since),
                                                used = used
                                            ).to_string()
                                        }}
                                    </small>
                                </span>
                                <button
                                    type="button"
                                    class="button button-quiet"
                                    data-feed="revoke"
                                    on:click=move |_| end(id.clone())
                                >
                                    {t!(i18n, shell.token_revoke)}
                                </button>
                            </li>
                        }
                    }).collect_view()}
                </ul>
                <form class="row token-form" on:submit=make>
                    <select
                        class="select grow"
                        id="feed-holds"
                        aria-label=t!(i18n, shell.feed_holds)
                        on:change=move |ev| {
                            let value = event_target_value(&ev);
                            let found = HOLDS.into_iter().find(|(_, key)| *key == value);
                            holds.set(found.map_or(FeedHolds::Mine, |(holds, _)| holds));
                        }
                    >
                        {HOLDS
                            .map(|(one, key)| {
                                view! {
                                    <option value=key selected=move || holds.get() == one>{move || said(one)}</option>
                                }
                            })
                            .collect_view()}
                    </select>
                    <button type="submit" class="button" id="make-feed">{t!(i18n, shell.feed_make)}</button>
                </form>
            </div>
        </section>
    }
}
