//! The fields that change one's own password, wherever they are shown.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{ChangePassword, ErrorCode};

use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::platform::http::{self, HttpError};
use crate::ui::field::{ErrorNotice, PasswordField};
use crate::words;

/// Fewer characters the server does not take.
const SHORTEST: usize = 10;

/// The old password, the new one twice, and the button. The error stands above them.
#[component]
pub fn PasswordChange(
    /// Called when the server has taken the new password. What it gives is an error to show.
    done: Arc<dyn Fn() -> Done + Send + Sync>,
) -> impl IntoView {
    let i18n = use_i18n();
    let [old, new, again] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let change = ChangePassword {
            old: old.get_untracked(),
            new: new.get_untracked(),
        };
        if change.new.chars().count() < SHORTEST {
            error.set(Some(t_string!(i18n, shell.password_short).to_owned()));
            return;
        }
        if change.new != again.get_untracked() {
            error.set(Some(t_string!(i18n, shell.password_differs).to_owned()));
            return;
        }
        busy.set(true);
        error.set(None);
        let done = done.clone();
        spawn_local(async move {
            let failed = match http::post_only("/api/password", &change).await {
                Ok(()) => {
                    for field in [old, new, again] {
                        let _ = field.try_set(String::new());
                    }
                    done().await
                }
                Err(HttpError::Failed(failure)) if failure.code == ErrorCode::WrongCredentials => {
                    Some(t_string!(i18n, shell.password_old_wrong).to_owned())
                }
                Err(failed) => Some(words::failure(i18n, &failed)),
            };
            let _ = busy.try_set(false);
            let _ = error.try_set(failed);
        });
    };
    view! {
        <form class="stack" on:submit=submit>
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
            <div>
                <button
                    type="submit"
                    id="change-password"
                    class="button button-primary"
                    disabled=move || busy.get()
                >
                    {t!(i18n, shell.password_change)}
                </button>
            </div>
        </form>
    }
}

/// What follows the change; an error to show, when it failed.
pub type Done = std::pin::Pin<Box<dyn Future<Output = Option<String>>>>;
