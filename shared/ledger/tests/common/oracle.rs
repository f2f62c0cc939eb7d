//! What the words of routes and gates come to, thought out another way than the ledger does: from what happened, kept beside.

use std::collections::{BTreeMap, BTreeSet};

use base::{DocumentId, PersonId, Timestamp};
use ledger::Project;
use ledger::project::{Form, Standing};
use ledger::record::{Act, Deed, Done};
use pack::definition::{FormState, Stage};
use pack::effect::Undo;
use pack::form::FormDef;
use pack::id::{DutyName, RegisterName, RoleName, StageName};
use pack::review::{Does, Opinion, Past, People, SeatId};
use pack::route::Mode;
use pack::value::Value;

use super::world::due;

#[derive(Default)]
pub struct Oracle {
    /// Who was named for a seat.
    pub named: BTreeMap<(DocumentId, SeatId), PersonId>,
    decided: BTreeSet<(DocumentId, SeatId)>,
    /// Who holds what in the project.
    pub holders: BTreeMap<RoleName, BTreeSet<PersonId>>,
    numbers: BTreeSet<String>,
    undone: BTreeSet<u64>,
    begun: bool,
    /// The stages that it left, by which entry.
    left: Vec<(StageName, u64)>,
    backs: Vec<Back>,
    /// What is done again and again, each since when.
    pub(super) duties: BTreeMap<DutyName, Timestamp>,
    /// Those that are kept, each since when; and all that ever were.
    pub(super) registers: BTreeMap<RegisterName, Timestamp>,
    pub(super) ever_kept: BTreeSet<RegisterName>,
    /// The stages that it was in, each since when.
    pub(super) stages: Vec<(Timestamp, Option<StageName>)>,
}

/// A time when it went back.
struct Back {
    seq: u64,
    /// No undoing takes it back.
    stays: bool,
    /// The stages whose gates need all anew.
    stages: BTreeSet<StageName>,
    /// What it had left by then.
    left: Vec<(StageName, u64)>,
}

impl Oracle {
    /// Who may decide in a seat.
    pub fn may_decide(
        &self,
        id: DocumentId,
        form: &Form<'_>,
        seat: SeatId,
        people: &People,
        at: Timestamp,
    ) -> BTreeSet<PersonId> {
        let route = form.pack.route_of(form.kind).unwrap();
        let review = form.review.as_ref().unwrap();
        let seat = review
            .seats()
            .iter()
            .find(|known| known.id == seat)
            .unwrap();
        let step = review.step().unwrap();
        let held = |role: &RoleName| {
            let of = |all: &BTreeMap<RoleName, BTreeSet<PersonId>>| {
                all.get(role).cloned().unwrap_or_default()
            };
            let mut all = of(&people.roles);
            all.extend(of(&self.holders));
            all
        };
        let mut may = match self.named.get(&(id, seat.id)) {
            Some(named) => BTreeSet::from([*named]),
            None => held(seat.role.as_ref().unwrap()),
        };
        if let Some(deadline) = &step.deadline
            && due(seat.since.unwrap(), deadline) < at
            && let Some(role) = &deadline.escalate_to
        {
            may.extend(held(role));
        }
        let own = |person: &PersonId| !route.own_request && *person == form.author;
        may.retain(|person| !own(person));
        for holder in may.clone() {
            may.extend(people.deputies.get(&holder).into_iter().flatten());
        }
        may.retain(|person| !own(person));
        may
    }

    fn holds(&self, role: &RoleName, by: PersonId, people: &People) -> bool {
        let all = [people.roles.get(role), self.holders.get(role)];
        all.into_iter()
            .flatten()
            .any(|holders| holders.contains(&by))
    }

