//! Plain parts of screens, without knowledge of documents.

pub mod icon;
