//! What a document may grow to.

use super::{Head, Unsound};

/// The largest document: as it is saved, and its inflated changes together, in bytes. Three times a
/// plan of 10,000 tasks with its history.
pub const MAX_DOCUMENT: u64 = 32 * 1024 * 1024;
/// The most operations in a document: as many take Automerge a second and 100 MB, which may come in 200 bytes. A plan of
/// 10,000 tasks with its history has a fifth of it, the longest note one for each letter.
pub(super) const MAX_DOCUMENT_OPS: u64 = 1_200_000;
/// The most changes in a document: ten times those of a plan of 10,000 tasks.
pub(super) const MAX_DOCUMENT_CHANGES: u64 = 500_000;
/// The most values that operations replace, and the most dependencies, each: about one for each operation.
pub(super) const MAX_DOCUMENT_LINKS: u64 = 2 * MAX_DOCUMENT_OPS;
/// The most bytes of keys, each counted for every operation that has it: they are stored once and copied by readers.
pub(super) const MAX_DOCUMENT_KEYS: u64 = 256 * MAX_DOCUMENT_OPS;

/// How much there is of what costs memory and time: in a change, or in all changes of a document together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weight {
    /// Changes.
    pub changes: u64,
    /// Their operations.
    pub ops: u64,
    /// The values that they replace.
    pub replaced: u64,
    /// The changes that they follow directly.
    pub deps: u64,
    /// Bytes of their keys, repeated ones as often as they are.
    pub keys: u64,
    /// Bytes, inflated.
    pub bytes: u64,
}

impl Weight {
    /// The operations of a change, with what its beginning says and the length of its body.
    #[must_use]
    pub fn with(self, head: &Head<'_>, bytes: usize) -> Self {
        Self {
            changes: 1,
            deps: head.deps.len() as u64 / 32,
            bytes: bytes as u64,
            ..self
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, more: Self) -> Self {
        Self {
            changes: self.changes.saturating_add(more.changes),
            ops: self.ops.saturating_add(more.ops),
            replaced: self.replaced.saturating_add(more.replaced),
            deps: self.deps.saturating_add(more.deps),
            keys: self.keys.saturating_add(more.keys),
            bytes: self.bytes.saturating_add(more.bytes),
        }
    }

    /// Whether a document may weigh this.
    ///
    /// # Errors
    /// [`Unsound::TooLarge`] where it may not.
    pub fn within_a_document(self) -> Result<(), Unsound> {
        let within = self.changes <= MAX_DOCUMENT_CHANGES
            && self.ops <= MAX_DOCUMENT_OPS
            && self.replaced <= MAX_DOCUMENT_LINKS
            && self.deps <= MAX_DOCUMENT_LINKS
            && self.keys <= MAX_DOCUMENT_KEYS
            && self.bytes <= MAX_DOCUMENT;
        within.then_some(()).ok_or(Unsound::TooLarge)
    }
}
