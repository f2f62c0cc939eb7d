//! Text with columns: its encoding and its delimiter are found out.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::{Cell, Format, OpenError, Room, Row, Sheet, Value, Workbook, cut};
use crate::lines::Lines;
use crate::xer::encoding;

/// How much of the beginning is looked at to find the delimiter.
const LOOKED_AT: usize = 16 << 10;
/// What may stand between columns; of two that fit alike, the first.
const DELIMITERS: [u8; 4] = *b"\t,;|";

/// Opens a text.
pub(super) fn open(bytes: &[u8]) -> Result<Workbook, OpenError> {
    let text = decode(bytes).ok_or(OpenError::NotATable)?;
    // Excel takes this line for the delimiter, and writes it for other programs
    let (named, text) = match text.strip_prefix("sep=") {
        Some(rest) => {
            let (line, rest) = rest.split_once('\n').unwrap_or((rest, ""));
            (line.trim_end_matches('\r').bytes().next(), rest)
        }
        None => (None, &*text),
    };
    let delimiter = named.unwrap_or_else(|| delimiter(text).0);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut room = Room::default();
    let mut record = csv::StringRecord::new();
    let mut lines = Lines::new(text);
    // a text that was decoded has no row that is no text
    while reader.read_record(&mut record).unwrap_or(false) {
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        let full = record
            .iter()
            .enumerate()
            .filter(|(_, field)| !field.trim().is_empty());
        let Some((last, _)) = full.last() else {
            continue;
        };
        room.row()?;
        sheet.cut |= last >= super::MAX_COLUMNS;
        let fields = record.iter().take((last + 1).min(super::MAX_COLUMNS));
        room.cells((last + 1).min(super::MAX_COLUMNS))?;
        let mut cells = Vec::with_capacity(last + 1);
        for field in fields {
            let (field, shorter) = cut(field);
            sheet.cut |= shorter;
            room.text(field.len())?;
            cells.push(Cell {
                value: match field.is_empty() {
                    true => Value::Empty,
                    false => Value::Text(field.to_owned()),
                },
                indent: 0,
            });
        }
        sheet.rows.push(Row {
            number: u32::try_from(line).unwrap_or(u32::MAX) + u32::from(named.is_some()),
            level: 0,
            cells,
        });
    }
    Ok(Workbook {
        format: Format::Text {
            delimiter: char::from(delimiter),
        },
        sheets: (!sheet.rows.is_empty())
            .then_some(sheet)
            .into_iter()
            .collect(),
    })
}

/// Whether bytes are text whose first lines have columns.
pub(super) fn has_columns(bytes: &[u8]) -> bool {
    let bytes = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let Some(text) = decode(bytes) else {
        return false;
    };
    !text.trim_start().starts_with('<') && delimiter(&text).1
}

/// The text; `None` for what is none.
fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let wide = |encoding: &'static encoding_rs::Encoding, bytes| {
        let (text, damaged) = encoding.decode_without_bom_handling(bytes);
        (!damaged).then_some(text)
    };
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(UTF_16LE, rest),
        [0xFE, 0xFF, rest @ ..] => wide(UTF_16BE, rest),
        // without a mark: delimiters, digits and line ends have one byte of nothing each
        _ => match zeros(bytes) {
            (0, 0) => Some(encoding::narrow(bytes)),
            (first, second) if second > 4 * first => wide(UTF_16LE, bytes),
            (first, second) if first > 4 * second => wide(UTF_16BE, bytes),
            _ => None,
        },
    }?;
    // what is no text at all has control characters
    let odd = |c: char| c < ' ' && !matches!(c, '\t' | '\r' | '\n' | '\u{b}' | '\u{c}');
    let beginning = text.chars().take(LOOKED_AT);
    (!beginning.into_iter().any(odd)).then_some(text)
}

/// How many bytes are nothing, at even and at odd places.
fn zeros(bytes: &[u8]) -> (usize, usize) {
    let count = |from: usize| {
        let places = bytes.iter().skip(from).step_by(2);
        places.filter(|byte| **byte == 0).count()
    };
    (count(0), count(1))
}

