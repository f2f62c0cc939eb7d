//! What the plans of all projects leave of resources.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use shared::api::{Failure, PoolResource};
use shared::base::Moment;

use super::auth::Principal;
use super::body::id;
use super::error::ApiError;
use crate::app::App;

/// Which days, both included.
#[derive(Deserialize)]
pub(crate) struct Days {
    first: String,
    last: String,
}

/// What the plans of all projects leave of resources in some days, summed: not which project asks for what. For members of
/// a project, and for who has a part in it, such as who evaluates its application.
#[utoipa::path(get, path = "/api/projects/{id}/pool", tag = "regulations",
    params(("id" = String, Path), ("first" = String, Query), ("last" = String, Query)), responses(
    (status = 200, body = Vec<PoolResource>), (status = 404, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn show(
    State(app): State<App>,
    principal: Principal,
    Path(project): Path<String>,
    days: Result<Query<Days>, QueryRejection>,
) -> Result<Json<Vec<PoolResource>>, ApiError> {
    let project = id(&project, "project")?;
    app.ledger.may_attach(principal.person, project).await?;
    let wrong = || ApiError::invalid("say which days: ?first=2026-12-01&last=2027-02-28");
    let Query(Days { first, last }) = days.map_err(|_| wrong())?;
    let day = |text: &str| {
        let moment: Moment = text.parse().map_err(|_| wrong())?;
        Ok::<i64, ApiError>(moment.day())
    };
    let (first, last) = (day(&first)?, day(&last)?);
    if first > last {
        return Err(ApiError::invalid("the last day is before the first"));
    }
    let plans = app.store.living_plans().await?;
    let free = app.hub.free(&plans, first, last).await;
    let free = free.map_err(|error| ApiError::internal(&error))?;
    let rows = free.into_iter().map(|one| PoolResource {
        name: one.name,
        there: one.there,
        busiest: one.busiest,
        free: one.free,
        plans: one.plans,
    });
    Ok(Json(rows.collect()))
}
