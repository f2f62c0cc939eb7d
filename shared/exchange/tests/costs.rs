//! Budgets and actual costs of MS Project's files, both ways.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use base::{ResourceId, TaskId};
use domain::money::Money;
use domain::plan::{Plan, Task};
use domain::resource::{Assignment, Resource};
use domain::schedule::schedule;
use exchange::mspdi::{self, Imported, Scope};

/// A summary with a cost of its own, a task that two people work on, one that has costs of its own alone, and one that
/// costs nothing.
const COSTS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="http://schemas.microsoft.com/project">
  <Title>Bridge</Title>
  <StartDate>2026-01-05T08:00:00</StartDate>
  <CurrencyDigits>2</CurrencyDigits>
  <CurrencySymbol>€</CurrencySymbol>
  <CurrencyCode>EUR</CurrencyCode>
  <CalendarUID>1</CalendarUID>
  <Calendars>
    <Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar><BaseCalendarUID>-1</BaseCalendarUID></Calendar>
  </Calendars>
  <Tasks>
    <Task><UID>0</UID><ID>0</ID><Name>Bridge</Name><FixedCost>1000</FixedCost><Cost>176531.01</Cost><ActualCost>40000</ActualCost><RemainingCost>136531.01</RemainingCost></Task>
    <Task><UID>1</UID><ID>1</ID><Name>Works</Name><OutlineLevel>1</OutlineLevel><Summary>1</Summary><FixedCost>50000</FixedCost><Cost>175531.01</Cost><ActualCost>40000</ActualCost><RemainingCost>135531.01</RemainingCost></Task>
    <Task><UID>2</UID><ID>2</ID><Name>Dig</Name><OutlineLevel>2</OutlineLevel><Duration>PT16H0M0S</Duration><FixedCost>10000</FixedCost><FixedCostAccrual>3</FixedCostAccrual><PercentComplete>50</PercentComplete><Cost>120000</Cost><ActualStart>2026-01-05T08:00:00</ActualStart><ActualCost>30000</ActualCost><RemainingCost>90000</RemainingCost></Task>
    <Task><UID>3</UID><ID>3</ID><Name>Pour</Name><OutlineLevel>2</OutlineLevel><Duration>PT16H0M0S</Duration><FixedCost>5531.01</FixedCost></Task>
    <Task><UID>5</UID><ID>4</ID><Name>Wait</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration><FixedCost>0</FixedCost><Cost>0</Cost><ActualCost>0</ActualCost></Task>
  </Tasks>
  <Resources>
    <Resource><UID>1</UID><ID>1</ID><Name>Ada</Name><Type>1</Type><StandardRate>50</StandardRate><StandardRateFormat>2</StandardRateFormat></Resource>
    <Resource><UID>2</UID><ID>2</ID><Name>Bo</Name><Type>1</Type><StandardRate>20</StandardRate><StandardRateFormat>2</StandardRateFormat></Resource>
  </Resources>
  <Assignments>
    <Assignment><UID>1</UID><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID><ActualCost>30000</ActualCost><Cost>80000</Cost><Units>1</Units><Work>PT16H0M0S</Work></Assignment>
    <Assignment><UID>2</UID><TaskUID>2</TaskUID><ResourceUID>2</ResourceUID><Cost>30000</Cost><Units>1</Units><Work>PT16H0M0S</Work></Assignment>
    <Assignment><UID>3</UID><TaskUID>3</TaskUID><ResourceUID>-65535</ResourceUID><Cost>999</Cost><Units>1</Units><Work>PT16H0M0S</Work></Assignment>
  </Assignments>
</Project>
"#;

fn read(text: &str) -> Imported {
    let mut last = 0u64;
    mspdi::read(text.as_bytes(), &mut || {
        last += 1;
        last
    })
    .unwrap()
}

fn write(plan: &Plan, original: Option<&str>) -> String {
    let original = original.map(str::as_bytes);
    let bytes = mspdi::write(plan, &schedule(plan).0, &[], original).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn costs() -> Plan {
    read(COSTS).plan
}

fn task<'a>(plan: &'a mut Plan, name: &str) -> &'a mut Task {
    plan.tasks
        .iter_mut()
        .find(|task| task.name == name)
        .unwrap()
}

