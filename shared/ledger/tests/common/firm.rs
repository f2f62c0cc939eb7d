//! A small regulation with reviews, and people who work by it, for rules that are told one by one.

use std::collections::{BTreeMap, BTreeSet};

use base::{DecisionId, DocumentId, PersonId, ProjectId, Timestamp};
use ledger::chain::{Chain, Entry, Head};
use ledger::project::{Circumstances, Form, Library};
use ledger::record::{Act, Deed, Done, FormAct, Record, What};
use ledger::{Hash, Project, Refused};
use pack::Pack;
use pack::id::StageName;
use pack::review::{Does, Opinion, People, Refusal, SeatId};
use pack::route::ReturnTo;
use pack::value::{Answers, Value};

const PACK: &str = r#"
id = "firm"
version = "1.0"
name = { zh = "公司", en = "Firm" }
applies = { zh = "全部", en = "All" }
currency = "CNY"

[[role]]
id = "staff"
name = { zh = "员工", en = "Staff" }
holder = "post"

[[role]]
id = "boss"
name = { zh = "领导", en = "Boss" }
holder = "post"

[[role]]
id = "manager"
name = { zh = "项目经理", en = "Manager" }
holder = "project"

[[stage]]
id = "sale"
name = { zh = "售前", en = "Sale" }
[[stage.gate]]
form = "start"

[[stage]]
id = "making"
name = { zh = "售中", en = "Making" }

[[stage]]
id = "service"
name = { zh = "售后", en = "Service" }
"#;

const ROUTE: &str = r#"
id = "review"
name = { zh = "评审", en = "Review" }
steward = "boss"

[[step]]
id = "only"
name = { zh = "审批", en = "Decision" }
mode = "any"
reviewers = ["boss"]
"#;

fn form(id: &str, head: &str, effects: &str) -> (String, Vec<u8>) {
    let text = format!(
        r#"
id = "{id}"
name = {{ zh = "{id}表", en = "{id}" }}
starters = ["staff"]
{head}

[[section]]
id = "one"
name = {{ zh = "一", en = "One" }}

[[section.field]]
id = "why"
kind = "text"
name = {{ zh = "事由", en = "Why" }}

[[section.field]]
id = "who"
kind = "person"
name = {{ zh = "谁", en = "Who" }}

{effects}
"#
    );
    (format!("forms/{id}.toml"), text.into_bytes())
}

fn effect(does: &str, undo: &str) -> String {
    format!("[[effect]]\ndoes = {does}\nundo = \"{undo}\"\n")
}

/// The regulation.
pub fn pack() -> Pack {
    let start = [
        effect("\"begin_project\"", "compensated"),
        effect("\"number\"\npattern = \"N-{year}-{seq:3}\"", "final"),
        effect(
            "\"appoint\"\nrole = \"manager\"\nfield = \"who\"",
            "reversible",
        ),
    ];
    let files = [
        ("pack.toml".to_owned(), PACK.as_bytes().to_vec()),
        ("routes/review.toml".to_owned(), ROUTE.as_bytes().to_vec()),
        form(
            "start",
            "route = \"review\"\nbegins_project = true",
            &start.concat(),
        ),
        form("change", "route = \"review\"", ""),
        form(
            "plan",
            "route = \"review\"\nstages = [\"making\"]",
            &effect("\"begin_plan\"", "compensated"),
        ),
        form(
            "notice",
            "",
            &effect("\"number\"\npattern = \"T-{seq:3}\"", "final"),
        ),
    ];
    let (pack, problems) = pack::load(&files);
    assert_eq!(problems, []);
    pack.unwrap()
}

pub const PROJECT: ProjectId = ProjectId::from_bytes([2; 16]);
pub const VERSION: Hash = Hash::from_bytes([3; 32]);
pub const NEWER: Hash = Hash::from_bytes([4; 32]);

/// Who does things in the project.
pub const STAFF: PersonId = PersonId::from_bytes([1; 16]);
pub const BOSS: PersonId = PersonId::from_bytes([5; 16]);
pub const OTHER_BOSS: PersonId = PersonId::from_bytes([6; 16]);
pub const KEEPER: PersonId = PersonId::from_bytes([7; 16]);
pub const MANAGER: PersonId = PersonId::from_bytes([8; 16]);

/// The project at its server.
pub struct Firm<'a> {
    pub library: Library<'a>,
    pub entries: Vec<Entry>,
    /// Who keeps the organisation.
    pub keepers: BTreeSet<PersonId>,
}

impl<'a> Firm<'a> {
    /// A project that has adopted the regulation.
    pub fn new(library: Library<'a>) -> Self {
        let mut firm = Self {
            library,
            entries: Vec::new(),
            keepers: BTreeSet::from([KEEPER]),
        };
        firm.act(KEEPER, Act::Adopt { pack: VERSION }).unwrap();
        firm
    }

    /// One that was begun, too.
    pub fn begun(library: Library<'a>) -> Self {
        let mut firm = Self::new(library);
        let start = firm.submit("start");
        firm.approve(BOSS, start).unwrap();
        firm
    }

