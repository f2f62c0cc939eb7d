//! Custom fields of MS Project's files: read where tasks use them, and written back where they changed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use base::FieldId;
use domain::plan::{CustomField, FieldKind, FieldValue, Plan, Task, YesNo};
use domain::schedule::schedule;
use exchange::mspdi::{self, Imported, Scope};
use proptest::prelude::*;

const FILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="http://schemas.microsoft.com/project">
  <Title>Bridge</Title>
  <StartDate>2026-01-05T08:00:00</StartDate>
  <ExtendedAttributes>
    <ExtendedAttribute><FieldID>188743731</FieldID><FieldName>Text1</FieldName><Guid>{1}</Guid><Alias>Cost centre</Alias></ExtendedAttribute>
    <ExtendedAttribute><FieldID>188743734</FieldID><FieldName>Text2</FieldName><Alias>Never used</Alias></ExtendedAttribute>
    <ExtendedAttribute><FieldID>188743767</FieldID><FieldName>Number1</FieldName><Alias>Crew &amp; size</Alias></ExtendedAttribute>
    <ExtendedAttribute><FieldID>188743768</FieldID><FieldName>Number2</FieldName><Alias>Computed</Alias><CalculationType>2</CalculationType><Formula>[Cost]*2</Formula></ExtendedAttribute>
    <ExtendedAttribute><FieldID>188743737</FieldID><FieldName>Text3</FieldName><Alias>From a table</Alias><Ltuid>{2}</Ltuid></ExtendedAttribute>
    <ExtendedAttribute><FieldID>188743752</FieldID><FieldName>标志1</FieldName><Alias>检验</Alias></ExtendedAttribute>
    <ExtendedAttribute><FieldID>188743945</FieldID><FieldName>Date1</FieldName></ExtendedAttribute>
    <ExtendedAttribute><FieldID>188743786</FieldID><FieldName>Cost1</FieldName><Alias>Retention</Alias></ExtendedAttribute>
    <ExtendedAttribute><FieldID>188743783</FieldID><FieldName>Duration1</FieldName><Alias>Float</Alias></ExtendedAttribute>
  </ExtendedAttributes>
  <Tasks>
    <Task>
      <UID>1</UID>
      <ID>1</ID>
      <Name>Dig</Name>
      <OutlineLevel>1</OutlineLevel>
      <Duration>PT8H0M0S</Duration>
      <ExtendedAttribute><UID>1</UID><FieldID>188743731</FieldID><Value> A-7 &lt;x&gt; </Value></ExtendedAttribute>
      <ExtendedAttribute><FieldID>188743767</FieldID><Value>12.500</Value></ExtendedAttribute>
      <ExtendedAttribute><FieldID>188743768</FieldID><Value>24</Value></ExtendedAttribute>
      <ExtendedAttribute><FieldID>188743752</FieldID><Value>1</Value></ExtendedAttribute>
      <ExtendedAttribute><FieldID>188743786</FieldID><Value>120050</Value></ExtendedAttribute>
      <Baseline><Number>0</Number></Baseline>
    </Task>
    <Task>
      <UID>2</UID>
      <ID>2</ID>
      <Name>Pour</Name>
      <OutlineLevel>1</OutlineLevel>
      <Duration>PT8H0M0S</Duration>
      <ExtendedAttribute><FieldID>188743767</FieldID><Value>many</Value></ExtendedAttribute>
      <ExtendedAttribute><FieldID>188743752</FieldID><Value>0</Value></ExtendedAttribute>
      <ExtendedAttribute><FieldID>188743945</FieldID><Value>2026-03-02T08:00:00</Value></ExtendedAttribute>
      <ExtendedAttribute><FieldID>188743737</FieldID><ValueGUID>3</ValueGUID><Value>high</Value></ExtendedAttribute>
      <ExtendedAttribute><FieldID>188743783</FieldID><Value>PT8H0M0S</Value></ExtendedAttribute>
      <ExtendedAttribute><FieldID>188743740</FieldID><Value>not defined</Value></ExtendedAttribute>
    </Task>
    <Task>
      <UID>3</UID>
      <ID>3</ID>
      <Name>Cure</Name>
      <OutlineLevel>1</OutlineLevel>
      <Duration>PT8H0M0S</Duration>
    </Task>
  </Tasks>
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

