//! Over-allocation, and levelling: looked for in a Worker, shown as a difference, applied as ordinary edits.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::{Minutes, Moment, ProjectId, ResourceId, TaskId, sort};
use shared::doc::command::{Command, TaskEdit};
use shared::doc::view::plan::PlanView;
use shared::domain::permission::Access;
use shared::domain::schedule::level::{self, Change, Levelled, Load, Options};

use super::columns::Writes;
use super::crew::{self, work_words};
use super::cx::{Cx, Side, use_cx};
use crate::i18n::{t, t_string};
use crate::platform::worker::{Input, Job, WorkerError};
use crate::replica::OpenPlan;
use crate::ui::dates;
use crate::ui::each::For;
use crate::ui::show::Show;

/// Rows of a list that are shown.
const MOST: usize = 200;

/// Consecutive days on which the same tasks ask too much of a resource.
#[derive(Debug, Clone, PartialEq)]
struct Span {
    resource: ResourceId,
    first: Moment,
    last: Moment,
    /// The greatest demand of a day, and what there is then.
    asked: (Minutes, Minutes),
    tasks: Vec<TaskId>,
}

/// Over-allocated days, those put together that follow each other for the same tasks.
fn spans(loads: &[Load]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for over in loads.iter().flat_map(|load| &load.over) {
        let tasks: Vec<TaskId> = over.tasks.iter().map(|(_, task, _)| *task).collect();
        let (day, asked) = (over.load.day, (over.load.demand, over.load.capacity));
        match spans.last_mut() {
            // a weekend may lie between
            Some(last)
                if last.resource == over.resource
                    && last.tasks == tasks
                    && day.day() - last.last.day() <= 3 =>
            {
                last.last = day;
                last.asked = last.asked.max(asked);
            }
            _ => spans.push(Span {
                resource: over.resource,
                first: day,
                last: day,
                asked,
                tasks,
            }),
        }
    }
    sort::by_key(&mut spans, |span| (span.first, span.resource));
    spans
}

/// A proposal, and the plan that it was made from.
#[derive(Clone)]
struct Proposal {
    levelled: Arc<Levelled>,
    view: Arc<PlanView>,
    /// The other plans that it looked at, with what they were.
    others: Vec<(ProjectId, Arc<PlanView>)>,
}

/// Other plans of this device that use one of this plan's resources.
fn others(cx: &Cx) -> Vec<(ProjectId, OpenPlan, Arc<PlanView>)> {
    let ours = cx.model.get_untracked();
    let resources = &ours.view.plan.resources;
    let projects = cx.replica.projects().get_untracked().unwrap_or_default();
    let all = projects
        .into_iter()
        .filter(|project| project.id != cx.project);
    let open = all.filter_map(|project| {
        let open = cx.replica.open(project.id);
        let view = open.view().get_untracked()?;
        let shares = view.plan.resources.iter();
        let shares = shares
            .filter(|theirs| resources.iter().any(|r| r.id == theirs.id))
            .count();
        (shares > 0).then_some((project.id, open, view))
    });
    open.collect()
}

async fn propose(
    slot: StoredValue<Option<Rc<Job>>, LocalStorage>,
    text: String,
) -> Result<Levelled, WorkerError> {
    let job = Rc::new(Job::start("level", &text, Input::None)?);
    slot.try_set_value(Some(Rc::clone(&job)));
    let answer = job.answer().await;
    slot.try_set_value(None);
    let answer = answer?;
    let json = answer.json.unwrap_or_default();
    match (answer.ok, serde_json::from_str(&json)) {
        (true, Ok(levelled)) => Ok(levelled),
        (true, Err(error)) => Err(WorkerError::Crashed(error.to_string())),
        (false, _) => Err(WorkerError::Crashed(json)),
    }
}

/// The commands of a change.
fn commands(change: &Change) -> Vec<Command> {
    let delays = change.delays.iter();
    delays
        .map(|delay| Command::EditTask {
            id: delay.task,
            edit: TaskEdit::NotBefore(Some(delay.to)),
        })
        .collect()
}

