//! What is asked of people in reviews, and what they say.

use reqwest::StatusCode;
use shared::api::Inbox;
use shared::base::{DocumentId, PersonId, ProjectId};
use shared::ledger::hash::frozen;
use shared::ledger::project::Form;
use shared::ledger::{Act, FormAct};
use shared::pack::form::Required;
use shared::pack::id::{FieldName, RoleName};
use shared::pack::review::{Does, Holds, Opinion, Seat, SeatId, State};
use shared::pack::route::ReturnTo;
use shared::pack::value::Answers;

use super::answers::plain;
use super::{Office, Said, act};
use crate::server::Person;

impl Office {
    /// Gives an opinion in the first open seat that somebody may decide in.
    pub async fn opinion(
        &self,
        by: &Person,
        project: ProjectId,
        form: DocumentId,
        opinion: Opinion,
        said: Said<'_>,
    ) -> Act {
        let inbox: Inbox = by.http.get("/api/inbox").await.expect(StatusCode::OK);
        let waits = inbox.waiting.iter().any(|item| item.form == form);
        assert!(waits, "{} has it in no inbox: {inbox:?}", by.name);
        let roles: Vec<RoleName> = self.roles_of(by);
        self.look(by, project, |standing| {
            let known = &standing.forms()[&form];
            let review = known.review.as_ref().unwrap();
            let mine = |seat: &&Seat| match &seat.holds {
                Holds::Role(role) => {
                    roles.contains(role)
                        || standing
                            .holders()
                            .get(role)
                            .is_some_and(|who| who.contains(&by.id))
                }
                Holds::Person(person) => *person == by.id,
            };
            let mut open = review.seats().iter().filter(|seat| seat.is_open());
            // who acts for somebody, or was given a role beside, finds it in the inbox all the same
            let seat = open.clone().find(mine).or_else(|| open.next());
            let seat = seat.unwrap_or_else(|| panic!("no seat of {}", by.name));
            let filled = match opinion {
                Opinion::Approve => self.filled(known, seat, by.id, said),
                _ => Answers::new(),
            };
            decide(known, form, seat.id, opinion, filled)
        })
        .await
    }

    /// What a step asks for, filled in.
    pub(crate) fn filled(
        &self,
        form: &Form<'_>,
        seat: &Seat,
        by: PersonId,
        said: Said<'_>,
    ) -> Answers {
        let review = form.review.as_ref().unwrap();
        let opened: Vec<FieldName> = review.opened(seat).into_iter().cloned().collect();
        let mut filled: Answers = said
            .iter()
            .map(|(name, value)| ((*name).parse().unwrap(), value.clone()))
            .collect();
        for name in opened {
            let field = form.kind.field(&name).unwrap();
            if field.required != Required::No {
                filled.entry(name).or_insert_with(|| plain(field, by));
            }
        }
        filled
    }

    /// Agrees to a form.
    pub async fn approve(&self, by: &Person, project: ProjectId, form: DocumentId) {
        self.approve_with(by, project, form, &[]).await;
    }

    /// Agrees to a form, and fills in what the step asks for.
    pub async fn approve_with(
        &self,
        by: &Person,
        project: ProjectId,
        form: DocumentId,
        said: Said<'_>,
    ) {
        let act = self
            .opinion(by, project, form, Opinion::Approve, said)
            .await;
        self.done(by, project, act).await;
    }

    /// What is done to a form that is there, beside opinions.
    pub async fn act_on(
        &self,
        by: &Person,
        project: ProjectId,
        form: DocumentId,
        does: Does,
    ) -> Act {
        self.look(by, project, |standing| {
            let known = &standing.forms()[&form];
            Act::Form(FormAct {
                of: known.frozen(),
                ..act(form, known.kind, does)
            })
        })
        .await
    }

    /// An opinion in the first seat that is open, whoever may decide there.
    pub async fn in_any_seat(
        &self,
        by: &Person,
        project: ProjectId,
        form: DocumentId,
        opinion: Opinion,
    ) -> Act {
        self.look(by, project, |standing| {
            let known = &standing.forms()[&form];
            let review = known.review.as_ref().unwrap();
            let seat = review.seats().iter().find(|seat| seat.is_open()).unwrap();
            let filled = match opinion {
                Opinion::Approve => self.filled(known, seat, by.id, &[]),
                _ => Answers::new(),
            };
            decide(known, form, seat.id, opinion, filled)
        })
        .await
    }

    /// Sends a form back to its author.
    pub async fn send_back(&self, by: &Person, project: ProjectId, form: DocumentId) {
        let back = Opinion::Return(ReturnTo::Author);
        let act = self.opinion(by, project, form, back, &[]).await;
        self.done(by, project, act).await;
    }

    /// Lets all who are asked agree, step after step, until the form is decided or waits for somebody outside.
    pub async fn through(&self, by: &Person, project: ProjectId, form: DocumentId) {
        loop {
            let waiting = self
                .look(by, project, |standing| {
                    let review = standing.forms()[&form].review.as_ref();
                    let review = review.filter(|r| matches!(r.state(), State::At { .. }))?;
                    let seat = review.seats().iter().find(|seat| seat.is_open())?;
                    match &seat.holds {
                        Holds::Role(role) => {
                            let role = role.to_string();
                            self.people.contains_key(&role).then_some(role)
                        }
                        Holds::Person(person) => {
                            let of = self.people.iter().find(|(_, who)| who.id == *person);
                            of.map(|(role, _)| role.clone())
                        }
                    }
                })
                .await;
            match waiting {
                Some(role) => self.approve(self.who(&role), project, form).await,
                None => return,
            }
        }
    }

    fn roles_of(&self, by: &Person) -> Vec<RoleName> {
        let held = self.people.iter().filter(|(_, person)| person.id == by.id);
        held.map(|(role, _)| role.parse().unwrap()).collect()
    }
}

/// An opinion about what a form holds now.
pub fn decide(
    known: &Form<'_>,
    form: DocumentId,
    seat: SeatId,
    opinion: Opinion,
    filled: Answers,
) -> Act {
    let words = match opinion {
        Opinion::Approve => "同意",
        _ => "请补充测算依据",
    };
    let does = Does::Decide {
        seat,
        opinion,
        filled,
    };
    let submitted = known.submissions.last().unwrap();
    assert_eq!(
        Some(frozen(&known.pack_hash, &known.kind.id, &submitted.answers)),
        known.frozen()
    );
    Act::Form(FormAct {
        of: known.frozen(),
        words: words.to_owned(),
        ..act(form, known.kind, does)
    })
}