/// What divides the first lines most evenly, and whether anything does.
fn delimiter(text: &str) -> (u8, bool) {
    let mut end = text.len().min(LOOKED_AT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or(text);
    let mut counts: [Vec<usize>; 4] = Default::default();
    let (mut line, mut quoted, mut any) = ([0; 4], false, false);
    for byte in head.bytes().chain([b'\n']) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                if any {
                    (counts.iter_mut().zip(line)).for_each(|(all, count)| all.push(count));
                }
                (line, any) = ([0; 4], false);
            }
            _ if quoted => {}
            byte => {
                any |= !byte.is_ascii_whitespace();
                let which = DELIMITERS.iter().position(|d| *d == byte);
                if let Some(slot) = which.and_then(|which| line.get_mut(which)) {
                    *slot += 1;
                    any = true;
                }
            }
        }
    }
    let score = |counts: &Vec<usize>| {
        let most = counts.iter().copied().max().unwrap_or(0);
        // lines that have about as many as the one with most
        let alike = counts
            .iter()
            .filter(|count| most > 0 && **count * 2 >= most);
        alike.count() * most.min(8)
    };
    let mut best = (b',', 0);
    for (delimiter, counts) in DELIMITERS.iter().zip(&counts) {
        let score = score(counts);
        if score > best.1 {
            best = (*delimiter, score);
        }
    }
    (best.0, best.1 > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::GB18030;

    fn rows(bytes: &[u8]) -> (char, Vec<Vec<String>>) {
        let book = open(bytes).unwrap();
        let Format::Text { delimiter } = book.format else {
            panic!("no text");
        };
        let rows = book.sheets.iter().flat_map(|sheet| &sheet.rows);
        let shown = rows.map(|row| row.cells.iter().map(|cell| cell.value.shown()).collect());
        (delimiter, shown.collect())
    }

    #[test]
    fn every_encoding_and_delimiter_of_text_gives_the_same_cells() {
        let expected = [
            vec!["序号", "任务名称", "工期"],
            vec!["1", "打桩，一区", "3天"],
            vec!["2", "浇筑", "2天"],
        ];
        for delimiter in ["\t", ",", ";", "|"] {
            let lines: Vec<String> = expected.iter().map(|line| line.join(delimiter)).collect();
            let text = lines.join("\r\n");
            let wide = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
                text.encode_utf16().flat_map(unit).collect()
            };
            let marked = |unit: fn(u16) -> [u8; 2]| [unit(0xFEFF).to_vec(), wide(unit)].concat();
            for bytes in [
                text.clone().into_bytes(),
                format!("\u{feff}{text}").into_bytes(),
                GB18030.encode(&text).0.into_owned(),
                marked(u16::to_le_bytes),
                marked(u16::to_be_bytes),
                wide(u16::to_le_bytes),
                wide(u16::to_be_bytes),
            ] {
                assert_eq!(rows(&bytes).1, expected, "{delimiter:?}");
                assert!(has_columns(&bytes));
            }
        }
        let named = rows(b"sep=;\nname;a,b\nx;1,2,3\n");
        assert_eq!(named.0, ';');
        assert_eq!(named.1, [["name", "a,b"], ["x", "1,2,3"]]);
    }

    #[test]
    fn quotes_hold_delimiters_and_line_ends() {
        let (delimiter, rows) = rows("name,notes\n\"a, b\",\"one\ntwo\"\nc,\n\n".as_bytes());
        assert_eq!(delimiter, ',');
        assert_eq!(
            rows,
            [vec!["name", "notes"], vec!["a, b", "one\ntwo"], vec!["c"]]
        );
    }

    #[test]
    fn what_has_no_columns_or_is_no_text_is_no_table() {
        for bytes in [
            &b"hello"[..],
            b"",
            b"<a b=\"1,2\"/>",
            &[0u8, 1, 2, 3, 250, 0, 9],
        ] {
            assert!(!has_columns(bytes), "{bytes:?}");
        }
        assert_eq!(open(&[1, 2, 3, 4]), Err(OpenError::NotATable));
    }
}
