//! Plans as Excel files.

use base::{Moment, TaskId};
use domain::plan::{CustomField, FieldValue, Plan, YesNo};
use domain::schedule::{Dates, Schedule};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Excel's limits: outline levels, and indents of a cell.
const MAX_OUTLINE: u16 = 7;
const MAX_INDENT: u16 = 15;
/// The most UTF-16 units of a cell's text.
const MAX_CELL: usize = 32_767;

/// The texts of the sheet, in the person's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// The sheet's name; Excel takes 31 characters and none of `[]:*?/\`.
    pub sheet: String,
    /// Headings of the columns: number, name, days, start, finish, late start, late finish, total slack in
    /// days, free slack in days, critical, percent, owner, deliverable, notes.
    pub columns: [String; 14],
    /// What stands in the column "critical".
    pub yes: String,
}

/// Writes one sheet with a row per task: outline levels, real dates, a heading that stays in view. Durations and
/// slack are days of eight working hours, percent are whole numbers. Custom fields follow, a column each under its name.
/// A text is never a formula.
pub fn write(
    plan: &Plan,
    schedule: &Schedule,
    notes: &[(TaskId, String)],
    labels: &Labels,
) -> Result<Vec<u8>, XlsxError> {
    let notes: FxHashMap<TaskId, &str> = (notes.iter())
        .map(|(task, text)| (*task, text.as_str()))
        .collect();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let name = sheet_name(&labels.sheet);
    if !name.is_empty() {
        sheet.set_name(name)?;
    }
    let heading = Format::new().set_bold();
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    for (column, text) in (0u16..).zip(&labels.columns) {
        sheet.write_string_with_format(0, column, cell(text), &heading)?;
    }
    let widths = [
        6.0, 44.0, 8.0, 17.0, 17.0, 17.0, 17.0, 12.0, 12.0, 9.0, 9.0, 20.0, 24.0, 60.0,
    ];
    for (column, width) in (0u16..).zip(widths) {
        sheet.set_column_width(column, width)?;
    }
    let custom = FieldFormats::new();
    let first = labels.columns.len() as u16;
    for (column, field) in (first..).zip(&plan.fields) {
        sheet.write_string_with_format(0, column, cell(&field.name), &heading)?;
        sheet.set_column_width(column, 17.0)?;
    }
    sheet.set_freeze_panes(1, 2)?;
    sheet.group_symbols_above(true);
    let depths = depths(plan);
    for (row, ((task, dates), depth)) in
        (1u32..).zip(plan.tasks.iter().zip(&schedule.rows).zip(&depths))
    {
        let indent = (*depth).min(MAX_INDENT) as u8;
        let mut text = Format::new().set_indent(indent);
        if dates.summary {
            text = text.set_bold();
        }
        sheet.write_number(row, 0, f64::from(row))?;
        sheet.write_string_with_format(row, 1, cell(&task.name), &text)?;
        if !dates.summary {
            sheet.write_number(row, 2, task.duration as f64 / 480.0)?;
        }
        for (column, at) in (3u16..).zip(moments(dates)) {
            sheet.write_with_format(row, column, &excel(at)?, &date)?;
        }
        sheet.write_number(row, 7, dates.total_slack as f64 / 480.0)?;
        sheet.write_number(row, 8, dates.free_slack as f64 / 480.0)?;
        if dates.critical {
            sheet.write_string(row, 9, labels.yes.as_str())?;
        }
        sheet.write_number(row, 10, f64::from(task.percent))?;
        let note = notes.get(&task.id).copied().unwrap_or("");
        for (column, text) in (11..).zip([&task.owner, &task.deliverable, note]) {
            if !text.is_empty() {
                sheet.write_string(row, column, cell(text))?;
            }
        }
        for (column, field) in (first..).zip(&plan.fields) {
            if let Some(value) = field.values.get(&task.id) {
                custom.write(sheet, (row, column), field, value)?;
            }
        }
    }
    for (first, last) in groups(&depths) {
        sheet.group_rows(first, last)?;
    }
    workbook.save_to_buffer()
}

