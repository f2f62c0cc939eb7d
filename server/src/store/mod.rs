//! The database: all SQL is below this module, each statement once, for SQLite and PostgreSQL.
//!
//! In SQLite one connection writes and several read (WAL): writers never wait for readers. Every write transaction starts
//! with `BEGIN IMMEDIATE`, because the command line writes to the same file while the server runs. In PostgreSQL several
//! nodes write at once: whatever a transaction reads and relies on is locked by it.

mod attachments;
mod attempts;
mod audit;
mod belongings;
mod blobs;
mod copy;
mod database;
mod deliveries;
mod deputies;
pub mod documents;
mod feeds;
pub(crate) mod file;
mod grants;
mod holders;
mod import;
pub(crate) mod ledger;
mod nodes;
pub(crate) mod notices;
mod organisation;
mod outside;
mod packs;
mod people;
mod posts;
mod projects;
pub(crate) mod robots;
mod second_factor;
mod sessions;
mod spans;
pub(crate) mod standing;
mod steps;
pub(crate) mod tokens;
mod transaction;

use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use blobs::Blobs;
use database::Database;
use documents::SnapshotRow;
use shared::base::DocumentId;

pub(crate) use attachments::{NotThere, Put, first_missing};
pub use attempts::Attempt;
pub(crate) use attempts::Knocks;
pub use audit::{AuditAsked, AuditEvent, AuditRow};
pub use blobs::{BlobHash, NoHash};
pub(crate) use database::Address;
pub(crate) use deliveries::{Batch, Item};
pub use feeds::FeedOf;
pub use holders::PeopleAt;
pub(crate) use holders::people_at;
pub(crate) use ledger::{HeadRow, KeyRow};
pub use nodes::Ears;
pub(crate) use nodes::Told;
pub(crate) use outside::{OutsideLink, used as link_used};
pub(crate) use packs::keep as keep_pack;
pub use people::{Account, name_key};
pub use projects::ProjectToMake;
pub use second_factor::SecondFactor;
pub use sessions::SignedIn;
pub(crate) use transaction::Tx;

/// The database's file within the data folder.
pub const FILE: &str = "plumbline.db";

/// The database did not do what was asked; nothing of the transaction was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It says no: disk full, read-only, broken, gone.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables cannot be brought to this version.
    #[error("the database's tables cannot be brought to this version: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A value in the database is not what it must be.
    #[error("the database holds something unreadable: {0}")]
    Unreadable(String),
    /// A name or an id is taken.
    #[error("{0} is there already")]
    Exists(&'static str),
    /// Nothing there.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Something else still needs it.
    #[error("{0}")]
    InUse(&'static str),
    /// A project must have a manager.
    #[error("a project must keep a manager")]
    LastManager,
    /// An organisation must have an administrator who can sign in.
    #[error("the organisation must keep an administrator who can sign in")]
    LastAdministrator,
    /// `--database` names something this version cannot open.
    #[error("{0}")]
    Unsupported(String),
    /// The data folder or a backup cannot be made.
    #[error("{path}: {1}", path = .0.display())]
    File(PathBuf, std::io::Error),
    /// The server ends.
    #[error("the server stops; nothing more is stored")]
    Stopped,
    /// What was asked together with others met an error of the machine.
    #[error("{0}")]
    Unavailable(String),
    /// What is asked for is kept only in this snapshot: begin with that.
    #[error("changes up to {} are kept only in a snapshot", .0.seq)]
    BelowFloor(SnapshotRow),
    /// A change's bytes are missing or damaged.
    #[error(
        "change {1} of document {0} is missing or damaged in the store; whoever has it may give it back"
    )]
    Damaged(DocumentId, u64),
    /// The place of blobs did not do what was asked.
    #[error("the blobs: {0}")]
    Blobs(#[from] object_store::Error),
    /// The place of blobs cannot be used from the start.
    #[error("no blobs at {place}: {cause}. {advice}")]
    NoBlobs {
        /// What `--blobs` names.
        place: String,
        /// What to look at.
        advice: &'static str,
        /// How the list of objects was refused.
        cause: object_store::Error,
    },
    /// The organisation is not changed like that.
    #[error(transparent)]
    Refused(#[from] shared::domain::organisation::Refusal),
    /// No randomness for an id.
    #[error(transparent)]
    Randomness(#[from] crate::secret::NoRandomness),
}

impl StoreError {
    /// The connection to the database broke: what was asked last may have been done all the same.
    pub(crate) fn unanswered(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed) => true,
            Self::Database(sqlx::Error::Database(cause)) => cause
                .code()
                // PostgreSQL's SQLSTATE: connection, shut down by its keeper
                .is_some_and(|code| {
                    code.len() == 5 && (code.starts_with("08") || code.starts_with("57P"))
                }),
            _ => false,
        }
    }

    /// Disk full, read-only, busy, unreachable: a condition of the machine that passes or that its keeper must mend.
    pub fn cannot_store(&self) -> bool {
        use sqlx::Error;
        match self {
            Self::Database(
                Error::PoolTimedOut
                | Error::PoolClosed
                | Error::WorkerCrashed
                | Error::Io(_)
                | Error::Tls(_)
                | Error::BeginFailed,
            )
            | Self::Stopped
            | Self::Unavailable(_)
            | Self::Blobs(_) => true,
            Self::Database(Error::Database(cause)) => {
                cause.code().is_some_and(|code| passes(&code))
            }
            _ => false,
        }
    }
}

