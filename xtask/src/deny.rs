//! `cargo deny`: licences, sources and bans always; advisories where their database can be reached.

use std::process::Command;

use anyhow::{Context, Result};

use crate::packages::found;
use crate::parts::tools;
use crate::shell::{cargo, root, run};

/// Checks the dependencies against `deny.toml`; installs cargo-deny into the target folder where it is missing.
pub(crate) fn check() -> Result<()> {
    let program = match found("cargo-deny") {
        Some(program) => program,
        None => {
            let folder = tools()?;
            let program = folder.join("bin/cargo-deny");
            if !program.is_file() {
                println!(
                    "    cargo-deny is not there; building it into {}",
                    folder.display()
                );
                // not optimised: it checks a few hundred packages, and builds in a third of the time
                run(cargo()
                    .args([
                        "install",
                        "--locked",
                        "--debug",
                        "--quiet",
                        "cargo-deny",
                        "--root",
                    ])
                    .arg(&folder)
                    .env("CARGO_TARGET_DIR", folder.join("build")))
                .context("cargo-deny could not be installed: cargo install --locked cargo-deny")?;
                let _ = std::fs::remove_dir_all(folder.join("build"));
            }
            program
        }
    };
    let deny = |what: &[&str]| {
        let mut command = Command::new(&program);
        command
            .current_dir(root())
            .args(["--workspace", "check", "--hide-inclusion-graph"]);
        command.args(what);
        command
    };
    run(&mut deny(&["licenses", "bans", "sources"]))?;
    let fetch = Command::new(&program)
        .current_dir(root())
        .args(["fetch", "db"])
        .output()?;
    if fetch.status.success() {
        run(&mut deny(&["advisories"]))
    } else {
        println!("    advisories NOT checked: their database cannot be reached from here");
        Ok(())
    }
}
