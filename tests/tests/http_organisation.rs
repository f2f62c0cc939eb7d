//! Posts, heads, deputies and grants of the real server, on both databases: who holds what, from when until when, and who
//! could do what at any moment.

use reqwest::StatusCode;
use serde_json::json;
use shared::api::{
    AUDIT_LINES, AuditPage, Dates, Department, Deputy, EditPerson, ErrorCode, Grant, Heads,
    Holders, NewDepartment, NewDeputy, NewGrant, NewPost, Organisation, Post, RoleHolders,
};
use shared::base::{DepartmentId, PersonId, PostId, ProjectId, Timestamp};
use shared::domain::organisation::Party;
use shared::domain::permission::Role;
use tests::postgres;
use tests::server::{Answer, Person, TestServer};

const DAY: i64 = 86_400_000;

/// Makes of each test one with SQLite and one with PostgreSQL.
macro_rules! on_each_database {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(super::TestServer::start().await).await;
                }
            )*
        }
        mod postgresql {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let url = super::postgres::database().await;
                    let with = |options: &mut server::serve::Options| options.database = Some(url);
                    super::$test(super::TestServer::start_with(with).await).await;
                }
            )*
        }
    };
}

on_each_database!(
    a_post_is_made_renamed_held_and_ended,
    a_post_that_holds_roles_is_not_ended,
    nothing_is_held_from_a_moment_that_is_over_or_twice_at_a_time,
    a_department_that_is_headed_or_holds_roles_is_not_ended_and_its_name_brings_it_back,
    a_departments_heads_decide_and_all_its_members_begin,
    what_held_at_a_moment_can_be_asked_after_everything_has_changed,
    deputies_are_named_by_who_is_away_and_administrators_and_act_within_their_dates,
    a_deputy_is_somebody_else_and_two_do_not_act_for_each_other,
    a_grant_for_a_project_is_seen_by_its_members_and_by_nobody_else,
    who_may_not_sign_in_holds_nothing_and_is_given_nothing,
    a_role_that_a_pack_has_not_or_that_projects_give_is_not_granted,
    every_change_is_on_record,
    the_record_is_read_by_person_and_time_and_in_parts,
    only_administrators_change_the_organisation,
);

async fn post(boss: &Person, name: &str) -> Post {
    let new = NewPost {
        name: name.to_owned(),
    };
    let made = boss.http.post("/api/posts", &new).await;
    made.expect(StatusCode::CREATED)
}

async fn department(boss: &Person, name: &str) -> DepartmentId {
    let new = NewDepartment {
        name: name.to_owned(),
    };
    let made = boss.http.post("/api/departments", &new).await;
    made.expect::<Department>(StatusCode::CREATED).id
}

async fn belongs(boss: &Person, person: &Person, department: DepartmentId) {
    let edit = EditPerson {
        department: Some(department),
        ..EditPerson::default()
    };
    let path = format!("/api/people/{}", person.id);
    assert!(boss.http.patch(&path, &edit).await.status.is_success());
}

async fn give(boss: &Person, post: PostId, person: PersonId, dates: Dates) -> Answer {
    let path = format!("/api/posts/{post}/holders/{person}");
    boss.http.put(&path, &dates).await
}

async fn head(boss: &Person, department: DepartmentId, person: PersonId) -> Answer {
    let path = format!("/api/departments/{department}/heads/{person}");
    boss.http.put(&path, &Dates::default()).await
}

fn new_grant(role: &str, to: Party) -> NewGrant {
    NewGrant {
        pack: "rules".to_owned(),
        role: role.to_owned(),
        to,
        project: None,
        since: None,
        until: None,
    }
}

async fn grant(boss: &Person, role: &str, to: Party) -> Grant {
    let made = boss.http.post("/api/grants", &new_grant(role, to)).await;
    made.expect(StatusCode::CREATED)
}

async fn holders(person: &Person, query: &str) -> Holders {
    let path = format!("/api/packs/rules/holders?{query}");
    person.http.get(&path).await.expect(StatusCode::OK)
}

