//! How entries move a project.

use std::collections::BTreeSet;

use base::{PersonId, Timestamp};
use pack::effect::Undo;
use pack::fill::fill;
use pack::form::Turn;
use pack::review::{self, Does, Review};

use super::form::{Form, Past, Submission};
use super::{Decision, Project, Round};
use crate::chain::Entry;
use crate::hash::frozen;
use crate::record::{Act, Deed, Done, FormAct, Record, What};
use crate::refused::Refused;

/// An entry that does not fit where the project stood: somebody wrote into the ledger who is not its server, or its server
/// had a fault. It is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// The entry.
    pub seq: u64,
    /// Why.
    pub why: Refused,
}

impl<'a> Project<'a> {
    /// Takes the next entry; one whose body is for others changes nothing.
    pub fn take_entry(&mut self, entry: &Entry) -> Option<Unfit> {
        self.seq = entry.seq;
        let record = entry.record()?;
        let taken = self.take(entry.seq, entry.at, &record);
        taken.err().map(|why| Unfit {
            seq: entry.seq,
            why,
        })
    }

    /// Takes what an entry holds.
    pub fn take(&mut self, seq: u64, at: Timestamp, record: &Record) -> Result<(), Refused> {
        let fitting = match (&record.what, record.by) {
            (What::Act(act), Some(by)) => self.act(seq, at, by, act),
            (What::Late { act, why }, Some(by)) => {
                self.late(seq, at, by, act, why);
                Ok(())
            }
            _ => Ok(()),
        };
        // what was done is done, also where how it came to be cannot be followed
        record.done.iter().for_each(|done| self.do_(seq, done));
        match &record.what {
            What::Act(Act::Undo { entry, .. }) => self.forward_again(seq, *entry),
            _ if record.done.is_empty() => {}
            what => {
                let form = match what {
                    What::Act(Act::Form(act)) => Some(act.form),
                    _ => None,
                };
                let (done, undone) = (record.done.clone(), None);
                self.decisions.insert(seq, Decision { form, done, undone });
            }
        }
        self.seq = seq;
        let here = self.stage().map(|stage| stage.id.clone());
        if self.moves.last().is_none_or(|(_, last)| *last != here) {
            self.moves.push((at, here));
        }
        fitting
    }

    fn act(&mut self, seq: u64, at: Timestamp, by: PersonId, act: &Act) -> Result<(), Refused> {
        match act {
            Act::Adopt { pack } => {
                let found = (self.library)(pack).ok_or(Refused::UnknownPack)?;
                let stage = self.stage().map(|stage| &stage.id);
                let here = stage.map(|id| found.stages.iter().position(|stage| stage.id == *id));
                self.stage = match here {
                    Some(Some(place)) => place,
                    Some(None) => 0,
                    // it has left the last stage, or had none
                    None if self.pack.is_some() => found.stages.len(),
                    None => 0,
                };
                self.pack = Some((*pack, found));
            }
            Act::Form(act) => self.form_act(seq, at, by, act)?,
            Act::Advance { .. } => {}
            Act::Invite { role, person, name } => {
                self.holders
                    .entry(role.clone())
                    .or_default()
                    .insert(*person);
                self.outside.insert(*person, name.clone());
            }
            Act::Undo { entry, .. } => {
                let decision = self.decisions.get_mut(entry);
                let decision = decision.ok_or(Refused::NothingToUndo)?;
                decision.undone = Some(seq);
                let form = decision.form.and_then(|form| self.forms.get_mut(&form));
                if let Some(form) = form {
                    form.undone = Some(seq);
                }
            }
            Act::Print { form, copies, .. } => {
                let form = self.forms.get_mut(form).ok_or(Refused::NoSuchForm)?;
                form.prints.push((seq, at, by, *copies));
            }
        }
        Ok(())
    }

    /// After a going back was undone: what was handed in before counts again, and the gates are open since they were first.
    fn forward_again(&mut self, seq: u64, entry: u64) {
        let undone = |round: &mut Round| round.seq == entry && !round.stays;
        let gone = self.rounds.extract_if(.., undone);
        for (stage, first) in gone.flat_map(|round| round.left) {
            let mut left = self.left.iter_mut();
            if let Some(known) = left.find(|(known, by)| *known == stage && *by == seq) {
                known.1 = first;
            }
        }
    }

