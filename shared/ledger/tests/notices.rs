//! Who is told what, rule by rule.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use base::{DecisionId, DocumentId, PersonId, Timestamp};
use ledger::hash::frozen;
use ledger::notice::{Kind, Notice, of_entry, of_time, over};
use ledger::record::{Act, FormAct, Record, What};
use ledger::{Hash, Project, Refused};
use pack::Pack;
use pack::review::{Does, Now, Opinion, People, Place, Refusal, SeatId};
use pack::route::{Deadline, ReturnTo};
use pack::value::Answers;

const PACK: &str = r#"
id = "shop"
version = "1.0"
name = { zh = "店", en = "Shop" }
applies = { zh = "全部", en = "All" }
currency = "CNY"
[[role]]
id = "clerk"
name = { zh = "职员", en = "Clerk" }
holder = "post"
[[role]]
id = "head"
name = { zh = "主管", en = "Head" }
holder = "post"
[[role]]
id = "boss"
name = { zh = "领导", en = "Boss" }
holder = "post"
[[stage]]
id = "all"
name = { zh = "全程", en = "All" }
"#;

const ROUTE: &str = r#"
id = "way"
name = { zh = "流程", en = "Way" }
steward = "boss"
withdraw = "until_decided"
[[step]]
id = "one"
name = { zh = "一", en = "One" }
mode = "all"
may = ["approve", "reject", "return", "transfer", "add_before", "copy"]
deadline = { days = 4, escalate_to = "boss" }
copies = ["clerk"]
reviewers = ["head"]
[[step]]
id = "two"
name = { zh = "二", en = "Two" }
mode = "all"
may = ["approve", "return"]
returns_to = ["author", "one"]
reviewers = ["boss"]
"#;

const FORM: &str = r#"
id = "wish"
name = { zh = "申请", en = "Wish" }
starters = ["clerk"]
route = "way"
[[section]]
id = "one"
name = { zh = "一", en = "One" }
[[section.field]]
id = "words"
kind = "text"
name = { zh = "内容", en = "Words" }
"#;

const VERSION: Hash = Hash::from_bytes([3; 32]);
const FORM_ID: DocumentId = DocumentId::from_bytes([7; 16]);
const DAY: i64 = 24 * 60 * 60 * 1000;
const AUTHOR: u8 = 1;
const COLLEAGUE: u8 = 2;
const HEAD: u8 = 3;
const BOSS: u8 = 4;
const OTHER: u8 = 5;

fn who(number: u8) -> PersonId {
    PersonId::from_bytes([number; 16])
}

fn pack() -> Pack {
    let files = [
        ("pack.toml", PACK),
        ("routes/way.toml", ROUTE),
        ("forms/wish.toml", FORM),
    ];
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
        .collect();
    let (pack, problems) = pack::load(&files);
    assert_eq!(problems, []);
    pack.unwrap()
}

fn due(since: Timestamp, deadline: &Deadline) -> Timestamp {
    since.plus_ms(i64::from(deadline.days) * DAY)
}

type Told = Vec<(u8, Kind)>;

/// A project with its people, that takes anything.
struct World<'a> {
    project: Project<'a>,
    people: People,
    at: Timestamp,
    over: Vec<SeatId>,
    keys: BTreeSet<String>,
}

impl World<'_> {
    fn hold(&mut self, role: &str, people: &[u8]) {
        let people = people.iter().map(|person| who(*person)).collect();
        self.people.roles.insert(role.parse().unwrap(), people);
    }

    fn record(&mut self, by: u8, what: What) -> Vec<Notice> {
        let seq = self.project.seq() + 1;
        let before = self.project.clone();
        let record = Record {
            key: DecisionId::from_bytes([u8::try_from(seq).unwrap(); 16]),
            by: Some(who(by)),
            what,
            done: Vec::new(),
            signed: None,
        };
        self.project.take(seq, self.at, &record).unwrap();
        let now = Now {
            people: &self.people,
            at: self.at,
            due: &due,
        };
        let gone = over(&before, &self.project);
        self.over = gone.into_iter().map(|(_, seat)| seat).collect();
        of_entry(&before, &self.project, (seq, &record), &now)
    }

    /// Who is told what, each key once.
    fn told(&mut self, notices: Vec<Notice>) -> Told {
        let mut told: Told = notices
            .into_iter()
            .filter(|notice| self.keys.insert(notice.key()))
            .map(|notice| (notice.to.as_bytes()[0], notice.kind))
            .collect();
        told.sort_unstable();
        told
    }

    fn does(&mut self, by: u8, does: Does) -> Told {
        let act = act(does);
        let notices = self.record(by, What::Act(Act::Form(act)));
        self.told(notices)
    }

    fn submit(&mut self) -> Told {
        let answers = Answers::new();
        self.does(AUTHOR, Does::Submit { answers })
    }

    fn say(&mut self, by: u8, seat: u32, opinion: Opinion) -> Told {
        let (seat, filled) = (SeatId(seat), Answers::new());
        self.does(
            by,
            Does::Decide {
                seat,
                opinion,
                filled,
            },
        )
    }

    fn time(&mut self, days: f64) -> Told {
        self.at = self.at.plus_ms((days * DAY as f64) as i64);
        let people = self.project.people(&self.people);
        let now = Now {
            people: &people,
            at: self.at,
            due: &due,
        };
        let notices = of_time(&self.project, &now);
        self.told(notices)
    }
}

