//! After a refusal: back to the acknowledged state and what still stands, then the commands again that depended on the
//! refused one, under a new actor. The refused one becomes a draft.

use std::collections::{BTreeMap, BTreeSet};

use base::{ChangeHash, PersonId, Timestamp, sort};
use doc::command::{Done, perform};
use doc::deed::Deed;
use doc::undo::{Undo, undo};
use doc::{ApplyError, Author, Document};

use crate::wire::Refusal;

/// After so many fruitless replays an edit counts as refused itself.
const REPLAYS: u32 = 3;

/// An own change that the server does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// Which.
    pub hash: ChangeHash,
    /// Its place among those of the document: after all it may depend on.
    pub n: u64,
    /// The first change of the same command.
    pub group: ChangeHash,
    /// When it was made, by the device's clock.
    pub at: Timestamp,
    /// What was done; only with the first change of a command, `None` also where it is not known.
    pub deed: Option<Deed>,
    /// How often it was made anew after a refusal.
    pub replays: u32,
}

/// A change made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The first change of the command that it repeats: among the gone ones.
    pub of: ChangeHash,
    /// The change.
    pub own: Own,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A refused command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its first change: among the gone ones.
    pub of: ChangeHash,
    /// When it was made.
    pub at: Timestamp,
    /// What was to be done.
    pub deed: Option<Deed>,
    /// Why not.
    pub reason: Refusal,
}

/// What is to be written, in one transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Changes that no longer wait.
    pub gone: Vec<ChangeHash>,
    /// Those that wait instead.
    pub again: Vec<Again>,
    /// To be kept and shown.
    pub drafts: Vec<Draft>,
    /// How to take a command back now, by the changes that are gone; `None`: there is nothing to take back any more.
    pub renewed: BTreeMap<ChangeHash, Option<Undo>>,
}

/// A command with the changes it made.
struct Group<'a> {
    rows: Vec<(Own, &'a [u8])>,
}

/// Goes through the refusals of one document. `acknowledged`: its acknowledged state, under a new actor; `pending`: all
/// own changes that the server does not have, dependencies first; `may`: whether the person may write it now.
///
/// # Errors
/// Where what still stands cannot be applied: nothing is to be written then.
pub fn replay(
    mut acknowledged: Document,
    pending: Vec<(Own, &[u8])>,
    refused: &[(ChangeHash, Refusal)],
    may: bool,
    person: PersonId,
) -> Result<Replayed, ApplyError> {
    let verdicts: BTreeMap<ChangeHash, Refusal> = refused.iter().copied().collect();
    // a command stands where none of its changes was refused
    let (mut fallen, standing): (Vec<Group<'_>>, Vec<Group<'_>>) = groups(pending)
        .into_iter()
        .partition(|group| group.any(|own| verdicts.contains_key(&own.hash)));
    let stands: Vec<&[u8]> = standing
        .iter()
        .flat_map(|group| group.rows.iter().map(|(_, bytes)| *bytes))
        .collect();
    acknowledged.take_in(&stands)?;
    // what waits for a refused change without our having been told falls with it
    let (standing, mut late): (Vec<Group<'_>>, Vec<Group<'_>>) = standing
        .into_iter()
        .partition(|group| !group.any(|own| !acknowledged.has(&own.hash)));
    fallen.append(&mut late);
    sort::by_key(&mut fallen, |group| {
        group.rows.first().map(|(own, _)| own.n)
    });
    let mut n = standing
        .iter()
        .flat_map(|group| group.rows.iter().map(|(own, _)| own.n))
        .max()
        .unwrap_or_default();
    let mut out = Replayed::default();
    for group in fallen {
        let Some((first, _)) = group.rows.first() else {
            continue;
        };
        let hashes: BTreeSet<ChangeHash> = group.rows.iter().map(|(own, _)| own.hash).collect();
        let verdict = hashes
            .iter()
            .filter_map(|hash| verdicts.get(hash))
            .find(|reason| !matches!(reason, Refusal::DependsOnRefused | Refusal::ForeignActor));
        let reason = match verdict {
            Some(reason) => Some(*reason),
            None if !may => Some(Refusal::NotAllowed),
            None if first.replays >= REPLAYS => Some(Refusal::DependsOnRefused),
            None => None,
        };
        let author = Author {
            person,
            at: first.at,
        };
        let outcome = match reason {
            Some(reason) => Err(reason),
            None => again(&mut acknowledged, first, author, &out.renewed),
        };
        let renewed = match outcome {
            Ok(Some(done)) => {
                let mut deed = first.deed.clone();
                let group = done.changes.first().map(|change| change.hash);
                for change in done.changes {
                    n += 1;
                    out.again.push(Again {
                        of: first.hash,
                        own: Own {
                            hash: change.hash,
                            n,
                            group: group.unwrap_or(change.hash),
                            at: first.at,
                            deed: deed.take(),
                            replays: first.replays + 1,
                        },
                        bytes: change.bytes,
                    });
                }
                Some(done.undo)
            }
            Ok(None) => None,
            Err(reason) => {
                out.drafts.push(Draft {
                    of: first.hash,
                    at: first.at,
                    deed: first.deed.clone(),
                    reason,
                });
                None
            }
        };
        for hash in hashes {
            out.renewed.insert(hash, renewed.clone());
            out.gone.push(hash);
        }
    }
    Ok(out)
}

impl Group<'_> {
    fn any(&self, is: impl FnMut(&Own) -> bool) -> bool {
        self.rows.iter().map(|(own, _)| own).any(is)
    }
}

/// The pending changes by command, in their order.
fn groups(pending: Vec<(Own, &[u8])>) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places: BTreeMap<ChangeHash, usize> = BTreeMap::new();
    for (own, bytes) in pending {
        let at = *places.entry(own.group).or_insert_with(|| {
            groups.push(Group { rows: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.rows.push((own, bytes));
        }
    }
    groups
}

/// Carries a command out again; `None` where there is nothing left to do.
fn again(
    base: &mut Document,
    first: &Own,
    author: Author,
    renewed: &BTreeMap<ChangeHash, Option<Undo>>,
) -> Result<Option<Done>, Refusal> {
    let done = match &first.deed {
        Some(Deed::Do(command)) => {
            perform(base, command, author).map_err(|_| Refusal::DependsOnRefused)?
        }
        Some(Deed::TakeBack(back)) => {
            let back = match back.changes().iter().find_map(|hash| renewed.get(hash)) {
                None => back.as_ref(),
                Some(Some(new)) => new,
                // what it took back was refused: nothing to take back
                Some(None) => return Ok(None),
            };
            undo(base, back, author).map_err(|_| Refusal::DependsOnRefused)?
        }
        None => return Err(Refusal::DependsOnRefused),
    };
    Ok((!done.changes.is_empty()).then_some(done))
}
