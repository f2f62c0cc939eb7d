//! Proposals 建议: what somebody may not do themselves, put before those who may.

use automerge::transaction::Transactable;
use automerge::{AutomergeError, ObjId, ObjType, ReadDoc};
use base::{ChangeHash, ProposalId};
use serde::{Deserialize, Serialize};

use super::{Command, CommandError, Done, check_text};
use crate::document::{Author, Document, from_am, raw};
use crate::model;
use crate::schema;
use crate::undo::Undo;

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// 同意: performed, as ordinary edits of who accepted it; these changes did it.
    Accepted(Vec<ChangeHash>),
    /// 驳回.
    Declined,
    /// 撤回: its author took it back.
    Withdrawn,
}

/// A decision with what was said to it, kept as one value: so that no merge mixes two of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Said {
    pub(crate) outcome: Outcome,
    pub(crate) answer: String,
}

fn map(document: &Document) -> Result<ObjId, CommandError> {
    model::root_object(&document.inner, schema::PROPOSALS)
        .ok_or_else(|| CommandError::invalid("document", "it has no proposals"))
}

fn write(
    document: &mut Document,
    author: Author,
    write: impl FnOnce(&mut Document) -> Result<(), AutomergeError>,
) -> Result<Done, CommandError> {
    if let Err(e) = write(document) {
        document.inner.rollback();
        return Err(CommandError::invalid("document", e));
    }
    let hash = document.commit(author);
    let made = hash.and_then(|hash| document.inner.get_change_by_hash(&hash));
    Ok(Done {
        changes: made.map(raw).into_iter().collect(),
        undo: Undo {
            changes: hash.map(from_am).into_iter().collect(),
            ..Undo::default()
        },
    })
}

/// Puts commands before those who may carry them out.
pub(super) fn propose(
    document: &mut Document,
    id: ProposalId,
    words: &[String],
    commands: &[Command],
    author: Author,
) -> Result<Done, CommandError> {
    let all = map(document)?;
    let commands = serde_json::to_string(commands).unwrap_or_default();
    let words = serde_json::to_string(words).unwrap_or_default();
    if commands.len() + words.len() > schema::MAX_PROPOSAL {
        return Err(CommandError::invalid(
            "commands",
            "too much for one proposal",
        ));
    }
    let key = id.to_string();
    if document
        .inner
        .get(&all, key.as_str())
        .ok()
        .flatten()
        .is_some()
    {
        return Err(CommandError::invalid(
            "id",
            "there is such a proposal already",
        ));
    }
    write(document, author, |document| {
        let row = document.inner.put_object(&all, key, ObjType::Map)?;
        document.inner.put(&row, schema::WORDS, words)?;
        document.inner.put(&row, schema::COMMANDS, commands)
    })
}

/// Says what became of a proposal.
pub(super) fn decide(
    document: &mut Document,
    id: ProposalId,
    outcome: &Outcome,
    answer: &str,
    author: Author,
) -> Result<Done, CommandError> {
    check_text("answer", answer)?;
    let all = map(document)?;
    let row = match document.inner.get(&all, id.to_string()) {
        Ok(Some((value, row))) if value.is_object() => row,
        _ => return Err(CommandError::invalid("id", "there is no such proposal")),
    };
    if crate::view::proposal::decision(document, &row).is_some() {
        return Err(CommandError::invalid("id", "it is decided already"));
    }
    let said = Said {
        outcome: outcome.clone(),
        answer: answer.to_owned(),
    };
    let said = serde_json::to_string(&said).unwrap_or_default();
    write(document, author, |document| {
        document.inner.put(&row, schema::DECISION, said)
    })
}
