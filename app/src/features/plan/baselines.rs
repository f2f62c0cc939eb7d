//! The baselines of a plan: setting one, and which one the plan is compared with.

use leptos::prelude::*;
use shared::base::BaselineId;
use shared::doc::command::Command;
use shared::domain::plan::Baseline;

use super::columns::Writes;
use super::cx::{Cx, Side, use_cx};
use crate::i18n::{t, t_string};
use crate::platform::{clock, random};
use crate::ui::each::For;
use crate::ui::show::Show;

impl Cx {
    /// A field `base/<id>` or `baseline/<id>/<field>`; tracked.
    pub(crate) fn baseline_words(&self, field: &str) -> String {
        let id = field.split('/').nth(1).and_then(|id| id.parse().ok());
        let model = self.model.get();
        let view = &model.view;
        let mut all = view.plan.baselines.iter().chain(&view.removed_baselines);
        let found = id.and_then(|id: BaselineId| all.find(|baseline| baseline.id == id));
        let name = found.map_or_else(String::new, |baseline| baseline.name.clone());
        t_string!(self.i18n, earned.field, name = name).to_string()
    }
}

/// Which baseline the plan is compared with.
#[component]
pub(crate) fn Against() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let all = Memo::new(move |_| {
        cx.model.with(|model| {
            let all = model.view.plan.baselines.iter();
            all.map(|baseline| (baseline.id, baseline.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let now = Memo::new(move |_| cx.model.with(|model| model.baseline().map(|b| b.id)));
    view! {
        <Show when=move || { all.with(Vec::len) > 1 }>
            <label class="field wide">
                <span class="field-label">{t!(i18n, earned.compare)}</span>
                <select
                    class="select"
                    data-baseline-field="against"
                    on:change=move |ev| cx.against.set(event_target_value(&ev).parse().ok())
                >
                    {move || {
                        let now = now.get();
                        let all = all.get().into_iter().rev();
                        all.map(|(id, name)| {
                            view! { <option value=id.to_string() selected=Some(id) == now>{name}</option> }
                        })
                            .collect_view()
                    }}
                </select>
            </label>
        </Show>
    }
}

/// The sheet.
#[component]
pub(crate) fn Baselines() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let may = move || cx.may(Writes::Plan);
    let heads = move |of: fn(&super::model::Model) -> &[Baseline]| {
        Memo::new(move |_| {
            let all = cx.model.get();
            of(&all)
                .iter()
                .map(|b| (b.id, b.name.clone()))
                .collect::<Vec<_>>()
        })
    };
    let all = heads(|model| &model.view.plan.baselines);
    let removed = heads(|model| &model.view.removed_baselines);
    let latest = move || -> Vec<(BaselineId, String)> { all.get().into_iter().rev().collect() };
    let typed = RwSignal::new(None::<String>);
    let name = move || {
        let n = all.with(Vec::len) + removed.with(Vec::len) + 1;
        let usual = || t_string!(i18n, earned.usual_name, n = n).to_string();
        typed.get().unwrap_or_else(usual)
    };
    let set = move || {
        let name = untrack(name).trim().to_owned();
        if name.is_empty() || !cx.finish() {
            return;
        }
        let view = cx.model.with_untracked(|model| model.view.clone());
        let baseline = Baseline::of(
            random::baseline_id(),
            name.clone(),
            clock::now(),
            &view.plan,
            &view.schedule,
        );
        let n = baseline.tasks.len();
        let id = baseline.id;
        let baseline = Box::new(baseline);
        if cx.dispatch(Command::SetBaseline { baseline }) {
            typed.set(None);
            cx.against.set(Some(id));
            cx.say_done(t_string!(i18n, earned.set_done, name = name, n = n).to_string());
        }
    };
    let filled = move || cx.model.with(|model| !model.view.plan.tasks.is_empty());
    view! {
        <p class="plan-lead">{t!(i18n, earned.lead)}</p>
        <Show when=move || all.with(Vec::is_empty)>
            <p class="plan-none">{t!(i18n, earned.none)}</p>
        </Show>
        <Show when=move || { may() && filled() }>
            <form
                class="plan-add"
                on:submit=move |ev| {
                    ev.prevent_default();
                    set();
                }
            >
                <input
                    class="input"
                    data-baseline-field="new"
                    aria-label=t!(i18n, earned.name)
                    prop:value=name
                    on:input=move |ev| typed.set(Some(event_target_value(&ev)))
                />
                <button class="button button-primary" type="submit">{t!(i18n, earned.set)}</button>
            </form>
        </Show>
        <div class="plan-fields"><Against /></div>
        <ul class="plan-crew" data-baselines>
            <For each=latest key=|b| b.0 let:baseline>
                <One id=baseline.0 />
            </For>
        </ul>
        <Show when=move || all.with(|all| !all.is_empty())>
            <button class="button" data-open="earned" on:click=move |_| cx.side.set(Some(Side::Earned))>
                {t!(i18n, earned.open)}
            </button>
        </Show>
        <Show when=may>
            <For each=move || removed.get() key=|b| b.0 let:baseline>
                <button
                    class="plan-link"
                    on:click=move |_| {
                        cx.dispatch(Command::RestoreBaseline { id: baseline.0 });
                    }
                >
                    {
                        let name = baseline.1.clone();
                        move || t_string!(i18n, earned.bring_back, name = name.clone()).to_string()
                    }
                </button>
            </For>
        </Show>
    }
}

/// One baseline; its fields come when it is opened.
#[component]
fn One(id: BaselineId) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let fixed = move || !cx.may(Writes::Plan);
    let now = Memo::new(move |_| {
        cx.model.with(|model| {
            let mut all = model.view.plan.baselines.iter();
            let found = all.find(|baseline| baseline.id == id);
            found.map(|b| (b.name.clone(), b.at, b.tasks.len()))
        })
    });
    let name = move || now.with(|b| b.as_ref().map(|b| b.0.clone()).unwrap_or_default());
    let count = move || {
        let (_, at, n) = now.get()?;
        let at = cx.when_words(at);
        Some(t_string!(i18n, earned.count, n = n, at = at).to_string())
    };
    let rename = move |to: String| {
        let to = to.trim().to_owned();
        if to != untrack(name) {
            cx.dispatch(Command::RenameBaseline { id, name: to });
        }
    };
    let remove = move |_| {
        let name = untrack(name);
        if cx.dispatch(Command::RemoveBaseline { id }) {
            cx.say_done(t_string!(i18n, earned.removed, name = name).to_string());
        }
    };
    view! {
        <li>
            <details data-baseline=name>
                <summary>
                    <span class="plan-crew-name">{name}</span>
                    <small>{count}</small>
                </summary>
                <Show when=move || !fixed()>
                    <div class="plan-fields">
                        <label class="field wide">
                            <span class="field-label">{t!(i18n, earned.renamed)}</span>
                            <input
                                class="input"
                                data-baseline-field="name"
                                prop:value=name
                                on:change=move |ev| rename(event_target_value(&ev))
                            />
                        </label>
                        <button class="button button-quiet wide" on:click=remove>
                            {t!(i18n, earned.remove)}
                        </button>
                    </div>
                </Show>
            </details>
        </li>
    }
}
