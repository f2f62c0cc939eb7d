//! An organisation that works by a regulation: somebody for each of its roles, and what they do through the server.

mod answers;
mod duties;
mod grants;
mod opinions;
mod registers;

use std::collections::BTreeMap;

use reqwest::StatusCode;
use server::random_bytes;
use shared::api::{
    Decide, Decided, Inbox, LedgerPart, NewProject, PackInfo, Project as ProjectRow,
};
use shared::base::{DecisionId, DocumentId, PersonId, ProjectId, Timestamp};
use shared::domain::permission::Role as Access;
use shared::ledger::{Act, FormAct, Hash, Project, Refused, Wish};
use shared::pack::Pack;
use shared::pack::definition::Holder;
use shared::pack::fill::{FillWrong, fill};
use shared::pack::form::{FieldKind, FormDef, Turn};
use shared::pack::id::FieldName;
use shared::pack::review::Does;
use shared::pack::value::{Answers, Value};

use crate::server::{Person, TestServer};
use answers::{PAPER, paper_hash, plain};
pub use answers::{Said, attach, file, money, option, paper, person, rows, text};
pub use opinions::decide;
pub use registers::Keeper;

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

    /// The project's row, as somebody gets it.
    pub async fn row(&self, by: &Person, project: ProjectId) -> ProjectRow {
        let path = format!("/api/projects/{project}");
        by.http.get(&path).await.expect(StatusCode::OK)
    }

    /// What somebody may do in a project, by its list of members.
    pub async fn role_in(&self, by: &Person, project: ProjectId, of: &Person) -> Option<Access> {
        let row = self.row(by, project).await;
        let found = row.members.iter().find(|member| member.person == of.id);
        found.map(|member| member.role)
    }

    /// What gate still needs something, by the place of each need.
    pub async fn missing(&self, by: &Person, project: ProjectId) -> Vec<usize> {
        self.look(by, project, |standing| {
            standing
                .missing()
                .iter()
                .map(|missing| missing.need)
                .collect()
        })
        .await
    }

    /// A form's number.
    pub async fn number(
        &self,
        by: &Person,
        project: ProjectId,
        form: DocumentId,
    ) -> Option<String> {
        self.look(by, project, |standing| {
            standing.forms()[&form].number.clone()
        })
        .await
    }

    /// Whether a form waits for somebody.
    pub async fn waits_for(&self, person: &Person, form: DocumentId) -> bool {
        let inbox: Inbox = person.http.get("/api/inbox").await.expect(StatusCode::OK);
        inbox.waiting.iter().any(|item| item.form == form)
    }

    /// Moves the project on where its gate needs nothing more.
    pub async fn advance(&self, by: &Person, project: ProjectId, stage: &str) -> Decided {
        let stage = stage.parse().unwrap();
        self.wish(by, project, Act::Advance { stage }).await
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
                matches!(problem.what, FillWrong::Missing | FillWrong::TooFewRows(_))
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

    /// A wish, sent; what it names of [`paper`] is uploaded before.
    pub async fn wish(&self, by: &Person, project: ProjectId, act: Act) -> Decided {
        if act.attached().iter().any(|file| file.hash == paper_hash()) {
            attach(&by.http, project, PAPER).await;
        }
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
