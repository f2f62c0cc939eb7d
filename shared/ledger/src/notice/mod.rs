//! Notices 通知: what somebody is told of, because of an entry ([`of_entry`]) or because time passed ([`of_time`]), and when it
//! is sent ([`when::send_at`]).
//!
//! Each notice has a key that follows from what it is about. Whoever keeps notices keeps each key once: so that something is
//! told once, also where it is worked out again, or at several nodes.
//!
//! Rules:
//!
//! - *waits*: who may decide in a seat, once it opens for them; also who comes to hold the seat's role later.
//! - *vacant*: nobody may decide in an open seat; who names somebody is told.
//! - *returned*, *rejected*, *approved*, *undone*: the author, where another did it.
//! - *copied*: who gets a copy 抄送.
//! - *reminded*: who may decide in the open seats, each time that somebody reminds 催办 them.
//! - *due soon*: who may decide, when a quarter of the time is left, at most a day.
//! - *overdue*: who may decide, when the time is over. *escalated*: who may decide only since then.
//! - *late opinion*: whose opinion came too late to count.

mod of_entry;
mod of_time;
pub mod when;

use std::collections::BTreeSet;

use base::{DocumentId, PersonId, Timestamp};
use pack::review::{Holds, Now, Review, SeatId, Waiting};
use serde::{Deserialize, Serialize};

pub use of_entry::{of_entry, over};
pub use of_time::of_time;

/// What a notice tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A form waits for you 待办.
    Waits,
    /// Nobody can decide in a seat: you name somebody 指派.
    Vacant,
    /// Your form was returned 退回.
    Returned,
    /// Your form was refused 驳回.
    Rejected,
    /// Your form was approved 通过.
    Approved,
    /// The decision on your form was undone 撤销.
    Undone,
    /// You get a copy 抄送.
    Copied,
    /// Somebody reminds you 催办.
    Reminded,
    /// The time to decide is nearly over 临期.
    DueSoon,
    /// The time to decide is over 逾期.
    Overdue,
    /// Others did not decide in time: you may now 升级.
    Escalated,
    /// Your opinion came too late and does not count.
    LateOpinion,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Waits,
        Self::Vacant,
        Self::Returned,
        Self::Rejected,
        Self::Approved,
        Self::Undone,
        Self::Copied,
        Self::Reminded,
        Self::DueSoon,
        Self::Overdue,
        Self::Escalated,
        Self::LateOpinion,
    ];

    /// Its word, as it is kept and sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Vacant => "vacant",
            Self::Returned => "returned",
            Self::Rejected => "rejected",
            Self::Approved => "approved",
            Self::Undone => "undone",
            Self::Copied => "copied",
            Self::Reminded => "reminded",
            Self::DueSoon => "due_soon",
            Self::Overdue => "overdue",
            Self::Escalated => "escalated",
            Self::LateOpinion => "late_opinion",
        }
    }

    /// Whether it is for who does not want to wait for a day's digest: time is over, or somebody asks.
    pub const fn urgent(self) -> bool {
        matches!(self, Self::Reminded | Self::Overdue | Self::Escalated)
    }
}

/// Something that somebody is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// Who.
    pub to: PersonId,
    /// What.
    pub kind: Kind,
    /// Of which form.
    pub form: DocumentId,
    /// Of which seat.
    pub seat: Option<SeatId>,
    /// By when they should decide.
    pub due: Option<Timestamp>,
    /// What it is about, without the person: notices of one event have the same. Unique within a project.
    pub event: String,
}

impl Notice {
    /// Of this notice and no other of its project.
    pub fn key(&self) -> String {
        format!("{}/{}", self.event, self.to)
    }
}

/// A notice about a seat. What has happened `at` is told once; an entry's number, or a time in milliseconds.
fn about(
    kind: Kind,
    form: DocumentId,
    seat: &Waiting,
    at: impl std::fmt::Display,
    to: &BTreeSet<PersonId>,
) -> impl Iterator<Item = Notice> {
    let event = format!("{form}/{}/{}/{at}", kind.word(), seat.seat.0);
    let (seat, due) = (Some(seat.seat), seat.due);
    to.iter().map(move |to| Notice {
        to: *to,
        kind,
        form,
        seat,
        due,
        event: event.clone(),
    })
}

/// What waits where no time is over: nothing has escalated.
fn in_time(review: &Review<'_>, now: &Now<'_>) -> Vec<Waiting> {
    let at = Timestamp(i64::MIN);
    review.waiting(&Now { at, ..*now })
}

/// Whether a seat is held by whoever holds a role.
fn of_role(review: &Review<'_>, seat: SeatId) -> bool {
    let mut seats = review.seats().iter();
    seats.any(|known| known.id == seat && matches!(known.holds, Holds::Role(_)))
}
