//! The browser, behind plain functions: the only place (with canvas drawing in `ui`) that knows `web_sys`.

pub mod clock;
pub mod crypto;
pub mod database;
pub mod download;
pub mod element;
pub mod http;
pub mod intl;
pub mod keys;
pub mod network;
pub mod object;
pub mod page;
pub mod picture;
pub mod pinyin;
pub mod push;
pub mod random;
pub mod screen;
pub mod socket;
pub mod storage;
pub mod tabs;
pub mod updates;
pub mod visibility;
pub mod worker;
