//! Projects, their members and documents.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use shared::api::{DocumentInfo, EditProject, ErrorCode, Failure, NewProject, Project, PutMember};
use shared::base::{DocumentId, PersonId, ProjectId};
use shared::domain::permission::{ProjectState, access, may_manage};

use super::auth::{Address, Principal};
use super::body::{Body, id, line};
use super::error::ApiError;
use crate::app::App;
use crate::notices::Notice;
use crate::secret::random_bytes;
use crate::store::documents::{DocumentLog, DocumentRow};
use crate::store::{AuditEvent, ProjectToMake};

/// The projects that one is a member of, the newest first.
#[utoipa::path(get, path = "/api/projects", tag = "projects", responses((status = 200, body = Vec<Project>)))]
pub(crate) async fn list(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<Vec<Project>>, ApiError> {
    Ok(Json(app.store.projects(principal.person).await?))
}

/// Makes a project; who makes it is its manager.
#[utoipa::path(post, path = "/api/projects", request_body = NewProject, tag = "projects", responses(
    (status = 201, body = Project), (status = 422, body = Failure)))]
pub(crate) async fn make(
    State(app): State<App>,
    principal: Principal,
    Body(body): Body<NewProject>,
) -> Result<(StatusCode, Json<Project>), ApiError> {
    if let Some(pack) = body.pack
        && app.packs.offers(&pack).is_none()
    {
        return Err(ApiError::not_found("regulation"));
    }
    let project = ProjectToMake {
        begun: body.pack.is_none(),
        id: ProjectId::from_bytes(random_bytes()?),
        name: line(&body.name, "name", 200)?,
        manager: principal.person,
        plan: DocumentId::from_bytes(random_bytes()?),
        progress: DocumentId::from_bytes(random_bytes()?),
    };
    let project = app.store.add_project(&project, app.clock.now()).await?;
    if let Some(pack) = body.pack {
        app.ledger.adopt(principal.person, project.id, pack).await?;
    }
    app.notices.send(Notice::ProjectChanged {
        project: project.id,
        people: vec![principal.person],
    });
    Ok((StatusCode::CREATED, Json(project)))
}

/// One project.
#[utoipa::path(get, path = "/api/projects/{id}", tag = "projects", params(("id" = String, Path)), responses(
    (status = 200, body = Project), (status = 404, description = "Not there, or not for this person", body = Failure)))]
pub(crate) async fn show(
    State(app): State<App>,
    principal: Principal,
    Path(project): Path<String>,
) -> Result<Json<Project>, ApiError> {
    Ok(Json(own(&app, &principal, &project).await?))
}

/// Renames, closes or reopens a project, or says whether it is a template; its managers may.
#[utoipa::path(patch, path = "/api/projects/{id}", request_body = EditProject, tag = "projects",
    params(("id" = String, Path)), responses((status = 200, body = Project), (status = 403, body = Failure),
    (status = 404, body = Failure)))]
pub(crate) async fn edit(
    State(app): State<App>,
    principal: Principal,
    Address(address): Address,
    Path(project): Path<String>,
    Body(body): Body<EditProject>,
) -> Result<Json<Project>, ApiError> {
    let mut project = managed(&app, &principal, &project).await?;
    let name = body.name.map(|name| line(&name, "name", 200)).transpose()?;
    if let Some(name) = name {
        project.name = name;
        app.store.rename_project(project.id, &project.name).await?;
        tell(&app, &project, None);
    }
    let detail = project.id.to_string();
    let by = |event| AuditEvent {
        event,
        name: &principal.name,
        by: Some(principal.person),
        address: &address,
        detail: &detail,
    };
    if let Some(state) = body.state.filter(|state| *state != project.state) {
        let by = by(match (project.state, state) {
            (ProjectState::Proposed, ProjectState::Open) | (_, ProjectState::Proposed) => {
                return Err(ApiError::invalid(
                    "a project that comes to be with a regulation is begun by a decision",
                ));
            }
            (_, ProjectState::Open) => "project_opened",
            (_, ProjectState::Closed) => "project_closed",
        });
        app.store
            .set_project_state(project.id, state, &by, app.clock.now())
            .await?;
        // one that was closed before it was begun is open, and not begun
        let now = app.store.standing(principal.person, project.id).await?;
        project.state = now.state;
        tell(&app, &project, None);
    }
    if let Some(template) = body.template.filter(|is| *is != project.template) {
        project.template = template;
        let by = by(match template {
            true => "project_made_template",
            false => "project_no_template",
        });
        app.store
            .set_project_template(project.id, template, &by, app.clock.now())
            .await?;
        tell(&app, &project, None);
    }
    Ok(Json(project))
}

