//! Access for programs: bearer tokens, each shown once.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{MadeToken, NewToken, Token};

use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::language::tag;
use crate::platform::{http, intl, screen};
use crate::shell::use_shell;
use crate::ui::field::{ErrorNotice, TextField};
use crate::words;

#[component]
pub(super) fn Tokens() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let tokens = RwSignal::new(Vec::<Token>::new());
    let error = RwSignal::new(None::<String>);
    let label = RwSignal::new(String::new());
    let made = RwSignal::new(None::<MadeToken>);
    let load = move || {
        spawn_local(async move {
            match http::get::<Vec<Token>>("/api/tokens").await {
                Ok(list) => {
                    let _ = tokens.try_set(list);
                }
                Err(failed) => {
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    };
    load();
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let new = NewToken {
            label: label.get_untracked().trim().to_owned(),
        };
        error.set(None);
        spawn_local(async move {
            match http::post::<_, MadeToken>("/api/tokens", &new).await {
                Ok(token) => {
                    let _ = made.try_set(Some(token));
                    let _ = label.try_set(String::new());
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
            match http::delete(&format!("/api/tokens/{id}")).await {
                Ok(()) => {
                    let _ = made.try_update(|m| {
                        if m.as_ref().is_some_and(|m| m.id == id) {
                            *m = None;
                        }
                    });
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
            <div class="card-head"><h2>{t!(i18n, shell.tokens)}</h2></div>
            <div class="card-body stack">
                <p class="muted">{t!(i18n, shell.tokens_explained)}</p>
                <ErrorNotice text=error />
                {move || made.get().map(|token| {
                    let text = token.token.clone();
                    view! {
                        <div class="notice notice-ok">
                            <div class="stack-2 grow">
                                <strong>{t!(i18n, shell.token_once)}</strong>
                                <code class="secret" id="made-token">{token.token}</code>
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
                <ul class="plain-list inset">
                    {move || tokens.get().into_iter().map(|token| {
                        let (id, since, used) = (token.id, token.since, token.last_used);
                        view! {
                            <li class="line">
                                <span class="grow">
                                    <strong>{token.label}</strong>
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
                                <button type="button" class="button button-quiet" on:click=move |_| end(id.clone())>
                                    {t!(i18n, shell.token_revoke)}
                                </button>
                            </li>
                        }
                    }).collect_view()}
                </ul>
                <form class="row token-form" on:submit=make>
                    <div class="grow">
                        <TextField
                            id="token-label"
                            label=t_signal!(i18n, shell.token_label)
                            value=label
                            required=true
                        />
                    </div>
                    <button type="submit" class="button">{t!(i18n, shell.token_make)}</button>
                </form>
            </div>
        </section>
    }
}
