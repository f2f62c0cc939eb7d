//! Opening a database: SQLite or PostgreSQL behind one driver, so that each statement is written once.
//!
//! What the statements keep to: `$1..$n`, BIGINT (yes/no too) as `i64`, bytes, text. What differs between the two is here
//! and in [`super::Tx`].

use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::migrate::Migrator;
use sqlx::{AnyPool, Executor};

use super::StoreError;

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// The most connections of one node to PostgreSQL.
const CONNECTIONS: u32 = 16;

/// How long to wait for a connection; a server that is down is waited for as long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Each SQLite connection: readers never wait for writers, a commit is on disk, the command line gets its turn.
const SQLITE_SESSION: &str =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA busy_timeout = 10000";

/// Each PostgreSQL connection: a commit is on disk even where the cluster was told to be careless, a lock is not waited
/// for without end, and what a vanished node held is let go.
const POSTGRES_SESSION: &str = "SET default_transaction_isolation = 'read committed';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
    SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = 'warning'";

/// Before the first connection.
pub(super) fn drivers() {
    static DRIVERS: Once = Once::new();
    DRIVERS.call_once(install_default_drivers);
}

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file; one connection writes.
    Sqlite,
    /// A server, and perhaps other nodes beside this one.
    Postgres,
}

/// An open database.
#[derive(Debug, Clone)]
pub(super) struct Database {
    pub(super) kind: Kind,
    pub(super) read: AnyPool,
    pub(super) write: AnyPool,
    /// The server's address; with SQLite there is none.
    pub(super) server: Option<String>,
}

/// What `--database` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// A file.
    File(PathBuf),
    /// A server, as it was written.
    Server(String),
}

impl Address {
    /// # Errors
    /// [`StoreError::Unsupported`] where it names neither.
    pub(crate) fn of(url: &str) -> Result<Self, StoreError> {
        let file = url
            .strip_prefix("sqlite://")
            .or_else(|| url.strip_prefix("sqlite:"));
        if let Some(path) = file {
            Ok(Self::File(path.into()))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Ok(Self::Server(url.to_owned()))
        } else {
            // not the whole: a password may be in it
            let scheme = url.split(':').next().unwrap_or_default();
            Err(StoreError::Unsupported(format!(
                "--database {scheme}:... is no address of a database; give postgres://USER@HOST/NAME or sqlite:PATH, or leave it out"
            )))
        }
    }

    pub(super) async fn open(&self) -> Result<Database, StoreError> {
        drivers();
        match self {
            Self::File(path) => open_file(path).await,
            Self::Server(url) => open_server(url).await,
        }
    }
}

async fn open_file(path: &Path) -> Result<Database, StoreError> {
    let url = file_url(path)?;
    // a file's connection does not go away while nobody uses it: it is not tried out before each use
    let file = |connections| pool(connections, SQLITE_SESSION).test_before_acquire(false);
    let write = file(1).connect(&url).await?;
    SQLITE.run(&write).await?;
    let read = file(4).connect(&url).await?;
    Ok(Database {
        kind: Kind::Sqlite,
        read,
        write,
        server: None,
    })
}

async fn open_server(url: &str) -> Result<Database, StoreError> {
    let pool = pool(CONNECTIONS, POSTGRES_SESSION).connect(url).await?;
    // several nodes that start at once wait for each other here
    POSTGRES.run(&pool).await?;
    Ok(Database {
        kind: Kind::Postgres,
        read: pool.clone(),
        write: pool,
        server: Some(url.to_owned()),
    })
}

fn pool(connections: u32, session: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(sqlx::raw_sql(session)).await?;
                Ok(())
            })
        })
}

/// A file's address as the driver reads it: every byte that could mean something in a URL is escaped.
fn file_url(path: &Path) -> Result<String, StoreError> {
    let fail = |e| StoreError::File(path.to_owned(), e);
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let folder = folder.canonicalize().map_err(fail)?;
    let name = path
        .file_name()
        .ok_or_else(|| fail(std::io::ErrorKind::InvalidFilename.into()))?;
    let whole = folder.join(name);
    let text = whole.to_str().ok_or_else(|| {
        StoreError::Unsupported(format!(
            "{}: the path of a database must be Unicode",
            whole.display()
        ))
    })?;
    let mut url = "sqlite://".to_owned();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url.push_str("?mode=rwc");
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_none_is_refused_without_its_password() {
        let error = Address::of("mysql://li:secret@host/db").unwrap_err();
        assert!(!error.to_string().contains("secret"));
        assert!(Address::of("sqlite:x.db").is_ok());
        assert!(Address::of("postgresql://host/db").is_ok());
    }

    #[tokio::test]
    async fn a_database_opens_wherever_its_folder_is() {
        let folder = tempfile::TempDir::new().unwrap();
        let strange = folder.path().join("数据 100%?#&");
        std::fs::create_dir(&strange).unwrap();
        let file = strange.join("a?b.db");
        Address::File(file.clone()).open().await.unwrap();
        assert!(file.is_file());
    }
}
