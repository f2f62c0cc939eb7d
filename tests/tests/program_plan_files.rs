//! `plumbline schedule` and `convert` of every file that they take, told apart by what is in it.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use shared::base::{PersonId, Timestamp};
use shared::doc::command::{self, Command as Edit};
use shared::doc::{Author, Document, sample};
use shared::domain::permission::DocumentKind;

/// A file of Primavera's of our own making, its dates computed by hand.
const BRIDGE: &[u8] = include_bytes!("../../shared/exchange/tests/xer/bridge.xer");

type Row = HashMap<String, String>;

/// Whether the program succeeds, the rows that it prints, and what it says beside.
fn run(command: &str, arguments: &[&str]) -> (bool, Vec<Row>, String) {
    let output = Command::new(tests::server::program())
        .arg(command)
        .args(arguments)
        .output()
        .unwrap();
    let rows = csv::Reader::from_reader(output.stdout.as_slice())
        .deserialize()
        .map(Result::unwrap)
        .collect();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), rows, said)
}

/// Start and finish of the row of a name.
fn span<'r>(rows: &'r [Row], name: &str) -> (&'r str, &'r str) {
    let row = rows.iter().find(|row| row["name"] == name).unwrap();
    (&row["early_start"], &row["early_finish"])
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let file = folder.join(name);
    std::fs::write(&file, bytes).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn a_primavera_file_is_scheduled_whatever_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "bridge.xml", BRIDGE);
    let (done, rows, said) = run("schedule", &[&file]);
    assert!(done, "{said}");
    assert_eq!(rows.len(), 12);
    assert_eq!(
        span(&rows, "Piles"),
        ("2026-03-06T08:00", "2026-03-16T12:00")
    );
    assert_eq!(
        span(&rows, "Bridge open"),
        ("2026-04-21T12:00", "2026-04-21T12:00")
    );
    assert!(said.contains("not read: ROAD Road"), "{said}");
    let (done, rows, said) = run("schedule", &[&file, "--project", "road"]);
    assert!(done && rows.len() == 1, "{said}");
    assert_eq!(
        span(&rows, "Pave"),
        ("2026-03-02T08:00", "2026-03-06T17:00")
    );
    let (done, _, said) = run("schedule", &[&file, "--project", "tunnel"]);
    assert!(
        !done && said.contains("has no project \"tunnel\""),
        "{said}"
    );
    // the data date may be another one
    let (done, rows, said) = run("schedule", &[&file, "--data-date", "2026-03-06"]);
    assert!(done, "{said}");
    assert_eq!(span(&rows, "Excavate").1, "2026-03-10T17:00");
    // half a file is refused
    let half = write(folder.path(), "cut.xer", &BRIDGE[..BRIDGE.len() / 2]);
    let (done, rows, said) = run("schedule", &[&half]);
    assert!(
        !done && rows.is_empty() && said.contains("ends too early"),
        "{said}"
    );
}

#[test]
fn a_primavera_file_becomes_ms_project_xml_and_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "bridge.xer", BRIDGE);
    let to = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for name in ["bridge.xml", "bridge.csv", "bridge.xlsx"] {
        let (done, _, said) = run("convert", &[&file, &to(name)]);
        assert!(done, "{name}: {said}");
    }
    let xml = std::fs::read_to_string(to("bridge.xml")).unwrap();
    assert!(xml.contains("<Project xmlns") && xml.contains("<Name>Piles</Name>"));
    let (done, rows, said) = run("schedule", &[&to("bridge.xml")]);
    assert!(done && rows.len() == 12, "{said}");
    let table = std::fs::read_to_string(to("bridge.csv")).unwrap();
    assert!(
        table.contains("Bridge open,2026-04-21T12:00,2026-04-21T12:00"),
        "{table}"
    );
}

