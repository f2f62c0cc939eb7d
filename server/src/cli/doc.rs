//! `plumbline doc`: what documents there are, and one of them as a file.

use std::io::Write;
use std::path::PathBuf;

use clap::Subcommand;
use shared::base::DocumentId;
use shared::doc::Document;

use super::{Data, Failed, say};
use crate::store::documents::{DocumentLog, Documents};

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
            Self::Export { data, id, file } => {
                let store = data.open().await?;
                let documents = Documents::start(store.clone());
                let row = documents
                    .find(id)
                    .await?
                    .ok_or("there is no document of that id")?;
                let mut changes = Vec::new();
                let mut after = 0;
                loop {
                    let page = documents.read(id, after).await?;
                    let Some(last) = page.last() else { break };
                    after = last.seq;
                    changes.extend(page.into_iter().map(|entry| entry.bytes));
                }
                let mut document =
                    Document::load(row.kind, None, &changes, crate::random_bytes()?)?;
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
