//! Somebody outside who signs by a link that is good once: on their own device, or on the tablet in hand.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use shared::api::{DecideOutside, Decided, NewOutsideLink, OutsideForm, OutsideLink};
use shared::base::{DocumentId, PersonId, ProjectId};
use shared::ledger::hash::of_file;
use shared::ledger::{Act, FormAct, Hash, Project};
use shared::pack::review::{Holds, Opinion};
use shared::pack::value::{Answers, Attached};

use crate::office::{Office, Said, ask, decide, option, paper, person};
use crate::server::{Answer, Client, Person};

/// A customer whom the project has named.
pub struct Customer {
    /// As the ledger names them.
    pub id: PersonId,
    /// The role.
    pub role: String,
}

/// A link, as whoever has it uses it.
pub struct Link {
    /// The path of the form that is signed.
    pub path: String,
    /// Whose.
    pub person: PersonId,
}

impl Office {
    /// Names somebody outside for a role.
    pub async fn invite(
        &self,
        by: &Person,
        project: ProjectId,
        role: &str,
        name: &str,
    ) -> Customer {
        let (id, act) = invitation(role, name);
        self.done(by, project, act).await;
        Customer {
            id,
            role: role.to_owned(),
        }
    }

    /// A link for a customer, made by a member of the project.
    pub async fn link(
        &self,
        by: &Person,
        project: ProjectId,
        customer: &Customer,
        form: DocumentId,
    ) -> Link {
        let made = self.ask_for_link(by, project, customer, form).await;
        let made: OutsideLink = made.expect(StatusCode::CREATED);
        let secret = made.path.strip_prefix("/sign/").unwrap();
        Link {
            path: format!("/api/outside/{secret}"),
            person: customer.id,
        }
    }

    /// As [`Office::link`]: what the server answers.
    pub async fn ask_for_link(
        &self,
        by: &Person,
        project: ProjectId,
        customer: &Customer,
        form: DocumentId,
    ) -> Answer {
        let new = NewOutsideLink {
            person: customer.id,
            form,
        };
        let path = format!("/api/projects/{project}/outside");
        by.http.post(&path, &new).await
    }

    /// An opinion by a link, from a device: one of nobody's, or the tablet that somebody handed over.
    pub async fn signs(
        &self,
        device: &Client,
        link: &Link,
        opinion: Opinion,
        said: Said<'_>,
    ) -> Decided {
        let shown: OutsideForm = device.get(&link.path).await.expect(StatusCode::OK);
        assert_eq!((shown.person, shown.pack_hash), (link.person, self.hash));
        let find = |hash: &Hash| (*hash == shown.pack_hash).then_some(&shown.pack);
        let (standing, unfit) = Project::replay(&find, &shown.entries);
        assert_eq!(unfit, []);
        // the form and its record, and nothing else of the project
        assert_eq!(standing.forms().keys().collect::<Vec<_>>(), [&shown.form]);
        let known = &standing.forms()[&shown.form];
        let review = known.review.as_ref().unwrap();
        let outside = |holds: &Holds| match holds {
            Holds::Role(role) => !self.people.contains_key(role.as_str()),
            Holds::Person(_) => false,
        };
        let seat = review
            .seats()
            .iter()
            .find(|seat| seat.is_open() && outside(&seat.holds));
        let seat = seat.unwrap();
        let filled = match opinion {
            Opinion::Approve => self.filled(known, seat, link.person, said),
            _ => Answers::new(),
        };
        let act = decide(known, shown.form, seat.id, opinion, filled);
        let sent = device.post(&link.path, &ask(shown.project, act)).await;
        sent.expect(StatusCode::OK)
    }

    /// The customer agrees, or does not, by a link to their own device.
    pub async fn customer_says(
        &self,
        by: &Person,
        project: ProjectId,
        customer: &Customer,
        form: DocumentId,
        opinion: Opinion,
    ) {
        let link = self.link(by, project, customer, form).await;
        let decided = self.signs(&self.server.client(), &link, opinion, &[]).await;
        assert!(matches!(decided, Decided::Taken { .. }), "{decided:?}");
    }
}

