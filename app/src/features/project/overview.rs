//! A project at a glance, and its name.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use shared::api::EditProject;
use shared::base::ProjectId;
use shared::domain::permission::{ProjectState, may_manage};

use super::feeds::Feeds;
use super::{project_of_address, row};
use crate::facts::{PlanFacts, facts};
use crate::i18n::{t, t_signal, t_string, use_i18n};
use crate::language::lang;
use crate::platform::http;
use crate::shell::{use_replica, use_shell};
use crate::ui::dates;
use crate::ui::field::{ErrorNotice, TextField};
use crate::ui::icon::Icon;
use crate::ui::show::Show;
use crate::words;

/// A project at a glance.
#[component]
pub fn Overview() -> impl IntoView {
    let address = project_of_address();
    move || {
        address
            .get()
            .map(|project| view! { <Of project=project /> })
    }
}

#[component]
fn Of(project: ProjectId) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let plan = replica.open(project);
    let row = row(project);
    let figures = Memo::new(move |_| plan.view().with(|v| v.as_ref().map(|v| facts(v))));
    let waiting = plan.pending_tasks();
    let manager = Memo::new(move |_| row.with(|r| may_manage(r.as_ref().map(|r| r.role))));
    let plan_address = format!("/projects/{project}/plan");
    let tile = move |label: Signal<String>, value: Signal<String>, class: &'static str| {
        view! {
            <div class=format!("tile {class}")>
                <dt>{move || label.get()}</dt>
                <dd class="num">{move || value.get()}</dd>
            </div>
        }
    };
    let date = move |pick: fn(PlanFacts) -> Option<shared::base::Moment>| {
        Signal::derive(move || {
            figures.get().and_then(pick).map_or_else(
                || "–".to_owned(),
                |d| dates::date(d, lang(i18n.get_locale())),
            )
        })
    };
    view! {
        <div class="page stack">
            {move || match figures.get() {
                None => view! { <p class="muted" role="status">{t!(i18n, shell.plan_on_its_way)}</p> }.into_any(),
                Some(f) if f.tasks == 0 => view! {
                    <section class="card empty">
                        <Icon name="projects" />
                        <h2>{t!(i18n, shell.empty_plan)}</h2>
                        <p>{t!(i18n, shell.empty_plan_explained)}</p>
                        <A href=plan_address.clone() attr:class="button button-primary">{t!(i18n, shell.open_plan)}</A>
                    </section>
                }.into_any(),
                Some(f) => view! {
                    <dl class="tiles">
                        {tile(t_signal!(i18n, shell.col_start), date(|f| f.start), "")}
                        {tile(t_signal!(i18n, shell.col_finish), date(|f| f.finish), "")}
                        {tile(t_signal!(i18n, shell.col_percent), Signal::derive(move || format!("{}%", f.percent)), "")}
                        {tile(t_signal!(i18n, shell.tasks_done), Signal::derive(move || format!("{} / {}", f.done, f.tasks)), "")}
                        {tile(t_signal!(i18n, shell.critical_open), Signal::derive(move || f.critical.to_string()), "")}
                        {tile(t_signal!(i18n, shell.waiting_here), Signal::derive(move || waiting.with(|w| w.len().to_string())), "")}
                    </dl>
                }.into_any(),
            }}
            <Show when=move || figures.with(|f| f.is_some_and(|f| f.conflicts + f.problems > 0))>
                <div class="notice notice-warn">
                    <Icon name="conflict" />
                    <p class="grow">
                        {move || {
                            let f = figures.get().unwrap_or_default();
                            t_string!(i18n, shell.conflicts_problems, conflicts = f.conflicts, problems = f.problems).to_string()
                        }}
                    </p>
                    <A href=format!("/projects/{project}/plan")>{t!(i18n, shell.open_plan)}</A>
                </div>
            </Show>
            <Show when=move || row.with(|r| r.as_ref().is_some_and(|r| r.state == ProjectState::Closed))>
                <div class="notice" role="status">
                    <Icon name="lock" />
                    <p class="grow">{t!(i18n, shell.project_closed)}</p>
                </div>
            </Show>
            <Feeds project=project />
            <Show when=move || manager.get()>
                <Rename project=project />
                <Template project=project />
                <Close project=project />
            </Show>
        </div>
    }
}

