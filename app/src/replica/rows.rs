//! What lies in a person's local database: stores, keys, and rows as JSON with raw bytes beside.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::base::{ChangeHash, DocumentId, PersonId, ProjectId, TaskId, Timestamp};
pub(crate) use shared::doc::deed::Deed;
use shared::doc::undo::Undo;
use shared::domain::permission::{Access, DocumentKind};
use shared::sync::replay::Own;
use shared::sync::wire::Refusal;

use crate::platform::database::{Key, Part, Row, Write};

/// [`Meta`] under [document].
pub(crate) const META: &str = "meta";
/// [`Chunk`] with an acknowledged change, under [document, seq].
pub(crate) const CHUNKS: &str = "chunks";
/// [`Chunk`] with a whole document up to seq, under [document, seq].
pub(crate) const SNAPSHOTS: &str = "snapshots";
/// [`Pending`] with an own change that the server does not have yet, under [document, hash].
pub(crate) const PENDING: &str = "pending";
/// [`UndoRow`] under [project, k, tab].
pub(crate) const UNDO: &str = "undo";
/// [`Typing`] under [document, task, field, tab].
pub(crate) const JOURNAL: &str = "journal";
/// [`RefusedRow`] under [document, at, number].
pub(crate) const REFUSED: &str = "refused";
/// What the server said, as JSON, under [name].
pub(crate) const CACHE: &str = "cache";
/// What came later, under [name, ...].
pub(crate) const EXTRA: &str = "extra";
/// All stores. The version of the database never changes: what comes later lives in `extra`.
pub(crate) const STORES: &[&str] = &[
    META, CHUNKS, SNAPSHOTS, PENDING, UNDO, JOURNAL, REFUSED, CACHE, EXTRA,
];

/// What the server does not have: edits that wait, drafts of refused ones, typing that never became a change.
pub(crate) const ONLY_HERE: [&str; 3] = [PENDING, REFUSED, JOURNAL];

/// The name of a person's database on this device.
pub(crate) fn database_name(person: PersonId) -> String {
    format!("plumbline-{person}")
}

/// A document on this device.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Meta {
    pub(crate) document: DocumentId,
    pub(crate) project: ProjectId,
    pub(crate) kind: DocumentKind,
    /// Which one of its kind (a note's task); empty where there is only one.
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) epoch: u64,
    /// Everything up to here is among the chunks.
    #[serde(default)]
    pub(crate) cursor: u64,
    /// Heads of the acknowledged changes.
    #[serde(default)]
    pub(crate) heads: Vec<ChangeHash>,
    /// It was once all here: an empty document is empty, not missing.
    #[serde(default)]
    pub(crate) complete: bool,
    /// What the server said last.
    #[serde(default)]
    pub(crate) access: Option<Access>,
}

/// An acknowledged change (or a snapshot), beside its bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Chunk {
    pub(crate) seq: u64,
    /// Who made it, as the server recorded.
    pub(crate) by: Option<PersonId>,
    /// When the server received it.
    pub(crate) at: Option<Timestamp>,
}

/// An own change that the server does not have yet, beside its bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) document: DocumentId,
    pub(crate) hash: ChangeHash,
    /// Its place among the pending changes of the document, over all tabs: after all it may depend on.
    pub(crate) n: u64,
    /// The first change of the same command.
    pub(crate) group: ChangeHash,
    pub(crate) at: Timestamp,
    /// What was done; only with the first change of a command, `None` also where it is not known (a repair).
    pub(crate) deed: Option<Deed>,
    /// The tasks it touches.
    #[serde(default)]
    pub(crate) tasks: Vec<TaskId>,
    /// How often it was made anew after a refusal.
    #[serde(default)]
    pub(crate) replays: u32,
}

/// One step that can be taken back (or done again).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct UndoRow {
    pub(crate) project: ProjectId,
    /// Its place: the highest is the latest.
    pub(crate) k: u64,
    pub(crate) tab: u64,
    /// It was taken back, and can be done again.
    pub(crate) redo: bool,
    /// In each document that the command wrote.
    pub(crate) parts: Vec<(DocumentId, Undo)>,
    pub(crate) tasks: Vec<TaskId>,
}

/// Typing that is not a change yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Typing {
    pub(crate) document: DocumentId,
    pub(crate) task: TaskId,
    pub(crate) field: String,
    pub(crate) text: String,
    pub(crate) at: Timestamp,
    pub(crate) tab: u64,
}

/// A refused edit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RefusedRow {
    pub(crate) document: DocumentId,
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    pub(crate) deed: Option<Deed>,
    pub(crate) reason: Reason,
}

/// [`Refusal`] as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    NotAllowed,
    Malformed,
    DependsOnRefused,
    ForeignActor,
    Storage,
    Unresolved,
    TooLarge,
    Full,
    Crowded,
    #[serde(other)]
    Other,
}

