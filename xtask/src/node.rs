//! Node and npm, for the tests with clients of another make.

use anyhow::{Result, bail};

use crate::packages::{self, found};

/// Makes sure that they are there; installs them through apt where that is possible.
pub(crate) fn ensure() -> Result<()> {
    if ready() {
        return Ok(());
    }
    println!("    Node is not there; trying apt-get");
    packages::install(&["nodejs", "npm"]);
    if ready() {
        return Ok(());
    }
    bail!(
        "the tests with automerge-repo need Node. Please run:\n\n    sudo apt-get update && sudo apt-get install --yes nodejs npm\n"
    )
}

fn ready() -> bool {
    found("node").is_some() && found("npm").is_some()
}
