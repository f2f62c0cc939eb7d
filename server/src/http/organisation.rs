//! The organisation and its departments.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use shared::api::{
    Dates, Department, EditOrganisation, Failure, Heads, NewDepartment, Organisation,
};
use shared::base::DepartmentId;

use super::auth::{Address, Administrator, Principal};
use super::body::{Body, id, line};
use super::error::ApiError;
use super::posts::{Until, account_of, until};
use crate::app::App;
use crate::secret::random_bytes;
use crate::store::AuditEvent;

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

/// Makes a department. One of that name that was ended is there again.
#[utoipa::path(post, path = "/api/departments", request_body = NewDepartment, tag = "organisation", responses(
    (status = 201, body = Department), (status = 403, body = Failure), (status = 409, body = Failure)))]
pub(crate) async fn make_department(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Body(body): Body<NewDepartment>,
) -> Result<(StatusCode, Json<Department>), ApiError> {
    let id = DepartmentId::from_bytes(random_bytes()?);
    let name = line(&body.name, "name", 100)?;
    let by = by.does("department_made", &address, &name);
    let department = app
        .store
        .add_department(id, &name, &by, app.clock.now())
        .await?;
    Ok((StatusCode::CREATED, Json(department)))
}

/// Renames a department.
#[utoipa::path(patch, path = "/api/departments/{id}", request_body = NewDepartment, tag = "organisation",
    params(("id" = String, Path)), responses((status = 200, body = Department), (status = 404, body = Failure)))]
pub(crate) async fn edit_department(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path(department): Path<String>,
    Body(body): Body<NewDepartment>,
) -> Result<Json<Department>, ApiError> {
    let name = line(&body.name, "name", 100)?;
    let by = by.does("department_renamed", &address, &name);
    let (department, now) = (id(&department, "department")?, app.clock.now());
    Ok(Json(
        app.store
            .rename_department(department, &name, &by, now)
            .await?,
    ))
}

/// Ends a department that nobody belongs to, nobody heads, and that holds no role.
#[utoipa::path(delete, path = "/api/departments/{id}", tag = "organisation", params(("id" = String, Path)), responses(
    (status = 204, description = "Ended"), (status = 409, description = "Something still needs it", body = Failure)))]
pub(crate) async fn remove_department(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path(department): Path<String>,
) -> Result<StatusCode, ApiError> {
    let by = by.does("department_ended", &address, &department);
    app.store
        .remove_department(id(&department, "department")?, &by, app.clock.now())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who heads which department, now or later.
#[utoipa::path(get, path = "/api/heads", tag = "organisation", responses((status = 200, body = Vec<Heads>)))]
pub(crate) async fn heads(
    State(app): State<App>,
    _: Principal,
) -> Result<Json<Vec<Heads>>, ApiError> {
    Ok(Json(app.store.heads(app.clock.now()).await?))
}

/// Lets a person head a department; they need not belong to it.
#[utoipa::path(put, path = "/api/departments/{id}/heads/{person}", request_body = Dates, tag = "organisation",
    params(("id" = String, Path), ("person" = String, Path)), responses((status = 200, body = Heads),
    (status = 404, body = Failure), (status = 409, description = "They head it at that time", body = Failure),
    (status = 422, description = "The dates do not go, or the person may not sign in", body = Failure)))]
pub(crate) async fn put_head(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path((department, person)): Path<(String, String)>,
    Body(body): Body<Dates>,
) -> Result<Json<Heads>, ApiError> {
    let department: DepartmentId = id(&department, "department")?;
    let person = id(&person, "person")?;
    let (name, detail) = (account_of(&app, person).await?, department.to_string());
    let by = AuditEvent {
        name: &name,
        ..by.does("head_named", &address, &detail)
    };
    let now = app.clock.now();
    let heads = app.store.put_head(department, person, &body, &by, now);
    Ok(Json(heads.await?))
}

/// Lets a person head a department no more.
#[utoipa::path(delete, path = "/api/departments/{id}/heads/{person}", tag = "organisation",
    params(("id" = String, Path), ("person" = String, Path), ("until" = Option<i64>, Query)), responses(
    (status = 204, description = "Ended"), (status = 404, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn end_head(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path((department, person)): Path<(String, String)>,
    ending: Until,
) -> Result<StatusCode, ApiError> {
    let department: DepartmentId = id(&department, "department")?;
    let person = id(&person, "person")?;
    let (name, detail) = (account_of(&app, person).await?, department.to_string());
    let by = AuditEvent {
        name: &name,
        ..by.does("head_ended", &address, &detail)
    };
    let (until, now) = (until(ending)?, app.clock.now());
    app.store
        .end_head(department, person, until, &by, now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
