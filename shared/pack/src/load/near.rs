//! Places within quoted texts, and words that may have been meant.

use std::ops::Range;

/// Where in a file a byte of a quoted text stands; its beginning where the file writes it otherwise (escapes).
pub(crate) fn inside(file: &str, span: &Range<usize>, text: &str, at: usize) -> usize {
    let written = file.get(span.clone()).unwrap_or_default();
    match written.find(text) {
        Some(begin) => span.start + begin + at,
        None => span.start,
    }
}

/// The known word that is nearest to one that was written, where it is near.
pub(crate) fn nearest<'k>(written: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    let near = known.map(|word| (distance(written, word), word)).min()?;
    (near.0 <= 1 + written.len() / 4).then(|| near.1.to_owned())
}

/// How many letters are to be put, taken or changed (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    if left.len() > 64 || right.len() > 64 {
        return usize::MAX;
    }
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, a) in left.chars().enumerate() {
        let mut next = vec![line + 1];
        for (at, b) in right.iter().enumerate() {
            let of = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let change = of(&row, at) + usize::from(a != *b);
            next.push(change.min(of(&row, at + 1) + 1).min(of(&next, at) + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
