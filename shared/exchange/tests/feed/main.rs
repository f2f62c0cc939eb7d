//! A plan's dates as a calendar to subscribe to, read back by a reader that shares nothing with the writer.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod reader;

use base::{Moment, ProjectId, TaskId, Timestamp};
use domain::calendar::Calendar;
use domain::plan::{Placed, Plan, Task};
use domain::schedule::schedule;
use exchange::ics::{Feed, Holds, Labels, Rows, write};
use proptest::prelude::*;
use reader::{Event, read, unfolded};

const LABELS: Labels = Labels {
    milestone: "里程碑",
    deadline: "期限",
    percent: "完成",
    owner: "负责人",
    deliverable: "交付物",
    mine: "我的任务",
    dates: "里程碑与期限",
    colon: "：",
};

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn task(n: u8, parent: Option<u8>, name: &str, duration: i64) -> Task {
    Task {
        name: name.to_owned(),
        parent: parent.map(id),
        duration,
        ..Task::new(id(n))
    }
}

fn id(n: u8) -> TaskId {
    TaskId::from_bytes([n; 8])
}

fn plan(tasks: Vec<Task>) -> Plan {
    Plan {
        // a Monday
        start: at("2026-03-02T08:00"),
        tasks,
        ..Plan::default()
    }
}

fn rows(plan: &Plan) -> Rows {
    let percent: Vec<u8> = plan.tasks.iter().map(|task| task.percent).collect();
    Rows::of(plan, &schedule(plan).0, &percent)
}

fn feed<'a>(name: &'a str, holds: Holds<'a>) -> Feed<'a> {
    Feed {
        name,
        project: ProjectId::from_bytes([7; 16]),
        holds,
        changed: Timestamp(1_772_440_245_678),
        labels: &LABELS,
        owner: &|owner| (owner == "p1").then(|| "李敏".to_owned()),
    }
}

fn written(plan: &Plan, holds: Holds<'_>) -> Vec<Event> {
    read(&write(&rows(plan), &feed("一号工程", holds))).1
}

fn summaries(events: &[Event]) -> Vec<&str> {
    events.iter().map(|e| e.get("SUMMARY").unwrap()).collect()
}

#[test]
fn a_feed_has_what_calendars_ask_for() {
    let mut one = task(1, None, "基础", 3 * 480);
    one.owner = "p1".to_owned();
    one.deliverable = "记录, 甲; 乙".to_owned();
    one.percent = 40;
    let plan = plan(vec![one]);
    let text = write(&rows(&plan), &feed("一号工程", Holds::All));
    let (head, events) = read(&text);
    assert_eq!(head.get("VERSION"), Some("2.0"));
    assert_eq!(head.get("X-WR-CALNAME"), Some("一号工程"));
    assert_eq!(head.get("REFRESH-INTERVAL;VALUE=DURATION"), Some("PT1H"));
    let [event] = &events[..] else {
        panic!("{events:?}");
    };
    let uid = format!("{}@{}", id(1), ProjectId::from_bytes([7; 16]));
    let expected = [
        ("UID", uid.as_str()),
        ("DTSTAMP", "20260302T083045Z"),
        ("LAST-MODIFIED", "20260302T083045Z"),
        ("DTSTART;VALUE=DATE", "20260302"),
        ("DTEND;VALUE=DATE", "20260305"),
        ("SUMMARY", "基础 · 一号工程"),
        (
            "DESCRIPTION",
            "完成：40%\n负责人：李敏\n交付物：记录, 甲; 乙",
        ),
        ("STATUS", "CONFIRMED"),
        ("TRANSP", "TRANSPARENT"),
    ];
    let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(event.0, expected);
    // the same plan is the same file
    assert_eq!(text, write(&rows(&plan), &feed("一号工程", Holds::All)));
}

#[test]
fn whole_days_are_days_and_other_times_are_those_of_the_plans_place() {
    let day = |n, from: &str, to: &str| Task {
        placed: Some(Placed {
            start: at(from),
            finish: Some(at(to)),
        }),
        ..task(n, None, "x", 480)
    };
    let night = Task {
        elapsed: true,
        ..day(4, "2026-03-02T00:00", "2026-03-04T00:00")
    };
    let plan = plan(vec![
        task(1, None, "one day", 480),
        task(2, None, "half a day", 240),
        day(3, "2026-03-06T13:00", "2026-03-09T17:00"),
        night,
        // over a weekend
        task(5, None, "six days", 6 * 480),
    ]);
    let events = written(&plan, Holds::All);
    let dates: Vec<_> = events.iter().map(Event::dates).collect();
    let expected = [
        ("20260302", Some("20260303")),
        ("20260302T080000", Some("20260302T120000")),
        ("20260306T130000", Some("20260309T170000")),
        ("20260302", Some("20260304")),
        ("20260302", Some("20260310")),
    ];
    assert_eq!(dates, expected);
}

