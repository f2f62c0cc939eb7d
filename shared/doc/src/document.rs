//! One document: an Automerge history with a kind.

use base::sort;
use std::fmt;
use std::panic::catch_unwind;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ROOT, ReadDoc};
use base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use domain::permission::DocumentKind;

use crate::model::Model;
use crate::scalar::Scalar;
use crate::{bounds, frozen};

/// Changes applied in one call of Automerge: a thousand in one call cost 700 MB, ten cost nothing.
const CHANGES_A_CALL: usize = 10;

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
/// kind and the key (a note's task, a form's [`base::FormId`]). First 16 bytes of SHA-256 over the three.
pub fn derived_id(project: ProjectId, kind: DocumentKind, key: &str) -> DocumentId {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(project.as_bytes());
    hash.update(match kind {
        DocumentKind::Plan => b"plan\0".as_slice(),
        DocumentKind::Progress => b"progress\0",
        DocumentKind::Note => b"note\0",
        DocumentKind::Source => b"source\0",
        DocumentKind::Proposal => b"proposal\0",
        DocumentKind::Form => b"form\0",
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
    pub(crate) inner: AutoCommit,
    /// What was read of it so far; brought up to date before each use.
    pub(crate) model: Model,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Document {
    /// A fresh document: the frozen first bytes of its kind. `actor` is random per tab session.
    pub fn new(kind: DocumentKind, actor: [u8; 16]) -> Self {
        let mut inner = AutoCommit::new();
        // the frozen bytes are pinned by a test; should they ever fail to apply, the document stays empty and
        // every command is refused, instead of a second first change being made
        if let Ok(first) = Change::try_from(frozen::bytes(kind)) {
            let _ = inner.apply_changes([first]);
        }
        Self::around(kind, inner, actor)
    }

    fn around(kind: DocumentKind, mut inner: AutoCommit, actor: [u8; 16]) -> Self {
        inner.set_actor(ActorId::from(actor.as_slice()));
        Self {
            kind,
            inner,
            model: Model::default(),
        }
    }

    /// From a snapshot (`None`: the frozen first bytes) and the changes after it, in any order; applied ten at a time.
    /// What is beyond the limits ([`crate::bounds`]) is refused before Automerge sees it.
    pub fn load<B: AsRef<[u8]>>(
        kind: DocumentKind,
        snapshot: Option<&[u8]>,
        changes: &[B],
        actor: [u8; 16],
    ) -> Result<Self, LoadError> {
        let mut document = match snapshot {
            None => Self::new(kind, actor),
            Some(bytes) => {
                bounds::document(bytes).map_err(|e| LoadError(e.to_string()))?;
                // Automerge takes for granted that what it wrote itself was written right, and panics where it was
                // not. In the browser that would be the end: there only our own server's documents come in.
                let loaded = catch_unwind(|| AutoCommit::load(bytes))
                    .map_err(|_| LoadError("Automerge stopped".to_owned()))?;
                let inner = loaded.map_err(|e| LoadError(e.to_string()))?;
                Self::around(kind, inner, actor)
            }
        };
        if !document.has(&frozen::hash(kind)) {
            return Err(LoadError(
                "it does not begin as documents of this kind do".into(),
            ));
        }
        let changes = parse(changes).map_err(LoadError)?;
        document.apply_parsed(changes).map_err(LoadError)?;
        Ok(document)
    }

    /// Applies changes from elsewhere, ten at a time; those whose dependencies are missing wait inside. Changes that
    /// are here already are passed over.
    pub fn apply<B: AsRef<[u8]>>(&mut self, changes: &[B]) -> Result<(), ApplyError> {
        let changes = parse(changes).map_err(ApplyError)?;
        if changes.is_empty() {
            return Ok(());
        }
        // a copy shares its columns with the original: it costs far less than the changes do
        let before = self.inner.clone();
        self.apply_parsed(changes).map_err(|why| {
            self.inner = before;
            self.model = Model::default();
            ApplyError(why)
        })
    }

    /// As [`Document::apply`], without the copy to go back to: after an error the document is not to be used any more.
    pub fn take_in<B: AsRef<[u8]>>(&mut self, changes: &[B]) -> Result<(), ApplyError> {
        let changes = parse(changes).map_err(ApplyError)?;
        self.apply_parsed(changes).map_err(ApplyError)
    }

    fn apply_parsed(&mut self, changes: Vec<Change>) -> Result<(), String> {
        let mut changes = changes.into_iter().peekable();
        while changes.peek().is_some() {
            let some: Vec<Change> = changes.by_ref().take(CHANGES_A_CALL).collect();
            self.inner.apply_changes(some).map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    /// The whole document as one snapshot, with the changes that wait for others.
    pub fn save(&mut self) -> Vec<u8> {
        self.inner.save()
    }

    /// Hashes of the changes that no other change follows, ascending.
    pub fn heads(&mut self) -> Vec<ChangeHash> {
        let mut heads: Vec<_> = self.inner.get_heads().into_iter().map(from_am).collect();
        sort::plain(&mut heads);
        heads
    }

    /// The kind it was made or loaded as.
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// All changes that are not among `heads` and what they follow, dependencies first. The frozen first change
    /// is among them when `heads` is empty.
    pub fn changes_since(&mut self, heads: &[ChangeHash]) -> Vec<RawChange> {
        let heads: Vec<_> = heads.iter().map(to_am).collect();
        self.inner
            .get_changes(&heads)
            .into_iter()
            .map(raw)
            .collect()
    }

    /// The bytes of one change, where it is here and applied.
    pub fn change(&mut self, hash: &ChangeHash) -> Option<Vec<u8>> {
        self.inner
            .get_change_by_hash(&to_am(hash))
            .map(|change| raw(change).bytes)
    }

    /// Whether a change is here and applied.
    pub fn has(&mut self, hash: &ChangeHash) -> bool {
        self.inner.get_change_meta_by_hash(&to_am(hash)).is_some()
    }

    /// All changes that are here and applied, the frozen first one too: actor, its number among the actor's own, hash.
    pub fn numbered(&mut self) -> Vec<([u8; 16], u64, ChangeHash)> {
        let all = self.inner.get_changes_meta(&[]);
        let of = |change: &automerge::ChangeMetadata<'_>| {
            let actor = change.actor.to_bytes().try_into().ok()?;
            Some((actor, change.seq, from_am(change.hash)))
        };
        all.iter().filter_map(of).collect()
    }

    /// Whether anything follows the frozen first change.
    pub fn is_begun(&mut self) -> bool {
        self.heads() != [frozen::hash(self.kind)]
    }

    /// Changes that others wait for and that are not here.
    pub fn missing(&mut self) -> Vec<ChangeHash> {
        self.inner
            .get_missing_deps(&[])
            .into_iter()
            .map(from_am)
            .collect()
    }

    /// Another actor for the changes made from now on.
    pub fn set_actor(&mut self, actor: [u8; 16]) {
        self.inner.get_heads(); // closes what is open under the old actor
        self.inner.set_actor(ActorId::from(actor.as_slice()));
    }

    /// The actor of the changes made here.
    pub fn actor(&self) -> Vec<u8> {
        self.inner.get_actor().to_bytes().to_vec()
    }

    /// A copy that goes its own way, under another actor.
    pub fn fork(&mut self, actor: [u8; 16]) -> Self {
        Self::around(self.kind, self.inner.fork(), actor)
    }

    /// A copy as the document was at `heads`; `None` where they are not here.
    pub fn fork_at(&mut self, heads: &[ChangeHash], actor: [u8; 16]) -> Option<Self> {
        let heads: Vec<_> = heads.iter().map(to_am).collect();
        let inner = self.inner.fork_at(&heads).ok()?;
        Some(Self::around(self.kind, inner, actor))
    }

    /// The schema number that the document carries; 1 today.
    pub fn schema(&self) -> i64 {
        match self.inner.get(ROOT, "schema") {
            Ok(Some((value, id))) => match Scalar::from_value(&self.inner, &value, &id) {
                Scalar::Int(number) => number,
                _ => 1,
            },
            _ => 1,
        }
    }

    /// Commits what was written as one change; `None` where nothing was.
    pub(crate) fn commit(&mut self, author: Author) -> Option<automerge::ChangeHash> {
        if self.inner.pending_ops() == 0 {
            self.inner.rollback();
            return None;
        }
        self.inner.commit_with(
            CommitOptions::default()
                .with_message(author.person.to_string())
                .with_time(author.at.0.div_euclid(1000)),
        )
    }

    /// Who made the change that holds an operation, and when, as the change says.
    pub(crate) fn made(
        inner: &mut AutoCommit,
        id: &automerge::ObjId,
    ) -> (Option<PersonId>, Timestamp) {
        let Some(hash) = inner.hash_for_opid(id) else {
            return (None, Timestamp(0));
        };
        match inner.get_change_meta_by_hash(&hash) {
            Some(meta) => (
                meta.message.as_deref().and_then(|m| m.parse().ok()),
                Timestamp(meta.timestamp.saturating_mul(1000)),
            ),
            None => (None, Timestamp(0)),
        }
    }
}

/// Reads raw changes, without those that come twice.
fn parse<B: AsRef<[u8]>>(changes: &[B]) -> Result<Vec<Change>, String> {
    let mut seen = rustc_hash::FxHashSet::default();
    let mut parsed = Vec::with_capacity(changes.len());
    for bytes in changes {
        let bytes = bytes.as_ref();
        bounds::change(bytes).map_err(|e| e.to_string())?;
        let change = Change::try_from(bytes).map_err(|e| e.to_string())?;
        // Automerge's reader of single changes passes over the checksum, and damage would be taken for a change
        if bytes.get(4..8) != change.hash().0.get(..4) {
            return Err("its checksum is wrong".to_owned());
        }
        if seen.insert(change.hash()) {
            parsed.push(change);
        }
    }
    Ok(parsed)
}

pub(crate) fn raw(mut change: Change) -> RawChange {
    RawChange {
        hash: from_am(change.hash()),
        bytes: change.bytes().into_owned(),
    }
}

pub(crate) fn from_am(hash: automerge::ChangeHash) -> ChangeHash {
    ChangeHash::from_bytes(hash.0)
}

pub(crate) fn to_am(hash: &ChangeHash) -> automerge::ChangeHash {
    automerge::ChangeHash(*hash.as_bytes())
}
