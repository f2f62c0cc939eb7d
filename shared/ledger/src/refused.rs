//! What is refused, and why.

use pack::id::{FormName, StageName};
use pack::review::Refusal;
use serde::{Deserialize, Serialize};

use crate::hash::Hash;

/// Why an act is refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// The review does not take it.
    #[error(transparent)]
    Review(Refusal),
    /// The form was submitted anew since: the opinion is about other answers.
    #[error("the form has changed since: look at it again")]
    Changed {
        /// What is under review now.
        now: Option<Hash>,
    },
    /// The project is run by no pack.
    #[error("the project has adopted no regulation yet")]
    NoPack,
    /// The server does not have this pack, or it is not offered any more.
    #[error("this version of the regulation is not offered here")]
    UnknownPack,
    /// The project is run by this version already.
    #[error("the project is run by this version already")]
    SamePack,
    /// The stage in which the project is does not exist in that version.
    #[error("the stage {0} of the project does not exist in that version")]
    StageGone(StageName),
    /// The pack has no such form.
    #[error("the regulation has no form {0}")]
    NoSuchKind(FormName),
    /// Nothing was submitted under this id.
    #[error("this form has not been submitted")]
    NoSuchForm,
    /// A form of another kind was submitted under this id.
    #[error("this form is a {0}")]
    OtherKind(FormName),
    /// The person is not one of those who begin such a form.
    #[error("others hand in this form")]
    NotAStarter,
    /// The form is not for the stage in which the project is.
    #[error("this form is not for the stage the project is in")]
    OtherStage,
    /// A project comes to be with it, and this one is there.
    #[error("the project was begun already")]
    Begun,
    /// The project was not begun: only the form with which it begins can be handed in.
    #[error("the project has not been begun yet")]
    NotBegun,
    /// Those who manage the project do this.
    #[error("only a manager of the project does this")]
    NotManager,
    /// The gate needs more.
    #[error("the gate needs more: {} of its needs are not fulfilled", .0.len())]
    GateClosed(Vec<usize>),
    /// The project is not in that stage.
    #[error("the project is not in that stage")]
    NotInStage,
    /// No role of the pack that somebody outside holds.
    #[error("nobody outside holds this role")]
    NotOutside,
    /// Who has an account here is nobody outside: they would sign as their own customer.
    #[error("who has an account here is not named as somebody outside")]
    Insider,
    /// There is no decision of that number, or it was undone.
    #[error("there is no such decision to undo")]
    NothingToUndo,
    /// What came after it stands on it.
    #[error("what was decided after it must be undone first")]
    NotLast,
    /// Words are missing: who does not consent, or undoes, says why.
    #[error("say why: a return, a refusal and an undoing need words")]
    NoWords,
    /// The words are too long.
    #[error("the words are too long")]
    TooLong,
    /// The person is not one of those who may do this.
    #[error("this is for others to decide")]
    NotEntitled,
    /// It was not printed so: there is no such entry of the form.
    #[error("the form has no such entry")]
    NoSuchEntry,
    /// The answers are not those of the document at the heads that were named.
    #[error("the answers are not what the form's document holds: look at it again")]
    NotTheDocument,
    /// The form's edits have not arrived at the server.
    #[error("the form's edits have not arrived yet: send it again once they have")]
    NotArrived,
    /// An attachment is not at the server yet.
    #[error("the attachment {0} has not arrived yet: send it again once it has")]
    NoAttachment(String),
    /// The picture of a handwritten signature is none, is too large, or stands with something that is no opinion.
    #[error("the handwritten signature is no picture that is taken: sign again, smaller")]
    Handwriting,
    /// At this step opinions are signed by hand, and this one is not.
    #[error("this opinion is signed by hand: sign, then send it again")]
    Unsigned,
    /// An attachment has another size than the form says.
    #[error("the attachment {0} has another size than the form says: attach it again")]
    OtherSize(String),
    /// The device's signature does not fit, or its key is not registered any more.
    #[error("the device's signature does not fit, or the device was signed out")]
    Signature,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Review(refusal)
    }
}

impl Refused {
    /// Whether an opinion that is refused for this came too late: it is kept in the ledger, though it does nothing.
    pub fn late(&self) -> bool {
        matches!(
            self,
            Self::Changed { .. }
                | Self::Review(
                    Refusal::Decided(_)
                        | Refusal::MovedOn
                        | Refusal::Ended(_)
                        | Refusal::NotSubmitted
                )
        )
    }
}