/// Somebody outside to name for a role: their id, and the act.
pub fn invitation(role: &str, name: &str) -> (PersonId, Act) {
    let person = PersonId::from_bytes(server::random_bytes().unwrap());
    let act = Act::Invite {
        role: role.parse().unwrap(),
        person,
        name: name.to_owned(),
    };
    (person, act)
}

/// S04's regulation: a customer signs drafts.
pub const WITH_CUSTOMER: &str = "operations_flow_v1";

/// A draft with a file, which waits for the customer that the project has named.
pub struct Asked {
    /// The project.
    pub project: ProjectId,
    /// The draft.
    pub form: DocumentId,
    /// Who signs it.
    pub customer: Customer,
}

impl Office {
    /// Goes through [`WITH_CUSTOMER`] until a draft waits for the customer.
    pub async fn asks_a_customer(&self) -> Asked {
        let asked = self.asks_somebody_outside().await;
        let lead = self.who("operations_head");
        let (project, form) = asked;
        let customer = self
            .invite(lead, project, "customer", "某公司 王经理")
            .await;
        Asked {
            project,
            form,
            customer,
        }
    }

    /// The same before the customer is named.
    pub async fn asks_somebody_outside(&self) -> (ProjectId, DocumentId) {
        let (sales, lead) = (self.who("sales_manager"), self.who("operations_head"));
        let design = option("design");
        let project = self.project(sales, "官网改版").await.id;
        let said = [("departments", design.clone())];
        let demand = self
            .submit(sales, project, "demand_submission", &said)
            .await;
        self.approve(self.who("sales_director"), project, demand)
            .await;
        let people = [
            ("lead", person(lead)),
            ("operator", person(self.who("operator"))),
        ];
        self.approve_with(lead, project, demand, &people).await;
        self.through(sales, project, demand).await;
        let said = [("feasible", option("yes"))];
        let feedback = self.submit(lead, project, "demand_feedback", &said).await;
        self.through(lead, project, feedback).await;
        let sheet = self.submit(sales, project, "initiation_sheet", &[]).await;
        self.through(sales, project, sheet).await;
        let said = [("departments", design)];
        let plan = self.submit(lead, project, "plan_schedule", &said).await;
        self.through(lead, project, plan).await;
        let designer = self.member_of("design", "designer").await;
        let said = [("kind", option("design")), ("files", paper())];
        let draft = self
            .submit(&designer, project, "department_draft", &said)
            .await;
        self.through(sales, project, draft).await;
        (project, draft)
    }

    /// What whoever has a link says, as the page of the link sends it: with a signature, where there is one.
    pub async fn by_hand(
        &self,
        device: &Client,
        link: &Link,
        opinion: Opinion,
        ink: Option<&[u8]>,
    ) -> DecideOutside {
        let shown: OutsideForm = device.get(&link.path).await.expect(StatusCode::OK);
        let find = |hash: &Hash| (*hash == shown.pack_hash).then_some(&shown.pack);
        let (standing, _) = Project::replay(&find, &shown.entries);
        let known = &standing.forms()[&shown.form];
        let seats = known.review.as_ref().unwrap().seats();
        let seat = seats.iter().find(|seat| seat.is_open()).unwrap();
        let act = decide(known, shown.form, seat.id, opinion, Answers::new());
        let act = match (act, ink) {
            (Act::Form(act), Some(ink)) => Act::Form(FormAct {
                signature: Some(
                    Attached::new(of_file(ink).to_string(), ink.len() as u64, "签名.png")
                        .to_string(),
                ),
                ..act
            }),
            (act, _) => act,
        };
        DecideOutside {
            wish: ask(shown.project, act).wish,
            pictures: ink.iter().map(|ink| STANDARD.encode(ink)).collect(),
        }
    }
}
