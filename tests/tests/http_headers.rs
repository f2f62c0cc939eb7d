//! Headers, the app's files, and the addresses for machines.

use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION};
use reqwest::{Method, StatusCode};
use shared::api::ErrorCode;
use tests::server::TestServer;

/// A server of a small site of our own.
async fn with_site() -> (tempfile::TempDir, TestServer) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("assets")).unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html>the app"),
        ("sw.js", "// worker"),
        ("assets/app-0123456789ab.wasm", "wasm"),
        ("assets/app-0123456789ab.wasm.br", "compressed"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let site = folder.path().to_owned();
    let server = TestServer::start_with(|options| options.site = Some(site)).await;
    (folder, server)
}

#[tokio::test]
async fn every_answer_carries_the_strict_headers() {
    let (_folder, server) = with_site().await;
    let client = server.client();
    for path in [
        "/",
        "/api/session",
        "/api/none",
        "/healthz",
        "/nothing.js",
        "/trust",
    ] {
        let headers = client.get(path).await.headers;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("script-src 'self' 'wasm-unsafe-eval';"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{path}: {policy}"
        );
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("object-src 'none'"),
            "{path}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(headers[name], value, "{path}");
        }
        assert!(
            headers.contains_key("permissions-policy") && headers.contains_key("x-request-id"),
            "{path}"
        );
        assert!(
            !headers.contains_key("access-control-allow-origin"),
            "{path}: no other site may read it"
        );
        assert!(
            !headers.contains_key("strict-transport-security"),
            "{path}: not over plain http"
        );
    }
}

#[tokio::test]
async fn what_the_api_says_is_never_kept_in_caches() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    assert_eq!(
        li.http.get("/api/projects").await.headers["cache-control"],
        "no-store"
    );
}

#[tokio::test]
async fn a_place_in_the_app_is_the_page_and_a_missing_file_is_not() {
    let (_folder, server) = with_site().await;
    let client = server.client();
    for path in ["/", "/projects/abc/plan", "/sign-in"] {
        let answer = client.get(path).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (StatusCode::OK, "<!doctype html>the app"),
            "{path}"
        );
        assert_eq!(answer.headers["cache-control"], "no-cache");
    }
    assert_eq!(
        client.get("/assets/gone-0123.js").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        client
            .get("/api/none")
            .await
            .failure(StatusCode::NOT_FOUND)
            .code,
        ErrorCode::NotFound
    );
    assert_eq!(
        client.get("/..%2fplumbline.db").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn wasm_comes_compressed_with_its_type_and_is_kept_for_ever() {
    let (_folder, server) = with_site().await;
    let client = server.client();
    let request = client
        .request(Method::GET, "/assets/app-0123456789ab.wasm")
        .header(ACCEPT_ENCODING, "gzip, br");
    let answer = client.send(request).await;
    assert_eq!(answer.text, "compressed");
    assert_eq!(answer.headers["content-encoding"], "br");
    assert_eq!(answer.headers["content-type"], "application/wasm");
    assert!(
        answer.headers["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    assert_eq!(
        client.get("/sw.js").await.headers["cache-control"],
        "no-cache"
    );
}

#[tokio::test]
async fn the_interface_describes_every_address_of_the_contract() {
    let server = TestServer::start().await;
    let text = server.client().get("/api/openapi.json").await.text;
    let api: serde_json::Value = serde_json::from_str(&text).unwrap();
    // the table at the top of shared::api
    let contract = include_str!("../../shared/api/src/lib.rs");
    let mut count = 0;
    for row in contract
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "))
    {
        for part in row.split('`').filter(|part| part.contains(" /api/")) {
            let (methods, path) = part.split_once(' ').unwrap();
            for method in methods.split('/') {
                let found = &api["paths"][path][method.to_lowercase()];
                assert!(found.is_object(), "{method} {path} is not described");
                count += 1;
            }
        }
    }
    assert!(count >= 20, "only {count} addresses found in the contract");
}

#[tokio::test]
async fn the_figures_count_requests_by_route() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let project = li.project("一号工程").await;
    li.http.get(&format!("/api/projects/{}", project.id)).await;
    let figures = server.client().get("/metrics").await.text;
    assert!(
        figures.contains("route=\"/api/projects/{id}\""),
        "{figures}"
    );
    assert!(!figures.contains(&project.id.to_string()));
    // from behind a proxy only for administrators
    let client = server.client();
    let request = client
        .request(Method::GET, "/metrics")
        .header("x-forwarded-for", "10.0.0.9");
    assert_eq!(client.send(request).await.status, StatusCode::UNAUTHORIZED);
    let boss = server.administrator("boss").await;
    let request = client
        .request(Method::GET, "/metrics")
        .header("x-forwarded-for", "10.0.0.9")
        .header(
            AUTHORIZATION,
            format!("Bearer {}", boss.token().await.token),
        );
    assert_eq!(client.send(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn health_and_readiness_answer() {
    let server = TestServer::start().await;
    assert_eq!(server.client().get("/healthz").await.status, StatusCode::OK);
    assert_eq!(server.client().get("/readyz").await.status, StatusCode::OK);
    server.app().store.close().await;
    assert_eq!(server.client().get("/healthz").await.status, StatusCode::OK);
    assert_eq!(
        server.client().get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
}

#[tokio::test]
async fn every_error_answer_is_a_failure() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let no_json = li
        .http
        .request(Method::POST, "/api/projects")
        .body("name=x");
    assert_eq!(
        li.http
            .send(no_json)
            .await
            .failure(StatusCode::UNPROCESSABLE_ENTITY)
            .code,
        ErrorCode::Invalid
    );
    let broken = li
        .http
        .request(Method::POST, "/api/projects")
        .header("content-type", "application/json")
        .body("{");
    assert_eq!(
        li.http
            .send(broken)
            .await
            .failure(StatusCode::UNPROCESSABLE_ENTITY)
            .code,
        ErrorCode::Invalid
    );
    let method = li.http.delete("/api/projects").await;
    assert_eq!(
        method.failure(StatusCode::METHOD_NOT_ALLOWED).code,
        ErrorCode::Invalid
    );
}
