//! Documents: each an append-only log of raw changes. The port, and its adapter to the database.

mod batch;
mod decide;
mod log;
mod receipts;
mod rows;
mod snapshots;
mod writer;

use std::future::Future;

use shared::base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use shared::domain::permission::{Access, DocumentKind, ProjectState, Role, access};
use shared::sync::room::Outcome;
use shared::sync::server::Offered;
use shared::sync::wire::Entry;

pub use log::Documents;
pub(crate) use log::insert_document;
pub(super) use rows::{portions, unsigned, values};
pub use snapshots::{Examined, Problem, SnapshotRow};

use super::{BlobHash, StoreError};

/// A document, without its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its id.
    pub id: DocumentId,
    /// Whose.
    pub project: ProjectId,
    /// What kind.
    pub kind: DocumentKind,
    /// Which one of its kind; empty where there is only one.
    pub key: String,
    /// The log's epoch.
    pub epoch: u64,
    /// The last sequence number.
    pub head: u64,
    /// Up to here changes are kept only in a snapshot.
    pub floor: u64,
}

/// A document to make; there already: nothing happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// Its id.
    pub id: DocumentId,
    /// Whose.
    pub project: ProjectId,
    /// What kind.
    pub kind: DocumentKind,
    /// Which one of its kind.
    pub key: String,
}

/// Changes to append, in this order; each is taken or refused by itself.
#[derive(Debug, Clone)]
pub struct Append {
    /// To which document.
    pub document: DocumentId,
    /// Who offers them.
    pub person: PersonId,
    /// When they were received.
    pub at: Timestamp,
    /// The policy version ([`Standing::policy`]) under which the caller found that the person may write.
    pub policy: u64,
    /// The head of the document that the caller checked the changes against; `None`: it checked against none.
    pub head: Option<u64>,
    /// The changes.
    pub changes: Vec<Offered>,
}

/// What became of each change of an append.
pub type Outcomes = Vec<(ChangeHash, Outcome)>;

/// The answer to an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// What became of each change; what was stored is on disk.
    Done(Outcomes),
    /// Nothing was stored: rights or the document have moved on since the caller looked. Look again.
    Stale {
        /// The policy version now.
        policy: u64,
        /// The document's head now.
        head: u64,
    },
}

/// What a person's rights in a project are computed from, all of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Their role; `None`: no member, no longer active, or no such project.
    pub role: Option<Role>,
    /// Whether the project is open.
    pub state: ProjectState,
    /// Raised by everything that changes anybody's right in the project; 0: no such project.
    pub policy: u64,
}

impl Standing {
    /// Of a project that is not there.
    pub const NOBODY: Self = Self {
        role: None,
        state: ProjectState::Open,
        policy: 0,
    };

    /// What they may do with documents of `kind`.
    pub fn access(&self, kind: DocumentKind) -> Access {
        access(self.role, self.state, kind)
    }
}

/// Where documents' logs are kept.
pub trait DocumentLog: Clone + Send + Sync + 'static {
    /// Nobody else writes to it all the time: at most the command line, now and then.
    fn alone(&self) -> bool;

    /// One document.
    fn find(
        &self,
        document: DocumentId,
    ) -> impl Future<Output = Result<Option<DocumentRow>, StoreError>> + Send;

    /// All documents of a project, in the order they were made.
    fn list(
        &self,
        project: ProjectId,
    ) -> impl Future<Output = Result<Vec<DocumentRow>, StoreError>> + Send;

    /// Makes a document that is not there yet; answers what is there then.
    fn create(
        &self,
        new: NewDocument,
        at: Timestamp,
    ) -> impl Future<Output = Result<DocumentRow, StoreError>> + Send;

    /// Whether all these are in the log; the frozen first change counts as there.
    fn knows(
        &self,
        document: DocumentId,
        hashes: Vec<ChangeHash>,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Entries after `after` in log order: a page of bounded size, empty at the end.
    ///
    /// # Errors
    /// [`StoreError::BelowFloor`] where the next entry is kept only in a snapshot: begin with that;
    /// [`StoreError::Damaged`] where its bytes are missing or damaged ([`DocumentLog::repair`] takes them again).
    fn read(
        &self,
        document: DocumentId,
        after: u64,
    ) -> impl Future<Output = Result<Vec<Entry>, StoreError>> + Send;

    /// How many bytes of changes follow `after`; of those up to the floor nothing is counted.
    fn weight(
        &self,
        document: DocumentId,
        after: u64,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Takes its place in the queue at once, and answers when what was taken is on disk (fsync included). On an error
    /// nothing of it was stored.
    fn append(
        &self,
        append: Append,
    ) -> impl Future<Output = Result<Appended, StoreError>> + Send + 'static;

    /// The newest snapshot of a document.
    fn snapshot(
        &self,
        document: DocumentId,
    ) -> impl Future<Output = Result<Option<SnapshotRow>, StoreError>> + Send;

    /// The bytes of one of a document's snapshots, as they were put; `None`: it has none of that address, or they
    /// cannot be read.
    fn snapshot_bytes(
        &self,
        document: DocumentId,
        hash: BlobHash,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send;

    /// Stores a snapshot of a document up to `seq` of `epoch`: it is checked to hold every change up to there, and read
    /// back. One that is there already stays.
    fn put_snapshot(
        &self,
        document: DocumentId,
        epoch: u64,
        seq: u64,
        bytes: Vec<u8>,
        at: Timestamp,
    ) -> impl Future<Output = Result<SnapshotRow, StoreError>> + Send;

    /// Gives up the bytes of changes up to `seq`, as far as the newest snapshot that can be read holds them: answers up
    /// to where they are given up now. Snapshots but the newest and the one before it go.
    fn trim(
        &self,
        document: DocumentId,
        seq: u64,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Reads everything that is kept of a document and says what is wrong with it.
    fn examine(
        &self,
        document: DocumentId,
    ) -> impl Future<Output = Result<Examined, StoreError>> + Send;

    /// The changes whose bytes are missing or damaged, and that no snapshot that can be read holds.
    fn lacking(
        &self,
        document: DocumentId,
    ) -> impl Future<Output = Result<Vec<ChangeHash>, StoreError>> + Send;

    /// Fills a change in again whose bytes are missing or damaged; whether that was needed.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] where the bytes are not those of the hash.
    fn repair(
        &self,
        document: DocumentId,
        hash: ChangeHash,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// Who has which role.
pub trait Directory: Clone + Send + Sync + 'static {
    /// A person's standing in a project.
    fn standing(
        &self,
        person: PersonId,
        project: ProjectId,
    ) -> impl Future<Output = Result<Standing, StoreError>> + Send;
}
