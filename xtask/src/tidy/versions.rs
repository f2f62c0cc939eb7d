//! Dependencies: a reason for each, and versions that must agree.

use super::{Findings, Source};

pub(super) fn check(sources: &[Source], found: &mut Findings) {
    let text = |path: &str| {
        sources
            .iter()
            .find(|source| source.path == path)
            .map_or("", |source| source.text.as_str())
    };
    reasons(text("Cargo.toml"), found);
    bindgen(text("Cargo.lock"), found);
}

/// Each dependency of the workspace tells in half a line why it is there.
fn reasons(manifest: &str, found: &mut Findings) {
    let table = manifest
        .split("[workspace.dependencies]")
        .nth(1)
        .and_then(|rest| rest.split("\n[").next())
        .unwrap_or("");
    for line in table.lines() {
        let line = line.trim();
        let Some((name, rest)) = line.split_once('=') else {
            continue;
        };
        if line.starts_with('#') || rest.contains("path =") {
            continue;
        }
        let reason = rest
            .rsplit_once(" #")
            .map_or("", |(_, reason)| reason.trim());
        if reason.len() < 4 {
            found.error(format!(
                "Cargo.toml: {} has no reason beside it",
                name.trim()
            ));
        }
    }
}

/// wasm-bindgen and the library that finishes its work must be of one version.
fn bindgen(lock: &str, found: &mut Findings) {
    let version = |name: &str| {
        let entry = lock
            .split(&format!("name = \"{name}\"\nversion = \""))
            .nth(1)?;
        entry.split('"').next()
    };
    let (library, tool) = (version("wasm-bindgen"), version("wasm-bindgen-cli-support"));
    if library.is_none() || library != tool {
        found.error(format!(
            "Cargo.lock: wasm-bindgen {library:?} and wasm-bindgen-cli-support {tool:?} must be equal"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_without_a_reason_is_an_error() {
        let mut found = Findings::default();
        reasons(
            "[workspace.dependencies]\na = \"1\" # the reason for a\nb = \"2\"\n\n[profile.dev]\nx = 1\n",
            &mut found,
        );
        assert_eq!(found.errors, ["Cargo.toml: b has no reason beside it"]);
    }

    #[test]
    fn different_versions_of_bindgen_are_an_error() {
        let lock = |tool: &str| {
            format!(
                "name = \"wasm-bindgen\"\nversion = \"0.2.1\"\n\nname = \"wasm-bindgen-cli-support\"\nversion = \"{tool}\"\n"
            )
        };
        for (tool, errors) in [("0.2.1", 0), ("0.2.2", 1)] {
            let mut found = Findings::default();
            bindgen(&lock(tool), &mut found);
            assert_eq!(found.errors.len(), errors);
        }
    }
}
