//! Whether a chain is what it was.
//!
//! Three things are looked at, and each finding names its entry:
//!
//! 1. **The chain**: entries follow each other without a gap, each is bound to the one before, each body is the one that its
//!    entry commits to ([`chain`]). Whoever rewrites one byte must rewrite every entry after it.
//! 2. **Heads**: a head that the server signed and a device kept is in the chain ([`head`]). So rewriting all the rest does
//!    not help.
//! 3. **What it holds**: each entry fits where the project stood, and what it says was done follows from it ([`project`]); who
//!    may not read all bodies is told which entries could not be asked.
//!    Who held which role in the organisation is not in a project's ledger, nor which number was the next: for those stand
//!    the heads.

use base::ProjectId;
use pack::effect::Undo;
use pack::review::Does;

use crate::chain::{Entry, Head, hash_of_body, hash_of_entry};
use crate::hash::Hash;
use crate::project::{Library, Project, plainly_opposite, says_enough};
use crate::record::{Act, Deed, Done, Record, What, Wish};
use crate::refused::Refused;

/// Something that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The entry.
    pub seq: u64,
    /// What.
    pub what: Wrong,
}

/// What can be wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It is not there: the entry after it is.
    #[error("the entry is missing")]
    Missing,
    /// It is there twice, or out of order.
    #[error("the entry is there twice or out of order")]
    OutOfOrder,
    /// It is not bound to the entry before it.
    #[error("it is not bound to the entry before it: this entry or the one before was changed")]
    NotBound,
    /// Its hash is not that of what it says.
    #[error("its hash is not that of its place, time and body: the entry was changed")]
    Hash,
    /// Its body is not the one it commits to.
    #[error("its body is not the one it commits to: the body was changed")]
    Body,
    /// Its body cannot be read.
    #[error("its body cannot be read")]
    Unreadable,
    /// A signed head that was kept says another hash for it.
    #[error("a signed head that was kept says another hash for it: the history was rewritten")]
    OtherHead,
    /// A signed head that was kept goes further than the chain.
    #[error("a signed head that was kept names this entry, which is gone: the end was cut off")]
    CutOff,
    /// The server signed no head so far: somebody else appended it.
    #[error("it stands after the head that the server signed: somebody else appended it")]
    NotSigned,
    /// The version of a regulation that the entry names is gone or was changed.
    #[error("the version of the regulation {0} is gone or was changed")]
    Pack(Hash),
    /// A head's signature is not by the key.
    #[error("the signature of the head at this entry is not by the server's key")]
    HeadSignature,
    /// It does not fit where the project stood.
    #[error("it does not fit where the project stood: {0}")]
    Unfit(Refused),
    /// What it says was done does not follow from it.
    #[error("what it says was done does not follow from what was decided")]
    OtherEffects,
    /// The device's signature is not over what the entry holds.
    #[error("what was signed on the device is not what the entry holds")]
    OtherWish,
    /// The device's signature is not by its key.
    #[error("the device's signature is not by the device's key")]
    DeviceSignature,
    /// An attachment that the entry names is gone or was changed.
    #[error("the attachment {0} is gone or was changed")]
    Blob(String),
}

/// The chain after `from`, which is known to be right; where it ends, and what is wrong.
pub fn chain(from: Head, entries: &[Entry]) -> (Head, Vec<Finding>) {
    let (mut head, mut found) = (from, Vec::new());
    for entry in entries {
        let seq = entry.seq;
        let mut wrong = |what| found.push(Finding { seq, what });
        if seq <= head.seq {
            wrong(Wrong::OutOfOrder);
            continue;
        }
        if seq - 1 == head.seq {
            if entry.previous != head.hash {
                wrong(Wrong::NotBound);
            }
        } else {
            for seq in head.seq + 1..seq.min(head.seq.saturating_add(1_000)) {
                let what = Wrong::Missing;
                found.push(Finding { seq, what });
            }
        }
        let mut wrong = |what| found.push(Finding { seq, what });
        let hash = hash_of_entry(
            &head.chain,
            seq,
            entry.at,
            &entry.previous,
            &entry.body_hash,
        );
        if hash != entry.hash {
            wrong(Wrong::Hash);
        }
        if let Some(body) = &entry.body {
            if hash_of_body(body) != entry.body_hash {
                wrong(Wrong::Body);
            }
            if entry.record().is_none() {
                wrong(Wrong::Unreadable);
            }
        }
        head = entry.head(head.chain);
    }
    (head, found)
}

/// Whether a head that was signed and kept is in a chain whose entries go from the first one on.
pub fn head(kept: &Head, entries: &[Entry]) -> Option<Finding> {
    if kept.seq == 0 {
        return None;
    }
    let seq = kept.seq;
    let found = entries.iter().find(|entry| entry.seq == seq);
    match found {
        None => Some(Finding {
            seq,
            what: Wrong::CutOff,
        }),
        Some(entry) if entry.hash != kept.hash => Some(Finding {
            seq,
            what: Wrong::OtherHead,
        }),
        Some(_) => None,
    }
}

