//! Broken, wrong, huge and hostile files: a clear error or what can be read of them, never a panic.

use domain::schedule::Problem;
use exchange::mspdi::{Adjustment, MAX_BYTES, ReadError, Scope};
use proptest::prelude::*;

use super::bridge::BRIDGE;
use super::file::{adjusted, file, imported, links, project, read, row, table, task, tasks};

#[test]
fn half_a_row_is_refused_and_a_file_without_its_end_is_told() {
    let whole = BRIDGE.find("%E\r\n").unwrap();
    let cut = read(&BRIDGE.as_bytes()[..whole]).unwrap();
    assert_eq!(cut.plan, read(BRIDGE.as_bytes()).unwrap().plan);
    assert!(adjusted(&cut, None).contains(&Adjustment::NoEnd));
    // wherever a row of the table of activities is cut
    let from = BRIDGE.find("%T\tTASK\r\n").unwrap();
    let to = BRIDGE.find("%T\tTASKPRED").unwrap();
    let row = BRIDGE[from..to].rfind("\r\n%R").unwrap() + from + 2;
    let last = BRIDGE[..to].rfind('\t').unwrap();
    for end in row + 3..=last {
        let error = read(&BRIDGE.as_bytes()[..end]).unwrap_err();
        assert!(
            matches!(&error, ReadError::Truncated { inside, .. } if inside == "TASK"),
            "{end}: {error}"
        );
    }
    for cut in [
        "ERMHDR\t20.12",
        "ERMHDR\t20.12\n%T\tTASK\n",
        "%T\tTASK\n%F\ttask_id\n",
    ] {
        let error = read(cut.as_bytes()).unwrap_err();
        assert!(matches!(error, ReadError::Truncated { .. }), "{error}");
    }
}

#[test]
fn what_is_no_such_file_is_refused() {
    for bytes in [
        &b""[..],
        b"uid,name\n1,one\n",
        b"PK\x03\x04 a zip",
        b"<Project/>",
    ] {
        assert_eq!(read(bytes), Err(ReadError::NotXml), "{bytes:?}");
    }
    let binary: Vec<u8> = (0..=255).cycle().take(4096).collect();
    assert_eq!(read(&binary), Err(ReadError::NotXml));
    for (text, line) in [
        ("ERMHDR\t1\n%R\t1\n%E\n", 2),
        ("ERMHDR\t1\n%T\tTASK\n%R\t1\n%E\n", 3),
        ("ERMHDR\t1\n%F\ttask_id\n%E\n", 2),
    ] {
        let error = read(text.as_bytes()).unwrap_err();
        assert!(
            matches!(error, ReadError::Syntax { at, .. } if at.line == line),
            "{error}"
        );
    }
    let huge = vec![b' '; 200 << 20];
    let (bytes, limit) = (200 << 20, MAX_BYTES as u64);
    assert_eq!(read(&huge), Err(ReadError::TooLarge { bytes, limit }));
}

#[test]
fn more_than_a_file_can_have_is_refused() {
    let many = |piece: &str, count: usize, what: &str| {
        let text = format!(
            "ERMHDR\t1\n%T\tTASK\n%F\ttask_id\n{}%E\n",
            piece.repeat(count)
        );
        let error = read(text.as_bytes()).unwrap_err();
        assert!(
            matches!(&error, ReadError::TooMany { what: named, .. } if named == what),
            "{what}: {error}"
        );
    };
    many("%R\n", 2_100_000, "rows");
    many("%T\tX\n", 1_100, "tables");
    many(&format!("%T\tX\n%F{}\n", "\tx".repeat(1_100)), 1, "columns");
    let row = |id: usize| format!("%R\t{id}\t1\n");
    let rows: String = (0..=100_000).map(row).collect();
    let text = format!("{}%T\tTASK\n%F\ttask_id\tproj_id\n{rows}", project(""));
    let error = read(file(&[text]).as_bytes()).unwrap_err();
    assert!(
        matches!(&error, ReadError::TooMany { what, .. } if what == "tasks"),
        "{error}"
    );
    // many calendars of one base with many exceptions
    let days: String = (0..2_000)
        .map(|at| format!("(0||0(d|{})())", 40_000 + 2 * at))
        .collect();
    let base = project("").replace("Exceptions()()", &format!("Exceptions()({days})"));
    let calendar = |id: usize| format!("clndr_id={id} base_clndr_id=1");
    let calendars: Vec<String> = (2..800).map(calendar).collect();
    let calendars: Vec<&str> = calendars.iter().map(String::as_str).collect();
    let users: Vec<String> = (2..800).map(|id| format!("{id}:8 clndr_id={id}")).collect();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    let text = file(&[base, table("CALENDAR", &calendars), tasks(&users)]);
    let error = read(text.as_bytes()).unwrap_err();
    let calendars = "calendars and exceptions";
    assert!(
        matches!(&error, ReadError::TooMany { what, .. } if what == calendars),
        "{error}"
    );
    let brackets = project("").replace("(0||CalendarData", &"(".repeat(300_000));
    let error = read(file(&[brackets, tasks(&["1:8"])]).as_bytes()).unwrap_err();
    assert!(
        matches!(&error, ReadError::TooMany { what, .. } if what == "CALENDAR"),
        "{error}"
    );
}

