//! A tiny server with one project, and a device that follows it: entries go over the wire as JSON.

use std::collections::{BTreeMap, BTreeSet};

use base::{DecisionId, DocumentId, PersonId, ProjectId, Timestamp};
use ledger::chain::{Chain, Entry, Head};
use ledger::project::{Circumstances, Library, Standing};
use ledger::record::{Act, Done, FormAct, Record, Signed, What, Wish};
use ledger::{Hash, Project, Refused, verify};
use pack::Pack;
use pack::effect::Pattern;
use pack::id::RoleName;
use pack::review::{Does, MayDo, Now, Opinion, People};
use pack::value::{Answers, Value};

use super::oracle::Oracle;
use super::same::same;
use super::world::{self, Dice, due, person};

pub const PROJECT: ProjectId = ProjectId::from_bytes([9; 16]);
pub const CHAIN: Chain = Chain::Project(PROJECT);
/// The persons are 0 to 8; 7 and 8 keep the organisation.
pub const PERSONS: u8 = 9;

pub struct Game<'a> {
    pub library: Library<'a>,
    pub packs: &'a [(Hash, Pack); 2],
    pub server: Project<'a>,
    device: Project<'a>,
    pub entries: Vec<Entry>,
    /// Where it stood after each entry.
    stood: Vec<Project<'a>>,
    pub people: People,
    pub starters: BTreeMap<RoleName, BTreeSet<PersonId>>,
    pub at: i64,
    /// Whether days go by, for duties.
    pub days_go_by: bool,
    counted: BTreeMap<String, u64>,
    oracle: Oracle,
}

impl<'a> Game<'a> {
    pub fn new(library: Library<'a>, packs: &'a [(Hash, Pack); 2], dice: &mut Dice) -> Self {
        let mut game = Self {
            library,
            packs,
            server: Project::new(library),
            device: Project::new(library),
            entries: Vec::new(),
            stood: vec![Project::new(library)],
            people: People::default(),
            starters: BTreeMap::new(),
            at: 1_000,
            days_go_by: false,
            counted: BTreeMap::new(),
            oracle: Oracle::default(),
        };
        game.others_hold_roles(dice);
        game
    }

    /// Grants, appointments and absences change.
    pub fn others_hold_roles(&mut self, dice: &mut Dice) {
        self.people = world::people(dice, &self.packs[0].1);
        self.starters = self.people.roles.clone();
    }

    pub fn all_people(&self) -> People {
        self.server.people(&self.people)
    }

    pub fn head(&self) -> Head {
        self.entries
            .last()
            .map_or(Head::empty(CHAIN), |last| last.head(CHAIN))
    }

    fn decide(
        &self,
        at: &Project<'a>,
        by: PersonId,
        act: &Act,
        manages: bool,
    ) -> Result<Vec<Done>, Refused> {
        let number = |pattern: &Pattern| {
            let given = self
                .counted
                .get(&pattern.shape())
                .copied()
                .unwrap_or_default();
            pattern.number(2026, 3, given + 1)
        };
        at.decide(
            by,
            act,
            &Circumstances {
                at: Timestamp(self.at),
                people: &self.people,
                starters: &self.starters,
                manages,
                due: &due,
                number: &number,
            },
        )
    }

    /// Somebody wants something; the server takes it or not.
    pub fn wish(&mut self, by: PersonId, act: Act, manages: bool) -> Result<Vec<Done>, Refused> {
        let decided = self.decide(&self.server, by, &act, manages);
        assert_eq!(
            decided,
            self.decide(&self.device, by, &act, manages),
            "the device says something else than the server"
        );
        let opinion = matches!(&act, Act::Form(act) if matches!(act.does, Does::Decide { .. }));
        match decided {
            Ok(done) => {
                let before = self.server.clone();
                self.append(by, What::Act(act.clone()), done.clone());
                for done in &done {
                    if let ledger::record::Deed::Numbered { number, .. } = &done.what {
                        self.count(&act, number);
                    }
                }
                let now = (&self.people, Timestamp(self.at));
                self.oracle
                    .follow(&before, &self.server, by, &act, &done, now);
                self.somebody_can_go_on();
                Ok(done)
            }
            Err(why) => {
                if opinion && why.late() {
                    let why = why.clone();
                    self.append(by, What::Late { act, why }, Vec::new());
                }
                Err(why)
            }
        }
    }