fn act(does: Does) -> FormAct {
    FormAct {
        form: FORM_ID,
        kind: "wish".parse().unwrap(),
        does,
        of: Some(frozen(&VERSION, &"wish".parse().unwrap(), &Answers::new())),
        heads: Vec::new(),
        words: "因为".to_owned(),
        signature: None,
        seen: 0,
    }
}

/// A project with the regulation; one clerk and a colleague, a head, a boss.
fn world(see: impl FnOnce(&mut World<'_>)) {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut world = World {
        project: Project::new(&library),
        people: People::default(),
        at: Timestamp(1_000 * DAY),
        over: Vec::new(),
        keys: BTreeSet::new(),
    };
    world.hold("clerk", &[AUTHOR, COLLEAGUE]);
    world.hold("head", &[HEAD]);
    world.hold("boss", &[BOSS]);
    let adopted = world.record(AUTHOR, What::Act(Act::Adopt { pack: VERSION }));
    assert_eq!(adopted, []);
    see(&mut world);
}

#[test]
fn who_may_decide_is_told_once_a_seat_opens() {
    world(|world| {
        assert_eq!(world.submit(), [(HEAD, Kind::Waits)]);
        // time tells it again, under the same key
        assert_eq!(world.time(0.0), []);
    });
}

#[test]
fn a_deputy_is_told_beside_who_is_away() {
    world(|world| {
        let deputies = BTreeSet::from([who(OTHER)]);
        world.people.deputies = BTreeMap::from([(who(HEAD), deputies)]);
        assert_eq!(world.submit(), [(HEAD, Kind::Waits), (OTHER, Kind::Waits)]);
    });
}

#[test]
fn who_comes_to_hold_the_role_later_is_told_when_time_passes() {
    world(|world| {
        world.submit();
        world.hold("head", &[HEAD, OTHER]);
        assert_eq!(world.time(0.5), [(OTHER, Kind::Waits)]);
        assert_eq!(world.time(0.0), []);
    });
}

#[test]
fn where_nobody_can_decide_who_names_somebody_is_told() {
    world(|world| {
        world.hold("head", &[]);
        assert_eq!(world.submit(), [(BOSS, Kind::Vacant)]);
    });
}

#[test]
fn the_next_step_and_copies_are_told_with_the_consent() {
    world(|world| {
        world.submit();
        let told = world.say(HEAD, 0, Opinion::Approve);
        assert_eq!(
            told,
            [
                (AUTHOR, Kind::Copied),
                (COLLEAGUE, Kind::Copied),
                (BOSS, Kind::Waits)
            ]
        );
        assert_eq!(world.over, [SeatId(0)]);
    });
}

#[test]
fn the_author_is_told_of_an_approval() {
    world(|world| {
        world.submit();
        world.say(HEAD, 0, Opinion::Approve);
        assert_eq!(
            world.say(BOSS, 1, Opinion::Approve),
            [(AUTHOR, Kind::Approved)]
        );
    });
}

#[test]
fn the_author_is_told_of_a_refusal() {
    world(|world| {
        world.submit();
        assert_eq!(
            world.say(HEAD, 0, Opinion::Reject),
            [(AUTHOR, Kind::Rejected)]
        );
    });
}

#[test]
fn the_author_is_told_of_each_return() {
    world(|world| {
        for round in 0..2 {
            assert_eq!(world.submit(), [(HEAD, Kind::Waits)]);
            let back = Opinion::Return(ReturnTo::Author);
            assert_eq!(world.say(HEAD, round, back), [(AUTHOR, Kind::Returned)]);
        }
    });
}

