//! One's own account: who acts for one, password, second factor, language and colours, notices, PIN, devices, access for programs.

mod away;
mod devices;
mod heads;
mod notices;
mod password;
mod pin;
mod second_factor;
mod tokens;
mod unsent;

use leptos::prelude::*;

use crate::i18n::{t, use_i18n};
use crate::shell::{Overlay, use_shell};
use crate::ui::switches::{LanguageSwitch, ThemeSwitch};

/// One's own account.
#[component]
pub fn AccountPage() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let line = move || {
        shell.account.with(|a| {
            a.as_ref().map_or_else(String::new, |a| {
                format!(
                    "{} · {} · {}",
                    a.session.display_name, a.session.name, a.session.organisation
                )
            })
        })
    };
    view! {
        <div class="page stack narrow-page">
            <header class="page-head">
                <div class="grow">
                    <h1>{t!(i18n, shell.account)}</h1>
                    <p class="muted">{line}</p>
                </div>
                <button
                    type="button"
                    class="button"
                    on:click=move |_| shell.overlay.set(Some(Overlay::SignOut))
                >
                    {t!(i18n, shell.sign_out)}
                </button>
            </header>
            <section class="card">
                <div class="card-head"><h2>{t!(i18n, shell.appearance)}</h2></div>
                <div class="card-body settings">
                    <span>{t!(i18n, shell.language)}</span>
                    <LanguageSwitch />
                    <span>{t!(i18n, shell.colours)}</span>
                    <ThemeSwitch />
                </div>
                <p class="card-body field-hint" lang=move || crate::language::tag(i18n.get_locale())>
                    {t!(i18n, shell.appearance_hint)}
                </p>
            </section>
            <away::Away />
            <password::Password />
            <second_factor::SecondFactorCard />
            <pin::Pin />
            <notices::Notices />
            <devices::Devices />
            <tokens::Tokens />
            <unsent::Unsent />
            <heads::KeptHeads />
        </div>
    }
}