#[test]
fn days_are_those_of_the_tasks_own_calendar() {
    let calendar = base::CalendarId::from_bytes([1; 8]);
    let mut plan = plan(vec![Task {
        calendar: Some(calendar),
        ..task(1, None, "shift", 720)
    }]);
    let week = std::array::from_fn(|_| vec![(6 * 60, 18 * 60)]);
    let shifts = Calendar {
        week,
        ..Calendar::default()
    };
    plan.calendars.push((calendar, shifts));
    plan.start = at("2026-03-02T06:00");
    let events = written(&plan, Holds::All);
    assert_eq!(events[0].dates(), ("20260302", Some("20260303")));
    plan.start = at("2026-03-02T07:00");
    let events = written(&plan, Holds::All);
    let dates = events[0].dates();
    assert_eq!(dates, ("20260302T070000", Some("20260303T070000")));
}

#[test]
fn milestones_are_days_or_moments_and_deadlines_are_events_of_their_own() {
    let start = |n, at_: &str| Task {
        placed: Some(Placed {
            start: at(at_),
            finish: None,
        }),
        ..task(n, None, "验收", 0)
    };
    let due = |n, at_: &str| Task {
        deadline: Some(at(at_)),
        ..task(n, None, "浇筑", 480)
    };
    let mut plan = plan(vec![
        start(1, "2026-03-04T08:00"),
        start(2, "2026-03-04T17:00"),
        start(3, "2026-03-04T10:30"),
        due(4, "2026-03-05T17:00"),
        // a Sunday
        due(5, "2026-03-08T00:00"),
        due(6, "2026-03-05T09:15"),
    ]);
    plan.rules.finish_by = Some(at("2026-03-31T17:00"));
    let events = written(&plan, Holds::Dates);
    let found: Vec<_> = events
        .iter()
        .map(|e| (e.get("SUMMARY").unwrap(), e.dates().0, e.dates().1))
        .collect();
    let milestone = "里程碑：验收 · 一号工程";
    let deadline = "期限：浇筑 · 一号工程";
    let expected = [
        (milestone, "20260304", Some("20260305")),
        (milestone, "20260304", Some("20260305")),
        (milestone, "20260304T103000", None),
        (deadline, "20260305", Some("20260306")),
        (deadline, "20260308", Some("20260309")),
        (deadline, "20260305T091500", None),
        ("期限：一号工程", "20260331", Some("20260401")),
    ];
    assert_eq!(found, expected);
    let project = ProjectId::from_bytes([7; 16]);
    let uid = format!("{}-deadline@{project}", id(4));
    assert_eq!(events[3].get("UID"), Some(uid.as_str()));
    let all = written(&plan, Holds::All);
    let uids: std::collections::BTreeSet<_> = all.iter().map(|e| e.get("UID")).collect();
    assert_eq!(
        (all.len(), uids.len()),
        (10, 10),
        "each has an id of its own"
    );
}

#[test]
fn a_feed_holds_what_was_chosen_and_names_the_branches() {
    let owned = |n, parent, name, duration| Task {
        owner: "p1".to_owned(),
        ..task(n, parent, name, duration)
    };
    let mut branch = task(1, None, "基础", 0);
    branch.deadline = Some(at("2026-03-31T17:00"));
    let gone = Task {
        inactive: true,
        ..task(6, None, "取消", 0)
    };
    let plan = plan(vec![
        branch,
        task(2, Some(1), "桩基", 0),
        owned(3, Some(2), "试桩", 480),
        task(4, Some(2), "打桩", 480),
        owned(5, None, "开工", 0),
        gone,
        owned(7, Some(6), "below what is not done", 480),
    ]);
    let all = written(&plan, Holds::All);
    let pile = "试桩 · 基础 › 桩基";
    let start = "里程碑：开工 · 一号工程";
    let due = "期限：基础 · 一号工程";
    assert_eq!(summaries(&all), [due, pile, "打桩 · 基础 › 桩基", start]);
    assert_eq!(summaries(&written(&plan, Holds::Of("p1"))), [pile, start]);
    assert_eq!(summaries(&written(&plan, Holds::Dates)), [due, start]);
    let name = |holds| {
        let text = write(&rows(&plan), &feed("一号工程", holds));
        read(&text).0.get("NAME").unwrap().to_owned()
    };
    assert_eq!(name(Holds::Of("p1")), "一号工程 · 我的任务");
    assert_eq!(name(Holds::Dates), "一号工程 · 里程碑与期限");
}

