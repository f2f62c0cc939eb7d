//! Sign-in: cookies, lock-out, origins.

use reqwest::header::{AUTHORIZATION, ORIGIN, RETRY_AFTER, SET_COOKIE};
use reqwest::{Method, StatusCode};
use shared::api::{ChangePassword, ErrorCode, FeedHolds, FeedLanguage, MadeFeed, NewFeed, Session};
use tests::server::{PASSWORD, TestServer};

#[tokio::test]
async fn the_first_administrator_signs_in_once_by_the_printed_password_and_must_change_it() {
    let mut server = TestServer::start().await;
    let first = server.first_password.clone();
    let admin = server.client();
    let session: Session = admin.sign_in("admin", &first).await.expect(StatusCode::OK);
    assert!(session.administrator && session.must_change_password);
    let refused = admin
        .get("/api/projects")
        .await
        .failure(StatusCode::FORBIDDEN);
    assert_eq!(refused.code, ErrorCode::MustChangePassword);
    let change = ChangePassword {
        old: first,
        new: "a better password".to_owned(),
    };
    assert_eq!(
        admin.post("/api/password", &change).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(admin.get("/api/projects").await.status, StatusCode::OK);
    // a second start makes no second administrator
    server.restart().await;
    assert_eq!(admin.get("/api/projects").await.status, StatusCode::OK);
    let old = server.client().sign_in("admin", &change.old).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_cookie_is_for_this_server_and_out_of_reach_for_scripts() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let answer = li.http.sign_in("Li", PASSWORD).await;
    let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("plumbline="), "{cookie}");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie} lacks {part}");
    }
    assert!(
        !cookie.contains("Secure") && !cookie.contains("Domain"),
        "{cookie}"
    );
    // a proxy that speaks https to the browser
    let host = server.address.to_string();
    let body = serde_json::json!({ "name": "li", "password": PASSWORD });
    let request = server
        .client()
        .request(Method::POST, "/api/session")
        .json(&body);
    let answer = server
        .client()
        .send(request.header(ORIGIN, format!("https://{host}")))
        .await;
    let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-plumbline=") && cookie.contains("Secure"),
        "{cookie}"
    );
}

