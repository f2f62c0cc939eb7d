//! Requests that change something must come from the app itself, not from another site in the same browser.

use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, Uri, header};
use shared::api::ErrorCode;

use super::error::ApiError;
use super::parse;
use crate::app::App;

/// Refuses unsafe requests from another site. Browsers always say where such a request comes from (`Sec-Fetch-Site`
/// on https and localhost, `Origin` everywhere); who says neither is no browser and brings no stranger's cookie along.
pub(crate) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if !safe && !is_own(request.headers(), request.uri(), app.https) {
        return refusal().into_response();
    }
    next.run(request).await
}

/// The answer to a request from another site.
pub(crate) fn refusal() -> ApiError {
    ApiError::new(
        ErrorCode::WrongOrigin,
        "the request came from another site and was refused",
    )
}

/// Whether the request comes from the app's own origin, or from no browser at all.
pub(crate) fn is_own(headers: &HeaderMap, uri: &Uri, https: bool) -> bool {
    if let Some(site) = headers.get("sec-fetch-site")
        && site != "same-origin"
        && site != "none"
    {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Some((scheme, from)) = origin.to_str().ok().and_then(parse::origin) else {
        // "null", or no text
        return false;
    };
    // a proxy before a plain listener may speak https
    let scheme_fits = scheme == "https" || (scheme == "http" && !https);
    scheme_fits && host(headers, uri).is_some_and(|host| host.eq_ignore_ascii_case(from))
}

/// The host and port that the request was sent to.
pub(crate) fn host<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    match headers.get(header::HOST) {
        Some(host) => host.to_str().ok(),
        // HTTP/2 says it in the address
        None => uri.authority().map(|a| a.as_str()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn own(pairs: &[(&'static str, &'static str)], https: bool) -> bool {
        let headers = pairs
            .iter()
            .map(|(k, v)| {
                (
                    http::HeaderName::from_static(k),
                    http::HeaderValue::from_static(v),
                )
            })
            .collect();
        is_own(&headers, &Uri::from_static("/api/session"), https)
    }

    #[test]
    fn only_the_own_origin_passes() {
        let host = ("host", "plan.lan:8080");
        assert!(own(&[host, ("origin", "http://plan.lan:8080")], false));
        assert!(own(&[host, ("origin", "https://plan.lan:8080")], false));
        assert!(!own(&[host, ("origin", "http://plan.lan:8080")], true));
        assert!(!own(&[host, ("origin", "http://plan.lan:8081")], false));
        assert!(!own(&[host, ("origin", "http://evil.example")], false));
        assert!(!own(&[host, ("origin", "null")], false));
        assert!(!own(&[host, ("sec-fetch-site", "same-site")], false));
        assert!(!own(
            &[
                host,
                ("sec-fetch-site", "cross-site"),
                ("origin", "http://plan.lan:8080")
            ],
            false
        ));
        assert!(own(&[host, ("sec-fetch-site", "same-origin")], false));
        assert!(own(&[host], false));
    }
}
