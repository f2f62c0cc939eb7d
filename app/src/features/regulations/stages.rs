//! The stages of a regulation, each with what its gate needs.

use std::sync::Arc;

use leptos::prelude::*;
use shared::pack::Pack;
use shared::pack::definition::{FormState, Need, Stage};

use super::condition;
use crate::i18n::{t, t_string, use_i18n};
use crate::language;
use crate::ui::form::{say, saying};
use crate::words::Texts;

/// The stages, in order.
#[component]
pub(super) fn Stages(pack: Arc<Pack>) -> impl IntoView {
    let stages = pack
        .stages
        .iter()
        .map(|stage| view! { <One pack=pack.clone() stage=stage.clone() /> })
        .collect_view();
    view! { <ol class="regulation-stages">{stages}</ol> }
}

/// What a gate needs, in words; tracked.
fn need(i18n: Texts, pack: &Pack, need: &Need) -> String {
    let forms = need.forms.iter().map(|name| {
        pack.form(name)
            .map_or_else(|| name.to_string(), |form| say(i18n, &form.name))
    });
    let or = t_string!(i18n, regulations.or);
    let forms = forms.collect::<Vec<_>>().join(or);
    let state = match need.state {
        FormState::Submitted => t_string!(i18n, regulations.submitted),
        FormState::Approved => t_string!(i18n, regulations.approved),
    };
    let mut said = match need.count {
        1 => t_string!(i18n, regulations.need, forms = forms, state = state).to_string(),
        n => t_string!(
            i18n,
            regulations.need_n,
            forms = forms,
            state = state,
            n = n
        )
        .to_string(),
    };
    let form = need.forms.first().and_then(|name| pack.form(name));
    if let (Some(holds), Some(form)) = (&need.holds, form) {
        let language = super::route::language_of(language::lang(i18n.get_locale()));
        let condition = condition::words(holds, form, language);
        said.push_str(&t_string!(i18n, regulations.need_holds, condition = condition).to_string());
    }
    said
}

#[component]
fn One(pack: Arc<Pack>, stage: Stage) -> impl IntoView {
    let i18n = use_i18n();
    let needs = stage.gate.needs.clone();
    let gate = match needs.is_empty() {
        true => view! { <p class="muted">{t!(i18n, regulations.gate_open)}</p> }.into_any(),
        false => {
            let lines = needs.into_iter().map(|one| {
                let pack = pack.clone();
                view! { <li>{move || need(i18n, &pack, &one)}</li> }
            });
            view! {
                <p class="regulation-gate">{t!(i18n, regulations.gate)}</p>
                <ul class="regulation-needs">{lines.collect_view()}</ul>
            }
            .into_any()
        }
    };
    view! {
        <li>
            <h3>{saying(i18n, stage.name)}</h3>
            {(!stage.help.is_empty()).then(|| view! { <p>{saying(i18n, stage.help)}</p> })}
            {gate}
        </li>
    }
}
