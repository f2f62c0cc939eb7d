//! What is to be sent. A node takes what is due for one target as a batch, under a lease; a batch stays together until it was
//! sent or given up, whichever node sends it.

use shared::api::{FailedDelivery, Notice, NoticeChannel, WhyUnsent};
use shared::base::{DocumentId, ProjectId, Timestamp};
use sqlx::Row;

use super::notices::about_form;
use super::tokens::id_text;
use super::{Store, StoreError, from_word, id_bytes, word};

/// A node has so long to send what it took, in milliseconds: longer than sending may take.
const LEASE_MS: i64 = 60_000;
/// So many targets are looked at together.
const AT_ONCE: i64 = 50;

/// What goes to one target in one message.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    /// Its id, the same however often it is tried.
    pub(crate) id: [u8; 16],
    /// By what.
    pub(crate) channel: NoticeChannel,
    /// The person, the subscription or the robot.
    pub(crate) target: [u8; 16],
    /// How often it was taken to be sent, this time too.
    pub(crate) attempts: u32,
    /// What it tells, the oldest first; nothing: all of it was seen meanwhile.
    pub(crate) notices: Vec<Item>,
}

/// A notice to send, and for a robot all whom its event is told to.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The notice.
    pub(crate) notice: Notice,
    /// The names of the people.
    pub(crate) people: Vec<String>,
}

impl Store {
    /// Takes what is due to be sent: nobody else sends it while the lease lasts. `batch`: a random id for what is in none yet.
    pub(crate) async fn take_deliveries(
        &self,
        batch: impl Fn() -> Result<[u8; 16], StoreError>,
        now: Timestamp,
    ) -> Result<Vec<Batch>, StoreError> {
        let due = sqlx::query(
            "SELECT DISTINCT channel, target, batch FROM deliveries WHERE state = 'waiting' AND not_before <= $1
             AND (lease_until IS NULL OR lease_until < $1) LIMIT $2",
        )
        .bind(now.0)
        .bind(AT_ONCE)
        .fetch_all(self.reader())
        .await?;
        let mut taken = Vec::new();
        for row in due {
            let channel: String = row.try_get(0)?;
            let target: Vec<u8> = row.try_get(1)?;
            let known: Option<Vec<u8>> = row.try_get(2)?;
            let id = match &known {
                Some(known) => id_bytes(known)?,
                None => batch()?,
            };
            // which of them: those of no batch become one
            let which = match known {
                Some(_) => "batch = $1",
                None => "batch IS NULL",
            };
            let statement = format!(
                "UPDATE deliveries SET batch = $1, lease_node = $2, lease_until = $3, attempts = attempts + 1
                 WHERE state = 'waiting' AND channel = $4 AND target = $5 AND not_before <= $6
                 AND (lease_until IS NULL OR lease_until < $6) AND {which}"
            );
            let mut tx = self.begin().await?;
            let done = sqlx::query(sqlx::AssertSqlSafe(statement))
                .bind(&id[..])
                .bind(&*self.node)
                .bind(now.plus_ms(LEASE_MS).0)
                .bind(&channel)
                .bind(&target)
                .bind(now.0)
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            if done.rows_affected() > 0 {
                let channel = from_word(channel)?;
                taken.push(self.batch(id, channel, id_bytes(&target)?).await?);
            }
        }
        Ok(taken)
    }

    async fn batch(
        &self,
        id: [u8; 16],
        channel: NoticeChannel,
        target: [u8; 16],
    ) -> Result<Batch, StoreError> {
        let rows = sqlx::query(
            "SELECT n.id, n.kind, n.project, p.name, n.form, n.about, n.due, n.created, n.event, d.attempts
             FROM deliveries d JOIN notices n ON n.id = d.notice JOIN projects p ON p.id = n.project
             WHERE d.batch = $1 AND d.state = 'waiting' AND n.over_at IS NULL
             AND (n.read_at IS NULL OR d.channel = 'robot')
             ORDER BY n.created, n.key",
        )
        .bind(&id[..])
        .fetch_all(self.reader())
        .await?;
        let (mut notices, mut attempts) = (Vec::new(), 0);
        for row in rows {
            let about: String = row.try_get("about")?;
            attempts = attempts.max(row.try_get::<i64, _>("attempts")?);
            let mut people = Vec::new();
            if channel == NoticeChannel::Robot {
                let found = sqlx::query(
                    "SELECT p.display_name FROM notices n JOIN people p ON p.id = n.person
                     WHERE n.event = $1 ORDER BY p.display_name",
                )
                .bind(row.try_get::<String, _>("event")?)
                .fetch_all(self.reader())
                .await?;
                for row in found {
                    people.push(row.try_get(0)?);
                }
            }
            let notice = Notice {
                id: id_text(id_bytes(row.try_get("id")?)?),
                kind: from_word(row.try_get("kind")?)?,
                project: ProjectId::from_bytes(id_bytes(row.try_get("project")?)?),
                project_name: row.try_get("name")?,
                form: DocumentId::from_bytes(id_bytes(row.try_get("form")?)?),
                about: about_form(&about)?,
                due: row.try_get::<Option<i64>, _>("due")?.map(Timestamp),
                created: Timestamp(row.try_get("created")?),
                read: false,
                over: false,
            };
            notices.push(Item { notice, people });
        }
        Ok(Batch {
            id,
            channel,
            target,
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            notices,
        })
    }

