//! The change of a password that an administrator set.

use std::sync::Arc;

use leptos::prelude::*;

use super::Gate;
use crate::i18n::{t, use_i18n};
use crate::password::{Done, PasswordChange};
use crate::session;
use crate::shell::use_shell;
use crate::words;

/// Asks for a password of one's own before anything else.
#[component]
pub fn FirstPassword() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let done = move || -> Done {
        Box::pin(async move {
            let account = shell.account;
            let mut session = account.with_untracked(|a| a.as_ref().map(|a| a.session.clone()))?;
            // the session of this device goes on
            session.must_change_password = false;
            match session::remember(&session).await {
                Ok(()) => {
                    shell.resume().await;
                    None
                }
                Err(trouble) => Some(words::trouble(i18n, &trouble)),
            }
        })
    };
    view! {
        <Gate>
            <div class="card card-body stack gate-card">
                <h1>{t!(i18n, shell.first_password)}</h1>
                <p>{t!(i18n, shell.first_password_explained)}</p>
                <PasswordChange done=Arc::new(done) />
            </div>
        </Gate>
    }
}
