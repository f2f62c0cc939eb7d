//! Broken, huge and hostile tables.

use super::book::{BOOK, BOOK_RELATIONS, RELATIONS, package, workbook};
use super::*;
use exchange::plan_file::{self, Kind};
use exchange::table::{MAX_CELL_TEXT, MAX_COLUMNS, MAX_ROWS, MAX_TEXT, MAX_UNPACKED, OpenError};
use proptest::prelude::*;

fn sheet(rows: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    workbook(&sheet, "<sst><si><t>x</t></si></sst>", "<styleSheet/>")
}

fn is_too_many(bytes: &[u8], what: &str) -> bool {
    matches!(table::open(bytes), Err(OpenError::TooMany { what: of, .. }) if of == what)
}

#[test]
fn a_workbook_that_grows_without_end_is_refused_before_it_does() {
    // packed a thousand times smaller
    let spaces = " ".repeat(MAX_UNPACKED + 10);
    let bomb = sheet(&spaces);
    assert!(bomb.len() < 2 << 20);
    assert!(matches!(
        table::open(&bomb),
        Err(OpenError::TooLarge { .. })
    ));
    // one long text that every cell names
    let long = "长".repeat(MAX_CELL_TEXT);
    let strings = format!("<sst><si><t>{long}</t></si></sst>");
    let cell = "<c t=\"s\"><v>0</v></c>";
    let rows = format!("<row>{}</row>", cell.repeat(50)).repeat(1 + MAX_TEXT / long.len() / 50);
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    assert!(is_too_many(
        &workbook(&sheet, &strings, "<styleSheet/>"),
        "text"
    ));
}

#[test]
fn more_rows_and_cells_than_are_read_are_refused_and_columns_left_out() {
    let lines = "a;b\n".repeat(MAX_ROWS + 1);
    assert!(is_too_many(lines.as_bytes(), "rows"));
    let wide = sheet(&"<row><c r=\"IV1\"><v>1</v></c></row>".repeat(20_000));
    assert!(is_too_many(&wide, "cells"));
    let cut = sheet(
        "<row><c r=\"A1\"><v>1</v></c><c r=\"XFD1\"><v>2</v></c><c r=\"ZZZZZZZZZZZZZZ1\"><v>3</v></c></row>",
    );
    let book = table::open(&cut).unwrap();
    assert!(book.sheets[0].cut);
    assert!(book.sheets[0].columns() <= MAX_COLUMNS);
    let long = format!("name;b\n{};c\n", "长".repeat(MAX_CELL_TEXT + 1));
    let (_, imported) = read(long.as_bytes());
    assert_eq!(imported.plan.tasks[0].name.chars().count(), 2_000);
    assert_eq!(notes(&imported)[0], (2, Kept::Cut));
}

#[test]
fn what_is_no_workbook_says_what_it_is() {
    let old = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0];
    assert_eq!(table::open(&old), Err(OpenError::OldOffice));
    let other = package(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet")]);
    assert_eq!(table::open(&other), Err(OpenError::OtherPackage));
    assert!(matches!(
        table::open(b"PK\x03\x04 and no more"),
        Err(OpenError::Damaged { .. })
    ));
    assert_eq!(table::open(b""), Err(OpenError::Empty));
    assert_eq!(table::open(&sheet("<row/>")), Err(OpenError::Empty));
    let lacking = package(&[
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
    ]);
    assert!(matches!(
        table::open(&lacking),
        Err(OpenError::Damaged { .. })
    ));
    let entities = "<!DOCTYPE a [<!ENTITY b \"bb\">]><worksheet>&b;</worksheet>";
    let bytes = workbook(entities, "<sst/>", "<styleSheet/>");
    assert!(matches!(
        table::open(&bytes),
        Err(OpenError::Damaged { .. })
    ));
}

