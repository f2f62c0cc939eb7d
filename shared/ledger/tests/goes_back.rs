//! A project that goes back to an earlier stage: the gates from there on need all anew, until that is undone; and who is
//! named as somebody outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use base::{DecisionId, DocumentId, PersonId, ProjectId, Timestamp};
use ledger::chain::{Chain, Entry, Head};
use ledger::project::Circumstances;
use ledger::record::{Act, Deed, Done, FormAct, Record, What};
use ledger::{Hash, Project, Refused, verify};
use pack::Pack;
use pack::review::{Does, People};
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
id = "customer"
name = { zh = "客户", en = "Customer" }
holder = "outside"

[[stage]]
id = "sale"
name = { zh = "售前", en = "Sale" }
[[stage.gate]]
form = "contract"

[[stage]]
id = "making"
name = { zh = "售中", en = "Making" }
[[stage.gate]]
form = "draft"
[[stage.gate]]
form = "test"

[[stage]]
id = "service"
name = { zh = "售后", en = "Service" }
[[stage.gate]]
form = "report"

[[stage]]
id = "end"
name = { zh = "结束", en = "End" }
"#;

fn form(id: &str, effect: &str) -> (String, Vec<u8>) {
    let text = format!(
        r#"
id = "{id}"
name = {{ zh = "{id}表", en = "{id}" }}
starters = ["clerk"]

[[section]]
id = "one"
name = {{ zh = "一", en = "One" }}

[[section.field]]
id = "words"
kind = "text"
name = {{ zh = "内容", en = "Words" }}

[[effect]]
{effect}
undo = "compensated"
"#
    );
    (format!("forms/{id}.toml"), text.into_bytes())
}

fn pack() -> Pack {
    let open = "does = \"open_gate\"";
    let mut files = vec![("pack.toml".to_owned(), PACK.as_bytes().to_vec())];
    for id in ["contract", "draft", "test", "report"] {
        files.push(form(id, open));
    }
    files.push(form("wish", "does = \"go_back\"\nstage = \"making\""));
    let (pack, problems) = pack::load(&files);
    assert_eq!(problems, []);
    pack.unwrap()
}

const CLERK: PersonId = PersonId::from_bytes([1; 16]);
const PROJECT: ProjectId = ProjectId::from_bytes([2; 16]);
const VERSION: Hash = Hash::from_bytes([3; 32]);

struct Run<'a> {
    library: &'a (dyn Fn(&Hash) -> Option<&'a Pack> + Sync),
    entries: Vec<Entry>,
}

impl<'a> Run<'a> {
    fn project(&self) -> Project<'a> {
        let (project, unfit) = Project::replay(self.library, &self.entries);
        assert_eq!(unfit, []);
        project
    }

    fn stage(&self) -> Option<String> {
        self.project().stage().map(|stage| stage.id.to_string())
    }

    fn act(&mut self, act: Act) -> Result<Vec<Done>, Refused> {
        let roles = BTreeMap::from([("clerk".parse().unwrap(), BTreeSet::from([CLERK]))]);
        let people = People {
            roles: roles.clone(),
            keepers: BTreeSet::from([CLERK]),
            ..People::default()
        };
        let circumstances = Circumstances {
            at: Timestamp(1),
            people: &people,
            starters: &roles,
            manages: true,
            due: &|since, _| since,
            number: &|_| String::new(),
        };
        let done = self.project().decide(CLERK, &act, &circumstances)?;
        let chain = Chain::Project(PROJECT);
        let head = self
            .entries
            .last()
            .map_or(Head::empty(chain), |e| e.head(chain));
        let place = u8::try_from(self.entries.len()).unwrap();
        let record = Record {
            key: DecisionId::from_bytes([place; 16]),
            by: Some(CLERK),
            what: What::Act(act),
            done: done.clone(),
            signed: None,
        };
        self.entries.push(head.next(Timestamp(1), &record, [0; 16]));
        Ok(done)
    }

    fn submit(&mut self, kind: &str) -> Vec<Done> {
        let place = u8::try_from(self.entries.len()).unwrap();
        let act = FormAct {
            form: DocumentId::from_bytes([place; 16]),
            kind: kind.parse().unwrap(),
            does: Does::Submit {
                answers: Answers::new(),
            },
            of: None,
            heads: Vec::new(),
            words: String::new(),
            signature: None,
            seen: 0,
        };
        self.act(Act::Form(act)).unwrap()
    }

    fn undo(&mut self, entry: u64) -> Result<Vec<Done>, Refused> {
        let words = "误操作".to_owned();
        self.act(Act::Undo { entry, words })
    }
}

