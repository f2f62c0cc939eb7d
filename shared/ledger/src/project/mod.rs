//! Where a project stands: a fold over its chain. Equal entries and packs give equal standings, on every device.

mod decide;
mod done;
mod duty;
mod fits;
mod form;
mod register;
mod take;

use std::collections::{BTreeMap, BTreeSet};

use base::{DocumentId, PersonId, Timestamp};
use pack::Pack;
use pack::effect::Pattern;
use pack::form::FormDef;
use pack::gate::{FormThere, Missing, missing};
use pack::id::{DutyName, RegisterName, RoleName, StageName};
use pack::review::{MayDo, Now, People, Waiting};
use pack::route::Deadline;

use crate::chain::Entry;
use crate::hash::Hash;
use crate::record::{Act, Done};

pub(crate) use done::plainly_opposite;
pub use duty::{DutyStanding, DutyTurn};
pub(crate) use fits::says_enough;
pub use form::{Form, Past, Standing, Submission};
pub use register::RegisterStanding;
pub use take::Unfit;

/// Finds a pack by its content hash.
pub type Library<'a> = &'a (dyn Fn(&Hash) -> Option<&'a Pack> + Sync);

/// Who holds what, and when: what is not in the ledger of a project but bears on what may be done in it.
#[derive(Clone, Copy)]
pub struct Circumstances<'c> {
    /// The time.
    pub at: Timestamp,
    /// Who holds the roles that the organisation gives, in the pack that the act is about ([`Project::pack_of`]).
    pub people: &'c People,
    /// Who may begin forms as one of these roles.
    pub starters: &'c BTreeMap<RoleName, BTreeSet<PersonId>>,
    /// Whether the person who acts manages the project.
    pub manages: bool,
    /// When a deadline that began then is over: the caller has the calendar.
    pub due: &'c dyn Fn(Timestamp, &Deadline) -> Timestamp,
    /// The next number of a pattern: the caller counts.
    pub number: &'c dyn Fn(&Pattern) -> String,
}

/// A decision that did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The form that was decided.
    pub form: Option<DocumentId>,
    /// What it did.
    pub done: Vec<Done>,
    /// The entry that undid it.
    pub undone: Option<u64>,
}

/// A time that a project went back: what was handed in before counts no more at these gates.
#[derive(Debug, Clone)]
struct Round {
    seq: u64,
    /// It stays also where the decision is undone.
    stays: bool,
    stages: BTreeSet<StageName>,
    /// The stages that it had left, with the entry that opened the gate.
    left: Vec<(StageName, u64)>,
}

/// Where a project stands.
#[derive(Clone)]
pub struct Project<'a> {
    library: Library<'a>,
    pack: Option<(Hash, &'a Pack)>,
    stage: usize,
    /// The stages that it left, with the entry.
    left: Vec<(StageName, u64)>,
    /// The times that it went back.
    rounds: Vec<Round>,
    begun: bool,
    plan_begun: bool,
    number: Option<String>,
    holders: BTreeMap<RoleName, BTreeSet<PersonId>>,
    outside: BTreeMap<PersonId, String>,
    /// What is done again and again, each since when.
    duties: BTreeMap<DutyName, Timestamp>,
    registers: BTreeMap<RegisterName, register::Known>,
    /// The stages that it was in, in order, each since when.
    moves: Vec<(Timestamp, Option<StageName>)>,
    forms: BTreeMap<DocumentId, Form<'a>>,
    decisions: BTreeMap<u64, Decision>,
    seq: u64,
}

impl<'a> Project<'a> {
    /// A project without entries.
    pub fn new(library: Library<'a>) -> Self {
        Self {
            library,
            pack: None,
            stage: 0,
            left: Vec::new(),
            rounds: Vec::new(),
            begun: false,
            plan_begun: false,
            number: None,
            holders: BTreeMap::new(),
            outside: BTreeMap::new(),
            duties: BTreeMap::new(),
            registers: BTreeMap::new(),
            moves: Vec::new(),
            forms: BTreeMap::new(),
            decisions: BTreeMap::new(),
            seq: 0,
        }
    }

    /// A project after the entries of its chain. Entries whose body is for others are passed over; what does not fit is left
    /// out and told.
    pub fn replay(library: Library<'a>, entries: &[Entry]) -> (Self, Vec<Unfit>) {
        let mut project = Self::new(library);
        let mut unfit = Vec::new();
        for entry in entries {
            unfit.extend(project.take_entry(entry));
        }
        (project, unfit)
    }

    /// The number of its last entry.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The version of a pack that it is run by.
    pub const fn pack(&self) -> Option<(Hash, &'a Pack)> {
        self.pack
    }

