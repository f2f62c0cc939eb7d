//! Strangers and broken input at every address.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::api::ErrorCode;
use shared::domain::permission::Role;
use tests::server::{Client, TestServer};

/// Addresses that anybody may ask.
const OPEN: [&str; 1] = ["/api/openapi.json"];

/// Method and path of everything that the interface describes.
async fn addresses(client: &Client) -> Vec<(Method, String)> {
    let text = client.get("/api/openapi.json").await.text;
    let api: Value = serde_json::from_str(&text).unwrap();
    let mut all = Vec::new();
    for (path, methods) in api["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_uppercase().parse().unwrap();
            all.push((method, path.clone()));
        }
    }
    all
}

/// A body that every address can read.
fn body() -> Value {
    json!({
        "name": "taken.over", "display_name": "Taken Over", "label": "taken", "role": "manager",
        "password": "plumb-line-2027", "old": "plumb-line-2027", "new": "plumb-line-2028", "device_label": "x",
    })
}

#[tokio::test]
async fn nobody_gets_anything_without_signing_in() {
    let server = TestServer::start().await;
    let client = server.client();
    let all = addresses(&client).await;
    assert!(all.len() > 25, "{}", all.len());
    for (method, path) in all {
        let sign_in = method == Method::POST && path == "/api/session";
        if OPEN.contains(&path.as_str()) || sign_in || !path.starts_with("/api/") {
            continue;
        }
        // a secret that is none: the address itself is what lets somebody in
        if path == "/api/feeds/{secret}.ics" {
            let answer = client.get(&path.replace(['{', '}'], "")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            continue;
        }
        if path.starts_with("/api/outside/{secret}") {
            let path = path.replace(['{', '}'], "");
            let wish = json!({ "wish": "{}", "pictures": [] });
            let request = client.request(method, &path).json(&wish);
            assert_eq!(client.send(request).await.status, StatusCode::NOT_FOUND);
            continue;
        }
        let path = path.replace(['{', '}'], "");
        let request = client.request(method.clone(), &path).json(&body());
        let status = client.send(request).await.status;
        let none = [StatusCode::UNAUTHORIZED, StatusCode::NO_CONTENT];
        assert!(none.contains(&status), "{method} {path}: {status}");
        // what takes a session away that is not there says so politely, and gives nothing
        if status == StatusCode::NO_CONTENT {
            assert_eq!(method, Method::DELETE, "{path}");
        }
    }
}

#[tokio::test]
async fn for_a_stranger_every_address_of_a_project_or_document_is_as_if_it_were_not_there() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let wang = server.person("wang").await;
    let admin = server.administrator("admin.two").await;
    let project = li.project("dam").await;
    li.put_member(project.id, li.id, Role::Manager).await;
    let mut asked = 0;
    for (method, template) in addresses(&wang.http).await {
        let of_project = template.starts_with("/api/projects/{");
        if !of_project && !template.starts_with("/api/documents/{") {
            continue;
        }
        let fill = |id: &str| {
            template
                .replace("{id}", id)
                .replace("{person}", &wang.id.to_string())
                .replace("{hash}", &"0".repeat(64))
        };
        let (real, none) = if of_project {
            let none = shared::base::ProjectId::from_bytes([9; 16]);
            (project.id.to_string(), none.to_string())
        } else {
            let none = shared::base::DocumentId::from_bytes([9; 16]);
            (project.plan.to_string(), none.to_string())
        };
        for stranger in [&wang, &admin] {
            let mut answers = Vec::new();
            for id in [&real, &none] {
                let request = stranger.http.request(method.clone(), &fill(id));
                let answer = stranger.http.send(request.json(&body())).await;
                answers.push((answer.status, answer.text.replace(id.as_str(), "ID")));
            }
            assert_eq!(answers[0].0, StatusCode::NOT_FOUND, "{method} {template}");
            assert_eq!(answers[0], answers[1], "{method} {template}");
            asked += 1;
        }
    }
    assert!(asked >= 10, "{asked}");
    let members = li.http.get(&format!("/api/projects/{}", project.id)).await;
    assert!(!members.text.contains("taken"), "{}", members.text);
}

#[tokio::test]
async fn who_is_no_administrator_changes_nothing_of_the_organisation() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let mut asked = 0;
    for (method, template) in addresses(&wang.http).await {
        let administration = ["/api/people", "/api/departments", "/api/organisation"];
        if method == Method::GET || !administration.iter().any(|at| template.starts_with(at)) {
            continue;
        }
        let path = template.replace("{id}", &li.id.to_string());
        let request = wang.http.request(method.clone(), &path).json(&body());
        let status = wang.http.send(request).await.status;
        assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}");
        asked += 1;
    }
    assert!(asked >= 6, "{asked}");
}

#[tokio::test]
async fn bodies_nested_without_end_or_too_long_are_refused_and_the_server_goes_on() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let send = async |text: String| {
        let request = li.http.request(Method::POST, "/api/projects");
        let request = request
            .header("content-type", "application/json")
            .body(text);
        li.http.send(request).await
    };
    for open in ["[", "{\"name\":", "[{\"a\":"] {
        let answer = send(open.repeat(30_000)).await;
        let failure = answer.failure(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(failure.code, ErrorCode::Invalid, "{open}");
    }
    let long = send(format!("{{\"name\":\"{}\"}}", "x".repeat(300 * 1024))).await;
    let failure = long.failure(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(failure.code, ErrorCode::TooLarge);
    li.project("dam").await;
}

#[tokio::test]
async fn what_is_taken_back_is_refused_within_a_second() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let token = li.token().await;
    let bearer = server.client();
    let ask = async || {
        let request = bearer.request(Method::GET, "/api/projects");
        bearer.send(request.bearer_auth(&token.token)).await.status
    };
    assert_eq!(ask().await, StatusCode::OK);
    let other = li.another_device().await;
    let from = std::time::Instant::now();
    let path = format!("/api/tokens/{}", token.id);
    assert!(li.http.delete(&path).await.status.is_success());
    assert_eq!(ask().await, StatusCode::UNAUTHORIZED);
    assert!(li.http.delete("/api/sessions").await.status.is_success());
    assert_eq!(
        other.get("/api/projects").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert!(from.elapsed().as_millis() < 1_000, "{:?}", from.elapsed());
}
