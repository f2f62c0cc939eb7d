//! A real Chromium and its driver, for the tests in a browser.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::shell::run;

const PACKAGES: [&str; 4] = [
    "chromium",
    "chromium-driver",
    "fonts-noto-cjk",
    // certutil: lets a browser trust the authority of `plumbline tls init`
    "libnss3-tools",
];

/// Makes sure that Chromium and chromedriver are there; installs them through apt where that is possible.
pub(crate) fn ensure() -> Result<()> {
    if ready() {
        return Ok(());
    }
    println!("    Chromium, chromedriver or certutil are not there; trying apt-get");
    if found("apt-get").is_some() {
        let prefix: &[&str] = if is_root() {
            &[]
        } else {
            &["sudo", "--non-interactive"]
        };
        // a failure is told below, with what to type
        let _ = apt(prefix, &["update"]);
        let mut install = vec!["install", "--yes", "--no-install-recommends"];
        install.extend(PACKAGES);
        let _ = apt(prefix, &install);
    }
    if ready() {
        return Ok(());
    }
    bail!(
        "the browser tests need Chromium, chromedriver and certutil. Please run:\n\n    sudo apt-get update && sudo apt-get install --yes {}\n",
        PACKAGES.join(" ")
    )
}

fn ready() -> bool {
    found("chromedriver").is_some()
        && found("certutil").is_some()
        && ["chromium", "chromium-browser", "google-chrome"]
            .iter()
            .any(|name| found(name).is_some())
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