impl From<Refusal> for Reason {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotAllowed => Self::NotAllowed,
            Refusal::Malformed => Self::Malformed,
            Refusal::DependsOnRefused => Self::DependsOnRefused,
            Refusal::ForeignActor => Self::ForeignActor,
            Refusal::Storage => Self::Storage,
            Refusal::Unresolved => Self::Unresolved,
            Refusal::TooLarge => Self::TooLarge,
            Refusal::Full => Self::Full,
            Refusal::Crowded | Refusal::TooFast | Refusal::TooSlow => Self::Crowded,
        }
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::NotAllowed => Self::NotAllowed,
            Reason::Malformed | Reason::Other => Self::Malformed,
            Reason::DependsOnRefused => Self::DependsOnRefused,
            Reason::ForeignActor => Self::ForeignActor,
            Reason::Storage => Self::Storage,
            Reason::Unresolved => Self::Unresolved,
            Reason::TooLarge => Self::TooLarge,
            Reason::Full => Self::Full,
            Reason::Crowded => Self::Crowded,
        }
    }
}

/// A key of these parts.
pub(crate) fn key<const N: usize>(parts: [Part; N]) -> Key {
    parts.into()
}

/// The key's part for an id.
pub(crate) fn id(id: impl ToString) -> Part {
    Part::Text(id.to_string())
}

/// A row without bytes.
pub(crate) fn row(content: &impl Serialize) -> Row {
    row_with(content, Vec::new())
}

/// A row with bytes beside. Our own types always have a JSON form.
pub(crate) fn row_with(content: &impl Serialize, bytes: Vec<u8>) -> Row {
    Row {
        json: serde_json::to_string(content).unwrap_or_default(),
        bytes,
    }
}

/// Reads rows; those that cannot be read are left out and counted.
pub(crate) fn read<T: DeserializeOwned>(rows: &[Row]) -> (Vec<(T, &[u8])>, usize) {
    let read: Vec<_> = rows
        .iter()
        .filter_map(|row| Some((serde_json::from_str(&row.json).ok()?, row.bytes.as_slice())))
        .collect();
    let lost = rows.len() - read.len();
    (read, lost)
}

impl Meta {
    pub(crate) fn new(
        document: DocumentId,
        project: ProjectId,
        kind: DocumentKind,
        key: String,
    ) -> Self {
        Self {
            document,
            project,
            kind,
            key,
            epoch: 0,
            cursor: 0,
            heads: Vec::new(),
            complete: false,
            access: None,
        }
    }

    pub(crate) fn put(&self) -> Write {
        Write::Put(META, key([id(self.document)]), row(self))
    }

    /// As if nothing of it had come from the server yet.
    pub(crate) fn begin_anew(&mut self) {
        self.epoch = 0;
        self.cursor = 0;
        self.heads = Vec::new();
        self.complete = false;
    }

    /// Moves the heads on over an acknowledged change.
    pub(crate) fn follow(&mut self, bytes: &[u8]) {
        if let Some(header) = shared::sync::check::header(bytes) {
            let deps: HashSet<ChangeHash> = header.deps.into_iter().collect();
            self.heads.retain(|head| !deps.contains(head));
            if !self.heads.contains(&header.hash) {
                self.heads.push(header.hash);
            }
        }
    }
}

impl Pending {
    pub(crate) fn put(&self, bytes: Vec<u8>) -> Write {
        Write::Put(PENDING, self.key(), row_with(self, bytes))
    }

    pub(crate) fn key(&self) -> Key {
        key([id(self.document), id(self.hash)])
    }

    /// As the replay of refused edits sees it.
    pub(crate) fn own(&self) -> Own {
        Own {
            hash: self.hash,
            n: self.n,
            group: self.group,
            at: self.at,
            deed: self.deed.clone(),
            replays: self.replays,
        }
    }

    pub(crate) fn of(document: DocumentId, own: Own, tasks: Vec<TaskId>) -> Self {
        Self {
            document,
            hash: own.hash,
            n: own.n,
            group: own.group,
            at: own.at,
            deed: own.deed,
            tasks,
            replays: own.replays,
        }
    }
}

impl UndoRow {
    pub(crate) fn put(&self) -> Write {
        Write::Put(UNDO, self.key(), row(self))
    }

    pub(crate) fn delete(&self) -> Write {
        Write::Delete(UNDO, self.key())
    }

    fn key(&self) -> Key {
        key([id(self.project), self.k.into(), self.tab.into()])
    }
}

impl RefusedRow {
    /// The draft of a refused change: the same row, whoever finds first that it cannot go.
    pub(crate) fn of(
        document: DocumentId,
        change: ChangeHash,
        at: Timestamp,
        deed: Option<Deed>,
        reason: Refusal,
    ) -> Self {
        let [a, b, c, d, e, f, ..] = *change.as_bytes();
        Self {
            document,
            number: u64::from_be_bytes([0, 0, a, b, c, d, e, f]),
            at,
            deed,
            reason: reason.into(),
        }
    }

    pub(crate) fn put(&self) -> Write {
        Write::Put(REFUSED, self.key(), row(self))
    }

    pub(crate) fn delete(&self) -> Write {
        Write::Delete(REFUSED, self.key())
    }

    fn key(&self) -> Key {
        let at = u64::try_from(self.at.0).unwrap_or_default();
        key([id(self.document), at.into(), self.number.into()])
    }
}

impl Typing {
    pub(crate) fn key(&self) -> Key {
        typing_key(self.document, self.task, &self.field, self.tab)
    }
}

/// The key of a field's typing in one tab.
pub(crate) fn typing_key(document: DocumentId, task: TaskId, field: &str, tab: u64) -> Key {
    key([id(document), id(task), field.into(), tab.into()])
}
