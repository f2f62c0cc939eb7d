//! Documents in memory, for what a log of bytes cannot tell: whether what a change refers to is there.
//!
//! Each document has a queue of what is asked of it, worked through by one task while there is anything in it. What
//! waits together is looked up together, appended in one transaction and answered once that is on disk. A copy here is
//! ahead of the log only meanwhile; where the append fails, or another node was quicker, the copy is thrown away.

mod append;
mod snapshot;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use shared::base::{ChangeHash, DocumentId, PersonId, Timestamp};
use shared::doc::Document;
use shared::doc::peer::{Heard, Peer};
use shared::sync::server::Offered;
use tokio::sync::oneshot;

use self::append::Offer;
use super::damages::Damages;
use super::kept::{Kept, Unreadable};
use crate::store::StoreError;
use crate::store::documents::{Directory, DocumentLog, DocumentRow, Outcomes, SnapshotRow};

/// What all copies together may take in memory, in bytes; the least recently used go first.
const MEMORY: usize = 256 * 1024 * 1024;
/// The most appends that are looked up together.
const TOGETHER: usize = 256;
/// After how many bytes of changes a snapshot is made.
const UNSAVED: usize = 1024 * 1024;
/// How often an append is tried where others are quicker.
const TRIES: usize = 20;

/// A document could not be brought into memory, or the store failed.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The store said no; nothing was stored.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its log is damaged.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Other nodes append without a pause; the device offers it again.
    #[error("other nodes were quicker {TRIES} times")]
    Busy,
    /// The client's message makes no sense for this document.
    #[error("the sync message cannot be taken: {0}")]
    Message(String),
}

impl KeepError {
    /// Whether bytes are missing or damaged. (A log below the floor is only read where its snapshot cannot be.)
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Unreadable(_) | Self::Store(StoreError::Damaged(..) | StoreError::BelowFloor(_))
        )
    }
}

enum Work {
    Append {
        person: PersonId,
        at: Timestamp,
        changes: Vec<Offered>,
        answer: oneshot::Sender<Answered>,
    },
    Exchange {
        peer: Box<Peer>,
        heard: Option<Heard>,
        need: Vec<ChangeHash>,
        answer: oneshot::Sender<Exchanged>,
    },
    Snapshot {
        at: Timestamp,
        answer: oneshot::Sender<Result<SnapshotRow, Arc<KeepError>>>,
    },
    Copy {
        answer: oneshot::Sender<Result<Document, Arc<KeepError>>>,
    },
}

#[derive(Default)]
struct Place {
    queue: VecDeque<Work>,
    /// A task works on the queue.
    running: bool,
    /// The copy, while no task works with it.
    kept: Option<Box<Kept>>,
    /// When it was last used: a running number.
    used: u64,
}

#[derive(Default)]
struct Shelf {
    places: HashMap<DocumentId, Place>,
    clock: u64,
}

/// The documents that this node keeps in memory. Cheap to clone.
#[derive(Clone)]
pub struct Keeper<L, D> {
    log: L,
    directory: D,
    damages: Damages,
    shelf: Arc<Mutex<Shelf>>,
}

/// What became of an append.
type Answered = Result<Outcomes, Arc<KeepError>>;
/// What a document says to a client, with what is known of the client now.
type Exchanged = (Box<Peer>, Result<Option<Vec<u8>>, Arc<KeepError>>);
/// The rest of an answer, once it is there.
type Later<T> = oneshot::Receiver<T>;

impl<L: DocumentLog, D: Directory> Keeper<L, D> {
    /// Nothing in memory yet.
    pub fn new(log: L, directory: D) -> Self {
        Self {
            log,
            directory,
            damages: Damages::default(),
            shelf: Arc::default(),
        }
    }

    /// The logs.
    pub fn log(&self) -> &L {
        &self.log
    }

    /// What is lost.
    pub fn damages(&self) -> &Damages {
        &self.damages
    }

    /// Who may do what.
    pub fn directory(&self) -> &D {
        &self.directory
    }

