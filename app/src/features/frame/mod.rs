//! The frame around every place: the top bar.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, use_i18n};
use crate::ui::icon::Mark;

/// The bar at the top of every screen.
#[component]
pub fn TopBar() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <header class="topbar">
            <A href="/" attr:class="wordmark">
                <Mark />
                <span>{t!(i18n, common.app)}</span>
            </A>
        </header>
    }
}
