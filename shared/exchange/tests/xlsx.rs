//! The workbook as another program reads it.
#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Read};

use base::{Moment, TaskId};
use calamine::{Data, Range, Reader, Xlsx};
use domain::plan::{Plan, Task};
use domain::schedule::schedule;
use exchange::xlsx::{self, Labels};

fn task(n: u8, parent: Option<u8>, name: &str, days: i64) -> Task {
    let id = |n: u8| TaskId::from_bytes([n; 8]);
    Task {
        name: name.to_owned(),
        parent: parent.map(id),
        order: format!("{n:02}"),
        duration: days * 480,
        ..Task::new(id(n))
    }
}

fn plan() -> Plan {
    let mut tasks = vec![
        task(1, None, "住宅楼 & <主体>", 0),
        task(2, Some(1), "基础", 0),
        task(3, Some(2), "=1+1", 3),
        task(4, Some(2), "+打桩", 0),
        task(5, Some(1), "@SUM(A1:A9)", 1),
        task(6, None, "https://example.org", 2),
    ];
    tasks[2].duration = 3 * 480 + 240;
    tasks[2].percent = 45;
    tasks[2].owner = "王建国".to_owned();
    tasks[2].deliverable = "-报告".to_owned();
    Plan {
        name: "房屋".to_owned(),
        start: Moment::ymd_hm(2026, 1, 5, 8, 0).unwrap(),
        tasks,
        ..Plan::default()
    }
}

fn workbook(notes: &[(TaskId, String)]) -> Vec<u8> {
    let plan = plan();
    let labels = Labels {
        sheet: "计划: [1]".to_owned(),
        columns: std::array::from_fn(|n| format!("列{n}")),
        yes: "是".to_owned(),
    };
    xlsx::write(&plan, &schedule(&plan).0, notes, &labels).unwrap()
}

fn values(bytes: &[u8]) -> (Range<Data>, Range<String>) {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["计划 1"]);
    let values = book.worksheet_range("计划 1").unwrap();
    let formulas = book.worksheet_formula("计划 1").unwrap();
    (values, formulas)
}

/// A piece of the workbook's own XML, for what the reader does not tell.
fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn dates_are_dates_and_numbers_are_numbers() {
    let bytes = workbook(&[]);
    let (sheet, _) = values(&bytes);
    let cell = |row: usize, column: usize| sheet.get((row, column)).cloned().unwrap();
    assert_eq!(cell(0, 0), Data::String("列0".to_owned()));
    assert_eq!(cell(3, 0), Data::Float(3.0));
    assert_eq!(cell(3, 2), Data::Float(3.5));
    assert_eq!(cell(3, 10), Data::Float(45.0));
    // a summary has no days of its own
    assert_eq!(cell(1, 2), Data::Empty);
    // 2026-01-05 is day 46027 of the calendar that begins in 1900
    for (column, expected) in [(3, 46027.0 + 8.0 / 24.0), (4, 46030.0 + 12.0 / 24.0)] {
        let Data::DateTime(date) = cell(3, column) else {
            panic!("{:?} is no date", cell(3, column));
        };
        assert!((date.as_f64() - expected).abs() < 1e-6, "{date:?}");
        assert!(date.is_datetime());
    }
    let styles = part(&bytes, "xl/styles.xml");
    assert!(
        styles.contains("formatCode=\"yyyy\\-mm\\-dd hh:mm\"")
            || styles.contains("formatCode=\"yyyy-mm-dd hh:mm\""),
        "{styles}"
    );
}

#[test]
fn texts_stay_texts_whatever_they_begin_with() {
    let task = TaskId::from_bytes([5; 8]);
    let long = "长".repeat(40_000);
    let bytes = workbook(&[
        (
            TaskId::from_bytes([3; 8]),
            "=cmd|'/C calc'!A0\n第二行".to_owned(),
        ),
        (task, long),
    ]);
    let (sheet, formulas) = values(&bytes);
    assert!(formulas.is_empty() || formulas.cells().all(|cell| cell.2.is_empty()));
    let text = |row: u32, column: u32| sheet.get_value((row, column)).cloned();
    let names = (1..=6).map(|row| text(row, 1).unwrap().to_string());
    let expected: Vec<String> = plan().tasks.into_iter().map(|task| task.name).collect();
    assert_eq!(names.collect::<Vec<_>>(), expected);
    assert_eq!(text(3, 11), Some(Data::String("王建国".to_owned())));
    assert_eq!(text(3, 12), Some(Data::String("-报告".to_owned())));
    let note = Data::String("=cmd|'/C calc'!A0\n第二行".to_owned());
    assert_eq!(text(3, 13), Some(note));
    // more than a cell holds is cut, not refused
    let Some(Data::String(cut)) = text(5, 13) else {
        panic!("no note");
    };
    assert_eq!(cut.chars().count(), 32_767);
    let xml = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!xml.contains("<f>") && !xml.contains("<hyperlink"));
}

#[test]
fn the_outline_and_the_frozen_heading_are_in_the_sheet() {
    let xml = part(&workbook(&[]), "xl/worksheets/sheet1.xml");
    let levels: Vec<u8> = (xml.split("<row ").skip(1))
        .map(|row| {
            let tag = row.split('>').next().unwrap();
            let level = tag.split("outlineLevel=\"").nth(1);
            level.map_or(0, |level| level.as_bytes()[0] - b'0')
        })
        .collect();
    assert_eq!(levels, [0, 0, 1, 2, 2, 1, 0]);
    assert!(xml.contains("summaryBelow=\"0\""), "summaries stand above");
    assert!(xml.contains("state=\"frozen\"") && xml.contains("ySplit=\"1\""));
}
