//! `plumbline schedule` against dates that were computed elsewhere: the same text.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::read::GzDecoder;

type Row = HashMap<String, String>;

/// Where test data lies that is no part of the repository; `None`, said aloud, where it is absent.
fn data(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = (root.ancestors())
        .map(|folder| folder.join("shared/data").join(path))
        .find(|file| file.exists());
    if found.is_none() {
        eprintln!("skipped: ../shared/data/{path} is absent");
    }
    found
}

fn rows(csv: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(csv)
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

fn unpacked(file: &Path) -> Vec<u8> {
    let bytes = std::fs::read(file).unwrap();
    if file.extension().is_none_or(|extension| extension != "gz") {
        return bytes;
    }
    let mut plain = Vec::new();
    GzDecoder::new(&bytes[..]).read_to_end(&mut plain).unwrap();
    plain
}

/// What the program prints for a file.
fn schedule(file: &Path) -> Vec<Row> {
    let output = Command::new(tests::server::program())
        .arg("schedule")
        .arg(file)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", file.display());
    rows(&output.stdout)
}

/// Compares the named columns of one row; gives what differs.
fn differences(ours: &Row, theirs: &Row, names: [&str; 5]) -> Vec<String> {
    let columns = ["early_start", "early_finish", "late_start", "late_finish"];
    let mut found = Vec::new();
    for (column, name) in columns.iter().zip(names) {
        let (a, b) = (&ours[*column], &theirs[name]);
        if a != b {
            found.push(format!("{column} of {}: {a}, expected {b}", ours["name"]));
        }
    }
    let days: f64 = theirs[names[4]].trim_end_matches('d').parse().unwrap();
    let hours: f64 = ours["total_slack_hours"].parse().unwrap();
    if (hours - days * 8.0).abs() > 0.001 {
        found.push(format!("slack of {}: {hours} h, {days} d", ours["name"]));
    }
    if ours["critical"] != theirs["critical"].to_lowercase() {
        found.push(format!("critical of {}", ours["name"]));
    }
    found
}

fn network(name: &str, expected: &str) {
    let (Some(file), Some(expected)) = (
        data(&format!("schedule/networks/{name}.xml.gz")),
        data(&format!("schedule/networks/{expected}")),
    ) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("network.xml");
    std::fs::write(&plain, unpacked(&file)).unwrap();
    let ours: HashMap<String, Row> = schedule(&plain)
        .into_iter()
        .map(|row| (row["uid"].clone(), row))
        .collect();
    let expected = rows(&unpacked(&expected));
    assert_eq!(ours.len(), expected.len());
    let names = ["es", "ef", "ls", "lf", "total_slack"];
    let found: Vec<String> = expected
        .iter()
        .flat_map(|row| differences(&ours[&row["id"]], row, names))
        .collect();
    assert!(found.is_empty(), "{}: {found:#?}", found.len());
    for row in &expected {
        let days: f64 = row["free_slack"].trim_end_matches('d').parse().unwrap();
        let hours: f64 = ours[&row["id"]]["free_slack_hours"].parse().unwrap();
        assert!((hours - days * 8.0).abs() < 0.001, "free slack: {row:?}");
    }
}

#[test]
fn a_network_of_finish_to_start_links_has_the_expected_dates() {
    network("net-1000-fs", "net-1000-fs.expected.csv");
}

#[test]
fn a_network_of_two_kinds_of_links_has_the_expected_dates() {
    network("net-1000-fsss", "net-1000-fsss.expected.csv");
}

#[test]
fn a_network_of_all_kinds_of_links_has_the_expected_dates() {
    network("net-1000-all", "net-1000-all.expected.csv");
}

#[test]
fn ten_thousand_tasks_have_the_expected_dates() {
    network("net-10000-all", "net-10000-all.expected.csv.gz");
}

#[test]
fn the_house_has_the_published_dates() {
    let (Some(file), Some(expected)) = (
        data("plans/house-claeys-verhelst.xml"),
        data("plans/house-expected.csv"),
    ) else {
        return;
    };
    // the expected rows are numbered otherwise; their names are unique
    let ours: HashMap<String, Row> = schedule(&file)
        .into_iter()
        .map(|row| (row["name"].clone(), row))
        .collect();
    let expected = rows(&std::fs::read(expected).unwrap());
    assert_eq!(expected.len(), 49);
    let names = [
        "start",
        "finish",
        "late_start",
        "late_finish",
        "total_slack_days",
    ];
    let found: Vec<String> = expected
        .iter()
        .flat_map(|row| differences(&ours[&row["name"]], row, names))
        .collect();
    assert!(found.is_empty(), "{}: {found:#?}", found.len());
}

#[test]
fn files_of_ms_project_are_scheduled() {
    let Some(folder) = data("plans/mspdi") else {
        return;
    };
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        // two of the samples are another program's XML: refused by name
        if text.contains("<APIBusinessObjects") {
            let output = Command::new(tests::server::program())
                .arg("schedule")
                .arg(&file)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success());
            assert!(said.contains("its root is APIBusinessObjects"), "{said}");
            continue;
        }
        assert!(!schedule(&file).is_empty(), "{}", file.display());
        files += 1;
    }
    assert!(files >= 9, "{files}");
}