#[test]
fn after_a_return_to_a_step_it_waits_for_those_who_decide_there() {
    world(|world| {
        world.submit();
        world.say(HEAD, 0, Opinion::Approve);
        let back = Opinion::Return(ReturnTo::Step("one".parse().unwrap()));
        assert_eq!(world.say(BOSS, 1, back), [(HEAD, Kind::Waits)]);
    });
}

#[test]
fn who_is_reminded_is_told_each_time() {
    world(|world| {
        world.submit();
        assert_eq!(world.does(AUTHOR, Does::Remind), [(HEAD, Kind::Reminded)]);
        assert_eq!(world.does(AUTHOR, Does::Remind), [(HEAD, Kind::Reminded)]);
    });
}

#[test]
fn who_a_seat_is_handed_to_is_told_each_time() {
    world(|world| {
        world.submit();
        let seat = SeatId(0);
        for to in [OTHER, HEAD, OTHER] {
            let by = if to == HEAD { OTHER } else { HEAD };
            let does = Does::Transfer { seat, to: who(to) };
            assert_eq!(world.does(by, does), [(to, Kind::Waits)]);
        }
    });
}

#[test]
fn who_is_asked_before_is_told_and_then_who_asked_again() {
    world(|world| {
        world.submit();
        let (seat, person, place) = (SeatId(0), who(OTHER), Place::Before);
        assert_eq!(
            world.does(
                HEAD,
                Does::Add {
                    seat,
                    person,
                    place
                }
            ),
            [(OTHER, Kind::Waits)]
        );
        assert_eq!(world.over, [SeatId(0)]);
        world.at = world.at.plus_ms(1);
        assert_eq!(world.say(OTHER, 1, Opinion::Approve), [(HEAD, Kind::Waits)]);
    });
}

#[test]
fn who_gets_a_copy_is_told() {
    world(|world| {
        world.submit();
        let to = who(OTHER);
        assert_eq!(world.does(HEAD, Does::Copy { to }), [(OTHER, Kind::Copied)]);
    });
}

#[test]
fn whose_opinion_came_too_late_is_told() {
    world(|world| {
        world.submit();
        world.say(HEAD, 0, Opinion::Approve);
        let (seat, filled) = (SeatId(0), Answers::new());
        let opinion = Opinion::Reject;
        let act = Act::Form(act(Does::Decide {
            seat,
            opinion,
            filled,
        }));
        let why = Refused::Review(Refusal::MovedOn);
        let notices = world.record(OTHER, What::Late { act, why });
        assert_eq!(world.told(notices), [(OTHER, Kind::LateOpinion)]);
    });
}

#[test]
fn what_is_taken_back_waits_for_nobody() {
    world(|world| {
        world.submit();
        assert_eq!(world.does(AUTHOR, Does::Withdraw), []);
        assert_eq!(world.over, [SeatId(0)]);
        assert_eq!(world.time(10.0), []);
    });
}

#[test]
fn time_is_told_soon_over_and_escalated_each_once() {
    world(|world| {
        world.submit();
        assert_eq!(world.time(2.9), []);
        assert_eq!(world.time(0.2), [(HEAD, Kind::DueSoon)]);
        assert_eq!(world.time(0.4), []);
        // the moment itself is in time
        assert_eq!(world.time(0.5), []);
        assert_eq!(
            world.time(0.01),
            [(HEAD, Kind::Overdue), (BOSS, Kind::Escalated)]
        );
        assert_eq!(world.time(30.0), []);
    });
}

#[test]
fn after_an_opinion_time_tells_nothing_of_that_seat() {
    world(|world| {
        world.submit();
        world.say(HEAD, 0, Opinion::Approve);
        assert_eq!(world.time(30.0), []);
    });
}

#[test]
fn a_new_round_has_its_own_time() {
    world(|world| {
        world.submit();
        assert_eq!(
            world.time(5.0),
            [(HEAD, Kind::Overdue), (BOSS, Kind::Escalated)]
        );
        world.say(HEAD, 0, Opinion::Return(ReturnTo::Author));
        world.submit();
        assert_eq!(world.time(0.5), []);
        assert_eq!(
            world.time(4.0),
            [(HEAD, Kind::Overdue), (BOSS, Kind::Escalated)]
        );
    });
}
