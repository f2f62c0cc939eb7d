//! What waits for somebody.

use shared::api::{Inbox, InboxDuty, InboxItem};
use shared::base::{DocumentId, PersonId, ProjectId, Timestamp};
use shared::ledger::project::{Form, Standing};
use shared::ledger::{Chain, Project};
use shared::pack::review::{Holds, Now, People, State, Waiting};

use super::Ledger;
use super::read::roles_of;
use crate::store::StoreError;

/// How long a copy of what was decided is shown: who was away for some weeks still finds it.
const COPIES_MS: i64 = 30 * 24 * 60 * 60 * 1000;

impl Ledger {
    /// What waits for a person, and where their own requests stand.
    pub(crate) async fn inbox(&self, person: PersonId) -> Result<Inbox, StoreError> {
        let mut inbox = Inbox {
            waiting: Vec::new(),
            mine: Vec::new(),
            copies: Vec::new(),
            duties: Vec::new(),
        };
        let at = self.clock.now();
        for (id, name) in self.store.under_review(at.plus_ms(-COPIES_MS)).await? {
            let entries = self.store.ledger_entries(Chain::Project(id), 0).await?;
            let packs = self.known(&entries, None).await?;
            let find = |hash: &_| packs.get(hash).map(|pack| &**pack);
            let (project, _) = Project::replay(&find, &entries);
            let Some((hash, pack)) = project.pack() else {
                continue;
            };
            let organisation = self.store.people_at(pack, Some(id), at).await?;
            let people = project.people(&organisation.deciders);
            let roles = roles_of(person, &project, &organisation);
            let item = |form: DocumentId, known: &Form<'_>, seat: Option<&Waiting>| {
                item((id, &name), form, known, seat)
            };
            for (form, known) in project.forms() {
                let waiting = self.waiting(known, &people, at);
                for seat in &waiting {
                    let vacant = seat.who.is_empty() && seat.stewards.contains(&person);
                    if seat.who.contains(&person) || vacant {
                        let mut item = item(*form, known, Some(seat));
                        item.acting_for = seat.acts_for(person, &people);
                        inbox.waiting.push(item);
                    }
                }
                let standing = known.standing();
                if known.author == person
                    && matches!(standing, Standing::UnderReview | Standing::Draft(_))
                {
                    inbox.mine.push(item(*form, known, waiting.first()));
                }
                let copied = known.review.iter().flat_map(|review| review.copies());
                let mut copied = copied.map(|holds| match holds {
                    Holds::Person(to) => *to == person,
                    Holds::Role(role) => roles.contains(role),
                });
                let recent = known
                    .past
                    .last()
                    .is_some_and(|past| past.at.plus_ms(COPIES_MS) > at);
                if copied.any(|mine| mine) && (recent || standing == Standing::UnderReview) {
                    inbox.copies.push(item(*form, known, waiting.first()));
                }
            }
            let may_begin = project.may_begin(person, &organisation.starters);
            for standing in self.due_duties(&project, at) {
                let duty = standing.duty;
                let theirs = roles.contains(&duty.role);
                if !theirs || !may_begin.iter().any(|form| form.id == duty.form) {
                    continue;
                }
                let turn = standing.turn.filter(|turn| turn.done.is_none());
                inbox.duties.extend(turn.map(|turn| InboxDuty {
                    project: id,
                    project_name: name.clone(),
                    pack: hash,
                    duty: duty.id.to_string(),
                    kind: duty.form.to_string(),
                    begins: turn.begins,
                    due: turn.due,
                    overdue: turn.overdue,
                    missed: standing.missed,
                }));
            }
        }
        inbox.waiting.sort_by_key(|item| item.since);
        inbox.duties.sort_by_key(|duty| duty.due);
        Ok(inbox)
    }

    fn waiting(&self, form: &Form<'_>, people: &People, at: Timestamp) -> Vec<Waiting> {
        let due = |since, deadline: &_| self.due(since, deadline);
        let now = Now {
            people,
            at,
            due: &due,
        };
        let review = form.review.as_ref();
        review.map_or_else(Vec::new, |review| review.waiting(&now))
    }
}

fn item(
    (project, name): (ProjectId, &str),
    form: DocumentId,
    known: &Form<'_>,
    seat: Option<&Waiting>,
) -> InboxItem {
    let last = known.past.last().map(|past| past.at).unwrap_or_default();
    let since = match known.review.as_ref().map(|review| review.state()) {
        Some(State::At { since, .. }) => *since,
        _ => last,
    };
    InboxItem {
        project,
        project_name: name.to_owned(),
        form,
        kind: known.kind.id.to_string(),
        pack: known.pack_hash,
        title: known.title(),
        number: known.number.clone(),
        author: known.author,
        step: seat.map(|seat| seat.step.to_string()),
        seat: seat.map(|seat| seat.seat.0),
        with: seat.map_or_else(Vec::new, |seat| seat.who.iter().copied().collect()),
        acting_for: Vec::new(),
        since: seat.map_or(since, |seat| seat.since),
        due: seat.and_then(|seat| seat.due),
        late: seat.is_some_and(|seat| seat.late),
        vacant: seat.is_some_and(|seat| seat.who.is_empty()),
    }
}
