//! Effects of forms.

use super::part::{Found, Part};
use crate::effect::{Deed, Effect, Outcome, Pattern, Undo};
use crate::id::{DutyName, FieldName, RegisterName, RoleName};
use crate::problem::Wrong;

#[derive(Clone, Copy)]
enum Does {
    Number,
    BeginProject,
    BeginPlan,
    Appoint,
    Release,
    OpenGate,
    GoBack,
    BeginDuty,
    EndDuty,
    BeginRegister,
    EndRegister,
}

/// What effects will do one day.
const LATER: [&str; 1] = ["begin_indicator"];

const DOES: [(&str, Does); 11] = [
    ("number", Does::Number),
    ("begin_project", Does::BeginProject),
    ("begin_plan", Does::BeginPlan),
    ("appoint", Does::Appoint),
    ("release", Does::Release),
    ("open_gate", Does::OpenGate),
    ("go_back", Does::GoBack),
    ("begin_duty", Does::BeginDuty),
    ("end_duty", Does::EndDuty),
    ("begin_register", Does::BeginRegister),
    ("end_register", Does::EndRegister),
];

/// An effect, where it can be understood.
pub(super) fn read(part: &Part<'_>, found: &mut Found) -> Option<Effect> {
    let outcomes = [
        ("approved", Outcome::Approved),
        ("rejected", Outcome::Rejected),
    ];
    let on = part
        .one_of(found, "on", &outcomes)
        .unwrap_or(Outcome::Approved);
    let undos = [
        ("reversible", Undo::Reversible),
        ("compensated", Undo::Compensated),
        ("final", Undo::Final),
    ];
    part.must(found, "undo");
    let undo = part.one_of(found, "undo", &undos);
    if let Some(what) = part.must(found, "does").filter(|does| LATER.contains(does)) {
        part.wrong(
            found,
            part.at("does"),
            Wrong::NotYet {
                what: what.to_owned(),
            },
        );
        return None;
    }
    let does = match part.one_of(found, "does", &DOES)? {
        Does::Number => Deed::Number(read_pattern(part, found)?),
        Does::BeginProject => Deed::BeginProject,
        Does::BeginPlan => Deed::BeginPlan,
        Does::Appoint => {
            let (role, field) = read_person(part, found);
            Deed::Appoint {
                role: role?,
                field: field?,
                column: part.name(found, "column"),
            }
        }
        Does::Release => {
            let (role, field) = read_person(part, found);
            Deed::Release {
                role: role?,
                field: field?,
            }
        }
        Does::OpenGate => {
            let stage = part.name(found, "stage");
            Deed::OpenGate { stage }
        }
        Does::GoBack => {
            part.must(found, "stage");
            Deed::GoBack {
                stage: part.name(found, "stage")?,
            }
        }
        Does::BeginDuty => Deed::BeginDuty {
            duty: read_duty(part, found)?,
        },
        Does::EndDuty => Deed::EndDuty {
            duty: read_duty(part, found)?,
        },
        Does::BeginRegister => Deed::BeginRegister {
            register: read_register(part, found)?,
        },
        Does::EndRegister => Deed::EndRegister {
            register: read_register(part, found)?,
        },
    };
    Some(Effect {
        on,
        does,
        undo: undo?,
    })
}

fn read_person(part: &Part<'_>, found: &mut Found) -> (Option<RoleName>, Option<FieldName>) {
    part.must(found, "role");
    part.must(found, "field");
    (part.name(found, "role"), part.name(found, "field"))
}

fn read_duty(part: &Part<'_>, found: &mut Found) -> Option<DutyName> {
    part.must(found, "duty");
    part.name(found, "duty")
}

fn read_register(part: &Part<'_>, found: &mut Found) -> Option<RegisterName> {
    part.must(found, "register");
    part.name(found, "register")
}

fn read_pattern(part: &Part<'_>, found: &mut Found) -> Option<Pattern> {
    let text = part.must(found, "pattern")?;
    match text.parse() {
        Ok(pattern) => Some(pattern),
        Err(wrong) => {
            part.wrong(found, part.at("pattern"), Wrong::Pattern(wrong));
            None
        }
    }
}