#[test]
fn branches_without_end_cost_little() {
    let name = "长".repeat(500);
    let mut tasks: Vec<Task> = (1..=200).map(|n| task(n, Some(n - 1), &name, 0)).collect();
    tasks[0].parent = None;
    let plan = plan(tasks);
    let events = written(&plan, Holds::All);
    let [only] = &events[..] else {
        panic!("{}", events.len());
    };
    let summary = only.get("SUMMARY").unwrap();
    assert_eq!(summary.matches(" › ").count(), 3);
    assert!(summary.chars().count() < 800);
}

#[test]
fn the_last_day_of_plans_has_no_end() {
    let mut last = task(1, None, "x", 0);
    last.deadline = Some(at("2199-12-31T17:00"));
    let events = written(&plan(vec![last]), Holds::All);
    assert_eq!(events[1].dates(), ("21991231", None));
}

#[test]
fn text_is_escaped_and_holds_no_line_of_its_own() {
    let name = |text: &str| {
        let all = write(&Rows::default(), &feed(text, Holds::All));
        let lines = unfolded(&all);
        let line = lines.iter().find_map(|l| l.strip_prefix("NAME:"));
        line.unwrap().to_owned()
    };
    assert_eq!(name("a;b,c\\d:e"), "a\\;b\\,c\\\\d:e");
    assert_eq!(name("one\r\ntwo\rthree\nfour"), "one\\ntwo\\nthree\\nfour");
    assert_eq!(name("a\r\n\nb"), "a\\n\\nb");
    assert_eq!(name("bell\u{7} tab\t\u{85}end"), "bell  tab\t end");
    assert_eq!(
        name("x\r\nEND:VCALENDAR\r\nBEGIN:VALARM"),
        "x\\nEND:VCALENDAR\\nBEGIN:VALARM"
    );
}

#[test]
fn lines_are_folded_at_75_bytes_and_never_within_a_character() {
    let long = |text: String| {
        let all = write(&Rows::default(), &feed(&text, Holds::All));
        let lines: Vec<&str> = all.split_terminator("\r\n").collect();
        let first = lines.iter().position(|l| l.starts_with("NAME:")).unwrap();
        let folded = lines[first + 1..].iter().take_while(|l| l.starts_with(' '));
        let lengths = std::iter::once(&lines[first]).chain(folded);
        lengths.map(|line| line.len()).collect::<Vec<_>>()
    };
    assert_eq!(long("x".repeat(70)), [75]);
    assert_eq!(long("x".repeat(71)), [75, 2]);
    assert_eq!(long("x".repeat(70 + 74 + 3)), [75, 75, 4]);
    // three bytes each: 5 + 23 * 3, then 1 + 24 * 3
    assert_eq!(long("计".repeat(60)), [74, 73, 40]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn any_text_gives_lines_of_at_most_75_bytes_that_read_back_the_same(
        name in "\\PC{0,120}",
        owner in any::<String>(),
        deliverable in "[ \\t\\r\\n,;:\\\\\"计🏗é]{0,200}",
        branch in any::<String>(),
    ) {
        let mut one = task(2, Some(1), &name, 480);
        one.owner = owner.clone();
        one.deliverable = deliverable.clone();
        let plan = plan(vec![task(1, None, &branch, 0), one]);
        let text = write(&rows(&plan), &feed("dam", Holds::All));
        for line in text.split_terminator("\r\n") {
            prop_assert!(line.len() <= 75, "{} bytes", line.len());
        }
        let (_, events) = read(&text);
        prop_assert_eq!(events.len(), 1);
        // as it was, but for what no text of a calendar can hold
        let held = |text: &str| {
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            let plain = |c: char| if c.is_control() && !"\n\t".contains(c) { ' ' } else { c };
            text.chars().map(plain).collect::<String>()
        };
        let mut about = "完成：0%".to_owned();
        for (label, text) in [("负责人", &owner), ("交付物", &deliverable)] {
            if !text.is_empty() {
                about.push_str(&format!("\n{label}：{}", held(text)));
            }
        }
        prop_assert_eq!(events[0].get("DESCRIPTION"), Some(about.as_str()));
        let branch: String = branch.trim().chars().take(60).collect();
        let place = if branch.is_empty() { "dam" } else { &branch };
        let summary = match name.trim() {
            "" => place.to_owned(),
            name => format!("{name} · {place}"),
        };
        let summary = held(&summary);
        prop_assert_eq!(events[0].get("SUMMARY"), Some(summary.as_str()));
    }
}
