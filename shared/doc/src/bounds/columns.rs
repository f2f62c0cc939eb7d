//! Columns, counted from the headers of their runs.

use super::reader::{Bytes, Inflating, Reader};
use super::{MAX_KEYS, MAX_OPS, MAX_PREDS, Unsound, Weight};

/// Columns by their specification, in the order of the chunk.
pub type Columns<'a> = Vec<(u64, &'a [u8])>;

/// The most columns a chunk may have; there are kinds for twenty.
const MAX_COLUMNS: u64 = 64;

/// Specifications and lengths, then the columns themselves.
pub(super) fn columns<'a>(r: &mut Reader<'a>) -> Option<Columns<'a>> {
    let lengths = lengths(r)?;
    data(r, &lengths)
}

pub(super) fn lengths(r: &mut Reader<'_>) -> Option<Vec<(u64, u64)>> {
    let count = r.unsigned().filter(|n| *n <= MAX_COLUMNS)?;
    (0..count)
        .map(|_| Some((r.unsigned()?, r.unsigned()?)))
        .collect()
}

pub(super) fn data<'a>(r: &mut Reader<'a>, lengths: &[(u64, u64)]) -> Option<Columns<'a>> {
    lengths
        .iter()
        .map(|(spec, length)| Some((*spec, r.take(*length)?)))
        .collect()
}

/// What the columns of a change hold; an error where it is more than a change may.
pub(super) fn weight(columns: &Columns<'_>) -> Result<Weight, Unsound> {
    let mut weight = Weight::default();
    for (spec, data) in columns {
        if spec & 8 != 0 {
            return Err(Unsound::Damaged); // compressed columns are for documents only
        }
        let grouped = spec >> 4 == 7 && spec & 7 != 0;
        let most = if grouped { MAX_PREDS } else { MAX_OPS };
        let size = size(*spec, data, most)?;
        if size.values > most || size.sum > MAX_PREDS || size.text > MAX_KEYS {
            return Err(Unsound::TooLarge);
        }
        weight.keys = weight.keys.saturating_add(size.text);
        weight.replaced = weight.replaced.saturating_add(size.sum);
        if !grouped {
            weight.ops = weight.ops.max(size.values);
        }
    }
    Ok(weight)
}

/// What one column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Size {
    /// How many values.
    pub(super) values: u64,
    /// The sum of a group's counts: how many values its other columns have.
    pub(super) sum: u64,
    /// How many bytes all texts have together, repeated ones as often as they are.
    pub(super) text: u64,
}

/// Counts one column, and gives up where it claims more than `most` literal values.
pub(super) fn size(spec: u64, data: &[u8], most: u64) -> Result<Size, Unsound> {
    count(spec, &mut Reader(data), most)
}

/// As [`size`], of a column that is deflated; at most `longest` bytes come out. How many did.
pub(super) fn inflated_size(
    spec: u64,
    data: &[u8],
    most: u64,
    longest: u64,
) -> Result<(Size, u64), Unsound> {
    let mut bytes = Inflating::new(data);
    // a value takes at least a byte, a text more
    let size = count(spec, &mut bytes, most);
    bytes.run_out(longest);
    if bytes.total > longest {
        return Err(Unsound::TooLarge);
    }
    if bytes.broken {
        return Err(Unsound::Damaged);
    }
    Ok((size?, bytes.total))
}

fn count(spec: u64, bytes: &mut impl Bytes, most: u64) -> Result<Size, Unsound> {
    let mut size = Size::default();
    match spec & 7 {
        // alternating runs of false and true
        4 => {
            while !bytes.is_at_end() {
                let n = bytes.number().ok_or(Unsound::Damaged)?;
                size.values = size.values.saturating_add(n);
                if size.values > most {
                    return Err(Unsound::TooLarge);
                }
            }
        }
        7 => {} // raw bytes of values: as long as they are
        kind => {
            while !bytes.is_at_end() {
                run(bytes, kind, most, &mut size)?;
                if size.values > most {
                    return Err(Unsound::TooLarge);
                }
            }
        }
    }
    Ok(size)
}

fn run(bytes: &mut impl Bytes, kind: u64, most: u64, size: &mut Size) -> Result<(), Unsound> {
    let damaged = Unsound::Damaged;
    let n = bytes.signed_number().ok_or(damaged)?;
    if n == 0 {
        let absent = bytes.number().ok_or(damaged)?;
        size.values = size.values.saturating_add(absent);
        return Ok(());
    }
    let count = n.unsigned_abs();
    size.values = size.values.saturating_add(count);
    // one value that is repeated, or so many values
    let (written, each) = if n > 0 { (1, count) } else { (count, 1) };
    if written > most {
        return Err(Unsound::TooLarge);
    }
    for _ in 0..written {
        match kind {
            3 => drop(bytes.signed_number().ok_or(damaged)?),
            5 => {
                let length = bytes.number().ok_or(damaged)?;
                bytes.skip(length).ok_or(damaged)?;
                size.text = size.text.saturating_add(each.saturating_mul(length));
            }
            0 => {
                let n = bytes.number().ok_or(damaged)?;
                size.sum = size.sum.saturating_add(each.saturating_mul(n));
            }
            _ => drop(bytes.number().ok_or(damaged)?),
        }
    }
    Ok(())
}
