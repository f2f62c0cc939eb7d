//! `cargo xtask fuzz`: a target of `tests/fuzz`, a workspace of its own, for some time. Every finding becomes a named test;
//! what is worth keeping goes to `tests/fuzz/corpus`, which an ordinary test replays.

use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::packages::found;
use crate::parts::tools;
use crate::shell::{cargo, root, run, target_dir};

/// What is fed with whatever the fuzzer finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// Frames of both dialects.
    Wire,
    /// Changes: what is taken applies, and loads again.
    Chunk,
    /// Whole documents.
    Document,
    /// Files of Microsoft Project and Primavera.
    Mspdi,
    /// Tickets, tokens, addresses.
    Credentials,
    /// Regulations as files.
    Pack,
}

/// Builds a target and lets it run. Finds go to the fuzz folder below the build's.
pub(crate) fn start(target: Target, seconds: u64) -> Result<()> {
    let program = ensure()?;
    let name = format!("{target:?}").to_lowercase();
    let folder = root().join("tests/fuzz");
    let made = target_dir()?.join("fuzz");
    let (corpus, finds) = (
        made.join("corpus").join(&name),
        made.join("finds").join(&name),
    );
    std::fs::create_dir_all(&corpus)?;
    std::fs::create_dir_all(&finds)?;
    // stable compilers have no sanitizers; Rust's own checks are on
    let mut command = Command::new(program);
    command
        .args(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir"])
        .arg(&folder)
        .arg(&name)
        .arg(&corpus)
        .arg(folder.join("corpus").join(&name))
        .args(["--", "-rss_limit_mb=1024", "-timeout=20"])
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", finds.display()))
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", made.join("build"));
    run(&mut command)
}

fn ensure() -> Result<std::path::PathBuf> {
    if let Some(program) = found("cargo-fuzz") {
        return Ok(program);
    }
    let folder = tools()?;
    let program = folder.join("bin/cargo-fuzz");
    if !program.is_file() {
        println!(
            "    cargo-fuzz is not there; building it into {}",
            folder.display()
        );
        run(cargo()
            .args([
                "install",
                "--locked",
                "--debug",
                "--quiet",
                "cargo-fuzz",
                "--root",
            ])
            .arg(&folder)
            .env("CARGO_TARGET_DIR", folder.join("build")))
        .context("cargo-fuzz could not be installed: cargo install --locked cargo-fuzz")?;
        let _ = std::fs::remove_dir_all(folder.join("build"));
    }
    Ok(program)
}
