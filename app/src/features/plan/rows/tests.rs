//! What a lens shows, of a plan of two branches.

use std::sync::Arc;

use shared::base::{Moment, PersonId, ResourceId};
use shared::doc::view::plan::PlanView;
use shared::domain::plan::Link;
use shared::domain::plan::{Lag, LinkKind};
use shared::domain::resource::{Assignment, Resource};
use shared::domain::schedule::schedule;

use super::super::columns::Column;
use super::super::edit::Style;
use super::super::effort;
use super::super::lens::{Group, Only};
use super::super::model::People;
use super::super::outline::tests::{id, plan};
use super::*;
use crate::ui::dates::Lang;

const ME: PersonId = PersonId::from_bytes([7; 16]);

fn day(day: u32) -> Moment {
    Moment::ymd_hm(2026, 3, day, 12, 0).unwrap_or_default()
}

/// `1 地基 {2 挖土 (mine), 3 浇筑}`, `4 Roof {5 Beams, 6 Tiles}`; 2 → 3 → 5 one after the other from Monday 2 March, 6 alone.
fn model() -> Model {
    let mut plan = plan(&[0, 1, 1, 0, 1, 1]);
    plan.start = Moment::ymd_hm(2026, 3, 2, 8, 0).unwrap_or_default();
    let names = ["地基", "挖土", "浇筑", "Roof", "Beams", "Tiles"];
    for (task, name) in plan.tasks.iter_mut().zip(names) {
        name.clone_into(&mut task.name);
    }
    plan.tasks[1].owner = ME.to_string();
    plan.tasks[1].percent = 100;
    plan.tasks[2].percent = 50;
    plan.tasks[5].owner = "Ann".to_owned();
    plan.tasks[5].deadline = Moment::ymd_hm(2026, 3, 1, 17, 0);
    for (n, pred, succ) in [(1, 2, 3), (2, 3, 5)] {
        plan.links.push(Link {
            id: shared::base::LinkId::from_bytes([n; 8]),
            pred: id(pred),
            succ: id(succ),
            kind: LinkKind::FinishStart,
            lag: Lag::Working(0),
        });
    }
    let me = effort::of_person(ME);
    plan.resources.push(Resource::new(me));
    plan.assignments.push(Assignment::of(id(5), me, 1_000, 480));
    let schedule = schedule(&plan).0;
    Model::new(Arc::new(PlanView {
        depth: vec![0, 1, 1, 0, 1, 1],
        summary: vec![true, false, false, true, false, false],
        schedule,
        plan,
        ..PlanView::default()
    }))
}

/// The rows by the numbers of their tasks; headings by their first letter.
fn seen_on(at: Moment, change: impl FnOnce(&mut Lens)) -> Vec<String> {
    let model = model();
    let people = People::default();
    let mut lens = Lens::default();
    change(&mut lens);
    let eye = Eye {
        model: &model,
        style: Style {
            lang: Lang::En,
            people: &people,
        },
        now: at,
        me: (&ME.to_string(), effort::of_person(ME)),
        spelt: &|text| text.replace("挖土", "watu").replace("浇筑", "jiaozhu"),
        ranks: &|texts| {
            let mut sorted = texts.to_vec();
            sorted.sort();
            let place = |text| {
                sorted
                    .iter()
                    .position(|t| t == text)
                    .map_or(0, |at| at as i64)
            };
            texts.iter().map(place).collect()
        },
    };
    let rows = Rows::seen(
        &eye,
        &lens,
        &HashSet::new(),
        &HashSet::new(),
        &HashSet::new(),
    );
    (0..rows.len())
        .map(|row| match (rows.task(row), rows.head(row)) {
            (Some(i), _) => (i + 1).to_string(),
            (_, Some(head)) => format!("{:?} {}", head.of, head.count),
            _ => String::new(),
        })
        .collect()
}

fn seen(change: impl FnOnce(&mut Lens)) -> Vec<String> {
    seen_on(day(3), change)
}

