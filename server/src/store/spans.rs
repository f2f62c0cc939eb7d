//! Rows that hold from when until when.

use shared::base::{PersonId, Timestamp};
use shared::domain::organisation::{Refusal, Span};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::{StoreError, Tx, id_bytes};

/// The span in the columns `since` and `until`.
pub(super) fn span(row: &AnyRow) -> Result<Span, StoreError> {
    Ok(Span {
        since: Timestamp(row.try_get("since")?),
        until: row.try_get::<Option<i64>, _>("until")?.map(Timestamp),
    })
}

/// The person in a column.
pub(super) fn person(row: &AnyRow, column: &str) -> Result<PersonId, StoreError> {
    Ok(PersonId::from_bytes(id_bytes(row.try_get(column)?)?))
}

/// Of a person's rows the one that goes on, or begins, at `now` or later: the first of them.
pub(super) fn going_on(spans: impl IntoIterator<Item = Span>, now: Timestamp) -> Option<Span> {
    let later = spans.into_iter().filter(|span| span.holds_from(now));
    later.min_by_key(|span| span.since)
}

/// A person who is there and may sign in, and stays so until the end of the transaction.
pub(super) async fn active_person(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    let row = sqlx::query(tx.sharing("SELECT active FROM people WHERE id = $1"))
        .bind(&person.as_bytes()[..])
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound("person"))?;
    match super::yes(&row, "active")? {
        true => Ok(()),
        false => Err(Refusal::Inactive.into()),
    }
}
