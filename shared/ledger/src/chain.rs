//! Entries in a chain: each is bound to the one before, and commits to its body by a salted hash, so that who may not read the
//! body can still check the chain.

use base::{ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::record::Record;

/// Bytes of the salt before a body: a short body cannot be guessed from its hash.
pub const SALT: usize = 16;
/// Longest body, in bytes: a form of 2,000 rows is some 600 KB.
pub const LONGEST_BODY: usize = 4 << 20;

/// Which chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chain {
    /// The organisation's, over the heads of all projects.
    Organisation,
    /// A project's.
    Project(ProjectId),
}

impl Chain {
    /// As bytes, for hashes and tables: empty for the organisation's.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Organisation => &[],
            Self::Project(project) => project.as_bytes(),
        }
    }
}

/// An entry, with its body for whom it is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place in the chain, from 1.
    pub seq: u64,
    /// When the server took it.
    pub at: Timestamp,
    /// The hash of the entry before; [`crate::hash::Hash::NONE`] for the first.
    pub previous: Hash,
    /// The hash of the body.
    pub body_hash: Hash,
    /// The hash of this entry.
    pub hash: Hash,
    /// The body: a salt, then the [`Record`] as JSON; none where it is for others.
    #[serde(default, with = "hex")]
    pub body: Option<Vec<u8>>,
}

/// The newest entry of a chain: whoever knows it knows the whole chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Which chain.
    pub chain: Chain,
    /// Its last entry; 0: none.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// Of a chain without entries.
    pub const fn empty(chain: Chain) -> Self {
        Self {
            chain,
            seq: 0,
            hash: Hash::NONE,
        }
    }

    /// What the server signs.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = b"plumbline head 1\n".to_vec();
        bytes.extend(chain_tag(&self.chain));
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(self.hash.as_bytes());
        bytes
    }

    /// The entry after it.
    pub fn next(&self, at: Timestamp, record: &Record, salt: [u8; SALT]) -> Entry {
        // the parts of a record are such that JSON holds them
        let json = serde_json::to_vec(record).unwrap_or_default();
        let body = [&salt[..], &json].concat();
        let (seq, body_hash) = (self.seq.saturating_add(1), hash_of_body(&body));
        Entry {
            seq,
            at,
            previous: self.hash,
            body_hash,
            hash: hash_of_entry(&self.chain, seq, at, &self.hash, &body_hash),
            body: Some(body),
        }
    }
}

impl Entry {
    /// The head that it makes.
    pub const fn head(&self, chain: Chain) -> Head {
        Head {
            chain,
            seq: self.seq,
            hash: self.hash,
        }
    }

    /// What it holds, where the body is here and can be read.
    pub fn record(&self) -> Option<Record> {
        let json = self.body.as_deref()?.get(SALT..)?;
        serde_json::from_slice(json).ok()
    }

    /// The same for whom the body is not meant.
    pub fn without_body(&self) -> Self {
        Self {
            body: None,
            ..self.clone()
        }
    }
}

/// The hash of a body, with its salt.
pub fn hash_of_body(body: &[u8]) -> Hash {
    Hash::of("plumbline body 1", &[body])
}

/// The hash of an entry.
pub fn hash_of_entry(chain: &Chain, seq: u64, at: Timestamp, previous: &Hash, body: &Hash) -> Hash {
    Hash::of(
        "plumbline entry 1",
        &[
            &chain_tag(chain),
            &seq.to_be_bytes(),
            &at.0.to_be_bytes(),
            previous.as_bytes(),
            body.as_bytes(),
        ],
    )
}

/// The chain in hashes: always of one length.
fn chain_tag(chain: &Chain) -> [u8; 17] {
    let mut tag = [0; 17];
    if let Chain::Project(project) = chain {
        tag[0] = 1;
        tag[1..].copy_from_slice(project.as_bytes());
    }
    tag
}

/// Bodies as hexadecimal digits: JSON has no bytes.
mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::hash;

    pub(super) fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        match bytes {
            None => s.serialize_none(),
            Some(bytes) => s.serialize_some(&hash::hex(bytes)),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        d: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        let Some(text) = Option::<String>::deserialize(d)? else {
            return Ok(None);
        };
        let bytes = hash::unhex(&text);
        bytes
            .map(Some)
            .ok_or_else(|| de::Error::custom("a body is hexadecimal digits"))
    }
}
