//! Second factors: the secrets behind the codes of people's phones, and recovery codes.

use shared::base::{PersonId, Timestamp};
use sqlx::Row;

use super::{Store, StoreError};

/// A person's second factor.
#[derive(Clone)]
pub struct SecondFactor {
    /// What phone and server share.
    pub secret: Vec<u8>,
    /// Since when it is asked for; `None`: offered and not confirmed yet.
    pub since: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
}

impl Store {
    /// A person's second factor, where one was offered.
    pub async fn second_factor(
        &self,
        person: PersonId,
    ) -> Result<Option<SecondFactor>, StoreError> {
        let row = sqlx::query(
            "SELECT secret, since, (SELECT count(*) FROM recovery_codes r WHERE r.person = f.person AND r.used IS NULL)
             FROM second_factors f WHERE f.person = $1",
        )
        .bind(&person.as_bytes()[..])
        .fetch_optional(self.reader())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let left: i64 = row.try_get(2)?;
        Ok(Some(SecondFactor {
            secret: row.try_get(0)?,
            since: row.try_get::<Option<i64>, _>(1)?.map(Timestamp),
            recovery_codes: u32::try_from(left).unwrap_or(0),
        }))
    }

    /// Offers a secret in the place of one that was not confirmed.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where one is confirmed.
    pub async fn offer_second_factor(
        &self,
        person: PersonId,
        secret: &[u8],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "INSERT INTO second_factors (person, secret, since, last_step) VALUES ($1, $2, NULL, 0)
             ON CONFLICT (person) DO UPDATE SET secret = excluded.secret, last_step = 0
             WHERE second_factors.since IS NULL",
        )
        .bind(&person.as_bytes()[..])
        .bind(secret)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Exists("a second factor"));
        }
        tx.commit().await
    }

    /// From now on codes are asked for; `hashes` are those of the recovery codes, `step` that of the code just shown.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where none with this secret waits to be confirmed.
    pub async fn confirm_second_factor(
        &self,
        person: PersonId,
        secret: &[u8],
        step: i64,
        hashes: &[[u8; 32]],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE second_factors SET since = $1, last_step = $2 WHERE person = $3 AND secret = $4 AND since IS NULL",
        )
        .bind(now.0)
        .bind(step)
        .bind(&person.as_bytes()[..])
        .bind(secret)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("second factor to confirm"));
        }
        for hash in hashes {
            sqlx::query("INSERT INTO recovery_codes (person, hash) VALUES ($1, $2)")
                .bind(&person.as_bytes()[..])
                .bind(&hash[..])
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await
    }

    /// Whether the code of this step may be taken: each once, and none before one that was taken.
    pub async fn take_step(&self, person: PersonId, step: i64) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE second_factors SET last_step = $1 WHERE person = $2 AND last_step < $1 AND since IS NOT NULL",
        )
        .bind(step)
        .bind(&person.as_bytes()[..])
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Whether it is the hash of a recovery code that was not used; it is now.
    pub async fn take_recovery_code(
        &self,
        person: PersonId,
        hash: [u8; 32],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE recovery_codes SET used = $1 WHERE person = $2 AND hash = $3 AND used IS NULL",
        )
        .bind(now.0)
        .bind(&person.as_bytes()[..])
        .bind(&hash[..])
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// No codes are asked for any more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there was none.
    pub async fn remove_second_factor(&self, person: PersonId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM recovery_codes WHERE person = $1")
            .bind(&person.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        let done = sqlx::query("DELETE FROM second_factors WHERE person = $1")
            .bind(&person.as_bytes()[..])
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("second factor"));
        }
        tx.commit().await
    }
}
