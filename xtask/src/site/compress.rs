//! Ready-made `.br` and `.gz` copies, kept by content hash: what did not change is not compressed again.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use super::assets::hash;

/// How hard to try.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effort {
    /// Takes a moment.
    Some,
    /// A tenth smaller, and takes seconds for each part of the app.
    Most,
}

/// Below this many bytes a compressed copy is not worth a file.
const SMALLEST: usize = 256;

/// The compressed copies of all files that gain by it: path with `.br` or `.gz`, content.
pub(crate) fn siblings(
    files: &BTreeMap<String, Vec<u8>>,
    cache: &Path,
    effort: Effort,
) -> Result<Vec<(String, Vec<u8>)>> {
    std::fs::create_dir_all(cache)?;
    let wanted: Vec<(&String, &Vec<u8>)> = files
        .iter()
        .filter(|(path, bytes)| bytes.len() >= SMALLEST && !path.ends_with(".png"))
        .collect();
    // the largest first, each on its own thread
    std::thread::scope(|scope| {
        let work: Vec<_> = wanted
            .iter()
            .flat_map(|(path, bytes)| [("br", *path, *bytes), ("gz", *path, *bytes)])
            .map(|(kind, path, bytes)| {
                let run = move || -> Result<(String, Vec<u8>)> {
                    Ok((format!("{path}.{kind}"), kept(cache, kind, bytes, effort)?))
                };
                (bytes.len(), scope.spawn(run))
            })
            .collect();
        let mut made = Vec::new();
        for (size, thread) in work {
            let (path, bytes) = thread
                .join()
                .map_err(|_| anyhow::anyhow!("compression panicked"))??;
            if bytes.len() < size {
                made.push((path, bytes));
            }
        }
        Ok(made)
    })
}

fn kept(cache: &Path, kind: &str, bytes: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let name = format!("{}.{kind}.{effort:?}", hash(bytes, 32));
    let place = cache.join(&name);
    if let Ok(old) = std::fs::read(&place) {
        return Ok(old);
    }
    let made = match kind {
        "br" => brotli(bytes, effort)?,
        _ => gzip(bytes, effort)?,
    };
    // first beside, then renamed: an interrupted build leaves no half file under a good name
    let half = cache.join(format!("{name}.half"));
    std::fs::write(&half, &made)?;
    std::fs::rename(&half, &place)?;
    Ok(made)
}

/// Brotli, with a window for the whole module.
fn brotli(bytes: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: match effort {
            Effort::Some => 7,
            Effort::Most => 11,
        },
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters).context("brotli")?;
    Ok(out)
}

fn gzip(bytes: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let level = match effort {
        Effort::Some => flate2::Compression::default(),
        Effort::Most => flate2::Compression::best(),
    };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
