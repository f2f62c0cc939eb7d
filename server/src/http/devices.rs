//! The devices on which a person is signed in.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use shared::api::{Device, Failure};

use super::auth::{Address, OnDevice, tell_ended};
use super::body::id;
use super::error::ApiError;
use super::session::audit;
use crate::app::App;

/// One's signed-in devices, the latest seen first.
#[utoipa::path(get, path = "/api/devices", tag = "account", responses((status = 200, body = Vec<Device>)))]
pub(crate) async fn list(
    State(app): State<App>,
    OnDevice(principal, this): OnDevice,
) -> Result<Json<Vec<Device>>, ApiError> {
    let mut devices = app.store.devices(principal.person, app.clock.now()).await?;
    for device in &mut devices {
        device.this_one = device.id == this;
    }
    Ok(Json(devices))
}

/// Ends the session of one of one's devices.
#[utoipa::path(delete, path = "/api/devices/{id}", tag = "account", params(("id" = String, Path)), responses(
    (status = 204, description = "Revoked; its live connections end"), (status = 404, body = Failure)))]
pub(crate) async fn revoke(
    State(app): State<App>,
    Address(address): Address,
    OnDevice(principal, _): OnDevice,
    Path(device): Path<String>,
) -> Result<StatusCode, ApiError> {
    let now = app.clock.now();
    app.store
        .end_session(principal.person, id(&device, "device")?, now)
        .await?;
    tell_ended(&app, now).await?;
    audit(&app, "device_revoked", &principal.name, &address).await?;
    Ok(StatusCode::NO_CONTENT)
}
