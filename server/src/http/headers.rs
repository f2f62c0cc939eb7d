//! Headers that every answer carries: what the page may load, who may embed it, what it may use.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

use super::origin::host;
use crate::app::App;

const FIXED: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    // the camera is for photographs in the field
    (
        "permissions-policy",
        "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    ),
];

/// What stands behind an address with a secret: in no index, in no cache, and no other address is told it.
const SECRET: [(&str, &str); 3] = [
    ("referrer-policy", "no-referrer"),
    ("x-robots-tag", "noindex, nofollow, noarchive"),
    ("cache-control", "no-store"),
];

/// Adds the headers.
pub(crate) async fn add(State(app): State<App>, request: Request, next: Next) -> Response {
    let policy = policy(host(request.headers(), request.uri()), app.https);
    let api = request.uri().path().starts_with("/api/");
    let secret = super::is_secret(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if app.https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    // what the API says is for this person now
    if api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if secret {
        for (name, value) in SECRET {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
    }
    response
}

/// The Content-Security-Policy. Safari before 17 does not count sockets as `'self'`: their origin is named.
fn policy(host: Option<&str>, https: bool) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    let sockets = match host.filter(|host| host.chars().all(plain)) {
        Some(host) if https => format!(" wss://{host}"),
        // a proxy before a plain listener may speak https
        Some(host) => format!(" ws://{host} wss://{host}"),
        None => String::new(),
    };
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
         connect-src 'self'{sockets}; worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; \
         form-action 'self'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_own_sockets_and_no_others() {
        assert!(
            policy(Some("plan.lan:8443"), true)
                .contains("connect-src 'self' wss://plan.lan:8443; ")
        );
        assert!(policy(Some("evil; script-src *"), true).contains("connect-src 'self'; "));
        assert!(!policy(Some("plan.lan"), false).contains("unsafe-inline"));
    }
}
