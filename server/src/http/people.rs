//! People, administered.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use shared::api::{EditPerson, Failure, NewPerson, Person, ResetPassword};
use shared::base::PersonId;

use super::auth::{Address, Administrator, tell_ended};
use super::body::{Body, id, line, optional_line};
use super::error::ApiError;
use crate::app::App;
use crate::password::objection;
use crate::secret::random_bytes;
use crate::store::{AuditEvent, name_key};

/// Makes a person, with a first password that must be changed at the first sign-in.
#[utoipa::path(post, path = "/api/people", request_body = NewPerson, tag = "organisation", responses(
    (status = 201, body = Person), (status = 403, body = Failure),
    (status = 409, description = "The name is taken", body = Failure)))]
pub(crate) async fn make(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Body(mut body): Body<NewPerson>,
) -> Result<(StatusCode, Json<Person>), ApiError> {
    body.name = account_name(&body.name)?;
    body.display_name = line(&body.display_name, "display_name", 100)?;
    body.post = optional_line(&body.post, "post", 100)?;
    if let Some(objection) = objection(&body.password, &body.name) {
        return Err(ApiError::invalid(objection));
    }
    let hash = app
        .passwords
        .hash(std::mem::take(&mut body.password))
        .await?;
    let now = app.clock.now();
    let id = PersonId::from_bytes(random_bytes()?);
    let person = app.store.add_person(id, &body, &hash, true, now).await?;
    record(&app, "person_made", &person.name, by.person, &address).await?;
    Ok((StatusCode::CREATED, Json(person)))
}

/// Changes a person. Who may no longer sign in is signed out everywhere.
#[utoipa::path(patch, path = "/api/people/{id}", request_body = EditPerson, tag = "organisation",
    params(("id" = String, Path)), responses((status = 200, body = Person), (status = 404, body = Failure),
    (status = 409, description = "They are the last administrator", body = Failure)))]
pub(crate) async fn edit(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path(person): Path<String>,
    Body(mut body): Body<EditPerson>,
) -> Result<Json<Person>, ApiError> {
    body.display_name = body
        .display_name
        .map(|n| line(&n, "display_name", 100))
        .transpose()?;
    body.post = body
        .post
        .map(|p| optional_line(&p, "post", 100))
        .transpose()?;
    let now = app.clock.now();
    let person = app
        .store
        .edit_person(id(&person, "person")?, &body, now)
        .await?;
    tell_ended(&app, now).await?;
    record(&app, "person_changed", &person.name, by.person, &address).await?;
    Ok(Json(person))
}

/// Sets a person's password; it must be changed at the next sign-in, and everything they are signed in with ends.
#[utoipa::path(post, path = "/api/people/{id}/password", request_body = ResetPassword, tag = "organisation",
    params(("id" = String, Path)), responses((status = 204, description = "Set"), (status = 404, body = Failure)))]
pub(crate) async fn reset_password(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path(person): Path<String>,
    Body(body): Body<ResetPassword>,
) -> Result<StatusCode, ApiError> {
    let account = app
        .store
        .account(id(&person, "person")?)
        .await?
        .ok_or_else(|| ApiError::not_found("person"))?;
    if let Some(objection) = objection(&body.password, &account.person.name) {
        return Err(ApiError::invalid(objection));
    }
    let hash = app.passwords.hash(body.password).await?;
    let now = app.clock.now();
    app.store
        .set_password(account.person.id, &hash, true, None, now)
        .await?;
    app.store
        .forget_attempts(&name_key(&account.person.name))
        .await?;
    tell_ended(&app, now).await?;
    record(
        &app,
        "password_reset",
        &account.person.name,
        by.person,
        &address,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A name to sign in with: letters, digits and `. _ - @`, no spaces.
pub(crate) fn account_name(name: &str) -> Result<String, ApiError> {
    let name = line(name, "name", 64)?;
    if name
        .chars()
        .all(|c| c.is_alphanumeric() || "._-@".contains(c))
    {
        Ok(name)
    } else {
        Err(ApiError::invalid(
            "name may hold letters, digits and . _ - @ only",
        ))
    }
}

pub(super) async fn record(
    app: &App,
    event: &'static str,
    name: &str,
    by: PersonId,
    address: &str,
) -> Result<(), ApiError> {
    let event = AuditEvent {
        event,
        name,
        by: Some(by),
        address,
        detail: "",
    };
    tracing::info!(event = event.event, %address, "account");
    Ok(app.store.audit(&event, app.clock.now()).await?)
}
