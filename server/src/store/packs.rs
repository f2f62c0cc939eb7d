//! Versions of regulations that projects have adopted.

use shared::base::Timestamp;
use shared::ledger::Hash;
use shared::pack::Pack;
use shared::pack::digest::canonical;
use sqlx::Row;

use super::ledger::hash;
use super::{Store, StoreError, Tx};

impl Store {
    /// The versions that projects have adopted: hash, name, version.
    pub(crate) async fn adopted_packs(&self) -> Result<Vec<(Hash, String, String)>, StoreError> {
        let rows = sqlx::query("SELECT hash, name, version FROM packs")
            .fetch_all(self.reader())
            .await?;
        rows.iter()
            .map(|row| Ok((hash(row.try_get(0)?)?, row.try_get(1)?, row.try_get(2)?)))
            .collect()
    }

    /// The content of an adopted version.
    pub(crate) async fn adopted_pack(&self, pack: Hash) -> Result<Option<Vec<u8>>, StoreError> {
        let row = sqlx::query("SELECT content FROM packs WHERE hash = $1")
            .bind(&pack.as_bytes()[..])
            .fetch_optional(self.reader())
            .await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }
}

/// Keeps a version that a project adopts, for ever.
pub(crate) async fn keep(
    tx: &mut Tx,
    pack: Hash,
    content: &Pack,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO packs (hash, name, version, content, since) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hash) DO NOTHING",
    )
    .bind(&pack.as_bytes()[..])
    .bind(content.id.as_str())
    .bind(&content.version)
    .bind(canonical(content))
    .bind(now.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
