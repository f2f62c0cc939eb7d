//! What somebody outside signs, read out of what the server gives for their link.

use std::sync::Arc;

use shared::api::OutsideForm;
use shared::base::{PersonId, Timestamp};
use shared::ledger::project::{Form, Standing};
use shared::ledger::{Entry, Hash, Project};
use shared::pack::definition::Holder;
use shared::pack::form::{FieldKind, FormDef};
use shared::pack::review::{MayDo, Now, Opinion, People, SeatId};
use shared::pack::route::Act;
use shared::pack::value::{Answers, Value};

use crate::i18n::t_string;
use crate::platform::clock;
use crate::ui::form::Writing;
use crate::ui::form::paper::OpinionBox;
use crate::ui::review;
use crate::words::Texts;

/// The form of a link. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown(pub(super) Arc<OutsideForm>);

/// Something that can be said, in a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) seat: SeatId,
    pub(super) opinion: Opinion,
}

/// How the form stands, as far as it bears on who signs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Facts {
    pub(super) def: Arc<FormDef>,
    pub(super) number: Option<String>,
    pub(super) title: Option<String>,
    pub(super) standing: Standing,
    pub(super) author: PersonId,
    pub(super) submitted: Timestamp,
    pub(super) answers: Answers,
    pub(super) choices: Vec<Choice>,
    pub(super) writing: Writing,
    /// The step asks for a signature as an answer: none is asked for beside it, unless the step asks for that, too.
    pub(super) signs_within: bool,
    /// Who refuses signs, too.
    pub(super) signs_refusals: bool,
    pub(super) frozen: Option<Hash>,
    pub(super) seq: u64,
}

impl Shown {
    fn look<T>(&self, look: impl FnOnce(&Project<'_>, &Form<'_>) -> T) -> Option<T> {
        let find = |hash: &Hash| (*hash == self.0.pack_hash).then_some(&self.0.pack);
        let (project, _) = Project::replay(&find, &self.0.entries);
        let form = project.forms().get(&self.0.form)?;
        Some(look(&project, form))
    }

    /// How it stands; nothing where the server's answer holds no such form.
    pub(super) fn facts(&self) -> Option<Facts> {
        self.look(|project, form| {
            let people = self.people(project);
            let due = |since, _: &_| since;
            let now = Now {
                people: &people,
                at: clock::now(),
                due: &due,
            };
            let may = form.review.iter();
            let may: Vec<MayDo> = may.flat_map(|r| r.may(self.0.person, &now)).collect();
            let choices = choices(&may);
            let seat = choices.first().map(|choice| choice.seat);
            let mut opened = Vec::new();
            let mut writing = Writing::Nothing;
            if let Some(review) = &form.review
                && let Some(of) = review.seats().iter().find(|of| Some(of.id) == seat)
                && let Some(step) = review.step()
            {
                opened = review.opened(of).into_iter().cloned().collect();
                if !opened.is_empty() {
                    writing = Writing::Step(step.id.clone(), of.role.clone());
                }
            }
            let step = form.review.as_ref().and_then(|review| review.step());
            let signed = step.is_some_and(|step| step.signed);
            let is_signature = |name| {
                let field = form.kind.field(name);
                field.is_some_and(|field| matches!(field.kind, FieldKind::Signature))
            };
            Facts {
                def: Arc::new(form.kind.clone()),
                number: form.number.clone(),
                title: form.title(),
                standing: form.standing(),
                author: form.author,
                submitted: form.submissions.last().map(|s| s.at).unwrap_or_default(),
                answers: form.answers().cloned().unwrap_or_default(),
                choices,
                writing,
                signs_within: !signed && opened.iter().any(is_signature),
                signs_refusals: signed,
                frozen: form.frozen(),
                seq: project.seq(),
            }
        })
    }

    /// Who holds which role, as far as it is theirs: the server said whose link it is, and asks again.
    fn people(&self, project: &Project<'_>) -> People {
        let mut people = project.people(&People::default());
        let outside = self.0.pack.roles.iter();
        for role in outside.filter(|role| role.holder == Holder::Outside) {
            let holders = people.roles.entry(role.id.clone()).or_default();
            if holders.is_empty() {
                holders.insert(self.0.person);
            }
        }
        people
    }

    /// Who asks: the organisation, or the project where that has no name.
    pub(super) fn asker(&self) -> String {
        match self.0.organisation.is_empty() {
            true => self.0.project_name.clone(),
            false => self.0.organisation.clone(),
        }
    }

    /// What somebody is called.
    pub(super) fn name(&self, i18n: Texts, id: PersonId) -> String {
        if id == self.0.person {
            return self.0.name.clone();
        }
        let known = self.0.people.iter().find(|known| known.id == id);
        known.map_or_else(
            || t_string!(i18n, sign.somebody).to_owned(),
            |known| known.name.clone(),
        )
    }

    /// What an answer names is called.
    pub(super) fn named(&self, value: &Value) -> Option<String> {
        match value {
            Value::Person(id) => {
                let known = self.0.people.iter().find(|known| known.id == *id)?;
                Some(known.name.clone())
            }
            Value::Department(id) => {
                let known = self.0.departments.iter().find(|known| known.id == *id)?;
                Some(known.name.clone())
            }
            _ => None,
        }
    }

    /// The boxes for opinions, filled as far as they were given.
    pub(super) fn boxes(
        &self,
        i18n: Texts,
        picture: &dyn Fn(String) -> Option<String>,
    ) -> Vec<OpinionBox> {
        let name = |id| self.name(i18n, id);
        let boxes = self.look(|_, form| review::boxes(i18n, form, &name, picture));
        boxes.unwrap_or_default()
    }

    /// The same with one more entry: what was just signed.
    pub(super) fn with(&self, entry: Entry) -> Self {
        let mut form = (*self.0).clone();
        form.entries.retain(|known| known.seq < entry.seq);
        form.entries.push(entry);
        Self(Arc::new(form))
    }
}

/// What can be said, consent first. Who has a link hands nothing over and adds nobody.
fn choices(may: &[MayDo]) -> Vec<Choice> {
    let one = |may: &MayDo| {
        let (seat, opinion) = match may {
            MayDo::Act(seat, Act::Approve) => (*seat, Opinion::Approve),
            MayDo::Act(seat, Act::Reject) => (*seat, Opinion::Reject),
            MayDo::Return(seat, to) => (*seat, Opinion::Return(to.clone())),
            _ => return None,
        };
        Some(Choice { seat, opinion })
    };
    let mut all: Vec<Choice> = may.iter().filter_map(one).collect();
    shared::base::sort::by_key(&mut all, |choice| match choice.opinion {
        Opinion::Approve => 0,
        Opinion::Return(_) => 1,
        Opinion::Reject => 2,
    });
    all
}
