//! Appending what waits together: looked up in the copy, handed to the store, answered.

use std::sync::Arc;

use shared::base::{ChangeHash, DocumentId, PersonId, Timestamp};
use shared::domain::permission::Access;
use shared::sync::room::Outcome;
use shared::sync::server::Offered;
use shared::sync::wire::Refusal;

use super::{Answered, KeepError, Keeper, TRIES};
use crate::store::StoreError;
use crate::store::documents::{Append, Appended, Directory, DocumentLog, Standing};
use crate::sync::kept::{Decision, Kept};

/// What one person offers at once.
pub(super) struct Offer {
    pub(super) person: PersonId,
    pub(super) at: Timestamp,
    pub(super) changes: Vec<Offered>,
}

/// An append that the store has not answered yet.
struct UnderWay<F> {
    n: usize,
    hashes: Vec<ChangeHash>,
    decisions: Vec<Decision>,
    append: Option<F>,
}

impl<L: DocumentLog, D: Directory> Keeper<L, D> {
    /// Appends what several people offer, in this order. One answer for each.
    pub(super) async fn together(
        &self,
        document: DocumentId,
        offers: Vec<Offer>,
        kept: &mut Option<Box<Kept>>,
    ) -> Vec<Answered> {
        let mut answers: Vec<Option<Answered>> = offers.iter().map(|_| None).collect();
        for _ in 0..TRIES {
            let open: Vec<usize> = answers
                .iter()
                .enumerate()
                .filter(|(_, answer)| answer.is_none())
                .map(|(n, _)| n)
                .collect();
            if open.is_empty() {
                break;
            }
            if let Err(error) = self
                .once(document, &offers, &open, &mut answers, kept)
                .await
            {
                *kept = None;
                let error = Arc::new(error);
                for n in open {
                    if let Some(answer) = answers.get_mut(n) {
                        answer.get_or_insert(Err(error.clone()));
                    }
                }
            }
        }
        let busy = Arc::new(KeepError::Busy);
        answers
            .into_iter()
            .map(|answer| answer.unwrap_or_else(|| Err(busy.clone())))
            .collect()
    }

    /// One try with what has no answer yet. What turned out stale stays without one.
    ///
    /// Where no other node writes, the copy and the rights known from before are believed: the append compares both
    /// with the store. Only a "no" is looked up first.
    async fn once(
        &self,
        document: DocumentId,
        offers: &[Offer],
        open: &[usize],
        answers: &mut [Option<Answered>],
        kept: &mut Option<Box<Kept>>,
    ) -> Result<(), KeepError> {
        if self.damages().has(document) {
            self.mend(document, offers, open).await?;
        }
        let believed = kept.is_some() && self.log.alone();
        let mut copy = match kept.take() {
            Some(copy) if believed => copy,
            copy => match self.fresh(document, copy).await {
                Err(error) if error.is_damage() => {
                    tracing::error!(%document, %error, "sync: the log cannot be read");
                    self.notice(document).await?;
                    self.mend(document, offers, open).await?;
                    self.fresh(document, None).await?
                }
                other => other?,
            },
        };
        let (mut head, mut bytes) = (copy.seq, 0);
        let mut under_way = Vec::new();
        for n in open {
            let Some(offer) = offers.get(*n) else {
                continue;
            };
            let standing = self.standing(offer.person, &mut copy).await?;
            let decisions = if standing.access(copy.row.kind) == Access::Write {
                copy.decide(offer.person, &offer.changes)
            } else {
                Ok(copy.decline(&offer.changes))
            };
            let Ok(decisions) = decisions else {
                // what looked sound stopped Automerge: nobody else may meet it
                tracing::error!(%document, person = %offer.person, "sync: a change was refused that stops Automerge");
                let refused = Outcome::Refused(Refusal::Unresolved);
                let all = offer.changes.iter();
                let all = all.map(|change| (change.header.hash, refused.clone()));
                if let Some(answer) = answers.get_mut(*n) {
                    *answer = Some(Ok(all.collect()));
                }
                self.settle(under_way, answers).await?;
                return Ok(()); // without the copy: the others at the next try
            };
            let to_store = |decision: &Decision| !matches!(decision, Decision::Done(_));
            if believed
                && !decisions.iter().all(to_store)
                && self.row(document).await?.head != copy.row.head
            {
                // the log has grown behind this copy's back: all that is open at the next try, with a fresh one
                self.settle(under_way, answers).await?;
                return Ok(());
            }
            let changes: Vec<_> = offer
                .changes
                .iter()
                .zip(&decisions)
                .filter(|(_, decision)| to_store(decision))
                .map(|(change, _)| change.clone())
                .collect();
            let changes_size: usize = changes.iter().map(|c| c.bytes.len()).sum();
            let stored = decisions.iter().filter(|d| **d == Decision::Append).count();
            let append = (!changes.is_empty()).then(|| {
                self.log.append(Append {
                    document,
                    person: offer.person,
                    at: offer.at,
                    policy: standing.policy,
                    head: Some(head),
                    changes,
                })
            });
            head += stored as u64;
            bytes += changes_size;
            under_way.push(UnderWay {
                n: *n,
                hashes: offer.changes.iter().map(|c| c.header.hash).collect(),
                decisions,
                append,
            });
        }
        if self.settle(under_way, answers).await? {
            copy.seq = head;
            copy.row.head = head;
            copy.unsaved += bytes;
            *kept = Some(copy);
        }
        Ok(())
    }

