//! The HTTP interface. The table at the top of `shared::api` is the contract; `/api/openapi.json` describes it.

mod attachments;
mod audit;
mod auth;
mod body;
mod deputies;
mod devices;
mod documents;
mod error;
mod feeds;
mod grants;
mod headers;
pub(crate) mod health;
mod holidays;
mod import;
mod ledger;
mod notices;
mod openapi;
mod organisation;
pub(crate) mod origin;
mod packs;
mod parse;
mod password;
mod people;
mod pool;
mod posts;
mod projects;
mod second_factor;
mod session;
pub mod site;
mod ticket;
mod tokens;
mod trust;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post, put};
use http::{HeaderName, Request};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{
    MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer,
};
use tower_http::trace::TraceLayer;

use shared::api::{ErrorCode, LONGEST_WISH, PART};

pub use auth::{AnyPrincipal, Credential, ForeignPrincipal, Principal, SocketPrincipal};
pub use error::ApiError;
pub(crate) use parse::network;
pub(crate) use people::account_name;
pub use trust::router as trust_router;

use crate::app::App;
use crate::secret::random_bytes;

/// A request's body is at most this long; changes travel on the WebSocket.
const LONGEST_BODY: usize = 256 * 1024;
/// A request takes at most this long.
const LONGEST: Duration = Duration::from_secs(30);

/// All addresses of the server.
pub fn router(app: App) -> Router {
    // the recorder must be there before the first figure
    let _ = health::recorder();
    let request_id = HeaderName::from_static("x-request-id");
    let outer = ServiceBuilder::new()
        .layer(SetRequestIdLayer::new(request_id.clone(), RandomId))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(PropagateRequestIdLayer::new(request_id))
        .layer(from_fn_with_state(app.clone(), headers::add))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), auth::by_address))
        .layer(from_fn(in_time))
        .layer(from_fn_with_state(app.clone(), origin::check))
        .layer(DefaultBodyLimit::max(LONGEST_BODY));
    api()
        .merge(trust::routes())
        .route_layer(from_fn(health::measure))
        .fallback(site::serve)
        .method_not_allowed_fallback(error::method_not_allowed)
        .layer(outer)
        .with_state(app)
}

fn api() -> Router<App> {
    Router::new()
        .route(
            "/api/session",
            post(session::sign_in)
                .get(session::show)
                .delete(session::sign_out),
        )
        .route("/api/sessions", delete(session::sign_out_everywhere))
        .route("/api/devices", get(devices::list))
        .route("/api/devices/{id}", delete(devices::revoke))
        .route("/api/password", post(password::change))
        .route("/api/tokens", get(tokens::list).post(tokens::make))
        .route("/api/tokens/{id}", delete(tokens::revoke))
        .route("/api/feeds", get(feeds::list).post(feeds::make))
        // an id, or a secret and `.ics`
        .route("/api/feeds/{id}", get(feeds::show).delete(feeds::revoke))
        .route(
            "/api/organisation",
            get(organisation::show).patch(organisation::edit),
        )
        .route("/api/departments", post(organisation::make_department))
        .route(
            "/api/departments/{id}",
            patch(organisation::edit_department).delete(organisation::remove_department),
        )
        .route(
            "/api/departments/{id}/heads/{person}",
            put(organisation::put_head).delete(organisation::end_head),
        )
        .route("/api/heads", get(organisation::heads))
        .route("/api/organisation/import", post(import::import))
        .route("/api/organisation/table", get(import::show))
        .route("/api/posts", get(posts::list).post(posts::make))
        .route("/api/posts/{id}", patch(posts::edit).delete(posts::end))
        .route(
            "/api/posts/{id}/holders/{person}",
            put(posts::put_holder).delete(posts::end_holder),
        )
        .route("/api/deputies", get(deputies::list).post(deputies::make))
        .route("/api/deputies/{id}", delete(deputies::end))
        .route("/api/grants", get(grants::list).post(grants::make))
        .route("/api/grants/{id}", delete(grants::end))
        .route("/api/packs/{pack}/holders", get(grants::holders))
        .route("/api/audit", get(audit::show))
        .route("/api/people", post(people::make))
        .route("/api/people/{id}", patch(people::edit))
        .route(
            "/api/people/{id}/second-factor",
            delete(second_factor::reset),
        )
        .route(
            "/api/second-factor",
            get(second_factor::show).post(second_factor::offer),
        )
        .route("/api/second-factor/confirm", post(second_factor::confirm))
        .route("/api/second-factor/remove", post(second_factor::remove))
        .route("/api/people/{id}/password", post(people::reset_password))
        .route("/api/projects", get(projects::list).post(projects::make))
        .route(
            "/api/projects/{id}",
            get(projects::show).patch(projects::edit),
        )
        .route(
            "/api/projects/{id}/members/{person}",
            put(projects::put_member).delete(projects::remove_member),
        )
        .route("/api/projects/{id}/documents", get(projects::documents))
        .route("/api/projects/{id}/plan/first", get(documents::first))
        .route(
            "/api/decisions",
            post(ledger::decide).layer(DefaultBodyLimit::max(2 * LONGEST_WISH)),
        )
        .route("/api/projects/{id}/ledger", get(ledger::show))
        .route("/api/projects/{id}/pool", get(pool::show))
        .route("/api/ledger/keys", get(ledger::keys))
        .route("/api/device-key", put(ledger::put_device_key))
        .route("/api/inbox", get(ledger::inbox))
        .route("/api/notices", get(notices::list))
        .route("/api/notices/read", post(notices::read))
        .route(
            "/api/notices/settings",
            get(notices::settings).put(notices::put_settings),
        )
        .route("/api/notices/test", post(notices::test))
        .route(
            "/api/notices/push",
            put(notices::put_push).delete(notices::end_push),
        )
        .route("/api/notices/failures", get(notices::failures))
        .route(
            "/api/notices/failures/{message}/again",
            post(notices::again),
        )
        .route(
            "/api/robots",
            get(notices::robots).post(notices::make_robot),
        )
        .route(
            "/api/robots/{id}",
            put(notices::edit_robot).delete(notices::end_robot),
        )
        .route("/api/robots/{id}/test", post(notices::test_robot))
        .route(
            "/api/projects/{id}/attachments/{hash}",
            put(attachments::begin).get(attachments::show),
        )
        .route(
            "/api/projects/{id}/attachments/{hash}/parts/{place}",
            put(attachments::put_part).layer(DefaultBodyLimit::max(PART as usize)),
        )
        .route("/api/projects/{id}/outside", post(ledger::make_link))
        .route(
            "/api/outside/{secret}",
            get(ledger::by_link)
                // with pictures, which are longer as text
                .post(ledger::decide_by_link)
                .layer(DefaultBodyLimit::max(2 * LONGEST_WISH)),
        )
        .route(
            "/api/outside/{secret}/attachments/{hash}",
            get(ledger::file_by_link),
        )
        .route("/api/packs", get(packs::list))
        .route("/api/packs/{pack}", get(packs::show))
        .route("/api/holidays", get(holidays::list))
        .route("/api/holidays/{country}", get(holidays::show))
        .route("/api/sync/ticket", post(ticket::issue))
        .route(
            "/api/documents/{id}/snapshots/newest",
            get(documents::newest),
        )
        .route(
            "/api/documents/{id}/snapshots/{hash}",
            get(documents::snapshot),
        )
        .route("/api/documents/{id}/receipts", get(documents::receipts))
        .route("/sync", get(crate::sync::upgrade))
        .route("/sync/automerge-repo", get(crate::sync::foreign::upgrade))
        .route("/api/openapi.json", get(openapi::show))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::figures))
}

