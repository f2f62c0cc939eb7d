//! The organisation and its departments.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use shared::api::{Department, EditOrganisation, Failure, NewDepartment, Organisation};
use shared::base::DepartmentId;

use super::auth::{Administrator, Principal};
use super::body::{Body, id, line};
use super::error::ApiError;
use crate::app::App;
use crate::secret::random_bytes;

/// The organisation: its name, departments and people.
#[utoipa::path(get, path = "/api/organisation", tag = "organisation", responses((status = 200, body = Organisation)))]
pub(crate) async fn show(
    State(app): State<App>,
    _: Principal,
) -> Result<Json<Organisation>, ApiError> {
    Ok(Json(app.store.organisation().await?))
}

/// Renames the organisation.
#[utoipa::path(patch, path = "/api/organisation", request_body = EditOrganisation, tag = "organisation", responses(
    (status = 200, body = Organisation), (status = 403, body = Failure)))]
pub(crate) async fn edit(
    State(app): State<App>,
    _: Administrator,
    Body(body): Body<EditOrganisation>,
) -> Result<Json<Organisation>, ApiError> {
    if let Some(name) = body.name {
        app.store
            .name_organisation(&line(&name, "name", 200)?)
            .await?;
    }
    Ok(Json(app.store.organisation().await?))
}

/// Makes a department.
#[utoipa::path(post, path = "/api/departments", request_body = NewDepartment, tag = "organisation", responses(
    (status = 201, body = Department), (status = 403, body = Failure), (status = 409, body = Failure)))]
pub(crate) async fn make_department(
    State(app): State<App>,
    _: Administrator,
    Body(body): Body<NewDepartment>,
) -> Result<(StatusCode, Json<Department>), ApiError> {
    let id = DepartmentId::from_bytes(random_bytes()?);
    let department = app
        .store
        .add_department(id, &line(&body.name, "name", 100)?)
        .await?;
    Ok((StatusCode::CREATED, Json(department)))
}

/// Renames a department.
#[utoipa::path(patch, path = "/api/departments/{id}", request_body = NewDepartment, tag = "organisation",
    params(("id" = String, Path)), responses((status = 200, body = Department), (status = 404, body = Failure)))]
pub(crate) async fn edit_department(
    State(app): State<App>,
    _: Administrator,
    Path(department): Path<String>,
    Body(body): Body<NewDepartment>,
) -> Result<Json<Department>, ApiError> {
    let name = line(&body.name, "name", 100)?;
    Ok(Json(
        app.store
            .rename_department(id(&department, "department")?, &name)
            .await?,
    ))
}

/// Removes a department that nobody belongs to.
#[utoipa::path(delete, path = "/api/departments/{id}", tag = "organisation", params(("id" = String, Path)), responses(
    (status = 204, description = "Removed"), (status = 409, description = "People belong to it", body = Failure)))]
pub(crate) async fn remove_department(
    State(app): State<App>,
    _: Administrator,
    Path(department): Path<String>,
) -> Result<StatusCode, ApiError> {
    app.store
        .remove_department(id(&department, "department")?)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
