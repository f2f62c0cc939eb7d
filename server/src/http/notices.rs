//! Notices: one's own, how one is told, and robots of groups.

use axum::Json;
use axum::extract::{Path, State};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use shared::api::{
    EditRobot, FailedDelivery, Failure, NewRobot, NoticeList, NoticePreferences, NoticeSettings,
    PushSubscription, ReadNotices, Robot, RobotKind, Sent,
};
use shared::ledger::notice::Kind;

use super::auth::{Address, Administrator, OnDevice, Principal};
use super::body::{Body, line};
use super::error::ApiError;
use crate::app::App;
use crate::deliver::{hosts, is_address};
use crate::secret::random_bytes;
use crate::store::robots::{Browser, RobotRow};
use crate::store::tokens::id_from_text;

/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// The zones that there are, in minutes ahead of UTC.
const ZONES: std::ops::RangeInclusive<i16> = -12 * 60..=14 * 60;
/// How long failures are shown: two weeks.
const FAILURES_MS: i64 = 14 * 24 * 60 * 60 * 1000;

/// One's newest notices.
#[utoipa::path(get, path = "/api/notices", tag = "decisions", responses((status = 200, body = NoticeList)))]
pub(crate) async fn list(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<NoticeList>, ApiError> {
    Ok(Json(app.store.notices_of(principal.person).await?))
}

/// Notices were seen: what was not sent of them is not sent.
#[utoipa::path(post, path = "/api/notices/read", request_body = ReadNotices, tag = "decisions",
    responses((status = 200, body = NoticeList)))]
pub(crate) async fn read(
    State(app): State<App>,
    principal: Principal,
    Body(body): Body<ReadNotices>,
) -> Result<Json<NoticeList>, ApiError> {
    let ids = body.ids.iter().map(|id| id_from_text(id));
    let ids: Option<Vec<_>> = ids.collect();
    let ids = ids.ok_or_else(|| ApiError::not_found("notice"))?;
    let now = app.clock.now();
    app.store.notices_read(principal.person, &ids, now).await?;
    Ok(Json(app.store.notices_of(principal.person).await?))
}

/// How one is told.
#[utoipa::path(get, path = "/api/notices/settings", tag = "account", responses((status = 200, body = NoticeSettings)))]
pub(crate) async fn settings(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<NoticeSettings>, ApiError> {
    settings_of(&app, &principal).await
}

async fn settings_of(app: &App, principal: &Principal) -> Result<Json<NoticeSettings>, ApiError> {
    let push_here = match principal.device() {
        Some(device) => app.store.has_browser(device).await?,
        None => false,
    };
    Ok(Json(NoticeSettings {
        preferences: app.store.notice_preferences(principal.person).await?,
        mail: app.deliver.sends_mail(),
        push_key: app.deliver.push_key(),
        push_here,
    }))
}

/// Says how one wants to be told.
#[utoipa::path(put, path = "/api/notices/settings", request_body = NoticePreferences, tag = "account",
    responses((status = 200, body = NoticeSettings), (status = 422, body = Failure)))]
pub(crate) async fn put_settings(
    State(app): State<App>,
    Address(address): Address,
    OnDevice(principal, _): OnDevice,
    Body(mut body): Body<NoticePreferences>,
) -> Result<Json<NoticeSettings>, ApiError> {
    let mail = body.mail.as_deref().map(str::trim).unwrap_or_default();
    if !mail.is_empty() && (mail.len() > 254 || !is_address(mail)) {
        return Err(ApiError::invalid("mail is no mail address"));
    }
    body.mail = (!mail.is_empty()).then(|| mail.to_owned());
    let minutes = [body.quiet_from, body.quiet_to, body.digest];
    if minutes.into_iter().flatten().any(|minute| minute >= DAY) {
        return Err(ApiError::invalid("minutes of a day are 0 to 1439"));
    }
    if body.quiet_from.is_some() != body.quiet_to.is_some() {
        return Err(ApiError::invalid("quiet hours have a beginning and an end"));
    }
    if !ZONES.contains(&body.zone) {
        return Err(ApiError::invalid(
            "zone is -720 to 840 minutes ahead of UTC",
        ));
    }
    if body.mail_on && body.mail.is_none() {
        return Err(ApiError::invalid("say to which address mail is to go"));
    }
    let by = principal.does("notices_changed", &address, "");
    let now = app.clock.now();
    app.store
        .put_notice_preferences(principal.person, &body, &by, now)
        .await?;
    settings_of(&app, &principal).await
}

