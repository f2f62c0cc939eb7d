//! An organisation that works by a regulation: somebody for each of its roles, and what they do through the server.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use server::random_bytes;
use shared::api::{
    Dates, Decide, Decided, Department, EditPerson, Inbox, LedgerPart, NewDepartment, NewGrant,
    NewPost, NewProject, PackInfo, Post, Project as ProjectRow,
};
use shared::base::{DecisionId, DocumentId, Moment, PersonId, ProjectId, Timestamp};
use shared::domain::number::Number;
use shared::domain::organisation::Party;
use shared::ledger::hash::frozen;
use shared::ledger::project::Form;
use shared::ledger::{Act, FormAct, Hash, Project, Refused, Wish};
use shared::pack::Pack;
use shared::pack::definition::{Holder, Role};
use shared::pack::fill::fill;
use shared::pack::form::{Field, FieldKind, FormDef, Required, Turn};
use shared::pack::id::{FieldName, RoleName};
use shared::pack::review::{Does, Opinion, SeatId, State};
use shared::pack::route::ReturnTo;
use shared::pack::value::{Answers, Value};

use crate::server::{Person, TestServer};

/// The organisation.
pub struct Office {
    /// Its server.
    pub server: TestServer,
    /// The regulation.
    pub pack: Pack,
    /// Its content hash.
    pub hash: Hash,
    /// Who holds a role of it that the organisation gives: one for each.
    pub people: BTreeMap<String, Person>,
    /// Who keeps the organisation.
    pub admin: Person,
}

