//! The rows of one sheet of a workbook.

use base::Moment;

use super::workbook::{Part, Shared, Shown, Style, attribute, number, walk};
use super::{Cell, MAX_COLUMNS, Merged, OpenError, Room, Row, Sheet, Value, cut};

/// The most merged cells that are kept: headings have some.
const MAX_MERGED: usize = 10_000;

/// A text put together of runs; readings of Chinese characters are left out.
#[derive(Debug, Default)]
pub(super) struct Rich {
    text: String,
    open: bool,
    reading: bool,
}

impl Rich {
    pub(super) fn visit(&mut self, event: &Part<'_>) {
        match event {
            Part::Open("t", _) => self.open = true,
            Part::Close("t") => self.open = false,
            Part::Open("rPh", _) => self.reading = true,
            Part::Close("rPh") => self.reading = false,
            Part::Text(text) if self.open && !self.reading => self.text.push_str(text),
            _ => {}
        }
    }

    pub(super) fn take(&mut self) -> String {
        unescaped(std::mem::take(&mut self.text))
    }
}

/// `_x000D_` and the like, as Excel writes characters that XML has no place for.
fn unescaped(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut result = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("_x") {
        result.push_str(before);
        let code = after.get(..4).filter(|_| after.get(4..5) == Some("_"));
        let letter = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        match letter.and_then(char::from_u32) {
            Some(letter) => {
                if letter >= ' ' || letter == '\n' || letter == '\t' {
                    result.push(letter);
                }
                rest = after.get(5..).unwrap_or_default();
            }
            None => {
                result.push_str("_x");
                rest = after;
            }
        }
    }
    result.push_str(rest);
    result
}

/// A cell that is being read.
#[derive(Default)]
struct Open {
    column: usize,
    kind: String,
    style: Style,
    value: String,
    inline: Rich,
}

/// Reads the rows of a sheet.
pub(super) fn read(
    part: &str,
    text: &str,
    shared: &Shared,
    room: &mut Room,
) -> Result<Sheet, OpenError> {
    let mut sheet = Sheet::default();
    let mut row: Option<Row> = None;
    let mut cell: Option<Open> = None;
    let mut in_value = false;
    let (mut last_row, mut next_column) = (0u32, 0usize);
    walk(part, text, |event| {
        match &event {
            Part::Open("row", tag) => {
                last_row = number(tag, "r").unwrap_or(last_row.saturating_add(1));
                next_column = 0;
                row = Some(Row {
                    number: last_row,
                    level: number(tag, "outlineLevel").unwrap_or(0).min(7) as u8,
                    cells: Vec::new(),
                });
            }
            Part::Close("row") => {
                if let Some(mut done) = row.take() {
                    let last = done.cells.iter().rposition(|cell| !cell.value.is_empty());
                    done.cells.truncate(last.map_or(0, |last| last + 1));
                    if last.is_some() {
                        room.row()?;
                        room.cells(done.cells.len())?;
                        sheet.rows.push(done);
                    }
                }
            }
            Part::Open("c", tag) => {
                let place = attribute(tag, "r");
                let column = place
                    .and_then(|place| column(&place))
                    .unwrap_or(next_column);
                next_column = column.saturating_add(1);
                let style = number(tag, "s").and_then(|style| shared.styles.get(style as usize));
                cell = Some(Open {
                    column,
                    kind: attribute(tag, "t").unwrap_or_default(),
                    style: style.copied().unwrap_or_default(),
                    ..Open::default()
                });
            }
            Part::Close("c") => {
                if let (Some(done), Some(row)) = (cell.take(), &mut row) {
                    put(done, row, shared, room, &mut sheet.cut)?;
                }
            }
            Part::Open("v", _) => in_value = true,
            Part::Close("v") => in_value = false,
            Part::Open("mergeCell", tag) => {
                let area = attribute(tag, "ref").and_then(|area| merged(&area));
                if sheet.merged.len() < MAX_MERGED {
                    sheet.merged.extend(area);
                }
            }
            Part::Text(text) if in_value => {
                if let Some(cell) = &mut cell {
                    cell.value.push_str(text);
                }
            }
            other => {
                if let Some(cell) = &mut cell {
                    cell.inline.visit(other);
                }
            }
        }
        Ok(())
    })?;
    Ok(sheet)
}

