//! A whole file: everything that a plan carries, and what it says of the rest.

use base::Moment;
use domain::plan::{Constraint, Lag, LagCalendar, Latest, LinkKind, Logic};
use domain::resource::{ResourceKind, TaskType};
use exchange::mspdi::{self, Adjustment, Imported, Scope};

use super::file::{adjusted, read, row, span, task};

pub(crate) const BRIDGE: &str = include_str!("bridge.xer");

fn bridge() -> Imported {
    read(BRIDGE.as_bytes()).unwrap()
}

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

#[test]
fn branches_become_summaries_in_their_order_with_activities_by_their_codes() {
    let imported = bridge();
    let plan = &imported.plan;
    assert_eq!(plan.name, "Bridge over the canal");
    let mut depth = Vec::new();
    let mut lines = Vec::new();
    for task in &plan.tasks {
        let above = plan
            .tasks
            .iter()
            .position(|other| Some(other.id) == task.parent);
        depth.push(above.map_or(0, |at: usize| depth[at] + 1));
        lines.push(format!(
            "{}{}",
            "  ".repeat(depth[depth.len() - 1]),
            task.name
        ));
    }
    assert_eq!(
        lines,
        [
            "Site management",
            "Preparation",
            "  Notice to proceed",
            "  Clear the site",
            "  Excavate",
            "Structure",
            "  Piles",
            "  Abutments \"north\"",
            "  Structure in all",
            "  Deck",
            "    Deck",
            "    Bridge open",
        ]
    );
    assert!(
        plan.tasks
            .windows(2)
            .all(|two| two[0].parent != two[1].parent || two[0].order < two[1].order)
    );
    let uids: Vec<Option<i64>> = plan.tasks.iter().map(|task| task.uid).collect();
    assert_eq!(uids[..3], [Some(9000), Some(120), Some(1000)]);
    let empty = Adjustment::EmptyBranch {
        name: "Later".to_owned(),
    };
    assert!(adjusted(&imported, None).contains(&empty));
}

#[test]
fn the_dates_are_those_of_the_file() {
    let imported = bridge();
    assert_eq!(imported.report.dates, []);
    assert_eq!(imported.report.problems, []);
    for (name, dates) in [
        ("Notice to proceed", "02-02T08:00 02-02T08:00"),
        ("Clear the site", "02-02T08:00 02-13T17:00"),
        // forty hours from the data date on, ten a day
        ("Excavate", "02-16T07:00 03-06T08:00"),
        // the crane works six days from six to two, but on Saturday the 14th as the base calendar says
        ("Piles", "03-06T08:00 03-16T12:00"),
        // forty of the crane's hours later; on that Saturday until noon
        ("Abutments \"north\"", "03-12T08:00 03-25T12:00"),
        // Monday the 6th of April is off
        ("Bridge open", "04-21T12:00 04-21T12:00"),
        ("Structure", "03-06T08:00 04-21T12:00"),
        // from the excavation to the opening
        ("Site management", "02-16T08:00 04-21T12:00"),
        ("Structure in all", "03-06T08:00 04-21T12:00"),
    ] {
        assert_eq!(span(&imported, name), dates, "{name}");
    }
    assert!(row(&imported, "Piles").critical);
    for name in ["Site management", "Structure in all"] {
        assert_eq!(adjusted(&imported, Some(name)), [Adjustment::Spans]);
    }
    assert!(adjusted(&imported, Some("Piles")).contains(&Adjustment::ResourceCalendars));
}

