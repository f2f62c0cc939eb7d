//! Where a review stands, as people ask it: who must act, since when, until when, and what may I do.

use std::collections::BTreeSet;

use base::{PersonId, Timestamp};

use super::{Now, People, Review, Seat, SeatId, State};
use crate::id::{RoleName, StepName};
use crate::route::{Act, ReturnTo, Withdraw};

/// A seat in which somebody is to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The seat.
    pub seat: SeatId,
    /// The step.
    pub step: StepName,
    /// Those who may decide.
    pub who: BTreeSet<PersonId>,
    /// Those of whom who hold the seat themselves: the others act for them.
    pub holders: BTreeSet<PersonId>,
    /// Nobody may: these name somebody.
    pub stewards: BTreeSet<PersonId>,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub due: Option<Timestamp>,
    /// Whether that is over.
    pub late: bool,
}

impl Waiting {
    /// For whom somebody decides here who does not hold the seat themselves 代理; nobody: they decide for themselves, or not.
    pub fn acts_for(&self, person: PersonId, people: &People) -> Vec<PersonId> {
        if self.holders.contains(&person) {
            return Vec::new();
        }
        let acts = |holder: &&PersonId| {
            let deputies = people.deputies.get(*holder);
            deputies.is_some_and(|deputies| deputies.contains(&person))
        };
        self.holders.iter().filter(acts).copied().collect()
    }
}

/// What a person may do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MayDo {
    /// 提交.
    Submit,
    /// 撤回.
    Withdraw,
    /// 催办.
    Remind,
    /// 指派: to name somebody for a seat in which nobody can decide.
    Assign(SeatId),
    /// One of a step's acts, in a seat.
    Act(SeatId, Act),
    /// 退回 to one place, in a seat.
    Return(SeatId, ReturnTo),
}

impl Review<'_> {
    /// All that waits.
    pub fn waiting(&self, now: &Now<'_>) -> Vec<Waiting> {
        let Some(step) = self.step() else {
            return Vec::new();
        };
        let mut waiting = Vec::new();
        for seat in self.seats.iter().filter(|seat| seat.is_open()) {
            let who = self.deciders(seat, now);
            let due = self.due(seat, now);
            waiting.push(Waiting {
                seat: seat.id,
                step: step.id.clone(),
                stewards: if who.is_empty() {
                    self.stewards(now)
                } else {
                    BTreeSet::new()
                },
                who,
                holders: self.holders(seat, now),
                since: seat.since.unwrap_or_default(),
                due,
                late: due.is_some_and(|due| due < now.at),
            });
        }
        waiting
    }

    /// What a person may do now: exactly what [`Review::check`] takes, but for whom it is done to and what is filled in.
    pub fn may(&self, person: PersonId, now: &Now<'_>) -> Vec<MayDo> {
        let mut may = Vec::new();
        let Some(step) = self.step() else {
            if matches!(self.state, State::Draft(_)) && person == self.author {
                may.push(MayDo::Submit);
            }
            return may;
        };
        let too_late = match self.route.withdraw {
            Withdraw::Never => true,
            Withdraw::UntilOpinion => self.opinions,
            Withdraw::UntilDecided => false,
        };
        if person == self.author && !too_late {
            may.push(MayDo::Withdraw);
        }
        let steward = self.stewards(now).contains(&person);
        if steward || person == self.author {
            may.push(MayDo::Remind);
        }
        for seat in self.seats.iter().filter(|seat| seat.is_open()) {
            let who = self.deciders(seat, now);
            if who.is_empty() && steward {
                may.push(MayDo::Assign(seat.id));
            }
            if !who.contains(&person) {
                continue;
            }
            for (_, act) in Act::ALL {
                if self.allowed(step, seat, act).is_err() {
                    continue;
                }
                match act {
                    Act::Return => {
                        let author = std::iter::once(&ReturnTo::Author);
                        let places: BTreeSet<&ReturnTo> =
                            step.returns_to.iter().chain(author).collect();
                        let there = places.into_iter().filter(|to| step.returns(to));
                        may.extend(there.map(|to| MayDo::Return(seat.id, to.clone())));
                    }
                    act => may.push(MayDo::Act(seat.id, act)),
                }
            }
        }
        may
    }

    fn due(&self, seat: &Seat, now: &Now<'_>) -> Option<Timestamp> {
        let deadline = self.step()?.deadline.as_ref()?;
        Some((now.due)(seat.since?, deadline))
    }

    /// The role that a seat has escalated to: its time is over.
    pub(super) fn escalated(&self, seat: &Seat, now: &Now<'_>) -> Option<&RoleName> {
        let late = self.due(seat, now)? < now.at;
        let role = self.step()?.deadline.as_ref()?.escalate_to.as_ref();
        role.filter(|_| late)
    }
}