fn money(text: &str) -> Option<Money> {
    (!text.is_empty()).then(|| text.parse().unwrap())
}

/// Names with budgets and actual costs.
fn amounts(plan: &Plan) -> Vec<String> {
    let text = |amount: Option<Money>| amount.map_or_else(String::new, |some| some.to_string());
    let tasks = plan.tasks.iter();
    tasks
        .map(|task| format!("{} {}/{}", task.name, text(task.budget), text(task.cost)))
        .collect()
}

/// The element of the task of a name.
fn element<'a>(text: &'a str, name: &str) -> &'a str {
    let rest = text.split(&format!("<Name>{name}</Name>")).nth(1).unwrap();
    rest.split("</Task>").next().unwrap()
}

/// Writes into the file, reads the same of it, and writes that as it is.
fn goes_both_ways(plan: &Plan) -> String {
    let text = write(plan, Some(COSTS));
    let again = read(&text);
    assert_eq!(amounts(&again.plan), amounts(plan), "{text}");
    assert_eq!(write(&again.plan, Some(&text)), text);
    // and taken back it is gone
    let back = write(&costs(), Some(&text));
    assert_eq!(amounts(&read(&back).plan), amounts(&costs()));
    text
}

#[test]
fn a_budget_is_what_a_task_costs_by_itself_and_nothing_is_counted_twice() {
    let imported = read(COSTS);
    let expected = [
        // its fixed cost, and what it has cost beside what lies below it
        "Works 500/100",
        "Dig 1200/300",
        // without a sum: fixed cost and assignments, but not what nobody does
        "Pour 55.3101/",
        "Wait /",
    ];
    assert_eq!(amounts(&imported.plan), expected);
    let told: Vec<(Scope, &str)> = (imported.report.unshown.iter())
        .map(|one| (one.scope, one.element.as_str()))
        .collect();
    // plans have no currency of their own
    assert_eq!(told, [(Scope::Project, "CurrencyCode")]);
    assert_eq!(write(&imported.plan, Some(COSTS)), COSTS);
    // the sum alone
    let file = COSTS.replace("<FixedCost>10000</FixedCost>", "");
    assert_eq!(amounts(&read(&file).plan)[1], "Dig 1200/300");
    // a summary that sums nothing up, and one whose sum is rounded
    for actual in ["0", "30000", "30000.9"] {
        let file = COSTS.replacen(
            "175531.01</Cost><ActualCost>40000<",
            &format!("175531.01</Cost><ActualCost>{actual}<"),
            1,
        );
        assert_eq!(amounts(&read(&file).plan)[0], "Works 500/");
    }
}

#[test]
fn amounts_that_no_plan_holds_stay_in_the_original_and_are_told() {
    for (from, to, element) in [
        ("<Cost>120000<", "<Cost>-5<", "Cost"),
        ("<Cost>120000<", "<Cost>9.5e16<", "Cost"),
        ("<Cost>120000<", "<Cost>999999999999999999<", "Cost"),
        ("<Cost>120000<", "<Cost>dear<", "Cost"),
        ("<FixedCost>50000<", "<FixedCost>-5<", "FixedCost"),
        (
            "<ActualCost>30000</ActualCost><Rem",
            "<ActualCost>-1</ActualCost><Rem",
            "ActualCost",
        ),
    ] {
        let file = COSTS.replacen(from, to, 1);
        assert_ne!(file, COSTS);
        let imported = read(&file);
        let told = imported.report.unshown.iter();
        let told = told.filter(|one| one.scope == Scope::Task && one.element == element);
        assert_eq!(told.count(), 1, "{to}");
        assert_eq!(write(&imported.plan, Some(&file)), file, "{to}");
    }
}