fn write(plan: &Plan, original: Option<&str>) -> String {
    let bytes = mspdi::write(plan, &schedule(plan).0, &[], original.map(str::as_bytes)).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// `name kind: 1=text 2=text`, by the names of the fields.
fn shown(plan: &Plan) -> Vec<String> {
    let words = YesNo {
        yes: "Yes",
        no: "No",
    };
    let line = |field: &CustomField| {
        let values = plan.tasks.iter().zip(1..).filter_map(|(task, n)| {
            let value = field.values.get(&task.id)?;
            Some(format!(" {n}={}", field.to_text(value, words)))
        });
        format!(
            "{} {}:{}",
            field.name,
            field.kind,
            values.collect::<String>()
        )
    };
    let mut lines: Vec<String> = plan.fields.iter().map(line).collect();
    lines.sort();
    lines
}

const ALL: [&str; 5] = [
    "Cost centre text: 1=A-7 <x>",
    "Crew & size number: 1=12.5",
    "Date1 date: 2=2026-03-02 08:00",
    "Retention money: 1=1200.5",
    "检验 yesno: 1=Yes 2=No",
];

fn field<'a>(plan: &'a mut Plan, name: &str) -> &'a mut CustomField {
    let mut fields = plan.fields.iter_mut();
    fields.find(|field| field.name == name).unwrap()
}

fn put(plan: &mut Plan, name: &str, row: usize, kept: &str) {
    let task = plan.tasks[row].id;
    let values = &mut field(plan, name).values;
    match kept {
        "" => drop(values.remove(&task)),
        kept => drop(values.insert(task, FieldValue::from_kept(kept))),
    }
}

fn add(plan: &mut Plan, n: u8, name: &str, kind: FieldKind) {
    let id = FieldId::from_bytes([n; 8]);
    plan.fields
        .push(CustomField::new(id, name.to_owned(), kind));
}

/// The lines that only the first text has.
fn only<'a>(one: &'a str, other: &str) -> Vec<&'a str> {
    let other: Vec<&str> = other.lines().map(str::trim).collect();
    let lines = one.lines().map(str::trim);
    lines.filter(|line| !other.contains(line)).collect()
}

#[test]
fn fields_that_tasks_use_are_read_with_their_names_and_kinds() {
    let imported = read(FILE.as_bytes());
    assert_eq!(shown(&imported.plan), ALL);
    let first = &imported.plan.fields[0];
    assert_eq!(
        (first.name.as_str(), first.uid),
        ("Cost centre", Some(188_743_731))
    );
    // what is not read is told: four definitions, and the values that no field of the plan holds
    let unshown = |scope: Scope| {
        let mut all = imported.report.unshown.iter();
        let found = all.find(|of| of.scope == scope && of.element == "ExtendedAttribute");
        found.map(|of| (of.count, of.tasks.len()))
    };
    assert_eq!(unshown(Scope::Project), Some((4, 0)));
    assert_eq!(unshown(Scope::Task), Some((5, 2)));
    // an export right after it is the same file
    assert_eq!(write(&imported.plan, Some(FILE)), FILE);
}

