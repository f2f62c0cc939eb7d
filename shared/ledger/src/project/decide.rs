//! Whether an act may be done now. The same function decides at the server, where it counts, and on a device, where it says
//! what will probably be taken.

use std::collections::{BTreeMap, BTreeSet};

use base::PersonId;
use pack::fill::fill;
use pack::form::{FormDef, Turn};
use pack::id::RoleName;
use pack::review::{self, Does, Now, Refusal};

use super::{Circumstances, Project, says_enough};
use crate::record::{Act, Done, FormAct};
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
            Act::Adopt { .. } => {
                managed(now)?;
                self.fits(by, act)?;
                Ok(Vec::new())
            }
            Act::Form(form) => self.decide_form(by, act, form, now),
            Act::Advance { stage } => {
                managed(now)?;
                self.fits(by, act)?;
                Ok(vec![Done::gate(stage.clone())])
            }
            Act::Invite { .. } => {
                self.fits(by, act)?;
                // who asks somebody outside to sign works on the project
                let holds = self.holders.values().any(|holders| holders.contains(&by));
                match now.manages || holds {
                    true => Ok(Vec::new()),
                    false => Err(Refused::NotEntitled),
                }
            }
            Act::Undo { entry, .. } => {
                self.fits(by, act)?;
                self.may_undo(by, *entry, now)?;
                self.undoing(*entry)
            }
            Act::Print { .. } => {
                self.fits(by, act)?;
                Ok(Vec::new())
            }
        }
    }

    fn decide_form(
        &self,
        by: PersonId,
        whole: &Act,
        act: &FormAct,
        now: &Circumstances<'_>,
    ) -> Result<Vec<Done>, Refused> {
        let first;
        let form = match self.forms.get(&act.form) {
            Some(form) => form,
            None => {
                first = self.first(by, act)?;
                self.may_start(first.kind, by, now.starters)?;
                &first
            }
        };
        says_enough(by, whole)?;
        self.form_fits(form, act)?;
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
        self.starts(kind)?;
        let holds = |of: &BTreeMap<RoleName, BTreeSet<PersonId>>, role: &RoleName| {
            of.get(role).is_some_and(|holders| holders.contains(&by))
        };
        let mut roles = kind.starters.iter();
        match roles.any(|role| holds(starters, role) || holds(&self.holders, role)) {
            true => Ok(()),
            false => Err(Refused::NotAStarter),
        }
    }

    /// Who decides last can take a decision back, and who keeps the organisation; neither one on their own request. Where
    /// nobody reviews there is no request: what was handed in is as good as decided by its author.
    fn may_undo(&self, by: PersonId, entry: u64, now: &Circumstances<'_>) -> Result<(), Refused> {
        let form = self.decisions.get(&entry).and_then(|known| known.form);
        let form = form.and_then(|form| self.forms.get(&form));
        let people = self.people(now.people);
        let last = form.and_then(|form| form.pack.route_of(form.kind)?.steps.last());
        let mut deciding = last.into_iter().flat_map(|step| &step.reviewers);
        let holds = |role: &RoleName| {
            let holders = people.roles.get(role);
            holders.is_some_and(|holders| holders.contains(&by))
        };
        let own = form.is_some_and(|form| form.review.is_some() && form.author == by);
        let decides = deciding.any(|reviewer| holds(&reviewer.role));
        match (decides || people.keepers.contains(&by)) && !own {
            true => Ok(()),
            false => Err(Refused::NotEntitled),
        }
    }
}

fn managed(now: &Circumstances<'_>) -> Result<(), Refused> {
    match now.manages {
        true => Ok(()),
        false => Err(Refused::NotManager),
    }
}