fn put(
    mut cell: Open,
    row: &mut Row,
    shared: &Shared,
    room: &mut Room,
    shorter: &mut bool,
) -> Result<(), OpenError> {
    let mut texts = |text: &str| {
        let (text, was_cut) = cut(text);
        *shorter |= was_cut;
        room.text(text.len())?;
        Ok(match text.is_empty() {
            true => Value::Empty,
            false => Value::Text(text.to_owned()),
        })
    };
    let value = match cell.kind.as_str() {
        "s" => {
            let at = cell.value.trim().parse().ok();
            let found = at.and_then(|at: usize| shared.strings.get(at));
            texts(found.map_or("", String::as_str))?
        }
        "inlineStr" => texts(&cell.inline.take())?,
        "str" | "e" => texts(&unescaped(std::mem::take(&mut cell.value)))?,
        "b" => match cell.value.trim() {
            "" => Value::Empty,
            value => Value::Flag(value == "1"),
        },
        "d" => match cell.value.trim().parse() {
            Ok(at) => Value::Moment(at),
            Err(_) => texts(&cell.value)?,
        },
        _ => match cell
            .value
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|n| n.is_finite())
        {
            None => texts(&cell.value)?,
            Some(number) => match cell.style.shown {
                Shown::Number => Value::Number(number),
                Shown::Percent => Value::Percent(number),
                Shown::Date => {
                    serial(number, shared.from_1904).map_or(Value::Number(number), Value::Moment)
                }
            },
        },
    };
    if value == Value::Empty {
        return Ok(());
    }
    if cell.column >= MAX_COLUMNS {
        *shorter = true;
        return Ok(());
    }
    if row.cells.len() <= cell.column {
        row.cells.resize(cell.column + 1, Cell::default());
    }
    if let Some(slot) = row.cells.get_mut(cell.column) {
        *slot = Cell {
            value,
            indent: cell.style.indent,
        };
    }
    Ok(())
}

/// The days from which Excel counts, before 1970.
const FROM_1900: f64 = 25_569.0;
const FROM_1904: f64 = 24_107.0;

/// The moment that a number of days means; `None` for a time of day alone, and outside what plans hold.
pub(super) fn serial(days: f64, from_1904: bool) -> Option<Moment> {
    let first = if from_1904 { FROM_1904 } else { FROM_1900 };
    // before March 1900 Excel counts a day that never was
    if days < if from_1904 { 1.0 } else { 61.0 } || days > 200_000.0 {
        return None;
    }
    let minutes = ((days - first) * 1440.0).round() as i64;
    let at = Moment::from_minutes(minutes);
    (at.minutes() == minutes).then_some(at)
}

/// The column of `AB12`, from 0.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let mut column = 0usize;
    for letter in letters {
        let digit = usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        column = column.checked_mul(26)?.checked_add(digit)?;
    }
    column.checked_sub(1)
}

/// The row of `AB12`, from 1.
fn row_of(place: &str) -> Option<u32> {
    place
        .trim_start_matches(|c: char| c.is_ascii_alphabetic())
        .parse()
        .ok()
}

fn merged(area: &str) -> Option<Merged> {
    let (from, to) = area.split_once(':')?;
    let narrow = |column: Option<usize>| u32::try_from(column?).ok();
    Some(Merged {
        top: row_of(from)?,
        left: narrow(column(from))?,
        bottom: row_of(to)?,
        right: narrow(column(to))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_cells_are_letters_and_a_number() {
        assert_eq!(column("A1"), Some(0));
        assert_eq!(column("Z9"), Some(25));
        assert_eq!(column("AB12"), Some(27));
        assert_eq!(column("12"), None);
        let area = merged("A1:C2").unwrap();
        assert_eq!((area.top, area.left, area.bottom, area.right), (1, 0, 2, 2));
    }

    #[test]
    fn days_are_counted_from_1900_or_1904() {
        let at = |days, old| serial(days, old).map(|at| at.to_string());
        assert_eq!(
            at(46_027.0 + 8.0 / 24.0, false).as_deref(),
            Some("2026-01-05T08:00")
        );
        assert_eq!(
            at(46_027.0 - 1_462.0, true).as_deref(),
            Some("2026-01-05T00:00")
        );
        assert_eq!(at(0.5, false), None);
        assert_eq!(at(1e9, false), None);
    }

    #[test]
    fn characters_that_xml_has_no_place_for_are_read() {
        assert_eq!(unescaped("a_x000D__x000A_b_xyz_".to_owned()), "a\nb_xyz_");
    }
}
