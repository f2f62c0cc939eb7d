//! The organisation and its departments.

use shared::api::{Department, Organisation};
use shared::base::{DepartmentId, Timestamp};
use sqlx::Row;

use super::{AuditEvent, Store, StoreError, Tx, audit, belongings, id_bytes, unique};

/// What is said of a department's name that is taken.
const TAKEN: &str = "a department of that name";

impl Store {
    /// The organisation's name; empty before one was given.
    pub async fn organisation_name(&self) -> Result<String, StoreError> {
        let row = sqlx::query("SELECT name FROM organisation WHERE one = 1")
            .fetch_optional(self.reader())
            .await?;
        Ok(row
            .map(|row| row.try_get(0))
            .transpose()?
            .unwrap_or_default())
    }

    /// Names the organisation.
    pub async fn name_organisation(&self, name: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("INSERT INTO organisation (one, name) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET name = excluded.name")
            .bind(name)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// Name, departments and people.
    pub async fn organisation(&self) -> Result<Organisation, StoreError> {
        let rows = sqlx::query(
            "SELECT id, name FROM departments WHERE until IS NULL ORDER BY place, name",
        )
        .fetch_all(self.reader())
        .await?;
        let departments = rows
            .iter()
            .map(|row| {
                Ok(Department {
                    id: DepartmentId::from_bytes(id_bytes(row.try_get(0)?)?),
                    name: row.try_get(1)?,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Organisation {
            name: self.organisation_name().await?,
            departments,
            people: self.people().await?,
        })
    }

    /// Adds a department after the others; `by` goes on record. One of that name that was ended is there again: the id is
    /// then the one that it had.
    pub async fn add_department(
        &self,
        id: DepartmentId,
        name: &str,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<Department, StoreError> {
        let mut tx = self.begin().await?;
        let id = insert(&mut tx, id, name).await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await?;
        Ok(Department {
            id,
            name: name.to_owned(),
        })
    }

    /// Renames a department; `by` goes on record.
    pub async fn rename_department(
        &self,
        id: DepartmentId,
        name: &str,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<Department, StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query("UPDATE departments SET name = $1 WHERE id = $2 AND until IS NULL")
            .bind(name)
            .bind(&id.as_bytes()[..])
            .execute(&mut *tx)
            .await
            .map_err(|e| unique(e, TAKEN))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("department"));
        }
        audit::record(&mut tx, by, now).await?;
        tx.commit().await?;
        Ok(Department {
            id,
            name: name.to_owned(),
        })
    }

    /// Ends a department that nobody belongs to, nobody heads, and that holds no role; `by` goes on record.
    pub async fn remove_department(
        &self,
        id: DepartmentId,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        // whoever puts somebody into it waits for this, and then finds it gone
        belongings::lock_department(&mut tx, id).await?;
        for (taken, meaning) in [
            (
                "SELECT 1 FROM belongings WHERE department = $1
                 AND (until IS NULL OR until > $2 AND until > since) LIMIT 1",
                "people belong to the department or head it; move them first",
            ),
            (
                "SELECT 1 FROM grants WHERE department = $1
                 AND (until IS NULL OR until > $2 AND until > since) LIMIT 1",
                "the department still holds roles of regulations; end those grants first",
            ),
        ] {
            let taken = sqlx::query(taken)
                .bind(&id.as_bytes()[..])
                .bind(now.0)
                .fetch_optional(&mut *tx)
                .await?;
            if taken.is_some() {
                return Err(StoreError::InUse(meaning));
            }
        }
        sqlx::query("UPDATE departments SET until = $1 WHERE id = $2")
            .bind(now.0)
            .bind(&id.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await
    }
}

/// Makes a department, or takes up again the one of that name that was ended, within a transaction: its id.
pub(super) async fn insert(
    tx: &mut Tx,
    id: DepartmentId,
    name: &str,
) -> Result<DepartmentId, StoreError> {
    let row = sqlx::query(
        "INSERT INTO departments (id, name, place)
         VALUES ($1, $2, (SELECT coalesce(max(place), 0) + 1 FROM departments))
         ON CONFLICT (name) DO UPDATE SET until = NULL, place = excluded.place
         WHERE departments.until IS NOT NULL RETURNING id",
    )
    .bind(&id.as_bytes()[..])
    .bind(name)
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::Exists(TAKEN))?;
    Ok(DepartmentId::from_bytes(id_bytes(row.try_get(0)?)?))
}
