//! How a review moves: entries applied one after the other.

use std::collections::BTreeSet;

use base::Timestamp;

use super::{
    Decided, Does, Draft, Entry, Holds, Opinion, Past, Place, Review, Seat, SeatId, State,
};
use crate::effect::Outcome;
use crate::expr::{Expr, Facts};
use crate::fill::fill;
use crate::form::Turn;
use crate::route::{Mode, ReturnTo};

impl Review<'_> {
    /// Applies an entry that fits.
    pub(super) fn apply(&mut self, entry: &Entry) {
        match &entry.does {
            Does::Submit { answers } => {
                self.answers = fill(self.form, answers, Turn::Draft).answers;
                self.consented = false;
                self.opinions = false;
                self.enter(0, entry.at);
            }
            Does::Decide {
                seat,
                opinion,
                filled,
            } => self.decide(*seat, opinion, filled, entry),
            Does::Transfer { seat, to } | Does::Assign { seat, to } => {
                if let Some(seat) = self.seats.iter_mut().find(|known| known.id == *seat) {
                    seat.holds = Holds::Person(*to);
                }
            }
            Does::Add {
                seat,
                person,
                place,
            } => {
                self.add(*seat, Holds::Person(*person), *place, entry.at);
            }
            Does::Withdraw => {
                self.leave();
                self.state = State::Draft(Draft::Withdrawn);
            }
            Does::Remind => self.reminders.push((entry.at, entry.by)),
            Does::Copy { to } => self.copies.push(Holds::Person(*to)),
        }
    }

    fn holds(&self, condition: Option<&Expr>) -> bool {
        // what is unknown is asked
        condition
            .is_none_or(|condition| condition.holds(&Facts::of(&self.answers)).0 != Some(false))
    }

    /// Goes to the first step from there that applies, or to the end.
    fn enter(&mut self, from: usize, at: Timestamp) {
        let route = self.route;
        self.leave();
        for (place, step) in route.steps.iter().enumerate().skip(from) {
            if !self.holds(step.when.as_ref()) {
                continue;
            }
            let asked: Vec<_> = step
                .reviewers
                .iter()
                .filter(|reviewer| self.holds(reviewer.when.as_ref()))
                .collect();
            if !asked.is_empty() {
                return self.sit(place, asked.iter().map(|reviewer| &reviewer.role), at);
            }
        }
        // nothing is decided by nobody
        if self.consented {
            self.state = State::Ended(Outcome::Approved);
        } else if let Some(last) = route.steps.last() {
            self.sit(
                route.steps.len() - 1,
                last.reviewers.iter().map(|reviewer| &reviewer.role),
                at,
            );
        }
    }

    fn sit<'r>(
        &mut self,
        place: usize,
        roles: impl Iterator<Item = &'r crate::id::RoleName>,
        at: Timestamp,
    ) {
        let in_order = self
            .route
            .steps
            .get(place)
            .is_some_and(|step| step.mode == Mode::InOrder);
        self.state = State::At {
            step: place,
            since: at,
        };
        let mut before = None;
        for role in roles {
            let id = self.seat_id();
            let waits_for: BTreeSet<SeatId> = before.filter(|_| in_order).into_iter().collect();
            before = Some(id);
            self.seats.push(Seat {
                id,
                holds: Holds::Role(role.clone()),
                role: Some(role.clone()),
                asked_by: None,
                since: waits_for.is_empty().then_some(at),
                waits_for,
                decided: None,
                moot: false,
            });
        }
    }

    fn seat_id(&mut self) -> SeatId {
        let id = SeatId(self.next_seat);
        self.next_seat = self.next_seat.saturating_add(1);
        id
    }

    /// The step is over: its seats become past.
    fn leave(&mut self) {
        let mut seats = std::mem::take(&mut self.seats);
        for seat in seats.iter_mut().filter(|seat| seat.decided.is_none()) {
            seat.moot = true;
        }
        if let Some(step) = self.step() {
            self.past.push(Past {
                step: step.id.clone(),
                seats,
            });
        }
    }

    fn add(&mut self, asking: SeatId, holds: Holds, place: Place, at: Timestamp) {
        let id = self.seat_id();
        for seat in &mut self.seats {
            match place {
                Place::Before if seat.id == asking => {
                    seat.waits_for.insert(id);
                    seat.since = None;
                }
                // who waits for the one that asks waits for the added one too
                Place::After if seat.waits_for.contains(&asking) => {
                    seat.waits_for.insert(id);
                }
                _ => {}
            }
        }
        self.seats.push(Seat {
            id,
            holds,
            role: None,
            asked_by: Some(asking),
            waits_for: (place == Place::After)
                .then_some(asking)
                .into_iter()
                .collect(),
            since: (place == Place::Before).then_some(at),
            decided: None,
            moot: false,
        });
    }

    fn decide(
        &mut self,
        id: SeatId,
        opinion: &Opinion,
        filled: &crate::value::Answers,
        entry: &Entry,
    ) {
        self.opinions = true;
        if !filled.is_empty() {
            self.answers.extend(
                filled
                    .iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
            self.answers = fill(self.form, &self.answers, Turn::Draft).answers;
        }
        for seat in &mut self.seats {
            if seat.id == id {
                let (by, at, opinion) = (entry.by, entry.at, opinion.clone());
                seat.decided = Some(Decided { by, at, opinion });
            } else if *opinion != Opinion::Approve
                && seat.asked_by == Some(id)
                && seat.waits_for.contains(&id)
            {
                seat.moot = true;
            }
        }
        // seats open when all that they wait for are over
        let over: BTreeSet<SeatId> = self
            .seats
            .iter()
            .filter(|seat| seat.is_over())
            .map(|seat| seat.id)
            .collect();
        for seat in self
            .seats
            .iter_mut()
            .filter(|seat| !seat.is_over() && seat.since.is_none())
        {
            if seat.waits_for.is_subset(&over) {
                seat.since = Some(entry.at);
            }
        }
        self.conclude(entry.at);
    }

    /// Ends the step where its opinions are in.
    fn conclude(&mut self, at: Timestamp) {
        let State::At { step: place, .. } = self.state else {
            return;
        };
        let Some(step) = self.route.steps.get(place) else {
            return;
        };
        let counted: Vec<&Seat> = match step.mode {
            Mode::All => match self.seats.iter().all(Seat::is_over) {
                true => self.seats.iter().collect(),
                false => return,
            },
            Mode::InOrder => {
                let refused = |seat: &Seat| {
                    seat.decided
                        .as_ref()
                        .is_some_and(|decided| decided.opinion != Opinion::Approve)
                };
                match self.seats.iter().all(Seat::is_over) || self.seats.iter().any(refused) {
                    true => self.seats.iter().collect(),
                    false => return,
                }
            }
            Mode::Any => {
                let group = |root: &Seat| {
                    let members: Vec<&Seat> = self
                        .seats
                        .iter()
                        .filter(|seat| self.root(seat).id == root.id)
                        .collect();
                    members.iter().all(|seat| seat.is_over()).then_some(members)
                };
                let roots = self.seats.iter().filter(|seat| seat.asked_by.is_none());
                match roots.filter_map(group).next() {
                    Some(members) => members,
                    None => return,
                }
            }
        };
        let opinions = counted
            .iter()
            .filter_map(|seat| Some(&seat.decided.as_ref()?.opinion));
        let mut refused = false;
        let mut back: Option<Option<usize>> = None;
        for opinion in opinions {
            match opinion {
                Opinion::Approve => {}
                Opinion::Reject => refused = true,
                Opinion::Return(to) => {
                    // the author comes before the first step
                    let to = match to {
                        ReturnTo::Author => None,
                        ReturnTo::Step(step) => self.route.position(step),
                    };
                    back = Some(back.map_or(to, |known| known.min(to)));
                }
            }
        }
        match (back, refused) {
            (Some(Some(step)), _) => self.enter(step, at),
            (Some(None), _) => {
                self.leave();
                self.state = State::Draft(Draft::Returned);
            }
            (None, true) => {
                self.leave();
                self.state = State::Ended(Outcome::Rejected);
            }
            (None, false) => {
                self.copies
                    .extend(step.copies.iter().cloned().map(Holds::Role));
                self.consented = true;
                self.enter(place + 1, at);
            }
        }
    }

    /// The seat of the route that a seat was added to, over others.
    pub(super) fn root<'s>(&'s self, seat: &'s Seat) -> &'s Seat {
        let mut seat = seat;
        // a seat is asked for by an earlier one: the way ends
        while let Some(asking) = seat.asked_by.and_then(|asking| self.seat(asking)) {
            seat = asking;
        }
        seat
    }
}
