//! The initiation of a project through its route, as the regulation of 2007 (S01) says it: four departments beside each
//! other, then operations planning, then the company's leader.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use base::{DepartmentId, PersonId, Timestamp};
use common::world::{due, person};
use pack::Pack;
use pack::effect::{Deed, Outcome};
use pack::fill::{FillWrong, fill};
use pack::form::Turn;
use pack::id::OptionName;
use pack::review::{
    Does, Draft, Entry, MayDo, Now, Opinion, People, Place, Refusal, Review, SeatId, State,
};
use pack::route::{Act, ReturnTo};
use pack::value::{Answers, Value};

const BUSINESS: u8 = 1;
const COMMERCE: u8 = 2;
const TECHNICAL: u8 = 3;
const FINANCE: u8 = 4;
const QUALITY: u8 = 5;
const PLANNING: u8 = 6;
const LEADER: u8 = 7;
const EXPERT: u8 = 8;
const DEPUTY: u8 = 9;

fn s01() -> Pack {
    pack::load(&common::files(
        &common::packs().join("project_operation_2007"),
    ))
    .0
    .unwrap()
}

fn people() -> People {
    let holders = [
        ("business", BUSINESS),
        ("commerce", COMMERCE),
        ("technical", TECHNICAL),
        ("finance", FINANCE),
        ("quality", QUALITY),
        ("planning", PLANNING),
        ("leader", LEADER),
    ];
    let roles =
        holders.map(|(role, number)| (role.parse().unwrap(), BTreeSet::from([person(number)])));
    People {
        roles: BTreeMap::from(roles),
        deputies: BTreeMap::from([(person(LEADER), BTreeSet::from([person(DEPUTY)]))]),
        keepers: BTreeSet::new(),
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn choice(option: &str) -> Value {
    Value::Choice(vec![option.parse::<OptionName>().unwrap()])
}

fn answers(parts: Vec<(&str, Value)>) -> Answers {
    parts
        .into_iter()
        .map(|(name, value)| (name.parse().unwrap(), value))
        .collect()
}

fn application() -> Answers {
    let goods = answers(vec![
        ("goods_name", text("服务器")),
        ("quantity", Value::Number("3".parse().unwrap())),
        ("price", Value::Money("33333.33".parse().unwrap())),
        ("tax_rate", Value::Number("13".parse().unwrap())),
    ]);
    let cost = answers(vec![
        ("item", choice("labour")),
        ("cost", Value::Money("20000".parse().unwrap())),
    ]);
    answers(vec![
        ("project_name", text("某市数据中心")),
        ("origin", choice("tender")),
        (
            "department",
            Value::Department(DepartmentId::from_bytes([1; 16])),
        ),
        ("customer", text("某局")),
        ("start", Value::Date("2026-03-02".parse().unwrap())),
        ("finish", Value::Date("2026-09-30".parse().unwrap())),
        ("contents", text("建设")),
        ("risks", text("工期")),
        ("manager", Value::Person(person(20))),
        ("revenue", Value::Money("200000".parse().unwrap())),
        ("costs", Value::Table(vec![cost])),
        ("goods", Value::Table(vec![goods])),
        (
            "tender_file",
            Value::Files(vec![format!("{} 5 a.pdf", "0a".repeat(32))]),
        ),
        (
            "technical_scheme",
            Value::Files(vec![format!("{} 5 b.pdf", "0b".repeat(32))]),
        ),
    ])
}

struct Walk<'a> {
    review: Review<'a>,
    people: People,
    at: i64,
}

impl Walk<'_> {
    fn act(&mut self, by: u8, does: Does) -> Result<(), Refusal> {
        self.at += 1;
        let at = Timestamp(self.at);
        let entry = Entry {
            by: person(by),
            at,
            does,
        };
        self.review.act(
            &entry,
            &Now {
                people: &self.people,
                at,
                due: &due,
            },
        )
    }

    fn submit(&mut self) {
        self.act(
            BUSINESS,
            Does::Submit {
                answers: application(),
            },
        )
        .unwrap();
    }

    /// The seat that a person can decide in.
    fn seat(&self, who: u8) -> SeatId {
        let waiting = self.waiting();
        let seat = waiting
            .iter()
            .find(|waits| waits.who.contains(&person(who)));
        seat.expect("somebody waits for this person").seat
    }

    fn waiting(&self) -> Vec<pack::review::Waiting> {
        let at = Timestamp(self.at);
        self.review.waiting(&Now {
            people: &self.people,
            at,
            due: &due,
        })
    }

    fn may(&self, who: u8) -> Vec<MayDo> {
        let at = Timestamp(self.at);
        self.review.may(
            person(who),
            &Now {
                people: &self.people,
                at,
                due: &due,
            },
        )
    }

    fn decide(&mut self, who: u8, opinion: Opinion) -> Result<(), Refusal> {
        let seat = self.seat(who);
        let filled = match who {
            COMMERCE => answers(vec![
                ("price_findings", text("三家询价")),
                ("supply_findings", text("现货")),
            ]),
            _ => Answers::new(),
        };
        self.act(
            who,
            Does::Decide {
                seat,
                opinion,
                filled,
            },
        )
    }

    fn step(&self) -> &str {
        self.review.step().map_or("", |step| step.id.as_str())
    }
}

