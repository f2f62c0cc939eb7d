//! The change of a password that an administrator set.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::ChangePassword;

use super::Gate;
use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::http;
use crate::session;
use crate::shell::use_shell;
use crate::ui::field::{ErrorNotice, PasswordField};
use crate::words;

/// Asks for a password of one's own before anything else.
#[component]
pub fn FirstPassword() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let old = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let again = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let change = ChangePassword {
            old: old.get_untracked(),
            new: new.get_untracked(),
        };
        if change.new.chars().count() < 10 {
            error.set(Some(t_string!(i18n, shell.password_short).to_owned()));
            return;
        }
        if change.new != again.get_untracked() {
            error.set(Some(t_string!(i18n, shell.password_differs).to_owned()));
            return;
        }
        let Some(mut session) = shell
            .account
            .with_untracked(|a| a.as_ref().map(|a| a.session.clone()))
        else {
            return;
        };
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let failed = match http::post_only("/api/password", &change).await {
                // the session of this device goes on
                Ok(()) => {
                    session.must_change_password = false;
                    match session::remember(&session).await {
                        Ok(()) => return shell.resume().await,
                        Err(trouble) => words::trouble(i18n, &trouble),
                    }
                }
                Err(error) => words::failure(i18n, &error),
            };
            let _ = busy.try_set(false);
            let _ = error.try_set(Some(failed));
        });
    };
    view! {
        <Gate>
            <form class="card card-body stack gate-card" on:submit=submit>
                <h1>{t!(i18n, shell.first_password)}</h1>
                <p>{t!(i18n, shell.first_password_explained)}</p>
                <ErrorNotice text=error />
                <PasswordField
                    id="old-password"
                    label=t_signal!(i18n, shell.password_old)
                    value=old
                    autocomplete="current-password"
                />
                <PasswordField
                    id="new-password"
                    label=t_signal!(i18n, shell.password_new)
                    value=new
                    autocomplete="new-password"
                    hint=t_signal!(i18n, shell.password_hint)
                />
                <PasswordField
                    id="new-password-again"
                    label=t_signal!(i18n, shell.password_again)
                    value=again
                    autocomplete="new-password"
                />
                <button
                    type="submit"
                    id="change-password"
                    class="button button-primary button-wide"
                    disabled=move || busy.get()
                >
                    {t!(i18n, shell.password_change)}
                </button>
            </form>
        </Gate>
    }
}
