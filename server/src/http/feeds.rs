//! Calendar feeds: a project's dates for calendar programs, which have no session.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use shared::api::{Failure, Feed, FeedHolds, FeedLanguage, MadeFeed, NewFeed};
use shared::domain::permission::{Access, DocumentKind};
use shared::exchange::ics::{self, Holds, Labels};
use tokio::sync::Semaphore;

use super::auth::{Address, OnDevice, Principal};
use super::body::{Body, optional_line};
use super::error::ApiError;
use crate::app::App;
use crate::secret::{Secret, random_bytes};
use crate::store::documents::DocumentLog as _;
use crate::store::tokens::id_from_text;
use crate::store::{AuditEvent, FeedOf};

/// The paths of all feeds begin like this. What follows is a secret, and stays out of the log.
pub(crate) const PATHS: &str = "/api/feeds/";

/// A large plan has some megabytes of events, and keeps a core busy for a moment: so many at a time.
static WRITING: Semaphore = Semaphore::const_new(2);

/// The texts of events.
const CHINESE: Labels = Labels {
    milestone: "里程碑",
    deadline: "期限",
    percent: "完成",
    owner: "负责人",
    deliverable: "交付物",
    mine: "我的任务",
    dates: "里程碑与期限",
    colon: "：",
};
const ENGLISH: Labels = Labels {
    milestone: "Milestone",
    deadline: "Deadline",
    percent: "Complete",
    owner: "Owner",
    deliverable: "Deliverable",
    mine: "my tasks",
    dates: "milestones and deadlines",
    colon: ": ",
};

/// One's calendar feeds; their addresses cannot be shown again.
#[utoipa::path(get, path = "/api/feeds", tag = "account", responses((status = 200, body = Vec<Feed>)))]
pub(crate) async fn list(
    State(app): State<App>,
    OnDevice(principal, _): OnDevice,
) -> Result<Json<Vec<Feed>>, ApiError> {
    Ok(Json(app.store.feeds(principal.person).await?))
}

/// Makes a calendar feed of a project that one is a member of; its address is shown this once.
#[utoipa::path(post, path = "/api/feeds", request_body = NewFeed, tag = "account", responses(
    (status = 201, body = MadeFeed), (status = 404, description = "No such project, or not for this person", body = Failure),
    (status = 422, body = Failure)))]
pub(crate) async fn make(
    State(app): State<App>,
    Address(address): Address,
    principal: Principal,
    OnDevice(..): OnDevice,
    Body(mut body): Body<NewFeed>,
) -> Result<(StatusCode, Json<MadeFeed>), ApiError> {
    body.label = optional_line(&body.label, "label", 200)?;
    let standing = app.store.standing(principal.person, body.project).await?;
    if standing.access(DocumentKind::Plan) == Access::None {
        return Err(ApiError::not_found("project"));
    }
    let (id, secret) = (random_bytes()?, Secret::random()?);
    let by = AuditEvent {
        event: "feed_made",
        name: &principal.name,
        by: Some(principal.person),
        address: &address,
        detail: &body.project.to_string(),
    };
    let (kept, now) = (Secret::kept(secret.text()), app.clock.now());
    let feed = app
        .store
        .add_feed(id, principal.person, kept, &body, &by, now);
    let feed = feed.await?;
    let path = format!("{PATHS}{}.ics", secret.text());
    Ok((StatusCode::CREATED, Json(MadeFeed { feed, path })))
}

/// Takes a calendar feed back.
#[utoipa::path(delete, path = "/api/feeds/{id}", tag = "account", params(("id" = String, Path)), responses(
    (status = 204, description = "Taken back; its address gives nothing any more"), (status = 404, body = Failure)))]
