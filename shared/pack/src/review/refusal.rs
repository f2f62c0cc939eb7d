//! What is refused, and why.

use base::PersonId;
use serde::{Deserialize, Serialize};

use super::MOST_ADDED;
use crate::effect::Outcome;
use crate::fill::FillProblem;
use crate::id::FieldName;
use crate::route::Act;

/// Why an act is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Only the author does this.
    #[error("only the author can do this")]
    NotAuthor,
    /// The form is with its author.
    #[error("the form is with its author: it is submitted first")]
    NotSubmitted,
    /// The form is under review.
    #[error("the form is under review already")]
    AlreadySubmitted,
    /// It is decided.
    #[error("the review has ended: it was {0:?}")]
    Ended(Outcome),
    /// The seat was decided, by this person.
    #[error("this was decided already")]
    Decided(Option<PersonId>),
    /// There is no such seat in the step where the review stands, or it is asked no more.
    #[error("the review has moved on: look at it again")]
    MovedOn,
    /// Others come first.
    #[error("others decide first")]
    NotYet,
    /// The person does not hold the seat.
    #[error("this is for others to decide")]
    NotEntitled,
    /// Nobody decides on their own request.
    #[error("nobody decides on their own request")]
    OwnRequest,
    /// The step does not allow it.
    #[error("this step does not allow {0:?}")]
    NotAllowed(Act),
    /// It cannot be returned there.
    #[error("it cannot be returned there")]
    NotThere,
    /// The person holds the seat already, or asks themselves.
    #[error("this person is asked already")]
    AskedAlready,
    /// Too many were added.
    #[error("no more than {MOST_ADDED} people can be added to a step")]
    TooManyAdded,
    /// It is too late to take it back, or the route does not allow it.
    #[error("the form cannot be taken back any more")]
    TooLate,
    /// Somebody can decide in the seat.
    #[error("somebody can decide here: nobody is named in their place")]
    NotVacant,
    /// The step does not open this field.
    #[error("the step does not open the field {0}")]
    FieldNotOpen(FieldName),
    /// Something is missing or wrong in what is filled in.
    #[error("the form is not complete: {} fields are missing or wrong", .0.len())]
    Incomplete(Vec<FillProblem>),
}
