//! Devices, passwords, people and departments.

use reqwest::StatusCode;
use server::Notice;
use shared::api::{
    ChangePassword, Department, Device, EditPerson, ErrorCode, NewDepartment, NewPerson,
    Organisation, Person, ResetPassword, Session,
};
use tests::server::{PASSWORD, TestServer};

#[tokio::test]
async fn a_revoked_device_is_signed_out_and_its_sockets_are_told() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let tablet = li.another_device().await;
    let devices: Vec<Device> = li.http.get("/api/devices").await.expect(StatusCode::OK);
    assert_eq!(devices.len(), 2);
    assert_eq!(devices.iter().filter(|d| d.this_one).count(), 1);
    let other = devices.iter().find(|d| !d.this_one).unwrap();
    assert_eq!(other.label, "test device");
    let mut notices = server.app().notices.subscribe();
    let path = format!("/api/devices/{}", other.id);
    assert_eq!(li.http.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        notices.recv().await.unwrap(),
        Notice::DeviceEnded {
            person: li.id,
            device: other.id
        }
    );
    assert_eq!(
        tablet.get("/api/session").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(li.http.get("/api/session").await.status, StatusCode::OK);
    assert_eq!(li.http.delete(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_revokes_another_persons_device() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let device = li.http.session().await.device;
    let answer = wang.http.delete(&format!("/api/devices/{device}")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(li.http.get("/api/session").await.status, StatusCode::OK);
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_devices_and_tokens() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let tablet = li.another_device().await;
    li.token().await;
    assert_eq!(
        li.http.delete("/api/sessions").await.status,
        StatusCode::NO_CONTENT
    );
    for device in [&li.http, &tablet] {
        assert_eq!(
            device.get("/api/session").await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    assert!(server.app().store.tokens(li.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn changing_the_password_asks_for_the_old_one_and_ends_other_devices() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let tablet = li.another_device().await;
    let change = |old: &str, new: &str| ChangePassword {
        old: old.to_owned(),
        new: new.to_owned(),
    };
    let wrong = li
        .http
        .post("/api/password", &change("not it at all", "a new password"))
        .await;
    assert_eq!(
        wrong.failure(StatusCode::UNAUTHORIZED).code,
        ErrorCode::WrongCredentials
    );
    let short = li
        .http
        .post("/api/password", &change(PASSWORD, "short"))
        .await;
    assert_eq!(
        short.failure(StatusCode::UNPROCESSABLE_ENTITY).code,
        ErrorCode::Invalid
    );
    assert_eq!(tablet.get("/api/session").await.status, StatusCode::OK);
    let right = li
        .http
        .post("/api/password", &change(PASSWORD, "a new password"))
        .await;
    assert_eq!(right.status, StatusCode::NO_CONTENT);
    assert_eq!(
        tablet.get("/api/session").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(li.http.get("/api/session").await.status, StatusCode::OK);
    assert_eq!(
        server.client().sign_in("li", "a new password").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_reset_password_ends_everything_and_must_be_changed() {
    let server = TestServer::start().await;
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    let path = format!("/api/people/{}/password", li.id);
    let reset = ResetPassword {
        password: "from the office".to_owned(),
    };
    assert_eq!(
        li.http.post(&path, &reset).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        boss.http.post(&path, &reset).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        li.http.get("/api/session").await.status,
        StatusCode::UNAUTHORIZED
    );
    let session: Session = li
        .http
        .sign_in("li", "from the office")
        .await
        .expect(StatusCode::OK);
    assert!(session.must_change_password);
    let refused = li
        .http
        .get("/api/organisation")
        .await
        .failure(StatusCode::FORBIDDEN);
    assert_eq!(refused.code, ErrorCode::MustChangePassword);
}

#[tokio::test]
async fn a_reset_lifts_a_lock_out() {
    let server = TestServer::start().await;
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    for _ in 0..4 {
        server.client().sign_in("li", "wrong password").await;
    }
    assert_eq!(
        server.client().sign_in("li", PASSWORD).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    let reset = ResetPassword {
        password: "from the office".to_owned(),
    };
    boss.http
        .post(&format!("/api/people/{}/password", li.id), &reset)
        .await;
    assert_eq!(
        server
            .client()
            .sign_in("li", "from the office")
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn who_is_made_inactive_is_out_at_once() {
    let server = TestServer::start().await;
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    let edit = EditPerson {
        active: Some(false),
        ..EditPerson::default()
    };
    let person: Person = boss
        .http
        .patch(&format!("/api/people/{}", li.id), &edit)
        .await
        .expect(StatusCode::OK);
    assert!(!person.active);
    assert_eq!(
        li.http.get("/api/session").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        li.http.sign_in("li", PASSWORD).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let server = TestServer::start().await;
    let boss = server.administrator("boss").await;
    let path = |id| format!("/api/people/{id}");
    // the account of the first start is an administrator too
    let organisation: Organisation = boss
        .http
        .get("/api/organisation")
        .await
        .expect(StatusCode::OK);
    let first = organisation
        .people
        .iter()
        .find(|p| p.name == "admin")
        .unwrap();
    let less = EditPerson {
        administrator: Some(false),
        ..EditPerson::default()
    };
    assert_eq!(
        boss.http.patch(&path(first.id), &less).await.status,
        StatusCode::OK
    );
    let answer = boss.http.patch(&path(boss.id), &less).await;
    assert_eq!(
        answer.failure(StatusCode::CONFLICT).code,
        ErrorCode::LastAdministrator
    );
    assert!(boss.http.session().await.administrator);
}

#[tokio::test]
async fn administrators_make_departments_and_people_and_others_see_them() {
    let server = TestServer::start().await;
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    let new = NewDepartment {
        name: "技术部".to_owned(),
    };
    assert_eq!(
        li.http.post("/api/departments", &new).await.status,
        StatusCode::FORBIDDEN
    );
    let department: Department = boss
        .http
        .post("/api/departments", &new)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        boss.http
            .post("/api/departments", &new)
            .await
            .failure(StatusCode::CONFLICT)
            .code,
        ErrorCode::Exists
    );
    let person = NewPerson {
        name: "zhao.min".to_owned(),
        display_name: "赵敏".to_owned(),
        department: Some(department.id),
        post: "工程师".to_owned(),
        administrator: false,
        password: "first password".to_owned(),
    };
    let made: Person = boss
        .http
        .post("/api/people", &person)
        .await
        .expect(StatusCode::CREATED);
    let again = NewPerson {
        name: "ZHAO.MIN".to_owned(),
        ..person
    };
    assert_eq!(
        boss.http
            .post("/api/people", &again)
            .await
            .failure(StatusCode::CONFLICT)
            .code,
        ErrorCode::Exists
    );
    let seen: Organisation = li
        .http
        .get("/api/organisation")
        .await
        .expect(StatusCode::OK);
    assert!(seen.departments.contains(&department) && seen.people.contains(&made));
    let path = format!("/api/departments/{}", department.id);
    assert_eq!(
        boss.http
            .delete(&path)
            .await
            .failure(StatusCode::CONFLICT)
            .code,
        ErrorCode::InUse
    );
    let session: Session = server
        .client()
        .sign_in("zhao.min", "first password")
        .await
        .expect(StatusCode::OK);
    assert!(session.must_change_password);
}

#[tokio::test]
async fn what_happens_to_accounts_is_recorded_without_passwords() {
    let server = TestServer::start().await;
    server.person("li").await;
    server.client().sign_in("li", "wrong password").await;
    let rows = server.app().store.audit_tail(2).await.unwrap();
    let events: Vec<_> = rows
        .iter()
        .map(|r| (r.event.as_str(), r.name.as_str()))
        .collect();
    assert_eq!(events, [("sign_in_failed", "li"), ("sign_in", "li")]);
    assert_eq!(rows[0].address, "127.0.0.1");
}
