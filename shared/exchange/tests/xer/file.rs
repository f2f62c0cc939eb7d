//! Small files, written for one test each.

use std::collections::BTreeSet;

use base::TaskId;
use domain::plan::Task;
use domain::schedule::{Dates, Schedule, schedule_with_milestones};
use exchange::mspdi::{Adjustment, Imported, ReadError};
use exchange::xer;

/// Five days of eight hours.
pub(crate) const FIVE_DAYS: &str = "(0||CalendarData()((0||DaysOfWeek()((0||1()())\
    (0||2()((0||0(s|08:00|f|12:00)())(0||1(s|13:00|f|17:00)())))(0||3()((0||0(s|08:00|f|12:00)())(0||1(s|13:00|f|17:00)())))\
    (0||4()((0||0(s|08:00|f|12:00)())(0||1(s|13:00|f|17:00)())))(0||5()((0||0(s|08:00|f|12:00)())(0||1(s|13:00|f|17:00)())))\
    (0||6()((0||0(s|08:00|f|12:00)())(0||1(s|13:00|f|17:00)())))(0||7()())))(0||Exceptions()())))";

/// Day and night.
pub(crate) const ALWAYS: &str = "(0||CalendarData()((0||DaysOfWeek()(\
    (0||1()((0||0(s|00:00|f|00:00)())))(0||2()((0||0(s|00:00|f|00:00)())))(0||3()((0||0(s|00:00|f|00:00)())))\
    (0||4()((0||0(s|00:00|f|00:00)())))(0||5()((0||0(s|00:00|f|00:00)())))(0||6()((0||0(s|00:00|f|00:00)())))\
    (0||7()((0||0(s|00:00|f|00:00)())))))))";

/// A table whose rows are written as `column=value` with underscores for spaces.
pub(crate) fn table(name: &str, rows: &[&str]) -> String {
    let cells = |row: &str| -> Vec<(String, String)> {
        let cells = row.split_whitespace().map(|cell| {
            let (column, value) = cell.split_once('=').unwrap();
            (column.to_owned(), value.replace('_', " "))
        });
        cells.collect()
    };
    let rows: Vec<_> = rows.iter().map(|row| cells(row)).collect();
    let columns: BTreeSet<&String> = rows.iter().flatten().map(|(column, _)| column).collect();
    let mut text = format!("%T\t{name}\r\n%F");
    for column in &columns {
        text.push('\t');
        text.push_str(column);
    }
    for row in &rows {
        text.push_str("\r\n%R");
        for column in &columns {
            let cell = row.iter().find(|(other, _)| other == *column);
            text.push('\t');
            text.push_str(cell.map_or("", |(_, value)| value));
        }
    }
    text + "\r\n"
}

/// A file of such tables.
pub(crate) fn file(tables: &[String]) -> String {
    format!(
        "ERMHDR\t20.12\t2026-01-05\tProject\r\n{}%E\r\n",
        tables.concat()
    )
}

/// A calendar.
pub(crate) fn calendar(id: &str, data: &str) -> String {
    format!(
        "%T\tCALENDAR\r\n%F\tclndr_id\tclndr_name\tclndr_data\r\n%R\t{id}\tcalendar {id}\t{data}\r\n"
    )
}

/// The tables of a project that starts on Monday, 5 January 2026, with the calendar of five days, and more of it.
pub(crate) fn project(more: &str) -> String {
    let row =
        format!("proj_id=1 proj_short_name=P clndr_id=1 plan_start_date=2026-01-05_08:00 {more}");
    table("PROJECT", &[&row]) + &calendar("1", FIVE_DAYS)
}

/// Activities: each its number and hours, `1:16`, and more columns.
pub(crate) fn tasks(rows: &[&str]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|row| {
            let (short, more) = row.split_once(' ').unwrap_or((row, ""));
            let (id, hours) = short.split_once(':').unwrap();
            // what the row says of its own stands in its place
            let own = |column: &str, value: &str| match more.contains(&format!("{column}=")) {
                true => String::new(),
                false => format!("{column}={value}"),
            };
            format!(
                "task_id={id} proj_id=1 task_code=A{id} task_name=t{id} target_drtn_hr_cnt={hours} {} {} {more}",
                own("clndr_id", "1"),
                own("task_type", "TT\u{1}Task"),
            )
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    codes(table("TASK", &rows))
}

/// Links: `1>2`, kind and lag in hours: `1>2 SS 8`.
pub(crate) fn links(rows: &[&str]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let mut parts = row.split(' ');
            let (pred, succ) = parts.next().unwrap().split_once('>').unwrap();
            let (kind, lag) = (parts.next().unwrap_or("FS"), parts.next().unwrap_or("0"));
            format!(
                "task_pred_id={at} task_id={succ} pred_task_id={pred} proj_id=1 pred_proj_id=1 pred_type=PR\u{1}{kind} lag_hr_cnt={lag}"
            )
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    codes(table("TASKPRED", &rows))
}

/// Codes have underscores where dates have spaces.
fn codes(table: String) -> String {
    let mut table = table.replace('\u{1}', "_");
    for kind in ["TT", "TK", "CS", "CP", "PT", "DT", "RT", "PR", "rcal"] {
        table = table.replace(&format!("\t{kind} "), &format!("\t{kind}_"));
    }
    table
}

pub(crate) fn read(file: &[u8]) -> Result<Imported, ReadError> {
    let mut last = 0;
    xer::read(file, &mut || {
        last += 1;
        last
    })
}

/// Reads a file of tables.
pub(crate) fn imported(tables: &[String]) -> Imported {
    read(file(tables).as_bytes()).unwrap()
}

/// The task of a name.
pub(crate) fn task<'i>(imported: &'i Imported, name: &str) -> &'i Task {
    let mut tasks = imported.plan.tasks.iter();
    tasks.find(|task| task.name == name).unwrap()
}

/// The dates as Primavera writes them.
pub(crate) fn scheduled(imported: &Imported) -> Schedule {
    schedule_with_milestones(&imported.plan, &imported.milestones).0
}

/// The row of the task of a name.
pub(crate) fn row(imported: &Imported, name: &str) -> Dates {
    let rows = imported.plan.tasks.iter().zip(scheduled(imported).rows);
    let mut rows = rows.filter(|(task, _)| task.name == name);
    rows.next().unwrap().1
}

/// Start and finish of the task of a name: `01-05T08:00 01-06T17:00`.
pub(crate) fn span(imported: &Imported, name: &str) -> String {
    let row = row(imported, name);
    let short = |at: base::Moment| at.to_string()[5..].to_owned();
    format!("{} {}", short(row.early_start), short(row.early_finish))
}

/// What was done at the task of a name, or to the whole plan.
pub(crate) fn adjusted(imported: &Imported, name: Option<&str>) -> Vec<Adjustment> {
    let id: Option<TaskId> = name.map(|name| task(imported, name).id);
    let all = imported.report.adjusted.iter();
    all.filter(|one| one.task == id)
        .map(|one| one.what.clone())
        .collect()
}
