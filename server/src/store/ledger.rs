//! The chains of the ledger: rows are added, never changed.

use shared::base::{DecisionId, DeviceId, PersonId, ProjectId, Timestamp};
use shared::ledger::{Chain, Entry, Hash, Head};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::documents::unsigned;
use super::{Store, StoreError, Tx, id_bytes, unique, yes};

/// A key with which the server signs.
#[derive(Debug, Clone)]
pub(crate) struct KeyRow {
    /// A hash of the public key.
    pub(crate) id: Hash,
    /// The public key.
    pub(crate) public: Vec<u8>,
    /// The secret, as PKCS#8.
    pub(crate) secret: Vec<u8>,
    /// Since when.
    pub(crate) since: Timestamp,
}

/// A head with its signature.
#[derive(Debug, Clone)]
pub(crate) struct HeadRow {
    /// The head.
    pub(crate) head: Head,
    /// Whose signature.
    pub(crate) signer: Hash,
    /// The signature.
    pub(crate) signature: Vec<u8>,
}

const HEADS: &str = "SELECT chain, seq, hash, signer, signature FROM ledger_heads";

/// What a hash column holds.
pub(super) fn hash(bytes: Vec<u8>) -> Result<Hash, StoreError> {
    let length = bytes.len();
    let bytes = bytes.try_into();
    bytes
        .map(Hash::from_bytes)
        .map_err(|_| StoreError::Unreadable(format!("a hash of {length} bytes")))
}

fn chain(bytes: Vec<u8>) -> Result<Chain, StoreError> {
    match bytes.is_empty() {
        true => Ok(Chain::Organisation),
        false => Ok(Chain::Project(ProjectId::from_bytes(id_bytes(&bytes)?))),
    }
}

fn head_row(row: &AnyRow) -> Result<HeadRow, StoreError> {
    Ok(HeadRow {
        head: Head {
            chain: chain(row.try_get(0)?)?,
            seq: unsigned(row.try_get(1)?)?,
            hash: hash(row.try_get(2)?)?,
        },
        signer: hash(row.try_get(3)?)?,
        signature: row.try_get(4)?,
    })
}

fn entry_row(row: &AnyRow) -> Result<Entry, StoreError> {
    Ok(Entry {
        seq: unsigned(row.try_get(0)?)?,
        at: Timestamp(row.try_get(1)?),
        previous: hash(row.try_get(2)?)?,
        body_hash: hash(row.try_get(3)?)?,
        hash: hash(row.try_get(4)?)?,
        body: Some(row.try_get(5)?),
    })
}

