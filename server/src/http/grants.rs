//! Who holds the roles of packs: grants, and who could do what when.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use http::StatusCode;
use serde::Deserialize;
use shared::api::{ErrorCode, Failure, Grant, HeldBy, Holders, NewGrant, RoleHolders};
use shared::base::{GrantId, ProjectId, Timestamp};
use shared::domain::organisation::{self, Party};
use shared::pack::Pack;
use shared::pack::definition::{Holder, Role};
use shared::pack::id::{PackName, RoleName};

use super::auth::{Address, Administrator, Principal};
use super::body::{Body, id};
use super::error::ApiError;
use super::posts::{Until, until};
use crate::app::App;
use crate::secret::random_bytes;

/// Of which pack.
#[derive(Deserialize)]
pub(crate) struct OfPack {
    pack: Option<String>,
}

/// The grants that hold now or later, of one pack or of all.
#[utoipa::path(get, path = "/api/grants", tag = "organisation", params(("pack" = Option<String>, Query)), responses(
    (status = 200, body = Vec<Grant>), (status = 403, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn list(
    State(app): State<App>,
    _: Administrator,
    of: Result<Query<OfPack>, QueryRejection>,
) -> Result<Json<Vec<Grant>>, ApiError> {
    let Query(OfPack { pack }) = of.map_err(|_| ApiError::invalid("pack is the name of a pack"))?;
    let pack = pack.map(|pack| pack_name(&pack)).transpose()?;
    Ok(Json(
        app.store.grants(pack.as_ref(), app.clock.now()).await?,
    ))
}

/// Grants a role of a pack to a department, a post or a person, in all projects or in one.
#[utoipa::path(post, path = "/api/grants", request_body = NewGrant, tag = "organisation", responses(
    (status = 201, body = Grant), (status = 403, body = Failure), (status = 404, body = Failure),
    (status = 409, description = "The same is granted at that time", body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn make(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Body(body): Body<NewGrant>,
) -> Result<(StatusCode, Json<Grant>), ApiError> {
    let pack = pack_name(&body.pack)?;
    let role: RoleName = body
        .role
        .parse()
        .map_err(|e| ApiError::invalid(format!("role: {e}")))?;
    given(&app, &pack, &role)?;
    let now = app.clock.now();
    let asked = Grant {
        id: GrantId::from_bytes(random_bytes()?),
        pack: pack.to_string(),
        role: role.to_string(),
        to: body.to,
        project: body.project,
        since: body.since.unwrap_or(now),
        until: body.until,
    };
    let detail = format!("{} {pack} {role}", asked.id);
    let by = by.does("role_granted", &address, &detail);
    let made = app.store.add_grant(&asked, &by, now).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Ends a grant.
#[utoipa::path(delete, path = "/api/grants/{id}", tag = "organisation",
    params(("id" = String, Path), ("until" = Option<i64>, Query)), responses(
    (status = 204, description = "Ended"), (status = 404, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn end(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path(grant): Path<String>,
    ending: Until,
) -> Result<StatusCode, ApiError> {
    let by = by.does("role_grant_ended", &address, &grant);
    let (grant, now) = (id(&grant, "grant")?, app.clock.now());
    app.store.end_grant(grant, until(ending)?, &by, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// In which project, and when.
#[derive(Deserialize)]
pub(crate) struct When {
    project: Option<String>,
    at: Option<i64>,
}

/// Who could do what by a pack at a moment (none: now), as far as the organisation gives its roles: in a project for its
/// members and administrators, in all for administrators.
#[utoipa::path(get, path = "/api/packs/{pack}/holders", tag = "organisation",
    params(("pack" = String, Path), ("project" = Option<String>, Query), ("at" = Option<i64>, Query)), responses(
    (status = 200, body = Holders), (status = 403, body = Failure), (status = 404, body = Failure),
    (status = 422, body = Failure)))]
pub(crate) async fn holders(
    State(app): State<App>,
    principal: Principal,
    Path(pack): Path<String>,
    when: Result<Query<When>, QueryRejection>,
) -> Result<Json<Holders>, ApiError> {
    let Query(When { project, at }) = when
        .map_err(|_| ApiError::invalid("at is a time in milliseconds since 1970; project an id"))?;
    let project: Option<ProjectId> = project.map(|p| id(&p, "project")).transpose()?;
    if !principal.administrator {
        let Some(project) = project else {
            return Err(ApiError::new(
                ErrorCode::NotAllowed,
                "only administrators see who holds what in all projects; name one of yours",
            ));
        };
        if app
            .store
            .standing(principal.person, project)
            .await?
            .role
            .is_none()
        {
            return Err(ApiError::not_found("project"));
        }
    }
    let pack: PackName = pack.parse().map_err(|_| ApiError::not_found("pack"))?;
    let at = at.map_or_else(|| app.clock.now(), Timestamp);
    let (held, grants) = app.store.held_at(&pack, project, at).await?;
    let mut roles: BTreeMap<String, Vec<Grant>> = BTreeMap::new();
    for grant in grants {
        if grant.project.is_none() || grant.project == project {
            roles.entry(grant.role.clone()).or_default().push(grant);
        }
    }
    let parties = roles.values().flatten().map(|grant| match grant.to {
        Party::Department(department) => department.to_string(),
        Party::Post(post) => post.to_string(),
        Party::Person(person) => person.to_string(),
    });
    let names = app.store.party_names(&parties.collect()).await?;
    let role = |(role, grants): (String, Vec<Grant>)| RoleHolders {
        decide: held_by(&held.decide, &role),
        begin: held_by(&held.begin, &role),
        role,
        grants,
    };
    Ok(Json(Holders {
        at,
        roles: roles.into_iter().map(role).collect(),
        deputies: app.store.deputies_at(at).await?,
        keepers: held.keepers.iter().copied().collect(),
        names,
    }))
}

fn held_by(of: &BTreeMap<RoleName, organisation::HeldBy>, role: &str) -> Vec<HeldBy> {
    let by = of.iter().find(|(known, _)| known.as_str() == role);
    let by = by.into_iter().flat_map(|(_, by)| by);
    by.map(|(person, grants)| HeldBy {
        person: *person,
        grants: grants.iter().copied().collect(),
    })
    .collect()
}

/// Whether a role is one that the organisation gives, as far as its pack is known here: one that is not offered yet may be
/// granted already.
fn given(app: &App, pack: &PackName, role: &RoleName) -> Result<(), ApiError> {
    let versions: Vec<&Pack> = app.packs.whole().filter(|p| p.id == *pack).collect();
    let roles: Vec<_> = versions.iter().filter_map(|p| p.role(role)).collect();
    let organisation = |role: &&Role| matches!(role.holder, Holder::Department | Holder::Post);
    if versions.is_empty() || roles.iter().any(organisation) {
        Ok(())
    } else if roles.is_empty() {
        Err(ApiError::invalid(format!("{pack} has no role {role}")))
    } else {
        Err(ApiError::invalid(format!(
            "{role} is given in each project, not by the organisation"
        )))
    }
}

fn pack_name(text: &str) -> Result<PackName, ApiError> {
    let name = text.parse();
    name.map_err(|e| ApiError::invalid(format!("pack: {e}")))
}
