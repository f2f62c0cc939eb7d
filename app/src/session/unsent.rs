//! What only this device has, as a file: to keep before signing out, and to take back in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use shared::base::PersonId;
use shared::ledger::hash::of_file;

use crate::platform::database::{Database, DatabaseError, Range, Row, Write};
use crate::replica::files::{Kept, all_files};
use crate::replica::rows::{
    self, EXTRA, JOURNAL, META, Meta, PENDING, Pending, REFUSED, RefusedRow, STORES, Typing,
    database_name,
};
use crate::replica::wishes::{all_wishes, taken_in};
use crate::replica::{Trouble, trouble};

/// So many bytes of attachments go into the file: in base64 they leave room for the rest in [`LONGEST_UNSENT`].
const MOST_ATTACHED: u64 = 40 << 20;
const FORMAT: &str = "plumbline-unsent-1";
/// The longest such file that is read, in bytes: a thousand edits have one megabyte.
pub const LONGEST_UNSENT: usize = 64 * 1024 * 1024;
/// No change has a place beyond this: the next ones count on from it.
const LAST_PLACE: u64 = 1 << 48;

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    person: PersonId,
    documents: Vec<Meta>,
    changes: Vec<Change>,
    typing: Vec<Typing>,
    refused: Vec<RefusedRow>,
    /// Decisions that wait, or were refused and not seen: their rows.
    #[serde(default)]
    wishes: Vec<String>,
    /// Attachments that wait.
    #[serde(default)]
    files: Vec<Attachment>,
}

#[derive(Serialize, Deserialize)]
struct Attachment {
    about: Kept,
    /// In base64.
    bytes: String,
}

/// What [`export`] made.
pub struct Exported {
    /// The file.
    pub bytes: Vec<u8>,
    /// The attachments that are too large for it, by name: they are lost when the device is wiped.
    pub left_out: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Change {
    /// What was done, and in which document.
    about: Pending,
    /// The raw change, in base64.
    bytes: String,
}

/// A file (JSON) with all that only this device has: raw changes, the commands that made them, unfinished typing, decisions
/// and attachments that wait; with steps that could not be saved (the disk is full).
pub(crate) async fn export(person: PersonId, unsaved: Vec<Write>) -> Result<Exported, Trouble> {
    let mut file = File {
        format: FORMAT.to_owned(),
        person,
        documents: Vec::new(),
        changes: Vec::new(),
        typing: Vec::new(),
        refused: Vec::new(),
        wishes: Vec::new(),
        files: Vec::new(),
    };
    let mut left_out = Vec::new();
    let opened = Database::open(&database_name(person), STORES).await;
    let stored = match &opened {
        Ok(database) => {
            let all = |store| (store, Range::Under(Vec::new()));
            database
                .read(&[all(META), all(PENDING), all(JOURNAL), all(REFUSED)])
                .await
        }
        Err(error) => Err(error.clone()),
    };
    if let Ok(database) = &opened {
        match file.add_decisions(database).await {
            Ok(names) => left_out = names,
            // what is in memory is worth more than the error
            Err(error) if unsaved.is_empty() => return Err(trouble(&error)),
            Err(_) => {}
        }
    }
    match stored {
        Ok(stored) => {
            for (store, rows) in [META, PENDING, JOURNAL, REFUSED].into_iter().zip(&stored) {
                file.add(store, rows);
            }
        }
        // what is in memory is worth more than the error
        Err(error) if unsaved.is_empty() => return Err(trouble(&error)),
        Err(_) => {}
    }
    for step in unsaved {
        if let Write::Put(store, _, row) = step {
            file.add(store, &[row]);
        }
    }
    let needed: Vec<_> = file.changes.iter().map(|c| c.about.document).collect();
    file.documents
        .retain(|meta| needed.contains(&meta.document));
    let bytes = serde_json::to_string(&file)
        .unwrap_or_default()
        .into_bytes();
    Ok(Exported { bytes, left_out })
}

impl File {
    /// Adds the decisions and attachments that wait; the names of attachments for which there is no room.
    async fn add_decisions(&mut self, database: &Database) -> Result<Vec<String>, DatabaseError> {
        let mut left_out = Vec::new();
        let asks = [(EXTRA, all_wishes()), (EXTRA, all_files())];
        let mut rows = database.read(&asks).await?.into_iter();
        let wishes = rows.next().unwrap_or_default().into_iter();
        self.wishes.extend(wishes.map(|row| row.json));
        let mut room = MOST_ATTACHED;
        for (about, _) in rows::read::<Kept>(&rows.next().unwrap_or_default()).0 {
            if about.sent {
                continue;
            }
            let ask = [(EXTRA, Range::One(about.bytes_key()))];
            let fits = about.file.size <= room;
            let found = match fits {
                true => database.read(&ask).await.ok(),
                false => None,
            };
            let row = found.and_then(|rows| rows.into_iter().flatten().next());
            let Some(row) = row else {
                left_out.push(about.file.name);
                continue;
            };
            room -= about.file.size;
            let bytes = STANDARD.encode(row.bytes);
            self.files.push(Attachment { about, bytes });
        }
        Ok(left_out)
    }

