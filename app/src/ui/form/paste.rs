//! Cells from a spreadsheet into the rows of a table. Pure.

use shared::pack::form::{Field, FieldKind};
use shared::pack::id::FieldName;
use shared::pack::value::{Answers, Value};

use super::edit::Edit;
use super::typed::{self, Reading};

/// Where a table is pasted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The row of its first line.
    pub row: usize,
    /// The column of its first cell.
    pub column: usize,
    /// How many rows there are.
    pub rows: usize,
    /// How many there may be.
    pub most: usize,
}

/// What a paste comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pasted {
    /// What is written.
    pub edits: Vec<Edit>,
    /// How many lines.
    pub lines: usize,
    /// Cells that could not be read, as row and column; they stay as they were, or empty.
    pub unread: Vec<(usize, usize)>,
    /// Lines that are beyond what the table holds.
    pub beyond: usize,
}

/// Writes lines of cells into the rows from a spot on; where there are no more rows, new ones. Lines whose first one names
/// columns go where it says. Cells on columns that nobody writes are passed over, unless a line has exactly as many cells
/// as columns that people write.
pub fn paste(
    table: &FieldName,
    columns: &[Field],
    mut lines: Vec<Vec<String>>,
    spot: Spot,
    how: &Reading<'_>,
) -> Pasted {
    let places = match lines.first().and_then(|line| headed(line, columns)) {
        Some(places) => {
            lines.remove(0);
            places
        }
        None => {
            let wide = lines.iter().map(Vec::len).max().unwrap_or_default();
            in_order(columns, spot.column, wide)
        }
    };
    let mut pasted = Pasted::default();
    let (mut cells, mut added) = (Vec::new(), Vec::new());
    for (offset, line) in lines.iter().enumerate() {
        let row = spot.row + offset;
        if row >= spot.most {
            pasted.beyond += 1;
            continue;
        }
        pasted.lines += 1;
        let mut fresh = Answers::new();
        for (text, place) in line.iter().zip(&places) {
            let Some((at, column)) = place.and_then(|at| Some((at, columns.get(at)?))) else {
                continue;
            };
            match typed::read(&column.kind, text, how) {
                Ok(value) if row < spot.rows => cells.push((row, column.id.clone(), value)),
                Ok(value) => super::edit::set(&mut fresh, column.id.clone(), value),
                Err(_) => pasted.unread.push((row, at)),
            }
        }
        if row >= spot.rows {
            added.push(fresh);
        }
    }
    let table = || table.clone();
    if !cells.is_empty() {
        let table = table();
        pasted.edits.push(Edit::Cells { table, cells });
    }
    if !added.is_empty() {
        pasted.edits.push(Edit::AddRows {
            table: table(),
            after: spot.rows.checked_sub(1),
            rows: added,
        });
    }
    pasted
}

/// Whether a column takes what is pasted.
fn takes(column: &Field) -> bool {
    column.kind.is_written()
        && !matches!(
            column.kind,
            FieldKind::Attachment { .. } | FieldKind::Signature | FieldKind::Seal
        )
}

/// The columns that the cells of a line are named after, where all of them are.
fn headed(line: &[String], columns: &[Field]) -> Option<Vec<Option<usize>>> {
    let mut places = Vec::with_capacity(line.len());
    let mut named = 0;
    for cell in line {
        let cell = cell.trim();
        if cell.is_empty() {
            places.push(None);
            continue;
        }
        let at = columns.iter().position(|column| {
            let called = |name: &str| name.trim().eq_ignore_ascii_case(cell);
            called(&column.name.zh) || called(&column.name.en)
        })?;
        named += 1;
        places.push(columns.get(at).filter(|column| takes(column)).map(|_| at));
    }
    (named > 1).then_some(places)
}

/// The columns of cells that follow each other.
fn in_order(columns: &[Field], from: usize, wide: usize) -> Vec<Option<usize>> {
    let left = from..columns.len();
    let taking = |at: &usize| columns.get(*at).is_some_and(takes);
    let written: Vec<Option<usize>> = left.clone().filter(taking).map(Some).collect();
    if written.len() == wide && left.len() != wide {
        return written;
    }
    left.map(|at| Some(at).filter(taking)).collect()
}

