//! Posts, and who holds them.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use http::StatusCode;
use serde::Deserialize;
use shared::api::{Dates, Failure, NewPost, Post};
use shared::base::{PersonId, PostId, Timestamp};

use super::auth::{Address, Administrator, Principal};
use super::body::{Body, id, line};
use super::error::ApiError;
use crate::app::App;
use crate::secret::random_bytes;
use crate::store::AuditEvent;

/// When something is to end; none: now.
#[derive(Deserialize)]
pub(crate) struct Ending {
    until: Option<i64>,
}

/// The moment of `?until=`.
pub(super) type Until = Result<Query<Ending>, QueryRejection>;

pub(super) fn until(ending: Until) -> Result<Option<Timestamp>, ApiError> {
    let Query(Ending { until }) =
        ending.map_err(|_| ApiError::invalid("until is a time in milliseconds since 1970"))?;
    Ok(until.map(Timestamp))
}

/// The posts, with who holds them now or later.
#[utoipa::path(get, path = "/api/posts", tag = "organisation", responses((status = 200, body = Vec<Post>)))]
pub(crate) async fn list(
    State(app): State<App>,
    _: Principal,
) -> Result<Json<Vec<Post>>, ApiError> {
    Ok(Json(app.store.posts(app.clock.now()).await?))
}

/// Makes a post.
#[utoipa::path(post, path = "/api/posts", request_body = NewPost, tag = "organisation", responses(
    (status = 201, body = Post), (status = 403, body = Failure), (status = 409, body = Failure)))]
pub(crate) async fn make(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Body(body): Body<NewPost>,
) -> Result<(StatusCode, Json<Post>), ApiError> {
    let name = line(&body.name, "name", 100)?;
    let id = PostId::from_bytes(random_bytes()?);
    let by = by.does("post_made", &address, &name);
    let post = app.store.add_post(id, &name, &by, app.clock.now()).await?;
    Ok((StatusCode::CREATED, Json(post)))
}

/// Renames a post.
#[utoipa::path(patch, path = "/api/posts/{id}", request_body = NewPost, tag = "organisation",
    params(("id" = String, Path)), responses((status = 200, body = Post), (status = 404, body = Failure),
    (status = 409, body = Failure)))]
pub(crate) async fn edit(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path(post): Path<String>,
    Body(body): Body<NewPost>,
) -> Result<Json<Post>, ApiError> {
    let name = line(&body.name, "name", 100)?;
    let by = by.does("post_renamed", &address, &name);
    let now = app.clock.now();
    let post = app
        .store
        .rename_post(id(&post, "post")?, &name, &by, now)
        .await?;
    Ok(Json(post))
}

/// Ends a post; whoever holds it holds it no more.
#[utoipa::path(delete, path = "/api/posts/{id}", tag = "organisation", params(("id" = String, Path)), responses(
    (status = 204, description = "Ended"), (status = 404, body = Failure),
    (status = 409, description = "It still holds roles of regulations", body = Failure)))]
pub(crate) async fn end(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path(post): Path<String>,
) -> Result<StatusCode, ApiError> {
    let by = by.does("post_ended", &address, &post);
    app.store
        .end_post(id(&post, "post")?, &by, app.clock.now())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a person hold a post.
#[utoipa::path(put, path = "/api/posts/{id}/holders/{person}", request_body = Dates, tag = "organisation",
    params(("id" = String, Path), ("person" = String, Path)), responses((status = 200, body = Post),
    (status = 404, body = Failure), (status = 409, description = "They hold it at that time", body = Failure),
    (status = 422, description = "The dates do not go, or the person may not sign in", body = Failure)))]
pub(crate) async fn put_holder(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path((post, person)): Path<(String, String)>,
    Body(body): Body<Dates>,
) -> Result<Json<Post>, ApiError> {
    let (post, person): (PostId, _) = (id(&post, "post")?, id(&person, "person")?);
    let (name, detail) = (account_of(&app, person).await?, post.to_string());
    let by = AuditEvent {
        name: &name,
        ..by.does("post_given", &address, &detail)
    };
    let now = app.clock.now();
    Ok(Json(
        app.store.put_holder(post, person, &body, &by, now).await?,
    ))
}

/// Lets a person hold a post no more.
#[utoipa::path(delete, path = "/api/posts/{id}/holders/{person}", tag = "organisation",
    params(("id" = String, Path), ("person" = String, Path), ("until" = Option<i64>, Query)), responses(
    (status = 204, description = "Ended"), (status = 404, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn end_holder(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path((post, person)): Path<(String, String)>,
    ending: Until,
) -> Result<StatusCode, ApiError> {
    let (post, person): (PostId, _) = (id(&post, "post")?, id(&person, "person")?);
    let (name, detail) = (account_of(&app, person).await?, post.to_string());
    let by = AuditEvent {
        name: &name,
        ..by.does("post_taken", &address, &detail)
    };
    let now = app.clock.now();
    app.store
        .end_holder(post, person, until(ending)?, &by, now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The account of a person, for the record.
pub(super) async fn account_of(app: &App, person: PersonId) -> Result<String, ApiError> {
    let account = app.store.account(person).await?;
    let account = account.ok_or_else(|| ApiError::not_found("person"))?;
    Ok(account.person.name)
}
