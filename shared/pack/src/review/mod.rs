//! A review 评审: one run of a form through its route. Where it stands follows from the route, the form and the entries so
//! far, and from nothing else: [`Review::replay`]. Whether somebody may do something now follows from that and from who holds
//! which role now: [`Review::check`].
//!
//! Rules:
//!
//! - A step asks each of its reviewers once: a *seat* 席位. Who holds a seat decides in it, and a seat is decided once.
//! - 会签 (`all`): the step ends when every seat is decided; then a return goes before a refusal, and a refusal before
//!   consent, whatever came first. So no opinion voids or cuts off another.
//! - 或签 (`any`): the first seat that is decided, with those that were added to it, ends the step.
//! - 依次 (`in_order`): a seat opens when the one before is decided; a return or a refusal ends the step.
//! - 加签前: the added seat opens at once, and the seat that asked waits for it. 加签后: the added seat opens after the seat
//!   that asked, where that consents.
//! - A return 退回 to a step goes through it and all after it again; one to the author makes it a draft, which goes through
//!   all again. What was said stays in the record.
//! - Nobody decides on their own request, themselves or through who acts for them, unless the route says so.
//! - A condition that is unknown asks: nothing is skipped for a missing answer. Where no step at all applies, the last does.
//! - Where nobody can decide in a seat, the route's steward, or who keeps the organisation, names somebody 指派.

mod acts;
mod refusal;
mod run;
mod standing;

use std::collections::{BTreeMap, BTreeSet};

use base::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::definition::Pack;
use crate::effect::Outcome;
use crate::form::FormDef;
use crate::id::{RoleName, StepName};
use crate::route::{Deadline, ReturnTo, RouteDef};
use crate::value::Answers;

pub use refusal::Refusal;
pub use standing::{MayDo, Waiting};

/// Most seats that are added 加签 in one run through a step: more is a meeting.
pub const MOST_ADDED: usize = 20;

/// A seat of a review, by its number from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SeatId(pub u32);

/// An entry of a review's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Who.
    pub by: PersonId,
    /// When the server took it.
    pub at: Timestamp,
    /// What.
    pub does: Does,
}

/// What an entry does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// The author submits the form 提交, with the answers as they are frozen.
    Submit {
        /// The answers.
        answers: Answers,
    },
    /// An opinion 意见 in a seat.
    Decide {
        /// The seat.
        seat: SeatId,
        /// The opinion.
        opinion: Opinion,
        /// The answers of the fields that the step opens.
        filled: Answers,
    },
    /// Another person decides in the seat 转交.
    Transfer {
        /// The seat.
        seat: SeatId,
        /// Who.
        to: PersonId,
    },
    /// Another person gives an opinion too 加签.
    Add {
        /// The seat that asks.
        seat: SeatId,
        /// Who.
        person: PersonId,
        /// Before it or after it.
        place: Place,
    },
    /// Somebody is named for a seat in which nobody can decide 指派.
    Assign {
        /// The seat.
        seat: SeatId,
        /// Who.
        to: PersonId,
    },
    /// The author takes the form back 撤回.
    Withdraw,
    /// Who holds an open seat is reminded 催办.
    Remind,
    /// Somebody gets a copy 抄送.
    Copy {
        /// Who.
        to: PersonId,
    },
}

/// An opinion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opinion {
    /// 同意.
    Approve,
    /// 驳回.
    Reject,
    /// 退回.
    Return(ReturnTo),
}

/// Before or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// 前.
    Before,
    /// 后.
    After,
}

/// Who decides in a seat.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// Any one of those who hold a role.
    Role(RoleName),
    /// A person.
    Person(PersonId),
}

/// A seat: one opinion that a step asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Its number.
    pub id: SeatId,
    /// Who decides in it.
    pub holds: Holds,
    /// The role that the route asks; of an added seat none.
    pub role: Option<RoleName>,
    /// The seat that asked for it 加签.
    pub asked_by: Option<SeatId>,
    /// Seats of the step that must be decided first.
    pub waits_for: BTreeSet<SeatId>,
    /// When it opened; none: it waits.
    pub since: Option<Timestamp>,
    /// What was said in it.
    pub decided: Option<Decided>,
    /// It is asked no more: who asked for it did not consent, or the step ended without it.
    pub moot: bool,
}

impl Seat {
    /// Whether somebody is to decide in it now.
    pub fn is_open(&self) -> bool {
        self.since.is_some() && !self.is_over()
    }

    /// Whether nobody decides in it any more.
    pub fn is_over(&self) -> bool {
        self.decided.is_some() || self.moot
    }
}

/// What was said in a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub opinion: Opinion,
}

