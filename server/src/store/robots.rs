//! Robots of groups, and browsers that are told.

use shared::api::{EditRobot, NewRobot, Robot, RobotKind};
use shared::base::{DeviceId, PersonId, ProjectId, Timestamp};
use shared::ledger::notice::Kind;
use shared::pack::text::Language;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::tokens::id_text;
use super::{AuditEvent, Store, StoreError, Tx, audit, from_word, id_bytes, word};

/// A robot with what only the server knows of it.
#[derive(Clone)]
pub(crate) struct RobotRow {
    /// Its id.
    pub(crate) id: [u8; 16],
    /// Whose.
    pub(crate) kind: RobotKind,
    /// What people call it.
    pub(crate) name: String,
    /// Its webhook.
    pub(crate) url: String,
    /// Its secret.
    pub(crate) secret: Option<String>,
    /// What it tells.
    pub(crate) kinds: Vec<Kind>,
    /// In which language.
    pub(crate) language: Language,
    /// Since when.
    pub(crate) since: Timestamp,
    /// Of which project, and what that is called; none: of all.
    pub(crate) project: Option<(ProjectId, String)>,
}

impl RobotRow {
    /// As administrators get it.
    pub(crate) fn shown(&self) -> Robot {
        let host = self.url.split('/').nth(2).unwrap_or_default();
        let (project, project_name) = self.project.clone().unzip();
        Robot {
            id: id_text(self.id),
            kind: self.kind,
            name: self.name.clone(),
            host: host.to_owned(),
            signed: self.secret.is_some(),
            project,
            project_name,
            kinds: self.kinds.clone(),
            language: self.language,
            since: self.since,
        }
    }

    /// Whether it tells of a project.
    pub(crate) fn tells_of(&self, project: ProjectId) -> bool {
        self.project.as_ref().is_none_or(|(of, _)| *of == project)
    }
}

/// A browser that is told.
#[derive(Clone)]
pub(crate) struct Browser {
    /// Whose.
    pub(crate) person: PersonId,
    /// Where to send.
    pub(crate) endpoint: String,
    /// Its public key.
    pub(crate) p256dh: Vec<u8>,
    /// Its secret.
    pub(crate) auth: Vec<u8>,
    /// In which language its person reads.
    pub(crate) language: Language,
}

const ROBOTS: &str = "SELECT r.id, r.kind, r.name, r.url, r.secret, r.kinds, r.language, r.since, r.project, p.name AS project_name
     FROM robots r LEFT JOIN projects p ON p.id = r.project WHERE r.ended IS NULL";

fn robot(row: &AnyRow) -> Result<RobotRow, StoreError> {
    let kinds: String = row.try_get("kinds")?;
    let kinds = kinds
        .split_whitespace()
        .map(|kind| from_word(kind.to_owned()));
    Ok(RobotRow {
        id: id_bytes(row.try_get("id")?)?,
        kind: from_word(row.try_get("kind")?)?,
        name: row.try_get("name")?,
        url: row.try_get("url")?,
        secret: row.try_get("secret")?,
        kinds: kinds.collect::<Result<_, StoreError>>()?,
        language: from_word(row.try_get("language")?)?,
        since: Timestamp(row.try_get("since")?),
        project: match row.try_get::<Option<Vec<u8>>, _>("project")? {
            Some(id) => Some((
                ProjectId::from_bytes(id_bytes(&id)?),
                row.try_get("project_name")?,
            )),
            None => None,
        },
    })
}

/// The words of kinds, with a space after each.
fn words(kinds: &[Kind]) -> String {
    kinds
        .iter()
        .map(|kind| format!("{} ", kind.word()))
        .collect()
}

/// The bytes of a project that is there.
async fn known(tx: &mut Tx, project: Option<ProjectId>) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(project) = project else {
        return Ok(None);
    };
    let row = sqlx::query("SELECT 1 FROM projects WHERE id = $1")
        .bind(&project.as_bytes()[..])
        .fetch_optional(&mut **tx)
        .await?;
    match row {
        Some(_) => Ok(Some(project.as_bytes().to_vec())),
        None => Err(StoreError::NotFound("project")),
    }
}

/// The robots that are not ended.
pub(super) async fn active(connection: &mut AnyConnection) -> Result<Vec<RobotRow>, StoreError> {
    let rows = sqlx::query(AssertSqlSafe(format!("{ROBOTS} ORDER BY r.since, r.id")))
        .fetch_all(connection)
        .await?;
    rows.iter().map(robot).collect()
}

impl Store {
    /// The robots that are not ended.
    pub(crate) async fn robots(&self) -> Result<Vec<RobotRow>, StoreError> {
        let mut connection = self.reader().acquire().await?;
        active(&mut connection).await
    }

    /// One of them.
    pub(crate) async fn robot(&self, id: [u8; 16]) -> Result<Option<RobotRow>, StoreError> {
        let row = sqlx::query(AssertSqlSafe(format!("{ROBOTS} AND r.id = $1")))
            .bind(&id[..])
            .fetch_optional(self.reader())
            .await?;
        row.as_ref().map(robot).transpose()
    }