    fn add(&mut self, store: &str, rows: &[Row]) {
        match store {
            META => self
                .documents
                .extend(rows::read::<Meta>(rows).0.into_iter().map(|(meta, _)| meta)),
            PENDING => self
                .changes
                .extend(
                    rows::read::<Pending>(rows)
                        .0
                        .into_iter()
                        .map(|(about, bytes)| Change {
                            about,
                            bytes: STANDARD.encode(bytes),
                        }),
                ),
            JOURNAL => self
                .typing
                .extend(rows::read::<Typing>(rows).0.into_iter().map(|(t, _)| t)),
            REFUSED => self
                .refused
                .extend(rows::read::<RefusedRow>(rows).0.into_iter().map(|(r, _)| r)),
            _ => {}
        }
    }
}

/// Why a file of [`export`] was not taken; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is no such file.
    #[error("this is not a file of unsent changes")]
    NotAFile,
    /// It was made by another account.
    #[error("the file was made by another account")]
    OtherPerson,
    /// This device cannot keep it.
    #[error(transparent)]
    Device(#[from] Trouble),
}

/// Takes such a file back in for the same person; how many changes came in. The page is to be reloaded after.
/// Changes that the server has already are told from new ones when they are sent.
pub async fn import_unsent(person: PersonId, file: &[u8]) -> Result<usize, ImportError> {
    // by text, as everywhere: reading commands in a second way would be 30 KB more of code
    let file: File = std::str::from_utf8(file)
        .ok()
        .and_then(|text| serde_json::from_str(text).ok())
        .ok_or(ImportError::NotAFile)?;
    let beyond = |change: &Change| change.about.n > LAST_PLACE;
    if file.format != FORMAT || file.changes.iter().any(beyond) {
        return Err(ImportError::NotAFile);
    }
    if file.person != person {
        return Err(ImportError::OtherPerson);
    }
    let database = Database::open(&database_name(person), STORES)
        .await
        .map_err(|error| trouble(&error))?;
    let known = database
        .read(&[(META, Range::Under(Vec::new()))])
        .await
        .map_err(|error| trouble(&error))?;
    let (known, _) = rows::read::<Meta>(known.first().map_or(&[], Vec::as_slice));
    let mut steps = Vec::new();
    for meta in file.documents {
        // a document that is here keeps its own cursor
        if !known.iter().any(|(have, _)| have.document == meta.document) {
            let fresh = Meta::new(meta.document, meta.project, meta.kind, meta.key);
            steps.push(fresh.put());
        }
    }
    let count = file.changes.len() + file.wishes.len() + file.files.len();
    for change in file.changes {
        let bytes = STANDARD
            .decode(&change.bytes)
            .ok()
            .filter(|bytes| {
                // the bytes are what the row says they are
                shared::sync::check::check_change(bytes)
                    .is_ok_and(|checked| checked.header.hash == change.about.hash)
            })
            .ok_or(ImportError::NotAFile)?;
        steps.push(change.about.put(bytes));
    }
    for typing in file.typing {
        steps.push(Write::Put(JOURNAL, typing.key(), rows::row(&typing)));
    }
    steps.extend(file.refused.iter().map(RefusedRow::put));
    for wish in &file.wishes {
        steps.push(taken_in(wish).ok_or(ImportError::NotAFile)?);
    }
    for Attachment { mut about, bytes } in file.files {
        let bytes = STANDARD.decode(&bytes).ok().filter(|bytes| {
            bytes.len() as u64 == about.file.size && of_file(bytes).to_string() == about.file.hash
        });
        about.sent = false;
        steps.extend(about.put(bytes.ok_or(ImportError::NotAFile)?));
    }
    database
        .write(&steps)
        .await
        .map_err(|error| trouble(&error))?;
    Ok(count)
}
