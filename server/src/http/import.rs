//! A table of people: taken into the organisation, or only looked at; and written out as it is.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Query, State};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;
use shared::api::{
    ErrorCode, Failure, FeedLanguage, MAX_TABLE, TableLine, TableProblem, TableRead,
};
use shared::domain::organisation::import::{Becomes, Line, Problem, Row, What, plan, rows};
use shared::exchange::{organisation, table};
use tokio::sync::Semaphore;

use super::auth::{Address, Administrator};
use super::error::ApiError;
use crate::app::App;
use crate::password::objection;

/// What a small workbook makes when it is unpacked can be large: one at a time.
static READING: Semaphore = Semaphore::const_new(1);

/// Whether to do it, or only to say what would be done.
#[derive(Deserialize)]
pub(crate) struct Really {
    #[serde(default = "yes")]
    commit: bool,
}

const fn yes() -> bool {
    true
}

/// Takes a table of people in (xlsx, CSV): all of it, or where anything is wrong nothing. With `commit=false` it only
/// says what would be changed.
#[utoipa::path(post, path = "/api/organisation/import", tag = "organisation",
    params(("commit" = Option<bool>, Query)), request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = TableRead), (status = 403, body = Failure),
    (status = 409, description = "Somebody changed the same meanwhile; nothing was changed", body = Failure),
    (status = 413, body = Failure), (status = 422, description = "No table", body = Failure)))]
pub(crate) async fn import(
    State(app): State<App>,
    Address(address): Address,
    Administrator(by): Administrator,
    really: Result<Query<Really>, QueryRejection>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Json<TableRead>, ApiError> {
    let Query(Really { commit }) =
        really.map_err(|_| ApiError::invalid("commit is true or false"))?;
    let bytes = bytes.map_err(unread)?;
    if bytes.len() > MAX_TABLE {
        return Err(too_large());
    }
    let (rows, mut problems) = read(bytes).await?;
    let now = app.clock.now();
    let known = app.store.known(now).await?;
    let good = |password: &str, account: &str| objection(password, account).is_none();
    let (lines, more) = plan(&known, &rows, good);
    problems.extend(more);
    problems.sort();
    let committed = commit && problems.is_empty();
    if committed {
        let hashes = hashes(&app, &rows, &lines).await?;
        let by = by.does("table_taken", &address, "");
        app.store
            .take_table(known, &rows, &lines, &hashes, &by, now)
            .await?;
    }
    let line = |line: Line| TableLine {
        becomes: line.becomes,
        what: line.what,
        account: line.account,
        name: line.name,
    };
    let problem = |problem: Problem| TableProblem {
        sheet: problem.sheet,
        row: problem.row,
        column: problem.column,
        wrong: problem.wrong,
    };
    Ok(Json(TableRead {
        committed,
        lines: lines.into_iter().map(line).collect(),
        problems: problems.into_iter().map(problem).collect(),
    }))
}

async fn read(bytes: Bytes) -> Result<(Vec<Row>, Vec<Problem>), ApiError> {
    let _turn = READING.acquire().await;
    let read = tokio::task::spawn_blocking(move || {
        let book = table::open(&bytes)?;
        Ok::<_, table::OpenError>(organisation::read(&book))
    });
    let read = read.await.map_err(|error| ApiError::internal(&error))?;
    read.map_err(|error| ApiError::invalid(error.to_string()))
}

/// The hashes of new people's first passwords, by their accounts.
async fn hashes(
    app: &App,
    rows: &[Row],
    lines: &[Line],
) -> Result<HashMap<String, String>, ApiError> {
    let mut hashing = tokio::task::JoinSet::new();
    for line in lines {
        if (line.what, line.becomes) != (What::Person, Becomes::Added) {
            continue;
        }
        let account = line.account.clone();
        let of = |row: &&Row| {
            !row.password.is_empty()
                && shared::domain::organisation::import::key(&row.account) == account
        };
        let password = rows.iter().find(of).map(|row| row.password.clone());
        let passwords = app.passwords.clone();
        hashing.spawn(async move {
            let hash = passwords.hash(password.unwrap_or_default()).await?;
            Ok::<_, ApiError>((account, hash))
        });
    }
    let hashes = hashing.join_all().await;
    hashes.into_iter().collect()
}

fn too_large() -> ApiError {
    ApiError::new(ErrorCode::TooLarge, "the table is too large")
}

fn unread(rejection: BytesRejection) -> ApiError {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => ApiError::invalid(rejection.body_text()),
    }
}

/// In which language the headings are, and whether there are only those.
#[derive(Deserialize)]
pub(crate) struct Written {
    language: Option<FeedLanguage>,
    #[serde(default)]
    empty: bool,
}

/// The organisation as a table of people (xlsx), to be changed and taken in again, or with `empty=true` only its headings.
/// Passwords are not in it.
#[utoipa::path(get, path = "/api/organisation/table", tag = "organisation",
    params(("language" = Option<String>, Query), ("empty" = Option<bool>, Query)), responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 403, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn show(
    State(app): State<App>,
    _: Administrator,
    written: Result<Query<Written>, QueryRejection>,
) -> Result<([(http::HeaderName, &'static str); 2], Vec<u8>), ApiError> {
    let Query(Written { language, empty }) = written
        .map_err(|_| ApiError::invalid("language is zh-CN or en; empty is true or false"))?;
    let rows = match empty {
        true => Vec::new(),
        false => rows(&app.store.known(app.clock.now()).await?),
    };
    let chinese = language != Some(FeedLanguage::English);
    let bytes = organisation::write(&rows, chinese);
    let bytes = bytes.map_err(|error| ApiError::internal(&error))?;
    let head = [
        (
            CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (CONTENT_DISPOSITION, "attachment; filename=\"people.xlsx\""),
    ];
    Ok((head, bytes))
}
