//! Every text is there in both languages: the same files, the same keys, no empty text.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Findings;

const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

pub(super) fn check(root: &Path, found: &mut Findings) -> Result<()> {
    let mut all = Vec::new();
    for language in LANGUAGES {
        let folder = root.join("app/locales").join(language);
        let mut keys = BTreeMap::new();
        if folder.is_dir() {
            for entry in std::fs::read_dir(&folder)? {
                let path = entry?.path();
                let file = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                let text = std::fs::read_to_string(&path)?;
                let value: Value = serde_json::from_str(&text)
                    .with_context(|| format!("app/locales/{language}/{file}"))?;
                collect(&file, &value, &mut keys);
            }
        }
        all.push((language, keys));
    }
    for (language, keys) in &all {
        for (other, others) in &all {
            for key in keys.keys() {
                if !others.contains_key(key) {
                    found.error(format!("text {key} is in {language} but not in {other}"));
                }
            }
        }
        for (key, text) in keys {
            if text.trim().is_empty() {
                found.error(format!("text {key} is empty in {language}"));
            }
        }
    }
    Ok(())
}

fn collect(path: &str, value: &Value, keys: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                // English has a plural, Chinese has not: `name_one`, `name_other` are one text
                let name = name
                    .strip_suffix("_one")
                    .or_else(|| name.strip_suffix("_other"))
                    .unwrap_or(name);
                collect(&format!("{path}.{name}"), member, keys);
            }
        }
        Value::String(text) => {
            keys.insert(path.to_owned(), text.clone());
        }
        other => {
            keys.insert(path.to_owned(), other.to_string());
        }
    }
}
