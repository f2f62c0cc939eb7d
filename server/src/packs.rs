//! The regulations that this server offers: those within the binary, and those of a folder beside them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use rust_embed::RustEmbed;
use shared::api::PackInfo;
use shared::ledger::Hash;
use shared::pack::load::limits;
use shared::pack::text::Language;
use shared::pack::{self, Pack, Problem};

use crate::store::{Store, StoreError};

#[derive(RustEmbed)]
#[folder = "../shared/packs"]
struct Embedded;

/// The server's packs cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PacksError {
    /// A file cannot be read.
    #[error("{path}: {1}", path = .0.display())]
    File(PathBuf, std::io::Error),
    /// Something is wrong in one.
    #[error(
        "{0} has problems; nothing works by it until they are mended (see `plumbline pack check`):\n{1}"
    )]
    Wrong(String, String),
    /// A version that projects have adopted reads otherwise now.
    #[error(
        "{name} {version} was changed after a project adopted it; what changes is a new version: give it another `version`"
    )]
    Changed {
        /// The pack's name.
        name: String,
        /// Its version.
        version: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A pack as it could be understood, and what is wrong with it.
type Understood = (Option<Pack>, Vec<Problem>);

/// The packs at hand. Cheap to clone.
#[derive(Clone)]
pub struct Packs {
    offered: Arc<BTreeMap<Hash, Arc<Pack>>>,
    /// Those that projects have adopted and that are not offered any more.
    adopted: Arc<RwLock<BTreeMap<Hash, Arc<Pack>>>>,
    store: Store,
}

impl Packs {
    /// Those within the binary and those of a folder that holds a folder each.
    ///
    /// # Errors
    /// Where one has problems, or a version that was adopted was changed.
    pub async fn load(store: Store, folder: Option<&Path>) -> Result<Self, PacksError> {
        let mut sets: BTreeMap<String, Vec<(String, Vec<u8>)>> = BTreeMap::new();
        for path in Embedded::iter() {
            let file = path.split_once('/').zip(Embedded::get(&path));
            if let Some(((set, within), file)) = file {
                let files = sets.entry(set.to_owned()).or_default();
                files.push((within.to_owned(), file.data.into_owned()));
            }
        }
        let mut all: Vec<(String, Understood)> = sets
            .into_iter()
            .map(|(set, files)| (set, pack::load(&files)))
            .collect();
        if let Some(folder) = folder {
            let fail = |error| PacksError::File(folder.to_owned(), error);
            for entry in fs::read_dir(folder).map_err(fail)? {
                let path = entry.map_err(fail)?.path();
                if path.is_dir() {
                    let read = read(&path).map_err(|error| PacksError::File(path.clone(), error));
                    all.push((path.display().to_string(), read?));
                }
            }
        }
        let mut offered = BTreeMap::new();
        for (name, (pack, problems)) in all {
            match pack {
                Some(pack) if problems.is_empty() => {
                    if let Some(hash) = hash(&pack) {
                        offered.insert(hash, Arc::new(pack));
                    }
                }
                _ => {
                    let lines = problems.iter().map(|problem| {
                        let message = problem.message(Language::English);
                        format!("  {}:{}: {message}", problem.file, problem.line)
                    });
                    let lines: Vec<String> = lines.collect();
                    return Err(PacksError::Wrong(name, lines.join("\n")));
                }
            }
        }
        for (hash, name, version) in store.adopted_packs().await? {
            let other = offered.iter().any(|(known, pack)| {
                *known != hash && pack.id.as_str() == name && pack.version == version
            });
            if other {
                return Err(PacksError::Changed { name, version });
            }
        }
        Ok(Self {
            offered: Arc::new(offered),
            adopted: Arc::default(),
            store,
        })
    }

    /// Those that projects can adopt.
    pub fn offered(&self) -> impl Iterator<Item = PackInfo> {
        self.offered
            .iter()
            .map(|(hash, pack)| info(*hash, pack, true))
    }

    /// Those that projects can adopt, whole.
    pub(crate) fn whole(&self) -> impl Iterator<Item = &Pack> {
        self.offered.values().map(AsRef::as_ref)
    }

    /// One that projects can adopt.
    pub fn offers(&self, hash: &Hash) -> Option<Arc<Pack>> {
        self.offered.get(hash).cloned()
    }

    /// One that is offered, or was adopted.
    pub async fn find(&self, hash: &Hash) -> Result<Option<Arc<Pack>>, StoreError> {
        let kept = || self.adopted.read().ok()?.get(hash).cloned();
        if let Some(pack) = self.offers(hash).or_else(kept) {
            return Ok(Some(pack));
        }
        let Some(content) = self.store.adopted_pack(*hash).await? else {
            return Ok(None);
        };
        let pack: Pack = serde_json::from_slice(&content)
            .map_err(|error| StoreError::Unreadable(format!("the pack {hash}: {error}")))?;
        let pack = Arc::new(pack);
        if let Ok(mut adopted) = self.adopted.write() {
            adopted.insert(*hash, pack.clone());
        }
        Ok(Some(pack))
    }
}

/// The content hash of a pack.
pub(crate) fn hash(pack: &Pack) -> Option<Hash> {
    pack::digest(pack).parse().ok()
}

fn info(hash: Hash, pack: &Pack, offered: bool) -> PackInfo {
    PackInfo {
        hash,
        id: pack.id.to_string(),
        version: pack.version.clone(),
        name: pack.name.clone(),
        help: pack.help.clone(),
        applies: pack.applies.clone(),
        offered,
    }
}

/// The pack of a folder, and what is wrong with it.
pub(crate) fn read(folder: &Path) -> std::io::Result<(Option<Pack>, Vec<Problem>)> {
    let mut files = Vec::new();
    collect(folder, "", &mut files)?;
    Ok(pack::load(&files))
}

/// The files of a folder and of the folders in it; what begins with a point is not of the pack.
fn collect(folder: &Path, within: &str, files: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = match within {
            "" => name.clone(),
            within => format!("{within}/{name}"),
        };
        if name.starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            // packs have one level of folders: what is deeper is told by its name
            match within {
                "" => collect(&entry.path(), &path, files)?,
                _ => files.push((path, Vec::new())),
            }
            continue;
        }
        let mut bytes = Vec::new();
        // a byte more than packs may have is enough to be told
        File::open(entry.path())?
            .take(limits::FILE as u64 + 1)
            .read_to_end(&mut bytes)?;
        files.push((path, bytes));
    }
    Ok(())
}