#[test]
fn budgets_told_here_are_in_the_export_as_what_tasks_cost_beside_their_assignments() {
    let mut plan = costs();
    task(&mut plan, "Dig").budget = money("2000.5");
    let text = goes_both_ways(&plan);
    // 1100 of it are those of who works on it
    let dig = element(&text, "Dig");
    assert!(dig.contains("<FixedCost>90050</FixedCost>"), "{dig}");
    assert!(dig.contains("<Cost>200050</Cost>"), "{dig}");
    assert!(
        dig.contains("<RemainingCost>170050</RemainingCost>"),
        "{dig}"
    );
    let works = element(&text, "Works");
    assert!(
        works.contains("<FixedCost>50000</FixedCost><Cost>255581.01</Cost>"),
        "{works}"
    );
    assert!(element(&text, "Bridge").contains("<Cost>256581.01</Cost>"));
    assert!(!text.contains("EditableActualCosts"));
    for (name, budget) in [
        ("Works", "0.01"),
        ("Works", ""),
        ("Dig", ""),
        ("Dig", "10"),
        ("Pour", "12000"),
        ("Pour", ""),
        ("Wait", "99999999999.9999"),
    ] {
        let mut plan = costs();
        task(&mut plan, name).budget = money(budget);
        goes_both_ways(&plan);
    }
    // nothing and no budget are the same
    let mut plan = costs();
    task(&mut plan, "Wait").budget = Some(Money::ZERO);
    assert_eq!(write(&plan, Some(COSTS)), COSTS);
}

#[test]
fn actual_costs_told_here_are_in_the_export_and_ms_project_lets_them_stand() {
    let mut plan = costs();
    task(&mut plan, "Dig").cost = money("450");
    let text = goes_both_ways(&plan);
    let dig = element(&text, "Dig");
    assert!(dig.contains("<Cost>120000</Cost>"), "{dig}");
    assert!(dig.contains("<ActualCost>45000</ActualCost><RemainingCost>75000</RemainingCost>"));
    assert!(element(&text, "Works").contains("<ActualCost>55000</ActualCost>"));
    assert!(element(&text, "Bridge").contains("<ActualCost>55000</ActualCost>"));
    let flag = "<CalendarUID>1</CalendarUID>\n  <EditableActualCosts>1</EditableActualCosts>";
    assert!(text.contains(flag), "{text}");
    for (name, cost) in [
        ("Works", ""),
        ("Works", "7"),
        ("Dig", ""),
        ("Dig", "99999"),
        ("Pour", "0.0001"),
        ("Wait", "3"),
    ] {
        let mut plan = costs();
        task(&mut plan, name).cost = money(cost);
        goes_both_ways(&plan);
    }
}

#[test]
fn a_budget_stays_what_it_is_when_assignments_come_and_go() {
    let mut plan = costs();
    plan.assignments
        .retain(|asked| asked.work != 960 || asked.resource == plan.resources[0].id);
    let text = goes_both_ways(&plan);
    assert!(element(&text, "Dig").contains("<FixedCost>40000</FixedCost>"));
    let mut plan = costs();
    let id = plan.tasks[2].id;
    let ada = plan.resources[0].id;
    plan.assignments.push(Assignment::of(id, ada, 1_000, 30));
    let text = goes_both_ways(&plan);
    // half an hour of Ada
    assert!(
        element(&text, "Pour").contains("<FixedCost>3031.01</FixedCost>"),
        "{text}"
    );
    assert!(text.contains("<Cost>2500</Cost>"), "{text}");
}

#[test]
fn a_file_without_an_original_has_budgets_costs_and_what_assignments_are_of_them() {
    let mut plan = costs();
    plan.source = None;
    let id = ResourceId::from_bytes(*b"new crew");
    plan.resources.push(Resource {
        name: "Li".to_owned(),
        rate: 6_000,
        ..Resource::new(id)
    });
    let mut new = Task::new(TaskId::from_bytes(*b"new task"));
    new.name = "New".to_owned();
    new.order = "ffff".to_owned();
    new.duration = 480;
    plan.assignments
        .push(Assignment::of(new.id, id, 1_000, 480));
    plan.tasks.push(new);
    let text = write(&plan, None);
    let again = read(&text);
    assert_eq!(amounts(&again.plan), amounts(&plan), "{text}");
    assert_eq!(again.report.unshown, []);
    assert!(text.contains("<EditableActualCosts>1</EditableActualCosts>"));
    // who works without a budget has no cost told
    assert!(!text.contains("<Cost>48000</Cost>"));
    plan.tasks[4].budget = money("500");
    let text = write(&plan, None);
    let new = element(&text, "New");
    assert!(new.contains("<FixedCost>2000</FixedCost>") && new.contains("<Cost>50000</Cost>"));
    assert!(text.contains("<Cost>48000</Cost>"), "{text}");
    assert_eq!(amounts(&read(&text).plan), amounts(&plan));
}
