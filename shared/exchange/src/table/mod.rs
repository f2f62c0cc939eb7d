//! Plans as tables: Excel's workbooks (xlsx, xlsm) and text with columns (CSV, TSV), in three steps for a screen on which
//! a person says which column is what: [`open`], [`guess`], [`read`].
//!
//! Workbooks of Excel 97 to 2003 (xls), binary ones (xlsb), those with a password, and OpenDocument's (ods) are not read;
//! [`OpenError`] tells which it is.

mod days;
mod guess;
mod headings;
mod lengths;
mod links;
mod mapping;
mod money;
mod numbers;
mod outline;
mod read;
mod sheet;
mod text;
mod told;
mod workbook;

use base::Moment;
use serde::{Deserialize, Serialize};

pub use days::DayOrder;
pub use guess::guess;
pub use mapping::{Field, Lengths, Mapping, MoneyUnit, Outline};
pub use read::{Options, read};
pub use told::{CellNote, Kept, MAX_TOLD};

/// The most rows of all sheets together that are read: as many as tasks, and some headings.
pub const MAX_ROWS: usize = 101_000;
/// The most columns that are read; what stands further right is left out, and [`Sheet::cut`] says so.
pub const MAX_COLUMNS: usize = 256;
/// The most cells of all sheets together, empty ones left of others counted.
pub const MAX_CELLS: usize = 4_000_000;
/// The most characters of one cell (Excel's own limit); what is longer is cut.
pub const MAX_CELL_TEXT: usize = 32_767;
/// The most bytes of text of all cells together: a workbook says a long text once and names it in each cell.
pub const MAX_TEXT: usize = 64 << 20;
/// The most bytes that the parts of a workbook make when they are unpacked.
pub const MAX_UNPACKED: usize = 256 << 20;
/// The most sheets that are read.
pub const MAX_SHEETS: usize = 100;

/// A file of tables that was opened.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Workbook {
    /// What it is.
    pub format: Format,
    /// Its sheets that have cells, in their order; text with columns is one without a name.
    pub sheets: Vec<Sheet>,
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Excel's (xlsx, xlsm).
    #[default]
    Excel,
    /// Text with columns.
    Text {
        /// What stands between its columns.
        delimiter: char,
    },
}

/// A sheet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// It is hidden in the program that made it.
    #[serde(default)]
    pub hidden: bool,
    /// Its rows, without those that have no cells.
    pub rows: Vec<Row>,
    /// Cells that are shown as one: the first of them has the value.
    #[serde(default)]
    pub merged: Vec<Merged>,
    /// Cells right of [`MAX_COLUMNS`] were left out, or texts were cut.
    #[serde(default)]
    pub cut: bool,
}

/// Cells that are shown as one. Rows as the program numbers them, from 1; columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The first row.
    pub top: u32,
    /// The first column.
    pub left: u32,
    /// The last row.
    pub bottom: u32,
    /// The last column.
    pub right: u32,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Row {
    /// Its number as the program shows it, from 1; in text with columns the line that it begins on.
    pub number: u32,
    /// Its level in the sheet's outline, 0 to 7 (Excel's groups of rows); 0 in text.
    #[serde(default)]
    pub level: u8,
    /// Its cells from the first column on, as far as there are any.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Cell {
    /// What it holds.
    pub value: Value,
    /// How far its text is indented by its style, 0 to 250; 0 in text with columns, whose spaces stay in the value.
    #[serde(default)]
    pub indent: u8,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// A text, as it is: spaces at its beginning may mean something.
    Text(String),
    /// A number.
    Number(f64),
    /// A number that is shown as a percentage: 0.5 is 50%.
    Percent(f64),
    /// A number that is shown as a date.
    Moment(Moment),
    /// Yes or no.
    Flag(bool),
}

impl Value {
    /// Whether there is nothing, or nothing but spaces.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// As a person would read it: dates as `2026-03-02 08:00`, percentages as `50%`, yes and no as `1` and `0`.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(number) => numbers::show(*number),
            Self::Percent(part) => format!("{}%", numbers::show(part * 100.0)),
            Self::Moment(at) => at.to_string().replace('T', " "),
            Self::Flag(flag) => u8::from(*flag).to_string(),
        }
    }
}

impl Row {
    /// The value in a column; nothing right of the last.
    pub fn value(&self, column: usize) -> &Value {
        const EMPTY: &Value = &Value::Empty;
        self.cells.get(column).map_or(EMPTY, |cell| &cell.value)
    }
}

