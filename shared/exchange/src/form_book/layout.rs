//! Where everything stands: a grid of as many columns as the widest table needs, which the lines of fields share.

use domain::money::Money;
use domain::number::Number;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::{Book, Cell, Part, Table};
use crate::xlsx::{cell, excel, sheet_name};

/// So many columns there are at least: four labels with their values, two columns each.
const LEAST: u16 = 8;
/// So many there are at most; a table that is wider goes beyond what lines of fields take.
const MOST: u16 = 24;
/// The width of a column, in signs; that of row numbers.
const WIDTH: f64 = 13.0;
const NUMBERS: f64 = 9.0;
/// The height of a line of text in points, and of the highest row that Excel takes.
const LINE: f64 = 16.0;
const HIGHEST: f64 = 400.0;
/// A4.
const A4: u8 = 9;

pub(super) struct Writer {
    columns: u16,
    row: u32,
    formats: Formats,
}

struct Formats {
    title: Format,
    fact: Format,
    heading: Format,
    label: Format,
    text: Format,
    head: Format,
    total: Format,
    day: Format,
    plain: Format,
}

impl Formats {
    fn new() -> Self {
        let boxed = Format::new()
            .set_border(FormatBorder::Thin)
            .set_align(FormatAlign::VerticalCenter);
        let grey = 0x00F0_F0F0;
        Self {
            title: Format::new()
                .set_bold()
                .set_font_size(18.0)
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
            fact: Format::new().set_text_wrap(),
            heading: boxed.clone().set_bold().set_background_color(grey),
            label: boxed.clone().set_text_wrap().set_align(FormatAlign::Center),
            head: boxed
                .clone()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center),
            total: boxed.clone().set_bold(),
            day: boxed
                .clone()
                .set_num_format("yyyy-mm-dd")
                .set_align(FormatAlign::Left),
            text: boxed.clone().set_text_wrap().set_align(FormatAlign::Left),
            plain: boxed,
        }
    }
}

/// How Excel shows a number with so many digits after the point, and a word behind it.
fn number_format(digits: usize, word: &str) -> String {
    let mut format = "#,##0".to_owned();
    if digits > 0 {
        format.push('.');
        format.extend(std::iter::repeat_n('0', digits));
    }
    // a quotation mark has no place in a format
    let word: String = word.chars().filter(|c| !"\"\\".contains(*c)).collect();
    match word.as_str() {
        "" => {}
        word => format.push_str(&format!("\" {word}\"")),
    }
    format
}

fn digits(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, digits)| digits.len())
}

/// How wide a text is, in signs of Latin letters.
fn wide(text: &str) -> f64 {
    let sign = |c: char| if c.is_ascii() { 1.0 } else { 2.0 };
    text.chars().map(sign).sum()
}

/// How many lines a text takes where so many signs fit into one.
fn lines(text: &str, room: f64) -> f64 {
    let room = room.max(1.0);
    text.lines()
        .map(|line| (wide(line) / room).ceil().max(1.0))
        .sum()
}

impl Writer {
    pub(super) fn new(book: &Book) -> Self {
        let widest = book.parts.iter().map(|part| match part {
            Part::Table(table) => table.columns.len() + 1,
            _ => 0,
        });
        let widest = widest.max().unwrap_or(0).min(usize::from(MOST)) as u16;
        Self {
            columns: widest.max(LEAST),
            row: 0,
            formats: Formats::new(),
        }
    }