    /// Takes its place in the document's queue at once, and answers when what was taken is on disk.
    pub fn append(
        &self,
        document: DocumentId,
        person: PersonId,
        at: Timestamp,
        changes: Vec<Offered>,
    ) -> Later<Answered> {
        let (answer, answered) = oneshot::channel();
        self.queue(
            document,
            Work::Append {
                person,
                at,
                changes,
                answer,
            },
        );
        answered
    }

    /// Lets a client of Automerge's sync protocol say what it has, and answers it.
    pub fn exchange(
        &self,
        document: DocumentId,
        peer: Box<Peer>,
        heard: Option<Heard>,
        need: Vec<ChangeHash>,
    ) -> Later<Exchanged> {
        let (answer, answered) = oneshot::channel();
        self.queue(
            document,
            Work::Exchange {
                peer,
                heard,
                need,
                answer,
            },
        );
        answered
    }

    /// Makes a snapshot of all there is, where the newest does not hold it, and gives up the bytes of the changes that
    /// the one before it holds.
    pub fn snapshot(
        &self,
        document: DocumentId,
        at: Timestamp,
    ) -> Later<Result<SnapshotRow, Arc<KeepError>>> {
        let (answer, answered) = oneshot::channel();
        self.queue(document, Work::Snapshot { at, answer });
        answered
    }

    /// A copy of a document as its log is now, to be read.
    pub fn copy(&self, document: DocumentId) -> Later<Result<Document, Arc<KeepError>>> {
        let (answer, answered) = oneshot::channel();
        self.queue(document, Work::Copy { answer });
        answered
    }

