//! Finds the real material that tests run against; it lies beside the repository, not in it. Included by `#[path]`.

use std::io::Read;
use std::path::PathBuf;

/// The folder with the material, whether or not it is there.
pub(crate) fn folder() -> PathBuf {
    // every crate that includes this file lies two folders below the workspace
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data")
}

/// A file of the material, unpacked where only `NAME.gz` is there. `None`, with a printed line, where it is absent.
#[allow(clippy::print_stdout, clippy::disallowed_methods)]
pub(crate) fn read(name: &str) -> Option<Vec<u8>> {
    let path = folder().join(name);
    if let Ok(bytes) = std::fs::read(&path) {
        return Some(bytes);
    }
    let packed = std::fs::read(folder().join(format!("{name}.gz"))).ok();
    let unpacked = packed.and_then(|packed| {
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice())
            .read_to_end(&mut bytes)
            .ok()?;
        Some(bytes)
    });
    if unpacked.is_none() {
        println!("skipped: no test data at {}", path.display());
    }
    unpacked
}
