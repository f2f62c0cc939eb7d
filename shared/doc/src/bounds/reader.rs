//! Numbers and bytes of untrusted input.

use std::io::Read;

use flate2::read::DeflateDecoder;

/// Something to read numbers from; `None` is damage, or the end.
pub(super) trait Bytes {
    /// The next byte.
    fn byte(&mut self) -> Option<u8>;

    /// Passes over so many bytes.
    fn skip(&mut self, n: u64) -> Option<()>;

    /// Whether nothing is left.
    fn is_at_end(&mut self) -> bool;

    /// LEB128, at most ten bytes.
    fn number(&mut self) -> Option<u64> {
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

    /// Signed LEB128, at most ten bytes.
    fn signed_number(&mut self) -> Option<i64> {
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
}

/// Reads numbers and bytes of untrusted input; `None` is damage. It holds what is left.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next `n` bytes.
    pub fn take(&mut self, n: u64) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(usize::try_from(n).ok()?)?;
        self.0 = rest;
        Some(head)
    }

    /// Bytes after their number, which is at most `limit`.
    pub fn prefixed(&mut self, limit: u64) -> Option<&'a [u8]> {
        let n = self.number().filter(|n| *n <= limit)?;
        self.take(n)
    }

    /// LEB128, at most ten bytes.
    pub fn unsigned(&mut self) -> Option<u64> {
        self.number()
    }

    /// Signed LEB128, at most ten bytes.
    pub fn signed(&mut self) -> Option<i64> {
        self.signed_number()
    }
}

impl Bytes for Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn skip(&mut self, n: u64) -> Option<()> {
        self.take(n).map(drop)
    }

    fn is_at_end(&mut self) -> bool {
        self.0.is_empty()
    }
}

/// Deflated bytes, inflated piece by piece: nothing of it is held.
pub(super) struct Inflating<'a> {
    from: DeflateDecoder<&'a [u8]>,
    piece: Box<[u8]>,
    at: usize,
    end: usize,
    /// How many bytes came out.
    pub(super) total: u64,
    /// The bytes cannot be inflated.
    pub(super) broken: bool,
}

impl<'a> Inflating<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            from: DeflateDecoder::new(bytes),
            piece: vec![0; 16 * 1024].into_boxed_slice(),
            at: 0,
            end: 0,
            total: 0,
            broken: false,
        }
    }

    /// Whether there is another piece.
    fn more(&mut self) -> bool {
        if self.broken {
            return false;
        }
        match self.from.read(&mut self.piece) {
            Ok(n) => {
                (self.at, self.end) = (0, n);
                self.total += n as u64;
                n > 0
            }
            Err(_) => {
                self.broken = true;
                false
            }
        }
    }

    /// Inflates what is left, and forgets it, as long as there are at most `most` bytes in all.
    pub(super) fn run_out(&mut self, most: u64) {
        while self.total <= most && self.more() {}
    }
}

impl Bytes for Inflating<'_> {
    fn byte(&mut self) -> Option<u8> {
        if self.at >= self.end && !self.more() {
            return None;
        }
        let byte = self.piece.get(self.at).copied();
        self.at += 1;
        byte
    }

    fn skip(&mut self, mut n: u64) -> Option<()> {
        loop {
            let here = (self.end - self.at) as u64;
            if n <= here {
                self.at += n as usize;
                return Some(());
            }
            n -= here;
            if !self.more() {
                return None;
            }
        }
    }

    fn is_at_end(&mut self) -> bool {
        self.at >= self.end && !self.more()
    }
}
