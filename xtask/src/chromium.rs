//! A real Chromium and its driver, for the tests in a browser.

use anyhow::{Result, bail};

use crate::packages::{self, found};

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
    packages::install(&PACKAGES);
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
