//! Who holds which role of a pack: grants to departments, posts and people.

use shared::api::Grant;
use shared::base::{DepartmentId, GrantId, PersonId, PostId, ProjectId, Timestamp};
use shared::domain::organisation::{Party, Span};
use shared::pack::id::PackName;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::spans::{active_person, span};
use super::{AuditEvent, Store, StoreError, Tx, audit, belongings, id_bytes, posts};

pub(super) const COLUMNS: &str = "id, pack, role, department, post, person, project, since, until";

pub(super) fn grant(row: &AnyRow) -> Result<Grant, StoreError> {
    let id = |column: &str| -> Result<Option<[u8; 16]>, StoreError> {
        let bytes: Option<Vec<u8>> = row.try_get(column)?;
        bytes.map(|bytes| id_bytes(&bytes)).transpose()
    };
    let to = match (id("department")?, id("post")?, id("person")?) {
        (Some(department), None, None) => Party::Department(DepartmentId::from_bytes(department)),
        (None, Some(post), None) => Party::Post(PostId::from_bytes(post)),
        (None, None, Some(person)) => Party::Person(PersonId::from_bytes(person)),
        _ => {
            let what = "a grant to nobody, or to several";
            return Err(StoreError::Unreadable(what.to_owned()));
        }
    };
    let Span { since, until } = span(row)?;
    Ok(Grant {
        id: GrantId::from_bytes(id_bytes(row.try_get("id")?)?),
        pack: row.try_get("pack")?,
        role: row.try_get("role")?,
        to,
        project: id("project")?.map(ProjectId::from_bytes),
        since,
        until,
    })
}

impl Store {
    /// Grants at `now` or later, of one pack or of all.
    pub async fn grants(
        &self,
        pack: Option<&PackName>,
        now: Timestamp,
    ) -> Result<Vec<Grant>, StoreError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM grants
             WHERE (until IS NULL OR until > $1 AND until > since) AND ($2 = '' OR pack = $2)
             ORDER BY pack, role, since, id"
        )))
        .bind(now.0)
        .bind(pack.map_or("", PackName::as_str))
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(grant).collect()
    }

    /// Grants a role; `by` goes on record. `asked` has the dates as they were asked for at `now`.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where the same is granted at that time.
    pub async fn add_grant(
        &self,
        asked: &Grant,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<Grant, StoreError> {
        let span = Span::new(Some(asked.since), asked.until, now)?;
        let made = Grant {
            since: span.since,
            ..asked.clone()
        };
        let mut tx = self.begin().await?;
        tx.alone("grants").await?;
        let there = party_stays(&mut tx, made.to).await?;
        if let Some(project) = made.project {
            sqlx::query("SELECT 1 FROM projects WHERE id = $1")
                .bind(&project.as_bytes()[..])
                .fetch_optional(&mut *tx)
                .await?
                .ok_or(StoreError::NotFound("project"))?;
        }
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM grants WHERE pack = $1 AND role = $2"
        )))
        .bind(&made.pack)
        .bind(&made.role)
        .fetch_all(&mut *tx)
        .await?;
        for row in &rows {
            let other = grant(row)?;
            let other_span = Span {
                since: other.since,
                until: other.until,
            };
            if (other.to, other.project) == (made.to, made.project) && other_span.overlaps(&span) {
                return Err(StoreError::Exists("this grant at that time"));
            }
        }
        let [department, post, person] = there;
        sqlx::query(
            "INSERT INTO grants (id, pack, role, department, post, person, project, since, until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&made.id.as_bytes()[..])
        .bind(&made.pack)
        .bind(&made.role)
        .bind(department)
        .bind(post)
        .bind(person)
        .bind(made.project.map(|project| project.as_bytes().to_vec()))
        .bind(made.since.0)
        .bind(made.until.map(|until| until.0))
        .execute(&mut *tx)
        .await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Ends a grant, at once or from `until` on; `by` goes on record.
    pub async fn end_grant(
        &self,
        id: GrantId,
        until: Option<Timestamp>,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let row = sqlx::query(tx.locking("SELECT since, until FROM grants WHERE id = $1"))
            .bind(&id.as_bytes()[..])
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(StoreError::NotFound("grant"))?;
        let new = span(&row)?.ended(until, now)?;
        sqlx::query("UPDATE grants SET until = $1 WHERE id = $2")
            .bind(new.until.map(|until| until.0))
            .bind(&id.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await
    }
}

/// Whoever is to hold a role is there, and stays until the end of the transaction: as department, post and person.
async fn party_stays(tx: &mut Tx, to: Party) -> Result<[Option<Vec<u8>>; 3], StoreError> {
    Ok(match to {
        Party::Department(department) => {
            belongings::lock_department(tx, department).await?;
            [Some(department.as_bytes().to_vec()), None, None]
        }
        Party::Post(post) => {
            posts::lock(tx, post).await?;
            [None, Some(post.as_bytes().to_vec()), None]
        }
        Party::Person(person) => {
            active_person(tx, person).await?;
            [None, None, Some(person.as_bytes().to_vec())]
        }
    })
}
