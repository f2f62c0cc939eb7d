//! The organisation and its departments.

use shared::api::{Department, Organisation};
use shared::base::DepartmentId;
use sqlx::Row;

use super::{Store, StoreError, id_bytes, reference, unique};

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
        let rows = sqlx::query("SELECT id, name FROM departments ORDER BY place, name")
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

    /// Adds a department after the others.
    pub async fn add_department(
        &self,
        id: DepartmentId,
        name: &str,
    ) -> Result<Department, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO departments (id, name, place) VALUES ($1, $2, (SELECT coalesce(max(place), 0) + 1 FROM departments))",
        )
        .bind(&id.as_bytes()[..])
        .bind(name)
        .execute(&mut *tx)
        .await
        .map_err(|e| unique(e, "a department of that name"))?;
        tx.commit().await?;
        Ok(Department {
            id,
            name: name.to_owned(),
        })
    }

    /// Renames a department.
    pub async fn rename_department(
        &self,
        id: DepartmentId,
        name: &str,
    ) -> Result<Department, StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query("UPDATE departments SET name = $1 WHERE id = $2")
            .bind(name)
            .bind(&id.as_bytes()[..])
            .execute(&mut *tx)
            .await
            .map_err(|e| unique(e, "a department of that name"))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("department"));
        }
        tx.commit().await?;
        Ok(Department {
            id,
            name: name.to_owned(),
        })
    }

    /// Removes a department that nobody belongs to.
    pub async fn remove_department(&self, id: DepartmentId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let in_use = StoreError::InUse("people belong to the department; move them first");
        let taken = sqlx::query("SELECT 1 FROM people WHERE department = $1 LIMIT 1")
            .bind(&id.as_bytes()[..])
            .fetch_optional(&mut *tx)
            .await?;
        if taken.is_some() {
            return Err(in_use);
        }
        let done = sqlx::query("DELETE FROM departments WHERE id = $1")
            .bind(&id.as_bytes()[..])
            .execute(&mut *tx)
            .await
            .map_err(|e| reference(e, in_use))?; // another node put somebody into it meanwhile
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("department"));
        }
        tx.commit().await
    }
}
