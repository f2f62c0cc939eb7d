//! Anything by anybody, sensible or not; mostly by who may, else nothing would ever happen.

use base::{DocumentId, PersonId, Timestamp};
use ledger::record::{Act, FormAct};
use pack::review::{Does, Now, Opinion, Place, SeatId};
use pack::route::ReturnTo;

use super::game::{Game, PERSONS, answers};
use super::regulation::{STAGES, stage};
use super::world::{Dice, due, person, role};

fn somebody(dice: &mut Dice) -> PersonId {
    person(dice.below(PERSONS.into()) as u8)
}

impl Game<'_> {
    pub fn anything(&mut self, dice: &mut Dice) {
        self.at += dice.below(15) as i64;
        if self.days_go_by && dice.below(25) == 0 {
            self.at += dice.below(20) as i64 * 24 * 60 * 60_000;
        }
        let by = somebody(dice);
        let manages = dice.below(4) > 0;
        let (by, act) = match dice.below(30) {
            0 => return self.others_hold_roles(dice),
            1 => (
                by,
                Act::Adopt {
                    pack: self.packs[dice.below(2)].0,
                },
            ),
            2 | 3 => {
                let here = self.server.stage().map(|stage| stage.id.clone());
                let stage = here
                    .filter(|_| dice.below(5) > 0)
                    .unwrap_or_else(|| stage(dice.below(STAGES)));
                (by, Act::Advance { stage })
            }
            4 => {
                let (role, person) = (role(3 + dice.below(2)), person(20 + dice.below(3) as u8));
                let name = ["客户", " "][usize::from(dice.below(8) == 0)].to_owned();
                (by, Act::Invite { role, person, name })
            }
            5 | 6 => {
                let known: Vec<u64> = self.server.decisions().keys().copied().collect();
                let random = dice.below(self.entries.len() + 2) as u64;
                let entry = match known.get(dice.below(known.len())) {
                    Some(known) if dice.below(5) > 0 => *known,
                    _ => random,
                };
                let by = if dice.below(3) > 0 { person(7) } else { by };
                (
                    by,
                    Act::Undo {
                        entry,
                        words: "误".to_owned(),
                    },
                )
            }
            7 => {
                let form = self.form(dice);
                let of = dice.below(self.entries.len() + 2) as u64;
                (
                    by,
                    Act::Print {
                        form,
                        of,
                        copies: dice.below(3) as u32,
                    },
                )
            }
            8..=11 => self.begin(dice, by),
            _ => self.review(dice, by),
        };
        let _ = self.wish(by, act, manages);
    }

    fn form(&self, dice: &mut Dice) -> DocumentId {
        let known: Vec<DocumentId> = self.server.forms().keys().copied().collect();
        let form = known.get(dice.below(known.len())).copied();
        form.unwrap_or(DocumentId::from_bytes([200; 16]))
    }

    fn begin(&self, dice: &mut Dice, by: PersonId) -> (PersonId, Act) {
        let may = (0..PERSONS).map(person).flat_map(|by| {
            let forms = self.server.may_begin(by, &self.starters).into_iter();
            forms.map(move |form| (by, form.id.clone()))
        });
        let may: Vec<_> = may.collect();
        let (by, kind) = match may.get(dice.below(may.len())) {
            Some(one) if dice.below(6) > 0 => one.clone(),
            _ => (by, format!("form{}", dice.below(5)).parse().unwrap()),
        };
        let mut id = [100; 16];
        id[..8].copy_from_slice(&self.head().seq.to_be_bytes());
        let who = (dice.below(3) > 0).then(|| somebody(dice));
        let act = FormAct {
            form: DocumentId::from_bytes(id),
            kind,
            does: Does::Submit {
                answers: answers(dice.below(3) as i64, who),
            },
            of: None,
            heads: Vec::new(),
            words: String::new(),
            signature: None,
            seen: self.server.seq(),
        };
        (by, Act::Form(act))
    }

    fn review(&self, dice: &mut Dice, by: PersonId) -> (PersonId, Act) {
        let id = self.form(dice);
        let Some(form) = self.server.forms().get(&id) else {
            return self.begin(dice, by);
        };
        let people = self.all_people();
        let now = Now {
            people: &people,
            at: Timestamp(self.at),
            due: &due,
        };
        let waiting = form.review.iter().flat_map(|review| review.waiting(&now));
        let waiting: Vec<_> = waiting.collect();
        let (mut by, mut seat) = (by, SeatId(dice.below(12) as u32));
        let mut vacant = false;
        if let Some(waits) = waiting.get(dice.below(waiting.len()))
            && dice.below(8) > 0
        {
            seat = waits.seat;
            vacant = waits.who.is_empty();
            let can: Vec<PersonId> = waits.who.iter().chain(&waits.stewards).copied().collect();
            if dice.below(6) > 0 {
                by = can[dice.below(can.len())];
            }
        }
        let to = somebody(dice);
        let decide = |opinion| Does::Decide {
            seat,
            opinion,
            filled: Default::default(),
        };
        let does = match dice.below(20) {
            0 | 1 => Does::Submit {
                answers: answers(dice.below(3) as i64, Some(to)),
            },
            _ if vacant && dice.below(3) > 0 => Does::Assign { seat, to },
            2..=9 => decide(Opinion::Approve),
            10 => decide(Opinion::Reject),
            11 | 12 => {
                let steps = form
                    .pack
                    .route_of(form.kind)
                    .map_or(&[][..], |route| &route.steps);
                let to = steps.get(dice.below(steps.len() + 1));
                decide(Opinion::Return(to.map_or(ReturnTo::Author, |step| {
                    ReturnTo::Step(step.id.clone())
                })))
            }
            13 => Does::Transfer { seat, to },
            14 => Does::Add {
                seat,
                person: to,
                place: Place::Before,
            },
            15 => Does::Add {
                seat,
                person: to,
                place: Place::After,
            },
            16 => Does::Assign { seat, to },
            17 => Does::Remind,
            18 if dice.below(2) == 0 => Does::Withdraw,
            _ => Does::Copy { to },
        };
        if matches!(does, Does::Submit { .. } | Does::Withdraw) && dice.below(5) > 0 {
            by = form.author;
        }
        let mut act = self.about(id, does);
        if let Act::Form(act) = &mut act {
            if dice.below(12) == 0 {
                // looked at before it was submitted anew
                act.of = form.submissions.first().map(|first| first.frozen);
            }
            if dice.below(15) == 0 {
                act.words.clear();
            }
        }
        (by, act)
    }
}
