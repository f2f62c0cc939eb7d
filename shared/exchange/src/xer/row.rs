//! A row of a table, and its values as Primavera writes them.

use base::{Minutes, Moment};

use super::table::{Table, Tables};
use crate::mspdi::{Expected, ReadError, Scope};
use crate::xml::place;

/// A row with its fields.
pub(super) struct Row<'a, 't> {
    tables: &'t Tables<'a>,
    pub(super) table: &'t Table<'a>,
    fields: Vec<&'a str>,
}

/// A length of time in whole minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) minutes: Minutes,
    /// It had seconds and was rounded.
    pub(super) rounded: bool,
}

impl<'a, 't> Row<'a, 't> {
    pub(super) fn new(tables: &'t Tables<'a>, table: &'t Table<'a>, row: &'a str) -> Self {
        Self {
            tables,
            table,
            // what lies beyond the last column has no name
            fields: row.split('\t').take(table.columns.len()).collect(),
        }
    }

    /// The names of the columns that have a value, with it.
    pub(super) fn values(&self) -> impl Iterator<Item = (&'t str, &'a str)> + '_ {
        let columns = self.table.columns.iter().map(String::as_str);
        let values = self.fields.iter().map(|field| field.trim());
        columns.zip(values).filter(|(_, value)| !value.is_empty())
    }

    /// The trimmed text of a column; `None` where it is empty or not there.
    pub(super) fn text(&self, column: &str) -> Option<&'a str> {
        let field = self.fields.get(self.table.column(column)?)?.trim();
        (!field.is_empty()).then_some(field)
    }

    /// The text of a column as people typed it: quotes are doubled in files of some versions.
    pub(super) fn words(&self, column: &str) -> Option<String> {
        Some(self.text(column)?.replace("\"\"", "\""))
    }

    /// The number of another row; empty where it names none.
    pub(super) fn key(&self, column: &str) -> &'a str {
        self.text(column).unwrap_or("")
    }

    /// Whether a column says yes.
    pub(super) fn flag(&self, column: &str) -> bool {
        matches!(self.text(column), Some("Y" | "y" | "1"))
    }

    fn get<T>(
        &self,
        column: &str,
        expected: Expected,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ReadError> {
        let Some(text) = self.text(column) else {
            return Ok(None);
        };
        match parse(text) {
            Some(value) => Ok(Some(value)),
            None => Err(ReadError::Value {
                at: place(self.tables.source, self.tables.offset(text)),
                scope: scope(&self.table.name),
                owner: self.owner().chars().take(120).collect(),
                element: column.to_owned(),
                text: text.chars().take(64).collect(),
                expected,
            }),
        }
    }

    /// A number.
    pub(super) fn number(&self, column: &str) -> Result<Option<f64>, ReadError> {
        self.get(column, Expected::Number, number)
    }

    /// A number of hours.
    pub(super) fn hours(&self, column: &str) -> Result<Option<Length>, ReadError> {
        self.get(column, Expected::Hours, |text| number(text).map(length))
    }

    /// A date and time.
    pub(super) fn moment(&self, column: &str) -> Result<Option<Moment>, ReadError> {
        self.get(column, Expected::Moment, moment)
    }

    /// Whose values these are, for people.
    fn owner(&self) -> String {
        let names = [
            "task_code",
            "task_name",
            "clndr_name",
            "rsrc_name",
            "wbs_name",
            "proj_short_name",
        ];
        let names: Vec<&str> = names.iter().filter_map(|name| self.text(name)).collect();
        names.join(" ")
    }

    /// Where the row begins, for errors.
    pub(super) fn place(&self) -> crate::mspdi::Place {
        let first = self.fields.first().copied().unwrap_or("");
        place(self.tables.source, self.tables.offset(first))
    }
}

/// What the rows of a table belong to.
pub(super) fn scope(table: &str) -> Scope {
    match table {
        "CALENDAR" => Scope::Calendar,
        "TASKPRED" => Scope::Link,
        "TASKRSRC" | "TRSRCFIN" | "ASGNMNTACAT" => Scope::Assignment,
        name if name.starts_with("TASK") || name.contains("WBS") => Scope::Task,
        name if name.starts_with("RSRC") => Scope::Resource,
        _ => Scope::Project,
    }
}

/// A number, with a point or, as in some countries, a comma.
fn number(text: &str) -> Option<f64> {
    let text = match text.contains('.') {
        true => text.replace(',', ""),
        false => text.replacen(',', ".", 1),
    };
    // neither infinity nor what no file means
    let number = text.parse().ok();
    number.filter(|number: &f64| number.abs() < 1e12)
}

fn length(hours: f64) -> Length {
    let minutes = hours * 60.0;
    Length {
        minutes: minutes.round() as Minutes,
        rounded: (minutes - minutes.round()).abs() > 0.01,
    }
}

/// `2026-01-05 08:00`, or a day alone.
fn moment(text: &str) -> Option<Moment> {
    let (day, time) = match text.split_once([' ', 'T']) {
        Some((day, time)) => (day, time.trim()),
        None => (text, "00:00"),
    };
    let time = time.replace('.', ":");
    format!("{day}T{}", time.get(..5)?).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_point_or_a_comma() {
        for (text, value) in [
            ("8", 8.0),
            ("8.5", 8.5),
            ("8,5", 8.5),
            ("-16", -16.0),
            ("1,234.5", 1234.5),
        ] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for text in ["", "eight", "1e99", "inf", "NaN", "8h"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn hours_become_minutes() {
        assert_eq!(length(2.6667).minutes, 160);
        assert!(!length(2.6667).rounded && length(0.005).rounded);
    }

    #[test]
    fn moments_are_those_of_plans() {
        let read = |text| moment(text).map(|at| at.to_string());
        for text in [
            "2026-01-05 08:30",
            "2026-01-05 08:30:00",
            "2026-01-05 08.30",
        ] {
            assert_eq!(read(text).as_deref(), Some("2026-01-05T08:30"));
        }
        assert_eq!(read("2026-01-05").as_deref(), Some("2026-01-05T00:00"));
        for text in [
            "2026-02-30 08:00",
            "1899-12-30 08:00",
            "soon",
            "2026-01-05 8",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
