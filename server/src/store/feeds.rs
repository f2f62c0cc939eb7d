//! Calendar feeds: addresses that give a project's dates without a session.

use shared::api::{Feed, FeedHolds, FeedLanguage, NewFeed};
use shared::base::{PersonId, ProjectId, Timestamp};
use sqlx::Row;

use super::tokens::id_text;
use super::{AuditEvent, Store, StoreError, audit, from_word, id_bytes, word};

/// How exactly the last use is known.
const USED_EVERY_MS: i64 = 60_000;

/// What an address of a feed stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedOf {
    /// Whose it is: it gives what this person may read.
    pub person: PersonId,
    /// Of which project.
    pub project: ProjectId,
    /// Which dates.
    pub holds: FeedHolds,
    /// In which language.
    pub language: FeedLanguage,
}

impl Store {
    /// Adds a feed; `secret` is what that in its address hashes to, and `by` goes on record.
    pub async fn add_feed(
        &self,
        id: [u8; 16],
        person: PersonId,
        secret: [u8; 32],
        new: &NewFeed,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<Feed, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO feeds (id, person, project, secret, label, holds, language, since)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&id[..])
        .bind(&person.as_bytes()[..])
        .bind(&new.project.as_bytes()[..])
        .bind(&secret[..])
        .bind(&new.label)
        .bind(word(&new.holds)?)
        .bind(word(&new.language)?)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await?;
        Ok(Feed {
            id: id_text(id),
            project: new.project,
            label: new.label.clone(),
            holds: new.holds,
            language: new.language,
            since: now,
            last_used: None,
        })
    }

    /// What a feed's secret stands for, where it is still good; that counts as a use. Whether the person may read the
    /// project is another question.
    pub async fn feed(
        &self,
        secret: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<FeedOf>, StoreError> {
        let row = sqlx::query(
            "SELECT f.person, f.project, f.holds, f.language, f.last_used
             FROM feeds f JOIN people p ON p.id = f.person
             WHERE f.secret = $1 AND f.ended IS NULL AND p.active = 1",
        )
        .bind(&secret[..])
        .fetch_optional(self.reader())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let last_used: Option<i64> = row.try_get(4)?;
        if last_used.is_none_or(|at| now.since(Timestamp(at)) >= USED_EVERY_MS) {
            let mut tx = self.begin().await?;
            sqlx::query("UPDATE feeds SET last_used = $1 WHERE secret = $2")
                .bind(now.0)
                .bind(&secret[..])
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
        }
        Ok(Some(FeedOf {
            person: PersonId::from_bytes(id_bytes(row.try_get(0)?)?),
            project: ProjectId::from_bytes(id_bytes(row.try_get(1)?)?),
            holds: from_word(row.try_get(2)?)?,
            language: from_word(row.try_get(3)?)?,
        }))
    }

    /// A person's feeds, the latest made first.
    pub async fn feeds(&self, person: PersonId) -> Result<Vec<Feed>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, project, label, holds, language, since, last_used FROM feeds
             WHERE person = $1 AND ended IS NULL ORDER BY since DESC, id",
        )
        .bind(&person.as_bytes()[..])
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Feed {
                    id: id_text(id_bytes(row.try_get(0)?)?),
                    project: ProjectId::from_bytes(id_bytes(row.try_get(1)?)?),
                    label: row.try_get(2)?,
                    holds: from_word(row.try_get(3)?)?,
                    language: from_word(row.try_get(4)?)?,
                    since: Timestamp(row.try_get(5)?),
                    last_used: row.try_get::<Option<i64>, _>(6)?.map(Timestamp),
                })
            })
            .collect()
    }

    /// Takes a feed of a person back; `by` goes on record.
    pub async fn end_feed(
        &self,
        person: PersonId,
        id: [u8; 16],
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE feeds SET ended = $1 WHERE id = $2 AND person = $3 AND ended IS NULL",
        )
        .bind(now.0)
        .bind(&id[..])
        .bind(&person.as_bytes()[..])
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("feed"));
        }
        audit::record(&mut tx, by, now).await?;
        tx.commit().await
    }
}
