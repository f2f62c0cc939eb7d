//! The way of a form through its review, drawn as steps: who decides, how opinions come together, by when, and where it can
//! be returned to.

use std::sync::Arc;

use leptos::prelude::*;
use shared::pack::Pack;
use shared::pack::form::FormDef;
use shared::pack::route::{Act, Mode, ReturnTo, Reviewer, RouteDef, Step, Withdraw};
use shared::pack::text::Language;

use super::book::{between, role, roles};
use super::condition;
use crate::i18n::{t, t_string, use_i18n};
use crate::language;
use crate::ui::dates::Lang;
use crate::ui::form::{say, saying};
use crate::words::Texts;

/// The language of a pack's texts.
pub(super) fn language_of(lang: Lang) -> Language {
    match lang {
        Lang::En => Language::English,
        Lang::Zh => Language::Chinese,
    }
}

/// A route.
#[component]
pub(super) fn Route(pack: Arc<Pack>, form: Arc<FormDef>, route: Arc<RouteDef>) -> impl IntoView {
    let i18n = use_i18n();
    let steps = (0..route.steps.len())
        .map(|at| {
            view! { <StepBox pack=pack.clone() form=form.clone() route=route.clone() at=at /> }
        })
        .collect_view();
    let begin = {
        let (pack, form) = (pack.clone(), form.clone());
        move || roles(i18n, &pack, &form.starters)
    };
    let steward = {
        let (pack, steward) = (pack.clone(), route.steward.clone());
        move || {
            t_string!(
                i18n,
                regulations.steward,
                role = role(i18n, &pack, &steward)
            )
            .to_string()
        }
    };
    let withdraw = route.withdraw;
    let own = route.own_request;
    let rules = move || {
        let back = match withdraw {
            Withdraw::UntilDecided => t_string!(i18n, regulations.withdraw_decided),
            Withdraw::UntilOpinion => t_string!(i18n, regulations.withdraw_opinion),
            Withdraw::Never => t_string!(i18n, regulations.withdraw_never),
        };
        let own = match own {
            true => t_string!(i18n, regulations.own_allowed),
            false => t_string!(i18n, regulations.own_forbidden),
        };
        view! { <span>{back}</span><span>{own}</span> }
    };
    view! {
        <div class="route-way" data-route=route.id.to_string()>
            <h4>{saying(i18n, route.name.clone())}</h4>
            {(!route.help.is_empty()).then(|| view! { <p class="muted">{saying(i18n, route.help.clone())}</p> })}
            <ol class="route-steps">
                <li class="route-end">
                    <strong>{t!(i18n, regulations.submits)}</strong>
                    <span>{begin}</span>
                </li>
                {steps}
                <li class="route-end route-done"><strong>{t!(i18n, regulations.decided)}</strong></li>
            </ol>
            <p class="route-rules muted"><span>{steward}</span>{rules}</p>
        </div>
    }
}

/// How opinions come together: only where there are several.
fn mode(i18n: Texts, step: &Step) -> Option<(&'static str, &'static str)> {
    (step.reviewers.len() > 1).then(|| match step.mode {
        Mode::All => (
            t_string!(i18n, regulations.mode_all),
            t_string!(i18n, regulations.mode_all_means),
        ),
        Mode::Any => (
            t_string!(i18n, regulations.mode_any),
            t_string!(i18n, regulations.mode_any_means),
        ),
        Mode::InOrder => (
            t_string!(i18n, regulations.mode_in_order),
            t_string!(i18n, regulations.mode_in_order_means),
        ),
    })
}

/// What one can do beside agreeing, in the words of offices.
fn act(i18n: Texts, act: Act) -> &'static str {
    match act {
        Act::Approve => t_string!(i18n, regulations.act_approve),
        Act::Reject => t_string!(i18n, regulations.act_reject),
        Act::Return => t_string!(i18n, regulations.act_return),
        Act::Transfer => t_string!(i18n, regulations.act_transfer),
        Act::AddBefore => t_string!(i18n, regulations.act_add_before),
        Act::AddAfter => t_string!(i18n, regulations.act_add_after),
        Act::Copy => t_string!(i18n, regulations.act_copy),
    }
}

