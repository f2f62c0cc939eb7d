//! Sign-in and sign-out.

use axum::Json;
use axum::extract::State;
use axum_extra::extract::cookie::CookieJar;
use http::{HeaderMap, StatusCode};
use shared::api::{ErrorCode, Failure, Session, SignIn};
use shared::base::DeviceId;

use super::auth::{
    Address, AnyPrincipal, Credential, OnDevice, Principal, session_cookie, speaks_https,
    tell_ended,
};
use super::body::{Body, optional_line};
use super::error::ApiError;
use super::second_factor;
use crate::app::App;
use crate::secret::{Secret, random_bytes};
use crate::store::{Attempt, AuditEvent, StoreError, name_key};

/// Signs a device in.
#[utoipa::path(post, path = "/api/session", request_body = SignIn, tag = "session", security(()), responses(
    (status = 200, description = "Signed in; sets the session's cookie", body = Session),
    (status = 401, description = "Name, password or code is wrong, or a code is asked for too", body = Failure),
    (status = 429, description = "Too many failures: wait `retry_after` seconds", body = Failure)))]
pub(crate) async fn sign_in(
    State(app): State<App>,
    Address(address): Address,
    headers: HeaderMap,
    Body(body): Body<SignIn>,
) -> Result<(CookieJar, Json<Session>), ApiError> {
    let label = optional_line(&body.device_label, "device_label", 200)?;
    if body.password.len() > crate::password::LONGEST_BYTES {
        return Err(wrong());
    }
    let key = name_key(&body.name);
    let now = app.clock.now();
    if let Attempt::Wait(seconds) = app.store.attempt(&key, &address, now).await? {
        return Err(ApiError::locked_out(seconds));
    }
    let account = app
        .store
        .account_named(&key)
        .await?
        .filter(|a| a.person.active);
    let hash = account.as_ref().map(|a| a.password.clone());
    let right = app.passwords.verify(body.password, hash).await?;
    let Some(account) = account.filter(|_| right) else {
        audit(&app, "sign_in_failed", &body.name, &address).await?;
        metrics::counter!("plumbline_sign_in_failures_total").increment(1);
        return Err(wrong());
    };
    let (person, name) = (account.person.id, &account.person.name);
    second_factor::accept(&app, person, name, &address, &body.code).await?;
    app.store.attempt_succeeded(&key, &address).await?;
    // a device that signs in anew leaves its old session behind
    if let Ok(AnyPrincipal(old)) = AnyPrincipal::of(&headers, &app).await
        && let Credential::Device(device) = old.credential
    {
        app.store.end_session(old.person, device, now).await?;
        tell_ended(&app, now).await?;
    }
    let secret = Secret::random()?;
    let device = DeviceId::from_bytes(random_bytes()?);
    app.store
        .open_session(
            device,
            account.person.id,
            &account.password,
            Secret::kept(secret.text()),
            &label,
            now,
        )
        .await
        .map_err(|error| match error {
            StoreError::NotFound(_) => wrong(), // changed while we looked
            error => error.into(),
        })?;
    audit(&app, "sign_in", &body.name, &address).await?;
    let cookie = session_cookie(Some(&secret), speaks_https(&headers, &app));
    let principal = Principal {
        person: account.person.id,
        name: account.person.name,
        display_name: account.person.display_name,
        administrator: account.person.administrator,
        must_change: account.must_change,
        credential: Credential::Device(device),
    };
    Ok((
        CookieJar::new().add(cookie),
        Json(describe(&app, principal, device).await?),
    ))
}

/// Who is signed in on this device.
#[utoipa::path(get, path = "/api/session", tag = "session", responses(
    (status = 200, body = Session), (status = 401, description = "Not signed in", body = Failure)))]
pub(crate) async fn show(
    State(app): State<App>,
    AnyPrincipal(principal): AnyPrincipal,
) -> Result<Json<Session>, ApiError> {
    let device = match principal.credential {
        Credential::Device(device) => device,
        // a token is a device of its own: the field tells them apart in lists
        Credential::Token(id) => DeviceId::from_bytes(id),
    };
    Ok(Json(describe(&app, principal, device).await?))
}

/// Signs this device out.
#[utoipa::path(delete, path = "/api/session", tag = "session", responses((status = 204, description = "Signed out")))]
pub(crate) async fn sign_out(
    State(app): State<App>,
    Address(address): Address,
    OnDevice(principal, device): OnDevice,
    headers: HeaderMap,
) -> Result<(CookieJar, StatusCode), ApiError> {
    let now = app.clock.now();
    app.store.end_session(principal.person, device, now).await?;
    tell_ended(&app, now).await?;
    audit(&app, "sign_out", &principal.name, &address).await?;
    Ok((cleared(&headers, &app), StatusCode::NO_CONTENT))
}

/// Signs out everywhere: all devices, and all bearer tokens.
#[utoipa::path(delete, path = "/api/sessions", tag = "session", responses((status = 204, description = "Signed out everywhere")))]
pub(crate) async fn sign_out_everywhere(
    State(app): State<App>,
    Address(address): Address,
    OnDevice(principal, _): OnDevice,
    headers: HeaderMap,
) -> Result<(CookieJar, StatusCode), ApiError> {
    let now = app.clock.now();
    app.store.end_everything(principal.person, now).await?;
    tell_ended(&app, now).await?;
    audit(&app, "sign_out_everywhere", &principal.name, &address).await?;
    Ok((cleared(&headers, &app), StatusCode::NO_CONTENT))
}

fn cleared(headers: &HeaderMap, app: &App) -> CookieJar {
    CookieJar::new().add(session_cookie(None, speaks_https(headers, app)))
}

fn wrong() -> ApiError {
    ApiError::new(ErrorCode::WrongCredentials, "name or password is wrong")
}

/// Records what happened to an account.
pub(super) async fn audit(
    app: &App,
    event: &'static str,
    name: &str,
    address: &str,
) -> Result<(), ApiError> {
    let event = AuditEvent {
        event,
        name,
        by: None,
        address,
        detail: "",
    };
    tracing::info!(event = event.event, %address, "account");
    Ok(app.store.audit(&event, app.clock.now()).await?)
}

async fn describe(app: &App, principal: Principal, device: DeviceId) -> Result<Session, ApiError> {
    Ok(Session {
        person: principal.person,
        name: principal.name,
        display_name: principal.display_name,
        administrator: principal.administrator,
        organisation: app.store.organisation_name().await?,
        device,
        must_change_password: principal.must_change,
    })
}
