//! The second factor: codes from an authenticator app on a phone (TOTP, RFC 6238), and recovery codes for when it is gone.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use qrcode::{Color, QrCode};
use shared::api::{
    ConfirmSecondFactor, ErrorCode, Failure, OfferedSecondFactor, Password, RecoveryCodes,
    RemoveSecondFactor, SecondFactor,
};
use shared::base::PersonId;
use totp_rs::{Builder, Totp};

use super::auth::{Address, Administrator, OnDevice, Principal};
use super::body::{Body, id};
use super::error::ApiError;
use super::people::record;
use super::session::audit;
use crate::app::App;
use crate::secret::{Secret, random_bytes, recovery_code};
use crate::store::{self, Attempt, name_key};

/// How many recovery codes are made.
const RECOVERY_CODES: usize = 10;
/// The longest code that is looked at, in bytes.
const LONGEST: usize = 64;

/// Whether codes are asked for when this person signs in.
#[utoipa::path(get, path = "/api/second-factor", tag = "account", responses((status = 200, body = SecondFactor)))]
pub(crate) async fn show(
    State(app): State<App>,
    OnDevice(principal, _): OnDevice,
) -> Result<Json<SecondFactor>, ApiError> {
    let found = app.store.second_factor(principal.person).await?;
    Ok(Json(SecondFactor {
        since: found.as_ref().and_then(|factor| factor.since),
        recovery_codes: found.map_or(0, |factor| factor.recovery_codes),
    }))
}

/// Makes a secret for an authenticator app. Nothing is asked for until a code of it was confirmed.
#[utoipa::path(post, path = "/api/second-factor", request_body = Password, tag = "account", responses(
    (status = 201, body = OfferedSecondFactor),
    (status = 401, description = "The password is wrong", body = Failure),
    (status = 409, description = "There is one already", body = Failure)))]
pub(crate) async fn offer(
    State(app): State<App>,
    Address(address): Address,
    principal: Principal,
    OnDevice(..): OnDevice,
    Body(body): Body<Password>,
) -> Result<(StatusCode, Json<OfferedSecondFactor>), ApiError> {
    let key = tried(&app, &principal, &address).await?;
    right_password(&app, &principal, &address, body.password).await?;
    app.store.attempt_succeeded(&key, &address).await?;
    let secret = random_bytes::<20>()?;
    app.store
        .offer_second_factor(principal.person, &secret)
        .await?;
    let totp = totp(&secret, &principal.name)?;
    let url = totp.to_url().map_err(|e| ApiError::internal(&e))?;
    let qr = QrCode::new(&url).map_err(|e| ApiError::internal(&e))?;
    let offered = OfferedSecondFactor {
        secret: totp.secret().to_base32(),
        url,
        size: u32::try_from(qr.width()).map_err(|e| ApiError::internal(&e))?,
        path: path(&qr),
    };
    Ok((StatusCode::CREATED, Json(offered)))
}

/// Confirms the secret by a code of it; from now on codes are asked for. The recovery codes are shown this once.
#[utoipa::path(post, path = "/api/second-factor/confirm", request_body = ConfirmSecondFactor, tag = "account", responses(
    (status = 200, body = RecoveryCodes),
    (status = 401, description = "The code is wrong", body = Failure),
    (status = 404, description = "There is none to confirm", body = Failure)))]
pub(crate) async fn confirm(
    State(app): State<App>,
    Address(address): Address,
    principal: Principal,
    OnDevice(..): OnDevice,
    Body(body): Body<ConfirmSecondFactor>,
) -> Result<Json<RecoveryCodes>, ApiError> {
    let key = tried(&app, &principal, &address).await?;
    let found = app.store.second_factor(principal.person).await?;
    let secret = found
        .filter(|factor| factor.since.is_none())
        .ok_or_else(|| ApiError::not_found("second factor to confirm"))?
        .secret;
    let totp = totp(&secret, &principal.name)?;
    let step = step(&totp, &body.code, &app).ok_or_else(wrong_code)?;
    app.store.attempt_succeeded(&key, &address).await?;
    let mut codes = Vec::new();
    for _ in 0..RECOVERY_CODES {
        codes.push(recovery_code()?);
    }
    let hashes: Vec<_> = codes.iter().map(|code| kept(code)).collect();
    app.store
        .confirm_second_factor(principal.person, &secret, step, &hashes, app.clock.now())
        .await?;
    audit(&app, "second_factor_on", &principal.name, &address).await?;
    Ok(Json(RecoveryCodes { codes }))
}

/// Turns one's own second factor off.
#[utoipa::path(post, path = "/api/second-factor/remove", request_body = RemoveSecondFactor, tag = "account", responses(
    (status = 204, description = "Off"),
    (status = 401, description = "Password or code is wrong", body = Failure),
    (status = 404, description = "It was off", body = Failure)))]