fn walk(pack: &Pack) -> Walk<'_> {
    let form = pack
        .forms
        .iter()
        .find(|form| form.id.as_str() == "initiation_application")
        .unwrap();
    let review = Review::new(pack, form, person(BUSINESS)).unwrap();
    Walk {
        review,
        people: people(),
        at: 0,
    }
}

#[test]
fn the_application_is_worked_out_to_the_fen() {
    let pack = s01();
    let form = pack
        .forms
        .iter()
        .find(|form| form.id.as_str() == "initiation_application")
        .unwrap();
    let filling = fill(form, &application(), Turn::Draft);
    assert_eq!(filling.problems, []);
    let of = |name: &str| filling.answers.get(&name.parse().unwrap()).cloned();
    // 3 × 33333.33 = 99999.99, tax 13000.00, and 20000 of labour
    assert_eq!(
        of("total_cost"),
        Some(Value::Money("132999.99".parse().unwrap()))
    );
    assert_eq!(
        of("total_capitals"),
        Some(text("壹拾叁万贰仟玖佰玖拾玖元玖角玖分"))
    );
    assert_eq!(
        of("profit"),
        Some(Value::Money("67000.01".parse().unwrap()))
    );

    // cooperation asks for no tender file, a tender does (条 4.2.1)
    let mut without = application();
    without.remove(&"tender_file".parse().unwrap());
    let told = fill(form, &without, Turn::Draft).problems;
    assert_eq!((told.len(), &told[0].what), (1, &FillWrong::Missing));
    without.insert("origin".parse().unwrap(), choice("cooperation"));
    assert_eq!(fill(form, &without, Turn::Draft).problems, []);

    let mut early = application();
    early.insert(
        "finish".parse().unwrap(),
        Value::Date("2026-01-01".parse().unwrap()),
    );
    let told = fill(form, &early, Turn::Draft).problems;
    assert!(matches!(&told[0].what, FillWrong::Rule(texts) if texts.zh.contains("不能早于")));
}

