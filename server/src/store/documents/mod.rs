//! Documents: each an append-only log of raw changes. The port, and its SQLite adapter.

mod sqlite;
mod writer;

use std::future::Future;

use shared::base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use shared::domain::permission::{DocumentKind, Role};
use shared::sync::room::Outcome;
use shared::sync::server::Offered;
use shared::sync::wire::Entry;

pub use sqlite::SqliteDocuments;
pub(crate) use sqlite::insert_document;

use super::StoreError;

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
    /// The changes.
    pub changes: Vec<Offered>,
}

/// What became of each change of an append.
pub type Outcomes = Vec<(ChangeHash, Outcome)>;

/// Where documents' logs are kept.
pub trait DocumentLog: Clone + Send + Sync + 'static {
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
    fn read(
        &self,
        document: DocumentId,
        after: u64,
    ) -> impl Future<Output = Result<Vec<Entry>, StoreError>> + Send;

    /// Takes its place in the queue at once, and answers when what was taken is on disk (fsync included). On an error
    /// nothing of it was stored.
    fn append(
        &self,
        append: Append,
    ) -> impl Future<Output = Result<Outcomes, StoreError>> + Send + 'static;
}

/// Who has which role.
pub trait Directory: Clone + Send + Sync + 'static {
    /// The role of a person in a project; `None`: no member, or no such project.
    fn role_of(
        &self,
        person: PersonId,
        project: ProjectId,
    ) -> impl Future<Output = Result<Option<Role>, StoreError>> + Send;
}
