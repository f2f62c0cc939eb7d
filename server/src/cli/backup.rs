//! `plumbline backup`.

use std::path::PathBuf;

use clap::Args;

use super::{Data, Failed, say};

/// Writes a consistent copy of the database while the server runs.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  plumbline backup /backup/plumbline-monday.db

To restore: stop the server, put the copy in place of DATA/plumbline.db (and remove plumbline.db-wal and
plumbline.db-shm), start the server.")]
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
