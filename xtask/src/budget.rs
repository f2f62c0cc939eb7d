//! The size budget: what a first visit loads, in bytes over the wire.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::site::{self, Kind, Site};

/// Brotli bytes of wasm, JavaScript and CSS until the sign-in stands; 174,040 measured.
const FIRST_LOAD: u64 = 183_000;

/// The same until the work behind the sign-in stands. The goal is 500,000 (a bare app with Automerge measured
/// 330,000); this is a ratchet, 5 % above the 1,042,344 measured: lower it with each gain, never raise it.
const WORK: u64 = 1_095_000;

/// Builds the app as shipped and holds its first load against the budget.
pub(crate) fn check() -> Result<()> {
    let site = site::build(Kind::Release)?;
    let (first, work) = table(&site)?;
    if first > FIRST_LOAD {
        bail!("the first load is {first} bytes, over the budget of {FIRST_LOAD}");
    }
    if work > WORK {
        bail!("the work needs {work} bytes, over the budget of {WORK}");
    }
    Ok(())
}

/// Prints what a first visit loads until the sign-in stands, and until the work stands; the sums count wasm,
/// JavaScript and CSS.
pub(crate) fn table(site: &Site) -> Result<(u64, u64)> {
    println!("    {:>9} {:>9} {:>9}", "raw", "gzip", "brotli");
    let first = files(&site.first_load)?;
    println!(
        "    until the sign-in stands: {first} bytes of wasm, js and css by brotli; budget {FIRST_LOAD}"
    );
    let work = first + files(&site.work)?;
    println!("    until the work stands: {work} bytes; budget {WORK}");
    Ok((first, work))
}

fn files(paths: &[PathBuf]) -> Result<u64> {
    let mut sum = 0;
    for path in paths {
        let size = |extension: &str| -> Result<u64> {
            let mut name = path.clone().into_os_string();
            name.push(extension);
            // a file too small to be worth it has no compressed copy
            let size = std::fs::metadata(&name).or_else(|_| std::fs::metadata(path));
            Ok(size.with_context(|| format!("{}", path.display()))?.len())
        };
        println!(
            "    {:>9} {:>9} {:>9} {}",
            size("")?,
            size(".gz")?,
            size(".br")?,
            path.file_name().unwrap_or_default().to_string_lossy()
        );
        let counts = path
            .extension()
            .is_some_and(|e| e == "wasm" || e == "js" || e == "css");
        if counts {
            sum += size(".br")?;
        }
    }
    Ok(sum)
}
