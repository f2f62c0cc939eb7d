//! A run through a route, and what every run must keep to.

use std::collections::{BTreeMap, BTreeSet};

use base::{PersonId, Timestamp};
use pack::Pack;
use pack::effect::Outcome;
use pack::review::{
    Does, Entry, MayDo, Now, Opinion, People, Place, Refusal, Review, SeatId, State,
};
use pack::route::{Act, Mode, ReturnTo};
use pack::value::{Answers, Value};

use super::world::{Dice, due, person};

pub const AUTHOR: u8 = 0;
/// Who keeps the organisation, among the persons 0 to 8.
const PERSONS: u8 = 9;

pub struct Run<'a> {
    pack: &'a Pack,
    people: &'a People,
    pub review: Review<'a>,
    record: Vec<Entry>,
    /// Who was named for a seat.
    named: BTreeMap<SeatId, PersonId>,
    /// Who asked for whom, and where.
    added: Vec<(SeatId, SeatId, Place)>,
    at: i64,
}

pub fn answers(dice: &mut Dice) -> Answers {
    let number = Value::Number(domain::number::Number::from_whole(dice.below(3) as i64));
    BTreeMap::from([("size".parse().unwrap(), number)])
}

impl<'a> Run<'a> {
    pub fn new(pack: &'a Pack, people: &'a People) -> Self {
        let review = Review::new(pack, &pack.forms[0], person(AUTHOR)).unwrap();
        Self {
            pack,
            people,
            review,
            record: Vec::new(),
            named: BTreeMap::new(),
            added: Vec::new(),
            at: 0,
        }
    }

