//! What people read about forms: names, standings, what was done, why something is refused.

use leptos::prelude::*;
use shared::base::PersonId;
use shared::doc::command::CommandError;
use shared::ledger::project::Standing;
use shared::ledger::{FormAct, Project, Refused};
use shared::pack::Pack;
use shared::pack::form::FormDef;
use shared::pack::review::{Does, Draft, Place, Refusal};

use crate::i18n::t_string;
use crate::replica::Replica;
use crate::words::Texts;

pub(super) use crate::ui::review::{day, opinion, role, when};

/// What somebody is called: of the organisation, or outside.
pub(super) fn person(replica: Replica, project: Option<&Project<'_>>, id: PersonId) -> String {
    let outside = project.and_then(|project| project.outside().get(&id).cloned());
    outside.unwrap_or_else(|| {
        replica.organisation().with(|organisation| {
            let people = organisation.iter().flat_map(|of| &of.people);
            let mut found = people.filter(|person| person.id == id);
            found
                .next()
                .map_or_else(|| id.to_string(), |person| person.display_name.clone())
        })
    })
}

/// The names of people, in a row.
pub(super) fn people(i18n: Texts, replica: Replica, people: &[PersonId]) -> String {
    let names: Vec<String> = people.iter().map(|id| person(replica, None, *id)).collect();
    names.join(t_string!(i18n, organisation.between))
}

/// Beside a bar of decisions: for whom one decides as their deputy 代理.
pub(super) fn decides_for(i18n: Texts, replica: Replica, acting: &[PersonId]) -> String {
    let who = people(i18n, replica, acting);
    t_string!(i18n, reviews.decides_for, who = who).to_string()
}

/// In a list: the same, short.
pub(super) fn acts_for(i18n: Texts, replica: Replica, acting: &[PersonId]) -> String {
    let who = people(i18n, replica, acting);
    t_string!(i18n, reviews.acts_for, who = who).to_string()
}

/// How a form stands.
pub(super) fn standing(i18n: Texts, standing: Standing) -> &'static str {
    match standing {
        Standing::Draft(Draft::New) => t_string!(i18n, reviews.draft),
        Standing::Draft(Draft::Returned) => t_string!(i18n, reviews.returned),
        Standing::Draft(Draft::Withdrawn) => t_string!(i18n, reviews.withdrawn),
        Standing::UnderReview => t_string!(i18n, reviews.under_review),
        Standing::Approved => t_string!(i18n, reviews.approved),
        Standing::Rejected => t_string!(i18n, reviews.rejected),
        Standing::Undone => t_string!(i18n, reviews.undone),
    }
}

/// The class of the mark of how a form stands.
pub(super) const fn standing_class(standing: Standing) -> &'static str {
    match standing {
        Standing::Approved => "badge badge-ok",
        Standing::Rejected | Standing::Undone | Standing::Draft(Draft::Returned) => {
            "badge badge-warn"
        }
        _ => "badge",
    }
}

/// What was done to a form, in words.
pub(super) fn act(
    i18n: Texts,
    replica: Replica,
    pack: &Pack,
    kind: &FormDef,
    act: &FormAct,
) -> String {
    let name = |id: &PersonId| person(replica, None, *id);
    match &act.does {
        Does::Submit { .. } => t_string!(i18n, reviews.did_submit).to_owned(),
        Does::Decide { opinion: said, .. } => opinion(i18n, pack, kind, said),
        Does::Transfer { to, .. } => {
            t_string!(i18n, reviews.did_transfer, name = name(to)).to_string()
        }
        Does::Add { person, place, .. } => match place {
            Place::Before => {
                t_string!(i18n, reviews.did_add_before, name = name(person)).to_string()
            }
            Place::After => t_string!(i18n, reviews.did_add_after, name = name(person)).to_string(),
        },
        Does::Assign { to, .. } => t_string!(i18n, reviews.did_assign, name = name(to)).to_string(),
        Does::Withdraw => t_string!(i18n, reviews.did_withdraw).to_owned(),
        Does::Remind => t_string!(i18n, reviews.did_remind).to_owned(),
        Does::Copy { to } => t_string!(i18n, reviews.did_copy, name = name(to)).to_string(),
    }
}

/// Why something was refused, and what to do.
pub(super) fn refused(i18n: Texts, replica: Replica, why: &Refused) -> String {
    match why {
        Refused::Review(Refusal::Decided(Some(by))) => {
            let name = person(replica, None, *by);
            t_string!(i18n, reviews.no_decided_by, name = name).to_string()
        }
        Refused::Review(Refusal::Decided(None) | Refusal::MovedOn | Refusal::Ended(_)) => {
            t_string!(i18n, reviews.no_moved_on).to_owned()
        }
        Refused::Review(Refusal::NotSubmitted) => t_string!(i18n, reviews.no_withdrawn).to_owned(),
        Refused::Review(Refusal::NotEntitled)
        | Refused::NotEntitled
        | Refused::NotAStarter
        | Refused::NotManager => t_string!(i18n, reviews.no_entitled).to_owned(),
        Refused::Review(Refusal::OwnRequest) => t_string!(i18n, reviews.no_own).to_owned(),
        Refused::Review(Refusal::NotYet) => t_string!(i18n, reviews.no_not_yet).to_owned(),
        Refused::Review(Refusal::Incomplete(_)) => {
            t_string!(i18n, reviews.no_incomplete).to_owned()
        }
        Refused::Changed { .. } => t_string!(i18n, reviews.no_changed).to_owned(),
        Refused::OtherStage | Refused::NotBegun | Refused::Begun => {
            t_string!(i18n, reviews.no_stage).to_owned()
        }
        Refused::GateClosed(_) => t_string!(i18n, reviews.no_gate).to_owned(),
        Refused::NoWords => t_string!(i18n, reviews.no_words).to_owned(),
        Refused::NotTheDocument => t_string!(i18n, reviews.no_document).to_owned(),
        Refused::NotArrived => t_string!(i18n, reviews.no_arrived).to_owned(),
        Refused::NoAttachment(_) => t_string!(i18n, reviews.no_attachment).to_owned(),
        Refused::Unsigned => t_string!(i18n, remarks.unsigned).to_owned(),
        Refused::Handwriting => t_string!(i18n, remarks.no_handwriting).to_owned(),
        Refused::Signature => t_string!(i18n, reviews.no_signature).to_owned(),
        // what a screen does not offer: the server's own words say more than a general one would
        other => other.to_string(),
    }
}

/// Why an edit of a form was not made, and what to do.
pub(super) fn command(i18n: Texts, error: &CommandError) -> String {
    match error {
        CommandError::NotAllowed => t_string!(i18n, registers.not_allowed).to_owned(),
        CommandError::NotReady => t_string!(i18n, registers.not_ready).to_owned(),
        CommandError::NoRow(_) => t_string!(i18n, registers.no_row).to_owned(),
        other => t_string!(i18n, registers.not_made, why = other.to_string()).to_string(),
    }
}