    /// A batch was sent, or is not to be.
    pub(crate) async fn delivered(
        &self,
        batch: [u8; 16],
        sent: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE deliveries SET state = $1, ended = $2, lease_until = NULL
             WHERE batch = $3 AND state = 'waiting' AND lease_node = $4",
        )
        .bind(if sent { "sent" } else { "dropped" })
        .bind(now.0)
        .bind(&batch[..])
        .bind(&*self.node)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// A batch could not be sent: it is tried again then, or given up.
    pub(crate) async fn not_delivered(
        &self,
        batch: [u8; 16],
        (why, error): (WhyUnsent, &str),
        again: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let statement = match again {
            Some(_) => {
                "UPDATE deliveries SET not_before = $1, last_error = $2, why = $3, lease_until = NULL
                 WHERE batch = $4 AND state = 'waiting' AND lease_node = $5"
            }
            None => {
                "UPDATE deliveries SET state = 'failed', ended = $1, last_error = $2, why = $3, lease_until = NULL
                 WHERE batch = $4 AND state = 'waiting' AND lease_node = $5"
            }
        };
        sqlx::query(statement)
            .bind(again.unwrap_or(now).0)
            .bind(error)
            .bind(word(&why)?)
            .bind(&batch[..])
            .bind(&*self.node)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// What was tried in vain is due at once, given up or not; what is being sent now stays as it is.
    pub(crate) async fn deliver_again(
        &self,
        batch: [u8; 16],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE deliveries SET state = 'waiting', not_before = $1, ended = NULL, lease_until = NULL
             WHERE batch = $2 AND last_error IS NOT NULL
             AND (state = 'failed' OR state = 'waiting' AND (lease_until IS NULL OR lease_until < $1))",
        )
        .bind(now.0)
        .bind(&batch[..])
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("message that was not sent"));
        }
        tx.commit().await
    }

    /// What could not be sent since, or was tried in vain so far; the newest first.
    pub(crate) async fn failed_deliveries(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<FailedDelivery>, StoreError> {
        let rows = sqlx::query(
            "SELECT d.batch, d.channel, COALESCE(r.name, q.display_name) AS whom, n.kind, p.name, d.attempts,
             d.last_error, d.why, d.ended, d.not_before, n.created
             FROM deliveries d JOIN notices n ON n.id = d.notice JOIN projects p ON p.id = n.project
             JOIN people q ON q.id = n.person LEFT JOIN robots r ON r.id = d.target AND d.channel = 'robot'
             WHERE d.batch IS NOT NULL
             AND (d.state = 'failed' AND d.ended > $1 OR d.state = 'waiting' AND d.last_error IS NOT NULL)
             ORDER BY COALESCE(d.ended, d.not_before) DESC, d.key LIMIT 100",
        )
        .bind(since.0)
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                let ended = row.try_get::<Option<i64>, _>("ended")?.map(Timestamp);
                let why: Option<String> = row.try_get("why")?;
                let again = Timestamp(row.try_get("not_before")?);
                Ok(FailedDelivery {
                    message: id_text(id_bytes(row.try_get("batch")?)?),
                    channel: from_word(row.try_get("channel")?)?,
                    to: row.try_get("whom")?,
                    kind: from_word(row.try_get("kind")?)?,
                    project_name: row.try_get("name")?,
                    attempts: u32::try_from(row.try_get::<i64, _>("attempts")?).unwrap_or(u32::MAX),
                    why: why.map(from_word).transpose()?,
                    since: Timestamp(row.try_get("created")?),
                    again: (ended.is_none() && again > now).then_some(again),
                    error: row
                        .try_get::<Option<String>, _>("last_error")?
                        .unwrap_or_default(),
                    ended,
                })
            })
            .collect()
    }
}
