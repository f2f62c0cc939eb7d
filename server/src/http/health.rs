//! Is it alive, is it ready, and its figures.

use std::net::SocketAddr;
use std::sync::OnceLock;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use shared::api::ErrorCode;

use super::auth::AnyPrincipal;
use super::error::ApiError;
use crate::app::App;

/// The process answers.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers too.
pub(crate) async fn readyz(State(app): State<App>) -> Response {
    match app.store.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
                .into_response()
        }
    }
}

/// The figures as Prometheus text: for programs on this machine, and for administrators (a bearer token will do).
pub(crate) async fn figures(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let local = from.ip().to_canonical().is_loopback() && !headers.contains_key("x-forwarded-for");
    if !local && !AnyPrincipal::of(&headers, &app).await?.0.administrator {
        return Err(ApiError::new(
            ErrorCode::NotAllowed,
            "only administrators may do this",
        ));
    }
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

/// The process's recorder, installed at first use. `None` where another one was installed before.
pub(crate) fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let builder = PrometheusBuilder::new()
                .set_buckets(&[0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0])
                .ok()?
                .set_buckets_for_metric(
                    Matcher::Full("plumbline_append_batch".to_owned()),
                    &[1.0, 3.0, 10.0, 30.0, 100.0, 300.0],
                )
                .ok()?;
            builder.install_recorder().ok()
        })
        .as_ref()
}

/// Counts and times each request by its route, not by its address.
pub(crate) async fn measure(request: Request, next: Next) -> Response {
    let started = std::time::Instant::now();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "site".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().clone();
    let response = next.run(request).await;
    let labels = [
        ("method", method.to_string()),
        ("route", route),
        ("status", response.status().as_u16().to_string()),
    ];
    metrics::counter!("plumbline_requests_total", &labels).increment(1);
    metrics::histogram!("plumbline_request_seconds").record(started.elapsed().as_secs_f64());
    response
}
