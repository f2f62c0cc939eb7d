//! Routes of other regulations: the customer's yes or no of the operations flow (S04), changes of a project (S05).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use base::Timestamp;
use common::world::{due, person};
use pack::Pack;
use pack::effect::Outcome;
use pack::fill::{FillWrong, fill};
use pack::form::{FormDef, Turn};
use pack::review::{Does, Draft, Entry, MayDo, Now, Opinion, People, Refusal, Review, State};
use pack::route::{Act, ReturnTo};
use pack::value::{Answers, Value};

fn load(folder: &str) -> Pack {
    pack::load(&common::files(&common::packs().join(folder)))
        .0
        .unwrap()
}

fn form<'a>(pack: &'a Pack, id: &str) -> &'a FormDef {
    pack.forms
        .iter()
        .find(|form| form.id.as_str() == id)
        .unwrap()
}

fn answers(parts: Vec<(&str, Value)>) -> Answers {
    parts
        .into_iter()
        .map(|(name, value)| (name.parse().unwrap(), value))
        .collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn options(names: &[&str]) -> Value {
    Value::Choice(names.iter().map(|name| name.parse().unwrap()).collect())
}

fn people(holders: &[(&str, u8)]) -> People {
    let roles = holders
        .iter()
        .map(|(role, number)| (role.parse().unwrap(), BTreeSet::from([person(*number)])));
    People {
        roles: roles.collect::<BTreeMap<_, _>>(),
        ..People::default()
    }
}

fn act(review: &mut Review<'_>, people: &People, by: u8, does: Does) -> Result<(), Refusal> {
    let now = Now {
        people,
        at: Timestamp(1),
        due: &due,
    };
    review.act(
        &Entry {
            by: person(by),
            at: Timestamp(1),
            does,
        },
        &now,
    )
}

/// What the one person decides who is first to decide.
fn next(review: &mut Review<'_>, people: &People, opinion: Opinion, filled: Answers) -> u8 {
    let now = Now {
        people,
        at: Timestamp(1),
        due: &due,
    };
    let waits = review.waiting(&now).remove(0);
    let who = (0..50)
        .find(|number| waits.who.first() == Some(&person(*number)))
        .unwrap();
    act(
        review,
        people,
        who,
        Does::Decide {
            seat: waits.seat,
            opinion,
            filled,
        },
    )
    .unwrap();
    who
}

#[test]
fn the_customer_says_no_until_the_draft_is_complete() {
    let pack = load("operations_flow_v1");
    let draft = answers(vec![
        ("kind", options(&["design"])),
        ("title", text("TOP图")),
        (
            "files",
            Value::Files(vec![format!("{} 5 a.pdf", "0a".repeat(32))]),
        ),
    ]);
    let people = people(&[
        ("design", 2),
        ("copywriting", 3),
        ("product", 4),
        ("operations_head", 5),
        ("sales_manager", 6),
        ("customer", 9),
    ]);
    let mut review = Review::new(&pack, form(&pack, "department_draft"), person(1)).unwrap();
    for round in 0..3 {
        act(
            &mut review,
            &people,
            1,
            Does::Submit {
                answers: draft.clone(),
            },
        )
        .unwrap();
        // the department whose draft it is, the head of operations, who says whether all drafts are there, and sales
        let all_there = || answers(vec![("all_there", Value::YesNo(true))]);
        let asked = [Answers::new(), all_there(), Answers::new()]
            .map(|filled| next(&mut review, &people, Opinion::Approve, filled));
        assert_eq!(asked, [2, 5, 6]);
        assert_eq!(review.step().unwrap().id.as_str(), "customer");
        // who is outside says yes or no, and nothing else
        let now = Now {
            people: &people,
            at: Timestamp(1),
            due: &due,
        };
        let seat = review.seats()[0].id;
        let may = review.may(person(9), &now);
        assert_eq!(
            may,
            [
                MayDo::Act(seat, Act::Approve),
                MayDo::Return(seat, ReturnTo::Author)
            ]
        );
        let opinion = match round {
            2 => Opinion::Approve,
            _ => Opinion::Return(ReturnTo::Author),
        };
        next(&mut review, &people, opinion, Answers::new());
        if round < 2 {
            assert_eq!(*review.state(), State::Draft(Draft::Returned));
        }
    }
    assert_eq!(*review.state(), State::Ended(Outcome::Approved));
    assert_eq!(review.past().len(), 12);
}

#[test]
fn only_the_departments_concerned_are_asked() {
    let pack = load("operations_flow_v1");
    let people = people(&[
        ("sales_director", 2),
        ("operations_head", 3),
        ("design", 4),
        ("copywriting", 5),
        ("product", 6),
    ]);
    let mut review = Review::new(&pack, form(&pack, "demand_submission"), person(1)).unwrap();
    let demand = answers(vec![
        ("project_name", text("官网")),
        ("customer_name", text("某公司")),
        ("customer_type", options(&["key"])),
        ("needs", text("改版")),
        ("departments", options(&["design", "product"])),
    ]);
    act(&mut review, &people, 1, Does::Submit { answers: demand }).unwrap();
    let team = answers(vec![
        ("lead", Value::Person(person(3))),
        ("operator", Value::Person(person(7))),
    ]);
    let asked = [Answers::new(), team, Answers::new(), Answers::new()]
        .map(|filled| next(&mut review, &people, Opinion::Approve, filled));
    assert_eq!(asked, [2, 3, 4, 6]);
    assert_eq!(*review.state(), State::Ended(Outcome::Approved));
}

#[test]
fn a_change_is_assessed_before_it_is_approved() {
    let pack = load("project_and_operations_rules");
    let change = form(&pack, "change_request");
    let mut request = answers(vec![
        ("changes", options(&["time", "scope"])),
        ("what", text("增加一层")),
        ("reason", text("客户要求")),
    ]);
    // a change of time says until when; one of cost, how much
    let told = fill(change, &request, Turn::Draft).problems;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].field.as_str(), &told[0].what),
        ("new_finish", &FillWrong::Missing)
    );
    request.insert(
        "new_finish".parse().unwrap(),
        Value::Date("2026-12-31".parse().unwrap()),
    );
    assert_eq!(fill(change, &request, Turn::Draft).problems, []);

    let people = people(&[("pmo", 2), ("finance", 3), ("leader", 4)]);
    let mut review = Review::new(&pack, change, person(1)).unwrap();
    act(&mut review, &people, 1, Does::Submit { answers: request }).unwrap();
    let impact = answers(vec![
        ("schedule_impact", text("晚三周")),
        ("quality_impact", text("无")),
        ("communication", text("已与客户协调")),
    ]);
    let seat = review.seats()[0].id;
    let empty = Does::Decide {
        seat,
        opinion: Opinion::Approve,
        filled: Answers::new(),
    };
    assert!(
        matches!(act(&mut review, &people, 2, empty), Err(Refusal::Incomplete(told)) if told.len() == 3)
    );
    assert_eq!(next(&mut review, &people, Opinion::Approve, impact), 2);
    // what it costs is for finance to say
    let cost = answers(vec![("cost_impact", text("增加 20 万"))]);
    assert_eq!(next(&mut review, &people, Opinion::Approve, cost), 3);
    assert_eq!(
        next(&mut review, &people, Opinion::Approve, Answers::new()),
        4
    );
    assert_eq!(*review.state(), State::Ended(Outcome::Approved));
}