/// What was found in what a project's chain holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looked {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The entries of which not all could be asked: their body is for others, or one before them is that bears on them.
    pub unasked: Vec<u64>,
}

/// Whether a project's entries fit each other, and what they say was done follows. Up to the first entry whose body is for
/// others all is asked; after it what does not depend on where the project stood, since what cannot be seen may have moved
/// it.
pub fn project(id: ProjectId, library: Library<'_>, entries: &[Entry]) -> Looked {
    let mut project = Project::new(library);
    let (mut findings, mut unasked) = (Vec::new(), Vec::new());
    let mut whole = true;
    for entry in entries {
        let seq = entry.seq;
        let Some(record) = entry.record() else {
            // one that is there and cannot be read is found as that, and so is what does not follow without it
            whole &= entry.body.is_some();
            unasked.push(seq);
            let _ = project.take_entry(entry);
            continue;
        };
        if signed_otherwise(id, &record) {
            let what = Wrong::OtherWish;
            findings.push(Finding { seq, what });
        }
        let expected = match whole {
            true => expected(&project, entry, &record).map(Some),
            false => in_any_case(&project, &record),
        };
        let taken = project.take(seq, entry.at, &record);
        let what = match (expected, taken) {
            (Ok(None), _) => {
                unasked.push(seq);
                continue;
            }
            (Err(why), _) => Wrong::Unfit(why),
            (Ok(Some(_)), Err(why)) if whole => Wrong::Unfit(why),
            (Ok(Some(done)), _) if done != record.done => Wrong::OtherEffects,
            _ => continue,
        };
        findings.push(Finding { seq, what });
    }
    Looked { findings, unasked }
}

/// What an entry must have done wherever the project stood; `None` where that depends on it.
fn in_any_case(project: &Project<'_>, record: &Record) -> Result<Option<Vec<Done>>, Refused> {
    let (act, by) = match (&record.what, record.by) {
        (What::Act(act), Some(by)) => (act, by),
        (What::Act(_) | What::Late { .. }, None) => return Err(Refused::NotEntitled),
        (What::Late { .. } | What::Heads(_), _) => return Ok(Some(Vec::new())),
    };
    says_enough(by, act)?;
    Ok(match act {
        Act::Adopt { .. } | Act::Invite { .. } | Act::Print { .. } => Some(Vec::new()),
        Act::Advance { stage } => Some(vec![Done::gate(stage.clone())]),
        Act::Form(act) => match act.does {
            Does::Submit { .. } | Does::Decide { .. } => None,
            // none of these ends a review
            _ => Some(Vec::new()),
        },
        Act::Undo { entry, .. } => {
            let decision = project.decisions().get(entry);
            decision.and_then(|decision| undone_in_any_case(&decision.done))
        }
    })
}

/// What undoes a decision that can be seen; `None` where that depends on where the project stood.
fn undone_in_any_case(done: &[Done]) -> Option<Vec<Done>> {
    let undone = done.iter().rev().filter(|done| done.undo != Undo::Final);
    // a duty or a register may have ended, or begun anew, meanwhile
    let depends = |done: &Done| {
        let what = &done.what;
        matches!(
            what,
            Deed::WentBack { .. }
                | Deed::DutyBegun { .. }
                | Deed::DutyEnded { .. }
                | Deed::RegisterBegun { .. }
                | Deed::RegisterEnded { .. }
        )
    };
    match undone.clone().any(depends) {
        true => None,
        false => {
            let opposite = undone.filter_map(|done| plainly_opposite(&done.what));
            let undo = Undo::Final;
            Some(opposite.map(|what| Done { what, undo }).collect())
        }
    }
}

/// What an entry must have done, with the numbers that it says were given.
fn expected(project: &Project<'_>, entry: &Entry, record: &Record) -> Result<Vec<Done>, Refused> {
    let (act, by) = match (&record.what, record.by) {
        (What::Act(act), Some(by)) => (act, by),
        // nobody did it
        (What::Act(_) | What::Late { .. }, None) => return Err(Refused::NotEntitled),
        (What::Late { .. } | What::Heads(_), _) => return Ok(Vec::new()),
    };
    project.fits(by, act)?;
    let number = record.done.iter().find_map(|done| match &done.what {
        Deed::Numbered { number, .. } => Some(number.clone()),
        _ => None,
    });
    let number = move |_: &pack::effect::Pattern| number.clone().unwrap_or_default();
    match act {
        Act::Form(act) => project.outcome(by, act, entry.at, &number),
        Act::Advance { stage } => Ok(vec![Done::gate(stage.clone())]),
        Act::Undo { entry, .. } => project.undoing(*entry),
        _ => Ok(Vec::new()),
    }
}

/// Whether what was signed is something else than what the entry holds.
fn signed_otherwise(id: ProjectId, record: &Record) -> bool {
    let Some(signed) = &record.signed else {
        return false;
    };
    let (What::Act(act) | What::Late { act, .. }) = &record.what else {
        return true;
    };
    let wish: Option<Wish> = serde_json::from_str(&signed.wish).ok();
    wish.is_none_or(|wish| wish.key != record.key || wish.project != id || wish.act != *act)
}
