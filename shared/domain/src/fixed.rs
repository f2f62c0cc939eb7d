//! Numbers with a fixed count of digits after the point, as text and back: nothing is rounded.

use std::fmt;

/// The largest number of whole units that is stored or read. Sums of as many as a plan can have tasks stay far inside
/// the range of the number that holds them.
pub(crate) const LIMIT: i128 = 1_000_000_000_000_000;

/// Reads `-1234.5678`: digits, with at most so many after the point; no separators of thousands.
pub(crate) fn read(text: &str, digits: usize) -> Option<i128> {
    let (sign, size) = match text.strip_prefix('-') {
        Some(size) => (-1, size),
        None => (1, text),
    };
    let (before, after) = match size.split_once('.') {
        Some((before, after)) if !after.is_empty() => (before, after),
        Some(_) => return None,
        None => (size, ""),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if before.is_empty() || before.len() > 16 || after.len() > digits {
        return None;
    }
    if !are_digits(before) || !are_digits(after) {
        return None;
    }
    let units: i128 = before.parse().ok()?;
    let below: i128 = format!("{after:0<digits$}").parse().ok()?;
    let read = units * scale(digits) + below;
    (read <= LIMIT * scale(digits)).then_some(sign * read)
}

/// Writes it, without zeros at the end.
pub(crate) fn write(f: &mut fmt::Formatter<'_>, number: i128, digits: usize) -> fmt::Result {
    let size = number.unsigned_abs();
    let scale = scale(digits).unsigned_abs();
    let sign = if number < 0 { "-" } else { "" };
    let after = format!("{:0digits$}", size % scale);
    match after.trim_end_matches('0') {
        "" => write!(f, "{sign}{}", size / scale),
        after => write!(f, "{sign}{}.{after}", size / scale),
    }
}

fn scale(digits: usize) -> i128 {
    10i128.pow(digits as u32)
}
