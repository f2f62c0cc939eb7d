//! One regulation, read as a rule book.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::A;
use shared::ledger::Hash;
use shared::pack::Pack;
use shared::pack::definition::{Holder, Role};
use shared::pack::effect::{Deed, Effect, Outcome};
use shared::pack::form::FormDef;
use shared::pack::id::{DutyName, RegisterName, RoleName, StageName};

use super::duties::Duties;
use super::registers::Registers;
use super::route::Route;
use super::short;
use super::stages::Stages;
use crate::i18n::{t, t_string, use_i18n};
use crate::language;
use crate::ui::form::{say, saying};
use crate::ui::icon::Icon;
use crate::words::Texts;

/// What a role is called.
pub(super) fn role(i18n: Texts, pack: &Pack, name: &RoleName) -> String {
    pack.role(name)
        .map_or_else(|| name.to_string(), |role| say(i18n, &role.name))
}

/// What roles are called, beside each other.
pub(super) fn roles(i18n: Texts, pack: &Pack, names: &[RoleName]) -> String {
    let names = names.iter().map(|name| role(i18n, pack, name));
    names.collect::<Vec<_>>().join(between(i18n))
}

/// What stands between the things of a list.
pub(super) fn between(i18n: Texts) -> &'static str {
    match language::tag(i18n.get_locale()) {
        "en" => ", ",
        _ => "、",
    }
}

/// The rule book.
#[component]
pub(super) fn Book(hash: Hash, pack: Arc<Pack>) -> impl IntoView {
    let i18n = use_i18n();
    let whole = hash.to_string();
    let forms = pack
        .forms
        .iter()
        .map(|form| view! { <FormCard hash=hash pack=pack.clone() form=Arc::new(form.clone()) /> })
        .collect_view();
    let entries = pack
        .forms
        .iter()
        .map(|form| {
            let name = saying(i18n, form.name.clone());
            view! { <li><a href=format!("#form-{}", form.id)>{name}</a></li> }
        })
        .collect_view();
    let has_duties = !pack.duties.is_empty();
    let has_registers = !pack.registers.is_empty();
    let lines = pack
        .roles
        .iter()
        .map(|role| view! { <RoleLine role=role.clone() /> });
    view! {
        <div class="page stack regulations" data-pack=pack.id.to_string()>
            <header class="page-head">
                <A href="/regulations" attr:class="project-back" attr:aria-label=t!(i18n, regulations.title)>
                    <Icon name="back" />
                </A>
                <div class="grow">
                    <h1>{saying(i18n, pack.name.clone())}</h1>
                    <p class="muted">{saying(i18n, pack.applies.clone())}</p>
                </div>
                <span class="badge">{t!(i18n, regulations.version)}" "{pack.version.clone()}</span>
                <span class="badge" title=whole><code>{short(&hash)}</code></span>
            </header>
            <div class="regulation-book">
                <nav class="regulation-contents no-print" aria-label=t!(i18n, regulations.contents)>
                    <ul>
                        <li><a href="#roles">{t!(i18n, regulations.roles)}</a></li>
                        <li><a href="#stages">{t!(i18n, regulations.stages)}</a></li>
                        {has_duties.then(|| view! { <li><a href="#duties">{t!(i18n, regulations.duties)}</a></li> })}
                        {has_registers.then(|| view! { <li><a href="#registers">{t!(i18n, shell.registers)}</a></li> })}
                        <li><a href="#forms">{t!(i18n, regulations.forms)}</a><ul>{entries}</ul></li>
                    </ul>
                </nav>
                <div class="stack">
                    <p class="regulation-purpose">{saying(i18n, pack.help.clone())}</p>
                    <section class="card" id="roles">
                        <div class="card-head"><h2>{t!(i18n, regulations.roles)}</h2></div>
                        <ul class="regulation-roles">{lines.collect_view()}</ul>
                    </section>
                    <section class="card" id="stages">
                        <div class="card-head"><h2>{t!(i18n, regulations.stages)}</h2></div>
                        <Stages pack=pack.clone() />
                    </section>
                    {has_duties.then(|| view! {
                        <section class="card" id="duties">
                            <div class="card-head"><h2>{t!(i18n, regulations.duties)}</h2></div>
                            <Duties pack=pack.clone() />
                        </section>
                    })}
                    {has_registers.then(|| view! {
                        <section class="card" id="registers">
                            <div class="card-head"><h2>{t!(i18n, shell.registers)}</h2></div>
                            <Registers pack=pack.clone() />
                        </section>
                    })}
                    <section class="stack" id="forms">
                        <h2>{t!(i18n, regulations.forms)}</h2>
                        {forms}
                    </section>
                </div>
            </div>
        </div>
    }
}

/// Who holds a role, in a word.
fn holder(i18n: Texts, holder: Holder) -> &'static str {
    match holder {
        Holder::Department => t_string!(i18n, regulations.holder_department),
        Holder::Post => t_string!(i18n, regulations.holder_post),
        Holder::Project => t_string!(i18n, regulations.holder_project),
        Holder::Outside => t_string!(i18n, regulations.holder_outside),
    }
}

#[component]
fn RoleLine(role: Role) -> impl IntoView {
    let i18n = use_i18n();
    let held = role.holder;
    view! {
        <li>
            <span class="regulation-role">
                <strong>{saying(i18n, role.name)}</strong>
                <span class="badge">{move || holder(i18n, held)}</span>
            </span>
            <p>{saying(i18n, role.duties)}</p>
        </li>
    }
}