#[test]
fn the_document_of_a_plan_is_scheduled() {
    let folder = tempfile::tempdir().unwrap();
    let author = Author {
        person: PersonId::from_bytes([2; 16]),
        at: Timestamp(0),
    };
    let mut document = Document::new(DocumentKind::Plan, [1; 16]);
    let plan = sample::plan(40, 3);
    let names: Vec<String> = plan.tasks.iter().map(|task| task.name.clone()).collect();
    let (dates, _) = shared::domain::schedule::schedule_as_primavera(&plan);
    let import = Edit::ImportPlan {
        plan: Box::new(plan),
    };
    command::perform(&mut document, &import, author).unwrap();
    let file = write(folder.path(), "plan.xer", &document.save());
    let (done, rows, said) = run("schedule", &[&file]);
    assert!(done, "{said}");
    let found: Vec<&String> = rows.iter().map(|row| &row["name"]).collect();
    assert_eq!(found, names.iter().collect::<Vec<_>>());
    let ends: Vec<&str> = rows.iter().map(|row| &*row["early_finish"]).collect();
    let expected: Vec<String> = (dates.rows.iter())
        .map(|dates| dates.early_finish.to_string())
        .collect();
    assert_eq!(ends, expected);
    let xml = folder.path().join("plan.xml");
    let (done, _, said) = run("convert", &[&file, xml.to_str().unwrap()]);
    assert!(done, "{said}");
    let (done, again, said) = run("schedule", &[xml.to_str().unwrap()]);
    assert!(done && again.len() == rows.len(), "{said}");
    // a document of another kind has no dates
    let note = write(
        folder.path(),
        "note",
        &Document::new(DocumentKind::Note, [1; 16]).save(),
    );
    let (done, _, said) = run("schedule", &[&note]);
    assert!(
        !done && said.contains("only the document of a plan"),
        "{said}"
    );
}

/// One person, whom two tasks of two days ask for at once, and the second more urgently.
const SHARED: &str = "ERMHDR\t20.12\r
%T\tPROJECT\r
%F\tproj_id\tproj_short_name\tplan_start_date\r
%R\t1\tP\t2026-01-05 08:00\r
%T\tRSRC\r
%F\trsrc_id\trsrc_name\trsrc_type\r
%R\t7\tLi Wei\tRT_Labor\r
%T\tTASK\r
%F\ttask_id\tproj_id\ttask_code\ttask_name\ttask_type\ttarget_drtn_hr_cnt\tpriority_type\r
%R\t1\t1\tA\tdig\tTT_Task\t16\tPT_Normal\r
%R\t2\t1\tB\tpour\tTT_Task\t16\tPT_Top\r
%T\tTASKRSRC\r
%F\ttaskrsrc_id\ttask_id\tproj_id\trsrc_id\ttarget_qty\ttarget_qty_per_hr\r
%R\t1\t1\t1\t7\t16\t1\r
%R\t2\t2\t1\t7\t16\t1\r
%E\r
";

#[test]
fn levelling_lets_tasks_wait_and_tells_which() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "shared.xer", SHARED.as_bytes());
    let (_, rows, _) = run("schedule", &[&file]);
    let first = ("2026-01-05T08:00", "2026-01-06T17:00");
    assert_eq!(span(&rows, "dig"), first);
    assert_eq!(span(&rows, "pour"), first);
    let (done, rows, said) = run("schedule", &[&file, "--level"]);
    assert!(done, "{said}");
    assert_eq!(span(&rows, "pour"), first);
    assert_eq!(span(&rows, "dig"), ("2026-01-07T08:00", "2026-01-08T17:00"));
    let waits =
        "task 1 \"dig\" waits for its resources until 2026-01-07T08:00 (before: 2026-01-05T08:00)";
    assert!(said.contains(waits), "{said}");
    assert!(
        said.contains("finishes 2026-01-08T17:00 (before: 2026-01-06T17:00)"),
        "{said}"
    );
    // two of one person at once: said, and done as well as can be
    let more = SHARED.replace("\t7\t16\t1\r\n%E", "\t7\t32\t2\r\n%E");
    let file = write(folder.path(), "more.xer", more.as_bytes());
    let (done, _, said) = run("schedule", &[&file, "--level"]);
    assert!(
        done && said.contains("task 2 \"pour\" alone asks for more of \"Li Wei\""),
        "{said}"
    );
    assert!(
        said.contains("\"Li Wei\" is still asked for too much, on 2 days"),
        "{said}"
    );
    // where nobody asks for anything there is nothing to do
    let nobody = SHARED.split("%T\tTASKRSRC").next().unwrap().to_owned() + "%E\r\n";
    let file = write(folder.path(), "nobody.xer", nobody.as_bytes());
    let (done, rows, said) = run("schedule", &[&file, "--level"]);
    assert!(done && said.contains("nothing to level"), "{said}");
    assert_eq!(span(&rows, "dig"), first);
}