    pub(super) fn form_act(
        &mut self,
        seq: u64,
        at: Timestamp,
        by: PersonId,
        act: &FormAct,
    ) -> Result<(), Refused> {
        if !self.forms.contains_key(&act.form) {
            let form = self.first(by, act)?;
            self.forms.insert(act.form, form);
        }
        let form = self.forms.get_mut(&act.form).ok_or(Refused::NoSuchForm)?;
        if form.kind.id != act.kind {
            return Err(Refused::OtherKind(form.kind.id.clone()));
        }
        let does = act.does.clone();
        match (&mut form.review, &act.does) {
            (Some(review), _) => review.take(&review::Entry { by, at, does })?,
            (None, Does::Submit { answers }) if form.filed.is_none() => {
                form.filed = Some(fill(form.kind, answers, Turn::Draft).answers);
            }
            (None, _) => return Err(Refused::Review(review::Refusal::AlreadySubmitted)),
        }
        if let Does::Submit { answers } = &act.does {
            form.submissions.push(Submission {
                seq,
                at,
                frozen: frozen(&form.pack_hash, &form.kind.id, answers),
                answers: answers.clone(),
                heads: act.heads.clone(),
            });
        }
        let (act, late) = (act.clone(), None);
        form.past.push(Past {
            seq,
            at,
            by,
            act,
            late,
        });
        Ok(())
    }

    /// A form that is submitted for the first time.
    pub(super) fn first(&self, author: PersonId, act: &FormAct) -> Result<Form<'a>, Refused> {
        let (pack_hash, pack) = self.pack.ok_or(Refused::NoPack)?;
        if !matches!(act.does, Does::Submit { .. }) {
            return Err(Refused::NoSuchForm);
        }
        let kind = pack.form(&act.kind);
        let kind = kind.ok_or_else(|| Refused::NoSuchKind(act.kind.clone()))?;
        Ok(Form {
            kind,
            pack,
            pack_hash,
            author,
            review: Review::new(pack, kind, author),
            submissions: Vec::new(),
            past: Vec::new(),
            number: None,
            filed: None,
            undone: None,
            prints: Vec::new(),
        })
    }

    fn late(&mut self, seq: u64, at: Timestamp, by: PersonId, act: &Act, why: &Refused) {
        let Act::Form(act) = act else { return };
        if let Some(form) = self.forms.get_mut(&act.form) {
            let (act, late) = (act.clone(), Some(why.clone()));
            form.past.push(Past {
                seq,
                at,
                by,
                act,
                late,
            });
        }
    }

    /// Something was done.
    pub(super) fn do_(&mut self, seq: u64, done: &Done) {
        match &done.what {
            Deed::Numbered { form, number } => {
                if let Some(form) = self.forms.get_mut(form) {
                    form.number = Some(number.clone());
                    let begins = form.kind.effects.iter().any(|effect| {
                        use pack::effect::Deed::{BeginPlan, BeginProject};
                        matches!(effect.does, BeginProject | BeginPlan)
                    });
                    if begins && self.number.is_none() {
                        self.number = Some(number.clone());
                    }
                }
            }
            Deed::ProjectBegun => self.begun = true,
            Deed::ProjectUnbegun => self.begun = false,
            Deed::PlanBegun => self.plan_begun = true,
            Deed::PlanUnbegun => self.plan_begun = false,
            Deed::Appointed { role, person } => {
                self.holders
                    .entry(role.clone())
                    .or_default()
                    .insert(*person);
            }
            Deed::Released { role, person } => {
                if let Some(holders) = self.holders.get_mut(role) {
                    holders.remove(person);
                }
            }
            Deed::GateOpened { stage } => {
                if let Some(place) = self.place(stage) {
                    self.stage = place + 1;
                }
                self.left.push((stage.clone(), seq));
            }
            Deed::GateClosed { stage } => {
                if let Some(place) = self.place(stage) {
                    self.stage = place;
                }
                // versions with another order of stages lead through one twice
                let last = self.left.iter().rposition(|(left, _)| left == stage);
                last.map(|last| self.left.remove(last));
            }
            Deed::WentBack { stage, from } => {
                let mut stages: BTreeSet<_> = self.between(stage, from.as_ref()).collect();
                let left = self.left.extract_if(.., |(left, _)| stages.contains(left));
                let left = left.collect();
                stages.extend(from.clone());
                self.rounds.push(Round {
                    seq,
                    stays: done.undo == Undo::Final,
                    stages,
                    left,
                });
                if let Some(place) = self.place(stage) {
                    self.stage = place;
                }
            }
            Deed::DutyBegun { duty, since } => {
                self.duties.insert(duty.clone(), *since);
            }
            Deed::DutyEnded { duty, .. } => {
                self.duties.remove(duty);
            }
            Deed::RegisterBegun { register, since } => self.keep_register(register, *since),
            Deed::RegisterEnded { register, .. } => self.end_register(register),
        }
    }
}
