//! A device: its disk, which survives, and its memory, which does not.

use std::collections::BTreeMap;

use shared::base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use shared::doc::command::perform;
use shared::doc::view::plan::{PlanReader, PlanView};
use shared::doc::{Author, Document};
use shared::domain::permission::DocumentKind;
use shared::sync::check::header;
use shared::sync::device::{Device, Effect, Held, Input, Status};

use super::edit;
use super::random::Random;

/// A document on the device's disk.
#[derive(Clone)]
pub(super) struct Chunks {
    pub(super) kind: DocumentKind,
    pub(super) create: Option<(ProjectId, DocumentKind, String)>,
    pub(super) epoch: u64,
    pub(super) cursor: u64,
    /// A whole document, which the acknowledged changes follow.
    pub(super) snapshot: Option<Vec<u8>>,
    pub(super) acknowledged: BTreeMap<ChangeHash, Vec<u8>>,
    pub(super) unacknowledged: Vec<(ChangeHash, Vec<u8>)>,
}

impl Chunks {
    pub(super) fn new(
        kind: DocumentKind,
        create: Option<(ProjectId, DocumentKind, String)>,
    ) -> Self {
        Self {
            kind,
            create,
            epoch: 0,
            cursor: 0,
            snapshot: None,
            acknowledged: BTreeMap::new(),
            unacknowledged: Vec::new(),
        }
    }

    fn held(&self, document: DocumentId) -> Held {
        let acknowledged: Vec<_> = self.acknowledged.values().collect();
        let heads = Document::load(self.kind, self.snapshot.as_deref(), &acknowledged, [0; 16])
            .unwrap()
            .heads();
        Held {
            document,
            create: self.create.clone(),
            epoch: self.epoch,
            cursor: self.cursor,
            heads,
            unacknowledged: self.unacknowledged.clone(),
        }
    }

    pub(super) fn load(&self, actor: [u8; 16]) -> Document {
        let all: Vec<_> = self
            .acknowledged
            .values()
            .chain(self.unacknowledged.iter().map(|(_, bytes)| bytes))
            .collect();
        Document::load(self.kind, self.snapshot.as_deref(), &all, actor).unwrap()
    }

    fn acknowledge(&mut self, hash: ChangeHash) {
        if let Some(at) = self.unacknowledged.iter().position(|(h, _)| *h == hash) {
            let (hash, bytes) = self.unacknowledged.remove(at);
            self.acknowledged.insert(hash, bytes);
        }
    }
}

/// A write on its way to the disk.
pub(super) enum Write {
    Store {
        document: DocumentId,
        epoch: u64,
        cursor: u64,
        entries: Vec<Vec<u8>>,
    },
    Acknowledge {
        document: DocumentId,
        changes: Vec<ChangeHash>,
        cursor: u64,
    },
}

/// What is gone after a crash.
pub(super) struct Memory {
    pub(super) session: Device,
    pub(super) documents: BTreeMap<DocumentId, Document>,
    pub(super) connection: Option<u64>,
    pub(super) wake_at: Option<Timestamp>,
    pub(super) status: Option<Status>,
    reader: PlanReader,
}

pub(super) struct SimDevice {
    pub(super) person: PersonId,
    pub(super) disk: BTreeMap<DocumentId, Chunks>,
    pub(super) memory: Option<Memory>,
    /// How often it was started: what an earlier life began is void.
    pub(super) life: u64,
    /// When the last write that was begun is done.
    pub(super) disk_busy: Timestamp,
    pub(super) online: bool,
}

impl SimDevice {
    pub(super) fn new(person: PersonId, disk: BTreeMap<DocumentId, Chunks>) -> Self {
        Self {
            person,
            disk,
            memory: None,
            life: 0,
            disk_busy: Timestamp(0),
            online: true,
        }
    }

    /// Starts the app: loads what is on the disk, joins all of it.
    pub(super) fn start(&mut self, random: &mut Random) -> Vec<Input> {
        self.life += 1;
        let mut documents = BTreeMap::new();
        for (id, chunks) in &self.disk {
            documents.insert(*id, chunks.load(random.bytes()));
        }
        self.memory = Some(Memory {
            session: Device::new(random.next()),
            documents,
            connection: None,
            wake_at: None,
            status: None,
            reader: PlanReader::default(),
        });
        self.disk
            .iter()
            .map(|(id, chunks)| Input::Join(chunks.held(*id)))
            .collect()
    }

    /// Opens one more document.
    pub(super) fn open(
        &mut self,
        document: DocumentId,
        chunks: Chunks,
        random: &mut Random,
    ) -> Option<Input> {
        let memory = self.memory.as_mut()?;
        if self.disk.contains_key(&document) {
            return None;
        }
        memory
            .documents
            .insert(document, chunks.load(random.bytes()));
        let held = chunks.held(document);
        self.disk.insert(document, chunks);
        Some(Input::Join(held))
    }

    fn documents_of(&mut self, kind: DocumentKind) -> Vec<DocumentId> {
        self.disk
            .iter()
            .filter(|(_, c)| c.kind == kind)
            .map(|(id, _)| *id)
            .collect()
    }

