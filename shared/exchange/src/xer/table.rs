//! The tables of a file: `%T` names one, `%F` its columns, each `%R` is a row, and `%E` ends the file. Fields are
//! separated by tabs, and nothing is escaped.

use rustc_hash::FxHashMap;

use super::row::Row;
use super::{MAX_COLUMNS, MAX_ROWS, MAX_TABLES};
use crate::mspdi::ReadError;
use crate::xml::place;

/// Everything in a file, unread.
pub(super) struct Tables<'a> {
    /// The text that all of it lies in.
    pub(super) source: &'a str,
    pub(super) list: Vec<Table<'a>>,
    /// The file has its end mark.
    pub(super) ended: bool,
}

/// A table.
#[derive(Default)]
pub(super) struct Table<'a> {
    /// In capitals.
    pub(super) name: String,
    /// Names of the columns, in small letters.
    pub(super) columns: Vec<String>,
    at: FxHashMap<String, usize>,
    /// Each row as it stands in the file, behind its mark.
    rows: Vec<&'a str>,
}

impl<'a> Table<'a> {
    /// The place of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.at.get(name).copied()
    }
}

/// Refuses more of something than is read.
pub(super) fn at_most(count: usize, limit: usize, what: &str) -> Result<(), ReadError> {
    if count <= limit {
        return Ok(());
    }
    Err(ReadError::TooMany {
        what: what.to_owned(),
        limit: limit as u64,
    })
}

/// What begins a line that is no continuation of the one before.
fn is_mark(line: &str) -> bool {
    let mark = line.get(..2).unwrap_or("");
    let behind = line.as_bytes().get(2);
    line.starts_with("ERMHDR")
        || (matches!(mark, "%T" | "%F" | "%R" | "%E")
            && matches!(behind, None | Some(b'\t' | b'\r' | b'\n')))
}

/// The records: lines, but for line ends that somebody typed into a field.
fn records(source: &str) -> impl Iterator<Item = &str> {
    let ends = source.match_indices('\n').map(|(at, _)| at + 1);
    let mut starts = ends.filter(|at| source.get(*at..).is_some_and(is_mark));
    let mut from = Some(0);
    std::iter::from_fn(move || {
        let start = from?;
        from = starts.next();
        let record = source.get(start..from.unwrap_or(source.len()))?;
        Some(record.trim_end_matches(['\n', '\r']))
    })
}

impl<'a> Tables<'a> {
    /// Cuts a text into tables.
    pub(super) fn read(source: &'a str) -> Result<Self, ReadError> {
        let mut tables = Self {
            source,
            list: Vec::new(),
            ended: false,
        };
        let mut rows = 0;
        let mut last: Option<&str> = None;
        for (number, record) in records(source).enumerate() {
            let (mark, rest) = match record.split_once('\t') {
                Some((mark, rest)) => (mark, rest),
                None => (record, ""),
            };
            match mark {
                "ERMHDR" => {}
                "%T" => {
                    tables.list.push(Table {
                        name: rest.trim().to_uppercase(),
                        ..Table::default()
                    });
                    at_most(tables.list.len(), MAX_TABLES, "tables")?;
                }
                "%F" => tables.columns(record, rest)?,
                "%R" => {
                    rows += 1;
                    at_most(rows, MAX_ROWS, "rows")?;
                    match tables.list.last_mut() {
                        Some(table) if !table.columns.is_empty() => table.rows.push(rest),
                        _ => return Err(tables.wrong(record, "a row before the names of columns")),
                    }
                }
                "%E" => {
                    tables.ended = true;
                    return Ok(tables);
                }
                // whatever it is, it is not ours
                _ if number == 0 => return Err(ReadError::NotXml),
                _ => {}
            }
            last = Some(record);
        }
        tables.check_end(last)?;
        Ok(tables)
    }

    fn columns(&mut self, record: &str, rest: &str) -> Result<(), ReadError> {
        let Some(table) = self.list.last_mut() else {
            return Err(self.wrong(record, "names of columns before the name of their table"));
        };
        let names = rest.split('\t');
        at_most(names.clone().count(), MAX_COLUMNS, "columns")?;
        table.columns = names.map(|name| name.trim().to_lowercase()).collect();
        for (at, name) in table.columns.iter().enumerate() {
            table.at.entry(name.clone()).or_insert(at);
        }
        Ok(())
    }

    /// A file without its end mark may be cut short: half a row is refused, and where no row is the last.
    fn check_end(&self, last: Option<&str>) -> Result<(), ReadError> {
        let whole = match (last, self.list.last()) {
            (Some(last), Some(table)) if last.starts_with("%R") => {
                last.matches('\t').count() >= table.columns.len()
            }
            _ => false,
        };
        if whole {
            return Ok(());
        }
        let inside = self.list.last().map_or("ERMHDR", |table| &table.name);
        Err(ReadError::Truncated {
            at: place(self.source, self.source.len()),
            inside: inside.chars().take(64).collect(),
        })
    }

    fn wrong(&self, record: &str, why: &str) -> ReadError {
        ReadError::Syntax {
            at: place(self.source, self.offset(record)),
            why: why.to_owned(),
        }
    }

    /// Where in the text a piece of it begins.
    pub(super) fn offset(&self, piece: &str) -> usize {
        (piece.as_ptr() as usize).saturating_sub(self.source.as_ptr() as usize)
    }

    /// The rows of a table, in the order of the file; none where it is not there.
    pub(super) fn rows<'t>(
        &'t self,
        name: &str,
    ) -> impl Iterator<Item = Row<'a, 't>> + use<'a, 't> {
        let name = name.to_owned();
        let tables = self.list.iter().filter(move |table| table.name == name);
        tables.flat_map(move |table| self.of(table))
    }

    /// The rows of one table.
    pub(super) fn of<'t>(&'t self, table: &'t Table<'a>) -> impl Iterator<Item = Row<'a, 't>> {
        let rows = table.rows.iter();
        rows.map(move |row| Row::new(self, table, row))
    }
}
