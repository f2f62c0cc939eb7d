//! A new project: its name and its first day. The server makes it, so this needs a connection.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use shared::api;
use shared::base::Moment;
use shared::sync::device::Status;

use crate::i18n::{t, t_signal, t_string, use_i18n};
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
                    // work starts at eight
                    shell.fresh.set(Some(FreshProject {
                        project: project.id,
                        name: new.name,
                        start: first.plus(8 * 60),
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
                <TextField
                    id="project-start"
                    label=t_signal!(i18n, shell.project_start)
                    value=start
                    kind="date"
                    required=true
                    hint=t_signal!(i18n, shell.project_start_hint)
                />
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