#[test]
fn departments_review_beside_each_other_then_planning_then_the_leader() {
    let pack = s01();
    let mut walk = walk(&pack);
    assert!(matches!(
        walk.act(
            BUSINESS,
            Does::Submit {
                answers: Answers::new()
            }
        ),
        Err(Refusal::Incomplete(_))
    ));
    walk.submit();
    assert_eq!(walk.waiting().len(), 4);

    // 财务、质量、技术 in any order; 商务 must fill in its findings
    walk.decide(FINANCE, Opinion::Approve).unwrap();
    walk.decide(QUALITY, Opinion::Approve).unwrap();
    let seat = walk.seat(COMMERCE);
    let empty = Does::Decide {
        seat,
        opinion: Opinion::Approve,
        filled: Answers::new(),
    };
    assert!(matches!(walk.act(COMMERCE, empty), Err(Refusal::Incomplete(told)) if told.len() == 2));
    let technical = walk.seat(TECHNICAL);
    let filled = answers(vec![("price_findings", text("别人的分区"))]);
    let others = Does::Decide {
        seat: technical,
        opinion: Opinion::Approve,
        filled,
    };
    assert!(matches!(
        walk.act(TECHNICAL, others),
        Err(Refusal::FieldNotOpen(_))
    ));
    walk.decide(COMMERCE, Opinion::Approve).unwrap();
    assert_eq!(walk.step(), "departments");
    walk.decide(TECHNICAL, Opinion::Approve).unwrap();
    assert_eq!(walk.step(), "planning");

    // 经营计划部 returns it to the departments; all four are asked anew, what they said is kept
    let back = Opinion::Return(ReturnTo::Step("departments".parse().unwrap()));
    walk.decide(PLANNING, back).unwrap();
    assert_eq!(
        (walk.step(), walk.waiting().len(), walk.review.past().len()),
        ("departments", 4, 2)
    );
    for department in [COMMERCE, TECHNICAL, FINANCE, QUALITY] {
        walk.decide(department, Opinion::Approve).unwrap();
    }
    walk.decide(PLANNING, Opinion::Approve).unwrap();

    // 公司领导, by who acts for them
    assert_eq!(walk.step(), "leader");
    walk.decide(DEPUTY, Opinion::Approve).unwrap();
    assert_eq!(*walk.review.state(), State::Ended(Outcome::Approved));
    let late = walk.act(LEADER, Does::Remind);
    assert_eq!(late, Err(Refusal::Ended(Outcome::Approved)));

    // what the approval does: a number, the manager and the team, the gate, the plan (条 2.1)
    let form = pack
        .forms
        .iter()
        .find(|form| form.id.as_str() == "initiation_application")
        .unwrap();
    let does: Vec<&Deed> = form.effects.iter().map(|effect| &effect.does).collect();
    assert!(matches!(
        does.as_slice(),
        [
            Deed::Number(_),
            Deed::Appoint { .. },
            Deed::Appoint { .. },
            Deed::OpenGate { .. },
            Deed::BeginPlan,
            Deed::BeginDuty { .. }
        ]
    ));
}

#[test]
fn a_return_of_one_department_waits_for_the_others_and_the_author_submits_again() {
    let pack = s01();
    let mut walk = walk(&pack);
    walk.submit();
    walk.decide(TECHNICAL, Opinion::Return(ReturnTo::Author))
        .unwrap();
    // the others still say what they have to say
    for department in [COMMERCE, FINANCE, QUALITY] {
        assert_eq!(walk.step(), "departments");
        walk.decide(department, Opinion::Approve).unwrap();
    }
    assert_eq!(*walk.review.state(), State::Draft(Draft::Returned));
    assert_eq!(
        walk.act(
            COMMERCE,
            Does::Submit {
                answers: application()
            }
        ),
        Err(Refusal::NotAuthor)
    );
    walk.submit();
    assert_eq!(walk.waiting().len(), 4);
    // departments do not refuse the whole (条 4.2.2: 审核、评审), the leader may
    let seat = walk.seat(FINANCE);
    assert!(!walk.may(FINANCE).contains(&MayDo::Act(seat, Act::Reject)));
}