    /// Its number 编号: the first that was given with its beginning.
    pub fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }

    /// Whether it was begun 立项. Where the pack has no form by which projects come to be, it is once it has the pack.
    pub fn is_begun(&self) -> bool {
        let begins = |pack: &Pack| pack.forms.iter().any(|form| form.begins_project);
        self.begun || self.pack.is_some_and(|(_, pack)| !begins(pack))
    }

    /// Whether its plan was begun by a decision.
    pub const fn is_plan_begun(&self) -> bool {
        self.plan_begun
    }

    /// The stage in which it is; none: it has left the last, or has no pack.
    pub fn stage(&self) -> Option<&'a pack::definition::Stage> {
        self.pack?.1.stages.get(self.stage)
    }

    /// The stages that it has left, with the entry that opened the gate.
    pub fn left(&self) -> &[(StageName, u64)] {
        &self.left
    }

    /// Who is appointed to which role in it, and who signs from outside.
    pub const fn holders(&self) -> &BTreeMap<RoleName, BTreeSet<PersonId>> {
        &self.holders
    }

    /// What those outside are called.
    pub const fn outside(&self) -> &BTreeMap<PersonId, String> {
        &self.outside
    }

    /// Its forms that were submitted at least once.
    pub const fn forms(&self) -> &BTreeMap<DocumentId, Form<'a>> {
        &self.forms
    }

    /// The decisions that did something, by their entry. An undoing is none: it is not undone.
    pub const fn decisions(&self) -> &BTreeMap<u64, Decision> {
        &self.decisions
    }

    /// The pack that an act is about: a form stays with the version under which it was first submitted.
    pub fn pack_of(&self, act: &Act) -> Option<(Hash, &'a Pack)> {
        match act {
            Act::Adopt { pack } => Some((*pack, (self.library)(pack)?)),
            Act::Form(act) => match self.forms.get(&act.form) {
                Some(form) => Some((form.pack_hash, form.pack)),
                None => self.pack,
            },
            Act::Undo { entry, .. } => {
                let form = self.decisions.get(entry).and_then(|known| known.form);
                match form.and_then(|form| self.forms.get(&form)) {
                    Some(form) => Some((form.pack_hash, form.pack)),
                    None => self.pack,
                }
            }
            _ => self.pack,
        }
    }

    /// Who holds which role: those of the organisation, and those of the project.
    pub fn people(&self, organisation: &People) -> People {
        let mut people = organisation.clone();
        for (role, persons) in &self.holders {
            people
                .roles
                .entry(role.clone())
                .or_default()
                .extend(persons);
        }
        people
    }

    /// What the gate of its stage needs still; nothing where it is in none.
    pub fn missing(&self) -> Vec<Missing<'a>> {
        let Some(stage) = self.stage() else {
            return Vec::new();
        };
        missing(&stage.gate, &self.there(&stage.id))
    }

    /// The forms that count at the gate of a stage.
    fn there(&self, stage: &StageName) -> Vec<FormThere<'_>> {
        let mut rounds = self.rounds.iter().rev();
        let round = rounds.find(|round| round.stages.contains(stage));
        let since = round.map_or(0, |round| round.seq);
        let anew = |form: &&Form<'_>| form.submissions.last().is_some_and(|s| s.seq > since);
        let forms = self.forms.values().filter(anew);
        forms.filter_map(Form::there).collect()
    }

    /// Which stage, counted from 0, that of a name is.
    fn place(&self, stage: &StageName) -> Option<usize> {
        let (_, pack) = self.pack?;
        pack.stages.iter().position(|known| known.id == *stage)
    }

    /// The stages from one on to before another, or to the last.
    fn between(
        &self,
        from: &StageName,
        to: Option<&StageName>,
    ) -> impl Iterator<Item = StageName> + use<'a> {
        let stages = self.pack.map_or(&[][..], |(_, pack)| &pack.stages);
        let end = to.and_then(|to| self.place(to)).unwrap_or(stages.len());
        let begin = self.place(from).unwrap_or(end);
        let between = stages.get(begin..end).unwrap_or_default();
        between.iter().map(|stage| stage.id.clone())
    }

    /// All that waits for somebody: which form, and where. `people` as [`Project::people`] gives it.
    pub fn waiting(&self, now: &Now<'_>) -> Vec<(DocumentId, Waiting)> {
        let mut waiting = Vec::new();
        for (id, form) in &self.forms {
            let of = form.review.iter().flat_map(|review| review.waiting(now));
            waiting.extend(of.map(|one| (*id, one)));
        }
        waiting
    }

    /// What a person may do in a form's review. `people` as [`Project::people`] gives it.
    pub fn may(&self, form: DocumentId, person: PersonId, now: &Now<'_>) -> Vec<MayDo> {
        let review = self.forms.get(&form).and_then(|form| form.review.as_ref());
        review.map_or_else(Vec::new, |review| review.may(person, now))
    }

    /// Whether somebody has, or had, a part in it: by an appointment, a request, an opinion, or a copy.
    pub fn has_part(&self, person: PersonId) -> bool {
        let holds = |holders: &BTreeSet<PersonId>| holders.contains(&person);
        self.holders.values().any(holds) || self.forms.values().any(|form| form.has_part(person))
    }

    /// The forms that a person may begin now.
    pub fn may_begin(
        &self,
        person: PersonId,
        starters: &BTreeMap<RoleName, BTreeSet<PersonId>>,
    ) -> Vec<&'a FormDef> {
        let Some((_, pack)) = self.pack else {
            return Vec::new();
        };
        let may = |form: &&FormDef| self.may_start(form, person, starters).is_ok();
        pack.forms.iter().filter(may).collect()
    }
}
