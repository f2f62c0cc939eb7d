//! Administration of the organisation: people and departments.

mod departments;
mod organisation;
mod people;
mod person_form;

use leptos::prelude::*;

use crate::i18n::{t, use_i18n};
use crate::shell::{use_replica, use_shell};
use crate::ui::icon::Icon;

/// Administration.
#[component]
pub fn Admin() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let organisation = use_replica().organisation();
    move || {
        if !shell.administrator() {
            return view! {
                <section class="page">
                    <div class="card empty">
                        <Icon name="lock" />
                        <p>{t!(i18n, shell.fail_not_allowed)}</p>
                    </div>
                </section>
            }
            .into_any();
        }
        view! {
            <div class="page stack">
                <header class="page-head">
                    <div class="grow">
                        <h1>{t!(i18n, shell.admin)}</h1>
                        <p class="muted">
                            {move || organisation.with(|o| o.as_ref().map(|o| o.name.clone()))}
                        </p>
                    </div>
                </header>
                <people::People />
                <departments::Departments />
                <organisation::Organisation />
            </div>
        }
        .into_any()
    }
}
