//! The size budget: what a first visit loads, in bytes over the wire.

use anyhow::{Context, Result, bail};

use crate::site::{self, Kind, Site};

/// Brotli bytes of wasm, JavaScript and CSS together. A bare app with Automerge measured 330,000.
const BUDGET: u64 = 500_000;

/// Builds the app as shipped and holds its first load against the budget.
pub(crate) fn check() -> Result<()> {
    let site = site::build(Kind::Release)?;
    let sum = table(&site)?;
    if sum > BUDGET {
        bail!("the first load is {sum} bytes, over the budget of {BUDGET}");
    }
    Ok(())
}

/// Prints what a first visit loads; the sum counts wasm, JavaScript and CSS.
pub(crate) fn table(site: &Site) -> Result<u64> {
    let mut sum = 0;
    println!("    {:>9} {:>9} {:>9}", "raw", "gzip", "brotli");
    for path in &site.first_load {
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
    println!("    first load: {sum} bytes of wasm, js and css by brotli; budget {BUDGET}");
    Ok(sum)
}
