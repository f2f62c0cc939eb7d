//! What is wrong with what the parts of a pack mean together.

mod duty;
mod form;
mod possible;
mod register;
mod route;

use std::collections::BTreeMap;
use std::fmt;

use crate::definition::{Holder, Pack};
use crate::effect::Deed;
use crate::expr::{self, Expr, ExprProblem, Kinds};
use crate::form::{FormDef, kinds};
use crate::id::{FormName, RoleName, StageName};
use crate::load::near::{inside, nearest};
use crate::load::source::{Places, Source};
use crate::problem::{Problem, Thing, Wrong};

pub(crate) use possible::can_hold;

/// Checks a pack that was read.
pub(crate) fn check(pack: &Pack, sources: &[Source<'_>], places: &Places) -> Vec<Problem> {
    let kinds = pack
        .forms
        .iter()
        .map(|form| (&form.id, kinds(form)))
        .collect();
    let mut check = Check {
        pack,
        sources,
        places,
        kinds,
        problems: Vec::new(),
    };
    for form in &pack.forms {
        check.form(form);
    }
    for route in &pack.routes {
        check.route(route);
    }
    for duty in &pack.duties {
        check.duty(duty);
    }
    for register in &pack.registers {
        check.register(register);
    }
    check.gates();
    check.numbers();
    check.problems
}

struct Check<'a> {
    pack: &'a Pack,
    sources: &'a [Source<'a>],
    places: &'a Places,
    kinds: BTreeMap<&'a FormName, Kinds>,
    problems: Vec<Problem>,
}

impl<'a> Check<'a> {
    /// Tells a problem with the part at a path.
    fn tell(&mut self, path: &str, what: Wrong) {
        let place = self.places.get(path);
        let at = place.map_or(0, |place| place.span.start);
        let source = self.sources.get(place.map_or(0, |place| place.file));
        self.problems
            .extend(source.map(|source| source.problem(at, what)));
    }

    /// Tells a problem within the expression at a path.
    fn tell_in(&mut self, path: &str, expr: &Expr, at: usize, what: Wrong) {
        let place = self.places.get(path);
        let source = self.sources.get(place.map_or(0, |place| place.file));
        if let (Some(place), Some(source)) = (place, source) {
            let at = inside(source.text, &place.span, expr.text(), at);
            self.problems.push(source.problem(at, what));
        }
    }

    fn tell_all(&mut self, path: &str, expr: &Expr, problems: Vec<ExprProblem>) {
        for problem in problems {
            self.tell_in(path, expr, problem.at, Wrong::Expr(problem.what));
        }
    }

    /// A condition must be one, and able to hold.
    fn condition(&mut self, path: &str, expr: &Expr, kinds: &Kinds, row: Option<&Kinds>) {
        let problems = expr::is_condition(expr, kinds, row);
        if problems.is_empty() && !can_hold(expr, kinds, row) {
            self.tell(path, Wrong::NeverHolds);
        }
        self.tell_all(path, expr, problems);
    }

    /// Tells that there is none of that name.
    fn unknown<'k>(
        &mut self,
        path: &str,
        what: Thing,
        name: impl fmt::Display,
        known: impl Iterator<Item = &'k str>,
    ) {
        let id = name.to_string();
        let nearest = nearest(&id, known);
        self.tell(path, Wrong::Unknown { what, id, nearest });
    }

    /// A role must be there; who holds it.
    fn role(&mut self, path: &str, role: &RoleName) -> Option<Holder> {
        let pack = self.pack;
        let found = pack.role(role);
        if found.is_none() {
            let known = pack.roles.iter().map(|role| role.id.as_str());
            self.unknown(path, Thing::Role, role, known);
        }
        found.map(|role| role.holder)
    }

    fn roles(&mut self, path: &str, roles: &[RoleName]) {
        for role in roles {
            self.role(&format!("{path}.{role}"), role);
        }
    }

    /// A stage must be there; its place.
    fn stage(&mut self, path: &str, stage: &StageName) -> Option<usize> {
        let pack = self.pack;
        let at = pack.stages.iter().position(|known| known.id == *stage);
        if at.is_none() {
            let known = pack.stages.iter().map(|stage| stage.id.as_str());
            self.unknown(path, Thing::Stage, stage, known);
        }
        at
    }

    fn kinds_of(&self, form: &FormDef) -> Kinds {
        self.kinds.get(&form.id).cloned().unwrap_or_default()
    }

    /// Gates must be able to open.
    fn gates(&mut self) {
        let pack = self.pack;
        for (place, stage) in pack.stages.iter().enumerate() {
            for (at, need) in stage.gate.needs.iter().enumerate() {
                let path = format!("stage/{}/gate/{at}", stage.id);
                let mut known = Vec::new();
                for name in &need.forms {
                    match pack.form(name) {
                        Some(form) => known.push(form),
                        None => {
                            let names = pack.forms.iter().map(|form| form.id.as_str());
                            // it stands in `form` or in `forms`
                            let at = format!("{path}.forms.{name}");
                            let at = if need.forms.len() == 1 {
                                format!("{path}.form")
                            } else {
                                at
                            };
                            self.unknown(&at, Thing::Form, name, names);
                        }
                    }
                }
                let later = |form: &&FormDef| {
                    let place_of =
                        |stage: &StageName| pack.stages.iter().position(|s| s.id == *stage);
                    !form.stages.is_empty()
                        && form
                            .stages
                            .iter()
                            .all(|stage| place_of(stage).is_none_or(|at| at > place))
                };
                if known.len() == need.forms.len()
                    && known.iter().all(later)
                    && let Some(form) = known.first()
                {
                    self.tell(
                        &path,
                        Wrong::GateNeverOpens {
                            form: form.id.to_string(),
                        },
                    );
                }
                if let Some(holds) = &need.holds {
                    let path = format!("{path}.holds");
                    match known.as_slice() {
                        [form] if need.forms.len() == 1 => {
                            let kinds = self.kinds_of(form);
                            self.condition(&path, holds, &kinds, None);
                        }
                        _ if need.forms.len() > 1 => {
                            self.tell(&path, Wrong::ConditionOnSeveralForms)
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    /// No number may be given twice.
    fn numbers(&mut self) {
        let mut taken = BTreeMap::new();
        for form in &self.pack.forms {
            let mut first = true;
            for (at, effect) in form.effects.iter().enumerate() {
                let Deed::Number(pattern) = &effect.does else {
                    continue;
                };
                let known = taken.insert(pattern.shape(), ()).is_some();
                if known || !first {
                    let path = format!("form/{}/effect/{at}.pattern", form.id);
                    self.tell(
                        &path,
                        Wrong::NumberTwice {
                            pattern: pattern.to_string(),
                        },
                    );
                }
                first = false;
            }
        }
    }
}
