//! Our own workbooks read back, and those of others.

use super::*;
use domain::schedule::schedule;
use exchange::table::{Field, Outline};
use exchange::xlsx::{self, Labels};
use proptest::prelude::*;

fn labels(chinese: bool) -> Labels {
    let columns = match chinese {
        true => [
            "序号",
            "任务名称",
            "工期（天）",
            "开始",
            "完成",
            "最晚开始",
            "最晚完成",
            "总时差（天）",
            "自由时差（天）",
            "关键",
            "完成率",
            "负责人",
            "交付物",
            "备注",
        ],
        false => [
            "#",
            "Task",
            "Days",
            "Start",
            "Finish",
            "Late start",
            "Late finish",
            "Total slack (days)",
            "Free slack (days)",
            "Critical",
            "Done",
            "Owner",
            "Deliverable",
            "Notes",
        ],
    };
    Labels {
        sheet: "计划".to_owned(),
        columns: columns.map(str::to_owned),
        yes: "是".to_owned(),
    }
}

/// A plan of tasks with levels: name, level, half days, percent, text.
fn plan(rows: &[(u8, u8, i64, u8)]) -> (Plan, Vec<(TaskId, String)>) {
    let mut plan = Plan {
        start: at("2026-01-05T08:00"),
        ..Plan::default()
    };
    let mut notes = Vec::new();
    let mut open: Vec<(u8, TaskId)> = Vec::new();
    for (n, (level, text, halves, percent)) in (1u64..).zip(rows.iter().copied()) {
        let id = TaskId::from_bytes(n.to_be_bytes());
        while open.last().is_some_and(|above| above.0 >= level) {
            open.pop();
        }
        let texts = ["", "王建国", "李四, 张三", "-报告", "50% of 3"];
        let text = |at: usize| texts[(usize::from(text) + at) % texts.len()].to_owned();
        plan.tasks.push(Task {
            name: format!("任务 {n} {}", text(0)).trim().to_owned(),
            parent: open.last().map(|above| above.1),
            order: format!("{n:04}"),
            duration: halves * 240,
            percent,
            owner: text(1),
            deliverable: text(2),
            ..Task::new(id)
        });
        if !text(3).is_empty() {
            notes.push((id, text(3)));
        }
        open.push((level, id));
    }
    (plan, notes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn our_own_workbook_reads_back(
        rows in prop::collection::vec((0u8..7, 0u8..5, 0i64..20, prop_oneof![Just(0u8), 2u8..=100]), 1..30),
        chinese in any::<bool>(),
    ) {
        let (mut plan, notes) = plan(&rows);
        // a first task that is nobody's child, so that all lie at levels that differ from it
        plan.tasks[0].parent = None;
        let (dates, _) = schedule(&plan);
        let bytes = xlsx::write(&plan, &dates, &notes, &labels(chinese)).unwrap();
        let (mapping, imported) = read(&bytes);
        for field in [Field::Number, Field::Name, Field::Duration, Field::Start, Field::Finish,
            Field::Percent, Field::Owner, Field::Deliverable, Field::Notes] {
            prop_assert!(mapping.column(field).is_some(), "{:?}", field);
        }
        prop_assert_eq!(outline(&imported.plan), outline(&plan));
        for ((ours, theirs), dates) in plan.tasks.iter().zip(&imported.plan.tasks).zip(&dates.rows) {
            if !dates.summary {
                prop_assert_eq!(ours.duration, theirs.duration);
            }
            prop_assert_eq!(ours.percent, theirs.percent);
            prop_assert_eq!(&ours.owner, &theirs.owner);
            prop_assert_eq!(&ours.deliverable, &theirs.deliverable);
        }
        let texts = |plan: &Plan, notes: &[(TaskId, String)]| -> Vec<(String, String)> {
            notes.iter().map(|(id, text)| (name(plan, *id), text.clone())).collect()
        };
        prop_assert_eq!(texts(&imported.plan, &imported.notes), texts(&plan, &notes));
        prop_assert!(imported.report.cells.is_empty(), "{:?}", imported.report.cells);
        prop_assert!(imported.report.dates.is_empty(), "{:?}", imported.report.dates);
    }
}

#[test]
fn a_workbook_tells_its_outline_by_indents_or_by_groups() {
    let (plan, notes) = plan(&[
        (0, 0, 0, 0),
        (1, 0, 2, 0),
        (1, 0, 0, 0),
        (2, 0, 2, 0),
        (0, 0, 2, 0),
    ]);
    let bytes = xlsx::write(&plan, &schedule(&plan).0, &notes, &labels(true)).unwrap();
    let book = table::open(&bytes).unwrap();
    let sheet = &book.sheets[0];
    assert_eq!(sheet.name, "计划");
    let mut mapping = table::guess(sheet);
    assert_eq!(mapping.outline, Outline::Indent);
    let levels: Vec<u8> = sheet.rows.iter().map(|row| row.level).collect();
    assert_eq!(levels, [0, 0, 1, 1, 2, 0]);
    let by_indents = with(sheet, &mapping, &Options::default());
    mapping.outline = Outline::Rows;
    let by_groups = with(sheet, &mapping, &Options::default());
    assert_eq!(by_indents.plan, by_groups.plan);
    assert_eq!(outline(&by_groups.plan), outline(&plan));
}

/// Values as another program reads them.
#[test]
fn cells_are_those_that_another_reader_finds() {
    let name = "plans/house-claeys-verhelst-tracking.xlsx";
    let Some(bytes) = testdata::read(name) else {
        return;
    };
    use calamine::{Data, Reader};
    let mut theirs = calamine::Xlsx::new(std::io::Cursor::new(bytes.as_slice())).unwrap();
    let ours = table::open(&bytes).unwrap();
    let mut compared = 0usize;
    for sheet in &ours.sheets {
        let range = theirs.worksheet_range(&sheet.name).unwrap();
        for row in &sheet.rows {
            for (column, cell) in row.cells.iter().enumerate() {
                let place = (row.number - 1, column as u32);
                let other = range.get_value(place).cloned().unwrap_or(Data::Empty);
                let same = match (&cell.value, &other) {
                    (Value::Empty, Data::Empty) => true,
                    (Value::Text(a), Data::String(b)) => {
                        a == b || a.replace('\r', "") == b.replace('\r', "")
                    }
                    (Value::Text(_), Data::Error(_)) => true,
                    (Value::Number(a) | Value::Percent(a), Data::Float(b)) => a == b,
                    (Value::Number(a) | Value::Percent(a), Data::Int(b)) => *a == *b as f64,
                    (Value::Number(a), Data::DateTime(b)) => (a - b.as_f64()).abs() < 1e-9,
                    (Value::Moment(a), Data::DateTime(b)) => {
                        let days = (a.minutes() as f64) / 1440.0 + 25_569.0;
                        (days - b.as_f64()).abs() < 1.0 / 1440.0
                    }
                    (Value::Flag(a), Data::Bool(b)) => a == b,
                    _ => false,
                };
                assert!(same, "{} {place:?}: {:?} {other:?}", sheet.name, cell.value);
                compared += 1;
            }
        }
    }
    assert!(compared > 1_000, "{compared}");
}

/// The sheet of the baseline of a real plan becomes a plan with its links.
#[test]
fn a_real_workbook_becomes_a_plan() {
    let name = "plans/house-claeys-verhelst-tracking.xlsx";
    let Some(bytes) = testdata::read(name) else {
        return;
    };
    let book = table::open(&bytes).unwrap();
    let sheet = book
        .sheets
        .iter()
        .find(|sheet| sheet.name == "Baseline Schedule");
    let sheet = sheet.unwrap_or(&book.sheets[0]);
    let mapping = table::guess(sheet);
    let imported = with(sheet, &mapping, &Options::default());
    let count = (imported.plan.tasks.len(), imported.plan.links.len());
    // links are said from both ends
    assert_eq!(count, (59, 67));
    assert_eq!(imported.report.cells, []);
    assert_eq!(mapping.outline, Outline::Wbs);
}
