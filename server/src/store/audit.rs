//! What happened to accounts.

use shared::base::{PersonId, Timestamp};
use sqlx::Row;

use super::{Store, StoreError, Tx};

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct AuditEvent<'a> {
    /// What: `sign_in`, `sign_in_failed`, `locked_out`, `password_reset`, ...
    pub event: &'static str,
    /// The account it is about.
    pub name: &'a str,
    /// Who did it, where that is known.
    pub by: Option<PersonId>,
    /// From where.
    pub address: &'a str,
    /// More, for people.
    pub detail: &'a str,
}

/// One line of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: String,
    /// The account it is about.
    pub name: String,
    /// From where.
    pub address: String,
}

impl Store {
    /// Records `event`.
    pub async fn audit(&self, event: &AuditEvent<'_>, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        record(&mut tx, event, now).await?;
        tx.commit().await
    }

    /// The latest `count` events, newest first.
    pub async fn audit_tail(&self, count: u32) -> Result<Vec<AuditRow>, StoreError> {
        let rows =
            sqlx::query("SELECT at, event, name, address FROM audit ORDER BY id DESC LIMIT $1")
                .bind(i64::from(count))
                .fetch_all(self.reader())
                .await?;
        rows.iter()
            .map(|row| {
                Ok(AuditRow {
                    at: Timestamp(row.try_get(0)?),
                    event: row.try_get(1)?,
                    name: row.try_get(2)?,
                    address: row.try_get(3)?,
                })
            })
            .collect()
    }
}

/// Records `event` within a transaction.
pub(super) async fn record(
    tx: &mut Tx,
    event: &AuditEvent<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    // names come from whoever knocks: kept short, and without what PostgreSQL's text cannot hold
    let name: String = event.name.chars().filter(|c| *c != '\0').take(64).collect();
    sqlx::query(
        "INSERT INTO audit (at, event, name, by, address, detail) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(now.0)
    .bind(event.event)
    .bind(name)
    .bind(event.by.map(|p| p.as_bytes().to_vec()))
    .bind(event.address)
    .bind(event.detail)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