pub(crate) async fn remove(
    State(app): State<App>,
    Address(address): Address,
    principal: Principal,
    OnDevice(..): OnDevice,
    Body(body): Body<RemoveSecondFactor>,
) -> Result<StatusCode, ApiError> {
    let (person, name) = (principal.person, &principal.name);
    let key = tried(&app, &principal, &address).await?;
    right_password(&app, &principal, &address, body.password).await?;
    accept(&app, person, name, &address, &body.code).await?;
    app.store.attempt_succeeded(&key, &address).await?;
    app.store.remove_second_factor(person).await?;
    audit(&app, "second_factor_off", name, &address).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Turns a person's second factor off, whose phone and recovery codes are gone.
#[utoipa::path(delete, path = "/api/people/{id}/second-factor", tag = "organisation",
    params(("id" = String, Path)), responses(
    (status = 204, description = "Off"), (status = 404, description = "It was off, or no such person", body = Failure)))]
pub(crate) async fn reset(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path(person): Path<String>,
) -> Result<StatusCode, ApiError> {
    let account = app
        .store
        .account(id(&person, "person")?)
        .await?
        .ok_or_else(|| ApiError::not_found("person"))?;
    app.store.remove_second_factor(account.person.id).await?;
    let name = &account.person.name;
    record(&app, "second_factor_reset", name, by.person, &address).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// At sign-in, after the password: whether the code is right, where one is asked for. Counts as a try of the account.
pub(super) async fn accept(
    app: &App,
    person: PersonId,
    name: &str,
    address: &str,
    code: &str,
) -> Result<(), ApiError> {
    let found = app.store.second_factor(person).await?;
    let Some(factor) = found.filter(|factor| factor.since.is_some()) else {
        return Ok(());
    };
    if code.trim().is_empty() {
        return Err(ApiError::new(
            ErrorCode::CodeNeeded,
            "enter the code of your authenticator app too",
        ));
    }
    if !good(app, person, name, &factor, code).await? {
        audit(app, "second_factor_failed", name, address).await?;
        metrics::counter!("plumbline_sign_in_failures_total").increment(1);
        return Err(wrong_code());
    }
    Ok(())
}

async fn good(
    app: &App,
    person: PersonId,
    name: &str,
    factor: &store::SecondFactor,
    code: &str,
) -> Result<bool, ApiError> {
    if code.len() > LONGEST {
        return Ok(false);
    }
    if let Some(step) = step(&totp(&factor.secret, name)?, code, app) {
        return Ok(app.store.take_step(person, step).await?);
    }
    let now = app.clock.now();
    Ok(app
        .store
        .take_recovery_code(person, kept(code), now)
        .await?)
}

/// Whoever finds an open tablet must not change this, nor try passwords and codes at will: counts as a failure until it
/// is said to have succeeded.
async fn tried(app: &App, principal: &Principal, address: &str) -> Result<String, ApiError> {
    let key = name_key(&principal.name);
    let now = app.clock.now();
    match app.store.attempt(&key, address, now).await? {
        Attempt::Wait(seconds) => Err(ApiError::locked_out(seconds)),
        Attempt::May => Ok(key),
    }
}

async fn right_password(
    app: &App,
    principal: &Principal,
    address: &str,
    password: String,
) -> Result<(), ApiError> {
    let account = app.store.account(principal.person).await?;
    let hash = account.map(|account| account.password);
    let short = password.len() <= crate::password::LONGEST_BYTES;
    if !short || !app.passwords.verify(password, hash).await? {
        audit(app, "second_factor_failed", &principal.name, address).await?;
        return Err(ApiError::new(
            ErrorCode::WrongCredentials,
            "the password is wrong",
        ));
    }
    Ok(())
}

/// Six digits every thirty seconds by HMAC-SHA-1: what every authenticator app understands.
fn totp(secret: &[u8], account: &str) -> Result<Totp, ApiError> {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_account_name(account)
        .with_issuer(Some("Plumbline"))
        .build()
        .map_err(|e| ApiError::internal(&e))
}

/// The step whose code this is: now, or one before or after, since clocks differ.
fn step(totp: &Totp, code: &str, app: &App) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let now = u64::try_from(app.clock.now().0 / 1000).ok()?;
    i64::try_from(totp.check(&digits, now)?).ok()
}

/// What is kept of a recovery code, however it is written. 120 random bits need no slow hash.
fn kept(code: &str) -> [u8; 32] {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    Secret::kept(&letters.collect::<String>().to_ascii_lowercase())
}

fn wrong_code() -> ApiError {
    ApiError::new(
        ErrorCode::WrongCode,
        "the code is wrong or was used already",
    )
}

/// The dark modules as the path of an SVG, one unit each, runs of a line together.
fn path(qr: &QrCode) -> String {
    let width = qr.width();
    let colors = qr.to_colors();
    let mut path = String::new();
    for (y, line) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in line.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                path.push_str(&format!("M{x} {y}h{0}v1h-{0}z", run.len()));
            }
            x += run.len();
        }
    }
    path
}
