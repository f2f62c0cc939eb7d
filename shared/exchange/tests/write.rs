//! Writing MSPDI: what did not change stays, what changed is there, and nothing else.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

#[path = "../../testdata.rs"]
mod testdata;

use std::collections::{BTreeMap, HashMap};

use base::{BaselineId, CalendarId, LinkId, Moment, TaskId, Timestamp};
use domain::calendar::{Calendar, Exception};
use domain::money::Money;
use domain::plan::{Baseline, Constraint, Lag, Link, LinkKind, Placed, Plan, Rules, Task};
use domain::schedule::schedule;
use exchange::mspdi::{self, Imported, WriteError};

const SMALL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="http://schemas.microsoft.com/project">
  <Title>Bridge</Title>
  <StartDate>2026-01-05T08:00:00</StartDate>
  <FinishDate>2026-01-08T17:00:00</FinishDate>
  <CalendarUID>1</CalendarUID>
  <Calendars>
    <Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar><BaseCalendarUID>-1</BaseCalendarUID></Calendar>
  </Calendars>
  <Tasks>
    <Task><UID>0</UID><ID>0</ID><Name>Bridge</Name><Start>2026-01-05T08:00:00</Start><Finish>2026-01-08T17:00:00</Finish></Task>
    <Task><UID>7</UID><ID>1</ID><Name>Works</Name><WBS>W-1</WBS><OutlineNumber>1</OutlineNumber><OutlineLevel>1</OutlineLevel><Summary>1</Summary></Task>
    <!-- dug by hand -->
    <Task kind="a">
      <UID>2</UID>
      <ID>2</ID>
      <Name>Dig &amp; fill</Name>
      <OutlineNumber>1.1</OutlineNumber>
      <OutlineLevel>2</OutlineLevel>
      <Duration>PT16H0M0S</Duration>
      <DurationFormat>7</DurationFormat>
      <Cost>1200</Cost>
      <ConstraintType>0</ConstraintType>
      <Notes>deep</Notes>
      <Strange depth="3"><Inner/></Strange>
    </Task>
    <Task><UID>9</UID><ID>3</ID><IsNull>1</IsNull></Task>
    <Task>
      <UID>3</UID>
      <ID>4</ID>
      <Name>Pour</Name>
      <OutlineNumber>1.2</OutlineNumber>
      <OutlineLevel>2</OutlineLevel>
      <Duration>PT16H0M0S</Duration>
      <PredecessorLink><PredecessorUID>2</PredecessorUID><Type>1</Type><LinkLag>0</LinkLag></PredecessorLink>
      <Baseline><Number>0</Number></Baseline>
    </Task>
  </Tasks>
  <Resources>
    <Resource><UID>1</UID><ID>1</ID><Name>Ada</Name></Resource>
  </Resources>
  <Assignments>
    <Assignment><UID>1</UID><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID></Assignment>
    <Assignment><UID>2</UID><TaskUID>3</TaskUID><ResourceUID>1</ResourceUID></Assignment>
  </Assignments>
</Project>
"#;

fn read(bytes: &[u8]) -> Imported {
    let mut last = 0u64;
    mspdi::read(bytes, &mut || {
        last += 1;
        last
    })
    .unwrap()
}

/// Writes with dates of its own.
fn write(plan: &Plan, notes: &[(TaskId, String)], original: Option<&[u8]>) -> Vec<u8> {
    mspdi::write(plan, &schedule(plan).0, notes, original).unwrap()
}

