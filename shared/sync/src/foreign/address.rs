//! Ids of documents as automerge-repo writes them: base58 of the bytes and four bytes of their doubled SHA-256.

use base::DocumentId;
use sha2::{Digest, Sha256};

const SCHEME: &str = "automerge:";

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let hash: [u8; 32] = Sha256::digest(Sha256::digest(bytes)).into();
    let [a, b, c, d, ..] = hash;
    [a, b, c, d]
}

/// A document's id as an automerge-repo client writes it in its messages.
pub fn to_text(document: DocumentId) -> String {
    let mut bytes = document.as_bytes().to_vec();
    bytes.extend(checksum(document.as_bytes()));
    bs58::encode(bytes).into_string()
}

/// The URL by which an automerge-repo client finds a document: `automerge:` and the id.
pub fn url(document: DocumentId) -> String {
    format!("{SCHEME}{}", to_text(document))
}

/// Reads an id as automerge-repo writes it, with or without `automerge:`.
pub fn from_text(text: &str) -> Option<DocumentId> {
    let text = text.strip_prefix(SCHEME).unwrap_or(text);
    let mut bytes = [0; 20];
    if text.len() > 40 || bs58::decode(text).onto(&mut bytes).ok()? != 20 {
        return None;
    }
    let (id, sum) = bytes.split_at(16);
    if checksum(id) != sum {
        return None;
    }
    Some(DocumentId::from_bytes(id.try_into().ok()?))
}