    fn count(&mut self, act: &Act, number: &str) {
        let (_, pack) = self.server.pack_of(act).unwrap();
        let effects = pack.forms.iter().flat_map(|form| &form.effects);
        for effect in effects {
            let pack::effect::Deed::Number(pattern) = &effect.does else {
                continue;
            };
            let given = self
                .counted
                .get(&pattern.shape())
                .copied()
                .unwrap_or_default();
            if pattern.number(2026, 3, given + 1) == number {
                self.counted.insert(pattern.shape(), given + 1);
                return;
            }
        }
        panic!("{number} is not the next of a pattern");
    }

    fn append(&mut self, by: PersonId, what: What, done: Vec<Done>) {
        let seq = self.head().seq + 1;
        let mut key = [0; 16];
        key[..8].copy_from_slice(&seq.to_be_bytes());
        let key = DecisionId::from_bytes(key);
        let act = match &what {
            What::Act(act) | What::Late { act, .. } => act.clone(),
            What::Heads(_) => panic!("in a project"),
        };
        let wish = Wish {
            key,
            project: PROJECT,
            made: Timestamp(self.at - 1),
            act,
        };
        let record = Record {
            key,
            by: Some(by),
            what,
            done,
            signed: seq.is_multiple_of(3).then(|| Signed {
                device: base::DeviceId::from_bytes([5; 16]),
                wish: serde_json::to_string(&wish).unwrap(),
                signature: String::new(),
                public: String::new(),
            }),
        };
        let entry = self
            .head()
            .next(Timestamp(self.at), &record, [seq as u8; 16]);
        let sent = serde_json::to_string(&entry).unwrap();
        let come: Entry = serde_json::from_str(&sent).unwrap();
        assert_eq!(come, entry);
        assert_eq!(self.server.take(seq, entry.at, &record), Ok(()));
        assert_eq!(self.device.take_entry(&come), None);
        same(&self.server, &self.device);
        self.entries.push(come);
        self.stood.push(self.server.clone());
    }

    /// Wherever a form is, somebody can move it; and who is offered to decide is who may.
    fn somebody_can_go_on(&self) {
        let people = self.all_people();
        let at = Timestamp(self.at);
        let now = Now {
            people: &people,
            at,
            due: &due,
        };
        for (id, form) in self.server.forms() {
            let Some(review) = &form.review else { continue };
            match form.standing() {
                Standing::UnderReview => {
                    let waiting = review.waiting(&now);
                    assert!(!waiting.is_empty(), "nobody is asked");
                    for waits in waiting {
                        let may = self
                            .oracle
                            .may_decide(*id, form, waits.seat, &self.people, at);
                        assert_eq!(waits.who, may);
                        assert!(
                            !waits.who.is_empty() || !waits.stewards.is_empty(),
                            "nobody can"
                        );
                        for by in (0..PERSONS).map(person) {
                            let offered = self.server.may(*id, by, &now);
                            let approve = MayDo::Act(waits.seat, pack::route::Act::Approve);
                            assert_eq!(offered.contains(&approve), may.contains(&by));
                        }
                    }
                }
                Standing::Draft(_) => {
                    assert!(
                        self.server
                            .may(*id, form.author, &now)
                            .contains(&MayDo::Submit)
                    );
                }
                _ => {}
            }
        }
    }