    pub(super) fn write(mut self, book: &Book) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let name = sheet_name(&book.sheet);
        if !name.is_empty() {
            sheet.set_name(name)?;
        }
        sheet.set_paper_size(A4);
        if book.landscape {
            sheet.set_landscape();
        }
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_screen_gridlines(false);
        sheet.set_column_width(0, NUMBERS)?;
        for column in 1..self.columns {
            sheet.set_column_width(column, WIDTH)?;
        }
        self.span(
            sheet,
            0,
            self.columns,
            &Cell::Text(book.title.clone()),
            &self.formats.title,
        )?;
        sheet.set_row_height(self.row, 32.0)?;
        self.row += 1;
        for (label, value) in &book.facts {
            let text = format!("{label}: {value}");
            self.span(
                sheet,
                0,
                self.columns,
                &Cell::Text(text),
                &self.formats.fact,
            )?;
            self.row += 1;
        }
        self.row += 1;
        for part in &book.parts {
            match part {
                Part::Heading(heading) => self.heading(sheet, heading)?,
                Part::Line(fields) => self.line(sheet, fields)?,
                Part::Table(table) => self.table(sheet, table)?,
                Part::Opinions {
                    heading,
                    columns,
                    rows,
                } => {
                    self.heading(sheet, heading)?;
                    let heads = columns.each_ref().map(|head| Cell::Text(head.clone()));
                    self.opinion(sheet, &heads, true)?;
                    for row in rows {
                        let cells = [
                            Cell::Text(row.title.clone()),
                            Cell::Text(row.said.clone()),
                            Cell::Text(row.name.clone()),
                            row.day.map_or(Cell::Empty, Cell::Date),
                        ];
                        self.opinion(sheet, &cells, false)?;
                    }
                }
            }
        }
        if !book.footer.is_empty() {
            self.row += 1;
            let text = Cell::Text(book.footer.clone());
            self.span(sheet, 0, self.columns, &text, &self.formats.fact)?;
        }
        workbook.save_to_buffer()
    }

    /// How many signs fit into columns.
    fn room(first: u16, end: u16) -> f64 {
        let numbers = if first == 0 { NUMBERS - WIDTH } else { 0.0 };
        f64::from(end - first) * WIDTH + numbers - 1.0
    }

    /// Writes a value into columns of this row, which become one cell.
    fn span(
        &self,
        sheet: &mut Worksheet,
        first: u16,
        end: u16,
        value: &Cell,
        format: &Format,
    ) -> Result<(), XlsxError> {
        if end > first + 1 {
            sheet.merge_range(self.row, first, self.row, end - 1, "", format)?;
        }
        self.put(sheet, first, value, format)
    }

    fn put(
        &self,
        sheet: &mut Worksheet,
        column: u16,
        value: &Cell,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let row = self.row;
        let number = |units: f64, digits: usize, word: &str| {
            let format = format
                .clone()
                .set_num_format(number_format(digits, word))
                .set_align(FormatAlign::Right);
            (units, format)
        };
        let (units, format) = match value {
            Cell::Empty => {
                sheet.write_blank(row, column, format)?;
                return Ok(());
            }
            Cell::Text(text) => {
                sheet.write_string_with_format(row, column, cell(text), format)?;
                return Ok(());
            }
            Cell::Date(day) => {
                sheet.write_with_format(row, column, &excel(*day)?, &self.formats.day)?;
                return Ok(());
            }
            Cell::Number(of, word) => number(Number::to_f64(*of), digits(&of.to_string()), word),
            Cell::Money(of, word) => {
                number(Money::units(*of), digits(&of.to_string()).max(2), word)
            }
        };
        sheet.write_number_with_format(row, column, units, &format)?;
        Ok(())
    }

    /// A row is as high as what is in it.
    fn fit(&self, sheet: &mut Worksheet, most: f64) -> Result<(), XlsxError> {
        if most > 1.0 {
            sheet.set_row_height(self.row, (most * LINE + 4.0).min(HIGHEST))?;
        }
        Ok(())
    }

    fn heading(&mut self, sheet: &mut Worksheet, text: &str) -> Result<(), XlsxError> {
        let text = Cell::Text(text.to_owned());
        self.span(sheet, 0, self.columns, &text, &self.formats.heading)?;
        self.row += 1;
        Ok(())
    }

    /// Where a column of the page's four begins.
    fn edge(&self, column: u16) -> u16 {
        column.min(4) * self.columns / 4
    }

    fn line(
        &mut self,
        sheet: &mut Worksheet,
        fields: &[(String, Cell, u8)],
    ) -> Result<(), XlsxError> {
        let mut at = 0;
        let mut most: f64 = 1.0;
        for (label, value, span) in fields {
            let end = (at + u16::from(*span).max(1)).min(4);
            let (first, last) = (self.edge(at), self.edge(end));
            // in one column of the four the label has half of it
            let middle = match end - at {
                0 | 1 => first + (last - first) / 2,
                _ => self.edge(at + 1),
            };
            if middle <= first || last <= middle {
                continue;
            }
            let label = Cell::Text(label.clone());
            self.span(sheet, first, middle, &label, &self.formats.label)?;
            let format = match value {
                Cell::Text(_) => &self.formats.text,
                _ => &self.formats.plain,
            };
            self.span(sheet, middle, last, value, format)?;
            for (value, from, to) in [(&label, first, middle), (value, middle, last)] {
                if let Cell::Text(text) = value {
                    most = most.max(lines(text, Self::room(from, to)));
                }
            }
            at = end;
        }
        self.fit(sheet, most)?;
        self.row += 1;
        Ok(())
    }

    fn table(&mut self, sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
        self.heading(sheet, &table.name)?;
        let heads = std::iter::once(&table.number).chain(&table.columns);
        let mut most: f64 = 1.0;
        for (column, head) in (0u16..).zip(heads) {
            let text = Cell::Text(head.clone());
            self.put(sheet, column, &text, &self.formats.head)?;
            most = most.max(lines(head, Self::room(column, column + 1)));
        }
        self.fit(sheet, most)?;
        self.row += 1;
        for (number, row) in (1u32..).zip(&table.rows) {
            sheet.write_number_with_format(self.row, 0, f64::from(number), &self.formats.label)?;
            self.cells(sheet, row, false)?;
        }
        if let Some((label, sums)) = &table.totals {
            let label = Cell::Text(label.clone());
            self.put(sheet, 0, &label, &self.formats.head)?;
            self.cells(sheet, sums, true)?;
        }
        Ok(())
    }

    /// A row of a table behind its number.
    fn cells(&mut self, sheet: &mut Worksheet, row: &[Cell], total: bool) -> Result<(), XlsxError> {
        let mut most: f64 = 1.0;
        for (column, value) in (1u16..).zip(row) {
            let format = match value {
                _ if total => &self.formats.total,
                Cell::Text(_) => &self.formats.text,
                _ => &self.formats.plain,
            };
            self.put(sheet, column, value, format)?;
            if let Cell::Text(text) = value {
                most = most.max(lines(text, WIDTH - 1.0));
            }
        }
        self.fit(sheet, most)?;
        self.row += 1;
        Ok(())
    }

    fn opinion(
        &mut self,
        sheet: &mut Worksheet,
        cells: &[Cell; 4],
        head: bool,
    ) -> Result<(), XlsxError> {
        // the opinion has what name and day leave
        let last = self.columns;
        let edges = [0, 2, last - 3, last - 1, last];
        let mut most: f64 = 1.0;
        for (pair, value) in edges.windows(2).zip(cells) {
            let &[first, end] = pair else { continue };
            let format = match (head, first) {
                (true, _) => &self.formats.head,
                (_, 0) => &self.formats.label,
                _ => &self.formats.text,
            };
            self.span(sheet, first, end, value, format)?;
            if let Cell::Text(text) = value {
                most = most.max(lines(text, Self::room(first, end)));
            }
        }
        self.fit(sheet, most)?;
        self.row += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_say_digits_and_what_is_counted() {
        assert_eq!(number_format(0, ""), "#,##0");
        assert_eq!(number_format(2, "元"), "#,##0.00\" 元\"");
        assert_eq!(number_format(1, "\"\\;"), "#,##0.0\" ;\"");
    }

    #[test]
    fn a_row_is_as_high_as_its_text() {
        assert!((lines("", 10.0) - 0.0).abs() < 0.1);
        assert!((lines("短", 10.0) - 1.0).abs() < 0.1);
        assert!((lines("一二三四五六", 10.0) - 2.0).abs() < 0.1);
        assert!((lines("a\nb\n", 10.0) - 2.0).abs() < 0.1);
    }
}
