//! Posts 岗位 and who holds them.

use std::collections::HashMap;

use shared::api::{Dates, PersonSpan, Post};
use shared::base::{PersonId, PostId, Timestamp};
use shared::domain::organisation::Span;
use sqlx::Row;

use super::spans::{active_person, going_on, person, span};
use super::{AuditEvent, Store, StoreError, Tx, audit, id_bytes, unique};

/// What is said of a post's name that is taken.
pub(super) const TAKEN: &str = "a post of that name";

impl Store {
    /// The posts there are, by name, with who holds them at `now` or later.
    pub async fn posts(&self, now: Timestamp) -> Result<Vec<Post>, StoreError> {
        let rows = sqlx::query(
            "SELECT post, person, since, until FROM post_holders
             WHERE until IS NULL OR until > $1 AND until > since ORDER BY since, person",
        )
        .bind(now.0)
        .fetch_all(self.reader())
        .await?;
        let mut holders: HashMap<PostId, Vec<PersonSpan>> = HashMap::new();
        for row in &rows {
            let post = PostId::from_bytes(id_bytes(row.try_get("post")?)?);
            let Span { since, until } = span(row)?;
            holders.entry(post).or_default().push(PersonSpan {
                person: person(row, "person")?,
                since,
                until,
            });
        }
        let rows =
            sqlx::query("SELECT id, name, since FROM posts WHERE until IS NULL ORDER BY name")
                .fetch_all(self.reader())
                .await?;
        rows.iter()
            .map(|row| {
                let id = PostId::from_bytes(id_bytes(row.try_get(0)?)?);
                Ok(Post {
                    id,
                    name: row.try_get(1)?,
                    since: Timestamp(row.try_get(2)?),
                    holders: holders.remove(&id).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// Makes a post; `by` goes on record.
    pub async fn add_post(
        &self,
        id: PostId,
        name: &str,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<Post, StoreError> {
        let mut tx = self.begin().await?;
        insert(&mut tx, id, name, now).await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await?;
        Ok(Post {
            id,
            name: name.to_owned(),
            since: now,
            holders: Vec::new(),
        })
    }

    /// Renames a post; `by` goes on record.
    pub async fn rename_post(
        &self,
        id: PostId,
        name: &str,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<Post, StoreError> {
        let mut tx = self.begin().await?;
        let row = sqlx::query(
            "UPDATE posts SET name = $1 WHERE id = $2 AND until IS NULL RETURNING since",
        )
        .bind(name)
        .bind(&id.as_bytes()[..])
        .fetch_optional(&mut *tx)
        .await
        .map_err(|e| unique(e, TAKEN))?
        .ok_or(StoreError::NotFound("post"))?;
        let since = Timestamp(row.try_get(0)?);
        audit::record(&mut tx, by, now).await?;
        let holders = of_post(&mut tx, id).await?;
        tx.commit().await?;
        Ok(Post {
            id,
            name: name.to_owned(),
            since,
            holders: shown(holders, now),
        })
    }

    /// Ends a post that holds no role any more, and whoever holds it holds it no more; `by` goes on record.
    pub async fn end_post(
        &self,
        id: PostId,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        lock(&mut tx, id).await?;
        let granted = sqlx::query(
            "SELECT 1 FROM grants WHERE post = $1 AND (until IS NULL OR until > $2) LIMIT 1",
        )
        .bind(&id.as_bytes()[..])
        .bind(now.0)
        .fetch_optional(&mut *tx)
        .await?;
        if granted.is_some() {
            return Err(StoreError::InUse(
                "the post still holds roles of regulations; end those grants first",
            ));
        }
        for statement in [
            "UPDATE post_holders SET until = CASE WHEN since > $1 THEN since ELSE $1 END
             WHERE post = $2 AND (until IS NULL OR until > $1)",
            "UPDATE posts SET until = CASE WHEN since > $1 THEN since ELSE $1 END WHERE id = $2",
        ] {
            sqlx::query(statement)
                .bind(now.0)
                .bind(&id.as_bytes()[..])
                .execute(&mut *tx)
                .await?;
        }
        audit::record(&mut tx, by, now).await?;
        tx.commit().await
    }

    /// Lets somebody hold a post; `by` goes on record.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where they hold it already at that time.
    pub async fn put_holder(
        &self,
        post: PostId,
        person: PersonId,
        dates: &Dates,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<Post, StoreError> {
        let mut tx = self.begin().await?;
        add_holder(&mut tx, post, person, dates, now).await?;
        audit::record(&mut tx, by, now).await?;
        let row = sqlx::query("SELECT name, since FROM posts WHERE id = $1")
            .bind(&post.as_bytes()[..])
            .fetch_one(&mut *tx)
            .await?;
        let holders = of_post(&mut tx, post).await?;
        tx.commit().await?;
        Ok(Post {
            id: post,
            name: row.try_get(0)?,
            since: Timestamp(row.try_get(1)?),
            holders: shown(holders, now),
        })
    }

    /// Lets somebody hold a post no more, at once or from `until` on; `by` goes on record.
    pub async fn end_holder(
        &self,
        post: PostId,
        person: PersonId,
        until: Option<Timestamp>,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        lock(&mut tx, post).await?;
        let there = of_post(&mut tx, post).await?.into_iter();
        let theirs = there.filter(|(holder, _)| *holder == person);
        let old =
            going_on(theirs.map(|(_, span)| span), now).ok_or(StoreError::NotFound("holder"))?;
        let new = old.ended(until, now)?;
        sqlx::query(
            "UPDATE post_holders SET until = $1
             WHERE post = $2 AND person = $3 AND since = $4 AND (until IS NULL OR until > since)",
        )
        .bind(new.until.map(|until| until.0))
        .bind(&post.as_bytes()[..])
        .bind(&person.as_bytes()[..])
        .bind(old.since.0)
        .execute(&mut *tx)
        .await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await
    }
}

fn shown(holders: Vec<(PersonId, Span)>, now: Timestamp) -> Vec<PersonSpan> {
    let shown = holders.into_iter().filter(|(_, span)| span.holds_from(now));
    let shown = shown.map(|(person, Span { since, until })| PersonSpan {
        person,
        since,
        until,
    });
    shown.collect()
}

/// Makes a post, within a transaction.
pub(super) async fn insert(
    tx: &mut Tx,
    id: PostId,
    name: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO posts (id, name, since) VALUES ($1, $2, $3)")
        .bind(&id.as_bytes()[..])
        .bind(name)
        .bind(now.0)
        .execute(&mut **tx)
        .await
        .map_err(|e| unique(e, TAKEN))?;
    Ok(())
}

/// A post that is there, and stays until the end of the transaction; nobody else changes who holds it meanwhile.
pub(super) async fn lock(tx: &mut Tx, id: PostId) -> Result<(), StoreError> {
    sqlx::query(tx.locking("SELECT 1 FROM posts WHERE id = $1 AND until IS NULL"))
        .bind(&id.as_bytes()[..])
        .fetch_optional(&mut **tx)
        .await?
        .map(|_| ())
        .ok_or(StoreError::NotFound("post"))
}

async fn of_post(tx: &mut Tx, post: PostId) -> Result<Vec<(PersonId, Span)>, StoreError> {
    let rows = sqlx::query(
        "SELECT person, since, until FROM post_holders WHERE post = $1 ORDER BY since, person",
    )
    .bind(&post.as_bytes()[..])
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| Ok((person(row, "person")?, span(row)?)))
        .collect()
}

/// Lets somebody hold a post, within a transaction.
pub(super) async fn add_holder(
    tx: &mut Tx,
    post: PostId,
    person: PersonId,
    dates: &Dates,
    now: Timestamp,
) -> Result<(), StoreError> {
    let span = Span::new(dates.since, dates.until, now)?;
    lock(tx, post).await?;
    active_person(tx, person).await?;
    let there = of_post(tx, post).await?;
    if there
        .iter()
        .any(|(holder, other)| *holder == person && other.overlaps(&span))
    {
        return Err(StoreError::Exists(
            "this person as holder of the post at that time",
        ));
    }
    sqlx::query("INSERT INTO post_holders (post, person, since, until) VALUES ($1, $2, $3, $4)")
        .bind(&post.as_bytes()[..])
        .bind(&person.as_bytes()[..])
        .bind(span.since.0)
        .bind(span.until.map(|until| until.0))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