#[test]
fn absurd_values_are_refused_with_their_place() {
    for (column, value) in [
        ("act_start_date", "soon"),
        ("cstr_date", "2026-02-31_08:00"),
        ("early_end_date", "2500-01-01_08:00"),
        ("target_drtn_hr_cnt", "eight"),
        ("remain_drtn_hr_cnt", "1e99"),
        ("phys_complete_pct", "half"),
    ] {
        let row = format!("1:8 cstr_type=CS_MSO complete_pct_type=CP_Phys {column}={value}");
        let row = row.replace(
            "1:8",
            if column.starts_with("target") {
                "1:eight"
            } else {
                "1:8"
            },
        );
        let row = row.replace(" target_drtn_hr_cnt=eight", "");
        let text = file(&[project(""), tasks(&[&row])]);
        let error = read(text.as_bytes()).unwrap_err();
        let ReadError::Value {
            at,
            scope,
            owner,
            element,
            ..
        } = &error
        else {
            panic!("{column}: {error}");
        };
        assert_eq!(
            (element.as_str(), *scope, owner.as_str()),
            (column, Scope::Task, "A1 t1")
        );
        let line = text.lines().nth(at.line as usize - 1).unwrap();
        assert!(
            line.chars().nth(at.column as usize - 1).is_some() && line.starts_with("%R"),
            "{error}"
        );
    }
    // what no plan reaches is said, and percentages are cut
    let read = imported(&[
        project(""),
        tasks(&["1:9000000 complete_pct_type=CP_Phys phys_complete_pct=900"]),
    ]);
    assert_eq!(task(&read, "t1").percent, 100);
    assert!(matches!(
        read.report.problems[..],
        [Problem::OutOfRange { .. }]
    ));
}

#[test]
fn branches_in_a_circle_and_without_end_are_put_in_order() {
    let wbs = |rows: &[&str]| table("PROJWBS", rows);
    let circle = [
        "wbs_id=1 proj_id=1 proj_node_flag=Y wbs_name=P",
        "wbs_id=2 proj_id=1 parent_wbs_id=3 wbs_name=B2",
        "wbs_id=3 proj_id=1 parent_wbs_id=2 wbs_name=B3",
        "wbs_id=4 proj_id=1 parent_wbs_id=4 wbs_name=B4",
    ];
    let read_back = imported(&[
        project(""),
        wbs(&circle),
        tasks(&["1:8 wbs_id=3", "2:8 wbs_id=4", "3:8 wbs_id=9"]),
    ]);
    let names: Vec<&str> = read_back
        .plan
        .tasks
        .iter()
        .map(|task| task.name.as_str())
        .collect();
    assert_eq!(names, ["t3", "B4", "t2", "B2", "B3", "t1"]);
    assert!(row(&read_back, "B2").summary);
    let deep: Vec<String> = (1..5_000)
        .map(|at| format!("wbs_id={at} proj_id=1 parent_wbs_id={} wbs_name=b", at - 1))
        .collect();
    let deep: Vec<&str> = deep.iter().map(String::as_str).collect();
    let text = file(&[project(""), wbs(&deep), tasks(&["1:8 wbs_id=4999"])]);
    let error = read(text.as_bytes()).unwrap_err();
    assert!(
        matches!(error, ReadError::TooDeep { limit: 1_000, .. }),
        "{error}"
    );
}

#[test]
fn a_circle_of_links_is_imported_and_reported() {
    let read = imported(&[
        project(""),
        tasks(&["1:8", "2:8", "3:8"]),
        links(&["1>2", "2>1", "3>3"]),
    ]);
    assert_eq!(read.plan.tasks.len(), 3);
    let circles = read.report.problems.iter();
    let circles = circles.filter(|problem| matches!(problem, Problem::Cycle { .. }));
    assert_eq!(circles.count(), 2);
}

#[test]
fn notes_that_never_close_their_tags_are_read_in_time() {
    for text in ["<style>", "&", "<a", "<p>&#", "</", "<head></hea"] {
        let memo = format!(">{}", text.repeat(1 << 19));
        let memo = format!("%T\tTASKMEMO\n%F\ttask_id\ttask_memo\n%R\t1\t{memo}\n");
        let read = imported(&[project(""), tasks(&["1:8"]), memo]);
        assert!(read.notes.len() <= 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// A real file with some of its bytes changed, left out or doubled: an error or a plan, each task with its row.
    #[test]
    fn any_change_of_some_bytes_gives_an_error_or_a_plan(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0u8..5, any::<u8>(), 1usize..40), 1..12),
    ) {
        let mut bytes = BRIDGE.as_bytes().to_vec();
        for (at, what, byte, length) in edits {
            let at = at.index(bytes.len());
            let end = (at + length).min(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => drop(bytes.drain(at..end)),
                2 => bytes.insert(at, byte),
                3 => bytes.splice(at..at, *b"\t").for_each(drop),
                _ => {
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(end..end, piece).for_each(drop);
                }
            }
        }
        if let Ok(read) = read(&bytes) {
            prop_assert_eq!(read.stored.len(), read.plan.tasks.len());
            let ids: std::collections::BTreeSet<_> = read.plan.tasks.iter().map(|task| task.id).collect();
            prop_assert_eq!(ids.len(), read.plan.tasks.len());
            for (at, task) in read.plan.tasks.iter().enumerate() {
                let above = |id| read.plan.tasks[..at].iter().any(|other| other.id == id);
                prop_assert!(task.parent.is_none_or(above), "a parent stands before its children");
            }
            prop_assert!(read.plan.links.iter().all(|link| ids.contains(&link.pred) && ids.contains(&link.succ)));
            prop_assert!(read.plan.assignments.iter().all(|one| ids.contains(&one.task)));
        }
    }

    /// Anything at all between the marks of a file.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        let _ = read(&[b"ERMHDR\t1\n%T\tTASK\n", bytes.as_slice()].concat());
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let data = project("").replace("CalendarData()(", &text);
        let _ = read(file(&[data, tasks(&["1:8"])]).as_bytes());
    }
}
