//! Error answers: a status and an [`api::Failure`](shared::api::Failure).

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use shared::api::{ErrorCode, Failure};

use crate::password::HashingFailed;
use crate::secret::NoRandomness;
use crate::store::StoreError;

/// Why a request was not carried out; answers as a [`Failure`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.message)]
pub struct ApiError(Failure);

impl ApiError {
    /// With a sentence that says what happened and what to do.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Failure {
            code,
            message: message.into(),
            retry_after: None,
        })
    }

    /// Not there, or not for this person: both look alike.
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("there is no such {what}"))
    }

    /// A field is out of bounds.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Invalid, message)
    }

    /// Come back in so many seconds.
    pub fn locked_out(seconds: u32) -> Self {
        Self(Failure {
            code: ErrorCode::LockedOut,
            message: format!(
                "too many failed sign-ins: wait {seconds} seconds, then try again, or ask an administrator for a new password"
            ),
            retry_after: Some(seconds),
        })
    }

    /// One address has more than its share: come back in so many seconds.
    pub fn too_many(seconds: u32) -> Self {
        Self(Failure {
            code: ErrorCode::TooMany,
            message: format!(
                "this server has too much from your address at the moment: wait {seconds} seconds, then try again"
            ),
            retry_after: Some(seconds),
        })
    }

    /// A fault of ours; the cause is for the log only.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(
            ErrorCode::Internal,
            "the server has a fault; its log says more",
        )
    }

    /// The status that goes with the code.
    pub fn status(&self) -> StatusCode {
        match self.0.code {
            ErrorCode::WrongCredentials
            | ErrorCode::CodeNeeded
            | ErrorCode::WrongCode
            | ErrorCode::NotSignedIn => StatusCode::UNAUTHORIZED,
            ErrorCode::LockedOut | ErrorCode::TooMany => StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::NotAllowed | ErrorCode::WrongOrigin | ErrorCode::MustChangePassword => {
                StatusCode::FORBIDDEN
            }
            ErrorCode::NotFound => StatusCode::NOT_FOUND,
            ErrorCode::LinkUsed | ErrorCode::LinkOver => StatusCode::GONE,
            ErrorCode::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorCode::Exists
            | ErrorCode::LastManager
            | ErrorCode::LastAdministrator
            | ErrorCode::InUse => StatusCode::CONFLICT,
            ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::Storage => StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The address is right, the method is not.
pub(crate) async fn method_not_allowed() -> Response {
    let error = ApiError::invalid("this address does not take that method");
    let mut response = error.into_response();
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let retry_after = self.0.retry_after;
        let mut response = (status, Json(self.0)).into_response();
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::Exists(_) => Self::new(ErrorCode::Exists, message),
            StoreError::NotFound(what) => Self::not_found(what),
            StoreError::InUse(_) => Self::new(ErrorCode::InUse, message),
            StoreError::Refused(_) => Self::invalid(message),
            StoreError::LastManager => Self::new(ErrorCode::LastManager, message),
            StoreError::LastAdministrator => Self::new(ErrorCode::LastAdministrator, message),
            error if error.cannot_store() => {
                tracing::error!(%error, "the database cannot store");
                Self::new(
                    ErrorCode::Storage,
                    "the server cannot store at the moment; nothing was changed, try again later",
                )
            }
            error => Self::internal(&error),
        }
    }
}

impl From<HashingFailed> for ApiError {
    fn from(error: HashingFailed) -> Self {
        Self::internal(&error)
    }
}

impl From<NoRandomness> for ApiError {
    fn from(error: NoRandomness) -> Self {
        Self::internal(&error)
    }
}