#[test]
fn changes_of_fields_are_in_the_export_and_the_rest_stays() {
    let mut plan = read(FILE.as_bytes()).plan;
    put(&mut plan, "Cost centre", 0, "t:B & C");
    put(&mut plan, "Retention", 0, "");
    put(&mut plan, "Crew & size", 2, "n:3");
    put(&mut plan, "检验", 1, "y:1");
    field(&mut plan, "Crew & size").name = "Crew".to_owned();
    let text = write(&plan, Some(FILE));
    assert_eq!(
        shown(&read(text.as_bytes()).plan),
        [
            "Cost centre text: 1=B & C",
            "Crew number: 1=12.5 3=3",
            "Date1 date: 2=2026-03-02 08:00",
            "检验 yesno: 1=Yes 2=Yes",
        ]
    );
    let gone = only(FILE, &text);
    assert_eq!(gone.len(), 4, "{gone:#?}");
    assert!(gone[0].contains("Crew &amp; size"));
    for kept in [
        "<Value>many</Value>",
        "<Formula>",
        "<Value>24</Value>",
        "Never used",
        "{1}",
        "<UID>1</UID><FieldID>",
    ] {
        assert!(text.contains(kept), "{kept}");
    }
    // before what the schema has after it
    let dig = text.split("<UID>2</UID>").next().unwrap();
    assert!(dig.find("B &amp; C").unwrap() < dig.find("<Baseline>").unwrap());
}

#[test]
fn fields_made_here_get_a_free_field_of_the_program() {
    let mut plan = read(FILE.as_bytes()).plan;
    add(&mut plan, 1, "Risk", FieldKind::Choice);
    add(&mut plan, 2, "Height", FieldKind::Number);
    add(&mut plan, 3, "Early", FieldKind::Number);
    add(&mut plan, 4, "Nothing", FieldKind::Text);
    add(&mut plan, 5, "Due", FieldKind::Date);
    put(&mut plan, "Risk", 0, "t:high");
    put(&mut plan, "Height", 1, "n:2.5");
    put(&mut plan, "Early", 0, "n:1");
    put(&mut plan, "Early", 1, "t:perhaps");
    put(&mut plan, "Due", 2, "d:2026-05-01T00:00");
    plan.tasks[1].deliverable = "Report".to_owned();
    let new = Task {
        name: "New".to_owned(),
        duration: 480,
        ..Task::new(base::TaskId::from_bytes([9; 8]))
    };
    plan.tasks.push(new);
    put(&mut plan, "Risk", 3, "t:low");
    let text = write(&plan, Some(FILE));
    let again = read(text.as_bytes()).plan;
    let mut expected: Vec<String> = ALL.map(str::to_owned).to_vec();
    expected.extend([
        "Due date: 3=2026-05-01".to_owned(),
        // one value is no number: all of it is text there
        "Early text: 1=1 2=perhaps".to_owned(),
        "Height number: 2=2.5".to_owned(),
        "Risk text: 1=high 4=low".to_owned(),
    ]);
    expected.sort();
    assert_eq!(shown(&again), expected);
    assert_eq!(again.tasks[1].deliverable, "Report");
    assert_eq!(only(FILE, &text), [""; 0], "nothing of the file is gone");
    // Text1 to Text4 and Number1 and 2 are taken in the file, whether or not they are defined
    for (name, number) in [("Text5", 188_743_743), ("Number3", 188_743_769)] {
        let head = format!("<FieldID>{number}</FieldID>");
        let definition = text.split(&head).nth(1).unwrap();
        assert!(
            definition
                .trim_start()
                .starts_with(&format!("<FieldName>{name}<"))
        );
    }
    // a file without an original has them too
    let whole = read(write(&plan, None).as_bytes()).plan;
    assert_eq!(shown(&whole), expected);
    assert!(
        write(&plan, None).find("<ExtendedAttributes>") < write(&plan, None).find("<Calendars>")
    );
}

#[test]
fn what_the_plan_does_not_have_stays_in_the_file() {
    // an import of earlier versions has no fields; one that was removed here is not shown
    let mut plan = read(FILE.as_bytes()).plan;
    let fields = std::mem::take(&mut plan.fields);
    assert_eq!(write(&plan, Some(FILE)), FILE);
    plan.fields = fields[1..].to_vec();
    assert_eq!(write(&plan, Some(FILE)), FILE);
}

