//! The single-page app: screens over the device's own copies of documents.
//!
//! `features` are the places a person goes (they never import each other; `app` puts them together), `ui` holds
//! plain parts, `shell` what all screens share, `platform` is the only place that touches the browser, `replica`
//! the device's documents, `session` the accounts of this device.

#![allow(
    unreachable_pub,
    reason = "leptos makes the properties of every component pub, also in private modules"
)]

pub mod app;
pub mod facts;
pub mod features;
pub mod language;
pub mod later;
pub mod password;
pub mod platform;
pub mod replica;
pub mod session;
pub mod shell;
pub mod ui;
pub mod words;

/// The texts as made by build.rs from locales/{en,zh-CN}/NAMESPACE.json: a module `i18n`.
#[doc(hidden)]
pub mod made {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

/// The texts: `t_string!` is a text now, `t!` one that follows the language, `t_signal!` the same as a signal.
pub mod i18n {
    pub use crate::made::i18n::{I18nKeys, Locale, t_string, td_string, use_i18n};
    pub(crate) use crate::words::{t, t_signal};
}