/// A plan without ids: tasks by row, calendars by place.
fn plain(imported: &Imported) -> String {
    let plan = &imported.plan;
    let row: HashMap<TaskId, usize> = plan
        .tasks
        .iter()
        .enumerate()
        .map(|(n, t)| (t.id, n))
        .collect();
    let calendar = |id: Option<CalendarId>| {
        id.and_then(|id| plan.calendars.iter().find(|c| c.0 == id))
            .map(|c| c.1.name.clone())
    };
    let (dates, _) = schedule(plan);
    let mut lines = vec![format!(
        "{} {} {:?}",
        plan.name,
        plan.start,
        calendar(plan.calendar)
    )];
    lines.extend(plan.calendars.iter().map(|c| format!("{:?}", c.1)));
    for (task, dates) in plan.tasks.iter().zip(&dates.rows) {
        // a summary's duration has no effect
        let duration = if dates.summary { 0 } else { task.duration };
        lines.push(format!(
            "{:?} {:?} {:?} {:?} {duration} {:?} {:?} {:?} {:?} {:?} {:?} {} {:?} {:?} {dates:?}",
            task.uid,
            task.name,
            task.parent.map(|p| row[&p]),
            task.order,
            calendar(task.calendar),
            (
                task.not_before,
                task.constraint,
                task.deadline,
                task.elapsed
            ),
            (task.placed, task.inactive, task.remaining),
            (
                task.stays,
                task.priority,
                task.pause,
                task.delay,
                task.own_hours
            ),
            task.owner,
            task.deliverable,
            task.percent,
            task.actual_start,
            task.actual_finish,
        ));
    }
    let mut links: Vec<String> = (plan.links.iter())
        .map(|l| format!("{} {} {:?} {:?}", row[&l.pred], row[&l.succ], l.kind, l.lag))
        .collect();
    links.sort();
    lines.extend(links);
    lines.extend(
        imported
            .notes
            .iter()
            .map(|(task, text)| format!("{} {text:?}", row[task])),
    );
    lines.join("\n")
}

fn equal(a: &str, b: &str, name: &str) {
    for (a, b) in a.lines().zip(b.lines()) {
        assert_eq!(a, b, "{name}");
    }
    assert_eq!(a.lines().count(), b.lines().count(), "{name}");
}

/// Elements by name.
fn elements(text: &str) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for tag in text.split('<').skip(1) {
        let name = tag.split([' ', '>', '/']).next().unwrap();
        *counts.entry(name).or_default() += usize::from(!name.is_empty());
    }
    counts
}

fn files() -> Vec<(String, Vec<u8>)> {
    let mut names: Vec<String> = vec![
        "plans/house-claeys-verhelst.xml".to_owned(),
        "schedule/networks/net-1000-all.xml".to_owned(),
    ];
    if let Ok(folder) = std::fs::read_dir(testdata::folder().join("plans/mspdi")) {
        names.extend(folder.map(|file| {
            format!(
                "plans/mspdi/{}",
                file.unwrap().file_name().to_string_lossy()
            )
        }));
    }
    (names.into_iter())
        .filter_map(|name| testdata::read(&name).map(|bytes| (name, bytes)))
        .filter(|(_, bytes)| !String::from_utf8_lossy(bytes).contains("<APIBusinessObjects"))
        .chain([("small".to_owned(), SMALL.as_bytes().to_vec())])
        .collect()
}

#[test]
fn an_export_after_an_import_is_the_same_file_byte_for_byte() {
    for (name, bytes) in files() {
        let imported = read(&bytes);
        let written = write(&imported.plan, &imported.notes, Some(&bytes));
        assert!(written == bytes, "{name} changed");
    }
}

#[test]
fn a_file_in_utf_16_stays_one() {
    let text = SMALL.replace("UTF-8", "UTF-16");
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] as [fn(u16) -> [u8; 2]; 2] {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        let file: Vec<u8> = units.flat_map(bytes).collect();
        let imported = read(&file);
        assert!(write(&imported.plan, &imported.notes, Some(&file)) == file);
    }
}

#[test]
fn without_an_original_a_whole_file_is_made() {
    for (name, bytes) in files() {
        let imported = read(&bytes);
        let written = write(&imported.plan, &imported.notes, None);
        let again = read(&written);
        equal(&plain(&again), &plain(&imported), &name);
        assert_eq!(again.report.dates, [], "{name}");
        assert_eq!(again.report.adjusted, [], "{name}");
        for unshown in &again.report.unshown {
            let element = unshown.element.as_str();
            // in which pauses are written
            assert_eq!(element, "TimephasedData", "{name}");
        }
    }
}

