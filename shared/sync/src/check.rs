//! What is looked at in a change before anything trusts it, Automerge included.
//!
//! A change of a hundred bytes can claim millions of operations, because its columns are run-length encoded: reading it
//! would cost minutes and gigabytes. So the bytes are bounded, inflated with a limit, and the runs of every column are
//! counted from their headers, all without expanding anything. Only then its operations are read.

mod ops;

use std::io::Read;

use base::ChangeHash;
use sha2::{Digest, Sha256};

pub use self::ops::{Action, Key, OpId, Operation, Operations};
use crate::wire::Refusal;

/// The largest change as it travels, in bytes.
pub const MAX_CHANGE: usize = 256 * 1024;
/// The largest change once inflated, in bytes.
pub const MAX_INFLATED: usize = 4 * 1024 * 1024;
/// The most operations in one change.
pub const MAX_OPS: u64 = 10_000;
/// The most changes that one change may follow directly.
pub const MAX_DEPS: u64 = 1_000;
/// The most predecessors that all operations of a change may name together.
const MAX_PREDS: u64 = 10 * MAX_OPS;
/// The longest actor id, in bytes (ours have 16).
const MAX_ACTOR: u64 = 64;

/// What the header of a change says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its content address, computed from the bytes.
    pub hash: ChangeHash,
    /// The actor that made it.
    pub actor: Vec<u8>,
    /// Its number among the actor's changes, from 1.
    pub seq: u64,
    /// The number of its first operation.
    pub start_op: u64,
    /// The changes it follows directly.
    pub deps: Vec<ChangeHash>,
}

/// A sound change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What its header says.
    pub header: Header,
    /// How many operations it holds.
    pub ops: u64,
    /// What they name.
    pub operations: Operations,
}

/// Reads only the header (checksum verified), from bytes that somebody checked before.
pub fn header(bytes: &[u8]) -> Option<Header> {
    with_body(bytes, |body, hash| read_header(&mut Reader(body), hash))
}

/// The content address of bytes: SHA-256, as hexadecimal digits.
pub fn address(bytes: &[u8]) -> String {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash by which whoever made these bytes knows them, as far as it can be told within the limits: that of the
/// chunk they claim to be, else that of the bytes.
pub(crate) fn claimed_hash(bytes: &[u8]) -> ChangeHash {
    with_body(bytes, |_, hash| Some(hash))
        .unwrap_or_else(|| ChangeHash::from_bytes(Sha256::digest(bytes).into()))
}

/// Reads a change's header from untrusted bytes, in bounded time and memory.
///
/// # Errors
/// [`Refusal::Malformed`] where the bytes are no single change within the limits.
pub fn check_change(bytes: &[u8]) -> Result<Checked, Refusal> {
    if bytes.len() > MAX_CHANGE {
        return Err(Refusal::Malformed);
    }
    let checked = with_body(bytes, check_body).ok_or(Refusal::Malformed)?;
    // within the limits: now Automerge's own reader may look at every operation
    match automerge::Change::from_bytes(bytes.to_vec()) {
        Ok(change) if change.hash().0 == *checked.header.hash.as_bytes() => Ok(checked),
        _ => Err(Refusal::Malformed),
    }
}

/// Reads a change that was checked before (it is in a log): the limits still hold, Automerge's reader is left out.
pub(crate) fn read_change(bytes: &[u8]) -> Option<Checked> {
    with_body(bytes, check_body)
}

fn with_body<T>(bytes: &[u8], read: impl FnOnce(&[u8], ChangeHash) -> Option<T>) -> Option<T> {
    let rest = bytes.strip_prefix(&[0x85, 0x6f, 0x4a, 0x83])?;
    let (checksum, rest) = rest.split_at_checked(4)?;
    let (kind, rest) = rest.split_first()?;
    let mut reader = Reader(rest);
    let length = reader.unsigned()?;
    if length != reader.0.len() as u64 {
        return None; // several chunks in one, or a cut one
    }
    let inflated;
    let body = match kind {
        1 => reader.0,
        2 => {
            inflated = inflate(reader.0)?;
            &inflated
        }
        _ => return None, // whole documents are never taken from devices
    };
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(unsigned(body.len() as u64));
    hash.update(body);
    let hash: [u8; 32] = hash.finalize().into();
    if hash.get(..4)? != checksum {
        return None;
    }
    read(body, ChangeHash::from_bytes(hash))
}

fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    flate2::read::DeflateDecoder::new(bytes)
        .take(MAX_INFLATED as u64 + 1)
        .read_to_end(&mut out)
        .ok()?;
    (out.len() <= MAX_INFLATED).then_some(out)
}

fn read_header(r: &mut Reader<'_>, hash: ChangeHash) -> Option<Header> {
    let count = r.unsigned().filter(|n| *n <= MAX_DEPS)?;
    let deps = (0..count)
        .map(|_| r.take(32)?.try_into().ok().map(ChangeHash::from_bytes))
        .collect::<Option<Vec<_>>>()?;
    let actor = r.prefixed(MAX_ACTOR)?.to_vec();
    let seq = r.unsigned().filter(|n| *n > 0)?;
    let start_op = r
        .unsigned()
        .filter(|n| *n > 0 && *n < u64::from(u32::MAX) - MAX_OPS)?;
    Some(Header {
        hash,
        actor,
        seq,
        start_op,
        deps,
    })
}

