//! The description of the HTTP interface, made from the handlers themselves.

use axum::Json;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};

use super::{
    attachments, audit, deputies, devices, documents, feeds, grants, holidays, import, ledger,
    notices, organisation, packs, password, people, pool, posts, projects, second_factor, session,
    ticket, tokens,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Plumbline", description = "Project management with or without a network. \
        A request carries the session's cookie or `Authorization: Bearer TOKEN`. The WebSocket is `GET /sync`, \
        with the cookie, a bearer token, or `?ticket=`."),
    paths(
        session::sign_in, session::show, session::sign_out, session::sign_out_everywhere,
        second_factor::show, second_factor::offer, second_factor::confirm, second_factor::remove,
        second_factor::reset, devices::list, devices::revoke, password::change, tokens::list, tokens::make, tokens::revoke,
        feeds::list, feeds::make, feeds::revoke, feeds::show,
        organisation::show, organisation::edit, organisation::make_department, organisation::edit_department,
        organisation::remove_department, organisation::heads, organisation::put_head, organisation::end_head,
        import::import, import::show, posts::list, posts::make, posts::edit, posts::end, posts::put_holder, posts::end_holder,
        deputies::list, deputies::make, deputies::end, grants::list, grants::make, grants::end, grants::holders, audit::show, people::make, people::edit, people::reset_password,
        projects::list, projects::make, projects::show, projects::edit, projects::put_member,
        projects::remove_member, projects::documents, documents::snapshot, documents::newest, documents::first,
        documents::receipts, ticket::issue, holidays::list, holidays::show, packs::list, packs::show, attachments::begin, attachments::put_part, attachments::show,
        ledger::decide, ledger::show, pool::show, ledger::keys, ledger::put_device_key, ledger::inbox,
        notices::list, notices::read, notices::settings, notices::put_settings, notices::test, notices::put_push, notices::end_push,
        notices::failures, notices::again, notices::robots, notices::make_robot, notices::edit_robot, notices::end_robot, notices::test_robot,
        ledger::make_link, ledger::by_link, ledger::decide_by_link, ledger::file_by_link,
    ),
    security(("session" = []), ("bearer" = [])),
    modifiers(&Schemes),
)]
struct Description;

struct Schemes;

impl utoipa::Modify for Schemes {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("plumbline")));
        components.add_security_scheme("session", cookie);
        components.add_security_scheme(
            "bearer",
            SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
        );
    }
}

/// `GET /api/openapi.json`.
pub(crate) async fn show() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}
