//! Says where the built app lies, to be embedded. Without one, an empty folder: the server then explains how to build it.

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-env-changed=PLUMBLINE_SITE");
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_DIR");
    println!("cargo::rerun-if-changed=migrations");
    let given = std::env::var_os("PLUMBLINE_SITE").map(PathBuf::from);
    let root = PathBuf::from(env("CARGO_MANIFEST_DIR")).join("..");
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |dir| root.join(dir));
    let site = given.unwrap_or_else(|| target.join("site"));
    let site = if site.join("index.html").is_file() {
        // it lists all files by their content. Not asked for where it is missing: Cargo would build each time
        println!("cargo::rerun-if-changed={}", site.join("sw.js").display());
        site.canonicalize()?
    } else {
        let empty = PathBuf::from(env("OUT_DIR")).join("no-site");
        std::fs::create_dir_all(&empty)?;
        empty
    };
    println!("cargo::rustc-env=PLUMBLINE_SITE_FOLDER={}", site.display());
    Ok(())
}

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}
