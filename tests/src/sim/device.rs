//! A device: its disk, which survives, and its memory, which does not.

use std::collections::{BTreeMap, BTreeSet};

use shared::base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use shared::doc::command::perform;
use shared::doc::deed::Deed;
use shared::doc::undo::{Undo, undo};
use shared::doc::view::plan::{PlanReader, PlanView};
use shared::doc::{Author, Document};
use shared::domain::permission::{Access, DocumentKind, ProjectState, Role, access};
use shared::sync::check::header;
use shared::sync::device::{Device, Effect, Held, Input, Status};
use shared::sync::replay::{Draft, Own, Replayed, replay};
use shared::sync::wire::{Entry, Refusal};

use super::edit;
use super::random::Random;

/// An own change that is not acknowledged.
#[derive(Clone)]
pub(super) struct Waiting {
    pub(super) own: Own,
    pub(super) bytes: Vec<u8>,
    /// What the person did, as the world counts.
    pub(super) act: u64,
}

/// A document on the device's disk.
#[derive(Clone)]
pub(super) struct Chunks {
    pub(super) kind: DocumentKind,
    pub(super) create: Option<(ProjectId, DocumentKind, String)>,
    pub(super) epoch: u64,
    pub(super) cursor: u64,
    /// Heads of what is acknowledged.
    heads: Vec<ChangeHash>,
    /// What the server said last.
    said: Option<Access>,
    /// A whole document, which the acknowledged changes follow.
    pub(super) snapshot: Option<Vec<u8>>,
    pub(super) acknowledged: BTreeMap<ChangeHash, Vec<u8>>,
    pub(super) unacknowledged: Vec<Waiting>,
}

/// What each act consists of now.
type Acts = Vec<(u64, Vec<ChangeHash>)>;

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
            heads: Vec::new(),
            said: None,
            snapshot: None,
            acknowledged: BTreeMap::new(),
            unacknowledged: Vec::new(),
        }
    }

    /// What is acknowledged.
    pub(super) fn settled(&self, actor: [u8; 16]) -> Document {
        let acknowledged: Vec<_> = self.acknowledged.values().collect();
        Document::load(self.kind, self.snapshot.as_deref(), &acknowledged, actor).unwrap()
    }

    /// All of it.
    pub(super) fn load(&self, actor: [u8; 16]) -> Document {
        let mut document = self.settled(actor);
        let own: Vec<_> = self.unacknowledged.iter().map(|w| &w.bytes).collect();
        document.take_in(&own).unwrap();
        document
    }

    fn settle(&mut self, hash: ChangeHash, bytes: Vec<u8>) {
        let header = header(&bytes).unwrap();
        self.heads.retain(|head| !header.deps.contains(head));
        self.heads.push(hash);
        self.acknowledged.insert(hash, bytes);
    }
}

/// What survives a crash.
#[derive(Clone)]
pub(super) struct Disk {
    pub(super) documents: BTreeMap<DocumentId, Chunks>,
    /// Refused edits: by what the person did.
    pub(super) drafts: Vec<(u64, DocumentId, Draft)>,
    /// The person's role and the project's state, when they were last heard of.
    pub(super) heard: (Option<Role>, ProjectState),
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
    Access {
        document: DocumentId,
        access: Access,
    },
}

/// What is gone after a crash.
pub(super) struct Memory {
    pub(super) session: Device,
    pub(super) documents: BTreeMap<DocumentId, Document>,
    pub(super) connection: Option<u64>,
    pub(super) wake_at: Option<Timestamp>,
    pub(super) status: Option<Status>,
    /// Refusals that nobody has looked at yet.
    pub(super) refusals: BTreeMap<DocumentId, Vec<(ChangeHash, Refusal)>>,
    pub(super) replaying: BTreeSet<DocumentId>,
    undos: Vec<(DocumentId, Undo)>,
    reader: PlanReader,
}

/// What a person did.
pub(super) struct Made {
    pub(super) document: DocumentId,
    pub(super) changes: Vec<(ChangeHash, Vec<u8>)>,
}

pub(super) struct SimDevice {
    pub(super) person: PersonId,
    pub(super) disk: Disk,
    pub(super) memory: Option<Memory>,
    /// How often it was started: what an earlier life began is void.
    pub(super) life: u64,
    /// When the last write that was begun is done.
    pub(super) disk_busy: Timestamp,
    pub(super) online: bool,
    /// How far its clock is ahead, in ms.
    pub(super) skew: i64,
}

impl SimDevice {
    pub(super) fn new(person: PersonId, disk: Disk, skew: i64) -> Self {
        Self {
            person,
            disk,
            memory: None,
            life: 0,
            disk_busy: Timestamp(0),
            online: true,
            skew,
        }
    }

