//! A copy of another project's plan, put into this one under a summary: templates, and what was done before.

use leptos::prelude::*;
use shared::base::{Moment, ProjectId};
use shared::doc::command::Command;
use shared::domain::plan::template::{self, Pattern};

use super::words;
use crate::i18n::{t, t_string, use_i18n};
use crate::platform::random;
use crate::replica::OpenPlan;
use crate::shell::{use_replica, use_shell};
use crate::ui::show::Show;

/// Which project, and how.
#[component]
pub(super) fn Insert(
    /// Into which plan.
    plan: OpenPlan,
    /// Of which project.
    project: ProjectId,
    /// Closes the dialog.
    close: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let others = Memo::new(move |_| {
        let mut all = replica.projects().get().unwrap_or_default();
        all.retain(|other| other.id != project);
        // templates first, each in the order of the list
        shared::base::sort::by_key(&mut all, |other| !other.template);
        all
    });
    let from = RwSignal::new(None::<ProjectId>);
    let name = RwSignal::new(String::new());
    let people = RwSignal::new(true);
    let first = plan.view().with_untracked(|view| {
        view.as_ref()
            .map_or_else(String::new, |view| view.plan.start.to_string())
    });
    let start = RwSignal::new(first.chars().take(10).collect::<String>());
    let error = RwSignal::new(None::<String>);
    let pattern = Memo::new(move |_| from.get().and_then(|from| replica.open(from).view().get()));
    let count = move || pattern.with(|p| p.as_ref().map(|p| p.plan.tasks.len()));
    let insert = move |_| {
        let (Some(pattern), Some(into)) = (pattern.get_untracked(), plan.view().get_untracked())
        else {
            return;
        };
        let day = start.get_untracked().parse::<Moment>();
        // at the time of day at which the pattern starts
        let of_day =
            pattern.plan.start.minutes() - Moment::from_day(pattern.plan.start.day()).minutes();
        let start = day.map_or(into.plan.start, |day| day.plus(of_day));
        let name = name.get_untracked();
        let how = Pattern {
            start,
            people: people.get_untracked(),
            beneath: Some(name.trim()),
            into: Some(&into.plan),
        };
        let mut copy = template::copy(&pattern.plan, &how, &mut random::id);
        // nothing of it starts before, whatever the plan that it comes into does
        for task in copy.tasks.iter_mut().filter(|task| task.parent.is_some()) {
            let waits = copy.links.iter().any(|link| link.succ == task.id);
            if !waits && start > into.plan.start {
                task.not_before = task.not_before.max(Some(start));
            }
        }
        let n = copy.tasks.len();
        let done = plan.dispatch(Command::ImportPlan {
            plan: Box::new(copy),
        });
        match done {
            Ok(()) => {
                close.run(());
                shell.say(t_string!(i18n, exchange.insert_done, n = n).to_string());
            }
            Err(refused) => error.set(Some(words::refusal(i18n, &refused))),
        }
    };
    let choose = move |ev: leptos::ev::Event| {
        let chosen: Option<ProjectId> = event_target_value(&ev).parse().ok();
        let named = others.with_untracked(|all| {
            let found = all.iter().find(|other| Some(other.id) == chosen);
            found.map(|other| other.name.clone())
        });
        name.set(named.unwrap_or_default());
        from.set(chosen);
    };
    view! {
        <Show when=move || others.with(|all| !all.is_empty())>
            <section class="dialog-body exchange-insert stack-2">
                <h3>{t!(i18n, exchange.insert_title)}</h3>
                <p class="field-hint">{t!(i18n, exchange.insert_lead)}</p>
                <select
                    class="select"
                    id="insert-from"
                    aria-label=t!(i18n, exchange.insert_title)
                    on:change=choose
                >
                    <option value="" selected=move || from.get().is_none()>
                        {t!(i18n, exchange.insert_choose)}
                    </option>
                    {move || {
                        let all = others.get().into_iter();
                        all.map(|other| {
                            let mark = match other.template {
                                true => format!("{} · {}", other.name, t_string!(i18n, shell.template)),
                                false => other.name,
                            };
                            view! { <option value=other.id.to_string()>{mark}</option> }
                        })
                            .collect_view()
                    }}
                </select>
                <Show when=move || from.with(Option::is_some)>
                    <Show
                        when=move || count().is_some_and(|n| n > 0)
                        fallback=move || {
                            view! {
                                <p role="status">
                                    {move || match count() {
                                        Some(_) => t_string!(i18n, exchange.insert_empty),
                                        None => t_string!(i18n, exchange.insert_waiting),
                                    }}
                                </p>
                            }
                        }
                    >
                        <div class="exchange-insert-fields">
                            <label class="field">
                                <span>{t!(i18n, exchange.insert_name)}</span>
                                <input
                                    class="input"
                                    id="insert-name"
                                    prop:value=move || name.get()
                                    on:input=move |ev| name.set(event_target_value(&ev))
                                />
                            </label>
                            <label class="field">
                                <span>{t!(i18n, exchange.insert_start)}</span>
                                <input
                                    class="input"
                                    type="date"
                                    id="insert-start"
                                    prop:value=move || start.get()
                                    on:input=move |ev| start.set(event_target_value(&ev))
                                />
                            </label>
                        </div>
                        <label class="check">
                            <input
                                type="checkbox"
                                id="insert-people"
                                prop:checked=move || people.get()
                                on:change=move |ev| people.set(event_target_checked(&ev))
                            />
                            {t!(i18n, exchange.insert_people)}
                        </label>
                        <Show when=move || error.with(Option::is_some)>
                            <p class="notice notice-danger" role="alert">{move || error.get()}</p>
                        </Show>
                        <div>
                            <button type="button" class="button button-primary" id="insert-plan" on:click=insert>
                                {t!(i18n, exchange.insert)}
                            </button>
                        </div>
                    </Show>
                </Show>
            </section>
        </Show>
    }
}
