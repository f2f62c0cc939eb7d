//! People and their accounts.

use shared::api::{EditPerson, NewPerson, Person};
use shared::base::{DepartmentId, DeviceId, PersonId, Timestamp};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::nodes::Told;
use super::{Store, StoreError, Tx, belongings, id_bytes, projects, unique, yes};

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
    // PostgreSQL's text holds no NUL: whoever knocks with one finds no account
    name.trim().replace('\0', "").to_lowercase()
}

fn account(row: &AnyRow) -> Result<Account, StoreError> {
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
            administrator: yes(row, "administrator")?,
            active: yes(row, "active")?,
        },
        password: row.try_get("password")?,
        must_change: yes(row, "must_change")?,
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
        let row = sqlx::query("SELECT 1 FROM people LIMIT 1")
            .fetch_optional(self.reader())
            .await?;
        Ok(row.is_none())
    }

    /// The account of that name, in whatever case it is written.
    pub async fn account_named(&self, name: &str) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM people WHERE name_key = $1"
        )))
        .bind(name_key(name))
        .fetch_optional(self.reader())
        .await?;
        row.as_ref().map(account).transpose()
    }

    /// The account of a person.
    pub async fn account(&self, id: PersonId) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM people WHERE id = $1"
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
        let person = insert(&mut tx, id, person, hash, must_change, now).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// Changes a person. Making somebody inactive ends all their sessions and tokens in the same transaction.
    pub async fn edit_person(
        &self,
        id: PersonId,
        edit: &EditPerson,
        now: Timestamp,
    ) -> Result<Person, StoreError> {
        let mut tx = self.begin().await?;
        let person = update(&mut tx, id, edit, now).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// Sets a password. All sessions but `keep` end, and with `tokens` the bearer tokens too.
    pub async fn set_password(
        &self,
        id: PersonId,
        hash: &str,
        must_change: bool,
        keep: Option<DeviceId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query("UPDATE people SET password = $1, must_change = $2 WHERE id = $3")
            .bind(hash)
            .bind(i64::from(must_change))
            .bind(&id.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("person"));
        }
        if let Some(keep) = keep {
            let devices = sqlx::query(
                "UPDATE devices SET ended = $1 WHERE person = $2 AND ended IS NULL AND id <> $3 RETURNING id",
            )
            .bind(now.0)
            .bind(&id.as_bytes()[..])
            .bind(&keep.as_bytes()[..])
            .fetch_all(&mut *tx)
            .await?;
            tell_ended(&mut tx, id, &devices)?;
        } else {
            end_everything(&mut tx, id, now).await?;
        }
        tx.commit().await
    }
}

/// Adds a person, within a transaction.
pub(super) async fn insert(
    tx: &mut Tx,
    id: PersonId,
    person: &NewPerson,
    hash: &str,
    must_change: bool,
    now: Timestamp,
) -> Result<Person, StoreError> {
    if let Some(department) = person.department {
        department_stays(tx, department).await?;
    }
    sqlx::query(
        "INSERT INTO people (id, name, name_key, display_name, department, post, administrator, active, password, must_change, since)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10)",
    )
    .bind(&id.as_bytes()[..])
    .bind(person.name.trim())
    .bind(name_key(&person.name))
    .bind(&person.display_name)
    .bind(person.department.map(|d| d.as_bytes().to_vec()))
    .bind(&person.post)
    .bind(i64::from(person.administrator))
    .bind(hash)
    .bind(i64::from(must_change))
    .bind(now.0)
    .execute(&mut **tx)
    .await
    .map_err(|e| unique(e, "an account of that name"))?;
    belongings::status(tx, id, "active", true, now).await?;
    belongings::status(tx, id, "administrator", person.administrator, now).await?;
    if let Some(department) = person.department {
        belongings::belongs(tx, id, department, now).await?;
    }
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

/// Changes a person, within a transaction.
pub(super) async fn update(
    tx: &mut Tx,
    id: PersonId,
    edit: &EditPerson,
    now: Timestamp,
) -> Result<Person, StoreError> {
    if let Some(department) = edit.department {
        department_stays(tx, department).await?;
    }
    // two administrators who take each other's place away at once: the second waits here, and sees
    sqlx::query(
        tx.locking("SELECT id FROM people WHERE administrator = 1 AND active = 1 ORDER BY id"),
    )
    .execute(&mut **tx)
    .await?;
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE people SET
            display_name = coalesce($1, display_name),
            department = coalesce($2, department),
            post = coalesce($3, post),
            administrator = coalesce($4, administrator),
            active = coalesce($5, active)
         WHERE id = $6 RETURNING {COLUMNS}"
    )))
    .bind(&edit.display_name)
    .bind(edit.department.map(|d| d.as_bytes().to_vec()))
    .bind(&edit.post)
    .bind(edit.administrator.map(i64::from))
    .bind(edit.active.map(i64::from))
    .bind(&id.as_bytes()[..])
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound("person"))?;
    let person = account(&row)?.person;
    let administrators: i64 =
        sqlx::query("SELECT count(*) FROM people WHERE administrator = 1 AND active = 1")
            .fetch_one(&mut **tx)
            .await?
            .try_get(0)?;
    if administrators == 0 {
        return Err(StoreError::LastAdministrator);
    }
    belongings::status(tx, id, "active", person.active, now).await?;
    belongings::status(tx, id, "administrator", person.administrator, now).await?;
    if let Some(department) = edit.department {
        belongings::belongs(tx, id, department, now).await?;
    }
    if edit.active.is_some() {
        projects::rights_changed(tx, id).await?;
    }
    if !person.active {
        end_everything(tx, id, now).await?;
    }
    Ok(person)
}

/// Ends all sessions and takes all tokens and calendar feeds of a person back.
pub(super) async fn end_everything(
    tx: &mut Tx,
    person: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let devices = sqlx::query(
        "UPDATE devices SET ended = $1 WHERE person = $2 AND ended IS NULL RETURNING id",
    )
    .bind(now.0)
    .bind(&person.as_bytes()[..])
    .fetch_all(&mut **tx)
    .await?;
    tell_ended(tx, person, &devices)?;
    let tokens = sqlx::query(
        "UPDATE tokens SET ended = $1 WHERE person = $2 AND ended IS NULL RETURNING id",
    )
    .bind(now.0)
    .bind(&person.as_bytes()[..])
    .fetch_all(&mut **tx)
    .await?;
    for row in &tokens {
        tx.tell(Told::Token(person, id_bytes(row.try_get(0)?)?));
    }
    sqlx::query("UPDATE feeds SET ended = $1 WHERE person = $2 AND ended IS NULL")
        .bind(now.0)
        .bind(&person.as_bytes()[..])
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Other nodes hear of ended sessions.
fn tell_ended(tx: &mut Tx, person: PersonId, devices: &[AnyRow]) -> Result<(), StoreError> {
    for row in devices {
        let device = DeviceId::from_bytes(id_bytes(row.try_get(0)?)?);
        tx.tell(Told::Device(person, device));
    }
    Ok(())
}

/// A department that is there, and stays until the end of the transaction.
async fn department_stays(tx: &mut Tx, id: DepartmentId) -> Result<(), StoreError> {
    sqlx::query(tx.sharing("SELECT 1 FROM departments WHERE id = $1 AND until IS NULL"))
        .bind(&id.as_bytes()[..])
        .fetch_optional(&mut **tx)
        .await?
        .map(|_| ())
        .ok_or(StoreError::NotFound("department"))
}
