//! Numbers in columns, and statements about several rows at once.

use shared::base::ChangeHash;

use crate::store::StoreError;

/// The most rows that one statement names.
const MOST: usize = 64;

pub(in crate::store) fn unsigned(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Unreadable(format!("{value} as a number")))
}

pub(super) fn signed(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Unreadable(format!("{value} as a number")))
}

pub(super) fn change_hash(bytes: &[u8]) -> Result<ChangeHash, StoreError> {
    let hash = bytes
        .try_into()
        .map_err(|_| StoreError::Unreadable(format!("a hash of {} bytes", bytes.len())))?;
    Ok(ChangeHash::from_bytes(hash))
}

/// Splits rows so that few different statements come about: 64 at a time, then a power of two.
pub(in crate::store) fn portions<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let count = MOST.min(1 << rows.len().checked_ilog2()?);
        let (first, rest) = rows.split_at_checked(count)?;
        rows = rest;
        Some(first)
    })
}

/// `($1, $2), ($3, $4)`: values of so many rows, after so many others.
pub(in crate::store) fn values(before: usize, rows: usize, columns: usize) -> String {
    let row = |row: usize| format!("({})", marks(before + row * columns, columns));
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// `$4, $5, $6`: so many, after so many others.
pub(super) fn marks(before: usize, count: usize) -> String {
    let mark = |n: usize| format!("${}", before + n);
    (1..=count).map(mark).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_leave_nothing_out() {
        for count in [0, 1, 2, 3, 63, 64, 65, 200] {
            let rows: Vec<usize> = (0..count).collect();
            let again: Vec<usize> = portions(&rows).flatten().copied().collect();
            assert_eq!(again, rows);
        }
        assert_eq!(values(0, 2, 2), "($1, $2), ($3, $4)");
    }
}
