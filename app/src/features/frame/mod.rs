//! The frame around every place: top bar with the state of sync, banners, palette, keys.

mod account_menu;
mod banners;
mod keys;
mod palette;
mod sign_out;
mod sync;
mod within;

use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, use_i18n};
use crate::shell::{Overlay, use_replica, use_shell};
use crate::ui::icon::{Icon, Mark};
use crate::ui::show::Show;

/// The frame around every place.
#[component]
pub fn Frame(
    /// The place.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    keys::listen();
    view! {
        <a class="skip" href="#main">{t!(i18n, shell.skip)}</a>
        <TopBar />
        <banners::Banners />
        <main id="main" class="main" tabindex="-1">
            {children()}
        </main>
        <palette::Palette />
        <keys::Keys />
        <sign_out::SignOut />
    }
}

/// How much waits for me.
#[component]
fn InboxBadge() -> impl IntoView {
    let inbox = use_replica().inbox();
    let count = Memo::new(move |_| {
        inbox.with(|inbox| inbox.as_ref().map_or(0, |inbox| inbox.waiting.len()))
    });
    move || {
        (count.get() > 0).then(
            || view! { <span class="badge place-count" data-inbox-count="">{count.get()}</span> },
        )
    }
}

/// The bar at the top of every screen.
#[component]
fn TopBar() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    view! {
        <header class="topbar">
            <A href="/" attr:class="wordmark" attr:title=t!(i18n, common.app)>
                <Mark />
                <span class="wordmark-text">{t!(i18n, common.app)}</span>
            </A>
            <nav class="places" aria-label=t!(i18n, shell.places)>
                <A href="/" exact=true>
                    <Icon name="home" />
                    <span>{t!(i18n, shell.home)}</span>
                </A>
                <A href="/projects">
                    <Icon name="projects" />
                    <span>{t!(i18n, shell.projects)}</span>
                </A>
                <A href="/inbox">
                    <Icon name="check" />
                    <span>{t!(i18n, reviews.inbox)}</span>
                    <InboxBadge />
                </A>
                <A href="/regulations">
                    <Icon name="book" />
                    <span>{t!(i18n, shell.regulations)}</span>
                </A>
                <Show when=move || shell.administrator()>
                    <A href="/admin">
                        <Icon name="admin" />
                        <span>{t!(i18n, shell.admin)}</span>
                    </A>
                </Show>
            </nav>
            <span class="grow"></span>
            <button
                type="button"
                class="button find"
                title=t!(i18n, shell.find)
                on:click=move |_| shell.overlay.set(Some(Overlay::Palette))
            >
                <Icon name="search" />
                <span class="find-text">{t!(i18n, shell.find)}</span>
                <kbd class="find-key">"Ctrl K"</kbd>
            </button>
            <sync::SyncChip />
            <Show when=move || shell.has_pin()>
                <button
                    type="button"
                    class="button button-quiet button-icon"
                    aria-label=t!(i18n, shell.lock_now)
                    title=t!(i18n, shell.lock_now)
                    on:click=move |_| shell.lock()
                >
                    <Icon name="lock" />
                </button>
            </Show>
            <account_menu::AccountMenu />
        </header>
    }
}
