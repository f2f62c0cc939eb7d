//! Who acts for whom.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use http::StatusCode;
use serde::Deserialize;
use shared::api::{Deputy, ErrorCode, Failure, NewDeputy};
use shared::base::DeputyId;

use super::auth::{Address, Principal};
use super::body::{Body, id, optional_line};
use super::error::ApiError;
use super::posts::{Until, account_of, until};
use crate::app::App;
use crate::secret::random_bytes;
use crate::store::AuditEvent;

/// Whose deputies.
#[derive(Deserialize)]
pub(crate) struct Whose {
    #[serde(default)]
    all: bool,
}

/// Deputies now or later: those who act for oneself, and whom one acts for; with `all=true` everybody's, for administrators.
#[utoipa::path(get, path = "/api/deputies", tag = "organisation", params(("all" = Option<bool>, Query)), responses(
    (status = 200, body = Vec<Deputy>), (status = 403, body = Failure)))]
pub(crate) async fn list(
    State(app): State<App>,
    principal: Principal,
    whose: Result<Query<Whose>, QueryRejection>,
) -> Result<Json<Vec<Deputy>>, ApiError> {
    let Query(Whose { all }) = whose.map_err(|_| ApiError::invalid("all is true or false"))?;
    if all && !principal.administrator {
        return Err(others());
    }
    let of = (!all).then_some(principal.person);
    Ok(Json(app.store.deputies(of, app.clock.now()).await?))
}

/// Names a deputy for oneself; administrators, for anybody.
#[utoipa::path(post, path = "/api/deputies", request_body = NewDeputy, tag = "organisation", responses(
    (status = 201, body = Deputy), (status = 403, body = Failure), (status = 404, body = Failure),
    (status = 409, description = "They act for this person at that time", body = Failure),
    (status = 422, description = "The dates do not go, it is the person themselves, or both would act for each other", body = Failure)))]
pub(crate) async fn make(
    State(app): State<App>,
    Address(address): Address,
    principal: Principal,
    Body(body): Body<NewDeputy>,
) -> Result<(StatusCode, Json<Deputy>), ApiError> {
    let person = body.person.unwrap_or(principal.person);
    if person != principal.person && !principal.administrator {
        return Err(others());
    }
    let now = app.clock.now();
    let asked = Deputy {
        id: DeputyId::from_bytes(random_bytes()?),
        person,
        deputy: body.deputy,
        since: body.since.unwrap_or(now),
        until: body.until,
        reason: optional_line(&body.reason, "reason", 200)?,
    };
    let (name, detail) = (account_of(&app, person).await?, body.deputy.to_string());
    let by = AuditEvent {
        name: &name,
        ..principal.does("deputy_named", &address, &detail)
    };
    let made = app.store.add_deputy(&asked, &by, now).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Lets a deputy act no more: who is away may, who acts may, and administrators.
#[utoipa::path(delete, path = "/api/deputies/{id}", tag = "organisation",
    params(("id" = String, Path), ("until" = Option<i64>, Query)), responses(
    (status = 204, description = "Ended"), (status = 404, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn end(
    State(app): State<App>,
    Address(address): Address,
    principal: Principal,
    Path(deputy): Path<String>,
    ending: Until,
) -> Result<StatusCode, ApiError> {
    let deputy: DeputyId = id(&deputy, "deputy")?;
    let found = app.store.deputy(deputy).await?;
    let theirs = |found: &Deputy| {
        principal.administrator || [found.person, found.deputy].contains(&principal.person)
    };
    let found = found
        .filter(theirs)
        .ok_or_else(|| ApiError::not_found("deputy"))?;
    let (name, detail) = (
        account_of(&app, found.person).await?,
        found.deputy.to_string(),
    );
    let by = AuditEvent {
        name: &name,
        ..principal.does("deputy_ended", &address, &detail)
    };
    let now = app.clock.now();
    app.store
        .end_deputy(deputy, until(ending)?, &by, now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn others() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "only administrators see and name the deputies of others",
    )
}
