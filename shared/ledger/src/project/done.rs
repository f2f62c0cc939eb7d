//! What decisions do, and how it is undone.

use std::collections::BTreeSet;

use base::{PersonId, Timestamp};
use pack::definition::Stage;
use pack::effect::{self, Effect, Outcome, Pattern, Undo};
use pack::gate::missing;
use pack::id::{FieldName, StageName};
use pack::review::{Does, Opinion, Review, State};
use pack::value::{Answers, Value};

use super::Project;
use crate::record::{Deed, Done, FormAct};
use crate::refused::Refused;

impl Done {
    /// The project leaves a stage.
    pub(crate) fn gate(stage: StageName) -> Self {
        Self {
            what: Deed::GateOpened { stage },
            undo: Undo::Compensated,
        }
    }
}

impl Project<'_> {
    /// What an act on a form does beside what it says: nothing, or what follows from a decision.
    ///
    /// # Errors
    /// Where the act does not fit.
    pub(crate) fn outcome(
        &self,
        by: PersonId,
        act: &FormAct,
        at: Timestamp,
        number: &dyn Fn(&Pattern) -> String,
    ) -> Result<Vec<Done>, Refused> {
        let mut after = self.clone();
        let seq = self.seq.saturating_add(1);
        after.form_act(seq, at, by, act)?;
        self.signed_by_hand(act)?;
        let form = after.forms.get(&act.form).ok_or(Refused::NoSuchForm)?;
        let outcome = match form.review.as_ref().map(Review::state) {
            None => Outcome::Approved,
            Some(State::Ended(outcome)) => *outcome,
            Some(_) => return Ok(Vec::new()),
        };
        let (kind, answers) = (form.kind, form.answers().cloned().unwrap_or_default());
        let mut all = Vec::new();
        for effect in kind.effects.iter().filter(|effect| effect.on == outcome) {
            for what in after.deeds((act, at), effect, &answers, number) {
                let undo = effect.undo;
                let done = Done { what, undo };
                after.do_(seq, &done);
                all.push(done);
            }
        }
        Ok(all)
    }

    /// Whether an opinion that the review takes is signed where its step asks for that. Who returns a form only says why.
    fn signed_by_hand(&self, act: &FormAct) -> Result<(), Refused> {
        let ends = |does: &Does| matches!(does, Does::Decide { opinion, .. } if !matches!(opinion, Opinion::Return(_)));
        let review = self
            .forms
            .get(&act.form)
            .and_then(|form| form.review.as_ref());
        let step = review.and_then(Review::step);
        match ends(&act.does) && act.signature.is_none() && step.is_some_and(|step| step.signed) {
            true => Err(Refused::Unsigned),
            false => Ok(()),
        }
    }

    fn deeds(
        &self,
        (act, at): (&FormAct, Timestamp),
        effect: &Effect,
        answers: &Answers,
        number: &dyn Fn(&Pattern) -> String,
    ) -> Vec<Deed> {
        let one = |deed: Deed, holds: bool| holds.then_some(deed).into_iter().collect();
        match &effect.does {
            effect::Deed::Number(pattern) => {
                let number = number(pattern);
                let form = act.form;
                vec![Deed::Numbered { form, number }]
            }
            effect::Deed::BeginProject => one(Deed::ProjectBegun, !self.begun),
            effect::Deed::BeginPlan => one(Deed::PlanBegun, !self.plan_begun),
            effect::Deed::Appoint {
                role,
                field,
                column,
            } => {
                let known = self.holders.get(role);
                let new = people(answers, field, column.as_ref()).into_iter();
                let new = new.filter(|person| !known.is_some_and(|known| known.contains(person)));
                new.map(|person| Deed::Appointed {
                    role: role.clone(),
                    person,
                })
                .collect()
            }
            effect::Deed::Release { role, field } => {
                let known = self.holders.get(role);
                let gone = people(answers, field, None).into_iter();
                let gone = gone.filter(|person| known.is_some_and(|known| known.contains(person)));
                gone.map(|person| Deed::Released {
                    role: role.clone(),
                    person,
                })
                .collect()
            }
            effect::Deed::OpenGate { stage } => {
                let meant = |here: &Stage| stage.as_ref().is_none_or(|stage| here.id == *stage);
                // a gate opens only when all that it needs is there: else the project's manager moves it on later
                let open = |here: &&Stage| missing(&here.gate, &self.there(&here.id)).is_empty();
                let here = self.stage().filter(|here| meant(here)).filter(open);
                let opened = here.map(|here| Deed::GateOpened {
                    stage: here.id.clone(),
                });
                opened.into_iter().collect()
            }
            effect::Deed::GoBack { stage } => {
                let earlier = self.place(stage).is_some_and(|place| place < self.stage);
                let deed = Deed::WentBack {
                    stage: stage.clone(),
                    from: self.stage().map(|here| here.id.clone()),
                };
                one(deed, earlier)
            }
            effect::Deed::BeginDuty { duty } => {
                let begun = Deed::DutyBegun {
                    duty: duty.clone(),
                    since: at,
                };
                one(begun, !self.duties.contains_key(duty))
            }
            effect::Deed::EndDuty { duty } => {
                let ended = self.duties.get(duty).map(|since| Deed::DutyEnded {
                    duty: duty.clone(),
                    since: *since,
                });
                ended.into_iter().collect()
            }
            effect::Deed::BeginRegister { register } => {
                let begun = Deed::RegisterBegun {
                    register: register.clone(),
                    since: at,
                };
                one(begun, self.register_kept(register).is_none())
            }
            effect::Deed::EndRegister { register } => {
                let ended = self
                    .register_kept(register)
                    .map(|since| Deed::RegisterEnded {
                        register: register.clone(),
                        since,
                    });
                ended.into_iter().collect()
            }
        }
    }

    /// What undoes the decision of an entry: the opposite of what it did, the last first. What is final stays.
    ///
    /// # Errors
    /// Where there is no such decision, or what came after stands on it.
    pub(crate) fn undoing(&self, entry: u64) -> Result<Vec<Done>, Refused> {
        let decision = self.standing_decision(entry)?;
        let (mut after, mut all) = (self.clone(), Vec::new());
        for done in decision.done.iter().rev() {
            // what is final stays; a number is never given again, so it is never taken back
            if done.undo == Undo::Final || matches!(done.what, Deed::Numbered { .. }) {
                continue;
            }
            for what in after.opposite(entry, &done.what)? {
                let undo = Undo::Final;
                let done = Done { what, undo };
                after.do_(self.seq.saturating_add(1), &done);
                all.push(done);
            }
        }
        Ok(all)
    }

    /// What makes a deed of a decision as if it had not been.
    fn opposite(&mut self, entry: u64, deed: &Deed) -> Result<Vec<Deed>, Refused> {
        match deed {
            Deed::ProjectBegun if self.left.iter().any(|(_, by)| *by != entry) => {
                // its own gate may have opened with it
                return Err(Refused::NotLast);
            }
            Deed::GateOpened { stage } => {
                // the same gate may have been opened again since
                let last = self.left.last();
                if last.is_none_or(|(last, by)| last != stage || *by != entry) {
                    return Err(Refused::NotLast);
                }
                if self.place(stage).is_none() {
                    return Err(Refused::StageGone(stage.clone()));
                }
            }
            Deed::WentBack { stage, from } => {
                let round = self.rounds.last().filter(|round| round.seq == entry);
                let round = round.ok_or(Refused::NotLast)?;
                if self.stage().is_none_or(|here| here.id != *stage) {
                    return Err(Refused::NotLast);
                }
                if let Some(gone) = from.as_ref().filter(|from| self.place(from).is_none()) {
                    return Err(Refused::StageGone(gone.clone()));
                }
                // forward again, gate after gate; unless a version with other stages between came since
                let stages: Vec<StageName> = self.between(stage, from.as_ref()).collect();
                let left = round.left.iter().map(|(left, _)| left);
                if stages.is_empty() || !left.eq(&stages) {
                    return Err(Refused::NotLast);
                }
                // the same decision may have gone back more than once
                self.rounds.pop();
                let opened = stages.into_iter().map(|stage| Deed::GateOpened { stage });
                return Ok(opened.collect());
            }
            // it may have ended since, and begun anew by another decision
            Deed::DutyBegun { duty, since } if self.duties.get(duty) != Some(since) => {
                return Ok(Vec::new());
            }
            Deed::DutyEnded { duty, .. } if self.duties.contains_key(duty) => {
                return Ok(Vec::new());
            }
            Deed::RegisterBegun { register, since }
                if self.register_kept(register) != Some(*since) =>
            {
                return Ok(Vec::new());
            }
            Deed::RegisterEnded { register, .. } if self.register_kept(register).is_some() => {
                return Ok(Vec::new());
            }
            _ => {}
        }
        Ok(plainly_opposite(deed).into_iter().collect())
    }
}