    /// Who begins a form holds a role for it, and the project is where the form belongs.
    fn may_begin(&self, before: &Project<'_>, kind: &FormDef, by: PersonId, people: &People) {
        assert!(
            kind.starters
                .iter()
                .any(|role| self.holds(role, by, people)),
            "begun by somebody else"
        );
        let stage = before.stage().map(|stage| &stage.id);
        let here = kind.stages.iter().any(|known| Some(known) == stage);
        assert!(kind.stages.is_empty() || here, "begun in another stage");
        let (_, pack) = before.pack().unwrap();
        let asked = pack.forms.iter().any(|form| form.begins_project);
        match kind.begins_project {
            true => assert!(!self.begun, "begun twice"),
            false => assert!(self.begun || !asked, "not begun"),
        }
    }

    /// Who decides last can undo, and who keeps the organisation; neither their own request.
    fn may_undo(&self, form: Option<&Form<'_>>, by: PersonId, people: &People) {
        let decides = form.is_some_and(|form| {
            let last = form
                .pack
                .route_of(form.kind)
                .and_then(|route| route.steps.last());
            let mut roles = last.into_iter().flat_map(|step| &step.reviewers);
            roles.any(|reviewer| self.holds(&reviewer.role, by, people))
        });
        assert!(
            decides || people.keepers.contains(&by),
            "undone by somebody who is not entitled"
        );
        let reviewed = form.filter(|form| form.pack.route_of(form.kind).is_some());
        assert!(
            reviewed.is_none_or(|form| form.author != by),
            "undone on their own request"
        );
    }

    /// Follows what was taken, and says where it should not have been. `before` and `after` it.
    pub fn follow(
        &mut self,
        before: &Project<'_>,
        after: &Project<'_>,
        by: PersonId,
        act: &Act,
        done: &[Done],
        (people, at): (&People, Timestamp),
    ) {
        let seq = after.seq();
        if let Act::Form(act) = act {
            let id = act.form;
            match &act.does {
                Does::Decide { seat, .. } => {
                    let form = &before.forms()[&id];
                    others_came_first(form, *seat);
                    let may = self.may_decide(id, form, *seat, people, at);
                    assert!(may.contains(&by), "decided by somebody who is not entitled");
                    assert!(self.decided.insert((id, *seat)), "a seat was decided twice");
                    assert_eq!(act.of, form.frozen(), "decided about other answers");
                }
                Does::Transfer { seat, to } => {
                    let may = self.may_decide(id, &before.forms()[&id], *seat, people, at);
                    assert!(
                        may.contains(&by),
                        "handed over by somebody who is not entitled"
                    );
                    self.named.insert((id, *seat), *to);
                }
                Does::Assign { seat, to } => {
                    let form = &before.forms()[&id];
                    let may = self.may_decide(id, form, *seat, people, at);
                    assert!(may.is_empty(), "somebody could decide");
                    assert_ne!(by, form.author, "named on their own request");
                    self.named.insert((id, *seat), *to);
                }
                Does::Add { seat, person, .. } => {
                    let may = self.may_decide(id, &before.forms()[&id], *seat, people, at);
                    assert!(may.contains(&by), "added by somebody who is not entitled");
                    let added = after.forms()[&id]
                        .review
                        .as_ref()
                        .unwrap()
                        .seats()
                        .last()
                        .unwrap();
                    self.named.insert((id, added.id), *person);
                }
                Does::Submit { .. } | Does::Withdraw => {
                    assert_eq!(by, after.forms()[&id].author);
                    if !before.forms().contains_key(&id) {
                        self.may_begin(before, after.forms()[&id].kind, by, people);
                    }
                }
                Does::Remind | Does::Copy { .. } => {}
            }
        }
        if let Act::Invite { role, person, .. } = act {
            let holders = self.holders.entry(role.clone()).or_default();
            holders.insert(*person);
        }
        let undoes = match act {
            Act::Undo { entry, .. } => Some(*entry),
            _ => None,
        };
        // before what it does: who undoes an appointment may hold the role by it
        if let Some(entry) = undoes {
            let form = before.decisions()[&entry].form;
            self.may_undo(form.map(|form| &before.forms()[&form]), by, people);
        }
        for done in done {
            self.done(after, seq, done, undoes);
            let undone = undoes.map(|entry| before.decisions()[&entry].done.as_slice());
            self.duty(&done.what, undone, at);
            self.register(&done.what, undone, at);
        }
        let here = after.stage().map(|stage| stage.id.clone());
        if self.stages.last().map(|(_, last)| last) != Some(&here) {
            self.stages.push((at, here));
        }
        let moves =
            |done: &&Done| matches!(done.what, Deed::GateOpened { .. } | Deed::GateClosed { .. });
        if let Some(Deed::GateClosed { stage }) = done.iter().rfind(moves).map(|done| &done.what) {
            assert_eq!(after.stage().map(|here| &here.id), Some(stage));
        }
        if let Some(entry) = undoes {
            assert!(self.undone.insert(entry), "undone twice");
            let form = before.decisions()[&entry].form;
            assert!(form.is_none_or(|form| after.forms()[&form].standing() == Standing::Undone));
            // what it opens again has been open since before it went back
            let undone = |back: &mut Back| back.seq == entry && !back.stays;
            for back in self.backs.extract_if(.., undone) {
                for (stage, by) in self.left.iter_mut().filter(|(_, by)| *by == seq) {
                    let first = back.left.iter().rfind(|(known, _)| known == stage);
                    *by = first.map_or(*by, |(_, first)| *first);
                }
            }
        }
        self.compare(before, after, act);
    }

