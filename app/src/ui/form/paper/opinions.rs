//! The boxes of a review on paper: what each who decides was asked, said and signed.

use leptos::prelude::*;
use shared::base::Moment;
use shared::pack::Pack;
use shared::pack::expr::Facts;
use shared::pack::form::FormDef;
use shared::pack::value::Answers;

use super::super::shown::language;
use crate::i18n::{t, use_i18n};
use crate::ui::dates::Lang;

/// One box 意见栏. What is not there yet is left to be written by hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpinionBox {
    /// Whose it is: a department, a role.
    pub title: String,
    /// What they were asked to look at 审核内容.
    pub asks: String,
    /// What they decided, in a word: 同意.
    pub decision: Option<String>,
    /// What they said.
    pub text: Option<String>,
    /// Who it was.
    pub name: Option<String>,
    /// The address of the picture of their signature.
    pub signature: Option<String>,
    /// The day, as it is written.
    pub day: Option<String>,
    /// The same day.
    pub date: Option<Moment>,
}

/// The boxes of a form's route while nobody has decided: those of who is asked, or may be, with these answers.
pub fn empty_opinions(
    pack: &Pack,
    form: &FormDef,
    answers: &Answers,
    lang: Lang,
) -> Vec<OpinionBox> {
    let facts = Facts::of(answers);
    let asked = |when: &Option<shared::pack::expr::Expr>| {
        when.as_ref()
            .is_none_or(|when| when.holds(&facts).0 != Some(false))
    };
    let Some(route) = pack.route_of(form) else {
        return Vec::new();
    };
    let steps = route.steps.iter().filter(|step| asked(&step.when));
    let reviewers = steps.flat_map(|step| step.reviewers.iter());
    reviewers
        .filter(|reviewer| asked(&reviewer.when))
        .map(|reviewer| OpinionBox {
            title: pack.role(&reviewer.role).map_or_else(
                || reviewer.role.to_string(),
                |role| role.name.get(language(lang)).to_owned(),
            ),
            asks: reviewer.asks.get(language(lang)).to_owned(),
            ..OpinionBox::default()
        })
        .collect()
}

/// The boxes.
#[component]
pub(super) fn Opinions(opinions: Signal<Vec<OpinionBox>>) -> impl IntoView {
    let i18n = use_i18n();
    let boxes = move || {
        let all = opinions.get();
        (!all.is_empty()).then(|| {
            let lines = all.into_iter().map(|one| view! { <One one=one /> });
            view! {
                <table class="paper-grid paper-opinions">
                    <colgroup><col class="paper-label" /><col /></colgroup>
                    <thead>
                        <tr class="paper-heading"><th colspan="2">{t!(i18n, forms.paper_opinions)}</th></tr>
                    </thead>
                    <tbody>{lines.collect_view()}</tbody>
                </table>
            }
        })
    };
    view! { {boxes} }
}

#[component]
fn One(one: OpinionBox) -> impl IntoView {
    let i18n = use_i18n();
    let signed = match (one.signature, one.name) {
        (Some(address), name) => view! {
            <img src=address alt="" />
            {name.map(|name| view! { <small class="paper-signer">{name}</small> })}
        }
        .into_any(),
        (None, Some(name)) => view! { <span>{name}</span> }.into_any(),
        (None, None) => view! { <span class="paper-blank-name"></span> }.into_any(),
    };
    let day = one.day;
    view! {
        <tr>
            <th scope="row">
                {one.title}
                {(!one.asks.is_empty()).then(|| view! { <span class="paper-asks">{one.asks}</span> })}
            </th>
            <td class="paper-opinion">
                <p class="paper-said">
                    {one.decision.map(|decision| view! { <strong>{decision}</strong> })}
                    {one.text}
                </p>
                <p class="paper-signed">
                    <span>{t!(i18n, forms.paper_signed)}{signed}</span>
                    <span class="paper-day">
                        {move || day.clone().unwrap_or_else(|| t!(i18n, forms.paper_day)().to_owned())}
                    </span>
                </p>
            </td>
        </tr>
    }
}
