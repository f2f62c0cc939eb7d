//! Bearer tokens for other programs.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use shared::api::{Failure, MadeToken, NewToken, Token};

use super::auth::{Address, OnDevice, Principal, tell_ended};
use super::body::{Body, line};
use super::error::ApiError;
use super::session::audit;
use crate::app::App;
use crate::secret::{Secret, random_bytes};
use crate::store::tokens::{id_from_text, id_text};

/// One's bearer tokens; the tokens themselves cannot be shown again.
#[utoipa::path(get, path = "/api/tokens", tag = "account", responses((status = 200, body = Vec<Token>)))]
pub(crate) async fn list(
    State(app): State<App>,
    OnDevice(principal, _): OnDevice,
) -> Result<Json<Vec<Token>>, ApiError> {
    Ok(Json(app.store.tokens(principal.person).await?))
}

/// Makes a bearer token; it is shown this once.
#[utoipa::path(post, path = "/api/tokens", request_body = NewToken, tag = "account", responses(
    (status = 201, body = MadeToken), (status = 422, body = Failure)))]
pub(crate) async fn make(
    State(app): State<App>,
    Address(address): Address,
    principal: Principal,
    OnDevice(..): OnDevice,
    Body(body): Body<NewToken>,
) -> Result<(StatusCode, Json<MadeToken>), ApiError> {
    let label = line(&body.label, "label", 200)?;
    let (id, secret) = (random_bytes()?, Secret::random()?);
    app.store
        .add_token(
            id,
            principal.person,
            Secret::kept(secret.text()),
            &label,
            app.clock.now(),
        )
        .await?;
    audit(&app, "token_made", &principal.name, &address).await?;
    let made = MadeToken {
        id: id_text(id),
        label,
        token: secret.text().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Takes a bearer token back.
#[utoipa::path(delete, path = "/api/tokens/{id}", tag = "account", params(("id" = String, Path)), responses(
    (status = 204, description = "Taken back; its live connections end"), (status = 404, body = Failure)))]
pub(crate) async fn revoke(
    State(app): State<App>,
    Address(address): Address,
    OnDevice(principal, _): OnDevice,
    Path(token): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = id_from_text(&token).ok_or_else(|| ApiError::not_found("token"))?;
    let now = app.clock.now();
    app.store.end_token(principal.person, id, now).await?;
    tell_ended(&app, now).await?;
    audit(&app, "token_revoked", &principal.name, &address).await?;
    Ok(StatusCode::NO_CONTENT)
}
