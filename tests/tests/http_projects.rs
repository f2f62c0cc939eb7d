//! Projects, members and documents.

use reqwest::StatusCode;
use server::Notice;
use shared::api::{DocumentInfo, EditProject, ErrorCode, Project, PutMember};
use shared::domain::permission::{Access, DocumentKind, Role};
use tests::server::{Person, TestServer};

#[tokio::test]
async fn who_makes_a_project_manages_it_and_it_has_its_documents_at_once() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let made = li.project("一号工程").await;
    assert_eq!(made.role, Role::Manager);
    let list: Vec<Project> = li.http.get("/api/projects").await.expect(StatusCode::OK);
    assert_eq!(list, std::slice::from_ref(&made));
    let path = format!("/api/projects/{}/documents", made.id);
    let documents: Vec<DocumentInfo> = li.http.get(&path).await.expect(StatusCode::OK);
    let kinds: Vec<_> = documents.iter().map(|d| (d.id, d.kind, d.access)).collect();
    assert_eq!(
        kinds,
        [
            (made.plan, DocumentKind::Plan, Access::Write),
            (made.progress, DocumentKind::Progress, Access::Write)
        ]
    );
}

#[tokio::test]
async fn for_a_non_member_a_project_is_not_there_not_even_for_administrators() {
    let server = TestServer::start().await;
    let (li, boss) = (
        server.person("li").await,
        server.administrator("boss").await,
    );
    let project = li.project("一号工程").await;
    let path = format!("/api/projects/{}", project.id);
    let missing = boss.http.get("/api/projects/1111111111111111").await.text;
    for path in [path.clone(), format!("{path}/documents")] {
        let answer = boss.http.get(&path).await;
        assert_eq!(answer.text, missing);
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let edit = EditProject {
        name: Some("mine now".to_owned()),
        ..EditProject::default()
    };
    assert_eq!(
        boss.http.patch(&path, &edit).await.status,
        StatusCode::NOT_FOUND
    );
    let member = format!("{path}/members/{}", boss.id);
    let put = PutMember {
        role: Role::Manager,
    };
    assert_eq!(
        boss.http.put(&member, &put).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        boss.http.delete(&member).await.status,
        StatusCode::NOT_FOUND
    );
    let list: Vec<Project> = boss.http.get("/api/projects").await.expect(StatusCode::OK);
    assert_eq!(list, []);
}

#[tokio::test]
async fn a_reader_reads_and_changes_nothing() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("一号工程").await;
    let answer = li.put_member(project.id, wang.id, Role::Reader).await;
    assert_eq!(answer.expect::<Project>(StatusCode::OK).members.len(), 2);
    let path = format!("/api/projects/{}", project.id);
    let documents: Vec<DocumentInfo> = wang
        .http
        .get(&format!("{path}/documents"))
        .await
        .expect(StatusCode::OK);
    assert!(documents.iter().all(|d| d.access == Access::Read));
    let edit = EditProject {
        name: Some("mine now".to_owned()),
        ..EditProject::default()
    };
    assert_eq!(
        wang.http
            .patch(&path, &edit)
            .await
            .failure(StatusCode::FORBIDDEN)
            .code,
        ErrorCode::NotAllowed
    );
    let raise = wang.put_member(project.id, wang.id, Role::Manager).await;
    assert_eq!(
        raise.failure(StatusCode::FORBIDDEN).code,
        ErrorCode::NotAllowed
    );
    let out = wang.http.delete(&format!("{path}/members/{}", li.id)).await;
    assert_eq!(
        out.failure(StatusCode::FORBIDDEN).code,
        ErrorCode::NotAllowed
    );
}