    fn done(&mut self, after: &Project<'_>, seq: u64, done: &Done, undoes: Option<u64>) {
        match &done.what {
            Deed::Numbered { number, .. } => {
                assert!(
                    self.numbers.insert(number.clone()),
                    "{number} was given twice"
                );
            }
            Deed::Appointed { role, person } => {
                self.holders
                    .entry(role.clone())
                    .or_default()
                    .insert(*person);
            }
            Deed::Released { role, person } => {
                self.holders.entry(role.clone()).or_default().remove(person);
            }
            Deed::ProjectBegun => self.begun = true,
            Deed::ProjectUnbegun => self.begun = false,
            Deed::GateClosed { stage } => {
                let last = self.left.pop();
                assert_eq!(
                    last,
                    Some((stage.clone(), undoes.unwrap())),
                    "another gate was closed"
                );
            }
            // opened again by an undoing: nothing needs to be there anew
            Deed::GateOpened { stage } if undoes.is_some() => self.left.push((stage.clone(), seq)),
            Deed::GateOpened { stage } => {
                self.left.push((stage.clone(), seq));
                let (_, pack) = after.pack().unwrap();
                let stage = pack.stages.iter().find(|known| known.id == *stage).unwrap();
                assert!(self.open(after, stage), "a gate opened that needs more");
            }
            Deed::WentBack { stage, from } => {
                let (_, pack) = after.pack().unwrap();
                let ids: Vec<&StageName> = pack.stages.iter().map(|stage| &stage.id).collect();
                let first = ids.iter().position(|id| *id == stage).unwrap();
                let last = ids.iter().position(|id| Some(*id) == from.as_ref());
                assert!(last.is_none_or(|last| first < last), "that is not back");
                let stages = ids[first..last.map_or(ids.len(), |last| last + 1)].iter();
                let stages: BTreeSet<StageName> = stages.map(|id| (*id).clone()).collect();
                let left = self.left.clone();
                self.left
                    .retain(|(left, _)| !stages.contains(left) || Some(left) == from.as_ref());
                self.backs.push(Back {
                    seq,
                    stays: done.undo == Undo::Final,
                    stages,
                    left,
                });
            }
            _ => {}
        }
    }

