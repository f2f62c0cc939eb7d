//! Who holds what in the organisation, given as administrators do.

use reqwest::StatusCode;
use shared::api::{
    Dates, Department, Deputy, EditPerson, Grant, NewDepartment, NewDeputy, NewGrant, NewPost,
    Organisation, Post,
};
use shared::domain::organisation::Party;
use shared::pack::definition::{Holder, Role};

use super::Office;
use crate::server::Person;

impl Office {
    /// Gives somebody a role, as an administrator does: a department of their own that they head, or a post.
    pub(super) async fn grant(&self, role: &Role, person: &Person) {
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

    /// Gives somebody a role beside what they hold.
    pub async fn also(&self, role: &str, person: &Person) -> Grant {
        let grant = NewGrant {
            pack: self.pack.id.to_string(),
            role: role.to_owned(),
            to: Party::Person(person.id),
            project: None,
            since: None,
            until: None,
        };
        let made = self.admin.http.post("/api/grants", &grant).await;
        made.expect(StatusCode::CREATED)
    }

    /// Takes back what [`Office::also`] gave.
    pub async fn no_more(&self, grant: &Grant) {
        let path = format!("/api/grants/{}", grant.id);
        let ended = self.admin.http.delete(&path).await;
        assert!(ended.status.is_success(), "{}", ended.text);
    }

    /// Somebody new in the department that holds a role: who begins its forms, and decides nothing.
    pub async fn member_of(&self, role: &str, name: &str) -> Person {
        let role = self.pack.role(&role.parse().unwrap()).unwrap();
        let all: Organisation = self
            .admin
            .http
            .get("/api/organisation")
            .await
            .expect(StatusCode::OK);
        let mut departments = all.departments.iter();
        let department = departments
            .find(|known| known.name == role.name.zh)
            .unwrap();
        let person = self.server.person(name).await;
        let edit = EditPerson {
            department: Some(department.id),
            ..EditPerson::default()
        };
        let path = format!("/api/people/{}", person.id);
        let edited = self.admin.http.patch(&path, &edit).await;
        assert_eq!(edited.status, StatusCode::OK, "{}", edited.text);
        person
    }

    /// Somebody new who acts for a person.
    pub async fn deputy(&self, of: &Person, name: &str) -> Person {
        let deputy = self.server.person(name).await;
        let new = NewDeputy {
            person: None,
            deputy: deputy.id,
            since: None,
            until: None,
            reason: "出差".to_owned(),
        };
        let made = of.http.post("/api/deputies", &new).await;
        made.expect::<Deputy>(StatusCode::CREATED);
        deputy
    }
}
