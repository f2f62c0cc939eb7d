//! The record of what happened to accounts and to the organisation.

use std::collections::BTreeMap;

use base::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Grant;

/// The most lines that `GET /api/audit` gives at once.
pub const AUDIT_LINES: u32 = 100;

dto! {
    /// A part of the record, the newest first.
    pub struct AuditPage {
        /// Its lines: at most [`AUDIT_LINES`].
        pub lines: Vec<AuditLine>,
        /// What departments and posts that the lines name are called, by their ids; ended ones too.
        pub names: BTreeMap<String, String>,
        /// The grants that the lines name, of whatever time.
        pub grants: Vec<Grant>,
        /// Whether there are more: ask for those before the last line.
        pub more: bool,
    }

    /// Something that happened.
    pub struct AuditLine {
        /// Its number in the record.
        pub id: i64,
        /// When.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub at: Timestamp,
        /// What: `sign_in`, `post_given`, `role_granted`, ...
        pub event: String,
        /// The account that it is about, as it was written.
        pub name: String,
        /// Who did it, where that is known.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub by: Option<PersonId>,
        /// From which address.
        pub address: String,
        /// A name, an id, or nothing.
        pub detail: String,
    }
}
