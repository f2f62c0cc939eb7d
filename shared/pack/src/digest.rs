//! The content hash 内容哈希 of a pack: what a project adopts and a device caches.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::definition::Pack;

/// Goes before the content, so that a hash of this form is of nothing else.
const HEAD: &[u8] = b"plumbline pack 1\n";

/// SHA-256, in hexadecimal, over what a pack means: the fields of [`Pack`] as JSON in their order, its parts by id.
/// Comments, blank space, the names of files and the order of keys in them do not count; every text does.
pub fn digest(pack: &Pack) -> String {
    let mut hash = Sha256::new();
    hash.update(HEAD);
    hash.update(canonical(pack));
    let mut text = String::new();
    for byte in hash.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// What the hash is made of, and what devices are sent.
pub fn canonical(pack: &Pack) -> Vec<u8> {
    // plain structs with text keys: there is nothing in them that JSON cannot hold
    serde_json::to_vec(pack).unwrap_or_default()
}
