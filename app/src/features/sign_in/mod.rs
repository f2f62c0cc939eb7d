//! Signing in: by name and password, or, on a shared tablet, as somebody this device knows.

mod first_password;
mod known;

use crate::ui::show::Show;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::ErrorCode;
use shared::base::Timestamp;

pub use first_password::FirstPassword;

use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::{clock, page, screen};
use crate::session::{self, Account, SignInError};
use crate::shell::{Stage, use_shell};
use crate::ui::field::{ErrorNotice, PasswordField, TextField};
use crate::ui::icon::{Icon, Mark};
use crate::ui::switches::{LanguageSwitch, ThemeSwitch};
use crate::ui::ticker;
use crate::words;

/// The page around everything that comes before the work.
#[component]
pub fn Gate(
    /// What is asked.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="gate">
            <header class="gate-top">
                <LanguageSwitch />
                <ThemeSwitch />
            </header>
            <main class="gate-main" id="main">
                <div class="gate-brand">
                    <Mark />
                    <div>
                        <p class="gate-name">{t!(i18n, common.app)}</p>
                        <p class="muted">{t!(i18n, shell.motto)}</p>
                    </div>
                </div>
                {children()}
            </main>
        </div>
    }
}

/// Signing in.
#[component]
pub fn SignIn() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let accounts = RwSignal::new(Vec::<Account>::new());
    spawn_local(async move {
        match session::known_accounts().await {
            Ok(known) => {
                let _ = accounts.try_set(known);
            }
            Err(trouble) => shell.trouble.set(Some(trouble)),
        }
    });
    let name = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    let with_code = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<SignInError>);
    let locked_until = RwSignal::new(None::<Timestamp>);
    let now = ticker::every_second();
    let wait = move || {
        locked_until
            .get()
            .map_or(0, |until| ticker::seconds_until(now.get(), until))
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || wait() > 0 {
            return;
        }
        busy.set(true);
        error.set(None);
        let (who, secret) = (
            name.get_untracked().trim().to_owned(),
            password.get_untracked(),
        );
        spawn_local(async move {
            let result = session::sign_in(&who, &secret, &code.get_untracked()).await;
            let _ = busy.try_set(false);
            match result {
                // somebody else worked in this page: a page belongs to one person
                Ok(_) if shell.working() => {
                    shell.settled().await;
                    page::reload();
                }
                Ok(_) => shell.resume().await,
                Err(failed) => {
                    let mut field = "password";
                    if let SignInError::Refused(failure) = &failed {
                        match failure.code {
                            ErrorCode::LockedOut => {
                                let seconds = i64::from(failure.retry_after.unwrap_or(30));
                                let until = clock::now().plus_ms(seconds * 1000);
                                let _ = locked_until.try_set(Some(until));
                            }
                            ErrorCode::CodeNeeded | ErrorCode::WrongCode => {
                                let _ = with_code.try_set(true);
                                let _ = code.try_set(String::new());
                                field = "code";
                            }
                            _ => {}
                        }
                    }
                    let _ = error.try_set(Some(failed));
                    screen::focus(field);
                }
            }
        });
    };
    let text = Signal::derive(move || {
        error.with(|error| {
            Some(match error.as_ref()? {
                SignInError::Unreachable if accounts.with(Vec::is_empty) => {
                    t_string!(i18n, shell.sign_in_unreachable).to_owned()
                }
                SignInError::Unreachable => {
                    t_string!(i18n, shell.sign_in_unreachable_known).to_owned()
                }
                SignInError::Refused(failure) => match failure.code {
                    ErrorCode::WrongCredentials => t_string!(i18n, shell.sign_in_wrong).to_owned(),
                    ErrorCode::CodeNeeded => return None, // not wrong: one more field
                    ErrorCode::LockedOut => match wait() {
                        0 => t_string!(i18n, shell.sign_in_again).to_owned(),
                        n => t_string!(i18n, shell.sign_in_wait, n = n).to_string(),
                    },
                    _ => words::failure(
                        i18n,
                        &crate::platform::http::HttpError::Failed(failure.clone()),
                    ),
                },
                SignInError::Device(trouble) => words::trouble(i18n, trouble),
            })
        })
    });
    let back = move || shell.account.with(Option::is_some);
    view! {
        <Gate>
            <Show when=move || shell.trouble.with(Option::is_some)>
                <div class="notice notice-danger" role="alert">
                    <Icon name="failed" />
                    <p>
                        {move || shell.trouble.get().map(|t| words::trouble(i18n, &t)).unwrap_or_default()}
                    </p>
                </div>
            </Show>
            <form class="card card-body stack gate-card" on:submit=submit>
                <h1>{t!(i18n, shell.sign_in)}</h1>
                <ErrorNotice
                    text=text
                    offline=Signal::derive(move || {
                        error.with(|e| matches!(e, Some(SignInError::Unreachable)))
                    })
                />
                <TextField
                    id="name"
                    label=t_signal!(i18n, shell.name)
                    value=name
                    autocomplete="username"
                    required=true
                    autofocus=true
                />
                <PasswordField
                    id="password"
                    label=t_signal!(i18n, shell.password)
                    value=password
                    autocomplete="current-password"
                />
                <Show when=move || with_code.get()>
                    <TextField
                        id="code"
                        label=t_signal!(i18n, shell.code)
                        value=code
                        autocomplete="one-time-code"
                        hint=t_signal!(i18n, shell.code_hint)
                    />
                </Show>
                <button
                    type="submit"
                    id="sign-in"
                    class="button button-primary button-wide"
                    disabled=move || busy.get() || (wait() > 0)
                >
                    {move || {
                        if busy.get() {
                            t_string!(i18n, shell.signing_in)
                        } else {
                            t_string!(i18n, shell.sign_in)
                        }
                    }}
                </button>
                <p class="field-hint">{t!(i18n, shell.sign_in_help)}</p>
            </form>
            <known::Known accounts=accounts />
            <Show when=back>
                <button
                    type="button"
                    class="button button-quiet"
                    id="back"
                    on:click=move |_| {
                        let locked = shell.account.with_untracked(|a| a.as_ref().is_some_and(|a| a.locked));
                        let stage = if locked || !shell.working() { Stage::Locked } else { Stage::In };
                        shell.stage.set(stage);
                    }
                >
                    <Icon name="back" />
                    {t!(i18n, shell.back)}
                </button>
            </Show>
        </Gate>
    }
}
