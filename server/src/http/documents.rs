//! Documents in one piece.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use shared::api::{Failure, Receipts, SNAPSHOT_EPOCH, SNAPSHOT_SEQ};
use shared::base::DocumentId;
use shared::domain::permission::Access;

use super::ApiError;
use super::auth::Principal;
use super::body::id;
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
    let row = readable(&app, &principal, asked(&document)?).await?;
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
    let row = readable(&app, &principal, asked(&document)?).await?;
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

/// The first rows of a project's plan, with dates and progress: what a device shows that has nothing of the plan yet, while
/// the documents come. Whose form is the app's own: it belongs to the version of the app that this server carries.
#[utoipa::path(get, path = "/api/projects/{id}/plan/first", tag = "sync",
    params(("id" = String, Path)), responses(
    (status = 200, content_type = "application/json"), (status = 404, body = Failure)))]
pub(crate) async fn first(
    State(app): State<App>,
    principal: Principal,
    Path(project): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let project = id(&project, "project")?;
    let found = app.store.project(project, principal.person).await?;
    let project = found.ok_or_else(|| ApiError::not_found("project"))?;
    let plan = readable(&app, &principal, project.plan).await?;
    let progress = readable(&app, &principal, project.progress).await?;
    let rows = app.hub.first_rows(&plan, &progress).await;
    let rows = rows.map_err(|error| ApiError::internal(&error.to_string()))?;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "private, no-cache"),
    ];
    Ok((headers, rows))
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
    let row = readable(&app, &principal, asked(&document)?).await?;
    Ok(Json(app.hub.documents().receipts(row.id).await?))
}

/// The document of an address.
fn asked(document: &str) -> Result<DocumentId, ApiError> {
    document.parse().map_err(|_| missing())
}

fn missing() -> ApiError {
    ApiError::not_found("snapshot")
}

/// A document that this person may read; of others they are not told whether they are there.
async fn readable(
    app: &App,
    principal: &Principal,
    document: DocumentId,
) -> Result<DocumentRow, ApiError> {
    let found = app.hub.documents().find(document).await?;
    let row = found.ok_or_else(missing)?;
    let standing = app.store.standing(principal.person, row.project).await?;
    if standing.access(row.kind) == Access::None {
        return Err(missing());
    }
    Ok(row)
}
