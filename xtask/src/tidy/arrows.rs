//! Who may use whom: between crates from Cargo itself, inside crates by reading the sources.

use anyhow::{Context, Result};

use super::{Findings, Source};
use crate::shell::root;

/// Our crates, and which of our crates each may use.
const CRATES: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("domain", &["base"]),
    ("pack", &["base", "domain"]),
    ("ledger", &["base", "domain", "pack"]),
    ("doc", &["base", "domain", "pack"]),
    ("sync", &["base", "domain", "doc"]),
    ("api", &["base", "domain", "pack", "ledger"]),
    ("exchange", &["base", "domain"]),
    (
        "shared",
        &[
            "base", "domain", "pack", "ledger", "doc", "sync", "api", "exchange",
        ],
    ),
    ("app", &["shared"]),
    ("worker", &["shared"]),
    ("server", &["shared"]),
    ("tests", &["shared", "server"]),
    ("xtask", &[]),
];

/// Crates of others that only some of ours may depend on; tests may use them too.
const KEPT: &[(&str, &[&str])] = &[
    ("automerge", &["doc", "sync"]),
    ("axum", &["server"]),
    ("axum-extra", &["server"]),
    ("sqlx", &["server"]),
    ("toml", &["pack"]),
    ("web-sys", &["app"]),
    ("js-sys", &["app"]),
    ("leptos", &["app"]),
];

/// Names in paths (`name::...`) and the places that may write them.
const WORDS: &[(&str, &[&str])] = &[
    ("automerge", &["shared/doc/", "shared/sync/", "tests/"]),
    (
        "axum",
        &[
            "server/src/http/",
            "server/src/http.rs",
            "server/src/sync/",
            "tests/",
        ],
    ),
    (
        "axum_extra",
        &["server/src/http/", "server/src/http.rs", "server/src/sync/"],
    ),
    (
        "sqlx",
        &[
            "server/src/store/",
            "tests/tests/store/",
            // damages rows, to see them mended
            "tests/tests/sync/repair.rs",
            "tests/tests/program_hostile.rs",
            "tests/tests/program_ledger.rs",
            "tests/tests/browser_heads.rs",
        ],
    ),
    ("web_sys", &["app/src/platform/", "app/src/ui/"]),
    ("js_sys", &["app/src/platform/", "app/src/ui/"]),
];

/// The arrows between crates, as Cargo sees them.
pub(super) fn crates(found: &mut Findings) -> Result<()> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .context("cargo metadata")?;
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some((_, allowed)) = CRATES.iter().find(|(known, _)| *known == name) else {
            found.error(format!(
                "crate {name} is new: tell its arrows in xtask/src/tidy/arrows.rs"
            ));
            continue;
        };
        for dependency in &package.dependencies {
            let other = dependency.name.as_str();
            let ours = CRATES.iter().any(|(known, _)| *known == other);
            if ours && !allowed.contains(&other) {
                found.error(format!("arrow {name} -> {other} is not allowed"));
            }
            let kept = KEPT.iter().find(|(crate_name, _)| *crate_name == other);
            if let Some((_, users)) = kept
                && name != "tests"
                && dependency.kind != cargo_metadata::DependencyKind::Development
                && !users.contains(&name)
            {
                found.error(format!("{name} may not use {other}; only {users:?} may"));
            }
        }
    }
    Ok(())
}

/// The arrows inside crates.
pub(super) fn sources(sources: &[Source], found: &mut Findings) {
    for source in sources {
        let path = source.path.as_str();
        if !path.ends_with(".rs") || path.starts_with("xtask/") {
            continue;
        }
        for (number, line) in source.text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for (word, places) in WORDS {
                if uses(code, word) && !places.iter().any(|place| path.starts_with(place)) {
                    found.error(format!(
                        "{path}:{}: {word} is only for {}",
                        number + 1,
                        places.join(", ")
                    ));
                }
            }
            if let Some(own) = feature_of(path)
                && let Some(other) = features_named(code).find(|other| *other != own)
            {
                found.error(format!(
                    "{path}:{}: feature {own} imports feature {other}",
                    number + 1
                ));
            }
        }
    }
}

/// Whether code writes `word::`, or `use word`, as a crate's name.
fn uses(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code.get(..at).unwrap_or("").chars().next_back();
        let after = code.get(at + word.len()..).unwrap_or("");
        let starts = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"');
        let module = before == Some(':') || before == Some('.');
        starts
            && !module
            && (after.starts_with("::") || after.starts_with(';') && code.contains("use "))
    })
}

fn feature_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("app/src/features/")?;
    let name = rest.split('/').next()?;
    let name = name.strip_suffix(".rs").unwrap_or(name);
    (name != "mod").then_some(name)
}

fn features_named(code: &str) -> impl Iterator<Item = &str> {
    code.split("features::").skip(1).filter_map(|rest| {
        rest.split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .filter(|name| !name.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(path: &str, text: &str) -> usize {
        let mut found = Findings::default();
        let source = Source {
            path: path.into(),
            text: text.into(),
        };
        sources(&[source], &mut found);
        found.errors.len()
    }

    #[test]
    fn sqlx_outside_the_store_is_an_error() {
        assert_eq!(errors("server/src/http/login.rs", "use sqlx::Row;"), 1);
        assert_eq!(errors("server/src/store/sqlite.rs", "use sqlx::Row;"), 0);
    }

    #[test]
    fn a_word_in_a_comment_or_inside_another_word_is_no_use() {
        assert_eq!(
            errors("server/src/main.rs", "// axum::Router is elsewhere"),
            0
        );
        assert_eq!(errors("server/src/main.rs", "use axum_server::Handle;"), 0);
    }

    #[test]
    fn a_feature_that_imports_another_is_an_error() {
        let code = "use crate::features::exchange::ImportDialog;";
        assert_eq!(errors("app/src/features/plan/mod.rs", code), 1);
        assert_eq!(errors("app/src/features/exchange/menu.rs", code), 0);
        assert_eq!(errors("app/src/app.rs", code), 0);
    }
}
