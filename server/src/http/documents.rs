//! Documents in one piece.

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use shared::api::Failure;
use shared::domain::permission::Access;

use super::ApiError;
use super::auth::Principal;
use crate::app::App;
use crate::store::documents::DocumentLog as _;

/// A snapshot of a document, by its content address: an Automerge file. The socket says which one, and when.
#[utoipa::path(get, path = "/api/documents/{id}/snapshots/{hash}", tag = "sync",
    params(("id" = String, Path), ("hash" = String, Path)), responses(
    (status = 200, content_type = "application/octet-stream"), (status = 404, body = Failure)))]
pub(crate) async fn snapshot(
    State(app): State<App>,
    principal: Principal,
    Path((document, hash)): Path<(String, String)>,
) -> Result<impl IntoResponse, ApiError> {
    let missing = || ApiError::not_found("snapshot");
    let document = document.parse().map_err(|_| missing())?;
    let hash = hash.parse().map_err(|_| missing())?;
    let documents = app.hub.documents();
    let row = documents.find(document).await?.ok_or_else(missing)?;
    let standing = app.store.standing(principal.person, row.project).await?;
    if standing.access(row.kind) == Access::None {
        return Err(missing());
    }
    let bytes = documents.snapshot_bytes(document, hash).await?;
    let headers = [
        (CONTENT_TYPE, "application/octet-stream"),
        // the address is of these bytes for ever
        (CACHE_CONTROL, "private, max-age=31536000, immutable"),
    ];
    Ok((headers, bytes.ok_or_else(missing)?))
}