/// Sends a mail to oneself, as a test.
#[utoipa::path(post, path = "/api/notices/test", tag = "account", responses((status = 200, body = Sent)))]
pub(crate) async fn test(
    State(app): State<App>,
    OnDevice(principal, _): OnDevice,
) -> Result<Json<Sent>, ApiError> {
    Ok(Json(app.deliver.test_mail(principal.person).await?))
}

/// This device's browser is told from now on.
#[utoipa::path(put, path = "/api/notices/push", request_body = PushSubscription, tag = "account",
    responses((status = 200, body = NoticeSettings), (status = 422, body = Failure)))]
pub(crate) async fn put_push(
    State(app): State<App>,
    OnDevice(principal, device): OnDevice,
    Body(body): Body<PushSubscription>,
) -> Result<Json<NoticeSettings>, ApiError> {
    if app.deliver.push_key().is_none() {
        return Err(ApiError::invalid("this server sends nothing to browsers"));
    }
    let net = app.deliver.net();
    let endpoint = line(&body.endpoint, "endpoint", 1000)?;
    net.check(&endpoint, None).map_err(ApiError::invalid)?;
    let bytes = |text: &str, length: usize, what: &str| {
        let read = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
        let read = read.filter(|bytes| bytes.len() == length);
        read.ok_or_else(|| ApiError::invalid(format!("{what} is not {length} bytes as base64url")))
    };
    let browser = Browser {
        person: principal.person,
        endpoint,
        p256dh: bytes(&body.p256dh, 65, "p256dh")?,
        auth: bytes(&body.auth, 16, "auth")?,
        language: shared::pack::text::Language::Chinese,
    };
    let (id, now) = (random_bytes()?, app.clock.now());
    app.store.put_browser(id, device, &browser, now).await?;
    settings_of(&app, &principal).await
}

/// This device's browser is told no more.
#[utoipa::path(delete, path = "/api/notices/push", tag = "account", responses((status = 204, description = "It is told no more")))]
pub(crate) async fn end_push(
    State(app): State<App>,
    OnDevice(_, device): OnDevice,
) -> Result<StatusCode, ApiError> {
    app.store.end_browser(device, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What could not be sent.
#[utoipa::path(get, path = "/api/notices/failures", tag = "organisation",
    responses((status = 200, body = Vec<FailedDelivery>), (status = 403, body = Failure)))]
pub(crate) async fn failures(
    State(app): State<App>,
    Administrator(_): Administrator,
) -> Result<Json<Vec<FailedDelivery>>, ApiError> {
    let now = app.clock.now();
    let since = now.plus_ms(-FAILURES_MS);
    Ok(Json(app.store.failed_deliveries(since, now).await?))
}

/// Tries again at once what was not sent.
#[utoipa::path(post, path = "/api/notices/failures/{message}/again", tag = "organisation", params(("message" = String, Path)),
    responses((status = 204, description = "It is tried now"), (status = 403, body = Failure), (status = 404, body = Failure)))]
pub(crate) async fn again(
    State(app): State<App>,
    Administrator(_): Administrator,
    Path(message): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = id_from_text(&message).ok_or_else(|| ApiError::not_found("message"))?;
    app.deliver.again(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The robots of groups.
#[utoipa::path(get, path = "/api/robots", tag = "organisation",
    responses((status = 200, body = Vec<Robot>), (status = 403, body = Failure)))]
pub(crate) async fn robots(
    State(app): State<App>,
    Administrator(_): Administrator,
) -> Result<Json<Vec<Robot>>, ApiError> {
    let robots = app.store.robots().await?;
    Ok(Json(robots.iter().map(RobotRow::shown).collect()))
}

