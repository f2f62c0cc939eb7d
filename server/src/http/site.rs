//! The app's files: from within the binary, or from a folder while developing.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use rust_embed::RustEmbed;

use super::error::ApiError;
use crate::app::App;
use crate::secret::Secret;

#[derive(RustEmbed)]
#[folder = "$PLUMBLINE_SITE_FOLDER"]
struct Embedded;

/// Shown where the binary was built without the app.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Plumbline</title>\
<h1>Plumbline 准绳</h1><p>This server was built without the app. Build both with:</p><pre>cargo xtask run</pre>\
<p>The server's own interface is there: <a href=\"/api/openapi.json\">/api/openapi.json</a>.</p></html>";

/// Where the app's files come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Site {
    /// From within the binary.
    Embedded,
    /// From a folder, read anew each time.
    Folder(PathBuf),
}

struct File {
    bytes: Cow<'static, [u8]>,
    tag: String,
}

impl Site {
    fn read(&self, path: &str) -> Option<File> {
        match self {
            Self::Embedded => {
                let file = Embedded::get(path)?;
                let tag = file
                    .metadata
                    .sha256_hash()
                    .iter()
                    .take(12)
                    .map(|b| format!("{b:02x}"))
                    .collect();
                Some(File {
                    bytes: file.data,
                    tag,
                })
            }
            Self::Folder(folder) => {
                let relative = Path::new(path);
                // only plain names: nothing leads out of the folder
                if !relative
                    .components()
                    .all(|part| matches!(part, Component::Normal(_)))
                {
                    return None;
                }
                let bytes = std::fs::read(folder.join(relative)).ok()?;
                let tag = Secret::kept_bytes(&bytes)
                    .iter()
                    .take(12)
                    .map(|b| format!("{b:02x}"))
                    .collect();
                Some(File {
                    bytes: bytes.into(),
                    tag,
                })
            }
        }
    }
}

/// Everything that is no other address: a file of the app, or the app's page for a place within it.
pub async fn serve(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return ApiError::not_found("address").into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if !path.is_empty() {
        if let Some(response) = file(&app.site, path, &headers) {
            return response;
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        if name.contains('.') && path != "index.html" {
            return (StatusCode::NOT_FOUND, "no such file").into_response();
        }
    }
    // a place within the app
    file(&app.site, "index.html", &headers).unwrap_or_else(|| {
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        ([(header::CONTENT_TYPE, html)], NOT_BUILT).into_response()
    })
}

fn file(site: &Site, path: &str, headers: &HeaderMap) -> Option<Response> {
    let mut found = None;
    for (encoding, suffix) in [("br", ".br"), ("gzip", ".gz")] {
        if accepts(headers, encoding)
            && let Some(file) = site.read(&format!("{path}{suffix}"))
        {
            found = Some((file, Some(encoding)));
            break;
        }
    }
    let (file, encoding) = match found {
        Some(found) => found,
        None => (site.read(path)?, None),
    };
    let tag = HeaderValue::from_str(&format!("\"{}\"", file.tag)).ok()?;
    let fresh = headers.get(header::IF_NONE_MATCH) == Some(&tag);
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(file.bytes))
    };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    answer.insert(header::ETAG, tag);
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    // files below assets/ carry their content's hash in their name
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let refused = parts.any(|p| p.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0)));
            name.eq_ignore_ascii_case(encoding) && !refused
        })
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn folder() -> (tempfile::TempDir, Site) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("assets")).unwrap();
        std::fs::write(folder.path().join("index.html"), "page").unwrap();
        std::fs::write(folder.path().join("assets/app-0123.wasm"), "plain").unwrap();
        std::fs::write(folder.path().join("assets/app-0123.wasm.br"), "brotli").unwrap();
        let site = Site::Folder(folder.path().to_owned());
        (folder, site)
    }

    fn asking(encoding: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(encoding))])
    }

    #[test]
    fn a_compressed_sibling_goes_only_to_who_takes_it() {
        let (_folder, site) = folder();
        let encoded = |accept| {
            let response = file(&site, "assets/app-0123.wasm", &asking(accept)).unwrap();
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/wasm");
            response.headers().get(header::CONTENT_ENCODING).cloned()
        };
        assert_eq!(encoded("gzip, br").unwrap(), "br");
        assert_eq!(encoded("gzip"), None);
        assert_eq!(encoded("br;q=0"), None);
    }

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        let (_folder, site) = folder();
        let cache = |path| {
            file(&site, path, &HeaderMap::new()).unwrap().headers()[header::CACHE_CONTROL].clone()
        };
        assert!(
            cache("assets/app-0123.wasm")
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        assert_eq!(cache("index.html"), "no-cache");
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        let (folder, _) = folder();
        let site = Site::Folder(folder.path().join("assets"));
        assert!(site.read("../index.html").is_none());
        assert!(site.read("/etc/hostname").is_none());
        assert!(site.read("app-0123.wasm").is_some());
    }

    #[test]
    fn an_unchanged_file_is_not_sent_again() {
        let (_folder, site) = folder();
        let first = file(&site, "index.html", &HeaderMap::new()).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        assert_eq!(
            file(&site, "index.html", &headers).unwrap().status(),
            StatusCode::NOT_MODIFIED
        );
    }
}