#[test]
fn progress_and_constraints_are_taken_over() {
    let imported = bridge();
    let excavate = task(&imported, "Excavate");
    assert_eq!(excavate.actual_start, Some(at("2026-02-16T07:00")));
    // what the percentage leaves is not said again
    assert_eq!((excavate.percent, excavate.remaining), (60, None));
    assert_eq!(task(&imported, "Clear the site").percent, 100);
    let abutments = task(&imported, "Abutments \"north\"");
    assert_eq!(abutments.not_before, Some(at("2026-03-10T08:00")));
    assert_eq!(abutments.deadline, Some(at("2026-03-31T17:00")));
    let last = Constraint::FinishNoLater(at("2026-04-30T17:00"));
    let deck = imported
        .plan
        .tasks
        .iter()
        .find(|task| task.uid == Some(3000));
    assert_eq!(deck.unwrap().constraint, Some(last));
    assert_eq!(abutments.stays.kind, TaskType::FixedWork);
    assert_eq!(task(&imported, "Piles").priority, Some(900));
    assert_eq!(task(&imported, "Deck").priority, None);
    let rules = imported.plan.rules;
    assert_eq!(rules.data_date, Some(at("2026-03-02T08:00")));
    assert_eq!(
        (rules.lag, rules.logic),
        (LagCalendar::Predecessor, Logic::Retained)
    );
    assert_eq!(
        (rules.critical, rules.late, rules.dates_win),
        (480, Latest::FreeSlack, false)
    );
    assert_eq!(imported.plan.start, at("2026-02-02T08:00"));
}

#[test]
fn links_are_taken_over_and_what_leads_out_of_the_project_is_told() {
    let imported = bridge();
    let plan = &imported.plan;
    let name = |id| {
        plan.tasks
            .iter()
            .find(|task| task.id == id)
            .unwrap()
            .name
            .as_str()
    };
    let links: Vec<_> = (plan.links.iter())
        .map(|link| (name(link.pred), name(link.succ), link.kind, link.lag))
        .collect();
    assert_eq!(links.len(), 7);
    use LinkKind::*;
    let north = "Abutments \"north\"";
    assert!(links.contains(&("Piles", north, StartStart, Lag::Working(2400))));
    assert!(links.contains(&("Piles", north, FinishFinish, Lag::Working(-480))));
    assert!(links.contains(&(north, "Deck", FinishStart, Lag::Working(1440))));
    // the road waits for the opening
    assert_eq!(
        adjusted(&imported, Some("Bridge open")),
        [Adjustment::LinkDropped]
    );
}

#[test]
fn resources_and_what_activities_ask_of_them_are_taken_over() {
    let imported = bridge();
    let plan = &imported.plan;
    let names: Vec<&str> = plan.resources.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Li Wei", "Crane", "Concrete", "Wang Fang"]);
    let [li, crane, concrete, wang] = plan.resources.as_slice() else {
        panic!("four resources");
    };
    assert_eq!(
        (li.kind, li.units, li.rate, li.calendar),
        (ResourceKind::Work, 1000, 20_000, None)
    );
    assert_eq!(crane.changes, [(at("2026-04-01T00:00"), 2000)]);
    assert_eq!((crane.units, crane.rate), (1000, 85_050));
    let hours = plan
        .calendars
        .iter()
        .find(|(id, _)| Some(*id) == crane.calendar);
    assert_eq!(hours.unwrap().1.name, "Crane");
    assert_eq!(concrete.kind, ResourceKind::Material);
    let asked = |name: &str, resource| {
        let id = task(&imported, name).id;
        let mut all = plan.assignments.iter();
        let one = all.find(|one| one.task == id && one.resource == resource);
        one.map(|one| (one.units, one.work))
    };
    assert_eq!(asked("Excavate", li.id), Some((500, 3000)));
    assert_eq!(asked("Piles", crane.id), Some((1000, 3840)));
    // two assignments of one person are one
    let north = "Abutments \"north\"";
    assert_eq!(asked(north, wang.id), Some((750, 3600)));
    let deck = plan
        .tasks
        .iter()
        .filter(|task| task.name == "Deck")
        .nth(1)
        .unwrap();
    let of_deck: Vec<_> = plan
        .assignments
        .iter()
        .filter(|one| one.task == deck.id)
        .collect();
    assert_eq!(of_deck.len(), 1);
    assert_eq!(
        (of_deck[0].resource, of_deck[0].units),
        (concrete.id, 350_000)
    );
    // people answer for an activity, the first of them first
    assert_eq!(task(&imported, north).owner, "Wang Fang, Li Wei");
    assert_eq!(task(&imported, "Piles").owner, "");
}