impl Sheet {
    /// How many columns it has: those of its longest row.
    pub fn columns(&self) -> usize {
        self.rows
            .iter()
            .map(|row| row.cells.len())
            .max()
            .unwrap_or(0)
    }

    /// Its first rows alone, to be shown.
    pub fn head(&self, rows: usize) -> Self {
        Self {
            name: self.name.clone(),
            hidden: self.hidden,
            rows: self.rows.iter().take(rows).cloned().collect(),
            merged: self.merged.clone(),
            cut: self.cut,
        }
    }
}

/// Why a file was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenError {
    /// It is larger than what is read, or would be when unpacked.
    #[error("the file is too large: {bytes} bytes, and at most {limit} are read")]
    TooLarge {
        /// Its size, or how much was unpacked of it.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// It has more of something than is read.
    #[error("the file has more than {limit} {what}")]
    TooMany {
        /// Of what: `rows`, `cells`, `sheets`, `styles` or `text` (its bytes).
        what: String,
        /// The limit.
        limit: u64,
    },
    /// A workbook of Excel 97 to 2003, one with a password, or a plan of Project itself: all begin alike.
    #[error(
        "the file is an old or protected Office file; save it as an Excel workbook (.xlsx) without a password"
    )]
    OldOffice,
    /// A packed file that is no such workbook: a binary one, OpenDocument's, or something else.
    #[error("the file is packed, but no Excel workbook (.xlsx); save it as one")]
    OtherPackage,
    /// Part of the workbook is missing or damaged.
    #[error("the workbook is damaged in {part}: {why}")]
    Damaged {
        /// Which part.
        part: String,
        /// How.
        why: String,
    },
    /// It is neither a workbook nor text.
    #[error("the file is neither an Excel workbook nor text with columns")]
    NotATable,
    /// It has no cell with a value.
    #[error("the file has no rows")]
    Empty,
}

/// Whether bytes look like a table: a packed or an old Office file, or text whose first lines have columns.
pub(crate) fn is_table(bytes: &[u8]) -> bool {
    is_package(bytes) || is_old_office(bytes) || text::has_columns(bytes)
}

fn is_package(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

fn is_old_office(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
}

/// Opens a workbook or text with columns; which it is shows in its content. The limits hold before anything is unpacked
/// or expanded beyond them.
pub fn open(bytes: &[u8]) -> Result<Workbook, OpenError> {
    if bytes.len() > crate::xml::MAX_BYTES {
        return Err(OpenError::TooLarge {
            bytes: bytes.len() as u64,
            limit: crate::xml::MAX_BYTES as u64,
        });
    }
    let workbook = if is_package(bytes) {
        workbook::open(bytes)?
    } else if is_old_office(bytes) {
        return Err(OpenError::OldOffice);
    } else {
        text::open(bytes)?
    };
    match workbook.sheets.is_empty() {
        true => Err(OpenError::Empty),
        false => Ok(workbook),
    }
}

/// What may still be read of all sheets together.
#[derive(Debug)]
struct Room {
    rows: usize,
    cells: usize,
    text: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            rows: MAX_ROWS,
            cells: MAX_CELLS,
            text: MAX_TEXT,
        }
    }
}

fn spend(left: &mut usize, count: usize, what: &str, limit: usize) -> Result<(), OpenError> {
    *left = left.checked_sub(count).ok_or_else(|| OpenError::TooMany {
        what: what.to_owned(),
        limit: limit as u64,
    })?;
    Ok(())
}

impl Room {
    fn row(&mut self) -> Result<(), OpenError> {
        spend(&mut self.rows, 1, "rows", MAX_ROWS)
    }

    fn cells(&mut self, count: usize) -> Result<(), OpenError> {
        spend(&mut self.cells, count, "cells", MAX_CELLS)
    }

    fn text(&mut self, bytes: usize) -> Result<(), OpenError> {
        spend(&mut self.text, bytes, "text", MAX_TEXT)
    }
}

/// A text as long as a cell may have; whether it was longer.
fn cut(text: &str) -> (&str, bool) {
    let end = text.char_indices().nth(MAX_CELL_TEXT).map(|(at, _)| at);
    match end.and_then(|end| text.get(..end)) {
        Some(short) => (short, true),
        None => (text, false),
    }
}
