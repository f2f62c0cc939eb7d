//! Tables of an organisation's people: read for an import, and written as a workbook that can be filled in.
//!
//! Columns are found by their headings, in any order, on each sheet that is shown: 部门, 岗位, 姓名, 账号, 负责人, 初始密码,
//! or department, post, name, account, head, first password. The heading is one of the first rows.

use domain::organisation::import::{Column, Problem, Row, Wrong};
use rust_xlsxwriter::{Format, Workbook as Made, XlsxError};

use crate::table::{Sheet, Value, Workbook};

/// In how many rows the headings are sought: titles may stand above.
const HEADINGS: usize = 10;

/// What columns are called, as [`bare`] gives it; the first two are written.
const NAMES: [(Column, &[&str]); 6] = [
    (
        Column::Department,
        &["部门", "department", "所属部门", "部门名称", "dept"],
    ),
    (
        Column::Post,
        &[
            "岗位", "post", "职务", "职位", "position", "title", "jobtitle",
        ],
    ),
    (
        Column::Name,
        &[
            "姓名",
            "name",
            "人员",
            "人员姓名",
            "fullname",
            "displayname",
        ],
    ),
    (
        Column::Account,
        &[
            "账号",
            "account",
            "帐号",
            "用户名",
            "登录名",
            "username",
            "login",
        ],
    ),
    (
        Column::Head,
        &[
            "负责人",
            "head",
            "部门负责人",
            "是否负责人",
            "headofdepartment",
        ],
    ),
    (
        Column::Password,
        &[
            "初始密码",
            "firstpassword",
            "密码",
            "password",
            "initialpassword",
        ],
    ),
];

/// What cells of yes and no say.
const YES: [&str; 7] = ["是", "y", "yes", "1", "true", "√", "✓"];
const NO: [&str; 5] = ["否", "n", "no", "0", "false"];

/// The rows of a table's sheets, and what is wrong with how they are written.
pub fn read(workbook: &Workbook) -> (Vec<Row>, Vec<Problem>) {
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for sheet in workbook.sheets.iter().filter(|sheet| !sheet.hidden) {
        let Some((heading, columns)) = headings(sheet) else {
            problems.push(Problem {
                sheet: sheet.name.clone(),
                row: 0,
                column: None,
                wrong: Wrong::NoHeadings,
            });
            continue;
        };
        for row in sheet.rows.iter().skip(heading + 1) {
            let text = |column: Column| {
                let found = columns.iter().find(|(known, _)| *known == column);
                let value = found.map(|(_, at)| row.value(*at));
                value.map(Value::shown).unwrap_or_default()
            };
            let mut read = Row {
                sheet: sheet.name.clone(),
                number: row.number,
                department: text(Column::Department),
                post: text(Column::Post),
                name: text(Column::Name),
                account: text(Column::Account),
                head: None,
                password: text(Column::Password),
            };
            let head = text(Column::Head).to_lowercase();
            if YES.contains(&head.as_str()) {
                read.head = Some(true);
            } else if NO.contains(&head.as_str()) {
                read.head = Some(false);
            } else if !head.is_empty() {
                problems.push(Problem {
                    sheet: sheet.name.clone(),
                    row: row.number,
                    column: Some(Column::Head),
                    wrong: Wrong::NotYesOrNo,
                });
            }
            let nothing = Row {
                sheet: read.sheet.clone(),
                number: read.number,
                ..Row::default()
            };
            if read != nothing {
                rows.push(read);
            }
        }
    }
    (rows, problems)
}

/// The row of headings, by its place, and which column is where: a row with a department, a post or an account. Of two
/// columns of one name the first is taken.
fn headings(sheet: &Sheet) -> Option<(usize, Vec<(Column, usize)>)> {
    let rows = sheet.rows.iter().take(HEADINGS).enumerate();
    let mut found = rows.map(|(at, row)| {
        let mut columns: Vec<(Column, usize)> = Vec::new();
        for (place, cell) in row.cells.iter().enumerate() {
            let heading = bare(&cell.value.shown());
            let meaning = NAMES
                .iter()
                .find(|(_, names)| names.contains(&heading.as_str()));
            if let Some((column, _)) = meaning
                && !columns.iter().any(|(known, _)| known == column)
            {
                columns.push((*column, place));
            }
        }
        (at, columns)
    });
    found.find(|(_, columns)| {
        let says = |column: &(Column, usize)| {
            matches!(
                column.0,
                Column::Department | Column::Post | Column::Account
            )
        };
        columns.iter().any(says)
    })
}

