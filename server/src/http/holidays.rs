//! Public holidays of other countries, for calendars.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use shared::api::Failure;
use shared::domain::calendar::holidays;
use shared::exchange::holidays::countries;

use super::auth::Principal;
use super::error::ApiError;

/// The most years that are given at once.
const MOST: i32 = 100;

/// The countries whose holidays are known, as ISO 3166 has them.
#[utoipa::path(get, path = "/api/holidays", tag = "holidays", responses((status = 200, body = Vec<String>)))]
pub(crate) async fn list(_: Principal) -> Json<Vec<&'static str>> {
    Json(
        countries::all()
            .iter()
            .map(|country| country.code)
            .collect(),
    )
}

/// Which years.
#[derive(Deserialize)]
pub(crate) struct Years {
    first: i32,
    last: i32,
}

/// The holidays of a country in some years, in the form of files of holidays.
#[utoipa::path(get, path = "/api/holidays/{country}", tag = "holidays",
    params(("country" = String, Path), ("first" = i32, Query), ("last" = i32, Query)),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 404, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn show(
    _: Principal,
    Path(country): Path<String>,
    years: Result<Query<Years>, QueryRejection>,
) -> Result<([(http::HeaderName, &'static str); 1], String), ApiError> {
    let Query(Years { first, last }) =
        years.map_err(|_| ApiError::invalid("say which years: ?first=2026&last=2027"))?;
    if !countries::all().iter().any(|known| known.code == country) {
        return Err(ApiError::not_found("country"));
    }
    let last = last.min(first.saturating_add(MOST - 1));
    let (found, _) = countries::of_country(&country, first, last);
    let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((kind, holidays::write(&found)))
}
