//! Signed-in devices.

use shared::api::Device;
use shared::base::{DeviceId, PersonId, Timestamp};
use sqlx::Row;

use super::nodes::Told;
use super::{Store, StoreError, id_bytes, people, yes};
use crate::notices::Notice;

/// A session ends after this long without a sign of life. Tablets are offline for weeks.
const IDLE_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// How exactly the last sign of life is known: a write per request would be too much.
const SEEN_EVERY_MS: i64 = 60_000;

/// Whose session or token it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The person.
    pub person: PersonId,
    /// The account's name.
    pub name: String,
    /// The name shown to others.
    pub display_name: String,
    /// May administer the organisation.
    pub administrator: bool,
    /// The password must be changed before anything else.
    pub must_change: bool,
    /// The device or the token.
    pub id: [u8; 16],
}

impl Store {
    /// Opens a session for a device; `secret` is what its cookie hashes to, `password` the hash that was just verified.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the password was changed or the account closed meanwhile: that ended all sessions,
    /// and must end this one.
    pub async fn open_session(
        &self,
        id: DeviceId,
        person: PersonId,
        password: &str,
        secret: [u8; 32],
        label: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            tx.sharing("SELECT 1 FROM people WHERE id = $1 AND password = $2 AND active = 1"),
        )
        .bind(&person.as_bytes()[..])
        .bind(password)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(StoreError::NotFound("person"))?;
        sqlx::query("INSERT INTO devices (id, person, secret, label, since, last_seen, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(&id.as_bytes()[..])
            .bind(&person.as_bytes()[..])
            .bind(&secret[..])
            .bind(label)
            .bind(now.0)
            .bind(now.0)
            .bind(now.plus_ms(IDLE_MS).0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// Whose session it is, where it is still good; that counts as a sign of life.
    pub async fn session(
        &self,
        secret: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<SignedIn>, StoreError> {
        let row = sqlx::query(
            "SELECT d.id, d.person, d.last_seen, p.name, p.display_name, p.administrator, p.must_change
             FROM devices d JOIN people p ON p.id = d.person
             WHERE d.secret = $1 AND d.ended IS NULL AND d.expires > $2 AND p.active = 1",
        )
        .bind(&secret[..])
        .bind(now.0)
        .fetch_optional(self.reader())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let last_seen = Timestamp(row.try_get("last_seen")?);
        if now.since(last_seen) >= SEEN_EVERY_MS {
            let mut tx = self.begin().await?;
            sqlx::query(
                "UPDATE devices SET last_seen = $1, expires = $2 WHERE secret = $3 AND ended IS NULL",
            )
            .bind(now.0)
            .bind(now.plus_ms(IDLE_MS).0)
            .bind(&secret[..])
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
        }
        signed_in(&row).map(Some)
    }

    /// A sign of life of a device whose socket is open.
    pub async fn session_lives(&self, device: DeviceId, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE devices SET last_seen = $1, expires = $2 WHERE id = $3 AND ended IS NULL",
        )
        .bind(now.0)
        .bind(now.plus_ms(IDLE_MS).0)
        .bind(&device.as_bytes()[..])
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// A person's signed-in devices, the latest seen first.
    pub async fn devices(
        &self,
        person: PersonId,
        now: Timestamp,
    ) -> Result<Vec<Device>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, label, since, last_seen FROM devices
             WHERE person = $1 AND ended IS NULL AND expires > $2 ORDER BY last_seen DESC, since DESC",
        )
        .bind(&person.as_bytes()[..])
        .bind(now.0)
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Device {
                    id: DeviceId::from_bytes(id_bytes(row.try_get(0)?)?),
                    label: row.try_get(1)?,
                    since: Timestamp(row.try_get(2)?),
                    last_seen: Timestamp(row.try_get(3)?),
                    this_one: false,
                })
            })
            .collect()
    }

    /// Ends one session of a person.
    pub async fn end_session(
        &self,
        person: PersonId,
        device: DeviceId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE devices SET ended = $1 WHERE id = $2 AND person = $3 AND ended IS NULL",
        )
        .bind(now.0)
        .bind(&device.as_bytes()[..])
        .bind(&person.as_bytes()[..])
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("device"));
        }
        tx.tell(Told::Device(person, device));
        tx.commit().await
    }

    /// Ends all sessions of a person and takes all their tokens and calendar feeds back.
    pub async fn end_everything(&self, person: PersonId, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        people::end_everything(&mut tx, person, now).await?;
        tx.commit().await
    }

    /// What has ended at or after `since`, by this process or by the command line.
    pub async fn ended_since(&self, since: Timestamp) -> Result<Vec<Notice>, StoreError> {
        let mut notices = Vec::new();
        for row in sqlx::query("SELECT id, person FROM devices WHERE ended >= $1")
            .bind(since.0)
            .fetch_all(self.reader())
            .await?
        {
            notices.push(Notice::DeviceEnded {
                device: DeviceId::from_bytes(id_bytes(row.try_get(0)?)?),
                person: PersonId::from_bytes(id_bytes(row.try_get(1)?)?),
            });
        }
        for row in sqlx::query("SELECT id, person FROM tokens WHERE ended >= $1")
            .bind(since.0)
            .fetch_all(self.reader())
            .await?
        {
            notices.push(Notice::TokenEnded {
                token: id_bytes(row.try_get(0)?)?,
                person: PersonId::from_bytes(id_bytes(row.try_get(1)?)?),
            });
        }
        Ok(notices)
    }
}

/// The common part of a session's and a token's row.
pub(super) fn signed_in(row: &sqlx::any::AnyRow) -> Result<SignedIn, StoreError> {
    Ok(SignedIn {
        person: PersonId::from_bytes(id_bytes(row.try_get("person")?)?),
        name: row.try_get("name")?,
        display_name: row.try_get("display_name")?,
        administrator: yes(row, "administrator")?,
        must_change: yes(row, "must_change")?,
        id: id_bytes(row.try_get("id")?)?,
    })
}

impl Store {
    /// Whether a session (or, with `token`, a bearer token) is still good.
    pub async fn is_live(
        &self,
        token: bool,
        id: [u8; 16],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let query = if token {
            sqlx::query(
                "SELECT 1 FROM tokens t JOIN people p ON p.id = t.person
                 WHERE t.id = $1 AND t.ended IS NULL AND p.active = 1",
            )
            .bind(&id[..])
        } else {
            sqlx::query(
                "SELECT 1 FROM devices d JOIN people p ON p.id = d.person
                 WHERE d.id = $1 AND d.ended IS NULL AND p.active = 1 AND d.expires > $2",
            )
            .bind(&id[..])
            .bind(now.0)
        };
        let row = query.fetch_optional(self.reader()).await?;
        Ok(row.is_some())
    }
}
