//! Attachments of forms: uploaded in parts, so that an upload goes on where it stopped, and read by whoever may read the form.

use axum::Json;
use axum::body::Body as Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures::stream;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use shared::api::{AttachmentState, ErrorCode, Failure, LONGEST_ATTACHMENT, NewAttachment};
use shared::base::ProjectId;
use shared::ledger::Hash;

use super::auth::Principal;
use super::body::{Body, id};
use super::error::ApiError;
use crate::app::App;
use crate::store::Put;

const NO_SNIFFING: HeaderName = HeaderName::from_static("x-content-type-options");

/// Begins the upload of an attachment, or tells how far it has come.
#[utoipa::path(put, path = "/api/projects/{id}/attachments/{hash}", request_body = NewAttachment, tag = "regulations",
    params(("id" = String, Path), ("hash" = String, Path)), responses((status = 200, body = AttachmentState),
    (status = 404, body = Failure), (status = 413, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn begin(
    State(app): State<App>,
    principal: Principal,
    Path((project, hash)): Path<(String, String)>,
    body: Result<Body<NewAttachment>, ApiError>,
) -> Result<Json<AttachmentState>, ApiError> {
    let (project, hash) = named(&project, &hash)?;
    app.ledger.may_attach(principal.person, project).await?;
    let Body(body) = body?;
    if body.size > LONGEST_ATTACHMENT {
        let most = LONGEST_ATTACHMENT >> 20;
        let message = format!("an attachment has at most {most} MB; nothing was uploaded");
        return Err(ApiError::new(ErrorCode::TooLarge, message));
    }
    if body.size == 0 {
        return Err(ApiError::invalid("an attachment is not empty"));
    }
    let now = app.clock.now();
    let begun = app
        .store
        .begin_attachment(project, hash, body.size, principal.person, now);
    begun.await?;
    state(&app, project, hash).await
}

/// Keeps a part of an attachment.
#[utoipa::path(put, path = "/api/projects/{id}/attachments/{hash}/parts/{place}", tag = "regulations",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    params(("id" = String, Path), ("hash" = String, Path), ("place" = u32, Path)), responses(
    (status = 200, body = AttachmentState), (status = 404, body = Failure),
    (status = 422, description = "Not of that length, or the whole has another hash: then it begins anew", body = Failure)))]
pub(crate) async fn put_part(
    State(app): State<App>,
    principal: Principal,
    Path((project, hash, place)): Path<(String, String, String)>,
    bytes: axum::body::Bytes,
) -> Result<Json<AttachmentState>, ApiError> {
    let (project, hash) = named(&project, &hash)?;
    app.ledger.may_attach(principal.person, project).await?;
    let place = id(&place, "part")?;
    match app.store.put_part(project, hash, place, &bytes).await? {
        Put::Kept => state(&app, project, hash).await,
        Put::NoPlace => Err(ApiError::invalid(
            "the attachment has no part of that length there; begin it first",
        )),
        Put::OtherHash => Err(ApiError::invalid(
            "the whole has another hash than it should: nothing of it was kept, upload it again",
        )),
    }
}

/// The bytes of an attachment, for whoever may read a form that names it.
#[utoipa::path(get, path = "/api/projects/{id}/attachments/{hash}", tag = "regulations",
    params(("id" = String, Path), ("hash" = String, Path)), responses(
    (status = 200, content_type = "application/octet-stream"), (status = 404, body = Failure)))]
pub(crate) async fn show(
    State(app): State<App>,
    principal: Principal,
    Path((project, hash)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (project, hash) = named(&project, &hash)?;
    let missing = || ApiError::not_found("attachment");
    let (known, by) = app
        .store
        .attachment(project, hash)
        .await?
        .ok_or_else(missing)?;
    let may =
        by == principal.person || app.ledger.may_read(principal.person, project, hash).await?;
    if !may || !known.whole {
        return Err(missing());
    }
    // what a hash names never changes
    let cache = "private, max-age=31536000, immutable";
    bytes(&app, project, hash, known.size, cache).await
}

/// The bytes of an attachment that is whole.
pub(super) async fn bytes(
    app: &App,
    project: ProjectId,
    hash: Hash,
    size: u64,
    cache: &str,
) -> Result<Response, ApiError> {
    let parts = app.store.attachment_parts(project, hash).await?;
    let store = app.store.clone();
    let bytes = stream::unfold(
        (store, parts.into_iter()),
        |(store, mut parts)| async move {
            let part = parts.next()?;
            let bytes = match store.attachment_part(part).await {
                Ok(Some(bytes)) => Ok(bytes),
                Ok(None) => Err(std::io::Error::other("a part is missing or damaged")),
                Err(error) => Err(std::io::Error::other(error)),
            };
            Some((bytes, (store, parts)))
        },
    );
    // never shown by the browser itself: what people upload may be a page with scripts
    let head = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_DISPOSITION, "attachment".to_owned()),
        (CONTENT_LENGTH, size.to_string()),
        (CACHE_CONTROL, cache.to_owned()),
        (NO_SNIFFING, "nosniff".to_owned()),
    ];
    Ok((StatusCode::OK, head, Bytes::from_stream(bytes)).into_response())
}

async fn state(
    app: &App,
    project: ProjectId,
    hash: Hash,
) -> Result<Json<AttachmentState>, ApiError> {
    let found = app.store.attachment(project, hash).await?;
    found
        .map(|(state, _)| Json(state))
        .ok_or_else(|| ApiError::not_found("attachment"))
}

fn named(project: &str, hash: &str) -> Result<(ProjectId, Hash), ApiError> {
    Ok((id(project, "project")?, id(hash, "attachment")?))
}
