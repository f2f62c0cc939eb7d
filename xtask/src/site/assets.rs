//! The files of the site: each gets a name with the hash of its content, and those who name it follow.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The files of the site by their path in it.
#[derive(Default)]
pub(crate) struct Assets {
    files: BTreeMap<String, Vec<u8>>,
    /// How sources name a file -> how it is named in the site.
    names: BTreeMap<String, String>,
}

impl Assets {
    /// Adds a file that sources call `/assets/NAME`; it becomes `/assets/STEM-HASH.EXTENSION`.
    pub(crate) fn add(&mut self, name: &str, bytes: Vec<u8>) {
        let bytes = self.rewritten(name, bytes);
        let hash = hash(&bytes, 12);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let path = format!("assets/{stem}-{hash}.{extension}");
        self.names
            .insert(format!("/assets/{name}"), format!("/{path}"));
        self.files.insert(path, bytes);
    }

    /// Adds a script that a crate brought along and the glue imports as `./snippets/PATH`.
    pub(crate) fn add_snippet(&mut self, path: &str, bytes: Vec<u8>) {
        let folder = hash(&bytes, 12);
        let new = format!("assets/snippets/{folder}/{path}");
        self.names
            .insert(format!("./snippets/{path}"), format!("/{new}"));
        self.files.insert(new, bytes);
    }

    /// Adds a file whose address must stay: the page, the manifest, the service worker.
    pub(crate) fn add_plain(&mut self, name: &str, bytes: Vec<u8>) {
        let bytes = self.rewritten(name, bytes);
        self.names.insert(format!("/{name}"), format!("/{name}"));
        self.files.insert(name.to_owned(), bytes);
    }

    /// Adds a file made from others, as it is.
    pub(crate) fn add_made(&mut self, path: String, bytes: Vec<u8>) {
        self.files.insert(path, bytes);
    }

    /// Adds every file of a folder.
    pub(crate) fn add_folder(&mut self, folder: &Path) -> Result<()> {
        for path in sorted_files(folder)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            self.add(&name, std::fs::read(&path)?);
        }
        Ok(())
    }

    /// All files: path in the site, content.
    pub(crate) fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// The path of a file that sources call `/assets/NAME` or `/NAME`.
    pub(crate) fn path_of(&self, name: &str) -> Option<&str> {
        self.names
            .get(&format!("/assets/{name}"))
            .or_else(|| self.names.get(&format!("/{name}")))
            .map(|path| path.trim_start_matches('/'))
    }

    /// What the service worker keeps: `[[address, SHA-256 in hex], ...]` as JSON.
    pub(crate) fn precache(&self) -> Result<String> {
        let list: Vec<(String, String)> = self
            .files
            .iter()
            .map(|(path, bytes)| (format!("/{path}"), hash(bytes, 64)))
            .collect();
        serde_json::to_string(&list).context("the service worker's list")
    }

    /// A name for exactly these files.
    pub(crate) fn version(&self) -> String {
        let mut all = Sha256::new();
        for (path, bytes) in &self.files {
            all.update(path.as_bytes());
            all.update(hash(bytes, 64));
        }
        hex(&all.finalize(), 16)
    }

    /// Writes what changed and removes what is no longer there, so that time stamps tell the truth.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            if std::fs::read(&path).is_ok_and(|old| old == *bytes) {
                continue;
            }
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(&path, bytes).with_context(|| format!("{}", path.display()))?;
        }
        let keep: BTreeSet<PathBuf> = self.files.keys().map(|path| folder.join(path)).collect();
        for path in files_below(folder)? {
            if !keep.contains(&path) {
                std::fs::remove_file(&path)?;
            }
        }
        Ok(())
    }

    /// In a text, the names of the files added before replaced by their final ones.
    fn rewritten(&self, name: &str, bytes: Vec<u8>) -> Vec<u8> {
        let text = [".js", ".css", ".html", ".webmanifest"]
            .iter()
            .any(|extension| name.ends_with(extension));
        match String::from_utf8(bytes) {
            Ok(mut content) if text => {
                for (from, to) in &self.names {
                    if from == to {
                        continue;
                    }
                    // a name ends at its quote or bracket: "/assets/app.js" is not in "/assets/app.json"
                    for end in ['"', '\'', ')'] {
                        content = content.replace(&format!("{from}{end}"), &format!("{to}{end}"));
                    }
                }
                content.into_bytes()
            }
            Ok(content) => content.into_bytes(),
            Err(binary) => binary.into_bytes(),
        }
    }
}

/// The first hex digits of a content's SHA-256.
pub(crate) fn hash(bytes: &[u8], digits: usize) -> String {
    hex(&Sha256::digest(bytes), digits)
}

fn hex(bytes: &[u8], digits: usize) -> String {
    let mut text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(digits);
    text
}

/// The files directly in a folder, in the order of their names.
pub(crate) fn sorted_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// All files below a folder.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