    fn now(&self) -> Now<'a> {
        Now {
            people: self.people,
            at: Timestamp(self.at),
            due: &due,
        }
    }

    pub fn act(&mut self, by: PersonId, does: Does) -> Result<(), Refusal> {
        let entry = Entry {
            by,
            at: Timestamp(self.at),
            does,
        };
        let before = self.review.clone();
        let now = self.now();
        if let Does::Decide { seat, .. } = &entry.does
            && self.review.check(&entry, &now).is_ok()
        {
            self.oracle(by, *seat);
        }
        match self.review.act(&entry, &now) {
            Ok(()) => {
                match &entry.does {
                    Does::Transfer { seat, to } | Does::Assign { seat, to } => {
                        self.named.insert(*seat, *to);
                    }
                    Does::Add {
                        seat,
                        person,
                        place,
                    } => {
                        let added = self.review.seats().last().unwrap();
                        self.named.insert(added.id, *person);
                        self.added.push((*seat, added.id, *place));
                    }
                    _ => {}
                }
                self.record.push(entry);
                self.invariants(&before);
                Ok(())
            }
            Err(refusal) => {
                assert_eq!(
                    before.state(),
                    self.review.state(),
                    "what is refused changes nothing"
                );
                assert_eq!(before.seats(), self.review.seats());
                Err(refusal)
            }
        }
    }

    /// Entitlement, thought out another way: from who was named and the roles.
    fn oracle(&self, by: PersonId, seat: SeatId) {
        let route = &self.pack.routes[0];
        let seat = self
            .review
            .seats()
            .iter()
            .find(|known| known.id == seat)
            .unwrap();
        let step = self.review.step().unwrap();
        let held =
            |role: &pack::id::RoleName| self.people.roles.get(role).cloned().unwrap_or_default();
        let mut holders = match self.named.get(&seat.id) {
            Some(named) => BTreeSet::from([*named]),
            None => held(seat.role.as_ref().unwrap()),
        };
        if let Some(deadline) = &step.deadline
            && due(seat.since.unwrap(), deadline).0 < self.at
            && let Some(role) = &deadline.escalate_to
        {
            holders.extend(held(role));
        }
        let author = person(AUTHOR);
        if !route.own_request {
            assert_ne!(by, author, "nobody decides on their own request");
            holders.remove(&author);
        }
        let acts_for = |holder: &PersonId| {
            *holder == by
                || self
                    .people
                    .deputies
                    .get(holder)
                    .is_some_and(|deputies| deputies.contains(&by))
        };
        assert!(
            holders.iter().any(acts_for),
            "decided by someone not entitled"
        );
    }

    fn invariants(&self, before: &Review<'_>) {
        // one outcome
        assert!(
            !matches!(before.state(), State::Ended(_)),
            "something happened after the end"
        );
        // the record rebuilds it
        let form = &self.pack.forms[0];
        let (again, refused) =
            Review::replay(self.pack, form, person(AUTHOR), &self.record).unwrap();
        assert_eq!(refused, []);
        assert_eq!(again.state(), self.review.state());
        assert_eq!(again.seats(), self.review.seats());
        assert_eq!(again.past(), self.review.past());
        assert_eq!(again.answers(), self.review.answers());
        // nothing is approved by nobody, and nobody names who decides on their own request
        let submitted = self
            .record
            .iter()
            .rposition(|entry| matches!(entry.does, Does::Submit { .. }));
        let since = &self.record[submitted.unwrap_or_default()..];
        let consent = |entry: &Entry| {
            matches!(
                entry.does,
                Does::Decide {
                    opinion: Opinion::Approve,
                    ..
                }
            )
        };
        if *self.review.state() == State::Ended(Outcome::Approved) {
            assert!(since.iter().any(consent), "approved by nobody");
            let last = &self.review.past().last().unwrap().seats;
            let against = last.iter().filter_map(|seat| seat.decided.as_ref());
            let any = self.pack.routes[0]
                .steps
                .iter()
                .find(|step| step.id == self.review.past().last().unwrap().step);
            if any.unwrap().mode != Mode::Any {
                assert!(
                    against
                        .clone()
                        .all(|decided| decided.opinion == Opinion::Approve)
                );
            }
        }
        let own =
            |entry: &Entry| matches!(entry.does, Does::Assign { .. }) && entry.by == person(AUTHOR);
        assert!(!self.record.iter().any(own));
        self.order();
        // a seat is decided once
        let mut decided = BTreeSet::new();
        for entry in &self.record {
            if let Does::Decide { seat, .. } = entry.does {
                assert!(decided.insert(seat), "{seat:?} was decided twice");
            }
        }
        // and all that was said is kept
        let kept = self
            .review
            .past()
            .iter()
            .flat_map(|past| &past.seats)
            .chain(self.review.seats());
        let kept: BTreeSet<SeatId> = kept
            .filter(|seat| seat.decided.is_some())
            .map(|seat| seat.id)
            .collect();
        assert_eq!(kept, decided);
        self.never_stuck();
        self.may_agrees_with_check();
    }

    /// 加签前 comes before who asked, 加签后 after, and only where that consents; 依次 is in order.
    fn order(&self) {
        let decided = |seat| {
            let found = |entry: &Entry| matches!(&entry.does, Does::Decide { seat: known, .. } if *known == seat);
            self.record.iter().position(found)
        };
        for (asking, added, place) in &self.added {
            let (first, second) = match place {
                Place::Before => (decided(*added), decided(*asking)),
                Place::After => (decided(*asking), decided(*added)),
            };
            if let (Place::After, Some(_)) = (place, second) {
                let consents = |entry: &Entry| {
                    let Does::Decide { seat, opinion, .. } = &entry.does else {
                        return false;
                    };
                    seat == asking && *opinion == Opinion::Approve
                };
                assert!(
                    self.record.iter().any(consents),
                    "who asked for it did not consent"
                );
            }
            if let Some(second) = second {
                assert!(
                    first.is_some_and(|first| first < second),
                    "{place:?} is not so"
                );
            }
        }
        for past in self.review.past() {
            let step = self.pack.routes[0]
                .steps
                .iter()
                .find(|step| step.id == past.step)
                .unwrap();
            let said = |seat: &pack::review::Seat| decided(seat.id);
            let places: Vec<usize> = past
                .seats
                .iter()
                .filter(|seat| seat.asked_by.is_none())
                .filter_map(said)
                .collect();
            if step.mode == Mode::InOrder {
                assert!(places.is_sorted(), "not one after the other");
            }
        }
    }

    /// Wherever a review is, somebody can move it.
    fn never_stuck(&self) {
        let now = self.now();
        match self.review.state() {
            State::Ended(_) => assert!(self.review.waiting(&now).is_empty()),
            State::Draft(_) => {
                assert!(
                    self.review
                        .may(person(AUTHOR), &now)
                        .contains(&MayDo::Submit)
                );
            }
            State::At { .. } => {
                let waiting = self.review.waiting(&now);
                assert!(
                    !waiting.is_empty(),
                    "nobody is asked: {:?}",
                    self.review.seats()
                );
                for waits in waiting {
                    assert!(
                        !waits.who.is_empty() || !waits.stewards.is_empty(),
                        "nobody can"
                    );
                    for who in &waits.who {
                        assert!(
                            self.review
                                .may(*who, &now)
                                .contains(&MayDo::Act(waits.seat, Act::Approve))
                        );
                    }
                    for who in &waits.stewards {
                        assert!(
                            self.review
                                .may(*who, &now)
                                .contains(&MayDo::Assign(waits.seat))
                        );
                    }
                }
            }
        }
    }

    /// What is offered is what is taken.
    fn may_agrees_with_check(&self) {
        let now = self.now();
        let steps = self.pack.routes[0]
            .steps
            .iter()
            .map(|step| ReturnTo::Step(step.id.clone()));
        let places: Vec<ReturnTo> = std::iter::once(ReturnTo::Author).chain(steps).collect();
        for by in (0..PERSONS).map(person) {
            let may = self.review.may(by, &now);
            let taken = |does: Does| {
                let entry = Entry {
                    by,
                    at: now.at,
                    does,
                };
                self.review.check(&entry, &now).is_ok()
            };
            let decides = |seat, opinion| Does::Decide {
                seat,
                opinion,
                filled: Answers::new(),
            };
            for seat in self.review.seats().iter().map(|seat| seat.id) {
                let offered = |act| may.contains(&MayDo::Act(seat, act));
                assert_eq!(
                    offered(Act::Approve),
                    taken(decides(seat, Opinion::Approve))
                );
                assert_eq!(offered(Act::Reject), taken(decides(seat, Opinion::Reject)));
                for to in &places {
                    let offered = may.contains(&MayDo::Return(seat, to.clone()));
                    assert_eq!(offered, taken(decides(seat, Opinion::Return(to.clone()))));
                }
            }
            assert_eq!(may.contains(&MayDo::Withdraw), taken(Does::Withdraw));
            assert_eq!(may.contains(&MayDo::Remind), taken(Does::Remind));
            let submit = Does::Submit {
                answers: Answers::new(),
            };
            assert_eq!(may.contains(&MayDo::Submit), taken(submit));
        }
    }

    /// Anything by anybody, sensible or not.
    pub fn anything(&mut self, dice: &mut Dice) {
        let by = person(dice.below(PERSONS.into()) as u8);
        let to = person(dice.below(PERSONS.into()) as u8);
        let seats = self.review.seats();
        let seat = match seats.get(dice.below(seats.len().max(1))) {
            Some(seat) if dice.below(10) > 0 => seat.id,
            _ => SeatId(dice.below(30) as u32),
        };
        // who may, mostly: else nothing would ever happen
        let who = self
            .review
            .waiting(&self.now())
            .into_iter()
            .find(|waits| waits.seat == seat);
        let who: Vec<PersonId> = who
            .map(|waits| waits.who.into_iter().collect())
            .unwrap_or_default();
        let by = match who.get(dice.below(who.len().max(1))) {
            Some(who) if dice.below(4) > 0 => *who,
            _ => by,
        };
        let decide = |opinion| Does::Decide {
            seat,
            opinion,
            filled: Answers::new(),
        };
        let steps = &self.pack.routes[0].steps;
        let does = match dice.below(18) {
            0 => Does::Submit {
                answers: answers(dice),
            },
            1..=5 => decide(Opinion::Approve),
            6 => decide(Opinion::Reject),
            7 | 8 => {
                let to = steps.get(dice.below(steps.len() + 1));
                let to = to.map_or(ReturnTo::Author, |step| ReturnTo::Step(step.id.clone()));
                decide(Opinion::Return(to))
            }
            9 | 10 => Does::Transfer { seat, to },
            11 | 12 => Does::Add {
                seat,
                person: to,
                place: Place::Before,
            },
            13 | 14 => Does::Add {
                seat,
                person: to,
                place: Place::After,
            },
            15 => Does::Assign { seat, to },
            16 => Does::Remind,
            _ if dice.below(3) == 0 => Does::Withdraw,
            _ => Does::Copy { to },
        };
        let by = match does {
            Does::Submit { .. } | Does::Withdraw if dice.below(5) > 0 => person(AUTHOR),
            _ => by,
        };
        self.at += dice.below(40) as i64;
        let _ = self.act(by, does);
    }

    /// All consent, and stewards name somebody where nobody can: it must come to its end.
    pub fn finish(&mut self) {
        for _ in 0..400 {
            let now = self.now();
            match self.review.state() {
                State::Ended(_) => return,
                State::Draft(_) => {
                    let answers = Answers::from([(
                        "size".parse().unwrap(),
                        Value::Number(domain::number::Number::from_whole(1)),
                    )]);
                    self.act(person(AUTHOR), Does::Submit { answers }).unwrap();
                }
                State::At { .. } => {
                    let waits = self.review.waiting(&now).remove(0);
                    let seat = waits.seat;
                    match waits.who.first() {
                        Some(who) => {
                            let opinion = Opinion::Approve;
                            let does = Does::Decide {
                                seat,
                                opinion,
                                filled: Answers::new(),
                            };
                            self.act(*who, does).unwrap();
                        }
                        None => {
                            let by = *waits.stewards.first().unwrap();
                            let to = (1..PERSONS).map(person).find(|to| *to != by).unwrap();
                            self.act(by, Does::Assign { seat, to }).unwrap();
                        }
                    }
                }
            }
        }
        panic!("it does not end: {:?}", self.review.state());
    }
}
