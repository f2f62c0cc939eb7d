//! One's own password.

use axum::extract::State;
use http::StatusCode;
use shared::api::{ChangePassword, ErrorCode, Failure};

use super::auth::{Address, OnDevice, tell_ended};
use super::body::Body;
use super::error::ApiError;
use super::session::audit;
use crate::app::App;
use crate::password::objection;
use crate::store::{Attempt, name_key};

/// Changes one's own password; one's other devices are signed out.
#[utoipa::path(post, path = "/api/password", request_body = ChangePassword, tag = "account", responses(
    (status = 204, description = "Changed"),
    (status = 401, description = "The old password is wrong", body = Failure),
    (status = 422, description = "The new password is too weak", body = Failure)))]
pub(crate) async fn change(
    State(app): State<App>,
    Address(address): Address,
    OnDevice(principal, device): OnDevice,
    Body(body): Body<ChangePassword>,
) -> Result<StatusCode, ApiError> {
    if let Some(objection) = objection(&body.new, &principal.name) {
        return Err(ApiError::invalid(objection));
    }
    if body.new == body.old {
        return Err(ApiError::invalid("the new password is the old one"));
    }
    let now = app.clock.now();
    let key = name_key(&principal.name);
    // whoever finds an open tablet must not try passwords here at will either
    if let Attempt::Wait(seconds) = app.store.attempt(&key, &address, now).await? {
        return Err(ApiError::locked_out(seconds));
    }
    let account = app.store.account(principal.person).await?;
    if !app
        .passwords
        .verify(body.old, account.map(|a| a.password))
        .await?
    {
        audit(&app, "password_change_failed", &principal.name, &address).await?;
        return Err(ApiError::new(
            ErrorCode::WrongCredentials,
            "the old password is wrong",
        ));
    }
    app.store.attempt_succeeded(&key, &address).await?;
    let hash = app.passwords.hash(body.new).await?;
    app.store
        .set_password(principal.person, &hash, false, Some(device), now)
        .await?;
    tell_ended(&app, now).await?;
    audit(&app, "password_changed", &principal.name, &address).await?;
    Ok(StatusCode::NO_CONTENT)
}