/// Whether an error of that code is of the machine, not of the statement.
fn passes(code: &str) -> bool {
    if code.len() == 5 {
        // PostgreSQL's SQLSTATE: connection, resources (disk full), operator, system; read-only; waited in vain; deadlock
        return ["08", "53", "57", "58"].contains(&code.get(..2).unwrap_or_default())
            || ["25006", "55P03", "40001", "40P01"].contains(&code);
    }
    // SQLite's primary result codes: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN
    code.parse::<u32>()
        .is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
}

/// The open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    database: Database,
    blobs: Blobs,
    /// This node's name among those on the same database.
    node: Arc<str>,
}

impl Store {
    /// Opens (and where needed makes) the database of a data folder, and brings its tables to this version.
    pub async fn open(data: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(data).map_err(|e| StoreError::File(data.to_owned(), e))?;
        keep_to_owner(data);
        Self::open_address(&Address::File(data.join(FILE)), None).await
    }

    /// Opens what `--database` names, `sqlite:PATH` or `postgres://...`, and brings its tables to this version.
    pub async fn open_url(url: &str) -> Result<Self, StoreError> {
        Self::open_address(&Address::of(url)?, None).await
    }

    /// `blobs`: where to keep them, `file:///FOLDER` or `s3://BUCKET/PREFIX`; `None`: in the database.
    pub(crate) async fn open_address(
        address: &Address,
        blobs: Option<&str>,
    ) -> Result<Self, StoreError> {
        let blobs = Blobs::open(blobs).await?;
        let database = address.open().await?;
        let node = nodes::name()?.into();
        Ok(Self {
            database,
            blobs,
            node,
        })
    }

    /// The same store with its blobs elsewhere: `file:///FOLDER` or `s3://BUCKET/PREFIX`.
    ///
    /// # Errors
    /// [`StoreError::Unsupported`] for any other place; [`StoreError::File`] where the folder cannot be made;
    /// [`StoreError::NoBlobs`] where the bucket cannot be reached.
    pub async fn with_blobs(self, url: &str) -> Result<Self, StoreError> {
        let blobs = Blobs::open(Some(url)).await?;
        Ok(Self { blobs, ..self })
    }

    /// Whether several nodes may have it open.
    pub(crate) fn shared(&self) -> bool {
        self.database.kind == database::Kind::Postgres
    }

    /// For reading: any of several connections.
    pub(crate) fn reader(&self) -> &AnyPool {
        &self.database.read
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(self.reader()).await?;
        Ok(())
    }

    /// Writes a consistent copy to `file`, which must not exist, while others go on reading and writing.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        // an empty file is an empty database: made here, so that nobody else can read the copy
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(file)
            .map_err(|e| StoreError::File(file.to_owned(), e))?;
        let copy = Self::open_address(&Address::File(file.to_owned()), None).await?;
        let copied = self.copy_into(&copy).await;
        copy.close().await;
        copied
    }

    /// Closes all connections; what was committed is on disk already.
    pub async fn close(&self) {
        self.database.read.close().await;
        self.database.write.close().await;
    }
}

/// Others on the machine have no business in the data folder. Best effort: some file systems know no modes.
fn keep_to_owner(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700));
    }
    #[cfg(not(unix))]
    let _ = folder;
}

/// The 16 bytes of an id out of a column.
pub(crate) fn id_bytes(bytes: &[u8]) -> Result<[u8; 16], StoreError> {
    bytes
        .try_into()
        .map_err(|_| StoreError::Unreadable(format!("an id of {} bytes", bytes.len())))
}

/// A word of an enumeration, as it is stored: the same as on the wire.
pub(crate) fn word<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(StoreError::Unreadable("a value that is no word".to_owned())),
    }
}

/// The value that a stored word stands for.
pub(crate) fn from_word<T: serde::de::DeserializeOwned>(word: String) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word))
        .map_err(|e| StoreError::Unreadable(e.to_string()))
}

/// A violated UNIQUE is said as what it means.
pub(crate) fn unique(error: sqlx::Error, what: &'static str) -> StoreError {
    match &error {
        sqlx::Error::Database(cause) if cause.is_unique_violation() => StoreError::Exists(what),
        _ => StoreError::Database(error),
    }
}

/// A column that holds yes or no.
pub(crate) fn yes(row: &AnyRow, column: &str) -> Result<bool, StoreError> {
    Ok(row.try_get::<i64, _>(column)? != 0)
}