#[tokio::test]
async fn neither_password_nor_secrets_lie_in_the_database() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let cookie = li.http.sign_in("li", PASSWORD).await.headers[SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    let secret = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    let token = li.token().await.token;
    let feed = NewFeed {
        project: li.project("dam").await.id,
        label: String::new(),
        holds: FeedHolds::All,
        language: FeedLanguage::English,
    };
    let feed: MadeFeed = li
        .http
        .post("/api/feeds", &feed)
        .await
        .expect(StatusCode::CREATED);
    let feed = feed.path.rsplit('/').next().unwrap();
    let feed = feed.strip_suffix(".ics").unwrap();
    let backup = server.folder.path().join("copy.db");
    server.app().store.backup(&backup).await.unwrap();
    let bytes = std::fs::read(backup).unwrap();
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(holds("$argon2id$v=19$m=19456,t=2,p=1$"));
    for secret in [PASSWORD, &secret, &token, feed, &server.first_password] {
        assert!(!holds(secret));
    }
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_look_alike() {
    let server = TestServer::start().await;
    server.person("li").await;
    let wrong = server.client().sign_in("li", "wrong password").await;
    let unknown = server.client().sign_in("nobody", "wrong password").await;
    assert_eq!(wrong.status, unknown.status);
    assert_eq!(wrong.text, unknown.text);
}

#[tokio::test]
async fn failures_slow_an_account_down_then_lock_it_and_a_restart_does_not_help() {
    let mut server = TestServer::start().await;
    server.person("li").await;
    for _ in 0..3 {
        let failure = server
            .client()
            .sign_in("LI", "wrong password")
            .await
            .failure(StatusCode::UNAUTHORIZED);
        assert_eq!(failure.code, ErrorCode::WrongCredentials);
    }
    // even the right password waits now, and says for how long
    let answer = server.client().sign_in("li", PASSWORD).await;
    assert_eq!(answer.headers[RETRY_AFTER], "1");
    assert_eq!(
        answer.failure(StatusCode::TOO_MANY_REQUESTS).code,
        ErrorCode::LockedOut
    );
    for _ in 3..10 {
        server.clock.advance_ms(64_000);
        let answer = server.client().sign_in("li", "wrong password").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    server.clock.advance_ms(64_000);
    server.restart().await;
    let locked = server
        .client()
        .sign_in("li", PASSWORD)
        .await
        .failure(StatusCode::TOO_MANY_REQUESTS);
    assert!(locked.retry_after.unwrap() > 700, "{locked:?}");
    // others are not locked out with it
    server.person("wang").await;
    server.clock.advance_ms(15 * 60_000);
    assert_eq!(
        server.client().sign_in("li", PASSWORD).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn many_tries_at_once_gain_nothing() {
    let server = TestServer::start().await;
    server.person("li").await;
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let client = server.client();
        tries.spawn(async move { client.sign_in("li", "wrong password").await.status });
    }
    let answers = tries.join_all().await;
    let checked = answers
        .iter()
        .filter(|&&status| status == StatusCode::UNAUTHORIZED)
        .count();
    assert!(checked <= 3, "{answers:?}");
}

#[tokio::test]
async fn one_address_that_fails_with_many_names_is_slowed_down() {
    let server = TestServer::start().await;
    server.person("li").await;
    let app = server.app();
    // as many failures of other names as one address has free
    for n in 0..50 {
        app.store
            .attempt(&format!("name{n}"), "127.0.0.1", app.clock.now())
            .await
            .unwrap();
    }
    let answer = server.client().sign_in("li", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn behind_a_proxy_addresses_are_those_that_it_gives_and_else_the_header_is_not_believed() {
    for (behind_proxy, recorded) in [(true, "192.0.2.7"), (false, "127.0.0.1")] {
        let server = TestServer::start_with(|options| options.behind_proxy = behind_proxy).await;
        let client = server.client();
        let body = serde_json::json!({ "name": "nobody", "password": "wrong password" });
        let request = client.request(Method::POST, "/api/session").json(&body);
        let request = request.header("x-forwarded-for", "10.9.9.9, 192.0.2.7");
        assert_eq!(client.send(request).await.status, StatusCode::UNAUTHORIZED);
        let rows = server.app().store.audit_tail(1).await.unwrap();
        assert_eq!(rows[0].address, recorded);
    }
}

#[tokio::test]
async fn a_request_from_another_site_changes_nothing() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let http = &li.http;
    let own = format!("http://{}", server.address);
    let refused = [
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ];
    for (name, value) in refused {
        let request = http
            .request(Method::DELETE, "/api/session")
            .header(name, value);
        let failure = http.send(request).await.failure(StatusCode::FORBIDDEN);
        assert_eq!(failure.code, ErrorCode::WrongOrigin);
    }
    assert_eq!(http.get("/api/session").await.status, StatusCode::OK);
    let request = http
        .request(Method::DELETE, "/api/session")
        .header(ORIGIN, own);
    assert_eq!(http.send(request).await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        http.get("/api/session").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_without_a_sign_of_life() {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let server = TestServer::start().await;
    let li = server.person("li").await;
    for _ in 0..3 {
        server.clock.advance_ms(29 * DAY);
        assert_eq!(li.http.get("/api/session").await.status, StatusCode::OK);
    }
    server.clock.advance_ms(31 * DAY);
    assert_eq!(
        li.http.get("/api/session").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_bearer_token_acts_for_its_owner_until_it_is_taken_back() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    li.project("一号工程").await;
    let made = li.token().await;
    let program = server.client();
    let projects = || {
        program
            .request(Method::GET, "/api/projects")
            .header(AUTHORIZATION, format!("Bearer {}", made.token))
    };
    let answer = program.send(projects()).await;
    assert!(answer.text.contains("一号工程"), "{}", answer.text);
    // it makes no further tokens, and does not change the password
    let request = program
        .request(Method::POST, "/api/tokens")
        .header(AUTHORIZATION, format!("Bearer {}", made.token))
        .json(&serde_json::json!({ "label": "more" }));
    assert_eq!(
        program
            .send(request)
            .await
            .failure(StatusCode::FORBIDDEN)
            .code,
        ErrorCode::NotAllowed
    );
    // the list does not show it again
    let list = li.http.get("/api/tokens").await;
    assert!(list.text.contains(&made.id) && !list.text.contains(&made.token));
    let path = format!("/api/tokens/{}", made.id);
    assert_eq!(li.http.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        program.send(projects()).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_ticket_is_good_once_and_for_thirty_seconds() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let app = server.app();
    let ticket = li.ticket().await;
    assert_eq!(
        app.tickets.redeem(&ticket, app.clock.now()).unwrap().person,
        li.id
    );
    assert_eq!(app.tickets.redeem(&ticket, app.clock.now()), None);
    let late = li.ticket().await;
    server.clock.advance_ms(30_000);
    assert_eq!(app.tickets.redeem(&late, app.clock.now()), None);
    assert_eq!(
        server.client().post("/api/sync/ticket", &()).await.status,
        StatusCode::UNAUTHORIZED
    );
}
