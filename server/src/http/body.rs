//! JSON bodies, with our own error answers.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use serde::de::DeserializeOwned;
use shared::api::ErrorCode;

use super::error::ApiError;
use crate::app::App;

/// A JSON body.
#[derive(Debug, Clone)]
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        match Json::<T>::from_request(request, app).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(ApiError::invalid(
                "the body must be JSON, with Content-Type: application/json",
            )),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(ApiError::new(ErrorCode::TooLarge, "the body is too large"))
            }
            Err(rejection) => Err(ApiError::invalid(rejection.body_text())),
        }
    }
}

/// An id out of the path. What is no id is not there.
pub(crate) fn id<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| ApiError::not_found(what))
}

/// A line of text that a person typed: trimmed, not empty, not endless.
pub(crate) fn line(text: &str, field: &str, longest: usize) -> Result<String, ApiError> {
    let text = text.trim();
    if text.is_empty() {
        Err(ApiError::invalid(format!("{field} is empty")))
    } else {
        optional_line(text, field, longest)
    }
}

/// As [`line`], but may be empty.
pub(crate) fn optional_line(text: &str, field: &str, longest: usize) -> Result<String, ApiError> {
    let text = text.trim();
    if text.chars().count() > longest {
        Err(ApiError::invalid(format!(
            "{field} is longer than {longest} characters"
        )))
    } else if text.chars().any(char::is_control) {
        Err(ApiError::invalid(format!(
            "{field} holds control characters"
        )))
    } else {
        Ok(text.to_owned())
    }
}
