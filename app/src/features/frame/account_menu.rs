//! The menu of who is signed in: account, language, colours, lock, sign out.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, t_string, use_i18n};
use crate::shell::{Overlay, Stage, use_shell};
use crate::ui::icon::Icon;
use crate::ui::popover::Popover;
use crate::ui::show::Show;
use crate::ui::switches::{LanguageSwitch, ThemeSwitch};

/// The menu of who is signed in.
#[component]
pub(super) fn AccountMenu() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let open = RwSignal::new(false);
    let name = Signal::derive(move || {
        shell.account.with(|account| {
            account
                .as_ref()
                .map_or_else(String::new, |a| a.session.display_name.clone())
        })
    });
    let organisation = move || {
        shell.account.with(|account| {
            account
                .as_ref()
                .map_or_else(String::new, |a| a.session.organisation.clone())
        })
    };
    view! {
        <Popover
            open=open
            label=Signal::derive(move || {
                t_string!(i18n, shell.account_of, name = name.get()).to_string()
            })
            class="button button-quiet account-button"
            button=move || {
                view! {
                    // drawn, not written: it is no part of the button's name
                    <span
                        class="avatar"
                        id="account-menu"
                        data-letter=move || {
                            name.with(|n| n.chars().next().map(String::from).unwrap_or_default())
                        }
                    ></span>
                    <span class="account-name">{name}</span>
                }
            }
        >
            <div class="menu">
                <div class="menu-head">
                    <strong>{name}</strong>
                    <span class="muted">{organisation}</span>
                </div>
                <div class="menu-choice">
                    <span>{t!(i18n, shell.language)}</span>
                    <LanguageSwitch />
                </div>
                <div class="menu-choice">
                    <span>{t!(i18n, shell.colours)}</span>
                    <ThemeSwitch />
                </div>
                <A href="/account" attr:class="menu-item" on:click=move |_| open.set(false)>
                    <Icon name="account" />
                    {t!(i18n, shell.account)}
                </A>
                <button
                    type="button"
                    class="menu-item"
                    on:click=move |_| {
                        open.set(false);
                        shell.overlay.set(Some(Overlay::Keys));
                    }
                >
                    <Icon name="help" />
                    {t!(i18n, shell.keys)}
                </button>
                <Show when=move || shell.has_pin()>
                    <button type="button" class="menu-item" on:click=move |_| shell.lock()>
                        <Icon name="lock" />
                        {t!(i18n, shell.lock_now)}
                    </button>
                </Show>
                <button
                    type="button"
                    class="menu-item"
                    id="other-account"
                    on:click=move |_| {
                        open.set(false);
                        shell.stage.set(Stage::SignIn);
                    }
                >
                    <Icon name="account" />
                    {t!(i18n, shell.other_account)}
                </button>
                <button
                    type="button"
                    class="menu-item"
                    id="sign-out"
                    on:click=move |_| {
                        open.set(false);
                        shell.overlay.set(Some(Overlay::SignOut));
                    }
                >
                    <Icon name="leave" />
                    {t!(i18n, shell.sign_out)}
                </button>
            </div>
        </Popover>
    }
}
