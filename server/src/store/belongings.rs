//! Who belongs to which department and who heads it 负责人; who may sign in and administer. What was is kept.

use std::collections::BTreeMap;

use shared::api::{Dates, Heads, PersonSpan};
use shared::base::{DepartmentId, PersonId, Timestamp};
use shared::domain::organisation::Span;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::spans::{active_person, going_on, person, span};
use super::{AuditEvent, Store, StoreError, Tx, audit, id_bytes};

fn heads(rows: &[AnyRow]) -> Result<Vec<Heads>, StoreError> {
    let mut heads: BTreeMap<DepartmentId, Vec<PersonSpan>> = BTreeMap::new();
    for row in rows {
        let department = DepartmentId::from_bytes(id_bytes(row.try_get("department")?)?);
        let Span { since, until } = span(row)?;
        heads.entry(department).or_default().push(PersonSpan {
            person: person(row, "person")?,
            since,
            until,
        });
    }
    let heads = heads.into_iter();
    Ok(heads
        .map(|(department, heads)| Heads { department, heads })
        .collect())
}

impl Store {
    /// Who heads which department at `now` or later; departments that nobody heads are left out.
    pub async fn heads(&self, now: Timestamp) -> Result<Vec<Heads>, StoreError> {
        let rows = sqlx::query(
            "SELECT department, person, since, until FROM belongings
             WHERE head = 1 AND (until IS NULL OR until > $1 AND until > since)
             ORDER BY department, since, person",
        )
        .bind(now.0)
        .fetch_all(self.reader())
        .await?;
        heads(&rows)
    }

    /// Lets somebody head a department; `by` goes on record.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where they head it already at that time.
    pub async fn put_head(
        &self,
        department: DepartmentId,
        person: PersonId,
        dates: &Dates,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<Heads, StoreError> {
        let mut tx = self.begin().await?;
        add_head(&mut tx, department, person, dates, now).await?;
        audit::record(&mut tx, by, now).await?;
        let there = of_department(&mut tx, department).await?;
        tx.commit().await?;
        let there = there.into_iter();
        let heads = there.filter(|(_, span)| span.holds_from(now)).map(
            |(person, Span { since, until })| PersonSpan {
                person,
                since,
                until,
            },
        );
        Ok(Heads {
            department,
            heads: heads.collect(),
        })
    }

    /// Lets somebody head a department no more, at once or from `until` on; `by` goes on record.
    pub async fn end_head(
        &self,
        department: DepartmentId,
        person: PersonId,
        until: Option<Timestamp>,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        take_head(&mut tx, department, person, until, now).await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await
    }
}

/// A department that is there, and stays until the end of the transaction; nobody else changes who heads it meanwhile.
pub(super) async fn lock_department(tx: &mut Tx, id: DepartmentId) -> Result<(), StoreError> {
    sqlx::query(tx.locking("SELECT 1 FROM departments WHERE id = $1 AND until IS NULL"))
        .bind(&id.as_bytes()[..])
        .fetch_optional(&mut **tx)
        .await?
        .map(|_| ())
        .ok_or(StoreError::NotFound("department"))
}

async fn of_department(
    tx: &mut Tx,
    department: DepartmentId,
) -> Result<Vec<(PersonId, Span)>, StoreError> {
    let rows = sqlx::query(
        "SELECT person, since, until FROM belongings WHERE department = $1 AND head = 1 ORDER BY since, person",
    )
    .bind(&department.as_bytes()[..])
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| Ok((person(row, "person")?, span(row)?)))
        .collect()
}

/// Lets somebody head a department, within a transaction.
pub(super) async fn add_head(
    tx: &mut Tx,
    department: DepartmentId,
    person: PersonId,
    dates: &Dates,
    now: Timestamp,
) -> Result<(), StoreError> {
    let span = Span::new(dates.since, dates.until, now)?;
    lock_department(tx, department).await?;
    active_person(tx, person).await?;
    let there = of_department(tx, department).await?;
    if there
        .iter()
        .any(|(head, other)| *head == person && other.overlaps(&span))
    {
        return Err(StoreError::Exists(
            "this person as head of the department at that time",
        ));
    }
    sqlx::query(
        "INSERT INTO belongings (department, person, head, since, until) VALUES ($1, $2, 1, $3, $4)",
    )
    .bind(&department.as_bytes()[..])
    .bind(&person.as_bytes()[..])
    .bind(span.since.0)
    .bind(span.until.map(|until| until.0))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets somebody head a department no more, within a transaction.
pub(super) async fn take_head(
    tx: &mut Tx,
    department: DepartmentId,
    person: PersonId,
    until: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    lock_department(tx, department).await?;
    let there = of_department(tx, department).await?.into_iter();
    let theirs = there.filter(|(head, _)| *head == person);
    let old = going_on(theirs.map(|(_, span)| span), now).ok_or(StoreError::NotFound("head"))?;
    let new = old.ended(until, now)?;
    sqlx::query(
        "UPDATE belongings SET until = $1
         WHERE department = $2 AND person = $3 AND head = 1 AND since = $4 AND (until IS NULL OR until > since)",
    )
    .bind(new.until.map(|until| until.0))
    .bind(&department.as_bytes()[..])
    .bind(&person.as_bytes()[..])
    .bind(old.since.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A person belongs to a department from now on, and to no other. The person's row is locked.
pub(super) async fn belongs(
    tx: &mut Tx,
    person: PersonId,
    department: DepartmentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let there = sqlx::query(
        "SELECT 1 FROM belongings WHERE person = $1 AND department = $2 AND head = 0 AND until IS NULL",
    )
    .bind(&person.as_bytes()[..])
    .bind(&department.as_bytes()[..])
    .fetch_optional(&mut **tx)
    .await?;
    if there.is_some() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE belongings SET until = CASE WHEN since > $1 THEN since ELSE $1 END
         WHERE person = $2 AND head = 0 AND until IS NULL",
    )
    .bind(now.0)
    .bind(&person.as_bytes()[..])
    .execute(&mut **tx)
    .await?;
    sqlx::query("INSERT INTO belongings (department, person, head, since) VALUES ($1, $2, 0, $3)")
        .bind(&department.as_bytes()[..])
        .bind(&person.as_bytes()[..])
        .bind(now.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whether a person may sign in (`active`) or administer (`administrator`) from now on. The person's row is locked.
pub(super) async fn status(
    tx: &mut Tx,
    person: PersonId,
    kind: &'static str,
    is: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let statement = if is {
        "INSERT INTO statuses (person, kind, since) SELECT $2, $3, $1
         WHERE NOT EXISTS (SELECT 1 FROM statuses WHERE person = $2 AND kind = $3 AND until IS NULL)"
    } else {
        "UPDATE statuses SET until = CASE WHEN since > $1 THEN since ELSE $1 END
         WHERE person = $2 AND kind = $3 AND until IS NULL"
    };
    sqlx::query(statement)
        .bind(now.0)
        .bind(&person.as_bytes()[..])
        .bind(kind)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