fn role<'a>(holders: &'a Holders, role: &str) -> &'a RoleHolders {
    holders.roles.iter().find(|held| held.role == role).unwrap()
}

fn deciders(holders: &Holders, of: &str) -> Vec<PersonId> {
    let decide = &role(holders, of).decide;
    decide.iter().map(|held| held.person).collect()
}

fn starters(holders: &Holders, of: &str) -> Vec<PersonId> {
    let begin = &role(holders, of).begin;
    begin.iter().map(|held| held.person).collect()
}

fn sorted<const N: usize>(mut people: [PersonId; N]) -> Vec<PersonId> {
    people.sort();
    people.to_vec()
}

async fn a_post_is_made_renamed_held_and_ended(server: TestServer) {
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    let made = post(&boss, " 商务总监 ").await;
    assert_eq!(
        (made.name.as_str(), &made.holders[..]),
        ("商务总监", &[][..])
    );
    let again = json!({ "name": "商务总监" });
    let again = boss.http.post("/api/posts", &again).await;
    assert_eq!(again.failure(StatusCode::CONFLICT).code, ErrorCode::Exists);

    let held: Post = give(&boss, made.id, li.id, Dates::default())
        .await
        .expect(StatusCode::OK);
    assert_eq!(held.holders.len(), 1);
    assert_eq!(
        (held.holders[0].person, held.holders[0].until),
        (li.id, None)
    );
    let path = format!("/api/posts/{}", made.id);
    let renamed = json!({ "name": "商务负责人" });
    let renamed: Post = boss
        .http
        .patch(&path, &renamed)
        .await
        .expect(StatusCode::OK);
    assert_eq!(renamed.holders, held.holders);
    let list: Vec<Post> = li.http.get("/api/posts").await.expect(StatusCode::OK);
    assert_eq!(list, std::slice::from_ref(&renamed));

    let holder = format!("{path}/holders/{}", li.id);
    assert_eq!(
        boss.http.delete(&holder).await.status,
        StatusCode::NO_CONTENT
    );
    let again = boss.http.delete(&holder).await;
    assert_eq!(
        again.failure(StatusCode::NOT_FOUND).code,
        ErrorCode::NotFound
    );
    assert_eq!(boss.http.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(boss.http.delete(&path).await.status, StatusCode::NOT_FOUND);
    let given = give(&boss, made.id, li.id, Dates::default()).await;
    assert_eq!(given.status, StatusCode::NOT_FOUND);
    let list: Vec<Post> = li.http.get("/api/posts").await.expect(StatusCode::OK);
    assert_eq!(list, []);
    // the name is free again, for another post
    assert_ne!(post(&boss, "商务负责人").await.id, made.id);
}

async fn a_post_that_holds_roles_is_not_ended(server: TestServer) {
    let boss = server.administrator("boss").await;
    let post = post(&boss, "leader").await.id;
    let grant = grant(&boss, "approve", Party::Post(post)).await;
    let path = format!("/api/posts/{post}");
    let refused = boss.http.delete(&path).await.failure(StatusCode::CONFLICT);
    assert_eq!(refused.code, ErrorCode::InUse);
    assert!(refused.message.contains("end those grants"));
    // one that ends tomorrow holds until then
    let tomorrow = server.clock.now().plus_ms(DAY).0;
    let ending = format!("/api/grants/{}?until={tomorrow}", grant.id);
    assert_eq!(
        boss.http.delete(&ending).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(boss.http.delete(&path).await.status, StatusCode::CONFLICT);
    server.clock.advance_ms(DAY);
    assert_eq!(boss.http.delete(&path).await.status, StatusCode::NO_CONTENT);
}

async fn nothing_is_held_from_a_moment_that_is_over_or_twice_at_a_time(server: TestServer) {
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    let post = post(&boss, "leader").await.id;
    let now = server.clock.now();
    let dates = |since: i64, until: Option<i64>| Dates {
        since: Some(now.plus_ms(since)),
        until: until.map(|until| now.plus_ms(until)),
    };
    for (dates, says) in [
        (dates(-DAY, None), "is over"),
        (dates(DAY, Some(DAY)), "before it begins"),
        (dates(DAY, Some(0)), "before it begins"),
    ] {
        let refused = give(&boss, post, li.id, dates).await;
        let refused = refused.failure(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.code, ErrorCode::Invalid);
        assert!(refused.message.contains(says), "{}", refused.message);
    }
    let week = dates(7 * DAY, Some(14 * DAY));
    assert!(give(&boss, post, li.id, week).await.status.is_success());
    for overlapping in [dates(0, None), dates(13 * DAY, Some(20 * DAY))] {
        let refused = give(&boss, post, li.id, overlapping).await;
        assert_eq!(
            refused.failure(StatusCode::CONFLICT).code,
            ErrorCode::Exists
        );
    }
    let after: Post = give(&boss, post, li.id, dates(14 * DAY, None))
        .await
        .expect(StatusCode::OK);
    assert_eq!(after.holders.len(), 2);
    let nobody = PersonId::from_bytes([9; 16]);
    let unknown = give(&boss, post, nobody, Dates::default()).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);

    let nonsense = new_grant("Not a role", Party::Post(post));
    let nonsense = boss.http.post("/api/grants", &nonsense).await;
    assert_eq!(
        nonsense.failure(StatusCode::UNPROCESSABLE_ENTITY).code,
        ErrorCode::Invalid
    );
    grant(&boss, "approve", Party::Post(post)).await;
    let twice = boss
        .http
        .post("/api/grants", &new_grant("approve", Party::Post(post)))
        .await;
    assert_eq!(twice.failure(StatusCode::CONFLICT).code, ErrorCode::Exists);
    let none = Party::Department(DepartmentId::from_bytes([9; 16]));
    let none = boss
        .http
        .post("/api/grants", &new_grant("approve", none))
        .await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

async fn a_department_that_is_headed_or_holds_roles_is_not_ended_and_its_name_brings_it_back(
    server: TestServer,
) {
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    let finance = department(&boss, "财务部").await;
    let path = format!("/api/departments/{finance}");
    let headed: Heads = head(&boss, finance, li.id).await.expect(StatusCode::OK);
    assert_eq!(headed.heads[0].person, li.id);
    let refused = head(&boss, finance, li.id).await;
    assert_eq!(
        refused.failure(StatusCode::CONFLICT).code,
        ErrorCode::Exists
    );
    let list: Vec<Heads> = li.http.get("/api/heads").await.expect(StatusCode::OK);
    assert_eq!(list, [headed]);
    let refused = boss.http.delete(&path).await.failure(StatusCode::CONFLICT);
    assert_eq!(refused.code, ErrorCode::InUse);
    let ended = boss.http.delete(&format!("{path}/heads/{}", li.id)).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let granted = grant(&boss, "review", Party::Department(finance)).await;
    let refused = boss.http.delete(&path).await.failure(StatusCode::CONFLICT);
    assert!(refused.message.contains("roles"), "{}", refused.message);
    let grants = format!("/api/grants/{}", granted.id);
    assert_eq!(
        boss.http.delete(&grants).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(boss.http.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(boss.http.delete(&path).await.status, StatusCode::NOT_FOUND);
    let there: Organisation = boss
        .http
        .get("/api/organisation")
        .await
        .expect(StatusCode::OK);
    assert_eq!(there.departments, []);
    assert_eq!(
        head(&boss, finance, li.id).await.status,
        StatusCode::NOT_FOUND
    );
    // what was is not another department's
    assert_eq!(department(&boss, "财务部").await, finance);
    let twice = json!({ "name": "财务部" });
    let twice = boss.http.post("/api/departments", &twice).await;
    assert_eq!(twice.failure(StatusCode::CONFLICT).code, ErrorCode::Exists);
}

async fn a_departments_heads_decide_and_all_its_members_begin(server: TestServer) {
    let boss = server.administrator("boss").await;
    let [li, wang, he] = [
        server.person("li").await,
        server.person("wang").await,
        server.person("he").await,
    ];
    let finance = department(&boss, "财务部").await;
    for person in [&li, &wang] {
        belongs(&boss, person, finance).await;
    }
    let granted = grant(&boss, "review", Party::Department(finance)).await;
    let found = holders(&boss, "").await;
    let both = sorted([li.id, wang.id]);
    assert_eq!(
        (deciders(&found, "review"), starters(&found, "review")),
        (both.clone(), both)
    );
    assert_eq!(found.keepers.len(), 2); // and the one of the first start
    assert!(found.keepers.contains(&boss.id));
    let held = role(&found, "review");
    assert_eq!(held.decide[0].grants, [granted.id]);
    assert_eq!(held.grants, [granted]);

    // somebody of elsewhere heads it
    assert!(head(&boss, finance, he.id).await.status.is_success());
    let found = holders(&boss, "").await;
    assert_eq!(deciders(&found, "review"), [he.id]);
    assert_eq!(starters(&found, "review"), sorted([li.id, wang.id, he.id]));
}

async fn what_held_at_a_moment_can_be_asked_after_everything_has_changed(server: TestServer) {
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    let wang = server.person("wang").await;
    let (finance, other) = (
        department(&boss, "财务部").await,
        department(&boss, "技术部").await,
    );
    let leader = post(&boss, "leader").await.id;
    belongs(&boss, &li, finance).await;
    assert!(
        give(&boss, leader, li.id, Dates::default())
            .await
            .status
            .is_success()
    );
    let reviews = grant(&boss, "review", Party::Department(finance)).await;
    grant(&boss, "approve", Party::Post(leader)).await;
    let then = server.clock.now();
    let before = holders(&boss, &format!("at={}", then.0)).await;

    server.clock.advance_ms(DAY);
    belongs(&boss, &li, other).await;
    belongs(&boss, &wang, finance).await;
    let path = format!("/api/posts/{leader}/holders/{}", li.id);
    assert!(boss.http.delete(&path).await.status.is_success());
    assert!(
        give(&boss, leader, wang.id, Dates::default())
            .await
            .status
            .is_success()
    );
    let now = holders(&boss, "").await;
    assert_eq!(deciders(&now, "review"), [wang.id]);
    assert_eq!(deciders(&now, "approve"), [wang.id]);
    // one who has gone since, too
    let gone = EditPerson {
        active: Some(false),
        ..EditPerson::default()
    };
    let path = format!("/api/people/{}", li.id);
    assert!(boss.http.patch(&path, &gone).await.status.is_success());
    let path = format!("/api/grants/{}", reviews.id);
    assert!(boss.http.delete(&path).await.status.is_success());
    let after = holders(&boss, &format!("at={}", then.0)).await;
    assert_eq!(deciders(&after, "review"), [li.id]);
    assert_eq!(deciders(&after, "approve"), [li.id]);
    assert_eq!(after.keepers, before.keepers);
    assert_eq!(
        after.names.get(&leader.to_string()),
        Some(&"leader".to_owned())
    );
    assert_eq!(
        after.names.get(&finance.to_string()),
        Some(&"财务部".to_owned())
    );
    assert_eq!(
        role(&after, "review").decide,
        role(&before, "review").decide
    );
    // of before there was anything
    let never = holders(&boss, &format!("at={}", Timestamp(0).0)).await;
    assert_eq!((never.roles, never.keepers), (vec![], vec![]));
    let later = holders(&boss, "").await;
    assert!(later.roles.iter().all(|held| held.role != "review"));
}

fn new_deputy(deputy: PersonId) -> NewDeputy {
    NewDeputy {
        person: None,
        deputy,
        since: None,
        until: None,
        reason: "年假".to_owned(),
    }
}

async fn deputies(person: &Person) -> Vec<Deputy> {
    person
        .http
        .get("/api/deputies")
        .await
        .expect(StatusCode::OK)
}

async fn deputies_are_named_by_who_is_away_and_administrators_and_act_within_their_dates(
    server: TestServer,
) {
    let boss = server.administrator("boss").await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let now = server.clock.now();
    let week = NewDeputy {
        since: Some(now.plus_ms(DAY)),
        until: Some(now.plus_ms(8 * DAY)),
        ..new_deputy(wang.id)
    };
    let made: Deputy = li
        .http
        .post("/api/deputies", &week)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        (made.person, made.deputy, made.reason.as_str()),
        (li.id, wang.id, "年假")
    );
    for who in [&li, &wang] {
        assert_eq!(deputies(who).await, std::slice::from_ref(&made));
    }
    assert_eq!(deputies(&boss).await, []);
    let all: Vec<Deputy> = boss
        .http
        .get("/api/deputies?all=true")
        .await
        .expect(StatusCode::OK);
    assert_eq!(all, std::slice::from_ref(&made));
    let refused = li.http.get("/api/deputies?all=true").await;
    assert_eq!(
        refused.failure(StatusCode::FORBIDDEN).code,
        ErrorCode::NotAllowed
    );

    assert_eq!(holders(&boss, "").await.deputies, []);
    server.clock.advance_ms(DAY);
    assert_eq!(
        holders(&boss, "").await.deputies,
        std::slice::from_ref(&made)
    );
    server.clock.advance_ms(7 * DAY);
    assert_eq!(holders(&boss, "").await.deputies, []);
    let during = holders(&boss, &format!("at={}", now.plus_ms(2 * DAY).0)).await;
    assert_eq!(during.deputies.len(), 1);
    assert_eq!(deputies(&li).await, []);
    let over = boss
        .http
        .delete(&format!("/api/deputies/{}", made.id))
        .await;
    assert_eq!(
        over.failure(StatusCode::UNPROCESSABLE_ENTITY).code,
        ErrorCode::Invalid
    );

    // for others only administrators do; who acts may stop
    let for_li = NewDeputy {
        person: Some(li.id),
        ..new_deputy(boss.id)
    };
    let refused = wang.http.post("/api/deputies", &for_li).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let made: Deputy = boss
        .http
        .post("/api/deputies", &for_li)
        .await
        .expect(StatusCode::CREATED);
    let path = format!("/api/deputies/{}", made.id);
    assert_eq!(wang.http.delete(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(li.http.delete(&path).await.status, StatusCode::NO_CONTENT);
}

async fn a_deputy_is_somebody_else_and_two_do_not_act_for_each_other(server: TestServer) {
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    for (deputy, says) in [(li.id, "their own deputy")] {
        let refused = li.http.post("/api/deputies", &new_deputy(deputy)).await;
        let refused = refused.failure(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.message.contains(says), "{}", refused.message);
    }
    let made = li.http.post("/api/deputies", &new_deputy(wang.id)).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let twice = li.http.post("/api/deputies", &new_deputy(wang.id)).await;
    assert_eq!(twice.failure(StatusCode::CONFLICT).code, ErrorCode::Exists);
    let back = wang.http.post("/api/deputies", &new_deputy(li.id)).await;
    let back = back.failure(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.message.contains("acts for them"), "{}", back.message);
    let nobody = li
        .http
        .post("/api/deputies", &new_deputy(PersonId::from_bytes([9; 16])))
        .await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

async fn a_grant_for_a_project_is_seen_by_its_members_and_by_nobody_else(server: TestServer) {
    let boss = server.administrator("boss").await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("dam").await.id;
    let general = grant(&boss, "approve", Party::Person(boss.id)).await;
    let new = NewGrant {
        project: Some(project),
        ..new_grant("approve", Party::Person(li.id))
    };
    let own: Grant = boss
        .http
        .post("/api/grants", &new)
        .await
        .expect(StatusCode::CREATED);
    let of = format!("project={project}");
    let found = holders(&li, &of).await;
    assert_eq!(deciders(&found, "approve"), sorted([boss.id, li.id]));
    assert_eq!(role(&found, "approve").grants.len(), 2);
    let found = holders(&boss, "").await;
    assert_eq!(deciders(&found, "approve"), [boss.id]);
    assert_eq!(
        role(&found, "approve").grants,
        std::slice::from_ref(&general)
    );

    let path = "/api/packs/rules/holders";
    let refused = li.http.get(path).await;
    assert_eq!(
        refused.failure(StatusCode::FORBIDDEN).code,
        ErrorCode::NotAllowed
    );
    let stranger = wang.http.get(&format!("{path}?{of}")).await;
    let none = format!("{path}?project={}", ProjectId::from_bytes([9; 16]));
    let none = wang.http.get(&none).await;
    assert_eq!(
        (stranger.status, stranger.text),
        (StatusCode::NOT_FOUND, none.text)
    );
    li.put_member(project, wang.id, Role::Reader).await;
    assert_eq!(holders(&wang, &of).await.roles.len(), 1);

    let list: Vec<Grant> = boss
        .http
        .get("/api/grants?pack=rules")
        .await
        .expect(StatusCode::OK);
    assert_eq!(list.len(), 2);
    assert!(list.contains(&own) && list.contains(&general));
    let list: Vec<Grant> = boss
        .http
        .get("/api/grants?pack=others")
        .await
        .expect(StatusCode::OK);
    assert_eq!(list, []);
    let elsewhere = NewGrant {
        project: Some(ProjectId::from_bytes([9; 16])),
        ..new
    };
    let elsewhere = boss.http.post("/api/grants", &elsewhere).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}

async fn who_may_not_sign_in_holds_nothing_and_is_given_nothing(server: TestServer) {
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    let leader = post(&boss, "leader").await.id;
    assert!(
        give(&boss, leader, li.id, Dates::default())
            .await
            .status
            .is_success()
    );
    grant(&boss, "approve", Party::Post(leader)).await;
    let active = async |active: bool| {
        let edit = EditPerson {
            active: Some(active),
            ..EditPerson::default()
        };
        let path = format!("/api/people/{}", li.id);
        assert!(boss.http.patch(&path, &edit).await.status.is_success());
    };
    active(false).await;
    assert_eq!(deciders(&holders(&boss, "").await, "approve"), []);
    let finance = department(&boss, "财务部").await;
    let to = Party::Person(li.id);
    for refused in [
        head(&boss, finance, li.id).await,
        boss.http
            .post("/api/grants", &new_grant("approve", to))
            .await,
        boss.http.post("/api/deputies", &new_deputy(li.id)).await,
    ] {
        let refused = refused.failure(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.message.contains("may not sign in"));
    }
    active(true).await;
    assert_eq!(deciders(&holders(&boss, "").await, "approve"), [li.id]);
}

async fn a_role_that_a_pack_has_not_or_that_projects_give_is_not_granted(server: TestServer) {
    let boss = server.administrator("boss").await;
    let to = Party::Person(boss.id);
    let granted = async |role: &str| {
        let new = NewGrant {
            pack: "project_and_operations_rules".to_owned(),
            ..new_grant(role, to)
        };
        boss.http.post("/api/grants", &new).await
    };
    assert_eq!(granted("leader").await.status, StatusCode::CREATED);
    for (role, says) in [
        ("nobody", "has no role"),
        ("project_manager", "in each project"),
    ] {
        let refused = granted(role).await;
        let refused = refused.failure(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.message.contains(says), "{}", refused.message);
    }
}

async fn every_change_is_on_record(server: TestServer) {
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    let finance = department(&boss, "财务部").await;
    let leader = post(&boss, "leader").await.id;
    give(&boss, leader, li.id, Dates::default()).await;
    head(&boss, finance, li.id).await;
    let made: Deputy = li
        .http
        .post("/api/deputies", &new_deputy(boss.id))
        .await
        .expect(StatusCode::CREATED);
    let granted = grant(&boss, "approve", Party::Post(leader)).await;
    for path in [
        format!("/api/grants/{}", granted.id),
        format!("/api/deputies/{}", made.id),
        format!("/api/departments/{finance}/heads/{}", li.id),
        format!("/api/posts/{leader}/holders/{}", li.id),
        format!("/api/posts/{leader}"),
        format!("/api/departments/{finance}"),
    ] {
        assert_eq!(boss.http.delete(&path).await.status, StatusCode::NO_CONTENT);
    }
    // what is refused is not
    grant(&boss, "approve", Party::Person(li.id)).await;
    boss.http
        .post("/api/grants", &new_grant("approve", Party::Person(li.id)))
        .await;
    let events = server.app().store.audit_tail(13).await.unwrap();
    let mut events: Vec<_> = (events.iter())
        .map(|row| (row.event.as_str(), row.name.as_str()))
        .collect();
    events.reverse();
    let expected = [
        ("department_made", "boss"),
        ("post_made", "boss"),
        ("post_given", "li"),
        ("head_named", "li"),
        ("deputy_named", "li"),
        ("role_granted", "boss"),
        ("role_grant_ended", "boss"),
        ("deputy_ended", "li"),
        ("head_ended", "li"),
        ("post_taken", "li"),
        ("post_ended", "boss"),
        ("department_ended", "boss"),
        ("role_granted", "boss"),
    ];
    assert_eq!(events, expected);
}

async fn the_record_is_read_by_person_and_time_and_in_parts(server: TestServer) {
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    let before = server.clock.now();
    let leader = post(&boss, "leader").await.id;
    give(&boss, leader, li.id, Dates::default()).await;
    let granted = grant(&boss, "approve", Party::Post(leader)).await;
    let read = async |query: &str| {
        let path = format!("/api/audit?{query}");
        boss.http
            .get(&path)
            .await
            .expect::<AuditPage>(StatusCode::OK)
    };
    let page = read("").await;
    let events: Vec<&str> = page.lines.iter().map(|line| line.event.as_str()).collect();
    assert_eq!(events[..3], ["role_granted", "post_given", "post_made"]);
    assert_eq!(
        page.names.get(&leader.to_string()),
        Some(&"leader".to_owned())
    );
    assert_eq!(page.grants, [granted]);
    assert!(!page.more);

    // about somebody, and what they did
    let of_li = read(&format!("person={}&since={}", li.id, before.0)).await;
    let of_li: Vec<_> = (of_li.lines.iter())
        .map(|line| (line.event.as_str(), line.by))
        .collect();
    assert_eq!(of_li, [("post_given", Some(boss.id))]);
    let of_boss = read(&format!("person={}&since={}", boss.id, before.0)).await;
    assert_eq!(of_boss.lines.len(), 3);
    let none = read(&format!("until={}", page.lines.last().unwrap().at.0)).await;
    assert_eq!(none.lines, []);
    assert_eq!(
        boss.http.get("/api/audit?since=now").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        li.http.get("/api/audit").await.status,
        StatusCode::FORBIDDEN
    );

    // more than goes into one part
    for n in 0..AUDIT_LINES {
        post(&boss, &format!("post {n}")).await;
    }
    let first = read("").await;
    assert_eq!(
        (first.lines.len(), first.more),
        (AUDIT_LINES as usize, true)
    );
    let rest = read(&format!("before={}", first.lines.last().unwrap().id)).await;
    assert_eq!((rest.lines.len(), rest.more), (page.lines.len(), false));
    assert_eq!(rest.lines[0].event, "role_granted");
}

async fn only_administrators_change_the_organisation(server: TestServer) {
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    let finance = department(&boss, "财务部").await;
    let leader = post(&boss, "leader").await.id;
    let dates = Dates::default();
    let named = json!({ "name": "another" });
    let (post, head) = (
        format!("/api/posts/{leader}"),
        format!("/api/departments/{finance}/heads/{}", li.id),
    );
    let holder = format!("{post}/holders/{}", li.id);
    for answer in [
        li.http.post("/api/posts", &named).await,
        li.http.patch(&post, &named).await,
        li.http.delete(&post).await,
        li.http.put(&holder, &dates).await,
        li.http.delete(&holder).await,
        li.http.put(&head, &dates).await,
        li.http.delete(&head).await,
        li.http.get("/api/grants").await,
        li.http
            .post("/api/grants", &new_grant("approve", Party::Post(leader)))
            .await,
        li.http.delete(&format!("/api/grants/{}", li.id)).await,
        li.http.post("/api/organisation/import", &named).await,
        li.http.get("/api/organisation/table").await,
    ] {
        assert_eq!(
            answer.failure(StatusCode::FORBIDDEN).code,
            ErrorCode::NotAllowed
        );
    }
}
