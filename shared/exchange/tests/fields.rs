//! Custom fields in worksheets and tables.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Cursor;

use base::{FieldId, Moment, OptionId, TaskId};
use calamine::{Data, Reader, Xlsx};
use domain::plan::{CustomField, FieldKind, FieldOption, FieldValue, Plan, Task};
use domain::schedule::schedule;
use exchange::schedule_csv;
use exchange::xlsx::{self, Labels};

fn task(n: u8) -> TaskId {
    TaskId::from_bytes([n; 8])
}

/// Two tasks and a field of each kind: the first has a value that fits, the second a text.
fn plan() -> Plan {
    let key = OptionId::from_bytes([1; 8]);
    let kinds = [
        (FieldKind::Text, "t:=1+1"),
        (FieldKind::Number, "n:-12500.25"),
        (FieldKind::Money, "m:3000.5"),
        (FieldKind::Date, "d:2026-01-05T00:00"),
        (FieldKind::YesNo, "y:1"),
        (FieldKind::Choice, &format!("c:{key}")),
        (FieldKind::Person, "p:王建国"),
        (FieldKind::Other("stars".to_owned()), "s:4 of 5"),
    ];
    let fields = (1u8..).zip(kinds).map(|(n, (kind, kept))| {
        let id = FieldId::from_bytes([n; 8]);
        let mut field = CustomField::new(id, format!("字段 {kind}, \"{n}\""), kind);
        field.options.push(FieldOption {
            key,
            name: "高".to_owned(),
            removed: false,
        });
        field.values.insert(task(1), FieldValue::from_kept(kept));
        field
            .values
            .insert(task(2), FieldValue::from_kept("t:early"));
        field
    });
    Plan {
        start: Moment::ymd_hm(2026, 1, 5, 8, 0).unwrap(),
        fields: fields.collect(),
        tasks: [1, 2, 3].map(|n| Task::new(task(n))).to_vec(),
        ..Plan::default()
    }
}

#[test]
fn a_worksheet_has_a_column_of_each_field_with_values_that_are_what_they_are() {
    let labels = Labels {
        sheet: "s".to_owned(),
        columns: std::array::from_fn(|n| n.to_string()),
        yes: "是".to_owned(),
    };
    let plan = plan();
    let bytes = xlsx::write(&plan, &schedule(&plan).0, &[], &labels).unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range("s").unwrap();
    let formulas = book.worksheet_formula("s").unwrap();
    assert!(formulas.is_empty() || formulas.cells().all(|cell| cell.2.is_empty()));
    let cell = |row: u32, column: u32| {
        let cell = sheet.get_value((row, 14 + column)).cloned();
        cell.unwrap_or(Data::Empty)
    };
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!(cell(0, 0), text("字段 text, \"1\""));
    assert_eq!(cell(1, 0), text("=1+1"));
    assert_eq!(cell(1, 1), Data::Float(-12500.25));
    assert_eq!(cell(1, 2), Data::Float(3000.5));
    let Data::DateTime(date) = cell(1, 3) else {
        panic!("{:?} is no date", cell(1, 3));
    };
    assert!((date.as_f64() - 46027.0).abs() < 1e-6);
    assert_eq!(cell(1, 4), Data::Bool(true));
    assert_eq!(cell(1, 5), text("高"));
    assert_eq!(cell(1, 6), text("王建国"));
    assert_eq!(cell(1, 7), text("4 of 5"));
    for column in 0..8 {
        assert_eq!(cell(2, column), text("early"), "what does not fit is text");
        assert_eq!(cell(3, column), Data::Empty);
    }
}

#[test]
fn a_table_has_a_column_of_each_field() {
    let plan = plan();
    let bytes = schedule_csv::write(&plan, &schedule(&plan).0);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.len(), 17);
    assert_eq!(header.get(9), Some("字段 text, \"1\""));
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.unwrap().iter().skip(9).map(str::to_owned).collect())
        .collect();
    let values = [
        "=1+1",
        "-12500.25",
        "3000.5",
        "2026-01-05",
        "true",
        "高",
        "王建国",
        "4 of 5",
    ];
    assert_eq!(rows[0], values);
    assert_eq!(rows[1], ["early"; 8]);
    assert_eq!(rows[2], [""; 8]);
}
