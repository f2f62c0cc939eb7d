//! A form of a project, as its record makes it.

use base::{ChangeHash, PersonId, Timestamp};
use pack::Pack;
use pack::definition::FormState;
use pack::effect::Outcome;
use pack::form::FormDef;
use pack::gate::FormThere;
use pack::review::{Draft, Holds, Review, State};
use pack::value::Answers;

use crate::hash::Hash;
use crate::record::FormAct;
use crate::refused::Refused;

/// One time that a form was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The hash of what was submitted: what opinions are about.
    pub frozen: Hash,
    /// What was submitted, as it was sent.
    pub answers: Answers,
    /// The heads of the document, as evidence.
    pub heads: Vec<ChangeHash>,
}

/// Something that was done to a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: PersonId,
    /// What.
    pub act: FormAct,
    /// Why it does not count, where it came too late.
    pub late: Option<Refused>,
}

/// How far a form has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is with its author again: returned 已退回, or taken back 已撤回.
    Draft(Draft),
    /// Under review 评审中.
    UnderReview,
    /// Approved 已通过; one without a route: submitted.
    Approved,
    /// Refused 已驳回.
    Rejected,
    /// It was decided, and the decision was undone 已撤销.
    Undone,
}

/// A form that was submitted.
#[derive(Debug, Clone)]
pub struct Form<'a> {
    /// What it is made of.
    pub kind: &'a FormDef,
    /// The pack under which it was first submitted.
    pub pack: &'a Pack,
    /// That pack's content hash.
    pub pack_hash: Hash,
    /// Whose request it is.
    pub author: PersonId,
    /// Its review; none where it has no route.
    pub review: Option<Review<'a>>,
    /// Each time it was submitted.
    pub submissions: Vec<Submission>,
    /// All that was done to it.
    pub past: Vec<Past>,
    /// Its number 编号.
    pub number: Option<String>,
    /// Of one without a route: the answers that count.
    pub(super) filed: Option<Answers>,
    /// The entry that undid its decision.
    pub undone: Option<u64>,
    /// How often it was printed, with the entry of each time.
    pub prints: Vec<(u64, Timestamp, PersonId, u32)>,
}

impl Form<'_> {
    /// How far it has come.
    pub fn standing(&self) -> Standing {
        if self.undone.is_some() {
            return Standing::Undone;
        }
        match self.review.as_ref().map(Review::state) {
            None => Standing::Approved,
            Some(State::Draft(draft)) => Standing::Draft(*draft),
            Some(State::At { .. }) => Standing::UnderReview,
            Some(State::Ended(Outcome::Approved)) => Standing::Approved,
            Some(State::Ended(Outcome::Rejected)) => Standing::Rejected,
        }
    }

    /// The answers under review or decided: what was submitted last, and what those who decided filled in.
    pub fn answers(&self) -> Option<&Answers> {
        match (&self.filed, &self.review) {
            (Some(filed), _) => Some(filed),
            (None, Some(review)) => Some(review.answers()),
            (None, None) => None,
        }
    }

    /// The hash of what was submitted last.
    pub fn frozen(&self) -> Option<Hash> {
        self.submissions.last().map(|submission| submission.frozen)
    }

    /// Whether somebody has, or had, a part in it: by a request, an opinion, being asked for one, or a copy.
    pub fn has_part(&self, person: PersonId) -> bool {
        let named = Holds::Person(person);
        let acted = self.past.iter().any(|past| past.by == person);
        let asked = self.review.iter().any(|review| {
            let past = review.past().iter().flat_map(|past| &past.seats);
            let mut seats = review.seats().iter().chain(past);
            seats.any(|seat| seat.holds == named) || review.copies().contains(&named)
        });
        self.author == person || acted || asked
    }

    /// As a gate looks at it; none where it does not count.
    pub(super) fn there(&self) -> Option<FormThere<'_>> {
        let state = match self.standing() {
            Standing::UnderReview => FormState::Submitted,
            Standing::Approved => FormState::Approved,
            _ => return None,
        };
        Some(FormThere {
            form: &self.kind.id,
            state,
            answers: self.answers()?,
        })
    }

    /// What tells it from others of its kind, where it was answered with a text.
    pub fn title(&self) -> Option<String> {
        let name = self.kind.title.as_ref()?;
        match self.answers()?.get(name)? {
            pack::value::Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}
