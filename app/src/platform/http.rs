//! JSON over `fetch`, with the session's cookie, and typed failures.

use gloo::net::http::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::api::{ErrorCode, Failure, SNAPSHOT_EPOCH, SNAPSHOT_SEQ};
use web_sys::RequestCredentials;

/// Why there is no answer to use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The server was not reached, or the connection broke.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The server answered that it will not; its reason.
    #[error("{}", .0.message)]
    Failed(Failure),
}

/// Asks for JSON.
pub async fn get<Answer: DeserializeOwned>(path: &str) -> Result<Answer, HttpError> {
    json(send::<()>(Method::GET, path, None).await?).await
}

/// Asks for bytes.
pub async fn get_bytes(path: &str) -> Result<Vec<u8>, HttpError> {
    let response = send::<()>(Method::GET, path, None).await?;
    response.binary().await.map_err(|_| HttpError::Unreachable)
}

/// What the server gives a device that begins with a document.
pub struct Beginning {
    /// The whole document up to `seq`.
    pub bytes: Vec<u8>,
    /// Their address.
    pub hash: String,
    /// The log's epoch.
    pub epoch: u64,
    /// The cursor that goes with it.
    pub seq: u64,
}

/// Asks for bytes with what is told about them in headers; `None`: there are none.
pub async fn get_beginning(path: &str) -> Result<Option<Beginning>, HttpError> {
    let response = send::<()>(Method::GET, path, None).await?;
    if response.status() == 204 {
        return Ok(None);
    }
    let headers = response.headers();
    let number = |name| headers.get(name)?.parse().ok();
    let (Some(epoch), Some(seq)) = (number(SNAPSHOT_EPOCH), number(SNAPSHOT_SEQ)) else {
        return Ok(None);
    };
    let hash = headers.get("etag").unwrap_or_default();
    let bytes = response.binary().await;
    Ok(Some(Beginning {
        bytes: bytes.map_err(|_| HttpError::Unreachable)?,
        hash: hash.trim_matches('"').to_owned(),
        epoch,
        seq,
    }))
}

/// Sends JSON, gets JSON.
pub async fn post<Body: Serialize, Answer: DeserializeOwned>(
    path: &str,
    body: &Body,
) -> Result<Answer, HttpError> {
    json(send(Method::POST, path, Some(body)).await?).await
}

/// Changes with JSON, gets JSON.
pub async fn patch<Body: Serialize, Answer: DeserializeOwned>(
    path: &str,
    body: &Body,
) -> Result<Answer, HttpError> {
    json(send(Method::PATCH, path, Some(body)).await?).await
}

/// Sets with JSON, gets JSON.
pub async fn put<Body: Serialize, Answer: DeserializeOwned>(
    path: &str,
    body: &Body,
) -> Result<Answer, HttpError> {
    json(send(Method::PUT, path, Some(body)).await?).await
}

/// Sets bytes, gets JSON.
pub async fn put_bytes<Answer: DeserializeOwned>(
    path: &str,
    bytes: &[u8],
) -> Result<Answer, HttpError> {
    json(send_bytes(Method::PUT, path, bytes).await?).await
}

/// Sends bytes, gets JSON.
pub async fn post_bytes<Answer: DeserializeOwned>(
    path: &str,
    bytes: &[u8],
) -> Result<Answer, HttpError> {
    json(send_bytes(Method::POST, path, bytes).await?).await
}

/// Sends JSON where no content comes back.
pub async fn post_only<Body: Serialize>(path: &str, body: &Body) -> Result<(), HttpError> {
    send(Method::POST, path, Some(body)).await.map(|_| ())
}

/// Changes with JSON where no content comes back.
pub async fn patch_only<Body: Serialize>(path: &str, body: &Body) -> Result<(), HttpError> {
    send(Method::PATCH, path, Some(body)).await.map(|_| ())
}

/// Sets with JSON where no content comes back.
pub async fn put_only<Body: Serialize>(path: &str, body: &Body) -> Result<(), HttpError> {
    send(Method::PUT, path, Some(body)).await.map(|_| ())
}

/// Deletes.
pub async fn delete(path: &str) -> Result<(), HttpError> {
    send::<()>(Method::DELETE, path, None).await.map(|_| ())
}

async fn send_bytes(method: Method, path: &str, bytes: &[u8]) -> Result<Response, HttpError> {
    let request = RequestBuilder::new(path)
        .method(method)
        .credentials(RequestCredentials::SameOrigin)
        .header("Content-Type", "application/octet-stream")
        .body(js_sys::Uint8Array::from(bytes));
    let sent = match request {
        Ok(request) => request.send().await,
        Err(error) => Err(error),
    };
    answered(sent.map_err(|_| HttpError::Unreachable)?).await
}

async fn send<Body: Serialize>(
    method: Method,
    path: &str,
    body: Option<&Body>,
) -> Result<Response, HttpError> {
    let builder = RequestBuilder::new(path)
        .method(method)
        .credentials(RequestCredentials::SameOrigin);
    let sent = match body {
        Some(body) => match builder.json(body) {
            Ok(request) => request.send().await,
            Err(error) => Err(error),
        },
        None => builder.send().await,
    };
    answered(sent.map_err(|_| HttpError::Unreachable)?).await
}

/// The answer, where it is none of a failure.
async fn answered(response: Response) -> Result<Response, HttpError> {
    if response.ok() {
        return Ok(response);
    }
    let status = response.status();
    match response.json::<Failure>().await {
        Ok(failure) => Err(HttpError::Failed(failure)),
        // not from our server: a proxy, or a gateway that lost it
        Err(_) if matches!(status, 502..=504) => Err(HttpError::Unreachable),
        Err(_) => Err(HttpError::Failed(Failure {
            code: match status {
                401 => ErrorCode::NotSignedIn,
                403 => ErrorCode::NotAllowed,
                404 => ErrorCode::NotFound,
                413 => ErrorCode::TooLarge,
                429 => ErrorCode::LockedOut,
                _ => ErrorCode::Internal,
            },
            message: format!("the server answered {status}"),
            retry_after: None,
        })),
    }
}

async fn json<Answer: DeserializeOwned>(response: Response) -> Result<Answer, HttpError> {
    let text = response.text().await.map_err(|_| HttpError::Unreachable)?;
    // so that `()` can be asked for where there is no content
    let text = if text.is_empty() { "null" } else { &text };
    serde_json::from_str(text).map_err(|error| {
        HttpError::Failed(Failure {
            code: ErrorCode::Internal,
            message: format!("the server's answer cannot be read: {error}"),
            retry_after: None,
        })
    })
}