/// What a test says of a field beside what is filled in by itself.
pub type Said<'a> = &'a [(&'a str, Value)];

/// A text.
pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// The option of a choice.
pub fn option(id: &str) -> Value {
    Value::Choice(vec![id.parse().unwrap()])
}

/// An amount.
pub fn money(text: &str) -> Value {
    Value::Money(text.parse().unwrap())
}

/// Rows of a table.
pub fn rows(rows: &[&[(&str, Value)]]) -> Value {
    let row = |cells: &&[(&str, Value)]| -> Answers {
        let cells = cells.iter();
        cells
            .map(|(name, value)| (name.parse().unwrap(), value.clone()))
            .collect()
    };
    Value::Table(rows.iter().map(row).collect())
}

impl Office {
    /// An organisation with somebody for each role that the organisation gives in a regulation.
    pub async fn open(server: TestServer, pack: &str) -> Self {
        let admin = server.administrator("keeper").await;
        let packs: Vec<PackInfo> = admin.http.get("/api/packs").await.expect(StatusCode::OK);
        let info = packs.iter().find(|info| info.id == pack).unwrap();
        let path = format!("/api/packs/{}", info.hash);
        let pack: Pack = admin.http.get(&path).await.expect(StatusCode::OK);
        assert_eq!(shared::pack::digest(&pack), info.hash.to_string());
        let mut office = Self {
            server,
            pack,
            hash: info.hash,
            people: BTreeMap::new(),
            admin,
        };
        let roles = office.pack.roles.clone();
        for role in roles {
            if matches!(role.holder, Holder::Department | Holder::Post) {
                let person = office.server.person(role.id.as_str()).await;
                office.grant(&role, &person).await;
                office.people.insert(role.id.to_string(), person);
            }
        }
        office
    }

    /// Gives somebody a role, as an administrator does: a department of their own that they head, or a post.
    async fn grant(&self, role: &Role, person: &Person) {
        let http = &self.admin.http;
        let name = role.name.zh.clone();
        let dates = Dates::default();
        let to = match role.holder {
            Holder::Department => {
                let made = http.post("/api/departments", &NewDepartment { name }).await;
                let made: Department = made.expect(StatusCode::CREATED);
                let edit = EditPerson {
                    department: Some(made.id),
                    ..EditPerson::default()
                };
                let path = format!("/api/people/{}", person.id);
                assert_eq!(http.patch(&path, &edit).await.status, StatusCode::OK);
                let path = format!("/api/departments/{}/heads/{}", made.id, person.id);
                assert_eq!(http.put(&path, &dates).await.status, StatusCode::OK);
                Party::Department(made.id)
            }
            _ => {
                let made = http.post("/api/posts", &NewPost { name }).await;
                let made: Post = made.expect(StatusCode::CREATED);
                let path = format!("/api/posts/{}/holders/{}", made.id, person.id);
                assert_eq!(http.put(&path, &dates).await.status, StatusCode::OK);
                Party::Post(made.id)
            }
        };
        let grant = NewGrant {
            pack: self.pack.id.to_string(),
            role: role.id.to_string(),
            to,
            project: None,
            since: None,
            until: None,
        };
        let made = http.post("/api/grants", &grant).await;
        assert_eq!(made.status, StatusCode::CREATED);
    }

    /// Who holds a role that the organisation gives.
    pub fn who(&self, role: &str) -> &Person {
        &self.people[role]
    }

    /// A form of the regulation.
    pub fn kind(&self, form: &str) -> &FormDef {
        self.pack.form(&form.parse().unwrap()).unwrap()
    }

    /// A project that comes to be with the regulation.
    pub async fn project(&self, by: &Person, name: &str) -> ProjectRow {
        let new = NewProject {
            name: name.to_owned(),
            pack: Some(self.hash),
        };
        by.http
            .post("/api/projects", &new)
            .await
            .expect(StatusCode::CREATED)
    }

    /// Answers to all that a form asks for: what a test says, and something plain for all else that must be answered.
    pub fn answers(&self, form: &FormDef, by: PersonId, turn: Turn<'_>, said: Said<'_>) -> Answers {
        let mut answers: Answers = said
            .iter()
            .map(|(name, value)| ((*name).parse().unwrap(), value.clone()))
            .collect();
        // what is asked for may depend on what was answered
        for _ in 0..20 {
            let filling = fill(form, &answers, turn);
            let missing = filling.problems.iter().filter(|problem| {
                matches!(
                    problem.what,
                    shared::pack::fill::FillWrong::Missing
                        | shared::pack::fill::FillWrong::TooFewRows(_)
                )
            });
            let missing: Vec<(FieldName, Option<(usize, FieldName)>)> = missing
                .map(|problem| (problem.field.clone(), problem.cell.clone()))
                .collect();
            if missing.is_empty() {
                return answers;
            }
            for (name, cell) in missing {
                let field = form.field(&name).unwrap();
                match (cell, &field.kind) {
                    (None, _) => drop(answers.insert(name, plain(field, by))),
                    (Some((at, column)), FieldKind::Table { columns, .. }) => {
                        let column = columns.iter().find(|known| known.id == column).unwrap();
                        if let Some(Value::Table(rows)) = answers.get_mut(&name) {
                            rows[at].insert(column.id.clone(), plain(column, by));
                        }
                    }
                    _ => unreachable!(),
                }
            }
        }
        panic!("{:?}", fill(form, &answers, turn).problems);
    }

    /// A wish, sent.
    pub async fn wish(&self, by: &Person, project: ProjectId, act: Act) -> Decided {
        let ask = ask(project, act);
        by.http
            .post("/api/decisions", &ask)
            .await
            .expect(StatusCode::OK)
    }

    /// A wish that is taken.
    pub async fn done(&self, by: &Person, project: ProjectId, act: Act) {
        let decided = self.wish(by, project, act).await;
        assert!(
            matches!(decided, Decided::Taken { .. }),
            "{}: {decided:?}",
            by.name
        );
    }

    /// A wish that is refused.
    pub async fn refused(&self, by: &Person, project: ProjectId, act: Act) -> Refused {
        match self.wish(by, project, act).await {
            Decided::Refused { why, .. } => why,
            taken => panic!("{}: {taken:?}", by.name),
        }
    }

    /// Hands a form in; its id.
    pub async fn submit(
        &self,
        by: &Person,
        project: ProjectId,
        form: &str,
        said: Said<'_>,
    ) -> DocumentId {
        let id = DocumentId::from_bytes(random_bytes().unwrap());
        self.done(by, project, self.submission(by, id, form, said))
            .await;
        id
    }

    /// The act of handing a form in.
    pub fn submission(&self, by: &Person, id: DocumentId, form: &str, said: Said<'_>) -> Act {
        let kind = self.kind(form);
        let answers = self.answers(kind, by.id, Turn::Draft, said);
        let does = Does::Submit { answers };
        Act::Form(act(id, kind, does))
    }

    /// The project's ledger as somebody reads it.
    pub async fn ledger(&self, by: &Person, project: ProjectId) -> LedgerPart {
        let path = format!("/api/projects/{project}/ledger");
        by.http.get(&path).await.expect(StatusCode::OK)
    }

    /// Looks at where the project stands, as somebody's device works it out.
    pub async fn look<T>(
        &self,
        by: &Person,
        project: ProjectId,
        look: impl FnOnce(&Project<'_>) -> T,
    ) -> T {
        let part = self.ledger(by, project).await;
        let find = |hash: &Hash| (*hash == self.hash).then_some(&self.pack);
        let (standing, unfit) = Project::replay(&find, &part.entries);
        assert_eq!(unfit, []);
        look(&standing)
    }

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
            let mine = |seat: &&shared::pack::review::Seat| match &seat.holds {
                shared::pack::review::Holds::Role(role) => {
                    roles.contains(role)
                        || standing
                            .holders()
                            .get(role)
                            .is_some_and(|who| who.contains(&by.id))
                }
                shared::pack::review::Holds::Person(person) => *person == by.id,
            };
            let seat = review
                .seats()
                .iter()
                .filter(|seat| seat.is_open())
                .find(mine);
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
    fn filled(
        &self,
        form: &Form<'_>,
        seat: &shared::pack::review::Seat,
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
        let act = self.opinion(by, project, form, Opinion::Approve, &[]).await;
        self.done(by, project, act).await;
    }

    /// Sends a form back to its author.
    pub async fn send_back(&self, by: &Person, project: ProjectId, form: DocumentId) {
        let back = Opinion::Return(ReturnTo::Author);
        let act = self.opinion(by, project, form, back, &[]).await;
        self.done(by, project, act).await;
    }

    /// How a form stands.
    pub async fn standing(
        &self,
        by: &Person,
        project: ProjectId,
        form: DocumentId,
    ) -> shared::ledger::project::Standing {
        self.look(by, project, |standing| standing.forms()[&form].standing())
            .await
    }

    /// The stage that the project is in; none: it has left the last.
    pub async fn stage(&self, by: &Person, project: ProjectId) -> Option<String> {
        self.look(by, project, |standing| {
            standing.stage().map(|stage| stage.id.to_string())
        })
        .await
    }

    /// Lets all who are asked agree, step after step, until the form is decided.
    pub async fn through(&self, by: &Person, project: ProjectId, form: DocumentId) {
        loop {
            let waiting = self
                .look(by, project, |standing| {
                    let review = standing.forms()[&form].review.as_ref();
                    let Some(review) = review.filter(|r| matches!(r.state(), State::At { .. }))
                    else {
                        return None;
                    };
                    let seat = review.seats().iter().find(|seat| seat.is_open())?;
                    match &seat.holds {
                        shared::pack::review::Holds::Role(role) => Some(role.to_string()),
                        shared::pack::review::Holds::Person(person) => {
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

/// What is done to a form, as a device sends it.
pub fn act(form: DocumentId, kind: &FormDef, does: Does) -> FormAct {
    FormAct {
        form,
        kind: kind.id.clone(),
        does,
        of: None,
        heads: Vec::new(),
        words: String::new(),
        signature: None,
        seen: 0,
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

/// A wish of its own.
pub fn wish(project: ProjectId, act: Act) -> Wish {
    Wish {
        key: DecisionId::from_bytes(random_bytes().unwrap()),
        project,
        made: Timestamp(1_800_000_000_000),
        act,
    }
}

/// As it is sent.
pub fn ask(project: ProjectId, act: Act) -> Decide {
    Decide {
        wish: serde_json::to_string(&wish(project, act)).unwrap(),
        signature: None,
    }
}

/// Something plain that a field takes.
fn plain(field: &Field, by: PersonId) -> Value {
    match &field.kind {
        FieldKind::Text { .. } | FieldKind::Prose { .. } => Value::Text(field.name.zh.clone()),
        FieldKind::Number { min, .. } => Value::Number(min.unwrap_or(Number::from_whole(1))),
        FieldKind::Money { min, .. } => Value::Money(min.unwrap_or("100".parse().unwrap())),
        FieldKind::Date => Value::Date(Moment::from_day(23_741)),
        FieldKind::YesNo => Value::YesNo(true),
        FieldKind::Choice { options, .. } => Value::Choice(vec![options[0].id.clone()]),
        FieldKind::Person { .. } => Value::Person(by),
        FieldKind::Department => Value::Department(shared::base::DepartmentId::from_bytes([1; 16])),
        FieldKind::Task => Value::Task(shared::base::TaskId::from_bytes([1; 8])),
        FieldKind::Table { .. } => Value::Table(vec![Answers::from([])]),
        FieldKind::Attachment { .. } | FieldKind::Signature | FieldKind::Seal => {
            Value::Files(vec!["0".repeat(64)])
        }
        FieldKind::Capitals { .. } | FieldKind::Computed { .. } => unreachable!(),
    }
}
