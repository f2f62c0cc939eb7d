//! The sheet at the side: the details of a task, or one of the lists.

use leptos::prelude::*;

use super::baselines::Baselines;
use super::calendars::Calendars;
use super::conflicts::Conflicts;
use super::cx::{Side, use_cx};
use super::drafts::Refused;
use super::earned::Earned;
use super::fields::Fields;
use super::levels::Levels;
use super::lists::{Problems, RemovedList};
use super::past::History;
use super::proposals::Proposals;
use super::resources::Resources;
use super::settings::Settings;
use super::task::TaskSheet;
use crate::i18n::{t, t_string};
use crate::later::{self, Later};
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// The sheet.
#[component]
pub(crate) fn SideSheet() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let title = move || match cx.side.get() {
        Some(Side::Task(id)) => cx.task_words(id),
        Some(Side::Conflicts) => t_string!(i18n, plan.conflicts).to_string(),
        Some(Side::Removed) => t_string!(i18n, plan.removed).to_string(),
        Some(Side::Problems) => t_string!(i18n, plan.problems).to_string(),
        Some(Side::Refused) => t_string!(i18n, plan.refused).to_string(),
        Some(Side::Proposals) => t_string!(i18n, history.proposals).to_string(),
        Some(Side::Settings) => t_string!(i18n, plan.settings).to_string(),
        Some(Side::Calendars) => t_string!(i18n, plan.calendars).to_string(),
        Some(Side::Resources) => t_string!(i18n, resources.title).to_string(),
        Some(Side::Levels) => t_string!(i18n, resources.levels).to_string(),
        Some(Side::Baselines) => t_string!(i18n, earned.baselines).to_string(),
        Some(Side::Fields) => t_string!(i18n, fields.title).to_string(),
        Some(Side::Earned) => t_string!(i18n, earned.title).to_string(),
        Some(Side::History(Some(id))) => cx.task_words(id),
        Some(Side::History(None)) => t_string!(i18n, history.of_plan).to_string(),
        None => String::new(),
    };
    let close = move || {
        cx.side.set(None);
        cx.focus();
    };
    view! {
        <Show when=move || cx.side.get().is_some()>
            <aside
                class="plan-side"
                class:plan-side-wide=move || {
                    matches!(cx.side.get(), Some(Side::Conflicts | Side::History(_) | Side::Earned))
                }
                aria-label=title
                on:keydown=move |ev| {
                    if ev.key() == "Escape" && !ev.is_composing() {
                        ev.stop_propagation();
                        close();
                    }
                }
            >
                <header class="plan-side-head">
                    <h2>{title}</h2>
                    <button
                        class="button button-quiet button-icon"
                        aria-label=t!(i18n, plan.close)
                        on:click=move |_| close()
                    >
                        <Icon name="close" />
                    </button>
                </header>
                <div class="plan-side-body">
                    <Later load=later::side() />
                </div>
            </aside>
        </Show>
    }
}

/// What the sheet shows.
#[component]
pub fn SideBody() -> impl IntoView {
    let cx = use_cx();
    move || match cx.side.get() {
        Some(Side::Task(id)) => view! { <TaskSheet id=id /> }.into_any(),
        Some(Side::Conflicts) => view! { <Conflicts /> }.into_any(),
        Some(Side::Removed) => view! { <RemovedList /> }.into_any(),
        Some(Side::Problems) => view! { <Problems /> }.into_any(),
        Some(Side::Refused) => view! { <Refused /> }.into_any(),
        Some(Side::Proposals) => view! { <Proposals /> }.into_any(),
        Some(Side::Settings) => view! { <Settings /> }.into_any(),
        Some(Side::Calendars) => view! { <Calendars /> }.into_any(),
        Some(Side::Resources) => view! { <Resources /> }.into_any(),
        Some(Side::Levels) => view! { <Levels /> }.into_any(),
        Some(Side::Baselines) => view! { <Baselines /> }.into_any(),
        Some(Side::Fields) => view! { <Fields /> }.into_any(),
        Some(Side::Earned) => view! { <Earned /> }.into_any(),
        Some(Side::History(of)) => view! { <History of=of /> }.into_any(),
        None => ().into_any(),
    }
}
