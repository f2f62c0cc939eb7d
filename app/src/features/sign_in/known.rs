//! The people this device knows: they open their own data here, also with no network.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::PersonId;

use crate::i18n::{t, t_string, use_i18n};
use crate::language::tag;
use crate::platform::{intl, page};
use crate::session::{self, Account};
use crate::shell::use_shell;
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// The list of people this device knows.
#[component]
pub(super) fn Known(
    /// All of them, last used first.
    accounts: RwSignal<Vec<Account>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let open = move |person: PersonId| {
        spawn_local(async move {
            match session::switch_to(person).await {
                Ok(()) => {
                    shell.settled().await;
                    page::reload();
                }
                Err(trouble) => shell.trouble.set(Some(trouble)),
            }
        });
    };
    view! {
        <Show when=move || !accounts.with(Vec::is_empty)>
            <section class="card gate-card known">
                <h2 class="card-head">{t!(i18n, shell.known_accounts)}</h2>
                <ul>
                    {move || {
                        accounts
                            .get()
                            .into_iter()
                            .map(|account| {
                                let person = account.session.person;
                                let used = account.last_used;
                                let name = account.session.display_name.clone();
                                let initial = name.chars().next().map(String::from).unwrap_or_default();
                                view! {
                                    <li>
                                        <button type="button" class="known-account" on:click=move |_| open(person)>
                                            <span class="avatar" aria-hidden="true">{initial}</span>
                                            <span class="grow">
                                                <strong>{name}</strong>
                                                <small class="muted">
                                                    {move || {
                                                        let time = intl::format_timestamp(tag(i18n.get_locale()), used);
                                                        t_string!(i18n, shell.last_used, time = time).to_string()
                                                    }}
                                                </small>
                                            </span>
                                            {account
                                                .has_pin
                                                .then(|| view! { <span class="badge"><Icon name="lock" />"PIN"</span> })}
                                        </button>
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
                <p class="card-body field-hint">{t!(i18n, shell.known_explained)}</p>
            </section>
        </Show>
    }
}
