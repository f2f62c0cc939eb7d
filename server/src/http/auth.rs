//! Who asks: the session's cookie, a bearer token, or (for the WebSocket) a ticket.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::request::Parts;
use http::{HeaderMap, header};
use shared::api::ErrorCode;
use shared::base::{DeviceId, PersonId, Timestamp};

use super::error::ApiError;
use super::{origin, parse};
use crate::addresses::OpenSocket;
use crate::app::App;
use crate::secret::Secret;
use crate::store::{AuditEvent, SignedIn};

/// The cookie's name over https: browsers then insist on Secure, Path=/ and no Domain.
const COOKIE_HTTPS: &str = "__Host-plumbline";
/// The cookie's name over plain http.
const COOKIE_HTTP: &str = "plumbline";

/// What a person is signed in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Credential {
    /// A device's session.
    Device(DeviceId),
    /// A bearer token, by its id.
    Token([u8; 16]),
}

/// Who asks. As an argument of a handler it lets only those in who are signed in and have no password to change first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The person.
    pub person: PersonId,
    /// The account's name.
    pub name: String,
    /// The name shown to others.
    pub display_name: String,
    /// May administer the organisation.
    pub administrator: bool,
    /// An administrator set the password: it must be changed before anything else.
    pub must_change: bool,
    /// Signed in by what.
    pub credential: Credential,
}

/// Who asks, even with a password to change first.
#[derive(Debug, Clone)]
pub struct AnyPrincipal(pub Principal);

/// Who asks, signed in on a device (no bearer token), even with a password to change first.
#[derive(Debug, Clone)]
pub(crate) struct OnDevice(pub Principal, pub DeviceId);

/// Who asks, and may administer the organisation.
#[derive(Debug, Clone)]
pub(crate) struct Administrator(pub Principal);

/// Who opens the WebSocket: by ticket, bearer token or cookie, and not from another site.
#[derive(Debug, Clone)]
pub struct SocketPrincipal(pub Principal);

/// Who opens the WebSocket of the foreign dialect: as [`SocketPrincipal`]; the ticket may also be a bearer token,
/// because such a client keeps one address over all its connections.
pub struct ForeignPrincipal(pub Principal);

/// The address that the request came from; an IPv6 one cut to its /64, which one customer has to themself.
#[derive(Debug, Clone)]
pub(crate) struct Address(pub String);

fn not_signed_in() -> ApiError {
    ApiError::new(ErrorCode::NotSignedIn, "sign in first")
}

impl Principal {
    fn new(signed_in: SignedIn, credential: Credential) -> Self {
        Self {
            person: signed_in.person,
            name: signed_in.name,
            display_name: signed_in.display_name,
            administrator: signed_in.administrator,
            must_change: signed_in.must_change,
            credential,
        }
    }

    /// The device that they are signed in on.
    pub(crate) fn device(&self) -> Option<DeviceId> {
        match self.credential {
            Credential::Device(device) => Some(device),
            Credential::Token(_) => None,
        }
    }

    /// Something that they do, for the record: about themselves, where nobody else is named.
    pub(super) fn does<'a>(
        &'a self,
        event: &'static str,
        address: &'a str,
        detail: &'a str,
    ) -> AuditEvent<'a> {
        AuditEvent {
            event,
            name: &self.name,
            by: Some(self.person),
            address,
            detail,
        }
    }

    fn ready(self) -> Result<Self, ApiError> {
        // a token was made by its owner or on the server's command line: no password is involved
        if self.must_change && matches!(self.credential, Credential::Device(_)) {
            Err(ApiError::new(
                ErrorCode::MustChangePassword,
                "change the password first",
            ))
        } else {
            Ok(self)
        }
    }
}

async fn by_token(token: &str, app: &App) -> Result<Principal, ApiError> {
    let found = app
        .store
        .token(Secret::kept(token), app.clock.now())
        .await?
        .ok_or_else(not_signed_in)?;
    let credential = Credential::Token(found.id);
    Ok(Principal::new(found, credential))
}

async fn by_header(headers: &HeaderMap, app: &App) -> Result<Principal, ApiError> {
    let now = app.clock.now();
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value
            .to_str()
            .ok()
            .and_then(parse::bearer)
            .ok_or_else(not_signed_in)?;
        return by_token(token, app).await;
    }
    let secret = cookie(headers).ok_or_else(not_signed_in)?;
    let found = app
        .store
        .session(Secret::kept(&secret), now)
        .await?
        .ok_or_else(not_signed_in)?;
    let credential = Credential::Device(DeviceId::from_bytes(found.id));
    Ok(Principal::new(found, credential))
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(COOKIE_HTTPS)
        .or_else(|| jar.get(COOKIE_HTTP))
        .map(|cookie| cookie.value().to_owned())
}

