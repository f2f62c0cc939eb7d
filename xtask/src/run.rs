//! `cargo xtask run` and `dist`: the app and the server, one inside the other.

use std::path::PathBuf;

use anyhow::Result;

use crate::shell::{cargo, root, run, step, target_dir};
use crate::site::{self, Kind};

/// Builds everything as shipped, and prints where the program lies.
pub(crate) fn dist() -> Result<()> {
    site::build(Kind::Release)?;
    println!("{}", shipped()?.display());
    Ok(())
}

/// Builds the server as shipped.
pub(crate) fn shipped() -> Result<PathBuf> {
    step("server", || {
        run(cargo().args([
            "build",
            "--profile=dist",
            "--package=server",
            "--bin=plumbline",
        ]))
    })?;
    server_binary("dist")
}

/// Builds what changed and serves it until it is stopped.
pub(crate) fn start(demo: bool, more: &[String]) -> Result<()> {
    site::build(Kind::Run)?;
    step("server", || {
        // its build script takes the site from where it was just built
        run(cargo()
            // the app inside changes with every build: only what holds it is to be compiled again
            .env("CARGO_INCREMENTAL", "1")
            .args(["build", "--release", "--package=server", "--bin=plumbline"]))
    })?;
    let mut server = std::process::Command::new(server_binary("release")?);
    server.current_dir(root()).arg("serve");
    let given = |name: &str| {
        more.iter()
            .any(|argument| argument == name || argument.starts_with(&format!("{name}=")))
    };
    // in the repository, where .gitignore knows it; a person may say otherwise
    if !given("--data") {
        server.args(["--data", "data"]);
    }
    if !given("--listen") {
        server.args(["--listen", "127.0.0.1:8080"]);
    }
    if demo {
        server.arg("--demo");
    }
    server.args(more);
    println!("==> {}", crate::shell::line(&server));
    run(&mut server)
}

/// Where Cargo puts the server.
pub(crate) fn server_binary(profile: &str) -> Result<PathBuf> {
    let name = format!("plumbline{}", std::env::consts::EXE_SUFFIX);
    Ok(target_dir()?.join(profile).join(name))
}