#[test]
fn words_are_found_in_names_people_and_spellings() {
    let find = |text: &str| seen(|lens| lens.find = text.to_owned());
    assert_eq!(find("beams"), ["4", "5"], "with what it lies under");
    assert_eq!(find("ann"), ["4", "6"]);
    assert_eq!(find("watu"), ["1", "2"], "spelt in Latin letters");
    assert_eq!(find("1.2 jiao"), ["1", "3"], "all words");
    assert!(find("nothing such").is_empty());
    assert_eq!(find(" ").len(), 6);
}

#[test]
fn conditions_hold_together() {
    let only = |all: &[Only]| seen(|lens| lens.only = all.to_vec());
    assert_eq!(
        only(&[Only::Mine]),
        ["1", "2", "4", "5"],
        "as owner and as resource"
    );
    assert_eq!(only(&[Only::Mine, Only::Open]), ["4", "5"]);
    assert_eq!(
        only(&[Only::Critical]),
        ["1", "3", "4", "5", "6"],
        "what is done is not"
    );
    assert_eq!(
        only(&[Only::Soon]),
        ["1", "3", "4", "5"],
        "what should be over is late"
    );
    assert_eq!(
        seen_on(day(31), |lens| lens.only = vec![Only::Soon]),
        Vec::<String>::new(),
        "what should be over lies not ahead"
    );
}

#[test]
fn late_is_what_should_be_over_or_misses_its_date() {
    let late = |at| seen_on(at, |lens| lens.only = vec![Only::Late]);
    assert_eq!(
        late(day(1)),
        ["4", "6"],
        "its deadline lies before its finish"
    );
    assert_eq!(
        late(day(31)),
        ["1", "3", "4", "5", "6"],
        "what is done is not late"
    );
}

#[test]
fn rows_are_ordered_below_each_parent() {
    let sort = |column, down| seen(|lens| lens.sort = Some((column, down)));
    assert_eq!(sort(Column::Name, true), ["1", "3", "2", "4", "6", "5"]);
    assert_eq!(sort(Column::Start, false), ["1", "2", "3", "4", "6", "5"]);
    assert_eq!(
        sort(Column::Owner, true),
        ["1", "2", "3", "4", "6", "5"],
        "what says nothing comes last, either way"
    );
}

#[test]
fn groups_hold_the_work_without_the_summaries() {
    assert_eq!(
        seen(|lens| lens.group = Some(Group::Progress)),
        [
            "Progress(0) 2",
            "5",
            "6",
            "Progress(1) 1",
            "3",
            "Progress(2) 1",
            "2"
        ]
    );
    assert_eq!(
        seen(|lens| {
            lens.group = Some(Group::Branch);
            lens.only = vec![Only::Mine];
        }),
        [
            format!("Branch({:?}) 1", id(1)),
            "2".to_owned(),
            format!("Branch({:?}) 1", id(4)),
            "5".to_owned()
        ]
    );
    let owners = seen(|lens| lens.group = Some(Group::Owner));
    assert_eq!(
        owners.last().map(String::as_str),
        Some("5"),
        "nobody's come last"
    );
}

#[test]
fn what_is_being_written_stays_in_sight() {
    let model = model();
    let people = People::default();
    let eye = Eye {
        model: &model,
        style: Style {
            lang: Lang::En,
            people: &people,
        },
        now: day(3),
        me: ("", ResourceId::from_bytes([0; 8])),
        spelt: &|_| String::new(),
        ranks: &|texts| vec![0; texts.len()],
    };
    let lens = Lens {
        only: vec![Only::Problem],
        ..Lens::default()
    };
    let none = HashSet::new();
    let rows = Rows::seen(&eye, &lens, &none, &HashSet::new(), &HashSet::from([id(3)]));
    assert_eq!(rows.tasks().collect::<Vec<_>>(), [0, 2]);
    assert_eq!(rows.found, Some(1));
}

#[test]
fn a_lens_is_kept_as_text() {
    let lens = Lens {
        find: "钢筋".to_owned(),
        only: vec![Only::Late, Only::Mine],
        owner: Some("Ann".to_owned()),
        group: Some(Group::Month),
        sort: Some((Column::ActualStart, true)),
    };
    let text = serde_json::to_string(&lens).unwrap_or_default();
    assert_eq!(serde_json::from_str::<Lens>(&text).ok(), Some(lens));
    assert_eq!(
        serde_json::from_str::<Lens>("{}").ok(),
        Some(Lens::default())
    );
}