    /// Adds a robot; `by` goes on record.
    pub(crate) async fn add_robot(
        &self,
        id: [u8; 16],
        new: &NewRobot,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let project = known(&mut tx, new.project).await?;
        sqlx::query(
            "INSERT INTO robots (id, kind, name, url, secret, kinds, language, since, project)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&id[..])
        .bind(word(&new.kind)?)
        .bind(&new.name)
        .bind(&new.url)
        .bind(&new.secret)
        .bind(words(&new.kinds))
        .bind(word(&new.language)?)
        .bind(now.0)
        .bind(project)
        .execute(&mut *tx)
        .await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await
    }

    /// Changes a robot; `by` goes on record.
    pub(crate) async fn edit_robot(
        &self,
        id: [u8; 16],
        edit: &EditRobot,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let project = known(&mut tx, edit.project).await?;
        let done = sqlx::query(
            "UPDATE robots SET name = $1, url = COALESCE($2, url), kinds = $3, language = $4, project = $5,
             secret = CASE WHEN $6 = 1 THEN $7 ELSE secret END WHERE id = $8 AND ended IS NULL",
        )
        .bind(&edit.name)
        .bind(&edit.url)
        .bind(words(&edit.kinds))
        .bind(word(&edit.language)?)
        .bind(project)
        .bind(i64::from(edit.secret.is_some()))
        .bind(edit.secret.as_deref().filter(|secret| !secret.is_empty()))
        .bind(&id[..])
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("robot"));
        }
        audit::record(&mut tx, by, now).await?;
        tx.commit().await
    }

    /// Ends a robot: nothing is sent to it any more. `by` goes on record.
    pub(crate) async fn end_robot(
        &self,
        id: [u8; 16],
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE robots SET ended = $1, secret = NULL, url = '' WHERE id = $2 AND ended IS NULL",
        )
        .bind(now.0)
        .bind(&id[..])
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("robot"));
        }
        drop_for(&mut tx, &id, now).await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await
    }

    /// A device's browser is told from now on, there and nowhere else.
    pub(crate) async fn put_browser(
        &self,
        id: [u8; 16],
        device: DeviceId,
        browser: &Browser,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        // the browser's service gives one address to one browser: who was signed in there before is told no more
        end_browsers(&mut tx, device, Some(&browser.endpoint), now).await?;
        sqlx::query(
            "INSERT INTO push_subscriptions (id, person, device, endpoint, p256dh, auth, since)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&id[..])
        .bind(&browser.person.as_bytes()[..])
        .bind(&device.as_bytes()[..])
        .bind(&browser.endpoint)
        .bind(&browser.p256dh)
        .bind(&browser.auth)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// A device's browser is told no more.
    pub(crate) async fn end_browser(
        &self,
        device: DeviceId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        end_browsers(&mut tx, device, None, now).await?;
        tx.commit().await
    }

    /// The push service knows the browser no more.
    pub(crate) async fn browser_gone(
        &self,
        id: [u8; 16],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM push_subscriptions WHERE id = $1")
            .bind(&id[..])
            .execute(&mut *tx)
            .await?;
        drop_for(&mut tx, &id, now).await?;
        tx.commit().await
    }

    /// Whether a device's browser is told.
    pub(crate) async fn has_browser(&self, device: DeviceId) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT 1 FROM push_subscriptions WHERE device = $1")
            .bind(&device.as_bytes()[..])
            .fetch_optional(self.reader())
            .await?;
        Ok(row.is_some())
    }

    /// A browser, while its device is signed in.
    pub(crate) async fn browser(&self, id: [u8; 16]) -> Result<Option<Browser>, StoreError> {
        let row = sqlx::query(
            "SELECT s.person, s.endpoint, s.p256dh, s.auth FROM push_subscriptions s
             JOIN devices d ON d.id = s.device JOIN people p ON p.id = s.person
             WHERE s.id = $1 AND d.ended IS NULL AND d.person = s.person AND p.active = 1",
        )
        .bind(&id[..])
        .fetch_optional(self.reader())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let person = PersonId::from_bytes(id_bytes(row.try_get(0)?)?);
        Ok(Some(Browser {
            person,
            endpoint: row.try_get(1)?,
            p256dh: row.try_get(2)?,
            auth: row.try_get(3)?,
            language: self.notice_preferences(person).await?.language,
        }))
    }

    /// The key for push services, as public key and PKCS#8; where none is there, the given one is from now on.
    pub(crate) async fn push_key(
        &self,
        public: &[u8],
        secret: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO push_keys (one, public, secret) VALUES (1, $1, $2) ON CONFLICT (one) DO NOTHING",
        )
        .bind(public)
        .bind(secret)
        .execute(&mut *tx)
        .await?;
        let row = sqlx::query("SELECT secret FROM push_keys WHERE one = 1")
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(row.try_get(0)?)
    }
}

async fn end_browsers(
    tx: &mut Tx,
    device: DeviceId,
    endpoint: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT id FROM push_subscriptions WHERE device = $1 OR endpoint = $2")
        .bind(&device.as_bytes()[..])
        .bind(endpoint.unwrap_or_default())
        .fetch_all(&mut **tx)
        .await?;
    for row in rows {
        let id: Vec<u8> = row.try_get(0)?;
        sqlx::query("DELETE FROM push_subscriptions WHERE id = $1")
            .bind(&id)
            .execute(&mut **tx)
            .await?;
        drop_for(tx, &id, now).await?;
    }
    Ok(())
}

/// What waits to be sent there is not sent.
async fn drop_for(tx: &mut Tx, target: &[u8], now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE deliveries SET state = 'dropped', ended = $1 WHERE target = $2 AND state = 'waiting'",
    )
    .bind(now.0)
    .bind(target)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
