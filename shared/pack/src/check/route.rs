//! Routes.

use super::{Check, can_hold};
use crate::expr::{self, Expr};
use crate::form::FormDef;
use crate::problem::{Thing, Wrong};
use crate::route::{Act, ReturnTo, RouteDef, Step};

impl Check<'_> {
    pub(super) fn route(&mut self, route: &RouteDef) {
        let path = format!("route/{}", route.id);
        self.role(&format!("{path}.steward"), &route.steward);
        if route.steps.is_empty() {
            self.tell(&path, Wrong::NobodyDecides);
        }
        let pack = self.pack;
        let forms: Vec<&FormDef> = pack
            .forms
            .iter()
            .filter(|form| form.route.as_ref() == Some(&route.id))
            .collect();
        for (place, step) in route.steps.iter().enumerate() {
            let path = format!("{path}/step/{}", step.id);
            self.step(route, place, step, &path);
            for form in &forms {
                self.step_for(form, route, place, step, &path);
            }
        }
    }

    fn step(&mut self, route: &RouteDef, place: usize, step: &Step, path: &str) {
        for (at, reviewer) in step.reviewers.iter().enumerate() {
            let own = format!("{path}/reviewer/{at}.role");
            let listed = format!("{path}.reviewers.{}", reviewer.role);
            let at = if self.places.has(&own) { own } else { listed };
            self.role(&at, &reviewer.role);
        }
        self.roles(&format!("{path}.copies"), &step.copies);
        if let Some(role) = step
            .deadline
            .as_ref()
            .and_then(|deadline| deadline.escalate_to.as_ref())
        {
            self.role(&format!("{path}.deadline"), role);
        }
        if !step.returns_to.is_empty() && !step.allows(Act::Return) {
            self.tell(&format!("{path}.returns_to"), Wrong::ReturnNotAllowed);
        }
        for to in &step.returns_to {
            let ReturnTo::Step(to) = to else {
                continue;
            };
            let path = format!("{path}.returns_to.{to}");
            match route.position(to) {
                Some(at) if at < place => {}
                Some(_) => self.tell(
                    &path,
                    Wrong::ReturnNotEarlier {
                        step: to.to_string(),
                    },
                ),
                None => {
                    let known = route.steps.iter().map(|step| step.id.as_str());
                    self.unknown(&path, Thing::Step, to, known);
                }
            }
        }
    }

    /// What a step means for a form that takes the route.
    fn step_for(
        &mut self,
        form: &FormDef,
        route: &RouteDef,
        place: usize,
        step: &Step,
        path: &str,
    ) {
        if let Some(when) = &step.when {
            self.route_condition(form, route, place, when, &format!("{path}.when"));
        }
        for (at, reviewer) in step.reviewers.iter().enumerate() {
            if let Some(when) = &reviewer.when {
                self.route_condition(
                    form,
                    route,
                    place,
                    when,
                    &format!("{path}/reviewer/{at}.when"),
                );
            }
        }
        let drafted = form
            .sections
            .iter()
            .filter(|section| section.steps.is_empty());
        let mut fields = drafted.flat_map(|section| &section.fields);
        if step.returns(&ReturnTo::Author) && !fields.any(|field| field.kind.is_written()) {
            self.tell(
                path,
                Wrong::LoopWithoutEnd {
                    form: form.id.to_string(),
                },
            );
        }
    }

    fn route_condition(
        &mut self,
        form: &FormDef,
        route: &RouteDef,
        place: usize,
        when: &Expr,
        path: &str,
    ) {
        let kinds = self.kinds_of(form);
        let problems = expr::is_condition(when, &kinds, None);
        if problems.is_empty() && !can_hold(when, &kinds, None) {
            self.tell(path, Wrong::NeverHolds);
        }
        for problem in problems {
            let what = Wrong::RouteForForm {
                form: form.id.to_string(),
                what: problem.what,
            };
            self.tell_in(path, when, problem.at, what);
        }
        for name in when.fields() {
            let section = form
                .fields()
                .find(|(_, field)| field.id == *name)
                .map(|(section, _)| section);
            let Some(section) = section.filter(|section| !section.steps.is_empty()) else {
                continue;
            };
            let filled = section
                .steps
                .iter()
                .filter_map(|step| Some((route.position(step)?, step)));
            if let Some((at, step)) = filled.min()
                && at >= place
            {
                let (field, step, form) = (name.to_string(), step.to_string(), form.id.to_string());
                self.tell(path, Wrong::ConditionReadsLater { field, step, form });
            }
        }
    }
}
