//! Where keys go in a table, which rows are to be seen, how wide columns are. Pure.

use shared::pack::form::{Field, FieldKind};
use shared::pack::id::FieldName;

/// A cell: row and column, from 0.
pub(super) type At = (usize, usize);

/// What a table looks like to its keys.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent<'a> {
    /// Rows, the empty one at the end among them.
    pub(super) rows: usize,
    /// For each column, whether people write it.
    pub(super) written: &'a [bool],
    /// Rows that are seen at once.
    pub(super) page: usize,
}

/// Where a key goes from a cell; `None`: it is no key that goes anywhere, or it leaves the table.
pub(super) fn step(
    key: &str,
    shift: bool,
    control: bool,
    at: At,
    extent: Extent<'_>,
) -> Option<At> {
    let (row, column) = at;
    let (last, right) = (
        extent.rows.checked_sub(1)?,
        extent.written.len().checked_sub(1)?,
    );
    let to = match (key, shift, control) {
        ("ArrowUp", _, true) | ("PageUp", _, true) => (0, column),
        ("ArrowDown", _, true) | ("PageDown", _, true) => (last, column),
        ("ArrowLeft", _, true) => (row, 0),
        ("ArrowRight", _, true) => (row, right),
        ("ArrowUp", ..) | ("Enter", true, _) => (row.saturating_sub(1), column),
        ("ArrowDown", ..) | ("Enter", false, _) => ((row + 1).min(last), column),
        ("ArrowLeft", ..) => (row, column.saturating_sub(1)),
        ("ArrowRight", ..) => (row, (column + 1).min(right)),
        ("Home", _, true) => (0, 0),
        ("End", _, true) => (last, right),
        ("Home", ..) => (row, 0),
        ("End", ..) => (row, right),
        ("PageUp", ..) => (row.saturating_sub(extent.page), column),
        ("PageDown", ..) => ((row + extent.page).min(last), column),
        ("Tab", back, _) => return tab(back, at, extent, last),
        _ => return None,
    };
    Some(to)
}

/// The next cell that people write; `None` beyond the first and the last.
fn tab(back: bool, (row, column): At, extent: Extent<'_>, last: usize) -> Option<At> {
    let written = |at: &usize| extent.written.get(*at).copied().unwrap_or_default();
    let all = 0..extent.written.len();
    if back {
        let before = (0..column).rev().find(written).map(|column| (row, column));
        return before.or_else(|| Some((row.checked_sub(1)?, all.rev().find(written)?)));
    }
    let after = (column + 1..extent.written.len())
        .find(written)
        .map(|column| (row, column));
    after.or_else(|| {
        Some((
            Some(row + 1).filter(|row| *row <= last)?,
            all.clone().find(written)?,
        ))
    })
}

/// The rows that are drawn: those seen, and some around them.
pub(super) fn window(top: f64, height: f64, row: f64, rows: usize) -> (usize, usize) {
    const AROUND: usize = 6;
    let first = (top / row).floor().max(0.0) as usize;
    let seen = (height / row).ceil().max(0.0) as usize + 1;
    let first = first.saturating_sub(AROUND).min(rows);
    (first, (first + seen + 2 * AROUND).min(rows))
}

/// How far to scroll so that a row is seen below a heading and above a foot; `None`: it is.
pub(super) fn reveal(
    at: usize,
    row: f64,
    (top, height): (f64, f64),
    (head, foot): (f64, f64),
) -> Option<f64> {
    let (above, below) = (at as f64 * row, (at + 1) as f64 * row);
    let seen = (height - head - foot).max(row);
    if above < top {
        return Some(above);
    }
    (below > top + seen).then_some(below - seen)
}