    /// All consent, and stewards name somebody where nobody can: every form comes to its end.
    pub fn finish(&mut self, most: usize) {
        let open = |form: &ledger::Form<'_>| {
            matches!(form.standing(), Standing::UnderReview | Standing::Draft(_))
        };
        let forms = self.server.forms().iter().filter(|(_, form)| open(form));
        let forms: Vec<DocumentId> = forms.map(|(id, _)| *id).take(most).collect();
        for id in forms {
            let mut acts = 0;
            while open(&self.server.forms()[&id]) {
                acts += 1;
                assert!(acts < 300, "it does not end");
                self.consent(id);
            }
        }
    }

    fn consent(&mut self, id: DocumentId) {
        let form = &self.server.forms()[&id];
        let people = self.all_people();
        let at = Timestamp(self.at);
        let now = Now {
            people: &people,
            at,
            due: &due,
        };
        let waiting = form.review.as_ref().unwrap().waiting(&now);
        let (by, does) = match waiting.first() {
            None => (
                form.author,
                Does::Submit {
                    answers: answers(1, None),
                },
            ),
            Some(waits) => match (waits.who.first(), waits.stewards.first()) {
                (Some(who), _) => {
                    let (seat, opinion, filled) = (waits.seat, Opinion::Approve, Answers::new());
                    (
                        *who,
                        Does::Decide {
                            seat,
                            opinion,
                            filled,
                        },
                    )
                }
                (None, Some(by)) => {
                    let named = (0..PERSONS)
                        .map(person)
                        .find(|to| to != by && *to != form.author);
                    (
                        *by,
                        Does::Assign {
                            seat: waits.seat,
                            to: named.unwrap(),
                        },
                    )
                }
                (None, None) => panic!("nobody can"),
            },
        };
        let act = self.about(id, does);
        self.wish(by, act, false).unwrap();
    }

    /// An act on a form that is there.
    pub fn about(&self, id: DocumentId, does: Does) -> Act {
        let form = &self.server.forms()[&id];
        Act::Form(FormAct {
            form: id,
            kind: form.kind.id.clone(),
            does,
            of: form.frozen(),
            heads: Vec::new(),
            words: "因为".to_owned(),
            signature: None,
            seen: self.server.seq(),
        })
    }

    /// What must be so of every ledger, at its end.
    pub fn holds(&self, dice: &mut Dice) {
        assert_eq!(
            verify::chain(Head::empty(CHAIN), &self.entries),
            (self.head(), Vec::new())
        );
        assert_eq!(
            verify::project(PROJECT, self.library, &self.entries).findings,
            []
        );
        assert_eq!(verify::head(&self.head(), &self.entries), None);
        // as it stands, and as it will if nobody does anything
        for days in [0, 1, 4, 35, 200] {
            let later = Timestamp(self.at).plus_ms(days * 24 * 60 * 60_000);
            self.oracle.duties(&self.server, later);
        }
        let random = [(); 3].map(|()| dice.below(self.entries.len() + 1));
        for end in random.into_iter().chain([self.entries.len()]) {
            let (again, unfit) = Project::replay(self.library, &self.entries[..end]);
            assert_eq!(unfit, []);
            same(&again, &self.stood[end]);
        }
    }
}

pub fn answers(size: i64, who: Option<PersonId>) -> Answers {
    let number = Value::Number(domain::number::Number::from_whole(size));
    let mut answers = Answers::from([("size".parse().unwrap(), number)]);
    answers.extend(who.map(|who| ("who".parse().unwrap(), Value::Person(who))));
    answers
}

/// Numbers that follow from a seed.
fn rolls(seed: u64, length: usize) -> Vec<u16> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 32) as u16
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// A whole run; then what is to be seen of it.
pub fn play(seed: u64, length: usize, see: impl FnOnce(&Game<'_>, &mut Dice)) {
    run(seed, length, true, see);
}

/// A run as runs were before there were duties and registers: the same numbers lead the same way.
pub fn play_without_duties(seed: u64, length: usize, see: impl FnOnce(&Game<'_>, &mut Dice)) {
    run(seed, length, false, see);
}

fn run(seed: u64, length: usize, duties: bool, see: impl FnOnce(&Game<'_>, &mut Dice)) {
    let mut dice = Dice::new(rolls(seed, length));
    let mut packs = super::regulation::versions(&mut dice);
    if duties {
        super::regulation::add_duties(&mut packs, &mut dice);
        super::regulation::add_registers(&mut packs, &mut dice);
    }
    let library = |hash: &Hash| {
        let found = packs.iter().find(|(known, _)| known == hash);
        found.map(|(_, pack)| pack)
    };
    let mut game = Game::new(&library, &packs, &mut dice);
    game.days_go_by = duties;
    let adopt = Act::Adopt { pack: packs[0].0 };
    game.wish(person(1), adopt, true).unwrap();
    while !dice.is_empty() {
        game.anything(&mut dice);
    }
    game.finish(3);
    see(&game, &mut dice);
}
