//! One form of a regulation: to be tried on the screen, and on paper.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;
use shared::ledger::Hash;
use shared::pack::Pack;
use shared::pack::id::{FormName, RoleName, SectionName, StepName};

use super::book::{between, role};
use super::trial::Trial;
use crate::i18n::{t, t_string, use_i18n};
use crate::language;
use crate::platform::element;
use crate::ui::form::paper::{Paper, empty_opinions};
use crate::ui::form::{FormEditor, Host, Writing, say, saying};
use crate::ui::icon::Icon;
use crate::ui::show::Show;
use crate::words::Texts;

/// The turns in which a form is written: the author's, and those of steps with sections of their own.
fn turns(pack: &Pack, form: &FormName) -> Vec<Writing> {
    let mut turns = vec![Writing::Draft];
    let Some(form) = pack.form(form) else {
        return turns;
    };
    for step in pack.route_of(form).iter().flat_map(|route| &route.steps) {
        let sections = form
            .sections
            .iter()
            .filter(|section| section.steps.contains(&step.id));
        let mut who: Vec<&RoleName> = Vec::new();
        for section in sections {
            let editors = section.editors.iter();
            let deciders = step.reviewers.iter().map(|one| &one.role);
            match section.editors.is_empty() {
                true => who.extend(deciders),
                false => who.extend(editors),
            }
        }
        for role in who {
            let turn = Writing::Step(step.id.clone(), Some(role.clone()));
            if !turns.contains(&turn) {
                turns.push(turn);
            }
        }
    }
    turns
}

/// What a step is called; tracked.
fn step_name(i18n: Texts, pack: &Pack, form: &FormName, step: &StepName) -> String {
    let form = pack.form(form);
    let route = form.and_then(|form| pack.route_of(form));
    let found = route.and_then(|route| route.steps.iter().find(|known| known.id == *step));
    found.map_or_else(|| step.to_string(), |step| say(i18n, &step.name))
}

/// The form.
#[component]
pub(super) fn FormPage(hash: Hash, pack: Arc<Pack>, form: FormName) -> impl IntoView {
    let i18n = use_i18n();
    let Some(def) = pack.form(&form).cloned().map(Arc::new) else {
        return ().into_any();
    };
    let paper = RwSignal::new(use_query_map().with_untracked(|query| query.get("paper").is_some()));
    let trial = Trial::new();
    let turns = turns(&pack, &form);
    let turn = RwSignal::new(0_usize);
    let writing = {
        let turns = turns.clone();
        Signal::derive(move || turns.get(turn.get()).cloned().unwrap_or_default())
    };
    let note = {
        let (pack, form) = (pack.clone(), form.clone());
        Callback::new(move |section: SectionName| {
            let def = pack.form(&form)?;
            let section = def.sections.iter().find(|known| known.id == section)?;
            if section.steps.is_empty() {
                return Some(t_string!(i18n, regulations.filled_by_author).to_owned());
            }
            let steps = section
                .steps
                .iter()
                .map(|step| step_name(i18n, &pack, &form, step));
            let steps = steps.collect::<Vec<_>>().join(between(i18n));
            Some(t_string!(i18n, regulations.filled_at, steps = steps).to_string())
        })
    };
    let host = Host {
        section_note: Some(note),
        ..trial.host()
    };
    let opinions = {
        let (pack, def) = (pack.clone(), def.clone());
        Signal::derive(move || {
            let lang = language::lang(i18n.get_locale());
            trial
                .answers
                .with(|answers| empty_opinions(&pack, &def, answers, lang))
        })
    };
    let names = turns.iter().enumerate().map(|(at, one)| {
        let (pack, form, one) = (pack.clone(), form.clone(), one.clone());
        let name = move || match &one {
            Writing::Step(step, Some(who)) => {
                let step = step_name(i18n, &pack, &form, step);
                format!("{} · {step}", role(i18n, &pack, who))
            }
            _ => t_string!(i18n, regulations.turn_author).to_owned(),
        };
        view! { <option value=at.to_string() selected=move || turn.get() == at>{name}</option> }
    });
    let names = (turns.len() > 1).then(|| {
        view! {
            <label class="form-turn">
                <span>{t!(i18n, regulations.turn)}</span>
                <select
                    id="form-turn"
                    class="select"
                    on:change=move |ev| turn.set(event_target_value(&ev).parse().unwrap_or_default())
                >
                    {names.collect_view()}
                </select>
            </label>
        }
    });
    let pressed = move |on: bool| move || (paper.get() == on).to_string();
    let (screen, sheet) = (def.clone(), def.clone());
    view! {
        <div class="page stack regulations form-page" data-form-page=form.to_string()>
            <header class="page-head no-print">
                <A href=format!("/regulations/{hash}") attr:class="project-back" attr:aria-label=t!(i18n, regulations.back)>
                    <Icon name="back" />
                </A>
                <div class="grow">
                    <h1>{saying(i18n, def.name.clone())}</h1>
                    <p class="muted">{saying(i18n, pack.name.clone())}</p>
                </div>
                <div class="segmented" role="group" aria-label=t!(i18n, regulations.look)>
                    <button type="button" aria-pressed=pressed(false) on:click=move |_| paper.set(false)>
                        {t!(i18n, regulations.on_screen)}
                    </button>
                    <button type="button" data-look="paper" aria-pressed=pressed(true) on:click=move |_| paper.set(true)>
                        {t!(i18n, regulations.on_paper)}
                    </button>
                </div>
            </header>
            <div class="notice no-print" role="note">
                <Icon name="help" />
                <p class="grow">{t!(i18n, regulations.trial)}</p>
                <button type="button" class="button button-quiet" on:click=move |_| trial.clear()>
                    {t!(i18n, regulations.trial_clear)}
                </button>
                <Show when=move || paper.get()>
                    <button type="button" class="button button-primary" id="print-form" on:click=move |_| element::print()>
                        {t!(i18n, regulations.print)}
                    </button>
                </Show>
            </div>
            <div class="stack no-print" hidden=move || paper.get()>
                {(!def.help.is_empty()).then(|| view! { <p class="form-purpose">{saying(i18n, def.help.clone())}</p> })}
                {names}
                <FormEditor form=screen answers=trial.answers writing=writing host=host />
            </div>
            <Show when=move || paper.get()>
                <Paper form=sheet.clone() answers=trial.answers host=host number=Signal::stored(None::<String>) opinions=opinions />
            </Show>
        </div>
    }
    .into_any()
}