#[test]
fn notes_are_plain_text_under_their_topics() {
    let imported = bridge();
    let north = task(&imported, "Abutments \"north\"").id;
    let text = "Method\nPour in two lifts.\nCure > 7 days.";
    assert_eq!(imported.notes, [(north, text.to_owned())]);
}

#[test]
fn calendars_have_their_hours_exceptions_and_bases() {
    let imported = bridge();
    let calendars = &imported.plan.calendars;
    let names: Vec<&str> = calendars.iter().map(|(_, one)| one.name.as_str()).collect();
    assert_eq!(names, ["Five days", "Seven days", "Crane"]);
    let [five, seven, crane] = [0, 1, 2].map(|at: usize| &calendars[at].1);
    assert_eq!(imported.plan.calendar, Some(calendars[0].0));
    assert_eq!(five.week[0], [(480, 720), (780, 1020)]);
    assert!(five.week[5].is_empty() && five.week[6].is_empty());
    assert_eq!(seven.week[6], [(420, 1020)]);
    assert_eq!(crane.week[5], [(360, 840)]);
    assert_eq!(crane.exceptions, five.exceptions);
    let days: Vec<_> = five
        .exceptions
        .iter()
        .map(|one| (one.first, one.hours.clone()))
        .collect();
    assert_eq!(
        days,
        [
            (at("2026-03-14T00:00"), vec![(480, 720)]),
            (at("2026-04-06T00:00"), vec![])
        ]
    );
}

#[test]
fn what_is_not_shown_is_listed() {
    let imported = bridge();
    let seen: Vec<_> = (imported.report.unshown.iter())
        .map(|one| (one.scope, one.element.as_str(), one.count, one.tasks.len()))
        .collect();
    assert_eq!(
        seen,
        [
            (Scope::Task, "TASKACTV", 2, 2),
            (Scope::Task, "UDFVALUE", 1, 1),
            (Scope::Task, "expect_end_date", 1, 1),
            (Scope::Task, "suspend_date", 1, 1),
            (Scope::Task, "task_code", 9, 9),
            (Scope::Task, "wbs_short_name", 4, 0),
            (Scope::Link, "comments", 1, 1),
            (Scope::Resource, "email_addr", 1, 0),
            (Scope::Resource, "parent_rsrc_id", 2, 0),
            (Scope::Resource, "rsrc_short_name", 5, 0),
            (Scope::Assignment, "curv_id", 1, 1),
            (Scope::Assignment, "role_id", 1, 1),
            (Scope::Assignment, "target_cost", 2, 2),
        ]
    );
    let deck = imported
        .plan
        .tasks
        .iter()
        .filter(|task| task.name == "Deck")
        .nth(1)
        .unwrap();
    let said = imported.report.adjusted.iter();
    let said: Vec<_> = said
        .filter(|one| one.task == Some(deck.id))
        .map(|one| &one.what)
        .collect();
    assert_eq!(said, [&Adjustment::ExpectedFinish]);
}

#[test]
fn the_plan_can_be_written_as_ms_project_xml() {
    let imported = bridge();
    let (dates, _) = domain::schedule::schedule(&imported.plan);
    let file = mspdi::write(&imported.plan, &dates, &imported.notes, None).unwrap();
    let mut last = 0;
    let again = mspdi::read(&file, &mut || {
        last += 1;
        last
    });
    let again = again.unwrap();
    let rows = |imported: &Imported| -> Vec<_> {
        let tasks = imported.plan.tasks.iter();
        tasks
            .map(|task| {
                (
                    task.name.clone(),
                    task.uid,
                    task.not_before,
                    task.constraint,
                    task.deadline,
                    task.actual_start,
                )
            })
            .collect()
    };
    assert_eq!(rows(&again), rows(&imported));
    assert_eq!(again.plan.links.len(), imported.plan.links.len());
    assert_eq!(again.notes.len(), 1);
}
