//! The database: all SQL is below this module. SQLite for now; PostgreSQL comes with the next version.
//!
//! One connection writes and several read (WAL): writers never wait for readers. Every write transaction starts with
//! `BEGIN IMMEDIATE`, because the command line writes to the same file while the server runs.

mod attempts;
mod audit;
pub mod documents;
mod organisation;
mod people;
mod projects;
mod sessions;
pub(crate) mod tokens;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};

pub use attempts::Attempt;
pub use audit::{AuditEvent, AuditRow};
pub use people::{Account, name_key};
pub use projects::ProjectToMake;
pub use sessions::SignedIn;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The database's file within the data folder.
pub const FILE: &str = "plumbline.db";

/// The database did not do what was asked; nothing of the transaction was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite says no: disk full, read-only, broken.
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
    /// No randomness for an id.
    #[error(transparent)]
    Randomness(#[from] crate::secret::NoRandomness),
}

impl StoreError {
    /// Disk full, read-only, busy: a condition of the machine that passes or that its keeper must mend.
    pub fn cannot_store(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => true,
            // primary result codes: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN
            Self::Database(sqlx::Error::Database(cause)) => cause
                .code()
                .and_then(|code| code.parse::<u32>().ok())
                .is_some_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14)),
            _ => false,
        }
    }
}

/// The open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    read: SqlitePool,
    write: SqlitePool,
}

impl Store {
    /// Opens (and where needed makes) the database of a data folder, and brings its tables to this version.
    pub async fn open(data: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(data).map_err(|e| StoreError::File(data.to_owned(), e))?;
        keep_to_owner(data);
        Self::open_file(&data.join(FILE)).await
    }

    /// Opens what `--database` names: `sqlite:PATH`.
    pub async fn open_url(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url
            .strip_prefix("sqlite://")
            .or_else(|| url.strip_prefix("sqlite:"))
        {
            Self::open_file(Path::new(path)).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Err(StoreError::Unsupported(
                "PostgreSQL comes with the next version; this one stores in SQLite: leave --database out, or give sqlite:PATH".to_owned(),
            ))
        } else {
            Err(StoreError::Unsupported(format!(
                "--database {url:?} is no address of a database; give sqlite:PATH, or leave it out"
            )))
        }
    }

    async fn open_file(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&write).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await?;
        Ok(Self { read, write })
    }

    /// For reading: any of several connections.
    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.read
    }

    /// A write transaction. It is undone when dropped without `commit`.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.read).await?;
        Ok(())
    }

    /// Writes a consistent copy to `file`, which must not exist, while others go on reading and writing.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        let path = file.to_str().ok_or_else(|| {
            StoreError::Unsupported("the backup's path is not Unicode".to_owned())
        })?;
        // SQLite takes an empty file: made here, so that nobody else can read the copy
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(file)
            .map_err(|e| StoreError::File(file.to_owned(), e))?;
        sqlx::query("VACUUM INTO ?")
            .bind(path)
            .execute(&self.read)
            .await?;
        Ok(())
    }

    /// Closes all connections; what was committed is on disk already.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
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