impl Store {
    /// The keys with which heads were signed, the newest first.
    pub(crate) async fn ledger_keys(&self) -> Result<Vec<KeyRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, public, secret, since FROM ledger_keys ORDER BY since DESC, id",
        )
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(KeyRow {
                    id: hash(row.try_get(0)?)?,
                    public: row.try_get(1)?,
                    secret: row.try_get(2)?,
                    since: Timestamp(row.try_get(3)?),
                })
            })
            .collect()
    }

    /// The first key of a new ledger; where another node was first, that one's stays the only one.
    pub(crate) async fn first_ledger_key(&self, key: &KeyRow) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.alone("ledger_keys").await?;
        sqlx::query(
            "INSERT INTO ledger_keys (id, public, secret, since)
             SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM ledger_keys)",
        )
        .bind(&key.id.as_bytes()[..])
        .bind(&key.public)
        .bind(&key.secret)
        .bind(key.since.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// Where a chain ends; none: it has no entry.
    pub(crate) async fn ledger_head(&self, chain: Chain) -> Result<Option<HeadRow>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{HEADS} WHERE chain = $1")))
            .bind(chain.bytes())
            .fetch_optional(self.reader())
            .await?;
        row.as_ref().map(head_row).transpose()
    }

    /// Where all chains end.
    pub(crate) async fn ledger_heads(&self) -> Result<Vec<HeadRow>, StoreError> {
        let rows = sqlx::query(HEADS).fetch_all(self.reader()).await?;
        rows.iter().map(head_row).collect()
    }

    /// The chains that have entries, whatever is said of where they end.
    pub(crate) async fn ledger_chains(&self) -> Result<Vec<Chain>, StoreError> {
        let rows = sqlx::query("SELECT DISTINCT chain FROM ledger")
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(|row| chain(row.try_get(0)?)).collect()
    }

    /// The projects in which something waits for somebody, a review or a duty, or was done since.
    pub(crate) async fn under_review(
        &self,
        since: Timestamp,
    ) -> Result<Vec<(ProjectId, String)>, StoreError> {
        let rows = sqlx::query(
            "SELECT p.id, p.name FROM ledger_heads h JOIN projects p ON p.id = h.chain
             JOIN ledger l ON l.chain = h.chain AND l.seq = h.seq
             WHERE h.open > 0 OR l.at > $1 ORDER BY p.since, p.id",
        )
        .bind(since.0)
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                Ok((
                    ProjectId::from_bytes(id_bytes(row.try_get(0)?)?),
                    row.try_get(1)?,
                ))
            })
            .collect()
    }

    /// The projects in which something is under review.
    pub(crate) async fn with_open_forms(&self) -> Result<Vec<(ProjectId, String)>, StoreError> {
        // nothing was ever done after the end of time
        self.under_review(Timestamp(i64::MAX)).await
    }

    /// The entries of a chain after one.
    pub(crate) async fn ledger_entries(
        &self,
        chain: Chain,
        after: u64,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut connection = self.reader().acquire().await?;
        entries(&mut connection, chain, after).await
    }

    /// Registers a device's key; one key a device, the newest counts.
    pub(crate) async fn put_device_key(
        &self,
        device: DeviceId,
        public: &[u8],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO device_keys (device, public, since) VALUES ($1, $2, $3)
             ON CONFLICT (device) DO UPDATE SET public = excluded.public, since = excluded.since",
        )
        .bind(&device.as_bytes()[..])
        .bind(public)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}

/// Where a chain ends; nobody else appends to it until the end of the transaction.
pub(crate) async fn lock(tx: &mut Tx, chain: Chain) -> Result<Head, StoreError> {
    sqlx::query(
        "INSERT INTO ledger_heads (chain, seq, hash, signer, signature) VALUES ($1, 0, $2, $2, $3)
         ON CONFLICT (chain) DO NOTHING",
    )
    .bind(chain.bytes())
    .bind(&Hash::NONE.as_bytes()[..])
    .bind(&[][..])
    .execute(&mut **tx)
    .await?;
    let row = sqlx::query(tx.locking(&format!("{HEADS} WHERE chain = $1")))
        .bind(chain.bytes())
        .fetch_one(&mut **tx)
        .await?;
    Ok(head_row(&row)?.head)
}

/// The entries of a chain after one.
pub(crate) async fn entries(
    connection: &mut AnyConnection,
    chain: Chain,
    after: u64,
) -> Result<Vec<Entry>, StoreError> {
    let rows = sqlx::query(
        "SELECT seq, at, previous, body_hash, hash, body FROM ledger WHERE chain = $1 AND seq > $2 ORDER BY seq",
    )
    .bind(chain.bytes())
    .bind(i64::try_from(after).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await?;
    rows.iter().map(entry_row).collect()
}

/// The chain and the entry by which a wish was taken.
pub(crate) async fn of_key(
    tx: &mut Tx,
    key: DecisionId,
) -> Result<Option<(Chain, Entry)>, StoreError> {
    let row = sqlx::query(
        "SELECT seq, at, previous, body_hash, hash, body, chain FROM ledger WHERE key = $1",
    )
    .bind(&key.as_bytes()[..])
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| Ok((chain(row.try_get(6)?)?, entry_row(&row)?)))
        .transpose()
}