/// Makes a robot; its address and secret are not shown again.
#[utoipa::path(post, path = "/api/robots", request_body = NewRobot, tag = "organisation",
    responses((status = 201, body = Robot), (status = 403, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn make_robot(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Body(mut body): Body<NewRobot>,
) -> Result<(StatusCode, Json<Robot>), ApiError> {
    body.name = line(&body.name, "name", 100)?;
    body.url = address_of(&app, &body.url, body.kind)?;
    body.secret = match body.secret.as_deref() {
        None => None,
        Some(text) => Some(secret(text)?).filter(|secret| !secret.is_empty()),
    };
    told(&mut body.kinds)?;
    let id = random_bytes()?;
    let (by, now) = (by.does("robot_made", &address, &body.name), app.clock.now());
    app.store.add_robot(id, &body, &by, now).await?;
    Ok((StatusCode::CREATED, Json(known(&app, id).await?.shown())))
}

/// Changes a robot. What is not named of its address and its secret stays.
#[utoipa::path(put, path = "/api/robots/{id}", request_body = EditRobot, tag = "organisation", params(("id" = String, Path)),
    responses((status = 200, body = Robot), (status = 403, body = Failure), (status = 404, body = Failure),
        (status = 422, body = Failure)))]
pub(crate) async fn edit_robot(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path(robot): Path<String>,
    Body(mut body): Body<EditRobot>,
) -> Result<Json<Robot>, ApiError> {
    let id = id_from_text(&robot).ok_or_else(|| ApiError::not_found("robot"))?;
    let robot = known(&app, id).await?;
    body.name = line(&body.name, "name", 100)?;
    body.url = match body.url.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(url) => Some(address_of(&app, url, robot.kind)?),
    };
    body.secret = body.secret.as_deref().map(secret).transpose()?;
    told(&mut body.kinds)?;
    let (by, now) = (
        by.does("robot_changed", &address, &body.name),
        app.clock.now(),
    );
    app.store.edit_robot(id, &body, &by, now).await?;
    Ok(Json(known(&app, id).await?.shown()))
}

async fn known(app: &App, id: [u8; 16]) -> Result<RobotRow, ApiError> {
    let robot = app.store.robot(id).await?;
    robot.ok_or_else(|| ApiError::not_found("robot"))
}

/// An address of a vendor's webhooks.
fn address_of(app: &App, url: &str, kind: RobotKind) -> Result<String, ApiError> {
    let url = line(url, "url", 1000)?;
    let net = app.deliver.net();
    net.check(&url, Some(hosts(kind)))
        .map_err(ApiError::invalid)?;
    Ok(url)
}

/// A robot's secret; empty: it has none.
fn secret(text: &str) -> Result<String, ApiError> {
    match text.trim() {
        "" => Ok(String::new()),
        text => line(text, "secret", 200),
    }
}

/// What a robot tells, each once.
fn told(kinds: &mut Vec<Kind>) -> Result<(), ApiError> {
    if kinds.is_empty() {
        return Err(ApiError::invalid("say what the robot is to tell"));
    }
    kinds.sort_unstable();
    kinds.dedup();
    Ok(())
}

/// Ends a robot.
#[utoipa::path(delete, path = "/api/robots/{id}", tag = "organisation", params(("id" = String, Path)), responses(
    (status = 204, description = "Ended; nothing is sent to it any more"), (status = 404, body = Failure)))]
pub(crate) async fn end_robot(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    Path(robot): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = id_from_text(&robot).ok_or_else(|| ApiError::not_found("robot"))?;
    let robot = known(&app, id).await?;
    let by = by.does("robot_ended", &address, &robot.name);
    app.store.end_robot(id, &by, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a line to a robot's group, as a test.
#[utoipa::path(post, path = "/api/robots/{id}/test", tag = "organisation", params(("id" = String, Path)), responses(
    (status = 200, body = Sent), (status = 404, body = Failure)))]
pub(crate) async fn test_robot(
    State(app): State<App>,
    Administrator(_): Administrator,
    Path(robot): Path<String>,
) -> Result<Json<Sent>, ApiError> {
    let id = id_from_text(&robot).ok_or_else(|| ApiError::not_found("robot"))?;
    let robot = known(&app, id).await?;
    Ok(Json(app.deliver.test_robot(&robot).await))
}
