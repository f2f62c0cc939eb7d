//! Files of routes.

use std::collections::BTreeSet;

use super::limits;
use super::part::{Found, Part};
use crate::id::{RoleName, RouteName, StepName};
use crate::problem::{Thing, Wrong};
use crate::route::{Act, Deadline, Mode, ReturnTo, Reviewer, RouteDef, Step, Withdraw};

/// The word for the author among the places to return to.
const AUTHOR: &str = "author";

/// A route, where it has an id.
pub(super) fn route(part: &Part<'_>, found: &mut Found) -> Option<RouteDef> {
    let id = part.id::<RouteName>(found)?;
    let path = format!("route/{id}");
    part.remember(found, &path);
    let mut taken = BTreeSet::new();
    let mut steps = Vec::new();
    for step in part.parts(found, "step", Thing::Step, limits::STEPS) {
        steps.extend(read_step(&step, found, &path, &mut taken));
    }
    let withdraw = [
        ("until_decided", Withdraw::UntilDecided),
        ("until_opinion", Withdraw::UntilOpinion),
        ("never", Withdraw::Never),
    ];
    part.must(found, "steward");
    let route = RouteDef {
        id,
        name: part.must_texts(found, "name"),
        help: part.texts(found, "help"),
        own_request: part.flag(found, "own_request"),
        withdraw: part
            .one_of(found, "withdraw", &withdraw)
            .unwrap_or_default(),
        steward: part.name(found, "steward")?,
        steps,
    };
    part.end(found);
    Some(route)
}

fn read_step(
    part: &Part<'_>,
    found: &mut Found,
    path: &str,
    taken: &mut BTreeSet<StepName>,
) -> Option<Step> {
    let id = part.id::<StepName>(found)?;
    let path = format!("{path}/step/{id}");
    part.remember(found, &path);
    if !taken.insert(id.clone()) || id.as_str() == AUTHOR {
        let id = id.to_string();
        part.wrong(
            found,
            part.at("id"),
            Wrong::Duplicate {
                what: Thing::Step,
                id,
            },
        );
        return None;
    }
    let modes = [
        ("all", Mode::All),
        ("any", Mode::Any),
        ("in_order", Mode::InOrder),
    ];
    let acts = part.words(found, "may");
    let may = match part.has("may") {
        true => acts
            .iter()
            .filter_map(|(at, word)| part.known(found, *at, word, &Act::ALL))
            .collect(),
        false => Act::ALL.iter().map(|(_, act)| *act).collect(),
    };
    let step = Step {
        id,
        name: part.must_texts(found, "name"),
        when: part.expr(found, "when"),
        mode: part.one_of(found, "mode", &modes).unwrap_or(Mode::All),
        reviewers: read_reviewers(part, found, &path),
        may,
        returns_to: read_returns(part, found),
        deadline: read_deadline(part, found),
        copies: part.names(found, "copies"),
        signed: part.flag(found, "signed"),
    };
    part.end(found);
    Some(step)
}

/// Those who decide: `reviewers = ["a", "b"]`, or tables with more about each.
fn read_reviewers(part: &Part<'_>, found: &mut Found, path: &str) -> Vec<Reviewer> {
    let mut reviewers = Vec::new();
    for role in part.names::<RoleName>(found, "reviewers") {
        reviewers.push(Reviewer {
            role,
            asks: Default::default(),
            when: None,
        });
    }
    let parts = part.parts(found, "reviewer", Thing::Reviewer, limits::REVIEWERS);
    for reviewer in &parts {
        reviewer.remember(found, &format!("{path}/reviewer/{}", reviewers.len()));
        reviewer.must(found, "role");
        let role = reviewer.name(found, "role");
        let asks = reviewer.texts(found, "asks");
        let when = reviewer.expr(found, "when");
        reviewer.end(found);
        reviewers.extend(role.map(|role| Reviewer { role, asks, when }));
    }
    let mut taken = BTreeSet::new();
    for reviewer in &reviewers {
        if !taken.insert(&reviewer.role) {
            let id = reviewer.role.to_string();
            part.wrong_here(
                found,
                Wrong::Duplicate {
                    what: Thing::Reviewer,
                    id,
                },
            );
        }
    }
    if reviewers.is_empty() {
        part.wrong_here(
            found,
            Wrong::None {
                what: Thing::Reviewer,
            },
        );
    }
    if reviewers.len() > limits::REVIEWERS {
        let (what, limit) = (Thing::Reviewer, limits::REVIEWERS);
        part.wrong_here(found, Wrong::TooMany { what, limit });
    }
    reviewers
}

fn read_returns(part: &Part<'_>, found: &mut Found) -> Vec<ReturnTo> {
    let mut returns = Vec::new();
    for (at, word) in part.words(found, "returns_to") {
        match word.parse() {
            _ if word == AUTHOR => returns.push(ReturnTo::Author),
            Ok(step) => returns.push(ReturnTo::Step(step)),
            Err(_) => part.wrong(
                found,
                at,
                Wrong::BadName {
                    text: word.chars().take(64).collect(),
                },
            ),
        }
    }
    returns
}

fn read_deadline(part: &Part<'_>, found: &mut Found) -> Option<Deadline> {
    let deadline = part.part(found, "deadline")?;
    let working = deadline.count(found, "working_days", (1, 365));
    let calendar = deadline.count(found, "days", (1, 365));
    let escalate_to = deadline.name(found, "escalate_to");
    deadline.end(found);
    match working.or(calendar) {
        Some(days) => Some(Deadline {
            days,
            working_days: working.is_some(),
            escalate_to,
        }),
        None => {
            deadline.wrong_here(
                found,
                Wrong::MissingKey {
                    key: "working_days",
                },
            );
            None
        }
    }
}
