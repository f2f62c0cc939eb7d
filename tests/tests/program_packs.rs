//! `plumbline pack`: the packs of the repository have nothing wrong, and damage is told with its place.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

fn packs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let entries = std::fs::read_dir(root.join("shared/packs")).unwrap();
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("pack.toml").exists())
        .collect();
    folders.sort();
    folders
}

fn plumbline(words: &[&str], folders: &[PathBuf]) -> Output {
    Command::new(tests::server::program())
        .args(words)
        .args(folders)
        .output()
        .unwrap()
}

/// A copy of a pack.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}

#[test]
fn every_pack_is_checked_by_the_program_and_has_nothing_wrong() {
    let folders = packs();
    assert!(folders.len() >= 5, "{folders:?}");
    let output = plumbline(&["pack", "check"], &folders);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches("nothing wrong").count(), folders.len());
}

#[test]
fn a_damaged_pack_is_refused_with_file_line_and_column_and_another_version_is_told() {
    let home = TempDir::new().unwrap();
    let from = packs().into_iter().next().unwrap();
    let damaged = home.path().join(from.file_name().unwrap());
    copy(&from, &damaged);
    let file = damaged.join("pack.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let line = text
        .lines()
        .position(|line| line.starts_with("version"))
        .unwrap()
        + 1;

    // another version, and what it differs in
    let newer = text.replacen("version = \"", "version = \"9.", 1);
    std::fs::write(&file, &newer).unwrap();
    let output = plumbline(&["pack", "diff"], &[from, damaged.clone()]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("9."), "{said}");

    std::fs::write(&file, text.replacen("version", "verzion", 1)).unwrap();
    let output = plumbline(&["pack", "check"], std::slice::from_ref(&damaged));
    assert!(!output.status.success());
    let all = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&all);
    assert!(said.contains(&format!("pack.toml:{line}:1")), "{said}");
}
