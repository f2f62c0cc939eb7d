//! Cuts the app's module at its split points (`app/src/later.rs`): the main module is what a first visit needs to
//! stand, the parts come on use. Works on the linked module, before wasm-bindgen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use wasm_split_cli_support::{Options, transform};

/// How the script that loads the parts is called by the module; it becomes part of the glue.
const LOADER: &str = "./__wasm_split.js";

/// A module in parts.
pub(crate) struct Parts {
    /// The main module, for wasm-bindgen.
    pub(crate) main: PathBuf,
    /// The other parts: file name, content.
    pub(crate) parts: Vec<(String, Vec<u8>)>,
    /// Split point -> the names of those parts that it needs.
    pub(crate) needs: BTreeMap<String, Vec<String>>,
    /// The script that loads them.
    loader: String,
}

/// Cuts `FOLDER/NAME.wasm`.
pub(crate) fn run(folder: &Path, name: &str) -> Result<Parts> {
    let out = folder.join(format!("{name}-parts"));
    // parts of an earlier run must not stay
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    let input = std::fs::read(folder.join(format!("{name}.wasm")))?;
    let main = out.join(format!("{name}.wasm"));
    let glue = format!("./{name}.js");
    let mut options = Options::new(&input);
    options.output_dir = &out;
    options.main_out_path = &main;
    options.link_name = LOADER;
    options.main_module = &glue;
    let made = transform(options).map_err(|error| anyhow!("cutting the module: {error:#}"))?;
    let mut parts = Vec::new();
    for path in made.split_modules {
        let bytes = std::fs::read(&path).with_context(|| format!("{}", path.display()))?;
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        parts.push((format!("{name}-{file}"), compact(&bytes)?));
    }
    parts.sort();
    let file = |stem: &String| format!("{name}-{stem}.wasm");
    let needs = made.prefetch_map.iter();
    let loader = std::fs::read_to_string(out.join(LOADER)).context("the loader of the parts")?;
    Ok(Parts {
        main,
        parts,
        needs: needs
            .map(|(point, stems)| (point.clone(), stems.iter().map(file).collect()))
            .collect(),
        loader: eager(&loader.replace("new URL(\"./", &format!("new URL(\"/assets/{name}-")))?,
    })
}

/// The loader with every part compiled as soon as it comes; as it is made, a part is compiled when those that it builds
/// on stand.
fn eager(loader: &str) -> Result<String> {
    let made = [
        "const src = fetch(",
        "WebAssembly.instantiateStreaming(src,",
    ];
    if made.iter().any(|made| !loader.contains(made)) {
        bail!("the loader of the parts is not as this step expects");
    }
    let lines = loader.lines().map(|line| {
        let fetch = line.trim().strip_prefix("const src = ");
        match fetch.map(|fetch| fetch.trim_end_matches(';')) {
            Some(fetch) => format!("const src = WebAssembly.compileStreaming({fetch});"),
            None => line.replace(
                "WebAssembly.instantiateStreaming(src,",
                "WebAssembly.instantiate(await src,",
            ),
        }
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

impl Parts {
    /// The glue with the loader in it: two scripts that import each other could not both be named by their content.
    pub(crate) fn joined(&self, glue: &str) -> Result<String> {
        let mut names = Vec::new();
        let mut loader = String::new();
        for line in self.loader.lines() {
            if line.starts_with("import { initSync } from") {
                continue;
            }
            let line = match line.strip_prefix("export const ") {
                Some(rest) => {
                    names.extend(rest.split_once(' ').map(|(name, _)| name));
                    format!("const {rest}")
                }
                None => line.to_owned(),
            };
            loader.push_str(&line);
            loader.push('\n');
        }
        let quoted = format!(" from \"{LOADER}\"");
        let mut joined = String::new();
        let mut found = false;
        for line in glue.lines() {
            match line
                .strip_prefix("import * as ")
                .and_then(|rest| rest.split_once(&quoted))
            {
                Some((namespace, _)) => {
                    found = true;
                    loader.push_str(&format!(
                        "const {namespace} = {{ {} }};\n",
                        names.join(", ")
                    ));
                }
                None => {
                    joined.push_str(line);
                    joined.push('\n');
                }
            }
        }
        if !found && !names.is_empty() {
            bail!("wasm-bindgen's script does not import {LOADER} as this step expects");
        }
        Ok(joined + &loader)
    }
}

/// The part written anew: without the names and notes of the linker, unused imports, and the room that the linker
/// leaves in every number.
fn compact(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = walrus::ModuleConfig::new()
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse(wasm)
        .map_err(|error| anyhow!("a part is no module: {error:#}"))?;
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}