/// How values of custom fields look.
struct FieldFormats {
    day: Format,
    time: Format,
    money: Format,
}

impl FieldFormats {
    fn new() -> Self {
        Self {
            day: Format::new().set_num_format("yyyy-mm-dd"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
            money: Format::new().set_num_format("#,##0.00"),
        }
    }

    /// Writes a value as what it is: what fits its field as a number, a date or a truth value, and else as text.
    fn write(
        &self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        field: &CustomField,
        value: &FieldValue,
    ) -> Result<(), XlsxError> {
        match value {
            FieldValue::Number(number) => sheet.write_number(row, column, number.to_f64())?,
            FieldValue::Money(amount) => {
                sheet.write_number_with_format(row, column, amount.units(), &self.money)?
            }
            FieldValue::Date(at) => {
                let format = match at.minute_of_day() {
                    0 => &self.day,
                    _ => &self.time,
                };
                sheet.write_with_format(row, column, &excel(*at)?, format)?
            }
            FieldValue::YesNo(yes) => sheet.write_boolean(row, column, *yes)?,
            other => {
                let text = field.to_text(other, YesNo { yes: "", no: "" });
                sheet.write_string(row, column, cell(&text))?
            }
        };
        Ok(())
    }
}

/// A name of a sheet as Excel takes it.
pub(crate) fn sheet_name(name: &str) -> String {
    let name = name.chars().filter(|c| !"[]:*?/\\'".contains(*c));
    name.take(31).collect()
}

/// A text as a cell can hold it: Excel takes 32,767 characters, counted as UTF-16 does.
pub(crate) fn cell(text: &str) -> &str {
    let mut units = 0;
    let fits = |(at, c): (usize, char)| {
        units += c.len_utf16();
        (units > MAX_CELL).then_some(at)
    };
    let end = text.char_indices().find_map(fits);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

fn moments(dates: &Dates) -> [Moment; 4] {
    [
        dates.early_start,
        dates.early_finish,
        dates.late_start,
        dates.late_finish,
    ]
}

pub(crate) fn excel(at: Moment) -> Result<ExcelDateTime, XlsxError> {
    let (year, month, day, hour, minute) = at.parts();
    ExcelDateTime::from_ymd(year as u16, month as u8, day as u8)?.and_hms(
        hour as u16,
        minute as u8,
        0,
    )
}

/// How deep each task lies; a parent comes before its children.
fn depths(plan: &Plan) -> Vec<u16> {
    let mut known: FxHashMap<TaskId, u16> = FxHashMap::default();
    (plan.tasks.iter())
        .map(|task| {
            let above = task.parent.and_then(|parent| known.get(&parent));
            let depth = above.map_or(0, |above| above.saturating_add(1));
            known.insert(task.id, depth);
            depth
        })
        .collect()
}

/// Runs of rows that lie at least one, two, ... deep, outer ones first, as far as Excel's outline goes.
fn groups(depths: &[u16]) -> Vec<(u32, u32)> {
    let mut groups = Vec::new();
    for level in 1..=MAX_OUTLINE {
        let mut first = None;
        for (row, depth) in (1u32..).zip(depths.iter().copied().chain([0])) {
            match (first, depth >= level) {
                (None, true) => first = Some(row),
                (Some(from), false) => {
                    groups.push((from, row - 1));
                    first = None;
                }
                _ => {}
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_follow_the_outline() {
        assert_eq!(groups(&[0, 1, 2, 2, 1, 0, 1]), [(2, 5), (7, 7), (3, 4)]);
    }

    #[test]
    fn a_plan_becomes_a_zip_with_a_sheet() {
        let labels = Labels {
            sheet: "计划: [1]".to_owned(),
            columns: std::array::from_fn(|n| format!("列{n}")),
            yes: "是".to_owned(),
        };
        let bytes = write(&Plan::default(), &Schedule::default(), &[], &labels).unwrap();
        assert!(bytes.starts_with(b"PK"));
    }
}
