//! Automerge's sync messages, read within limits before Automerge sees them: a Bloom filter of a few bytes can ask for
//! billions of steps, and whole documents can be bombs.
//!
//! <https://automerge.org/automerge/automerge/sync/index.html>; the layout is that of `automerge::sync::Message`.

use base::ChangeHash;
use doc::bounds::Reader;
use doc::peer::Heard;

/// The most heads, or wanted changes, in one message.
const MAX_HASHES: u64 = 10_000;
/// The most changes in one message.
const MAX_CHANGES: u64 = 10_000;
/// The most bits and probes a Bloom filter may spend on a change (Automerge's has 10 and 7).
const MAX_BLOOM: u64 = 64;

/// A message in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncMessage {
    /// All but the changes.
    pub heard: Heard,
    /// Changes, not looked at yet.
    pub changes: Vec<Vec<u8>>,
}

/// Why a message is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Not of the expected form, or beyond the limits.
    #[error("the sync message cannot be read")]
    Malformed,
    /// A whole document instead of changes.
    #[error("whole documents are not taken; send changes")]
    WholeDocument,
}

/// Reads a message.
pub fn read(bytes: &[u8]) -> Result<SyncMessage, NotTaken> {
    match bytes.first() {
        Some(0x42) => {}
        Some(0x43) => return Err(NotTaken::WholeDocument),
        _ => return Err(NotTaken::Malformed),
    }
    parts(bytes.get(1..).unwrap_or_default()).ok_or(NotTaken::Malformed)
}

fn parts(bytes: &[u8]) -> Option<SyncMessage> {
    let mut r = Reader(bytes);
    let heads = hashes(&mut r)?;
    let need = hashes(&mut r)?;
    let have = match r.unsigned()? {
        0 => None,
        1 => {
            let last_sync = hashes(&mut r)?;
            let bloom = r.prefixed(u64::MAX)?;
            check_bloom(bloom)?;
            Some((last_sync, bloom.to_vec()))
        }
        _ => return None, // Automerge sends one
    };
    let count = r.unsigned().filter(|n| *n <= MAX_CHANGES)?;
    let changes = (0..count)
        .map(|_| r.prefixed(u64::MAX).map(<[u8]>::to_vec))
        .collect::<Option<Vec<_>>>()?;
    let flags = if r.0.is_empty() {
        None
    } else {
        let flags = r.prefixed(16)?;
        let bits = flags.iter().filter(|byte| **byte & 0x80 != 0);
        Some(bits.fold(0, |all, byte| all | byte & 0x7f))
    };
    Some(SyncMessage {
        heard: Heard {
            heads,
            need,
            have,
            flags,
        },
        changes,
    })
}

fn hashes(r: &mut Reader<'_>) -> Option<Vec<ChangeHash>> {
    let count = r.unsigned().filter(|n| *n <= MAX_HASHES)?;
    (0..count)
        .map(|_| r.take(32)?.try_into().ok().map(ChangeHash::from_bytes))
        .collect()
}

/// Entries, bits per entry and probes must fit the bytes: Automerge divides by their number and loops over the probes.
fn check_bloom(bytes: &[u8]) -> Option<()> {
    if bytes.is_empty() {
        return Some(());
    }
    let mut r = Reader(bytes);
    let entries = r.unsigned().filter(|n| *n <= u64::from(u32::MAX))?;
    let bits = r.unsigned().filter(|n| (1..=MAX_BLOOM).contains(n))?;
    r.unsigned().filter(|n| (1..=MAX_BLOOM).contains(n))?;
    let capacity = entries.checked_mul(bits)?.div_ceil(8);
    (entries > 0 && capacity == r.0.len() as u64).then_some(())
}
