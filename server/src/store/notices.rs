//! Notices, and how people want to be told.

use shared::api::{AboutForm, MOST_NOTICES, Notice, NoticeList, NoticePreferences};
use shared::base::{DocumentId, PersonId, ProjectId, Timestamp};
use shared::ledger::notice::{Kind, when::send_at};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::tokens::id_text;
use super::{AuditEvent, Store, StoreError, Tx, audit, from_word, id_bytes, robots, word};

/// A notice to keep.
#[derive(Debug, Clone)]
pub(crate) struct NewNotice {
    /// A random id.
    pub(crate) id: [u8; 16],
    /// What it tells, and to whom.
    pub(crate) notice: shared::ledger::notice::Notice,
    /// In which project.
    pub(crate) project: ProjectId,
    /// What is said of the form.
    pub(crate) about: AboutForm,
}

/// By what this server sends.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sends {
    /// Mail.
    pub(crate) mail: bool,
    /// Web Push.
    pub(crate) push: bool,
}

/// Keeps notices that are not there yet, each with what is to be sent of it. How many were new.
pub(crate) async fn keep(
    tx: &mut Tx,
    notices: &[NewNotice],
    sends: Sends,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut new = 0;
    let robots = match notices.is_empty() {
        true => Vec::new(),
        false => robots::active(tx).await?,
    };
    for kept in notices {
        let notice = &kept.notice;
        let about = serde_json::to_string(&kept.about).unwrap_or_default();
        let event = format!("{}/{}", kept.project, notice.event);
        let key = format!("{event}/{}", notice.to);
        let done = sqlx::query(
            "INSERT INTO notices (id, key, event, person, project, form, kind, seat, due, about, created)
             SELECT $1, $2, $3, p.id, $5, $6, $7, $8, $9, $10, $11 FROM people p WHERE p.id = $4 AND p.active = 1
             ON CONFLICT (key) DO NOTHING",
        )
        .bind(&kept.id[..])
        .bind(&key)
        .bind(&event)
        .bind(&notice.to.as_bytes()[..])
        .bind(&kept.project.as_bytes()[..])
        .bind(&notice.form.as_bytes()[..])
        .bind(notice.kind.word())
        .bind(notice.seat.map(|seat| i64::from(seat.0)))
        .bind(notice.due.map(|due| due.0))
        .bind(about)
        .bind(now.0)
        .execute(&mut **tx)
        .await?;
        if done.rows_affected() == 0 {
            continue;
        }
        new += 1;
        let row = sqlx::query(PREFERENCES)
            .bind(&notice.to.as_bytes()[..])
            .fetch_optional(&mut **tx)
            .await?;
        let preferences = row.as_ref().map(preferences).transpose()?;
        let preferences = preferences.unwrap_or(NoticePreferences::none());
        let at = send_at(&preferences.hours(), notice.kind, now);
        let mut rows: Vec<(&str, [u8; 16], Timestamp, &str)> = Vec::new();
        if sends.mail && preferences.mail_on && preferences.mail.is_some() {
            rows.push(("mail", *notice.to.as_bytes(), at, &key));
        }
        if sends.push && preferences.push_on {
            let found = sqlx::query(
                "SELECT s.id FROM push_subscriptions s JOIN devices d ON d.id = s.device
                 WHERE s.person = $1 AND d.ended IS NULL ORDER BY s.id",
            )
            .bind(&notice.to.as_bytes()[..])
            .fetch_all(&mut **tx)
            .await?;
            for row in found {
                rows.push(("push", id_bytes(row.try_get(0)?)?, at, &key));
            }
        }
        let told = robots
            .iter()
            .filter(|robot| robot.kinds.contains(&notice.kind) && robot.tells_of(kept.project));
        rows.extend(told.map(|robot| ("robot", robot.id, now, event.as_str())));
        for (channel, target, at, what) in rows {
            sqlx::query(
                "INSERT INTO deliveries (key, notice, channel, target, not_before, state)
                 VALUES ($1, $2, $3, $4, $5, 'waiting') ON CONFLICT (key) DO NOTHING",
            )
            .bind(format!("{what}/{channel}/{}", id_text(target)))
            .bind(&kept.id[..])
            .bind(channel)
            .bind(&target[..])
            .bind(at.0)
            .execute(&mut **tx)
            .await?;
        }
    }
    Ok(new)
}

