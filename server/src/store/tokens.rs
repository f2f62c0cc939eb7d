//! Bearer tokens.

use shared::api::Token;
use shared::base::{PersonId, Timestamp};
use sqlx::Row;

use super::nodes::Told;
use super::sessions::signed_in;
use super::{SignedIn, Store, StoreError, id_bytes};

/// How exactly the last use is known.
const USED_EVERY_MS: i64 = 60_000;

/// A token's id as text.
pub(crate) fn id_text(id: [u8; 16]) -> String {
    // the same alphabet as all other ids
    PersonId::from_bytes(id).to_string()
}

/// A token's id from its text.
pub(crate) fn id_from_text(text: &str) -> Option<[u8; 16]> {
    text.parse::<PersonId>().ok().map(|id| *id.as_bytes())
}

impl Store {
    /// Adds a token; `secret` is what it hashes to.
    pub async fn add_token(
        &self,
        id: [u8; 16],
        person: PersonId,
        secret: [u8; 32],
        label: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO tokens (id, person, secret, label, since) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&id[..])
        .bind(&person.as_bytes()[..])
        .bind(&secret[..])
        .bind(label)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// Whose token it is, where it is still good; that counts as a use.
    pub async fn token(
        &self,
        secret: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<SignedIn>, StoreError> {
        let row = sqlx::query(
            "SELECT t.id, t.person, t.last_used, p.name, p.display_name, p.administrator, p.must_change
             FROM tokens t JOIN people p ON p.id = t.person
             WHERE t.secret = $1 AND t.ended IS NULL AND p.active = 1",
        )
        .bind(&secret[..])
        .fetch_optional(self.reader())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let last_used: Option<i64> = row.try_get("last_used")?;
        if last_used.is_none_or(|at| now.since(Timestamp(at)) >= USED_EVERY_MS) {
            let mut tx = self.begin().await?;
            sqlx::query("UPDATE tokens SET last_used = $1 WHERE secret = $2")
                .bind(now.0)
                .bind(&secret[..])
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
        }
        signed_in(&row).map(Some)
    }

    /// A person's tokens, the latest made first.
    pub async fn tokens(&self, person: PersonId) -> Result<Vec<Token>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, label, since, last_used FROM tokens WHERE person = $1 AND ended IS NULL ORDER BY since DESC",
        )
        .bind(&person.as_bytes()[..])
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Token {
                    id: id_text(id_bytes(row.try_get(0)?)?),
                    label: row.try_get(1)?,
                    since: Timestamp(row.try_get(2)?),
                    last_used: row.try_get::<Option<i64>, _>(3)?.map(Timestamp),
                })
            })
            .collect()
    }

    /// Takes a token of a person back.
    pub async fn end_token(
        &self,
        person: PersonId,
        id: [u8; 16],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE tokens SET ended = $1 WHERE id = $2 AND person = $3 AND ended IS NULL",
        )
        .bind(now.0)
        .bind(&id[..])
        .bind(&person.as_bytes()[..])
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("token"));
        }
        tx.tell(Told::Token(person, id));
        tx.commit().await
    }
}