/// Where a review stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// With its author.
    Draft(Draft),
    /// At a step.
    At {
        /// Its place in the route.
        step: usize,
        /// Since when.
        since: Timestamp,
    },
    /// Decided.
    Ended(Outcome),
}

/// Why a form is with its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    /// It was not submitted yet.
    New,
    /// It was returned 退回.
    Returned,
    /// It was taken back 撤回.
    Withdrawn,
}

/// A run through a step that is over: which step, and its seats as they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The step.
    pub step: StepName,
    /// Its seats.
    pub seats: Vec<Seat>,
}

/// Who holds what, at the time of an act.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// Those who hold a role.
    pub roles: BTreeMap<RoleName, BTreeSet<PersonId>>,
    /// Who acts for a person who is away 代理.
    pub deputies: BTreeMap<PersonId, BTreeSet<PersonId>>,
    /// Who keeps the organisation: they name somebody where nobody holds a role, and the steward cannot.
    pub keepers: BTreeSet<PersonId>,
}

/// The circumstances of an act.
#[derive(Clone, Copy)]
pub struct Now<'a> {
    /// Who holds what.
    pub people: &'a People,
    /// The time.
    pub at: Timestamp,
    /// When a deadline that began then is over: the caller has the calendar.
    pub due: &'a dyn Fn(Timestamp, &Deadline) -> Timestamp,
}

/// One run of a form through its route.
#[derive(Debug, Clone)]
pub struct Review<'a> {
    form: &'a FormDef,
    route: &'a RouteDef,
    outside: BTreeSet<&'a RoleName>,
    author: PersonId,
    answers: Answers,
    state: State,
    seats: Vec<Seat>,
    past: Vec<Past>,
    next_seat: u32,
    /// Whether a step was consented to since the form was submitted.
    consented: bool,
    /// Whether an opinion was given since then.
    opinions: bool,
    copies: Vec<Holds>,
    reminders: Vec<(Timestamp, PersonId)>,
}

impl<'a> Review<'a> {
    /// A form that its author has begun; none where it has no route by which somebody decides.
    pub fn new(pack: &'a Pack, form: &'a FormDef, author: PersonId) -> Option<Self> {
        let route = pack
            .route_of(form)
            .filter(|route| !route.steps.is_empty())?;
        let outside = pack
            .roles
            .iter()
            .filter(|role| role.holder == crate::definition::Holder::Outside);
        Some(Self {
            form,
            route,
            outside: outside.map(|role| &role.id).collect(),
            author,
            answers: Answers::new(),
            state: State::Draft(Draft::New),
            seats: Vec::new(),
            past: Vec::new(),
            next_seat: 0,
            consented: false,
            opinions: false,
            copies: Vec::new(),
            reminders: Vec::new(),
        })
    }

    /// The review after the entries of its record. What could not have been taken is left out and told, by its place.
    pub fn replay(
        pack: &'a Pack,
        form: &'a FormDef,
        author: PersonId,
        entries: &[Entry],
    ) -> Option<(Self, Vec<(usize, Refusal)>)> {
        let mut review = Self::new(pack, form, author)?;
        let mut refused = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let taken = review.take(entry);
            refused.extend(taken.err().map(|refusal| (at, refusal)));
        }
        Some((review, refused))
    }

    /// Does something, where it may be done now. Whoever keeps the record appends the entry in the same transaction.
    pub fn act(&mut self, entry: &Entry, now: &Now<'_>) -> Result<(), Refusal> {
        self.check(entry, now)?;
        self.apply(entry);
        Ok(())
    }

    /// Takes an entry of its record, where it fits: who may do it was asked when it was recorded.
    pub fn take(&mut self, entry: &Entry) -> Result<(), Refusal> {
        self.fits(entry)?;
        self.apply(entry);
        Ok(())
    }

    /// Where it stands.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The step at which it stands.
    pub fn step(&self) -> Option<&'a crate::route::Step> {
        match self.state {
            State::At { step, .. } => self.route.steps.get(step),
            _ => None,
        }
    }

    /// The seats of the step at which it stands.
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// The runs through steps that are over.
    pub fn past(&self) -> &[Past] {
        &self.past
    }

    /// The answers under review.
    pub const fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Whose request it is.
    pub const fn author(&self) -> PersonId {
        self.author
    }

    /// Who got a copy.
    pub fn copies(&self) -> &[Holds] {
        &self.copies
    }

    /// Reminders, and by whom.
    pub fn reminders(&self) -> &[(Timestamp, PersonId)] {
        &self.reminders
    }

    fn seat(&self, id: SeatId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.id == id)
    }
}
