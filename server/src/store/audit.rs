//! What happened to accounts.

use std::collections::BTreeSet;

use shared::api::{AUDIT_LINES, AuditLine, AuditPage};
use shared::base::{GrantId, PersonId, Timestamp};
use sqlx::Row;

use super::grants::{self, grant};
use super::{Store, StoreError, Tx, id_bytes, name_key};

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

/// Which lines of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditAsked {
    /// Those about this person, by the name of their account, and those of what they did; none: everybody's.
    pub person: Option<(PersonId, String)>,
    /// From this moment on.
    pub since: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// Before the line of this number.
    pub before: i64,
}

impl Store {
    /// Records `event`.
    pub async fn audit(&self, event: &AuditEvent<'_>, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        record(&mut tx, event, now).await?;
        tx.commit().await
    }

    /// A part of the record, the newest first, with what the lines name.
    pub async fn audit_page(&self, asked: &AuditAsked) -> Result<AuditPage, StoreError> {
        let (person, name) = asked.person.as_ref().map_or_else(
            || (Vec::new(), String::new()),
            |(person, name)| (person.as_bytes().to_vec(), name_key(name)),
        );
        let rows = sqlx::query(
            "SELECT id, at, event, name, by, address, detail FROM audit
             WHERE at >= $1 AND at < $2 AND id < $3 AND ($4 = '' OR LOWER(name) = $4 OR by = $5)
             ORDER BY id DESC LIMIT $6",
        )
        .bind(asked.since.0)
        .bind(asked.until.0)
        .bind(asked.before)
        .bind(name)
        .bind(person)
        .bind(i64::from(AUDIT_LINES) + 1)
        .fetch_all(self.reader())
        .await?;
        let lines = rows.iter().take(AUDIT_LINES as usize).map(|row| {
            let by: Option<Vec<u8>> = row.try_get("by")?;
            let by = by.map(|by| id_bytes(&by)).transpose()?;
            Ok(AuditLine {
                id: row.try_get("id")?,
                at: Timestamp(row.try_get("at")?),
                event: row.try_get("event")?,
                name: row.try_get("name")?,
                by: by.map(PersonId::from_bytes),
                address: row.try_get("address")?,
                detail: row.try_get("detail")?,
            })
        });
        let lines = lines.collect::<Result<Vec<_>, StoreError>>()?;
        let details = lines.iter().map(|line| line.detail.clone()).collect();
        Ok(AuditPage {
            more: rows.len() > lines.len(),
            names: self.party_names(&details).await?,
            grants: self.granted(&lines).await?,
            lines,
        })
    }

    /// The grants that lines name.
    async fn granted(&self, lines: &[AuditLine]) -> Result<Vec<shared::api::Grant>, StoreError> {
        let named = lines.iter().filter(|line| line.event.starts_with("role_"));
        let ids = named.filter_map(|line| line.detail.split(' ').next()?.parse().ok());
        let ids: BTreeSet<GrantId> = ids.collect();
        let mut found = Vec::new();
        for id in ids {
            let row = sqlx::query(sqlx::AssertSqlSafe(format!(
                "SELECT {} FROM grants WHERE id = $1",
                grants::COLUMNS
            )))
            .bind(&id.as_bytes()[..])
            .fetch_optional(self.reader())
            .await?;
            found.extend(row.as_ref().map(grant).transpose()?);
        }
        Ok(found)
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
