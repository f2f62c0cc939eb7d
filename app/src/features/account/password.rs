//! One's own password, changed.

use std::sync::Arc;

use leptos::prelude::*;

use crate::i18n::{t, t_string, use_i18n};
use crate::password::{Done, PasswordChange};
use crate::shell::use_shell;

#[component]
pub(super) fn Password() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let done = move || -> Done {
        shell.say(t_string!(i18n, shell.password_changed));
        Box::pin(std::future::ready(None))
    };
    view! {
        <div class="card">
            <div class="card-head"><h2>{t!(i18n, shell.password)}</h2></div>
            <div class="card-body narrow">
                <PasswordChange done=Arc::new(done) />
            </div>
        </div>
    }
}
