//! Attachments of forms, in parts.

use sha2::{Digest, Sha256};
use shared::api::{AttachmentState, attachment_parts};
use shared::base::{PersonId, ProjectId, Timestamp};
use shared::ledger::Hash;
use shared::pack::value::Attached;
use sqlx::{AnyConnection, Row};

use super::blobs::BlobHash;
use super::documents::unsigned;
use super::{Store, StoreError, yes};

/// A part has another length than its place gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// It is kept.
    Kept,
    /// There is no such attachment, or no such place in it.
    NoPlace,
    /// All parts are here, and together they have another hash: all are forgotten, it begins anew.
    OtherHash,
}

impl Store {
    /// Begins an upload, where it was not begun.
    pub(crate) async fn begin_attachment(
        &self,
        project: ProjectId,
        hash: Hash,
        size: u64,
        by: PersonId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO attachments (project, hash, size, made_by, since) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (project, hash) DO NOTHING",
        )
        .bind(&project.as_bytes()[..])
        .bind(&hash.as_bytes()[..])
        .bind(i64::try_from(size).unwrap_or(i64::MAX))
        .bind(&by.as_bytes()[..])
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        // whoever began it named another size: theirs cannot have been both, and only the whole shows whose is right
        let other = sqlx::query(
            "UPDATE attachments SET size = $3, made_by = $4, since = $5
             WHERE project = $1 AND hash = $2 AND whole = 0 AND size <> $3",
        )
        .bind(&project.as_bytes()[..])
        .bind(&hash.as_bytes()[..])
        .bind(i64::try_from(size).unwrap_or(i64::MAX))
        .bind(&by.as_bytes()[..])
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        if other.rows_affected() > 0 {
            sqlx::query("DELETE FROM attachment_parts WHERE project = $1 AND hash = $2")
                .bind(&project.as_bytes()[..])
                .bind(&hash.as_bytes()[..])
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await
    }

    /// How far an attachment has come, and whose it is.
    pub(crate) async fn attachment(
        &self,
        project: ProjectId,
        hash: Hash,
    ) -> Result<Option<(AttachmentState, PersonId)>, StoreError> {
        let mut connection = self.reader().acquire().await?;
        let row = sqlx::query(
            "SELECT size, whole, made_by FROM attachments WHERE project = $1 AND hash = $2",
        )
        .bind(&project.as_bytes()[..])
        .bind(&hash.as_bytes()[..])
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let parts = parts(&mut connection, project, hash).await?;
        let state = AttachmentState {
            size: unsigned(row.try_get(0)?)?,
            parts: parts.iter().map(|(place, _)| *place).collect(),
            whole: yes(&row, "whole")?,
        };
        let by = PersonId::from_bytes(super::id_bytes(row.try_get(2)?)?);
        Ok(Some((state, by)))
    }

    /// Keeps a part. With the last one the whole is held against its hash.
    pub(crate) async fn put_part(
        &self,
        project: ProjectId,
        hash: Hash,
        place: u32,
        bytes: &[u8],
    ) -> Result<Put, StoreError> {
        let Some((state, _)) = self.attachment(project, hash).await? else {
            return Ok(Put::NoPlace);
        };
        let from = u64::from(place) * shared::api::PART;
        let length = state.size.saturating_sub(from).min(shared::api::PART);
        if length == 0 || bytes.len() as u64 != length {
            return Ok(Put::NoPlace);
        }
        let part = self.put_blob(bytes).await?;
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO attachment_parts (project, hash, place, part) VALUES ($1, $2, $3, $4)
             ON CONFLICT (project, hash, place) DO UPDATE SET part = excluded.part",
        )
        .bind(&project.as_bytes()[..])
        .bind(&hash.as_bytes()[..])
        .bind(i64::from(place))
        .bind(part.as_bytes())
        .execute(&mut *tx)
        .await?;
        let all = parts(&mut tx, project, hash).await?;
        tx.commit().await?;
        if all.len() as u64 != attachment_parts(state.size) || state.whole {
            return Ok(Put::Kept);
        }
        let mut whole = Sha256::new();
        for (_, part) in &all {
            let bytes = self.blob(*part).await?;
            whole.update(bytes.unwrap_or_default());
        }
        let fits = whole.finalize()[..] == hash.as_bytes()[..];
        let mut tx = self.begin().await?;
        let statement = match fits {
            true => "UPDATE attachments SET whole = 1 WHERE project = $1 AND hash = $2 AND size = $3",
            // unless it was begun anew meanwhile
            false => {
                "DELETE FROM attachment_parts WHERE project = $1 AND hash = $2 AND EXISTS (SELECT 1 FROM attachments
                 WHERE project = $1 AND hash = $2 AND size = $3)"
            }
        };
        sqlx::query(statement)
            .bind(&project.as_bytes()[..])
            .bind(&hash.as_bytes()[..])
            .bind(i64::try_from(state.size).unwrap_or(i64::MAX))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(match fits {
            true => Put::Kept,
            false => Put::OtherHash,
        })
    }

    /// The parts of an attachment that is whole, in order.
    pub(crate) async fn attachment_parts(
        &self,
        project: ProjectId,
        hash: Hash,
    ) -> Result<Vec<BlobHash>, StoreError> {
        let mut connection = self.reader().acquire().await?;
        let parts = parts(&mut connection, project, hash).await?;
        Ok(parts.into_iter().map(|(_, part)| part).collect())
    }

    /// The bytes of a part; none where they are missing or damaged.
    pub(crate) async fn attachment_part(
        &self,
        part: BlobHash,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.blob(part).await
    }
}

async fn parts(
    connection: &mut AnyConnection,
    project: ProjectId,
    hash: Hash,
) -> Result<Vec<(u32, BlobHash)>, StoreError> {
    let rows = sqlx::query(
        "SELECT place, part FROM attachment_parts WHERE project = $1 AND hash = $2 ORDER BY place",
    )
    .bind(&project.as_bytes()[..])
    .bind(&hash.as_bytes()[..])
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let place = u32::try_from(row.try_get::<i64, _>(0)?).unwrap_or(u32::MAX);
            Ok((place, BlobHash::from_column(row.try_get(1)?)?))
        })
        .collect()
}

/// Why an attachment that a wish names does not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotThere {
    /// It is not whole here.
    Missing(Hash),
    /// It is, with another size than the wish says.
    OtherSize(String),
}

/// Whether all of these are whole in a project, and as large as is said: the first that is not.
pub(crate) async fn first_missing(
    connection: &mut AnyConnection,
    project: ProjectId,
    files: &[Attached],
) -> Result<Option<NotThere>, StoreError> {
    for file in files {
        let Ok(hash) = file.hash.parse::<Hash>() else {
            continue;
        };
        let found = sqlx::query(
            "SELECT size FROM attachments WHERE project = $1 AND hash = $2 AND whole = 1",
        )
        .bind(&project.as_bytes()[..])
        .bind(&hash.as_bytes()[..])
        .fetch_optional(&mut *connection)
        .await?;
        let Some(found) = found else {
            return Ok(Some(NotThere::Missing(hash)));
        };
        if u64::try_from(found.try_get::<i64, _>(0)?) != Ok(file.size) {
            return Ok(Some(NotThere::OtherSize(file.name.clone())));
        }
    }
    Ok(None)
}