/// Writes an edit of the project; says that it was saved, or in `error` why not.
fn saving(project: ProjectId, error: RwSignal<Option<String>>) -> impl Fn(EditProject) + Copy {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    move |edit| {
        error.set(None);
        spawn_local(async move {
            match http::patch_only(&format!("/api/projects/{project}"), &edit).await {
                Ok(()) => {
                    replica.refresh();
                    shell.say(t_string!(i18n, shell.saved));
                }
                Err(failed) => {
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    }
}

#[component]
fn Rename(project: ProjectId) -> impl IntoView {
    let i18n = use_i18n();
    let row = row(project);
    let name = RwSignal::new(
        row.with_untracked(|r| r.as_ref().map_or_else(String::new, |r| r.name.clone())),
    );
    let error = RwSignal::new(None::<String>);
    let save = saving(project, error);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let edit = EditProject {
            name: Some(name.get_untracked().trim().to_owned()),
            ..EditProject::default()
        };
        save(edit);
    };
    view! {
        <form class="card" on:submit=submit>
            <div class="card-head"><h2>{t!(i18n, shell.project_settings)}</h2></div>
            <div class="card-body stack narrow">
                <ErrorNotice text=error />
                <TextField
                    id="project-rename"
                    label=t_signal!(i18n, shell.project_name)
                    value=name
                    required=true
                />
                <div>
                    <button
                        type="submit"
                        class="button"
                        disabled=move || row.with(|r| r.as_ref().is_some_and(|r| r.name == name.get().trim()))
                    >
                        {t!(i18n, common.save)}
                    </button>
                </div>
            </div>
        </form>
    }
}

/// Closes the project, or opens it again.
#[component]
fn Close(project: ProjectId) -> impl IntoView {
    let i18n = use_i18n();
    let row = row(project);
    let closed = Memo::new(move |_| {
        row.with(|r| r.as_ref().is_some_and(|r| r.state == ProjectState::Closed))
    });
    let error = RwSignal::new(None::<String>);
    let save = saving(project, error);
    let turn = move |_| {
        let state = if closed.get_untracked() {
            ProjectState::Open
        } else {
            ProjectState::Closed
        };
        let edit = EditProject {
            state: Some(state),
            ..EditProject::default()
        };
        save(edit);
    };
    view! {
        <section class="card">
            <div class="card-body stack narrow">
                <ErrorNotice text=error />
                <p class="muted">{t!(i18n, shell.close_project_explained)}</p>
                <div>
                    <button type="button" class="button" id="project-close" on:click=turn>
                        {move || {
                            if closed.get() {
                                t_string!(i18n, shell.reopen_project).to_string()
                            } else {
                                t_string!(i18n, shell.close_project).to_string()
                            }
                        }}
                    </button>
                </div>
            </div>
        </section>
    }
}

/// Whether new projects may begin with its plan.
#[component]
fn Template(project: ProjectId) -> impl IntoView {
    let i18n = use_i18n();
    let row = row(project);
    let is = Memo::new(move |_| row.with(|r| r.as_ref().is_some_and(|r| r.template)));
    let error = RwSignal::new(None::<String>);
    let save = saving(project, error);
    let turn = move |ev: leptos::ev::Event| {
        let edit = EditProject {
            template: Some(event_target_checked(&ev)),
            ..EditProject::default()
        };
        save(edit);
    };
    view! {
        <section class="card">
            <div class="card-body stack narrow">
                <ErrorNotice text=error />
                <label class="check">
                    <input type="checkbox" id="project-template" prop:checked=move || is.get() on:change=turn />
                    {t!(i18n, shell.is_template)}
                </label>
                <p class="muted">{t!(i18n, shell.is_template_explained)}</p>
            </div>
        </section>
    }
}