/// The least width of a column in rem, and its share of what is left. Its heading has two lines.
fn width(column: &Field) -> (f64, u8) {
    let (least, share) = of_kind(&column.kind);
    let letters = column.name.zh.chars().count() as f64 * 0.9;
    let latin = column.name.en.chars().count() as f64 * 0.5;
    let heading = (letters.max(latin) / 2.0 + 2.5).min(12.0);
    (least.max(heading.ceil()), share)
}

fn of_kind(kind: &FieldKind) -> (f64, u8) {
    match kind {
        FieldKind::Prose { .. } => (14.0, 3),
        FieldKind::Text { .. } | FieldKind::Attachment { .. } | FieldKind::Task => (8.0, 2),
        FieldKind::Money { .. } | FieldKind::Computed { .. } => (7.0, 1),
        FieldKind::Date => (7.5, 1),
        FieldKind::YesNo => (5.0, 1),
        FieldKind::Number { .. } => (5.0, 1),
        FieldKind::Capitals { .. } => (14.0, 2),
        _ => (7.5, 1),
    }
}

/// The columns of the grid as CSS says them, and the width in rem that they need.
pub(super) fn template(columns: &[Field], totals: &[FieldName]) -> (String, f64) {
    let mut text = "3rem".to_owned();
    let mut sum = 3.0;
    for column in columns {
        let (mut least, share) = width(column);
        if totals.contains(&column.id) {
            // sums are longer than what is summed
            least = least.max(8.5);
        }
        sum += least;
        text.push_str(&format!(" minmax({least}rem, {share}fr)"));
    }
    (text, sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: [bool; 4] = [true, true, false, true];

    fn go(key: &str, shift: bool, at: At) -> Option<At> {
        let extent = Extent {
            rows: 3,
            written: &WRITTEN,
            page: 10,
        };
        step(key, shift, false, at, extent)
    }

    #[test]
    fn keys_go_as_in_a_spreadsheet() {
        assert_eq!(go("ArrowDown", false, (0, 1)), Some((1, 1)));
        assert_eq!(go("ArrowUp", false, (0, 1)), Some((0, 1)));
        assert_eq!(go("ArrowRight", false, (0, 1)), Some((0, 2)));
        assert_eq!(go("Enter", false, (1, 1)), Some((2, 1)));
        assert_eq!(go("Enter", true, (1, 1)), Some((0, 1)));
        assert_eq!(go("End", false, (1, 1)), Some((1, 3)));
        assert_eq!(go("PageDown", false, (0, 1)), Some((2, 1)));
        assert_eq!(go("a", false, (0, 1)), None);
    }

    #[test]
    fn tab_goes_to_what_people_write_and_leaves_at_the_ends() {
        assert_eq!(go("Tab", false, (0, 1)), Some((0, 3)));
        assert_eq!(go("Tab", false, (0, 3)), Some((1, 0)));
        assert_eq!(go("Tab", true, (1, 0)), Some((0, 3)));
        assert_eq!(go("Tab", true, (0, 3)), Some((0, 1)));
        assert_eq!(go("Tab", true, (0, 0)), None);
        assert_eq!(go("Tab", false, (2, 3)), None);
    }

    #[test]
    fn only_rows_that_are_seen_are_drawn() {
        assert_eq!(window(0.0, 340.0, 34.0, 2_000), (0, 23));
        assert_eq!(window(34_000.0, 340.0, 34.0, 2_000), (994, 1_017));
        assert_eq!(window(0.0, 340.0, 34.0, 4), (0, 4));
        assert_eq!(window(9_000.0, 340.0, 34.0, 4), (4, 4));
    }

    #[test]
    fn a_row_is_scrolled_to_only_where_it_is_not_seen() {
        let edges = (34.0, 34.0);
        assert_eq!(reveal(3, 34.0, (0.0, 340.0), edges), None);
        assert_eq!(reveal(0, 34.0, (68.0, 340.0), edges), Some(0.0));
        // eight rows are seen between the heading and the foot
        assert_eq!(reveal(8, 34.0, (0.0, 340.0), edges), Some(34.0));
    }
}
