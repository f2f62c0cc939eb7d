//! `/trust`: helps a tablet to install the local authority that `plumbline tls init` made. Never serves a key.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::app::App;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// The page as part of the server.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/trust", get(|| async { Html(PAGE) }))
        .route("/trust/page.css", get(style))
        .route(
            "/trust/authority.crt",
            get(|State(app): State<App>| async move { certificate(app.authority) }),
        )
}

/// The page alone, for a plain http listener: the tablet does not trust https yet.
pub fn router(authority: Option<Arc<str>>) -> Router {
    let page = || async {
        let policy =
            "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'";
        let headers = [
            (
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(policy),
            ),
            (
                HeaderName::from_static("x-content-type-options"),
                HeaderValue::from_static("nosniff"),
            ),
        ];
        (headers, Html(PAGE))
    };
    Router::new()
        .route("/", get(page))
        .route("/trust", get(page))
        .route("/trust/page.css", get(style))
        .route(
            "/trust/authority.crt",
            get(move || async move { certificate(authority) }),
        )
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

fn certificate(authority: Option<Arc<str>>) -> Response {
    match authority {
        Some(pem) => {
            let headers = [
                (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
                (
                    header::CONTENT_DISPOSITION,
                    "attachment; filename=\"plumbline-authority.crt\"",
                ),
            ];
            (headers, pem.to_string()).into_response()
        }
        None => (
            StatusCode::NOT_FOUND,
            "This server has no local authority. Make one: plumbline tls init --host NAME\n",
        )
            .into_response(),
    }
}