/// The sheet.
#[component]
pub(crate) fn Levels() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let loads = Memo::new(move |_| crew::loads(&cx.model.get(), cx.project));
    let found = Memo::new(move |_| loads.with(|loads| spans(loads)));
    let asked = move || {
        cx.model
            .with(|model| !model.view.plan.assignments.is_empty())
    };
    let within = RwSignal::new(false);
    let together = RwSignal::new(false);
    let slot = StoredValue::new_local(None::<Rc<Job>>);
    let working = RwSignal::new(false);
    let trouble = RwSignal::new(None::<String>);
    let proposal = RwSignal::new(None::<Proposal>);
    // other plans are read when the sheet opens
    let shared = Memo::new(move |_| {
        let projects = cx.replica.projects().get().unwrap_or_default();
        let all = projects.iter().filter(|project| project.id != cx.project);
        let open: Vec<_> = all
            .filter_map(|project| cx.replica.open(project.id).view().get())
            .collect();
        let model = cx.model.get();
        let ours = &model.view.plan.resources;
        let uses = |view: &Arc<PlanView>| {
            let mut theirs = view.plan.resources.iter();
            theirs.any(|theirs| ours.iter().any(|r| r.id == theirs.id))
        };
        open.iter().any(uses)
    });
    let forget = move || {
        proposal.set(None);
        cx.proposed.set(Arc::default());
    };
    on_cleanup(move || {
        cx.proposed.try_set(Arc::default());
    });
    let start = move |_| {
        let view = cx.model.with_untracked(|model| model.view.clone());
        let others = match together.get_untracked() {
            true => others(&cx),
            false => Vec::new(),
        };
        let project = |id: ProjectId, view: &PlanView, own: bool| {
            // of a plan that one may not write, nothing is to move
            let priority = if own { level::NORMAL } else { level::KEEP };
            serde_json::json!({ "id": id, "plan": view.plan, "priority": priority })
        };
        let mut projects = vec![project(cx.project, &view, true)];
        for (id, open, view) in &others {
            let may = open.access().get_untracked().0 == Access::Write;
            projects.push(project(*id, view, may));
        }
        let options = Options {
            within_slack: within.get_untracked(),
            ..Options::default()
        };
        let text = serde_json::json!({ "projects": projects, "options": options }).to_string();
        forget();
        trouble.set(None);
        working.set(true);
        spawn_local(async move {
            let done = propose(slot, text).await;
            working.try_set(false);
            match done {
                Ok(levelled) => {
                    let moved = levelled.changes.first().map(|change| {
                        let moved = change.moved.iter();
                        moved.map(|m| (m.task, m.after)).collect::<HashMap<_, _>>()
                    });
                    cx.proposed.try_set(Arc::new(moved.unwrap_or_default()));
                    proposal.try_set(Some(Proposal {
                        levelled: Arc::new(levelled),
                        view,
                        others: others.into_iter().map(|(id, _, view)| (id, view)).collect(),
                    }));
                }
                Err(WorkerError::Cancelled) => {}
                Err(error) => {
                    let why = error.to_string();
                    let words = t_string!(i18n, resources.failed, why = why).to_string();
                    trouble.try_set(Some(words));
                }
            }
        });
    };
    let cancel = move |_| {
        slot.with_value(|job| {
            if let Some(job) = job {
                job.cancel();
            }
        });
    };
    view! {
        <button class="plan-link" on:click=move |_| cx.side.set(Some(Side::Resources))>
            "← "
            {t!(i18n, resources.title)}
        </button>
        <Show
            when=asked
            fallback=move || view! { <p class="plan-none">{t!(i18n, resources.levels_no_resources)}</p> }
        >
            <p class="plan-lead">{t!(i18n, resources.levels_lead)}</p>
            <Show
                when=move || found.with(|found| !found.is_empty())
                fallback=move || view! { <p class="plan-none">{t!(i18n, resources.levels_none)}</p> }
            >
                <Show when=move || cx.may(Writes::Plan) && proposal.with(Option::is_none)>
                    <div class="plan-fields" data-levelling>
                        <label class="check wide">
                            <input
                                type="checkbox"
                                data-level-field="within"
                                prop:checked=move || within.get()
                                on:change=move |ev| within.set(event_target_checked(&ev))
                            />
                            {t!(i18n, resources.within_slack)}
                        </label>
                        <Show when=move || shared.get()>
                            <label class="check wide">
                                <input
                                    type="checkbox"
                                    data-level-field="together"
                                    prop:checked=move || together.get()
                                    on:change=move |ev| together.set(event_target_checked(&ev))
                                />
                                {t!(i18n, resources.with_projects)}
                            </label>
                        </Show>
                        <Show
                            when=move || working.get()
                            fallback=move || view! {
                                <button class="button button-primary wide" data-level="propose" on:click=start>
                                    {t!(i18n, resources.propose)}
                                </button>
                            }
                        >
                            <p class="plan-none wide" role="status">{t!(i18n, resources.working)}</p>
                            <button class="button wide" on:click=cancel>
                                {t!(i18n, resources.cancel)}
                            </button>
                        </Show>
                        <Show when=move || trouble.with(Option::is_some)>
                            <p class="plan-warn wide" role="alert">{move || trouble.get()}</p>
                        </Show>
                    </div>
                </Show>
                {move || {
                    proposal.get().map(|made| view! { <Proposed made=made forget=forget /> })
                }}
                <ul class="plan-over" data-over>
                    <For
                        each=move || {
                            let mut all = found.get();
                            all.truncate(MOST);
                            all
                        }
                        key=|s| (s.resource, s.first, s.last, s.asked, s.tasks.clone())
                        let:span
                    >
                        <Over span=span />
                    </For>
                </ul>
            </Show>
        </Show>
    }
}

