//! One's own password, changed.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{ChangePassword, ErrorCode};

use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::http::{self, HttpError};
use crate::shell::use_shell;
use crate::ui::field::{ErrorNotice, PasswordField};
use crate::words;

#[component]
pub(super) fn Password() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let old = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
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
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let result = http::post_only("/api/password", &change).await;
            let _ = busy.try_set(false);
            match result {
                Ok(()) => {
                    let _ = old.try_set(String::new());
                    let _ = new.try_set(String::new());
                    shell.say(t_string!(i18n, shell.password_changed));
                }
                Err(HttpError::Failed(failure)) if failure.code == ErrorCode::WrongCredentials => {
                    let _ =
                        error.try_set(Some(t_string!(i18n, shell.password_old_wrong).to_owned()));
                }
                Err(failed) => {
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    };
    view! {
        <form class="card" on:submit=submit>
            <div class="card-head"><h2>{t!(i18n, shell.password)}</h2></div>
            <div class="card-body stack narrow">
                <ErrorNotice text=error />
                <PasswordField
                    id="account-old"
                    label=t_signal!(i18n, shell.password_old)
                    value=old
                    autocomplete="current-password"
                />
                <PasswordField
                    id="account-new"
                    label=t_signal!(i18n, shell.password_new)
                    value=new
                    autocomplete="new-password"
                    hint=t_signal!(i18n, shell.password_hint)
                />
                <div>
                    <button type="submit" class="button" disabled=move || busy.get()>
                        {t!(i18n, shell.password_change)}
                    </button>
                </div>
            </div>
        </form>
    }
}