const SMALL: &str = "<Project><StartDate>2026-01-05T08:00:00</StartDate><Tasks><Task><UID>7</UID>\
    <Name>=1+1, \u{6253}\u{6869}</Name><Duration>PT8H0M0S</Duration></Task></Tasks></Project>";

#[test]
fn a_countrys_holidays_and_the_data_date_move_the_dates() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("in.xml");
    let text = SMALL
        .replace("2026-01-05", "2026-09-28")
        .replace("PT8H0M0S", "PT48H0M0S");
    std::fs::write(&file, text).unwrap();
    let run = |more: &[&str]| {
        let output = Command::new(tests::server::program())
            .arg("schedule")
            .arg(&file)
            .args(more)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let dates = rows(&output.stdout);
        let dates = dates
            .first()
            .map(|row| (row["early_start"].clone(), row["early_finish"].clone()));
        (output.status.success(), dates, said)
    };
    let dates = |start: &str, finish: &str| Some((start.to_owned(), finish.to_owned()));
    assert_eq!(run(&[]).1, dates("2026-09-28T08:00", "2026-10-05T17:00"));
    // from 1 to 7 October is off, and Saturday the 10th is worked for it
    let cn = run(&["--calendar", "cn"]);
    assert_eq!(
        cn.1,
        dates("2026-09-28T08:00", "2026-10-10T17:00"),
        "{}",
        cn.2
    );
    // 3 October is a Saturday that year
    let de = run(&["--calendar", "de"]);
    assert_eq!(
        de.1,
        dates("2026-09-28T08:00", "2026-10-05T17:00"),
        "{}",
        de.2
    );
    let late = run(&["--data-date", "2026-09-29"]);
    assert_eq!(
        late.1,
        dates("2026-09-30T08:00", "2026-10-07T17:00"),
        "{}",
        late.2
    );
    let late = run(&["--data-date", "2026-09-29T12:00", "--calendar", "cn"]);
    assert_eq!(
        late.1,
        dates("2026-09-29T13:00", "2026-10-13T12:00"),
        "{}",
        late.2
    );
    // who plans further than is settled is told
    let far = run(&["--calendar", "cn", "--data-date", "2031-01-01"]);
    assert!(
        far.0 && far.2.contains("holidays of 2031 are not known yet"),
        "{}",
        far.2
    );
    for (wrong, says) in [
        (
            ["--calendar", "xx"],
            "no holidays are known of such a country",
        ),
        (["--data-date", "soon"], "this is no date"),
    ] {
        let (done, dates, said) = run(&wrong);
        assert!(!done && dates.is_none() && said.contains(says), "{said}");
    }
}

