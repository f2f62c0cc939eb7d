//! What the fuzz targets found worth keeping, replayed: see `tests/fuzz`.

use std::path::Path;

#[path = "../fuzz/checks.rs"]
mod checks;

fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
    assert!(!files.is_empty());
    for file in files {
        check(&std::fs::read(file.unwrap().path()).unwrap());
    }
}

#[test]
fn frames_that_a_fuzzer_made_do_no_harm() {
    replay("wire", checks::wire);
}

#[test]
fn changes_that_a_fuzzer_made_are_refused_or_apply_and_load_again() {
    replay("chunk", checks::change);
}

#[test]
fn documents_that_a_fuzzer_made_are_an_error_at_most() {
    replay("document", checks::document);
}

#[test]
fn files_that_a_fuzzer_made_are_an_error_at_most() {
    replay("mspdi", checks::mspdi);
}

#[test]
fn credentials_that_a_fuzzer_made_are_an_error_at_most() {
    replay("credentials", checks::credentials);
}

#[test]
fn packs_that_a_fuzzer_made_are_told_what_is_wrong_at_most() {
    replay("pack", checks::pack);
}
