//! A form's workbook as other programs read it, and as we do.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::io::Cursor;

use base::Moment;
use calamine::{Data, Range, Reader, Xlsx};
use exchange::form_book::{Book, Cell, Opinion, Part, Table, write};

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn money(amount: &str) -> Cell {
    Cell::Money(amount.parse().unwrap(), "元".to_owned())
}

fn number(number: &str, word: &str) -> Cell {
    Cell::Number(number.parse().unwrap(), word.to_owned())
}

fn day(d: u32) -> Moment {
    Moment::ymd_hm(2026, 3, d, 0, 0).unwrap()
}

fn line(label: &str, value: Cell, span: u8) -> (String, Cell, u8) {
    (label.to_owned(), value, span)
}

fn book() -> Book {
    Book {
        sheet: "立项申请表: [1]/'".to_owned(),
        title: "立项申请表".to_owned(),
        facts: vec![
            ("编号".to_owned(), "LX-2026-001".to_owned()),
            ("状态".to_owned(), "已通过".to_owned()),
        ],
        parts: vec![
            Part::Heading("项目".to_owned()),
            Part::Line(vec![
                line("项目名称", text("=1+1 滨江花园 & <二期>"), 2),
                line("合同额", money("680000.5"), 2),
            ]),
            Part::Line(vec![
                line("开始", Cell::Date(day(2)), 1),
                line("工期", number("45.5", "天"), 1),
                line("无", Cell::Empty, 2),
            ]),
            Part::Line(vec![line("背景", text(&"很长的背景。\n".repeat(40)), 4)]),
            Part::Table(Table {
                name: "费用".to_owned(),
                number: "序号".to_owned(),
                columns: vec!["项目".to_owned(), "金额".to_owned(), "日期".to_owned()],
                rows: vec![
                    vec![text("差旅"), money("3000"), Cell::Date(day(5))],
                    vec![text("+SUM(A1)"), money("-12.345"), Cell::Empty],
                ],
                totals: Some((
                    "合计".to_owned(),
                    vec![Cell::Empty, money("2987.655"), Cell::Empty],
                )),
            }),
            Part::Opinions {
                heading: "评审意见".to_owned(),
                columns: ["评审", "意见", "姓名", "日期"].map(str::to_owned),
                rows: vec![Opinion {
                    title: "商务部".to_owned(),
                    said: "同意 价格合理".to_owned(),
                    name: "王芳".to_owned(),
                    day: Some(day(9)),
                }],
            },
        ],
        footer: "一式两份".to_owned(),
        landscape: false,
    }
}

fn read(bytes: &[u8]) -> (String, Range<Data>, Range<String>) {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let name = book.sheet_names()[0].clone();
    let values = book.worksheet_range(&name).unwrap();
    let formulas = book.worksheet_formula(&name).unwrap();
    (name, values, formulas)
}

/// The cell right of a label: the first with something in it.
fn beside(values: &Range<Data>, label: &str) -> Data {
    let is = |data: &Data| matches!(data, Data::String(text) if text == label);
    let row = values.rows().find(|row| row.iter().any(is)).unwrap();
    let at = row.iter().position(is).unwrap();
    let mut rest = row[at + 1..].iter();
    rest.find(|data| **data != Data::Empty).unwrap().clone()
}

fn date(data: &Data) -> (u16, u8, u8) {
    let Data::DateTime(at) = data else {
        return (0, 0, 0);
    };
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    (year, month, day)
}

#[test]
fn a_form_becomes_a_sheet_with_real_values() {
    let (name, values, formulas) = read(&write(&book()).unwrap());
    assert_eq!(name, "立项申请表 1");
    assert_eq!(values.get((0, 0)), Some(&Data::String("立项申请表".into())));
    let facts: Vec<String> = (1..3)
        .map(|row| values.get((row, 0)).unwrap().to_string())
        .collect();
    assert_eq!(facts, ["编号: LX-2026-001", "状态: 已通过"]);
    assert_eq!(
        beside(&values, "项目名称"),
        Data::String("=1+1 滨江花园 & <二期>".into())
    );
    assert_eq!(beside(&values, "合同额"), Data::Float(680_000.5));
    assert_eq!(beside(&values, "工期"), Data::Float(45.5));
    assert_eq!(date(&beside(&values, "开始")), (2026, 3, 2));
    assert_eq!(beside(&values, "差旅"), Data::Float(3_000.0));
    assert_eq!(beside(&values, "+SUM(A1)"), Data::Float(-12.345));
    assert_eq!(beside(&values, "合计"), Data::Float(2_987.655));
    assert_eq!(
        beside(&values, "商务部"),
        Data::String("同意 价格合理".into())
    );
    assert_eq!(date(&beside(&values, "王芳")), (2026, 3, 9));
    // a text is never a formula
    assert!(formulas.rows().flatten().all(String::is_empty));
}

#[test]
fn our_own_reader_reads_a_forms_sheet() {
    let bytes = write(&book()).unwrap();
    let read = exchange::table::open(&bytes).unwrap();
    let sheet = &read.sheets[0];
    let all = format!("{sheet:?}");
    for part in ["立项申请表", "差旅", "商务部", "一式两份"] {
        assert!(all.contains(part), "{part}");
    }
}

#[test]
fn long_tables_and_empty_forms_are_written() {
    let mut long = book();
    let row = vec![text("泵"), money("1"), Cell::Empty];
    long.parts = vec![Part::Table(Table {
        name: "设备".to_owned(),
        number: "序号".to_owned(),
        columns: (0..40).map(|n| format!("列{n}")).collect(),
        rows: vec![row; 5_000],
        totals: None,
    })];
    let (_, values, _) = read(&write(&long).unwrap());
    assert!(values.height() > 5_000);
    let empty = Book {
        sheet: String::new(),
        title: String::new(),
        facts: Vec::new(),
        parts: vec![
            Part::Line(Vec::new()),
            Part::Line(vec![line("a", Cell::Empty, 0); 9]),
            Part::Opinions {
                heading: String::new(),
                columns: std::array::from_fn(|_| String::new()),
                rows: Vec::new(),
            },
        ],
        footer: String::new(),
        landscape: true,
    };
    assert!(write(&empty).unwrap().starts_with(b"PK"));
}