#[test]
fn after_edits_the_file_reads_as_the_plan_and_keeps_what_it_had_beside() {
    for (name, bytes) in files() {
        let mut imported = read(&bytes);
        let plan = &mut imported.plan;
        let (dates, _) = schedule(plan);
        for (n, (task, dates)) in plan.tasks.iter_mut().zip(&dates.rows).enumerate() {
            if n % 3 == 0 {
                task.name = format!("{} <&> 改", task.name);
            }
            if n % 4 == 1 && !dates.summary {
                task.duration += 480;
            }
            if n % 7 == 3 && !dates.summary {
                task.not_before = Some(dates.early_start.plus(1440));
            }
            if n % 11 == 5 {
                task.deliverable = "报告".to_owned();
                let before = (!task.owner.is_empty()).then(|| format!("{}, ", task.owner));
                task.owner = before.unwrap_or_default() + "Li, Ada Wang";
            }
        }
        let written = write(&imported.plan, &imported.notes, Some(&bytes));
        let again = read(&written);
        equal(&plain(&again), &plain(&imported), &name);
        let (old, new) = (
            String::from_utf8_lossy(&bytes),
            String::from_utf8_lossy(&written),
        );
        let now = elements(&new);
        for (element, count) in elements(&old) {
            assert!(
                now.get(element).is_some_and(|now| *now >= count),
                "{name}: {element}"
            );
        }
    }
}

fn find<'a>(imported: &'a mut Imported, name: &str) -> &'a mut Task {
    imported
        .plan
        .tasks
        .iter_mut()
        .find(|task| task.name == name)
        .unwrap()
}

#[test]
fn one_renamed_task_changes_one_element() {
    let mut imported = read(SMALL.as_bytes());
    find(&mut imported, "Dig & fill").name = "Dig < & > fill".to_owned();
    let written = write(&imported.plan, &imported.notes, Some(SMALL.as_bytes()));
    let expected = SMALL.replace("Dig &amp; fill", "Dig &lt; &amp; &gt; fill");
    assert_eq!(String::from_utf8(written).unwrap(), expected);
}

#[test]
fn a_removed_task_goes_with_its_links_and_assignments_and_nothing_else_does() {
    let mut imported = read(SMALL.as_bytes());
    let gone = find(&mut imported, "Dig & fill").id;
    imported.plan.tasks.retain(|task| task.id != gone);
    imported.plan.links.clear();
    imported.notes.clear();
    let written = write(&imported.plan, &imported.notes, Some(SMALL.as_bytes()));
    let again = read(&written);
    equal(
        &plain(&again),
        &plain(&imported).replace("00000280", "00000180"),
        "small",
    );
    let text = String::from_utf8(written).unwrap();
    for kept in [
        "<!-- dug by hand -->",
        "<WBS>W-1</WBS>",
        "<Baseline>",
        "<IsNull>1</IsNull>",
        "<UID>0</UID>",
    ] {
        assert!(text.contains(kept), "{kept}\n{text}");
    }
    assert!(!text.contains("<PredecessorLink>") && !text.contains("<TaskUID>2</TaskUID>"));
    assert!(text.contains("<TaskUID>3</TaskUID>"));
}

#[test]
fn a_new_task_and_a_new_link_stand_where_the_outline_has_them() {
    let mut imported = read(SMALL.as_bytes());
    let works = find(&mut imported, "Works").id;
    let pour = find(&mut imported, "Pour").id;
    let mut new = find(&mut imported, "Pour").clone();
    new.id = TaskId::from_bytes(*b"new task");
    new.uid = None;
    new.name = "Wait".to_owned();
    new.order = "00000180c0".to_owned();
    new.parent = Some(works);
    imported.plan.tasks.insert(2, new.clone());
    imported.plan.links.push(Link {
        id: LinkId::from_bytes(*b"new link"),
        pred: new.id,
        succ: pour,
        kind: LinkKind::StartStart,
        lag: Lag::Elapsed(90),
    });
    let written = write(
        &imported.plan,
        &[(new.id, "a\nnote".to_owned())],
        Some(SMALL.as_bytes()),
    );
    let again = read(&written);
    let names: Vec<&str> = again.plan.tasks.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["Works", "Dig & fill", "Wait", "Pour"]);
    assert_eq!(again.plan.tasks[2].uid, Some(10));
    assert_eq!(again.plan.tasks[2].parent, Some(again.plan.tasks[0].id));
    assert_eq!(again.plan.links.len(), 2);
    let link = &again.plan.links[1];
    assert_eq!(
        (link.pred, link.succ),
        (again.plan.tasks[2].id, again.plan.tasks[3].id)
    );
    assert_eq!(
        (link.kind, link.lag),
        (LinkKind::StartStart, Lag::Elapsed(90))
    );
    assert_eq!(again.notes.len(), 2);
    let text = String::from_utf8(written).unwrap();
    assert!(text.contains("<Strange depth=\"3\"><Inner/></Strange>"));
    // an exported task keeps its number at the next import
    let twice = write(&again.plan, &again.notes, Some(text.as_bytes()));
    assert_eq!(String::from_utf8(twice).unwrap(), text);
}