/// Ids that find a request's lines in the log. An id that the client sends is not taken over.
#[derive(Clone, Copy)]
struct RandomId;

impl MakeRequestId for RandomId {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        let id: String = random_bytes::<8>()
            .ok()?
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        id.parse().ok().map(RequestId::new)
    }
}

/// The path without secrets: tickets are in the query, those of calendar feeds in the path.
fn span<B>(request: &Request<B>) -> tracing::Span {
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .unwrap_or_default();
    tracing::info_span!("request", method = %request.method(), path = %logged(request.uri().path()), id)
}

/// Whether a path is of a link for people outside: whoever has it signs.
fn is_secret(path: &str) -> bool {
    path.starts_with(ledger::LINKS) || path.starts_with(crate::ledger::PLACE)
}

/// As much of a path as the log may hold.
fn logged(path: &str) -> &str {
    let secret = [feeds::PATHS, ledger::LINKS, crate::ledger::PLACE];
    let secret = secret.into_iter().find(|known| path.starts_with(known));
    secret.unwrap_or(path)
}

/// Ends what takes too long.
async fn in_time(request: axum::extract::Request, next: Next) -> Response {
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = "the server is too busy; nothing was answered in time, try again later";
            ApiError::new(ErrorCode::Storage, message).into_response()
        }
    }
}

fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    ApiError::internal(&format!("a handler panicked: {text}")).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::StatusCode;
    use shared::api::Failure;
    use tower::ServiceExt;

    use super::*;

    #[test]
    fn the_log_holds_no_secret_of_an_address() {
        assert_eq!(logged("/api/feeds/secret.ics"), "/api/feeds/");
        assert_eq!(logged("/api/outside/secret"), "/api/outside/");
        assert_eq!(logged("/sign/secret"), "/sign/");
        assert_eq!(logged("/api/feeds"), "/api/feeds");
        assert_eq!(logged("/api/projects/1"), "/api/projects/1");
    }

    #[tokio::test]
    async fn a_handler_that_panics_answers_as_a_failure_without_its_cause() {
        let routes = Router::new()
            .route("/", get(|| async { panic!("secret cause") as () }))
            .layer(CatchPanicLayer::custom(panicked));
        let request = Request::builder().uri("/").body(Body::empty()).unwrap();
        let answer = routes.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(answer.into_body(), 10_000).await.unwrap();
        let failure: Failure = serde_json::from_slice(&body).unwrap();
        assert_eq!(failure.code, ErrorCode::Internal);
        assert!(!failure.message.contains("secret"));
    }
}
