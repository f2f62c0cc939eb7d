//! A small regulation without reviews, for rules that are told one by one.

use std::collections::{BTreeMap, BTreeSet};

use base::{DecisionId, DocumentId, PersonId, ProjectId, Timestamp};
use ledger::chain::{Chain, Entry, Head};
use ledger::project::Circumstances;
use ledger::record::{Act, Done, FormAct, Record, What};
use ledger::{Hash, Project, Refused};
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

pub fn form(id: &str, effect: &str) -> (String, Vec<u8>) {
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

pub fn pack() -> Pack {
    pack_with(Vec::new())
}

/// With more files.
pub fn pack_with(more: Vec<(String, Vec<u8>)>) -> Pack {
    let open = "does = \"open_gate\"";
    let mut files = vec![("pack.toml".to_owned(), PACK.as_bytes().to_vec())];
    for id in ["contract", "draft", "test", "report"] {
        files.push(form(id, open));
    }
    files.push(form("wish", "does = \"go_back\"\nstage = \"making\""));
    files.extend(more);
    let (pack, problems) = pack::load(&files);
    assert_eq!(problems, []);
    pack.unwrap()
}

pub const CLERK: PersonId = PersonId::from_bytes([1; 16]);
pub const PROJECT: ProjectId = ProjectId::from_bytes([2; 16]);
pub const VERSION: Hash = Hash::from_bytes([3; 32]);

pub struct Run<'a> {
    pub library: &'a (dyn Fn(&Hash) -> Option<&'a Pack> + Sync),
    pub entries: Vec<Entry>,
    /// When what comes next is done.
    pub at: Timestamp,
}

impl<'a> Run<'a> {
    pub fn project(&self) -> Project<'a> {
        let (project, unfit) = Project::replay(self.library, &self.entries);
        assert_eq!(unfit, []);
        project
    }

    pub fn stage(&self) -> Option<String> {
        self.project().stage().map(|stage| stage.id.to_string())
    }

    pub fn act(&mut self, act: Act) -> Result<Vec<Done>, Refused> {
        let roles = BTreeMap::from([("clerk".parse().unwrap(), BTreeSet::from([CLERK]))]);
        let people = People {
            roles: roles.clone(),
            keepers: BTreeSet::from([CLERK]),
            ..People::default()
        };
        let circumstances = Circumstances {
            at: self.at,
            people: &people,
            starters: &roles,
            manages: true,
            due: &|since, _| since,
            number: &|_| String::new(),
        };
        let done = self.project().decide(CLERK, &act, &circumstances)?;
        self.append(act, done.clone());
        Ok(done)
    }

    /// Appends an act without asking whether it may be done.
    pub fn append(&mut self, act: Act, done: Vec<Done>) {
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
            done,
            signed: None,
        };
        self.entries.push(head.next(self.at, &record, [0; 16]));
    }

    pub fn submit(&mut self, kind: &str) -> Vec<Done> {
        let act = self.submission(kind);
        self.act(act).unwrap()
    }

    /// A new form.
    pub fn submission(&self, kind: &str) -> Act {
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
        Act::Form(act)
    }

    pub fn undo(&mut self, entry: u64) -> Result<Vec<Done>, Refused> {
        let words = "误操作".to_owned();
        self.act(Act::Undo { entry, words })
    }
}

impl Run<'_> {
    /// The stages that were left, with the entries that opened their gates.
    pub fn left(&self) -> Vec<(String, u64)> {
        let project = self.project();
        let left = project.left().iter();
        left.map(|(stage, seq)| (stage.to_string(), *seq)).collect()
    }
}
