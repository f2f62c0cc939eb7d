//! wasm-bindgen as a library, at exactly the version in `Cargo.lock`: no tool to download.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use super::{Kind, assets, split};

/// A module ready for the browser.
pub(crate) struct Module {
    /// The crate's name.
    pub(crate) name: String,
    /// The module itself.
    pub(crate) wasm: Vec<u8>,
    /// Its glue, an ES module; imports snippets by `./snippets/...`.
    pub(crate) js: Vec<u8>,
    /// Small scripts that crates bring along: path under `snippets/`.
    pub(crate) snippets: BTreeMap<String, Vec<u8>>,
}

/// Runs wasm-bindgen over `FOLDER/NAME.wasm`, or over the main one of its parts.
pub(crate) fn run(
    folder: &Path,
    name: &str,
    parts: Option<&split::Parts>,
    kind: Kind,
) -> Result<Module> {
    let out = folder.join(format!("{name}-bindgen"));
    // snippets of an earlier run must not stay
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    let release = kind != Kind::Development;
    Bindgen::new()
        .input_path(match parts {
            Some(parts) => parts.main.clone(),
            None => folder.join(format!("{name}.wasm")),
        })
        // the parts link against what the linker exported
        .keep_lld_exports(parts.is_some())
        .out_name(name)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                .demangle(!release)
                .remove_name_section(release)
                .remove_producers_section(release)
                .generate(&out)
        })
        .map_err(|error| anyhow!("wasm-bindgen: {error:#}"))?;
    let snippets_folder = out.join("snippets");
    let mut snippets = BTreeMap::new();
    if snippets_folder.is_dir() {
        for path in assets::files_below(&snippets_folder)? {
            let under = path
                .strip_prefix(&snippets_folder)?
                .to_string_lossy()
                .replace('\\', "/");
            snippets.insert(under, std::fs::read(&path)?);
        }
    }
    let read = |file: String| {
        let path = out.join(file);
        std::fs::read(&path).with_context(|| format!("{}", path.display()))
    };
    let mut js = read(format!("{name}.js"))?;
    if let Some(parts) = parts {
        js = parts.joined(&String::from_utf8(js)?)?.into_bytes();
    }
    Ok(Module {
        name: name.to_owned(),
        wasm: read(format!("{name}_bg.wasm"))?,
        js,
        snippets,
    })
}
