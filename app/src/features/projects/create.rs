//! A new project: its name and its first day. The server makes it, so this needs a connection.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use shared::api::{self, PackInfo};
use shared::base::{Moment, ProjectId};
use shared::ledger::Hash;
use shared::sync::device::Status;

use crate::i18n::{Locale, t, t_signal, t_string, use_i18n};
use crate::platform::{clock, http};
use crate::shell::{FreshProject, Overlay, use_replica, use_shell};
use crate::ui::dialog::Dialog;
use crate::ui::field::{ErrorNotice, TextField};
use crate::ui::icon::Icon;
use crate::ui::show::Show;
use crate::words;

/// The dialog of a new project, over the screen while it is open.
#[component]
pub fn NewProject() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    view! {
        <Dialog
            open=Signal::derive(move || shell.overlay.get() == Some(Overlay::NewProject))
            on_close=move || shell.overlay.set(None)
            title=t_signal!(i18n, shell.new_project)
        >
            <Create />
        </Dialog>
    }
}

#[component]
fn Create() -> impl IntoView {
    let i18n = use_i18n();
    let shell = use_shell();
    let replica = use_replica();
    let navigate = use_navigate();
    let name = RwSignal::new(String::new());
    let today: String = clock::local_now().to_string().chars().take(10).collect();
    let start = RwSignal::new(today);
    // another project's plan as the pattern, and whether its people come along
    let from = RwSignal::new(None::<ProjectId>);
    let people = RwSignal::new(true);
    // the regulation that it is run by
    let pack = RwSignal::new(None::<Hash>);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let offline = move || {
        replica
            .sync()
            .with(|s| matches!(s.status, Status::Offline { .. }))
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let new = api::NewProject {
            name: name.get_untracked().trim().to_owned(),
            pack: pack.get_untracked(),
        };
        if new.name.is_empty() {
            error.set(Some(t_string!(i18n, shell.name_missing).to_owned()));
            return;
        }
        let Ok(first) = start.get_untracked().parse::<Moment>() else {
            error.set(Some(t_string!(i18n, shell.date_missing).to_owned()));
            return;
        };
        busy.set(true);
        error.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            match http::post::<_, api::Project>("/api/projects", &new).await {
                Ok(project) => {
                    if new.pack.is_some() {
                        // its plan is written once it is begun
                        replica.refresh();
                        shell.overlay.set(None);
                        let place = format!("/projects/{}/forms", project.id);
                        return navigate(&place, NavigateOptions::default());
                    }
                    // work starts at eight
                    shell.fresh.set(Some(FreshProject {
                        project: project.id,
                        name: new.name,
                        start: first.plus(8 * 60),
                        from: from
                            .get_untracked()
                            .map(|from| (from, people.get_untracked())),
                    }));
                    replica.refresh();
                    shell.overlay.set(None);
                    navigate(
                        &format!("/projects/{}/plan", project.id),
                        NavigateOptions::default(),
                    );
                }
                Err(failed) => {
                    let _ = busy.try_set(false);
                    let _ = error.try_set(Some(words::failure(i18n, &failed)));
                }
            }
        });
    };
    view! {
        <form on:submit=submit>
            <div class="dialog-body">
                <Show when=offline>
                    <div class="notice notice-warn">
                        <Icon name="offline" />
                        <p>{t!(i18n, shell.create_needs_network)}</p>
                    </div>
                </Show>
                <ErrorNotice text=error />
                <TextField
                    id="project-name"
                    label=t_signal!(i18n, shell.project_name)
                    value=name
                    required=true
                    autofocus=true
                />
                <RegulationField pack=pack />
                <Show when=move || pack.with(Option::is_none)>
                    <TextField
                        id="project-start"
                        label=t_signal!(i18n, shell.project_start)
                        value=start
                        kind="date"
                        required=true
                        hint=t_signal!(i18n, shell.project_start_hint)
                    />
                    <PatternField from=from people=people />
                </Show>
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| shell.overlay.set(None)>
                    {t!(i18n, common.cancel)}
                </button>
                <button
                    type="submit"
                    id="create-project"
                    class="button button-primary"
                    disabled=move || busy.get()
                >
                    {t!(i18n, shell.create)}
                </button>
            </div>
        </form>
    }
}

/// By which regulation the project is run, where it is by one.
#[component]
fn RegulationField(pack: RwSignal<Option<Hash>>) -> impl IntoView {
    let i18n = use_i18n();
    let replica = use_replica();
    let packs = RwSignal::new(Vec::<PackInfo>::new());
    spawn_local(async move {
        // without the server there is no new project either: it says so above
        let _ = replica
            .packs(|all| {
                let _ = packs.try_set(all);
            })
            .await;
    });
    let options = move || {
        let chinese = matches!(i18n.get_locale(), Locale::zh_CN);
        let all = packs.get().into_iter();
        all.map(|known| {
            let name = if chinese { known.name.zh } else { known.name.en };
            let hash = known.hash;
            view! {
                <option value=hash.to_string() selected=move || pack.get() == Some(hash)>{name}</option>
            }
        })
        .collect_view()
    };
    view! {
        <div class="field">
            <label for="project-pack">{t!(i18n, reviews.run_by)}</label>
            <select
                id="project-pack"
                class="select"
                aria-describedby="project-pack-hint"
                on:change=move |ev| pack.set(event_target_value(&ev).parse().ok())
            >
                <option value="" selected=move || pack.get().is_none()>{t!(i18n, reviews.run_by_none)}</option>
                {options}
            </select>
            <p class="field-hint" id="project-pack-hint">{t!(i18n, reviews.run_by_hint)}</p>
        </div>
    }
}

/// Which project's plan the new one begins with: templates first, then the others.
#[component]
fn PatternField(from: RwSignal<Option<ProjectId>>, people: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let projects = use_replica().projects();
    let some = move || projects.with(|all| all.as_ref().is_some_and(|all| !all.is_empty()));
    let options = move |template: bool| {
        let all = projects.get().unwrap_or_default().into_iter();
        all.filter(move |project| project.template == template)
            .map(|project| {
                let id = project.id;
                view! {
                    <option value=id.to_string() selected=move || from.get() == Some(id)>
                        {project.name}
                    </option>
                }
            })
            .collect_view()
    };
    let templates = move || projects.with(|all| all.iter().flatten().any(|p| p.template));
    view! {
        <Show when=some>
            <div class="field">
                <label for="project-from">{t!(i18n, shell.project_from)}</label>
                <select
                    id="project-from"
                    class="select"
                    aria-describedby="project-from-hint"
                    on:change=move |ev| from.set(event_target_value(&ev).parse().ok())
                >
                    <option value="" selected=move || from.get().is_none()>
                        {t!(i18n, shell.project_from_nothing)}
                    </option>
                    <Show when=templates>
                        <optgroup label=t!(i18n, shell.templates)>{options(true)}</optgroup>
                    </Show>
                    <optgroup label=t!(i18n, shell.projects)>{options(false)}</optgroup>
                </select>
                <p class="field-hint" id="project-from-hint">{t!(i18n, shell.project_from_hint)}</p>
            </div>
            <Show when=move || from.with(Option::is_some)>
                <label class="check">
                    <input
                        type="checkbox"
                        id="project-from-people"
                        prop:checked=move || people.get()
                        on:change=move |ev| people.set(event_target_checked(&ev))
                    />
                    {t!(i18n, shell.project_from_people)}
                </label>
            </Show>
        </Show>
    }
}