fn check_body(bytes: &[u8], hash: ChangeHash) -> Option<Checked> {
    let mut r = Reader(bytes);
    let header = read_header(&mut r, hash)?;
    r.signed()?; // the device's clock
    r.prefixed(bytes.len() as u64)?; // message
    let actors = r.unsigned().filter(|n| *n <= MAX_OPS)?;
    let mut known = vec![header.actor.clone()];
    for _ in 0..actors {
        known.push(r.prefixed(MAX_ACTOR)?.to_vec());
    }
    let columns = r.unsigned().filter(|n| *n <= 64)?;
    let columns = (0..columns)
        .map(|_| Some((r.unsigned()?, r.unsigned()?)))
        .collect::<Option<Vec<_>>>()?;
    let mut ops = 0;
    let mut datas = Vec::with_capacity(columns.len());
    for (spec, length) in columns {
        let data = r.take(length)?;
        datas.push((spec, data));
        let (id, kind) = (spec >> 4, spec & 7);
        if spec & 8 != 0 {
            return None; // compressed columns are for documents only
        }
        let count = match kind {
            0 => {
                // a group's counts: how many entries its other columns have
                let (count, sum) = group(data)?;
                if sum > MAX_PREDS {
                    return None;
                }
                count
            }
            4 => booleans(data)?,
            7 => 0, // raw bytes of values: as long as they are
            _ => runs(data, kind)?,
        };
        let grouped = id == 7 && kind != 0;
        if count > if grouped { MAX_PREDS } else { MAX_OPS } {
            return None;
        }
        if !grouped {
            ops = ops.max(count);
        }
    }
    let operations = ops::read(&datas, known, ops)?;
    Some(Checked {
        header,
        ops,
        operations,
    })
}

/// How many values a run-length encoded column holds.
fn runs(data: &[u8], kind: u64) -> Option<u64> {
    let mut r = Reader(data);
    let mut total: u64 = 0;
    while !r.0.is_empty() {
        let n = match r.signed()? {
            0 => r.unsigned()?,
            n @ 1.. => {
                r.value(kind)?;
                n.unsigned_abs()
            }
            n => {
                let n = n.unsigned_abs();
                if n > MAX_PREDS {
                    return None;
                }
                for _ in 0..n {
                    r.value(kind)?;
                }
                n
            }
        };
        total = total.saturating_add(n);
    }
    Some(total)
}

/// How many counts a group column holds, and their sum.
fn group(data: &[u8]) -> Option<(u64, u64)> {
    let mut r = Reader(data);
    let (mut total, mut sum): (u64, u64) = (0, 0);
    while !r.0.is_empty() {
        let n = match r.signed()? {
            0 => r.unsigned()?,
            n @ 1.. => {
                let n = n.unsigned_abs();
                sum = sum.saturating_add(n.saturating_mul(r.unsigned()?));
                n
            }
            n => {
                let n = n.unsigned_abs();
                if n > MAX_OPS {
                    return None;
                }
                for _ in 0..n {
                    sum = sum.saturating_add(r.unsigned()?);
                }
                n
            }
        };
        total = total.saturating_add(n);
    }
    Some((total, sum))
}

/// How many values a column of alternating runs of false and true holds.
fn booleans(data: &[u8]) -> Option<u64> {
    let mut r = Reader(data);
    let mut total: u64 = 0;
    while !r.0.is_empty() {
        total = total.saturating_add(r.unsigned()?);
    }
    Some(total)
}

fn unsigned(mut n: u64) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let byte = (n & 0x7f) as u8;
        n >>= 7;
        if n == 0 {
            out.push(byte);
            return out;
        }
        out.push(byte | 0x80);
    }
}

/// Reads numbers and bytes of untrusted input; `None` is damage.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn take(&mut self, n: u64) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(usize::try_from(n).ok()?)?;
        self.0 = rest;
        Some(head)
    }

    pub(crate) fn prefixed(&mut self, limit: u64) -> Option<&'a [u8]> {
        let n = self.unsigned().filter(|n| *n <= limit)?;
        self.take(n)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// LEB128, at most ten bytes.
    pub(crate) fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return None;
            }
            value |= bits.checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let mut value = 0i64;
        for shift in (0..70u32).step_by(7) {
            let byte = self.byte()?;
            value |= i64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                if shift < 57 && byte & 0x40 != 0 {
                    value |= -1i64 << (shift + 7);
                }
                return Some(value);
            }
        }
        None
    }

    fn value(&mut self, kind: u64) -> Option<()> {
        match kind {
            3 => self.signed().map(drop),
            5 => self.prefixed(MAX_INFLATED as u64).map(drop),
            _ => self.unsigned().map(drop),
        }
    }
}

#[cfg(test)]
mod tests;
