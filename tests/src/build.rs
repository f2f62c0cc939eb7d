//! Another build of the app, as the next version brings it: every file has another name and the page another look.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Copies the app as it was built, without its compressed copies: small files to change.
pub fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let name = file.strip_prefix(from).unwrap();
        if matches!(file.extension().and_then(|e| e.to_str()), Some("br" | "gz")) {
            continue;
        }
        fs::create_dir_all(to.join(name).parent().unwrap()).unwrap();
        fs::copy(&file, to.join(name)).unwrap();
    }
}

/// Makes another version of the app in this folder (a [`copy`]): all assets under new names, the old ones gone, and
/// `--build: NAME` in its styles.
pub fn another(folder: &Path, name: &str) {
    let mut texts: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut renamed = Vec::new();
    for file in files(folder) {
        let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
        // NAME-0123456789ab.ext
        if let Some((_, hash)) = stem.rsplit_once('-')
            && hash.len() == 12
            && hash.bytes().all(|b| b.is_ascii_hexdigit())
        {
            renamed.push((format!("{stem}."), format!("{stem}{name}.")));
        }
        if let Ok(text) = fs::read_to_string(&file) {
            texts.insert(file, text);
        }
    }
    for (file, text) in &mut texts {
        for (old, new) in &renamed {
            *text = text.replace(old, new);
        }
        if file.extension().is_some_and(|e| e == "css") {
            text.push_str(&format!("\n:root{{--build:{name}}}\n"));
        }
        fs::write(file, text).unwrap();
    }
    for file in files(folder) {
        let old = file.file_name().unwrap().to_str().unwrap();
        if let Some((from, to)) = renamed.iter().find(|(from, _)| old.starts_with(from)) {
            fs::rename(&file, file.with_file_name(old.replace(from, to))).unwrap();
        }
    }
    // the service worker knows its version, and each file's content
    let worker = folder.join("sw.js");
    let mut text = fs::read_to_string(&worker).unwrap();
    text = text.replace("const VERSION = \"", &format!("const VERSION = \"{name}"));
    let (before, rest) = text.split_once("const PRECACHE = ").unwrap();
    let (list, after) = rest.split_once(";\n").unwrap();
    let list: Vec<(String, String)> = serde_json::from_str(list).unwrap();
    let list: Vec<(String, String)> = list
        .into_iter()
        .map(|(address, _)| {
            let bytes = fs::read(folder.join(address.trim_start_matches('/'))).unwrap();
            let digest = Sha256::digest(&bytes);
            let hex = digest.iter().map(|b| format!("{b:02x}")).collect();
            (address, hex)
        })
        .collect();
    let list = serde_json::to_string(&list).unwrap();
    fs::write(
        &worker,
        format!("{before}const PRECACHE = {list};\n{after}"),
    )
    .unwrap();
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