/// Nothing waits in these seats any more: what was told of them is over, and what was not sent yet is not sent.
pub(crate) async fn over(
    tx: &mut Tx,
    seats: &[(DocumentId, u32)],
    now: Timestamp,
) -> Result<(), StoreError> {
    for (form, seat) in seats {
        sqlx::query(
            "UPDATE notices SET over_at = $1 WHERE form = $2 AND seat = $3 AND over_at IS NULL",
        )
        .bind(now.0)
        .bind(&form.as_bytes()[..])
        .bind(i64::from(*seat))
        .execute(&mut **tx)
        .await?;
        sqlx::query(
            "UPDATE deliveries SET state = 'dropped', ended = $1 WHERE state = 'waiting' AND batch IS NULL
             AND notice IN (SELECT id FROM notices WHERE form = $2 AND seat = $3 AND over_at = $1)",
        )
        .bind(now.0)
        .bind(&form.as_bytes()[..])
        .bind(i64::from(*seat))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

const PREFERENCES: &str = "SELECT mail, mail_on, push_on, quiet_from, quiet_to, digest, zone, language FROM notice_preferences WHERE person = $1";

fn preferences(row: &AnyRow) -> Result<NoticePreferences, StoreError> {
    let minute = |column: &str| -> Result<Option<u16>, StoreError> {
        let minute: Option<i64> = row.try_get(column)?;
        Ok(minute.and_then(|minute| u16::try_from(minute).ok()))
    };
    Ok(NoticePreferences {
        mail: row.try_get("mail")?,
        mail_on: super::yes(row, "mail_on")?,
        push_on: super::yes(row, "push_on")?,
        quiet_from: minute("quiet_from")?,
        quiet_to: minute("quiet_to")?,
        digest: minute("digest")?,
        zone: i16::try_from(row.try_get::<i64, _>("zone")?).unwrap_or_default(),
        language: from_word(row.try_get("language")?)?,
    })
}

impl Store {
    /// How somebody wants to be told.
    pub(crate) async fn notice_preferences(
        &self,
        person: PersonId,
    ) -> Result<NoticePreferences, StoreError> {
        let row = sqlx::query(PREFERENCES)
            .bind(&person.as_bytes()[..])
            .fetch_optional(self.reader())
            .await?;
        let found = row.as_ref().map(preferences).transpose()?;
        Ok(found.unwrap_or(NoticePreferences::none()))
    }

    /// Keeps how somebody wants to be told; `by` goes on record.
    pub(crate) async fn put_notice_preferences(
        &self,
        person: PersonId,
        to: &NoticePreferences,
        by: &AuditEvent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO notice_preferences (person, mail, mail_on, push_on, quiet_from, quiet_to, digest, zone, language)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (person) DO UPDATE SET mail = excluded.mail, mail_on = excluded.mail_on,
             push_on = excluded.push_on, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
             digest = excluded.digest, zone = excluded.zone, language = excluded.language",
        )
        .bind(&person.as_bytes()[..])
        .bind(&to.mail)
        .bind(i64::from(to.mail_on))
        .bind(i64::from(to.push_on))
        .bind(to.quiet_from.map(i64::from))
        .bind(to.quiet_to.map(i64::from))
        .bind(to.digest.map(i64::from))
        .bind(i64::from(to.zone))
        .bind(word(&to.language)?)
        .execute(&mut *tx)
        .await?;
        audit::record(&mut tx, by, now).await?;
        tx.commit().await
    }

    /// Somebody's newest notices.
    pub(crate) async fn notices_of(&self, person: PersonId) -> Result<NoticeList, StoreError> {
        let rows = sqlx::query(
            "SELECT n.id, n.kind, n.project, p.name, n.form, n.about, n.due, n.created, n.read_at, n.over_at
             FROM notices n JOIN projects p ON p.id = n.project WHERE n.person = $1
             ORDER BY n.created DESC, n.key LIMIT $2",
        )
        .bind(&person.as_bytes()[..])
        .bind(i64::try_from(MOST_NOTICES).unwrap_or(i64::MAX))
        .fetch_all(self.reader())
        .await?;
        let notices = rows.iter().map(listed).collect::<Result<_, StoreError>>()?;
        let row = sqlx::query(
            "SELECT COUNT(*) FROM notices WHERE person = $1 AND read_at IS NULL AND over_at IS NULL",
        )
        .bind(&person.as_bytes()[..])
        .fetch_one(self.reader())
        .await?;
        let unread = u32::try_from(row.try_get::<i64, _>(0)?).unwrap_or(u32::MAX);
        Ok(NoticeList { notices, unread })
    }

    /// Somebody has seen notices of theirs; none named: all.
    pub(crate) async fn notices_read(
        &self,
        person: PersonId,
        ids: &[[u8; 16]],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if ids.is_empty() {
            sqlx::query("UPDATE notices SET read_at = $1 WHERE person = $2 AND read_at IS NULL")
                .bind(now.0)
                .bind(&person.as_bytes()[..])
                .execute(&mut *tx)
                .await?;
        }
        for id in ids {
            sqlx::query(
                "UPDATE notices SET read_at = $1 WHERE person = $2 AND id = $3 AND read_at IS NULL",
            )
            .bind(now.0)
            .bind(&person.as_bytes()[..])
            .bind(&id[..])
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await
    }

    /// The keys of the notices of a project that are about forms where something waits still.
    pub(crate) async fn notice_keys(
        &self,
        project: ProjectId,
    ) -> Result<std::collections::BTreeSet<String>, StoreError> {
        let rows = sqlx::query("SELECT key FROM notices WHERE project = $1 AND over_at IS NULL")
            .bind(&project.as_bytes()[..])
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

fn listed(row: &AnyRow) -> Result<Notice, StoreError> {
    let about: String = row.try_get("about")?;
    Ok(Notice {
        id: id_text(id_bytes(row.try_get("id")?)?),
        kind: from_word::<Kind>(row.try_get("kind")?)?,
        project: ProjectId::from_bytes(id_bytes(row.try_get("project")?)?),
        project_name: row.try_get("name")?,
        form: DocumentId::from_bytes(id_bytes(row.try_get("form")?)?),
        about: about_form(&about)?,
        due: row.try_get::<Option<i64>, _>("due")?.map(Timestamp),
        created: Timestamp(row.try_get("created")?),
        read: row.try_get::<Option<i64>, _>("read_at")?.is_some(),
        over: row.try_get::<Option<i64>, _>("over_at")?.is_some(),
    })
}

/// What is kept of a form.
pub(super) fn about_form(text: &str) -> Result<AboutForm, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Unreadable(error.to_string()))
}