    fn queue(&self, document: DocumentId, work: Work) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let place = shelf.places.entry(document).or_default();
        place.queue.push_back(work);
        if !std::mem::replace(&mut place.running, true) {
            tokio::spawn(self.clone().work(document));
        }
    }

    /// What waits for a document, up to a bound, with its copy; `None`: nothing, and the task ends.
    fn next(
        &self,
        document: DocumentId,
        kept: Option<Box<Kept>>,
    ) -> Option<(Vec<Work>, Option<Box<Kept>>)> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.clock += 1;
        let clock = shelf.clock;
        let place = shelf.places.get_mut(&document)?;
        place.used = clock;
        let kept = kept.or_else(|| place.kept.take());
        if place.queue.is_empty() {
            place.running = false;
            place.kept = kept;
            shelf.tidy();
            return None;
        }
        let some = place.queue.len().min(TOGETHER);
        Some((place.queue.drain(..some).collect(), kept))
    }

    async fn work(self, document: DocumentId) {
        let mut kept = None;
        let mut at = Timestamp::default();
        while let Some((batch, copy)) = self.next(document, kept.take()) {
            kept = copy;
            let mut appends = Vec::new();
            let mut exchanges = Vec::new();
            let mut snapshots = Vec::new();
            let mut copies = Vec::new();
            for work in batch {
                match work {
                    Work::Append {
                        person,
                        at,
                        changes,
                        answer,
                    } => appends.push((
                        Offer {
                            person,
                            at,
                            changes,
                        },
                        answer,
                    )),
                    Work::Exchange {
                        peer,
                        heard,
                        need,
                        answer,
                    } => exchanges.push((peer, heard, need, answer)),
                    Work::Snapshot { at, answer } => snapshots.push((at, answer)),
                    Work::Copy { answer } => copies.push(answer),
                }
            }
            at = appends
                .iter()
                .map(|(offer, _)| offer.at)
                .fold(at, Timestamp::max);
            if !appends.is_empty() {
                let (offers, answers): (Vec<_>, Vec<_>) = appends.into_iter().unzip();
                let outcomes = self.together(document, offers, &mut kept).await;
                for (answer, outcomes) in answers.into_iter().zip(outcomes) {
                    // whoever asked may be gone; what was stored stays
                    let _ = answer.send(outcomes);
                }
            }
            for (mut peer, heard, need, answer) in exchanges {
                let said = self.say(document, &mut peer, heard, &need, &mut kept).await;
                let _ = answer.send((peer, said.map_err(Arc::new)));
            }
            for answer in copies {
                let copied = self.copied(document, &mut kept).await;
                let _ = answer.send(copied.map_err(Arc::new));
            }
            for (at, answer) in snapshots {
                self.save(document, at, &mut kept, Some(answer)).await;
            }
            if kept.as_ref().is_some_and(|copy| copy.unsaved > UNSAVED) {
                self.save(document, at, &mut kept, None).await;
            }
        }
    }

    async fn say(
        &self,
        document: DocumentId,
        peer: &mut Peer,
        heard: Option<Heard>,
        need: &[ChangeHash],
        kept: &mut Option<Box<Kept>>,
    ) -> Result<Option<Vec<u8>>, KeepError> {
        let mut copy = self.current(document, kept.take()).await?;
        let said = copy
            .exchange(peer, heard, need)
            .map_err(KeepError::Message)?;
        *kept = Some(copy);
        Ok(said)
    }

    async fn copied(
        &self,
        document: DocumentId,
        kept: &mut Option<Box<Kept>>,
    ) -> Result<Document, KeepError> {
        let mut copy = self.current(document, kept.take()).await?;
        let copied = copy.copy();
        *kept = Some(copy);
        Ok(copied)
    }

    /// The copy, level with the log as it is now.
    async fn current(
        &self,
        document: DocumentId,
        kept: Option<Box<Kept>>,
    ) -> Result<Box<Kept>, KeepError> {
        let row = self.row(document).await?;
        self.level(&row, kept).await
    }

    async fn row(&self, document: DocumentId) -> Result<DocumentRow, KeepError> {
        let found = self.log.find(document).await?;
        Ok(found.ok_or(StoreError::NotFound("document"))?)
    }

    /// The copy, level with the log.
    async fn level(
        &self,
        row: &DocumentRow,
        kept: Option<Box<Kept>>,
    ) -> Result<Box<Kept>, KeepError> {
        let same = |copy: &Kept| copy.row.epoch == row.epoch && copy.seq <= row.head;
        let mut copy = match kept.filter(|copy| same(copy)) {
            Some(copy) => copy,
            None => self.load(row).await?,
        };
        while copy.seq < row.head {
            let page = match self.log.read(row.id, copy.seq).await {
                Err(StoreError::BelowFloor(newest)) => {
                    // another node has given up what this copy had not seen yet
                    let newer = self.load(row).await?;
                    if newer.seq <= copy.seq {
                        return Err(StoreError::BelowFloor(newest).into());
                    }
                    copy = newer;
                    continue;
                }
                page => page?,
            };
            if page.is_empty() {
                break;
            }
            // a large document keeps a core busy for a while: beside the connections
            copy = tokio::task::spawn_blocking(move || copy.read(&page).map(|()| copy))
                .await
                .map_err(|_| StoreError::Stopped)??;
        }
        copy.row = row.clone();
        Ok(copy)
    }

    /// From the newest snapshot that can be read, else from the beginning.
    async fn load(&self, row: &DocumentRow) -> Result<Box<Kept>, KeepError> {
        let newest = self.log.snapshot(row.id).await?;
        if let Some(newest) = newest.filter(|n| n.epoch == row.epoch)
            && let Some(bytes) = self.log.snapshot_bytes(row.id, newest.hash).await?
        {
            let row = row.clone();
            let load = move || Kept::load(row, newest.seq, &bytes);
            let loaded = tokio::task::spawn_blocking(load).await;
            match loaded.map_err(|_| StoreError::Stopped)? {
                Ok(kept) => return Ok(Box::new(kept)),
                Err(error) => tracing::error!(%error, "sync: a snapshot is damaged"),
            }
        }
        Ok(Box::new(Kept::new(row.clone())))
    }
}

impl Shelf {
    /// Lets go of the least recently used copies, while all together are too large, and of empty places.
    fn tidy(&mut self) {
        self.places
            .retain(|_, place| place.running || place.kept.is_some());
        let mut sizes: Vec<(u64, DocumentId, usize)> = self
            .places
            .iter()
            .filter_map(|(id, place)| Some((place.used, *id, place.kept.as_ref()?.size())))
            .collect();
        let mut total: usize = sizes.iter().map(|(_, _, size)| size).sum();
        if total <= MEMORY {
            return;
        }
        sizes.sort_unstable();
        for (_, id, size) in sizes {
            if total <= MEMORY {
                break;
            }
            if self.places.get(&id).is_some_and(|place| !place.running) {
                self.places.remove(&id);
                total -= size;
            }
        }
    }
}
