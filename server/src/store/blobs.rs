//! Large things under their content address: in the database, or where `--blobs` says.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, RetryConfig};
use sha2::{Digest, Sha256};
use sqlx::Row;

use super::{Store, StoreError};

/// How often, and for how long, a bucket that does not answer is asked again: a device may be waiting.
const RETRIES: usize = 3;
const PATIENCE: Duration = Duration::from_secs(20);

/// The content address of a blob: SHA-256 of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobHash([u8; 32]);

impl BlobHash {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn from_column(bytes: &[u8]) -> Result<Self, StoreError> {
        let unreadable = |_| StoreError::Unreadable(format!("a hash of {} bytes", bytes.len()));
        bytes.try_into().map(Self).map_err(unreadable)
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// It is no SHA-256 in hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no SHA-256 in hexadecimal digits")]
pub struct NoHash;

impl FromStr for BlobHash {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Self, NoHash> {
        let mut hash = [0; 32];
        // A sign would pass the conversion below.
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NoHash);
        }
        for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = str::from_utf8(digits).map_err(|_| NoHash)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NoHash)?;
        }
        Ok(Self(hash))
    }
}

/// Where blobs are kept.
#[derive(Debug, Clone, Default)]
pub(super) enum Blobs {
    /// A table: every node reads it, and a backup of the database holds them.
    #[default]
    Database,
    /// A folder, or a bucket that speaks S3.
    Objects(Arc<dyn ObjectStore>),
}

impl Blobs {
    /// What `--blobs` names.
    pub(super) fn of(url: Option<&str>) -> Result<Self, StoreError> {
        let Some(url) = url else {
            return Ok(Self::Database);
        };
        if let Some(rest) = url.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            return bucket_of(bucket, prefix);
        }
        let Some(folder) = url.strip_prefix("file://") else {
            return Err(unsupported());
        };
        let failed = |e| StoreError::File(folder.into(), e);
        std::fs::create_dir_all(folder).map_err(failed)?;
        let files = LocalFileSystem::new_with_prefix(folder)?
            // the file and its folder are on disk before `put` answers
            .with_fsync(true);
        Ok(Self::Objects(Arc::new(files)))
    }

    /// What `--blobs` names, once it answers: told at the start, not by the first device that needs one.
    pub(super) async fn open(url: Option<&str>) -> Result<Self, StoreError> {
        let blobs = Self::of(url)?;
        if let Self::Objects(objects) = &blobs
            && let Err(cause) = objects.list_with_delimiter(None).await
        {
            return Err(StoreError::NoBlobs {
                place: url.unwrap_or_default().to_owned(),
                advice: advice(objects.as_ref()).await,
                cause,
            });
        }
        Ok(blobs)
    }
}

/// What to look at where the list of objects was refused. That error does not tell; how one object is refused does.
async fn advice(objects: &dyn ObjectStore) -> &'static str {
    use object_store::Error;
    match objects.head(&Path::from("nothing")).await {
        Ok(_) | Err(Error::NotFound { .. }) => "Is there such a bucket, and may this key list it?",
        Err(Error::PermissionDenied { .. } | Error::Unauthenticated { .. }) => {
            "The key was refused: see AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        }
        Err(_) => "Nothing answered there as S3 does: see AWS_ENDPOINT_URL and AWS_REGION.",
    }
}

fn unsupported() -> StoreError {
    let words = "--blobs takes file:///FOLDER or s3://BUCKET/PREFIX; without it blobs are kept in the database";
    StoreError::Unsupported(words.to_owned())
}

/// A bucket that speaks S3: where it is and as whom it is asked, the usual variables of the environment say (`AWS_...`).
fn bucket_of(bucket: &str, prefix: &str) -> Result<Blobs, StoreError> {
    if bucket.is_empty() {
        return Err(unsupported());
    }
    // fails where another part of the process was first: then there is one
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = AmazonS3Builder::from_env();
    // who names an address of plain http means it: a bucket of one's own beside the server
    let address = builder.get_config_value(&AmazonS3ConfigKey::Endpoint);
    if address.is_some_and(|address| address.starts_with("http://")) {
        builder = builder.with_allow_http(true);
    }
    let bucket = builder
        .with_bucket_name(bucket)
        .with_retry(RetryConfig {
            max_retries: RETRIES,
            retry_timeout: PATIENCE,
            ..RetryConfig::default()
        })
        .build()?;
    Ok(Blobs::Objects(Arc::new(PrefixStore::new(bucket, prefix))))
}

