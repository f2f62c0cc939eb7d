//! Whether an act may be done now. The same function decides at the server, where it counts, and on a device, where it says
//! what will probably be taken.

use std::collections::{BTreeMap, BTreeSet};

use base::PersonId;
use pack::definition::Holder;
use pack::fill::fill;
use pack::form::{FormDef, Turn};
use pack::id::RoleName;
use pack::review::{self, Does, Now, Opinion, Refusal};

use super::{Circumstances, Project};
use crate::record::{Act, Done, FormAct, LONGEST_WORDS};
use crate::refused::Refused;

impl<'a> Project<'a> {
    /// Whether a person may do this now, and what it does. The caller appends the record, counts the numbers that were used
    /// and carries out what was done, all in one transaction.
    ///
    /// # Errors
    /// Why it is refused; nothing was changed.
    pub fn decide(
        &self,
        by: PersonId,
        act: &Act,
        now: &Circumstances<'_>,
    ) -> Result<Vec<Done>, Refused> {
        match act {
            Act::Adopt { pack } => {
                if !now.manages {
                    return Err(Refused::NotManager);
                }
                let next = (self.library)(pack).ok_or(Refused::UnknownPack)?;
                if self.pack.is_some_and(|(hash, _)| hash == *pack) {
                    return Err(Refused::SamePack);
                }
                match self.stage() {
                    Some(stage) if !next.stages.iter().any(|known| known.id == stage.id) => {
                        Err(Refused::StageGone(stage.id.clone()))
                    }
                    _ => Ok(Vec::new()),
                }
            }
            Act::Form(act) => self.decide_form(by, act, now),
            Act::Advance { stage } => {
                if !now.manages {
                    return Err(Refused::NotManager);
                }
                match self.stage() {
                    None => return Err(Refused::NotInStage),
                    Some(here) if here.id != *stage => return Err(Refused::NotInStage),
                    Some(_) => {}
                }
                let missing = self.missing();
                if !missing.is_empty() {
                    let needs = missing.iter().map(|missing| missing.need).collect();
                    return Err(Refused::GateClosed(needs));
                }
                Ok(vec![Done::gate(stage.clone())])
            }
            Act::Invite { role, person, name } => {
                let (_, pack) = self.pack.ok_or(Refused::NoPack)?;
                let outside = pack
                    .role(role)
                    .filter(|role| role.holder == Holder::Outside);
                if outside.is_none() {
                    return Err(Refused::NotOutside);
                }
                if name.trim().is_empty() {
                    return Err(Refused::NoWords);
                }
                if name.chars().count() > 200 {
                    return Err(Refused::TooLong);
                }
                if *person == by {
                    return Err(Refused::Insider);
                }
                // who asks somebody outside to sign works on the project
                let holds = self.holders.values().any(|holders| holders.contains(&by));
                match now.manages || holds {
                    true => Ok(Vec::new()),
                    false => Err(Refused::NotEntitled),
                }
            }
            Act::Undo { entry, words } => self.decide_undo(by, *entry, words, now),
            Act::Print { form, of, .. } => {
                let form = self.forms.get(form).ok_or(Refused::NoSuchForm)?;
                match form.past.iter().any(|past| past.seq == *of) {
                    true => Ok(Vec::new()),
                    false => Err(Refused::NoSuchEntry),
                }
            }
        }
    }

    fn decide_form(
        &self,
        by: PersonId,
        act: &FormAct,
        now: &Circumstances<'_>,
    ) -> Result<Vec<Done>, Refused> {
        worded(act)?;
        let first;
        let form = match self.forms.get(&act.form) {
            Some(form) => form,
            None => {
                first = self.first(by, act)?;
                self.may_start(first.kind, by, now.starters)?;
                &first
            }
        };
        if form.kind.id != act.kind {
            return Err(Refused::OtherKind(form.kind.id.clone()));
        }
        if let Does::Decide { .. } = act.does
            && (act.of.is_none() || act.of != form.frozen())
        {
            let now = form.frozen();
            return Err(Refused::Changed { now });
        }
        match (&form.review, &act.does) {
            (Some(review), does) => {
                let people = self.people(now.people);
                let (at, does) = (now.at, does.clone());
                let circumstances = Now {
                    people: &people,
                    at,
                    due: now.due,
                };
                review.check(&review::Entry { by, at, does }, &circumstances)?;
            }
            (None, Does::Submit { answers }) if form.submissions.is_empty() => {
                let problems = fill(form.kind, answers, Turn::Draft).problems;
                if !problems.is_empty() {
                    return Err(Refusal::Incomplete(problems).into());
                }
            }
            (None, _) => return Err(Refusal::AlreadySubmitted.into()),
        }
        self.outcome(by, act, now.at, now.number)
    }

    /// Whether a person may begin such a form now.
    pub(super) fn may_start(
        &self,
        kind: &FormDef,
        by: PersonId,
        starters: &BTreeMap<RoleName, BTreeSet<PersonId>>,
    ) -> Result<(), Refused> {
        if kind.begins_project && self.begun {
            return Err(Refused::Begun);
        }
        if !kind.begins_project && !self.is_begun() {
            return Err(Refused::NotBegun);
        }
        let here = self.stage().map(|stage| &stage.id);
        if !kind.stages.is_empty() && !here.is_some_and(|here| kind.stages.contains(here)) {
            return Err(Refused::OtherStage);
        }
        let holds = |of: &BTreeMap<RoleName, BTreeSet<PersonId>>, role: &RoleName| {
            of.get(role).is_some_and(|holders| holders.contains(&by))
        };
        let mut roles = kind.starters.iter();
        match roles.any(|role| holds(starters, role) || holds(&self.holders, role)) {
            true => Ok(()),
            false => Err(Refused::NotAStarter),
        }
    }

    fn decide_undo(
        &self,
        by: PersonId,
        entry: u64,
        words: &str,
        now: &Circumstances<'_>,
    ) -> Result<Vec<Done>, Refused> {
        if words.trim().is_empty() {
            return Err(Refused::NoWords);
        }
        if words.chars().count() > LONGEST_WORDS {
            return Err(Refused::TooLong);
        }
        let decision = self.decisions.get(&entry);
        let decision = decision.filter(|decision| decision.undone.is_none());
        let decision = decision.ok_or(Refused::NothingToUndo)?;
        let form = decision.form.and_then(|form| self.forms.get(&form));
        let people = self.people(now.people);
        // who decides last can take it back, and who keeps the organisation
        let last = form.and_then(|form| form.pack.route_of(form.kind)?.steps.last());
        let mut deciding = last.into_iter().flat_map(|step| &step.reviewers);
        let holds = |role: &RoleName| {
            let holders = people.roles.get(role);
            holders.is_some_and(|holders| holders.contains(&by))
        };
        let own = form.is_some_and(|form| form.author == by);
        let decides = deciding.any(|reviewer| holds(&reviewer.role)) && !own;
        if !decides && !people.keepers.contains(&by) {
            return Err(Refused::NotEntitled);
        }
        self.undoing(entry, decision)
    }
}

/// Who does not consent says why.
fn worded(act: &FormAct) -> Result<(), Refused> {
    if act.words.chars().count() > LONGEST_WORDS {
        return Err(Refused::TooLong);
    }
    match &act.does {
        Does::Decide { opinion, .. }
            if *opinion != Opinion::Approve && act.words.trim().is_empty() =>
        {
            Err(Refused::NoWords)
        }
        _ => Ok(()),
    }
}