#[test]
fn convert_makes_what_the_name_asks_for_and_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.xml");
    std::fs::write(&input, SMALL).unwrap();
    let convert = |out: &str, more: &[&str]| {
        let output = Command::new(tests::server::program())
            .arg("convert")
            .args([&input, &folder.path().join(out)])
            .args(more)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), said)
    };
    let (done, said) = convert("out.csv", &[]);
    assert!(done, "{said}");
    let made = rows(&std::fs::read(folder.path().join("out.csv")).unwrap());
    assert_eq!(made[0]["name"], "=1+1, \u{6253}\u{6869}");
    assert_eq!(made[0]["early_finish"], "2026-01-05T17:00");
    let (done, said) = convert("OUT.XLSX", &[]);
    assert!(done, "{said}");
    let made = std::fs::read(folder.path().join("OUT.XLSX")).unwrap();
    assert!(made.starts_with(b"PK"));
    let (done, said) = convert("out.xml", &[]);
    assert!(done, "{said}");
    let made = schedule(&folder.path().join("out.xml"));
    assert_eq!(made[0]["name"], "=1+1, \u{6253}\u{6869}");
    assert_eq!(made[0]["early_finish"], "2026-01-05T17:00");
    std::fs::write(folder.path().join("out.csv"), "mine").unwrap();
    let (done, said) = convert("out.csv", &[]);
    assert!(!done && said.contains("is there already"), "{said}");
    let kept = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    assert_eq!(kept, "mine");
    assert!(convert("out.csv", &["--force"]).0);
    let (done, said) = convert("out.pdf", &[]);
    assert!(!done && said.contains(".xml, .xlsx and .csv"), "{said}");
    assert!(!folder.path().join("out.pdf").exists());
}

#[test]
fn convert_to_xml_keeps_all_that_the_file_holds_and_computes_its_dates() {
    let folder = tempfile::tempdir().unwrap();
    let task = |uid: u32, more: &str| {
        format!(
            "<Task><UID>{uid}</UID><Name>t{uid}</Name><Start>2026-01-05T08:00:00</Start>\
             <Finish>2026-01-05T17:00:00</Finish><Duration>PT8H0M0S</Duration>{more}</Task>"
        )
    };
    let kept = [
        "<Author>Ada</Author>",
        "<Cost>1200</Cost>",
        "<Notes>deep &amp; 深</Notes>",
        "<Baseline><Number>0</Number><Start>2025-12-01T08:00:00</Start></Baseline>",
        "<!-- by hand -->",
        "<Assignment><UID>1</UID><TaskUID>1</TaskUID><Units>0.5</Units></Assignment>",
    ];
    let after =
        "<PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type></PredecessorLink>";
    let file = format!(
        "<Project xmlns=\"http://schemas.microsoft.com/project\">{}<StartDate>2026-01-05T08:00:00</StartDate>\
         <FinishDate>2026-01-05T17:00:00</FinishDate><Tasks>{}{}{}</Tasks><Assignments>{}</Assignments></Project>",
        kept[0],
        task(1, &format!("{}{}{}", kept[1], kept[2], kept[3])),
        kept[4],
        task(2, after),
        kept[5],
    );
    let (from, to) = (folder.path().join("in.xml"), folder.path().join("out.xml"));
    std::fs::write(&from, &file).unwrap();
    let status = Command::new(tests::server::program())
        .arg("convert")
        .args([&from, &to])
        .status()
        .unwrap();
    assert!(status.success());
    let made = std::fs::read_to_string(to).unwrap();
    for kept in kept {
        assert!(made.contains(kept), "{kept}: {made}");
    }
    // the second task's dates and the end of the project, and nothing else
    let second = file.rfind("<Task>").unwrap();
    let (first, second) = file.split_at(second);
    let first = first.replace(
        "<FinishDate>2026-01-05T17:00:00",
        "<FinishDate>2026-01-06T17:00:00",
    );
    let expected = [first, second.replace("2026-01-05", "2026-01-06")].concat();
    assert_eq!(made, expected);
}