/// A form, with the way that it goes.
#[component]
fn FormCard(hash: Hash, pack: Arc<Pack>, form: Arc<FormDef>) -> impl IntoView {
    let i18n = use_i18n();
    let path = format!("/regulations/{hash}/{}", form.id);
    let begun = {
        let (pack, form) = (pack.clone(), form.clone());
        move || {
            let who = roles(i18n, &pack, &form.starters);
            let stages = pack
                .stages
                .iter()
                .filter(|stage| form.stages.contains(&stage.id));
            let stages: Vec<String> = stages.map(|stage| say(i18n, &stage.name)).collect();
            match stages.as_slice() {
                [] => who,
                stages => {
                    let stages = stages.join(between(i18n));
                    t_string!(i18n, regulations.begun_in, who = who, stages = stages).to_string()
                }
            }
        }
    };
    let deeds = {
        let (pack, form) = (pack.clone(), form.clone());
        move || {
            let said = form
                .effects
                .iter()
                .map(|effect| deed(i18n, &pack, &form, effect));
            let said: Vec<String> = said.collect();
            (!said.is_empty()).then(|| {
                let lines = said.into_iter().map(|said| view! { <li>{said}</li> });
                view! {
                    <div><dt>{t!(i18n, regulations.effects)}</dt><dd><ul>{lines.collect_view()}</ul></dd></div>
                }
            })
        }
    };
    let way = match pack.route_of(&form).cloned() {
        Some(route) => {
            view! { <Route pack=pack.clone() form=form.clone() route=Arc::new(route) /> }.into_any()
        }
        None => view! { <p class="muted">{t!(i18n, regulations.no_route)}</p> }.into_any(),
    };
    view! {
        <article class="card regulation-form" id=format!("form-{}", form.id) data-form=form.id.to_string()>
            <div class="card-head">
                <h3 class="grow">{saying(i18n, form.name.clone())}</h3>
                <A href=path.clone() attr:class="button button-quiet">{t!(i18n, regulations.try_form)}</A>
                <A href=format!("{path}?paper") attr:class="button button-quiet">{t!(i18n, regulations.on_paper)}</A>
            </div>
            <div class="card-body stack">
                {(!form.help.is_empty()).then(|| view! { <p>{saying(i18n, form.help.clone())}</p> })}
                <dl class="regulation-facts">
                    <div><dt>{t!(i18n, regulations.begun_by)}</dt><dd>{begun}</dd></div>
                    {deeds}
                </dl>
                {way}
            </div>
        </article>
    }
}

/// What a decision does, in words; tracked.
fn deed(i18n: Texts, pack: &Pack, form: &FormDef, effect: &Effect) -> String {
    let label = |name| {
        let field = form.field(name);
        field.map_or_else(String::new, |field| say(i18n, &field.name))
    };
    let what = match &effect.does {
        Deed::Number(pattern) => {
            t_string!(i18n, regulations.does_number, pattern = pattern.to_string()).to_string()
        }
        Deed::BeginProject => t_string!(i18n, regulations.does_begin).to_owned(),
        Deed::BeginPlan => t_string!(i18n, regulations.does_plan).to_owned(),
        Deed::Appoint {
            role: to, field, ..
        } => {
            let to = role(i18n, pack, to);
            t_string!(
                i18n,
                regulations.does_appoint,
                field = label(field),
                role = to
            )
            .to_string()
        }
        Deed::Release { role: of, field } => {
            let of = role(i18n, pack, of);
            t_string!(
                i18n,
                regulations.does_release,
                field = label(field),
                role = of
            )
            .to_string()
        }
        Deed::OpenGate { stage: None } => t_string!(i18n, regulations.does_gate_here).to_owned(),
        Deed::OpenGate { stage: Some(of) } => {
            let stage = stage(i18n, pack, of);
            t_string!(i18n, regulations.does_gate, stage = stage).to_string()
        }
        Deed::GoBack { stage: to } => {
            let stage = stage(i18n, pack, to);
            t_string!(i18n, regulations.does_go_back, stage = stage).to_string()
        }
        Deed::BeginDuty { duty } => {
            let duty = duty_name(i18n, pack, duty);
            t_string!(i18n, regulations.does_begin_duty, duty = duty).to_string()
        }
        Deed::EndDuty { duty } => {
            let duty = duty_name(i18n, pack, duty);
            t_string!(i18n, regulations.does_end_duty, duty = duty).to_string()
        }
        Deed::BeginRegister { register } => {
            let register = register_name(i18n, pack, register);
            t_string!(i18n, regulations.does_begin_register, register = register).to_string()
        }
        Deed::EndRegister { register } => {
            let register = register_name(i18n, pack, register);
            t_string!(i18n, regulations.does_end_register, register = register).to_string()
        }
    };
    match effect.on {
        Outcome::Approved => what,
        Outcome::Rejected => t_string!(i18n, regulations.on_rejected, what = what).to_string(),
    }
}

/// What a duty is called; tracked.
fn duty_name(i18n: Texts, pack: &Pack, id: &DutyName) -> String {
    let found = pack.duty(id);
    found.map_or_else(String::new, |duty| say(i18n, &duty.name))
}

/// What a register is called; tracked.
fn register_name(i18n: Texts, pack: &Pack, id: &RegisterName) -> String {
    let found = pack.register(id);
    found.map_or_else(String::new, |register| say(i18n, &register.name))
}

/// What a stage is called; tracked.
fn stage(i18n: Texts, pack: &Pack, id: &StageName) -> String {
    let found = pack.stages.iter().find(|known| known.id == *id);
    found.map_or_else(String::new, |stage| say(i18n, &stage.name))
}