/// The opposite of a deed that has one wherever the project stands.
pub(crate) fn plainly_opposite(deed: &Deed) -> Option<Deed> {
    match deed {
        Deed::ProjectBegun => Some(Deed::ProjectUnbegun),
        Deed::PlanBegun => Some(Deed::PlanUnbegun),
        Deed::Appointed { role, person } => Some(Deed::Released {
            role: role.clone(),
            person: *person,
        }),
        Deed::Released { role, person } => Some(Deed::Appointed {
            role: role.clone(),
            person: *person,
        }),
        Deed::GateOpened { stage } => Some(Deed::GateClosed {
            stage: stage.clone(),
        }),
        Deed::DutyBegun { duty, since } => Some(Deed::DutyEnded {
            duty: duty.clone(),
            since: *since,
        }),
        // as if it had been done all the time
        Deed::DutyEnded { duty, since } => Some(Deed::DutyBegun {
            duty: duty.clone(),
            since: *since,
        }),
        Deed::RegisterBegun { register, since } => Some(Deed::RegisterEnded {
            register: register.clone(),
            since: *since,
        }),
        Deed::RegisterEnded { register, since } => Some(Deed::RegisterBegun {
            register: register.clone(),
            since: *since,
        }),
        _ => None,
    }
}

/// The people that a field names; of a table, all of a column.
fn people(answers: &Answers, field: &FieldName, column: Option<&FieldName>) -> BTreeSet<PersonId> {
    let person = |value: &Value| match value {
        Value::Person(person) => Some(*person),
        _ => None,
    };
    match (answers.get(field), column) {
        (Some(Value::Table(rows)), Some(column)) => {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.filter_map(person).collect()
        }
        (Some(value), _) => person(value).into_iter().collect(),
        (None, _) => BTreeSet::new(),
    }
}
