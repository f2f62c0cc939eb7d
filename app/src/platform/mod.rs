//! The browser, behind plain functions: the only place (with canvas drawing in `ui`) that knows `web_sys`.

pub mod clock;
pub mod intl;
pub mod random;
pub mod screen;
