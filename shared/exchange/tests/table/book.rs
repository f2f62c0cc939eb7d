//! Workbooks put together by hand, for what no writer of ours makes.

use std::io::{Cursor, Write};

use super::*;
use exchange::table::Field;
use zip::write::{SimpleFileOptions, ZipWriter};

/// A package of parts.
pub(super) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(super) const RELATIONS: &str = r#"<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
pub(super) const BOOK_RELATIONS: &str = r#"<Relationships>
    <Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
    <Relationship Id="r2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/>
    <Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>"#;
pub(super) const BOOK: &str =
    r#"<workbook><sheets><sheet name="总计划" sheetId="1" r:id="r1"/></sheets></workbook>"#;

/// A workbook of one sheet.
pub(super) fn workbook(sheet: &str, strings: &str, styles: &str) -> Vec<u8> {
    package(&[
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
        ("xl/sharedStrings.xml", strings),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

fn inline(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn every_kind_of_cell_is_read() {
    let strings = "<sst><si><t>Name</t></si><si><r><t>土方</t></r><r><t xml:space=\"preserve\"> 开挖</t></r>\
        <rPh sb=\"0\" eb=\"1\"><t>ツチ</t></rPh></si><si><t>a_x000D_&#10;b &amp; c</t></si></sst>";
    let styles = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/></numFmts>\
        <cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>\
        <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"9\"/>\
        <xf numFmtId=\"0\"><alignment indent=\"2\"/></xf><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
    let sheet = "<x:worksheet xmlns:x=\"m\"><x:sheetData>\
        <x:row r=\"3\" outlineLevel=\"2\"><x:c r=\"A3\" t=\"s\"><x:v>1</x:v></x:c><x:c r=\"C3\" s=\"1\"><x:v>46027.333333333336</x:v></x:c>\
        <x:c r=\"D3\" s=\"2\"><x:v>0.45</x:v></x:c><x:c t=\"b\"><x:v>1</x:v></x:c>\
        <x:c t=\"str\"><x:f>A1</x:f><x:v>made</x:v></x:c><x:c t=\"e\"><x:v>#REF!</x:v></x:c>\
        <x:c s=\"3\" t=\"s\"><x:v>2</x:v></x:c><x:c t=\"d\"><x:v>2026-01-05T08:00:00</x:v></x:c>\
        <x:c s=\"4\"><x:v>0.5</x:v></x:c><x:c t=\"s\"><x:v>99</x:v></x:c></x:row>\
        <x:row r=\"4\"><x:c r=\"A4\"/></x:row><x:row/></x:sheetData></x:worksheet>";
    let book = table::open(&workbook(sheet, strings, styles)).unwrap();
    let sheet = &book.sheets[0];
    assert_eq!(sheet.name, "总计划");
    assert_eq!(sheet.rows.len(), 1);
    let row = &sheet.rows[0];
    assert_eq!((row.number, row.level), (3, 2));
    let values: Vec<&Value> = row.cells.iter().map(|cell| &cell.value).collect();
    assert_eq!(
        values,
        [
            &Value::Text("土方 开挖".into()),
            &Value::Empty,
            &Value::Moment(at("2026-01-05T08:00")),
            &Value::Percent(0.45),
            &Value::Flag(true),
            &Value::Text("made".into()),
            &Value::Text("#REF!".into()),
            &Value::Text("a\nb & c".into()),
            &Value::Moment(at("2026-01-05T08:00")),
            &Value::Number(0.5),
        ]
    );
    assert_eq!(row.cells[7].indent, 2);
}

#[test]
fn titles_over_several_columns_are_passed_over_or_put_together() {
    let rows = [
        format!("<row r=\"1\">{}</row>", inline("A1", "一号楼进度计划")),
        format!(
            "<row r=\"2\">{}{}{}{}</row>",
            inline("A2", "序号"),
            inline("B2", "工作内容"),
            inline("C2", "计划"),
            inline("E2", "实际")
        ),
        format!(
            "<row r=\"3\">{}{}{}{}</row>",
            inline("C3", "开始"),
            inline("D3", "完成"),
            inline("E3", "开始"),
            inline("F3", "完成")
        ),
        format!(
            "<row r=\"4\"><c r=\"A4\"><v>1</v></c>{}{}{}{}</row>",
            inline("B4", "挖土"),
            inline("C4", "2026/3/2"),
            inline("D4", "2026/3/6"),
            inline("E4", "2026/3/3")
        ),
    ];
    let sheet = format!(
        "<worksheet><sheetData>{}</sheetData><mergeCells><mergeCell ref=\"A1:F1\"/><mergeCell ref=\"A2:A3\"/>\
         <mergeCell ref=\"B2:B3\"/><mergeCell ref=\"C2:D2\"/><mergeCell ref=\"E2:F2\"/></mergeCells></worksheet>",
        rows.concat()
    );
    let (mapping, imported) = read(&workbook(&sheet, "<sst/>", "<styleSheet/>"));
    assert_eq!(
        mapping.titles[2..],
        ["计划开始", "计划完成", "实际开始", "实际完成"]
    );
    use Field as F;
    assert_eq!(
        mapping.columns,
        [
            F::Number,
            F::Name,
            F::Start,
            F::Finish,
            F::ActualStart,
            F::ActualFinish
        ]
    );
    assert_eq!((mapping.heading, mapping.first), (Some(2), 3));
    let task = &imported.plan.tasks[0];
    assert_eq!((task.name.as_str(), task.duration), ("挖土", 2_400));
    assert_eq!(task.actual_start, Some(at("2026-03-03T08:00")));
}
