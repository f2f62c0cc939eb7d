//! What needs a look: removed tasks and links, problems, refused edits; and their counters.

use leptos::prelude::*;
use shared::doc::command::Command;
use shared::doc::view::proposal::Proposal;

use super::columns::Writes;
use super::conflicts::ValueLine;
use super::cx::{Side, use_cx};
use crate::i18n::{t, t_string};
use crate::ui::show::Show;

/// The counters in the toolbar; those that count nothing are not there.
#[component]
pub(crate) fn Counters() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let refused = cx.open.refused();
    let conflicts = Memo::new(move |_| cx.model.with(|m| m.view.conflicts.len()));
    let removed = Memo::new(move |_| {
        cx.model
            .with(|m| m.view.removed.len() + m.view.removed_links.len())
    });
    let beside = Memo::new(move |_| {
        cx.model
            .with(|m| m.view.removed.iter().any(|r| !r.edited_beside.is_empty()))
    });
    let all = cx.open.proposals();
    // all of them, and those that are open
    let proposals = Memo::new(move |_| {
        let open = |all: &Vec<Proposal>| all.iter().filter(|p| p.decision.is_none()).count();
        all.with(|all| (all.len(), open(all)))
    });
    let problems = Memo::new(move |_| cx.model.with(|m| m.view.problems.len()));
    let show = move |side: Side| {
        let now = cx.side.get_untracked();
        cx.side.set((now != Some(side)).then_some(side));
    };
    view! {
        <Show when=move || { conflicts.get() > 0 }>
            <button class="plan-count" data-list="conflicts" on:click=move |_| show(Side::Conflicts)>
                {move || t_string!(i18n, plan.count_conflicts, n = conflicts.get()).to_string()}
            </button>
        </Show>
        <Show when=move || { problems.get() > 0 }>
            <button class="plan-count" data-list="problems" on:click=move |_| show(Side::Problems)>
                {move || t_string!(i18n, plan.count_problems, n = problems.get()).to_string()}
            </button>
        </Show>
        <Show when=move || refused.with(|r| !r.is_empty())>
            <button class="plan-count" data-list="refused" on:click=move |_| show(Side::Refused)>
                {move || t_string!(i18n, plan.count_refused, n = refused.with(Vec::len)).to_string()}
            </button>
        </Show>
        <Show when=move || { proposals.get().0 > 0 }>
            <button
                class="plan-count"
                class:quiet=move || proposals.get().1 == 0 || !cx.may_now(Writes::Plan)
                data-list="proposals"
                on:click=move |_| show(Side::Proposals)
            >
                {move || t_string!(i18n, history.count_proposals, n = proposals.get().1).to_string()}
            </button>
        </Show>
        <Show when=move || { removed.get() > 0 }>
            <button
                class="plan-count"
                class:quiet=move || !beside.get()
                data-list="removed"
                on:click=move |_| show(Side::Removed)
            >
                {move || t_string!(i18n, plan.count_removed, n = removed.get()).to_string()}
            </button>
        </Show>
    }
}

/// Removed tasks and links, with a way back.
#[component]
pub(crate) fn RemovedList() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let may = move || cx.may(Writes::Plan);
    view! {
        <p class="plan-lead">{t!(i18n, plan.removed_lead)}</p>
        {move || {
            let model = cx.model.get();
            let tasks = model.view.removed.iter().take(200).cloned().map(|removed| {
                let id = removed.task;
                let beside = removed.edited_beside.clone();
                let edits = beside.into_iter().map(|(field, written)| {
                    let field = StoredValue::new(field);
                    view! {
                        <li class="plan-value">
                            <div class="plan-value-text">
                                <small>{move || cx.field_words(&field.get_value())}</small>
                                <ValueLine field=field written=written />
                            </div>
                        </li>
                    }
                });
                let any = !removed.edited_beside.is_empty();
                view! {
                    <article class="plan-card" data-removed=id.to_string()>
                        <h3>{removed.name.clone()}</h3>
                        <small>
                            {move || {
                                t_string!(
                                    i18n,
                                    plan.removed_by,
                                    who = cx.person_words(removed.by),
                                    when = cx.when_words(removed.at)
                                ).to_string()
                            }}
                        </small>
                        {any.then(|| view! { <p class="plan-warn">{t!(i18n, plan.edited_beside)}</p> })}
                        <ul>{edits.collect_view()}</ul>
                        <Show when=may>
                            <button
                                class="button"
                                data-restore=""
                                on:click=move |_| {
                                    if cx.dispatch(Command::RestoreTasks { ids: vec![id] }) {
                                        cx.jump(id);
                                    }
                                }
                            >
                                {t!(i18n, plan.bring_back)}
                            </button>
                        </Show>
                    </article>
                }
            });
            let links = model.view.removed_links.iter().take(200).cloned().map(|removed| {
                let id = removed.link.id;
                view! {
                    <article class="plan-card">
                        <h3>{move || cx.link_words(id)}</h3>
                        <small>
                            {move || {
                                t_string!(
                                    i18n,
                                    plan.removed_by,
                                    who = cx.person_words(removed.by),
                                    when = cx.when_words(removed.at)
                                ).to_string()
                            }}
                        </small>
                        <Show when=may>
                            <button
                                class="button"
                                on:click=move |_| {
                                    cx.dispatch(Command::RestoreLink { id });
                                }
                            >
                                {t!(i18n, plan.bring_back)}
                            </button>
                        </Show>
                    </article>
                }
            });
            view! {
                {tasks.collect_view()}
                {links.collect_view()}
            }
        }}
    }
}

/// What a merge or an import broke.
#[component]
pub(crate) fn Problems() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    view! {
        <p class="plan-lead">{t!(i18n, plan.problems_lead)}</p>
        {move || {
            let model = cx.model.get();
            let problems = model.view.problems.iter().take(200);
            problems
                .map(|problem| {
                    let (words, task) = cx.problem_words(problem);
                    view! {
                        <article class="plan-card">
                            <p>{words}</p>
                            {task
                                .map(|id| {
                                    view! {
                                        <button class="button" on:click=move |_| cx.jump(id)>
                                            {t!(i18n, plan.show_task)}
                                        </button>
                                    }
                                })}
                        </article>
                    }
                })
                .collect_view()
        }}
    }
}