/// A heading without case, spaces, and what stands in brackets after it.
fn bare(heading: &str) -> String {
    let heading = heading.split(['(', '（']).next().unwrap_or_default();
    let signs = heading
        .chars()
        .filter(|c| !c.is_whitespace() && !"*＊:：_-".contains(*c));
    signs.flat_map(char::to_lowercase).collect()
}

/// Writes a workbook that [`read`] reads again: of an organisation as it is, to be changed, or without rows, to be filled
/// in. Passwords are left out.
pub fn write(rows: &[Row], chinese: bool) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Made::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(if chinese { "人员" } else { "People" })?;
    let bold = Format::new().set_bold();
    for (column, (_, names)) in (0_u16..).zip(NAMES) {
        let name = match (chinese, names) {
            (true, [chinese, ..]) => (*chinese).to_owned(),
            (false, [_, english, ..]) if *english == "firstpassword" => "First password".to_owned(),
            (false, [_, english, ..]) => {
                let mut letters = english.chars();
                let first = letters.next().map(|c| c.to_ascii_uppercase());
                first.into_iter().chain(letters).collect()
            }
            _ => String::new(),
        };
        sheet.write_string_with_format(0, column, name, &bold)?;
        sheet.set_column_width(column, 18.0)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (at, row) in (1_u32..).zip(rows) {
        let head = match (row.head, chinese) {
            (Some(true), true) => "是",
            (Some(true), false) => "yes",
            (Some(false), true) => "否",
            (Some(false), false) => "no",
            (None, _) => "",
        };
        let cells = [&row.department, &row.post, &row.name, &row.account];
        let cells = cells.into_iter().map(String::as_str).chain([head]);
        for (column, text) in (0_u16..).zip(cells) {
            if !text.is_empty() {
                sheet.write_string(at, column, text)?;
            }
        }
    }
    workbook.save_to_buffer()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]
mod tests {
    use super::*;
    use crate::table;

    fn of(text: &str) -> (Vec<Row>, Vec<Problem>) {
        read(&table::open(text.as_bytes()).unwrap())
    }

    #[test]
    fn columns_are_found_by_their_headings_in_both_languages_and_any_order() {
        let chinese = "公司人员表,,,,,\n账号,姓名,部门,岗位,负责人（是/否）,初始密码\nli.min,李敏,财务部,会计,是,first-password\n";
        let english = "First password,Head,Post,Department,Name,Account\nfirst-password,yes,会计,财务部,李敏,li.min\n";
        let ((mut a, none), (mut b, no_more)) = (of(chinese), of(english));
        assert_eq!((none, no_more), (vec![], vec![]));
        assert_eq!((a[0].number, b[0].number), (3, 2));
        a[0].number = 0;
        b[0].number = 0;
        assert!(a == b && a.len() == 1);
        assert_eq!(a[0].head, Some(true));
        assert_eq!(a[0].password, "first-password");
    }

    #[test]
    fn a_sheet_without_headings_and_a_head_that_is_neither_yes_nor_no_are_told_with_their_place() {
        let (rows, problems) = of("a,b\nc,d\n");
        assert!(rows.is_empty());
        assert_eq!((problems[0].row, problems[0].wrong), (0, Wrong::NoHeadings));
        let (_, problems) = of("账号,负责人\nli,\nwang,也许\n");
        assert_eq!(problems.len(), 1);
        assert_eq!(
            (problems[0].row, problems[0].column, problems[0].wrong),
            (3, Some(Column::Head), Wrong::NotYesOrNo)
        );
    }

    #[test]
    fn what_is_written_is_read_again_without_passwords() {
        for chinese in [true, false] {
            let row = Row {
                sheet: if chinese { "人员" } else { "People" }.to_owned(),
                number: 2,
                department: "财务部".to_owned(),
                post: "会计".to_owned(),
                name: "=李敏".to_owned(),
                account: "li.min".to_owned(),
                head: Some(false),
                password: "first-password".to_owned(),
            };
            let bytes = write(std::slice::from_ref(&row), chinese).unwrap();
            let (rows, problems) = read(&table::open(&bytes).unwrap());
            assert_eq!(problems, []);
            let expected = Row {
                password: String::new(),
                ..row
            };
            assert!(rows == [expected]);
        }
    }
}
