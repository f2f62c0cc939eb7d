//! Decisions, the ledger, and what waits for people.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use shared::api::{
    Decide, DecideOutside, Decided, DeviceKey, ErrorCode, Failure, Inbox, LedgerKey, LedgerPart,
    NewOutsideLink, OutsideForm, OutsideLink, PutDeviceKey,
};
use shared::ledger::hash::{hex, unhex};

use super::attachments;
use super::auth::{Address, OnDevice, Principal};
use super::body::{Body, id};
use super::error::ApiError;
use crate::app::App;
use crate::ledger::{Asker, LedgerError};
use crate::secret::Secret;
use crate::store::Knocks;

/// Where links of people outside lead to; what comes after it is secret.
pub(crate) const LINKS: &str = "/api/outside/";

/// Decides about a wish: what a person does in a project by its regulation. Sent twice, it is taken once.
#[utoipa::path(post, path = "/api/decisions", request_body = Decide, tag = "regulations", responses(
    (status = 200, description = "Taken, or refused with the reason", body = Decided),
    (status = 404, description = "No such project, or not for this person", body = Failure),
    (status = 409, description = "The key was used for another wish", body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn decide(
    State(app): State<App>,
    principal: Principal,
    Body(ask): Body<Decide>,
) -> Result<Json<Decided>, ApiError> {
    let asker = Asker {
        person: principal.person,
        device: principal.device(),
        link: None,
    };
    Ok(Json(app.ledger.decide(asker, &ask).await?))
}

/// From where on.
#[derive(Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: u64,
}

/// A project's ledger: the entries after one, with the bodies that are for this person, and the signed head.
#[utoipa::path(get, path = "/api/projects/{id}/ledger", tag = "regulations",
    params(("id" = String, Path), ("after" = u64, Query)), responses(
    (status = 200, body = LedgerPart), (status = 404, body = Failure)))]
pub(crate) async fn show(
    State(app): State<App>,
    principal: Principal,
    Path(project): Path<String>,
    after: Result<Query<After>, QueryRejection>,
) -> Result<Json<LedgerPart>, ApiError> {
    let Query(After { after }) =
        after.map_err(|_| ApiError::invalid("say from where: ?after=12"))?;
    let project = id(&project, "project")?;
    Ok(Json(
        app.ledger.part(principal.person, project, after).await?,
    ))
}

/// The keys with which heads were signed, the newest first.
#[utoipa::path(get, path = "/api/ledger/keys", tag = "regulations", responses((status = 200, body = Vec<LedgerKey>)))]
pub(crate) async fn keys(
    State(app): State<App>,
    _: Principal,
) -> Result<Json<Vec<LedgerKey>>, ApiError> {
    Ok(Json(app.ledger.keys().await?))
}

/// Registers this device's key, for decisions made with no network.
#[utoipa::path(put, path = "/api/device-key", request_body = PutDeviceKey, tag = "account", responses(
    (status = 200, body = DeviceKey), (status = 422, body = Failure)))]
pub(crate) async fn put_device_key(
    State(app): State<App>,
    OnDevice(_, device): OnDevice,
    Body(body): Body<PutDeviceKey>,
) -> Result<Json<DeviceKey>, ApiError> {
    // uncompressed points begin with 4
    let public = unhex(&body.public).filter(|key| key.len() == 65 && key.first() == Some(&4));
    let public = public.ok_or_else(|| {
        ApiError::invalid("public is a point of P-256, uncompressed: 130 hexadecimal digits")
    })?;
    let since = app.ledger.put_device_key(device, &public).await?;
    Ok(Json(DeviceKey {
        device,
        public: body.public,
        since,
    }))
}

/// Makes a link by which somebody outside signs a form, once; it is shown this once.
#[utoipa::path(post, path = "/api/projects/{id}/outside", request_body = NewOutsideLink, tag = "regulations",
    params(("id" = String, Path)), responses((status = 201, body = OutsideLink), (status = 404, body = Failure)))]
pub(crate) async fn make_link(
    State(app): State<App>,
    principal: Principal,
    Path(project): Path<String>,
    body: Result<Body<NewOutsideLink>, ApiError>,
) -> Result<(StatusCode, Json<OutsideLink>), ApiError> {
    let project = id(&project, "project")?;
    app.ledger.may_attach(principal.person, project).await?;
    let Body(body) = body?;
    let made = app
        .ledger
        .make_link(principal.person, project, &body)
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// What whoever has a link signs.
#[utoipa::path(get, path = "/api/outside/{secret}", tag = "regulations", security(()),
    params(("secret" = String, Path)), responses((status = 200, body = OutsideForm),
    (status = 404, description = "Never was", body = Failure), (status = 410, description = "Used, or too old", body = Failure)))]
