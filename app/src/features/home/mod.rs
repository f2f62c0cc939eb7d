//! Home 工作台: what waits for me.

use shared::base::sort;
use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::A;
use shared::api::Project;
use shared::base::PersonId;
use shared::doc::view::plan::PlanView;

use crate::facts::facts;
use crate::i18n::{t, t_string, use_i18n};
use crate::language::lang;
use crate::later::{self, Later};
use crate::platform::clock;
use crate::replica::OpenPlan;
use crate::shell::{Overlay, use_replica, use_shell};
use crate::ui::dates::{self, Lang};
use crate::ui::icon::Icon;
use crate::ui::show::Show;
use crate::words;

/// At most so many plans are read for this page.
const PLANS: usize = 12;
/// At most so many of my tasks are listed.
const TASKS: usize = 30;

/// Home 工作台.
#[component]
pub fn Home() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let projects = replica.projects();
    let inbox = replica.inbox();
    let decides = move || {
        inbox.with(|inbox| {
            inbox
                .as_ref()
                .is_some_and(|inbox| !inbox.waiting.is_empty() || !inbox.duties.is_empty())
        })
    };
    let with_plans = move || {
        let all = projects.get().unwrap_or_default();
        all.into_iter()
            .take(PLANS)
            .map(|project| {
                let plan = replica.open(project.id);
                (project, plan)
            })
            .collect::<Vec<_>>()
    };
    let name = move || {
        shell.account.with(|a| {
            a.as_ref()
                .map_or_else(String::new, |a| a.session.display_name.clone())
        })
    };
    view! {
        <div class="page">
            <header class="page-head">
                <div class="grow">
                    <h1>{t!(i18n, shell.home)}</h1>
                    <p class="muted">
                        {move || t_string!(i18n, shell.hello, name = name()).to_string()}
                    </p>
                </div>
                <button
                    type="button"
                    class="button button-primary"
                    on:click=move |_| shell.overlay.set(Some(Overlay::NewProject))
                >
                    <Icon name="plus" />
                    {t!(i18n, shell.new_project)}
                </button>
            </header>
            // who decides for others may have no project of their own
            <Show when=decides>
                <Later load=later::inbox_card() />
            </Show>
            {move || match projects.with(|p| p.as_ref().map(Vec::len)) {
                None => view! { <p class="muted page-wait" role="status">{t!(i18n, shell.loading)}</p> }.into_any(),
                Some(0) => view! { <NoProjects /> }.into_any(),
                Some(_) => {
                    view! {
                        <div class="home">
                            <Mine plans=Signal::derive(with_plans) />
                            <Waiting plans=Signal::derive(with_plans) />
                            <section class="card">
                                <div class="card-head">
                                    <h2 class="grow">{t!(i18n, shell.projects)}</h2>
                                    <A href="/projects">{t!(i18n, shell.all_projects)}</A>
                                </div>
                                <ul class="plain-list">
                                    {move || with_plans().into_iter().map(|(project, plan)| {
                                        view! { <ProjectLine project=project plan=plan /> }
                                    }).collect_view()}
                                </ul>
                            </section>
                        </div>
                    }.into_any()
                }
            }}
        </div>
    }
}

#[component]
fn NoProjects() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    view! {
        <section class="card empty">
            <Icon name="projects" />
            <h2>{t!(i18n, shell.no_projects)}</h2>
            <p>{t!(i18n, shell.no_projects_explained)}</p>
            <button
                type="button"
                class="button button-primary"
                on:click=move |_| shell.overlay.set(Some(Overlay::NewProject))
            >
                <Icon name="plus" />
                {t!(i18n, shell.new_project)}
            </button>
        </section>
    }
}

/// A task of mine that is due, late or running.
struct MyTask {
    project: Project,
    name: String,
    start: String,
    finish: String,
    late: bool,
    running: bool,
    sort: i64,
}

/// My open tasks that start within seven days, the earliest finish first.
fn my_tasks(person: PersonId, lang: Lang, project: &Project, view: &PlanView) -> Vec<MyTask> {
    let now = clock::local_now();
    let week = now.plus(7 * shared::base::time::DAY);
    let me = person.to_string();
    let rows = view.plan.tasks.iter().zip(&view.schedule.rows);
    rows.filter(|(task, dates)| {
        !dates.summary && task.owner == me && task.percent < 100 && dates.early_start <= week
    })
    .map(|(task, row)| MyTask {
        project: project.clone(),
        name: task.name.clone(),
        start: dates::date(row.early_start, lang),
        finish: dates::date(row.early_finish, lang),
        late: row.early_finish < now,
        running: task.actual_start.is_some() || task.percent > 0,
        sort: row.early_finish.minutes(),
    })
    .collect()
}