/// Makes a person a member, or gives a member another role; managers may.
#[utoipa::path(put, path = "/api/projects/{id}/members/{person}", request_body = PutMember, tag = "projects",
    params(("id" = String, Path), ("person" = String, Path)), responses((status = 200, body = Project),
    (status = 403, body = Failure), (status = 404, body = Failure),
    (status = 409, description = "They are the last manager", body = Failure)))]
pub(crate) async fn put_member(
    State(app): State<App>,
    principal: Principal,
    Path((project, person)): Path<(String, String)>,
    Body(body): Body<PutMember>,
) -> Result<Json<Project>, ApiError> {
    let project = managed(&app, &principal, &project).await?;
    let person: PersonId = id(&person, "person")?;
    app.store.put_member(project.id, person, body.role).await?;
    tell(&app, &project, Some(person));
    Ok(Json(own(&app, &principal, &project.id.to_string()).await?))
}

/// Takes a member out; managers may, and everybody for themself.
#[utoipa::path(delete, path = "/api/projects/{id}/members/{person}", tag = "projects",
    params(("id" = String, Path), ("person" = String, Path)), responses((status = 204, description = "Taken out"),
    (status = 403, body = Failure), (status = 404, body = Failure),
    (status = 409, description = "They are the last manager", body = Failure)))]
pub(crate) async fn remove_member(
    State(app): State<App>,
    principal: Principal,
    Path((project, person)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let person: PersonId = id(&person, "person")?;
    let project = if person == principal.person {
        own(&app, &principal, &project).await?
    } else {
        managed(&app, &principal, &project).await?
    };
    app.store.remove_member(project.id, person).await?;
    tell(&app, &project, None);
    Ok(StatusCode::NO_CONTENT)
}

/// The documents of a project, with what one may do with each.
#[utoipa::path(get, path = "/api/projects/{id}/documents", tag = "projects", params(("id" = String, Path)), responses(
    (status = 200, body = Vec<DocumentInfo>), (status = 404, body = Failure)))]
pub(crate) async fn documents(
    State(app): State<App>,
    principal: Principal,
    Path(project): Path<String>,
) -> Result<Json<Vec<DocumentInfo>>, ApiError> {
    let project = own(&app, &principal, &project).await?;
    let documents = app.hub.documents().list(project.id).await?;
    let info = |row: DocumentRow| DocumentInfo {
        id: row.id,
        kind: row.kind,
        key: row.key,
        access: access(Some(project.role), project.state, row.kind),
    };
    Ok(Json(documents.into_iter().map(info).collect()))
}

/// The project, where the person is a member; else it is not there.
async fn own(app: &App, principal: &Principal, project: &str) -> Result<Project, ApiError> {
    app.store
        .project(id(project, "project")?, principal.person)
        .await?
        .ok_or_else(|| ApiError::not_found("project"))
}

async fn managed(app: &App, principal: &Principal, project: &str) -> Result<Project, ApiError> {
    let project = own(app, principal, project).await?;
    if may_manage(Some(project.role)) {
        Ok(project)
    } else {
        Err(ApiError::new(
            ErrorCode::NotAllowed,
            "only the project's managers may do this",
        ))
    }
}

fn tell(app: &App, project: &Project, also: Option<PersonId>) {
    let people = project
        .members
        .iter()
        .map(|m| m.person)
        .chain(also)
        .collect();
    app.notices.send(Notice::ProjectChanged {
        project: project.id,
        people,
    });
}
