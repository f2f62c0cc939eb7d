//! `plumbline doc`: what documents there are, and one of them as a file.

use std::io::Write;
use std::path::PathBuf;

use clap::Subcommand;
use shared::base::DocumentId;
use shared::doc::Document;

use super::{Data, Failed, say};
use crate::store::documents::{DocumentLog, Documents};
use crate::store::{Store, StoreError};

/// Documents.
#[derive(Debug, Subcommand)]
pub(crate) enum Doc {
    /// Lists all documents: id, kind, number of changes, project, key, and the URL for automerge-repo clients.
    List {
        #[command(flatten)]
        data: Data,
    },
    /// Writes one document with its whole history as an Automerge file, which any Automerge library reads.
    Export {
        #[command(flatten)]
        data: Data,
        /// The document's id.
        id: DocumentId,
        /// The file; standard output when left out.
        file: Option<PathBuf>,
    },
    /// Reads everything that is kept of every document, and says what is missing or damaged.
    Verify {
        #[command(flatten)]
        data: Data,
    },
}

/// Reads everything that is kept of every document, and prints what is wrong with it.
pub(super) async fn examine_all(store: &Store) -> Result<(), Failed> {
    let documents = Documents::start(store.clone());
    let (mut sound, mut problems) = (0_usize, 0_usize);
    for (project, _) in store.project_names().await? {
        for row in documents.list(project).await? {
            let examined = documents.examine(row.id).await?;
            for problem in &examined.problems {
                say(format_args!("{}\t{problem}", row.id));
            }
            problems += examined.problems.len();
            sound += usize::from(examined.problems.is_empty());
        }
    }
    say(format_args!("{sound} documents are whole"));
    if problems > 0 {
        return Err(format!("{problems} problems").into());
    }
    Ok(())
}

/// A document's newest snapshot that can be read, where it needs one, and the changes after it.
async fn whole(
    documents: &Documents,
    id: DocumentId,
) -> Result<(Option<Vec<u8>>, Vec<Vec<u8>>), Failed> {
    let (mut snapshot, mut changes) = (None, Vec::new());
    let mut after = 0;
    loop {
        match documents.read(id, after).await {
            Ok(page) => {
                let Some(last) = page.last() else {
                    return Ok((snapshot, changes));
                };
                after = last.seq;
                changes.extend(page.into_iter().map(|entry| entry.bytes));
            }
            Err(StoreError::BelowFloor(newest)) if newest.seq > after => {
                let bytes = documents.snapshot_bytes(id, newest.hash).await?;
                snapshot = Some(bytes.ok_or("its snapshot is missing or damaged")?);
                changes.clear();
                after = newest.seq;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

impl Doc {
    pub(super) async fn run(self) -> Result<(), Failed> {
        match self {
            Self::List { data } => {
                let store = data.open().await?;
                let documents = Documents::start(store.clone());
                for (project, name) in store.project_names().await? {
                    for row in documents.list(project).await? {
                        let kind = crate::store::word(&row.kind)?;
                        say(format_args!(
                            "{}\t{kind}\t{}\t{name}\t{}\t{}",
                            row.id,
                            row.head,
                            row.key,
                            shared::sync::foreign::address::url(row.id)
                        ));
                    }
                }
                store.close().await;
            }
            Self::Verify { data } => {
                let store = data.open().await?;
                let examined = examine_all(&store).await;
                store.close().await;
                return examined;
            }
            Self::Export { data, id, file } => {
                let store = data.open().await?;
                let documents = Documents::start(store.clone());
                let row = documents
                    .find(id)
                    .await?
                    .ok_or("there is no document of that id")?;
                let (snapshot, changes) = whole(&documents, id).await?;
                let actor = crate::random_bytes()?;
                let mut document = Document::load(row.kind, snapshot.as_deref(), &changes, actor)?;
                let bytes = document.save();
                match file {
                    Some(file) => std::fs::File::options()
                        .write(true)
                        .create_new(true)
                        .open(&file)
                        .and_then(|mut file| file.write_all(&bytes))
                        .map_err(|e| format!("{}: {e}", file.display()))?,
                    None => std::io::stdout().lock().write_all(&bytes)?,
                }
                store.close().await;
            }
        }
        Ok(())
    }
}
