//! Regulations on this device: the list as the server gave it last, and each one by its hash, which never changes.

use std::cell::RefCell;
use std::sync::Arc;

use leptos::prelude::*;
use shared::api::PackInfo;
use shared::ledger::Hash;
use shared::pack::{Pack, digest};

use super::Replica;
use super::core::Core;
use super::rows::{self, CACHE, EXTRA};
use crate::platform::database::{Key, Range, Row, Write};
use crate::platform::http::{self, HttpError};

/// A regulation cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// It is not on this device, and the server did not give it.
    #[error(transparent)]
    NotHere(#[from] HttpError),
    /// What the server gave is not what the hash says; nothing was kept.
    #[error("the regulation is not the one of its hash")]
    Other,
}

thread_local! {
    /// The one that was looked at last: people go back and forth between a regulation and its forms.
    static LAST: RefCell<Option<(Hash, Arc<Pack>)>> = const { RefCell::new(None) };
}

fn list_key() -> Key {
    rows::key(["packs".into()])
}

fn pack_key(hash: &Hash) -> Key {
    rows::key(["pack".into(), rows::id(hash)])
}

/// The pack of these bytes, where they are those of the hash.
fn read(hash: &Hash, bytes: &[u8]) -> Option<Pack> {
    let pack: Pack = serde_json::from_slice(bytes).ok()?;
    (digest(&pack) == hash.to_string()).then_some(pack)
}

impl Replica {
    /// The regulations that projects can adopt: those that this device knows are told first, then those that the server
    /// has. An error: the server did not say; what was told before stands.
    pub async fn packs(&self, tell: impl Fn(Vec<PackInfo>)) -> Result<(), HttpError> {
        let core = self.core.get_value();
        if let Some(row) = core.kept(CACHE, list_key()).await
            && let Ok(known) = serde_json::from_str(&row.json)
        {
            tell(known);
        }
        let all: Vec<PackInfo> = http::get("/api/packs").await?;
        let row = rows::row(&all);
        core.save(vec![Write::Put(CACHE, list_key(), row)], || {});
        tell(all);
        Ok(())
    }

    /// A regulation: from this device, else from the server, and then kept.
    pub async fn pack(&self, hash: Hash) -> Result<Arc<Pack>, PackError> {
        let last = LAST.with_borrow(|last| last.clone().filter(|(of, _)| *of == hash));
        if let Some((_, pack)) = last {
            return Ok(pack);
        }
        let core = self.core.get_value();
        let kept = core.kept(EXTRA, pack_key(&hash)).await;
        let pack = match kept.and_then(|row| read(&hash, &row.bytes)) {
            Some(pack) => pack,
            None => core.fetch_pack(&hash).await?,
        };
        let pack = Arc::new(pack);
        LAST.set(Some((hash, pack.clone())));
        Ok(pack)
    }

    /// Brings regulations onto this device that are not on it yet; those that cannot be brought come when they are opened.
    pub async fn keep_packs(&self, hashes: Vec<Hash>) {
        let core = self.core.get_value();
        for hash in hashes {
            if core.kept(EXTRA, pack_key(&hash)).await.is_none()
                && core.fetch_pack(&hash).await.is_err()
            {
                return;
            }
        }
    }
}

impl Core {
    /// One row, where it is there.
    async fn kept(&self, store: &'static str, key: Key) -> Option<Row> {
        let database = self.database().await?;
        let asks = [(store, Range::One(key))];
        database.read(&asks).await.ok()?.pop()?.pop()
    }

    async fn fetch_pack(self: &std::rc::Rc<Self>, hash: &Hash) -> Result<Pack, PackError> {
        let bytes = http::get_bytes(&format!("/api/packs/{hash}")).await?;
        let pack = read(hash, &bytes).ok_or(PackError::Other)?;
        let row = rows::row_with(&(), bytes);
        self.save(vec![Write::Put(EXTRA, pack_key(hash), row)], || {});
        Ok(pack)
    }
}
