//! Random regulations of several forms, stages, gates and effects, of the random routes of the tests of reviews.

use ledger::Hash;
use pack::Pack;
use pack::definition::{FormState, Gate, Need, Stage};
use pack::duty::{DutyDef, Every, Weekday, Within};
use pack::effect::{Deed, Effect, Outcome, Undo};
use pack::expr::Expr;
use pack::form::{FieldKind, FormDef};
use pack::id::{DutyName, RegisterName, RoleName, StageName};
use pack::register::RegisterDef;
use pack::text::Texts;

use super::world::{self, Dice, role};

pub const STAGES: usize = 3;

/// Two versions of a regulation.
pub fn versions(dice: &mut Dice) -> [(Hash, Pack); 2] {
    [1, 2].map(|version| (Hash::from_bytes([version; 32]), pack(dice, version)))
}

/// Three duties, in the older version and mostly in the newer one too; some forms begin and end them.
pub fn add_duties(packs: &mut [(Hash, Pack); 2], dice: &mut Dice) {
    let name = |number: usize| -> DutyName { format!("duty{number}").parse().unwrap() };
    for (_, pack) in packs {
        for number in 0..3 {
            if pack.version != "1" && dice.below(5) == 0 {
                continue;
            }
            let every = [
                Every::Day,
                Every::Week {
                    on: Weekday::Thursday,
                },
                Every::Month { on: 31 },
                Every::Quarter { on: 2 },
            ];
            let within = Within {
                days: 1 + dice.below(4) as u32,
                working_days: dice.below(2) == 0,
            };
            pack.duties.push(DutyDef {
                id: name(number),
                name: Texts::default(),
                help: Texts::default(),
                role: role(dice.below(6)),
                form: pack.forms[dice.below(pack.forms.len())].id.clone(),
                every: every[dice.below(4)],
                within: (dice.below(3) > 0).then_some(within),
                done: [FormState::Submitted, FormState::Approved][dice.below(2)],
            });
        }
        for form in &mut pack.forms {
            for _ in 0..dice.below(3) {
                let duty = name(dice.below(3));
                let deed = match dice.below(3) {
                    0 => Deed::EndDuty { duty },
                    _ => Deed::BeginDuty { duty },
                };
                form.effects.push(effect(dice, deed));
            }
        }
    }
}

/// Three registers, in the older version and mostly in the newer one too; some forms begin and end them.
pub fn add_registers(packs: &mut [(Hash, Pack); 2], dice: &mut Dice) {
    let name = |number: usize| -> RegisterName { format!("register{number}").parse().unwrap() };
    for (_, pack) in packs {
        let older = pack.version == "1";
        for number in 0..3 {
            if !older && dice.below(5) == 0 {
                continue;
            }
            pack.registers.push(RegisterDef {
                id: name(number),
                name: Texts::default(),
                help: Texts::default(),
                keeper: role(dice.below(6)),
                columns: Vec::new(),
                totals: Vec::new(),
            });
        }
        // a pack that names one which it has not got is not loaded
        let there: Vec<RegisterName> = pack.registers.iter().map(|one| one.id.clone()).collect();
        for form in pack.forms.iter_mut().filter(|_| !there.is_empty()) {
            for _ in 0..dice.below(3) {
                let register = there[dice.below(there.len())].clone();
                let deed = match dice.below(3) {
                    0 => Deed::EndRegister { register },
                    _ => Deed::BeginRegister { register },
                };
                form.effects.push(effect(dice, deed));
            }
        }
    }
}

pub fn stage(number: usize) -> StageName {
    format!("stage{number}").parse().unwrap()
}

fn pack(dice: &mut Dice, version: u8) -> Pack {
    let mut whole = world::pack(dice);
    whole.version = version.to_string();
    whole.forms.clear();
    whole.routes.clear();
    let begins = dice.below(2) == 0;
    let kinds = 2 + dice.below(3);
    for at in 0..kinds {
        let mut one = world::pack(dice);
        let mut route = one.routes.remove(0);
        let mut form = one.forms.remove(0);
        route.id = format!("route{at}").parse().unwrap();
        form.id = format!("form{at}").parse().unwrap();
        form.route = (dice.below(4) > 0).then(|| route.id.clone());
        form.starters = (0..6).filter(|_| dice.below(3) > 0).map(role).collect();
        form.begins_project = begins && at == 0;
        if !form.begins_project && dice.below(4) == 0 {
            form.stages = (0..STAGES)
                .filter(|_| dice.below(2) > 0)
                .map(stage)
                .collect();
        }
        let fields = &mut form.sections[0].fields;
        let mut who = fields[0].clone();
        who.id = "who".parse().unwrap();
        who.kind = FieldKind::Person { role: None };
        fields.push(who);
        if form.begins_project {
            form.effects.push(effect(dice, Deed::BeginProject));
        }
        // a form has one number, which is never taken back, of a pattern that no other form has
        if dice.below(3) == 0 {
            let pattern = format!("F{at}-{{year}}-{{seq:3}}").parse().unwrap();
            let mut number = effect(dice, Deed::Number(pattern));
            number.undo = Undo::Final;
            form.effects.push(number);
        }
        for _ in 0..dice.below(4) {
            let deed = deed(dice);
            form.effects.push(effect(dice, deed));
        }
        whole.forms.push(form);
        whole.routes.push(route);
    }
    for at in 0..STAGES {
        let gate = gate(dice, &whole.forms);
        whole.stages.push(Stage {
            id: stage(at),
            name: Texts::default(),
            help: Texts::default(),
            gate,
        });
    }
    // the newer one sometimes knows a stage less, or has another order
    if version > 1 && dice.below(3) == 0 {
        whole.stages.remove(dice.below(STAGES));
    }
    if version > 1 && dice.below(3) == 0 {
        whole.stages.reverse();
    }
    whole
}

fn effect(dice: &mut Dice, does: Deed) -> Effect {
    Effect {
        on: [Outcome::Approved, Outcome::Approved, Outcome::Rejected][dice.below(3)],
        does,
        undo: [Undo::Reversible, Undo::Compensated, Undo::Final][dice.below(3)],
    }
}

fn deed(dice: &mut Dice) -> Deed {
    let role: RoleName = role(dice.below(6));
    let field = "who".parse().unwrap();
    match dice.below(8) {
        0 => Deed::BeginPlan,
        1 | 2 => Deed::Appoint {
            role,
            field,
            column: None,
        },
        3 => Deed::Release { role, field },
        4 => Deed::OpenGate { stage: None },
        5 => Deed::OpenGate {
            stage: Some(stage(dice.below(STAGES))),
        },
        _ => Deed::GoBack {
            stage: stage(dice.below(STAGES)),
        },
    }
}

fn gate(dice: &mut Dice, forms: &[FormDef]) -> Gate {
    let mut needs = Vec::new();
    for _ in 0..dice.below(3) {
        let of = |dice: &mut Dice| forms[dice.below(forms.len())].id.clone();
        needs.push(Need {
            forms: (0..=dice.below(2)).map(|_| of(dice)).collect(),
            state: [FormState::Submitted, FormState::Approved][dice.below(2)],
            holds: (dice.below(3) == 0).then(|| Expr::parse("size > 0").unwrap()),
            count: 1 + u32::from(dice.below(4) == 0),
        });
    }
    Gate { needs }
}