/// Two characters of folder, so that no folder grows without end.
fn path(hash: BlobHash) -> Path {
    let text = hash.to_string();
    let (folder, name) = text.split_at(2);
    Path::from_iter([folder, name])
}

impl Store {
    /// Keeps bytes under their content address: on disk when this returns.
    pub(super) async fn put_blob(&self, bytes: &[u8]) -> Result<BlobHash, StoreError> {
        let hash = BlobHash::of(bytes);
        match &self.blobs {
            Blobs::Database => {
                let mut tx = self.begin().await?;
                sqlx::query(
                    "INSERT INTO blobs (hash, bytes) VALUES ($1, $2)
                     ON CONFLICT (hash) DO UPDATE SET bytes = excluded.bytes",
                )
                .bind(hash.as_bytes())
                .bind(bytes)
                .execute(&mut *tx)
                .await?;
                tx.commit().await?;
            }
            Blobs::Objects(objects) => {
                objects.put(&path(hash), bytes.to_vec().into()).await?;
            }
        }
        Ok(hash)
    }

    /// The bytes of a content address; `None` where they are missing or damaged.
    pub(super) async fn blob(&self, hash: BlobHash) -> Result<Option<Vec<u8>>, StoreError> {
        let found: Option<Vec<u8>> = match &self.blobs {
            Blobs::Database => sqlx::query("SELECT bytes FROM blobs WHERE hash = $1")
                .bind(hash.as_bytes())
                .fetch_optional(self.reader())
                .await?
                .map(|row| row.try_get(0))
                .transpose()?,
            Blobs::Objects(objects) => match objects.get(&path(hash)).await {
                Ok(found) => Some(found.bytes().await?.into()),
                Err(object_store::Error::NotFound { .. }) => None,
                Err(error) => return Err(error.into()),
            },
        };
        Ok(found.filter(|bytes| BlobHash::of(bytes) == hash))
    }

    /// Removes what no snapshot and no attachment names any more, out of these.
    pub(super) async fn forget_blobs(&self, hashes: &[BlobHash]) -> Result<(), StoreError> {
        for hash in hashes {
            let mut tx = self.begin().await?;
            // who names it from now on finds it gone, and puts it again
            tx.alone("snapshots").await?;
            let needed = sqlx::query(
                "SELECT 1 FROM snapshots WHERE hash = $1 UNION ALL SELECT 1 FROM attachment_parts WHERE part = $1 LIMIT 1",
            )
                .bind(hash.as_bytes())
                .fetch_optional(&mut *tx)
                .await?;
            if needed.is_some() {
                continue;
            }
            match &self.blobs {
                Blobs::Database => {
                    sqlx::query("DELETE FROM blobs WHERE hash = $1")
                        .bind(hash.as_bytes())
                        .execute(&mut *tx)
                        .await?;
                }
                Blobs::Objects(objects) => match objects.delete(&path(*hash)).await {
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(error.into()),
                },
            }
            tx.commit().await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_from_its_own_text_only() {
        let hash = BlobHash::of(b"plumb");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for wrong in ["", "12", &"+f".repeat(32), &"é".repeat(32)] {
            assert!(wrong.parse::<BlobHash>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn blobs_elsewhere_than_in_a_folder_or_a_bucket_are_refused_with_a_reason() {
        for url in ["gs://bucket/blobs", "s3://", "s3:///blobs", "blobs"] {
            let refused = Blobs::of(Some(url)).unwrap_err();
            assert!(refused.to_string().contains("s3://BUCKET"), "{url}");
        }
    }
}