    /// What the role says, as far as it was heard.
    fn by_role(&self, kind: DocumentKind) -> Access {
        access(self.disk.heard.0, self.disk.heard.1, kind)
    }

    /// What the app lets the person do.
    fn access(&self, document: DocumentId) -> Access {
        let Some(chunks) = self.disk.documents.get(&document) else {
            return Access::None;
        };
        let by_role = self.by_role(chunks.kind);
        match chunks.kind {
            DocumentKind::Plan | DocumentKind::Progress => chunks.said.unwrap_or(by_role),
            _ => by_role,
        }
    }

    fn held(&self, document: DocumentId) -> Option<Held> {
        let chunks = self.disk.documents.get(&document)?;
        Some(Held {
            document,
            create: chunks.create.clone(),
            epoch: chunks.epoch,
            cursor: chunks.cursor,
            heads: chunks.heads.clone(),
            unacknowledged: chunks
                .unacknowledged
                .iter()
                .map(|w| (w.own.hash, w.bytes.clone()))
                .collect(),
        })
    }

    /// Starts the app: loads what is on the disk, joins all of it.
    pub(super) fn start(&mut self, random: &mut Random) -> Vec<Input> {
        self.life += 1;
        let mut documents = BTreeMap::new();
        for (id, chunks) in &self.disk.documents {
            documents.insert(*id, chunks.load(random.bytes()));
        }
        self.memory = Some(Memory {
            session: Device::new(random.next()).of(self.person),
            documents,
            connection: None,
            wake_at: None,
            status: None,
            refusals: BTreeMap::new(),
            replaying: BTreeSet::new(),
            undos: Vec::new(),
            reader: PlanReader::default(),
        });
        let ids: Vec<_> = self.disk.documents.keys().copied().collect();
        ids.into_iter()
            .filter_map(|id| self.held(id).map(Input::Join))
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
        if self.disk.documents.contains_key(&document) {
            return None;
        }
        let loaded = chunks.load(random.bytes());
        memory.documents.insert(document, loaded);
        self.disk.documents.insert(document, chunks);
        self.held(document).map(Input::Join)
    }

    pub(super) fn view(&mut self, plan: DocumentId, progress: DocumentId) -> PlanView {
        let Some(memory) = self.memory.as_mut() else {
            return PlanView::default();
        };
        let mut document = memory.documents.remove(&plan).unwrap();
        let progress = memory.documents.get_mut(&progress);
        let view = memory.reader.read(&mut document, progress);
        memory.documents.insert(plan, document);
        view
    }

    /// The person does something: what was made, already on the disk.
    pub(super) fn act(
        &mut self,
        (plan, progress): (DocumentId, DocumentId),
        act: u64,
        now: Timestamp,
        random: &mut Random,
    ) -> Option<Made> {
        self.memory.as_ref()?;
        let ids: Vec<_> = self.disk.documents.keys().copied().collect();
        // most of it happens in the plan
        let mut document = if random.permille(600) {
            plan
        } else {
            *random.pick(&ids)?
        };
        let back = random.permille(70);
        let view = self.view(plan, progress);
        let memory = self.memory.as_mut()?;
        let last = memory.undos.pop().filter(|_| back);
        if let Some((of, _)) = &last {
            document = *of;
        }
        if self.access(document) != Access::Write {
            return None;
        }
        let memory = self.memory.as_mut()?;
        let open = memory.documents.get_mut(&document)?;
        let author = Author {
            person: self.person,
            at: now.plus_ms(self.skew),
        };
        let (deed, done) = match last {
            Some((_, last)) => {
                let done = undo(open, &last, author).ok()?;
                (Deed::TakeBack(Box::new(last)), done)
            }
            None => {
                let command = edit::command(random, open, &view);
                // none, such as for a link that would close a cycle
                let done = perform(open, &command, author).ok()?;
                (Deed::Do(Box::new(command)), done)
            }
        };
        memory.undos.push((document, done.undo));
        let chunks = self.disk.documents.get_mut(&document)?;
        let last = chunks.unacknowledged.iter().map(|w| w.own.n).max();
        let mut deed = Some(deed);
        let group = done.changes.first()?.hash;
        let mut changes = Vec::new();
        for (n, change) in (last.unwrap_or_default() + 1..).zip(done.changes) {
            changes.push((change.hash, change.bytes.clone()));
            chunks.unacknowledged.push(Waiting {
                own: Own {
                    hash: change.hash,
                    n,
                    group,
                    at: author.at,
                    deed: deed.take(),
                    replays: 0,
                },
                bytes: change.bytes,
                act,
            });
        }
        Some(Made { document, changes })
    }