    pub fn project(&self) -> Project<'a> {
        let (project, unfit) = Project::replay(self.library, &self.entries);
        assert_eq!(unfit, []);
        project
    }

    pub fn seq(&self) -> u64 {
        self.entries.len() as u64
    }

    pub fn look<T>(&self, form: DocumentId, look: impl FnOnce(&Form<'_>) -> T) -> T {
        look(&self.project().forms()[&form])
    }

    /// Somebody does something; an opinion that is late is kept as the server keeps it.
    pub fn act(&mut self, by: PersonId, act: Act) -> Result<Vec<Done>, Refused> {
        let holders = |role: &str, persons: &[PersonId]| {
            (role.parse().unwrap(), persons.iter().copied().collect())
        };
        let people = People {
            roles: BTreeMap::from([holders("boss", &[BOSS, OTHER_BOSS])]),
            keepers: self.keepers.clone(),
            ..People::default()
        };
        let starters = BTreeMap::from([holders("staff", &[STAFF, BOSS, KEEPER])]);
        let given = std::cell::Cell::new(self.seq());
        let circumstances = Circumstances {
            at: Timestamp(1),
            people: &people,
            starters: &starters,
            manages: true,
            due: &|since, _| since,
            number: &|pattern| {
                given.set(given.get() + 1);
                pattern.number(2026, 3, given.get())
            },
        };
        let decided = self.project().decide(by, &act, &circumstances);
        match &decided {
            Ok(done) => self.append(by, What::Act(act), done.clone()),
            Err(why) if why.late() => {
                let why = why.clone();
                self.append(by, What::Late { act, why }, Vec::new());
            }
            Err(_) => {}
        }
        decided
    }

    pub fn append(&mut self, by: PersonId, what: What, done: Vec<Done>) {
        let chain = Chain::Project(PROJECT);
        let last = self.entries.last();
        let head = last.map_or(Head::empty(chain), |entry| entry.head(chain));
        let record = Record {
            key: DecisionId::from_bytes([u8::try_from(self.seq()).unwrap(); 16]),
            by: Some(by),
            what,
            done,
            signed: None,
        };
        self.entries.push(head.next(Timestamp(1), &record, [0; 16]));
    }

    /// A form handed in for the first time.
    pub fn submission(&self, kind: &str) -> FormAct {
        let answers = Answers::from([
            ("why".parse().unwrap(), Value::Text("因为".to_owned())),
            ("who".parse().unwrap(), Value::Person(MANAGER)),
        ]);
        let place = u8::try_from(self.seq()).unwrap();
        FormAct {
            form: DocumentId::from_bytes([place; 16]),
            kind: kind.parse().unwrap(),
            does: Does::Submit { answers },
            of: None,
            heads: Vec::new(),
            words: String::new(),
            signature: None,
            seen: 0,
        }
    }

    pub fn submit(&mut self, kind: &str) -> DocumentId {
        self.submit_by(STAFF, kind)
    }

    pub fn submit_by(&mut self, by: PersonId, kind: &str) -> DocumentId {
        let act = self.submission(kind);
        let form = act.form;
        self.act(by, Act::Form(act)).unwrap();
        form
    }

    /// An opinion about a form as it is now.
    pub fn opinion(&self, form: DocumentId, opinion: Opinion, words: &str) -> FormAct {
        let project = self.project();
        let known = &project.forms()[&form];
        let seats = known.review.as_ref().map(|review| review.seats());
        let seat = seats
            .and_then(<[_]>::last)
            .map_or(SeatId(0), |seat| seat.id);
        let filled = Answers::new();
        FormAct {
            kind: known.kind.id.clone(),
            does: Does::Decide {
                seat,
                opinion,
                filled,
            },
            of: known.frozen(),
            words: words.to_owned(),
            form,
            ..self.submission("change")
        }
    }

    pub fn approve(&mut self, by: PersonId, form: DocumentId) -> Result<Vec<Done>, Refused> {
        let act = self.opinion(form, Opinion::Approve, "");
        self.act(by, Act::Form(act))
    }

    pub fn send_back(&mut self, by: PersonId, form: DocumentId) {
        let act = self.opinion(form, Opinion::Return(ReturnTo::Author), "再改");
        self.act(by, Act::Form(act)).unwrap();
    }

    pub fn undo(&mut self, by: PersonId, entry: u64) -> Result<Vec<Done>, Refused> {
        let words = "误批".to_owned();
        self.act(by, Act::Undo { entry, words })
    }

    pub fn stage(&self) -> Option<StageName> {
        self.project().stage().map(|stage| stage.id.clone())
    }
}

/// Somebody else decided before.
pub fn decided(by: PersonId) -> Refused {
    Refused::Review(Refusal::Decided(Some(by)))
}

/// The deeds alone.
pub fn deeds(done: &[Done]) -> Vec<Deed> {
    done.iter().map(|done| done.what.clone()).collect()
}
