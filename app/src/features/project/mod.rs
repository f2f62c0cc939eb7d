//! One project: its frame with tabs, the overview, the members.

mod feeds;
mod members;
mod overview;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{A, Outlet};
use leptos_router::hooks::{use_location, use_params_map};
use shared::api::Project;
use shared::base::ProjectId;

pub use members::Members;
pub use overview::Overview;

use crate::i18n::{t, t_string, use_i18n};
use crate::platform::{download, page};
use crate::shell::{use_replica, use_shell};
use crate::ui::icon::Icon;
use crate::words;

/// The project of the address.
pub fn project_of_address() -> Memo<Option<ProjectId>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|p| p.get("project"))?.parse().ok())
}

/// The project's row, as last heard.
fn row(project: ProjectId) -> Memo<Option<Project>> {
    let projects = use_replica().projects();
    Memo::new(move |_| projects.with(|all| all.iter().flatten().find(|p| p.id == project).cloned()))
}

/// The frame of a project, with its tabs.
#[component]
pub fn ProjectFrame() -> impl IntoView {
    // on its way before the plan is
    page::add_style("plumbline-plan-style");
    let address = project_of_address();
    move || match address.get() {
        Some(project) => view! { <Known project=project /> }.into_any(),
        None => view! { <Unknown /> }.into_any(),
    }
}

#[component]
fn Known(project: ProjectId) -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let projects = use_replica().projects();
    let row = row(project);
    let was = StoredValue::new(false);
    Effect::new(move |_| {
        if row.with(Option::is_some) {
            was.set_value(true);
        }
    });
    // known, on its way, or not for this person
    let state = Memo::new(move |_| {
        let fresh = shell
            .fresh
            .with(|f| f.as_ref().is_some_and(|f| f.project == project));
        match (row.with(Option::is_some), projects.with(Option::is_some)) {
            (true, _) => Some(true),
            (false, true) if !fresh => Some(false),
            _ => None,
        }
    });
    let name = move || row.with(|r| r.as_ref().map_or_else(String::new, |r| r.name.clone()));
    let base = format!("/projects/{project}");
    let path = use_location().pathname;
    let on_plan = move || path.with(|path| path.ends_with("/plan"));
    move || {
        match state.get() {
        None => view! { <p class="page muted page-wait" role="status">{t!(i18n, shell.loading)}</p> }.into_any(),
        Some(false) if was.get_value() => view! { <Removed /> }.into_any(),
        Some(false) => view! { <Unknown /> }.into_any(),
        Some(true) => view! {
            <div class="project">
                <header class="project-head">
                    <div class="project-title">
                        <A href="/projects" attr:class="project-back" attr:aria-label=t!(i18n, shell.projects)>
                            <Icon name="back" />
                        </A>
                        <h1 id="project-title">{name}</h1>
                        {move || row.get().map(|r| view! {
                            <span class="badge">{words::role(i18n, r.role)}</span>
                        })}
                    </div>
                    <nav class="tabs" aria-label=name>
                        <A href=base.clone() exact=true>{t!(i18n, shell.overview)}</A>
                        <A href=format!("{base}/plan")>{t!(i18n, shell.plan)}</A>
                        <A href=format!("{base}/forms")>{t!(i18n, reviews.forms_and_gates)}</A>
                        <A href=format!("{base}/registers")>{t!(i18n, shell.registers)}</A>
                        <A href=format!("{base}/members")>{t!(i18n, shell.members)}</A>
                    </nav>
                </header>
                // what only scrolls must be reached by keys; the plan scrolls by itself
                <div class="project-body" tabindex=move || (!on_plan()).then_some("0")>
                    <Outlet />
                </div>
            </div>
        }.into_any(),
    }
    }
}

/// The person was a member until a moment ago.
#[component]
fn Removed() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let waiting = replica.waiting();
    let export = move |_| {
        spawn_local(async move {
            match replica.export_unsent().await {
                Ok(made) => {
                    download::download("plumbline-unsent.json", "application/json", &made.bytes);
                    if !made.left_out.is_empty() {
                        let names = made.left_out.join(", ");
                        shell
                            .say(t_string!(i18n, shell.unsent_left_out, names = names).to_string());
                    }
                }
                Err(trouble) => shell.say(words::trouble(i18n, &trouble)),
            }
        });
    };
    view! {
        <section class="page">
            <div class="card empty" role="alert" id="no-longer-member">
                <Icon name="lock" />
                <h1>{t!(i18n, history.left_title)}</h1>
                <p>{t!(i18n, history.left_text)}</p>
                {move || {
                    (waiting.get() > 0).then(|| view! {
                        <p>{t_string!(i18n, history.left_waiting, n = waiting.get()).to_string()}</p>
                        <button type="button" class="button button-primary" id="left-export" on:click=export>
                            {t!(i18n, history.left_keep)}
                        </button>
                    })
                }}
                <A href="/projects" attr:class="button">{t!(i18n, shell.all_projects)}</A>
            </div>
        </section>
    }
}

#[component]
fn Unknown() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="page">
            <div class="card empty">
                <Icon name="projects" />
                <h1>{t!(i18n, shell.no_such_project)}</h1>
                <p>{t!(i18n, shell.no_such_project_explained)}</p>
                <A href="/projects" attr:class="button">{t!(i18n, shell.all_projects)}</A>
            </div>
        </section>
    }
}
