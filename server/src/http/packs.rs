//! The regulations that this server offers, and those that projects have adopted.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use shared::api::{Failure, PackInfo};
use shared::ledger::Hash;
use shared::pack::digest;

use super::auth::Principal;
use super::body::id;
use super::error::ApiError;
use crate::app::App;

/// The regulations that projects can adopt.
#[utoipa::path(get, path = "/api/packs", tag = "regulations", responses((status = 200, body = Vec<PackInfo>)))]
pub(crate) async fn list(State(app): State<App>, _: Principal) -> Json<Vec<PackInfo>> {
    Json(app.packs.offered().collect())
}

/// One regulation, by its content hash. It never changes.
#[utoipa::path(get, path = "/api/packs/{pack}", tag = "regulations", params(("pack" = String, Path, description = "its content hash")), responses(
    (status = 200, content_type = "application/json", body = Object), (status = 404, body = Failure)))]
pub(crate) async fn show(
    State(app): State<App>,
    _: Principal,
    Path(hash): Path<String>,
) -> Result<Response, ApiError> {
    let hash: Hash = id(&hash, "regulation")?;
    let pack = app.packs.find(&hash).await?;
    let pack = pack.ok_or_else(|| ApiError::not_found("regulation"))?;
    let head = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "private, max-age=31536000, immutable"),
    ];
    Ok((head, digest::canonical(&pack)).into_response())
}
