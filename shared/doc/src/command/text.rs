//! Text that several people type into: only what differs is written, so that what they type beside each other meets.

use automerge::transaction::Transactable;
use automerge::{ObjId, ReadDoc};

use super::{CommandError, Done};
use crate::document::{Author, Document, from_am, raw};
use crate::schema;
use crate::undo::{TextWrite, Undo};

/// Signs that one change may insert and remove together: each is an operation, and receivers refuse more than 10,000.
const MAX_SIGNS: usize = 4_000;

/// Writes the smallest difference between what stands in a text object and `text`; what is too much for one change as
/// several. `write` says whose text it is, for the way back.
pub(super) fn edit(
    document: &mut Document,
    object: &ObjId,
    text: &str,
    author: Author,
    write: impl FnOnce(String) -> TextWrite,
) -> Result<Done, CommandError> {
    if text.len() > schema::MAX_NOTE {
        return Err(CommandError::invalid(schema::TEXT, "longer than 1 MiB"));
    }
    let lost = |e| CommandError::invalid("document", e);
    let before = document.inner.text(object).map_err(lost)?;
    let mut done = Done {
        changes: Vec::new(),
        undo: Undo::default(),
    };
    if before == text {
        return Ok(done);
    }
    let mut hashes = Vec::new();
    let written = carry_out(document, object, &before, text, author, &mut hashes);
    if let Err(e) = written {
        document.inner.rollback();
        return Err(lost(e));
    }
    hashes.extend(document.commit(author));
    for hash in hashes {
        done.undo.changes.push(from_am(hash));
        let made = document.inner.get_change_by_hash(&hash);
        done.changes.extend(made.map(raw));
    }
    done.undo.text = Some(write(before));
    Ok(done)
}

fn carry_out(
    document: &mut Document,
    object: &ObjId,
    before: &str,
    text: &str,
    author: Author,
    hashes: &mut Vec<automerge::ChangeHash>,
) -> Result<(), automerge::AutomergeError> {
    let (old, new): (Vec<char>, Vec<char>) = (before.chars().collect(), text.chars().collect());
    let pairs = old.iter().zip(&new);
    let start = pairs.take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - start;
    let pairs = old.iter().rev().zip(new.iter().rev());
    let end = pairs.take(rest).take_while(|(a, b)| a == b).count();
    let (mut gone, come) = (
        old.len() - start - end,
        new.get(start..new.len() - end).unwrap_or_default(),
    );
    // where signs are counted otherwise than here, places cannot be told
    let counted = document.inner.length(object) == old.len();
    if gone + come.len() <= MAX_SIGNS || !counted {
        return document.inner.update_text(object, text);
    }
    while gone > 0 {
        let some = gone.min(MAX_SIGNS);
        document
            .inner
            .splice_text(object, start, some as isize, "")?;
        gone -= some;
        hashes.extend(document.commit(author));
    }
    let mut at = start;
    for piece in come.chunks(MAX_SIGNS) {
        let text: String = piece.iter().collect();
        document.inner.splice_text(object, at, 0, &text)?;
        at += piece.len();
        hashes.extend(document.commit(author));
    }
    Ok(())
}
