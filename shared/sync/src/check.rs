//! What is looked at in a change before anything trusts it, Automerge included.
//!
//! Its bytes are bounded first ([`doc::bounds`]), all without expanding anything. Only then its operations are read.

mod ops;

use automerge::Change;
use base::ChangeHash;
use doc::bounds::{self, Head, Reader, Unsound};
use sha2::{Digest, Sha256};

pub use self::ops::{Action, Key, OpId, Operation, Operations};
use crate::wire::Refusal;

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
    let (body, hash) = verified(bytes).ok()?;
    Some(read_header(bounds::head(&mut Reader(&body)).ok()?, hash))
}

/// The content address of bytes: SHA-256, as hexadecimal digits.
pub fn address(bytes: &[u8]) -> String {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash by which whoever made these bytes knows them, as far as it can be told within the limits: that of the
/// chunk they claim to be, else that of the bytes.
pub(crate) fn claimed_hash(bytes: &[u8]) -> ChangeHash {
    verified(bytes).map_or_else(
        |_| ChangeHash::from_bytes(Sha256::digest(bytes).into()),
        |(_, hash)| hash,
    )
}

/// Reads a change's header from untrusted bytes, in bounded time and memory.
///
/// # Errors
/// [`Refusal::Malformed`] where the bytes are no single change, [`Refusal::TooLarge`] where they are beyond a limit.
pub fn check_change(bytes: &[u8]) -> Result<Checked, Refusal> {
    both_read(bytes).map(|(checked, _)| checked)
}

/// As [`check_change`], for what a server is to keep: a document holds no changes, it makes them anew when they are
/// asked for. One that comes out with other bytes than it went in would make every later save of the document
/// unreadable.
///
/// # Errors
/// As [`check_change`].
pub fn check_offered(bytes: &[u8]) -> Result<Checked, Refusal> {
    let (checked, change) = both_read(bytes)?;
    let again = Change::from(change.decode());
    if again.hash() == change.hash() {
        Ok(checked)
    } else {
        Err(Refusal::Malformed)
    }
}

fn both_read(bytes: &[u8]) -> Result<(Checked, Change), Refusal> {
    let checked = read_change(bytes)?;
    // within the limits: now Automerge's own reader may look at every operation
    match Change::from_bytes(bytes.to_vec()) {
        Ok(change) if change.hash().0 == *checked.header.hash.as_bytes() => Ok((checked, change)),
        _ => Err(Refusal::Malformed),
    }
}

/// As [`check_change`], Automerge's reader left out: for a change that was checked before (it is in a log).
///
/// # Errors
/// As [`check_change`].
pub fn read_change(bytes: &[u8]) -> Result<Checked, Refusal> {
    let (body, hash) = verified(bytes)?;
    let mut reader = Reader(&body);
    let head = bounds::head(&mut reader)?;
    let header = read_header(head, hash);
    let (others, columns, weight) = bounds::rest(&mut reader)?;
    let weight = weight.with(&head, body.len());
    let mut actors = vec![header.actor.clone()];
    actors.extend(others.into_iter().map(<[u8]>::to_vec));
    let operations = ops::read(&columns, actors, weight).ok_or(Refusal::Malformed)?;
    Ok(Checked {
        header,
        ops: weight.ops,
        operations,
    })
}

impl From<Unsound> for Refusal {
    fn from(why: Unsound) -> Self {
        match why {
            Unsound::Damaged => Self::Malformed,
            Unsound::TooLarge => Self::TooLarge,
        }
    }
}

/// The body of a change whose checksum is right, and its hash.
fn verified(bytes: &[u8]) -> Result<(std::borrow::Cow<'_, [u8]>, ChangeHash), Unsound> {
    let (checksum, body) = bounds::change_body(bytes)?;
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(unsigned(body.len() as u64));
    hash.update(&body);
    let hash: [u8; 32] = hash.finalize().into();
    if hash.get(..4) != Some(checksum) {
        return Err(Unsound::Damaged);
    }
    Ok((body, ChangeHash::from_bytes(hash)))
}

fn read_header(head: Head<'_>, hash: ChangeHash) -> Header {
    let (deps, _) = head.deps.as_chunks::<32>();
    Header {
        hash,
        actor: head.actor.to_vec(),
        seq: head.seq,
        start_op: head.start_op,
        deps: deps.iter().copied().map(ChangeHash::from_bytes).collect(),
    }
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

#[cfg(test)]
mod tests;