/// Rows as a spreadsheet takes them.
pub fn copied(
    columns: &[Field],
    rows: &[Answers],
    text: &dyn Fn(&FieldKind, &Value) -> String,
) -> Vec<Vec<String>> {
    let line = |row: &Answers| {
        let cells = columns.iter().map(|column| {
            let value = row.get(&column.id);
            value.map_or_else(String::new, |value| text(&column.kind, value))
        });
        cells.collect()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use shared::base::Moment;
    use shared::pack::expr::Expr;
    use shared::pack::text::Texts;

    fn column(id: &str, zh: &str, kind: FieldKind) -> Field {
        Field {
            id: id.parse().unwrap(),
            name: Texts {
                zh: zh.into(),
                en: id.into(),
            },
            help: Texts::default(),
            kind,
            required: Default::default(),
            visible: None,
            rules: Vec::new(),
            width: 0,
        }
    }

    fn columns() -> Vec<Field> {
        let number = FieldKind::Number {
            min: None,
            max: None,
            digits: 2,
            unit: Texts::default(),
        };
        let twice = FieldKind::Computed {
            value: Expr::parse("count * 2").unwrap(),
        };
        vec![
            column("what", "名称", FieldKind::Text { longest: 100 }),
            column("count", "数量", number.clone()),
            column("twice", "两倍", twice),
            column("price", "单价", number),
        ]
    }

    fn pasting(text: &str, row: usize, column: usize, rows: usize, most: usize) -> Pasted {
        let how = Reading {
            today: Moment::default(),
            candidates: &|_| Rc::new([]),
        };
        let spot = Spot {
            row,
            column,
            rows,
            most,
        };
        let lines = crate::ui::sheet::table(text);
        paste(&"lines".parse().unwrap(), &columns(), lines, spot, &how)
    }

    fn outcome(pasted: &Pasted, mut answers: Answers) -> Vec<String> {
        for edit in pasted.edits.clone() {
            edit.apply(&mut answers);
        }
        let rows = super::super::edit::rows(&answers, &"lines".parse().unwrap()).to_vec();
        let text = |_: &FieldKind, value: &Value| match value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => "?".to_owned(),
        };
        let lines = copied(&columns(), &rows, &text);
        lines.iter().map(|line| line.join("|")).collect()
    }

    #[test]
    fn lines_below_the_last_row_are_new_rows() {
        let pasted = pasting("a\t1\r\nb\t2\r\n", 0, 0, 0, 10);
        assert_eq!(outcome(&pasted, Answers::new()), ["a|1||", "b|2||"]);
        let there = Answers::from([(
            "lines".parse().unwrap(),
            Value::Table(vec![Answers::new(), Answers::new()]),
        )]);
        let pasted = pasting("a\t1\nb\t2\nc\t3\n", 1, 0, 2, 10);
        assert_eq!(outcome(&pasted, there), ["|||", "a|1||", "b|2||", "c|3||"]);
    }

    #[test]
    fn columns_that_nobody_writes_are_passed_over() {
        // as wide as the table: what was computed elsewhere is left out
        let whole = pasting("a\t1\t2\t9", 0, 0, 0, 10);
        assert_eq!(outcome(&whole, Answers::new()), ["a|1||9"]);
        // as wide as what people write
        let written = pasting("a\t1\t9", 0, 0, 0, 10);
        assert_eq!(outcome(&written, Answers::new()), ["a|1||9"]);
    }

    #[test]
    fn a_first_line_of_names_says_where_cells_go() {
        let pasted = pasting("单价\tWhat\t\n9\ta\tignored", 0, 2, 0, 10);
        assert_eq!(outcome(&pasted, Answers::new()), ["a|||9"]);
        assert_eq!(pasted.lines, 1);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_what_is_too_much_is_counted() {
        let pasted = pasting("a\tx\nb\t2\nc\t3", 0, 0, 0, 2);
        assert_eq!(outcome(&pasted, Answers::new()), ["a|||", "b|2||"]);
        assert_eq!((pasted.unread, pasted.beyond), (vec![(0, 1)], 1));
    }
}
