//! The whole of one store into another, empty one: backups, restoring, moving to PostgreSQL.

use shared::base::Timestamp;
use sqlx::any::AnyRow;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::blobs::{BlobHash, Blobs};
use super::database::Kind;
use super::documents::{portions, values};
use super::{Store, StoreError, Tx};

/// What a column holds.
#[derive(Debug, Clone, Copy)]
enum Holds {
    Number,
    Text,
    Bytes,
}

use Holds::{Bytes, Number, Text};

/// A table and its columns. All tables but `blobs` are here, each after those that it refers to.
type Table = (&'static str, &'static [(&'static str, Holds)]);

const TABLES: &[Table] = &[
    ("organisation", &[("one", Number), ("name", Text)]),
    (
        "departments",
        &[
            ("id", Bytes),
            ("name", Text),
            ("place", Number),
            ("until", Number),
        ],
    ),
    (
        "people",
        &[
            ("id", Bytes),
            ("name", Text),
            ("name_key", Text),
            ("display_name", Text),
            ("department", Bytes),
            ("post", Text),
            ("administrator", Number),
            ("active", Number),
            ("password", Text),
            ("must_change", Number),
            ("since", Number),
        ],
    ),
    (
        "belongings",
        &[
            ("department", Bytes),
            ("person", Bytes),
            ("head", Number),
            ("since", Number),
            ("until", Number),
        ],
    ),
    (
        "statuses",
        &[
            ("person", Bytes),
            ("kind", Text),
            ("since", Number),
            ("until", Number),
        ],
    ),
    (
        "posts",
        &[
            ("id", Bytes),
            ("name", Text),
            ("since", Number),
            ("until", Number),
        ],
    ),
    (
        "post_holders",
        &[
            ("post", Bytes),
            ("person", Bytes),
            ("since", Number),
            ("until", Number),
        ],
    ),
    (
        "deputies",
        &[
            ("id", Bytes),
            ("person", Bytes),
            ("deputy", Bytes),
            ("since", Number),
            ("until", Number),
            ("reason", Text),
        ],
    ),
    (
        "devices",
        &[
            ("id", Bytes),
            ("person", Bytes),
            ("secret", Bytes),
            ("label", Text),
            ("since", Number),
            ("last_seen", Number),
            ("expires", Number),
            ("ended", Number),
        ],
    ),
    (
        "tokens",
        &[
            ("id", Bytes),
            ("person", Bytes),
            ("secret", Bytes),
            ("label", Text),
            ("since", Number),
            ("last_used", Number),
            ("ended", Number),
        ],
    ),
    (
        "second_factors",
        &[
            ("person", Bytes),
            ("secret", Bytes),
            ("since", Number),
            ("last_step", Number),
        ],
    ),
    (
        "recovery_codes",
        &[("person", Bytes), ("hash", Bytes), ("used", Number)],
    ),
    (
        "projects",
        &[
            ("id", Bytes),
            ("name", Text),
            ("since", Number),
            ("made_by", Bytes),
            ("plan", Bytes),
            ("progress", Bytes),
            ("policy", Number),
            ("state", Text),
            ("template", Number),
            ("begun", Number),
            ("number", Text),
        ],
    ),
    (
        "grants",
        &[
            ("id", Bytes),
            ("pack", Text),
            ("role", Text),
            ("department", Bytes),
            ("post", Bytes),
            ("person", Bytes),
            ("project", Bytes),
            ("since", Number),
            ("until", Number),
        ],
    ),
    (
        "feeds",
        &[
            ("id", Bytes),
            ("person", Bytes),
            ("project", Bytes),
            ("secret", Bytes),
            ("label", Text),
            ("holds", Text),
            ("language", Text),
            ("since", Number),
            ("last_used", Number),
            ("ended", Number),
        ],
    ),
    (
        "packs",
        &[
            ("hash", Bytes),
            ("name", Text),
            ("version", Text),
            ("content", Bytes),
            ("since", Number),
        ],
    ),
    (
        "ledger_keys",
        &[
            ("id", Bytes),
            ("public", Bytes),
            ("secret", Bytes),
            ("since", Number),
        ],
    ),
    (
        "ledger",
        &[
            ("chain", Bytes),
            ("seq", Number),
            ("at", Number),
            ("previous", Bytes),
            ("body_hash", Bytes),
            ("hash", Bytes),
            ("body", Bytes),
            ("key", Bytes),
        ],
    ),
    (
        "ledger_heads",
        &[
            ("chain", Bytes),
            ("seq", Number),
            ("hash", Bytes),
            ("signer", Bytes),
            ("signature", Bytes),
            ("open", Number),
            ("sealed", Number),
        ],
    ),
    (
        "numbers",
        &[("shape", Text), ("period", Text), ("last", Number)],
    ),
    (
        "attachments",
        &[
            ("project", Bytes),
            ("hash", Bytes),
            ("size", Number),
            ("made_by", Bytes),
            ("since", Number),
            ("whole", Number),
        ],
    ),
    (
        "attachment_parts",
        &[
            ("project", Bytes),
            ("hash", Bytes),
            ("place", Number),
            ("part", Bytes),
        ],
    ),
    (
        "outside_links",
        &[
            ("secret", Bytes),
            ("project", Bytes),
            ("person", Bytes),
            ("form", Bytes),
            ("made_by", Bytes),
            ("since", Number),
            ("expires", Number),
            ("used", Number),
        ],
    ),
    (
        "device_keys",
        &[("device", Bytes), ("public", Bytes), ("since", Number)],
    ),
    (
        "notices",
        &[
            ("id", Bytes),
            ("key", Text),
            ("event", Text),
            ("person", Bytes),
            ("project", Bytes),
            ("form", Bytes),
            ("kind", Text),
            ("seat", Number),
            ("due", Number),
            ("about", Text),
            ("created", Number),
            ("read_at", Number),
            ("over_at", Number),
        ],
    ),
    (
        "notice_preferences",
        &[
            ("person", Bytes),
            ("mail", Text),
            ("mail_on", Number),
            ("push_on", Number),
            ("quiet_from", Number),
            ("quiet_to", Number),
            ("digest", Number),
            ("zone", Number),
            ("language", Text),
        ],
    ),
    (
        "push_subscriptions",
        &[
            ("id", Bytes),
            ("person", Bytes),
            ("device", Bytes),
            ("endpoint", Text),
            ("p256dh", Bytes),
            ("auth", Bytes),
            ("since", Number),
        ],
    ),
    (
        "push_keys",
        &[("one", Number), ("public", Bytes), ("secret", Bytes)],
    ),
    (
        "robots",
        &[
            ("id", Bytes),
            ("kind", Text),
            ("name", Text),
            ("url", Text),
            ("secret", Text),
            ("kinds", Text),
            ("language", Text),
            ("since", Number),
            ("ended", Number),
            ("project", Bytes),
        ],
    ),
    (
        "deliveries",
        &[
            ("key", Text),
            ("notice", Bytes),
            ("channel", Text),
            ("target", Bytes),
            ("not_before", Number),
            ("state", Text),
            ("attempts", Number),
            ("last_error", Text),
            ("batch", Bytes),
            ("lease_node", Text),
            ("lease_until", Number),
            ("ended", Number),
            ("why", Text),
        ],
    ),
    (
        "members",
        &[("project", Bytes), ("person", Bytes), ("role", Text)],
    ),
    (
        "attempts",
        &[
            ("subject", Text),
            ("failures", Number),
            ("last", Number),
            ("locked_until", Number),
        ],
    ),
    (
        "audit",
        &[
            ("id", Number),
            ("at", Number),
            ("event", Text),
            ("name", Text),
            ("by", Bytes),
            ("address", Text),
            ("detail", Text),
        ],
    ),
    (
        "documents",
        &[
            ("number", Number),
            ("id", Bytes),
            ("project", Bytes),
            ("kind", Text),
            ("key", Text),
            ("epoch", Number),
            ("head", Number),
            ("max_op", Number),
            ("since", Number),
            ("floor", Number),
        ],
    ),
    (
        "actors",
        &[
            ("number", Number),
            ("document", Number),
            ("actor", Bytes),
            ("person", Bytes),
            ("last_seq", Number),
            ("last_op", Number),
        ],
    ),
    (
        "snapshots",
        &[
            ("document", Number),
            ("epoch", Number),
            ("seq", Number),
            ("hash", Bytes),
            ("length", Number),
            ("at", Number),
        ],
    ),
    CHANGES,
];

const CHANGES: Table = (
    "changes",
    &[
        ("document", Number),
        ("seq", Number),
        ("hash", Bytes),
        ("actor", Number),
        ("max_op", Number),
        ("received_at", Number),
        ("bytes", Bytes),
    ],
);

/// How many changes are read at once.
const PAGE: i64 = 200;

impl Store {
    /// Copies everything into `to`, which is empty, as it is at one moment, while others go on reading and writing.
    ///
    /// # Errors
    /// [`StoreError::InUse`] where `to` holds something already.
    pub async fn copy_into(&self, to: &Store) -> Result<(), StoreError> {
        if !to.nobody().await? {
            return Err(StoreError::InUse(
                "the database to copy into is not empty; nothing was copied",
            ));
        }
        let begin = match self.database.kind {
            Kind::Sqlite => "BEGIN",
            Kind::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let mut from = self.reader().begin_with(begin).await?;
        let hashes =
            sqlx::query("SELECT hash FROM snapshots UNION SELECT part FROM attachment_parts")
                .fetch_all(&mut *from)
                .await?;
        for row in hashes {
            let hash = BlobHash::from_column(row.try_get(0)?)?;
            // what is damaged already is told by an examination, of the copy too
            if let Some(bytes) = self.blob_of(hash, &mut from).await? {
                to.put_blob(&bytes).await?;
            }
        }
        let mut tx = to.begin().await?;
        for table in TABLES {
            if table.0 != CHANGES.0 {
                let select = format!("SELECT {} FROM {}", columns(table), table.0);
                let rows = sqlx::query(AssertSqlSafe(select))
                    .fetch_all(&mut *from)
                    .await?;
                insert(&mut tx, table, &rows).await?;
                continue;
            }
            let documents = sqlx::query("SELECT number FROM documents ORDER BY number")
                .fetch_all(&mut *from)
                .await?;
            for document in documents {
                copy_changes(&mut from, &mut tx, document.try_get(0)?).await?;
            }
        }
        tx.count_on().await?;
        tx.commit().await
    }

    /// A blob as it is within a reading transaction.
    async fn blob_of(
        &self,
        hash: BlobHash,
        from: &mut Transaction<'_, Any>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        if !matches!(self.blobs, Blobs::Database) {
            return self.blob(hash).await;
        }
        let row = sqlx::query("SELECT bytes FROM blobs WHERE hash = $1")
            .bind(hash.as_bytes())
            .fetch_optional(&mut **from)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// After a copy of a backup: the logs are others from now on (devices give back what they lack), and everybody signs
    /// in again: what was signed out since the backup must not be signed in.
    pub async fn restored(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "DELETE FROM snapshots WHERE epoch <> (SELECT d.epoch FROM documents d WHERE d.number = document)",
        )
        .execute(&mut *tx)
        .await?;
        // a moment, not one more than before: the same backup may be restored twice, into two histories
        for statement in [
            "UPDATE snapshots SET epoch = $1",
            "UPDATE documents SET epoch = $1",
            "UPDATE devices SET ended = $1 WHERE ended IS NULL",
            "UPDATE tokens SET ended = $1 WHERE ended IS NULL",
            "UPDATE feeds SET ended = $1 WHERE ended IS NULL",
            // it may have been sent since
            "UPDATE deliveries SET state = 'dropped', ended = $1 WHERE state = 'waiting'",
        ] {
            sqlx::query(statement).bind(now.0).execute(&mut *tx).await?;
        }
        tx.commit().await
    }
}

async fn copy_changes(
    from: &mut Transaction<'_, Any>,
    tx: &mut Tx,
    document: i64,
) -> Result<(), StoreError> {
    let select = format!(
        "SELECT {} FROM changes WHERE document = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        columns(&CHANGES)
    );
    let mut after = 0_i64;
    loop {
        let rows = sqlx::query(AssertSqlSafe(select.clone()))
            .bind(document)
            .bind(after)
            .bind(PAGE)
            .fetch_all(&mut **from)
            .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.try_get(1)?;
        insert(tx, &CHANGES, &rows).await?;
    }
}

fn columns(table: &Table) -> String {
    let names: Vec<_> = table.1.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

async fn insert(tx: &mut Tx, table: &Table, rows: &[AnyRow]) -> Result<(), StoreError> {
    for rows in portions(rows) {
        let insert = format!(
            "INSERT INTO {} ({}) VALUES {}",
            table.0,
            columns(table),
            values(0, rows.len(), table.1.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(insert));
        for row in rows {
            for (place, (_, holds)) in table.1.iter().enumerate() {
                query = bind(query, row, place, *holds)?;
            }
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

type Bound<'q> = Query<'q, Any, sqlx::any::AnyArguments>;

fn bind<'q>(
    query: Bound<'q>,
    row: &AnyRow,
    place: usize,
    holds: Holds,
) -> Result<Bound<'q>, StoreError> {
    Ok(match holds {
        Number => query.bind(row.try_get::<Option<i64>, _>(place)?),
        Text => query.bind(row.try_get::<Option<String>, _>(place)?),
        Bytes => query.bind(row.try_get::<Option<Vec<u8>>, _>(place)?),
    })
}