    /// The copy, level with the log, and no right believed from before.
    async fn fresh(
        &self,
        document: DocumentId,
        kept: Option<Box<Kept>>,
    ) -> Result<Box<Kept>, KeepError> {
        let mut copy = self.current(document, kept).await?;
        copy.standings.clear();
        Ok(copy)
    }

    /// What a person may do; a "yes" may be one from before.
    async fn standing(&self, person: PersonId, copy: &mut Kept) -> Result<Standing, KeepError> {
        let known = copy.standings.get(&person);
        if let Some(standing) = known.filter(|s| s.access(copy.row.kind) == Access::Write) {
            return Ok(*standing);
        }
        let project = copy.row.project;
        let standing = self.directory.standing(person, project).await?;
        copy.standings.insert(person, standing);
        Ok(standing)
    }

    /// Fills in again what is lost and is among the offered changes: anybody who has it may give it back, its hash is
    /// known.
    async fn mend(
        &self,
        document: DocumentId,
        offers: &[Offer],
        open: &[usize],
    ) -> Result<(), KeepError> {
        let mut mended = None;
        for offer in open.iter().filter_map(|n| offers.get(*n)) {
            for change in &offer.changes {
                let (hash, bytes) = (change.header.hash, change.bytes.clone());
                match self.log().repair(document, hash, bytes).await {
                    Ok(true) => mended = Some(offer.at),
                    // sound, or new
                    Ok(false) | Err(StoreError::NotFound(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        let Some(at) = mended else {
            return Ok(());
        };
        tracing::info!(%document, "sync: a device gave back what was lost");
        let lost = self.notice(document).await?;
        if !lost && self.damages().has(document) {
            // the changes are there again, a snapshot is not
            let keeper = self.clone();
            tokio::spawn(async move {
                let made = keeper.snapshot(document, at).await;
                let noticed = keeper.notice(document).await;
                let sound = made.is_ok_and(|made| made.is_ok()) && noticed.is_ok();
                tracing::info!(%document, sound, "sync: a lost snapshot was made anew");
            });
        }
        Ok(())
    }

    /// Waits until what was handed to the store is on disk. Whether all of it is, as it was decided.
    async fn settle<F: Future<Output = Result<Appended, StoreError>>>(
        &self,
        under_way: Vec<UnderWay<F>>,
        answers: &mut [Option<Answered>],
    ) -> Result<bool, KeepError> {
        let mut sound = true;
        for one in under_way {
            let stored = match one.append {
                None => Vec::new(),
                Some(append) => match append.await {
                    Ok(Appended::Done(stored)) => stored,
                    Ok(Appended::Stale { .. }) => {
                        sound = false;
                        continue;
                    }
                    Err(error) => {
                        sound = false;
                        if let Some(answer) = answers.get_mut(one.n) {
                            *answer = Some(Err(Arc::new(error.into())));
                        }
                        continue;
                    }
                },
            };
            let mut stored = stored.into_iter();
            let mut outcomes = Vec::with_capacity(one.decisions.len());
            for (hash, decision) in one.hashes.into_iter().zip(one.decisions) {
                let outcome = match decision {
                    Decision::Done(outcome) => outcome,
                    Decision::Append => match stored.next() {
                        Some((_, outcome @ Outcome::Stored(_))) => outcome,
                        other => {
                            sound = false; // the store knows better
                            other.map_or(Outcome::Waits, |(_, outcome)| outcome)
                        }
                    },
                    Decision::Present => {
                        stored.next().map_or(Outcome::Waits, |(_, outcome)| outcome)
                    }
                };
                outcomes.push((hash, outcome));
            }
            if let Some(answer) = answers.get_mut(one.n) {
                *answer = Some(Ok(outcomes));
            }
        }
        Ok(sound)
    }
}
