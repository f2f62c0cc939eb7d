//! Documents in one piece.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use shared::api::{Failure, Receipts, SNAPSHOT_EPOCH, SNAPSHOT_SEQ};
use shared::domain::permission::Access;

use super::ApiError;
use super::auth::Principal;
use crate::app::App;
use crate::store::documents::{DocumentLog as _, DocumentRow};

/// A snapshot of a document, by its content address: an Automerge file. The socket says which one, and when.
#[utoipa::path(get, path = "/api/documents/{id}/snapshots/{hash}", tag = "sync",
    params(("id" = String, Path), ("hash" = String, Path)), responses(
    (status = 200, content_type = "application/octet-stream"), (status = 404, body = Failure)))]
pub(crate) async fn snapshot(
    State(app): State<App>,
    principal: Principal,
    Path((document, hash)): Path<(String, String)>,
) -> Result<impl IntoResponse, ApiError> {
    let hash = hash.parse().map_err(|_| missing())?;
    let row = readable(&app, &principal, &document).await?;
    let bytes = app.hub.documents().snapshot_bytes(row.id, hash).await?;
    let headers = [
        (CONTENT_TYPE, "application/octet-stream"),
        // the address is of these bytes for ever
        (CACHE_CONTROL, "private, max-age=31536000, immutable"),
    ];
    Ok((headers, bytes.ok_or_else(missing)?))
}

/// What a device begins with that has nothing of the document yet: the newest snapshot; where the log is short there is
/// none, and joining brings everything. Saves a slow connection the ways forth and back of being told which one.
#[utoipa::path(get, path = "/api/documents/{id}/snapshots/newest", tag = "sync",
    params(("id" = String, Path)), responses(
    (status = 200, content_type = "application/octet-stream", headers(
        ("etag" = String, description = "its content address, quoted"),
        ("plumbline-epoch" = String, description = "the epoch of the log"),
        ("plumbline-seq" = String, description = "up to where it goes: the cursor to join from"))),
    (status = 204, description = "the log is short: join it from the beginning"),
    (status = 404, body = Failure)))]
pub(crate) async fn newest(
    State(app): State<App>,
    principal: Principal,
    Path(document): Path<String>,
) -> Result<Response, ApiError> {
    let row = readable(&app, &principal, &document).await?;
    let Some(at) = app.hub.beginning(app.clock.now(), &row).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let hash = at.hash.parse().map_err(|_| missing())?;
    let bytes = app.hub.documents().snapshot_bytes(row.id, hash).await?;
    let headers = [
        (CONTENT_TYPE.as_str(), "application/octet-stream".to_owned()),
        (CACHE_CONTROL.as_str(), "private, no-cache".to_owned()),
        (ETAG.as_str(), format!("\"{}\"", at.hash)),
        (SNAPSHOT_EPOCH, row.epoch.to_string()),
        (SNAPSHOT_SEQ, at.seq.to_string()),
    ];
    Ok((headers, bytes.ok_or_else(missing)?).into_response())
}

/// Who made the changes of a document, and when they came: for a device that has them in one piece.
#[utoipa::path(get, path = "/api/documents/{id}/receipts", tag = "sync",
    params(("id" = String, Path)), responses(
    (status = 200, body = Receipts), (status = 404, body = Failure)))]
pub(crate) async fn receipts(
    State(app): State<App>,
    principal: Principal,
    Path(document): Path<String>,
) -> Result<Json<Receipts>, ApiError> {
    let row = readable(&app, &principal, &document).await?;
    Ok(Json(app.hub.documents().receipts(row.id).await?))
}

fn missing() -> ApiError {
    ApiError::not_found("snapshot")
}

/// A document that this person may read; of others they are not told whether they are there.
async fn readable(
    app: &App,
    principal: &Principal,
    document: &str,
) -> Result<DocumentRow, ApiError> {
    let document = document.parse().map_err(|_| missing())?;
    let found = app.hub.documents().find(document).await?;
    let row = found.ok_or_else(missing)?;
    let standing = app.store.standing(principal.person, row.project).await?;
    if standing.access(row.kind) == Access::None {
        return Err(missing());
    }
    Ok(row)
}
