//! Somebody outside who signs by a link that is good once: on their own device, or on the tablet in hand.

use reqwest::StatusCode;
use shared::api::{Decided, NewOutsideLink, OutsideForm, OutsideLink};
use shared::base::{DocumentId, PersonId, ProjectId};
use shared::ledger::{Act, Hash, Project};
use shared::pack::review::{Holds, Opinion};
use shared::pack::value::Answers;

use crate::office::{Office, Said, ask, decide};
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