pub(crate) async fn revoke(
    State(app): State<App>,
    Address(address): Address,
    OnDevice(principal, _): OnDevice,
    Path(feed): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = id_from_text(&feed).ok_or_else(missing)?;
    let by = AuditEvent {
        event: "feed_revoked",
        name: &principal.name,
        by: Some(principal.person),
        address: &address,
        detail: &feed,
    };
    let ended = app
        .store
        .end_feed(principal.person, id, &by, app.clock.now());
    ended.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A project's dates as iCalendar, for whoever has the address, as long as its person may read the project.
#[utoipa::path(get, path = "/api/feeds/{secret}.ics", tag = "sync", security(()),
    params(("secret" = String, Path)), responses(
    (status = 200, content_type = "text/calendar", headers(("etag" = String, description = "of these bytes"))),
    (status = 304, description = "still those of `If-None-Match`"),
    (status = 404, description = "no such feed, taken back, or no longer for its person", body = Failure)))]
pub(crate) async fn show(
    State(app): State<App>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let secret = file.strip_suffix(".ics").ok_or_else(missing)?;
    let found = app
        .store
        .feed(Secret::kept(secret), app.clock.now())
        .await?;
    let feed = found.ok_or_else(missing)?;
    let text = write(&app, feed).await?;
    let hash = Secret::kept(&text);
    let hash: String = hash.iter().take(16).map(|b| format!("{b:02x}")).collect();
    let tag = format!("\"{hash}\"");
    let known = headers.get_all(IF_NONE_MATCH).iter();
    let known = known.filter_map(|value| value.to_str().ok());
    let head = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CACHE_CONTROL, "private, no-cache"),
        (ETAG, &tag),
    ];
    Ok(match known.into_iter().any(|value| names(value, &tag)) {
        true => (StatusCode::NOT_MODIFIED, head).into_response(),
        false => (head, text).into_response(),
    })
}

/// The feed's text, where its person may read the project now.
async fn write(app: &App, feed: FeedOf) -> Result<String, ApiError> {
    let standing = app.store.standing(feed.person, feed.project).await?;
    let kinds = [DocumentKind::Plan, DocumentKind::Progress];
    if kinds
        .into_iter()
        .any(|kind| standing.access(kind) == Access::None)
    {
        return Err(missing());
    }
    let project = app.store.project(feed.project, feed.person).await?;
    let project = project.ok_or_else(missing)?;
    let documents = app.hub.documents();
    let plan = documents.find(project.plan).await?.ok_or_else(missing)?;
    let progress = documents.find(project.progress).await?;
    let progress = progress.ok_or_else(missing)?;
    let mut changed = project.since;
    for row in [&plan, &progress] {
        let received = documents.received(row.id, row.head).await?;
        changed = changed.max(received.unwrap_or_default());
    }
    let rows = app.hub.dates(&plan, &progress).await;
    let rows = rows.map_err(|error| ApiError::internal(&error))?;
    let people = app.store.organisation().await?.people.into_iter();
    let people = people.map(|person| (person.id.to_string(), person.display_name));
    let people: HashMap<String, String> = people.collect();
    let text = move || {
        let me = feed.person.to_string();
        let what = ics::Feed {
            name: &project.name,
            project: project.id,
            holds: match feed.holds {
                FeedHolds::All => Holds::All,
                FeedHolds::Mine => Holds::Of(&me),
                FeedHolds::Dates => Holds::Dates,
            },
            changed,
            labels: match feed.language {
                FeedLanguage::Chinese => &CHINESE,
                FeedLanguage::English => &ENGLISH,
            },
            owner: &|owner| people.get(owner).cloned(),
        };
        ics::write(&rows, &what)
    };
    let _turn = WRITING.acquire().await;
    let text = tokio::task::spawn_blocking(text).await;
    text.map_err(|error| ApiError::internal(&error))
}

/// Whether an `If-None-Match` names the tag.
fn names(value: &str, tag: &str) -> bool {
    let mut tags = value.split(',').map(str::trim);
    tags.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// The same for a secret that never was, one that was taken back, and a project that is no longer for its person.
fn missing() -> ApiError {
    ApiError::not_found("feed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_among_others_and_weakened_by_a_proxy() {
        let known = |value| names(value, "\"a1\"");
        assert!(known("\"a1\"") && known("W/\"a1\"") && known("\"b2\", \"a1\"") && known("*"));
        assert!(!known("\"a\"") && !known("a1") && !known(""));
    }
}
