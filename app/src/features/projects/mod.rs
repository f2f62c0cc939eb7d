//! Projects 项目: the list, and making a new one.

mod create;

use std::collections::HashSet;

use crate::ui::show::Show;
use leptos::prelude::*;
use leptos_router::components::A;
use shared::api::Project;
use shared::base::{PersonId, ProjectId};

pub use create::NewProject;

use crate::facts::facts;
use crate::i18n::{t, use_i18n};
use crate::language::lang;
use crate::replica::OpenPlan;
use crate::shell::{Overlay, use_replica, use_shell};
use crate::ui::dates;
use crate::ui::each::For;
use crate::ui::icon::Icon;
use crate::words;

/// At most so many plans are read for their figures.
const PLANS: usize = 30;

/// The projects of the person.
#[component]
pub fn Projects() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let projects = replica.projects();
    let search = RwSignal::new(String::new());
    let opened = StoredValue::new(HashSet::<ProjectId>::new());
    let plan_of = move |project: ProjectId| {
        let known = opened.with_value(|o| o.contains(&project) || o.len() < PLANS);
        known.then(|| {
            opened.update_value(|o| {
                o.insert(project);
            });
            replica.open(project)
        })
    };
    let shown = Memo::new(move |_| {
        let search = search.get().trim().to_lowercase();
        let mut all = projects.get().unwrap_or_default();
        all.retain(|project| project.name.to_lowercase().contains(&search));
        all
    });
    let count = move || projects.with(|p| p.as_ref().map(Vec::len));
    view! {
        <div class="page">
            <header class="page-head">
                <h1 class="grow">{t!(i18n, shell.projects)}</h1>
                <Show when=move || { count().unwrap_or(0) > 5 }>
                    <input
                        class="input page-search"
                        type="search"
                        aria-label=t!(i18n, shell.filter_projects)
                        placeholder=t!(i18n, shell.filter_projects)
                        prop:value=move || search.get()
                        on:input=move |event| search.set(event_target_value(&event))
                    />
                </Show>
                <button
                    type="button"
                    id="new-project"
                    class="button button-primary"
                    on:click=move |_| shell.overlay.set(Some(Overlay::NewProject))
                >
                    <Icon name="plus" />
                    {t!(i18n, shell.new_project)}
                </button>
            </header>
            {move || match count() {
                None => view! { <p class="muted page-wait" role="status">{t!(i18n, shell.loading)}</p> }.into_any(),
                Some(0) => view! {
                    <section class="card empty">
                        <Icon name="projects" />
                        <h2>{t!(i18n, shell.no_projects)}</h2>
                        <p>{t!(i18n, shell.no_projects_explained)}</p>
                    </section>
                }.into_any(),
                Some(_) => view! {
                    <div class="card table-wrap">
                        <table class="table projects-table">
                            <thead>
                                <tr>
                                    <th scope="col">{t!(i18n, shell.col_name)}</th>
                                    <th scope="col">{t!(i18n, shell.col_role)}</th>
                                    <th scope="col">{t!(i18n, shell.col_members)}</th>
                                    <th scope="col">{t!(i18n, shell.col_start)}</th>
                                    <th scope="col">{t!(i18n, shell.col_finish)}</th>
                                    <th scope="col">{t!(i18n, shell.col_percent)}</th>
                                    <th scope="col">{t!(i18n, shell.col_conflicts)}</th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || shown.get() key=|p| (p.id, p.name.clone(), p.role, p.members.len(), p.template) let:project>
                                    <ProjectRow plan=plan_of(project.id) project=project />
                                </For>
                            </tbody>
                        </table>
                        <Show when=move || shown.with(Vec::is_empty)>
                            <p class="card-body muted">{t!(i18n, shell.palette_none)}</p>
                        </Show>
                    </div>
                }.into_any(),
            }}
        </div>
    }
}

/// Names of members, the first few.
fn member_names(project: &Project, name: impl Fn(PersonId) -> Option<String>) -> String {
    const SHOWN: usize = 3;
    let mut names: Vec<_> = project
        .members
        .iter()
        .filter_map(|member| name(member.person))
        .take(SHOWN)
        .collect();
    let more = project.members.len().saturating_sub(names.len());
    if more > 0 {
        names.push(format!("+{more}"));
    }
    names.join("  ")
}

#[component]
fn ProjectRow(project: Project, plan: Option<OpenPlan>) -> impl IntoView {
    let i18n = use_i18n();
    let organisation = use_replica().organisation();
    let figures =
        Memo::new(move |_| plan.and_then(|p| p.view().with(|v| v.as_ref().map(|v| facts(v)))));
    let date = move |pick: fn(&crate::facts::PlanFacts) -> Option<shared::base::Moment>| {
        figures.get().and_then(|f| pick(&f)).map_or_else(
            || "–".to_owned(),
            |date| dates::date(date, lang(i18n.get_locale())),
        )
    };
    let role = project.role;
    let members = project.clone();
    let names = move || {
        organisation.with(|o| {
            member_names(&members, |person| {
                let people = &o.as_ref()?.people;
                people
                    .iter()
                    .find(|p| p.id == person)
                    .map(|p| p.display_name.clone())
            })
        })
    };
    view! {
        <tr>
            <td data-label="">
                <A href=format!("/projects/{}/plan", project.id) attr:class="project-name">
                    {project.name}
                </A>
                {project
                    .template
                    .then(|| view! { <span class="badge">{t!(i18n, shell.template)}</span> })}
            </td>
            <td data-label=t!(i18n, shell.col_role)>
                <span class="badge" title=move || words::role_hint(i18n, role)>
                    {move || words::role(i18n, role)}
                </span>
            </td>
            <td data-label=t!(i18n, shell.col_members) class="muted">{names}</td>
            <td data-label=t!(i18n, shell.col_start)>{move || date(|f| f.start)}</td>
            <td data-label=t!(i18n, shell.col_finish)>{move || date(|f| f.finish)}</td>
            <td data-label=t!(i18n, shell.col_percent)>
                {move || match figures.get() {
                    Some(f) if f.tasks > 0 => view! {
                        <span class="line-progress">
                            <span class="progress"><span style:width=format!("{}%", f.percent)></span></span>
                            <span class="num">{format!("{}%", f.percent)}</span>
                        </span>
                    }.into_any(),
                    Some(_) => view! { <span class="muted">{t!(i18n, shell.empty_plan)}</span> }.into_any(),
                    None => view! { <span class="muted">{t!(i18n, shell.not_here_yet)}</span> }.into_any(),
                }}
            </td>
            <td data-label=t!(i18n, shell.col_conflicts)>
                {move || match figures.get().map_or(0, |f| f.conflicts) {
                    0 => view! { <span class="muted">"0"</span> }.into_any(),
                    n => view! { <span class="badge badge-warn"><Icon name="conflict" />{n}</span> }.into_any(),
                }}
            </td>
        </tr>
    }
}