pub(crate) async fn by_link(
    State(app): State<App>,
    Address(address): Address,
    Path(secret): Path<String>,
) -> Result<Json<OutsideForm>, ApiError> {
    may_knock(&app, &address, &secret).await?;
    let shown = app.ledger.by_link(&secret).await;
    Ok(Json(known(&app, &address, shown).await?))
}

/// A file that the form of a link names.
#[utoipa::path(get, path = "/api/outside/{secret}/attachments/{hash}", tag = "regulations", security(()),
    params(("secret" = String, Path), ("hash" = String, Path)), responses(
    (status = 200, content_type = "application/octet-stream"), (status = 404, body = Failure), (status = 410, body = Failure)))]
pub(crate) async fn file_by_link(
    State(app): State<App>,
    Address(address): Address,
    Path((secret, hash)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    may_knock(&app, &address, &secret).await?;
    // whoever has no link is told nothing of what is right in the rest of the address
    let project = app.ledger.file_by_link(&secret, &hash).await;
    let missing = || ApiError::not_found("attachment");
    let project = known(&app, &address, project).await?.ok_or_else(missing)?;
    let hash = id(&hash, "attachment")?;
    let state = app.store.attachment(project, hash).await?;
    let (state, _) = state.ok_or_else(missing)?;
    if !state.whole {
        return Err(missing());
    }
    attachments::bytes(&app, project, hash, state.size, "no-store").await
}

/// An opinion of whoever has a link.
#[utoipa::path(post, path = "/api/outside/{secret}", request_body = DecideOutside, tag = "regulations", security(()),
    params(("secret" = String, Path)), responses((status = 200, body = Decided),
    (status = 404, description = "Never was", body = Failure), (status = 410, description = "Used, or too old", body = Failure),
    (status = 422, body = Failure)))]
pub(crate) async fn decide_by_link(
    State(app): State<App>,
    Address(address): Address,
    Path(secret): Path<String>,
    Body(ask): Body<DecideOutside>,
) -> Result<Json<Decided>, ApiError> {
    may_knock(&app, &address, &secret).await?;
    let decided = app.ledger.decide_by_link(&secret, ask).await;
    let decided = known(&app, &address, decided).await?;
    if matches!(decided, Decided::Refused { .. }) {
        let (link, now) = (kept_as(&secret), app.clock.now());
        app.store.knocked(Knocks::Refused, &link, now).await?;
    }
    Ok(Json(decided))
}

/// A link as the count of refused opinions names it: its secret is in no table.
fn kept_as(secret: &str) -> String {
    hex(&Secret::kept(secret))
}

/// Whether an address has not asked for too many links that never were, nor had too many opinions refused by this one.
async fn may_knock(app: &App, address: &str, secret: &str) -> Result<(), ApiError> {
    let now = app.clock.now();
    let link = kept_as(secret);
    let unknown = app.store.knocks(Knocks::Unknown, address, now).await?;
    let refused = app.store.knocks(Knocks::Refused, &link, now).await?;
    match unknown.max(refused) {
        Some(seconds) => Err(ApiError::too_many(seconds)),
        None => Ok(()),
    }
}

/// Counts who asks for a link that never was.
async fn known<T>(app: &App, address: &str, answer: Result<T, LedgerError>) -> Result<T, ApiError> {
    if matches!(answer, Err(LedgerError::NoLink)) {
        let now = app.clock.now();
        app.store.knocked(Knocks::Unknown, address, now).await?;
    }
    Ok(answer?)
}

/// What waits for the person who asks, and where their own requests stand.
#[utoipa::path(get, path = "/api/inbox", tag = "regulations", responses((status = 200, body = Inbox)))]
pub(crate) async fn inbox(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<Inbox>, ApiError> {
    Ok(Json(app.ledger.inbox(principal.person).await?))
}

impl From<LedgerError> for ApiError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::NoLink => Self::new(ErrorCode::NotFound, error.to_string()),
            LedgerError::LinkUsed => Self::new(ErrorCode::LinkUsed, error.to_string()),
            LedgerError::LinkOver => Self::new(ErrorCode::LinkOver, error.to_string()),
            LedgerError::NoSigner
            | LedgerError::NotByLink
            | LedgerError::Pictures
            | LedgerError::Unreadable(_) => Self::invalid(error.to_string()),
            LedgerError::NoProject => Self::not_found("project"),
            LedgerError::KeyUsed => Self::new(ErrorCode::Exists, error.to_string()),
            LedgerError::Store(error) => error.into(),
            LedgerError::Document(error) => Self::internal(&error.to_string()),
        }
    }
}
