//! People and their accounts.

use shared::api::{EditPerson, NewPerson, Person};
use shared::base::{DepartmentId, PersonId, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};

use super::{Store, StoreError, id_bytes, unique};

const COLUMNS: &str =
    "id, name, display_name, department, post, administrator, active, password, must_change";

/// A person with what only the server knows.
#[derive(Debug, Clone)]
pub struct Account {
    /// What others may see.
    pub person: Person,
    /// The password's hash.
    pub password: String,
    /// It must be changed before anything else.
    pub must_change: bool,
}

/// How names of accounts are compared.
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

fn account(row: &SqliteRow) -> Result<Account, StoreError> {
    let department: Option<Vec<u8>> = row.try_get("department")?;
    Ok(Account {
        person: Person {
            id: PersonId::from_bytes(id_bytes(row.try_get("id")?)?),
            name: row.try_get("name")?,
            display_name: row.try_get("display_name")?,
            department: department
                .map(|d| id_bytes(&d))
                .transpose()?
                .map(DepartmentId::from_bytes),
            post: row.try_get("post")?,
            administrator: row.try_get("administrator")?,
            active: row.try_get("active")?,
        },
        password: row.try_get("password")?,
        must_change: row.try_get("must_change")?,
    })
}

impl Store {
    /// Everybody, by account name.
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM people ORDER BY name_key"
        )))
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(|row| Ok(account(row)?.person)).collect()
    }

    /// Whether nobody is there yet.
    pub async fn nobody(&self) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT NOT EXISTS (SELECT 1 FROM people)")
            .fetch_one(self.reader())
            .await?;
        Ok(row.try_get(0)?)
    }

    /// The account of that name, in whatever case it is written.
    pub async fn account_named(&self, name: &str) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM people WHERE name_key = ?"
        )))
        .bind(name_key(name))
        .fetch_optional(self.reader())
        .await?;
        row.as_ref().map(account).transpose()
    }

    /// The account of a person.
    pub async fn account(&self, id: PersonId) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM people WHERE id = ?"
        )))
        .bind(&id.as_bytes()[..])
        .fetch_optional(self.reader())
        .await?;
        row.as_ref().map(account).transpose()
    }

    /// Adds a person; `hash` is the password's. `person.password` itself is not looked at.
    pub async fn add_person(
        &self,
        id: PersonId,
        person: &NewPerson,
        hash: &str,
        must_change: bool,
        now: Timestamp,
    ) -> Result<Person, StoreError> {
        let mut tx = self.begin().await?;
        if let Some(department) = person.department {
            department_exists(&mut tx, department).await?;
        }
        sqlx::query(
            "INSERT INTO people (id, name, name_key, display_name, department, post, administrator, active, password, must_change, since)
             VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
        )
        .bind(&id.as_bytes()[..])
        .bind(person.name.trim())
        .bind(name_key(&person.name))
        .bind(&person.display_name)
        .bind(person.department.map(|d| d.as_bytes().to_vec()))
        .bind(&person.post)
        .bind(person.administrator)
        .bind(hash)
        .bind(must_change)
        .bind(now.0)
        .execute(&mut *tx)
        .await
        .map_err(|e| unique(e, "an account of that name"))?;
        tx.commit().await?;
        Ok(Person {
            id,
            name: person.name.trim().to_owned(),
            display_name: person.display_name.clone(),
            department: person.department,
            post: person.post.clone(),
            administrator: person.administrator,
            active: true,
        })
    }

    /// Changes a person. Making somebody inactive ends all their sessions and tokens in the same transaction.
    pub async fn edit_person(
        &self,
        id: PersonId,
        edit: &EditPerson,
        now: Timestamp,
    ) -> Result<Person, StoreError> {
        let mut tx = self.begin().await?;
        if let Some(department) = edit.department {
            department_exists(&mut tx, department).await?;
        }
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE people SET
                display_name = coalesce(?, display_name),
                department = coalesce(?, department),
                post = coalesce(?, post),
                administrator = coalesce(?, administrator),
                active = coalesce(?, active)
             WHERE id = ? RETURNING {COLUMNS}"
        )))
        .bind(&edit.display_name)
        .bind(edit.department.map(|d| d.as_bytes().to_vec()))
        .bind(&edit.post)
        .bind(edit.administrator)
        .bind(edit.active)
        .bind(&id.as_bytes()[..])
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(StoreError::NotFound("person"))?;
        let person = account(&row)?.person;
        let administrators: i64 =
            sqlx::query("SELECT count(*) FROM people WHERE administrator = 1 AND active = 1")
                .fetch_one(&mut *tx)
                .await?
                .try_get(0)?;
        if administrators == 0 {
            return Err(StoreError::LastAdministrator);
        }
        if !person.active {
            end_everything(&mut tx, id, now).await?;
        }
        tx.commit().await?;
        Ok(person)
    }

    /// Sets a password. All sessions but `keep` end, and with `tokens` the bearer tokens too.
    pub async fn set_password(
        &self,
        id: PersonId,
        hash: &str,
        must_change: bool,
        keep: Option<shared::base::DeviceId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query("UPDATE people SET password = ?, must_change = ? WHERE id = ?")
            .bind(hash)
            .bind(must_change)
            .bind(&id.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("person"));
        }
        if let Some(keep) = keep {
            sqlx::query(
                "UPDATE devices SET ended = ? WHERE person = ? AND ended IS NULL AND id <> ?",
            )
            .bind(now.0)
            .bind(&id.as_bytes()[..])
            .bind(&keep.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        } else {
            end_everything(&mut tx, id, now).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Ends all sessions and takes all tokens of a person back.
pub(super) async fn end_everything(
    tx: &mut Transaction<'_, Sqlite>,
    person: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE devices SET ended = ? WHERE person = ? AND ended IS NULL")
        .bind(now.0)
        .bind(&person.as_bytes()[..])
        .execute(&mut **tx)
        .await?;
    sqlx::query("UPDATE tokens SET ended = ? WHERE person = ? AND ended IS NULL")
        .bind(now.0)
        .bind(&person.as_bytes()[..])
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn department_exists(
    tx: &mut Transaction<'_, Sqlite>,
    id: DepartmentId,
) -> Result<(), StoreError> {
    sqlx::query("SELECT 1 FROM departments WHERE id = ?")
        .bind(&id.as_bytes()[..])
        .fetch_optional(&mut **tx)
        .await?
        .map(|_| ())
        .ok_or(StoreError::NotFound("department"))
}