    pub(super) fn view(&mut self) -> PlanView {
        let plan = self.documents_of(DocumentKind::Plan);
        let progress = self.documents_of(DocumentKind::Progress);
        let Some(memory) = self.memory.as_mut() else {
            return PlanView::default();
        };
        let mut plan_document = memory.documents.remove(&plan[0]).unwrap();
        let view = memory
            .reader
            .read(&mut plan_document, memory.documents.get_mut(&progress[0]));
        memory.documents.insert(plan[0], plan_document);
        view
    }

    /// The person does something: what was made, already on the disk.
    pub(super) fn act(
        &mut self,
        now: Timestamp,
        random: &mut Random,
    ) -> Vec<(DocumentId, ChangeHash, Vec<u8>)> {
        let view = self.view();
        let Some(memory) = self.memory.as_mut() else {
            return Vec::new();
        };
        let ids: Vec<_> = self.disk.keys().copied().collect();
        // most of it happens in the plan
        let plan = self
            .disk
            .iter()
            .find(|(_, c)| c.kind == DocumentKind::Plan)
            .map(|(id, _)| *id);
        let document = if random.permille(600) {
            plan
        } else {
            random.pick(&ids).copied()
        }
        .unwrap();
        let chunks = self.disk.get_mut(&document).unwrap();
        let command = edit::command(random, chunks.kind, &view);
        let author = Author {
            person: self.person,
            at: now,
        };
        let Ok(done) = perform(
            memory.documents.get_mut(&document).unwrap(),
            &command,
            author,
        ) else {
            return Vec::new(); // such as a link that would close a cycle
        };
        let made: Vec<_> = done
            .changes
            .into_iter()
            .map(|c| (document, c.hash, c.bytes))
            .collect();
        chunks
            .unacknowledged
            .extend(made.iter().map(|(_, hash, bytes)| (*hash, bytes.clone())));
        made
    }

    /// A snapshot was fetched: on the disk, and loaded.
    pub(super) fn keep(
        &mut self,
        document: DocumentId,
        (epoch, seq): (u64, u64),
        bytes: Vec<u8>,
        random: &mut Random,
    ) -> Option<Input> {
        let memory = self.memory.as_mut()?;
        let chunks = self.disk.get_mut(&document)?;
        chunks.snapshot = Some(bytes);
        chunks.acknowledged.clear();
        (chunks.epoch, chunks.cursor) = (epoch, seq);
        let loaded = chunks.load(random.bytes());
        memory.documents.insert(document, loaded);
        Some(Input::SnapshotStored {
            document,
            epoch,
            seq,
            heads: Vec::new(),
        })
    }

    /// A write reaches the disk.
    pub(super) fn written(&mut self, write: Write) -> Option<Input> {
        match write {
            Write::Store {
                document,
                epoch,
                cursor,
                entries,
            } => {
                let chunks = self.disk.get_mut(&document)?;
                for bytes in entries {
                    let hash = header(&bytes).unwrap().hash;
                    chunks.unacknowledged.retain(|(h, _)| *h != hash);
                    chunks.acknowledged.insert(hash, bytes);
                }
                chunks.epoch = epoch;
                chunks.cursor = cursor;
                Some(Input::Stored {
                    document,
                    seq: cursor,
                })
            }
            Write::Acknowledge {
                document,
                changes,
                cursor,
            } => {
                let chunks = self.disk.get_mut(&document)?;
                changes
                    .into_iter()
                    .for_each(|hash| chunks.acknowledge(hash));
                chunks.cursor = cursor;
                None
            }
        }
    }

    /// What an effect of the session writes; what is for the network or the clock comes back.
    pub(super) fn carry_out(&mut self, effect: Effect) -> Result<Result<Write, Effect>, String> {
        let Some(memory) = self.memory.as_mut() else {
            return Ok(Err(effect));
        };
        match effect {
            Effect::Store {
                document,
                epoch,
                entries,
                cursor,
            } => {
                let entries: Vec<_> = entries.into_iter().map(|e| e.bytes).collect();
                if let Some(open) = memory.documents.get_mut(&document) {
                    open.apply(&entries).map_err(|e| e.to_string())?;
                }
                Ok(Ok(Write::Store {
                    document,
                    epoch,
                    cursor,
                    entries,
                }))
            }
            Effect::Acknowledged {
                document,
                changes,
                cursor,
                ..
            } => {
                let changes = changes.into_iter().map(|(hash, _)| hash).collect();
                Ok(Ok(Write::Acknowledge {
                    document,
                    changes,
                    cursor,
                }))
            }
            Effect::Refused { reason, .. } => Err(format!("an edit was refused: {reason:?}")),
            Effect::Repair { .. } => Err("the server's log was taken for another one".to_owned()),
            Effect::SignedOut { reason } => Err(format!("signed out: {reason}")),
            Effect::Status(status) => {
                memory.status = Some(status);
                Ok(Err(Effect::RefreshProjects)) // nothing to do
            }
            other => Ok(Err(other)),
        }
    }
}