#[tokio::test]
async fn only_a_manager_makes_a_template_of_a_project_and_the_list_shows_it() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let boss = server.administrator("boss").await;
    let project = li.project("标准工程").await;
    let plain = li.project("一号工程").await;
    assert!(!project.template && !plain.template);
    let path = format!("/api/projects/{}", project.id);
    let edit = |template| EditProject {
        template: Some(template),
        ..EditProject::default()
    };
    for role in [Role::Planner, Role::Member, Role::Reader] {
        li.put_member(project.id, wang.id, role).await;
        let answer = wang.http.patch(&path, &edit(true)).await;
        let refused = answer.failure(StatusCode::FORBIDDEN);
        assert_eq!(refused.code, ErrorCode::NotAllowed);
    }
    let stranger = boss.http.patch(&path, &edit(true)).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    let of = async |person: &Person| {
        let list: Vec<Project> = person
            .http
            .get("/api/projects")
            .await
            .expect(StatusCode::OK);
        let of = list.iter().map(|p| (p.name.clone(), p.template));
        of.collect::<Vec<_>>()
    };
    let named = |name: &str, template| (name.to_owned(), template);
    assert_eq!(of(&wang).await, [named("标准工程", false)]);

    let store = &server.app().store;
    let policy = async || store.standing(li.id, project.id).await.unwrap().policy;
    let before = policy().await;
    let mut notices = server.app().notices.subscribe();
    let edited: Project = li
        .http
        .patch(&path, &edit(true))
        .await
        .expect(StatusCode::OK);
    assert!(edited.template);
    let told = notices.recv().await.unwrap();
    assert!(matches!(told, Notice::ProjectChanged { project: of, .. } if of == project.id));
    assert_eq!(policy().await, before, "nobody's right has changed");
    let both = [named("一号工程", false), named("标准工程", true)];
    assert_eq!(of(&li).await, both);
    assert_eq!(of(&wang).await, [named("标准工程", true)]);
    // the same again is no edit
    li.http.patch(&path, &edit(true)).await;
    let other = EditProject {
        name: Some("标准工程二".to_owned()),
        ..EditProject::default()
    };
    let renamed: Project = li.http.patch(&path, &other).await.expect(StatusCode::OK);
    assert!(renamed.template, "what is left out stays");
    let back: Project = li
        .http
        .patch(&path, &edit(false))
        .await
        .expect(StatusCode::OK);
    assert!(!back.template);
    let events = store.audit_tail(2).await.unwrap();
    let events: Vec<_> = events.iter().map(|row| row.event.as_str()).collect();
    assert_eq!(events, ["project_no_template", "project_made_template"]);
}

#[tokio::test]
async fn the_last_manager_cannot_leave_or_step_down() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("一号工程").await;
    let own = format!("/api/projects/{}/members/{}", project.id, li.id);
    assert_eq!(
        li.http
            .delete(&own)
            .await
            .failure(StatusCode::CONFLICT)
            .code,
        ErrorCode::LastManager
    );
    let down = li.put_member(project.id, li.id, Role::Member).await;
    assert_eq!(
        down.failure(StatusCode::CONFLICT).code,
        ErrorCode::LastManager
    );
    li.put_member(project.id, wang.id, Role::Manager)
        .await
        .expect::<Project>(StatusCode::OK);
    assert_eq!(li.http.delete(&own).await.status, StatusCode::NO_CONTENT);
    let list: Vec<Project> = li.http.get("/api/projects").await.expect(StatusCode::OK);
    assert_eq!(list, []);
}

#[tokio::test]
async fn a_member_who_is_taken_out_and_those_who_stay_are_told() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("一号工程").await;
    li.put_member(project.id, wang.id, Role::Planner).await;
    let mut notices = server.app().notices.subscribe();
    let path = format!("/api/projects/{}/members/{}", project.id, wang.id);
    assert_eq!(li.http.delete(&path).await.status, StatusCode::NO_CONTENT);
    let Notice::ProjectChanged {
        project: changed,
        people,
    } = notices.recv().await.unwrap()
    else {
        panic!("another notice");
    };
    assert_eq!(changed, project.id);
    assert!(people.contains(&li.id) && people.contains(&wang.id));
    assert_eq!(
        wang.http
            .get(&format!("/api/projects/{}", project.id))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_name_is_needed_and_bounded() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    for name in [
        String::new(),
        "  ".to_owned(),
        "长".repeat(201),
        "a\nb".to_owned(),
    ] {
        let body = serde_json::json!({ "name": name });
        let failure = li
            .http
            .post("/api/projects", &body)
            .await
            .failure(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(failure.code, ErrorCode::Invalid);
    }
    let huge = serde_json::json!({ "name": "x".repeat(300_000) });
    let failure = li
        .http
        .post("/api/projects", &huge)
        .await
        .failure(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(failure.code, ErrorCode::TooLarge);
}
