//! Comments 批注 on answers of a form.

use base::{ChangeHash, CommentId, PersonId, Timestamp};

use super::FormPlace;

/// Something that somebody remarked, with what was answered to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The comment that begins it.
    pub id: CommentId,
    /// What it is on: the place of an answer.
    pub on: FormPlace,
    /// What was said, in its order; never empty. Where the first comment was taken back, its answers only.
    pub said: Vec<Comment>,
    /// Who settled it; `None` where it was not, or was opened again.
    pub settled: Option<Settled>,
    /// An answer came that who settled it did not know: it is open again.
    pub answered_since: bool,
}

impl Thread {
    /// Whether somebody still waits for an answer.
    pub const fn is_open(&self) -> bool {
        self.settled.is_none() || self.answered_since
    }
}

/// One comment, or an answer to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Which.
    pub id: CommentId,
    /// What it says.
    pub text: String,
    /// Who, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// The change that wrote it: what the server recorded of who and when is kept under it.
    pub change: ChangeHash,
}

/// That a thread was settled 解决.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Who, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// The change that did it.
    pub change: ChangeHash,
}
