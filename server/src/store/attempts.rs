//! Failed sign-ins: how long to wait before the next try.

use shared::base::Timestamp;
use sqlx::{AnyConnection, Row};

use super::{Store, StoreError, Tx};

/// Failures older than this are forgotten.
const REMEMBERED_MS: i64 = 60 * 60 * 1000;
/// A lock-out lasts this long.
const LOCKED_MS: i64 = 15 * 60 * 1000;

/// How failures slow the next try down: the first few are free, then each one doubles the wait, then all wait.
#[derive(Debug, Clone, Copy)]
struct Patience {
    free: i64,
    locked_at: i64,
}

/// One account: three tries, then 1, 2, 4 ... 64 seconds, from the tenth on a quarter of an hour.
const ACCOUNT: Patience = Patience {
    free: 3,
    locked_at: 10,
};
/// One address may be a whole site behind one router.
const ADDRESS: Patience = Patience {
    free: 50,
    locked_at: 100,
};

/// Links that never were, from one address, and refused opinions by one link: nothing is guessed of 256 random bits, but what
/// knocks for long is slowed down.
const LINK: Patience = Patience {
    free: 10,
    locked_at: 30,
};

/// What is slowed down beside sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knocks {
    /// Asking for links that never were, by the address.
    Unknown,
    /// Opinions by a link that are refused, by the link as it is kept.
    Refused,
}

impl Knocks {
    fn subject(self, of: &str) -> String {
        match self {
            Self::Unknown => subject("link", of),
            Self::Refused => subject("opinion", of),
        }
    }
}

impl Patience {
    fn wait_ms(self, failures: i64) -> i64 {
        if failures >= self.locked_at {
            LOCKED_MS
        } else if failures < self.free {
            0
        } else {
            1000_i64 << (failures - self.free).clamp(0, 6)
        }
    }
}

/// Whether a sign-in may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Yes; it is counted as a failure until it is said to have succeeded, so that many at once gain nothing.
    May,
    /// Not before so many seconds.
    Wait(u32),
}

impl Store {
    /// Counts a try of `account` from `address`, or says how long to wait. A try that must wait is not counted.
    pub async fn attempt(
        &self,
        account: &str,
        address: &str,
        now: Timestamp,
    ) -> Result<Attempt, StoreError> {
        let account = subject("account", account);
        let address = subject("address", address);
        let mut tx = self.begin().await?;
        tx.alone("attempts").await?;
        sqlx::query("DELETE FROM attempts WHERE last < $1 AND locked_until < $2")
            .bind(now.0.saturating_sub(REMEMBERED_MS))
            .bind(now.0)
            .execute(&mut *tx)
            .await?;
        let until = locked_until(&mut tx, &account)
            .await?
            .max(locked_until(&mut tx, &address).await?);
        if until > now.0 {
            // the pruning may stay
            tx.commit().await?;
            let seconds = (until - now.0 + 999) / 1000;
            return Ok(Attempt::Wait(u32::try_from(seconds).unwrap_or(u32::MAX)));
        }
        count(&mut tx, &account, ACCOUNT, now).await?;
        count(&mut tx, &address, ADDRESS, now).await?;
        tx.commit().await?;
        Ok(Attempt::May)
    }

    /// The try succeeded: the account starts afresh, and the address has this one try back.
    pub async fn attempt_succeeded(&self, account: &str, address: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.alone("attempts").await?;
        sqlx::query("DELETE FROM attempts WHERE subject = $1")
            .bind(subject("account", account))
            .execute(&mut *tx)
            .await?;
        sqlx::query("UPDATE attempts SET failures = CASE WHEN failures > 0 THEN failures - 1 ELSE 0 END, locked_until = 0 WHERE subject = $1")
            .bind(subject("address", address))
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// How many seconds somebody is to wait who knocked too often; none: they may.
    pub(crate) async fn knocks(
        &self,
        what: Knocks,
        of: &str,
        now: Timestamp,
    ) -> Result<Option<u32>, StoreError> {
        let mut connection = self.reader().acquire().await?;
        let until = locked_until(&mut connection, &what.subject(of)).await?;
        let seconds = (until - now.0 + 999) / 1000;
        Ok(u32::try_from(seconds).ok().filter(|seconds| *seconds > 0))
    }

    /// Somebody knocked in vain.
    pub(crate) async fn knocked(
        &self,
        what: Knocks,
        of: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.alone("attempts").await?;
        count(&mut tx, &what.subject(of), LINK, now).await?;
        tx.commit().await
    }

    /// An administrator set a new password: the account may try at once.
    pub async fn forget_attempts(&self, account: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM attempts WHERE subject = $1")
            .bind(subject("account", account))
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }
}

/// Names come from whoever knocks and may be of any length.
fn subject(kind: &str, text: &str) -> String {
    let text: String = text.chars().filter(|c| *c != '\0').take(80).collect();
    format!("{kind}:{text}")
}

async fn locked_until(connection: &mut AnyConnection, subject: &str) -> Result<i64, StoreError> {
    let row = sqlx::query("SELECT locked_until FROM attempts WHERE subject = $1")
        .bind(subject)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.unwrap_or(0))
}

async fn count(
    tx: &mut Tx,
    subject: &str,
    patience: Patience,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = sqlx::query(
        "INSERT INTO attempts (subject, failures, last, locked_until) VALUES ($1, 1, $2, 0)
         ON CONFLICT (subject) DO UPDATE SET failures = attempts.failures + 1, last = excluded.last
         RETURNING failures",
    )
    .bind(subject)
    .bind(now.0)
    .fetch_one(&mut **tx)
    .await?;
    let failures: i64 = row.try_get(0)?;
    sqlx::query("UPDATE attempts SET locked_until = $1 WHERE subject = $2")
        .bind(now.0.saturating_add(patience.wait_ms(failures)))
        .bind(subject)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end_in_a_lock_out() {
        let waits: Vec<i64> = (1..=11).map(|n| ACCOUNT.wait_ms(n) / 1000).collect();
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 64, 900, 900]);
    }
}
