//! What a person does to a form, and what it makes of the answers. Pure.

use shared::pack::id::FieldName;
use shared::pack::value::{Answers, Value};

/// One edit. Rows of tables are counted from 0, as they stand at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// A field outside of tables; `None` clears it.
    Answer {
        /// The field.
        field: FieldName,
        /// Its answer.
        value: Option<Value>,
    },
    /// One cell of a table; `None` clears it.
    Cell {
        /// The table.
        table: FieldName,
        /// The row.
        row: usize,
        /// The column.
        column: FieldName,
        /// Its answer.
        value: Option<Value>,
    },
    /// Many cells of a table at once: a paste, a row that is emptied.
    Cells {
        /// The table.
        table: FieldName,
        /// Row, column, answer.
        cells: Vec<(usize, FieldName, Option<Value>)>,
    },
    /// New rows.
    AddRows {
        /// The table.
        table: FieldName,
        /// Below which row; none: above all.
        after: Option<usize>,
        /// What they hold.
        rows: Vec<Answers>,
    },
    /// Rows go.
    RemoveRows {
        /// The table.
        table: FieldName,
        /// Which.
        rows: Vec<usize>,
    },
    /// A row takes another's place.
    MoveRow {
        /// The table.
        table: FieldName,
        /// Which.
        row: usize,
        /// Its place afterwards.
        to: usize,
    },
}

impl Edit {
    /// Carries the edit out on plain answers.
    pub fn apply(self, answers: &mut Answers) {
        match self {
            Self::Answer { field, value } => set(answers, field, value),
            Self::Cell {
                table,
                row,
                column,
                value,
            } => change_rows(answers, table, |rows| {
                if let Some(row) = rows.get_mut(row) {
                    set(row, column, value);
                }
            }),
            Self::Cells { table, cells } => change_rows(answers, table, |rows| {
                for (row, column, value) in cells {
                    if let Some(row) = rows.get_mut(row) {
                        set(row, column, value);
                    }
                }
            }),
            Self::AddRows {
                table,
                after,
                rows: more,
            } => change_rows(answers, table, |rows| {
                let at = after.map_or(0, |after| after + 1).min(rows.len());
                rows.splice(at..at, more);
            }),
            Self::RemoveRows {
                table,
                rows: removed,
            } => change_rows(answers, table, |rows| {
                let mut at = 0;
                rows.retain(|_| {
                    at += 1;
                    !removed.contains(&(at - 1))
                });
            }),
            Self::MoveRow { table, row, to } => change_rows(answers, table, |rows| {
                if row < rows.len() && to < rows.len() {
                    let moved = rows.remove(row);
                    rows.insert(to, moved);
                }
            }),
        }
    }
}

/// Gives a field its answer, or takes it away.
pub(super) fn set(answers: &mut Answers, field: FieldName, value: Option<Value>) {
    match value {
        Some(value) => drop(answers.insert(field, value)),
        None => drop(answers.remove(&field)),
    }
}

/// Changes the rows of a table; what else stood there gives way.
pub(super) fn change_rows(
    answers: &mut Answers,
    table: FieldName,
    change: impl FnOnce(&mut Vec<Answers>),
) {
    let mut rows = match answers.remove(&table) {
        Some(Value::Table(rows)) => rows,
        _ => Vec::new(),
    };
    change(&mut rows);
    answers.insert(table, Value::Table(rows));
}

/// The rows of a table.
pub fn rows<'a>(answers: &'a Answers, table: &FieldName) -> &'a [Answers] {
    match answers.get(table) {
        Some(Value::Table(rows)) => rows,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> FieldName {
        text.parse().unwrap()
    }

    fn row(text: &str) -> Answers {
        Answers::from([(name("what"), Value::Text(text.into()))])
    }

    fn shape(answers: &Answers) -> String {
        let Some(Value::Table(rows)) = answers.get(&name("lines")) else {
            return String::new();
        };
        let cell = |row: &Answers| match row.get(&name("what")) {
            Some(Value::Text(text)) => text.clone(),
            _ => "-".to_owned(),
        };
        rows.iter().map(cell).collect()
    }

    #[test]
    fn rows_come_go_and_move() {
        let mut answers = Answers::new();
        let table = || name("lines");
        let add = |after, texts: &[&str]| Edit::AddRows {
            table: table(),
            after,
            rows: texts.iter().map(|text| row(text)).collect(),
        };
        add(None, &["b", "c"]).apply(&mut answers);
        add(None, &["a"]).apply(&mut answers);
        add(Some(9), &["d"]).apply(&mut answers);
        assert_eq!(shape(&answers), "abcd");
        let moved = |row, to| Edit::MoveRow {
            table: table(),
            row,
            to,
        };
        moved(0, 2).apply(&mut answers);
        assert_eq!(shape(&answers), "bcad");
        moved(9, 0).apply(&mut answers);
        let rows = vec![0, 3];
        Edit::RemoveRows {
            table: table(),
            rows,
        }
        .apply(&mut answers);
        assert_eq!(shape(&answers), "ca");
        let cells = vec![(0, name("what"), None), (7, name("what"), None)];
        Edit::Cells {
            table: table(),
            cells,
        }
        .apply(&mut answers);
        assert_eq!(shape(&answers), "-a");
    }

    #[test]
    fn what_is_no_table_gives_way_to_rows() {
        let mut answers = Answers::from([(name("lines"), Value::YesNo(true))]);
        let edit = Edit::AddRows {
            table: name("lines"),
            after: None,
            rows: vec![row("a")],
        };
        edit.apply(&mut answers);
        assert_eq!(shape(&answers), "a");
    }
}