#[test]
fn experts_are_added_before_and_after_and_seats_are_handed_over() {
    let pack = s01();
    let mut walk = walk(&pack);
    walk.submit();
    let seat = walk.seat(FINANCE);
    let add = |person: PersonId, place| Does::Add {
        seat,
        person,
        place,
    };
    assert_eq!(
        walk.act(FINANCE, add(person(BUSINESS), Place::Before)),
        Err(Refusal::OwnRequest)
    );
    assert_eq!(
        walk.act(QUALITY, add(person(EXPERT), Place::Before)),
        Err(Refusal::NotEntitled)
    );
    walk.act(FINANCE, add(person(EXPERT), Place::Before))
        .unwrap();
    // finance waits for the expert
    let early = Does::Decide {
        seat,
        opinion: Opinion::Approve,
        filled: Answers::new(),
    };
    assert_eq!(walk.act(FINANCE, early), Err(Refusal::NotYet));
    walk.decide(EXPERT, Opinion::Approve).unwrap();
    walk.act(FINANCE, add(person(30), Place::After)).unwrap();
    walk.decide(FINANCE, Opinion::Approve).unwrap();
    assert_eq!(
        walk.act(FINANCE, add(person(31), Place::Before)),
        Err(Refusal::Decided(Some(person(FINANCE))))
    );
    for department in [COMMERCE, TECHNICAL, QUALITY] {
        walk.decide(department, Opinion::Approve).unwrap();
    }
    // the one who was added after finance is still to come
    assert_eq!((walk.step(), walk.waiting().len()), ("departments", 1));
    walk.decide(30, Opinion::Approve).unwrap();
    assert_eq!(walk.step(), "planning");
    let seat = walk.seat(PLANNING);
    walk.act(
        PLANNING,
        Does::Transfer {
            seat,
            to: person(EXPERT),
        },
    )
    .unwrap();
    let own = Does::Decide {
        seat,
        opinion: Opinion::Approve,
        filled: Answers::new(),
    };
    assert_eq!(walk.act(PLANNING, own), Err(Refusal::NotEntitled));
    walk.decide(EXPERT, Opinion::Approve).unwrap();
    assert_eq!(walk.step(), "leader");
}

#[test]
fn what_is_late_escalates_and_an_empty_post_is_filled_by_the_steward() {
    let pack = s01();
    let mut walk = walk(&pack);
    walk.people.roles.remove(&"quality".parse().unwrap());
    walk.submit();
    let vacant = walk
        .waiting()
        .into_iter()
        .find(|waits| waits.who.is_empty())
        .unwrap();
    assert_eq!(vacant.stewards, BTreeSet::from([person(PLANNING)]));
    let assign = Does::Assign {
        seat: vacant.seat,
        to: person(EXPERT),
    };
    assert_eq!(
        walk.act(BUSINESS, assign.clone()),
        Err(Refusal::NotEntitled)
    );
    walk.act(PLANNING, assign.clone()).unwrap();
    assert_eq!(walk.act(PLANNING, assign), Err(Refusal::AskedAlready));
    assert!(!walk.waiting()[0].late);
    walk.at += 1_000;
    let waiting = walk.waiting();
    assert!(
        waiting
            .iter()
            .all(|waits| waits.late && waits.who.contains(&person(PLANNING)))
    );

    // the author takes it back, and nothing can be decided then
    let seat = walk.seat(FINANCE);
    walk.act(BUSINESS, Does::Withdraw).unwrap();
    assert_eq!(*walk.review.state(), State::Draft(Draft::Withdrawn));
    let decide = Does::Decide {
        seat,
        opinion: Opinion::Approve,
        filled: Answers::new(),
    };
    assert_eq!(walk.act(FINANCE, decide), Err(Refusal::NotSubmitted));
}

#[test]
fn the_leader_refuses_and_nothing_follows() {
    let pack = s01();
    let mut walk = walk(&pack);
    walk.submit();
    for department in [COMMERCE, TECHNICAL, FINANCE, QUALITY, PLANNING] {
        walk.decide(department, Opinion::Approve).unwrap();
    }
    walk.act(LEADER, Does::Copy { to: person(EXPERT) }).unwrap();
    walk.decide(LEADER, Opinion::Reject).unwrap();
    assert_eq!(*walk.review.state(), State::Ended(Outcome::Rejected));
    assert_eq!(
        walk.act(BUSINESS, Does::Withdraw),
        Err(Refusal::Ended(Outcome::Rejected))
    );
}
