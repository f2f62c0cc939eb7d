//! What is told because of an entry.

use std::collections::BTreeSet;

use base::{DocumentId, PersonId};
use pack::review::{Does, Draft, Holds, Now, SeatId};

use super::{Kind, Notice, about, in_time, of_role};
use crate::project::{Form, Project, Standing};
use crate::record::{Act, Record, What};

/// What follows from a record: `before` and `after` are the project without and with it, `seq` is its entry's number.
/// `now.people`: who holds the roles that the organisation gives; the project's own are added here.
pub fn of_entry(
    before: &Project<'_>,
    after: &Project<'_>,
    (seq, record): (u64, &Record),
    now: &Now<'_>,
) -> Vec<Notice> {
    let mut notices = opened(before, after, seq, now);
    let (act, by) = match (&record.what, record.by) {
        (What::Act(act), Some(by)) => (act, by),
        (
            What::Late {
                act: Act::Form(act),
                ..
            },
            Some(by),
        ) => {
            notices.push(to(by, Kind::LateOpinion, act.form, seq));
            return notices;
        }
        _ => return notices,
    };
    let form = match act {
        Act::Form(act) => Some(act.form),
        Act::Undo { entry, .. } => before.decisions().get(entry).and_then(|known| known.form),
        _ => None,
    };
    let Some((id, known)) = form.and_then(|form| after.forms().get_key_value(&form)) else {
        return notices;
    };
    if let Act::Form(act) = act
        && act.does == Does::Remind
    {
        let people = after.people(now.people);
        let now = Now {
            people: &people,
            ..*now
        };
        for seat in known.review.iter().flat_map(|review| review.waiting(&now)) {
            notices.extend(about(Kind::Reminded, *id, &seat, seq, &seat.who));
        }
    }
    let standing = before.forms().get(id).map(Form::standing);
    if known.author != by && standing != Some(known.standing()) {
        let kind = match known.standing() {
            Standing::Draft(Draft::Returned) => Some(Kind::Returned),
            Standing::Rejected => Some(Kind::Rejected),
            Standing::Approved => Some(Kind::Approved),
            Standing::Undone => Some(Kind::Undone),
            _ => None,
        };
        notices.extend(kind.map(|kind| to(known.author, kind, *id, seq)));
    }
    let copied = copied(before.forms().get(id), known, after, now);
    let copied = copied.into_iter().filter(|person| *person != by);
    notices.extend(copied.map(|person| to(person, Kind::Copied, *id, seq)));
    notices
}

/// The seats that waited before and wait no more: what was told of them is over.
pub fn over(before: &Project<'_>, after: &Project<'_>) -> Vec<(DocumentId, SeatId)> {
    let open = |form: Option<&Form<'_>>| -> BTreeSet<SeatId> {
        let review = form.and_then(|form| form.review.as_ref());
        let seats = review.into_iter().flat_map(|review| review.seats());
        let open = seats.filter(|seat| seat.is_open());
        open.map(|seat| seat.id).collect()
    };
    let mut over = Vec::new();
    for (id, form) in before.forms() {
        let gone = &open(Some(form)) - &open(after.forms().get(id));
        over.extend(gone.into_iter().map(|seat| (*id, seat)));
    }
    over
}

/// Seats that wait for somebody for whom they did not wait before.
fn opened(before: &Project<'_>, after: &Project<'_>, seq: u64, now: &Now<'_>) -> Vec<Notice> {
    let mut notices = Vec::new();
    let (were, are) = (before.people(now.people), after.people(now.people));
    let then = Now {
        people: &were,
        ..*now
    };
    let now = Now {
        people: &are,
        ..*now
    };
    for (id, form) in after.forms() {
        let Some(review) = &form.review else { continue };
        let earlier = before.forms().get(id).and_then(|form| form.review.as_ref());
        let earlier = earlier.map_or_else(Vec::new, |review| in_time(review, &then));
        for mut seat in in_time(review, &now) {
            let known = earlier
                .iter()
                .find(|known| known.seat == seat.seat && known.since == seat.since);
            let role = of_role(review, seat.seat);
            if let Some(known) = known {
                seat.who = &seat.who - &known.who;
                seat.stewards = &seat.stewards - &known.stewards;
            }
            // of a role's seat it is told once to each; of a person's each time that it becomes theirs
            let since = seat.since.0;
            match role {
                true => notices.extend(about(Kind::Waits, *id, &seat, since, &seat.who)),
                false => notices.extend(about(Kind::Waits, *id, &seat, seq, &seat.who)),
            }
            notices.extend(about(Kind::Vacant, *id, &seat, since, &seat.stewards));
        }
    }
    notices
}

/// Who gets a copy now and got none before.
fn copied(
    before: Option<&Form<'_>>,
    form: &Form<'_>,
    project: &Project<'_>,
    now: &Now<'_>,
) -> BTreeSet<PersonId> {
    let had = before.and_then(|form| form.review.as_ref());
    let had = had.map_or(0, |review| review.copies().len());
    let people = project.people(now.people);
    let mut copied = BTreeSet::new();
    for holds in form
        .review
        .iter()
        .flat_map(|review| review.copies())
        .skip(had)
    {
        match holds {
            Holds::Person(person) => drop(copied.insert(*person)),
            Holds::Role(role) => copied.extend(people.roles.get(role).into_iter().flatten()),
        }
    }
    copied
}

/// A notice about a form as a whole.
fn to(person: PersonId, kind: Kind, form: DocumentId, seq: u64) -> Notice {
    Notice {
        to: person,
        kind,
        form,
        seat: None,
        due: None,
        event: format!("{form}/{}/{seq}", kind.word()),
    }
}