#[test]
fn tasks_that_changed_places_are_in_the_plan_s_order() {
    let mut imported = read(SMALL.as_bytes());
    imported.plan.tasks.swap(1, 2);
    let written = write(&imported.plan, &imported.notes, Some(SMALL.as_bytes()));
    let again = read(&written);
    let names: Vec<&str> = again.plan.tasks.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["Works", "Pour", "Dig & fill"]);
    let text = String::from_utf8(written).unwrap();
    assert_eq!(elements(&text)["Cost"], 1);
    assert!(text.contains("<OutlineNumber>1.1</OutlineNumber>"));
}

#[test]
fn calendars_are_added_and_changed_in_the_file() {
    let mut imported = read(SMALL.as_bytes());
    let holiday = Exception {
        name: "春节".to_owned(),
        first: Moment::ymd_hm(2026, 2, 16, 0, 0).unwrap(),
        last: Moment::ymd_hm(2026, 2, 23, 0, 0).unwrap(),
        hours: vec![],
    };
    imported.plan.calendars[0].1.exceptions.push(holiday);
    let mut nights = Calendar::standard("Nights");
    nights.week[5] = vec![(0, 120), (1200, 1440)];
    let id = CalendarId::from_bytes(*b"calendar");
    imported.plan.calendars.push((id, nights));
    find(&mut imported, "Pour").calendar = Some(id);
    let written = write(&imported.plan, &imported.notes, Some(SMALL.as_bytes()));
    equal(&plain(&read(&written)), &plain(&imported), "small");
}

#[test]
fn a_note_stays_unless_it_is_named() {
    let mut imported = read(SMALL.as_bytes());
    let dig = find(&mut imported, "Dig & fill").id;
    let note = |notes: &[(TaskId, String)]| {
        let written = write(&imported.plan, notes, Some(SMALL.as_bytes()));
        read(&written).notes.first().map(|(_, text)| text.clone())
    };
    assert_eq!(note(&[]).as_deref(), Some("deep"));
    assert_eq!(
        note(&[(dig, "deeper\n深".to_owned())]).as_deref(),
        Some("deeper\n深")
    );
    assert_eq!(note(&[(dig, String::new())]), None);
}

/// What holds a task, by name, and what sets it.
type Hold = (&'static str, fn(&mut Task));

/// Every way in which a task's own dates hold it.
fn holds() -> Vec<Hold> {
    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }
    vec![
        ("not before", |task| {
            task.not_before = Some(at("2026-01-20T08:00"))
        }),
        ("alap", |task| {
            task.constraint = Some(Constraint::AsLateAsPossible)
        }),
        ("mso", |task| {
            task.constraint = Some(Constraint::MustStart(at("2026-01-20T08:00")))
        }),
        ("mfo", |task| {
            task.constraint = Some(Constraint::MustFinish(at("2026-01-20T17:00")))
        }),
        ("snlt", |task| {
            task.constraint = Some(Constraint::StartNoLater(at("2026-01-20T08:00")))
        }),
        ("fnet", |task| {
            task.constraint = Some(Constraint::FinishNoEarlier(at("2026-01-20T17:00")))
        }),
        ("fnlt", |task| {
            task.constraint = Some(Constraint::FinishNoLater(at("2026-01-20T17:00")))
        }),
        ("deadline", |task| {
            task.deadline = Some(at("2026-01-20T17:00"))
        }),
        ("inactive", |task| task.inactive = true),
        ("elapsed", |task| task.elapsed = true),
        ("delay", |task| task.delay = 600),
        ("own hours", |task| task.own_hours = true),
        ("placed", |task| {
            task.placed = Some(Placed {
                start: at("2026-01-20T09:00"),
                finish: Some(at("2026-01-22T15:00")),
            });
        }),
        ("remaining", |task| {
            task.actual_start = Some(at("2026-01-06T08:00"));
            task.remaining = Some(240);
        }),
    ]
}

