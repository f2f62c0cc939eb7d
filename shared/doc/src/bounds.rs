//! What bytes may cost, found out before Automerge sees them.
//!
//! A change of a hundred bytes, or a document of two hundred, can claim millions of operations, because the columns are
//! run-length encoded and may be deflated: reading it would cost minutes and gigabytes. So the bytes are bounded,
//! inflated with a limit, and the runs of every column are counted from their headers, all without expanding anything.
//! <https://automerge.org/automerge-binary-format-spec/>

mod columns;
mod document;
mod reader;
mod weight;

use std::borrow::Cow;
use std::io::Read;

pub use self::columns::Columns;
pub use self::document::{document, heads};
pub use self::reader::Reader;
pub use self::weight::{MAX_DOCUMENT, Weight};

/// The largest change as it travels, in bytes: ours have 150 bytes, and at most 100 KB each.
pub const MAX_CHANGE: usize = 256 * 1024;
/// The largest change once inflated, in bytes.
pub const MAX_INFLATED: usize = 4 * 1024 * 1024;
/// The most operations in one change: ours have at most 5,000, and what comes after that is another change.
pub const MAX_OPS: u64 = 10_000;
/// The most changes that one change may follow directly.
pub const MAX_DEPS: u64 = 1_000;
/// The most predecessors that all operations of a change may name together.
pub const MAX_PREDS: u64 = 10 * MAX_OPS;
/// The most bytes that all keys of a change's operations may have together: one key can be repeated at no cost.
pub const MAX_KEYS: u64 = 1024 * 1024;
/// The longest actor id, in bytes (ours have 16).
pub const MAX_ACTOR: u64 = 64;

/// What deflated bytes may take up in any case; prose and columns rarely reach a tenth of [`RATIO`].
const INFLATED_FLOOR: usize = 384 * 1024;
/// How much longer than the bytes that came deflated bytes may be, beyond [`INFLATED_FLOOR`].
const RATIO: usize = 64;

/// Why bytes are not given to Automerge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// Not of the expected form: cut, damaged, or something else.
    #[error("the bytes are damaged, or of another form")]
    Damaged,
    /// Of the right form as far as was looked, and beyond a limit.
    #[error("it is larger than what is taken, by its bytes or by what they claim to hold")]
    TooLarge,
}

/// One chunk: `(checksum, kind, content)`, and what follows it.
type Chunk<'a> = (&'a [u8], u8, &'a [u8]);

/// The first chunk of some bytes, and the rest of them.
pub(crate) fn chunk(bytes: &[u8]) -> Option<(Chunk<'_>, &[u8])> {
    let rest = bytes.strip_prefix(&[0x85, 0x6f, 0x4a, 0x83])?;
    let (checksum, rest) = rest.split_at_checked(4)?;
    let (kind, rest) = rest.split_first()?;
    let mut reader = Reader(rest);
    let length = reader.unsigned()?;
    let content = reader.take(length)?;
    Some(((checksum, *kind, content), reader.0))
}

/// The checksum of a single change, and its body, inflated within the limits.
///
/// # Errors
/// Where the bytes are no single change, or one beyond the limits. Nothing that costs more was done.
pub fn change_body(bytes: &[u8]) -> Result<(&[u8], Cow<'_, [u8]>), Unsound> {
    if bytes.len() > MAX_CHANGE {
        return Err(Unsound::TooLarge);
    }
    let ((checksum, kind, content), rest) = chunk(bytes).ok_or(Unsound::Damaged)?;
    if !rest.is_empty() {
        return Err(Unsound::Damaged); // several chunks in one
    }
    let body = match kind {
        1 => Cow::Borrowed(content),
        2 => Cow::Owned(inflate(content)?),
        _ => return Err(Unsound::Damaged), // a whole document is no change
    };
    Ok((checksum, body))
}

/// Inflates no more than deflating gains in honest data: how much comes out is found out first, holding nothing.
fn inflate(bytes: &[u8]) -> Result<Vec<u8>, Unsound> {
    let limit = bytes.len().saturating_mul(RATIO);
    let limit = limit.clamp(INFLATED_FLOOR, MAX_INFLATED) as u64;
    let mut counting = reader::Inflating::new(bytes);
    counting.run_out(limit);
    if counting.total > limit {
        return Err(Unsound::TooLarge);
    }
    let mut out = Vec::with_capacity(counting.total as usize);
    let mut from = flate2::read::DeflateDecoder::new(bytes).take(limit);
    match (counting.broken, from.read_to_end(&mut out)) {
        (false, Ok(_)) => Ok(out),
        _ => Err(Unsound::Damaged),
    }
}

/// The beginning of a change's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head<'a> {
    /// The hashes that it follows directly, 32 bytes each.
    pub deps: &'a [u8],
    /// Its actor.
    pub actor: &'a [u8],
    /// Its number among the actor's changes, from 1.
    pub seq: u64,
    /// The number of its first operation.
    pub start_op: u64,
}

/// Reads the beginning of a change's body.
///
/// # Errors
/// Where it is cut or beyond the limits.
pub fn head<'a>(r: &mut Reader<'a>) -> Result<Head<'a>, Unsound> {
    let count = r.unsigned().ok_or(Unsound::Damaged)?;
    if count > MAX_DEPS {
        return Err(Unsound::TooLarge);
    }
    let read = |r: &mut Reader<'a>| {
        Some(Head {
            deps: r.take(count * 32)?,
            actor: r.prefixed(MAX_ACTOR)?,
            seq: r.unsigned().filter(|n| *n > 0)?,
            start_op: r
                .unsigned()
                .filter(|n| *n > 0 && *n < u64::from(u32::MAX) - MAX_OPS)?,
        })
    };
    read(r).ok_or(Unsound::Damaged)
}

/// The rest of a change's body after its [`head`]: the other actors that it names, and its columns, counted.
///
/// # Errors
/// Where it is cut or beyond the limits.
pub fn rest<'a>(r: &mut Reader<'a>) -> Result<(Vec<&'a [u8]>, Columns<'a>, Weight), Unsound> {
    let damaged = Unsound::Damaged;
    r.signed().ok_or(damaged)?; // the device's clock
    r.prefixed(u64::MAX).ok_or(damaged)?; // message
    let count = r.unsigned().ok_or(damaged)?;
    if count > MAX_OPS {
        return Err(Unsound::TooLarge);
    }
    let mut actors = Vec::new();
    for _ in 0..count {
        actors.push(r.prefixed(MAX_ACTOR).ok_or(damaged)?);
    }
    let columns = columns::columns(r).ok_or(damaged)?;
    let weight = columns::weight(&columns)?;
    Ok((actors, columns, weight))
}

/// What one change weighs, where it stays within the limits. What it names, and whether its hash is right, is not looked
/// at.
///
/// # Errors
/// Where it does not.
pub fn change(bytes: &[u8]) -> Result<Weight, Unsound> {
    let (_, body) = change_body(bytes)?;
    let mut reader = Reader(&body);
    let head = head(&mut reader)?;
    let (_, _, weight) = rest(&mut reader)?;
    Ok(weight.with(&head, body.len()))
}
