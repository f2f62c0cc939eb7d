//! Switches of the language and the colours: at once, without a reload.

use leptos::prelude::*;

use crate::i18n::{Locale, t, use_i18n};
use crate::language::{self, Theme};
use crate::shell::use_shell;

/// 中文 or English.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let i18n = use_i18n();
    let button = move |locale: Locale, name: &'static str| {
        view! {
            <button
                type="button"
                lang=language::tag(locale)
                aria-pressed=move || (i18n.get_locale() == locale).to_string()
                on:click=move |_| language::choose(i18n, locale)
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="segmented" role="group" aria-label=t!(i18n, shell.language)>
            {button(Locale::zh_CN, "中文")}
            {button(Locale::en, "English")}
        </div>
    }
}

/// Light, dark, or as the system says.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let pressed = move |theme: Theme| move || (shell.theme.get() == theme).to_string();
    view! {
        <div class="segmented" role="group" aria-label=t!(i18n, shell.colours)>
            <button type="button" aria-pressed=pressed(Theme::System) on:click=move |_| shell.choose_theme(Theme::System)>
                {t!(i18n, shell.colours_system)}
            </button>
            <button type="button" aria-pressed=pressed(Theme::Light) on:click=move |_| shell.choose_theme(Theme::Light)>
                {t!(i18n, shell.colours_light)}
            </button>
            <button type="button" aria-pressed=pressed(Theme::Dark) on:click=move |_| shell.choose_theme(Theme::Dark)>
                {t!(i18n, shell.colours_dark)}
            </button>
        </div>
    }
}