#[test]
fn tables_are_told_from_other_plans_by_their_content() {
    assert_eq!(Kind::of(&sheet("")), Kind::Table);
    assert_eq!(Kind::of("名称,工期\n甲,1\n".as_bytes()), Kind::Table);
    assert_eq!(Kind::of(b"<Project a=\"1,2\"/>"), Kind::Mspdi);
    let read = |bytes: &[u8], name| {
        let mut last = 0;
        plan_file::read(bytes, name, &mut || {
            last += 1;
            last
        })
    };
    let imported = read("名称,工期\n甲,1\n乙,2\n".as_bytes(), None).unwrap();
    assert_eq!(outline(&imported.plan), "甲 乙");
    let rows = "<row><c t=\"str\"><v>Task</v></c><c t=\"str\"><v>Days</v></c></row>\
        <row><c t=\"str\"><v>a</v></c><c><v>2</v></c></row>";
    assert_eq!(
        read(&sheet(rows), Some("总计划")).unwrap().plan.tasks.len(),
        1
    );
    assert!(read(&sheet(rows), Some("other")).is_err());
    // prose is no plan
    assert!(read(b"Dear all, this is no plan.\nYours, N.\n", None).is_err());
}

#[test]
fn columns_of_names_make_no_more_tasks_than_are_read() {
    let names = (0..200)
        .map(|n| format!("n{n}"))
        .collect::<Vec<_>>()
        .join(";");
    let rows: Vec<String> = (0..1_000).map(|n| format!("r{n};{names}")).collect();
    let book = table::open(rows.join("\n").as_bytes()).unwrap();
    let mapping = Mapping {
        columns: vec![table::Field::Name; 201],
        outline: table::Outline::Columns,
        ..Mapping::default()
    };
    let imported = with(&book.sheets[0], &mapping, &Options::default());
    assert!(imported.plan.tasks.len() <= 100_000);
    assert!(notes(&imported).iter().any(|note| note.1 == Kept::TooMany));
}

#[test]
fn a_table_of_100000_tasks_is_read() {
    let mut lines = String::from("ID,WBS,Task Name,Duration,Predecessors\n");
    for n in 1..=100_000u32 {
        let wbs = format!("{}.{}", (n - 1) / 100 + 1, (n - 1) % 100);
        let before = if n % 100 == 1 {
            String::new()
        } else {
            (n - 1).to_string()
        };
        lines += &format!("{n},{wbs},Task {n},2d,{before}\n");
    }
    let (_, imported) = read(lines.as_bytes());
    assert_eq!(imported.plan.tasks.len(), 100_000);
    assert_eq!(imported.plan.links.len(), 99_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_cells_become_a_plan(rows in prop::collection::vec(
        prop::collection::vec(prop_oneof![
            "[0-9.,;:/年月日天dhwFS+%() -]{0,12}",
            "\\PC{0,10}",
            Just("2026-03-02".to_owned()),
            Just("1.1".to_owned()),
        ], 0..9), 0..12), heading in any::<bool>()) {
        let mut lines: Vec<String> = rows.iter().map(|row| row.join("\t")).collect();
        if heading {
            let heading = "WBS\tName\tDuration\tStart\tFinish\tPredecessors\t%\tDeadline\tBudget";
            lines.insert(0, heading.to_owned());
        }
        if let Ok(book) = table::open(lines.join("\n").as_bytes()) {
            for sheet in &book.sheets {
                let mut mapping = table::guess(sheet);
                for outline in [table::Outline::Wbs, table::Outline::Level, table::Outline::Spaces] {
                    mapping.outline = outline;
                    let imported = with(sheet, &mapping, &Options::default());
                    prop_assert_eq!(imported.plan.tasks.len(), imported.stored.len());
                    prop_assert!(imported.plan.tasks.len() <= sheet.rows.len());
                }
            }
        }
    }

    #[test]
    fn any_change_of_some_bytes_gives_an_error_or_rows(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = sheet("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\"><v>2</v></c></row>");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(book) = table::open(&bytes) {
            for sheet in &book.sheets {
                with(sheet, &table::guess(sheet), &Options::default());
            }
        }
    }
}