fn begun<'a>(library: &'a (dyn Fn(&Hash) -> Option<&'a Pack> + Sync)) -> Run<'a> {
    let mut run = Run {
        library,
        entries: Vec::new(),
    };
    run.act(Act::Adopt { pack: VERSION }).unwrap();
    for kind in ["contract", "draft", "test"] {
        run.submit(kind);
    }
    assert_eq!(run.stage().as_deref(), Some("service"));
    run
}

#[test]
fn after_going_back_the_gate_needs_all_anew() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library);
    let done = run.submit("wish");
    assert_eq!(
        done.into_iter().map(|done| done.what).collect::<Vec<_>>(),
        [Deed::WentBack {
            stage: "making".parse().unwrap(),
            from: Some("service".parse().unwrap()),
        }]
    );
    assert_eq!(run.stage().as_deref(), Some("making"));
    assert_eq!(run.project().missing().len(), 2);
    assert_eq!(run.submit("test"), []);
    assert_eq!(run.project().missing().len(), 1);
    run.submit("draft");
    assert_eq!(run.stage().as_deref(), Some("service"));
    let left: Vec<String> = run
        .project()
        .left()
        .iter()
        .map(|(s, _)| s.to_string())
        .collect();
    assert_eq!(left, ["sale", "making"]);
    assert_eq!(verify::project(PROJECT, &library, &run.entries), []);
}

#[test]
fn what_was_handed_in_before_for_a_later_gate_counts_no_more_either() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library);
    run.submit("report");
    assert_eq!(run.stage().as_deref(), Some("end"));
    run.submit("wish");
    run.submit("draft");
    run.submit("test");
    assert_eq!(run.stage().as_deref(), Some("service"));
    assert_eq!(run.project().missing().len(), 1);
    run.submit("report");
    assert_eq!(run.stage().as_deref(), Some("end"));
}

#[test]
fn a_project_does_not_go_back_to_where_it_is() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = Run {
        library: &library,
        entries: Vec::new(),
    };
    run.act(Act::Adopt { pack: VERSION }).unwrap();
    assert_eq!(run.submit("wish"), []);
    run.submit("contract");
    assert_eq!(run.submit("wish"), []);
    assert_eq!(run.stage().as_deref(), Some("making"));
}

#[test]
fn going_back_is_undone_and_what_was_there_counts_again() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library);
    run.submit("report");
    run.submit("wish");
    let back = run.project().seq();
    run.submit("draft");
    run.undo(back).unwrap();
    assert_eq!(run.stage(), Some("end".to_owned()));
    let left: Vec<String> = run
        .project()
        .left()
        .iter()
        .map(|(s, _)| s.to_string())
        .collect();
    assert_eq!(left, ["sale", "making", "service"]);
    assert_eq!(verify::project(PROJECT, &library, &run.entries), []);
}

#[test]
fn going_back_is_not_undone_once_the_project_moved_on() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library);
    run.submit("wish");
    let first = run.project().seq();
    run.submit("draft");
    run.submit("test");
    assert_eq!(run.undo(first), Err(Refused::NotLast));
    run.submit("wish");
    assert_eq!(run.undo(first), Err(Refused::NotLast));
}

#[test]
fn nobody_names_themselves_as_somebody_outside() {
    let pack = pack();
    let library = |hash: &Hash| (*hash == VERSION).then_some(&pack);
    let mut run = begun(&library);
    let invite = |person| Act::Invite {
        role: "customer".parse().unwrap(),
        person,
        name: "某公司".to_owned(),
    };
    assert_eq!(run.act(invite(CLERK)), Err(Refused::Insider));
    assert_eq!(
        run.act(invite(PersonId::from_bytes([9; 16]))),
        Ok(Vec::new())
    );
}