#[test]
fn constraints_deadlines_places_by_hand_and_what_is_inactive_go_both_ways() {
    let bare = read(SMALL.as_bytes());
    for (what, hold) in holds() {
        let mut held = read(SMALL.as_bytes());
        hold(find(&mut held, "Dig & fill"));
        assert!(held.plan != bare.plan, "{what}");
        // into a new file, and into the one that it came from
        let new = write(&held.plan, &held.notes, None);
        equal(&plain(&read(&new)), &plain(&held), what);
        let file = write(&held.plan, &held.notes, Some(SMALL.as_bytes()));
        equal(&plain(&read(&file)), &plain(&held), what);
        // written again it stays as it is, and taken back it is gone
        assert_eq!(write(&held.plan, &held.notes, Some(&file)), file, "{what}");
        let back = write(&bare.plan, &bare.notes, Some(&file));
        equal(&plain(&read(&back)), &plain(&bare), what);
    }
}

#[test]
fn characters_that_xml_cannot_hold_do_not_make_a_broken_file() {
    let mut imported = read(SMALL.as_bytes());
    find(&mut imported, "Pour").name = "a\u{0}b\u{1b}c\u{ffff}]]>".to_owned();
    for original in [Some(SMALL.as_bytes()), None] {
        let mut again = read(&write(&imported.plan, &[], original));
        assert_eq!(find(&mut again, "abc]]>").uid, Some(3));
    }
}

#[test]
fn a_prefix_and_empty_sections_are_respected() {
    let file =
        "<p:Project xmlns:p=\"http://schemas.microsoft.com/project\"><p:Tasks /></p:Project>";
    let imported = read(SMALL.as_bytes());
    let written = write(&imported.plan, &imported.notes, Some(file.as_bytes()));
    let text = String::from_utf8(written).unwrap();
    assert!(!text.contains("<Task") && text.contains("<p:Task>") && text.contains("<p:Resource>"));
    equal(&plain(&read(text.as_bytes())), &plain(&imported), "prefix");
}

#[test]
fn what_cannot_be_written_is_said() {
    let imported = read(SMALL.as_bytes());
    let (dates, _) = schedule(&imported.plan);
    let damaged = mspdi::write(&imported.plan, &dates, &[], Some(b"<Project><Tasks>"));
    assert!(matches!(damaged, Err(WriteError::Original(_))));
    let other = mspdi::write(&Plan::default(), &dates, &[], None);
    assert!(matches!(
        other,
        Err(WriteError::Schedule { tasks: 0, rows: 3 })
    ));
}

#[test]
fn computed_dates_take_the_place_of_stored_ones_and_all_else_stays() {
    for (name, bytes) in files() {
        let imported = read(&bytes);
        let (dates, _) = schedule(&imported.plan);
        let written = mspdi::rewrite_dates(&imported.plan, &dates, &bytes).unwrap();
        let again = read(&written);
        equal(&plain(&again), &plain(&imported), &name);
        assert_eq!(again.notes.len(), imported.notes.len(), "{name}");
        assert_eq!(again.report.unshown, imported.report.unshown, "{name}");
        let (old, new) = (
            String::from_utf8_lossy(&bytes),
            String::from_utf8_lossy(&written),
        );
        assert_eq!(elements(&new), elements(&old), "{name}");
        let held: Vec<TaskId> = (imported.report.adjusted.iter())
            .filter_map(|adjusted| adjusted.task)
            .collect();
        let rows: HashMap<TaskId, usize> = (again.plan.tasks.iter().enumerate())
            .map(|(row, task)| (task.id, row))
            .collect();
        for left in &again.report.dates {
            let task = imported.plan.tasks[rows[&left.task]].id;
            assert!(held.contains(&task), "{name}: {left:?} is not up to date");
        }
    }
}

