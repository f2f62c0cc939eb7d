//! Helpers of the tests of forms.

use base::RowId;
use doc::command::Command;
use doc::view::form::{FormPlace, FormProblem, FormView, read};
use domain::permission::DocumentKind;
use pack::id::{FieldName, FormName};
use pack::value::{Answers, Value};

use super::Replica;

pub fn field(name: &str) -> FieldName {
    name.parse().unwrap()
}

pub fn row(n: u32) -> RowId {
    let [a, b, c, d] = n.to_be_bytes();
    RowId::from_bytes([9, 9, 9, 9, a, b, c, d])
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub fn begin(prose: &[&str]) -> Command {
    Command::BeginForm {
        pack: "ab12".repeat(16),
        form: "request".parse::<FormName>().unwrap(),
        prose: prose.iter().map(|name| field(name)).collect(),
    }
}

pub fn answer(name: &str, value: impl Into<Option<Value>>) -> Command {
    Command::Answer {
        field: field(name),
        value: value.into(),
    }
}

pub fn prose(name: &str, text: &str) -> Command {
    Command::EditProse {
        field: field(name),
        text: text.to_owned(),
    }
}

pub fn cells(name: &str) -> Answers {
    Answers::from([(field("item"), text(name))])
}

/// Rows with their number in the column `item`.
pub fn rows(after: Option<u32>, numbers: &[u32]) -> Command {
    Command::AddRows {
        table: field("costs"),
        after: after.map(row),
        rows: numbers
            .iter()
            .map(|n| (row(*n), cells(&n.to_string())))
            .collect(),
    }
}

pub fn cell(n: u32, column: &str, value: impl Into<Option<Value>>) -> Command {
    Command::AnswerCell {
        table: field("costs"),
        row: row(n),
        column: field(column),
        value: value.into(),
    }
}

pub fn remove_rows(numbers: &[u32]) -> Command {
    Command::RemoveRows {
        table: field("costs"),
        rows: numbers.iter().copied().map(row).collect(),
    }
}

pub fn restore_rows(numbers: &[u32]) -> Command {
    Command::RestoreRows {
        table: field("costs"),
        rows: numbers.iter().copied().map(row).collect(),
    }
}

pub fn move_row(n: u32, after: Option<u32>) -> Command {
    Command::MoveRow {
        table: field("costs"),
        row: row(n),
        after: after.map(row),
    }
}

/// A form that was begun with the prose fields `reason` and `risks`.
pub fn form(who: u8) -> Replica {
    let mut replica = Replica::new(DocumentKind::Form, who);
    replica.perform(begin(&["reason", "risks"]));
    replica
}

/// Two replicas of one form, with the rows 1, 2, 3.
pub fn two_forms() -> (Replica, Replica) {
    let mut a = form(1);
    let mut b = Replica::new(DocumentKind::Form, 2);
    a.perform(rows(None, &[1, 2, 3]));
    super::meet(&mut a, &mut b);
    (a, b)
}

impl Replica {
    /// What the form shows: the same as after a fresh load.
    pub fn form(&mut self) -> (FormView, Vec<FormProblem>) {
        let read_on = read(&mut self.document);
        let saved = self.document.save();
        let mut fresh =
            doc::Document::load::<Vec<u8>>(DocumentKind::Form, Some(&saved), &[], [99; 16])
                .unwrap();
        assert_eq!(read_on, read(&mut fresh), "read key by key and as a whole");
        read_on
    }

    /// Its answers, where nothing is wrong with them.
    pub fn sound(&mut self) -> FormView {
        let (view, problems) = self.form();
        assert_eq!(problems, []);
        view
    }

    /// `1 2:x`: the rows with their column `item`, where it is another than the number.
    pub fn table(&mut self) -> String {
        let (view, _) = self.form();
        let ids = view.rows.get(&field("costs")).cloned().unwrap_or_default();
        let Some(Value::Table(rows)) = view.answers.get(&field("costs")) else {
            assert!(ids.is_empty());
            return String::new();
        };
        assert_eq!(ids.len(), rows.len());
        let shown = ids.iter().zip(rows).map(|(id, row)| {
            let number = number(*id).to_string();
            match row.get(&field("item")) {
                Some(Value::Text(text)) if *text != number => format!("{number}:{text}"),
                Some(_) => number,
                None => format!("{number}:"),
            }
        });
        shown.collect::<Vec<_>>().join(" ")
    }
}

/// The number of a row of [`row`].
pub fn number(id: RowId) -> u32 {
    let [.., a, b, c, d] = *id.as_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// The place of a cell in the column `item`.
pub fn item(n: u32) -> FormPlace {
    FormPlace::Cell {
        table: field("costs"),
        row: row(n),
        column: field("item"),
    }
}