    /// Whether all is there that a gate needs.
    fn open(&self, project: &Project<'_>, stage: &Stage) -> bool {
        let since = self
            .backs
            .iter()
            .filter(|back| back.stages.contains(&stage.id));
        let since = since.map(|back| back.seq).max().unwrap_or_default();
        let big = |form: &Form<'_>| {
            let size = form
                .answers()
                .and_then(|answers| answers.get(&"size".parse().unwrap()));
            matches!(size, Some(Value::Number(size)) if *size > domain::number::Number::from_whole(0))
        };
        stage.gate.needs.iter().all(|need| {
            let counts = project.forms().values().filter(|form| {
                let far = match form.standing() {
                    Standing::Approved => true,
                    Standing::UnderReview => need.state == FormState::Submitted,
                    _ => false,
                };
                let anew = form.submissions.last().unwrap().seq > since;
                far && anew
                    && need.forms.contains(&form.kind.id)
                    && (need.holds.is_none() || big(form))
            });
            counts.count() >= need.count as usize
        })
    }

    fn compare(&self, before: &Project<'_>, after: &Project<'_>, act: &Act) {
        for (role, persons) in after.holders() {
            let known = self.holders.get(role).cloned().unwrap_or_default();
            assert_eq!(*persons, known, "who holds {role}");
        }
        assert_eq!(after.left(), self.left, "the stages that were left");
        assert_eq!(*after.duties(), self.duties, "what is done again and again");
        self.compare_registers(after);
        for (id, form) in before.forms() {
            let now = &after.forms()[id];
            let stays = matches!(
                form.standing(),
                Standing::Approved | Standing::Rejected | Standing::Undone
            );
            let undone = matches!(act, Act::Undo { .. }) && now.standing() == Standing::Undone;
            assert!(
                !stays || undone || form.standing() == now.standing(),
                "what is decided stays"
            );
            assert!(
                form.number.is_none() || now.number.is_some(),
                "a number stays"
            );
            if let (Some(before), Some(now)) = (&form.review, &now.review) {
                let decides =
                    matches!(act, Act::Form(act) if matches!(act.does, Does::Decide { .. }));
                for past in now.past()[before.past().len()..].iter().filter(|_| decides) {
                    all_were_asked(form, past);
                }
                // what was said stands as it was said
                let said = |review: &pack::review::Review<'_>| {
                    let past = review.past().iter().flat_map(|past| &past.seats);
                    let all = past.chain(review.seats());
                    let all = all.filter_map(|seat| Some((seat.id, seat.decided.clone()?)));
                    all.collect::<BTreeMap<_, _>>()
                };
                let (before, now) = (said(before), said(now));
                assert!(
                    before
                        .iter()
                        .all(|(seat, said)| now.get(seat) == Some(said)),
                    "an opinion was voided"
                );
            }
        }
        if let Some(stage) = after.stage() {
            let open = self.open(after, stage);
            assert_eq!(
                after.missing().is_empty(),
                open,
                "what the gate of {} needs",
                stage.id
            );
        }
    }
}

/// Whether gates opened again, as they were.
/// 会签: a step whose opinions stand beside each other ends when all are there, but for those who were to come after somebody
/// who did not consent.
fn all_were_asked(form: &Form<'_>, past: &Past) {
    let steps = &form.pack.route_of(form.kind).unwrap().steps;
    let step = steps.iter().find(|step| step.id == past.step).unwrap();
    if step.mode != Mode::All {
        return;
    }
    for seat in past.seats.iter().filter(|seat| seat.decided.is_none()) {
        let asking = past
            .seats
            .iter()
            .find(|asking| Some(asking.id) == seat.asked_by);
        let asking = asking.expect("a seat of the route was cut off");
        let consented = asking
            .decided
            .as_ref()
            .is_some_and(|said| said.opinion == Opinion::Approve);
        assert!(!consented, "who was added was cut off");
    }
}

/// 依次: one after the other, as the route names them.
fn others_came_first(form: &Form<'_>, seat: SeatId) {
    let review = form.review.as_ref().unwrap();
    let in_order = review.step().unwrap().mode == Mode::InOrder;
    let mut seats = review.seats().iter().filter(|seat| seat.asked_by.is_none());
    if !in_order || !seats.clone().any(|known| known.id == seat) {
        return;
    }
    assert_eq!(
        seats
            .find(|seat| seat.decided.is_none())
            .map(|first| first.id),
        Some(seat),
        "out of order"
    );
}