/// Children of each element in the order of the file: (parent, first, later).
fn order(text: &str) -> BTreeMap<(String, String, String), usize> {
    let mut pairs = BTreeMap::new();
    let mut open: Vec<(String, Vec<String>)> = Vec::new();
    for tag in text.split('<').skip(1) {
        let end = tag.find('>').unwrap();
        let name = tag
            .split([' ', '>', '/', '\r', '\n'])
            .find(|n| !n.is_empty());
        let name = name.unwrap_or_default().to_owned();
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if tag.starts_with('/') {
            open.pop();
            continue;
        }
        if let Some((parent, before)) = open.last_mut() {
            for earlier in before.iter().filter(|earlier| **earlier != name) {
                let key = (parent.clone(), earlier.clone(), name.clone());
                *pairs.entry(key).or_default() += 1;
            }
            if !before.contains(&name) {
                before.push(name.clone());
            }
        }
        if !tag[..end].ends_with('/') {
            open.push((name, Vec::new()));
        }
    }
    pairs
}

#[test]
fn elements_stand_in_the_order_of_ms_project_s_own_files() {
    let mut known = BTreeMap::new();
    for (_, bytes) in files() {
        for (pair, count) in order(&String::from_utf8_lossy(&bytes)) {
            *known.entry(pair).or_insert(0) += count;
        }
    }
    let mut checked = 0;
    for (name, bytes) in files() {
        let mut imported = read(&bytes);
        for task in &mut imported.plan.tasks {
            task.deliverable = "report".to_owned();
            task.budget = Some(Money::from_hundredths(12_345));
            task.cost = Some(Money::from_hundredths(678));
        }
        let id = BaselineId::from_bytes(*b"baseline");
        let plan = &mut imported.plan;
        let dates = schedule(plan).0;
        let agreed = Baseline::of(id, "agreed".to_owned(), Timestamp(i64::MAX), plan, &dates);
        plan.baselines.push(agreed);
        let notes: Vec<(TaskId, String)> = (imported.plan.tasks.iter())
            .map(|task| (task.id, "note".to_owned()))
            .collect();
        for original in [None, Some(&bytes[..])] {
            let written = write(&imported.plan, &notes, original);
            for ((parent, first, later), _) in order(&String::from_utf8_lossy(&written)) {
                let there = known.get(&(parent.clone(), first.clone(), later.clone()));
                let other = known.get(&(parent.clone(), later.clone(), first.clone()));
                checked += 1;
                assert!(
                    there.is_some() || other.is_none(),
                    "{name}: in {parent} {first} stands before {later}"
                );
            }
        }
    }
    assert!(checked > 500, "{checked}");
}

#[test]
fn in_a_plan_that_has_tasks_an_import_starts_with_that_plan_and_keeps_its_hours() {
    let file = SMALL.replace(
        "<Duration>PT16H0M0S</Duration>",
        "<Start>2026-01-05T08:00:00</Start><Duration>PT16H0M0S</Duration>",
    );
    let mut imported = read(file.as_bytes());
    assert_eq!(imported.report.dates.len(), 1, "the second waits");
    imported.added_to(Moment::ymd_hm(2026, 3, 2, 8, 0).unwrap(), Rules::default());
    assert_eq!(imported.report.dates.len(), 2, "nothing is at its date");
    let first = &imported.report.dates[0];
    assert_eq!(first.ours, Moment::ymd_hm(2026, 3, 2, 8, 0).unwrap());
    let calendar = imported.plan.calendar;
    assert!(calendar.is_some());
    assert!(
        imported
            .plan
            .tasks
            .iter()
            .all(|task| task.calendar == calendar)
    );
}
