//! Makes the module of texts from `locales/{en,zh-CN}/NAMESPACE.json`: a text that is missing, or that misses a
//! variable, does not compile.

use std::error::Error;
use std::path::PathBuf;

use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
use leptos_i18n_parser::parse_locales::parse_locales;

/// One file per part of the app, so that parts do not collide.
const NAMESPACES: [&str; 18] = [
    "common",
    "earned",
    "fields",
    "forms",
    "exchange",
    "history",
    "lens",
    "notices",
    "organisation",
    "plan",
    "regulations",
    "registers",
    "remarks",
    "resources",
    "reviews",
    "shapes",
    "shell",
    "sign",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").as_deref() == Ok("wasm") {
        // xtask cuts the module into parts, which needs to know who refers to whom
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let config = Config::new("en")?
        .add_locale("zh-CN")?
        .add_namespaces(NAMESPACES)?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let parsed = parse_locales(None, config)?;
    for warning in parsed.diag.warnings().iter() {
        println!("cargo::warning={warning}");
    }
    let errors = parsed
        .diag
        .errors()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    if !errors.is_empty() {
        return Err(errors.join("\n").into());
    }
    let attributes =
        "#![allow(missing_docs, unreachable_pub, clippy::all, clippy::expect_used)]".parse()?;
    let code = leptos_i18n_codegen::gen_code(&parsed, None, false, Some(&attributes), false)?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("texts.rs");
    std::fs::write(out, code.to_string())?;
    Ok(())
}
