//! Whether an act fits where the project stands, whoever holds which role: what can be asked of the ledger alone, when an act
//! is decided and ever after, when the ledger is verified.

use base::PersonId;
use pack::definition::Holder;
use pack::form::FormDef;
use pack::review::{Does, Opinion};

use super::form::Form;
use super::{Decision, Project};
use crate::record::{Act, FormAct, LONGEST_WORDS};
use crate::refused::Refused;

/// Longest name of somebody outside, in characters.
const LONGEST_NAME: usize = 200;

/// What can be asked of an act wherever the project stands: that who does not consent says why, that words are not too long.
pub(crate) fn says_enough(by: PersonId, act: &Act) -> Result<(), Refused> {
    let short = |words: &str, most: usize| match words.chars().count() > most {
        true => Err(Refused::TooLong),
        false => Ok(()),
    };
    let some = |words: &str| match words.trim().is_empty() {
        true => Err(Refused::NoWords),
        false => Ok(()),
    };
    match act {
        Act::Form(act) => {
            short(&act.words, LONGEST_WORDS)?;
            match &act.does {
                Does::Decide { opinion, .. } if *opinion != Opinion::Approve => some(&act.words),
                _ => Ok(()),
            }
        }
        Act::Invite { person, name, .. } => {
            some(name)?;
            short(name, LONGEST_NAME)?;
            match *person == by {
                true => Err(Refused::Insider),
                false => Ok(()),
            }
        }
        Act::Undo { words, .. } => {
            some(words)?;
            short(words, LONGEST_WORDS)
        }
        _ => Ok(()),
    }
}

impl Project<'_> {
    /// Whether an act fits, but for what a form's review says: that is asked when it takes it.
    pub(crate) fn fits(&self, by: PersonId, act: &Act) -> Result<(), Refused> {
        match act {
            Act::Adopt { pack } => {
                let next = (self.library)(pack).ok_or(Refused::UnknownPack)?;
                if self.pack.is_some_and(|(hash, _)| hash == *pack) {
                    return Err(Refused::SamePack);
                }
                match self.stage() {
                    Some(stage) if !next.stages.iter().any(|known| known.id == stage.id) => {
                        Err(Refused::StageGone(stage.id.clone()))
                    }
                    _ => Ok(()),
                }
            }
            Act::Form(form_act) => match self.forms.get(&form_act.form) {
                Some(form) => {
                    says_enough(by, act)?;
                    self.form_fits(form, form_act)
                }
                None => {
                    let first = self.first(by, form_act)?;
                    self.starts(first.kind)?;
                    says_enough(by, act)?;
                    self.form_fits(&first, form_act)
                }
            },
            Act::Advance { stage } => {
                if self.stage().is_none_or(|here| here.id != *stage) {
                    return Err(Refused::NotInStage);
                }
                let missing = self.missing();
                match missing.is_empty() {
                    true => Ok(()),
                    false => Err(Refused::GateClosed(
                        missing.iter().map(|missing| missing.need).collect(),
                    )),
                }
            }
            Act::Invite { role, .. } => {
                let (_, pack) = self.pack.ok_or(Refused::NoPack)?;
                let role = pack.role(role);
                if role.is_none_or(|role| role.holder != Holder::Outside) {
                    return Err(Refused::NotOutside);
                }
                says_enough(by, act)
            }
            Act::Undo { entry, .. } => {
                says_enough(by, act)?;
                self.standing_decision(*entry).map(drop)
            }
            Act::Print { form, of, .. } => {
                let form = self.forms.get(form).ok_or(Refused::NoSuchForm)?;
                match form.past.iter().any(|past| past.seq == *of) {
                    true => Ok(()),
                    false => Err(Refused::NoSuchEntry),
                }
            }
        }
    }

    /// Whether something can be done to a form: opinions are about what is under review now.
    pub(super) fn form_fits(&self, form: &Form<'_>, act: &FormAct) -> Result<(), Refused> {
        if form.kind.id != act.kind {
            return Err(Refused::OtherKind(form.kind.id.clone()));
        }
        let now = form.frozen();
        match act.does {
            Does::Decide { .. } if act.of.is_none() || act.of != now => {
                Err(Refused::Changed { now })
            }
            _ => Ok(()),
        }
    }

    /// Whether such a form can be begun where the project is, by whomever.
    pub(super) fn starts(&self, kind: &FormDef) -> Result<(), Refused> {
        if kind.begins_project && self.begun {
            return Err(Refused::Begun);
        }
        if !kind.begins_project && !self.is_begun() {
            return Err(Refused::NotBegun);
        }
        let here = self.stage().map(|stage| &stage.id);
        match kind.stages.is_empty() || here.is_some_and(|here| kind.stages.contains(here)) {
            true => Ok(()),
            false => Err(Refused::OtherStage),
        }
    }

    /// A decision that was not undone.
    pub(super) fn standing_decision(&self, entry: u64) -> Result<&Decision, Refused> {
        let decision = self.decisions.get(&entry);
        let decision = decision.filter(|decision| decision.undone.is_none());
        decision.ok_or(Refused::NothingToUndo)
    }
}
