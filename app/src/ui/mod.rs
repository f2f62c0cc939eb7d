//! Plain parts of screens, without knowledge of documents.

pub mod arrows;
pub mod dates;
pub mod gantt;
pub mod icon;
pub mod notice;
pub mod scale;
