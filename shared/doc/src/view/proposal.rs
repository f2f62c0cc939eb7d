//! The proposals of a project.

use automerge::{ObjId, ReadDoc, ValueRef};
use base::{ChangeHash, PersonId, ProposalId, Timestamp, sort};

use crate::command::Command;
use crate::command::proposal::{Outcome, Said};
use crate::document::{Document, from_am};
use crate::model;
use crate::scalar::Scalar;
use crate::schema;

/// A proposal 建议.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// Who made it, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// The change: what the server recorded of who and when is kept under it.
    pub change: ChangeHash,
    /// What is proposed, in the words of its author's language, one for each command.
    pub words: Vec<String>,
    /// What is to be done; `None` where this version cannot read it.
    pub commands: Option<Vec<Command>>,
    /// What became of it; `None` while it is open.
    pub decision: Option<Decision>,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What.
    pub outcome: Outcome,
    /// What was said to it.
    pub answer: String,
    /// Who, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// The change.
    pub change: ChangeHash,
}

/// All proposals, the newest first. What cannot be read is left out.
pub fn read(document: &mut Document) -> Vec<Proposal> {
    let Some(all) = model::root_object(&document.inner, schema::PROPOSALS) else {
        return Vec::new();
    };
    let rows: Vec<(ProposalId, ObjId)> = document
        .inner
        .map_range(&all, ..)
        .filter(|item| matches!(item.value, ValueRef::Object(_)))
        .filter_map(|item| Some((item.key.parse().ok()?, item.id())))
        .collect();
    let mut proposals: Vec<Proposal> = rows
        .into_iter()
        .map(|(id, row)| {
            let (by, at, change) = made(document, &row);
            let words = text(document, &row, schema::WORDS);
            let commands = text(document, &row, schema::COMMANDS);
            Proposal {
                id,
                by,
                at,
                change,
                words: serde_json::from_str(&words).unwrap_or_default(),
                commands: serde_json::from_str(&commands).ok(),
                decision: decision(document, &row),
            }
        })
        .collect();
    sort::by(&mut proposals, |a, b| (b.at, b.id).cmp(&(a.at, a.id)));
    proposals
}

fn made(document: &mut Document, id: &ObjId) -> (Option<PersonId>, Timestamp, ChangeHash) {
    let (by, at) = Document::made(&mut document.inner, id);
    let change = document.inner.hash_for_opid(id);
    let change = change.map_or(ChangeHash::from_bytes([0; 32]), from_am);
    (by, at, change)
}

fn text(document: &Document, row: &ObjId, field: &str) -> String {
    match document.inner.get(row, field) {
        Ok(Some((value, id))) => Scalar::from_value(&document.inner, &value, &id).to_shown(),
        _ => String::new(),
    }
}

/// What became of the proposal in this map.
pub(crate) fn decision(document: &mut Document, row: &ObjId) -> Option<Decision> {
    let (value, id) = document.inner.get(row, schema::DECISION).ok().flatten()?;
    let said = Scalar::from_value(&document.inner, &value, &id).to_shown();
    let said: Said = serde_json::from_str(&said).ok()?;
    let (by, at, change) = made(document, &id);
    Some(Decision {
        outcome: said.outcome,
        answer: said.answer,
        by,
        at,
        change,
    })
}
