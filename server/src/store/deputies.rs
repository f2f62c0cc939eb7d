//! Who acts for whom 代理.

use shared::api::Deputy;
use shared::base::{DeputyId, PersonId, Timestamp};
use shared::domain::organisation::{Span, may_act};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::spans::{active_person, person, span};
use super::{AuditEvent, Store, StoreError, audit, id_bytes};

const COLUMNS: &str = "id, person, deputy, since, until, reason";

pub(super) fn deputy(row: &AnyRow) -> Result<Deputy, StoreError> {
    let Span { since, until } = span(row)?;
    Ok(Deputy {
        id: DeputyId::from_bytes(id_bytes(row.try_get("id")?)?),
        person: person(row, "person")?,
        deputy: person(row, "deputy")?,
        since,
        until,
        reason: row.try_get("reason")?,
    })
}

impl Store {
    /// Deputies at `now` or later: of one person, for whom somebody acts or who acts, or of all.
    pub async fn deputies(
        &self,
        of: Option<PersonId>,
        now: Timestamp,
    ) -> Result<Vec<Deputy>, StoreError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM deputies WHERE (until IS NULL OR until > $1 AND until > since) ORDER BY since, id"
        )))
        .bind(now.0)
        .fetch_all(self.reader())
        .await?;
        let all = rows.iter().map(deputy);
        let theirs = |found: &Result<Deputy, StoreError>| {
            let (Some(of), Ok(found)) = (of, found) else {
                return true;
            };
            found.person == of || found.deputy == of
        };
        all.filter(theirs).collect()
    }

    /// A deputy, of whatever time.
    pub async fn deputy(&self, id: DeputyId) -> Result<Option<Deputy>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM deputies WHERE id = $1"
        )))
        .bind(&id.as_bytes()[..])
        .fetch_optional(self.reader())
        .await?;
        row.as_ref().map(deputy).transpose()
    }

    /// Names a deputy; `by` goes on record. `asked` has the dates as they were asked for at `now`.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where the same acts for the same at that time, [`StoreError::Refused`] where they would act
    /// for each other.
    pub async fn add_deputy(
        &self,
        asked: &Deputy,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<Deputy, StoreError> {
        let span_asked = Span::new(Some(asked.since), asked.until, now)?;
        let mut tx = self.begin().await?;
        tx.alone("deputies").await?;
        for who in [asked.person, asked.deputy] {
            active_person(&mut tx, who).await?;
        }
        let rows = sqlx::query(
            "SELECT person, deputy, since, until FROM deputies
             WHERE person = $1 AND deputy = $2 OR person = $2 AND deputy = $1",
        )
        .bind(&asked.person.as_bytes()[..])
        .bind(&asked.deputy.as_bytes()[..])
        .fetch_all(&mut *tx)
        .await?;
        let others = rows.iter().map(|row| {
            let (away, deputy) = (person(row, "person")?, person(row, "deputy")?);
            Ok((away, deputy, span(row)?))
        });
        let others = others.collect::<Result<Vec<_>, StoreError>>()?;
        may_act(asked.person, asked.deputy, &span_asked, &others)?;
        if others
            .iter()
            .any(|(away, _, other)| *away == asked.person && other.overlaps(&span_asked))
        {
            return Err(StoreError::Exists("this deputy at that time"));
        }
        sqlx::query(
            "INSERT INTO deputies (id, person, deputy, since, until, reason) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&asked.id.as_bytes()[..])
        .bind(&asked.person.as_bytes()[..])
        .bind(&asked.deputy.as_bytes()[..])
        .bind(span_asked.since.0)
        .bind(span_asked.until.map(|until| until.0))
        .bind(&asked.reason)
        .execute(&mut *tx)
        .await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await?;
        Ok(Deputy {
            since: span_asked.since,
            ..asked.clone()
        })
    }

    /// Lets a deputy act no more, at once or from `until` on; `by` goes on record.
    pub async fn end_deputy(
        &self,
        id: DeputyId,
        until: Option<Timestamp>,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let row = sqlx::query(tx.locking("SELECT since, until FROM deputies WHERE id = $1"))
            .bind(&id.as_bytes()[..])
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(StoreError::NotFound("deputy"))?;
        let new = span(&row)?.ended(until, now)?;
        sqlx::query("UPDATE deputies SET until = $1 WHERE id = $2")
            .bind(new.until.map(|until| until.0))
            .bind(&id.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await
    }
}
