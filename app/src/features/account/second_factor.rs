//! Codes from a phone beside the password: turned on with an authenticator app, turned off again.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{
    ConfirmSecondFactor, OfferedSecondFactor, Password, RecoveryCodes, RemoveSecondFactor,
    SecondFactor,
};

use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::language::tag;
use crate::platform::{http, intl, screen};
use crate::shell::use_shell;
use crate::ui::field::{ErrorNotice, PasswordField, TextField};
use crate::words;

/// Where the card stands.
#[derive(Debug, Clone, PartialEq)]
enum At {
    /// Not known yet, or not reachable.
    Unknown,
    /// As the server says.
    Known(SecondFactor),
    /// A secret waits to be confirmed.
    Offered(OfferedSecondFactor),
    /// It is on; these are shown this once.
    Codes(Vec<String>),
}

#[component]
pub(super) fn SecondFactorCard() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let at = RwSignal::new(At::Unknown);
    let error = RwSignal::new(None::<String>);
    let password = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    let failed = move |failed: http::HttpError| {
        let _ = error.try_set(Some(words::failure(i18n, &failed)));
    };
    let moved = move |next: At| {
        for typed in [password, code] {
            let _ = typed.try_set(String::new());
        }
        let _ = error.try_set(None);
        let _ = at.try_set(next);
    };
    let load = move || {
        spawn_local(async move {
            match http::get("/api/second-factor").await {
                Ok(known) => moved(At::Known(known)),
                Err(why) => failed(why),
            }
        });
    };
    load();
    let offer = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = Password {
            password: password.get_untracked(),
        };
        spawn_local(async move {
            match http::post("/api/second-factor", &body).await {
                Ok(offered) => {
                    moved(At::Offered(offered));
                    screen::focus("second-code");
                }
                Err(why) => failed(why),
            }
        });
    };
    let confirm = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = ConfirmSecondFactor {
            code: code.get_untracked(),
        };
        spawn_local(async move {
            match http::post::<_, RecoveryCodes>("/api/second-factor/confirm", &body).await {
                Ok(made) => moved(At::Codes(made.codes)),
                Err(why) => failed(why),
            }
        });
    };
    let remove = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = RemoveSecondFactor {
            password: password.get_untracked(),
            code: code.get_untracked(),
        };
        spawn_local(async move {
            match http::post_only("/api/second-factor/remove", &body).await {
                Ok(()) => load(),
                Err(why) => failed(why),
            }
        });
    };
    let own_password = move || {
        view! {
            <PasswordField
                id="second-password"
                label=t_signal!(i18n, shell.password)
                value=password
                autocomplete="current-password"
            />
        }
    };
    let own_code = move || {
        view! {
            <TextField
                id="second-code"
                label=t_signal!(i18n, shell.code)
                value=code
                autocomplete="one-time-code"
                required=true
            />
        }
    };
    let body = move || {
        match at.get() {
        At::Unknown => ().into_any(),
        At::Known(SecondFactor { since: None, .. }) => view! {
            <form class="stack narrow" on:submit=offer>
                {own_password()}
                <div>
                    <button type="submit" class="button" id="second-on">
                        {t!(i18n, shell.second_on)}
                    </button>
                </div>
            </form>
        }
        .into_any(),
        At::Known(SecondFactor {
            since: Some(since),
            recovery_codes,
        }) => view! {
            <p>
                {move || {
                    let language = tag(i18n.get_locale());
                    let since = intl::format_timestamp(language, since);
                    t_string!(i18n, shell.second_since, since = since, n = recovery_codes).to_string()
                }}
            </p>
            <form class="stack narrow" on:submit=remove>
                {own_password()}
                {own_code()}
                <div>
                    <button type="submit" class="button" id="second-off">
                        {t!(i18n, shell.second_off)}
                    </button>
                </div>
            </form>
        }
        .into_any(),
        At::Offered(offered) => {
            let room = offered.size + 8;
            let secret = offered.secret.clone();
            view! {
                <p>{t!(i18n, shell.second_scan)}</p>
                <svg
                    class="qr"
                    role="img"
                    aria-label=t!(i18n, shell.second_qr)
                    viewBox=format!("-4 -4 {room} {room}")
                    data-address=offered.url
                >
                    <path d=offered.path />
                </svg>
                <p class="muted">{t!(i18n, shell.second_typed)}</p>
                <code class="secret" id="second-secret">{secret}</code>
                <form class="stack narrow" on:submit=confirm>
                    {own_code()}
                    <div class="row">
                        <button type="submit" class="button button-primary" id="second-confirm">
                            {t!(i18n, shell.second_confirm)}
                        </button>
                        <button type="button" class="button button-quiet" on:click=move |_| load()>
                            {t!(i18n, common.cancel)}
                        </button>
                    </div>
                </form>
            }
            .into_any()
        }
        At::Codes(codes) => {
            let text = codes.join("\n");
            view! {
                <div class="notice notice-ok" role="status">
                    <p>{t!(i18n, shell.second_codes)}</p>
                </div>
                <ol class="secret codes" id="second-codes">
                    {codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}
                </ol>
                <div class="row">
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
                    <button
                        type="button"
                        class="button button-primary"
                        id="second-done"
                        on:click=move |_| load()
                    >
                        {t!(i18n, shell.second_kept)}
                    </button>
                </div>
            }
            .into_any()
        }
    }
    };
    view! {
        <section class="card" id="second-factor">
            <div class="card-head"><h2>{t!(i18n, shell.second)}</h2></div>
            <div class="card-body stack">
                <p class="muted">{t!(i18n, shell.second_explained)}</p>
                <ErrorNotice text=error />
                {body}
            </div>
        </section>
    }
}
