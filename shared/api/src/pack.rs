//! Packs, as the server offers them.

use ledger::Hash;
use pack::text::Texts;
use serde::{Deserialize, Serialize};

dto! {
    /// A version of a regulation that projects can adopt.
    pub struct PackInfo {
        /// Its content hash: what `GET /api/packs/{hash}` gives.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub hash: Hash,
        /// Its name; versions share it.
        pub id: String,
        /// Which version.
        pub version: String,
        /// What people call it.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub name: Texts,
        /// What it is for.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub help: Texts,
        /// What kind of project it is for.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub applies: Texts,
        /// Whether projects can adopt it. One that is not is there for those that have.
        pub offered: bool,
    }
}
