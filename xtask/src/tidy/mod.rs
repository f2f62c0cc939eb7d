//! `cargo xtask tidy`: what a compiler does not check. The arrows between the parts, the size of files, texts in
//! both languages, reasons for dependencies, versions that must agree, rules that name their tests, ids of packs that stay out of code.

mod arrows;
mod files;
mod packs;
mod rules;
mod texts;
mod versions;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell::root;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    errors: Vec<String>,
    warnings: Vec<String>,
}

impl Findings {
    fn error(&mut self, text: impl Into<String>) {
        self.errors.push(text.into());
    }

    fn warning(&mut self, text: impl Into<String>) {
        self.warnings.push(text.into());
    }
}

/// A file of the repository that Git knows, or would take in.
pub(crate) struct Source {
    /// Its path from the root, with `/`.
    path: String,
    /// Its content; empty when it is not text.
    text: String,
}

/// Checks everything and prints all findings.
pub(crate) fn check() -> Result<()> {
    let root = root();
    let sources = sources(&root)?;
    let mut found = Findings::default();
    arrows::crates(&mut found)?;
    arrows::sources(&sources, &mut found);
    files::check(&sources, &mut found);
    packs::check(&sources, &mut found);
    rules::check(&sources, &mut found);
    texts::check(&root, &mut found)?;
    versions::check(&sources, &mut found);
    for warning in &found.warnings {
        println!("    warning: {warning}");
    }
    for error in &found.errors {
        println!("    error: {error}");
    }
    if !found.errors.is_empty() {
        bail!("tidy found {} errors", found.errors.len());
    }
    println!("    {} files are tidy", sources.len());
    Ok(())
}

fn sources(root: &Path) -> Result<Vec<Source>> {
    let output = std::process::Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .context("git is not there")?;
    if !output.status.success() {
        bail!("git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    }
    let mut sources = Vec::new();
    for name in output.stdout.split(|byte| *byte == 0) {
        if name.is_empty() {
            continue;
        }
        let path = String::from_utf8_lossy(name).into_owned();
        // a file that was removed and is not yet committed so
        let Ok(bytes) = std::fs::read(PathBuf::from(root).join(&path)) else {
            continue;
        };
        let text = String::from_utf8(bytes).unwrap_or_default();
        sources.push(Source { path, text });
    }
    Ok(sources)
}