/// Appends an entry. `open`: how many forms are under review after it.
pub(crate) async fn append(
    tx: &mut Tx,
    chain: Chain,
    entry: &Entry,
    key: DecisionId,
    (signer, signature): (Hash, &[u8]),
    open: usize,
) -> Result<(), StoreError> {
    let seq = i64::try_from(entry.seq).unwrap_or(i64::MAX);
    sqlx::query(
        "INSERT INTO ledger (chain, seq, at, previous, body_hash, hash, body, key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(chain.bytes())
    .bind(seq)
    .bind(entry.at.0)
    .bind(&entry.previous.as_bytes()[..])
    .bind(&entry.body_hash.as_bytes()[..])
    .bind(&entry.hash.as_bytes()[..])
    .bind(entry.body.as_deref().unwrap_or_default())
    .bind(&key.as_bytes()[..])
    .execute(&mut **tx)
    .await
    .map_err(|error| unique(error, "an entry of that key"))?;
    sqlx::query(
        "UPDATE ledger_heads SET seq = $1, hash = $2, signer = $3, signature = $4, open = $5 WHERE chain = $6",
    )
    .bind(seq)
    .bind(&entry.hash.as_bytes()[..])
    .bind(&signer.as_bytes()[..])
    .bind(signature)
    .bind(i64::try_from(open).unwrap_or(i64::MAX))
    .bind(chain.bytes())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The heads of projects that the organisation's chain does not name yet; from here on it does.
pub(crate) async fn seal(tx: &mut Tx) -> Result<Vec<Head>, StoreError> {
    let unsealed = format!("{HEADS} WHERE seq > sealed AND length(chain) > 0 ORDER BY chain");
    let rows = sqlx::query(tx.locking(&unsealed))
        .fetch_all(&mut **tx)
        .await?;
    let heads: Vec<Head> = rows
        .iter()
        .map(|row| Ok(head_row(row)?.head))
        .collect::<Result<_, StoreError>>()?;
    for head in &heads {
        sqlx::query("UPDATE ledger_heads SET sealed = seq WHERE chain = $1")
            .bind(head.chain.bytes())
            .execute(&mut **tx)
            .await?;
    }
    Ok(heads)
}

/// The next number of a sequence: one more than the last that was given.
pub(crate) async fn next_number(tx: &mut Tx, shape: &str, period: &str) -> Result<u64, StoreError> {
    sqlx::query(
        "INSERT INTO numbers (shape, period, last) VALUES ($1, $2, 0) ON CONFLICT (shape, period) DO NOTHING",
    )
    .bind(shape)
    .bind(period)
    .execute(&mut **tx)
    .await?;
    let row = sqlx::query(tx.locking("SELECT last FROM numbers WHERE shape = $1 AND period = $2"))
        .bind(shape)
        .bind(period)
        .fetch_one(&mut **tx)
        .await?;
    Ok(unsigned(row.try_get(0)?)? + 1)
}

/// A number was given: it is never given again.
pub(crate) async fn number_given(
    tx: &mut Tx,
    shape: &str,
    period: &str,
    number: u64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE numbers SET last = $3 WHERE shape = $1 AND period = $2")
        .bind(shape)
        .bind(period)
        .bind(i64::try_from(number).unwrap_or(i64::MAX))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A device's key, where the device is signed in by that person.
pub(crate) async fn device_key(
    tx: &mut Tx,
    device: DeviceId,
    person: PersonId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sqlx::query(
        "SELECT k.public FROM device_keys k JOIN devices d ON d.id = k.device
         WHERE k.device = $1 AND d.person = $2 AND d.ended IS NULL",
    )
    .bind(&device.as_bytes()[..])
    .bind(&person.as_bytes()[..])
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| Ok(row.try_get(0)?)).transpose()
}

/// Whether a person has an account, active or not.
pub(crate) async fn has_account(tx: &mut Tx, person: PersonId) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM people WHERE id = $1")
        .bind(&person.as_bytes()[..])
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

/// A project's name, and whether the person manages it and is a member.
pub(crate) async fn project_of(
    tx: &mut Tx,
    project: ProjectId,
    person: PersonId,
) -> Result<Option<(bool, bool)>, StoreError> {
    let row = sqlx::query(
        "SELECT CAST(CASE WHEN m.role = 'manager' THEN 1 ELSE 0 END AS BIGINT) AS manages, CAST(CASE WHEN m.role IS NULL THEN 0 ELSE 1 END AS BIGINT) AS member
         FROM projects p LEFT JOIN members m ON m.project = p.id AND m.person = $2
         AND EXISTS (SELECT 1 FROM people q WHERE q.id = $2 AND q.active = 1) WHERE p.id = $1",
    )
    .bind(&project.as_bytes()[..])
    .bind(&person.as_bytes()[..])
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| Ok((yes(&row, "manages")?, yes(&row, "member")?)))
        .transpose()
}