#[component]
fn StepBox(pack: Arc<Pack>, form: Arc<FormDef>, route: Arc<RouteDef>, at: usize) -> impl IntoView {
    let i18n = use_i18n();
    let Some(step) = route.steps.get(at).cloned().map(Arc::new) else {
        return ().into_any();
    };
    let when = {
        let (form, step) = (form.clone(), step.clone());
        move || {
            let language = language_of(language::lang(i18n.get_locale()));
            let words = condition::words(step.when.as_ref()?, &form, language);
            Some(t_string!(i18n, regulations.only_where, condition = words).to_string())
        }
    };
    let together = {
        let step = step.clone();
        move || {
            mode(i18n, &step).map(|(name, means)| {
                view! { <span class="badge badge-accent" title=means>{name}</span> }
            })
        }
    };
    let reviewers = step
        .reviewers
        .iter()
        .map(|one| view! { <Asked pack=pack.clone() form=form.clone() one=one.clone() /> })
        .collect_view();
    let facts = {
        let (pack, route, step) = (pack.clone(), route.clone(), step.clone());
        move || {
            facts(i18n, &pack, &route, &step)
                .into_iter()
                .map(|fact| view! { <li>{fact}</li> })
                .collect_view()
        }
    };
    view! {
        <li class="route-step" data-step=step.id.to_string()>
            <div class="route-head">
                <span class="route-number">{at + 1}</span>
                <strong class="grow">{saying(i18n, step.name.clone())}</strong>
                {together}
            </div>
            {move || when().map(|when| view! { <p class="route-when">{when}</p> })}
            <ul class="route-asked">{reviewers}</ul>
            <ul class="route-facts">{facts}</ul>
        </li>
    }
    .into_any()
}

#[component]
fn Asked(pack: Arc<Pack>, form: Arc<FormDef>, one: Reviewer) -> impl IntoView {
    let i18n = use_i18n();
    let name = {
        let (pack, role_name) = (pack.clone(), one.role.clone());
        move || role(i18n, &pack, &role_name)
    };
    let asks = saying(i18n, one.asks);
    let when = move || {
        let language = language_of(language::lang(i18n.get_locale()));
        let words = condition::words(one.when.as_ref()?, &form, language);
        Some(t_string!(i18n, regulations.only_where, condition = words).to_string())
    };
    view! {
        <li>
            <strong>{name}</strong>
            <span class="muted">{asks}</span>
            {move || when().map(|when| view! { <span class="route-when">{when}</span> })}
        </li>
    }
}

/// What else holds at a step; tracked.
fn facts(i18n: Texts, pack: &Pack, route: &RouteDef, step: &Step) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(deadline) = &step.deadline {
        let days = deadline.days;
        facts.push(match deadline.working_days {
            true => t_string!(i18n, regulations.within_working, n = days).to_string(),
            false => t_string!(i18n, regulations.within, n = days).to_string(),
        });
        if let Some(above) = &deadline.escalate_to {
            let above = role(i18n, pack, above);
            facts.push(t_string!(i18n, regulations.escalates, role = above).to_string());
        }
    }
    if step.signed {
        facts.push(t_string!(i18n, regulations.signed_by_hand).to_owned());
    }
    let others = step
        .may
        .iter()
        .filter(|act| !matches!(act, Act::Approve | Act::Return));
    let others: Vec<&str> = others.map(|one| act(i18n, *one)).collect();
    if step.allows(Act::Return) {
        let places: Vec<String> = match step.returns_to.as_slice() {
            [] => vec![t_string!(i18n, regulations.author).to_owned()],
            places => places
                .iter()
                .map(|place| match place {
                    ReturnTo::Author => t_string!(i18n, regulations.author).to_owned(),
                    ReturnTo::Step(name) => {
                        let step = route.steps.iter().find(|step| step.id == *name);
                        step.map_or_else(|| name.to_string(), |step| say(i18n, &step.name))
                    }
                })
                .collect(),
        };
        let places = places.join(between(i18n));
        facts.push(t_string!(i18n, regulations.returns, places = places).to_string());
    }
    if !others.is_empty() {
        let acts = others.join(between(i18n));
        facts.push(t_string!(i18n, regulations.may, acts = acts).to_string());
    }
    if !step.copies.is_empty() {
        let copies = roles(i18n, pack, &step.copies);
        facts.push(t_string!(i18n, regulations.copies, roles = copies).to_string());
    }
    facts
}
