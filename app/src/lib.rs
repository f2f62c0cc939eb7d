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
pub mod platform;
pub mod replica;
pub mod session;
pub mod shell;
pub mod ui;
pub mod words;

// The texts: `i18n`, made by build.rs from locales/{en,zh-CN}/NAMESPACE.json.
include!(concat!(env!("OUT_DIR"), "/texts.rs"));
