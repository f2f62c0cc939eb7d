//! Programs of the system, installed through apt where that is possible.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::shell::run;

/// Tries to install packages; a failure is told by whoever needs them, with what to type.
pub(crate) fn install(packages: &[&str]) {
    if found("apt-get").is_none() {
        return;
    }
    let prefix: &[&str] = if is_root() {
        &[]
    } else {
        &["sudo", "--non-interactive"]
    };
    let _ = apt(prefix, &["update"]);
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(packages);
    let _ = apt(prefix, &install);
}

fn apt(prefix: &[&str], arguments: &[&str]) -> Result<()> {
    let words: Vec<&str> = prefix
        .iter()
        .copied()
        .chain(["apt-get", "-qq"])
        .chain(arguments.iter().copied())
        .collect();
    let Some((program, rest)) = words.split_first() else {
        return Ok(());
    };
    run(Command::new(program)
        .args(rest)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Where a program is, by PATH.
pub(crate) fn found(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}
