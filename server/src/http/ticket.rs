//! One-time tickets for the WebSocket.

use axum::Json;
use axum::extract::State;
use shared::api::Ticket;

use super::auth::Principal;
use super::error::ApiError;
use crate::app::App;

/// A ticket for `GET /sync?ticket=...`: good for 30 seconds and one use.
#[utoipa::path(post, path = "/api/sync/ticket", tag = "sync", responses((status = 200, body = Ticket)))]
pub(crate) async fn issue(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<Ticket>, ApiError> {
    let secret = app.tickets.issue(principal, app.clock.now())?;
    Ok(Json(Ticket {
        ticket: secret.text().to_owned(),
    }))
}
