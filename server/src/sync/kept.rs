//! A document as a server keeps it in memory: everything in its log, to look up what a new change refers to.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use shared::base::{ChangeHash, DocumentId, PersonId};
use shared::doc::Document;
use shared::doc::peer::{Heard, Peer};
use shared::sync::history::{History, Verdict};
use shared::sync::room::Outcome;
use shared::sync::server::Offered;
use shared::sync::wire::{Entry, Refusal};

use crate::store::documents::{DocumentRow, Standing};

/// What the log holds cannot be read: a chunk is damaged or missing.
#[derive(Debug, thiserror::Error)]
#[error("document {document} cannot be read from the store (entry {seq}): {why}")]
pub struct Unreadable {
    /// Which document.
    pub document: DocumentId,
    /// After which entry reading failed.
    pub seq: u64,
    /// What the reader said.
    pub why: String,
}

/// The actor of changes made here: none are.
const NOBODY: [u8; 16] = [0; 16];

pub(super) struct Kept {
    /// Its row when the store was last asked for it.
    pub(super) row: DocumentRow,
    /// What people may do in its project, as far as the store was asked since.
    pub(super) standings: HashMap<PersonId, Standing>,
    /// The last entry that is in here.
    pub(super) seq: u64,
    /// Bytes of changes since it was loaded or saved.
    pub(super) unsaved: usize,
    document: Document,
    history: History,
    /// Who an actor is, by the log.
    owners: HashMap<Vec<u8>, PersonId>,
}

/// What is to be done with an offered change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// To the store; it is in here already.
    Append,
    /// To the store, which knows its number.
    Present,
    /// Answered.
    Done(Outcome),
}

impl Kept {
    pub(super) fn new(row: DocumentRow) -> Self {
        let mut document = Document::new(row.kind, NOBODY);
        let mut history = History::default();
        for first in document.changes_since(&[]) {
            history.read(&first.bytes);
        }
        Self {
            row,
            standings: HashMap::new(),
            seq: 0,
            unsaved: 0,
            document,
            history,
            owners: HashMap::new(),
        }
    }

    /// From a snapshot up to `seq`.
    pub(super) fn load(row: DocumentRow, seq: u64, bytes: &[u8]) -> Result<Self, Unreadable> {
        let kind = row.kind;
        let mut kept = Self::new(row);
        let load = || Document::load::<&[u8]>(kind, Some(bytes), &[], NOBODY);
        let loaded = match catch_unwind(load) {
            Ok(Ok(document)) => document,
            Ok(Err(why)) => return Err(kept.unreadable(why.to_string())),
            Err(_) => return Err(kept.unreadable("Automerge stopped")),
        };
        kept.document = loaded;
        for change in kept.document.changes_since(&[]) {
            if kept.history.read(&change.bytes).is_none() {
                return Err(kept.unreadable("a change in a snapshot is damaged"));
            }
        }
        kept.seq = seq;
        Ok(kept)
    }

    /// The whole document.
    pub(super) fn save(&mut self) -> Vec<u8> {
        self.document.save()
    }

    /// A copy of the document alone; it shares with this one what neither changes.
    pub(super) fn copy(&mut self) -> Document {
        self.document.fork(NOBODY)
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let (changes, operations) = self.history.size();
        changes * 300 + operations * 80
    }

    fn unreadable(&self, why: impl Into<String>) -> Unreadable {
        Unreadable {
            document: self.row.id,
            seq: self.seq,
            why: why.into(),
        }
    }

    /// Entries of the log, in order.
    pub(super) fn read(&mut self, entries: &[Entry]) -> Result<(), Unreadable> {
        let bytes: Vec<_> = entries.iter().map(|e| e.bytes.as_slice()).collect();
        match catch_unwind(AssertUnwindSafe(|| self.document.take_in(&bytes))) {
            Ok(Ok(())) => {}
            Ok(Err(why)) => return Err(self.unreadable(why.to_string())),
            Err(_) => return Err(self.unreadable("Automerge stopped")),
        }
        for entry in entries {
            let Some(header) = self.history.read(&entry.bytes) else {
                return Err(self.unreadable("an entry is damaged"));
            };
            self.owners.entry(header.actor).or_insert(entry.by);
            self.seq = entry.seq;
        }
        Ok(())
    }

    /// Decides over what one person offers, and takes in what is to be appended. `Err`: Automerge could not take what
    /// looked sound; nothing of it may be appended, and this copy is to be thrown away.
    pub(super) fn decide(
        &mut self,
        person: PersonId,
        changes: &[Offered],
    ) -> Result<Vec<Decision>, ()> {
        let mut decisions: Vec<_> = changes.iter().map(|c| self.one(person, c)).collect();
        // several tabs share a device: what came before its dependencies may find them now
        let mut progress = true;
        while progress {
            progress = false;
            for (change, decision) in changes.iter().zip(&mut decisions) {
                if *decision == Decision::Done(Outcome::Waits) {
                    *decision = self.one(person, change);
                    progress |= *decision == Decision::Append;
                }
            }
        }
        let taken: Vec<_> = changes
            .iter()
            .zip(&decisions)
            .filter(|(_, decision)| **decision == Decision::Append)
            .map(|(change, _)| change.bytes.as_slice())
            .collect();
        match catch_unwind(AssertUnwindSafe(|| self.document.take_in(&taken))) {
            Ok(Ok(())) => Ok(decisions),
            _ => Err(()),
        }
    }

    /// For who may not write: what is in the log already stays acknowledged (the right may have gone after the change
    /// came in, and before its author learnt so), and nothing else is taken.
    pub(super) fn decline(&self, changes: &[Offered]) -> Vec<Decision> {
        let one = |change: &Offered| {
            if self.history.has(&change.header.hash) {
                Decision::Present
            } else {
                Decision::Done(Outcome::Refused(Refusal::NotAllowed))
            }
        };
        changes.iter().map(one).collect()
    }

    fn one(&mut self, person: PersonId, change: &Offered) -> Decision {
        let resolved = match self.history.resolve(&change.header, &change.operations) {
            Verdict::Sound(resolved) => resolved,
            Verdict::Present => return Decision::Present,
            Verdict::Waits => return Decision::Done(Outcome::Waits),
            Verdict::Refused(reason) => return Decision::Done(Outcome::Refused(reason)),
        };
        match self.owners.get(&change.header.actor) {
            Some(owner) if *owner != person => {
                return Decision::Done(Outcome::Refused(Refusal::ForeignActor));
            }
            Some(_) => {}
            None => {
                self.owners.insert(change.header.actor.clone(), person);
            }
        }
        self.history.add(resolved);
        Decision::Append
    }

    /// Lets an automerge-repo client say what it has, and answers it. `Err`: this copy is to be thrown away.
    pub(super) fn exchange(
        &mut self,
        peer: &mut Peer,
        heard: Option<Heard>,
        need: &[ChangeHash],
    ) -> Result<Option<Vec<u8>>, String> {
        let exchange = AssertUnwindSafe(|| {
            if let Some(heard) = heard {
                self.document.hear(peer, heard).map_err(|e| e.to_string())?;
            }
            Ok(self.document.say(peer, need))
        });
        catch_unwind(exchange).unwrap_or_else(|_| Err("Automerge stopped".to_owned()))
    }
}
