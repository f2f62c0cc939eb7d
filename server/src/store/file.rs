//! A file that is said to be a backup, looked at before anything in it is believed: it may be cut, damaged, something else,
//! or made to harm.

use std::io::Read;
use std::path::Path;

use shared::doc::bounds;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};

use super::StoreError;

/// What all backups hold, of whichever version.
const OURS: [&str; 5] = [
    "people",
    "projects",
    "documents",
    "changes",
    "_sqlx_migrations",
];

/// Whether an SQLite file is whole and holds nothing that a backup does not: nothing in it is changed, and what it claims to hold
/// is not taken into memory.
///
/// # Errors
/// [`StoreError::Unreadable`] with what is wrong with it.
pub(crate) async fn sound(file: &Path) -> Result<(), StoreError> {
    whole(file)?;
    super::database::drivers();
    let url = format!("sqlite:{}?mode=rw", file.display());
    let mut connection = AnyConnection::connect(&url).await.map_err(damaged)?;
    let looked = look(&mut connection).await;
    let _ = connection.close().await;
    looked
}

/// A file is as long as it says: SQLite itself does without what was cut off, as long as nothing asks for it.
fn whole(file: &Path) -> Result<(), StoreError> {
    let failed = |error| StoreError::File(file.to_owned(), error);
    let mut begin = [0; 32];
    let mut opened = std::fs::File::open(file).map_err(failed)?;
    let length = opened.metadata().map_err(failed)?.len();
    let read = opened.read_exact(&mut begin);
    let [.., a, b, c, d] = begin;
    let (pages, high, low) = (u32::from_be_bytes([a, b, c, d]), begin[16], begin[17]);
    let page = match u16::from_be_bytes([high, low]) {
        1 => 65_536, // as SQLite writes it
        page => u64::from(page),
    };
    if read.is_err() || u64::from(pages) * page != length {
        return Err(StoreError::Unreadable(
            "the file is damaged: it is not as long as it says".to_owned(),
        ));
    }
    Ok(())
}

fn damaged(error: sqlx::Error) -> StoreError {
    StoreError::Unreadable(format!("the file is damaged: {error}"))
}

async fn look(file: &mut AnyConnection) -> Result<(), StoreError> {
    let wrong = |what: String| Err(StoreError::Unreadable(what));
    for pragma in ["trusted_schema = OFF", "cell_size_check = ON"] {
        ask(file, &format!("PRAGMA {pragma}")).await?;
    }
    // code that would run when it is read or written
    let foreign = "SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index')
        OR lower(sql) LIKE 'create virtual%' LIMIT 1";
    if let Some(name) = ask(file, foreign).await? {
        return wrong(format!(
            "{name} is a view, a trigger or the like, which no backup has"
        ));
    }
    for table in OURS {
        let there =
            format!("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = '{table}'");
        if ask(file, &there).await?.is_none() {
            return wrong(format!("it has no table {table}: it is no backup"));
        }
    }
    let told = ask(file, "PRAGMA quick_check(1)")
        .await?
        .unwrap_or_default();
    if told != "ok" {
        return wrong(format!("the file is damaged: {told}"));
    }
    for (table, most) in [
        ("changes", bounds::MAX_CHANGE as u64),
        ("blobs", bounds::MAX_DOCUMENT),
    ] {
        let there = format!("SELECT name FROM sqlite_schema WHERE name = '{table}'");
        if ask(file, &there).await?.is_none() {
            continue; // of a version that had none
        }
        // the length is known without the bytes
        let long = format!(
            "SELECT CAST(length(bytes) AS TEXT) FROM {table} WHERE length(bytes) > {most} LIMIT 1"
        );
        if let Some(length) = ask(file, &long).await? {
            return wrong(format!(
                "{table} has an entry of {length} bytes, and none has more than {most}"
            ));
        }
    }
    Ok(())
}

/// The first row's only text.
async fn ask(file: &mut AnyConnection, sql: &str) -> Result<Option<String>, StoreError> {
    let row = sqlx::query(AssertSqlSafe(sql.to_owned()))
        .fetch_optional(file)
        .await
        .map_err(damaged)?;
    let text = row.map(|row| row.try_get::<Option<String>, _>(0));
    Ok(text.transpose().map_err(damaged)?.flatten())
}
