//! Comments 批注 on a form: written, answered, settled. Nothing of one is written again but whether its thread is settled.

use base::CommentId;

use super::{Writes, set};
use crate::command::CommandError;
use crate::model::FormModel;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::form::{CommentPart, FormPlace};

fn wrong(id: CommentId, part: CommentPart, why: &str) -> CommandError {
    let place = FormPlace::Comment { comment: id, part };
    CommandError::invalid(&place.to_string(), why)
}

/// The keys of a new comment.
fn write(
    model: &FormModel,
    id: CommentId,
    on: &FormPlace,
    to: Option<CommentId>,
    text: &str,
) -> Writes {
    if model.comments.contains(id) {
        return Err(wrong(
            id,
            CommentPart::Text,
            "there is such a comment already",
        ));
    }
    if model.comments.len() >= schema::MAX_COMMENTS {
        return Err(CommandError::invalid(
            "document",
            "more than 2,000 comments",
        ));
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(wrong(id, CommentPart::Text, "it says nothing"));
    }
    if text.chars().count() > schema::MAX_COMMENT {
        return Err(wrong(id, CommentPart::Text, "longer than 4,000 characters"));
    }
    if !on.is_answer() {
        return Err(wrong(id, CommentPart::On, "only answers are commented on"));
    }
    let part =
        |part, text: String| set(FormPlace::Comment { comment: id, part }, Scalar::Text(text));
    let mut writes = vec![
        part(CommentPart::Text, text.to_owned()),
        part(CommentPart::On, on.to_string()),
    ];
    writes.extend(to.map(|to| part(CommentPart::To, to.to_string())));
    Ok(writes)
}

/// A comment that begins a thread.
pub(super) fn begin(model: &FormModel, id: CommentId, on: &FormPlace, text: &str) -> Writes {
    write(model, id, on, None, text)
}

/// An answer: to the one that begins the thread, and on what that is on.
pub(super) fn reply(model: &FormModel, id: CommentId, to: CommentId, text: &str) -> Writes {
    let unknown = || wrong(to, CommentPart::Text, "there is no such comment");
    let on = model.comments.on(to).cloned().ok_or_else(unknown)?;
    write(model, id, &on, Some(model.comments.root(to)), text)
}

/// Settles a thread, or opens it again.
pub(super) fn settle(model: &FormModel, id: CommentId, settled: bool) -> Writes {
    if !model.comments.contains(id) {
        return Err(wrong(id, CommentPart::Settled, "there is no such comment"));
    }
    let place = FormPlace::Comment {
        comment: model.comments.root(id),
        part: CommentPart::Settled,
    };
    Ok(vec![set(place, Scalar::flag(settled))])
}