#[component]
fn Mine(plans: Signal<Vec<(Project, OpenPlan)>>) -> impl IntoView {
    let i18n = use_i18n();
    let person = use_replica().person();
    let tasks = move || {
        let lang = lang(i18n.get_locale());
        let mut all = plans.with(|plans| {
            plans
                .iter()
                .flat_map(|(project, plan)| {
                    let view: Option<Arc<PlanView>> = plan.view().get();
                    view.map_or_else(Vec::new, |view| my_tasks(person, lang, project, &view))
                })
                .collect::<Vec<_>>()
        });
        sort::by_key(&mut all, |task| task.sort);
        all.truncate(TASKS);
        all
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{t!(i18n, shell.my_week)}</h2>
            </div>
            {move || {
                let tasks = tasks();
                if tasks.is_empty() {
                    return view! {
                        <p class="card-body muted">{t!(i18n, shell.my_week_empty)}</p>
                    }.into_any();
                }
                view! {
                    <ul class="plain-list">
                        {tasks.into_iter().map(|task| view! {
                            <li>
                                <A href=format!("/projects/{}/plan", task.project.id) attr:class="line">
                                    <span class="grow">
                                        <strong>{task.name}</strong>
                                        <small class="muted">{task.project.name}</small>
                                    </span>
                                    <span class="num muted">{task.start}" – "{task.finish}</span>
                                    {if task.late {
                                        view! { <span class="badge badge-warn">{t!(i18n, shell.late)}</span> }.into_any()
                                    } else if task.running {
                                        view! { <span class="badge badge-accent">{t!(i18n, shell.running)}</span> }.into_any()
                                    } else {
                                        view! { <span class="badge">{t!(i18n, shell.to_start)}</span> }.into_any()
                                    }}
                                </A>
                            </li>
                        }).collect_view()}
                    </ul>
                }.into_any()
            }}
        </section>
    }
}

/// Conflicts, refused edits and recovered typing over all projects.
#[component]
fn Waiting(plans: Signal<Vec<(Project, OpenPlan)>>) -> impl IntoView {
    let i18n = use_i18n();
    let lines = move || {
        plans.with(|plans| {
            plans
                .iter()
                .flat_map(|(project, plan)| {
                    let conflicts = plan
                        .view()
                        .with(|v| v.as_ref().map_or(0, |v| facts(v).conflicts));
                    let refused = plan.refused().with(Vec::len);
                    let recovered = plan.recovered().with(Vec::len);
                    let project = project.clone();
                    [
                        (
                            conflicts,
                            "conflict",
                            t_string!(i18n, shell.conflicts_n, n = conflicts).to_string(),
                        ),
                        (
                            refused,
                            "failed",
                            t_string!(i18n, shell.refused_n, n = refused).to_string(),
                        ),
                        (
                            recovered,
                            "eye",
                            t_string!(i18n, shell.recovered_n, n = recovered).to_string(),
                        ),
                    ]
                    .into_iter()
                    .filter(|(count, _, _)| *count > 0)
                    .map(move |(_, icon, text)| (project.clone(), icon, text))
                })
                .collect::<Vec<_>>()
        })
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{t!(i18n, shell.to_settle)}</h2>
            </div>
            {move || {
                let lines = lines();
                if lines.is_empty() {
                    return view! {
                        <p class="card-body muted">{t!(i18n, shell.to_settle_empty)}</p>
                    }.into_any();
                }
                view! {
                    <ul class="plain-list">
                        {lines.into_iter().map(|(project, icon, text)| view! {
                            <li>
                                <A href=format!("/projects/{}/plan", project.id) attr:class="line">
                                    <span class="badge badge-warn"><Icon name=icon /></span>
                                    <span class="grow">
                                        <strong>{text}</strong>
                                        <small class="muted">{project.name}</small>
                                    </span>
                                </A>
                            </li>
                        }).collect_view()}
                    </ul>
                }.into_any()
            }}
        </section>
    }
}

#[component]
fn ProjectLine(project: Project, plan: OpenPlan) -> impl IntoView {
    let i18n = use_i18n();
    let figures = Memo::new(move |_| plan.view().with(|v| v.as_ref().map(|v| facts(v))));
    let role = project.role;
    view! {
        <li>
            <A href=format!("/projects/{}", project.id) attr:class="line">
                <span class="grow">
                    <strong>{project.name}</strong>
                    <small class="muted">{move || words::role(i18n, role)}</small>
                </span>
                {move || match figures.get() {
                    None => view! { <span class="muted">{t!(i18n, shell.not_here_yet)}</span> }.into_any(),
                    Some(f) if f.tasks == 0 => view! { <span class="muted">{t!(i18n, shell.empty_plan)}</span> }.into_any(),
                    Some(f) => view! {
                        <span class="line-progress">
                            <span class="progress"><span style:width=format!("{}%", f.percent)></span></span>
                            <span class="num">{format!("{}%", f.percent)}</span>
                        </span>
                        <span class="num muted line-date">
                            {move || f.finish.map(|d| dates::date(d, lang(i18n.get_locale()))).unwrap_or_default()}
                        </span>
                    }.into_any(),
                }}
            </A>
        </li>
    }
}