    /// Goes through the refusals: what is to be written.
    pub(super) fn replay(
        &self,
        document: DocumentId,
        refused: &[(ChangeHash, Refusal)],
        random: &mut Random,
    ) -> Option<Replayed> {
        let chunks = self.disk.documents.get(&document)?;
        let own = chunks
            .unacknowledged
            .iter()
            .map(|w| (w.own.clone(), w.bytes.as_slice()))
            .collect();
        let may = self.access(document) == Access::Write;
        let base = chunks.settled(random.bytes());
        Some(replay(base, own, refused, may, self.person).unwrap())
    }

    /// What came of the refusals is on the disk: what each act consists of now, and the document is joined again.
    pub(super) fn replayed(
        &mut self,
        document: DocumentId,
        replayed: Replayed,
        random: &mut Random,
    ) -> Option<(Acts, Input)> {
        let chunks = self.disk.documents.get_mut(&document)?;
        let act_of: BTreeMap<ChangeHash, u64> = chunks
            .unacknowledged
            .iter()
            .map(|w| (w.own.hash, w.act))
            .collect();
        let gone = &replayed.gone;
        chunks
            .unacknowledged
            .retain(|w| !gone.contains(&w.own.hash));
        let mut acts: BTreeMap<u64, Vec<ChangeHash>> = gone
            .iter()
            .filter_map(|hash| Some((*act_of.get(hash)?, Vec::new())))
            .collect();
        for again in replayed.again {
            let act = *act_of.get(&again.of)?;
            acts.entry(act).or_default().push(again.own.hash);
            chunks.unacknowledged.push(Waiting {
                own: again.own,
                bytes: again.bytes,
                act,
            });
        }
        chunks.unacknowledged.sort_by_key(|w| (w.own.n, w.own.hash));
        let loaded = chunks.load(random.bytes());
        for draft in replayed.drafts {
            let act = *act_of.get(&draft.of)?;
            self.disk.drafts.push((act, document, draft));
        }
        let memory = self.memory.as_mut()?;
        memory.undos.retain_mut(|(of, undo)| {
            if *of != document {
                return true;
            }
            let renewed = |hash| replayed.renewed.get(hash);
            match undo.changes().iter().find_map(renewed) {
                None => true,
                Some(Some(new)) => {
                    *undo = new.clone();
                    true
                }
                Some(None) => false,
            }
        });
        memory.documents.insert(document, loaded);
        memory.replaying.remove(&document);
        let join = Input::Join(self.held(document)?);
        Some((acts.into_iter().collect(), join))
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
        let chunks = self.disk.documents.get_mut(&document)?;
        chunks.snapshot = Some(bytes);
        chunks.acknowledged.clear();
        chunks.heads.clear();
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
                let chunks = self.disk.documents.get_mut(&document)?;
                for bytes in entries {
                    let hash = header(&bytes).unwrap().hash;
                    chunks.unacknowledged.retain(|w| w.own.hash != hash);
                    chunks.settle(hash, bytes);
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
                let chunks = self.disk.documents.get_mut(&document)?;
                for hash in changes {
                    let mut waiting = chunks.unacknowledged.iter();
                    if let Some(at) = waiting.position(|w| w.own.hash == hash) {
                        let waiting = chunks.unacknowledged.remove(at);
                        chunks.settle(hash, waiting.bytes);
                    }
                }
                chunks.cursor = cursor;
                None
            }
            Write::Access { document, access } => {
                let chunks = self.disk.documents.get_mut(&document)?;
                chunks.said = Some(access);
                None
            }
        }
    }

    /// Takes changes of others into what the screen shows.
    fn show(&mut self, document: DocumentId, entries: &[Entry]) -> Result<(), String> {
        let open = self.memory.as_mut();
        let open = open.and_then(|memory| memory.documents.get_mut(&document));
        let bytes: Vec<_> = entries.iter().map(|e| e.bytes.as_slice()).collect();
        open.map_or(Ok(()), |open| open.apply(&bytes).map_err(|e| e.to_string()))
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
                self.show(document, &entries)?;
                let entries = entries.into_iter().map(|e| e.bytes).collect();
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
            Effect::Refused {
                document,
                change,
                reason,
            } => {
                let refusals = memory.refusals.entry(document).or_default();
                refusals.push((change, reason));
                Ok(Err(Effect::Refused {
                    document,
                    change,
                    reason,
                }))
            }
            Effect::Unanswered { document } => {
                memory.refusals.entry(document).or_default();
                Ok(Err(Effect::Unanswered { document }))
            }
            Effect::Access { document, access } => Ok(Ok(Write::Access { document, access })),
            Effect::Repair { .. } => Err("the server's log was taken for another one".to_owned()),
            Effect::SignedOut { reason } => Err(format!("signed out: {reason}")),
            Effect::Status(status) => {
                memory.status = Some(status.clone());
                Ok(Err(Effect::Status(status)))
            }
            other => Ok(Err(other)),
        }
    }
}
