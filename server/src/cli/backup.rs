//! `plumbline backup`, `verify`, `restore` and `migrate-store`.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::doc::examine_all;
use super::{Data, Failed, say};
use crate::clock::Clock;
use crate::store::file::sound;
use crate::store::{Address, FILE, Store};

/// Writes a consistent copy of everything into one file while the server runs.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  plumbline backup /backup/plumbline-monday.db
  plumbline verify /backup/plumbline-monday.db

The file is an SQLite database, whichever database the server uses. See `plumbline restore --help`.")]
pub(crate) struct Backup {
    #[command(flatten)]
    data: Data,
    /// The copy; must not exist.
    file: PathBuf,
}

impl Backup {
    pub(super) async fn run(self) -> Result<(), Failed> {
        if self.file.exists() {
            return Err(format!(
                "{} is there already; a backup replaces nothing",
                self.file.display()
            )
            .into());
        }
        let store = self.data.open().await?;
        store.backup(&self.file).await?;
        store.close().await;
        say(format_args!("{}", self.file.display()));
        Ok(())
    }
}

/// Reads a whole backup and says what is missing or damaged in it. The file stays as it is.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The backup.
    file: PathBuf,
}

impl Verify {
    pub(super) async fn run(self) -> Result<(), Failed> {
        let opened = Opened::new(&self.file).await?;
        let examined = examine_all(&opened.store).await;
        opened.store.close().await;
        examined
    }
}

/// Fills an empty database from a backup. Everybody signs in again; devices give back what they have and the backup
/// lacks.
#[derive(Debug, Args)]
#[command(after_help = "Example: stop the server, move the old data away, then
  plumbline restore /backup/plumbline-monday.db --data /var/lib/plumbline
  plumbline serve --data /var/lib/plumbline")]
pub(crate) struct Restore {
    #[command(flatten)]
    data: Data,
    /// The backup.
    file: PathBuf,
}

impl Restore {
    pub(super) async fn run(self) -> Result<(), Failed> {
        let opened = Opened::new(&self.file).await?;
        let store = self.data.make().await?;
        opened.store.copy_into(&store).await?;
        store.restored(Clock::default().now()).await?;
        let examined = examine_all(&store).await;
        opened.store.close().await;
        store.close().await;
        examined
    }
}

/// Copies the data folder's SQLite database into an empty PostgreSQL database. Stop the server first.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  plumbline migrate-store --data /var/lib/plumbline --database postgres://plumbline@db/plumbline
  plumbline serve --data /var/lib/plumbline --database postgres://plumbline@db/plumbline")]
pub(crate) struct MigrateStore {
    #[command(flatten)]
    data: Data,
}

impl MigrateStore {
    pub(super) async fn run(self) -> Result<(), Failed> {
        if self.data.database.is_none() {
            return Err("say where to: --database postgres://USER@HOST/NAME".into());
        }
        let file = self.data.folder.data.join(FILE);
        if !file.is_file() {
            return Err(format!("{} is not there", file.display()).into());
        }
        // a server that goes on writing would write to the database that is left
        let _lock = crate::serve::lock(&self.data.folder.data)?;
        let from = Store::open_address(&Address::File(file), self.data.blobs.as_deref()).await?;
        let to = self.data.make().await?;
        from.copy_into(&to).await?;
        let examined = examine_all(&to).await;
        from.close().await;
        to.close().await;
        examined
    }
}

/// A backup, opened as a copy: one of an older version is brought to this one, and must itself stay as it is.
struct Opened {
    store: Store,
    // goes with it
    _folder: Scratch,
}

struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Opened {
    async fn new(file: &Path) -> Result<Self, Failed> {
        let named = |e: std::io::Error| format!("{}: {e}", file.display());
        let mut begin = [0; 16];
        let mut opened = std::fs::File::open(file).map_err(named)?;
        if opened.read_exact(&mut begin).is_err() || begin != *b"SQLite format 3\0" {
            return Err(format!(
                "{} is no backup: `plumbline backup` writes one; nothing was changed",
                file.display()
            )
            .into());
        }
        let name = u64::from_le_bytes(crate::random_bytes()?);
        let folder = std::env::temp_dir().join(format!("plumbline-backup-{name:016x}"));
        let mut options = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut options, 0o700);
        options.create(&folder).map_err(named)?;
        let folder = Scratch(folder);
        let copy = folder.0.join(FILE);
        std::fs::copy(file, &copy).map_err(named)?;
        sound(&copy)
            .await
            .map_err(|error| format!("{}: {error}; nothing was changed", file.display()))?;
        Ok(Self {
            store: Store::open(&folder.0).await?,
            _folder: folder,
        })
    }
}
