//! Forms.

use std::collections::BTreeSet;

use super::Check;
use crate::definition::Holder;
use crate::effect::{Deed, Effect, Outcome, Undo};
use crate::expr::{self, Expr, Kind, Kinds};
use crate::form::{Field, FieldKind, FormDef, Required, Section};
use crate::id::{FieldName, RoleName};
use crate::problem::{Thing, Wrong};

/// The currency that amounts in Chinese capitals are of.
const RENMINBI: &str = "CNY";

impl Check<'_> {
    pub(super) fn form(&mut self, form: &FormDef) {
        let path = format!("form/{}", form.id);
        for stage in &form.stages {
            self.stage(&format!("{path}.stages.{stage}"), stage);
        }
        self.roles(&format!("{path}.starters"), &form.starters);
        let pack = self.pack;
        if let Some(route) = &form.route
            && pack.route_of(form).is_none()
        {
            let known = pack.routes.iter().map(|route| route.id.as_str());
            self.unknown(&format!("{path}.route"), Thing::Route, route, known);
        }
        if let Some(title) = &form.title
            && form.field(title).is_none()
        {
            self.no_field(form, &format!("{path}.title"), title);
        }
        let kinds = self.kinds_of(form);
        for section in &form.sections {
            self.section(form, section, &path, &kinds);
        }
        for (at, effect) in form.effects.iter().enumerate() {
            self.effect(form, effect, &format!("{path}/effect/{at}"), &kinds);
        }
    }

    fn no_field(&mut self, form: &FormDef, path: &str, name: &FieldName) {
        let known = form.fields().map(|(_, field)| field.id.as_str());
        self.unknown(path, Thing::Field, name, known);
    }

    pub(super) fn section(&mut self, form: &FormDef, section: &Section, path: &str, kinds: &Kinds) {
        let here = format!("{path}/section/{}", section.id);
        self.roles(&format!("{here}.editors"), &section.editors);
        if let Some(visible) = &section.visible {
            self.condition(&format!("{here}.visible"), visible, kinds, None);
        }
        let pack = self.pack;
        match pack.route_of(form) {
            None if form.route.is_none() && !section.steps.is_empty() => {
                self.tell(&format!("{here}.steps"), Wrong::StepsWithoutRoute);
            }
            None => {}
            Some(route) => {
                for step in section
                    .steps
                    .iter()
                    .filter(|step| route.position(step).is_none())
                {
                    let known = route.steps.iter().map(|step| step.id.as_str());
                    self.unknown(&format!("{here}.steps.{step}"), Thing::Step, step, known);
                }
                // what only some of those who decide fill in, somebody must
                let at = route
                    .steps
                    .iter()
                    .filter(|step| section.steps.contains(&step.id));
                let asked: Vec<&RoleName> = at
                    .flat_map(|step| step.reviewers.iter().map(|reviewer| &reviewer.role))
                    .collect();
                for role in section.editors.iter().filter(|_| !section.steps.is_empty()) {
                    if pack.role(role).is_some() && !asked.contains(&role) {
                        let known = asked.iter().map(|role| role.as_str());
                        let path = format!("{here}.editors.{role}");
                        self.unknown(&path, Thing::Reviewer, role, known);
                    }
                }
            }
        }
        let all: Vec<&Field> = form.fields().map(|(_, field)| field).collect();
        for field in &section.fields {
            self.field(
                form,
                field,
                &format!("{path}/field/{}", field.id),
                kinds,
                None,
            );
            self.circle(&all, field, &format!("{path}/field/{}", field.id));
        }
    }

    fn field(
        &mut self,
        form: &FormDef,
        field: &Field,
        path: &str,
        kinds: &Kinds,
        row: Option<&Kinds>,
    ) {
        if let Some(visible) = &field.visible {
            self.condition(&format!("{path}.visible"), visible, kinds, row);
        }
        if let Required::When(when) = &field.required {
            self.condition(&format!("{path}.required"), when, kinds, row);
        }
        for (at, rule) in field.rules.iter().enumerate() {
            self.condition(&format!("{path}/rule/{at}.holds"), &rule.holds, kinds, row);
        }
        match &field.kind {
            FieldKind::Person { role: Some(role) } => {
                self.role(&format!("{path}.role"), role);
            }
            FieldKind::Capitals { of } => match kinds.get(of) {
                None => self.no_field(form, &format!("{path}.of"), of),
                Some(Kind::Wrong) => {}
                Some(Kind::Money(currency)) if currency == RENMINBI => {}
                Some(Kind::Money(currency)) => {
                    let currency = currency.clone();
                    self.tell(&format!("{path}.of"), Wrong::CapitalsOfOther { currency });
                }
                Some(kind) => {
                    let found = kind.name();
                    self.tell(
                        &format!("{path}.of"),
                        Wrong::FieldKind {
                            wanted: "money",
                            found,
                        },
                    );
                }
            },
            FieldKind::Computed { value } => self.computed(path, value, kinds, row),
            FieldKind::Table {
                columns,
                totals,
                pool,
                ..
            } => {
                let Some(Kind::Table(row)) = kinds.get(&field.id) else {
                    return;
                };
                // what is computed of the form may need the table: columns do not read it
                let computed = |name: &FieldName| {
                    form.field(name)
                        .is_some_and(|f| matches!(f.kind, FieldKind::Computed { .. }))
                };
                let beside: Kinds = kinds
                    .iter()
                    .filter(|(name, _)| !computed(name))
                    .map(|(n, k)| (n.clone(), k.clone()))
                    .collect();
                let all: Vec<&Field> = columns.iter().collect();
                for column in columns {
                    let path = format!("{path}/column/{}", column.id);
                    self.field(form, column, &path, &beside, Some(row));
                    self.circle(&all, column, &path);
                }
                let of_pool = pool.iter().flat_map(|pool| {
                    let free = ("free", &pool.free, "number");
                    [("resource", &pool.resource, "text"), free]
                });
                for (key, column, wanted) in of_pool {
                    let path = format!("{path}.pool.{key}");
                    let found = columns.iter().find(|known| known.id == *column);
                    match found.map(|column| &column.kind) {
                        None => self.unknown(
                            &path,
                            Thing::Column,
                            column,
                            row.keys().map(FieldName::as_str),
                        ),
                        Some(kind) if kind.word() == wanted => {}
                        Some(kind) => {
                            let found = kind.word();
                            self.tell(&path, Wrong::FieldKind { wanted, found });
                        }
                    }
                }
                for total in totals {
                    let path = format!("{path}.totals.{total}");
                    match row.get(total) {
                        None => self.unknown(
                            &path,
                            Thing::Column,
                            total,
                            row.keys().map(FieldName::as_str),
                        ),
                        Some(Kind::Number | Kind::Money(_) | Kind::Wrong) => {}
                        Some(kind) => {
                            let (wanted, found) = ("number or money", kind.name());
                            self.tell(&path, Wrong::FieldKind { wanted, found });
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn computed(&mut self, path: &str, value: &Expr, kinds: &Kinds, row: Option<&Kinds>) {
        let path = format!("{path}.value");
        let (kind, problems) = expr::check(value, kinds, row);
        match kind {
            Kind::Number | Kind::Money(_) | Kind::Text | Kind::Date | Kind::YesNo | Kind::Wrong => {
            }
            kind => self.tell(&path, Wrong::NotComputable { kind: kind.name() }),
        }
        self.tell_all(&path, value, problems);
    }

    /// A computed field must not need itself.
    fn circle(&mut self, fields: &[&Field], field: &Field, path: &str) {
        let value = |name: &FieldName| {
            let field = fields.iter().find(|field| field.id == *name)?;
            match &field.kind {
                FieldKind::Computed { value } => Some(value),
                _ => None,
            }
        };
        let mut reached = BTreeSet::new();
        let mut open: Vec<&FieldName> = value(&field.id)
            .map(Expr::fields)
            .into_iter()
            .flatten()
            .collect();
        while let Some(name) = open.pop() {
            if reached.insert(name) {
                open.extend(value(name).map(Expr::fields).into_iter().flatten());
            }
        }
        if reached.contains(&field.id) {
            self.tell(&format!("{path}.value"), Wrong::Circular);
        }
    }

    fn effect(&mut self, form: &FormDef, effect: &Effect, path: &str, kinds: &Kinds) {
        if effect.on == Outcome::Rejected && form.route.is_none() {
            self.tell(&format!("{path}.on"), Wrong::EffectNeverHappens);
        }
        match &effect.does {
            Deed::Number(_) if effect.undo != Undo::Final => {
                self.tell(&format!("{path}.undo"), Wrong::NumberNotFinal);
            }
            Deed::Number(_) => {}
            Deed::BeginProject if !form.begins_project => {
                self.tell(&format!("{path}.does"), Wrong::NotBeginning);
            }
            Deed::BeginProject | Deed::BeginPlan => {}
            Deed::Appoint {
                role,
                field,
                column,
            } => {
                self.project_role(path, role);
                self.person(form, path, field, column.as_ref(), kinds);
            }
            Deed::Release { role, field } => {
                self.project_role(path, role);
                self.person(form, path, field, None, kinds);
            }
            Deed::OpenGate { stage: None } => {}
            Deed::OpenGate { stage: Some(stage) } | Deed::GoBack { stage } => {
                self.stage(&format!("{path}.stage"), stage);
            }
            Deed::BeginDuty { duty } | Deed::EndDuty { duty } => {
                self.has_duty(&format!("{path}.duty"), duty);
            }
            Deed::BeginRegister { register } | Deed::EndRegister { register } => {
                self.has_register(&format!("{path}.register"), register);
            }
        }
    }

    /// Forms appoint only to what is held in the project.
    fn project_role(&mut self, path: &str, role: &RoleName) {
        let path = format!("{path}.role");
        if self
            .role(&path, role)
            .is_some_and(|holder| holder != Holder::Project)
        {
            self.tell(
                &path,
                Wrong::RoleNotOfProject {
                    role: role.to_string(),
                },
            );
        }
    }

    fn person(
        &mut self,
        form: &FormDef,
        path: &str,
        field: &FieldName,
        column: Option<&FieldName>,
        kinds: &Kinds,
    ) {
        let at = format!("{path}.field");
        let Some(kind) = kinds.get(field) else {
            return self.no_field(form, &at, field);
        };
        match (kind, column) {
            (Kind::Wrong, _) | (Kind::Person, None) => {}
            (Kind::Table(columns), Some(column)) => {
                let at = format!("{path}.column");
                match columns.get(column) {
                    Some(Kind::Person | Kind::Wrong) => {}
                    Some(kind) => self.tell(
                        &at,
                        Wrong::FieldKind {
                            wanted: "person",
                            found: kind.name(),
                        },
                    ),
                    None => {
                        let known = columns.keys().map(FieldName::as_str);
                        self.unknown(&at, Thing::Column, column, known);
                    }
                }
            }
            (Kind::Table(_), None) => self.tell(path, Wrong::MissingKey { key: "column" }),
            (kind, None) => self.tell(
                &at,
                Wrong::FieldKind {
                    wanted: "person",
                    found: kind.name(),
                },
            ),
            (kind, Some(_)) => self.tell(
                &at,
                Wrong::FieldKind {
                    wanted: "table",
                    found: kind.name(),
                },
            ),
        }
    }
}
