//! Random routes, and people for them.

use std::collections::{BTreeMap, BTreeSet};

use base::{PersonId, Timestamp};
use pack::Pack;
use pack::definition::{Holder, Role};
use pack::expr::Expr;
use pack::form::{Field, FieldKind, FormDef, Print, Required, Section};
use pack::id::RoleName;
use pack::review::People;
use pack::route::{Act, Deadline, Mode, ReturnTo, Reviewer, RouteDef, Step, Withdraw};
use pack::text::Texts;

/// Numbers to choose by; when they are used up, zeros.
pub struct Dice(std::vec::IntoIter<u16>);

impl Dice {
    pub fn new(rolls: Vec<u16>) -> Self {
        Self(rolls.into_iter())
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::from(self.0.next().unwrap_or_default()) % end.max(1)
    }

    pub fn is_empty(&self) -> bool {
        self.0.len() == 0
    }
}

pub fn person(number: u8) -> PersonId {
    PersonId::from_bytes([number; 16])
}

pub fn role(number: usize) -> RoleName {
    format!("role{number}").parse().unwrap()
}

/// A deadline's days are ten units of time here.
pub fn due(since: Timestamp, deadline: &Deadline) -> Timestamp {
    since.plus_ms(i64::from(deadline.days) * 10)
}

fn texts() -> Texts {
    Texts {
        zh: "文".into(),
        en: "text".into(),
    }
}

fn condition(dice: &mut Dice) -> Option<Expr> {
    let conditions = ["size > 0", "size == 1", "size < 5", "other > 0"];
    (dice.below(3) == 0).then(|| Expr::parse(conditions[dice.below(4)]).unwrap())
}

fn number(id: &str) -> Field {
    Field {
        id: id.parse().unwrap(),
        name: texts(),
        help: Texts::default(),
        kind: FieldKind::Number {
            min: None,
            max: None,
            digits: 2,
            unit: Texts::default(),
        },
        required: Required::No,
        visible: None,
        rules: Vec::new(),
        width: 0,
    }
}

/// A pack with one form and a random route.
pub fn pack(dice: &mut Dice) -> Pack {
    let mut steps: Vec<Step> = Vec::new();
    for at in 0..=dice.below(4) {
        let mut returns_to = Vec::new();
        for earlier in &steps {
            if dice.below(2) == 0 {
                returns_to.push(ReturnTo::Step(earlier.id.clone()));
            }
        }
        if dice.below(2) == 0 {
            returns_to.push(ReturnTo::Author);
        }
        let mut reviewers = Vec::new();
        for number in 0..6 {
            if dice.below(3) == 0 || number == 5 && reviewers.is_empty() {
                reviewers.push(Reviewer {
                    role: role(number),
                    asks: Texts::default(),
                    when: condition(dice),
                });
            }
        }
        let may = Act::ALL
            .iter()
            .filter(|_| dice.below(4) > 0)
            .map(|(_, act)| *act)
            .collect();
        steps.push(Step {
            id: format!("step{at}").parse().unwrap(),
            name: texts(),
            when: condition(dice),
            mode: [Mode::All, Mode::Any, Mode::InOrder][dice.below(3)],
            reviewers,
            may,
            returns_to,
            deadline: (dice.below(2) == 0).then(|| Deadline {
                days: 1 + dice.below(5) as u32,
                working_days: false,
                escalate_to: (dice.below(2) == 0).then(|| role(dice.below(6))),
            }),
            copies: Vec::new(),
            signed: false,
        });
    }
    let route = RouteDef {
        id: "route".parse().unwrap(),
        name: texts(),
        help: Texts::default(),
        own_request: dice.below(5) == 0,
        withdraw: [
            Withdraw::UntilDecided,
            Withdraw::UntilOpinion,
            Withdraw::Never,
        ][dice.below(3)],
        steward: role(0),
        steps,
    };
    let form = FormDef {
        id: "form".parse().unwrap(),
        name: texts(),
        help: Texts::default(),
        stages: Vec::new(),
        starters: vec![role(0)],
        begins_project: false,
        route: Some(route.id.clone()),
        title: None,
        sections: vec![Section {
            id: "only".parse().unwrap(),
            name: texts(),
            visible: None,
            editors: Vec::new(),
            steps: Vec::new(),
            fields: vec![number("size"), number("other")],
        }],
        effects: Vec::new(),
        print: Print::default(),
    };
    let roles = (0..6).map(|at| Role {
        id: role(at),
        name: texts(),
        holder: if at == 4 {
            Holder::Outside
        } else {
            Holder::Post
        },
        duties: Texts::default(),
        access: None,
    });
    Pack {
        id: "random".parse().unwrap(),
        version: "1".into(),
        name: texts(),
        help: Texts::default(),
        applies: texts(),
        currency: "CNY".into(),
        roles: roles.collect(),
        stages: Vec::new(),
        forms: vec![form],
        routes: vec![route],
        duties: Vec::new(),
        registers: Vec::new(),
    }
}

/// Persons 0 (the author) to 6 hold roles as it falls, some roles nobody; some are away. 7 and 8 keep the organisation.
pub fn people(dice: &mut Dice, _: &Pack) -> People {
    let mut people = People {
        keepers: BTreeSet::from([person(7), person(8)]),
        ..People::default()
    };
    for number in 0..6 {
        let holders: BTreeSet<PersonId> =
            (0..7).filter(|_| dice.below(5) == 0).map(person).collect();
        people.roles.insert(role(number), holders);
    }
    for away in 0..7 {
        if dice.below(5) == 0 {
            people
                .deputies
                .insert(person(away), BTreeSet::from([person(dice.below(7) as u8)]));
        }
    }
    people
}

/// Role n is held by person n + 1.
pub fn full() -> People {
    let roles: BTreeMap<RoleName, BTreeSet<PersonId>> = (0..6)
        .map(|at| (role(at), BTreeSet::from([person(at as u8 + 1)])))
        .collect();
    People {
        roles,
        keepers: BTreeSet::from([person(7), person(8)]),
        ..People::default()
    }
}
