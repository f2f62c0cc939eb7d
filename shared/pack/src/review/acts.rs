//! Who may do what, when.

use std::collections::BTreeSet;

use base::PersonId;

use super::{
    Does, Entry, Holds, MOST_ADDED, Now, Opinion, Place, Refusal, Review, Seat, SeatId, State,
};
use crate::fill::{FillProblem, Filling, fill};
use crate::form::{Section, Turn};
use crate::id::FieldName;
use crate::route::{Act, Step, Withdraw};
use crate::value::Answers;

impl Review<'_> {
    /// Whether an act may be done now, by who would do it.
    pub fn check(&self, entry: &Entry, now: &Now<'_>) -> Result<(), Refusal> {
        self.fits(entry)?;
        let by = entry.by;
        match &entry.does {
            Does::Withdraw => Ok(()),
            Does::Submit { answers } => complete(fill(self.form, answers, Turn::Draft).problems),
            Does::Decide {
                seat,
                opinion,
                filled,
            } => {
                let seat = self.open(*seat)?;
                self.entitled(seat, by, now)?;
                match opinion {
                    // who does not consent need not fill in what the step asks for
                    Opinion::Approve => complete(self.filling(seat, filled).problems),
                    _ => Ok(()),
                }
            }
            Does::Transfer { seat, .. } | Does::Add { seat, .. } => {
                self.entitled(self.open(*seat)?, by, now)
            }
            Does::Assign { seat, .. } => {
                if !self.deciders(self.open(*seat)?, now).is_empty() {
                    return Err(Refusal::NotVacant);
                }
                match self.stewards(now).contains(&by) {
                    true => Ok(()),
                    false => Err(Refusal::NotEntitled),
                }
            }
            Does::Remind => match by == self.author || self.stewards(now).contains(&by) {
                true => Ok(()),
                false => Err(Refusal::NotEntitled),
            },
            Does::Copy { .. } => {
                let mut open = self.seats.iter().filter(|seat| seat.is_open());
                match open.any(|seat| self.entitled(seat, by, now).is_ok()) {
                    true => Ok(()),
                    false => Err(Refusal::NotEntitled),
                }
            }
        }
    }

    /// Whether an act fits where the review stands, whoever holds which role: that was checked when it was recorded.
    pub(super) fn fits(&self, entry: &Entry) -> Result<(), Refusal> {
        let by = entry.by;
        let step = match (&self.state, &entry.does) {
            (State::Ended(outcome), _) => return Err(Refusal::Ended(*outcome)),
            (_, Does::Submit { .. } | Does::Withdraw) if by != self.author => {
                return Err(Refusal::NotAuthor);
            }
            (State::Draft(_), Does::Submit { .. }) => return Ok(()),
            (State::Draft(_), _) => return Err(Refusal::NotSubmitted),
            (State::At { .. }, Does::Submit { .. }) => return Err(Refusal::AlreadySubmitted),
            (State::At { step, .. }, _) => self.route.steps.get(*step).ok_or(Refusal::MovedOn)?,
        };
        match &entry.does {
            Does::Submit { .. } | Does::Remind => Ok(()),
            Does::Withdraw => match self.route.withdraw {
                Withdraw::Never => Err(Refusal::TooLate),
                Withdraw::UntilOpinion if self.opinions => Err(Refusal::TooLate),
                _ => Ok(()),
            },
            Does::Decide {
                seat,
                opinion,
                filled,
            } => {
                let seat = self.open(*seat)?;
                self.not_own(by)?;
                match opinion {
                    Opinion::Approve => {}
                    Opinion::Reject => self.allowed(step, seat, Act::Reject)?,
                    Opinion::Return(to) => {
                        self.allowed(step, seat, Act::Return)?;
                        if !step.returns(to) {
                            return Err(Refusal::NotThere);
                        }
                    }
                }
                let open = self.opened(seat);
                match filled.keys().find(|field| !open.contains(field)) {
                    Some(field) => Err(Refusal::FieldNotOpen(field.clone())),
                    None => Ok(()),
                }
            }
            Does::Transfer { seat, to } => {
                let seat = self.open(*seat)?;
                self.allowed(step, seat, Act::Transfer)?;
                self.askable(seat, *to, by)
            }
            Does::Add {
                seat,
                person,
                place,
            } => {
                let seat = self.open(*seat)?;
                let act = match place {
                    Place::Before => Act::AddBefore,
                    Place::After => Act::AddAfter,
                };
                self.allowed(step, seat, act)?;
                if self
                    .seats
                    .iter()
                    .filter(|seat| seat.asked_by.is_some())
                    .count()
                    >= MOST_ADDED
                {
                    return Err(Refusal::TooManyAdded);
                }
                let asked =
                    |known: &Seat| known.holds == Holds::Person(*person) && !known.is_over();
                match self.seats.iter().any(asked) {
                    true => Err(Refusal::AskedAlready),
                    false => self.askable(seat, *person, by),
                }
            }
            Does::Assign { seat, to } => self.askable(self.open(*seat)?, *to, by),
            Does::Copy { .. } => match step.allows(Act::Copy) {
                true => Ok(()),
                false => Err(Refusal::NotAllowed(Act::Copy)),
            },
        }
    }

    /// A seat in which somebody decides now.
    fn open(&self, id: SeatId) -> Result<&Seat, Refusal> {
        let Some(seat) = self.seat(id) else {
            let past = self
                .past
                .iter()
                .flat_map(|past| &past.seats)
                .find(|seat| seat.id == id);
            return Err(match past.and_then(|seat| seat.decided.as_ref()) {
                Some(decided) => Refusal::Decided(Some(decided.by)),
                None => Refusal::MovedOn,
            });
        };
        match &seat.decided {
            Some(decided) => Err(Refusal::Decided(Some(decided.by))),
            None if seat.moot => Err(Refusal::MovedOn),
            None if seat.since.is_none() => Err(Refusal::NotYet),
            None => Ok(seat),
        }
    }

    fn not_own(&self, by: PersonId) -> Result<(), Refusal> {
        match by == self.author && !self.route.own_request {
            true => Err(Refusal::OwnRequest),
            false => Ok(()),
        }
    }

    /// Whoever signs from outside gives an opinion and nothing else.
    pub(super) fn allowed(&self, step: &Step, seat: &Seat, act: Act) -> Result<(), Refusal> {
        let outside = seat
            .role
            .as_ref()
            .is_some_and(|role| self.outside.contains(role));
        let opinion = matches!(act, Act::Approve | Act::Reject | Act::Return);
        match step.allows(act) && (opinion || !outside) {
            true => Ok(()),
            false => Err(Refusal::NotAllowed(act)),
        }
    }

    /// Whether a person can be asked instead of, or beside, who asks.
    fn askable(&self, seat: &Seat, person: PersonId, by: PersonId) -> Result<(), Refusal> {
        self.not_own(person)?;
        match person == by || seat.holds == Holds::Person(person) {
            true => Err(Refusal::AskedAlready),
            false => Ok(()),
        }
    }

    fn turn<'s>(&'s self, seat: &'s Seat) -> Option<Turn<'s>> {
        let step = &self.step()?.id;
        let role = self.root(seat).role.as_ref();
        Some(Turn::Step { step, role })
    }

    /// The fields that who decides in a seat fills in.
    pub fn opened(&self, seat: &Seat) -> BTreeSet<&FieldName> {
        let turn = self.turn(seat);
        let open = |section: &&Section| turn.is_some_and(|turn| turn.opens(section));
        let fields = self
            .form
            .sections
            .iter()
            .filter(open)
            .flat_map(|section| &section.fields);
        fields
            .filter(|field| field.kind.is_written())
            .map(|field| &field.id)
            .collect()
    }

    /// What the form comes to with what is filled in in a seat, and what is missing or wrong of that.
    pub fn filling(&self, seat: &Seat, filled: &Answers) -> Filling {
        let mut answers = self.answers.clone();
        answers.extend(
            filled
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        fill(self.form, &answers, self.turn(seat).unwrap_or(Turn::Draft))
    }

    fn entitled(&self, seat: &Seat, by: PersonId, now: &Now<'_>) -> Result<(), Refusal> {
        self.not_own(by)?;
        match self.deciders(seat, now).contains(&by) {
            true => Ok(()),
            false => Err(Refusal::NotEntitled),
        }
    }

    /// Who holds a seat now; once it is late, also who it escalates to.
    pub(super) fn holders(&self, seat: &Seat, now: &Now<'_>) -> BTreeSet<PersonId> {
        let mut holders = BTreeSet::new();
        match &seat.holds {
            Holds::Person(person) => drop(holders.insert(*person)),
            Holds::Role(role) => {
                holders.extend(now.people.roles.get(role).into_iter().flatten().copied())
            }
        }
        if let Some(role) = self.escalated(seat, now) {
            holders.extend(now.people.roles.get(role).into_iter().flatten().copied());
        }
        if !self.route.own_request {
            holders.remove(&self.author);
        }
        holders
    }

    /// All who may decide in a seat now: who holds it and who acts for them.
    pub fn deciders(&self, seat: &Seat, now: &Now<'_>) -> BTreeSet<PersonId> {
        let holders = self.holders(seat, now);
        let deputies = holders
            .iter()
            .filter_map(|holder| now.people.deputies.get(holder));
        let mut deciders: BTreeSet<PersonId> = deputies.flatten().copied().collect();
        deciders.extend(holders);
        if !self.route.own_request {
            deciders.remove(&self.author);
        }
        deciders
    }

    /// Who names somebody where nobody can decide: never the author.
    pub(super) fn stewards(&self, now: &Now<'_>) -> BTreeSet<PersonId> {
        let held = now.people.roles.get(&self.route.steward);
        let mut stewards: BTreeSet<PersonId> = held.into_iter().flatten().copied().collect();
        stewards.extend(&now.people.keepers);
        stewards.remove(&self.author);
        stewards
    }
}

fn complete(problems: Vec<FillProblem>) -> Result<(), Refusal> {
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Refusal::Incomplete(problems)),
    }
}