/// Days on which too much is asked of a resource, and who asks.
#[component]
fn Over(span: Span) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let (first, last, asked, resource) = (span.first, span.last, span.asked, span.resource);
    let days = move || {
        let lang = cx.lang.get();
        match first == last {
            true => dates::date(first, lang),
            false => format!("{} – {}", dates::date(first, lang), dates::date(last, lang)),
        }
    };
    let line = move || {
        t_string!(
            i18n,
            resources.over_line,
            asked = work_words(&cx, asked.0),
            there = work_words(&cx, asked.1)
        )
        .to_string()
    };
    view! {
        <li class="plan-card">
            <strong>{move || cx.resource_words(resource)}</strong>
            <span>{days}</span>
            <span class="plan-warn">{line}</span>
            {span
                .tasks
                .into_iter()
                .map(|task| {
                    view! {
                        <button class="plan-link" on:click=move |_| cx.jump(task)>
                            {move || cx.task_words(task)}
                        </button>
                    }
                })
                .collect_view()}
        </li>
    }
}

/// A proposal as a difference, to be applied or not.
#[component]
fn Proposed(made: Proposal, forget: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let made = StoredValue::new(made);
    // what it was made from is what is there
    let stale = Memo::new(move |_| {
        let view = cx.model.with(|model| model.view.clone());
        let same = |a: &Arc<PlanView>, b: &Arc<PlanView>| Arc::ptr_eq(a, b) || a.plan == b.plan;
        made.with_value(|made| {
            let other = |(id, was): &(ProjectId, Arc<PlanView>)| {
                let now = cx.replica.open(*id).view().get();
                now.is_none_or(|now| !same(was, &now))
            };
            !same(&made.view, &view) || made.others.iter().any(other)
        })
    });
    let (waits, moves, left) = made.with_value(|made| {
        let changes = || made.levelled.changes.iter();
        (
            changes().map(|c| c.delays.len()).sum::<usize>(),
            changes().map(|c| c.moved.len()).sum::<usize>(),
            made.levelled.left.len(),
        )
    });
    let apply = move |_| {
        let changes = made.with_value(|made| made.levelled.changes.clone());
        let mut done = true;
        for change in &changes {
            if change.project == cx.project {
                done = cx.dispatch_all(commands(change));
            } else if !change.delays.is_empty() {
                let open = cx.replica.open(change.project);
                let _one = open.one_step();
                done &= commands(change)
                    .into_iter()
                    .all(|c| open.dispatch(c).is_ok());
            }
        }
        forget();
        if done {
            cx.say_done(t_string!(i18n, resources.applied, n = waits).to_string());
        }
    };
    let names = move |project: ProjectId| {
        let projects = cx.replica.projects().get().unwrap_or_default();
        let name = projects.iter().find(|p| p.id == project);
        name.map_or_else(String::new, |p| p.name.clone())
    };
    let finish = move || {
        let changes = made.with_value(|made| made.levelled.changes.clone());
        let lang = cx.lang.get();
        let each = changes.into_iter().map(|change| {
            let name = names(change.project);
            let (before, after) = change.finish;
            let words = if dates::date(before, lang) == dates::date(after, lang) {
                let finish = dates::date(after, lang);
                t_string!(i18n, resources.finish_stays, name = name, finish = finish).to_string()
            } else {
                t_string!(
                    i18n,
                    resources.finish_moves,
                    name = name,
                    before = dates::date(before, lang),
                    after = dates::date(after, lang)
                )
                .to_string()
            };
            view! { <p>{words}</p> }
        });
        each.collect_view()
    };
    // those that wait themselves; what follows them moves along
    let own = made.with_value(|made| {
        let own = made
            .levelled
            .changes
            .iter()
            .find(|c| c.project == cx.project);
        own.map_or_else(Vec::new, |change| {
            let waits = |task: TaskId| change.delays.iter().any(|d| d.task == task);
            let mut moved: Vec<_> = change.moved.clone();
            moved.retain(|m| waits(m.task));
            sort::by_key(&mut moved, |m| m.after);
            moved.truncate(MOST);
            moved
        })
    });
    view! {
        <section class="plan-card" data-proposal>
            <h3>{t!(i18n, resources.proposal)}</h3>
            {finish}
            <Show when=move || waits == 0>
                <p class="plan-none">{t!(i18n, resources.nothing)}</p>
            </Show>
            <Show when=move || { waits > 0 }>
                <p>{move || t_string!(i18n, resources.waits, n = waits, m = moves).to_string()}</p>
            </Show>
            <Show when=move || { left > 0 }>
                <p class="plan-warn">{move || t_string!(i18n, resources.left, n = left).to_string()}</p>
            </Show>
            <ul class="plan-moves">
                {own
                    .into_iter()
                    .map(|moved| {
                        view! {
                            <li>
                                <button class="plan-link" on:click=move |_| cx.jump(moved.task)>
                                    {move || cx.task_words(moved.task)}
                                </button>
                                <span>
                                    {move || {
                                        let lang = cx.lang.get();
                                        t_string!(
                                            i18n,
                                            resources.moves,
                                            before = dates::date(moved.before.0, lang),
                                            after = dates::date(moved.after.0, lang)
                                        ).to_string()
                                    }}
                                </span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <Show when=move || stale.get()>
                <p class="plan-warn" role="alert">{t!(i18n, resources.stale)}</p>
            </Show>
            <div class="row">
                <Show when=move || { waits > 0 }>
                    <button
                        class="button button-primary"
                        data-level="apply"
                        disabled=move || stale.get()
                        on:click=apply
                    >
                        {t!(i18n, resources.apply)}
                    </button>
                </Show>
                <button class="button" data-level="discard" on:click=move |_| forget()>
                    {t!(i18n, resources.discard)}
                </button>
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::schedule::level::{DayLoad, Over};

    #[test]
    fn days_of_the_same_tasks_are_one_line() {
        let over = |day: i64, tasks: &[u8]| Over {
            resource: ResourceId::from_bytes([1; 8]),
            load: DayLoad {
                day: Moment::from_day(day),
                demand: 900 + day,
                capacity: 480,
            },
            tasks: tasks
                .iter()
                .map(|n| {
                    let project = ProjectId::from_bytes([1; 16]);
                    (project, TaskId::from_bytes([*n; 8]), 480)
                })
                .collect(),
        };
        let load = Load {
            resource: ResourceId::from_bytes([1; 8]),
            days: Vec::new(),
            // a Friday and the Monday after it, then one day of others
            over: vec![over(1, &[1, 2]), over(4, &[1, 2]), over(5, &[1, 3])],
        };
        let found = spans(&[load]);
        let days: Vec<_> = found
            .iter()
            .map(|s| (s.first.day(), s.last.day()))
            .collect();
        assert_eq!(days, [(1, 4), (5, 5)]);
        assert_eq!(found.first().map(|s| s.asked), Some((904, 480)));
    }
}
