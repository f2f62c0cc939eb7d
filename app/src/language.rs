//! Which language the texts are in, and which colours: chosen from the browser at first, kept on this device,
//! switched without a reload.

use leptos::prelude::*;
use leptos_i18n::I18nContext;

use crate::i18n::{Locale, use_i18n};
use crate::platform::screen;
use crate::ui::dates::Lang;

const LANGUAGE: &str = "plumbline.language";
const THEME: &str = "plumbline.theme";

/// The tag of a language, for `lang` attributes and `Intl`.
pub fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::en => "en",
        Locale::zh_CN => "zh-CN",
    }
}

/// The language that dates and units are written in.
pub fn lang(locale: Locale) -> Lang {
    match locale {
        Locale::en => Lang::En,
        Locale::zh_CN => Lang::Zh,
    }
}

/// The tag of the language now, tracked.
pub fn current_tag() -> &'static str {
    tag(use_i18n().get_locale())
}

fn from_tag(tag: &str) -> Locale {
    if tag.to_ascii_lowercase().starts_with("zh") {
        Locale::zh_CN
    } else {
        Locale::en
    }
}

fn initial() -> Locale {
    let asked = screen::setting(LANGUAGE).or_else(|| {
        screen::languages()
            .into_iter()
            .find(|tag| tag.starts_with("zh") || tag.starts_with("en"))
    });
    from_tag(asked.as_deref().unwrap_or("zh-CN"))
}

/// Provides the texts to everything below; called once, at the root.
pub fn provide() -> I18nContext<Locale> {
    let first = initial();
    let i18n = leptos_i18n::context::init_i18n_subcontext(Some(Signal::stored(first)));
    provide_context(i18n);
    Effect::new(move |_| screen::set_root_attribute("lang", Some(tag(i18n.get_locale()))));
    i18n
}

/// Switches the language, and keeps the choice on this device.
pub fn choose(i18n: I18nContext<Locale>, locale: Locale) {
    screen::keep_setting(LANGUAGE, Some(tag(locale)));
    i18n.set_locale(locale);
}

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// What was chosen on this device.
    pub fn chosen() -> Self {
        match screen::setting(THEME).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// Shows it, and keeps the choice on this device.
    pub fn apply(self) {
        let value = match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        };
        screen::set_root_attribute("data-theme", value);
        screen::keep_setting(THEME, value);
    }
}