/// The session's cookie, to be set (`Some`) or removed.
pub(crate) fn session_cookie(secret: Option<&Secret>, https: bool) -> Cookie<'static> {
    let name = if https { COOKIE_HTTPS } else { COOKIE_HTTP };
    let value = secret.map(|s| s.text().to_owned()).unwrap_or_default();
    let mut cookie = Cookie::new(name, value);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Strict);
    cookie.set_path("/");
    cookie.set_secure(https);
    // the server decides when the session ends (30 days without a sign of life), not the cookie
    if secret.is_some() {
        cookie.make_permanent();
    } else {
        cookie.make_removal();
    }
    cookie
}

/// Whether the browser speaks https: to us, or to a proxy before us.
pub(crate) fn speaks_https(headers: &HeaderMap, app: &App) -> bool {
    app.https
        || headers
            .get(header::ORIGIN)
            .and_then(|o| o.to_str().ok())
            .is_some_and(|o| o.starts_with("https://"))
}

/// Tells live sockets what has ended since `since`.
pub(crate) async fn tell_ended(app: &App, since: Timestamp) -> Result<(), ApiError> {
    for notice in app.store.ended_since(since).await? {
        app.notices.send(notice);
    }
    Ok(())
}

impl AnyPrincipal {
    /// Who sends these headers.
    pub async fn of(headers: &HeaderMap, app: &App) -> Result<Self, ApiError> {
        by_header(headers, app).await.map(Self)
    }
}

impl FromRequestParts<App> for AnyPrincipal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        by_header(&parts.headers, app).await.map(Self)
    }
}

impl FromRequestParts<App> for Principal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        by_header(&parts.headers, app).await?.ready()
    }
}

impl FromRequestParts<App> for OnDevice {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let principal = by_header(&parts.headers, app).await?;
        match principal.credential {
            Credential::Device(device) => Ok(Self(principal, device)),
            Credential::Token(_) => Err(ApiError::new(
                ErrorCode::NotAllowed,
                "a bearer token cannot do this; sign in with name and password",
            )),
        }
    }
}

impl FromRequestParts<App> for Administrator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let principal = by_header(&parts.headers, app).await?.ready()?;
        if principal.administrator {
            Ok(Self(principal))
        } else {
            Err(ApiError::new(
                ErrorCode::NotAllowed,
                "only administrators may do this",
            ))
        }
    }
}

/// What stands in the address after `ticket=`.
fn ticket(parts: &Parts) -> Option<&str> {
    parse::ticket(parts.uri.query()?)
}

impl FromRequestParts<App> for ForeignPrincipal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if let Some(token) = ticket(parts)
            && origin::is_own(&parts.headers, &parts.uri, app.https)
            && let Ok(principal) = by_token(token, app).await
        {
            return principal.ready().map(Self);
        }
        let SocketPrincipal(principal) = SocketPrincipal::from_request_parts(parts, app).await?;
        Ok(Self(principal))
    }
}

impl FromRequestParts<App> for SocketPrincipal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if !origin::is_own(&parts.headers, &parts.uri, app.https) {
            return Err(origin::refusal());
        }
        let principal = match ticket(parts) {
            Some(ticket) => {
                let principal = app
                    .tickets
                    .redeem(ticket, app.clock.now())
                    .ok_or_else(not_signed_in)?;
                let (token, id) = match principal.credential {
                    Credential::Device(id) => (false, *id.as_bytes()),
                    Credential::Token(id) => (true, id),
                };
                // what the ticket was asked with may have ended in between
                if !app.store.is_live(token, id, app.clock.now()).await? {
                    return Err(not_signed_in());
                }
                principal
            }
            None => by_header(&parts.headers, app).await?,
        };
        principal.ready().map(Self)
    }
}

impl FromRequestParts<App> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(from)| from.ip());
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().next_back();
        let forwarded = forwarded
            .filter(|_| app.behind_proxy)
            .and_then(|value| parse::forwarded(value.to_str().ok()?));
        let address = forwarded.or(peer).map(parse::network);
        Ok(Self(address.unwrap_or_default()))
    }
}

/// How long who has too many sockets is to wait, in seconds: others of that address end some meanwhile.
const SOCKETS_AGAIN: u32 = 30;

/// Before anything else is looked at: a ticket is not used up for nothing.
impl FromRequestParts<App> for OpenSocket {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Ok(Address(address)) = Address::from_request_parts(parts, app).await;
        let open = app.addresses.socket(&address, app.clock.now());
        open.ok_or_else(|| {
            tracing::warn!(%address, "sync: too many connections from one address");
            ApiError::too_many(SOCKETS_AGAIN)
        })
    }
}

/// Lets no address ask for more than its share.
pub(crate) async fn by_address(
    State(app): State<App>,
    Address(address): Address,
    request: Request,
    next: Next,
) -> Response {
    match app.addresses.request(&address, app.clock.now()) {
        Ok(()) => next.run(request).await,
        Err(seconds) => ApiError::too_many(seconds).into_response(),
    }
}