#[test]
fn a_field_of_another_kind_moves_to_another_field_of_the_program() {
    let mut plan = read(FILE.as_bytes()).plan;
    field(&mut plan, "Retention").kind = FieldKind::Text;
    put(&mut plan, "Retention", 1, "t:five percent");
    let text = write(&plan, Some(FILE));
    let again = read(text.as_bytes()).plan;
    let line = "Retention text: 1=1200.5 2=five percent".to_owned();
    assert!(shown(&again).contains(&line), "{:?}", shown(&again));
    assert_eq!(again.fields.len(), 5);
    assert_eq!(text.matches("Retention").count(), 1);
    // a number that became a text stays where it is in a text field
    let mut plan = read(FILE.as_bytes()).plan;
    field(&mut plan, "Cost centre").kind = FieldKind::Number;
    assert_eq!(write(&plan, Some(FILE)), FILE);
}

#[test]
fn fields_without_a_free_field_of_the_program_stay_out_of_the_file() {
    let mut plan = read(FILE.as_bytes()).plan;
    for n in 0..40 {
        let name = format!("Made {n:02}");
        add(&mut plan, n, &name, FieldKind::Text);
        put(&mut plan, &name, 0, "t:x");
    }
    let again = read(write(&plan, Some(FILE)).as_bytes()).plan;
    // of 30 four are taken, and one is kept for deliverables
    let made = again.fields.iter().filter(|f| f.name.starts_with("Made"));
    let names: Vec<&str> = made.map(|field| field.name.as_str()).collect();
    assert_eq!(names.len(), 25);
    assert_eq!((names[0], names[24]), ("Made 00", "Made 24"));
    assert_eq!(again.fields.len(), 30);
}

#[test]
fn values_beyond_what_plans_hold_are_left_in_the_file() {
    let long = "长".repeat(2_001);
    let file = FILE
        .replace(" A-7 &lt;x&gt; ", &long)
        .replace("12.500", "1e300");
    let plan = read(file.as_bytes()).plan;
    assert_eq!(shown(&plan), &ALL[2..]);
    assert_eq!(write(&plan, Some(&file)), file);
}

/// A value of a field, as documents keep it: empty for none.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-z<&\" 万]{1,8}".prop_map(|text| format!("t:x{}", text.trim_end())),
        (-1_000_000i64..1_000_000).prop_map(|n| format!("n:{}.25", n)),
        (-1_000_000i64..1_000_000).prop_map(|n| format!("m:{}.05", n)),
        (0i64..300_000).prop_map(|n| format!("d:{}", base::Moment::from_minutes(n * 60))),
        any::<bool>().prop_map(|yes| format!("y:{}", u8::from(yes))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_is_read_again(
        edits in prop::collection::vec((0usize..9, 0usize..3, value()), 1..12),
        kinds in prop::collection::vec(0usize..6, 4),
        renamed in 0usize..5,
    ) {
        const KINDS: [FieldKind; 6] = [
            FieldKind::Text,
            FieldKind::Number,
            FieldKind::Money,
            FieldKind::Date,
            FieldKind::YesNo,
            FieldKind::Person,
        ];
        let mut plan = read(FILE.as_bytes()).plan;
        for (n, kind) in (0u8..).zip(kinds) {
            add(&mut plan, n, &format!("Made {n}"), KINDS[kind].clone());
        }
        plan.fields[renamed].name = "Another <name>".to_owned();
        for (field, row, kept) in edits {
            let name = plan.fields[field].name.clone();
            put(&mut plan, &name, row, &kept);
        }
        let text = write(&plan, Some(FILE));
        let again = read(text.as_bytes()).plan;
        // a field whose values do not all fit is text there, and one without values is not there
        let values = |plan: &Plan| -> Vec<String> {
            let lines = shown(plan).into_iter().filter(|line| line.contains('='));
            let mut lines: Vec<String> = lines
                .map(|line| line.replacen(" number:", ":", 1).replacen(" money:", ":", 1))
                .map(|line| line.replacen(" date:", ":", 1).replacen(" yesno:", ":", 1))
                .map(|line| line.replacen(" person:", ":", 1).replacen(" text:", ":", 1))
                .collect();
            lines.sort();
            lines
        };
        prop_assert_eq!(values(&again), values(&plan));
        // and once more it is the same file
        prop_assert_eq!(write(&again, Some(&text)), text);
    }
}
