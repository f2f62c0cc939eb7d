//! The ledger and what waits for people.

use base::{DeviceId, DocumentId, PersonId, ProjectId, Timestamp};
use ledger::{Entry, Hash, Head, Refused};
use serde::{Deserialize, Serialize};

use crate::Department;

/// Longest wish, in bytes: what `POST /api/decisions` takes.
pub const LONGEST_WISH: usize = 2 << 20;
/// Most pictures that somebody outside sends with an opinion: a signature, a seal, one more.
pub const MOST_PICTURES: usize = 3;

dto! {
    /// A wish that somebody sends to the ledger.
    pub struct Decide {
        /// A [`ledger::Wish`] as JSON: as text, because that text is what a device signs.
        pub wish: String,
        /// The device's signature over the text, where it was made with no network: ECDSA P-256 with SHA-256, `r` and `s`
        /// of 32 bytes each, in hexadecimal.
        #[serde(default)]
        pub signature: Option<String>,
    }

    /// What became of a wish.
    #[serde(rename_all = "snake_case")]
    pub enum Decided {
        /// It is in the ledger.
        Taken {
            /// Its entry.
            #[cfg_attr(feature = "openapi", schema(value_type = Object))]
            entry: Box<Entry>,
            /// The chain's head with it.
            head: SignedHead,
        },
        /// It is refused. Nothing was changed.
        Refused {
            /// Why.
            #[cfg_attr(feature = "openapi", schema(value_type = Object))]
            why: Refused,
            /// An opinion that came too late is kept all the same: its entry.
            kept: Option<u64>,
        },
    }

    /// A head that the server signed: whoever keeps it can tell whether the history was rewritten.
    pub struct SignedHead {
        /// The head.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub head: Head,
        /// The key's id: see [`LedgerKey`].
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub key: Hash,
        /// ECDSA P-256 with SHA-256 over [`Head::signed_bytes`], `r` and `s` of 32 bytes each, in hexadecimal.
        pub signature: String,
    }

    /// A key with which the server signs heads.
    pub struct LedgerKey {
        /// Its id: a hash of the public key.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub id: Hash,
        /// The public key: a point of P-256, uncompressed (65 bytes), in hexadecimal.
        pub public: String,
        /// Since when.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
    }

    /// Entries of a project's chain.
    pub struct LedgerPart {
        /// The entries after the one that was named, in order; bodies that are not for this person are left out.
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
        pub entries: Vec<Entry>,
        /// The newest head.
        pub head: SignedHead,
    }

    /// A device's key for decisions with no network.
    pub struct PutDeviceKey {
        /// The public key: a point of P-256, uncompressed (65 bytes), in hexadecimal.
        pub public: String,
    }

    /// A device's key, as it is registered.
    pub struct DeviceKey {
        /// The device.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub device: DeviceId,
        /// The public key.
        pub public: String,
        /// Since when.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
    }

    /// A link to make, by which somebody outside signs a form.
    pub struct NewOutsideLink {
        /// Who signs: as the ledger names them (`Act::Invite`).
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub person: PersonId,
        /// The form's document.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub form: DocumentId,
    }

    /// A link by which somebody outside signs a form, shown once.
    pub struct OutsideLink {
        /// Its path at this server: `/sign/...`. Whoever has it reads the form and signs it.
        pub path: String,
        /// Until when it is good.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub expires: Timestamp,
    }

    /// An opinion of somebody outside, by their link.
    pub struct DecideOutside {
        /// A [`ledger::Wish`] as JSON.
        pub wish: String,
        /// The pictures that it names, handwritten or of a seal: the bytes of each as base64 with its padding, at most
        /// [`ledger::LARGEST_SIGNATURE`] of them. What it names beside must be at the server.
        #[serde(default)]
        pub pictures: Vec<String>,
    }

    /// Somebody who has a part in a form, as people outside read it.
    pub struct Named {
        /// Their id.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub id: PersonId,
        /// The name shown to others.
        pub name: String,
    }

    /// What somebody outside signs.
    pub struct OutsideForm {
        /// Whose form it is.
        pub organisation: String,
        /// What the project is called.
        #[serde(default)]
        pub project_name: String,
        /// Who handed the form in, who did something to it, whom its answers name: nobody else.
        #[serde(default)]
        pub people: Vec<Named>,
        /// The departments that its answers name.
        #[serde(default)]
        pub departments: Vec<Department>,
        /// The project.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub project: ProjectId,
        /// The form's document.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub form: DocumentId,
        /// Who signs.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub person: PersonId,
        /// What they are called.
        pub name: String,
        /// The regulation that the form is of.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub pack: pack::Pack,
        /// Its content hash.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub pack_hash: Hash,
        /// The project's chain, with the bodies of what concerns the form.
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
        pub entries: Vec<Entry>,
        /// Until when the link is good.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub expires: Timestamp,
    }

    /// What waits for a person, and where their own requests stand.
    pub struct Inbox {
        /// What they are to decide, the oldest first.
        pub waiting: Vec<InboxItem>,
        /// Their own requests that are under review or came back.
        pub mine: Vec<InboxItem>,
        /// What others decide that they got a copy of.
        pub copies: Vec<InboxItem>,
        /// What they do again and again, and have not done in the turn that goes on, by when it is due.
        #[serde(default)]
        pub duties: Vec<InboxDuty>,
    }

    /// Something that is done again and again 例行事项, in somebody's inbox.
    pub struct InboxDuty {
        /// The project.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub project: ProjectId,
        /// What it is called.
        pub project_name: String,
        /// The pack's content hash.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub pack: Hash,
        /// Which duty of the pack.
        pub duty: String,
        /// Which form of the pack is handed in.
        pub kind: String,
        /// Since when it can be done.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub begins: Timestamp,
        /// Until when.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub due: Timestamp,
        /// Whether that is over.
        pub overdue: bool,
        /// How many turns before ended without it.
        pub missed: u32,
    }

    /// A form in somebody's inbox.
    pub struct InboxItem {
        /// The project.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub project: ProjectId,
        /// What it is called.
        pub project_name: String,
        /// The form's document.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub form: DocumentId,
        /// Which form of the pack.
        pub kind: String,
        /// The pack's content hash.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub pack: Hash,
        /// What tells it from others of its kind.
        pub title: Option<String>,
        /// Its number.
        pub number: Option<String>,
        /// Whose request it is.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub author: PersonId,
        /// The step where it stands.
        pub step: Option<String>,
        /// The seat in which somebody is to decide, by its number in the review.
        #[serde(default)]
        pub seat: Option<u32>,
        /// Those who may decide there now.
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        pub with: Vec<PersonId>,
        /// For whom the asker decides there 代理; nobody: for themselves.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        pub acting_for: Vec<PersonId>,
        /// Since when.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
        /// Until when.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub due: Option<Timestamp>,
        /// Whether that is over.
        pub late: bool,
        /// Nobody can decide: somebody is to be named.
        pub vacant: bool,
    }
}
