//! The record of what happened to accounts and to the organisation.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use shared::api::{AuditPage, Failure};
use shared::base::{PersonId, Timestamp};

use super::auth::Administrator;
use super::body::id;
use super::error::ApiError;
use super::posts::account_of;
use crate::app::App;
use crate::store::AuditAsked;

/// Which part of the record.
#[derive(Deserialize)]
pub(crate) struct Part {
    person: Option<String>,
    since: Option<i64>,
    until: Option<i64>,
    before: Option<i64>,
}

/// What happened to accounts and to the organisation, the newest first: about a person and by them, from a moment to before
/// another, before the line of a number.
#[utoipa::path(get, path = "/api/audit", tag = "organisation",
    params(("person" = Option<String>, Query), ("since" = Option<i64>, Query), ("until" = Option<i64>, Query),
    ("before" = Option<i64>, Query)), responses((status = 200, body = AuditPage), (status = 403, body = Failure),
    (status = 404, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn show(
    State(app): State<App>,
    _: Administrator,
    part: Result<Query<Part>, QueryRejection>,
) -> Result<Json<AuditPage>, ApiError> {
    let Query(part) = part.map_err(|_| {
        ApiError::invalid(
            "since and until are times in milliseconds since 1970; before is a line's number",
        )
    })?;
    let person = match part.person.filter(|person| !person.is_empty()) {
        Some(person) => {
            let person: PersonId = id(&person, "person")?;
            Some((person, account_of(&app, person).await?))
        }
        None => None,
    };
    let asked = AuditAsked {
        person,
        since: Timestamp(part.since.unwrap_or(i64::MIN)),
        until: Timestamp(part.until.unwrap_or(i64::MAX)),
        before: part.before.unwrap_or(i64::MAX),
    };
    Ok(Json(app.store.audit_page(&asked).await?))
}
