//! PostgreSQL, for the tests of many nodes: they start a cluster of their own.

use std::path::Path;

use anyhow::{Result, bail};

use crate::packages::{self, found};

/// Makes sure that PostgreSQL's programs are there; installs them through apt where that is possible.
pub(crate) fn ensure() -> Result<()> {
    if ready() {
        return Ok(());
    }
    println!("    PostgreSQL is not there; trying apt-get");
    packages::install(&["postgresql"]);
    if ready() {
        return Ok(());
    }
    bail!(
        "the tests of many nodes need PostgreSQL. Please run:\n\n    sudo apt-get update && sudo apt-get install --yes postgresql\n"
    )
}

fn ready() -> bool {
    // Debian keeps the server's programs off the PATH
    let versioned = || {
        std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
    };
    let has = |folder: &Path| folder.join("bin/initdb").is_file();
    found("initdb").is_some() || versioned().flatten().any(|version| has(&version.path()))
}
